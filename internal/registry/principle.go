package registry

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Principle is a principle in force, with how many services stand how on it, of those whose posture who asks may read.
type Principle struct {
	*library.Principle
	Ref       ident.Ref // where in the library it is from
	Standings []store.Tally
}

// Principles lists the principles in the order of the library.
func (r *Registry) Principles(ctx context.Context, who Asker) ([]Principle, error) {
	if err := who.mayIn(access.ReadLibrary, "", ""); err != nil {
		return nil, err
	}
	tallies, err := r.store.ItemsCounted(ctx, who.scope(access.ReadPosture), ident.KindPrinciple)
	if err != nil {
		return nil, err
	}
	by := map[string][]store.Tally{}
	for _, t := range tallies {
		by[t.Ref] = append(by[t.Ref], t)
	}
	all := who.ground.home.Library.Principles
	out := make([]Principle, len(all))
	for i, p := range all {
		out[i] = Principle{p.Item, p.Ref, by[ident.To(ident.KindPrinciple, string(p.Item.ID)).String()]}
	}
	return out, nil
}

// Exceptions lists the exceptions from principles across the services whose decisions who asks may read, after a place,
// and gives where the next page begins; empty at the end.
func (r *Registry) Exceptions(ctx context.Context, who Asker, after After, limit int) ([]Found, string, error) {
	if err := who.somewhere(access.ReadDecisions); err != nil {
		return nil, "", err
	}
	found, err := r.store.ItemsTitled(ctx, who.scope(access.ReadDecisions), ident.KindDecision, "exception", after.pair(), limit+1)
	if err != nil {
		return nil, "", err
	}
	out, next := cut(found, limit)
	return out, next, nil
}
