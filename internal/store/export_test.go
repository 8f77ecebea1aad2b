package store

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Queued says how many changes wait for the writer, so that a test can wait until all of its own do.
func (s *Store) Queued() int { return len(s.queue) }

// Run runs a statement of a test's own in a change.
func (t *Tx) Run(ctx context.Context, text string) error { return t.exec(ctx, text) }

// TroubleOf says what went wrong the last time that the posture of a service was judged; empty when nothing did.
func (s *Store) TroubleOf(ctx context.Context, service ident.ID) string {
	var trouble string
	_ = s.reader().row(ctx, `SELECT trouble FROM dirty WHERE service = $1`, string(service)).Scan(&trouble) // none is no trouble
	return trouble
}
