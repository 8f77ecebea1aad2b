package store

import "context"

// Queued says how many changes wait for the writer, so that a test can wait until all of its own do.
func (s *Store) Queued() int { return len(s.queue) }

// Run runs a statement of a test's own in a change.
func (t *Tx) Run(ctx context.Context, text string) error { return t.exec(ctx, text) }
