package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
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
	row := shown{service: d.Service, id: r.ID, body: leaf.Body, attested: d.Attested, awaits: d.awaits(&r)}
	m := t.marker.over("decision", row.says()...)
	err = t.exec(ctx, `INSERT INTO decision (service, id, body, kind, made, learnt, attested, awaits, key_id, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		string(d.Service), string(r.ID), leaf.Body, string(r.Kind), r.Made.String(), int64(leaf.At), row.attested, string(row.awaits), m.KeyID, m.Bytes)
	if t.unique(err) {
		return fault.New(fault.Conflict, "%s has a decision %s already: give the new one another id", d.Service, r.ID)
	}
	if err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE proposal SET state = 'made' WHERE service = $1 AND id = $2 AND state = 'waiting'`, string(d.Service), string(r.ID))
}

// shown is what a row says of who made a decision: how that was shown, or who is to confirm it. It counts with its mark alone.
type shown struct {
	service, id, awaits ident.ID
	body, attested      string
	mark                seal.Mark
}

// shownColumns are what [shown.fields] reads.
const shownColumns = `decision.service, decision.id, decision.awaits, decision.body, decision.attested, decision.key_id, decision.mark`

func (r *shown) fields() []any {
	return []any{&r.service, &r.id, &r.awaits, &r.body, &r.attested, &r.mark.KeyID, &r.mark.Bytes}
}

func (r *shown) says() []any {
	return []any{string(r.service), string(r.id), r.body, r.attested, string(r.awaits)}
}

// by gives how it was shown who made the decision; empty where the row is not as this server made it.
func (r *shown) by(m marker) string {
	if r.attested == "" || !m.holds(r.mark, "decision", r.says()...) {
		return ""
	}
	return r.attested
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

// decisionColumns are what [DecisionLine.scanned] reads.
const decisionColumns = `decision.kind, decision.made, decision.learnt, ` + shownColumns

func (l *DecisionLine) scanned(m marker, scan func(...any) error, more ...any) error {
	var r shown
	if err := scan(slices.Concat([]any{&l.Kind, &l.Made, &l.Learnt}, r.fields(), more)...); err != nil {
		return err
	}
	l.ID, l.Body, l.Attested = r.id, r.body, r.by(m)
	return nil
}

// Decisions lists the decisions of a service after an id, in order of id.
func (s *Store) Decisions(ctx context.Context, service, after ident.ID, limit int) ([]DecisionLine, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, l *DecisionLine) error { return l.scanned(s.marker(), rows.Scan) },
		`SELECT `+decisionColumns+` FROM decision WHERE service = $1 AND id > $2 ORDER BY id LIMIT CAST($3 AS BIGINT)`, string(service), string(after), limit)
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
