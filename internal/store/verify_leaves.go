package store

import (
	"context"
	"database/sql"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// PlacedLeaf is a leaf with the unit of its service.
type PlacedLeaf struct {
	LeafRow
	Unit ident.ID
}

// LeavesIn lists the leaves from a number on of the services in a scope; those of no service are in none but all.
func (s *Store) LeavesIn(ctx context.Context, scope Scope, from int64, limit int) ([]PlacedLeaf, error) {
	where, args := scope.where(`leaf.service`, `service.unit`, []any{from, limit})
	return collect(ctx, s.reader(), func(rows *sql.Rows, p *PlacedLeaf) error {
		l := &p.LeafRow
		return rows.Scan(&l.Number, &l.Leaf, &l.Hash, &l.Kind, &l.At, &l.Service, &l.Subject, &l.Actor, &l.Body, &p.Unit)
	}, `SELECT leaf.number, leaf.leaf, leaf.hash, leaf.kind, leaf.at, leaf.service, leaf.subject, leaf.actor, leaf.body, COALESCE(service.unit, '')
		FROM leaf LEFT JOIN service ON service.id = leaf.service WHERE leaf.number >= $1 AND `+where+` ORDER BY leaf.number LIMIT CAST($2 AS BIGINT)`, args...)
}
