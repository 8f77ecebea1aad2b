package registry

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/netip"
	"slices"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// Offer is what a link is for, as its page says it before anything is done.
type Offer struct {
	Person  Profile // whom it signs in; nobody for the link that makes the first administrator
	Demo    bool
	First   bool
	Found   bool      // with First: the record has no organisation yet, so one is made
	Choices []Profile // with First: who may be the administrator, where there is an organisation
	Until   time.Time
}

// badLink is one sentence for every link that does not work, whatever is wrong with it.
func badLink() error {
	return fault.Wrap(fault.NotFound, Unknown{}, "this link does not work: it was used already, is too old, or was not copied whole. Ask for a new one")
}

// find gives a link that somebody came with, and leaves it.
func (d *Door) find(ctx context.Context, text string) (hidden.Text, store.Link, error) {
	secret, err := signin.ParseSecret(signin.Link, text)
	if err != nil {
		return secret, store.Link{}, badLink()
	}
	l, err := d.registry.store.LinkOf(ctx, hashOf(secret), d.registry.now())
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return secret, l, badLink()
	}
	if err != nil {
		return secret, l, err
	}
	if l.Purpose != inviteLink && l.Purpose != firstLink && (l.Purpose != demoLink || !d.ways.Demo) {
		return secret, l, badLink()
	}
	return secret, l, nil
}

// Look says what a link is for, and leaves it: programs that look at mail follow links too.
func (d *Door) Look(ctx context.Context, text string) (Offer, error) {
	_, l, err := d.find(ctx, text)
	if err != nil {
		return Offer{}, err
	}
	g, err := d.registry.current(ctx)
	if err != nil {
		return Offer{}, err
	}
	o := Offer{Demo: l.Purpose == demoLink, First: l.Purpose == firstLink, Until: l.Expires}
	if o.First {
		o.Found = g.home.Organisation == nil
		o.Choices = d.registry.choices(g)
		return o, nil
	}
	if !d.registry.works(g, l.Person) {
		return Offer{}, badLink()
	}
	who, err := d.registry.Person(ctx, l.Person, g.basis)
	o.Person = d.registry.Profile(who)
	return o, err
}

// choices gives who may be the first administrator: who is one by the organisation file, or else everybody in it.
func (r *Registry) choices(g *ground) (out []Profile) {
	who := Asker{ground: g}
	all := r.peopleAfter(who, "", len(who.organisation().People))
	all = slices.DeleteFunc(all, func(p Profile) bool { return !r.works(g, p.ID) })
	chiefs := slices.DeleteFunc(slices.Clone(all), func(p Profile) bool { return !isChief(p) })
	if len(chiefs) > 0 {
		return chiefs
	}
	return all
}

// isChief says whether somebody is an administrator of the whole organisation, of their own.
func isChief(p Profile) bool {
	for _, h := range p.Roles {
		if h.Role == administrator && h.Unit == "" && h.Service == "" && h.Board == "" && h.Through == "" {
			return true
		}
	}
	return false
}

// Follow signs in the person whom a link is for. An invitation is used up by it; a link of a demonstration is not.
func (d *Door) Follow(ctx context.Context, text string, from netip.Addr) (hidden.Text, error) {
	r, t := d.registry, &tries{}
	if err := r.try(ctx, t, r.addressName(from)); err != nil {
		return hidden.Text{}, err
	}
	secret, l, err := d.find(ctx, text)
	if err != nil {
		return hidden.Text{}, err
	}
	g, err := r.current(ctx)
	if err != nil {
		return hidden.Text{}, err
	}
	if l.Purpose == firstLink || !r.works(g, l.Person) {
		return hidden.Text{}, badLink()
	}
	e := &entrance{person: l.Person, how: byLink, tries: t, why: []string{"link"}}
	if l.Purpose == inviteLink {
		e.take = &taking{secret, inviteLink}
		e.guard = func(ctx context.Context, tx *store.Tx) error { return tx.DropLinks(ctx, inviteLink, l.Person) }
	}
	return d.enter(ctx, e)
}

// FirstLink gives the link with which the first administrator comes in, good for an hour and for once: for whoever can
// read the terminal of the server, while nobody can sign in. Links that it gave before no longer work.
func (r *Registry) FirstLink(ctx context.Context) (hidden.Text, error) {
	if some, err := r.store.AnyWay(ctx); err != nil {
		return hidden.Text{}, err
	} else if some {
		return hidden.Text{}, fault.New(fault.Conflict, "somebody can sign in already: ask an administrator for an invitation")
	}
	secret, err := signin.NewSecret(signin.Link, rand.Reader)
	if err != nil {
		return hidden.Text{}, err
	}
	return secret, r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error {
		if err := t.DropPurpose(ctx, firstLink); err != nil {
			return err
		}
		return t.KeepLink(ctx, hashOf(secret), store.Link{Purpose: firstLink, Payload: none, Expires: r.now().Add(firstLasts)})
	})
}

// DemoLink signs in as somebody in a demonstration.
type DemoLink struct {
	Role  ident.ID
	Title string // of the role
	Link  hidden.Text
}

// DemoLinks gives a link for one person of each role of the organisation file, in order of the roles' titles. They work
// any number of times, where the door is one of a demonstration, until they are given anew.
func (r *Registry) DemoLinks(ctx context.Context) ([]DemoLink, error) {
	g, err := r.current(ctx)
	if err != nil {
		return nil, err
	}
	who := Asker{ground: g}
	out, people := who.demo(r.store.Now())
	for i := range out {
		if out[i].Link, err = signin.NewSecret(signin.Link, rand.Reader); err != nil {
			return nil, err
		}
	}
	return out, r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error {
		if err := t.DropPurpose(ctx, demoLink); err != nil {
			return err
		}
		for i := range out {
			l := store.Link{Purpose: demoLink, Person: people[i], Payload: none, Expires: r.now().Add(demoLasts)}
			if err := t.KeepLink(ctx, hashOf(out[i].Link), l); err != nil {
				return err
			}
		}
		return nil
	})
}

// demo gives the roles that somebody holds of their own, and for each the first who does.
func (who Asker) demo(at civil.Instant) (out []DemoLink, people []ident.ID) {
	o, w := who.organisation(), civil.NewWatch(at)
	held := map[ident.ID]ident.ID{}
	for i := range o.People {
		for _, h := range o.Held(o.People[i].ID, who.ground.home.Zone, w) {
			if _, seen := held[h.Role]; !seen && h.Through == "" && h.Board == "" {
				held[h.Role] = o.People[i].ID
				out = append(out, DemoLink{Role: h.Role, Title: who.RoleTitle(h.Role)})
			}
		}
	}
	slices.SortFunc(out, func(a, b DemoLink) int { return cmp.Compare(a.Title, b.Title) })
	for i := range out {
		people = append(people, held[out[i].Role])
	}
	return out, people
}
