package bulkhead_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// TestOwnServiceFile holds Bulkhead's own service file to what it asks of others: it is valid, nothing that evidence
// covers is shown not to work, and what the risks rely on is shown to work on the day that the evidence was recorded.
func TestOwnServiceFile(t *testing.T) {
	day := civil.MomentOn(civil.Date{Year: 2026, Month: 11, Day: 23})
	checked, err := app.Check(app.Where{Path: "bulkhead.yaml"}, func(z civil.Zone) (civil.Instant, error) { return z.From(day), nil })
	if err != nil {
		t.Fatal(err)
	}
	posture := checked.Postures[0]
	shown := map[string]bool{}
	for _, c := range posture.Controls {
		if c.Applicability == judge.Applicable && c.State == judge.Failing {
			t.Errorf("%s is failing", c.ID)
		}
		shown[string(c.ID)] = c.State == judge.Evidenced
	}
	for _, id := range []string{"input-validation", "laws-tested", "recorded-is-shown", "static-analysis", "dependency-scanning", "counts-in-pipelines"} {
		if !shown[id] {
			t.Errorf("%s is relied on and not evidenced: run `make evidence`", id)
		}
	}
}
