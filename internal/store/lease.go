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

// GiveBack frees the postures that a holder claimed and does not finish, so that another may judge them at once.
func (s *Store) GiveBack(ctx context.Context, holder string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE dirty SET lease = 0, holder = '' WHERE holder = $1`, holder)
	})
}

// GiveBackJobs does the same for background work.
func (s *Store) GiveBackJobs(ctx context.Context, holder string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE job SET lease = 0, holder = '' WHERE holder = $1`, holder)
	})
}

// TakeOver frees whatever anybody holds. It is for whoever is known to be alone with the record: those who held it are gone.
func (s *Store) TakeOver(ctx context.Context) error {
	return s.change(ctx, func(t *Tx) error {
		for _, query := range []string{
			`UPDATE dirty SET lease = 0, holder = '' WHERE lease > 0`,
			`UPDATE job SET lease = 0, holder = '' WHERE lease > 0`,
			`DELETE FROM lease`,
		} {
			if err := t.exec(ctx, query); err != nil {
				return err
			}
		}
		return nil
	})
}
