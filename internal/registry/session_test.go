package registry_test

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func TestASessionCostsOneStatement(t *testing.T) {
	g := staffed(t)
	c := g.invited("manager")
	c.who() // so that the organisation is in memory
	ctx, count := store.Counting(t.Context())
	who, err := g.SessionAsker(ctx, c.secret)
	if err != nil || who.ID != "person:manager" || count.Statements() != 1 {
		t.Errorf("%s in %d statements, %v", who.ID, count.Statements(), err)
	}
	g.pass(time.Minute)
	ctx, count = store.Counting(t.Context())
	if _, err := g.SessionAsker(ctx, c.secret); err != nil || count.Statements() != 2 {
		t.Errorf("after a minute: %d statements, %v", count.Statements(), err)
	}
	ctx, count = store.Counting(t.Context())
	if _, err := g.SessionAsker(ctx, c.secret); err != nil || count.Statements() != 1 {
		t.Errorf("right after that: %d statements, %v", count.Statements(), err)
	}
}

func TestASessionEnds(t *testing.T) {
	t.Run("when it is not used", func(t *testing.T) {
		g := staffed(t)
		c := g.invited("manager")
		g.pass(12*time.Hour - time.Second)
		c.who()
		g.pass(12 * time.Hour)
		c.out()
	})
	t.Run("after a week, however much it is used", func(t *testing.T) {
		g := staffed(t)
		c := g.invited("manager")
		for range 7 * 24 {
			c.who()
			g.pass(time.Hour)
		}
		c.out()
	})
	t.Run("as long as is set", func(t *testing.T) {
		g := staffed(t)
		g.Registry = registry.New(g.store, g.now, registry.Keeping(registry.Keep{Stay: registry.Stay{Idle: time.Hour, Most: 90 * time.Minute}}))
		g.door = g.Door(g.ways)
		c := g.invited("manager")
		g.pass(59 * time.Minute)
		c.who()
		g.pass(31 * time.Minute)
		c.out()
	})
	t.Run("longer than a week where that is set", func(t *testing.T) {
		g := staffed(t)
		g.Registry = registry.New(g.store, g.now, registry.Keeping(registry.Keep{Stay: registry.Stay{Idle: 10 * 24 * time.Hour}}))
		g.door = g.Door(g.ways)
		c := g.invited("manager")
		g.pass(10*24*time.Hour - time.Second)
		c.who()
		g.pass(time.Second)
		c.out()
	})
	t.Run("when they sign out", func(t *testing.T) {
		g := staffed(t)
		c, other := g.invited("manager"), g.invited("chief")
		g.must(g.SignOut(t.Context(), c.secret))
		c.out()
		other.who()
	})
	t.Run("when they end it elsewhere", func(t *testing.T) {
		g := staffed(t)
		one, two, three := g.invited("manager"), g.invited("manager"), g.invited("manager")
		g.must(g.EndOwnSession(t.Context(), one.who().Asker, two.who().Session.ID))
		two.out()
		g.must(g.EndOtherSessions(t.Context(), one.who()))
		three.out()
		one.who()
	})
	t.Run("when an administrator ends it", func(t *testing.T) {
		g := staffed(t)
		c, chief, elsewhere := g.invited("manager"), g.invited("chief").who().Asker, g.invited("elsewhere").who().Asker
		id := c.who().Session.ID
		refused(t, g.EndOwnSession(t.Context(), elsewhere, id), fault.NotFound)
		_, err := g.EndAnySession(t.Context(), elsewhere, "manager", id, "")
		refused(t, err, fault.Forbidden)
		all, err := g.SessionsOf(t.Context(), chief, "manager")
		if err != nil || len(all) != 1 || all[0].ID != id {
			t.Errorf("%+v, %v", all, err)
		}
		_, err = g.EndAnySession(t.Context(), chief, "manager", id, "a lost laptop")
		g.must(err)
		c.out()
		if g.count(ledger.SessionEnded) != 1 {
			t.Error("it is not in the record")
		}
	})
	t.Run("when they are removed", func(t *testing.T) {
		g := staffed(t)
		c, other := g.invited("manager"), g.invited("manager")
		link := g.invite("manager")
		_, err := g.RemovePerson(t.Context(), g.terminal(), "manager", "left")
		g.must(err)
		c.out()
		other.out()
		_, err = g.door.Follow(t.Context(), link, office)
		refused(t, err, fault.NotFound)
	})
	t.Run("also one that was begun while they were removed", func(t *testing.T) {
		g := staffed(t)
		_, err := g.RemovePerson(t.Context(), g.terminal(), "manager", "")
		g.must(err)
		secret, err := signin.NewSecret(signin.Session, strings.NewReader(strings.Repeat("x", 32)))
		g.must(err)
		g.must(g.store.Change(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.BeginSession(ctx, hex.EncodeToString(secret.Hash()), store.Session{ID: "s", Person: "manager", How: "link", Begun: noon, Idle: time.Hour, Expires: noon.Add(time.Hour)})
		}))
		came{g, secret.Reveal()}.out()
	})
	t.Run("when the organisation file says that they left", func(t *testing.T) {
		g := staffed(t)
		c := g.invited("manager")
		g.organise(strings.Replace(staff, "manager@dept.example}", "manager@dept.example, left: 2026-11-22}", 1), 2)
		c.who()
		g.pass(12*time.Hour - time.Minute) // the end of the day
		c.who()
		g.pass(time.Minute)
		c.out()
	})
	t.Run("when the organisation file knows them no more", func(t *testing.T) {
		g := staffed(t)
		c := g.invited("idle")
		g.organise(strings.Replace(staff, "  - {id: idle, name: Nobody yet, email: idle@dept.example}\n", "", 1), 2)
		c.out()
	})
	t.Run("and was never there for a secret that was made up", func(t *testing.T) {
		g := staffed(t)
		for _, text := range []string{"", "x", "bh_s_" + strings.Repeat("A", 48)} {
			came{g, text}.out()
		}
	})
}

func TestASecretIsReplaced(t *testing.T) {
	g := staffed(t)
	c := g.invited("manager")
	who := c.who()
	if who.Stale {
		t.Error("a new secret is due already")
	}
	for range 3 { // days, of which each is long enough to be replaced
		g.pass(11 * time.Hour)
		c.who()
	}
	who = c.who()
	if !who.Stale {
		t.Fatal("after more than a day the secret is not due")
	}
	next, given, err := g.Rotate(t.Context(), who)
	if err != nil || !given {
		t.Fatalf("%v, %v", given, err)
	}
	renewed := g.in(next, nil)
	if s := renewed.who(); s.Stale || s.Session.ID != who.Session.ID || !s.Session.Begun.Equal(noon) {
		t.Errorf("with the new one: %+v", s.Session)
	}
	if s := c.who(); s.Stale {
		t.Error("the one before, which goes on for what was under way, asks for another")
	}
	if _, given, err := g.Rotate(t.Context(), who); err != nil || given {
		t.Errorf("the one before was replaced again: %v", err)
	}
	g.pass(time.Minute + time.Second)
	c.out()
	renewed.who()
}

func TestASecretIsReplacedWhenRolesChange(t *testing.T) {
	g := staffed(t)
	c := g.invited("manager")
	if c.who().Stale {
		t.Error("nothing changed")
	}
	g.organise(staff+"  - {role: ciso, person: manager}\n", 2)
	who := c.who()
	if !who.Stale || len(who.Holdings) != 2 {
		t.Errorf("after an appointment: due %v, %v", who.Stale, who.Holdings)
	}
	next, _, err := g.Rotate(t.Context(), who)
	g.must(err)
	if g.in(next, nil).who().Stale {
		t.Error("it is due again at once")
	}
}

func TestEverySignInHasASecretOfItsOwn(t *testing.T) {
	g := staffed(t)
	one := g.in(g.account("s", "manager@dept.example", true))
	two := g.in(g.account("s", "manager@dept.example", true))
	if one.secret == two.secret || one.who().Session.ID == two.who().Session.ID {
		t.Error("two sign-ins have one session")
	}
	all, err := g.OwnSessions(t.Context(), one.who().Asker)
	if err != nil || len(all) != 2 {
		t.Errorf("%d sessions, %v", len(all), err)
	}
}

// A disk that is full keeps nobody out who is signed in.
func TestWhoIsSignedInReadsWhereNothingCanBeWritten(t *testing.T) {
	g := staffed(t)
	c := g.invited("manager")
	k, err := g.CreateToken(t.Context(), g.terminal(), pipeline())
	g.must(err)
	g.must(g.store.Close())
	s, err := store.Open(t.Context(), store.Config{Database: g.file, Ring: g.keys, Now: g.now, ReadOnly: true})
	g.must(err)
	t.Cleanup(func() { _ = s.Close() })
	g.pass(2 * time.Hour)
	reader := registry.New(s, g.now)
	if who, err := reader.SessionAsker(t.Context(), c.secret); err != nil || who.Person != "manager" {
		t.Errorf("a session: %v", err)
	}
	if _, err := reader.TokenAsker(t.Context(), k.Secret.Reveal()); err != nil {
		t.Errorf("a token: %v", err)
	}
}
