package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Invited is the content of person.invited: somebody of the organisation may sign in for the first time, or anew after
// they lost what they signed in with.
type Invited struct {
	Person ident.ID `json:"person"`
	Email  string   `json:"email,omitempty"` // where the invitation went; empty when it was handed over
	Again  bool     `json:"again,omitempty"` // they had signed in before
}

func (i *Invited) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	return t.marked(ctx, i.Person, func() error {
		return t.exec(ctx, `INSERT INTO person (id, body, identity, left_at, key_id, mark) VALUES ($1, $2, '', 0, '', $3)
			ON CONFLICT (id) DO UPDATE SET body = excluded.body, left_at = 0`, string(i.Person), leaf.Body, emptied)
	})
}

// marked changes the row of a person and marks it anew. What it said before is held to its mark, so that nothing that
// somebody wrote into it is marked with the rest.
func (t *Tx) marked(ctx context.Context, id ident.ID, change func() error) error {
	if t.marker.ring == nil {
		return change()
	}
	if _, err := t.way(ctx, t.marker, `person.id = $1`, string(id)); err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	var identity string
	var left int64
	if err := t.row(ctx, `SELECT identity, left_at FROM person WHERE id = $1`, string(id)).Scan(&identity, &left); err != nil {
		return err
	}
	m := t.marker.over("person", string(id), identity, left)
	return t.exec(ctx, `UPDATE person SET key_id = $2, mark = $3 WHERE id = $1`, string(id), m.KeyID, m.Bytes)
}

// Known is the content of person.known: one way in which a person is known from now on, or no longer. It is an account
// at a sign-in service, a passkey, or the end of a passkey.
type Known struct {
	Person  ident.ID `json:"person"`
	Issuer  string   `json:"issuer,omitempty"`
	Subject string   `json:"subject,omitempty"`
	Email   string   `json:"email,omitempty"` // by which the account was matched; only for the first
	Passkey *Passkey `json:"passkey,omitempty"`
	Dropped string   `json:"dropped,omitempty"` // the id of a passkey that no longer counts
}

// Passkey is a passkey as it was made. It holds no secret.
type Passkey struct {
	ID     string          `json:"id"` // in base64url
	Name   string          `json:"name"`
	Record json.RawMessage `json:"record"`
}

// Identity names an account at a sign-in service without saying whose it is: only a digest of it is kept in the open.
func Identity(issuer, subject string) string {
	if issuer == "" && subject == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(issuer + "\x00" + subject))
	return hex.EncodeToString(sum[:])
}

// elsewhere is what is said when a way to sign in is somebody's already: it does not say whose.
func elsewhere() error {
	return fault.New(fault.Conflict, "this way to sign in is in use already: sign in with it, or choose another")
}

func (k *Known) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	if err := k.bind(ctx, t, leaf); err != nil {
		return err
	}
	if k.Passkey != nil {
		m := t.marker.over("passkey", k.Passkey.ID, string(k.Person), leaf.Body, int64(leaf.At))
		err := t.exec(ctx, `INSERT INTO passkey (id, person, name, body, at, key_id, mark) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			k.Passkey.ID, string(k.Person), k.Passkey.Name, leaf.Body, int64(leaf.At), m.KeyID, m.Bytes)
		if t.unique(err) {
			return elsewhere()
		}
		return err
	}
	if k.Dropped != "" {
		return t.one(ctx, `DELETE FROM passkey WHERE id = $1 AND person = $2`, k.Dropped, string(k.Person))
	}
	return nil
}

// bind makes the row of the person, unless they left. An account that was matched by an e-mail address is bound only
// where no other is, however many try at once.
func (k *Known) bind(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	free := ``
	if k.Email != "" {
		free = ` AND person.identity = ''`
	}
	return t.marked(ctx, k.Person, func() error {
		n, err := t.change(ctx, `INSERT INTO person (id, body, identity, left_at, key_id, mark) VALUES ($1, $2, $3, 0, '', $4)
			ON CONFLICT (id) DO UPDATE SET body = excluded.body, identity = CASE WHEN excluded.identity = '' THEN person.identity ELSE excluded.identity END
			WHERE person.left_at = 0`+free, string(k.Person), leaf.Body, Identity(k.Issuer, k.Subject), emptied)
		if t.unique(err) || err == nil && n != 1 {
			return elsewhere()
		}
		return err
	})
}

// Departed is the content of person.left: nothing that they signed in with, and no token that they made, counts any more.
type Departed struct {
	Person ident.ID `json:"person"`
	Reason string   `json:"reason,omitempty"`
}

func (d *Departed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	m := t.marker.over("person", string(d.Person), "", int64(leaf.At))
	err := t.exec(ctx, `INSERT INTO person (id, body, identity, left_at, key_id, mark) VALUES ($1, $2, '', $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, identity = '', left_at = excluded.left_at, key_id = excluded.key_id, mark = excluded.mark`,
		string(d.Person), leaf.Body, int64(leaf.At), m.KeyID, m.Bytes)
	if err != nil {
		return err
	}
	if err := t.exec(ctx, `DELETE FROM passkey WHERE person = $1`, string(d.Person)); err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE token SET revoked = $2, key_id = '', mark = $3 WHERE maker = $1 AND revoked = 0`, "person:"+string(d.Person), int64(leaf.At), emptied)
}

// SignedIn is the content of signed-in: a sign-in that somebody may want to know of later. No row follows from it.
type SignedIn struct {
	Person ident.ID `json:"person"`
	How    string   `json:"how"` // account, passkey or link
	Why    []string `json:"why"` // it is told: first, new-way, after-failures, administrator
}

// SessionEnded is the content of session.ended: somebody ended a session of somebody else. No row follows from it, since
// sessions are not part of the record.
type SessionEnded struct {
	Person  ident.ID `json:"person"`
	Session string   `json:"session"`
	Reason  string   `json:"reason,omitempty"`
}

// Way is in what ways a person can sign in.
type Way struct {
	Person   ident.ID
	Identity string // of their account at a sign-in service; empty when there is none
	Passkeys int
	Left     civil.Instant // 0 for somebody who has not left
}

// Any says whether the person can sign in at all.
func (w Way) Any() bool { return w.Left == 0 && (w.Identity != "" || w.Passkeys > 0) }

const wayColumns = `person.id, person.identity, (SELECT COUNT(*) FROM passkey WHERE passkey.person = person.id), person.left_at, person.key_id, person.mark`

// keptWay is a way on its way out of its row.
type keptWay struct {
	Way
	mark seal.Mark
}

func (w *keptWay) scan(rows *sql.Rows) error {
	return rows.Scan(&w.Person, &w.Identity, &w.Passkeys, &w.Left, &w.mark.KeyID, &w.mark.Bytes)
}

// made says whether this server made it, as it is.
func (w *keptWay) made(m marker) bool {
	return m.holds(w.mark, "person", string(w.Person), w.Identity, int64(w.Left))
}

// Ways gives in what ways everybody can sign in who was ever invited or known.
func (s *Store) Ways(ctx context.Context) (map[ident.ID]Way, error) {
	all, err := collect(ctx, s.reader(), func(rows *sql.Rows, w *keptWay) error { return w.scan(rows) }, `SELECT `+wayColumns+` FROM person ORDER BY person.id`)
	out := make(map[ident.ID]Way, len(all))
	for _, w := range all {
		out[w.Person] = w.Way
	}
	return out, err
}

// WayOf gives in what ways a person can sign in: none for one who was never invited.
func (s *Store) WayOf(ctx context.Context, person ident.ID) (Way, error) {
	return s.reader().way(ctx, s.marker(), `person.id = $1`, string(person))
}

// WayBy gives whose account it is; a Way without a person when it is nobody's.
func (s *Store) WayBy(ctx context.Context, identity string) (Way, error) {
	return s.reader().way(ctx, s.marker(), `person.identity = $1`, identity)
}

// way gives the way of the one person that there is. One that this server did not make is a fault: nobody is let in by it,
// and not in the way of somebody who was never known either.
func (c conn) way(ctx context.Context, m marker, where, value string) (Way, error) {
	all, err := collect(ctx, c, func(rows *sql.Rows, w *keptWay) error { return w.scan(rows) }, `SELECT `+wayColumns+` FROM person WHERE `+where, value)
	switch {
	case err != nil || len(all) != 1:
		return Way{}, err
	case !all[0].made(m):
		return Way{}, fault.New(fault.Internal, "what is kept of the person %s was not made by this server, or was changed: run bulkhead verify, and restore a backup", all[0].Person)
	}
	return all[0].Way, nil
}

// FirstIn says whether somebody ever signed in, or was bound to a way of doing so, and which revision of the organisation
// file was in force when they first did; 0 where there was none. It does not end when they leave.
func (s *Store) FirstIn(ctx context.Context, person ident.ID) (revision int64, came bool, err error) {
	return firstIn(ctx, s.reader(), person)
}

// FirstIn says the same. Where something is written in the same transaction, nobody comes in before it is.
func (t *Tx) FirstIn(ctx context.Context, person ident.ID) (revision int64, came bool, err error) {
	return firstIn(ctx, t.conn, person)
}

func firstIn(ctx context.Context, c conn, person ident.ID) (revision int64, came bool, err error) {
	var number int64
	err = c.row(ctx, `SELECT early.number, (SELECT COUNT(*) FROM leaf WHERE service = '' AND kind = $2 AND number < early.number)
		FROM (SELECT COALESCE(MIN(number), -1) AS number FROM leaf WHERE service = '' AND subject = $1 AND kind IN ($3, $4)) AS early`,
		"person:"+string(person), string(ledger.OrganisationRevised), string(ledger.PersonKnown), string(ledger.SignedIn)).Scan(&number, &revision)
	return revision, number >= 0, broken(err)
}

// AnyWay says whether anybody can sign in.
func (t *Tx) AnyWay(ctx context.Context) (bool, error) { return anyWay(ctx, t.conn) }

// AnyWay says whether anybody can sign in.
func (s *Store) AnyWay(ctx context.Context) (bool, error) { return anyWay(ctx, s.reader()) }

func anyWay(ctx context.Context, c conn) (bool, error) {
	var n int
	err := c.row(ctx, `SELECT COUNT(*) FROM person WHERE left_at = 0 AND (identity <> '' OR EXISTS (SELECT 1 FROM passkey WHERE passkey.person = person.id))`).Scan(&n)
	return n > 0, broken(err)
}

// KeptPasskey is a passkey as it is now.
type KeptPasskey struct {
	Passkey
	Person ident.ID
	At     civil.Instant // when it was made
	Used   Use
}

// Passkeys lists the passkeys of a person, oldest first.
func (s *Store) Passkeys(ctx context.Context, person ident.ID) ([]KeptPasskey, error) {
	return s.passkeys(ctx, `passkey.person = $1`, string(person))
}

// PasskeyOf gives a passkey by its id.
func (s *Store) PasskeyOf(ctx context.Context, id string) (KeptPasskey, error) {
	some, err := s.passkeys(ctx, `passkey.id = $1`, id)
	if err == nil && len(some) == 0 {
		err = fault.New(fault.NotFound, "nobody here has this passkey")
	}
	if err != nil {
		return KeptPasskey{}, err
	}
	return some[0], nil
}

func (s *Store) passkeys(ctx context.Context, where, value string) (out []KeptPasskey, err error) {
	type row struct {
		KeptPasskey
		kept string // under which id
		mark seal.Mark
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append([]any{&r.kept, &r.Person, &r.At, &r.mark.KeyID, &r.mark.Bytes, &r.Used.micros, &r.Used.Note}, r.body.fields()...)...)
	}, `SELECT passkey.id, passkey.person, passkey.at, passkey.key_id, passkey.mark, COALESCE(used.at, 0), COALESCE(used.note, ''), `+sealedColumns+`
		FROM passkey JOIN body ON body.id = passkey.body LEFT JOIN used ON used.name = 'passkey:' || passkey.id WHERE `+where+` ORDER BY passkey.at, passkey.id`, value)
	for i := range some {
		if r := &some[i]; !s.marker().holds(r.mark, "passkey", r.kept, string(r.Person), r.body.ID, int64(r.At)) {
			continue
		}
		var k Known
		if err := s.into(&some[i].body, &k); err != nil {
			return nil, err
		}
		if k.Passkey != nil {
			some[i].Passkey = *k.Passkey
			out = append(out, some[i].KeptPasskey)
		}
	}
	return out, err
}
