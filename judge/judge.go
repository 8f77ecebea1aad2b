// Package judge works out a posture from the five inputs (claims, requirements, evidence, decisions, intelligence) and a
// time, always assuming that software and data will be attacked and perhaps compromised.
//
// It is a row of stages. Each is a function whose parameters are the results of earlier stages, so that a circle does not
// compile, and a file each: context, threats, findings, controls, residual risk, decisions, standing, activities, answers,
// profiles and gates. Everything that comes out has reasons, and a reason names only inputs or the results of an earlier
// stage.
//
// It promises: the same inputs and moment give the same judgement; a claim alone is never more than claimed; passing
// evidence never raises a residual; unknown is never shown as good; nothing that a team writes lowers its tier, raises its
// appetite or appoints an approver. It never reads a clock, a file or the order of a map: the moment comes as a watch that
// records what it is compared with, which is what tells how long the judgement holds.
package judge

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
)

// Judge judges prepared inputs at the moment of the watch.
func Judge(in *Inputs, w *civil.Watch) *Judgement {
	j := &judging{Inputs: in, watch: w}
	return j.judgement(j.run(nil))
}

// stages are the results of the stages, in their order.
type stages struct {
	context     *contexts
	candidates  candidates
	findings    *findings
	states      []claimState
	tailored    *verdicts
	controls    *controls
	threats     []Threat // before it is known which risks are accepted
	borneThreat []Threat
	attack      *Attack
	residuals   []residual
	acceptances *verdicts
	borne       *findings
	risks       *risks
	exceptions  *verdicts
	activities  []Activity
	principles  *principles
	frameworks  []Framework
	suppliers   []Supplier
	decisions   *verdicts
	counts      *counted
}

// run works out the stages. With a base it takes over those that what is supposed does not touch: see touches.
func (j *judging) run(base *stages) *stages {
	t := j.touches(base)
	s := j.first(base, t)
	if t.controls {
		s.tailored = j.tailorings(s.context, s.states)
		onlyControls := base != nil && !t.context && s.tailored.same(base.tailored) && len(j.supposed.Compromised) == 0
		if onlyControls {
			s.controls = j.supposeControls(base.controls, s.states, s.tailored)
		} else {
			s.controls = j.controls(s.context, s.candidates, s.states, s.tailored)
		}
		works := j.works(s.controls)
		if onlyControls {
			s.threats, s.attack = j.supposeThreats(base.threats, s.candidates, works), j.attack(works, base.attack)
		} else {
			s.threats, s.attack = j.threats(s.candidates, works), j.attack(works, nil)
		}
		s.residuals = j.residuals(s.controls)
		s.frameworks = j.frameworks(s.controls)
	}
	if t.acceptances {
		s.acceptances = j.acceptances(s.context, s.findings, s.controls, s.residuals)
	}
	if t.findings {
		s.borne = j.borne(s.findings, s.acceptances)
	}
	if t.risks {
		s.risks = j.standings(s.context, s.residuals, s.acceptances, s.attack)
		s.borneThreat = j.borneThreats(s.threats, s.risks)
		s.exceptions = j.exceptions(s.context, s.controls, s.risks)
		s.decisions = j.decisions(s.context, s.tailored, s.acceptances, s.exceptions, s.risks)
	}
	if t.activities {
		s.activities = j.activities(s.context)
	}
	if t.principles {
		s.principles = j.principles(s.controls, s.activities, s.exceptions)
	}
	s.counts = j.measure(s)
	return s
}

// first gives the stages that rest on no control.
func (j *judging) first(base *stages, t touches) *stages {
	s := &stages{}
	if base != nil {
		*s = *base
	}
	if t.context {
		s.context = j.context()
		if base == nil {
			s.candidates = j.candidates()
		}
		s.context.demands(s.candidates)
	}
	if base == nil {
		s.findings, s.states, s.suppliers = j.findings(s.context), j.controlStates(s.context), j.suppliers()
	}
	if j.supposed != nil {
		s.context, s.findings, s.states = j.supposeSaid(s.context), j.supposeFindings(s.findings), j.supposeStates(s.context, s.states)
	}
	return s
}

// judgement puts the results together.
func (j *judging) judgement(s *stages) *Judgement {
	out := &Judgement{
		Service: j.service().Service.ID, Marking: s.context.marking(), Inputs: j.stamp(), Context: s.context.public(),
		Profiles: j.profiles(s.counts), Areas: j.areas(s.activities), Activities: s.activities, Controls: s.controls.list, Threats: s.borneThreat, Archived: j.archived(), Paths: j.paths(s.attack),
		Findings: s.borne.public(), Suppliers: s.suppliers, Duties: j.listDuties(), Risks: s.risks.list, Principles: s.principles.list, Frameworks: s.frameworks,
		Gates: j.gates(s.counts, s.decisions), Decisions: s.decisions.list, Measures: s.counts.list(),
	}
	out.Evidence = j.uses(s.controls, s.borne)
	out.Changes, out.Notices = j.changes(out, s.controls)
	return out
}

// judging is one judgement under way: the inputs and the watch. It holds no result of any stage.
type judging struct {
	*Inputs
	watch *civil.Watch
}
