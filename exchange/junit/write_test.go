package junit_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/junit"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	text, err := junit.Write("Bulkhead", []junit.Suite{
		{Name: "portal", Marking: "OFFICIAL", At: civil.Instant(1_800_000_000), Cases: []junit.Case{
			{Class: "portal.controls", Name: "backup", File: "bulkhead.yaml", Line: 3, Result: evidence.Passed},
			{Class: "portal.controls", Name: "patching", Result: evidence.Failed, Kind: "failing-control", Text: "It fails.\nBadly."},
			{Class: "portal.risks", Name: "r1", Result: evidence.NotRun, Text: "not <judged> & \"open\"\x1b[0m\x00\ufffe ]]>"},
			{Class: "portal.risks", Name: "r2", Result: evidence.Unknown, Text: "?"},
		}},
		{Name: "empty", At: civil.Instant(1_800_000_000)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !junit.Sniff(text) {
		t.Error("it does not look like JUnit XML")
	}
	if err := xml.Unmarshal(text, new(struct{})); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	run, err := junit.Read(text, foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	if run.Tool != "Bulkhead" || run.Outcome != evidence.Failed || run.Observed.String() != "2027-01-15T08:00:00Z" || len(run.Dropped) != 0 {
		t.Errorf("%s, %s, %s, %q", run.Tool, run.Outcome, run.Observed, run.Dropped)
	}
	want := []evidence.Observation{
		{Place: "bulkhead.yaml", Weakness: "test portal.controls.backup", Result: evidence.Passed},
		{Place: "portal.controls", Weakness: "test portal.controls.patching", Result: evidence.Failed, Text: "It fails. Badly."},
		{Place: "portal.risks", Weakness: "test portal.risks.r1", Result: evidence.NotRun, Text: `not <judged> & "open"[0m ]]>`},
		{Place: "portal.risks", Weakness: "test portal.risks.r2", Result: evidence.NotRun, Text: "?"},
	}
	if len(run.Observations) != len(want) {
		t.Fatalf("%+v", run.Observations)
	}
	for i, o := range run.Observations {
		if o.Place != want[i].Place || o.Weakness != want[i].Weakness || o.Result != want[i].Result || o.Text != want[i].Text {
			t.Errorf("got %+v\nwant %+v", o, want[i])
		}
	}
	for _, part := range []string{`<testsuites name="Bulkhead" tests="4" failures="1" errors="0" skipped="2">`, `<testsuite name="portal" tests="4" failures="1" errors="0" skipped="2" timestamp="2027-01-15T08:00:00Z">`, `<property name="marking" value="OFFICIAL">`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("it lacks %s in\n%s", part, text)
		}
	}
}
