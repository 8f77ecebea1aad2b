package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Tokened is the content of token.created. Of the token itself only a hash is kept.
type Tokened struct {
	ID      ident.ID      `json:"id"`
	Name    string        `json:"name"`
	Hash    string        `json:"hash"`
	Scope   Allowed       `json:"scope"`
	Expires civil.Instant `json:"expires"`
}

// Allowed is what a token may do, and for what.
type Allowed struct {
	Role     ident.ID     `json:"role"`
	Units    []ident.ID   `json:"units,omitempty"`
	Services []ident.ID   `json:"services,omitempty"`
	Uses     []access.Use `json:"uses,omitempty"`
}

func (d *Tokened) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	scope, err := json.Marshal(d.Scope)
	if err != nil {
		return err
	}
	says := []any{string(d.ID), d.Hash, leaf.Body, leaf.Actor, string(scope), int64(leaf.At), int64(d.Expires), int64(0)}
	m := t.marker.over("token", says...)
	return t.exec(ctx, `INSERT INTO token (id, hash, body, maker, scope, created, expires, revoked, key_id, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		append(says, m.KeyID, m.Bytes)...)
}

// Revoked is the content of token.revoked.
type Revoked struct {
	ID     ident.ID `json:"id"`
	Reason string   `json:"reason,omitempty"`
}

func (d *Revoked) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	return t.one(ctx, `UPDATE token SET revoked = $2, key_id = '', mark = $3 WHERE id = $1 AND revoked = 0`, string(d.ID), int64(leaf.At), emptied) // it carries a mark no more, so that writing over the time brings nothing back
}

// Token is a token as it is now.
type Token struct {
	ID      ident.ID
	Name    string // in lists only
	Maker   string // who made it, as in the ledger
	Scope   Allowed
	Created civil.Instant
	Expires civil.Instant
	Revoked civil.Instant // 0 while it counts
	Used    Use
}

// Access gives the token as it is asked about.
func (t *Token) Access() access.Token {
	out := access.Token{ID: t.ID, Role: t.Scope.Role, Units: t.Scope.Units, Services: t.Scope.Services, Uses: t.Scope.Uses}
	if maker, is := strings.CutPrefix(t.Maker, "person:"); is {
		out.Maker = ident.ID(maker)
	}
	return out
}

const tokenColumns = `token.id, token.hash, token.body, token.maker, token.scope, token.created, token.expires, token.revoked, token.key_id, token.mark, COALESCE(used.at, 0)`

// keptToken is a token on its way out of its row.
type keptToken struct {
	Token
	hash, body, scope string
	mark              seal.Mark
}

func (t *keptToken) fields() []any {
	return []any{&t.ID, &t.hash, &t.body, &t.Maker, &t.scope, &t.Created, &t.Expires, &t.Revoked, &t.mark.KeyID, &t.mark.Bytes, &t.Used.micros}
}

// made says whether this server made it, as it is. One that was revoked carries no mark any more, and counts for nothing.
func (t *keptToken) made(m marker) bool {
	return t.Revoked != 0 || m.holds(t.mark, "token", string(t.ID), t.hash, t.body, t.Maker, t.scope, int64(t.Created), int64(t.Expires), int64(t.Revoked))
}

// TokenOf gives a token by the hash of its secret and the basis in force, in one statement. Whether it still counts is
// for the caller to say. One that this server did not make, or not as it is, is not there.
func (s *Store) TokenOf(ctx context.Context, hash string) (_ Token, b Basis, err error) {
	var t keptToken
	err = s.reader().row(ctx, `SELECT `+tokenColumns+`, `+basisColumns+` FROM token LEFT JOIN used ON used.name = 'token:' || token.id WHERE token.hash = $1`, hash).
		Scan(append(t.fields(), &b.Organisation, &b.Packs)...)
	if err == nil && !t.made(s.marker()) {
		err = sql.ErrNoRows
	}
	if err != nil {
		return t.Token, b, missing(err, "this token is not one of ours, or no longer")
	}
	err = t.read()
	return t.Token, b, err
}

func (t *keptToken) read() error {
	if err := json.Unmarshal([]byte(t.scope), &t.Scope); err != nil {
		return fault.Wrap(fault.Internal, err, "the scope of the token %s cannot be read back", t.ID)
	}
	return nil
}

// Tokens lists every token that was made, in order of id.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) { return s.tokens(ctx, `1 = 1`) }

// Token gives a token by its id.
func (s *Store) Token(ctx context.Context, id ident.ID) (Token, error) {
	some, err := s.tokens(ctx, `token.id = $1`, string(id))
	if err == nil && len(some) == 0 {
		err = fault.New(fault.NotFound, "there is no token of that id that you may see")
	}
	if err != nil {
		return Token{}, err
	}
	return some[0], nil
}

func (s *Store) tokens(ctx context.Context, where string, args ...any) ([]Token, error) {
	type row struct {
		keptToken
		sealed Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append(r.keptToken.fields(), r.sealed.fields()...)...)
	}, `SELECT `+tokenColumns+`, `+sealedColumns+` FROM token JOIN body ON body.id = token.body LEFT JOIN used ON used.name = 'token:' || token.id WHERE `+where+` ORDER BY token.id`, args...)
	out := make([]Token, 0, len(some))
	for i := range some {
		if !some[i].made(s.marker()) {
			continue
		}
		var said Tokened
		if err := s.into(&some[i].sealed, &said); err != nil {
			return nil, err
		}
		if err := some[i].read(); err != nil {
			return nil, err
		}
		some[i].Name = said.Name
		out = append(out, some[i].Token)
	}
	return out, err
}
