package bulkhead_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/cli"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

var update = flag.Bool("update", false, "write the golden files of the department anew; read the difference before it is kept")

// The department is judged on the day on which it was written, so that it stays as it is. What the commands then print is
// kept in testdata/department and read by eye whenever it changes.
func TestDepartmentReadsAsItDid(t *testing.T) {
	for name, args := range map[string]string{
		"household-payments.txt":  "check examples/department --at 2026-11-21 --fail-on none",
		"units.txt":               "organisation examples/department --at 2026-11-21",
		"report.md":               "report examples/department/household-payments --at 2026-11-21",
		"report-defence.md":       "report examples/department/relief-logistics --at 2026-11-21",
		"comment.md":              "check examples/department --at 2026-11-21 --fail-on none --format markdown",
		"threats.txt":             "threats examples/department/relief-logistics --at 2026-11-21",
		"paths.txt":               "paths examples/department/household-payments --at 2026-11-21",
		"path-to-evidence.txt":    "paths examples/department/household-payments --to health-evidence --at 2026-11-21",
		"shared.txt":              "paths examples/department --shared --at 2026-11-21",
		"what-if-compromised.txt": "what-if examples/department/household-payments --compromise public-gateway --at 2026-11-21",
		"what-if-no-backup.txt":   "what-if examples/department --service cloud-platform --without backup --at 2026-11-21",
		"what-if-fraud-watch.txt": "what-if examples/department/household-payments --with fraud-monitoring --at 2026-11-21",
	} {
		t.Run(name, func(t *testing.T) { golden(t, filepath.Join("testdata", "department", name), run(t, args)) })
	}
}

// A change for the worse and one for the better: somebody looks more often where they may not, a component comes to stand
// where anybody reaches it, and fraud is watched for.
func TestDepartmentDiffReadsAsItDid(t *testing.T) {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, side := range []string{"before", "after"} {
		if err := os.CopyFS(filepath.Join(dir, side), os.DirFS("examples/department")); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for _, change := range []string{"risks/insider-lookup/residual/likelihood 3", "architecture/components/decision-service/internet_facing yes", "controls/fraud-monitoring/status implemented"} {
		run(t, "set after/household-payments "+change)
	}
	for name, format := range map[string]string{"diff.txt": "text", "diff.md": "markdown"} {
		golden(t, filepath.Join(root, "testdata", "department", name), run(t, "diff before after --at 2026-11-21 --format "+format))
	}
}

// run runs a command that ends with 0.
func run(t *testing.T, args string) []byte {
	t.Helper()
	var out, told bytes.Buffer
	code := cli.Run(strings.Fields(args), cli.Surroundings{In: strings.NewReader(""), Out: &out, Err: &told, Now: time.Now, Env: func(string) string { return "" }})
	if code != 0 {
		t.Fatalf("bulkhead %s: exit code %d\n%s", args, code, told.String())
	}
	return out.Bytes()
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			t.Fatalf("%s:%d: %q, which was %q; `go test . -run Department -update` writes it anew", file, i+1, is[i], was[i])
		}
	}
	t.Fatalf("%s: it has %d lines, and had %d", file, len(is), len(was))
}

func department(t *testing.T) *app.Checked {
	t.Helper()
	checked, err := app.Check(app.Where{Path: "examples/department"}, func(zone civil.Zone) (civil.Instant, error) {
		return zone.Start(civil.Date{Year: 2026, Month: 11, Day: 21}), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return checked
}

// The department shows every feature: each state, standing and kind is to be seen somewhere in it.
func TestDepartmentShowsEverything(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range department(t).Postures {
		if n := len(p.Context.Components); n < 20 {
			t.Errorf("%s has %d components", p.Service, n)
		}
		if len(p.Actions) == 0 {
			t.Errorf("there is nothing to do next about %s", p.Service)
		}
		note(seen, p.Judgement.Context.Vocabulary, "words ")
		for _, c := range p.Controls {
			note(seen, c.State, "control ")
			note(seen, c.Origin, "origin ")
			note(seen, c.Applicability, "control ")
			reasons(seen, c.Reasons)
		}
		for _, r := range p.Risks {
			note(seen, r.Standing, "risk ")
			note(seen, r.JudgedBy, "judged by ")
			reasons(seen, r.Reasons)
		}
		for _, x := range p.Threats {
			note(seen, x.Evidenced, "threat ")
			reasons(seen, x.Reasons)
		}
		for _, x := range p.Archived {
			reasons(seen, x.Reasons)
		}
		for _, x := range p.Paths {
			reasons(seen, x.Reasons)
		}
		for _, a := range p.Activities {
			note(seen, a.Standing, "activity ")
		}
		for _, d := range p.Decisions {
			note(seen, d.State, "decision ")
			note(seen, d.Kind, "kind ")
		}
		for _, s := range p.Suppliers {
			note(seen, s.Standing, "supplier ")
			reasons(seen, s.Reasons)
		}
		for _, x := range p.Principles {
			for _, s := range x.Statements {
				note(seen, s.Standing, "statement ")
			}
		}
		for _, f := range p.Frameworks {
			for _, r := range f.Requirements {
				note(seen, r.Meets, "requirement ")
				reasons(seen, r.Reasons)
			}
		}
		for _, f := range p.Findings.Top {
			reasons(seen, f.Reasons)
		}
		for _, o := range p.Context.Obligations {
			reasons(seen, o.Reasons)
		}
		for _, e := range p.Evidence {
			note(seen, e.State, "evidence ")
		}
		for _, n := range p.Notices {
			reasons(seen, n.Reasons)
		}
		for _, g := range p.Gates {
			note(seen, map[bool]string{true: "passed", false: "open"}[g.Passed], "gate ")
		}
	}
	for _, want := range everything() {
		if !seen[want] {
			t.Errorf("nothing in the department shows: %s", want)
		}
	}
}

func note[T ~string](seen map[string]bool, what T, of string) { seen[of+string(what)] = true }

func reasons(seen map[string]bool, list []judge.Reason) {
	for _, r := range list {
		seen[r.Code] = true
	}
}

func everything() (out []string) {
	add := func(of string, names ...string) {
		for _, n := range names {
			out = append(out, of+n)
		}
	}
	add("words ", "civil", "defence")
	add("control ", "failing", "missing", "unknown", "planned", "stale", "claimed", "evidenced", "not-applicable")
	add("origin ", "own", "inherited", "shared")
	add("risk ", "within", "treating", "accepted", "above", "escalated", "unjudged")
	add("judged by ", "target", "evidenced")
	add("activity ", "due", "current", "overdue", "establish-by", "re-opened")
	for _, s := range []decision.State{decision.Proposed, decision.Holds, decision.Reaffirm, decision.Suspended, decision.Lapsed, decision.Superseded, decision.Retracted} {
		add("decision ", string(s))
	}
	add("kind ", "acceptance", "finding-acceptance", "exception", "tailoring", "sign-off", "review", "confirmation", "retraction")
	add("supplier ", "ready", "action", "blocked", "unknown", "ended")
	add("statement ", "met", "partly", "proposed", "excepted", "unanswered", "stale")
	add("requirement ", "yes", "no", "no-minimum")
	add("", "framework.migrated-moved", "framework.migrated-changed", "framework.migrated-merged", "framework.reviewed", "framework.scored-all", "framework.scored-any")
	add("", "supplier.certificate-ends-in-contract", "supplier.not-met-without-plan", "supplier.plan-accepted", "supplier.clause-missing")
	add("", "finding.overdue", "finding.escalated", "finding.accepted", "obligation.follows", "obligation.said")
	add("", "control.stale-changed", "control.stale-date", "control.offered", "control.tailored", "risk.above-plan-late", "risk.acceptance-lapsed")
	add("threat ", "open", "possible", "answered", "disposed")
	add("", "threat.answer-not-shown", "threat.archived", "path.easy", "path.hindered", "risk.path", "control.suggested-by-threat")
	add("evidence ", "counts", "out-of-date", "failed", "cleared")
	add("gate ", "passed", "open")
	add("", "notice.assumption-ended", "notice.support-ended")
	slices.Sort(out)
	return out
}

func TestDepartmentHasEveryPhaseAndTier(t *testing.T) {
	phases, tiers := map[string]bool{}, map[string]bool{}
	var ids []ident.ID
	for _, p := range department(t).Postures {
		phases[string(p.Context.Phase)], tiers[p.Context.Tier.Value] = true, true
		ids = append(ids, p.Service)
	}
	if want := []ident.ID{"cloud-platform", "grants-ledger", "household-payments", "relief-logistics", "statistics-platform"}; !slices.Equal(ids, want) {
		t.Errorf("the services are %v", ids)
	}
	for _, p := range []string{"live", "public-beta", "concept"} {
		if !phases[p] {
			t.Errorf("no service is in %s", p)
		}
	}
	if len(tiers) < 3 {
		t.Errorf("the tiers are %v", tiers)
	}
}
