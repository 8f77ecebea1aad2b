package registry_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/postgres"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// onBoth runs a test over the staff on each engine.
func onBoth(t *testing.T, test func(t *testing.T, g *gate)) {
	t.Run("SQLite", func(t *testing.T) { test(t, staffed(t)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		g := &gate{hours: &hours{at: noon}}
		keys, err := seal.CreateRing(filepath.Join(t.TempDir(), "keys"))
		if err != nil {
			t.Fatal(err)
		}
		g.on(t, store.Config{Database: postgres.Database(t), Ring: keys, Now: g.now})
		g.organise(staff, 1)
		test(t, g)
	})
}

// mailing is a gate whose server sends e-mail, and the mail server that takes it.
func (g *gate) mailing() (*post, registry.Outgoing) {
	g.t.Helper()
	p := newPost(g.t)
	mailer, err := notify.NewMailer(notify.MailConfig{Address: p.Addr().String(), From: "bulkhead@dept.example", Security: notify.Unsecure, Now: g.now})
	g.must(err)
	g.Registry = registry.New(g.store, g.now, registry.Reaching(registry.Reach{Server: origin, Mail: true}))
	g.door = g.Door(g.ways)
	return p, registry.Outgoing{Mailer: mailer, Server: origin}
}

// linkIn gives the link in the one letter that was sent, to an address; empty where there is none in it.
func (p *post) linkIn(t testing.TB, to string) (letter, link string) {
	t.Helper()
	if len(p.letters) != 1 {
		t.Fatalf("%d letters were sent", len(p.letters))
	}
	letter = strings.ReplaceAll(<-p.letters, "=\n", "")
	if !strings.Contains(letter, "To: <"+to+">") {
		t.Errorf("it goes to somebody else:\n%s", letter)
	}
	if _, rest, found := strings.Cut(letter, origin+registry.LinkPath); found && len(rest) > 53 {
		link = rest[:53]
	}
	return letter, link
}

// invitedEntries gives what the record says of invitations, in order.
func (g *gate) invitedEntries() (out []store.Invited, by []string) {
	g.t.Helper()
	leaves, err := g.store.Leaves(g.t.Context(), 0, 1000)
	g.must(err)
	for _, l := range leaves {
		if l.Kind != ledger.PersonInvited {
			continue
		}
		text, err := g.store.Body(g.t.Context(), l.Body)
		g.must(err)
		var i store.Invited
		g.must(json.Unmarshal(text, &i))
		out, by = append(out, i), append(by, l.Actor)
	}
	return out, by
}

func TestInvitingAgainEndsTheLinkBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		first, err := g.InvitePerson(t.Context(), g.person("chief"), "manager")
		g.must(err)
		second, err := g.InvitePerson(t.Context(), g.person("chief"), "manager")
		g.must(err)
		if first.Before || second.Before || first.Mailed || first.Address != "" {
			t.Errorf("they are %+v and %+v", first, second)
		}
		_, err = g.door.Follow(t.Context(), first.Link.Reveal(), office)
		refused(t, err, fault.NotFound)
		if who := g.in(g.door.Follow(t.Context(), second.Link.Reveal(), office)).who(); who.Person != "manager" {
			t.Errorf("they are %s", who.Person)
		}
	})
}

// An administrator is never shown a link that signs in as somebody who has signed in before, however they have lost their
// ways in: not even where they came in by a link alone, or were removed.
func TestNoAdministratorIsShownALinkForWhoSignedInBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		for who, comes := range map[ident.ID]func(){
			"manager":   func() { g.in(g.account("m", "manager@dept.example", true)) },
			"elsewhere": func() { g.invited("elsewhere").makes(newDevice(t)) },
			"idle":      func() { g.invited("idle") },
		} {
			comes()
			for _, removed := range []bool{false, true} {
				if removed {
					_, err := g.RemovePerson(t.Context(), g.person("chief"), who, "")
					g.must(err)
				}
				before := g.count(ledger.PersonInvited)
				_, err := g.InvitePerson(t.Context(), g.person("chief"), who)
				refusedAs(t, err, fault.Conflict, "none is set up here. If they have lost what they sign in with, whoever looks after the machine that holds the record makes a link there: bulkhead invite "+string(who)+" --again")
				_, err = g.InvitePerson(t.Context(), g.terminal(), who)
				refusedAs(t, err, fault.Conflict, "say --again")
				_, err = g.InviteAgain(t.Context(), g.person("chief"), who)
				refused(t, err, fault.Forbidden)
				if n := g.count(ledger.PersonInvited); n != before {
					t.Errorf("%s: what was refused is in the record", who)
				}
			}
		}
	})
}

// Where e-mail is set up the link goes to the person and to nobody else, and the letter says why.
func TestWhoSignedInBeforeIsSentTheirLink(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		p, out := g.mailing()
		g.invited("manager").makes(newDevice(t))
		g.work(out)
		for len(p.letters) > 0 {
			<-p.letters
		}
		i, err := g.InvitePerson(t.Context(), g.person("chief"), "manager")
		g.must(err)
		if i.Link.Reveal() != "" || !i.Before || !i.Mailed || i.Address != "manager@dept.example" {
			t.Errorf("the administrator is told %+v", i)
		}
		g.work(out)
		letter, link := p.linkIn(t, "manager@dept.example")
		if !strings.Contains(letter, "although you have signed in before") {
			t.Errorf("the letter is\n%s", letter)
		}
		if who := g.in(g.door.Follow(t.Context(), link, office)).who(); who.Person != "manager" {
			t.Errorf("it signs in %s", who.Person)
		}
		all, by := g.invitedEntries()
		if last := len(all) - 1; !all[last].Again || all[last].Email != "manager@dept.example" || by[last] != "person:chief" {
			t.Errorf("the record says %+v by %v", all, by)
		}
	})
}

// An administrator may change the organisation file, and so the address that a link would go to. It goes nowhere then,
// whether they change it before they invite or after, nor does an account with that address come in.
func TestAChangedAddressBringsNobodyIn(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		p, out := g.mailing()
		g.invited("manager").makes(newDevice(t))
		g.work(out)
		for len(p.letters) > 0 {
			<-p.letters
		}
		_, err := g.InvitePerson(t.Context(), g.person("chief"), "manager")
		g.must(err)
		g.organise(strings.Replace(staff, "manager@dept.example", "chief2@dept.example", 1), 2)
		g.work(out)
		if len(p.letters) > 0 {
			t.Errorf("a link was sent to somebody else:\n%s", <-p.letters)
		}
		_, err = g.InvitePerson(t.Context(), g.person("chief"), "manager")
		refusedAs(t, err, fault.Conflict, "is not the one that it gave when they first came in")

		// Written a little otherwise it is the same address, and the letter goes to the one that was there first.
		g.organise(strings.Replace(staff, "manager@dept.example", "Manager@dept.example", 1), 3)
		_, err = g.InvitePerson(t.Context(), g.person("chief"), "manager")
		g.must(err)
		g.work(out)
		p.linkIn(t, "manager@dept.example")

		// Removed and invited while the address is right, they cannot sign in, and the address is changed only then.
		g.organise(staff, 4)
		_, err = g.RemovePerson(t.Context(), g.person("chief"), "manager", "")
		g.must(err)
		_, err = g.InvitePerson(t.Context(), g.person("chief"), "manager")
		g.must(err)
		g.organise(strings.Replace(staff, "manager@dept.example", "chief2@dept.example", 1), 5)
		_, err = g.account("attacker", "chief2@dept.example", true)
		refused(t, err, fault.Forbidden)
		g.organise(staff, 6)
		if who := g.in(g.account("manager", "manager@dept.example", true)).who(); who.Person != "manager" {
			t.Errorf("who came back is %s", who.Person)
		}
	})
}

// Somebody comes in by their link while an administrator invites them once more: who has come in is not come in as again.
func TestComingInWhileBeingInvited(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		people := ""
		const many = 12
		for n := range many {
			people += fmt.Sprintf("  - {id: x%d}\n", n)
		}
		g.organise(strings.Replace(staff, "appointments:", people+"appointments:", 1), 2)
		for n := range many {
			id := ident.ID(fmt.Sprintf("x%d", n))
			link, chief := g.invite(string(id)), g.person("chief")
			var shown, came error
			var wg sync.WaitGroup
			wg.Go(func() { _, shown = g.InvitePerson(t.Context(), chief, id) })
			wg.Go(func() { _, came = g.door.Follow(t.Context(), link, office) })
			wg.Wait()
			if came == nil && shown == nil {
				t.Errorf("%s came in, and a link for them was shown all the same", id)
			}
			if came != nil && fault.KindOf(came) != fault.NotFound || shown != nil && fault.KindOf(shown) != fault.Conflict {
				t.Errorf("%s: %v, %v", id, came, shown)
			}
		}
	})
}

func TestWhoHasNoAddressIsSentNothing(t *testing.T) {
	g := staffed(t)
	g.mailing()
	i, err := g.InvitePerson(t.Context(), g.person("chief"), "supplier")
	g.must(err)
	if i.Mailed || i.Address != "" {
		t.Errorf("it is sent: %+v", i)
	}
	g.in(g.door.Follow(t.Context(), i.Link.Reveal(), office))
	_, err = g.InvitePerson(t.Context(), g.person("chief"), "supplier")
	refusedAs(t, err, fault.Conflict, "the organisation file has no address for them")
}

// At the terminal a link is made also for somebody who has signed in before. They are told by e-mail, without the link.
func TestAtTheTerminalALinkIsMadeAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		p, out := g.mailing()
		d := newDevice(t)
		g.invited("manager").makes(d)
		g.work(out)
		for len(p.letters) > 0 {
			<-p.letters
		}
		i, err := g.InviteAgain(t.Context(), g.terminal(), "manager")
		g.must(err)
		if !i.Before || i.Link.Reveal() == "" || !i.Until.Equal(noon.Add(7*24*time.Hour)) {
			t.Errorf("it is %+v", i)
		}
		g.work(out)
		if letter, link := p.linkIn(t, "manager@dept.example"); link != "" || !strings.Contains(letter, "29 November 2026 at 12:00 UTC") {
			t.Errorf("the letter is\n%s", letter)
		}
		all, by := g.invitedEntries()
		if last := len(all) - 1; !all[last].Again || by[last] != "terminal" {
			t.Errorf("the record says %+v by %v", all, by)
		}
		if who := g.in(g.door.Follow(t.Context(), i.Link.Reveal(), office)).who(); who.Person != "manager" {
			t.Errorf("it signs in %s", who.Person)
		}
	})
}

func TestANewcomerIsIntroduced(t *testing.T) {
	g := staffed(t)
	introduce := func(n registry.Newcomer) (bool, error) {
		t.Helper()
		return g.Introduce(t.Context(), g.terminal(), n)
	}
	for want, n := range map[string]registry.Newcomer{
		"did you mean manager?":              {Person: "manger"},
		"say what their post is called":      {Person: "x-y-z-q"},
		"cannot be the id":                   {Person: "No Id", Name: "N"},
		"did you mean delivery-manager?":     {Person: "new", Name: "N", Role: "delivery-manger"},
		"say which one with --role":          {Person: "new", Name: "N", Unit: "benefits"},
		"no unit":                            {Person: "new", Name: "N", Role: "developer", Unit: "nowhere"},
		"calls manager \"Delivery manager\"": {Person: "manager", Name: "Somebody else"},
		"another address for manager":        {Person: "manager", Email: "else@dept.example"},
		"the address of manager too":         {Person: "new", Name: "N", Email: "manager@dept.example"},
		"an address":                         {Person: "new", Name: "N", Email: "no address"},
	} {
		if _, err := introduce(n); err == nil || !strings.Contains(err.Error(), want) || fault.KindOf(err) == fault.Internal {
			t.Errorf("%+v: %v, want %s", n, err, want)
		}
	}
	hard := registry.Newcomer{Person: "new", Name: `Head: "of" # things`, Email: "new@dept.example", Role: "delivery-manager", Unit: "benefits"}
	for try, want := range []bool{true, false} {
		if changed, err := introduce(hard); err != nil || changed != want {
			t.Errorf("try %d: %v, %v", try, changed, err)
		}
	}
	more := registry.Newcomer{Person: "new", Role: "developer"}
	if changed, err := introduce(more); err != nil || !changed {
		t.Errorf("a role that they do not hold: %v, %v", changed, err)
	}
	p := g.Profile(g.person("new"))
	if p.Name != hard.Name || p.Email != hard.Email || len(p.Roles) != 2 {
		t.Errorf("they are %+v", p)
	}
	if r, err := g.Organisation(t.Context(), g.terminal()); err != nil || r.Number != 3 || !strings.HasPrefix(r.Texts[0].Text, strings.SplitAfter(staff, "people:\n")[0]) {
		t.Errorf("the file is %d, %v\n%s", r.Number, err, r.Texts[0].Text)
	}
	if changed, err := introduce(registry.Newcomer{Person: "manager"}); err != nil || changed {
		t.Errorf("of whom nothing is said: %v, %v", changed, err)
	}
	_, err := emptyGate(t).Introduce(t.Context(), emptyGate(t).terminal(), hard)
	refusedAs(t, err, fault.NotFound, "the link for the first administrator")
}

// A change of the organisation file that would leave no administrator who can sign in is refused, where one could before.
func TestAnAdministratorWhoCanSignInIsLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, g *gate) {
		change := func(base int64, from, to string, regardless bool) error {
			_, err := g.ChangeOrganisation(t.Context(), g.terminal(), registry.OrganisationChange{Base: base, Text: strings.Replace(staff, from, to, 1), Regardless: regardless})
			return err
		}
		chief := "{role: administrator, person: chief}"
		g.must(change(1, chief, "{role: administrator, person: elsewhere}", false)) // nobody can sign in, so nobody loses it
		g.organise(staff, 3)
		g.invited("chief").makes(newDevice(t))
		for what, to := range map[string]string{
			"somebody who cannot sign in": "{role: administrator, person: elsewhere}",
			"of a unit alone":             "{role: administrator, person: chief, unit: benefits}",
			"from tomorrow on":            "{role: administrator, person: chief, from: 2026-11-23}",
			"nobody":                      "{role: ciso, person: chief}",
		} {
			if err := change(3, chief, to, false); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "send regardless=true") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := change(3, "email: Chief@dept.example}", "email: Chief@dept.example, left: 2026-11-21}", false); fault.KindOf(err) != fault.Invalid {
			t.Errorf("who has left: %v", err)
		}
		g.invited("elsewhere").makes(newDevice(t))
		g.must(change(3, chief, "{role: administrator, person: elsewhere}", false))
		g.organise(staff, 5)
		_, err := g.RemovePerson(t.Context(), g.terminal(), "elsewhere", "")
		g.must(err)
		g.must(change(5, chief, "{role: ciso, person: chief}", true))
	})
}
