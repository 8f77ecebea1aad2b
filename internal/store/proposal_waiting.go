package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// OneDecision gives a decision of a service, with how it was shown who made it.
func (s *Store) OneDecision(ctx context.Context, service, id ident.ID) (d Decided, l DecisionLine, err error) {
	var b Sealed
	row := s.reader().row(ctx, `SELECT decision.id, decision.kind, decision.made, decision.learnt, decision.attested, decision.body, `+sealedColumns+`
		FROM decision JOIN body ON body.id = decision.body WHERE decision.service = $1 AND decision.id = $2`, string(service), string(id))
	if err := row.Scan(append([]any{&l.ID, &l.Kind, &l.Made, &l.Learnt, &l.Attested, &l.Body}, b.fields()...)...); err != nil {
		return d, l, missing(err, "%s has no decision %s", service, id)
	}
	return d, l, s.into(&b, &d)
}

// Restless gives the services of a scope whose newest posture shows decisions that somebody may have to make again: to
// be reaffirmed, suspended or lapsed. They are in order of id.
func (s *Store) Restless(ctx context.Context, scope Scope, limit int) ([]Service, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{limit})
	return collect(ctx, s.reader(), func(rows *sql.Rows, v *Service) error { return v.scanned(rows.Scan) },
		`SELECT `+serviceColumns+` FROM service WHERE service.retired = 0 AND `+where+` AND EXISTS (
			SELECT 1 FROM item WHERE item.service = service.id AND item.kind = 'decision' AND item.state IN ('reaffirm', 'suspended', 'lapsed'))
			ORDER BY service.id LIMIT CAST($1 AS BIGINT)`, args...)
}

// quiet is what the note of a person who wants no digests begins with, among what was last used.
const quiet = "digest:"

// SetQuiet keeps whether a person wants no digests.
func (s *Store) SetQuiet(ctx context.Context, person ident.ID, stop bool, now time.Time) error {
	note := ""
	if stop {
		note = "stopped"
	}
	return s.change(ctx, func(t *Tx) error { return t.NoteUse(ctx, quiet+string(person), note, now) })
}

// Quiet gives the people who want no digests.
func (s *Store) Quiet(ctx context.Context) (map[ident.ID]bool, error) {
	names, err := collect(ctx, s.reader(), func(rows *sql.Rows, name *string) error { return rows.Scan(name) },
		`SELECT name FROM used WHERE note = 'stopped' AND name >= 'digest:' AND name < 'digest;'`)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "who wants no digests cannot be read")
	}
	out := map[ident.ID]bool{}
	for _, name := range names {
		out[ident.ID(name[len(quiet):])] = true
	}
	return out, nil
}
