package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// TestItemsAreFoundWhereTheyMayBe looks for items across services, in every way that they are looked for.
func TestItemsAreFoundWhereTheyMayBe(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		for i, unit := range []ident.ID{"a", "b"} {
			id := ident.ID(fmt.Sprintf("s%d", i+1))
			_, err := s.Write(t.Context(), []store.Entry{
				{Kind: ledger.ServiceRegistered, Actor: "system", Service: id, Content: &store.Registered{Service: id, Name: "Thing 100% " + string(unit), Unit: unit}},
				{Kind: ledger.PostureJudged, Actor: "system", Service: id, Content: &store.Judged{Service: id, At: s.Now(), Summary: []byte(`{}`), Posture: []byte(`{}`), Offer: store.Offered{Offer: []byte(`{}`)}, Items: []store.Item{
					{Ref: "finding:f1", Kind: "finding", Title: "Weak_cipher", State: "open"},
					{Ref: "risk:r1", Kind: "risk", Title: "Loss of records", State: "above"},
					{Ref: "supplier:x", Kind: "supplier", Title: "Hosting", State: "agreed"},
				}}},
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
		}
		only := store.Scope{Units: []ident.ID{"a"}}
		nothing := store.Scope{}
		all := store.Scope{All: true}
		for _, c := range []struct {
			text string
			see  store.Sight
			want []string
		}{
			{"LOSS", store.Sight{Services: all, Items: all}, []string{"s1 risk:r1", "s2 risk:r1"}},
			{"loss", store.Sight{Services: all, Items: only}, []string{"s1 risk:r1"}},
			{"weak_", store.Sight{Services: all, Items: all}, nil},
			{"weak_", store.Sight{Services: all, Items: all, Kinds: map[string]store.Scope{"finding": only}}, []string{"s1 finding:f1"}},
			{"100%", store.Sight{Services: only, Items: nothing}, []string{"s1 "}},
			{"1__%", store.Sight{Services: all, Items: all}, nil},
			{"' OR '1'='1", store.Sight{Services: all, Items: all}, nil},
		} {
			found, err := s.Search(t.Context(), c.see, c.text, [2]string{}, 10)
			if err != nil || !slices.Equal(refs(found), c.want) {
				t.Errorf("%q finds %q, want %q, %v", c.text, refs(found), c.want, err)
			}
		}
		if found, err := s.Search(t.Context(), store.Sight{Services: all, Items: all}, "s", [2]string{"s1", "risk:r1"}, 10); err != nil || !slices.Equal(refs(found), []string{"s2 ", "s2 risk:r1"}) {
			t.Errorf("after the first: %q, %v", refs(found), err)
		}
		if found, err := s.ItemsNamed(t.Context(), all, "supplier", "", 1); err != nil || !slices.Equal(refs(found), []string{"s1 supplier:x", "s2 supplier:x"}) {
			t.Errorf("by name: %q, %v", refs(found), err)
		}
		if found, err := s.ItemsTitled(t.Context(), only, "supplier", "Hosting", [2]string{}, 9); err != nil || !slices.Equal(refs(found), []string{"s1 supplier:x"}) {
			t.Errorf("by title: %q, %v", refs(found), err)
		}
		if got, err := s.TitlesCounted(t.Context(), all, "supplier", "Host"); err != nil || len(got) != 1 || got[0].Title != "Hosting" || got[0].Count != 2 {
			t.Errorf("titles counted: %v, %v", got, err)
		}
		if got, err := s.TitlesCounted(t.Context(), all, "supplier", "%"); err != nil || len(got) != 0 {
			t.Errorf("titles counted that begin with a sign that LIKE knows: %v, %v", got, err)
		}
		if got, err := s.ItemsCounted(t.Context(), all, "risk"); err != nil || len(got) != 1 || got[0].Count != 2 {
			t.Errorf("counted: %v, %v", got, err)
		}
		if got, err := s.Items(t.Context(), "s1", "finding", "", 9); err != nil || len(got) != 1 {
			t.Errorf("of a service: %v, %v", got, err)
		}
		if got, err := s.Units(t.Context(), all); err != nil || len(got) != 2 || got[0].Services != 1 || got[0].Judged != 1 || got[0].Pending != 0 {
			t.Errorf("units: %v, %v", got, err)
		}
	})
}

func refs(found []store.Found) (out []string) {
	for _, f := range found {
		out = append(out, string(f.Service)+" "+f.Ref)
	}
	return out
}

// TestAnAnswerIsClaimedOnce claims one key many times at the same moment.
func TestAnAnswerIsClaimedOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		now := time.Now()
		claims := make(chan bool)
		for range 20 {
			go func() {
				_, begun, err := s.BeginAnswer(t.Context(), "person:p1", "k", "r", now, now.Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				claims <- begun
			}()
		}
		begun := 0
		for range 20 {
			if <-claims {
				begun++
			}
		}
		if begun != 1 {
			t.Errorf("it was claimed %d times", begun)
		}
	})
}
