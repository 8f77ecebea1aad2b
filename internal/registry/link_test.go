package registry_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

func TestAnInvitationWorksOnce(t *testing.T) {
	g := staffed(t)
	link := g.invite("manager")
	for range 2 {
		if o, err := g.door.Look(t.Context(), link); err != nil || o.Person.Name != "Delivery manager" || o.First || o.Demo {
			t.Errorf("it is for %+v, %v", o, err)
		}
	}
	var in atomic.Int32
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := g.door.Follow(t.Context(), link, office); err == nil {
				in.Add(1)
			} else if fault.KindOf(err) != fault.NotFound {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if in.Load() != 1 {
		t.Errorf("%d came in", in.Load())
	}
	_, err := g.door.Look(t.Context(), link)
	refused(t, err, fault.NotFound)
}

func TestLinksThatDoNotWorkSayTheSame(t *testing.T) {
	g := staffed(t)
	used, replaced, old := g.invite("manager"), g.invite("chief"), g.invite("elsewhere")
	g.in(g.door.Follow(t.Context(), used, office))
	g.invite("chief")
	g.pass(7 * 24 * time.Hour)
	var said []string
	for _, link := range []string{used, replaced, old, "", "bh_l_x", strings.Replace(used, "bh_l_", "bh_s_", 1)} {
		_, look := g.door.Look(t.Context(), link)
		_, follow := g.door.Follow(t.Context(), link, office)
		_, first := g.door.BeginFirst(t.Context(), link, registry.First{}, office)
		for _, err := range []error{look, follow, first} {
			refused(t, err, fault.NotFound)
			said = append(said, err.Error())
		}
	}
	if slices.Sort(said); len(slices.Compact(said)) != 1 {
		t.Errorf("they say %q", said)
	}
}

func TestTheFirstAdministratorFoundsTheOrganisation(t *testing.T) {
	g := emptyGate(t)
	old, err := g.FirstLink(t.Context())
	g.must(err)
	secret, err := g.FirstLink(t.Context())
	g.must(err)
	_, err = g.door.Look(t.Context(), old.Reveal())
	refused(t, err, fault.NotFound)
	if o, err := g.door.Look(t.Context(), secret.Reveal()); err != nil || !o.First || !o.Found || len(o.Choices) != 0 {
		t.Errorf("it is for %+v, %v", o, err)
	}
	_, err = g.door.Follow(t.Context(), secret.Reveal(), office)
	refused(t, err, fault.NotFound)
	for _, f := range []registry.First{
		{},
		{Organisation: "A department"},
		{Post: "Head of security"},
		{Organisation: "A department", Post: strings.Repeat("x", 201)},
		{Organisation: "A department", Post: "Head\nof"},
		{Organisation: "A department", Post: "Head of security", Email: "not an address"},
	} {
		_, err := g.door.BeginFirst(t.Context(), secret.Reveal(), f, office)
		refused(t, err, fault.Invalid)
	}
	c := g.in(g.door.BeginFirst(t.Context(), secret.Reveal(), registry.First{Organisation: `Department: "A" # & co`, Post: "2024", Email: "head@dept.example"}, office))
	who := c.who()
	p := g.Profile(who.Asker)
	if p.Name != "2024" || p.Email != "head@dept.example" || len(p.Roles) != 1 || p.Roles[0].Role != "administrator" || who.House().Name != `Department: "A" # & co` {
		t.Errorf("they are %+v in %+v", p, who.House())
	}
	_, err = g.door.BeginFirst(t.Context(), secret.Reveal(), registry.First{Organisation: "Another", Post: "Another"}, office)
	refused(t, err, fault.NotFound)
	same(t, g.told(), []string{"link: first, administrator"})
	d := newDevice(t)
	c.makes(d)
	g.in(g.uses(d))
	_, err = g.FirstLink(t.Context())
	refused(t, err, fault.Conflict)
}

func TestTheFirstAdministratorOfAnOrganisationThatIsThere(t *testing.T) {
	begin := func(g *gate, f registry.First) (came, error) {
		secret, err := g.FirstLink(t.Context())
		g.must(err)
		got, err := g.door.BeginFirst(t.Context(), secret.Reveal(), f, office)
		return came{g, got.Reveal()}, err
	}
	t.Run("is who the file says", func(t *testing.T) {
		g := staffed(t)
		_, err := begin(g, registry.First{Person: "manager"})
		refused(t, err, fault.Invalid)
		c, err := begin(g, registry.First{Person: "chief"})
		g.must(err)
		if who := c.who(); who.Person != "chief" {
			t.Errorf("they are %s", who.Person)
		}
		if o, err := g.store.Organisation(t.Context(), 0); err != nil || o.Number != 1 {
			t.Errorf("the file was changed: %v", err)
		}
	})
	t.Run("is appointed where the file says nobody", func(t *testing.T) {
		g := emptyGate(t)
		g.organise(strings.Replace(staff, "  - {role: administrator, person: chief}\n", "", 1), 1)
		_, err := begin(g, registry.First{Person: "gone"})
		refused(t, err, fault.Invalid)
		c, err := begin(g, registry.First{Person: "manager"})
		g.must(err)
		if who := c.who(); len(who.Holdings) != 2 {
			t.Errorf("they hold %+v", who.Holdings)
		}
	})
	t.Run("comes once, however many links there are", func(t *testing.T) {
		g := staffed(t)
		secret, err := g.FirstLink(t.Context())
		g.must(err)
		g.in(g.account("s", "manager@dept.example", true))
		_, err = g.door.BeginFirst(t.Context(), secret.Reveal(), registry.First{Person: "chief"}, office)
		refused(t, err, fault.NotFound)
	})
	t.Run("has an hour", func(t *testing.T) {
		g := staffed(t)
		secret, err := g.FirstLink(t.Context())
		g.must(err)
		g.pass(time.Hour)
		_, err = g.door.BeginFirst(t.Context(), secret.Reveal(), registry.First{Person: "chief"}, office)
		refused(t, err, fault.NotFound)
	})
}

func TestLinksOfADemonstration(t *testing.T) {
	g := staffed(t)
	links, err := g.DemoLinks(t.Context())
	g.must(err)
	var titles []string
	for _, l := range links {
		titles = append(titles, l.Title)
	}
	same(t, titles, []string{"Administrator", "Delivery manager", "Supplier contact"})
	_, err = g.door.Follow(t.Context(), links[1].Link.Reveal(), office)
	refused(t, err, fault.NotFound) // this is no demonstration
	g.ways.Demo = true
	g.door = g.Door(g.ways)
	for range 3 {
		if who := g.in(g.door.Follow(t.Context(), links[1].Link.Reveal(), office)).who(); who.Person != "manager" {
			t.Errorf("they are %s", who.Person)
		}
	}
	_, err = g.DemoLinks(t.Context())
	g.must(err)
	_, err = g.door.Follow(t.Context(), links[1].Link.Reveal(), office)
	refused(t, err, fault.NotFound)
}

// No secret is on the disk, nor shown by what holds it.
func TestSecretsAreNotKept(t *testing.T) {
	g := staffed(t)
	d := newDevice(t)
	var secrets []string
	i, err := g.InvitePerson(t.Context(), g.terminal(), "chief")
	g.must(err)
	token, err := g.CreateToken(t.Context(), g.terminal(), registry.NewToken{Name: "x", Scope: store.Allowed{Role: "ciso", Uses: access.Uses()}, Expires: civil.Of(noon.Add(time.Hour))})
	g.must(err)
	hook, err := g.SetWebhook(t.Context(), g.terminal(), registry.NewWebhook{URL: "https://hooks.example/secret-path", Events: []string{"posture.judged"}})
	g.must(err)
	first, err := g.FirstLink(t.Context())
	g.must(err)
	demo, err := g.DemoLinks(t.Context())
	g.must(err)
	c := g.in(g.door.Follow(t.Context(), i.Link.Reveal(), office)).makes(d)
	secrets = append(secrets, i.Link.Reveal(), token.Secret.Reveal(), hook.Key.Reveal(), first.Reveal(), demo[0].Link.Reveal(), c.secret, "secret-path", "chief@dept.example", "Chief@dept.example")
	shown := printed(i, token, hook, first, demo, c.who())
	for _, s := range secrets[:6] {
		if strings.Contains(shown, s) {
			t.Errorf("a secret is shown: %.9s...", s)
		}
	}
	g.must(g.store.Close())
	for _, file := range []string{g.file, g.file + "-wal"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // there may be no log
		}
		for _, s := range secrets {
			if strings.Contains(string(text), s) {
				t.Errorf("%s holds %.9s...", file, s)
			}
		}
	}
}
