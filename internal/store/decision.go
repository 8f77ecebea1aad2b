package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Decided is the content of decision.recorded and of decision.lapsed.
type Decided struct {
	Service  ident.ID        `json:"service"`
	Decision json.RawMessage `json:"decision"` // in canonical form
	Attested string          `json:"attested"` // how it was shown who decided: server, signature, minute; empty when only recorded
}

// Record reads the decision in it.
func (d *Decided) Record() (r decision.Decision, err error) {
	if err := json.Unmarshal(d.Decision, &r); err != nil {
		return r, fault.Wrap(fault.Internal, err, "a decision cannot be read back")
	}
	return r, nil
}

func (d *Decided) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	r, err := d.Record()
	if err != nil {
		return err
	}
	err = t.exec(ctx, `INSERT INTO decision (service, id, body, kind, made, learnt, attested, awaits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(d.Service), string(r.ID), leaf.Body, string(r.Kind), r.Made.String(), int64(leaf.At), d.Attested, string(d.awaits(&r)))
	if t.unique(err) {
		return fault.New(fault.Conflict, "%s has a decision %s already: give the new one another id", d.Service, r.ID)
	}
	if err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE proposal SET state = 'made' WHERE service = $1 AND id = $2 AND state = 'waiting'`, string(d.Service), string(r.ID))
}

// awaits gives who is to confirm what was recorded on their behalf; nobody when that is not needed.
func (d *Decided) awaits(r *decision.Decision) ident.ID {
	if d.Attested != "" {
		return ""
	}
	return r.OnBehalfOf
}

// DecisionLine is a decision without its content.
type DecisionLine struct {
	ID       ident.ID
	Kind     decision.Kind
	Made     string // a day or a moment
	Learnt   civil.Instant
	Attested string
	Body     string
}

// Decisions lists the decisions of a service after an id, in order of id.
func (s *Store) Decisions(ctx context.Context, service, after ident.ID, limit int) ([]DecisionLine, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, l *DecisionLine) error {
		return rows.Scan(&l.ID, &l.Kind, &l.Made, &l.Learnt, &l.Attested, &l.Body)
	}, `SELECT id, kind, made, learnt, attested, body FROM decision WHERE service = $1 AND id > $2 ORDER BY id LIMIT CAST($3 AS BIGINT)`, string(service), string(after), limit)
}

// DecisionBodies gives the bodies of the decisions of a service that are not known.
func (s *Store) DecisionBodies(ctx context.Context, service ident.ID, known map[string]bool) (News, error) {
	return s.bodies(ctx, `SELECT body FROM decision WHERE service = $1`, service, known)
}

// ReadDecision opens a body of a decision.
func (s *Store) ReadDecision(b *Sealed) (d Decided, err error) {
	err = s.into(b, &d)
	return d, err
}
