package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Answer is what a request was answered, kept for a while in case that it is sent again.
type Answer struct {
	Request string // a digest of the request
	Status  int
	Type    string // of the content
	Body    []byte
}

// Answer gives what an actor was answered to a request of a name; false when there was none in date.
func (s *Store) Answer(ctx context.Context, actor, name string, now time.Time) (a Answer, found bool, err error) {
	err = s.reader().row(ctx, `SELECT request, status, type, response FROM answer WHERE actor = $1 AND name = $2 AND expires > $3`, actor, name, micros(now)).Scan(&a.Request, &a.Status, &a.Type, &a.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	return a, err == nil, broken(err)
}

// KeepAnswer keeps an answer until a moment, and drops those of the past. Of two at the same time the first is kept.
func (s *Store) KeepAnswer(ctx context.Context, actor, name string, a Answer, now, until time.Time) error {
	return s.change(ctx, func(t *Tx) error {
		if err := t.exec(ctx, `DELETE FROM answer WHERE expires <= $1`, micros(now)); err != nil {
			return err
		}
		err := t.exec(ctx, `INSERT INTO answer (actor, name, request, status, type, response, expires) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (actor, name) DO NOTHING`,
			actor, name, a.Request, a.Status, a.Type, a.Body, micros(until))
		if err != nil {
			return fault.Wrap(fault.Internal, err, "the answer could not be kept")
		}
		return nil
	})
}
