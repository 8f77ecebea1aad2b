package store

import "context"

// PutAside keeps work that will never be done as it is for a person to look at, without trying it again. Work that
// somebody else took over meanwhile is left to them.
func (s *Store) PutAside(ctx context.Context, j Job, trouble string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE job SET lease = 0, holder = '', trouble = $2, dead = 1 WHERE id = $1 AND tries = $3`, j.ID, trouble, j.Tries)
	})
}
