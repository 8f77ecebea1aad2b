package sarif_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sarif"
	"github.com/bulkhead-assurance/bulkhead/model"
)

func report() *sarif.Report {
	return &sarif.Report{
		Tool: "Bulkhead", Version: "1",
		Rules: []sarif.Rule{{ID: "late", Level: "error", Short: "It is late.", Help: "Do it."}, {ID: "open", Level: "note", Short: "It is open.", Help: "Look."}},
		Parts: []sarif.Part{
			{Name: "portal", Marking: "OFFICIAL", At: civil.Instant(1_800_000_000), Results: []sarif.Result{
				{Rule: "late", Level: "error", Text: "r1 is late.", File: "services/my portal/bulkhead.yaml", Line: 7, Name: "portal/risk:r1", Print: "0123"},
				{Rule: "open", Level: "note", Text: "r2 is open.", File: "bulkhead.yaml", Name: "portal/risk:r2", Print: "4567"},
				{Rule: "open", Level: "warning", Text: "see [this](https://evil.example) {0}\x1b[31m", Name: "portal/risk:r3", Print: "89ab"},
			}},
			{Name: "quiet", At: civil.Instant(1_800_000_000)},
		},
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	text, err := sarif.Write(report())
	if err != nil {
		t.Fatal(err)
	}
	if !sarif.Sniff(text) {
		t.Error("it does not look like SARIF")
	}
	run, err := sarif.Read(text, foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	if run.Tool != "Bulkhead 1" || run.Outcome != evidence.Failed || run.Observed.String() != "2027-01-15T08:00:00Z" {
		t.Errorf("%s, %s, %s", run.Tool, run.Outcome, run.Observed)
	}
	want := []evidence.Observation{
		{Place: "services/my portal/bulkhead.yaml:7", Weakness: "Bulkhead:late", Result: evidence.Failed, Severity: model.High, Text: "r1 is late."},
		{Place: "bulkhead.yaml:1", Weakness: "Bulkhead:open", Result: evidence.Failed, Severity: model.Low, Text: "r2 is open."},
		{Place: "portal/risk:r3", Weakness: "Bulkhead:open", Result: evidence.Failed, Severity: model.Medium, Text: "see [this] (https://evil.example) (0)[31m"},
	}
	if len(run.Observations) != len(want) || len(run.Dropped) != 0 {
		t.Fatalf("%+v, %q", run.Observations, run.Dropped)
	}
	for i, o := range run.Observations {
		if o.Place != want[i].Place || o.Weakness != want[i].Weakness || o.Result != want[i].Result || o.Severity != want[i].Severity || o.Text != want[i].Text {
			t.Errorf("got %+v\nwant %+v", o, want[i])
		}
	}
}

// Nothing found is a pass, not a run that did not happen.
func TestNothingFoundIsWrittenAsSuch(t *testing.T) {
	r := report()
	r.Parts = r.Parts[1:]
	text, err := sarif.Write(r)
	if err != nil {
		t.Fatal(err)
	}
	if run, err := sarif.Read(text, foreign.Default()); err != nil || run.Outcome != evidence.Passed {
		t.Errorf("%v, %s", err, run.Outcome)
	}
}

// The addresses of files are relative ones, whatever the file is called.
func TestAddressesOfFiles(t *testing.T) {
	for file, want := range map[string]string{
		"a b.yaml": "a%20b.yaml", "a:b.yaml": "./a:b.yaml", "a#b?c.yaml": "a%23b%3Fc.yaml", `dir\x.yaml`: "dir/x.yaml", "/abs/x.yaml": "file:///abs/x.yaml", `C:\x.yaml`: "file:///C:/x.yaml",
		"../up.yaml": "../up.yaml", "./x.yaml": "x.yaml", "100%.yaml": "100%25.yaml",
	} {
		r := report()
		r.Parts[0].Results = r.Parts[0].Results[:1]
		r.Parts[0].Results[0].File = file
		text, err := sarif.Write(r)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), `"uri": "`+want+`"`) {
			t.Errorf("%s: want %s in\n%s", file, want, text)
		}
	}
}

func TestARuleThatIsNotDescribedIsRefused(t *testing.T) {
	r := report()
	r.Rules = r.Rules[:1]
	if _, err := sarif.Write(r); err == nil {
		t.Error("it was written")
	}
}

// TestStructure holds what is written to what SARIF 2.1.0 requires of each object that is used.
func TestStructure(t *testing.T) {
	text, err := sarif.Write(report())
	if err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	needs(t, log, "the log", "version", "runs", "$schema")
	for _, r := range log["runs"].([]any) {
		run := r.(map[string]any)
		needs(t, run, "a run", "tool", "results", "automationDetails", "invocations")
		driver := run["tool"].(map[string]any)["driver"].(map[string]any)
		needs(t, driver, "the driver", "name", "version", "rules")
		rules := driver["rules"].([]any)
		for _, x := range rules {
			needs(t, x.(map[string]any), "a rule", "id", "shortDescription", "fullDescription", "help", "defaultConfiguration")
		}
		for _, in := range run["invocations"].([]any) {
			needs(t, in.(map[string]any), "an invocation", "executionSuccessful", "endTimeUtc")
		}
		for _, x := range run["results"].([]any) {
			result := x.(map[string]any)
			needs(t, result, "a result", "ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints")
			if at := rules[int(result["ruleIndex"].(float64))].(map[string]any)["id"]; at != result["ruleId"] {
				t.Errorf("the index of %s is that of %s", result["ruleId"], at)
			}
			if l := result["level"]; l != "error" && l != "warning" && l != "note" {
				t.Errorf("there is no level %s", l)
			}
		}
	}
}

func needs(t *testing.T, object map[string]any, what string, keys ...string) {
	t.Helper()
	for _, k := range keys {
		if object[k] == nil {
			t.Errorf("%s has no %s: %v", what, k, object)
		}
	}
}
