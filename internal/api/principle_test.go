package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
)

// TestPrinciplesSayWhatTheyAskAndWhatIsExcepted reads the principles as somebody who may read decisions and as somebody
// who may not: the exceptions that are open are counted for the first alone, and listed with what they are from.
func TestPrinciplesSayWhatTheyAskAndWhatIsExcepted(t *testing.T) {
	b := theDepartment(t)
	principle := func(who string) api.PrincipleLine {
		t.Helper()
		all := as[struct{ Items []api.PrincipleLine }](t, b.send(who, "GET", "/principles", "")).Items
		i := slices.IndexFunc(all, func(p api.PrincipleLine) bool { return p.Principle == "secure-by-design" })
		if i < 0 {
			t.Fatalf("%+v", all)
		}
		return all[i]
	}
	p := principle("person:d6")
	if p.Title == "" || p.Statement == "" || p.Owner == "" || p.Status == "" || len(p.Statements) == 0 || p.Statements[0].Text == "" {
		t.Errorf("%+v", p)
	}
	exceptions := as[struct{ Items []api.ExceptionLine }](t, b.send("person:d6", "GET", "/exceptions", "")).Items
	open := 0
	for _, e := range exceptions {
		if !strings.HasPrefix(e.From, "requirement:") {
			t.Errorf("%+v", e)
		}
		if e.State == "holds" && strings.HasPrefix(e.From, strings.Split(p.Ref, "@")[0]) {
			open++
		}
	}
	if open == 0 || p.Exceptions != open {
		t.Errorf("%d exceptions are counted, and %d listed: %+v", p.Exceptions, open, exceptions)
	}
	if p := principle("terminal"); p.Exceptions != 0 {
		t.Errorf("somebody who may read no decisions is told of %d exceptions", p.Exceptions)
	}
}
