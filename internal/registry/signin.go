package registry

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Ways are the ways in which people sign in here: nil where one is not set up.
type Ways struct {
	Provider *signin.Provider
	Passkeys *signin.Passkeys
	Demo     bool // links for a demonstration are taken
}

// Door is where people come in: with the account of their organisation, with a passkey, or with a link. There are no
// passwords. Whatever is wrong with a try, the answer does not say whether there is such a person.
type Door struct {
	registry *Registry
	ways     Ways
}

// Door gives the door for the ways that are set up.
func (r *Registry) Door(w Ways) *Door { return &Door{registry: r, ways: w} }

// How somebody signed in.
const (
	byAccount = "account"
	byPasskey = "passkey"
	byLink    = "link"
)

// What a ceremony that waits for a browser is for.
const (
	accountStep = "account"
	loginStep   = "passkey-login"
	makeStep    = "passkey-new"

	stepLasts = 10 * time.Minute
)

// entrance is somebody about to be let in.
type entrance struct {
	person  ident.ID
	how     string
	tries   *tries
	why     []string      // it is told in the record, beside what is found here
	entries []store.Entry // what else follows from it
	used    string        // the passkey that was used, and
	record  string        // what is known of it now
	take    *taking       // the link that is used up
	guard   func(context.Context, *store.Tx) error
}

// taking is a link to be used up in the transaction that lets somebody in.
type taking struct {
	secret  hidden.Text
	purpose string
}

// enter makes a session. A sign-in of note is told in the record, in the same transaction.
func (d *Door) enter(ctx context.Context, e *entrance) (hidden.Text, error) {
	r := d.registry
	held, chief, err := r.standing(ctx, e.person)
	if err != nil {
		return hidden.Text{}, err
	}
	id, err := r.store.NewID()
	if err != nil {
		return hidden.Text{}, err
	}
	secret, err := signin.NewSecret(signin.Session, rand.Reader)
	if err != nil {
		return hidden.Text{}, err
	}
	now := r.now()
	session := store.Session{ID: id, Person: e.person, How: e.how, Held: held, Begun: now, Idle: d.registry.keeping.Idle, Expires: now.Add(d.registry.keeping.Most)}
	guard := func(ctx context.Context, t *store.Tx) error {
		if err := d.admit(ctx, t, e, now); err != nil {
			return err
		}
		return t.BeginSession(ctx, hashOf(secret), session)
	}
	entries := e.entries
	if why := e.ofNote(chief); len(why) > 0 {
		entries = append(entries, store.Entry{
			Kind: ledger.SignedIn, Actor: "person:" + string(e.person), Subject: "person:" + string(e.person),
			Content: &store.SignedIn{Person: e.person, How: e.how, Why: why},
		})
	}
	if len(entries) == 0 {
		return secret, r.store.Change(ctx, guard)
	}
	_, err = r.store.Write(ctx, entries, guard)
	return secret, err
}

// admit does in the transaction what letting somebody in comes with.
func (d *Door) admit(ctx context.Context, t *store.Tx, e *entrance, now time.Time) error {
	if e.take != nil {
		if _, err := t.TakeLink(ctx, hashOf(e.take.secret), e.take.purpose, now); err != nil {
			return badLink()
		}
	}
	if e.guard != nil {
		if err := e.guard(ctx, t); err != nil {
			return err
		}
	}
	if e.used != "" {
		if err := t.NoteUse(ctx, "passkey:"+e.used, e.record, now); err != nil {
			return err
		}
	}
	return t.Succeeded(ctx, e.tries.names...)
}

// chiefIn is why every sign-in of an administrator is told.
const chiefIn = "administrator"

// lockedFrom is after how many failures somebody had to wait.
const lockedFrom = 5

// ofNote says why a sign-in is told in the record: of an administrator every one is.
func (e *entrance) ofNote(chief bool) []string {
	why := e.why
	switch n := e.tries.failures(); {
	case n >= lockedFrom:
		why = append(why, "after-lock-out")
	case n > 0:
		why = append(why, "after-failures")
	}
	if chief && !slices.Contains(why, chiefIn) {
		why = append(why, chiefIn)
	}
	return why
}

// standing digests what a person holds now, and says whether they are an administrator.
func (r *Registry) standing(ctx context.Context, id ident.ID) (held string, chief bool, err error) {
	basis, err := r.store.Basis(ctx)
	if err != nil {
		return "", false, err
	}
	who, err := r.Person(ctx, id, basis)
	for _, h := range who.Holdings {
		chief = chief || h.Role == administrator
	}
	return heldBy(who), chief, err
}

// keep keeps something that waits for one answer of a browser, and gives the secret that the browser keeps of it.
func (d *Door) keep(ctx context.Context, purpose string, person ident.ID, payload json.RawMessage) (hidden.Text, error) {
	step, err := signin.NewSecret(signin.Link, rand.Reader)
	if err != nil {
		return hidden.Text{}, err
	}
	r := d.registry
	return step, r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error {
		return t.KeepLink(ctx, hashOf(step), store.Link{Purpose: purpose, Person: person, Payload: payload, Expires: r.now().Add(stepLasts)})
	})
}

// take takes what waits: it is gone before the answer to it is judged, so that no answer counts twice.
func (d *Door) take(ctx context.Context, purpose, step string) (l store.Link, err error) {
	secret, err := signin.ParseSecret(signin.Link, step)
	if err != nil {
		return l, late()
	}
	r := d.registry
	err = r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error {
		l, err = t.TakeLink(ctx, hashOf(secret), purpose, r.now())
		return err
	})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return l, late()
	}
	return l, err
}

func late() error {
	return fault.New(fault.Forbidden, "that took too long, or was begun in another window: begin again from the sign-in page")
}

// BeginAccount begins a sign-in with the organisation's account; for who is signed in already, one that connects the
// account with them. It gives the address to send the browser to.
func (d *Door) BeginAccount(ctx context.Context, who *Signed) (address string, step hidden.Text, err error) {
	if d.ways.Provider == nil {
		return "", step, fault.New(fault.NotFound, "signing in with an account of your organisation is not set up here")
	}
	var person ident.ID
	if who != nil {
		if err := who.mayChangeWays(); err != nil {
			return "", step, err
		}
		person = who.Person
	}
	attempt, address, err := d.ways.Provider.Start(ctx, rand.Reader)
	if err != nil {
		return "", step, err
	}
	payload, err := json.Marshal(attempt)
	if err != nil {
		return "", step, err
	}
	step, err = d.keep(ctx, accountStep, person, payload)
	return address, step, err
}

// FinishAccount ends what BeginAccount began. Who is signed in, where somebody is, has to be who began it.
func (d *Door) FinishAccount(ctx context.Context, who *Signed, step string, query url.Values, from netip.Addr) (hidden.Text, error) {
	if d.ways.Provider == nil {
		return hidden.Text{}, fault.New(fault.NotFound, "signing in with an account of your organisation is not set up here")
	}
	t := &tries{}
	if err := d.registry.try(ctx, t, d.registry.addressName(from)); err != nil {
		return hidden.Text{}, err
	}
	l, err := d.take(ctx, accountStep, step)
	if err != nil {
		return hidden.Text{}, err
	}
	var attempt signin.Attempt
	if err := json.Unmarshal(l.Payload, &attempt); err != nil {
		return hidden.Text{}, late()
	}
	identity, err := d.ways.Provider.Finish(ctx, attempt, query)
	if err != nil {
		return hidden.Text{}, err
	}
	if l.Person != "" {
		return d.connect(ctx, who, l.Person, identity, t)
	}
	return d.recognise(ctx, identity, t)
}

// recognise finds out whose account it is. Only where nobody has it, and the person whose confirmed e-mail address it
// has cannot sign in, the two are bound for good; from then on the address counts for nothing. Of somebody who came in
// before and has lost what they signed in with, the address has to be the one that it was then.
func (d *Door) recognise(ctx context.Context, identity signin.Identity, t *tries) (hidden.Text, error) {
	r := d.registry
	g, err := r.current(ctx)
	if err != nil {
		return hidden.Text{}, err
	}
	match := byEmail(g, identity)
	bound, err := r.store.WayBy(ctx, store.Identity(identity.Issuer, identity.Subject))
	if err != nil {
		return hidden.Text{}, err
	}
	matched, err := r.store.WayOf(ctx, match) // also where it is not needed, so that nobody learns from the time
	if err != nil {
		return hidden.Text{}, err
	}
	e := &entrance{person: bound.Person, how: byAccount, tries: t}
	if bound.Person == "" {
		if match == "" || matched.Left != 0 || matched.Any() {
			return hidden.Text{}, stranger()
		}
		first, before, err := r.cameAs(ctx, match)
		if err != nil {
			return hidden.Text{}, err
		}
		if before && !strings.EqualFold(first, identity.Email) { // who changed it since may have meant themselves
			return hidden.Text{}, stranger()
		}
		e.person, e.why = match, []string{"first", "new-way"}
		e.entries = []store.Entry{{
			Kind: ledger.PersonKnown, Actor: "person:" + string(match), Subject: "person:" + string(match),
			Content: &store.Known{Person: match, Issuer: identity.Issuer, Subject: identity.Subject, Email: identity.Email},
		}}
		e.guard = func(ctx context.Context, tx *store.Tx) error { return tx.DropLinks(ctx, inviteLink, match) }
	}
	if bound.Left != 0 || !r.works(g, e.person) {
		return hidden.Text{}, stranger()
	}
	return d.enter(ctx, e)
}

// stranger is one sentence for everybody who has an account and no way in.
func stranger() error {
	return fault.Wrap(fault.Forbidden, Unknown{}, "your organisation knows you, and this Bulkhead does not: ask the people who look after it to invite you")
}

// byEmail gives the person with a confirmed e-mail address, exactly but for capitals; nobody where there is none.
func byEmail(g *ground, identity signin.Identity) ident.ID {
	if g.home.Organisation == nil || !identity.EmailVerified || identity.Email == "" {
		return ""
	}
	for i := range g.home.Organisation.People {
		if p := &g.home.Organisation.People[i]; p.Email != "" && strings.EqualFold(p.Email, identity.Email) {
			return p.ID
		}
	}
	return ""
}

// connect binds an account to who is signed in, in the place of the one before.
func (d *Door) connect(ctx context.Context, who *Signed, person ident.ID, identity signin.Identity, t *tries) (hidden.Text, error) {
	if who == nil || who.Person != person {
		return hidden.Text{}, late()
	}
	if err := who.mayChangeWays(); err != nil {
		return hidden.Text{}, err
	}
	known := &store.Known{Person: person, Issuer: identity.Issuer, Subject: identity.Subject}
	return d.again(ctx, who, known, t)
}

// again binds a new way to sign in and signs the person in anew: their other sessions end, since somebody who should not
// have one might.
func (d *Door) again(ctx context.Context, who *Signed, known *store.Known, t *tries) (hidden.Text, error) {
	return d.enter(ctx, &entrance{
		person: who.Person, how: who.Session.How, tries: t, why: []string{"new-way"},
		entries: []store.Entry{{Kind: ledger.PersonKnown, Actor: who.ID, Subject: "person:" + string(who.Person), Content: known}},
		guard: func(ctx context.Context, tx *store.Tx) error {
			if err := tx.DropLinks(ctx, inviteLink, who.Person); err != nil {
				return err
			}
			return tx.EndSessions(ctx, who.Person, "")
		},
	})
}

// mayChangeWays says whether somebody may change how they sign in: they signed in just now, so that a browser that was
// left open does not give anybody a way in for good.
func (who *Signed) mayChangeWays() error {
	if err := who.mayIn(access.ManageOwnPasskeys, "", ""); err != nil {
		return err
	}
	if !who.Fresh {
		return fault.New(fault.Forbidden, "to change how you sign in, sign in again first: it is more than a quarter of an hour ago")
	}
	return nil
}

// BeginPasskey begins a sign-in with a passkey. It gives the options for the page.
func (d *Door) BeginPasskey(ctx context.Context) (options json.RawMessage, step hidden.Text, err error) {
	if d.ways.Passkeys == nil {
		return nil, step, noPasskeys()
	}
	options, session, err := d.ways.Passkeys.BeginLogin()
	if err != nil {
		return nil, step, err
	}
	step, err = d.keep(ctx, loginStep, "", session)
	return options, step, err
}

func noPasskeys() error {
	return fault.New(fault.NotFound, "passkeys are not set up here: the server needs to know the address under which people reach it")
}

// FinishPasskey ends a sign-in with a passkey.
func (d *Door) FinishPasskey(ctx context.Context, step string, response []byte, from netip.Addr) (hidden.Text, error) {
	if d.ways.Passkeys == nil {
		return hidden.Text{}, noPasskeys()
	}
	r, t := d.registry, &tries{}
	if err := r.try(ctx, t, r.addressName(from)); err != nil {
		return hidden.Text{}, err
	}
	l, err := d.take(ctx, loginStep, step)
	if err != nil {
		return hidden.Text{}, err
	}
	var kept store.KeptPasskey
	credential, err := d.ways.Passkeys.FinishLogin(l.Payload, response, func(id, _ []byte) (signin.Credential, error) {
		if kept, err = r.store.PasskeyOf(ctx, encoded(id)); err != nil {
			return signin.Credential{}, err
		}
		if err := r.try(ctx, t, personPrefix+string(kept.Person)); err != nil {
			return signin.Credential{}, err
		}
		return r.credential(&kept), nil
	})
	if err != nil {
		return hidden.Text{}, untaken(err)
	}
	g, err := r.current(ctx)
	if err != nil {
		return hidden.Text{}, err
	}
	if !r.works(g, kept.Person) {
		return hidden.Text{}, untaken(signin.PasskeyUnknown)
	}
	e := &entrance{person: kept.Person, how: byPasskey, tries: t, used: kept.ID, record: string(credential.Record)}
	if kept.Used.At().IsZero() {
		e.why = []string{"new-way"}
	}
	return d.enter(ctx, e)
}

// untaken is one sentence for whatever is wrong with a passkey that could say whose it is, or that it is nobody's.
func untaken(err error) error {
	switch code := signin.CodeOf(err); code {
	case signin.PasskeyUnknown, signin.PasskeyOwner, signin.PasskeySignature, signin.PasskeyCounter, signin.PasskeyRefused:
		return fault.Wrap(fault.Forbidden, code, "the passkey was not taken: choose another, or sign in another way. If it should work, ask the people who look after this Bulkhead for a new link")
	}
	return err
}

func encoded(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// handle names a person to devices, which show it to others: it tells nothing of who it is.
func (r *Registry) handle(person ident.ID) []byte {
	sum := sha256.Sum256([]byte("passkey\x00" + r.store.Instance + "\x00" + string(person)))
	return sum[:]
}

// credential gives a passkey as it is checked: by the key that the record holds, with the newest counter. What is noted of
// its use is no part of the record, so nothing else of that counts.
func (r *Registry) credential(k *store.KeptPasskey) signin.Credential {
	id, err := base64.RawURLEncoding.DecodeString(k.ID)
	if err != nil {
		id = nil
	}
	c := signin.Credential{ID: id, Handle: r.handle(k.Person), Name: k.Name, Record: k.Record}
	return c.Since([]byte(k.Used.Note))
}

// BeginNewPasskey begins to make a passkey for who is signed in. It gives the options for the page.
func (d *Door) BeginNewPasskey(ctx context.Context, who *Signed) (options json.RawMessage, step hidden.Text, err error) {
	if d.ways.Passkeys == nil {
		return nil, step, noPasskeys()
	}
	if err := who.mayChangeWays(); err != nil {
		return nil, step, err
	}
	r := d.registry
	kept, err := r.store.Passkeys(ctx, who.Person)
	if err != nil {
		return nil, step, err
	}
	if len(kept) >= passkeysMost {
		return nil, step, fault.New(fault.Invalid, "you have %d passkeys, and no more are kept: remove one first", passkeysMost)
	}
	have := make([]signin.Credential, len(kept))
	for i := range kept {
		have[i] = r.credential(&kept[i])
	}
	p := r.Profile(who.Asker)
	options, session, err := d.ways.Passkeys.BeginRegistration(signin.Person{Handle: r.handle(who.Person), Name: cmp.Or(p.Email, p.Name), DisplayName: p.Name}, have)
	if err != nil {
		return nil, step, err
	}
	step, err = d.keep(ctx, makeStep, who.Person, session)
	return options, step, err
}

// passkeysMost is how many passkeys one person has at the most.
const passkeysMost = 20

// FinishNewPasskey keeps the passkey that was made. The person is signed in anew.
func (d *Door) FinishNewPasskey(ctx context.Context, who *Signed, step string, response []byte) (hidden.Text, error) {
	if d.ways.Passkeys == nil {
		return hidden.Text{}, noPasskeys()
	}
	if err := who.mayChangeWays(); err != nil {
		return hidden.Text{}, err
	}
	l, err := d.take(ctx, makeStep, step)
	if err != nil {
		return hidden.Text{}, err
	}
	if l.Person != who.Person {
		return hidden.Text{}, late()
	}
	made, err := d.ways.Passkeys.FinishRegistration(l.Payload, response)
	if err != nil {
		return hidden.Text{}, err
	}
	known := &store.Known{Person: who.Person, Passkey: &store.Passkey{ID: encoded(made.ID), Name: made.Name, Record: made.Record}}
	return d.again(ctx, who, known, &tries{})
}

// OwnPasskeys lists the passkeys of who asks, oldest first.
func (r *Registry) OwnPasskeys(ctx context.Context, who Asker) ([]store.KeptPasskey, error) {
	if err := who.mayIn(access.ManageOwnPasskeys, "", ""); err != nil {
		return nil, err
	}
	return r.store.Passkeys(ctx, who.Person)
}

// DropPasskey has a passkey of who asks count no longer, unless it is their only way in.
func (r *Registry) DropPasskey(ctx context.Context, who *Signed, id string) (store.Written, error) {
	if err := who.mayChangeWays(); err != nil {
		return store.Written{}, err
	}
	kept, err := r.store.Passkeys(ctx, who.Person)
	if err != nil {
		return store.Written{}, err
	}
	if !slices.ContainsFunc(kept, func(k store.KeptPasskey) bool { return k.ID == id }) {
		return store.Written{}, fault.New(fault.NotFound, "you have no such passkey")
	}
	way, err := r.store.WayOf(ctx, who.Person)
	if err != nil {
		return store.Written{}, err
	}
	if len(kept) == 1 && way.Identity == "" {
		return store.Written{}, fault.New(fault.Conflict, "this is the only way in which you can sign in: make another first")
	}
	return r.write(ctx, func(ctx context.Context, t *store.Tx) error { return t.EndSessions(ctx, who.Person, who.Session.ID) }, store.Entry{
		Kind: ledger.PersonKnown, Actor: who.ID, Subject: "person:" + string(who.Person), Content: &store.Known{Person: who.Person, Dropped: id},
	})
}
