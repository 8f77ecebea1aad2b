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
	context := j.context()
	candidates := j.candidates(context)
	findings := j.findings(context)
	states := j.controlStates(context)
	tailored := j.tailorings(context, states)
	controls := j.controls(context, candidates, states, tailored)
	threats := j.threats(candidates, controls)
	residuals := j.residuals(controls)
	acceptances := j.acceptances(context, findings, controls, residuals)
	borne := j.borne(findings, acceptances)
	risks := j.standings(context, residuals, acceptances)
	exceptions := j.exceptions(context, controls, risks)
	activities := j.activities(context)
	areas := j.areas(activities)
	principles := j.principles(controls, activities, exceptions)
	decisions := j.decisions(context, tailored, acceptances, exceptions, risks)
	counts := j.measure(context, borne, controls, risks, activities, principles, decisions)
	out := &Judgement{
		Service: j.service().Service.ID, Marking: context.marking(), Inputs: j.stamp(), Context: context.public(),
		Profiles: j.profiles(counts), Areas: areas, Activities: activities, Controls: controls.list, Threats: threats, Paths: []Path{},
		Findings: borne.public(), Risks: risks.list, Principles: principles.list, Frameworks: j.frameworks(), Gates: j.gates(counts, decisions), Decisions: decisions.list,
	}
	out.Evidence = j.uses(controls, borne)
	out.Changes = j.changes(out)
	return out
}

// judging is one judgement under way: the inputs and the watch. It holds no result of any stage.
type judging struct {
	*Inputs
	watch *civil.Watch
}
