package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// controls is the result of stage 4.
type controls struct {
	list      []Control
	states    []claimState
	byID      map[ident.ID]int  // place in list
	suggested []*demand         // by threats, in order of id
	partial   map[ident.ID]bool // controls of the library that no claim has on some component where they could be
	within    *contexts         // what they were judged in
}

// controls is stage 4: what is required, and for each control and component its applicability, origin and state.
func (j *judging) controls(c *contexts, threats candidates, states []claimState, tailored *verdicts) *controls {
	s := j.service()
	out := &controls{states: states, within: c, byID: map[ident.ID]int{}, list: make([]Control, 0, len(s.Controls)+32)}
	required := c.required
	for i := range s.Controls {
		out.list = append(out.list, j.claim(i, out, tailored))
	}
	for _, id := range sortedKeys(required) {
		if len(j.controlAt[id]) == 0 {
			out.list = append(out.list, j.absent(required[id], RequiredWeight, tailored, c))
		}
	}
	out.suggested = threats.suggested
	out.list = append(out.list, j.forgotten(func(id ident.ID) bool { return required[id] != nil || out.suggests(id) != nil })...)
	for _, d := range threats.suggested {
		if required[d.control] == nil && len(j.controlAt[d.control]) == 0 {
			out.list = append(out.list, j.absent(d, Suggested, tailored, c))
		}
	}
	slices.SortFunc(out.list, func(a, b Control) int { return cmp.Compare(a.ID, b.ID) })
	for i := range out.list {
		out.byID[out.list[i].ID] = i
	}
	return out
}

// claim judges one claim of a control, and notes where it is not claimed.
func (j *judging) claim(i int, among *controls, tailored *verdicts) Control {
	claim, c := &j.service().Controls[i], among.within
	id := claim.Requires()
	req, missing := c.required[id], j.unclaimed(id, i, c, among.states)
	if req == nil {
		if missing != nil && j.putAside(id, tailored, missing) == "" && !missing.Empty() {
			among.partly(id)
		}
		missing = nil
	}
	return j.control(claim, &among.states[i], req, missing, tailored, c)
}

// partly notes that a control which nobody requires is not claimed everywhere, nor put aside there: it works on a part only.
func (c *controls) partly(id ident.ID) {
	if c.partial == nil {
		c.partial = map[ident.ID]bool{}
	}
	c.partial[id] = true
}

// control judges one claim.
func (j *judging) control(claim *model.Control, st *claimState, req *demand, missing evidence.Cover, tailored *verdicts, c *contexts) Control {
	cat := j.library.Control(claim.Requires())
	out := Control{ID: claim.ID, Title: claim.Title, Origin: cmp.Or(claim.Origin, model.Own), Weight: Chosen, Applicability: Applicable, Strength: st.strength, Until: st.until, Reasons: make([]Reason, 0, 3)}
	if cat != nil {
		out.Control, out.Title = cat.ID, cmp.Or(claim.Title, cat.Title)
	}
	out.Title = cmp.Or(out.Title, string(claim.ID))
	if req != nil {
		out.Weight = RequiredWeight
		out.Reasons = append(out.Reasons, req.why)
	}
	where := st.universe.Clone()
	if missing != nil {
		where.Join(missing)
	}
	out.State = cmp.Or(st.at(st.universe), st.says) // a fact of its own, whether or not the control applies
	if by := j.putAside(claim.Requires(), tailored, where); by != "" {
		return notApplicable(out, because("control.tailored", refs(decisionRef(by)), Arg{"decision", string(by)}))
	}
	if claim.Applicability == model.NotApplicable && !where.Empty() { // what nothing is there for needs no word of the team
		if req == nil && out.State != Failing {
			return notApplicable(out, because("control.disposed", refs(ident.Claim("controls", string(claim.ID))), Arg{"why", claim.Reason}))
		}
		out.Reasons = append(out.Reasons, because("control.disposed-but-required", refs(ident.Claim("controls", string(claim.ID))), Arg{"why", claim.Reason}))
		out.Components = Share{0, where.Count()}
		if out.State != Failing { // to put aside what is shown not to work does not hide that
			out.State = Missing
		}
		return out
	}
	if where.Empty() {
		return notApplicable(out, because("control.nothing-to-protect", refs(ident.Claim("controls", string(claim.ID)))))
	}
	own := where.Clone()
	if missing != nil {
		missing.Meet(where) // without what was put aside
		own.Less(missing)
	}
	out.State = st.at(own)
	if missing != nil && !missing.Empty() && (out.State == "" || Missing.Rank() < out.State.Rank()) { // failing is worse still
		out.State = Missing
	}
	shown := st.evidenced.Clone()
	shown.Meet(where)
	out.Components = Share{shown.Count(), where.Count()}
	if shown.Empty() {
		out.Strength, out.Until = "", 0
	}
	j.explain(&out, claim, st, missing)
	return out
}

// explain says why a control is in its state.
func (j *judging) explain(out *Control, claim *model.Control, st *claimState, missing evidence.Cover) {
	self := ident.Claim("controls", string(claim.ID))
	add := func(code string, because_ []ident.Ref, args ...Arg) {
		out.Reasons = append(out.Reasons, because(code, because_, args...))
	}
	failing := func() {
		if len(st.fails) > 0 && !st.failing.Empty() {
			add("control.failing", some(st.fails), Arg{"evidence", string(st.fails[0])}, Arg{"n", num(len(st.fails))})
		}
	}
	if how := j.supposed.of(claim.ID, claim.Requires()); how != "" {
		failing()
		add("control.supposed-"+how, refs(self))
		return
	}
	if missing != nil && !missing.Empty() {
		at := j.service().Architecture.Components
		first := missing.First()
		name := "the service"
		why := refs(self)
		if first < len(at) {
			name, why = string(at[first].ID), append(why, componentRef(at[first].ID))
		}
		add("control.not-on-all", why, Arg{"n", num(missing.Count())}, Arg{"component", name})
	}
	failing()
	if st.offer.code != "" {
		add(st.offer.code, append(refs(self), st.offer.why...), Arg{"service", string(claim.Offer.Service)}, Arg{"state", string(st.offer.state)})
	}
	if !st.evidenced.Empty() && len(st.passes) > 0 {
		add("control.evidenced", some(st.passes), Arg{"n", num(out.Components.N)}, Arg{"of", num(out.Components.Of)}, Arg{"strength", string(st.strength)}, Arg{"until", j.day(st.until)})
	}
	if !st.stale.Empty() && len(st.stales) > 0 {
		if st.cause != (ident.Ref{}) {
			add("control.stale-changed", append(some(st.stales), j.present(st.cause)...), Arg{"evidence", string(st.stales[0])}, Arg{"changed", st.cause.String()})
		} else {
			add("control.stale-date", some(st.stales), Arg{"evidence", string(st.stales[0])}, Arg{"since", j.day(st.since)})
		}
	}
	switch said := says(claim.Progress); {
	case claim.Origin == model.Inherited:
	case said == Unknown:
		add("control.status-unknown", refs(self))
	case said == Planned && len(st.passes) > 0:
		add("control.planned-with-evidence", append(some(st.passes), self), Arg{"due", claim.Due.String()})
	case said == Planned:
		add("control.planned", refs(self), Arg{"due", claim.Due.String()}, Arg{"owner", claim.Owner})
	case st.lacking != "" && out.Components.N < out.Components.Of:
		add("control.claimed", refs(self), Arg{"check", st.lacking})
	}
}

// present gives a reference to an input only while there is such an input: what was covered may be gone.
func (j *judging) present(ref ident.Ref) []ident.Ref {
	if j.lost[ref] {
		return nil
	}
	return refs(ref)
}

// some gives references to at most five pieces of evidence.
func some(ids []ident.ID) []ident.Ref {
	out := make([]ident.Ref, 0, min(len(ids), 5)+1)
	for _, id := range ids[:min(len(ids), 5)] {
		out = append(out, evidenceRef(id))
	}
	return out
}

// day gives the last day before a moment; empty for none.
func (j *judging) day(t civil.Instant) string {
	if t == 0 {
		return ""
	}
	return j.zone.On(t - 1).String()
}
