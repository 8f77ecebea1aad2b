package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// UnitCount is how many services a unit has that are in use, and how many of them changed since they were judged.
type UnitCount struct {
	Unit     ident.ID
	Services int
	Judged   int
	Pending  int
}

// Units counts the services of a scope by unit, in order of unit.
func (s *Store) Units(ctx context.Context, scope Scope) ([]UnitCount, error) {
	where, args := scope.where(`service.id`, `service.unit`, nil)
	return collect(ctx, s.reader(), func(rows *sql.Rows, u *UnitCount) error {
		return rows.Scan(&u.Unit, &u.Services, &u.Judged, &u.Pending)
	},
		`SELECT service.unit, COUNT(*), COUNT(line.service), COUNT(dirty.service) FROM service
		LEFT JOIN line ON line.service = service.id LEFT JOIN dirty ON dirty.service = service.id
		WHERE service.retired = 0 AND `+where+` GROUP BY service.unit ORDER BY service.unit`, args...)
}

// UnitsOf gives the unit of each of some services, of those that there are.
func (s *Store) UnitsOf(ctx context.Context, services []ident.ID) (map[ident.ID]ident.ID, error) {
	units := map[ident.ID]ident.ID{}
	if len(services) == 0 {
		return units, nil
	}
	list, args := in(nil, slices.Compact(slices.Sorted(slices.Values(services))))
	_, err := collect(ctx, s.reader(), func(rows *sql.Rows, _ *struct{}) error {
		var id, unit ident.ID
		err := rows.Scan(&id, &unit)
		units[id] = unit
		return err
	}, `SELECT id, unit FROM service WHERE id IN `+list, args...)
	return units, err
}

// Inhabited gives the units that services in use belong to, in order of id.
func (t *Tx) Inhabited(ctx context.Context) ([]ident.ID, error) {
	return collect(ctx, t.conn, func(rows *sql.Rows, id *ident.ID) error { return rows.Scan(id) }, `SELECT DISTINCT unit FROM service WHERE retired = 0 ORDER BY unit`)
}

// Able gives the people who can sign in, in order of id.
func (t *Tx) Able(ctx context.Context) ([]ident.ID, error) {
	return collect(ctx, t.conn, func(rows *sql.Rows, id *ident.ID) error { return rows.Scan(id) },
		`SELECT id FROM person WHERE left_at = 0 AND (identity <> '' OR EXISTS (SELECT 1 FROM passkey WHERE passkey.person = person.id)) ORDER BY id`)
}

// BasisHeld says which organisation file and packs are in force, and keeps others from changing either until the
// transaction ends.
func (t *Tx) BasisHeld(ctx context.Context) (b Basis, err error) {
	if err := t.hold(ctx); err != nil {
		return b, broken(err)
	}
	err = t.row(ctx, `SELECT `+basisColumns).Scan(&b.Organisation, &b.Packs)
	return b, broken(err)
}
