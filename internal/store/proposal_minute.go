package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Confirmed is the content of decision.confirmed: the one who decided confirmed what was recorded on their behalf.
type Confirmed struct {
	Service  ident.ID `json:"service"`
	Decision ident.ID `json:"decision"`
	Person   ident.ID `json:"person"`
}

func (c *Confirmed) apply(ctx context.Context, t *Tx, _ *ledger.Leaf) error {
	var r shown
	err := t.row(ctx, `SELECT `+shownColumns+` FROM decision WHERE service = $1 AND id = $2 AND awaits = $3`, string(c.Service), string(c.Decision), string(c.Person)).Scan(r.fields()...)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !t.marker.trusts(r.mark, "decision", r.says()...) {
		return fault.New(fault.Conflict, "the decision %s of %s does not wait to be confirmed by %s", c.Decision, c.Service, c.Person)
	}
	if err != nil {
		return err
	}
	r.attested, r.awaits = "minute", ""
	m := t.marker.over("decision", r.says()...)
	return t.one(ctx, `UPDATE decision SET attested = $3, awaits = '', key_id = $4, mark = $5 WHERE service = $1 AND id = $2`, string(c.Service), string(c.Decision), r.attested, m.KeyID, m.Bytes)
}

// Attested gives the decisions of a service of which the record shows who made them: those made at the server, and the
// minuted ones that were confirmed.
func (s *Store) Attested(ctx context.Context, service ident.ID) (map[ident.ID]bool, error) {
	rows, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *shown) error { return rows.Scan(r.fields()...) },
		`SELECT `+shownColumns+` FROM decision WHERE service = $1 AND attested IN ('server', 'minute')`, string(service))
	out := make(map[ident.ID]bool, len(rows))
	for i := range rows {
		if rows[i].by(s.marker()) != "" {
			out[rows[i].id] = true
		}
	}
	return out, err
}

// Minute is a decision that was recorded on behalf of somebody who has not confirmed it yet.
type Minute struct {
	Service ident.ID
	ID      ident.ID
	Person  ident.ID // who is to confirm it
	Learnt  civil.Instant
}

const minuteColumns = `SELECT service, id, awaits, learnt FROM decision `

func scanMinute(rows *sql.Rows, m *Minute) error {
	return rows.Scan(&m.Service, &m.ID, &m.Person, &m.Learnt)
}

// AwaitedMinute is a minute with what was decided, and the service that it is about.
type AwaitedMinute struct {
	Minute
	About    Service
	Decision decision.Decision
}

// Minutes gives the minutes that wait for a person and were not taken back, of so many services at the most after one, in
// order of service and id; and the service after which there may be more, empty at the end.
func (s *Store) Minutes(ctx context.Context, person, after ident.ID, services int) ([]AwaitedMinute, ident.ID, error) {
	type row struct {
		AwaitedMinute
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return r.About.scanned(rows.Scan, append([]any{&r.Service, &r.ID, &r.Person, &r.Learnt}, r.body.fields()...)...)
	}, `SELECT `+serviceColumns+`, decision.service, decision.id, decision.awaits, decision.learnt, `+sealedColumns+`
		FROM decision JOIN service ON service.id = decision.service JOIN body ON body.id = decision.body
		WHERE decision.service IN (SELECT DISTINCT service FROM decision WHERE awaits <> '' AND awaits = $1 AND service > $2 ORDER BY service LIMIT CAST($3 AS BIGINT))
		AND (decision.awaits = $1 OR decision.kind = 'retraction') ORDER BY decision.service, decision.id`, string(person), string(after), services)
	if err != nil {
		return nil, "", err
	}
	var out []AwaitedMinute
	back := map[[2]string]bool{} // what was taken back, by service and id
	for i := range some {
		r := &some[i]
		if err := s.intoDecision(&r.body, &r.Decision); err != nil {
			return nil, "", err
		}
		switch {
		case r.Person == person:
			out = append(out, r.AwaitedMinute)
		case len(r.Decision.Subject) > 0:
			back[[2]string{string(r.Service), r.Decision.Subject[0].Path}] = true
		}
	}
	out = slices.DeleteFunc(out, func(m AwaitedMinute) bool { return back[[2]string{string(m.Service), string(m.ID)}] })
	return out, lastOf(some, services, func(r *row) ident.ID { return r.About.ID }), nil
}

// Minute gives a minute that waits to be confirmed.
func (s *Store) Minute(ctx context.Context, service, id ident.ID) (m Minute, err error) {
	some, err := collect(ctx, s.reader(), scanMinute, minuteColumns+`WHERE awaits <> '' AND service = $1 AND id = $2`, string(service), string(id))
	if err == nil && len(some) == 0 {
		err = fault.New(fault.NotFound, "%s has no decision %s that waits to be confirmed", service, id)
	}
	if err != nil {
		return m, err
	}
	return some[0], nil
}
