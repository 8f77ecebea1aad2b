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
	return t.exec(ctx, `INSERT INTO person (id, body, identity, left_at) VALUES ($1, $2, '', 0)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, left_at = 0`, string(i.Person), leaf.Body)
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
		err := t.exec(ctx, `INSERT INTO passkey (id, person, name, body, at) VALUES ($1, $2, $3, $4, $5)`, k.Passkey.ID, string(k.Person), k.Passkey.Name, leaf.Body, int64(leaf.At))
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
	n, err := t.change(ctx, `INSERT INTO person (id, body, identity, left_at) VALUES ($1, $2, $3, 0)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, identity = CASE WHEN excluded.identity = '' THEN person.identity ELSE excluded.identity END
		WHERE person.left_at = 0`+free, string(k.Person), leaf.Body, Identity(k.Issuer, k.Subject))
	if t.unique(err) || err == nil && n != 1 {
		return elsewhere()
	}
	return err
}

// Departed is the content of person.left: nothing that they signed in with, and no token that they made, counts any more.
type Departed struct {
	Person ident.ID `json:"person"`
	Reason string   `json:"reason,omitempty"`
}

func (d *Departed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	err := t.exec(ctx, `INSERT INTO person (id, body, identity, left_at) VALUES ($1, $2, '', $3)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, identity = '', left_at = excluded.left_at`, string(d.Person), leaf.Body, int64(leaf.At))
	if err != nil {
		return err
	}
	if err := t.exec(ctx, `DELETE FROM passkey WHERE person = $1`, string(d.Person)); err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE token SET revoked = $2 WHERE maker = $1 AND revoked = 0`, "person:"+string(d.Person), int64(leaf.At))
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

const wayColumns = `person.id, person.identity, (SELECT COUNT(*) FROM passkey WHERE passkey.person = person.id), person.left_at`

func (w *Way) fields() []any { return []any{&w.Person, &w.Identity, &w.Passkeys, &w.Left} }

func (w *Way) scan(rows *sql.Rows) error { return rows.Scan(w.fields()...) }

// Ways gives in what ways everybody can sign in who was ever invited or known.
func (s *Store) Ways(ctx context.Context) (map[ident.ID]Way, error) {
	all, err := collect(ctx, s.reader(), func(rows *sql.Rows, w *Way) error { return w.scan(rows) }, `SELECT `+wayColumns+` FROM person ORDER BY person.id`)
	out := make(map[ident.ID]Way, len(all))
	for _, w := range all {
		out[w.Person] = w
	}
	return out, err
}

// WayOf gives in what ways a person can sign in: none for one who was never invited.
func (s *Store) WayOf(ctx context.Context, person ident.ID) (Way, error) {
	return s.way(ctx, `person.id = $1`, string(person))
}

// WayBy gives whose account it is; a Way without a person when it is nobody's.
func (s *Store) WayBy(ctx context.Context, identity string) (Way, error) {
	return s.way(ctx, `person.identity = $1`, identity)
}

func (s *Store) way(ctx context.Context, where, value string) (w Way, err error) {
	all, err := collect(ctx, s.reader(), func(rows *sql.Rows, w *Way) error { return w.scan(rows) }, `SELECT `+wayColumns+` FROM person WHERE `+where, value)
	if err == nil && len(all) == 1 {
		w = all[0]
	}
	return w, err
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
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append([]any{&r.Person, &r.At, &r.Used.micros, &r.Used.Note}, r.body.fields()...)...)
	}, `SELECT passkey.person, passkey.at, COALESCE(used.at, 0), COALESCE(used.note, ''), `+sealedColumns+`
		FROM passkey JOIN body ON body.id = passkey.body LEFT JOIN used ON used.name = 'passkey:' || passkey.id WHERE `+where+` ORDER BY passkey.at, passkey.id`, value)
	for i := range some {
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
