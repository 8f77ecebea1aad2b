package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Session is a browser that is signed in. Of its secret only a hash is kept.
type Session struct {
	ID      string // to speak of it; it opens nothing
	Person  ident.ID
	How     string        // the person signed in: account, passkey or link
	Held    string        // a digest of what the person held when the secret was made
	Begun   time.Time     // when the person signed in
	Made    time.Time     // when its secret was made
	Seen    time.Time     // when it was last used, to the minute
	Idle    time.Duration // without use after which it ends
	Expires time.Time     // when it ends however much it is used
}

// Asked is a session as somebody came with its secret.
type Asked struct {
	Session
	Earlier bool          // the secret is the one before the newest
	Left    civil.Instant // when the person left; 0 when they have not
}

const sessionColumns = `session.id, session.person, session.how, session.held, session.begun, session.made, session.seen, session.idle, session.expires`

// moments are times as working tables keep them, on their way into a session.
type moments struct{ begun, made, seen, idle, expires int64 }

func (s *Session) fields(m *moments) []any {
	return []any{&s.ID, &s.Person, &s.How, &s.Held, &m.begun, &m.made, &m.seen, &m.idle, &m.expires}
}

func (s *Session) set(m moments) {
	s.Begun, s.Made, s.Seen, s.Expires = time.UnixMicro(m.begun), time.UnixMicro(m.made), time.UnixMicro(m.seen), time.UnixMicro(m.expires)
	s.Idle = time.Duration(m.idle) * time.Microsecond
}

// NewID gives an id that nobody can guess.
func (s *Store) NewID() (string, error) { return s.newID() }

// BeginSession keeps a session under the hash of its secret.
func (t *Tx) BeginSession(ctx context.Context, hash string, s Session) error {
	return t.exec(ctx, `INSERT INTO session (id, hash, earlier, person, how, held, begun, made, seen, idle, expires) VALUES ($1, $2, '', $3, $4, $5, $6, $6, $6, $7, $8)`,
		s.ID, hash, string(s.Person), s.How, s.Held, micros(s.Begun), s.Idle.Microseconds(), micros(s.Expires))
}

// SessionOf gives the session of a secret and the basis in force, in one statement. Whether it has ended is for the
// caller to say.
func (s *Store) SessionOf(ctx context.Context, hash string) (a Asked, b Basis, err error) {
	var m moments
	var kept string
	fields := append(a.fields(&m), &kept, &a.Left, &b.Organisation, &b.Packs)
	err = s.reader().row(ctx, `SELECT `+sessionColumns+`, session.hash, COALESCE(person.left_at, 0), `+basisColumns+`
		FROM session LEFT JOIN person ON person.id = session.person WHERE session.hash = $1 OR session.earlier = $1`, hash).Scan(fields...)
	a.set(m)
	a.Earlier = kept != hash
	return a, b, missing(err, "you are not signed in, or no longer")
}

// SeeSession notes that a session was used.
func (s *Store) SeeSession(ctx context.Context, id string, at time.Time) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE session SET seen = $2 WHERE id = $1 AND seen < $2`, id, micros(at))
	})
}

// RotateSession gives a session a new secret. The one before goes on for what was under way; when two ask at once, one
// is given the new secret and the other false.
func (s *Store) RotateSession(ctx context.Context, was, hash, held string, at time.Time) (bool, error) {
	var n int64
	err := s.change(ctx, func(t *Tx) (err error) {
		n, err = t.change(ctx, `UPDATE session SET earlier = hash, hash = $2, held = $3, made = $4, seen = $4 WHERE hash = $1`, was, hash, held, micros(at))
		return err
	})
	return n == 1, err
}

// Sessions lists the sessions of a person that have not ended, the newest first.
func (s *Store) Sessions(ctx context.Context, person ident.ID, now time.Time) ([]Session, error) {
	return collect(ctx, s.reader(), func(rows *sql.Rows, v *Session) error {
		var m moments
		err := rows.Scan(v.fields(&m)...)
		v.set(m)
		return err
	}, `SELECT `+sessionColumns+` FROM session WHERE person = $1 AND expires > $2 AND seen + idle > $2 ORDER BY begun DESC, id`, string(person), micros(now))
}

// EndSession ends one session of a person.
func (t *Tx) EndSession(ctx context.Context, person ident.ID, id string) error {
	n, err := t.change(ctx, `DELETE FROM session WHERE id = $1 AND person = $2`, id, string(person))
	if err == nil && n != 1 {
		err = fault.New(fault.NotFound, "there is no such session, or it has ended already")
	}
	return err
}

// EndSessions ends every session of a person, but for one that may be named.
func (t *Tx) EndSessions(ctx context.Context, person ident.ID, but string) error {
	return t.exec(ctx, `DELETE FROM session WHERE person = $1 AND id <> $2`, string(person), but)
}

// EndSessionOf ends the session of a secret; none is no fault.
func (s *Store) EndSessionOf(ctx context.Context, hash string) error {
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `DELETE FROM session WHERE hash = $1 OR earlier = $1`, hash)
	})
}

// Change makes a change to working tables, which leaves no entry.
func (s *Store) Change(ctx context.Context, do func(ctx context.Context, t *Tx) error) error {
	return s.change(ctx, func(t *Tx) error { return do(ctx, t) })
}

// attemptsKept is how long failures are counted together.
const attemptsKept = 24 * time.Hour

// ForgetEnded forgets sessions, links and answers that have ended, and failures of long ago.
func (s *Store) ForgetEnded(ctx context.Context, now time.Time) error {
	return s.change(ctx, func(t *Tx) error {
		if err := t.exec(ctx, `DELETE FROM session WHERE expires <= $1 OR seen + idle <= $1`, micros(now)); err != nil {
			return err
		}
		if err := t.exec(ctx, `DELETE FROM link WHERE expires <= $1`, micros(now)); err != nil {
			return err
		}
		if err := t.forgetAnswers(ctx, now); err != nil {
			return err
		}
		return t.exec(ctx, `DELETE FROM attempt WHERE at <= $1`, micros(now.Add(-attemptsKept)))
	})
}
