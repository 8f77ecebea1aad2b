package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"pgregory.net/rapid"
)

// To say less never makes anything look better. One thing that was said is left out at a time.
func TestLaw9UnknownIsNeverGood(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		if g.often(6) {
			g.tidy(&s)
		}
		before := judged(t, s, now)
		s.Service, s.Evidence = clone(s.Service), clone(s.Evidence)
		what := g.forget(&s, before)
		after := judged(t, s, now)
		noBetter(t, what, before, after)
		noLevelHigher(t, what, s.Library, before, after)
		noSupplierBetter(t, what, before, after)
		if s.Service.Service.Unit != "" { // without a unit nobody is appointed, so that decisions neither hold nor lapse
			overall(t, what, before, after)
		}
	})
}

// tidy makes a service that is nearly as it should be, so that one thing more or less decides its profile.
func (g *gen) tidy(s *judge.Sources) {
	svc := s.Service
	svc.Service.Phase = one(g, model.Alpha, model.PrivateBeta, model.PublicBeta)
	svc.Plan.Activities = nil
	for _, a := range builtin().Activities {
		svc.Plan.Activities = append(svc.Plan.Activities, model.Activity{ID: a.Item.ID, Done: day(-g.int(1, 20)), Outputs: []model.Artefact{{Title: "Output", Version: "1", Date: day(-30), Location: "https://kept.example"}}})
	}
	svc.Operation.Triggers, svc.Operation.Changes, svc.Incidents = nil, nil, nil
	svc.Answers = nil
	for _, st := range builtin().Principles[0].Item.Statements {
		svc.Answers = append(svc.Answers, model.Answer{ID: ident.ID("a-" + string(st.ID)), Principle: builtin().Principles[0].Item.ID, Statement: st.ID, Answer: model.IsMet, Sentence: "So it is", By: "service-owner"})
	}
	svc.Controls, s.Evidence = nil, nil
	for _, c := range builtin().Controls {
		svc.Controls = append(svc.Controls, model.Control{ID: c.Item.ID, Progress: model.Implemented})
		for _, check := range c.Item.Checks {
			s.Evidence = append(s.Evidence, evidence.Record{
				ID: ident.ID("e-" + string(c.Item.ID) + "-" + string(check.ID)), Subject: []ident.Ref{ident.To(ident.KindControl, string(c.Item.ID))}, Kind: check.Kinds[0], Check: check.ID,
				Strength: library.Independent, Outcome: evidence.Passed, Observed: civil.MomentOf(now - 86400),
			})
		}
	}
	for i := range svc.Risks {
		svc.Risks[i].Controls, svc.Risks[i].Losses = nil, nil
	}
}

// placesForgotten is the way of forgetting where a weakness is.
const placesForgotten = "where a weakness is"

// forget leaves out one thing that was said.
func (g *gen) forget(s *judge.Sources, before *judge.Judgement) string {
	svc := s.Service
	ways := []struct {
		what string
		do   func()
	}{
		{"the purpose", func() { svc.Service.Purpose = "" }},
		{"the unit", func() { svc.Service.Unit = "" }},
		{"when the service was adopted", func() { svc.Service.AdoptedAt, svc.Service.EnteredAtPhase = civil.Date{}, "" }},
		{"whether data is personal", func() { each(g, svc.Data, func(d *model.Data) { d.Personal = "" }) }},
		{"whether data is of a special category", func() { each(g, svc.Data, func(d *model.Data) { d.SpecialCategory, d.SpecialCategories = "", nil }) }},
		{"whether data is about offences", func() { each(g, svc.Data, func(d *model.Data) { d.CriminalOffence = "" }) }},
		{"how much data there is", func() { each(g, svc.Data, func(d *model.Data) { d.Records = 0 }) }},
		{"the owner of data", func() { each(g, svc.Data, func(d *model.Data) { d.Owner = "" }) }},
		{"the trust of a zone", func() { each(g, svc.Architecture.Zones, forgetTrust) }},
		{"the zone of a component", func() { each(g, svc.Architecture.Components, func(c *model.Component) { c.Zone = "" }) }},
		{"whether a component is out of scope", func() { each(g, svc.Architecture.Components, func(c *model.Component) { forgetScope(c, svc) }) }},
		{"how a flow is encrypted", func() { each(g, svc.Architecture.Flows, func(f *model.Flow) { f.Encryption = "" }) }},
		{"the state of a control", func() { each(g, svc.Controls, func(c *model.Control) { c.Progress = "" }) }},
		{"that a control does not apply", func() { each(g, svc.Controls, func(c *model.Control) { forgetDisposal(c, svc, before) }) }},
		{"how bad a risk is", func() {
			each(g, svc.Risks, func(r *model.Risk) { r.Inherent, r.Residual, r.Target = none, none, none })
		}},
		{"the residual of a risk", func() { each(g, svc.Risks, func(r *model.Risk) { r.Residual = none }) }},
		{"the residual likelihood of a risk", func() { each(g, svc.Risks, func(r *model.Risk) { r.Residual.Likelihood = 0 }) }},
		{"the target of a risk", func() { each(g, svc.Risks, func(r *model.Risk) { r.Target = none }) }},
		{"the owner of a risk", func() { each(g, svc.Risks, func(r *model.Risk) { r.Owner = "" }) }},
		{"the day of a treatment", func() { each(g, svc.Risks, func(r *model.Risk) { r.Due = civil.Date{} }) }},
		{"the kind of a risk", func() { each(g, svc.Risks, func(r *model.Risk) { r.Kind = "" }) }},
		{"where a risk is", func() { each(g, svc.Risks, func(r *model.Risk) { r.Components, r.Data = nil, nil }) }},
		{"the day of an activity", func() { each(g, current(svc, before), func(a **model.Activity) { (*a).Done = civil.Date{} }) }},
		{"the output of an activity", func() { each(g, current(svc, before), func(a **model.Activity) { (*a).Outputs = nil }) }},
		{"the version of outputs", func() { each(g, current(svc, before), func(a **model.Activity) { forgetVersions(*a) }) }},
		{"who gave an answer", func() { each(g, svc.Answers, func(a *model.Answer) { a.By = "" }) }},
		{"how severe a weakness is", func() { each(g, s.Evidence, forgetSeverity) }},
		{placesForgotten, func() { each(g, s.Evidence, forgetPlaces) }},
		{"what evidence came to", func() { each(g, s.Evidence, forgetPass) }},
		{"how strong evidence is", func() {
			each(g, s.Evidence, forgetStrength)
		}},
		{"whether an obligation applies", func() { each(g, svc.Context.Obligations, func(o *model.Obligation) { o.Applies = "" }) }},
		{"an answer to the data-protection screen", func() { g.forgetScreen(&svc.Context.DataProtection) }},
		{"something about a supplier", func() { each(g, svc.Suppliers, g.forgetSupplier) }},
		{"the level of an answer", func() { each(g, svc.Answers, forgetLevel) }},
		{"an indicator that was ticked", func() { each(g, svc.Answers, g.forgetTicks) }},
	}
	way := one(g, ways...)
	way.do()
	return way.what + " was left out"
}

var none model.Judgement

func each[T any](g *gen, list []T, do func(*T)) {
	if len(list) > 0 {
		do(&list[g.int(0, len(list)-1)])
	}
}

// forgetTrust leaves alone a zone inside another, which has the trust of that.
func forgetTrust(z *model.Zone) {
	if z.Parent == "" {
		z.Trust = ""
	}
}

// forgetDisposal leaves alone a control that is required or relied on: to say that it does not apply was no good there.
func forgetDisposal(c *model.Control, s *model.Service, before *judge.Judgement) {
	relies := func(l model.Reliance) bool { return l.Control == c.ID }
	reliedOn := slices.ContainsFunc(s.Risks, func(r model.Risk) bool { return slices.ContainsFunc(r.Controls, relies) })
	if !reliedOn && control(before, c.ID).Applicability == judge.NotApplicable {
		c.Applicability, c.Reason = "", ""
	}
}

// current gives what the team says of activities that are current. Of one that is out of date its day says something bad.
func current(s *model.Service, before *judge.Judgement) (out []*model.Activity) {
	for i := range before.Activities {
		at := slices.IndexFunc(s.Plan.Activities, func(a model.Activity) bool { return a.ID == before.Activities[i].ID })
		if at >= 0 && before.Activities[i].Standing == judge.Current {
			out = append(out, &s.Plan.Activities[at])
		}
	}
	return out
}

// forgetScope leaves alone a component that a risk names: controls on it then count for that risk.
func forgetScope(c *model.Component, s *model.Service) {
	if !slices.ContainsFunc(s.Risks, func(r model.Risk) bool { return slices.Contains(r.Components, c.ID) }) {
		c.OutOfScope = ""
	}
}

func forgetVersions(a *model.Activity) {
	for i := range a.Outputs {
		a.Outputs[i].Version = ""
	}
}

func (g *gen) forgetScreen(p *model.DataProtection) {
	*one(g, &p.InnovativeTechnology, &p.AutomatedDecisions, &p.Profiling, &p.Matching, &p.InvisibleProcessing, &p.Tracking, &p.PublicMonitoring, &p.PhysicalHarm) = ""
}

// forgetSupplier leaves alone what says something bad, such as a certificate that is over: who leaves that out hides it.
// It leaves the cyber risk profile alone too: a supplier without one is under no such scheme.
func (g *gen) forgetSupplier(e *model.Engagement) {
	switch g.int(0, 9) {
	case 0:
		each(g, e.Certificates, func(c *model.Certificate) {
			if c.Until.After(day(0)) {
				c.Until = civil.Date{}
			}
		})
	case 1:
		e.Until = civil.Date{}
	case 2:
		each(g, e.Clauses, func(c *model.Clause) { c.Present = "" })
	case 3:
		each(g, e.Responses, func(r *model.Response) { r.Answer = "" })
	case 4:
		each(g, e.FlowDown, func(f *model.Subcontract) { f.Required = "" })
	case 5:
		each(g, e.Products, func(p *model.Product) { p.Reviewed = civil.Date{} })
	case 6:
		if e.Assessment.Questionnaire == "met" {
			e.Assessment.Questionnaire = ""
		}
	case 7:
		e.Assessment.PlanAccepted = ""
	case 8:
		e.RiskReport, e.Assessment.Statement = model.Artefact{}, model.Artefact{}
	case 9:
		e.ExitPlan = model.Artefact{}
	}
}

// forgetLevel leaves an answer that says how it is and not how far.
func forgetLevel(a *model.Answer) {
	if a.Framework != "" {
		a.Level, a.Answer, a.Indicators = "no-such-level", "", nil
	}
}

// forgetTicks leaves alone the indicators of the lowest level: they say something bad.
func (g *gen) forgetTicks(a *model.Answer) {
	if len(a.Indicators) > 1 {
		a.Indicators = a.Indicators[:1]
	}
}

func forgetSeverity(r *evidence.Record) {
	for i := range r.Observations {
		r.Observations[i].Severity = ""
	}
}

func forgetPlaces(r *evidence.Record) {
	for i := range r.Observations {
		r.Observations[i].Component = ""
	}
}

// forgetPass leaves alone a failure: it says something bad, and who leaves it out hides it.
func forgetPass(r *evidence.Record) {
	if r.Outcome == evidence.Passed {
		r.Outcome, r.Closes = evidence.Unknown, nil
	}
}

func forgetStrength(r *evidence.Record) {
	if r.Outcome == evidence.Passed {
		r.Strength, r.Closes = library.Documented, nil
	}
}

func noBetter(t rapid.TB, what string, before, after *judge.Judgement) {
	t.Helper()
	nothingGained(t, what, before, after)
	if was, is := before.Context.DataProtection.Outcome, after.Context.DataProtection.Outcome; was != "not-indicated" && is == "not-indicated" {
		t.Fatalf("%s: whether a data protection impact assessment is needed went from %s to %s", what, was, is)
	}
	for i := range before.Context.Components {
		if was, is := before.Context.Components[i], after.Context.Components[i]; exposureRank(is.Exposure) < exposureRank(was.Exposure) {
			t.Fatalf("%s: the exposure of %s went from %q to %q", what, was.ID, was.Exposure, is.Exposure)
		}
	}
	for i := range before.Controls {
		was := &before.Controls[i]
		if is := control(after, was.ID); is == nil || goodness(is) > goodness(was) {
			t.Fatalf("%s: %s went from %s, %s to %+v", what, was.ID, was.Applicability, was.State, is)
		}
	}
	for i := range before.Risks {
		was, is := &before.Risks[i], risk(after, before.Risks[i].ID)
		if judged := is.Standing != judge.Unjudged; judged && !(below(was.ResidualClaimed, is.ResidualClaimed) && below(was.ResidualEvidenced, is.ResidualEvidenced)) {
			t.Fatalf("%s: %s came down from %+v to %+v", what, was.ID, was, is)
		}
		for k, now := range []judge.Standing{is.Standing, is.StandingClaimed, is.StandingEvidenced} {
			if from := []judge.Standing{was.Standing, was.StandingClaimed, was.StandingEvidenced}[k]; borne(now) && !borne(from) {
				t.Fatalf("%s: %s went from %s to %s", what, was.ID, from, now)
			}
		}
	}
}

func overall(t rapid.TB, what string, before, after *judge.Judgement) {
	t.Helper()
	findingsStay(t, what, before, after)
	for i := range before.Activities {
		if was, is := &before.Activities[i], &after.Activities[i]; activityRank(is.Standing) > activityRank(was.Standing) {
			t.Fatalf("%s: %s went from %s to %s", what, was.ID, was.Standing, is.Standing)
		}
	}
	for i := range before.Profiles {
		if was, is := before.Profiles[i].Level, after.Profiles[i].Level; levelRank(is) > levelRank(was) {
			t.Fatalf("%s: %s went from %s to %s", what, before.Profiles[i].Scheme, was, is)
		}
	}
	for i := range before.Gates {
		if !before.Gates[i].Ready && after.Gates[i].Ready {
			t.Fatalf("%s: the gate %s became ready", what, before.Gates[i].ID)
		}
	}
}

// findingsStay holds that no fewer findings are open, and no fewer overdue. Two places of a weakness are one finding when
// nobody says where it is, with the worst of both: of them there is still one.
func findingsStay(t rapid.TB, what string, before, after *judge.Judgement) {
	t.Helper()
	was, is := before.Findings.Counts, after.Findings.Counts
	if strings.HasPrefix(what, placesForgotten) {
		was.Open, was.Overdue = min(was.Open, 1), min(was.Overdue, 1)
	}
	if is.Overdue < was.Overdue || is.Open < was.Open {
		t.Fatalf("%s: findings went from %+v to %+v", what, before.Findings.Counts, is)
	}
}

// exposureRank takes what is not known as the public.
func exposureRank(t model.Trust) int {
	if t == "" {
		t = model.Public
	}
	return t.Rank()
}

// goodness orders controls. One that does not apply asks for nothing.
func goodness(c *judge.Control) int {
	if c.Applicability == judge.NotApplicable {
		return 99
	}
	return stateRank(c.State)
}

func borne(s judge.Standing) bool {
	return s == judge.Within || s == judge.Accepted || s == judge.Treating
}

func activityRank(s judge.ActivityStanding) int {
	switch s {
	case judge.Overdue:
		return 0
	case judge.Current, judge.NotDue, judge.NotAskedHere:
		return 2
	}
	return 1 // due in some way
}

func levelRank(level ident.ID) int {
	return slices.Index([]ident.ID{"", "low", "medium", "high"}, level)
}
