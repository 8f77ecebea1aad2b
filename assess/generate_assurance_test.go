package assess_test

import (
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// What a service is assured by: suppliers, obligations, the data-protection screen, frameworks with answers to them, and
// who answers for what. Dates lie around the moment of judgement, on both sides of it.

// near draws a day within some weeks of today, on either side, or none.
func (g *gen) near() civil.Date {
	if g.often(2) {
		return civil.Date{}
	}
	return g.past(-40, 40)
}

func (g *gen) artefact(of10 int) model.Artefact {
	if !g.often(of10) {
		return model.Artefact{}
	}
	return model.Artefact{Title: "Document", Version: one(g, "1", ""), Date: g.past(-5, 100), Location: "https://kept.example", ValidUntil: one(g, civil.Date{}, civil.Date{}, g.near()), ReviewBy: one(g, civil.Date{}, g.near())}
}

// dates gives dates of their own to what a team writes: what it assumes, tests and plans that are to be looked at again,
// capabilities that are to be tried, and components that are mended until a day.
func (g *gen) dates(s *model.Service) {
	for i := range g.int(0, 1) {
		s.Assumptions = append(s.Assumptions, model.Assumption{ID: ident.ID("as" + strconv.Itoa(i)), Text: "It is so", ValidUntil: one(g, civil.Moment{}, g.moment(-30, 30))})
	}
	for i := range g.int(0, 1) {
		s.Assurance.Tests = append(s.Assurance.Tests, model.Test{ID: ident.ID("te" + strconv.Itoa(i)), Title: "Test", Due: g.near()})
	}
	for i := range s.Architecture.Components {
		if g.often(1) {
			s.Architecture.Components[i].SupportedUntil = g.near()
		}
	}
	s.Plan.Strategy, s.Context.DataProtection.Assessment = g.artefact(2), g.artefact(2)
	if g.often(3) {
		every, _ := civil.ParsePeriod("P1M")
		s.Operation.Recover.Exercised, s.Operation.Recover.Every = g.past(0, 60), every
	}
}

func (g *gen) suppliers(p plan) (out []model.Engagement) {
	for i := range one(g, 1, 2, 0, 3) {
		out = append(out, g.engagement(ident.ID("s"+strconv.Itoa(i)), p))
	}
	return out
}

func (g *gen) engagement(id ident.ID, p plan) model.Engagement {
	e := model.Engagement{ID: id, Name: "Supplier", Data: some(g, p.data, 5), Until: g.near(), RiskReport: g.artefact(3), ExitPlan: g.artefact(3)}
	e.Assessment = model.SupplierRisk{
		Profile:       one[model.CyberProfile](g, "", "level-1", "very-low", "not-applicable", "level-0", "high"),
		Questionnaire: one[model.MetOrNot](g, "met", "not-met", ""), PlanAccepted: g.attribute(), Statement: g.artefact(3),
	}
	for i := range g.int(0, 2) {
		e.Certificates = append(e.Certificates, model.Certificate{ID: ident.ID("cert" + strconv.Itoa(i)), Scheme: "Scheme", Until: g.near()})
	}
	for _, c := range some(g, []ident.ID{"defcon-658", "gen-clause", "data-return"}, 5) {
		e.Clauses = append(e.Clauses, model.Clause{ID: c, Present: g.attribute()})
	}
	for i := range g.int(0, 1) {
		e.Responses = append(e.Responses, model.Response{ID: ident.ID("req" + strconv.Itoa(i)), Answer: one(g, model.IsMet, model.Partly, model.NotMet, "")})
	}
	for i := range g.int(0, 1) {
		e.FlowDown = append(e.FlowDown, model.Subcontract{ID: ident.ID("sub" + strconv.Itoa(i)), Name: "Subcontractor", Required: g.attribute()})
	}
	for i := range g.int(0, 1) {
		e.Products = append(e.Products, model.Product{ID: ident.ID("prod" + strconv.Itoa(i)), Name: "Product", Reviewed: one(g, civil.Date{}, g.past(-20, 200))})
	}
	return e
}

// obligations draws what the team says of obligations: of the matrix, of the generated pack, and of its own.
func (g *gen) obligations() (out []model.Obligation) {
	for _, id := range some(g, []ident.ID{"uk-gdpr", "pci-dss", "gen-o0", "gen-o1", "ours"}, 3) {
		out = append(out, model.Obligation{ID: id, Name: "Obligation", Kind: one[model.ObligationKind](g, "law", "policy", "contract"), Applies: g.attribute(), Justification: one(g, "", "So it is")})
	}
	return out
}

func (g *gen) screen() model.DataProtection {
	return model.DataProtection{
		Tracking: g.attribute(), Profiling: g.attribute(), InnovativeTechnology: g.attribute(), AutomatedDecisions: g.attribute(),
		Matching: g.attribute(), InvisibleProcessing: g.attribute(), PublicMonitoring: g.attribute(), PhysicalHarm: g.attribute(),
	}
}

// duties draws who answers for what: for roles that are held, that were held, and that nobody was ever appointed to.
func (g *gen) duties() (out []model.Duty) {
	for _, a := range some(g, []ident.ID{"risk-assessment", "threat-modelling", "obligations", "our-own"}, 4) {
		d := model.Duty{Activity: a, Accountable: []string{string(one(g, append([]ident.ID{"nobody"}, roles...)...))}}
		for _, r := range some(g, []string{"security-lead", "delivery-manager", "architect"}, 4) {
			d.Supportive = append(d.Supportive, r)
			if g.often(5) {
				d.Informed = append(d.Informed, r)
			}
		}
		out = append(out, d)
	}
	return out
}

// choices draws frameworks: in one version or several, with and without a profile, one twice, one that nobody knows.
func (g *gen) choices(lib *library.Library) (out []model.Choice) {
	all := []model.Choice{
		{Framework: "gen", Version: "2", Profile: "least"},
		{Framework: "ncsc-caf", Version: "4.0"},
		{Framework: "ncsc-caf", Version: "3.2", Profile: "baseline"},
		{Framework: "gen", Version: "1", Profile: "least"},
		{Framework: "ncsc-caf", Version: "3.2", Profile: "enhanced"},
		{Framework: "cyber-essentials"},
		{Framework: "ncsc-caf"},
		{Framework: "unheard-of"},
	}
	for i, c := range some(g, all, 2) {
		if c.Framework == "gen" && lib.Framework("gen", c.Version) == nil && g.often(8) {
			continue
		}
		c.ID = ident.ID("choice" + strconv.Itoa(i))
		if g.often(1) {
			c.Profile = "no-such-" + string(c.ID)
		}
		out = append(out, c)
	}
	return out
}

// requirementAnswers answers some requirements of what was chosen, in that version and in others that the library holds.
func (g *gen) requirementAnswers(lib *library.Library, choices []model.Choice) (out []model.Answer) {
	for i := range lib.Frameworks {
		f := lib.Frameworks[i].Item
		if !slices.ContainsFunc(choices, func(c model.Choice) bool { return c.Framework == f.ID }) {
			continue
		}
		answered := map[string]bool{}
		for range g.int(0, 6) {
			r := &f.Requirements[g.int(0, len(f.Requirements)-1)]
			if r.Group == model.Yes || answered[r.ID] {
				continue
			}
			answered[r.ID] = true
			out = append(out, g.requirementAnswer(ident.ID("ra"+strconv.Itoa(len(out))), f, r))
		}
	}
	return out
}

func (g *gen) requirementAnswer(id ident.ID, f *library.Framework, r *library.Requirement) model.Answer {
	a := model.Answer{ID: id, Framework: f.ID, Version: f.Version, Requirement: r.ID, Sentence: "So it is", By: one(g, "service-owner", "service-owner", ""), Date: one(g, civil.Date{}, civil.Date{}, g.past(-20, 200))}
	levels := f.Levels
	if len(levels) == 0 {
		levels = []ident.ID{"not-met", "partly", "met"}
	}
	for _, in := range r.Indicators {
		if g.often(6) {
			a.Indicators = append(a.Indicators, model.Ticks{Level: in.Level, Ticked: one(g, 0, in.Of, g.int(0, in.Of)), Of: one(g, 0, in.Of)})
		}
	}
	switch {
	case len(a.Indicators) > 0:
	case g.often(4):
		a.Answer = one(g, model.IsMet, model.Partly, model.NotMet)
	default:
		a.Level = one(g, append(slices.Clone(levels), "no-such-level")...)
	}
	if g.often(3) {
		a.Reviewed = model.Reviewed{Level: one(g, append(slices.Clone(levels), "")...), By: "reviewer", Date: g.past(-5, 100)}
	}
	return a
}
