package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// TestRealModelsAreImported drafts from models that others published, where they are at hand.
func TestRealModelsAreImported(t *testing.T) {
	at := filepath.FromSlash("../../../shared/data/threat-models/")
	if _, err := os.Stat(at); err != nil {
		t.Skip("no published models at hand")
	}
	for file, want := range map[string]report.Carried{
		"threagile/threagile-demo-example.yaml":              {Components: 14, Flows: 20, Data: 12, Zones: 5, Runtimes: 1, Risks: 13, Controls: 3},
		"threat-dragon/demo-threat-model.json":               {Components: 7, Flows: 10, Data: 2, Risks: 9},
		"otm/OpenThreatModel-EXAMPLE.yaml":                   {Components: 4, Flows: 2, Data: 2, Zones: 2, Controls: 1},
		"owasp-tm-library/hashicorp-vault-threat-model.json": {Components: 18, Flows: 24, Data: 3, Zones: 4, Risks: 4, Controls: 23, Assumptions: 10},
	} {
		made, err := app.Import(app.Where{Path: ".", Alone: true}, "", filepath.Join(at, filepath.FromSlash(file)), app.Naming{})
		if err != nil || made.Carried() != want || len(made.Dropped) == 0 || len(made.Questions) == 0 {
			t.Errorf("%s: %v, %+v", file, err, made)
			continue
		}
		for i, q := range made.Questions {
			if q.Text == "" || q.Ref == "" || q.Threats < 1 || i > 0 && q.Threats > made.Questions[i-1].Threats {
				t.Errorf("%s: %+v", file, q)
			}
		}
	}
}

// TestWhatIsAskedCanBeAnswered answers a question where it is said to be answered, and it is asked no more.
func TestWhatIsAskedCanBeAnswered(t *testing.T) {
	const design = "services:\n  web: {image: nginx, networks: [front]}\n  db: {image: postgres, networks: [back]}\nnetworks: {front: {}, back: {}}\n"
	dir := t.TempDir()
	file, drafted := filepath.Join(dir, "compose.yaml"), filepath.Join(dir, "bulkhead.yaml")
	if err := os.WriteFile(file, []byte(design), 0o600); err != nil {
		t.Fatal(err)
	}
	where := app.Where{Path: drafted, Alone: true}
	made, err := app.Import(where, "compose", file, app.Naming{})
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Write(drafted); err != nil {
		t.Fatal(err)
	}
	if err := made.Write(drafted); err == nil {
		t.Error("a file that was there was written over")
	}
	asked := map[string]bool{}
	for _, q := range made.Questions {
		asked[q.Ref] = true
	}
	if !asked["architecture/zones/front/trust"] || !asked["architecture/runtimes/containers/isolation"] {
		t.Fatalf("%+v", made.Questions)
	}
	for ref, answer := range map[string]string{"architecture/zones/front/trust": "public", "architecture/runtimes/containers/isolation": "yes"} {
		if _, err := app.Set(where, ref, answer); err != nil {
			t.Errorf("%s: %v", ref, err)
		}
	}
}
