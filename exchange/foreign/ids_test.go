package foreign_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/cost"
	"pgregory.net/rapid"
)

func TestIDsAreGivenOnce(t *testing.T) {
	var ids foreign.IDs
	long := strings.Repeat("x", 80)
	var got []string
	for _, texts := range [][]string{{"Web App"}, {"web-app"}, {"web-app-2"}, {"web-app"}, {"", "zone"}, {"日本", "zone"}, {"!"}, {}, {long}, {long}} {
		got = append(got, string(ids.Take(texts...)))
	}
	want := "[web-app web-app-2 web-app-2-2 web-app-3 zone zone-2 unnamed unnamed-2 " + long[:64] + " " + long[:52] + "-2]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v", got)
	}
}

// Who is named well keeps the name, wherever in the file that is.
func TestAssign(t *testing.T) {
	ids := foreign.Assign([]string{"Web App", "!", "web-app", "web-app"}, "thing", ident.Suggest)
	if fmt.Sprint(ids) != "map[!:thing Web App:web-app-2 web-app:web-app]" {
		t.Errorf("%v", ids)
	}
}

func TestAssignedIDsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.StringMatching(`[aA][ _-]?[1-3]?(-2)?|x{50,70}`)).Draw(t, "names")
		ids, seen := foreign.Assign(names, "spare", ident.Suggest), map[ident.ID]string{}
		for _, name := range names {
			id := ids[name]
			if other, taken := seen[id]; taken && other != name {
				t.Fatalf("%q and %q are both %s", name, other, id)
			}
			if _, err := ident.ParseID(string(id)); err != nil {
				t.Fatal(err)
			}
			seen[id] = name
		}
	})
}

// Long names that are alike at the start cost no more than others.
func TestIDsOfLongNames(t *testing.T) {
	take := func(n int) func() {
		return func() {
			var ids foreign.IDs
			for i := range n {
				ids.Take(strings.Repeat("x", 59) + fmt.Sprintf("%05d", i/2))
			}
		}
	}
	const most = 4000
	cost.Linear(t, "long names", take(most/cost.Times), take(most))
}
