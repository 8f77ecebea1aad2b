package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Observed is the content of evidence.recorded.
type Observed struct {
	Service ident.ID        `json:"service"`
	Record  json.RawMessage `json:"record"` // in canonical form
}

// Evidence reads the record in it.
func (o *Observed) Evidence() (r evidence.Record, err error) {
	if err := json.Unmarshal(o.Record, &r); err != nil {
		return r, fault.Wrap(fault.Internal, err, "a record of evidence cannot be read back")
	}
	return r, nil
}

func (o *Observed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	r, err := o.Evidence()
	if err != nil {
		return err
	}
	err = t.exec(ctx, `INSERT INTO evidence (service, id, body, kind, outcome, observed, learnt) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(o.Service), string(r.ID), leaf.Body, string(r.Kind), string(r.Outcome), r.Observed.String(), int64(leaf.At))
	if t.unique(err) {
		return fault.New(fault.Conflict, "%s has evidence %s already: evidence is only ever added, so give the record another id", o.Service, r.ID)
	}
	return err
}

// Have gives which of some records of evidence a service has already, with the body of each.
func (s *Store) Have(ctx context.Context, service ident.ID, ids []ident.ID) (map[ident.ID]string, error) {
	out := map[ident.ID]string{}
	for some := range slices.Chunk(ids, bodiesMost) {
		list, args := in([]any{string(service)}, some)
		pairs, err := collect(ctx, s.reader(), func(rows *sql.Rows, p *[2]string) error { return rows.Scan(&p[0], &p[1]) },
			`SELECT id, body FROM evidence WHERE service = $1 AND id IN `+list, args...)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			out[ident.ID(p[0])] = p[1]
		}
	}
	return out, nil
}

// EvidenceLine is a record of evidence without its content.
type EvidenceLine struct {
	ID       ident.ID
	Kind     string
	Outcome  string
	Observed string // a day or a moment
	Learnt   civil.Instant
	Body     string
}

// Evidence lists the evidence of a service after an id, in order of id.
func (s *Store) Evidence(ctx context.Context, service, after ident.ID, limit int) ([]EvidenceLine, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, l *EvidenceLine) error {
		return rows.Scan(&l.ID, &l.Kind, &l.Outcome, &l.Observed, &l.Learnt, &l.Body)
	}, `SELECT id, kind, outcome, observed, learnt, body FROM evidence WHERE service = $1 AND id > $2 ORDER BY id LIMIT CAST($3 AS BIGINT)`, string(service), string(after), limit)
}

// News is what differs from what a reader knows already, who keeps what it read before.
type News struct {
	Fresh []Sealed // bodies that are not known
	Gone  []string // known bodies that are no longer there: they were redacted
}

// EvidenceBodies gives the bodies of the evidence of a service that are not among those known; all of them when none is.
func (s *Store) EvidenceBodies(ctx context.Context, service ident.ID, known map[string]bool) (News, error) {
	return s.bodies(ctx, `SELECT body FROM evidence WHERE service = $1`, service, known)
}

// bodiesMost is how many records or bodies are asked for in one statement.
const bodiesMost = 500

// bodies compares the bodies that a query names with those that are known.
func (s *Store) bodies(ctx context.Context, query string, service ident.ID, known map[string]bool) (n News, err error) {
	if len(known) == 0 { // all of them, in one statement
		n.Fresh, err = collect(ctx, s.reader(), scanSealed, `SELECT `+sealedColumns+` FROM body WHERE id IN (`+query+`)`, string(service))
		return n, err
	}
	ids, err := collect(ctx, s.reader(), func(rows *sql.Rows, id *string) error { return rows.Scan(id) }, query, string(service))
	if err != nil {
		return n, err
	}
	fresh, there := []string(nil), map[string]bool{}
	for _, id := range ids {
		if there[id] = true; !known[id] {
			fresh = append(fresh, id)
		}
	}
	for id := range known {
		if !there[id] {
			n.Gone = append(n.Gone, id)
		}
	}
	for some := range slices.Chunk(fresh, bodiesMost) {
		list, args := in(nil, some)
		bodies, err := collect(ctx, s.reader(), scanSealed, `SELECT `+sealedColumns+` FROM body WHERE id IN `+list, args...)
		if err != nil {
			return n, err
		}
		n.Fresh = append(n.Fresh, bodies...)
	}
	return n, nil
}

func scanSealed(rows *sql.Rows, b *Sealed) error { return rows.Scan(b.fields()...) }

// ReadEvidence opens a body of evidence. A body whose key was destroyed gives a fault of kind NotFound.
func (s *Store) ReadEvidence(b *Sealed) (evidence.Entry, error) {
	var o Observed
	if err := s.into(b, &o); err != nil {
		return evidence.Entry{}, err
	}
	r, err := o.Evidence()
	return evidence.Entry{Digest: ident.Hash(o.Record), Record: &r}, err
}

// EvidenceBody gives the body of one record of evidence.
func (s *Store) EvidenceBody(ctx context.Context, service, id ident.ID) (b Sealed, err error) {
	err = s.reader().row(ctx, `SELECT `+sealedColumns+` FROM evidence JOIN body ON body.id = evidence.body WHERE evidence.service = $1 AND evidence.id = $2`, string(service), string(id)).Scan(b.fields()...)
	return b, missing(err, "%s has no evidence %s", service, id)
}
