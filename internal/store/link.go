package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// Link is something that was begun and is good for one answer: a link that signs somebody in, or a ceremony that waits for
// a browser. Of its secret only a hash is kept.
type Link struct {
	Purpose string
	Person  ident.ID // for whom; empty for whoever has it
	Payload json.RawMessage
	Expires time.Time
}

// KeepLink keeps a link under the hash of its secret.
func (t *Tx) KeepLink(ctx context.Context, hash string, l Link) error {
	m := t.marker.over("link", l.says(hash)...)
	return t.exec(ctx, `INSERT INTO link (hash, purpose, person, payload, expires, key_id, mark) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		append(l.says(hash), m.KeyID, m.Bytes)...)
}

// says gives what its row says.
func (l *Link) says(hash string) []any {
	return []any{hash, l.Purpose, string(l.Person), string(l.Payload), micros(l.Expires)}
}

const linkColumns = `purpose, person, payload, expires, key_id, mark`

// keptLink is a link with its mark.
type keptLink struct {
	Link
	mark seal.Mark
}

func scanLink(rows *sql.Rows, l *keptLink) error {
	var payload string
	var expires int64
	err := rows.Scan(&l.Purpose, &l.Person, &payload, &expires, &l.mark.KeyID, &l.mark.Bytes)
	l.Payload, l.Expires = json.RawMessage(payload), time.UnixMicro(expires)
	return err
}

// LinkOf gives a link that is good now, and leaves it.
func (s *Store) LinkOf(ctx context.Context, hash string, now time.Time) (Link, error) {
	some, err := collect(ctx, s.reader(), scanLink, `SELECT `+linkColumns+` FROM link WHERE hash = $1 AND expires > $2`, hash, micros(now))
	return s.marker().link(hash, some, err)
}

// TakeLink takes a link of a purpose: of however many who try, one is given it.
func (t *Tx) TakeLink(ctx context.Context, hash, purpose string, now time.Time) (Link, error) {
	some, err := collect(ctx, t.conn, scanLink, `DELETE FROM link WHERE hash = $1 AND purpose = $2 AND expires > $3 RETURNING `+linkColumns, hash, purpose, micros(now))
	return t.marker.link(hash, some, err)
}

// link gives the one link that was found, where it carries its mark.
func (m marker) link(hash string, some []keptLink, err error) (Link, error) {
	if err == nil && (len(some) == 0 || !m.holds(some[0].mark, "link", some[0].says(hash)...)) {
		err = fault.New(fault.NotFound, "this link was used already, is too old, or was never given out")
	}
	if err != nil {
		return Link{}, err
	}
	return some[0].Link, nil
}

// DropLinks takes away the links of a purpose for a person; for nobody in particular where none is named.
func (t *Tx) DropLinks(ctx context.Context, purpose string, person ident.ID) error {
	return t.exec(ctx, `DELETE FROM link WHERE purpose = $1 AND person = $2`, purpose, string(person))
}

// DropPurpose takes away every link of a purpose.
func (t *Tx) DropPurpose(ctx context.Context, purpose string) error {
	return t.exec(ctx, `DELETE FROM link WHERE purpose = $1`, purpose)
}
