package assess_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"pgregory.net/rapid"
)

// The laws of package impact, over the same services as those of the engine.

// another gives the judgement of what a service has become: later, with claims changed, evidence added or controls gone.
func (g *gen) another(s judge.Sources) *judge.Judgement {
	s.Service = clone(s.Service)
	s.Changed = map[string]civil.Instant{}
	g.lib = s.Library
	for range g.int(0, 3) {
		switch g.int(0, 3) {
		case 0:
			g.drift(&s)
		case 1:
			s.Evidence = append(slices.Clone(s.Evidence), g.record("another", s.Service))
		case 2:
			if n := len(s.Service.Suppliers); n > 0 {
				s.Service.Suppliers = s.Service.Suppliers[:n-1]
			}
		case 3:
			s.Decisions = some(g, s.Decisions, 5)
		}
	}
	return judged(g.T, s, now+civil.Instant(g.int(0, 100)*86400))
}

func TestNothingDiffersFromItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		j := judged(t, alone(t), now)
		if d := impact.Compare(j, j); len(d.Deltas) > 0 || len(d.Counts) > 0 || d.Way != "" {
			t.Fatalf("%s: %+v %+v", d.Way, d.Deltas, d.Counts)
		}
	})
}

// What is better one way is worse the other way, where it is there before and after.
func TestDifferencesMirror(t *testing.T) {
	t.Parallel()
	type key struct {
		id   ident.Ref
		what string
	}
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		a, b := judged(t, s, now), g.another(s)
		back := map[key]impact.Delta{}
		for _, d := range impact.Compare(b, a).Deltas {
			if d.Was != "" && d.Now != "" {
				back[key{d.ID, d.What}] = d
			}
		}
		for _, d := range impact.Compare(a, b).Deltas {
			if d.Was == "" || d.Now == "" {
				continue
			}
			r, is := back[key{d.ID, d.What}]
			delete(back, key{d.ID, d.What})
			if !is || r.Was != d.Now || r.Now != d.Was || r.Way != mirrored(d.Way) {
				t.Fatalf("%s %s is %s: %s, then %s; and back: %+v", d.ID, d.What, d.Way, d.Was, d.Now, r)
			}
		}
		for _, r := range back {
			t.Fatalf("it differs only on the way back: %+v", r)
		}
	})
}

func mirrored(w impact.Way) impact.Way {
	switch w {
	case impact.Better:
		return impact.Worse
	case impact.Worse:
		return impact.Better
	}
	return w
}

// suppose draws what is only thought of: of each kind nothing or something.
func (g *gen) suppose(j *judge.Judgement) (s judge.Supposition) {
	for i := range j.Controls {
		switch id := j.Controls[i].ID; g.int(0, 15) {
		case 1:
			s.With = append(s.With, id)
		case 2:
			s.Without = append(s.Without, id)
		}
	}
	pick := func(id ident.ID) []ident.ID { return some(g, []ident.ID{id}, 1) }
	for i := range j.Activities {
		s.Done = append(s.Done, pick(j.Activities[i].ID)...)
	}
	for i := range j.Findings.Top {
		s.Mended = append(s.Mended, pick(j.Findings.Top[i].ID)...)
	}
	for i := range j.Risks {
		s.Planned, s.Judged = append(s.Planned, pick(j.Risks[i].ID)...), append(s.Judged, pick(j.Risks[i].ID)...)
	}
	for i := range j.Principles {
		s.Answered = append(s.Answered, pick(j.Principles[i].ID)...)
	}
	for i := range j.Decisions {
		s.Renewed = append(s.Renewed, pick(j.Decisions[i].ID)...)
	}
	s.Signed = some(g, []decision.Of{decision.OfTier, decision.OfAppetite, decision.OfScope, decision.OfClassification}, 2)
	for i := range j.Context.Unknowns {
		s.Said = append(s.Said, some(g, []ident.Ref{j.Context.Unknowns[i].ID}, 1)...)
	}
	return s
}

func TestSupposingFromABaseIsJudgingAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		in := prepare(t, alone(t))
		base := judge.NewBase(in, now)
		same(t, "the base", judge.Judge(in, civil.NewWatch(now)), base.Judgement())
		for range 3 {
			s := g.suppose(base.Judgement())
			full := judge.Judge(in.Supposing(&s), civil.NewWatch(now))
			same(t, "supposed", full, base.Suppose(&s))
			same(t, "what is counted", full.Measures, base.Measures(&s))
		}
		same(t, "the base, after all that", judge.Judge(in, civil.NewWatch(now)), base.Judgement())
	})
}

func TestActionsAreTheSameOnAnyNumberOfCores(t *testing.T) {
	t.Parallel()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rapid.Check(t, func(t *rapid.T) {
		in := prepare(t, alone(t))
		runtime.GOMAXPROCS(1)
		first := impact.Actions(in, now)
		runtime.GOMAXPROCS(2)
		identical(t, "on two cores", first, impact.Actions(in, now))
	})
}

// What each thing would gain stands as long as the posture does.
func TestGainsHoldUntilTheNextChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		in := prepare(t, alone(t))
		p := assess.Ready(in, now)
		first := impact.Actions(in, now)
		for _, at := range g.before(p.NextChange)[:3] {
			identical(t, "at "+at.String()+", before the next change at "+p.NextChange.String(), first, impact.Actions(in, at))
		}
	})
}

// does gives what an action supposes, from its code alone.
func does(a *impact.Action) (s judge.Supposition) {
	id := ident.ID(a.Args.Get("id"))
	switch a.Code {
	case "action.mend-control", "action.put-in-place", "action.show-control":
		s.With = []ident.ID{id}
	case "action.do-activity":
		s.Done = []ident.ID{id}
	case "action.plan-risk":
		s.Planned = []ident.ID{id}
	case "action.judge-risk":
		s.Judged = []ident.ID{id}
	case "action.mend-finding":
		s.Mended = []ident.ID{id}
	case "action.renew-decision":
		s.Renewed = []ident.ID{id}
	case "action.answer":
		s.Answered = []ident.ID{id}
	case "action.sign":
		s.Signed = []decision.Of{decision.Of(id)}
	case "action.say":
		s.Said = []ident.Ref{a.About}
	}
	return s
}

// No gain is claimed that judging in full does not give, and the worth is what the settings say.
func TestGainsAreWhatIsGained(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		in := prepare(t, s)
		was := judge.Judge(in, civil.NewWatch(now)).Measures
		worth := map[library.Measure]int{}
		for _, w := range s.Library.Settings.Gains {
			worth[w.Measure] = w.Worth
		}
		last := 1 << 30
		for _, a := range impact.Actions(in, now) {
			supposed := does(&a)
			total := 0
			for i, m := range judge.Judge(in.Supposing(&supposed), civil.NewWatch(now)).Measures {
				less := was[i].N - m.N
				if a.Gain[string(m.Measure)] != less {
					t.Fatalf("%s: it says %d less of %s, and it is %d", a.ID, a.Gain[string(m.Measure)], m.Measure, less)
				}
				total += less * worth[m.Measure]
			}
			if a.Worth != total || total <= 0 || total > last {
				t.Fatalf("%s is worth %d, not %d, after one that is worth %d", a.ID, a.Worth, total, last)
			}
			last = total
		}
	})
}

// To show a control makes nothing worse, and to lose one makes nothing better. Decisions are left out of the second: one
// that rested on a control that is lost may lapse, and another that was overtaken by it then counts again.
func TestWithIsNeverWorseNorWithoutBetter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		base := judge.NewBase(prepare(t, s), now)
		before := base.Judgement()
		if len(before.Controls) == 0 {
			t.Skip("no controls")
		}
		c := &before.Controls[g.int(0, len(before.Controls)-1)]
		for _, d := range impact.Compare(before, base.Suppose(&judge.Supposition{With: []ident.ID{c.ID}})).Deltas {
			if d.Way == impact.Worse {
				t.Fatalf("with %+v %s %s is worse: %s, then %s: %+v", c, d.ID, d.What, d.Was, d.Now, d.Reasons)
			}
		}
		for _, d := range impact.Compare(before, base.Suppose(&judge.Supposition{Without: []ident.ID{c.ID}})).Deltas {
			if d.Way == impact.Better && d.ID.Kind != ident.KindDecision {
				t.Fatalf("without %+v %s %s is better: %s, then %s: %+v", c, d.ID, d.What, d.Was, d.Now, d.Reasons)
			}
		}
	})
}
