package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Removed is the content of posture.removed: contents of postures of a service, which newer ones had taken the place of
// before a moment, were kept for long enough. Their leaves stay.
type Removed struct {
	Service ident.ID      `json:"service"`
	Before  civil.Instant `json:"before"`
	Bodies  []string      `json:"bodies"`
}

// apply destroys the contents. What the rules of retention do not allow, of the newest posture of a service first of all,
// is refused.
func (r *Removed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	if before, ok := leaf.Removes(); !ok || before != r.Before || leaf.Service != r.Service {
		return fault.New(fault.Invalid, "contents of postures of %s cannot be removed: postures are kept for %d days at the least after a newer one took their place", r.Service, ledger.PosturesKept/86400)
	}
	list, args := in([]any{string(r.Service)}, r.Bodies)
	n, err := t.change(ctx, `DELETE FROM posture WHERE service = $1 AND body IN `+list+` AND NOT EXISTS (SELECT 1 FROM line WHERE line.body = posture.body)`, args...)
	if err != nil {
		return err
	}
	if n != int64(len(r.Bodies)) {
		return fault.New(fault.Conflict, "not all of the postures of %s that were to be removed are there: %d of %d", r.Service, n, len(r.Bodies))
	}
	list, args = in([]any{emptied}, r.Bodies)
	return t.exec(ctx, `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id IN `+list, args...)
}

// stayed makes the row of a posture whose content was removed, as far as it is known, until the entry is played that
// says so.
func stayed(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	return t.exec(ctx, `INSERT INTO posture (service, body, at, revision, engine) VALUES ($1, $2, $3, 0, '')`, string(leaf.Service), leaf.Body, int64(leaf.At))
}

// Outlived gives services, after an id and in order, of which there may be postures that newer ones took the place of
// before a moment.
func (s *Store) Outlived(ctx context.Context, before civil.Instant, after ident.ID, limit int) ([]ident.ID, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, id *ident.ID) error { return rows.Scan(id) },
		`SELECT id FROM service WHERE id > $2 AND (SELECT COUNT(*) FROM (SELECT 1 FROM posture WHERE posture.service = service.id AND posture.at < $1 LIMIT 2) AS two) = 2
		ORDER BY id LIMIT CAST($3 AS BIGINT)`, int64(before), string(after), limit)
}

// RemovePostures removes the contents of postures of a service that newer ones took the place of before a moment, the
// oldest first and so many at the most, with an entry that says which. It says how many those were. A content that is
// gone already is left out, so that what somebody else took away is never said to have been removed by the rules.
func (s *Store) RemovePostures(ctx context.Context, service ident.ID, before civil.Instant, limit int) (int, error) {
	bodies, err := s.outlived(ctx, service, before, limit)
	if err != nil || len(bodies) == 0 {
		return 0, err
	}
	e := Entry{
		Kind: ledger.PostureRemoved, Actor: "system", Service: service, Subject: "service:" + string(service),
		Content: &Removed{Service: service, Before: before, Bodies: bodies}, Meta: map[string]string{ledger.MetaBefore: before.String()},
	}
	_, err = s.Write(ctx, []Entry{e}, func(ctx context.Context, t *Tx) error { return t.present(ctx, service, bodies) })
	if err != nil {
		return 0, err
	}
	return len(bodies), nil
}

// outlived gives the bodies of postures that are there and that newer ones took the place of before a moment.
func (s *Store) outlived(ctx context.Context, service ident.ID, before civil.Instant, limit int) (bodies []string, err error) {
	type posture struct {
		body   string
		number int64
		at     civil.Instant
	}
	all, err := collect(ctx, s.reader(), func(rows *sql.Rows, p *posture) error { return rows.Scan(&p.body, &p.number, &p.at) },
		`SELECT posture.body, leaf.number, leaf.at FROM posture JOIN leaf ON leaf.body = posture.body JOIN body ON body.id = posture.body
		WHERE posture.service = $1 AND body.wrapped IS NOT NULL ORDER BY posture.at, leaf.number LIMIT CAST($2 AS BIGINT)`, string(service), limit+1)
	slices.SortFunc(all, func(a, b posture) int { return cmp.Compare(a.number, b.number) })
	for i := 1; i < len(all) && all[i].at < before; i++ {
		bodies = append(bodies, all[i-1].body)
	}
	return bodies, err
}

// present holds the bodies of postures to being there until the transaction ends.
func (t *Tx) present(ctx context.Context, service ident.ID, bodies []string) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	var n int
	list, args := in(nil, bodies)
	if err := t.row(ctx, `SELECT COUNT(*) FROM body WHERE wrapped IS NOT NULL AND id IN `+list, args...).Scan(&n); err != nil {
		return err
	}
	if n != len(bodies) {
		return fault.New(fault.Conflict, "postures of %s were redacted or removed meanwhile: try again", service)
	}
	return nil
}
