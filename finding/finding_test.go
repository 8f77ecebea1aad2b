package finding_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/finding"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

var london = must(civil.LoadZone("Europe/London"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const today = "2026-12-31T12:00:00Z"

func fold(t rapid.TB, at string, records ...evidence.Record) ([]finding.Finding, civil.Instant) {
	t.Helper()
	set, err := evidence.NewSet(records)
	if err != nil {
		t.Fatal(err)
	}
	w := civil.NewWatch(must(civil.ParseInstant(at)))
	return finding.Fold(&set, london, w), w.Next()
}

// run makes a run of a tool on a day that saw some weaknesses in one place.
func run(id, tool, day string, weaknesses ...string) evidence.Record {
	r := evidence.Record{ID: ident.ID(id), Subject: []ident.Ref{ident.To(ident.KindControl, "scanning")}, Outcome: evidence.Passed, Observed: must(civil.ParseMoment(day)), Source: evidence.Source{Tool: tool}}
	for _, w := range weaknesses {
		r.Outcome = evidence.Failed
		r.Observations = append(r.Observations, evidence.Observation{Place: "src/login.go:10", Weakness: w, Result: evidence.Failed})
	}
	return r
}

func with(r evidence.Record, change func(*evidence.Record)) evidence.Record {
	r.Observations = slices.Clone(r.Observations)
	change(&r)
	return r
}

func scope(r evidence.Record, places ...string) evidence.Record {
	return with(r, func(r *evidence.Record) { r.Scope = places })
}

func of(r evidence.Record, components ...string) evidence.Record {
	return with(r, func(r *evidence.Record) {
		r.Subject = slices.Clone(r.Subject)
		for _, c := range components {
			r.Subject = append(r.Subject, ident.Claim("architecture", "components", c))
		}
	})
}

func in(r evidence.Record, component string) evidence.Record {
	return with(r, func(r *evidence.Record) {
		for i := range r.Observations {
			r.Observations[i].Component = ident.ID(component)
		}
	})
}

func result(r evidence.Record, o evidence.Outcome) evidence.Record {
	return with(r, func(r *evidence.Record) {
		for i := range r.Observations {
			r.Observations[i].Result = o
		}
	})
}

func outcome(r evidence.Record, o evidence.Outcome) evidence.Record {
	return with(r, func(r *evidence.Record) { r.Outcome = o })
}

// TestClosing: what a second record does to a finding that the first saw.
func TestClosing(t *testing.T) {
	seen := run("a", "zap 2.14", "2026-03-01", "CWE-79")
	for _, c := range []struct {
		what   string
		seen   evidence.Record
		then   []evidence.Record
		closed string
		by     ident.ID
	}{
		{"nothing more", seen, nil, "", ""},
		{"a later run", seen, []evidence.Record{run("b", "zap 2.14", "2026-03-02")}, "2026-03-02T00:00:00Z", "b"},
		{"a later run of a newer version", seen, []evidence.Record{run("b", "ZAP 3.0", "2026-03-02")}, "2026-03-02T00:00:00Z", "b"},
		{"a version written another way", seen, []evidence.Record{run("b", "zap@v3", "2026-03-02")}, "2026-03-02T00:00:00Z", "b"},
		{"a later run that saw something else", seen, []evidence.Record{run("b", "zap", "2026-03-02", "CWE-89")}, "2026-03-02T00:00:00Z", "b"},
		{"the first of several", seen, []evidence.Record{run("d", "zap", "2026-03-04"), run("c", "zap", "2026-03-03"), run("b", "zap", "2026-03-03")}, "2026-03-03T00:00:00Z", "b"},
		{"an earlier run", seen, []evidence.Record{run("b", "zap", "2026-02-28")}, "", ""},
		{"a run at the same moment", seen, []evidence.Record{run("b", "zap", "2026-03-01")}, "", ""},
		{"a run to come", seen, []evidence.Record{run("b", "zap", "2027-03-01")}, "", ""},
		{"another tool", seen, []evidence.Record{run("b", "semgrep", "2026-03-02")}, "", ""},
		{"another tool of the same maker", run("a", "OWASP ZAP 2.14", "2026-03-01", "CWE-79"), []evidence.Record{run("b", "OWASP Dependency-Check 9.1", "2026-03-02")}, "", ""},
		{"the same tool of that maker", run("a", "OWASP ZAP 2.14", "2026-03-01", "CWE-79"), []evidence.Record{run("b", "OWASP ZAP 2.15", "2026-03-02")}, "2026-03-02T00:00:00Z", "b"},
		{"a tool whose name starts with a digit", run("a", "42crunch 1.0", "2026-03-01", "CWE-79"), []evidence.Record{run("b", "42crunch 2.0", "2026-03-02")}, "2026-03-02T00:00:00Z", "b"},
		{"nobody knows which tool", run("a", "", "2026-03-01", "CWE-79"), []evidence.Record{run("b", "", "2026-03-02", "CWE-89")}, "", ""},
		{"a run that did not run", seen, []evidence.Record{outcome(run("b", "zap", "2026-03-02"), evidence.NotRun)}, "", ""},
		{"a run that came to nothing known", seen, []evidence.Record{outcome(run("b", "zap", "2026-03-02"), evidence.Unknown)}, "", ""},
		{"a run that was not applicable", seen, []evidence.Record{outcome(run("b", "zap", "2026-03-02"), evidence.NotApplicable)}, "", ""},
		{"a run that is not sure of it", seen, []evidence.Record{result(run("b", "zap", "2026-03-02", "CWE-79"), evidence.NeedsReview)}, "", ""},
		{"a run that says that it is gone", seen, []evidence.Record{outcome(result(run("b", "zap", "2026-03-02", "CWE-79"), evidence.Passed), evidence.Passed)}, "2026-03-02T00:00:00Z", "b"},
		{"seen again", seen, []evidence.Record{run("b", "zap", "2026-03-02"), run("c", "zap", "2026-03-03", "CWE-79")}, "", ""},
		{"seen again and closed again", seen, []evidence.Record{run("b", "zap", "2026-03-02"), run("c", "zap", "2026-03-03", "CWE-79"), run("d", "zap", "2026-03-04")}, "2026-03-04T00:00:00Z", "d"},
		{"seen again by another tool", seen, []evidence.Record{run("b", "zap", "2026-03-02"), run("c", "burp", "2026-03-03", "CWE-79")}, "", ""},
		{"the first run of either that saw it", seen, []evidence.Record{run("b", "burp", "2026-03-01", "CWE-79"), run("c", "zap", "2026-03-05"), run("d", "burp", "2026-03-03")}, "2026-03-03T00:00:00Z", "d"},
		{"by id, of two at one moment", seen, []evidence.Record{run("b", "burp", "2026-03-01", "CWE-79"), run("d", "zap", "2026-03-05"), run("c", "burp", "2026-03-05")}, "2026-03-05T00:00:00Z", "c"},
		{"in its folder", seen, []evidence.Record{scope(run("b", "zap", "2026-03-02"), "docs", "src/")}, "2026-03-02T00:00:00Z", "b"},
		{"in its file", seen, []evidence.Record{scope(run("b", "zap", "2026-03-02"), "src/login.go")}, "2026-03-02T00:00:00Z", "b"},
		{"everywhere", seen, []evidence.Record{scope(run("b", "zap", "2026-03-02"), ".")}, "2026-03-02T00:00:00Z", "b"},
		{"in another folder", seen, []evidence.Record{scope(run("b", "zap", "2026-03-02"), "docs")}, "", ""},
		{"in a folder whose name starts alike", seen, []evidence.Record{scope(run("b", "zap", "2026-03-02"), "sr", "src/login")}, "", ""},
		{"in a scope of no name", with(seen, func(r *evidence.Record) { r.Observations[0].Place = "/login" }), []evidence.Record{scope(run("b", "zap", "2026-03-02"), "")}, "", ""},
		{"its component by name", in(seen, "web"), []evidence.Record{scope(run("b", "zap", "2026-03-02"), "web")}, "2026-03-02T00:00:00Z", "b"},
		{"its component by subject", in(seen, "web"), []evidence.Record{of(run("b", "zap", "2026-03-02"), "api", "web")}, "2026-03-02T00:00:00Z", "b"},
		{"another component by subject", in(seen, "web"), []evidence.Record{of(run("b", "zap", "2026-03-02"), "api")}, "", ""},
		{"a folder of that name in another component", in(seen, "web"), []evidence.Record{scope(of(run("b", "zap", "2026-03-02"), "api"), "src")}, "", ""},
		{"the one component that it was about", of(seen, "web"), []evidence.Record{of(run("b", "zap", "2026-03-02"), "web")}, "2026-03-02T00:00:00Z", "b"},
		{"another than the one that it was about", of(seen, "web"), []evidence.Record{of(run("b", "zap", "2026-03-02"), "api")}, "", ""},
		{"one of two that it could be in", of(seen, "web", "api"), []evidence.Record{of(run("b", "zap", "2026-03-02"), "api")}, "", ""},
		{"both that it could be in", of(seen, "web", "api"), []evidence.Record{of(run("b", "zap", "2026-03-02"), "db", "api", "web")}, "2026-03-02T00:00:00Z", "b"},
		{"one, where it could be anywhere", seen, []evidence.Record{of(run("b", "zap", "2026-03-02"), "api")}, "", ""},
	} {
		all, _ := fold(t, today, append([]evidence.Record{c.seen}, c.then...)...)
		i := slices.IndexFunc(all, func(f finding.Finding) bool { return f.Weakness == "CWE-79" })
		if i < 0 {
			t.Errorf("%s: it is not among %v", c.what, all)
			continue
		}
		if f := all[i]; f.Closed.String() != c.closed || f.ClosedBy != c.by || f.Open() != (c.closed == "") {
			t.Errorf("%s: closed %q by %q, open %v; want %q by %q", c.what, f.Closed, f.ClosedBy, f.Open(), c.closed, c.by)
		}
	}
}

func TestFinding(t *testing.T) {
	say := func(r evidence.Record, severity model.Band, text string) evidence.Record {
		return with(r, func(r *evidence.Record) { r.Observations[0].Severity, r.Observations[0].Text = severity, text })
	}
	all, next := fold(t, today,
		say(run("c", "zap", "2026-03-05", "CWE-79"), model.Low, "later"), say(run("a", "zap", "2026-03-01", "CWE-79"), model.High, "first"),
		run("late", "zap", "2027-06-01", "CWE-79"), result(run("d", "zap", "2026-03-03", "CWE-20"), evidence.Passed),
		with(run("e", "zap", "2026-03-01", "CWE-79"), func(r *evidence.Record) { r.Observations[0].Place = "src/other.go" }))
	if len(all) != 2 || next.String() != "2027-05-31T23:00:00Z" {
		t.Fatalf("%+v, next %s; want the one weakness in two places, and the run to come", all, next)
	}
	i := slices.IndexFunc(all, func(f finding.Finding) bool { return f.Place == "src/login.go:10" })
	f := all[i]
	if f.First.String() != "2026-03-01T00:00:00Z" || f.Last.String() != "2026-03-05T00:00:00Z" || !slices.Equal(f.Seen, []ident.ID{"a", "c"}) || f.Severity != model.High || f.Text != "later" || len(f.Aliases) != 0 {
		t.Errorf("%+v", f)
	}
	if none, _ := fold(t, "2026-02-28T23:59:59Z", run("a", "zap", "2026-03-01", "CWE-79")); len(none) != 0 {
		t.Errorf("before it was observed: %+v", none)
	}
}

// A run that is about one component alone has seen what it saw in that.
func TestComponentOfTheRun(t *testing.T) {
	all, _ := fold(t, today, of(run("a", "zap", "2026-03-01", "CWE-79"), "web"), of(run("b", "zap", "2026-03-02", "CWE-79"), "api"), in(of(run("c", "zap", "2026-03-03", "CWE-79"), "api"), "db"), of(run("d", "zap", "2026-03-04", "CWE-79"), "x", "y"))
	var components []string
	for _, f := range all {
		components = append(components, string(f.Component))
	}
	slices.Sort(components)
	if !slices.Equal(components, []string{"", "api", "db", "web"}) {
		t.Errorf("%q", components)
	}
}

func TestAliases(t *testing.T) {
	also := func(r evidence.Record, aliases ...string) evidence.Record {
		return with(r, func(r *evidence.Record) { r.Observations[0].Aliases = aliases })
	}
	all, _ := fold(t, today,
		also(run("a", "trivy", "2026-03-01", "GHSA-1"), "CVE-2"), also(run("b", "snyk", "2026-03-02", "SNYK-3"), "CVE-2", ""),
		also(run("c", "grype", "2026-03-03", "OSV-4", "SNYK-3"), "SNYK-3"), also(run("d", "trivy", "2026-03-01", "CWE-79"), ""))
	if len(all) != 2 {
		t.Fatalf("%d findings: names that are linked are one weakness, and no name links nothing: %+v", len(all), all)
	}
	i := slices.IndexFunc(all, func(f finding.Finding) bool { return f.Weakness == "GHSA-1" })
	if i < 0 || !slices.Equal(all[i].Aliases, []string{"CVE-2", "OSV-4", "SNYK-3"}) || !slices.Equal(all[i].Seen, []ident.ID{"a", "b", "c"}) {
		t.Errorf("%+v", all)
	}
}

// TestIdentityIsStable: what is learnt later about a finding, a better name among it, leaves its id alone, so that what
// was decided about it still is.
func TestIdentityIsStable(t *testing.T) {
	first := run("a", "trivy", "2026-03-01", "GHSA-x1")
	before, _ := fold(t, today, first)
	if got := string(before[0].ID); got != "ghsa-x1-c5b9f64bc777" {
		t.Errorf("the id was ghsa-x1-c5b9f64bc777 when it was first given, and is now %s", got)
	}
	known := with(run("b", "trivy", "2026-04-01", "AAA-1"), func(r *evidence.Record) { r.Observations[0].Aliases = []string{"GHSA-x1"} })
	for _, more := range [][]evidence.Record{{run("b", "trivy", "2026-04-01", "GHSA-x1")}, {run("b", "trivy", "2026-04-01")}, {known}, {known, run("c", "trivy", "2026-05-01", "AAA-1")}} {
		after, _ := fold(t, today, append(more, first)...)
		if len(after) != 1 || after[0].ID != before[0].ID || after[0].Weakness != before[0].Weakness {
			t.Errorf("%+v, and with more %+v", before, after)
		}
	}
	ids := map[ident.ID]string{}
	for what, r := range map[string]evidence.Record{
		"it": first, "another place": with(first, func(r *evidence.Record) { r.Observations[0].Place = "x" }), "a component": in(first, "web"), "another weakness": run("a", "trivy", "2026-03-01", "GHSA-x2"),
		"no letters": run("a", "trivy", "2026-03-01", "漏洞"), "signs": run("a", "trivy", "2026-03-01", "-._"), "long": run("a", "trivy", "2026-03-01", strings.Repeat("a-", 99)),
	} {
		all, _ := fold(t, today, r)
		if other := ids[all[0].ID]; other != "" {
			t.Errorf("%s and %s have one id", what, other)
		}
		ids[all[0].ID] = what
		if _, err := ident.ParseID(string(all[0].ID)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// records draws runs that often speak of the same things, at moments that often coincide.
func records(t *rapid.T) []evidence.Record {
	names := []string{"", "CVE-1", "CVE-2", "GHSA-1", "CWE-79", "漏"}
	components := []ident.ID{"", "", "web", "api"}
	n := rapid.IntRange(0, 8).Draw(t, "n")
	out := make([]evidence.Record, n)
	for i := range out {
		r := &out[i]
		r.ID = ident.ID(fmt.Sprint("e", i))
		r.Observed = civil.MomentOn(civil.Date{Year: 2026, Month: 3, Day: rapid.IntRange(1, 6).Draw(t, "day")})
		r.Outcome = rapid.SampledFrom([]evidence.Outcome{evidence.Passed, evidence.Failed, evidence.Failed, evidence.NotRun}).Draw(t, "outcome")
		r.Source.Tool = rapid.SampledFrom([]string{"", "zap 1", "zap 2", "trivy"}).Draw(t, "tool")
		r.Scope = rapid.SliceOfN(rapid.SampledFrom([]string{"src", "web", ".", ""}), 0, 2).Draw(t, "scope")
		r.Subject = []ident.Ref{ident.To(ident.KindControl, "c")}
		if c := rapid.SampledFrom(components).Draw(t, "of"); c != "" {
			r.Subject = append(r.Subject, ident.Claim("architecture", "components", string(c)))
		}
		for range rapid.IntRange(0, 3).Draw(t, "observations") {
			r.Observations = append(r.Observations, evidence.Observation{
				Place: rapid.SampledFrom([]string{"", "src/a", "src/b:1"}).Draw(t, "place"), Component: rapid.SampledFrom(components).Draw(t, "component"),
				Weakness: rapid.SampledFrom(names).Draw(t, "weakness"), Aliases: rapid.SliceOfN(rapid.SampledFrom(names), 0, 2).Draw(t, "aliases"),
				Result:   rapid.SampledFrom([]evidence.Outcome{evidence.Failed, evidence.Failed, evidence.Failed, evidence.Passed, evidence.NeedsReview}).Draw(t, "result"),
				Severity: rapid.SampledFrom([]model.Band{"", model.Low, model.High}).Draw(t, "severity"), Text: rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "text"),
			})
		}
	}
	return out
}

func drawAt(t *rapid.T) string {
	return fmt.Sprintf("2026-03-0%dT00:00:00Z", rapid.IntRange(1, 7).Draw(t, "at"))
}

// Law 7: neither the order of records nor that of the observations in one means anything.
func TestFoldIsOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, at := records(t), drawAt(t)
		a, next := fold(t, at, all...)
		shuffled := rapid.Permutation(all).Draw(t, "shuffled")
		for i := range shuffled {
			shuffled[i].Observations = rapid.Permutation(shuffled[i].Observations).Draw(t, "observations")
		}
		set := evidence.Set{Records: shuffled}
		w := civil.NewWatch(must(civil.ParseInstant(at)))
		if b := finding.Fold(&set, london, w); !reflect.DeepEqual(a, b) || w.Next() != next {
			t.Fatalf("%+v (next %s) and %+v (next %s)", a, next, b, w.Next())
		}
	})
}

func TestFoldIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, at := records(t), drawAt(t)
		now := must(civil.ParseInstant(at))
		got, next := fold(t, at, all...)
		seen := map[ident.ID]bool{}
		for _, f := range got {
			if _, err := ident.ParseID(string(f.ID)); err != nil || seen[f.ID] {
				t.Fatalf("%s is there twice, or %v", f.ID, err)
			}
			seen[f.ID] = true
			if f.First > f.Last || f.Last > now || len(f.Seen) == 0 || f.Closed != 0 && (f.Closed <= f.Last || f.Closed > now) || (f.ClosedBy == "") != f.Open() || f.Weakness == "" {
				t.Fatalf("%+v", f)
			}
		}
		// Every failed observation with a name is in a finding that knows its record.
		for _, r := range all {
			for _, o := range r.Observations {
				if o.Result != evidence.Failed || o.Weakness == "" || london.From(r.Observed) > now {
					continue
				}
				if !slices.ContainsFunc(got, func(f finding.Finding) bool {
					return f.Place == o.Place && slices.Contains(f.Seen, r.ID) && slices.Contains(append(slices.Clone(f.Aliases), f.Weakness), o.Weakness)
				}) {
					t.Fatalf("%s saw %s, and no finding says so: %+v", r.ID, o.Weakness, got)
				}
			}
		}
		// Law 5.
		if next != 0 {
			if later, _ := fold(t, (next - 1).String(), all...); !reflect.DeepEqual(got, later) {
				t.Fatalf("before next %+v and %+v", got, later)
			}
		}
	})
}

func TestFoldLeavesTheEvidenceAlone(t *testing.T) {
	names := []string{"CVE-1", "other"}
	r := run("a", "zap", "2026-03-01", "CWE-79")
	r.Observations[0].Aliases = names[:1]
	fold(t, today, r)
	if names[1] != "other" {
		t.Errorf("what lies behind the aliases of an observation is now %q", names[1])
	}
}

func BenchmarkFold(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		records := make([]evidence.Record, n)
		for i := range records {
			records[i] = run(fmt.Sprint("e", i), "zap 2.14", fmt.Sprintf("20%02d-03-01", 10+i%80), fmt.Sprint("CVE-", i%5000))
			records[i].Observations[0].Place = fmt.Sprint("src/", i%500)
		}
		set := must(evidence.NewSet(records))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				finding.Fold(&set, london, civil.NewWatch(must(civil.ParseInstant("2095-01-01T00:00:00Z"))))
			}
		})
	}
}
