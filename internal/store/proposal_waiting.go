package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// OneDecision gives a decision of a service, with how it was shown who made it.
func (s *Store) OneDecision(ctx context.Context, service, id ident.ID) (d Decided, l DecisionLine, err error) {
	var b Sealed
	row := s.reader().row(ctx, `SELECT `+decisionColumns+`, `+sealedColumns+`
		FROM decision JOIN body ON body.id = decision.body WHERE decision.service = $1 AND decision.id = $2`, string(service), string(id))
	if err := l.scanned(s.marker(), row.Scan, b.fields()...); err != nil {
		return d, l, missing(err, "%s has no decision %s", service, id)
	}
	return d, l, s.into(&b, &d)
}

// Unrest is a decision that somebody may have to make again.
type Unrest struct {
	About    Service
	Decision decision.Decision
	State    string        // in the newest posture: reaffirm, suspended or lapsed
	Until    civil.Instant // its next dated change there; 0 for none
	Lapsed   civil.Moment  // when it lapsed, where that is recorded
}

// Restless gives the decisions that somebody may have to make again, by the newest postures of so many services of a scope
// at the most after one, in order of service and id; and the service after which there may be more, empty at the end.
func (s *Store) Restless(ctx context.Context, scope Scope, after ident.ID, services int) ([]Unrest, ident.ID, error) {
	type row struct {
		Unrest
		body Sealed
	}
	const restless = `item.kind = 'decision' AND item.state IN ('reaffirm', 'suspended', 'lapsed')`
	where, args := scope.where(`service.id`, `service.unit`, []any{services, string(after)})
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return r.About.scanned(rows.Scan, append([]any{&r.State, &r.Until}, r.body.fields()...)...)
	}, `SELECT `+serviceColumns+`, COALESCE(item.state, ''), COALESCE(item.until, 0), `+sealedColumns+`
		FROM decision JOIN service ON service.id = decision.service JOIN body ON body.id = decision.body
		LEFT JOIN item ON item.service = decision.service AND item.ref = 'decision:' || decision.id AND `+restless+`
		WHERE decision.service IN (SELECT service.id FROM service WHERE service.id > $2 AND service.retired = 0 AND `+where+` AND EXISTS (
			SELECT 1 FROM item WHERE item.service = service.id AND `+restless+`) ORDER BY service.id LIMIT CAST($1 AS BIGINT))
		AND (item.ref IS NOT NULL OR decision.kind = 'lapse') ORDER BY decision.service, decision.id`, args...)
	if err != nil {
		return nil, "", err
	}
	var out []Unrest
	lapsed := map[[2]string]civil.Moment{} // by service and what lapsed
	for i := range some {
		r := &some[i]
		if err := s.intoDecision(&r.body, &r.Decision); err != nil {
			return nil, "", err
		}
		switch {
		case r.State != "":
			out = append(out, r.Unrest)
		case len(r.Decision.Subject) > 0:
			lapsed[[2]string{string(r.About.ID), r.Decision.Subject[0].Path}] = r.Decision.Made
		}
	}
	for i := range out {
		out[i].Lapsed = lapsed[[2]string{string(out[i].About.ID), string(out[i].Decision.ID)}]
	}
	return out, lastOf(some, services, func(r *row) ident.ID { return r.About.ID }), nil
}

// lastOf gives the last service among rows in order of service, where they are of as many services as were asked for, so
// that there may be more; empty otherwise.
func lastOf[T any](rows []T, services int, of func(*T) ident.ID) (last ident.ID) {
	n := 0
	for i := range rows {
		if id := of(&rows[i]); id != last {
			n, last = n+1, id
		}
	}
	if n < services {
		return ""
	}
	return last
}

// intoDecision reads the decision in a body.
func (s *Store) intoDecision(b *Sealed, d *decision.Decision) error {
	kept, err := s.ReadDecision(b)
	if err == nil {
		*d, err = kept.Record()
	}
	return err
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
