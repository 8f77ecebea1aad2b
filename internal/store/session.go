package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
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

	hash, earlier string // of its secret, and of the one before
}

// Asked is a session as somebody came with its secret.
type Asked struct {
	Session
	Earlier bool          // the secret is the one before the newest
	Left    civil.Instant // when the person left; 0 when they have not
}

const sessionColumns = `session.id, session.hash, session.earlier, session.person, session.how, session.held, session.begun, session.made, session.seen, session.idle, session.expires, session.key_id, session.mark`

// moments are times as working tables keep them, and the mark, on their way into a session.
type moments struct {
	begun, made, seen, idle, expires int64
	mark                             seal.Mark
}

func (s *Session) fields(m *moments) []any {
	return []any{&s.ID, &s.hash, &s.earlier, &s.Person, &s.How, &s.Held, &m.begun, &m.made, &m.seen, &m.idle, &m.expires, &m.mark.KeyID, &m.mark.Bytes}
}

// says gives what its row says.
func (s *Session) says() []any {
	return []any{
		s.ID, s.hash, s.earlier, string(s.Person), s.How, s.Held,
		micros(s.Begun), micros(s.Made), micros(s.Seen), s.Idle.Microseconds(), micros(s.Expires),
	}
}

func (s *Session) set(m moments) {
	s.Begun, s.Made, s.Seen, s.Expires = time.UnixMicro(m.begun), time.UnixMicro(m.made), time.UnixMicro(m.seen), time.UnixMicro(m.expires)
	s.Idle = time.Duration(m.idle) * time.Microsecond
}

// NewID gives an id that nobody can guess.
func (s *Store) NewID() (string, error) { return s.newID() }

// BeginSession keeps a session under the hash of its secret.
func (t *Tx) BeginSession(ctx context.Context, hash string, s Session) error {
	s.hash, s.earlier, s.Made, s.Seen = hash, "", s.Begun, s.Begun
	m := t.marker.over("session", s.says()...)
	return t.exec(ctx, `INSERT INTO session (id, hash, earlier, person, how, held, begun, made, seen, idle, expires, key_id, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		append(s.says(), m.KeyID, m.Bytes)...)
}

// SessionOf gives the session of a secret and the basis in force, in one statement. Whether it has ended is for the
// caller to say. One that this server did not make, or not as it is, is not there.
func (s *Store) SessionOf(ctx context.Context, hash string) (a Asked, b Basis, err error) {
	var m moments
	fields := append(a.fields(&m), &a.Left, &b.Organisation, &b.Packs)
	err = s.reader().row(ctx, `SELECT `+sessionColumns+`, COALESCE(person.left_at, 0), `+basisColumns+`
		FROM session LEFT JOIN person ON person.id = session.person WHERE session.hash = $1 OR session.earlier = $1`, hash).Scan(fields...)
	a.set(m)
	if a.Earlier = a.hash != hash; err == nil && !s.marker().holds(m.mark, "session", a.says()...) {
		err = sql.ErrNoRows
	}
	return a, b, missing(err, "you are not signed in, or no longer")
}

// SeeSession notes that a session, as it was found, was used.
func (s *Store) SeeSession(ctx context.Context, seen Session, at time.Time) error {
	seen.Seen = at
	m := s.marker().over("session", seen.says()...)
	return s.change(ctx, func(t *Tx) error {
		return t.exec(ctx, `UPDATE session SET seen = $3, key_id = $4, mark = $5 WHERE id = $1 AND hash = $2 AND seen < $3`, seen.ID, seen.hash, micros(at), m.KeyID, m.Bytes)
	})
}

// RotateSession gives a session, as it was found, a new secret. The one before goes on for what was under way; when two
// ask at once, one is given the new secret and the other false.
func (s *Store) RotateSession(ctx context.Context, was Asked, hash, held string, at time.Time) (bool, error) {
	if was.Earlier {
		return false, nil
	}
	next := was.Session
	next.earlier, next.hash, next.Held, next.Made, next.Seen = was.hash, hash, held, at, at
	m := s.marker().over("session", next.says()...)
	var n int64
	err := s.change(ctx, func(t *Tx) (err error) {
		n, err = t.change(ctx, `UPDATE session SET earlier = hash, hash = $2, held = $3, made = $4, seen = $4, key_id = $5, mark = $6 WHERE hash = $1`, was.hash, hash, held, micros(at), m.KeyID, m.Bytes)
		return err
	})
	return n == 1, err
}

// Sessions lists the sessions of a person that have not ended, the newest first.
func (s *Store) Sessions(ctx context.Context, person ident.ID, now time.Time) ([]Session, error) {
	all, err := collect(ctx, s.reader(), func(rows *sql.Rows, v *Session) error {
		var m moments
		err := rows.Scan(v.fields(&m)...)
		if v.set(m); err == nil && !s.marker().holds(m.mark, "session", v.says()...) {
			v.ID = ""
		}
		return err
	}, `SELECT `+sessionColumns+` FROM session WHERE person = $1 AND expires > $2 AND seen + idle > $2 ORDER BY begun DESC, id`, string(person), micros(now))
	return slices.DeleteFunc(all, func(v Session) bool { return v.ID == "" }), err
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
