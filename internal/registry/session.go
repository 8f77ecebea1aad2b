package registry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Unknown is the cause of every fault that says that we do not know who asks: with no secret, or with one that is none,
// was never given out, has ended or was taken back. The fault is the same for all of them.
type Unknown struct{}

func (Unknown) Error() string { return "not known" }

func signedOut() error {
	return fault.Wrap(fault.Forbidden, Unknown{}, "you are not signed in, or no longer: sign in and try again")
}

const (
	seenEvery   = time.Minute      // how exactly is known when a session was last used
	rotateEvery = 24 * time.Hour   // a secret is replaced
	overlap     = time.Minute      // a replaced secret goes on for what was under way
	freshFor    = 15 * time.Minute // somebody who signed in is taken to still sit there
)

// Signed is somebody who is signed in at a browser.
type Signed struct {
	Asker
	Session store.Asked
	Stale   bool // its secret is due to be replaced: it is old, or the person holds something else than when it was made
	Fresh   bool // the person signed in just now, so they may change how they sign in
}

// SessionAsker gives who has the secret of a session, at the price of one statement (and of one more at most once a
// minute, which notes that the session is in use). The cause of its fault is Unknown where they are not signed in.
func (r *Registry) SessionAsker(ctx context.Context, secret string) (Asker, error) {
	s, err := r.Signed(ctx, secret)
	return s.Asker, err
}

// Signed gives the same with the session.
func (r *Registry) Signed(ctx context.Context, secret string) (Signed, error) {
	key, err := signin.ParseSecret(signin.Session, secret)
	if err != nil {
		return Signed{}, signedOut()
	}
	a, basis, err := r.store.SessionOf(ctx, hashOf(key))
	if err != nil {
		return Signed{}, unknownFor(err)
	}
	now := r.now()
	if a.Left != 0 || !live(&a.Session, now) || a.Earlier && now.Sub(a.Made) > overlap {
		return Signed{}, signedOut()
	}
	who, err := r.Person(ctx, a.Person, basis)
	if err != nil {
		return Signed{}, err
	}
	if !r.works(who.ground, a.Person) {
		return Signed{}, signedOut()
	}
	if now.Sub(a.Seen) >= seenEvery {
		_ = r.store.SeeSession(ctx, a.Session, now) // who asks is let in also where nothing can be written
	}
	return Signed{
		Asker: who, Session: a,
		Stale: now.Sub(a.Made) > rotateEvery || a.Held != heldBy(who),
		Fresh: now.Sub(a.Begun) < freshFor,
	}, nil
}

// live says whether a session goes on.
func live(s *store.Session, now time.Time) bool {
	return now.Before(s.Seen.Add(s.Idle)) && now.Before(s.Expires)
}

// unknownFor makes what is not there the one fault that says that we do not know who asks.
func unknownFor(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return signedOut()
	}
	return err
}

// works says whether a person is in the organisation now.
func (r *Registry) works(g *ground, id ident.ID) bool {
	p := personIn(g, id)
	return p != nil && !civil.NewWatch(r.store.Now()).Passed(g.home.Zone.End(p.Left))
}

func personIn(g *ground, id ident.ID) *org.Person {
	if g.home.Organisation == nil {
		return nil
	}
	for i := range g.home.Organisation.People {
		if p := &g.home.Organisation.People[i]; p.ID == id {
			return p
		}
	}
	return nil
}

// heldBy digests what somebody holds, so that a change of it is seen.
func heldBy(who Asker) string {
	text, err := json.Marshal(who.Holdings)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Rotate gives a session a new secret in place of an old one. False says that another request was given it: that one
// tells the browser.
func (r *Registry) Rotate(ctx context.Context, who Signed) (hidden.Text, bool, error) {
	next, err := signin.NewSecret(signin.Session, rand.Reader)
	if err != nil {
		return hidden.Text{}, false, err
	}
	given, err := r.store.RotateSession(ctx, who.Session, hashOf(next), heldBy(who.Asker), r.now())
	return next, given, err
}

func hashOf(secret hidden.Text) string { return hex.EncodeToString(secret.Hash()) }

// SignOut ends the session of a secret. Whoever has the secret may: it needs no role to leave.
func (r *Registry) SignOut(ctx context.Context, secret string) error {
	key, err := signin.ParseSecret(signin.Session, secret)
	if err != nil {
		return nil // there is nothing to end
	}
	return r.store.EndSessionOf(ctx, hashOf(key))
}

// OwnSessions lists where somebody is signed in, the newest first.
func (r *Registry) OwnSessions(ctx context.Context, who Asker) ([]store.Session, error) {
	if err := who.mayIn(access.ReadOwnProfile, "", ""); err != nil {
		return nil, err
	}
	return r.store.Sessions(ctx, who.Person, r.now())
}

// EndOwnSession ends one session of who asks.
func (r *Registry) EndOwnSession(ctx context.Context, who Asker, id string) error {
	if err := who.mayIn(access.EndOwnSession, "", ""); err != nil {
		return err
	}
	return r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error { return t.EndSession(ctx, who.Person, id) })
}

// EndOtherSessions ends every session of who asks but the one that they ask from.
func (r *Registry) EndOtherSessions(ctx context.Context, who Signed) error {
	if err := who.mayIn(access.EndOwnSession, "", ""); err != nil {
		return err
	}
	return r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error { return t.EndSessions(ctx, who.Person, who.Session.ID) })
}

// SessionsOf lists where somebody else is signed in, for who may end that.
func (r *Registry) SessionsOf(ctx context.Context, who Asker, person ident.ID) ([]store.Session, error) {
	if err := who.mayIn(access.EndAnySession, "", ""); err != nil {
		return nil, err
	}
	return r.store.Sessions(ctx, person, r.now())
}

// EndAnySession ends a session of somebody else, and says so in the record.
func (r *Registry) EndAnySession(ctx context.Context, who Asker, person ident.ID, id, reason string) (store.Written, error) {
	if err := who.mayIn(access.EndAnySession, "", ""); err != nil {
		return store.Written{}, err
	}
	return r.write(ctx, func(ctx context.Context, t *store.Tx) error { return t.EndSession(ctx, person, id) }, store.Entry{
		Kind: ledger.SessionEnded, Actor: who.ID, Subject: "person:" + string(person),
		Content: &store.SessionEnded{Person: person, Session: id, Reason: reason},
	})
}
