package assess_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"pgregory.net/rapid"
)

func waysOf(j *judge.Judgement) map[ident.ID]judge.Path {
	out := map[ident.ID]judge.Path{}
	for _, p := range j.Paths {
		out[p.ID] = p
	}
	return out
}

// noHarder says that no way of the one judgement is harder in the other, or missing there.
func noHarder(t *rapid.T, what string, before, after *judge.Judgement) {
	t.Helper()
	now := waysOf(after)
	for _, was := range before.Paths {
		is, there := now[was.ID]
		if !there || is.Evidenced.Cost > was.Evidenced.Cost {
			t.Fatalf("%s: the way to %s was %+v and is %+v", what, was.ID, was.Evidenced, is.Evidenced)
		}
	}
}

// Law 4: more in an attacker's hands never reaches less.
func TestLaw4CompromisingMoreNeverReachesLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		if len(s.Service.Architecture.Components) == 0 {
			t.Skip("nothing to compromise")
		}
		base := judge.NewBase(prepare(t, s), now)
		var all []ident.ID
		for i := range s.Service.Architecture.Components {
			all = append(all, s.Service.Architecture.Components[i].ID)
		}
		less := some(g, all, 4)
		more := append(slices.Clone(less), one(g, all...))
		noHarder(t, "one more", base.Suppose(&judge.Supposition{Compromised: less}), base.Suppose(&judge.Supposition{Compromised: more}))
		noHarder(t, "one", base.Judgement(), base.Suppose(&judge.Supposition{Compromised: more}))
	})
}

// Law 4: a control that is lost makes no way harder, and one that is shown makes none easier.
func TestLaw4ControlsHinder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		base := judge.NewBase(prepare(t, s), now)
		id := one(g, libraryControls...)
		lost, shown := base.Suppose(&judge.Supposition{Without: []ident.ID{id}}), base.Suppose(&judge.Supposition{With: []ident.ID{id}})
		noHarder(t, "without "+string(id), base.Judgement(), lost)
		noHarder(t, "with "+string(id), shown, base.Judgement())
	})
}

// Law 4: a pass that is added opens no way and no threat.
func TestLaw4EvidenceOpensNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		before := judge.Judge(prepare(t, s), civil.NewWatch(now))
		r := g.record("added", s.Service)
		r.Outcome, r.Observations = evidence.Passed, nil
		s.Evidence = append(slices.Clone(s.Evidence), r)
		after := judge.Judge(prepare(t, s), civil.NewWatch(now))
		noHarder(t, "with a pass", after, before)
		was := map[ident.ID]judge.Threat{}
		for _, x := range before.Threats {
			was[x.ID] = x
		}
		for _, x := range after.Threats {
			if x.Evidenced.Rank() < was[x.ID].Evidenced.Rank() && was[x.ID].Evidenced == judge.ThreatAnswered {
				t.Fatalf("%s was %s and is %s", x.ID, was[x.ID].Evidenced, x.Evidenced)
			}
		}
	})
}

// Law 3: a threat is answered, as evidenced, only by a control that evidence shows; and a threat as claimed is never worse
// than as evidenced, nor a way easier.
func TestLaw3ThreatsAreAnsweredByWhatIsShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		s.Evidence, s.Offers = nil, nil
		j := judge.Judge(prepare(t, s), civil.NewWatch(now))
		for _, x := range j.Threats {
			if x.Evidenced == judge.ThreatAnswered {
				t.Fatalf("%s is answered with no evidence at all: %+v", x.ID, x.Reasons)
			}
			if x.Claimed.Rank() < x.Evidenced.Rank() {
				t.Fatalf("%s is %s as claimed and %s as evidenced", x.ID, x.Claimed, x.Evidenced)
			}
		}
		for _, p := range j.Paths {
			if p.Claimed.Modelled && p.Claimed.Cost < p.Evidenced.Cost {
				t.Fatalf("%s is easier as claimed, %+v, than as evidenced, %+v", p.ID, p.Claimed, p.Evidenced)
			}
			for _, step := range p.Steps {
				if len(step.Hindered) > 0 {
					t.Fatalf("%s: %v hinders a step with no evidence at all", p.ID, step.Hindered)
				}
			}
		}
	})
}

// Law 10: what is too grave is not put aside by the team, and what was put aside for a group is for the elements named.
func TestLaw10TheTeamPutsNothingGraveAside(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		j := judge.Judge(prepare(t, s), civil.NewWatch(now))
		for _, x := range j.Threats {
			if x.Evidenced == judge.ThreatDisposed && x.Severity.Rank() >= s.Library.ThreatScale.Require.Rank() {
				t.Fatalf("%s is %s and was put aside", x.ID, x.Severity)
			}
		}
	})
}
