package registry_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func TestWhoIsLetInWithAnAccount(t *testing.T) {
	for _, c := range []struct {
		what           string
		before         func(g *gate)
		subject, email string
		sure           bool
		who            ident.ID // empty where nobody is let in
	}{
		{"a person of the organisation, for the first time", nil, "s", "manager@dept.example", true, "manager"},
		{"whose address is written otherwise", nil, "s", "MANAGER@dept.example", true, "manager"},
		{"whose address is written otherwise in the file", nil, "s", "chief@dept.example", true, "chief"},
		{"who holds no role", nil, "s", "idle@dept.example", true, "idle"},
		{"whose address nobody made sure of", nil, "s", "manager@dept.example", false, ""},
		{"without an address", nil, "s", "", true, ""},
		{"whose address is nobody's", nil, "s", "stranger@dept.example", true, ""},
		{"whose address only begins like somebody's", nil, "s", "manager@dept.example.org", true, ""},
		{"who left, as the file says", nil, "s", "gone@dept.example", true, ""},
		{"who was removed", func(g *gate) {
			_, err := g.RemovePerson(t.Context(), g.terminal(), "manager", "")
			g.must(err)
		}, "s", "manager@dept.example", true, ""},
		{"who was invited and has not come", func(g *gate) { g.invite("manager") }, "s", "manager@dept.example", true, "manager"},
		{"who has a passkey already", func(g *gate) { g.invited("manager").makes(newDevice(t)) }, "s", "manager@dept.example", true, ""},
		{"who is known by the account", func(g *gate) { g.in(g.account("s", "manager@dept.example", true)) }, "s", "other@dept.example", false, "manager"},
		{"whose address somebody else's account has", func(g *gate) { g.in(g.account("s", "manager@dept.example", true)) }, "other", "manager@dept.example", true, ""},
		{"whose account is another's, whatever the address says", func(g *gate) { g.in(g.account("s", "manager@dept.example", true)) }, "s", "chief@dept.example", true, "manager"},
		{"known by the account, and removed", func(g *gate) {
			g.in(g.account("s", "manager@dept.example", true))
			_, err := g.RemovePerson(t.Context(), g.terminal(), "manager", "")
			g.must(err)
		}, "s", "manager@dept.example", true, ""},
		{"known by the account, and no longer in the file", func(g *gate) {
			g.in(g.account("s", "idle@dept.example", true))
			g.organise(strings.Replace(staff, "  - {id: idle, name: Nobody yet, email: idle@dept.example}\n", "", 1), 2)
		}, "s", "idle@dept.example", true, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			g := staffed(t)
			if c.before != nil {
				c.before(g)
			}
			secret, err := g.account(c.subject, c.email, c.sure)
			if c.who == "" {
				refused(t, err, fault.Forbidden)
				if _, plain := g.account("nobody", "nobody@dept.example", true); err == nil || err.Error() != plain.Error() {
					t.Errorf("they are told %q, and somebody of whom nothing is known %q", err, plain)
				}
				return
			}
			if who := g.in(secret, err).who(); who.Person != c.who {
				t.Errorf("they are %s, want %s", who.Person, c.who)
			}
		})
	}
}

func TestASignInIsAnsweredOnce(t *testing.T) {
	g := staffed(t)
	address, step, err := g.door.BeginAccount(t.Context(), nil)
	g.must(err)
	callback := g.login.signs(address, "s", "manager@dept.example", true)
	g.in(g.door.FinishAccount(t.Context(), nil, step.Reveal(), callback, office))
	_, err = g.door.FinishAccount(t.Context(), nil, step.Reveal(), callback, office)
	refused(t, err, fault.Forbidden)

	d := newDevice(t)
	g.invited("chief").makes(d)
	options, step, err := g.door.BeginPasskey(t.Context())
	g.must(err)
	said := d.get(options)
	g.in(g.door.FinishPasskey(t.Context(), step.Reveal(), said, office))
	_, err = g.door.FinishPasskey(t.Context(), step.Reveal(), said, office)
	refused(t, err, fault.Forbidden)

	options, step, err = g.door.BeginPasskey(t.Context())
	g.must(err)
	g.pass(11 * time.Minute)
	_, err = g.door.FinishPasskey(t.Context(), step.Reveal(), d.get(options), office)
	refused(t, err, fault.Forbidden)
}

func TestACeremonyIsForOneThing(t *testing.T) {
	g := staffed(t)
	_, step, err := g.door.BeginPasskey(t.Context())
	g.must(err)
	for what, use := range map[string]func() error{
		"a link":     func() error { _, err := g.door.Follow(t.Context(), step.Reveal(), office); return err },
		"an account": func() error { _, err := g.door.FinishAccount(t.Context(), nil, step.Reveal(), nil, office); return err },
		"a session":  func() error { _, err := g.SessionAsker(t.Context(), step.Reveal()); return err },
		"a token":    func() error { _, err := g.TokenAsker(t.Context(), step.Reveal()); return err },
	} {
		if use() == nil {
			t.Errorf("what waits for a passkey is taken for %s", what)
		}
	}
	link := g.invite("manager")
	d := newDevice(t)
	options, _, err := g.door.BeginPasskey(t.Context())
	g.must(err)
	if _, err := g.door.FinishPasskey(t.Context(), link, d.get(options), office); err == nil {
		t.Error("a link is taken for a ceremony")
	}
}

func TestPasskeys(t *testing.T) {
	g := staffed(t)
	d := newDevice(t)
	g.invited("chief").makes(d)
	first := g.in(g.uses(d))
	if who := first.who(); who.Person != "chief" || who.Session.How != "passkey" {
		t.Errorf("they are %+v", who.Session)
	}
	d.forger = newKey(t)
	_, forged := g.uses(d)
	d.forger = nil
	stranger := newDevice(t)
	stranger.handle = d.handle
	_, nobodys := g.uses(stranger)
	d.counter = 0
	_, copied := g.uses(d)
	for what, err := range map[string]error{"forged": forged, "nobody's": nobodys, "copied": copied} {
		refused(t, err, fault.Forbidden)
		e, is := errors.AsType[*fault.Error](err)
		if n, also := errors.AsType[*fault.Error](nobodys); !is || !also || e.Text != n.Text {
			t.Errorf("%s: what is said tells who has a passkey: %v", what, err)
		}
	}
	if signin.CodeOf(copied) != signin.PasskeyCounter || signin.CodeOf(forged) != signin.PasskeySignature {
		t.Errorf("the log is not told: %v, %v", copied, forged)
	}
	d.counter = 10
	g.in(g.uses(d))
	same(t, g.told(), []string{"link: link, administrator", "link: new-way, administrator", "passkey: new-way, administrator", "passkey: after-failures, administrator"})
}

func TestWhatIsToldOfSignIns(t *testing.T) {
	g := staffed(t)
	g.in(g.account("s", "manager@dept.example", true))
	g.in(g.account("s", "manager@dept.example", true))
	g.in(g.account("c", "chief@dept.example", true))
	g.in(g.account("c", "chief@dept.example", true))
	same(t, g.told(), []string{"account: first, new-way", "account: first, new-way, administrator", "account: administrator"})
	if n := g.count(ledger.PersonKnown); n != 2 {
		t.Errorf("%d accounts were bound", n)
	}
}

func TestTooManyFailuresHaveToWait(t *testing.T) {
	g := staffed(t)
	d := newDevice(t)
	g.invited("manager").makes(d)
	g.in(g.uses(d))
	before := len(g.told())
	good := d.key
	fail := func() error {
		d.forger = newKey(t)
		defer func() { d.forger = nil }()
		_, err := g.uses(d)
		return err
	}
	waits := func(err error) time.Duration {
		w, _ := errors.AsType[registry.Wait](err)
		return w.For
	}
	for i := range 5 {
		if err := fail(); waits(err) != 0 {
			t.Fatalf("failure %d: %v", i, err)
		}
	}
	if w := waits(fail()); w != 10*time.Second {
		t.Errorf("after five failures they wait %v", w)
	}
	d.key = good
	if _, err := g.uses(d); waits(err) == 0 {
		t.Errorf("who has the passkey comes in while it waits: %v", err)
	}
	g.pass(10 * time.Second)
	if err := fail(); waits(err) != 0 {
		t.Errorf("after ten seconds: %v", err)
	}
	if w := waits(fail()); w != 20*time.Second {
		t.Errorf("after six failures they wait %v", w)
	}
	g.pass(20 * time.Second)
	g.in(g.uses(d))
	same(t, g.told()[before:], []string{"passkey: after-lock-out"})
	if err := fail(); waits(err) != 0 {
		t.Errorf("who came in does not begin again: %v", err)
	}
}

func TestAnAddressThatGuessesHasToWait(t *testing.T) {
	g := staffed(t)
	guess := func() error {
		secret, err := signin.NewSecret(signin.Link, strings.NewReader(strings.Repeat("x", 32)))
		g.must(err)
		_, err = g.door.Follow(t.Context(), secret.Reveal(), office)
		return err
	}
	for i := range 50 {
		if err := guess(); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	if _, is := errors.AsType[registry.Wait](guess()); !is {
		t.Error("fifty guesses, and no wait")
	}
	link := g.invite("manager")
	if _, err := g.door.Follow(t.Context(), link, office); err == nil {
		t.Error("the address need not wait")
	}
	if _, err := g.door.Follow(t.Context(), link, office.Next()); err != nil {
		t.Errorf("another address has to wait too: %v", err)
	}
}

func TestWaysInAreChangedByWhoJustCameIn(t *testing.T) {
	g := staffed(t)
	d := newDevice(t)
	other := g.invited("manager")
	mine := g.invited("manager").makes(d)
	other.out()
	who := mine.who()
	g.pass(16 * time.Minute)
	who = mine.who()
	_, _, err := g.door.BeginNewPasskey(t.Context(), &who)
	refused(t, err, fault.Forbidden)
	_, _, err = g.door.BeginAccount(t.Context(), &who)
	refused(t, err, fault.Forbidden)
	_, err = g.DropPasskey(t.Context(), &who, encode(d.id))
	refused(t, err, fault.Forbidden)

	mine = g.in(g.uses(d))
	who = mine.who()
	_, err = g.DropPasskey(t.Context(), &who, encode(d.id))
	refused(t, err, fault.Conflict) // it is the only one
	address, step, err := g.door.BeginAccount(t.Context(), &who)
	g.must(err)
	callback := g.login.signs(address, "s", "", false)
	if _, err := g.door.FinishAccount(t.Context(), nil, step.Reveal(), callback, office); err == nil {
		t.Error("an account is connected with who is not signed in")
	}
	chief := g.invited("chief").who()
	address, step, err = g.door.BeginAccount(t.Context(), &who)
	g.must(err)
	if _, err := g.door.FinishAccount(t.Context(), &chief, step.Reveal(), g.login.signs(address, "s", "", false), office); err == nil {
		t.Error("an account is connected with somebody by who is another")
	}
	address, step, err = g.door.BeginAccount(t.Context(), &who)
	g.must(err)
	mine = g.in(g.door.FinishAccount(t.Context(), &who, step.Reveal(), g.login.signs(address, "s", "", false), office))
	who = mine.who()
	_, err = g.DropPasskey(t.Context(), &who, encode(d.id))
	g.must(err)
	if _, err := g.uses(d); err == nil {
		t.Error("a passkey that was removed still counts")
	}
	if who := g.in(g.account("s", "", false)).who(); who.Person != "manager" {
		t.Errorf("the account is %s's", who.Person)
	}
}

func TestAPasskeyIsMadeByWhoBeganIt(t *testing.T) {
	g := staffed(t)
	manager, chief := g.invited("manager").who(), g.invited("chief").who()
	options, step, err := g.door.BeginNewPasskey(t.Context(), &manager)
	g.must(err)
	d := newDevice(t)
	_, err = g.door.FinishNewPasskey(t.Context(), &chief, step.Reveal(), d.create(options))
	refused(t, err, fault.Forbidden)
}

// TestWhatIsNotedOfAPasskeyGivesNoKey has somebody who can write to the database, and no key of it, put their own key
// where it is noted when a passkey was used, which is no part of the record.
func TestWhatIsNotedOfAPasskeyGivesNoKey(t *testing.T) {
	g := staffed(t)
	theirs, own := newDevice(t), newDevice(t)
	g.invited("chief").makes(theirs)
	g.invited("manager").makes(own)
	g.in(g.uses(theirs))
	note := func(d *device) (k store.KeptPasskey, used map[string]any) {
		k, err := g.store.PasskeyOf(t.Context(), encode(d.id))
		g.must(err)
		text := k.Record
		if k.Used.Note != "" {
			text = json.RawMessage(k.Used.Note)
		}
		g.must(json.Unmarshal(text, &used))
		return k, used
	}
	k, forged := note(theirs)
	_, mine := note(own)
	forged["publicKey"] = mine["publicKey"]
	text, err := json.Marshal(forged)
	g.must(err)
	g.must(g.store.Change(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.NoteUse(ctx, "passkey:"+k.ID, string(text), g.now())
	}))
	theirs.forger = own.key
	if _, err := g.uses(theirs); err == nil {
		t.Error("they are taken for somebody else")
	}
	theirs.forger = nil
	g.in(g.uses(theirs))
	theirs.counter = 0 // as a copy of the device from before would count
	if _, err := g.uses(theirs); err == nil {
		t.Error("a counter that goes back is taken")
	}
}
