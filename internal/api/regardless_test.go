package api_test

import (
	"strings"
	"testing"
)

// TestAChangeThatServicesDoNotFitIsMadeRegardless lowers what may be kept below what a service holds.
func TestAChangeThatServicesDoNotFitIsMadeRegardless(t *testing.T) {
	b := small(t)
	b.revise(t, "service-a", 2, serviceText("service-a")+"context:\n  classification: SECRET\n")
	body := `{"text":` + quoted(strings.Replace(smallOrganisation, "units:", "classification: OFFICIAL\nunits:", 1)) + `}`
	got := b.send("person:p3", "PUT", "/organisation", body, `If-Match: "1"`)
	isProblem(t, got, 422)
	problem := as[struct {
		Detail string
		Errors []struct {
			File, Location, Message string
			Line                    int
		}
	}](t, got)
	if len(problem.Errors) != 2 || problem.Errors[1].File != "service-a/bulkhead.yaml" || problem.Errors[1].Line == 0 || !strings.Contains(problem.Detail, "regardless=true") {
		t.Errorf("%s", got.body)
	}
	for _, query := range []string{"?regardless=true&dry_run=true", "?regardless=true"} {
		if got := b.send("person:p3", "PUT", "/organisation"+query, body, `If-Match: "1"`); got.status != 200 {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
}
