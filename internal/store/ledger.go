package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// LeafRow is a leaf as it is kept.
type LeafRow struct {
	Number  int64
	Leaf    []byte
	Hash    []byte
	Kind    ledger.Kind
	At      civil.Instant
	Service ident.ID
	Subject string
	Actor   string
	Body    string
}

const leafColumns = `number, leaf, hash, kind, at, service, subject, actor, body`

func scanLeaf(rows *sql.Rows, l *LeafRow) error {
	return rows.Scan(&l.Number, &l.Leaf, &l.Hash, &l.Kind, &l.At, &l.Service, &l.Subject, &l.Actor, &l.Body)
}

// Leaves lists leaves from a number on, in order.
func (s *Store) Leaves(ctx context.Context, from int64, limit int) ([]LeafRow, error) {
	return collect(ctx, s.reader(), scanLeaf, `SELECT `+leafColumns+` FROM leaf WHERE number >= $1 ORDER BY number LIMIT CAST($2 AS BIGINT)`, from, limit)
}

// LeavesIn lists the leaves from a number on of the services in a scope; those of no service are in none but all.
func (s *Store) LeavesIn(ctx context.Context, scope Scope, from int64, limit int) ([]LeafRow, error) {
	if scope.All {
		return s.Leaves(ctx, from, limit)
	}
	where, args := scope.where(`service.id`, `service.unit`, []any{from, limit})
	return collect(ctx, s.reader(), scanLeaf, `SELECT `+leafColumns+` FROM leaf
		WHERE number >= $1 AND leaf.service IN (SELECT service.id FROM service WHERE `+where+`) ORDER BY number LIMIT CAST($2 AS BIGINT)`, args...)
}

// LeavesOf lists the leaves of a service below a number, newest first; below 0 begins at the newest.
func (s *Store) LeavesOf(ctx context.Context, service ident.ID, below int64, limit int) ([]LeafRow, error) {
	return collect(ctx, s.reader(), scanLeaf, `SELECT `+leafColumns+` FROM leaf WHERE service = $1 AND (CAST($2 AS BIGINT) < 0 OR number < $2) ORDER BY number DESC LIMIT CAST($3 AS BIGINT)`, string(service), below, limit)
}

// Size gives how many leaves there are.
func (s *Store) Size(ctx context.Context) (n int64, err error) {
	err = s.reader().row(ctx, `SELECT size FROM head`).Scan(&n)
	return n, broken(err)
}

// EachHash gives the hashes of leaves one after the other, from one number to before another, as they are asked for.
func (s *Store) EachHash(ctx context.Context, from, to int64) iter.Seq2[[32]byte, error] {
	return func(yield func([32]byte, error) bool) {
		rows, err := s.reader().rows(ctx, `SELECT hash FROM leaf WHERE number >= $1 AND number < $2 ORDER BY number`, from, to)
		if err != nil {
			yield([32]byte{}, broken(err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var hash [32]byte
			if err := scanHash(rows.Rows, &hash); !yield(hash, broken(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield([32]byte{}, broken(err))
		}
	}
}

func scanHash(rows *sql.Rows, hash *[32]byte) error {
	var b []byte
	err := rows.Scan(&b)
	copy(hash[:], b)
	return err
}

// Hashes gives the hashes of leaves, from one number to before another.
func (s *Store) Hashes(ctx context.Context, from, to int64) ([][32]byte, error) {
	out, err := collect(ctx, s.reader(), scanHash, `SELECT hash FROM leaf WHERE number >= $1 AND number < $2 ORDER BY number`, from, to)
	if err == nil && int64(len(out)) != to-from {
		return nil, fault.New(fault.Internal, "leaves from %d to %d are not all there: run bulkhead verify", from, to-1)
	}
	return out, err
}

// Checkpoint is a signed statement of what the tree was at a size.
type Checkpoint struct {
	Size int64
	Text string
	At   civil.Instant
}

// Checkpoints lists the checkpoints below a size, newest first; below 0 begins at the newest.
func (s *Store) Checkpoints(ctx context.Context, below int64, limit int) ([]Checkpoint, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, c *Checkpoint) error { return rows.Scan(&c.Size, &c.Text, &c.At) },
		`SELECT size, text, at FROM checkpoint WHERE CAST($1 AS BIGINT) < 0 OR size < $1 ORDER BY size DESC LIMIT CAST($2 AS BIGINT)`, below, limit)
}

// Tree gives the state of the tree as far as it was worked out; empty when it was not begun.
func (s *Store) Tree(ctx context.Context) (size int64, state []byte, err error) {
	err = s.reader().row(ctx, `SELECT size, state FROM tree`).Scan(&size, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return size, state, broken(err)
}

// KeepCheckpoint keeps a checkpoint with the state of the tree that it is of. One of a size that is there already, which
// another replica may have made, changes nothing.
func (s *Store) KeepCheckpoint(ctx context.Context, c Checkpoint, state []byte) error {
	return s.change(ctx, func(t *Tx) error {
		if err := t.exec(ctx, `INSERT INTO checkpoint (size, text, at) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING`, c.Size, c.Text, int64(c.At)); err != nil {
			return err
		}
		return t.exec(ctx, `INSERT INTO tree (one, size, state) VALUES (1, $1, $2)
			ON CONFLICT (one) DO UPDATE SET size = excluded.size, state = excluded.state WHERE tree.size < excluded.size`, c.Size, state)
	})
}
