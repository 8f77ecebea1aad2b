package store

import (
	"context"
	"database/sql"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Queued says how many changes wait for the writer, so that a test can wait until all of its own do.
func (s *Store) Queued() int { return len(s.queue) }

// Reading says how many turns to read are taken.
func (s *Store) Reading() int { return len(s.turns) }

// Read asks a query of a test's own outside a transaction, and gives the values of its first column.
func (s *Store) Read(ctx context.Context, query string) ([]string, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, v *string) error { return rows.Scan(v) }, query)
}

// Run runs a statement of a test's own in a change.
func (t *Tx) Run(ctx context.Context, text string) error { return t.exec(ctx, text) }

// Asked gives the one value that a query of a test's own is answered with in a change.
func (t *Tx) Asked(ctx context.Context, query string) (value string, err error) {
	err = t.row(ctx, query).Scan(&value)
	return value, err
}

// TroubleOf says what went wrong the last time that the posture of a service was judged; empty when nothing did.
func (s *Store) TroubleOf(ctx context.Context, service ident.ID) string {
	var trouble string
	_ = s.reader().row(ctx, `SELECT trouble FROM dirty WHERE service = $1`, string(service)).Scan(&trouble) // none is no trouble
	return trouble
}
