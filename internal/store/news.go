package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"
)

// toldName is the name under which it is noted how far the ledger was gone through for news.
const toldName = "news"

// Told gives the number of the first leaf that was not gone through for news yet.
func (s *Store) Told(ctx context.Context) (number int64, err error) {
	var note string
	err = s.reader().row(ctx, `SELECT note FROM used WHERE name = $1`, toldName).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, broken(err)
	}
	number, err = strconv.ParseInt(note, 10, 64)
	return number, err
}

// TellTo has work wait, and notes that the ledger was gone through up to a number, in one transaction.
func (s *Store) TellTo(ctx context.Context, jobs []Job, number int64, now time.Time) error {
	ids := make([]string, len(jobs))
	for i := range ids {
		var err error
		if ids[i], err = s.newID(); err != nil {
			return err
		}
	}
	return s.change(ctx, func(t *Tx) error {
		for i := range jobs {
			if err := t.Enqueue(ctx, ids[i], jobs[i], now); err != nil {
				return err
			}
		}
		return t.exec(ctx, `INSERT INTO used (name, at, note) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET at = excluded.at, note = excluded.note`, toldName, micros(now), strconv.FormatInt(number, 10))
	})
}
