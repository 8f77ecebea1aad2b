package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// verdicts are the states of some decisions, by place.
type verdicts struct {
	at   map[int]decision.Verdict
	list []Decision
}

func newVerdicts() *verdicts { return &verdicts{at: map[int]decision.Verdict{}} }

// verdict judges one decision by its facts and by what other records do to it.
func (j *judging) verdict(i int, facts decision.Facts, gone bool) decision.Verdict {
	d := &j.decided[i]
	v := decision.Judge(d, facts, gone, j.authority[i], j.setting())
	if j.supposed != nil && slices.Contains(j.supposed.Renewed, d.ID) && !gone {
		return decision.Verdict{State: decision.Holds, Code: decision.CodeHolds, Attested: v.Attested}
	}
	if v.State == decision.Proposed {
		return v
	}
	if left, is := decision.Left(d, j.org, j.Matter(d), j.zone, j.watch); is {
		v = decision.Reconfirm(v, d, left, j.setting())
	}
	counts := j.counts
	if d.Kind == decision.SignOff && v.Attested {
		counts = j.countsSigned
	}
	over, is := decision.Overtaken(d, j.decided, counts)
	if !is || d.Kind.Event() && over.State == decision.Lapsed { // what happened does not lapse
		return v
	}
	over.Attested = v.Attested
	return over
}

// countsSigned says the same of what does something to a sign-off that was attested. That may have made things stricter,
// so that a record in a file, which anybody in the team can write, does not undo it.
func (j *judging) countsSigned(d *decision.Decision) bool {
	i, found := j.find(d.ID)
	return found && j.authority[i].Attested && j.counts(d)
}

// counts says whether a record that does something to another was made by now, by somebody with the authority.
func (j *judging) counts(d *decision.Decision) bool {
	i, found := j.find(d.ID)
	return found && j.authority[i].Granted && j.watch.Reached(j.zone.From(d.Made))
}

func (j *judging) find(id ident.ID) (int, bool) {
	return slices.BinarySearchFunc(j.decided, id, func(a decision.Decision, id ident.ID) int { return cmp.Compare(a.ID, id) })
}

// acceptances is stage 7 for risks and findings that somebody bears.
func (j *judging) acceptances(c *contexts, f *findings, controls *controls, residuals []residual) *verdicts {
	v := newVerdicts()
	for i := range j.decided {
		d := &j.decided[i]
		switch d.Kind {
		case decision.Acceptance:
			facts, gone := j.keptFacts(d, c, controls, residuals)
			v.at[i] = j.verdict(i, facts, gone)
		case decision.FindingAcceptance:
			facts, gone := j.findingFacts(ident.ID(d.Subject[0].Path), c, f)
			v.at[i] = j.verdict(i, facts, gone)
		}
	}
	return v
}

// exceptions is stage 7 for what rests on risks and controls: exceptions from a principle, and confirmed answers.
func (j *judging) exceptions(c *contexts, controls *controls, risks *risks) *verdicts {
	v := newVerdicts()
	for i := range j.decided {
		d := &j.decided[i]
		if d.Kind != decision.Exception && d.Kind != decision.Confirmation {
			continue
		}
		facts, gone := j.statementFacts(d, c, controls, risks)
		v.at[i] = j.verdict(i, facts, gone)
	}
	return v
}

// decisions gathers the states of all decisions, and judges the events that nothing rested on.
func (j *judging) decisions(c *contexts, tailored, acceptances, exceptions *verdicts, risks *risks) *verdicts {
	all := &verdicts{at: map[int]decision.Verdict{}, list: make([]Decision, 0, len(j.decided)+len(j.clashes))}
	for i := range j.decided {
		v, is := tailored.at[i]
		for _, from := range []map[int]decision.Verdict{acceptances.at, exceptions.at, c.signoffs} {
			if !is {
				v, is = from[i]
			}
		}
		if !is {
			v = j.verdict(i, j.eventFacts(&j.decided[i], c, risks), false)
		}
		all.at[i] = v
		all.list = append(all.list, j.stateOf(&j.decided[i], v))
	}
	for _, id := range j.clashes {
		why := because("decision.two-contents", nil, Arg{"id", string(id)})
		all.list = append(all.list, Decision{ID: id, State: string(decision.Proposed), Subject: []ident.Ref{}, Cause: &why})
	}
	slices.SortStableFunc(all.list, func(a, b Decision) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (j *judging) stateOf(d *decision.Decision, v decision.Verdict) Decision {
	out := Decision{ID: d.ID, Kind: string(d.Kind), Subject: d.Subject, State: string(v.State), Attested: v.Attested, Since: v.Since, Until: v.Until}
	if v.State == decision.Holds && v.Code == decision.CodeHolds {
		return out
	}
	why := because(string(v.Code), refs(decisionRef(d.ID)), Arg{"field", v.Field}, Arg{"was", v.Was}, Arg{"now", v.Is}, Arg{"other", string(v.Other)}, Arg{"missing", v.Detail}, Arg{"until", j.day(v.Until)})
	out.Cause = &why
	return out
}
