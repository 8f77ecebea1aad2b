package sarif_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sarif"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/model"
)

func read(t testing.TB, text string) foreign.Run {
	t.Helper()
	run, err := sarif.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatalf("%v", err)
	}
	return run
}

func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/small.sarif")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(read(t, string(text)), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	readers.Golden(t, "testdata/small.golden.json", string(got))
}

func TestRealFiles(t *testing.T) {
	for _, c := range []struct {
		file, tool, outcome string
		review              int
	}{
		{"nginx-grype.sarif.json", "Grype 0.63.0", "failed", 0},
		{"nginx-trivy.sarif.json", "Trivy ", "failed", 0},
		{"ms-suppressions.sarif", "SarifSamples 1.0", "failed", 3},
		{"ms-baseline.sarif", "SarifSamples 1.0", "failed", 0},
	} {
		t.Run(c.file, func(t *testing.T) {
			text, err := os.ReadFile(readers.Real(t, "sbom", "sarif", c.file))
			if os.IsNotExist(err) {
				t.Skip("the real files are not here")
			}
			run := read(t, string(text))
			var plain struct {
				Runs []struct {
					Results []struct {
						RuleID        string `json:"ruleId"`
						BaselineState string `json:"baselineState"`
					} `json:"results"`
				} `json:"runs"`
			}
			if err := json.Unmarshal(text, &plain); err != nil {
				t.Fatal(err)
			}
			var rules []string
			for _, r := range plain.Runs[0].Results {
				if r.BaselineState != "absent" {
					rules = append(rules, r.RuleID)
				}
			}
			if len(run.Observations) != len(rules) || len(rules) == 0 {
				t.Fatalf("%d observations of %d results", len(run.Observations), len(rules))
			}
			if !strings.HasPrefix(run.Tool, c.tool) || string(run.Outcome) != c.outcome || run.Kind != "scan" {
				t.Errorf("%s, %s, %s", run.Tool, run.Outcome, run.Kind)
			}
			review := 0
			for i, o := range run.Observations {
				if o.Result == evidence.NeedsReview {
					review++
				}
				if o.Text == "" || o.Severity == "" {
					t.Errorf("%+v", o)
				}
				if strings.HasPrefix(rules[i], "CVE-") && (!strings.HasPrefix(rules[i], o.Weakness) || strings.Count(o.Weakness, "-") != 2 || o.Place == "") {
					t.Errorf("%s: %+v", rules[i], o)
				}
			}
			if review != c.review {
				t.Errorf("%d need a look", review)
			}
			checkBounded(t, run)
			t.Logf("%d: %+v; dropped %q", len(rules), run.Observations[0], run.Dropped)
		})
	}
}

// one makes a file of one run with a driver named T.
func one(run string) string {
	return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}},` + run + `}]}`
}

func TestOutcomes(t *testing.T) {
	const fine = `{"tool":{"driver":{"name":"T"}},"results":[]}`
	two := func(b string) string { return `{"version":"2.1.0","runs":[` + fine + `,` + b + `]}` }
	for _, c := range []struct{ name, in, outcome, results, dropped string }{
		{"no runs", `{"version":"2.1.0","runs":[]}`, "not-run", "", ""},
		{"null runs", `{"version":"2.1.0","runs":null}`, "not-run", "", ""},
		{"nothing found", one(`"results":[]`), "passed", "", ""},
		{"no results", one(`"results":null`), "not-run", "", "1 run holds no list of results, so it counts as not run."},
		{"fail", one(`"results":[{"message":{"text":"m"},"ruleId":"r"}]`), "failed", "failed", ""},
		{"no rule", one(`"results":[{"message":{"text":"m"}}]`), "failed", "failed", "1 result names no rule."},
		{"pass", one(`"results":[{"kind":"pass","ruleId":"r"}]`), "passed", "passed", ""},
		{"open", one(`"results":[{"kind":"open","ruleId":"r"},{"kind":"pass","ruleId":"r"}]`), "needs-review", "needs-review passed", ""},
		{"informational", one(`"results":[{"kind":"informational","ruleId":"r"}]`), "not-applicable", "not-applicable", ""},
		{"odd kind", one(`"results":[{"kind":"maybe","ruleId":"r"}]`), "unknown", "unknown", `1 result is of a kind that SARIF 2.1.0 does not have; it counts as unknown ("maybe").`},
		{"absent", one(`"results":[{"ruleId":"r","baselineState":"absent"}]`), "passed", "", "1 result is in the baseline only and was not found again, so it was left out."},
		{"suppressed", one(`"results":[{"ruleId":"r","suppressions":[{"kind":"inSource"},{"status":"accepted"}]}]`), "needs-review", "needs-review", "1 result was suppressed in the file; it counts as needing review, because a suppression is not a decision."},
		{"partly suppressed", one(`"results":[{"ruleId":"r","suppressions":[{"kind":"inSource"},{"status":"rejected"}]}]`), "failed", "failed", ""},
		{"not suppressed", one(`"results":[{"ruleId":"r","suppressions":[]}]`), "failed", "failed", ""},
		{"unsuccessful", one(`"results":[{"ruleId":"r"}],"invocations":[{"executionSuccessful":false}]`), "unknown", "failed", "1 invocation says that it did not succeed, so the outcome is unknown."},
		{"tool errors", one(`"results":[],"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error"},{"level":"note"}]}]`), "passed", "", "1 error that the tool met with while it ran was left out."},
		{"external", one(`"results":[],"externalPropertyFileReferences":{"results":[{"location":{"uri":"file:///etc/passwd"}}]}`), "unknown", "", "1 part keeps results in a form or file that is not read, so the outcome is unknown."},
		{"inline external", `{"version":"2.1.0","inlineExternalProperties":[{"results":[]}],"runs":[` + fine + `]}`, "unknown", "", "1 part keeps results in a form or file that is not read, so the outcome is unknown."},
		{"two", two(fine), "passed", "", ""},
		{"two, one not run", two(`{"tool":{"driver":{"name":"T"}}}`), "not-run", "", "1 run holds no list of results, so it counts as not run."},
		{"two tools", two(`{"tool":{"driver":{"name":"U V"}},"results":[{"ruleId":"r"}]}`), "failed", "failed", `1 more run is by another tool than the first; the record names the first ("U-V").`},
	} {
		run := read(t, c.in)
		var results []string
		for _, o := range run.Observations {
			results = append(results, string(o.Result))
		}
		if got := strings.Join(results, " "); string(run.Outcome) != c.outcome || got != c.results || strings.Join(run.Dropped, " ") != c.dropped {
			t.Errorf("%s: %s, %s, %q", c.name, run.Outcome, got, run.Dropped)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ rule, weakness, aliases string }{
		{`"id":"CVE-2005-2541-tar"`, "CVE-2005-2541", "[CVE-2005-2541-tar]"},
		{`"id":"cve-2024-12345"`, "CVE-2024-12345", "[cve-2024-12345]"},
		{`"id":"CVE-2024-12345"`, "CVE-2024-12345", "[]"},
		{`"id":"CVE-2024-12345x"`, "T:CVE-2024-12345x", "[]"},
		{`"id":"GHSA-ABCD-1234-wxyz-left-pad"`, "GHSA-abcd-1234-wxyz", "[GHSA-ABCD-1234-wxyz-left-pad]"},
		{`"id":"GO-2024-0001","deprecatedIds":["CVE-2024-0009","GO-2024-0001","other"]`, "GO-2024-0001", "[CVE-2024-0009]"},
		{`"id":"CVE-2024-0001","properties":{"tags":["CWE-79"]}`, "CVE-2024-0001", "[]"}, // a class is no other name of it
		{`"id":"r","properties":{"tags":["security","external/cwe/cwe-079","external/cwe/cwe-116"]}`, "CWE-79", "[]"},
		{`"id":"r","properties":{"tags":["CWE-502: Deserialization of Untrusted Data"]}`, "CWE-502", "[]"},
		{`"id":"r","properties":{"cwe":["CWE-89"]}`, "CWE-89", "[]"},
		{`"id":"r","properties":{"tags":["notcwe-5","CWE-0"]}`, "T:r", "[]"},
		{`"id":"r","relationships":[{"target":{"id":"798","toolComponent":{"name":"CWE"}}}]`, "CWE-798", "[]"},
		{`"id":"r\u001b[31m"`, "T:r[31m", "[]"},
	} {
		run := read(t, `{"version":"2.1.0","runs":[{"results":[{"ruleIndex":0,"message":{"text":"m"}}],"tool":{"driver":{"name":"T","rules":[{`+c.rule+`}]}}}]}`)
		if o := run.Observations[0]; o.Weakness != c.weakness || fmt.Sprint(o.Aliases) != c.aliases {
			t.Errorf("%s: %s %v", c.rule, o.Weakness, o.Aliases)
		}
	}
}

func TestRules(t *testing.T) {
	const tool = `{"driver":{"name":"T","rules":[{"id":"a","properties":{"tags":["CWE-1"]}},{"id":"b","defaultConfiguration":{"level":"error"}},{"id":"c","properties":{"security-severity":3}}]},
		"extensions":[{"name":"X","rules":[{"id":"a","properties":{"tags":["CWE-2"]}}]}]}`
	for _, c := range []struct {
		result, weakness string
		severity         model.Band
	}{
		{`"ruleId":"a"`, "CWE-1", model.Medium},
		{`"ruleIndex":0`, "CWE-1", model.Medium},
		{`"rule":{"id":"a","toolComponent":{"index":0}}`, "CWE-2", model.Medium},
		{`"rule":{"id":"a","index":0,"toolComponent":{"name":"X"}}`, "CWE-2", model.Medium},
		{`"ruleId":"a","ruleIndex":1`, "CWE-1", model.Medium}, // the id is believed
		{`"ruleId":"b/1","ruleIndex":1`, "T:b/1", model.High},
		{`"ruleId":"b/2"`, "T:b/2", model.High},
		{`"ruleId":"b","level":"note"`, "T:b", model.Low},
		{`"ruleId":"b","level":"none"`, "T:b", ""},
		{`"ruleId":"c","level":"error"`, "T:c", model.Low},
		{`"ruleId":"c","properties":{"security-severity":"9.0"}`, "T:c", model.VeryHigh},
		{`"ruleId":"c","properties":{"security-severity":"NaN"}`, "T:c", model.Low},
		{`"ruleId":"b","properties":{"security-severity":7.0}`, "T:b", model.High},
		{`"ruleId":"b","properties":{"security-severity":4}`, "T:b", model.Medium},
		{`"ruleId":"b","properties":{"security-severity":400}`, "T:b", model.High},
		{`"ruleId":"z","ruleIndex":99`, "T:z", model.Medium},
		{`"ruleIndex":-1`, "T:no-rule", model.Medium},
		{`"ruleId":"b","kind":"pass"`, "T:b", ""},
	} {
		o := read(t, `{"version":"2.1.0","runs":[{"tool":`+tool+`,"results":[{`+c.result+`}]}]}`).Observations[0]
		if o.Weakness != c.weakness || o.Severity != c.severity {
			t.Errorf("%s: %s %s", c.result, o.Weakness, o.Severity)
		}
	}
}

func TestTextAndPlace(t *testing.T) {
	for _, c := range []struct{ result, place, text string }{
		{`"message":{"text":"a\n\tb\u001b[1m"}`, "", "a b[1m"},
		{`"message":{"text":"{0} and {1} and {9} {x","arguments":["one","two"]}`, "", "one and two and {9} {x"},
		{`"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.go"},"region":{"startLine":7}}}]`, "a.go:7", ""},
		{`"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.go"},"region":{"startLine":-7}}}]`, "a.go", ""},
		{`"locations":[{"physicalLocation":{"artifactLocation":{"uri":"https://u:p@host/login?t=1"}}}]`, "https://host/login", ""},
		{`"locations":[{"physicalLocation":{"artifactLocation":{"index":5}},"logicalLocations":[{"name":"f"}]}]`, "f", ""},
		{`"locations":[]`, "", ""},
	} {
		o := read(t, one(`"results":[{"ruleId":"r",`+c.result+`}]`)).Observations[0]
		if o.Place != c.place || o.Text != c.text {
			t.Errorf("%s: %q, %q", c.result, o.Place, o.Text)
		}
	}
	run := read(t, one(`"results":[{"ruleId":"r","locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///srv/a.go"}}}]}]`))
	if run.Observations[0].Place != "/srv/a.go" || len(run.Dropped) != 1 {
		t.Errorf("%+v", run)
	}
}

func TestScopeTimeAndNames(t *testing.T) {
	run := read(t, `{"version":"2.1.0","runs":[
		{"tool":{"driver":{"name":"T"}},"results":[{"ruleId":"r"}],"invocations":[{"startTimeUtc":"2026-03-02T00:00:00Z"}],
		 "artifacts":[{"location":{"uri":"./src/"},"roles":["analysisTarget"]},{"location":{"uri":"."},"roles":["analysisTarget","added"]},{"location":{"uri":"x"}}],
		 "properties":{"bulkhead.control":"b, BAD","bulkhead.component":["web"]}},
		{"tool":{"driver":{"name":"T"}},"results":[],"invocations":[{"endTimeUtc":"yesterday"},{"endTimeUtc":"2026-03-01T00:00:00Z"}],
		 "artifacts":[{"location":{"uri":"src"},"roles":["analysisTarget"]}],
		 "properties":{"bulkhead.control":["a","b",7],"bulkhead.component":{"no":1}}}]}`)
	if fmt.Sprint(run.Scope, run.Observed, run.Controls, run.Components) != "[. src] 2026-03-01T00:00:00Z [a b] [web]" {
		t.Errorf("%v %v %v %v", run.Scope, run.Observed, run.Controls, run.Components)
	}
	if run.OutcomeFor("a") != evidence.Passed || run.OutcomeFor("b") != evidence.Failed || run.Observations[0].Component != "web" {
		t.Errorf("%+v", run)
	}
	if len(run.Dropped) != 2 {
		t.Errorf("%q", run.Dropped)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "the file is empty"},
		{"cut off", "{\"version\":\n \"2.1.0\"", "2:8: this is not valid JSON: unexpected end"},
		{"not JSON", "{\n  version: 1}", "2:3: this is not valid JSON: invalid character 'v'"},
		{"more after", `{"version":"2.1.0"} {}`, "1:21: this is not valid JSON"},
		{"a list", "[]", "wrong type"},
		{"old", `{"version":"1.0.0","runs":[]}`, `version "1.0.0"; only 2.1.0 is read`},
		{"no version", `{"runs":[]}`, "only 2.1.0 is read"},
		{"runs", `{"version":"2.1.0","runs":{}}`, "/runs: "},
		{"results", one(`"results":{}`), "/runs/0/results: "},
		{"a result", one(`"results":[{"ruleId":"a"},{"ruleId":7}]`), `/runs/0/results/1: "ruleId" is of the wrong type`},
		{"locations", one(`"results":[{"locations":7}]`), "/runs/0/results/0: "},
		{"rules", `{"version":"2.1.0","runs":[{"tool":{"driver":{"rules":[1]}},"results":[]}]}`, "/runs/0/tool"},
		{"artifacts", one(`"artifacts":7`), "/runs/0/artifacts"},
		{"invocations", one(`"invocations":[{"endTimeUtc":{}}]`), "/runs/0/invocations"},
		{"UTF-16", "{\x00\"\x00", "UTF-16"},
	} {
		_, err := sarif.Read([]byte(c.in), foreign.Default())
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBounds(t *testing.T) {
	list := func(element string, n int) string { return "[" + strings.Repeat(element+",", n-1) + element + "]" }
	const many = 1_000_000
	rules := func(rules, results string) string {
		return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T","rules":` + rules + `}},"results":` + results + `}]}`
	}
	for _, c := range []struct {
		name, in string
		kind     fault.Kind
	}{
		{"100 MB", one(`"results":[` + strings.Repeat(" ", 100<<20) + `]`), fault.TooLarge},
		{"nested a million deep", strings.Repeat(`{"runs":[`, many), fault.TooLarge},
		{"many runs", `{"version":"2.1.0","runs":` + list("{}", many) + `}`, fault.TooLarge},
		{"many results", one(`"results":` + list("{}", many)), fault.TooLarge},
		{"many absent results", one(`"results":` + list(`{"baselineState":"absent"}`, many)), ""},
		{"many rules", rules(list("{}", many), "[]"), fault.TooLarge},
		{"many artifacts", one(`"artifacts":` + list("{}", many)), fault.TooLarge},
		{"many invocations", one(`"results":[],"invocations":` + list("{}", many)), ""},
		{"many locations", one(`"results":[{"locations":` + list("{}", many) + `}]`), ""},
		{"many suppressions", one(`"results":[{"suppressions":` + list("{}", many) + `}]`), ""},
		{"many tags", rules(`[{"properties":{"tags":`+list(`"CWE-1"`, many)+`}}]`, "[]"), ""},
		{"many messages", rules(`[{"messageStrings":{`+strings.Repeat(`"a":{},`, many)+`"b":{}}}]`, "[]"), ""},
		{"many names", one(`"results":[],"properties":{"bulkhead.control":` + list(`"a"`, many) + `}`), ""},
		{"a huge message", one(`"results":[{"message":{"text":"` + strings.Repeat("{", 30<<20) + `","arguments":["a"]}}]`), ""},
		{"a huge id", one(`"results":[{"ruleId":"CVE-2024-0001-` + strings.Repeat("a", 30<<20) + `"}]`), ""},
		{"a message said over and over", rules(`[{"id":"r","messageStrings":{"m":{"text":"`+strings.Repeat("{0}", 1000)+`"}}}]`,
			list(`{"ruleId":"r","message":{"id":"m","arguments":["`+strings.Repeat("a", 100)+`"]}}`, 90_000)), fault.TooLarge},
	} {
		started := time.Now()
		run, err := sarif.Read([]byte(c.in), foreign.Default())
		if (err == nil) != (c.kind == "") || err != nil && fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
		checkBounded(t, run)
		t.Logf("%s: %v", c.name, time.Since(started))
	}
}

func checkBounded(t testing.TB, run foreign.Run) {
	t.Helper()
	if len(run.Observations) > foreign.Default().Items || len(run.Scope) > 2000 {
		t.Fatalf("%d observations", len(run.Observations))
	}
	for _, o := range run.Observations {
		if len(o.Text) > 4*foreign.MaxText || len(o.Place) > 4*foreign.MaxPlace+12 || len(o.Weakness) > 4*foreign.MaxName || o.Weakness == "" || strings.ContainsAny(o.Text+o.Place+o.Weakness, "\x1b\n\r\x00") {
			t.Fatalf("%+v", o)
		}
	}
	for _, s := range run.Dropped {
		if len(s) > 1000 || strings.ContainsAny(s, "\x1b\n") {
			t.Fatalf("%q", s)
		}
	}
}

func FuzzRead(f *testing.F) {
	small, err := os.ReadFile("testdata/small.sarif")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add([]byte(one(`"results":[{"rule":{"index":1e9},"message":{"text":"{0}"}}]`)))
	f.Add([]byte(one(`"results":[{"ruleId":"a/b","ruleIndex":-1e300,"locations":[null],"suppressions":[null]}]`)))
	limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 50}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		run, err := sarif.Read(text, limits)
		again, err2 := sarif.Read(text, limits)
		if !reflect.DeepEqual(run, again) || fmt.Sprint(err) != fmt.Sprint(err2) || !bytes.Equal(before, text) {
			t.Fatalf("not the same twice: %v, %v", err, err2)
		}
		if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.TooLarge {
			t.Fatalf("%s: %v", kind, err)
		}
		if len(run.Observations) > limits.Items {
			t.Fatalf("%d observations", len(run.Observations))
		}
		checkBounded(t, run)
	})
}
