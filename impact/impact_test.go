package impact_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

const moment civil.Instant = 1795219200 // 2026-11-21T00:00:00Z

// example reads the example service as the command line does.
func example(t testing.TB) *judge.Inputs {
	t.Helper()
	dir := filepath.Join("..", "examples", "parking-permits")
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	s := judge.Sources{Library: lib}
	if s.Service, _, err = model.Read(source(t, dir, "bulkhead.yaml"), source(t, dir, "bulkhead/risks.yaml")); err != nil {
		t.Fatal(err)
	}
	if s.Organisation, err = org.Read(source(t, dir, "organisation.yaml")); err != nil {
		t.Fatal(err)
	}
	s.Evidence = records(t, dir, "evidence", evidence.Read)
	s.Decisions = records(t, dir, "decisions", decision.Read)
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func source(t testing.TB, parts ...string) schema.Source {
	t.Helper()
	path := filepath.Join(parts...)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return schema.Source{File: path, Text: text}
}

func records[T any](t testing.TB, dir, kind string, read func(schema.Source) ([]T, error)) (all []T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "bulkhead", kind, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s: %v", kind, err)
	}
	for _, f := range files {
		some, err := read(source(t, f))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

func TestNothingDiffersFromItself(t *testing.T) {
	j := judge.NewBase(example(t), moment).Judgement()
	if d := impact.Compare(j, j); len(d.Deltas) > 0 || len(d.Counts) > 0 || d.Way != "" {
		t.Errorf("%+v", d)
	}
}

// What a supposition gives from a base is what judging it in full gives.
func TestSupposingFromABaseIsTheSameAsJudgingAnew(t *testing.T) {
	in := example(t)
	base := judge.NewBase(in, moment)
	for _, s := range suppositions(base.Judgement()) {
		full := judge.Judge(in.Supposing(&s), civil.NewWatch(moment))
		if d := impact.Compare(full, base.Suppose(&s)); len(d.Deltas) > 0 || len(d.Counts) > 0 {
			t.Errorf("%+v: %+v", s, d.Deltas)
		}
		if got := base.Measures(&s); !slices.Equal(got, full.Measures) {
			t.Errorf("%+v: %v, in full %v", s, got, full.Measures)
		}
	}
}

// suppositions are one of each kind about everything in a judgement.
func suppositions(j *judge.Judgement) (out []judge.Supposition) {
	for i := range j.Controls {
		out = append(out, judge.Supposition{With: []ident.ID{j.Controls[i].ID}}, judge.Supposition{Without: []ident.ID{j.Controls[i].ID}})
	}
	for i := range j.Activities {
		out = append(out, judge.Supposition{Done: []ident.ID{j.Activities[i].ID}})
	}
	for i := range j.Findings.Top {
		out = append(out, judge.Supposition{Mended: []ident.ID{j.Findings.Top[i].ID}})
	}
	for i := range j.Risks {
		out = append(out, judge.Supposition{Planned: []ident.ID{j.Risks[i].ID}}, judge.Supposition{Judged: []ident.ID{j.Risks[i].ID}})
	}
	for i := range j.Decisions {
		out = append(out, judge.Supposition{Renewed: []ident.ID{j.Decisions[i].ID}})
	}
	return append(out, judge.Supposition{Signed: []decision.Of{decision.OfTier, decision.OfScope}}, judge.Supposition{Answered: []ident.ID{"p1", "secure-by-design"}})
}

// Losing a control makes nothing better, and showing one makes nothing worse.
func TestALostControlMakesNothingBetter(t *testing.T) {
	base := judge.NewBase(example(t), moment)
	now := base.Judgement()
	for i := range now.Controls {
		id := now.Controls[i].ID
		for _, x := range impact.Compare(now, base.Suppose(&judge.Supposition{Without: []ident.ID{id}})).Deltas {
			if x.Way == impact.Better && x.ID.Kind != ident.KindDecision {
				t.Errorf("without %s (%s) %s %s is better: %s, then %s", id, now.Controls[i].State, x.ID, x.What, x.Was, x.Now)
			}
		}
		for _, x := range impact.Compare(now, base.Suppose(&judge.Supposition{With: []ident.ID{id}})).Deltas {
			if x.Way == impact.Worse {
				t.Errorf("with %s %s %s is worse: %s, then %s", id, x.ID, x.What, x.Was, x.Now)
			}
		}
	}
}

func TestALostControlIsWorseByName(t *testing.T) {
	base := judge.NewBase(example(t), moment)
	d := impact.Compare(base.Judgement(), base.Suppose(&judge.Supposition{Without: []ident.ID{"multi-factor-authentication"}}))
	if d.Way != impact.Worse || !slices.ContainsFunc(d.Worse(), func(x impact.Delta) bool {
		return x.ID == ident.To(ident.KindControl, "multi-factor-authentication") && x.Was == "evidenced" && x.Now == "missing"
	}) {
		t.Errorf("%+v", d)
	}
}

// What is shown to fail is no better for being thought away, by the claim's name or by the control's.
func TestALostControlThatFailsGoesOnFailing(t *testing.T) {
	in := example(t)
	base := judge.NewBase(in, moment)
	n := 0
	for _, c := range base.Judgement().Controls {
		if c.State != judge.Failing {
			continue
		}
		n++
		for _, id := range []ident.ID{c.ID, c.Control} {
			for _, again := range base.Suppose(&judge.Supposition{Without: []ident.ID{id}}).Controls {
				if again.ID == c.ID && (again.State != judge.Failing || !slices.ContainsFunc(again.Reasons, func(r judge.Reason) bool { return r.Code == "control.failing" })) {
					t.Errorf("without %s, %s is %s: %+v", id, c.ID, again.State, again.Reasons)
				}
			}
		}
	}
	if n == 0 {
		t.Error("nothing fails in the example")
	}
}

func TestANewServiceAndOneThatIsGone(t *testing.T) {
	j := judge.NewBase(example(t), moment).Judgement()
	if d := impact.Compare(nil, j); d.Way != impact.New || d.Service != j.Service || len(d.Worse()) == 0 {
		t.Errorf("what is bad of a new service is worse: %s, %d", d.Way, len(d.Worse()))
	}
	if d := impact.Compare(j, nil); d.Way != impact.Gone || d.Service != j.Service {
		t.Errorf("%s", d.Way)
	}
}

// Every gain is what judging it in full gives, and they come in order of worth.
func TestActionsGainWhatTheySay(t *testing.T) {
	in := example(t)
	actions := impact.Actions(in, moment)
	if len(actions) < 6 {
		t.Fatalf("there are %d actions", len(actions))
	}
	base := judge.NewBase(in, moment)
	was := map[library.Measure]int{}
	for _, m := range base.Judgement().Measures {
		was[m.Measure] = m.N
	}
	for i, a := range actions {
		if i > 0 && a.Worth > actions[i-1].Worth {
			t.Errorf("%s is worth more than the one before it", a.ID)
		}
		if a.Worth <= 0 || len(a.Gain) == 0 {
			t.Errorf("%s gains nothing: %+v", a.ID, a)
		}
		if a.Code != "action.show-control" && a.Code != "action.put-in-place" && a.Code != "action.mend-control" {
			continue
		}
		for _, m := range base.Measures(&judge.Supposition{With: []ident.ID{ident.ID(a.About.Path)}}) {
			if want := was[m.Measure] - m.N; a.Gain[string(m.Measure)] != want {
				t.Errorf("%s: it says %d of %s, and it is %d", a.ID, a.Gain[string(m.Measure)], m.Measure, want)
			}
		}
	}
}

func TestActionsAreTheSameEveryTime(t *testing.T) {
	in := example(t)
	first := fmt.Sprint(impact.Actions(in, moment))
	for range 20 {
		if again := fmt.Sprint(impact.Actions(in, moment)); again != first {
			t.Fatalf("%s\n%s", first, again)
		}
	}
}

func BenchmarkWhatIf(b *testing.B) {
	base := judge.NewBase(example(b), moment)
	all := suppositions(base.Judgement())
	for i := range b.N {
		impact.Compare(base.Judgement(), base.Suppose(&all[i%len(all)]))
	}
}

// BenchmarkWhatIf200 is two hundred what-ifs of one service, on one core.
func BenchmarkWhatIf200(b *testing.B) {
	in := example(b)
	for range b.N {
		base := judge.NewBase(in, moment)
		now := base.Judgement()
		all := suppositions(now)
		for i := range 200 {
			impact.Compare(now, base.Suppose(&all[i%len(all)]))
		}
	}
}

func BenchmarkActions(b *testing.B) {
	in := example(b)
	for range b.N {
		impact.Actions(in, moment)
	}
}
