package registry

import (
	"context"
	"errors"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Organisation gives the organisation file in force, to who governs the organisation; one of Number 0 when there is none.
// What others need of it they are told elsewhere: Units, People, and the zone of the dates with their own profile.
func (r *Registry) Organisation(ctx context.Context, who Asker) (store.OrganisationRevision, error) {
	if err := who.mayIn(access.ReadOrganisation, "", ""); err != nil {
		return store.OrganisationRevision{}, err
	}
	return r.store.Organisation(ctx, 0)
}

// OrganisationChange is a new organisation file, and the revision that it was made on.
type OrganisationChange struct {
	Base   int64 // the number of the revision; 0 for the first
	Text   string
	Note   string
	DryRun bool // say what would follow and write nothing

	Regardless bool // although services name what goes by it, or hold more than may then be kept, or no administrator could sign in
}

// OrganisationChanged says what became of a change.
type OrganisationChanged struct {
	Revision store.OrganisationRevision // the new one; the one that was there when nothing changed
	Mine     []schema.Change
	Merged   bool // others had changed the file meanwhile, elsewhere in it
	Same     bool // nothing changed
}

// organisationTurn is the name under which changes of the organisation and of the library wait for each other. It is no
// id, so that it is never that of a service.
const organisationTurn ident.ID = "organisation file"

// ChangeOrganisation makes a new revision of the organisation file. What others changed since the base is kept: changes
// of different things are merged, and changes of the same thing come back as Conflicts. Nothing that is in use may lose
// its place by it. What rests on what changed is judged again.
func (r *Registry) ChangeOrganisation(ctx context.Context, who Asker, c OrganisationChange) (*OrganisationChanged, error) {
	if err := who.mayIn(access.ChangeOrganisation, "", ""); err != nil {
		return nil, err
	}
	mine := schema.Source{File: org.File, Text: []byte(c.Text)}
	if _, err := org.Read(mine); err != nil { // before others are kept waiting
		return nil, unreadable(err)
	}
	defer r.editing.take(organisationTurn)()
	for try := 0; ; try++ {
		out, err := r.organiseOnce(ctx, who, mine, c)
		if fault.KindOf(err) != fault.Conflict || isConflicts(err) || try == triesMost {
			return out, err
		}
	}
}

func (r *Registry) organiseOnce(ctx context.Context, who Asker, mine schema.Source, c OrganisationChange) (*OrganisationChanged, error) {
	before, err := r.current(ctx)
	if err != nil {
		return nil, err
	}
	head, err := r.store.Organisation(ctx, 0)
	if err != nil {
		return nil, err
	}
	out, merged, err := r.mergeOrganisation(ctx, head, mine, c.Base)
	if err != nil {
		return nil, err
	}
	if out.Same = head.Number > 0 && len(out.Mine) == 0; out.Same {
		out.Revision = head
		return out, nil
	}
	after, err := before.organised(merged)
	if err != nil {
		return nil, err
	}
	if err := who.stillLed(after, r.store.Now()); err != nil {
		return nil, err
	}
	digest, err := ident.Sum(after.home.Organisation)
	if err != nil {
		return nil, unreadable(err)
	}
	out.Revision = store.OrganisationRevision{At: r.store.Now(), Actor: who.ID, Organised: store.Organised{
		Number: head.Number + 1, Parent: head.Number, Digest: digest, Texts: store.Texts([]schema.Source{merged}), Note: c.Note,
	}}
	if !c.Regardless {
		if err := r.stillFit(ctx, before, after); err != nil {
			return nil, err
		}
		if err := r.stillLookedAfter(ctx, before, after); err != nil {
			return nil, err
		}
	}
	return out, r.establish(ctx, before, after, c.DryRun, store.Entry{
		Kind: ledger.OrganisationRevised, Actor: who.ID, Subject: "organisation", Content: &out.Revision.Organised,
	})
}

// mergeOrganisation brings a change together with what was changed since its base.
func (r *Registry) mergeOrganisation(ctx context.Context, head store.OrganisationRevision, mine schema.Source, base int64) (*OrganisationChanged, schema.Source, error) {
	out := &OrganisationChanged{}
	switch {
	case base > head.Number || base < 0:
		return nil, mine, fault.New(fault.Invalid, "the organisation file has no revision %d; the newest is %d", base, head.Number)
	case head.Number == 0:
		return out, mine, nil
	case base == 0:
		return nil, mine, &Conflicts{Fault: fault.New(fault.Conflict, "there is an organisation file already: say which revision the change was made on"), Current: head.Number}
	}
	was, err := r.store.OrganisationRevision(ctx, base)
	if store.IsRedacted(err) {
		return nil, mine, &Conflicts{Fault: fault.New(fault.Conflict, "revision %d of the organisation file was redacted since the change was made on it: make the change again on the current one", base), Current: head.Number}
	}
	if err != nil {
		return nil, mine, err
	}
	merged, err := schema.Merge(store.Sources(was.Texts), []schema.Source{mine}, store.Sources(head.Texts))
	if err != nil {
		return nil, mine, unreadable(err)
	}
	if len(merged.Conflicts) > 0 {
		return nil, mine, &Conflicts{Fault: fault.New(fault.Conflict, "somebody changed the same thing meanwhile: look at both, and decide"), Current: head.Number, Conflicts: merged.Conflicts}
	}
	out.Mine, out.Merged = merged.Mine, base != head.Number
	return out, merged.Sources[0], nil
}

// organised gives the ground with another organisation file.
func (g *ground) organised(source schema.Source) (*ground, error) {
	organisation, err := org.Read(source)
	if err != nil {
		return nil, unreadable(err)
	}
	return g.with(organisation, source, g.packs())
}

// with gives the ground with another organisation or other packs.
func (g *ground) with(organisation *org.Organisation, source schema.Source, packs []library.Pack) (*ground, error) {
	home, err := app.NewHome(organisation, source, packs)
	if err != nil {
		return nil, unreadable(err)
	}
	return &ground{home: home, source: source}, nil
}

// packs gives the packs in force as they would be given to NewHome: those that come with Bulkhead change nothing there.
func (g *ground) packs() []library.Pack {
	out := make([]library.Pack, len(g.home.Library.Packs))
	for i, p := range g.home.Library.Packs {
		out[i] = *p
	}
	return out
}

// stillLed says whether somebody may still change the organisation file after a change. Whoever sits at the terminal
// always may, and is not held to it.
func (who Asker) stillLed(after *ground, now civil.Instant) error {
	if who.ID == terminal {
		return nil
	}
	o := after.home.Organisation
	for i := range o.People {
		held := o.Held(o.People[i].ID, after.home.Zone, civil.NewWatch(now))
		if access.May(access.Actor{Person: o.People[i].ID, Holdings: held}, access.ChangeOrganisation, access.Place{}).Yes {
			return nil
		}
	}
	return fault.New(fault.Invalid, "after this change nobody could change the organisation file any more: leave somebody in a role that may")
}

// terminal is the id of whoever sits at the terminal of the server.
const terminal = "terminal"

// establish keeps an entry that changes the ground, unless the ground is another by now, and marks what has to be judged
// again.
func (r *Registry) establish(ctx context.Context, before, after *ground, dryRun bool, entry store.Entry) error {
	bears, err := affectedBy(before, after)
	if err != nil {
		return err
	}
	guard := func(ctx context.Context, t *store.Tx) error {
		basis, err := t.BasisHeld(ctx)
		if err != nil {
			return err
		}
		if basis != before.basis {
			return fault.New(fault.Conflict, "somebody changed the organisation or the library meanwhile: look at it again")
		}
		if err := after.homeless(ctx, t, before); err != nil {
			return err
		}
		if dryRun {
			return errDryRun
		}
		return bears.mark(ctx, t, r)
	}
	_, err = r.write(ctx, guard, entry)
	if errors.Is(err, errDryRun) {
		return nil
	}
	r.stir()
	return err
}

// errDryRun ends a transaction of which only the checks were wanted.
var errDryRun = fault.New(fault.Conflict, "it was only tried")

// homeless finds services in use and people who can sign in that would lose their place.
func (g *ground) homeless(ctx context.Context, t *store.Tx, before *ground) error {
	o := g.home.Organisation
	if o == nil {
		return nil
	}
	units, err := t.Inhabited(ctx)
	if err != nil {
		return err
	}
	for _, u := range units {
		if o.Unit(u) == nil && (before.home.Organisation == nil || before.home.Organisation.Unit(u) != nil) {
			return fault.New(fault.Invalid, "units: services belong to the unit %s: move or retire them before the unit goes", u)
		}
	}
	people, err := t.Able(ctx)
	if err != nil {
		return err
	}
	for _, id := range people {
		if personIn(g, id) == nil && personIn(before, id) != nil {
			return fault.New(fault.Invalid, "people: %s can sign in: say that they have left before they are taken out of the file", id)
		}
	}
	return nil
}
