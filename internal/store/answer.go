package store

import (
	"context"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// Answer is what a request was answered, kept for a while in case that it is sent again.
type Answer struct {
	Request string // a digest of the request
	Status  int    // 0 while the request is being done
	Type    string // of the content
	Body    []byte
	Emptied bool // a redaction destroyed what was answered
}

// voided is the status of a request that is being done while something is redacted: what it answers is not kept, since it
// may show what was there before.
const voided = -1

// answerPlace is where an answer belongs, so that what is sealed for one cannot be put in the place of another.
func answerPlace(actor, name string) string { return "answer/" + actor + "/" + name }

// BeginAnswer claims a name of an actor's for a request until a moment, so that of two at once only one is done. It gives
// false, and what the name stands for, when it was claimed before. What ended is forgotten.
func (s *Store) BeginAnswer(ctx context.Context, actor, name, request string, now, until time.Time) (a Answer, begun bool, err error) {
	b := Sealed{ID: answerPlace(actor, name)}
	err = s.change(ctx, func(t *Tx) error {
		if err := t.forgetAnswers(ctx, now); err != nil {
			return err
		}
		n, err := t.change(ctx, `INSERT INTO answer (actor, name, request, status, type, key_id, wrapped, sealed, expires) VALUES ($1, $2, $3, 0, '', '', NULL, $4, $5) ON CONFLICT (actor, name) DO NOTHING`,
			actor, name, request, emptied, micros(until))
		if begun = n == 1; err != nil || begun {
			return err
		}
		return t.row(ctx, `SELECT request, status, type, key_id, wrapped, sealed FROM answer WHERE actor = $1 AND name = $2`, actor, name).
			Scan(&a.Request, &a.Status, &a.Type, &b.KeyID, &b.Wrapped, &b.Bytes)
	})
	a.Status = max(a.Status, 0)
	if err != nil || begun || a.Status == 0 {
		return a, begun, err
	}
	if a.Emptied = len(b.Wrapped) == 0; a.Emptied {
		return a, false, nil
	}
	a.Body, err = s.open(&b)
	return a, false, err
}

// KeepAnswer keeps the answer to a request whose name was claimed, until a moment. It is sealed as a body is. Of one that
// was under way during a redaction only that it was done is kept.
func (s *Store) KeepAnswer(ctx context.Context, actor, name string, a Answer, until time.Time) error {
	e, err := seal.Seal(s.ring, answerPlace(actor, name), a.Body)
	if err != nil {
		return err
	}
	return s.change(ctx, func(t *Tx) error {
		err := t.exec(ctx, `UPDATE answer SET status = $1, type = $2, key_id = $3, wrapped = $4, sealed = $5, expires = $6 WHERE actor = $7 AND name = $8 AND request = $9 AND status = 0`,
			a.Status, a.Type, e.KeyID, e.Wrapped, e.Sealed, micros(until), actor, name, a.Request)
		if err != nil {
			return err
		}
		return t.exec(ctx, `UPDATE answer SET status = $1, expires = $2 WHERE actor = $3 AND name = $4 AND request = $5 AND status = $6`,
			a.Status, micros(until), actor, name, a.Request, voided)
	})
}

// DropAnswer gives a claimed name back, since nothing was done.
func (s *Store) DropAnswer(ctx context.Context, actor, name string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `DELETE FROM answer WHERE actor = $1 AND name = $2 AND status <= 0`, actor, name)
	})
}

// emptyAnswers destroys what was answered to all requests, in the transaction of a redaction: nobody can say which of it
// shows what is redacted. That they were done stays known, so that none is done twice.
func (t *Tx) emptyAnswers(ctx context.Context) error {
	return t.exec(ctx, `UPDATE answer SET key_id = '', wrapped = NULL, sealed = $1, status = CASE WHEN status = 0 THEN $2 ELSE status END`, emptied, voided)
}

// forgetAnswers forgets the answers whose time has ended.
func (t *Tx) forgetAnswers(ctx context.Context, now time.Time) error {
	return t.exec(ctx, `DELETE FROM answer WHERE expires <= $1`, micros(now))
}
