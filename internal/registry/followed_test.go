package registry_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// TestWhoFollowsReadsNoDecisionAboutAWeakness: somebody who sees how far work has come, and may not read findings, is told of
// decisions and of none about a finding, wherever decisions are read.
func TestWhoFollowsReadsNoDecisionAboutAWeakness(t *testing.T) {
	organisation := strings.NewReplacer(
		"people:\n", "people:\n  - {id: champion, name: Champion}\n",
		"appointments:\n", "appointments:\n  - {role: secure-by-design-champion, person: champion, unit: benefits}\n",
		"authority:\n", "authority:\n  - {id: weakness-by-board, decision: finding-acceptance, roles: [security-working-group], longest: P30D, why: The board knows of all that stays open}\n",
	).Replace(offices)
	c := chambered(t, organisation, claims)
	about := func(id, subject string) []byte {
		kind := `"finding-acceptance"`
		if strings.HasPrefix(subject, "claim:") {
			kind = `"sign-off","of":"round"`
		}
		return []byte(fmt.Sprintf(`{"id":%q,"kind":%s,"subject":[%q],"statement":"It stays open","role":"security-working-group","by":"sro","proposed_by":"manager","decided":"2026-11-22T09:00:00Z"}`, id, kind, subject))
	}
	var entries []store.Entry
	for i, subject := range []string{"finding:f1", "claim:/assurance/rounds/autumn", "finding:f2", "finding:f3", "claim:/assurance/rounds/autumn"} {
		id := fmt.Sprint("p", i)
		entries = append(entries,
			store.Entry{Kind: ledger.DecisionProposed, Actor: "manager", Service: "portal", Subject: "decision:" + id, Content: &store.Proposed{Service: "portal", ID: ident.ID(id), State: store.ProposalWaits, Decision: about(id, subject)}},
			store.Entry{Kind: ledger.DecisionRecorded, Actor: "sro", Service: "portal", Subject: "decision:made-" + id, Content: &store.Decided{Service: "portal", Decision: about("made-"+id, subject)}})
	}
	if _, err := c.store.Write(t.Context(), entries, nil); err != nil {
		t.Fatal(err)
	}
	c.judged()
	for person, want := range map[string][]ident.ID{"champion": {"p1", "p4"}, "lead": {"p0", "p1", "p2", "p3", "p4"}} {
		who := c.person(person)
		for _, id := range []ident.ID{"p0", "p1", "p2", "p3", "p4"} {
			_, one := c.Proposal(t.Context(), who, "portal", id)
			_, kept := c.OneDecision(t.Context(), who, "portal", "made-"+id)
			for what, err := range map[string]error{"proposal": one, "decision": kept} {
				if slices.Contains(want, id) && err != nil || !slices.Contains(want, id) && (err == nil || fault.KindOf(err) != fault.Forbidden) {
					t.Errorf("%s reads the %s %s: %v", person, what, id, err)
				}
			}
		}
		for _, limit := range []int{1, 2, 3, 4, 5, 6} {
			waiting := listed(c, limit, func(after ident.ID) ([]registry.Proposal, error) {
				return c.Proposals(t.Context(), who, "portal", after, limit)
			}, func(p *registry.Proposal) ident.ID { return p.ID })
			if !slices.Equal(waiting, want) {
				t.Errorf("%s is told, %d at a time, that %q wait; want %q", person, limit, waiting, want)
			}
			decided := listed(c, limit, func(after ident.ID) ([]store.DecisionLine, error) {
				return c.Decisions(t.Context(), who, "portal", after, limit)
			}, func(l *store.DecisionLine) ident.ID { return l.ID })
			if !slices.Equal(decided, made(want)) {
				t.Errorf("%s is told, %d at a time, of the decisions %q; want %q", person, limit, decided, made(want))
			}
			if got := foundIn(c, who, "made-", limit); !slices.Equal(got, made(want)) {
				t.Errorf("%s finds, %d at a time, %q; want %q", person, limit, got, made(want))
			}
		}
		pack, _, err := c.BoardPack(t.Context(), who, "security-board", registry.After{}, 20)
		if err != nil || len(pack.Services) != 1 || len(pack.Services[0].Proposals) != len(want) {
			t.Errorf("the board's pack shows %s %+v, %v", person, pack, err)
		}
	}
}

func made(ids []ident.ID) (out []ident.ID) {
	for _, id := range ids {
		out = append(out, "made-"+id)
	}
	return out
}

// foundIn gives the decisions that are found by a text, so many at a time.
func foundIn(c chamber, who registry.Asker, text string, limit int) (ids []ident.ID) {
	for next := ""; ; {
		some, after, err := c.Search(c.t.Context(), who, text, registry.ReadAfter(next), limit)
		if err != nil {
			c.t.Fatal(err)
		}
		for i := range some {
			ids = append(ids, ident.ID(strings.TrimPrefix(some[i].Ref, "decision:")))
		}
		if next = after; next == "" {
			return ids
		}
	}
}

// listed gives what is listed of the portal, so many at a time.
func listed[T any](c chamber, limit int, list func(after ident.ID) ([]T, error), id func(*T) ident.ID) (ids []ident.ID) {
	for after := ident.ID(""); ; after = ids[len(ids)-1] {
		some, err := list(after)
		if err != nil {
			c.t.Fatal(err)
		}
		for i := range some {
			ids = append(ids, id(&some[i]))
		}
		if len(some) < limit {
			return ids
		}
	}
}
