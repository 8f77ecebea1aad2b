package store

import (
	"context"
	"slices"
	"time"
)

// Use is when something was last used, and what its user said of itself.
type Use struct {
	Note   string
	micros int64
}

// At gives when it was; the zero time for never.
func (u Use) At() time.Time {
	if u.micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(u.micros)
}

// NoteUse notes, in a transaction, that something such as token:ID was used. An older use than the one known changes
// nothing.
func (t *Tx) NoteUse(ctx context.Context, name, note string, at time.Time) error {
	return t.exec(ctx, `INSERT INTO used (name, at, note) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET at = excluded.at, note = excluded.note WHERE used.at <= excluded.at`, name, micros(at), note)
}

// forgetPasskeys forgets when passkeys were used that no longer count, in the transaction of a redaction.
func (t *Tx) forgetPasskeys(ctx context.Context) error {
	return t.exec(ctx, `DELETE FROM used WHERE name LIKE 'passkey:%' AND NOT EXISTS (SELECT 1 FROM passkey WHERE 'passkey:' || passkey.id = used.name)`)
}

// Attempt is how often somebody tried in a row without getting in.
type Attempt struct {
	Count int
	Last  time.Time
}

// Try counts a try under each name, before it is made: so many tries at once are all counted. Wait says for each name
// until when it has to wait; where one does, nothing is counted. It gives what was counted before, and the latest of the
// waits.
func (s *Store) Try(ctx context.Context, names []string, now time.Time, wait func(name string, a Attempt) time.Time) (before map[string]Attempt, until time.Time, err error) {
	names = slices.Sorted(slices.Values(names)) // so that two who share some never wait for each other
	err = s.change(ctx, func(t *Tx) error {
		before, until = map[string]Attempt{}, time.Time{}
		for _, name := range names {
			a, err := t.attempt(ctx, name)
			if err != nil {
				return err
			}
			before[name] = a
			if w := wait(name, a); w.After(now) && w.After(until) {
				until = w
			}
		}
		if !until.IsZero() {
			return nil
		}
		for _, name := range names {
			if err := t.exec(ctx, `UPDATE attempt SET count = count + 1, at = $2 WHERE name = $1`, name, micros(now)); err != nil {
				return err
			}
		}
		return nil
	})
	return before, until, err
}

// attempt gives the tries under a name, and holds them against others until the end of the transaction.
func (t *Tx) attempt(ctx context.Context, name string) (a Attempt, err error) {
	if err := t.exec(ctx, `INSERT INTO attempt (name, count, at) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING`, name); err != nil {
		return a, err
	}
	var last int64
	err = t.row(ctx, `SELECT count, at FROM attempt WHERE name = $1`+t.lock, name).Scan(&a.Count, &last)
	a.Last = time.UnixMicro(last)
	return a, err
}

// Succeeded forgets the tries under names, in the transaction that lets somebody in.
func (t *Tx) Succeeded(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := t.exec(ctx, `DELETE FROM attempt WHERE name = $1`, name); err != nil {
			return err
		}
	}
	return nil
}
