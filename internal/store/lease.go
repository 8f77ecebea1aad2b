package store

import (
	"context"
	"time"
)

// Lease takes work that one replica at a time does, or keeps it, for a while from now on. False says that another has it.
// A replica that is gone loses it when its time ends.
func (s *Store) Lease(ctx context.Context, work, holder string, now time.Time, length time.Duration) (bool, error) {
	var n int64
	err := s.change(ctx, func(t *Tx) (err error) {
		n, err = t.change(ctx, `INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE lease.holder = excluded.holder OR lease.until <= $4`,
			work, holder, micros(now.Add(length)), micros(now))
		return err
	})
	return n == 1, err
}

// Release gives work back, so that another replica may take it at once. Work that another has by now is left to it.
func (s *Store) Release(ctx context.Context, work, holder string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `DELETE FROM lease WHERE name = $1 AND holder = $2`, work, holder)
	})
}
