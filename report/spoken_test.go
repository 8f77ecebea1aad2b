package report

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

func TestSpoken(t *testing.T) {
	list, longer := "a, b, c, d", "a, c, d, e, f"
	tests := []struct {
		words org.Vocabulary
		code  string
		args  []string
		want  string
	}{
		{org.Civil, "decision.field-worse", []string{"field", "phase", "was", "4", "now", "5"}, "phase was public-beta and is live"},
		{org.Defence, "decision.field-worse", []string{"field", "phase", "was", "4", "now", "5"}, "phase was manufacture and is in-service"},
		{org.Civil, "decision.field-worse", []string{"field", "records", "was", "5", "now", "7"}, "the number of records was fewer than 100,000 and is fewer than 10,000,000"},
		{org.Civil, "decision.field-worse", []string{"field", "magnitude/members", "was", "3", "now", "6"}, "the number of records of members was fewer than 1,000 and is fewer than 1,000,000"},
		{org.Civil, "decision.field-worse", []string{"field", "residual/likelihood", "was", "2", "now", "3"}, "residual/likelihood was 2 and is 3"},
		{org.Civil, "decision.field-worse", []string{"field", "components", "was", "web", "now", "badge-store, web"}, "components was web and is badge-store, web"},
		{org.Civil, "decision.field-worse", []string{"field", "data", "was", list, "now", longer}, "data has changed; new: e, f; no longer there: b"},
		{org.Civil, "decision.renew", []string{"field", "data", "was", list, "now", list + ", e"}, "It happened and stays so; a new one is needed since data has changed; new: e"},
		{org.Civil, "activity.overdue", []string{"phase", "alpha"}, "Overdue: it was to be done before alpha"},
		{org.Defence, "activity.overdue", []string{"phase", "alpha"}, "Overdue: it was to be done before assessment"},
		{org.Defence, "activity.due", []string{"phase", "assessment", "by", "live"}, "Due now, and overdue from in-service on if it is not done"},
		{org.Defence, "statement.answered", []string{"answer", "met", "by", "live", "sentence", "So it is"}, "Answered met by live: So it is"},
	}
	for _, tt := range tests {
		if got := tableOf(tt.words).phrase(tt.code, args(tt.args...)); got != tt.want {
			t.Errorf("%s of %v, %s: got %q, want %q", tt.code, tt.args, tt.words, got, tt.want)
		}
	}
}

// The stages are those of the library.
func TestLifecyclesAreThoseOfTheLibrary(t *testing.T) {
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	for i, pair := range lifecycles() {
		for _, phase := range pair {
			if got := lib.Stage(phase); got != i+1 {
				t.Errorf("%s is of stage %d, and is told as of %d", phase, got, i+1)
			}
		}
	}
}
