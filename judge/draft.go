package judge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// draft fills the basis of a decision from the facts as they are now.
func draft(j *judging, d decision.Decision) (decision.Decision, error) {
	if d.Kind == decision.Retraction || d.Kind == decision.Lapse {
		return j.draftAgainst(d)
	}
	if d.Kind == decision.Acceptance {
		d.StandingOn = cmp.Or(d.StandingOn, library.ByEvidenced) // what is recorded as borne is what was drafted
	}
	rule, ok := decision.RuleFor(d.Kind, d.Of)
	if !ok {
		return d, fault.New(fault.Invalid, "there is no basis rule for %s", d.Kind)
	}
	facts, gone := j.factsFor(&d)
	if gone {
		return d, fault.New(fault.NotFound, "there is nothing called %s to decide about", d.Subject[0])
	}
	d.Basis = decision.Basis{Rule: rule.Name, Fields: []decision.Field{}}
	for _, spec := range rule.Specs {
		if stem, many := strings.CutSuffix(spec.Path, "*"); many {
			for _, f := range facts {
				if strings.HasPrefix(f.Path, stem) {
					d.Basis.Fields = append(d.Basis.Fields, decision.Field{Path: f.Path, Value: f.Value, Cmp: spec.Cmp})
				}
			}
			continue
		}
		now, _ := facts.Find(spec.Path)
		d.Basis.Fields = append(d.Basis.Fields, decision.Field{Path: spec.Path, Value: now.Value, Cmp: spec.Cmp})
	}
	slices.SortFunc(d.Basis.Fields, func(a, b decision.Field) int { return cmp.Compare(a.Path, b.Path) })
	return d, nil
}

// draftAgainst drafts what does something to another decision: it rests on nothing but that there is such a decision.
func (j *judging) draftAgainst(d decision.Decision) (decision.Decision, error) {
	for i := range j.decided {
		if d.Subject[0].Path == string(j.decided[i].ID) {
			return d, nil
		}
	}
	return d, fault.New(fault.NotFound, "there is no decision called %s", d.Subject[0].Path)
}

// factsFor runs the stages that a kind of decision rests on and gives its facts.
func (j *judging) factsFor(d *decision.Decision) (decision.Facts, bool) {
	context, threats := j.context(), j.candidates()
	context.demands(threats)
	states := j.controlStates(context)
	tailored := j.tailorings(context, states)
	controls := j.controls(context, threats, states, tailored)
	f := j.findings(context)
	residuals := j.residuals(controls)
	acceptances := j.acceptances(context, f, controls, residuals)
	risks := j.standings(context, residuals, acceptances, nil)
	id := ident.ID(d.Subject[0].Path)
	switch d.Kind {
	case decision.Acceptance:
		return j.riskFacts(id, d.StandingOn, d.Compensating, context, controls, residuals)
	case decision.FindingAcceptance:
		return j.findingFacts(id, context, f)
	case decision.Tailoring:
		return j.tailoringFacts(d, context, states)
	case decision.Exception, decision.Confirmation:
		return j.statementFacts(d, context, controls, risks)
	case decision.SignOff:
		switch d.Of {
		case decision.OfAppetite:
			return j.appetiteFacts(), false
		case decision.OfClassification:
			return j.registerFacts(context.result.Classification), false
		case decision.OfTier:
			return decision.Facts{{Path: "tier", Value: value(context.result.Tier.Value)}, {Path: "derived", Value: value(string(j.derived(context)))}}, false
		case decision.OfScope:
			return j.scopeFacts(), false
		}
		return j.eventFacts(d, context, risks), false
	}
	return nil, false
}

func (j *judging) derived(c *contexts) ident.ID {
	rank, _ := j.derivedTier(c)
	return j.library.Tiers[rank-1].ID
}

// Draft works out the record of a decision to be made: its subject, and every field that its rule binds, as it is now.
func Draft(in *Inputs, w *civil.Watch, d decision.Decision) (decision.Decision, error) {
	return draft(&judging{Inputs: in, watch: w}, d)
}
