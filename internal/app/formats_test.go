package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// places are services to be written out: one with something of nearly everything, and one whose register is half done.
func places() []string {
	return []string{"../../examples/parking-permits", "../cli/testdata/fixtures/dept"}
}

func checked(t *testing.T, path string, day civil.Date) *app.Checked {
	t.Helper()
	c, err := app.Check(app.Where{Path: path}, func(z civil.Zone) (civil.Instant, error) { return z.Start(day), nil })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func days() []civil.Date {
	return []civil.Date{{Year: 2026, Month: 11, Day: 21}, {Year: 2027, Month: 6, Day: 1}, {Year: 2029, Month: 1, Day: 1}}
}

// TestOwnFormatsAreReadBack writes postures as SARIF and as JUnit XML and reads them as evidence of any tool is read.
func TestOwnFormatsAreReadBack(t *testing.T) {
	for _, path := range places() {
		for _, day := range days() {
			c := checked(t, path, day)
			for format, write := range map[string]func() ([]byte, error){
				"sarif": func() ([]byte, error) { return report.SARIF(c.Postures, c.Place, "1") },
				"junit": func() ([]byte, error) { return report.JUnit(c.Postures, c.Place) },
			} {
				text, err := write()
				if err != nil {
					t.Fatal(err)
				}
				run, err := exchange.Read("result", text)
				if err != nil {
					t.Fatalf("%s on %s as %s: %v", path, day, format, err)
				}
				if run.Format != format || !strings.HasPrefix(run.Tool, "Bulkhead") || run.Outcome != evidence.Failed || len(run.Dropped) > 0 {
					t.Errorf("%s on %s as %s: read as %s of %s, %s, %q", path, day, format, run.Format, run.Tool, run.Outcome, run.Dropped)
				}
				if len(run.Observations) < 10 {
					t.Errorf("%s on %s as %s: %d observations", path, day, format, len(run.Observations))
				}
				for i := range run.Observations {
					if o := &run.Observations[i]; !strings.Contains(o.Place, "bulkhead") || format == "sarif" && !strings.Contains(o.Place, ".yaml:") {
						t.Errorf("%s on %s as %s: %s has no place in the service file: %q", path, day, format, o.Weakness, o.Place)
					}
				}
			}
		}
	}
}

// TestFormatsFailWithTheRules holds both formats to the rules of --fail-on: what those say is definitely not met is a
// failure and an error there, and nothing else is a failure.
func TestFormatsFailWithTheRules(t *testing.T) {
	for _, path := range places() {
		for _, day := range days() {
			c := checked(t, path, day)
			failed, _, err := app.FailOn("failing-control,overdue,lapsed,above-appetite", c.Postures, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, f := range failed {
				want = append(want, f.What...)
			}
			slices.Sort(want)
			want = slices.Compact(want)
			got := failures(t, c.Postures, c.Place)
			for _, id := range want {
				if !slices.Contains(got, id) {
					t.Errorf("%s on %s: a rule fails on %s, and JUnit XML does not", path, day, id)
				}
			}
			for _, id := range got {
				if !slices.Contains(want, id) {
					t.Errorf("%s on %s: JUnit XML fails on %s, and no rule does", path, day, id)
				}
			}
		}
	}
}

func failures(t *testing.T, postures []*assess.Posture, place report.Place) (ids []string) {
	t.Helper()
	text, err := report.JUnit(postures, place)
	if err != nil {
		t.Fatal(err)
	}
	run, err := exchange.Read("junit.xml", text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range run.Observations {
		if o := &run.Observations[i]; o.Result == evidence.Failed {
			parts := strings.SplitN(o.Weakness, ".", 3) // test SERVICE.KIND.ID
			ids = append(ids, parts[len(parts)-1])
		}
	}
	return ids
}

// TestAPassIsShown holds every case that passes to being shown: no control passes on a claim, and no risk on a control
// that is only claimed.
func TestAPassIsShown(t *testing.T) {
	for _, path := range places() {
		c := checked(t, path, days()[0])
		text, err := report.JUnit(c.Postures, c.Place)
		if err != nil {
			t.Fatal(err)
		}
		run, err := exchange.Read("junit.xml", text)
		if err != nil {
			t.Fatal(err)
		}
		stands := map[string]bool{}
		for _, p := range c.Postures {
			for i := range p.Controls {
				stands["controls."+string(p.Controls[i].ID)] = p.Controls[i].State == "evidenced"
			}
			for i := range p.Risks {
				s := p.Risks[i].StandingEvidenced
				stands["risks."+string(p.Risks[i].ID)] = s == "within" || s == "accepted"
			}
		}
		for i := range run.Observations {
			o := &run.Observations[i]
			_, id, _ := strings.Cut(o.Weakness, ".")
			if ok, is := stands[id]; is && o.Result == evidence.Passed && !ok {
				t.Errorf("%s passes and is not shown", o.Weakness)
			}
		}
	}
}
