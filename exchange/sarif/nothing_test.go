package sarif_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sarif"
)

// TestNoListOfResults tells a run that found nothing from one that says nothing: a tool that leaves out an empty list must
// say itself that it succeeded.
func TestNoListOfResults(t *testing.T) {
	for invocations, want := range map[string]evidence.Outcome{
		`[{"executionSuccessful":true}]`:  evidence.Passed,
		`[]`:                              evidence.NotRun,
		`[{"executionSuccessful":false}]`: evidence.Unknown,
		`[{"executionSuccessful":true},{"executionSuccessful":false}]`: evidence.Unknown,
	} {
		text := `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}},"invocations":` + invocations + `}]}`
		run, err := sarif.Read([]byte(text), foreign.Default())
		if err != nil || run.Outcome != want {
			t.Errorf("%s: %s, %v; want %s", invocations, run.Outcome, err, want)
		}
	}
}
