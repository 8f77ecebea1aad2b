package assess_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"pgregory.net/rapid"
)

// stateRank orders the states of a control from the worst. Evidence that is out of date says no less than a claim alone:
// to add some is not to worsen anything.
func stateRank(s judge.State) int {
	if s == judge.Stale {
		s = judge.Claimed
	}
	return slices.Index([]judge.State{judge.Failing, judge.Missing, judge.Unknown, judge.Planned, judge.Claimed, judge.Evidenced}, s)
}

// notHigher fails where a residual is higher than before, on any axis.
func notHigher(t rapid.TB, what string, before, after *judge.Judgement) {
	t.Helper()
	for i := range after.Risks {
		r := &after.Risks[i]
		was := risk(before, r.ID)
		if was == nil {
			continue
		}
		if !below(r.ResidualClaimed, was.ResidualClaimed) {
			t.Fatalf("%s: the claimed residual of %s went from %+v to %+v", what, r.ID, was.ResidualClaimed, r.ResidualClaimed)
		}
		if !below(r.ResidualEvidenced, was.ResidualEvidenced) {
			t.Fatalf("%s: the evidenced residual of %s went from %+v to %+v", what, r.ID, was.ResidualEvidenced, r.ResidualEvidenced)
		}
	}
}

func below(a, b judge.Level) bool {
	return a.Likelihood <= b.Likelihood && a.Impact <= b.Impact && a.Score <= b.Score && a.Axes.Financial <= b.Axes.Financial && a.Axes.Operational <= b.Axes.Operational &&
		a.Axes.Legal <= b.Axes.Legal && a.Axes.Reputational <= b.Axes.Reputational && a.Axes.Safety <= b.Axes.Safety
}

func risk(p *judge.Judgement, id ident.ID) *judge.Risk {
	for i := range p.Risks {
		if p.Risks[i].ID == id {
			return &p.Risks[i]
		}
	}
	return nil
}

func control(p *judge.Judgement, id ident.ID) *judge.Control {
	for i := range p.Controls {
		if p.Controls[i].ID == id {
			return &p.Controls[i]
		}
	}
	return nil
}

func TestLaw4EvidenceNeverRaises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		before := judged(t, s, now)
		s.Evidence = append(slices.Clone(s.Evidence), g.pass(&s))
		after := judged(t, s, now)
		notHigher(t, "evidence was added", before, after)
		for i := range before.Controls {
			was := &before.Controls[i]
			is := control(after, was.ID)
			if is == nil || stateRank(is.State) < stateRank(was.State) || is.Components.N < was.Components.N && is.Components.Of == was.Components.Of {
				t.Fatalf("evidence was added: %s went from %s on %+v to %+v", was.ID, was.State, was.Components, is)
			}
		}
	})
}

// pass draws a record that speaks well of something, and of nothing badly.
func (g *gen) pass(s *judge.Sources) evidence.Record {
	g.lib = s.Library
	r := g.record("added", s.Service)
	r.Outcome, r.Observations = evidence.Passed, nil
	if g.often(7) {
		r.ValidUntil = civil.Moment{}
	}
	if g.often(5) {
		r.Covers = nil
	}
	if r.Strength == "independent" && len(s.Evidence) > 0 && g.often(5) {
		r.Closes, r.By = []ident.ID{one(g, s.Evidence...).ID}, "assessor"
	}
	return r
}

func TestLaw4WithoutAControlNothingIsLower(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		if len(s.Service.Controls) == 0 {
			t.Skip("nothing to remove")
		}
		before := judged(t, s, now)
		s.Service = clone(s.Service)
		gone := one(g, s.Service.Controls...).ID
		s.Service.Controls = slices.DeleteFunc(s.Service.Controls, func(c model.Control) bool { return c.ID == gone })
		for i := range s.Service.Risks {
			r := &s.Service.Risks[i]
			r.Controls = slices.DeleteFunc(r.Controls, func(l model.Reliance) bool { return l.Control == gone })
		}
		notHigher(t, string(gone)+" was there", judged(t, s, now), before)
	})
}

func TestLaw4StricterNeverWithin(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		before := judged(t, s, now)
		s.Service, s.Organisation = clone(s.Service), clone(s.Organisation)
		what := g.stricter(&s)
		after := judged(t, s, now)
		for i := range after.Risks {
			r := &after.Risks[i]
			was := risk(before, r.ID)
			if r.Appetite.Rank() > was.Appetite.Rank() {
				t.Fatalf("%s: %s may now be %s, which was %s", what, r.ID, r.Appetite, was.Appetite)
			}
			for k, is := range []judge.Standing{r.Standing, r.StandingClaimed, r.StandingEvidenced} {
				if from := []judge.Standing{was.Standing, was.StandingClaimed, was.StandingEvidenced}[k]; is == judge.Within && from != judge.Within {
					t.Fatalf("%s: %s went from %s to within", what, r.ID, from)
				}
			}
		}
	})
}

// stricter lowers what may be borne, by the team's word or the organisation's.
func (g *gen) stricter(s *judge.Sources) string {
	lower := func(b model.Band) model.Band { return org.Stricter(b, g.lowBand()) }
	a := &s.Service.Context.Appetite
	if s.Organisation == nil || g.often(4) {
		if g.often(5) {
			a.ByKind = append(a.ByKind, model.KindAppetite{Kind: one[model.RiskKind](g, "security", "privacy", "safety"), Max: g.lowBand()})
			return "the team's appetite for a kind of risk"
		}
		a.Max = lower(a.Max)
		return "the team's appetite"
	}
	if g.often(4) {
		s.Organisation.Appetite.Max = lower(s.Organisation.Appetite.Max)
		return "the organisation's appetite"
	}
	u := &s.Organisation.Units[g.int(0, len(s.Organisation.Units)-1)]
	u.Appetite.Max = lower(u.Appetite.Max)
	return "the appetite of " + string(u.ID)
}

func (g *gen) lowBand() model.Band { return one(g, model.VeryLow, model.Low, model.Medium) }

// A residual is never lower as evidenced than as claimed, nor as claimed than what the team judged with all in place.
func TestLaw4EvidencedNeverBelowClaimed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := posture(t, alone(t), now)
		checkLevels(t, p)
	})
}

func checkLevels(t *rapid.T, p *assess.Posture) {
	for i := range p.Risks {
		r := &p.Risks[i]
		if !below(r.ResidualClaimed, r.ResidualEvidenced) || !below(r.ResidualEvidenced, r.Inherent) {
			t.Fatalf("%s: claimed %+v, evidenced %+v, inherent %+v", r.ID, r.ResidualClaimed, r.ResidualEvidenced, r.Inherent)
		}
	}
}
