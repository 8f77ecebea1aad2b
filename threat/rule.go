package threat

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Rulebook is the threat rules and the kinds of step of a library, ready to be asked. It is never changed once it is
// made, so that any number of designs may share one.
type Rulebook struct {
	library *library.Library
	rules   []rule
	steps   map[ident.ID]*step
}

// rule is a rule ready to be asked.
type rule struct {
	*library.Entry[library.Rule]
	where   []trait
	stopped []stop
}

type stop struct {
	when    []trait
	control ident.ID
}

// NewRulebook makes the rules of a library ready, and says what is wrong with them: a rule of which something is wrong
// is left out.
func NewRulebook(lib *library.Library) (*Rulebook, []fault.Field) {
	b := &Rulebook{library: lib, steps: map[ident.ID]*step{}}
	var problems []fault.Field
	m := &maker{known: map[library.Element][]attribute{}}
	for i := range lib.Threats {
		entry := &lib.Threats[i]
		before := len(problems)
		m.bad = complain(&problems, entry.Ref, "/threats/"+string(entry.Item.ID))
		r := m.rule(entry)
		if len(problems) == before {
			b.rules = append(b.rules, r)
		}
	}
	slices.SortFunc(b.rules, func(x, y rule) int { return cmp.Compare(x.Item.ID, y.Item.ID) })
	for i := range lib.Steps {
		entry := &lib.Steps[i]
		m.bad = complain(&problems, entry.Ref, "/steps/"+string(entry.Item.ID))
		b.steps[entry.Item.ID] = m.step(entry.Item)
	}
	return b, problems
}

func complain(to *[]fault.Field, ref ident.Ref, path string) func(string, ...any) {
	return func(format string, args ...any) {
		*to = append(*to, fault.Field{File: ref.String(), Path: path, Text: fmt.Sprintf(format, args...)})
	}
}

// rule makes a rule ready. A question must be about an attribute that the rule asks, so that it is never asked in vain.
func (m *maker) rule(entry *library.Entry[library.Rule]) rule {
	r := entry.Item
	out := rule{Entry: entry, where: m.traits(r.On, r.Where)}
	for i := range r.Stopped {
		out.stopped = append(out.stopped, stop{m.traits(r.On, r.Stopped[i].When), r.Stopped[i].Control})
	}
	for _, a := range r.Ask {
		asked := func(t library.Trait) bool { return t.Is == a.Is }
		if !slices.ContainsFunc(r.Where, asked) && !slices.ContainsFunc(r.Stopped, func(s library.Stop) bool { return slices.ContainsFunc(s.When, asked) }) {
			m.bad("it has a question about %q, which it does not look at", a.Is)
		}
	}
	if r.Once == library.AfterSupport && r.On != library.OnAComponent {
		m.bad("only a component has a last day of support")
	}
	return out
}
