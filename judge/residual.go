package judge

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// residual is the result of stage 6 for one risk.
type residual struct {
	judged              bool
	claimed, evidenced  model.Judgement
	target              model.Judgement
	reasons             []Reason
	unclaimed, unproven []ident.ID // controls relied on that do not count, as claimed and as evidenced
}

// residuals is stage 6: the team's judgement, discounted. A risk comes down from its inherent level only by the steps of
// controls that count, and never below the residual that the team judged with all of them working. So a control that is
// not shown to work hands its steps back, and a lower residual that names no control for a step does not have that step.
func (j *judging) residuals(controls *controls) []residual {
	s := j.service()
	out := make([]residual, len(s.Risks))
	for i := range s.Risks {
		out[i] = j.residual(&s.Risks[i], controls)
	}
	return out
}

func (j *judging) residual(r *model.Risk, controls *controls) residual {
	self := ident.Ref{Kind: ident.KindClaim, Path: "/risks/" + string(r.ID)}
	if !r.Inherent.Known() {
		return residual{reasons: []Reason{because("risk.not-judged", refs(self))}}
	}
	out := residual{judged: true, target: orElse(r.Target, r.Inherent)}
	floor := orElse(r.Residual, r.Inherent)
	if !r.Residual.Known() {
		out.reasons = append(out.reasons, because("risk.residual-not-judged", refs(self)))
	}
	var claimed, evidenced steps
	for i := range r.Controls {
		link := &r.Controls[i]
		isClaimed, isEvidenced, _ := controls.worksOn(j, link.Control, j.placesOf(r))
		if isClaimed {
			claimed.add(link)
		} else {
			out.unclaimed = append(out.unclaimed, link.Control)
		}
		if isEvidenced {
			evidenced.add(link)
		} else {
			out.unproven = append(out.unproven, link.Control)
		}
	}
	out.claimed = claimed.lower(r.Inherent, floor)
	out.evidenced = evidenced.lower(r.Inherent, floor)
	out.reasons = append(out.reasons, j.discounted(r, &out, self)...)
	return out
}

// placesOf gives the components where a risk is: every one that the service answers for where nobody said, since it may
// be any of them.
func (j *judging) placesOf(r *model.Risk) []ident.ID {
	if len(r.Components) > 0 {
		return r.Components
	}
	return j.own
}

// lately gives the residual as evidenced, with the steps of controls whose evidence has only gone out of date, as far as
// something else tells that of them.
func (j *judging) lately(r *model.Risk, controls *controls, told func(ident.ID) bool) model.Judgement {
	var shown steps
	for i := range r.Controls {
		link := &r.Controls[i]
		claimed, evidenced, _ := controls.worksOn(j, link.Control, j.placesOf(r))
		_, stale := j.staleSince(link.Control, controls.states)
		if evidenced || claimed && stale && told(link.Control) {
			shown.add(link)
		}
	}
	return shown.lower(r.Inherent, orElse(r.Residual, r.Inherent))
}

// orElse takes each level that was judged, and the other's where it was not.
func orElse(j, other model.Judgement) model.Judgement {
	if j.Likelihood == 0 {
		j.Likelihood = other.Likelihood
	}
	if (j.Impact == model.Impact{}) {
		j.Impact = other.Impact
	}
	return j
}

// steps are how far controls lower a risk: the likelihood, the impact on every axis, and on each.
type steps struct {
	likelihood, all int
	axis            [5]int
}

func (s *steps) add(link *model.Reliance) {
	switch link.Lowers {
	case "likelihood":
		s.likelihood += int(link.Steps)
	case "impact":
		s.all += int(link.Steps)
	default:
		for i, a := range model.Axes() {
			if string(a) == string(link.Lowers) {
				s.axis[i] += int(link.Steps)
			}
		}
	}
}

func (s *steps) lower(from, floor model.Judgement) model.Judgement {
	down := func(level, least model.Level, by int) model.Level {
		if level == 0 {
			return 0
		}
		return max(level-model.Level(by), least, 1)
	}
	return model.Judgement{Likelihood: down(from.Likelihood, floor.Likelihood, s.likelihood), Impact: model.Impact{
		Financial:    down(from.Impact.Financial, floor.Impact.Financial, s.all+s.axis[0]),
		Operational:  down(from.Impact.Operational, floor.Impact.Operational, s.all+s.axis[1]),
		Legal:        down(from.Impact.Legal, floor.Impact.Legal, s.all+s.axis[2]),
		Reputational: down(from.Impact.Reputational, floor.Impact.Reputational, s.all+s.axis[3]),
		Safety:       down(from.Impact.Safety, floor.Impact.Safety, s.all+s.axis[4]),
	}}
}

// discounted says which controls do not count, and where the team's residual names no control for a step.
func (j *judging) discounted(r *model.Risk, out *residual, self ident.Ref) (reasons []Reason) {
	for _, id := range out.unproven {
		code := "risk.control-not-evidenced"
		for _, un := range out.unclaimed {
			if un == id {
				code = "risk.control-not-in-place"
			}
		}
		reasons = append(reasons, because(code, refs(controlRef(id)), Arg{"control", string(id)}))
	}
	if r.Residual.Known() && len(out.unclaimed) == 0 && out.claimed != orElse(r.Residual, r.Inherent) {
		reasons = append(reasons, because("risk.unexplained-reduction", refs(self)))
	}
	return reasons
}

// level gives a judgement with its score and band.
func (j *judging) level(from model.Judgement) Level {
	if !from.Known() {
		return Level{}
	}
	out := Level{Likelihood: int(from.Likelihood), Axes: Axes{
		Financial: int(from.Impact.Financial), Operational: int(from.Impact.Operational), Legal: int(from.Impact.Legal),
		Reputational: int(from.Impact.Reputational), Safety: int(from.Impact.Safety),
	}}
	for _, a := range model.Axes() {
		out.Impact = max(out.Impact, int(from.Impact.On(a)))
	}
	out.Score = out.Likelihood * out.Impact
	out.Band = j.library.Band(out.Score)
	return out
}

func levelText(l model.Level) string {
	if l == 0 {
		return ""
	}
	return strconv.Itoa(int(l))
}
