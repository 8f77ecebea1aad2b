package store

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Organised is the content of organisation.revised: the whole organisation file as it is from now on.
type Organised struct {
	Number int64        `json:"number"` // from 1
	Parent int64        `json:"parent"`
	Digest ident.Digest `json:"digest"`
	Texts  []Text       `json:"texts"`
	Note   string       `json:"note,omitempty"`
}

func (o *Organised) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	n, err := t.change(ctx, `INSERT INTO organisation (number, body, digest, at, actor)
		SELECT $1, $2, $3, $4, $5 WHERE COALESCE((SELECT MAX(number) FROM organisation), 0) = $6`,
		o.Number, leaf.Body, string(o.Digest), int64(leaf.At), leaf.Actor, o.Parent)
	if t.unique(err) || err == nil && n != 1 {
		return fault.New(fault.Conflict, "the organisation was changed by somebody else meanwhile: look at it again")
	}
	return err
}

// OrganisationRevision is one revision of the organisation file.
type OrganisationRevision struct {
	Organised
	At    civil.Instant
	Actor string
}

// Organisation gives the newest revision of the organisation file that was there at a moment; at 0, the current one. A
// record without one gives Number 0.
func (s *Store) Organisation(ctx context.Context, at civil.Instant) (r OrganisationRevision, err error) {
	some, err := s.organisations(ctx, at)
	if err != nil || len(some) == 0 {
		return r, err
	}
	return some[0], nil
}

func (s *Store) organisations(ctx context.Context, at civil.Instant) (out []OrganisationRevision, err error) {
	var b Sealed
	var r OrganisationRevision
	rows, err := s.reader().rows(ctx, `SELECT organisation.at, organisation.actor, `+sealedColumns+` FROM organisation JOIN body ON body.id = organisation.body
		WHERE CAST($1 AS BIGINT) = 0 OR organisation.at <= $1 ORDER BY organisation.number DESC LIMIT 1`, int64(at))
	if err != nil {
		return nil, broken(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := rows.Scan(append([]any{&r.At, &r.Actor}, b.fields()...)...); err != nil {
			return nil, broken(err)
		}
		if err := s.into(&b, &r.Organised); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, broken(rows.Err())
}

// Packed is the content of pack.recorded: a pack of the library comes into force.
type Packed struct {
	ID      ident.ID     `json:"id"`
	Version string       `json:"version"`
	Digest  ident.Digest `json:"digest"`
	Text    Text         `json:"text"`
}

func (p *Packed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	err := t.exec(ctx, `INSERT INTO pack (id, number, digest, version, body, at) SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM pack WHERE id = $1`,
		string(p.ID), string(p.Digest), p.Version, leaf.Body, int64(leaf.At))
	if t.unique(err) {
		return fault.New(fault.Conflict, "the pack %s was changed by somebody else meanwhile: look at it again", p.ID)
	}
	return err
}

// Packs gives the packs in force at a moment, in order of id; at 0, now.
func (s *Store) Packs(ctx context.Context, at civil.Instant) ([]Packed, error) {
	bodies, err := collect(ctx, s.reader(), scanSealed, `SELECT `+sealedColumns+` FROM pack JOIN body ON body.id = pack.body
		WHERE pack.number = (SELECT MAX(number) FROM pack known WHERE known.id = pack.id AND (CAST($1 AS BIGINT) = 0 OR known.at <= $1)) ORDER BY pack.id`, int64(at))
	if err != nil {
		return nil, err
	}
	out := make([]Packed, len(bodies))
	for i := range bodies {
		if err := s.into(&bodies[i], &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Basis says which organisation file and which packs are in force now, so that a replica can tell in one statement
// whether what it holds in memory is still so.
type Basis struct {
	Organisation int64 // the number of its revision
	Packs        int64 // how many packs were recorded so far
}

// basisColumns give a Basis in any query.
const basisColumns = `(SELECT COALESCE(MAX(number), 0) FROM organisation), (SELECT COUNT(*) FROM pack)`

// Basis says which organisation file and packs are in force.
func (s *Store) Basis(ctx context.Context) (b Basis, err error) {
	err = s.reader().row(ctx, `SELECT `+basisColumns).Scan(&b.Organisation, &b.Packs)
	return b, broken(err)
}
