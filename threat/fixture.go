package threat

import (
	"fmt"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Try runs the fixtures of every rule, and says which rule does not find what it must, or finds what it must not. A
// threat that rests on what nobody said is neither: a fixture says all that its rule asks.
func (b *Rulebook) Try() []fault.Field {
	var problems []fault.Field
	for i := range b.rules {
		r := &b.rules[i]
		bad := complain(&problems, r.Ref, "/threats/"+string(r.Item.ID))
		if len(r.Item.Fires) == 0 || len(r.Item.Quiet) == 0 {
			bad("it needs a piece of a service file in which it fires and one in which it is quiet")
		}
		for n, text := range r.Item.Fires {
			if found, err := b.finds(r, text); err != nil || !found {
				bad("its piece %d under fires: %s", n+1, orElse(err, "it finds nothing"))
			}
		}
		for n, text := range r.Item.Quiet {
			if found, err := b.finds(r, text); err != nil || found {
				bad("its piece %d under quiet: %s", n+1, orElse(err, "it finds something"))
			}
		}
	}
	return problems
}

func orElse(err error, text string) string {
	if err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return text
}

// finds says whether a rule is certain of a threat in a piece of a service file that nothing in it stops.
func (b *Rulebook) finds(r *rule, piece string) (bool, error) {
	const head = "bulkhead: v1\nservice: {id: fixture, name: Fixture, phase: alpha}\n"
	s, _, err := model.Read(schema.Source{File: "piece", Text: []byte(head + piece)})
	if err != nil {
		return false, fmt.Errorf("%w", err)
	}
	for _, c := range b.only(r.Item.ID).Candidates(Arrange(s, b.library)) {
		if len(c.Asks) == 0 && c.Said == "" {
			return true, nil
		}
	}
	return false, nil
}

// only gives a rulebook with one rule.
func (b *Rulebook) only(id ident.ID) *Rulebook {
	out := &Rulebook{library: b.library, steps: b.steps}
	for _, r := range b.rules {
		if r.Item.ID == id {
			out.rules = append(out.rules, r)
		}
	}
	return out
}
