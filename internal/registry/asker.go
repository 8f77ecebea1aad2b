package registry

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Asker is who asks, with what they hold at this moment and the ground that they ask on.
type Asker struct {
	access.Actor
	ID     string // for the ledger: person:ID, token:ID or terminal
	ground *ground
}

// Terminal is who sits at the terminal of the server: whoever can read its files and keys is taken for an administrator.
func (r *Registry) Terminal(ctx context.Context) (Asker, error) {
	g, err := r.current(ctx)
	return Asker{ID: "terminal", Actor: access.Actor{Holdings: []org.Holding{{Role: "administrator"}}}, ground: g}, err
}

// Person gives a person who is known to be who they are, with what they hold now.
func (r *Registry) Person(ctx context.Context, id ident.ID, basis store.Basis) (Asker, error) {
	g, err := r.grounds(ctx, basis)
	if err != nil {
		return Asker{}, err
	}
	who := Asker{ID: "person:" + string(id), Actor: access.Actor{Person: id}, ground: g}
	if o := g.home.Organisation; o != nil {
		who.Holdings = o.Held(id, g.home.Zone, civil.NewWatch(r.store.Now()))
	}
	return who, nil
}

// Token gives a machine that came with a token.
func (r *Registry) Token(ctx context.Context, token access.Token, basis store.Basis) (Asker, error) {
	g, err := r.grounds(ctx, basis)
	return Asker{ID: "token:" + string(token.ID), Actor: access.Actor{Token: &token}, ground: g}, err
}

// proposes gives the name under which who asks proposes: of the person who answers for it, or of a token that nobody made
// who could decide.
func (who Asker) proposes() string { return cmp.Or(string(who.Behind()), who.ID) }

// organisation gives the organisation in force; an empty one when there is none.
func (who Asker) organisation() *org.Organisation {
	if who.ground.home.Organisation != nil {
		return who.ground.home.Organisation
	}
	return &org.Organisation{}
}

// at gives the place of a service or a unit.
func (who Asker) at(unit, service ident.ID) access.Place {
	return access.Place{Service: service, Unit: unit, Above: who.organisation().Above(unit)}
}

// may says whether who asks may do something at a service that was loaded with an error or without. A service that they
// may not know of is not there for them, so that nobody learns by asking which services there are.
func (who Asker) may(use access.Use, v store.Service, err error) error {
	hidden := fault.New(fault.NotFound, "there is no service of that name that you may see")
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return hidden
	}
	if err != nil {
		return err
	}
	at := who.at(v.Unit, v.ID)
	answer := access.May(who.Actor, use, at)
	switch {
	case answer.Yes:
		return who.open(use, v)
	case access.May(who.Actor, access.ListServices, at).Yes:
		return fault.New(fault.Forbidden, "%s", answer.Missing)
	}
	return hidden
}

// mayIn says whether who asks may do something in a unit, or for a service that is not loaded.
func (who Asker) mayIn(use access.Use, unit, service ident.ID) error {
	if answer := access.May(who.Actor, use, who.at(unit, service)); !answer.Yes {
		return fault.New(fault.Forbidden, "%s", answer.Missing)
	}
	return nil
}

// scope gives of which services who asks may know something: a list that is read by it holds just what asking for every
// single service would show.
func (who Asker) scope(use access.Use) store.Scope {
	sees := access.Sees(who.Actor, use, who.organisation())
	return store.Scope{
		All:   sees.All,
		Units: slices.Sorted(maps.Keys(sees.Units)),
		Singles: slices.SortedFunc(maps.Keys(sees.Singles), func(a, b access.Single) int {
			return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Unit, b.Unit))
		}),
	}
}

// sees says whether who asks may do something at a service whose unit is known.
func (who Asker) sees(use access.Use, unit, service ident.ID) bool {
	return access.May(who.Actor, use, who.at(unit, service)).Yes
}
