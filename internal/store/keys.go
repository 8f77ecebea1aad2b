package store

import (
	"context"
	"database/sql"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Found begins the record with an entry that says its id and the public key of its checkpoints. Where that is said already
// it does nothing; where another key was said, it says the new one.
func (s *Store) Found(ctx context.Context, publicKey string) error {
	said, err := s.publicKey(ctx)
	if err != nil || said == publicKey {
		return err
	}
	e := Entry{Kind: ledger.StoreCreated, Actor: "system", Subject: "record", Meta: map[string]string{MetaInstance: s.Instance, MetaPublicKey: publicKey}}
	if said != "" {
		e = Entry{Kind: ledger.KeyRotated, Actor: "system", Subject: "signing-key", Meta: map[string]string{MetaPublicKey: publicKey}}
	}
	_, err = s.Write(ctx, []Entry{e}, nil)
	return err
}

// publicKey gives the public key that the record said last; empty where it said none.
func (s *Store) publicKey(ctx context.Context) (string, error) {
	texts, err := collect(ctx, s.reader(), func(rows *sql.Rows, b *[]byte) error { return rows.Scan(b) },
		`SELECT leaf FROM leaf WHERE kind IN ($1, $2) ORDER BY number DESC`, string(ledger.StoreCreated), string(ledger.KeyRotated))
	if err != nil {
		return "", err
	}
	for _, text := range texts {
		leaf, err := ledger.ReadLeaf(text)
		if err != nil {
			return "", fault.Wrap(fault.Internal, err, "an entry about the keys of the record cannot be read: run bulkhead verify")
		}
		if key := leaf.Meta[MetaPublicKey]; key != "" {
			return key, nil
		}
	}
	return "", nil
}

// rewrapMost is how many bodies are wrapped anew in one transaction.
const rewrapMost = 500

// Rewrap wraps the keys of bodies and kept answers anew that another than the ring's current key wraps, marks rows anew that
// another marks, and says of how many: 0 when none is left. What is sealed stays as it is.
func (s *Store) Rewrap(ctx context.Context) (n int64, err error) {
	if n, err = s.rewrapBodies(ctx); err != nil || n > 0 {
		return n, err
	}
	if n, err = s.rewrapAnswers(ctx); err != nil || n > 0 {
		return n, err
	}
	return s.remark(ctx)
}

func (s *Store) rewrapBodies(ctx context.Context) (n int64, err error) {
	bodies, err := collect(ctx, s.reader(), func(rows *sql.Rows, b *Sealed) error { return rows.Scan(&b.ID, &b.KeyID, &b.Wrapped) },
		`SELECT id, key_id, wrapped FROM body WHERE key_id <> $1 AND wrapped IS NOT NULL LIMIT CAST($2 AS BIGINT)`, s.ring.Current(), rewrapMost)
	if err != nil || len(bodies) == 0 {
		return 0, err
	}
	type wrapped struct {
		keyID string
		own   []byte
	}
	anew := make([]wrapped, len(bodies))
	for i, b := range bodies {
		if anew[i].keyID, anew[i].own, err = seal.Rewrap(s.ring, b.ID, b.KeyID, b.Wrapped); err != nil {
			return 0, err
		}
	}
	err = s.change(ctx, func(t *Tx) error {
		n = 0
		for i, b := range bodies {
			changed, err := t.change(ctx, `UPDATE body SET key_id = $1, wrapped = $2 WHERE id = $3 AND key_id = $4 AND wrapped IS NOT NULL`, anew[i].keyID, anew[i].own, b.ID, b.KeyID)
			if err != nil {
				return err
			}
			n += changed
		}
		return nil
	})
	return n, err
}

func (s *Store) rewrapAnswers(ctx context.Context) (n int64, err error) {
	type answer struct {
		actor, name string
		Sealed
	}
	answers, err := collect(ctx, s.reader(), func(rows *sql.Rows, a *answer) error { return rows.Scan(&a.actor, &a.name, &a.KeyID, &a.Wrapped) },
		`SELECT actor, name, key_id, wrapped FROM answer WHERE key_id <> $1 AND wrapped IS NOT NULL LIMIT CAST($2 AS BIGINT)`, s.ring.Current(), rewrapMost)
	for _, a := range answers {
		keyID, own, err := seal.Rewrap(s.ring, answerPlace(a.actor, a.name), a.KeyID, a.Wrapped)
		if err != nil {
			return n, err
		}
		err = s.change(ctx, func(t *Tx) error {
			return t.exec(ctx, `UPDATE answer SET key_id = $1, wrapped = $2 WHERE actor = $3 AND name = $4 AND key_id = $5 AND wrapped IS NOT NULL`, keyID, own, a.actor, a.name, a.KeyID)
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, err
}

// WrappedBy counts the bodies and kept answers that each key wraps, and the rows that it marks. A key of none is not in it.
func (s *Store) WrappedBy(ctx context.Context) (map[string]int64, error) {
	type count struct {
		id string
		n  int64
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, c *count) error { return rows.Scan(&c.id, &c.n) },
		`SELECT key_id, COUNT(*) FROM (SELECT key_id FROM body WHERE wrapped IS NOT NULL UNION ALL SELECT key_id FROM answer WHERE wrapped IS NOT NULL`+markedBy()+`) AS wrapping GROUP BY key_id`)
	out := map[string]int64{}
	for _, c := range some {
		out[c.id] = c.n
	}
	return out, err
}
