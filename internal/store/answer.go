package store

import (
	"context"
	"time"
)

// Answer is what a request was answered, kept for a while in case that it is sent again.
type Answer struct {
	Request string // a digest of the request
	Status  int    // 0 while the request is being done
	Type    string // of the content
	Body    []byte
}

// BeginAnswer claims a name of an actor's for a request until a moment, so that of two at once only one is done. It gives
// false, and what the name stands for, when it was claimed before. What ended is forgotten.
func (s *Store) BeginAnswer(ctx context.Context, actor, name, request string, now, until time.Time) (a Answer, begun bool, err error) {
	err = s.change(ctx, func(t *Tx) error {
		if err := t.exec(ctx, `DELETE FROM answer WHERE expires <= $1`, micros(now)); err != nil {
			return err
		}
		n, err := t.change(ctx, `INSERT INTO answer (actor, name, request, status, type, response, expires) VALUES ($1, $2, $3, 0, '', $4, $5) ON CONFLICT (actor, name) DO NOTHING`,
			actor, name, request, []byte{}, micros(until))
		if begun = n == 1; err != nil || begun {
			return err
		}
		return t.row(ctx, `SELECT request, status, type, response FROM answer WHERE actor = $1 AND name = $2`, actor, name).Scan(&a.Request, &a.Status, &a.Type, &a.Body)
	})
	return a, begun, err
}

// KeepAnswer keeps the answer to a request whose name was claimed, until a moment.
func (s *Store) KeepAnswer(ctx context.Context, actor, name string, a Answer, until time.Time) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE answer SET status = $1, type = $2, response = $3, expires = $4 WHERE actor = $5 AND name = $6 AND request = $7 AND status = 0`,
			a.Status, a.Type, a.Body, micros(until), actor, name, a.Request)
	})
}

// DropAnswer gives a claimed name back, since nothing was done.
func (s *Store) DropAnswer(ctx context.Context, actor, name string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `DELETE FROM answer WHERE actor = $1 AND name = $2 AND status = 0`, actor, name)
	})
}
