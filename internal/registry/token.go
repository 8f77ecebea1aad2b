package registry

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const (
	tokenLongest = 366 * 24 * time.Hour // that a token may last
	usedEvery    = time.Hour            // how exactly is known when a token was last used
)

// NewToken is a token to be made.
type NewToken struct {
	Name    string // what it is for, such as the pipeline of the portal
	Scope   store.Allowed
	Expires civil.Instant // at most a year away
}

// CreatedToken is a token that was made. The secret is shown this once.
type CreatedToken struct {
	store.Token
	Secret  hidden.Text
	Written store.Written
}

// CreateToken makes a token for a machine.
func (r *Registry) CreateToken(ctx context.Context, who Asker, n NewToken) (*CreatedToken, error) {
	if err := r.overToken(ctx, who, access.CreateToken, n.Scope); err != nil {
		return nil, err
	}
	if err := r.tokenable(who, n); err != nil {
		return nil, err
	}
	return r.makeToken(ctx, who.ID, n)
}

// FirstToken makes a token at the terminal of the server: for everything that a machine may do in a role, anywhere.
func (r *Registry) FirstToken(ctx context.Context, role ident.ID, expires civil.Instant) (*CreatedToken, error) {
	who, err := r.Terminal(ctx)
	if err != nil {
		return nil, err
	}
	return r.CreateToken(ctx, who, NewToken{Name: "made at the terminal", Scope: store.Allowed{Role: role, Uses: access.Uses()}, Expires: expires})
}

// overToken says whether who asks may do something to a token: at every place where it reaches.
func (r *Registry) overToken(ctx context.Context, who Asker, use access.Use, scope store.Allowed) error {
	units, err := r.store.UnitsOf(ctx, scope.Services)
	if err != nil {
		return err
	}
	return who.overPlaces(use, scope, units)
}

// overPlaces says the same where the units of the services that a token is for are known.
func (who Asker) overPlaces(use access.Use, scope store.Allowed, units map[ident.ID]ident.ID) error {
	if len(scope.Units) == 0 && len(scope.Services) == 0 {
		return who.mayIn(use, "", "")
	}
	for _, unit := range scope.Units {
		if err := who.mayIn(use, unit, ""); err != nil {
			return fault.New(fault.KindOf(err), "units: %s: %s", unit, err)
		}
	}
	for _, id := range scope.Services {
		unit, there := units[id]
		var missing error
		if !there {
			missing = fault.New(fault.NotFound, "there is no service %s", id)
		}
		switch err := who.may(use, store.Service{ID: id, Unit: unit}, missing); {
		case err != nil && fault.KindOf(err) == fault.NotFound:
			return fault.New(fault.NotFound, "services: there is no service %s that you may see: give its id, once it is registered", id)
		case err != nil:
			return fault.New(fault.KindOf(err), "services: %s: %s", id, err)
		}
	}
	return nil
}

// tokenable says what keeps a token from being made.
func (r *Registry) tokenable(who Asker, n NewToken) error {
	now := r.store.Now()
	if strings.TrimSpace(n.Name) == "" || len(n.Name) > nameMost {
		return fault.New(fault.Invalid, "name: say what the token is for, in at most %d characters", nameMost)
	}
	if n.Expires <= now || n.Expires.Time().After(now.Time().Add(tokenLongest)) {
		return fault.New(fault.Invalid, "expires: a token ends within a year; give a time after now and at most a year away")
	}
	if !slices.Contains(who.roles(), n.Scope.Role) {
		return fault.New(fault.Invalid, "role: there is no role %s%s", n.Scope.Role, near(n.Scope.Role, who.roles(), "`bulkhead library show roles` lists them"))
	}
	for _, unit := range n.Scope.Units {
		if who.organisation().Unit(unit) == nil {
			return fault.New(fault.Invalid, "units: there is no unit %s in the organisation", unit)
		}
	}
	for _, use := range n.Scope.Uses {
		if !slices.Contains(access.Uses(), use) {
			return fault.New(fault.Invalid, "uses: there is no use %s%s", use, near(use, access.Uses(), "each operation in /api/v1/openapi.json names the one that it needs, as x-use"))
		}
	}
	return nil
}

// administrator is the role that looks after the record itself.
const administrator ident.ID = "administrator"

// roles gives the roles that there are: those of the library, those that somebody was appointed to, and the one that
// looks after the record.
func (who Asker) roles() []ident.ID {
	out := []ident.ID{administrator}
	for _, pack := range who.ground.home.Library.Packs {
		for i := range pack.Roles {
			out = append(out, pack.Roles[i].ID)
		}
	}
	for i := range who.organisation().Appointments {
		out = append(out, who.organisation().Appointments[i].Role)
	}
	return out
}

// near names what somebody may have meant, and otherwise says where the right words are.
func near[T ~string](id T, among []T, otherwise string) string {
	names := make([]string, len(among))
	for i := range among {
		names[i] = string(among[i])
	}
	if n := ident.Nearest(string(id), names); n != "" {
		return "; did you mean " + n + "?"
	}
	return "; " + otherwise
}

func (r *Registry) makeToken(ctx context.Context, actor string, n NewToken) (*CreatedToken, error) {
	secret, err := signin.NewSecret(signin.Token, rand.Reader)
	if err != nil {
		return nil, err
	}
	name, err := r.store.NewID()
	if err != nil {
		return nil, err
	}
	out := &CreatedToken{Token: store.Token{ID: ident.ID("t" + name[:16]), Name: n.Name, Maker: actor, Scope: n.Scope, Expires: n.Expires}, Secret: secret}
	out.Written, err = r.write(ctx, nil, store.Entry{
		Kind: ledger.TokenCreated, Actor: actor, Subject: "token:" + string(out.ID),
		Content: &store.Tokened{ID: out.ID, Name: n.Name, Hash: hashOf(secret), Scope: n.Scope, Expires: n.Expires},
	})
	out.Created = out.Written.At
	return out, err
}

// TokenAsker gives who came with a token, at the price of one statement (and of one more at most once an hour, which
// notes that the token is in use). The cause of its fault is Unknown where the token does not count.
func (r *Registry) TokenAsker(ctx context.Context, secret string) (Asker, error) {
	key, err := signin.ParseSecret(signin.Token, secret)
	if err != nil {
		return Asker{}, noToken("is none, or was cut short")
	}
	t, basis, err := r.store.TokenOf(ctx, hashOf(key))
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return Asker{}, noToken("was not made here, so it is of another server or was not copied whole")
	case err != nil:
		return Asker{}, err
	case t.Revoked != 0:
		return Asker{}, noToken("was revoked at %s", t.Revoked)
	case r.store.Now() >= t.Expires:
		return Asker{}, noToken("ended at %s", t.Expires)
	}
	if now := r.now(); now.Sub(t.Used.At()) >= usedEvery {
		// Who asks is let in also where nothing can be written.
		_ = r.store.Change(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.NoteUse(ctx, "token:"+string(t.ID), "", now) })
	}
	who, err := r.Token(ctx, t.Access(), basis)
	if maker := who.Behind(); err == nil && maker != "" && !r.works(who.ground, maker) {
		return Asker{}, noToken("was made by somebody who has left")
	}
	return who, err
}

// noToken says why a token does not count. Only somebody who has it learns that it was one: nobody comes upon a token.
func noToken(why string, args ...any) error {
	return fault.Wrap(fault.Forbidden, Unknown{}, "this token "+why+": ask whoever looks after the server for a new one", args...)
}

// Tokens lists the tokens that who asks may know of: those of which they may see every place.
func (r *Registry) Tokens(ctx context.Context, who Asker) ([]store.Token, error) {
	all, err := r.store.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	var named []ident.ID
	for i := range all {
		named = append(named, all[i].Scope.Services...)
	}
	units, err := r.store.UnitsOf(ctx, named)
	return slices.DeleteFunc(all, func(t store.Token) bool { return who.overPlaces(access.ReadTokens, t.Scope, units) != nil }), err
}

// RevokeToken ends a token at once. A token that who asks may not know of is not there for them.
func (r *Registry) RevokeToken(ctx context.Context, who Asker, id ident.ID, reason string) (store.Written, error) {
	t, err := r.store.Token(ctx, id)
	if err != nil {
		return store.Written{}, err
	}
	if err := r.overToken(ctx, who, access.RevokeToken, t.Scope); err != nil {
		if r.overToken(ctx, who, access.ReadTokens, t.Scope) != nil {
			return store.Written{}, fault.New(fault.NotFound, "there is no token of that id that you may see")
		}
		return store.Written{}, err
	}
	if t.Revoked != 0 {
		return store.Written{}, fault.New(fault.Conflict, "this token was revoked already")
	}
	return r.write(ctx, nil, store.Entry{
		Kind: ledger.TokenRevoked, Actor: who.ID, Subject: "token:" + string(id), Content: &store.Revoked{ID: id, Reason: reason},
	})
}
