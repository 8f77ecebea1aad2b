package assess_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"pgregory.net/rapid"
)

// An improvement never ends a decision, nor makes a new one necessary.
func TestLaw6ImprovementsEndNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		if len(s.Decisions) == 0 {
			t.Skip("no decisions")
		}
		for i := range s.Evidence {
			s.Evidence[i].Covers = nil // what was seen of a thing that is better now was not seen of it as it is
		}
		before := judged(t, s, now)
		s.Service, s.Organisation = clone(s.Service), clone(s.Organisation)
		what := g.improve(&s)
		after := judged(t, s, now)
		for i := range before.Decisions {
			was, is := &before.Decisions[i], &after.Decisions[i]
			if binds(was) && !binds(is) {
				t.Fatalf("%s, and %s %s went from %s to %s: %+v", what, was.Kind, was.ID, was.State, is.State, *is.Cause)
			}
			if was.Cause == nil && is.Cause != nil {
				t.Fatalf("%s, and %s %s: %+v", what, was.Kind, was.ID, *is.Cause)
			}
		}
	})
}

func binds(d *judge.Decision) bool { return decision.State(d.State).Binds() }

// improve makes something better, and nothing worse.
func (g *gen) improve(s *judge.Sources) string {
	svc := s.Service
	ways := []struct {
		what string
		do   func()
	}{
		{"evidence was added", func() { s.Evidence = append(slices.Clone(s.Evidence), g.pass(s)) }},
		{"levels were lowered", func() { g.lowerLevels(svc) }},
		{"zones were closed", func() { g.closeZones(svc) }},
		{"components came off the internet", func() { g.offTheInternet(svc) }},
		{"risks touch less", func() { g.touchLess(svc) }},
		{"risks bring fewer losses", func() { eachRisk(svc, func(r *model.Risk) { r.Losses, r.Threats = nil, nil }) }},
		{"the organisation bears more", func() { g.loosen(s) }},
		{"controls are in place", func() { inPlace(svc) }},
		{"what was promised was done", func() { keepPromises(svc) }},
		{"data is less", func() { lessData(svc) }},
		{"data is known to be harmless", func() { harmless(svc) }},
		{"flows are gone", func() { noFlows(svc) }},
		{"the team says no tier", func() { svc.Service.Tier = "" }},
		{"findings were mended", func() { s.Evidence = append(slices.Clone(s.Evidence), mended(s.Evidence)...) }},
	}
	way := one(g, ways...)
	way.do()
	return way.what
}

func eachRisk(s *model.Service, do func(*model.Risk)) {
	for i := range s.Risks {
		do(&s.Risks[i])
	}
}

// lowerLevels lowers each level that was judged by one, but not so that it is not judged.
func (g *gen) lowerLevels(s *model.Service) {
	down := func(l *model.Level) { *l = max(*l-1, min(*l, 1)) }
	all := func(j *model.Judgement) {
		for _, l := range []*model.Level{&j.Likelihood, &j.Impact.Financial, &j.Impact.Operational, &j.Impact.Legal, &j.Impact.Reputational, &j.Impact.Safety} {
			down(l)
		}
	}
	eachRisk(s, func(r *model.Risk) { all(&r.Inherent); all(&r.Residual); all(&r.Target) })
}

func (g *gen) closeZones(s *model.Service) {
	order := []model.Trust{model.Isolated, model.Internal, model.Partner, model.Public}
	for i := range s.Architecture.Zones {
		if z := &s.Architecture.Zones[i]; z.Trust != "" {
			z.Trust = order[g.int(0, z.Trust.Rank()-1)]
		}
	}
}

// offTheInternet takes components off the internet that are then known to be somewhere narrower.
func (g *gen) offTheInternet(s *model.Service) {
	known := map[ident.ID]bool{}
	for _, z := range s.Architecture.Zones {
		known[z.ID] = z.Trust != ""
	}
	for i := range s.Architecture.Components {
		if c := &s.Architecture.Components[i]; known[c.Zone] {
			c.InternetFacing = model.No
		}
	}
}

// touchLess takes data and components out of risks, as long as some of each are still named: a risk that names nothing
// could touch anything.
func (g *gen) touchLess(s *model.Service) {
	eachRisk(s, func(r *model.Risk) {
		if len(r.Data) > 1 {
			r.Data = r.Data[:len(r.Data)-1]
		}
		if len(r.Components) > 0 && len(r.Data) > 1 {
			r.Data = nil
		}
	})
}

func (g *gen) loosen(s *judge.Sources) {
	if s.Organisation == nil {
		return
	}
	s.Organisation.Appetite.Max = model.VeryHigh
	for i := range s.Organisation.Units {
		s.Organisation.Units[i].Appetite.Max = model.VeryHigh
	}
}

func inPlace(s *model.Service) {
	for i := range s.Controls {
		s.Controls[i].Progress = model.Implemented
	}
}

func keepPromises(s *model.Service) {
	eachRisk(s, func(r *model.Risk) {
		for i := range r.Actions {
			r.Actions[i].Progress = model.Implemented
		}
	})
}

func lessData(s *model.Service) {
	for i := range s.Data {
		d := &s.Data[i]
		d.Markings, d.Jurisdictions, d.Subjects = nil, nil, nil
		if d.Classification == model.Secret {
			d.Classification = model.Official
		}
		d.Records = max(d.Records/10, min(d.Records, 1))
	}
	if s.Context.Classification == model.Secret {
		s.Context.Classification = model.Official
	}
}

func harmless(s *model.Service) {
	for i := range s.Data {
		d := &s.Data[i]
		d.SpecialCategory, d.SpecialCategories, d.CriminalOffence = model.No, nil, model.No
	}
}

// noFlows takes out the flows that no boundary names.
func noFlows(s *model.Service) {
	s.Architecture.Flows = slices.DeleteFunc(s.Architecture.Flows, func(f model.Flow) bool {
		return !slices.ContainsFunc(s.Context.Scope.Boundaries, func(b model.Boundary) bool { return slices.Contains(b.Flows, f.ID) })
	})
}

// mended gives for each tool a clean run over everything, now.
func mended(all []evidence.Record) (out []evidence.Record) {
	for _, tool := range []string{"scanner 3.0", "linter 3"} {
		r := evidence.Record{ID: ident.Suggest("clean " + tool), Subject: []ident.Ref{ident.To(ident.KindService, "portal")}, Kind: "scan", Strength: "tested", Outcome: evidence.Passed, Observed: civil.MomentOf(now)}
		r.Source.Tool = tool
		out = append(out, r)
	}
	return out
}

// An event never un-happens, whatever is claimed later and whenever it is looked at.
func TestLaw6EventsNeverUnhappen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		s.Decisions = slices.DeleteFunc(s.Decisions, func(d decision.Decision) bool { return d.Kind == decision.Retraction })
		before := judged(t, s, now)
		s.Service, s.Changed = clone(s.Service), map[string]civil.Instant{}
		for range g.int(0, 3) {
			g.drift(&s)
		}
		later := now + civil.Instant(g.int(0, 2000)*86400)
		after := judged(t, s, later)
		for i := range before.Decisions {
			was, is := &before.Decisions[i], &after.Decisions[i]
			if decision.Kind(was.Kind).Event() && was.State == string(decision.Holds) && is.State != was.State {
				t.Fatalf("the %s %s is %s: %+v", was.Kind, was.ID, is.State, is.Cause)
			}
		}
	})
}
