package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// counted is what profiles and gates ask about: for each measure, what it counts and of how many.
type counted struct {
	found map[library.Measure][]counting
	of    map[library.Measure]int
	score int // of all residual risks together
}

// counting is one thing that counts, and as what.
type counting struct {
	ref ident.Ref
	as  library.Measure
}

// measure counts what profiles and gates ask about.
func (j *judging) measure(s *stages) *counted {
	c, f, controls, risks, activities, principles, decisions := s.context, s.borne, s.controls, s.risks, s.activities, s.principles, s.decisions
	m := &counted{found: map[library.Measure][]counting{}, of: map[library.Measure]int{}}
	m.services(s)
	m.threats(j, s)
	for i := range activities {
		a := &activities[i]
		m.count(library.OverdueActivities, activityRef(a.ID), a.Standing == Overdue)
		m.count(library.DueActivities, activityRef(a.ID), a.Standing == Due || a.Standing == Reopened || a.Standing == EstablishBy || a.Standing == UnknownWhen)
		if a.Standing == Overdue { // and so no less than due
			m.found[library.DueActivities] = append(m.found[library.DueActivities], counting{activityRef(a.ID), library.OverdueActivities})
		}
	}
	for i := range risks.list {
		r := &risks.list[i]
		m.count(library.RisksAbove, riskRef(r.ID), r.Standing == Above || r.Standing == Escalated)
		m.count(library.RisksUnjudged, riskRef(r.ID), r.Standing == Unjudged)
		if r.Standing == Unjudged { // nobody knows that it is not above: to judge fewer risks must not look better
			m.found[library.RisksAbove] = append(m.found[library.RisksAbove], counting{riskRef(r.ID), library.RisksUnjudged})
		}
	}
	for i := range controls.list {
		k := &controls.list[i]
		if k.Applicability == NotApplicable {
			continue
		}
		m.count(library.ControlsFailing, controlRef(k.ID), k.State == Failing)
		if k.Weight == RequiredWeight {
			m.count(library.ControlsNotClaimed, controlRef(k.ID), k.State == Missing || k.State == Planned || k.State == Unknown || k.State == Failing)
			m.count(library.ControlsNotEvidenced, controlRef(k.ID), k.State != Evidenced)
		}
	}
	for i := range f.open {
		m.count(library.FindingsOverdue, findingRef(f.open[i].ID), f.open[i].Overdue)
	}
	for i := range decisions.list {
		m.count(library.DecisionsLapsed, decisionRef(decisions.list[i].ID), decisions.list[i].State == string(decision.Lapsed))
	}
	for i := range principles.list {
		p := &principles.list[i]
		for k := range p.Statements {
			m.count(library.StatementsUnanswered, ident.To(ident.KindPrinciple, string(p.ID)), p.Statements[k].Standing == Unanswered)
		}
	}
	for i := range c.result.Unknowns {
		m.count(library.ContextUnknown, c.result.Unknowns[i].ID, true)
	}
	for name, s := range map[string]Signed{"tier": c.result.Tier, "appetite": c.result.Appetite, "register": c.result.Register, "scope": c.result.Scope} {
		m.count(library.ContextProposed, ident.To(ident.KindContext, name), s.State != "signed")
	}
	slices.SortFunc(m.found[library.ContextProposed], func(a, b counting) int { return a.ref.Compare(b.ref) })
	return m
}

// worst is the score that a risk which nobody has judged is taken to have.
const worst = 25

// services counts what is about frameworks and suppliers, and adds up the scores of the risks.
func (m *counted) services(s *stages) {
	for i := range s.frameworks {
		f := &s.frameworks[i]
		for k := range f.Requirements {
			if r := &f.Requirements[k]; r.Meets != MeetsNoMinimum {
				m.count(library.RequirementsBelow, r.Ref, r.Meets == MeetsNo)
			}
		}
	}
	for i := range s.suppliers {
		e := &s.suppliers[i]
		m.count(library.SuppliersBlocked, supplierClaim(e.ID), e.Standing == SupplierBlocked)
	}
	for i := range s.risks.list {
		r := &s.risks.list[i]
		m.of[library.ResidualScore] += worst
		if r.Standing == Unjudged {
			m.score += worst
		} else {
			m.score += r.ResidualEvidenced.Score
		}
	}
}

// Measured is how many of something there are, of how many there could be.
type Measured struct {
	Measure library.Measure `json:"measure"`
	N       int             `json:"n"`
	Of      int             `json:"of"`
}

// list gives what was counted, in order of name.
func (m *counted) list() []Measured {
	words := library.Measure("").Words()
	out := make([]Measured, 0, len(words))
	for _, w := range words {
		measure := library.Measure(w.Name)
		n := len(m.found[measure])
		if measure == library.ResidualScore {
			n = m.score
		}
		out = append(out, Measured{measure, n, m.of[measure]})
	}
	slices.SortFunc(out, func(a, b Measured) int { return cmp.Compare(a.Measure, b.Measure) })
	return out
}

func (m *counted) count(what library.Measure, ref ident.Ref, is bool) {
	m.of[what]++
	if is {
		m.found[what] = append(m.found[what], counting{ref, what})
	}
}

// obstacles gives what stands in the way of an ask; none when it is met.
func (j *judging) obstacles(ask *library.Ask, m *counted, stage int) []Obstacle {
	if ask.From != "" && stage > 0 && stage < j.library.Stage(ask.From) { // in a phase that is not known all is asked
		return nil
	}
	found := m.found[ask.Measure]
	allowed := ask.AtMost
	if ask.Percent > 0 {
		allowed = m.of[ask.Measure] * ask.Percent / 100
	}
	if len(found) <= allowed {
		return nil
	}
	out := make([]Obstacle, 0, len(found))
	for _, f := range found {
		out = append(out, Obstacle{ID: f.ref, Reason: because("obstacle."+string(f.as), refs(f.ref), Arg{"id", f.ref.Path}, Arg{"n", num(len(found))}, Arg{"allowed", num(allowed)})})
	}
	return out
}

// more adds what stands in the way and is not there yet.
func more(way, found []Obstacle) []Obstacle {
	before := len(way)
	if before == 0 && len(found) > 0 {
		return found
	}
	for i := range found {
		there := slices.ContainsFunc(way[:before], func(o Obstacle) bool { return o.ID == found[i].ID && o.Reason.Code == found[i].Reason.Code })
		if !there {
			way = append(way, found[i])
		}
	}
	return way
}

// profiles gives for each profile the highest level all of whose asks are met, and what stands in the way of the next. A
// service about which nothing is known reaches no level by having nothing.
func (j *judging) profiles(m *counted) []ProfileResult {
	s := j.service()
	stage := j.library.Stage(s.Service.Phase)
	out := make([]ProfileResult, 0, len(j.library.Profiles))
	for i := range j.library.Profiles {
		e := &j.library.Profiles[i]
		r := ProfileResult{Scheme: e.Item.ID, Phase: s.Service.Phase, Rule: e.Ref, Official: false, InTheWay: []Obstacle{}}
		for k := range e.Item.Levels {
			level := &e.Item.Levels[k]
			var way []Obstacle
			for a := range level.Asks {
				way = more(way, j.obstacles(&level.Asks[a], m, stage))
			}
			if len(way) == 0 {
				r.Level = level.ID
				break
			}
			r.InTheWay = way // of the level just above the one that is reached
		}
		out = append(out, r)
	}
	return out
}

// gates gives for each gate that exists at the moment whether the service is ready for it, and what is missing.
func (j *judging) gates(m *counted, decisions *verdicts) []Gate {
	out := []Gate{}
	stage := j.library.Stage(j.service().Service.Phase)
	for i := range j.library.Gates {
		g := j.library.Gates[i].Item
		if !j.inLifecycle(g.Lifecycle) || !j.watch.Within(j.zone.Start(g.From), j.zone.End(g.Until)) {
			continue
		}
		r := Gate{ID: g.ID, Title: g.Title, From: g.From, Until: g.Until, InTheWay: []Obstacle{}}
		for a := range g.Asks {
			r.InTheWay = more(r.InTheWay, j.obstacles(&g.Asks[a], m, max(stage, j.library.Stage(g.Before))))
		}
		r.Behind = stage > j.library.Stage(g.Before)
		r.Ready = len(r.InTheWay) == 0
		r.Passed = j.signedFor(g.ID, decisions)
		if g.SignOff == "yes" && r.Ready && !r.Passed {
			r.InTheWay = append(r.InTheWay, Obstacle{ID: ident.To(ident.KindGate, string(g.ID)), Reason: because("obstacle.no-sign-off", refs(j.library.Gates[i].Ref), Arg{"gate", string(g.ID)})})
		}
		out = append(out, r)
	}
	return out
}

// signedFor says whether a gate's sign-off happened, attested: what a file says of itself opens no gate. A gate once passed
// stays passed.
func (j *judging) signedFor(gate ident.ID, decisions *verdicts) bool {
	for i := range j.decided {
		d := &j.decided[i]
		if d.Kind != decision.SignOff || d.Of != decision.OfGate && d.Of != decision.OfGoLive {
			continue
		}
		for _, ref := range d.Subject {
			if ref.Kind == ident.KindGate && ref.Path == string(gate) && decisions.at[i].State == decision.Holds && decisions.at[i].Attested {
				return true
			}
		}
	}
	return false
}
