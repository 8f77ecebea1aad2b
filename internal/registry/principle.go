package registry

import (
	"context"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Principle is a principle in force, with how many services stand how on it, of those whose posture who asks may read.
type Principle struct {
	*library.Principle
	Ref        ident.Ref // where in the library it is from
	Standings  []store.Tally
	Exceptions int // that are open, from it or from a statement of it, of services whose decisions who asks may read
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
	exceptions, err := r.openExceptions(ctx, who)
	if err != nil {
		return nil, err
	}
	all := who.ground.home.Library.Principles
	out := make([]Principle, len(all))
	for i, p := range all {
		out[i] = Principle{Principle: p.Item, Ref: p.Ref, Standings: by[ident.To(ident.KindPrinciple, string(p.Item.ID)).String()]}
		pack, _, _ := strings.Cut(p.Ref.String(), "@")
		out[i].Exceptions = exceptions[pack+"#"+string(p.Item.ID)]
		for _, s := range p.Item.Statements {
			out[i].Exceptions += exceptions[pack+"#"+string(s.ID)]
		}
	}
	return out, nil
}

// openExceptions counts the exceptions that are open by what they are from, which is named without the version of its pack:
// that a pack was issued anew ends none.
func (r *Registry) openExceptions(ctx context.Context, who Asker) (map[string]int, error) {
	tallies, err := r.store.TitlesCounted(ctx, who.scope(access.ReadDecisions), ident.KindDecision, string(decision.Exception))
	out := map[string]int{}
	for _, t := range tallies {
		if slices.Contains([]decision.State{decision.Holds, decision.Reaffirm, decision.Suspended}, decision.State(t.State)) {
			pack, rest, _ := strings.Cut(subjectIn(t.Title), "@")
			_, item, _ := strings.Cut(rest, "#")
			out[pack+"#"+item] += t.Count
		}
	}
	return out, err
}

// titleOf says what a decision is, and about what, as it is found by.
func titleOf(d *judge.Decision) string {
	if len(d.Subject) == 0 {
		return d.Kind
	}
	return d.Kind + " " + d.Subject[0].String()
}

// subjectIn gives what a decision of a title is about.
func subjectIn(title string) string {
	_, subject, _ := strings.Cut(title, " ")
	return subject
}

// Exempt is an exception, with what it is from.
type Exempt struct {
	Found
	From string // such as requirement:PACK@VERSION#ID
}

// Exceptions lists the exceptions from principles across the services whose decisions who asks may read, after a place,
// and gives where the next page begins; empty at the end.
func (r *Registry) Exceptions(ctx context.Context, who Asker, after After, limit int) ([]Exempt, string, error) {
	if err := who.somewhere(access.ReadDecisions); err != nil {
		return nil, "", err
	}
	found, err := r.store.ItemsTitled(ctx, who.scope(access.ReadDecisions), ident.KindDecision, string(decision.Exception), after.pair(), limit+1)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, limit)
	out := make([]Exempt, len(page))
	for i := range page {
		out[i] = Exempt{page[i], subjectIn(page[i].Title)}
	}
	return out, next, nil
}
