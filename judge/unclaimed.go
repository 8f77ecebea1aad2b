package judge

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// unclaimed gives the components on which a control of the library could be and that no claim of it names. It counts at
// the first of the claims.
func (j *judging) unclaimed(id ident.ID, claim int, c *contexts, states []claimState) evidence.Cover {
	claims := j.controlAt[id]
	if len(claims) == 0 || claims[0] != claim {
		return nil
	}
	rest := j.universe(nil, j.library.Control(id), c)
	for _, i := range claims {
		rest.Less(states[i].universe)
	}
	return rest
}

// absent judges a control that nobody claims.
func (j *judging) absent(req *demand, weight Weight, tailored *verdicts, c *contexts) Control {
	cat := j.library.Control(req.control)
	out := Control{ID: req.control, Control: req.control, Title: string(req.control), Origin: model.Own, Weight: weight, Applicability: Applicable, State: Missing}
	if cat != nil {
		out.Title = cat.Title
	}
	why := req.why.Because
	out.Reasons = []Reason{req.why}
	where := j.universe(nil, cat, c)
	all := where.Count()
	if by := j.putAside(req.control, tailored, where); by != "" {
		out.Components = Share{0, all}
		return notApplicable(out, because("control.tailored", refs(decisionRef(by)), Arg{"decision", string(by)}))
	}
	if where.Empty() {
		if len(j.service().Architecture.Components) == 0 {
			out.Applicability, out.State = UnknownApplicability, Unknown
			out.Reasons = append(out.Reasons, because("control.no-components", refs(ident.Claim("service"))))
			if j.unclaimedEvidence(&out, cat); out.State == Failing { // it was seen somewhere
				out.Applicability = Applicable
			}
			return out
		}
		return notApplicable(out, because("control.nothing-to-protect", refs(ident.Claim("architecture"))))
	}
	out.Components = Share{0, where.Count()} // without what was put aside
	if j.supposed != nil && slices.Contains(j.supposed.With, req.control) {
		out.State, out.Components.N = Evidenced, where.Count()
		out.Reasons = append(out.Reasons, because("control.supposed-shown", why))
		return out
	}
	out.Reasons = append(out.Reasons, because("control.missing", why))
	j.unclaimedEvidence(&out, cat)
	return out
}

// unclaimedEvidence says what evidence there is of a control that nobody claims: a failure stays one when the claim is
// taken away.
func (j *judging) unclaimedEvidence(out *Control, cat *library.Control) {
	items := j.orphans[out.ID]
	if len(items) == 0 {
		return
	}
	checks := j.checksOf(cat)
	var fails []ident.ID
	for i := range checks {
		fails = append(fails, evidence.Fold(&checks[i], j.places(), items, j.watch, j.zone).Fails...)
	}
	if sortUnique(&fails); len(fails) > 0 {
		out.State = Failing
		out.Reasons = append(out.Reasons, because("control.failing", some(fails), Arg{"evidence", string(fails[0])}, Arg{"n", num(len(fails))}))
		return
	}
	out.Reasons = append(out.Reasons, because("control.evidence-without-claim", refs(evidenceRef(items[0].Record.ID)), Arg{"evidence", string(items[0].Record.ID)}))
}

// forgotten gives the controls that nobody requires or claims, and that evidence shows not to work.
func (j *judging) forgotten(listed func(ident.ID) bool) (out []Control) {
	for _, id := range sortedKeys(j.orphans) {
		if listed(id) {
			continue
		}
		cat := j.library.Control(id)
		c := Control{ID: id, Title: string(id), Origin: model.Own, Weight: Chosen, Applicability: Applicable, State: Missing, Components: Share{0, 1}}
		if cat != nil {
			c.Control, c.Title = cat.ID, cat.Title
		}
		if j.unclaimedEvidence(&c, cat); c.State == Failing {
			out = append(out, c)
		}
	}
	return out
}
