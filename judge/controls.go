package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// claimState is what is so of one claim of a control, before anything requires it: for each component, the state.
type claimState struct {
	universe  evidence.Cover // where it can be
	evidenced evidence.Cover
	failing   evidence.Cover
	stale     evidence.Cover
	strength  library.Strength
	until     civil.Instant
	since     civil.Instant // when stale evidence went out of date
	says      State         // what the team says: planned, claimed or unknown
	passes    []ident.ID
	fails     []ident.ID
	stales    []ident.ID
	cleared   []ident.ID
	cause     ident.Ref
	lacking   string   // the title of the first check that nothing in date shows
	offer     offering // of an inherited or shared control
}

// at gives the state on the components of a cover: the worst.
func (s *claimState) at(where evidence.Cover) State {
	switch {
	case where.Empty():
		return ""
	case meets(s.failing, where):
		return Failing
	case where.Within(s.evidenced):
		return Evidenced
	case s.says != Claimed:
		return s.says
	}
	rest := where.Clone()
	rest.Less(s.evidenced)
	if meets(s.stale, rest) {
		return Stale
	}
	return Claimed
}

func meets(a, b evidence.Cover) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return true
		}
	}
	return false
}

// controlStates works out what is so of every claim of a control: what the team says, what evidence shows, what a
// provider offers. A claim alone is never more than claimed, and evidence of what the team says is not in place yet does
// not put it in place.
func (j *judging) controlStates(c *contexts) []claimState {
	s := j.service()
	out := make([]claimState, len(s.Controls))
	for i := range s.Controls {
		claim := &s.Controls[i]
		cat := j.library.Control(claim.Requires())
		out[i] = j.claimed(claim, cat, j.items[i], j.universe(claim, cat, c))
	}
	return out
}

func (j *judging) claimed(claim *model.Control, cat *library.Control, items []evidence.Item, universe evidence.Cover) claimState {
	st := claimState{universe: universe, says: says(claim.Progress)}
	n := j.places()
	st.evidenced, st.failing, st.stale = universe.Clone(), evidence.NewCover(n), evidence.NewCover(n)
	checks := j.checksOf(cat)
	for i := range checks {
		shown := evidence.Fold(&checks[i], n, items, j.watch, j.zone)
		if claim.Origin == model.Inherited { // only its provider can show it to work; anybody can see that it does not
			shown = evidence.Shown{Passing: shown.Passing, Failing: shown.Failing, Stale: evidence.NewCover(n), Fails: shown.Fails, Cleared: shown.Cleared}
			shown.Passing.Join(universe)
		}
		st.join(&checks[i], shown)
	}
	if claim.Origin == model.Inherited || claim.Origin == model.Shared {
		st.rest(claim, j.offered(claim, checks), evidence.NewCover(n))
	}
	if !st.failing.Empty() && !meets(st.failing, universe) {
		st.failing = universe.Clone() // it failed where it can no longer be found: nobody hides that by moving it
	}
	st.failing.Meet(universe)
	st.stale.Meet(universe)
	st.evidenced.Less(st.failing)
	st.stale.Less(st.evidenced)
	if st.says != Claimed && claim.Origin != model.Inherited {
		st.evidenced = evidence.NewCover(n)
	}
	sortUnique(&st.passes)
	sortUnique(&st.fails)
	sortUnique(&st.stales)
	sortUnique(&st.cleared)
	return st
}

func sortUnique(ids *[]ident.ID) {
	if len(*ids) > 1 {
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
	}
}

// join adds what is shown of one check: a control is evidenced where every check passes, and failing where any fails.
func (st *claimState) join(check *library.Check, shown evidence.Shown) {
	st.evidenced.Meet(shown.Passing)
	st.failing.Join(shown.Failing)
	st.stale.Join(shown.Stale)
	st.passes = append(st.passes, shown.Passes...)
	st.fails = append(st.fails, shown.Fails...)
	st.stales = append(st.stales, shown.Stales...)
	st.cleared = append(st.cleared, shown.Cleared...)
	st.cause = cmp.Or(st.cause, shown.Cause)
	st.since = earlier(st.since, shown.Since)
	st.until = earlier(st.until, shown.Until)
	if st.strength == "" || shown.Strength.Rank() < st.strength.Rank() {
		st.strength = shown.Strength
	}
	if st.lacking == "" && !st.universe.Within(shown.Passing) {
		st.lacking = check.Title
	}
}

// earlier gives the earlier of two moments; one that is not known gives way.
func earlier(a, b civil.Instant) civil.Instant {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// says reads what the team says of a control. Saying nothing is unknown.
func says(p model.Progress) State {
	switch p {
	case model.Implemented:
		return Claimed
	case model.NotStarted, model.InProgress:
		return Planned
	}
	return Unknown
}

// rest adds what the provider of an inherited or shared control offers. A shared control is no better than the worse of
// its two parts.
func (st *claimState) rest(claim *model.Control, offer offering, none evidence.Cover) {
	st.offer = offer
	if offer.state != Evidenced {
		st.evidenced = none
	}
	if offer.state == Failing {
		st.failing.Join(st.universe)
	}
	if offer.state == Stale {
		st.stale.Join(st.universe)
	}
	says := offer.state
	if says == Evidenced || says == Stale {
		says = Claimed
	}
	if claim.Origin == model.Inherited || says.Rank() < st.says.Rank() {
		st.says = says
	}
	if offer.until != 0 && (st.until == 0 || offer.until < st.until) {
		st.until = offer.until
	}
}

// universe gives where a control can be: for one on components, those of its kinds that the service answers for, or those
// that the claim names; for one on the service, the service as a whole.
func (j *judging) universe(claim *model.Control, cat *library.Control, c *contexts) evidence.Cover {
	u := evidence.NewCover(j.places())
	if claim != nil && len(claim.Components) > 0 {
		for _, id := range claim.Components {
			if i, is := j.components[id]; is {
				u.Add(i)
			}
		}
		return u
	}
	if cat == nil || cat.On == "service" || claim != nil && len(c.components) == 0 {
		u.Add(j.places() - 1) // what is claimed of a service whose parts are not drawn is claimed of the whole
		return u
	}
	for _, t := range cat.Types {
		if some, is := j.ofType[t]; is {
			u.Join(some)
		}
	}
	if len(cat.Types) == 0 {
		for _, some := range j.ofType {
			u.Join(some)
		}
	}
	return u
}

// tailorings is stage 4(a): which tailoring decisions bind. They rest on the context and on the state of a named
// alternative, never on the control that they put aside.
func (j *judging) tailorings(c *contexts, states []claimState) *verdicts {
	v := newVerdicts()
	for i := range j.decided {
		d := &j.decided[i]
		if d.Kind != decision.Tailoring {
			continue
		}
		facts, gone := j.tailoringFacts(d, c, states)
		v.at[i] = j.verdict(i, facts, gone)
	}
	return v
}

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

// demand is a control that is required, and why.
type demand struct {
	control ident.ID
	why     Reason
}

// required gives what the baseline of the tier asks by the phase, all of it where the phase is not known, and what the
// obligations ask that apply, or of which nobody has said whether they do: nobody is asked less by saying nothing.
func (j *judging) required(c *contexts) map[ident.ID]*demand {
	all := j.library.Required(ident.ID(c.result.Tier.Value))
	out := make(map[ident.ID]*demand, len(all))
	for i := range all {
		req := &all[i]
		if (req.Stage <= c.result.Stage || c.result.Stage == 0) && out[req.Control] == nil {
			out[req.Control] = &demand{req.Control, because("control.required", refs(req.Ref, j.tierRef()), Arg{"tier", c.result.Tier.Value}, Arg{"why", req.Why})}
		}
	}
	for i := range c.result.Obligations {
		o := &c.result.Obligations[i]
		if o.Applies == model.No || o.entry == nil {
			continue
		}
		for _, id := range o.entry.Item.Controls {
			if out[id] == nil {
				out[id] = &demand{id, byObligation(o)}
			}
		}
	}
	return out
}

func byObligation(o *Obligation) Reason {
	if o.Applies == model.Yes {
		return because("control.required-by-obligation", refs(o.entry.Ref), Arg{"obligation", o.Title})
	}
	return because("control.required-until-said", refs(o.entry.Ref), Arg{"obligation", o.Title})
}

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

func notApplicable(out Control, why Reason) Control {
	out.Applicability, out.Strength, out.Until = NotApplicable, "", 0
	out.Reasons = append(out.Reasons, why)
	return out
}

// explain says why a control is in its state.
func (j *judging) explain(out *Control, claim *model.Control, st *claimState, missing evidence.Cover) {
	self := ident.Claim("controls", string(claim.ID))
	add := func(code string, because_ []ident.Ref, args ...Arg) {
		out.Reasons = append(out.Reasons, because(code, because_, args...))
	}
	if how := j.supposed.of(claim.ID, claim.Requires()); how != "" {
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
	if len(st.fails) > 0 && !st.failing.Empty() {
		add("control.failing", some(st.fails), Arg{"evidence", string(st.fails[0])}, Arg{"n", num(len(st.fails))})
	}
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

// checksOf gives how a control is shown to work: as the catalogue says, or for the team's own as the settings say.
func (j *judging) checksOf(cat *library.Control) []library.Check {
	if cat != nil {
		return cat.Checks
	}
	return []library.Check{j.library.Settings.OwnCheck}
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

// putAside says which binding tailoring decision puts a control aside wherever it would be. One that names components
// puts it aside there only, and takes them out of where.
func (j *judging) putAside(id ident.ID, tailored *verdicts, where evidence.Cover) ident.ID {
	for i := range j.decided {
		d := &j.decided[i]
		v, is := tailored.at[i]
		if !is || !v.State.Binds() || requirementID(d.Subject[0]) != id {
			continue
		}
		named := boundTo(d, "components")
		if len(named) == 0 {
			return d.ID
		}
		for _, comp := range named {
			if at, ok := j.components[ident.ID(comp)]; ok {
				where.Drop(at)
			}
		}
		if where.Empty() {
			return d.ID
		}
	}
	return ""
}

func boundTo(d *decision.Decision, path string) []string {
	for i := range d.Basis.Fields {
		if d.Basis.Fields[i].Path == path {
			return d.Basis.Fields[i].Value
		}
	}
	return nil
}

// worksOn says whether what is relied on counts, as claimed and as evidenced, on some components: on all of them where
// it can be, or wherever it is when it is on none of them. What the team itself says is not applicable does not count;
// that nobody asks for it any more, because it was tailored, does not stop it working.
func (c *controls) worksOn(j *judging, id ident.ID, where []ident.ID) (claimed, evidenced bool, is bool) {
	claims := j.meant(id)
	if len(claims) == 0 {
		return false, false, false
	}
	claimed, evidenced = true, true
	for _, part := range c.parts(j, claims, where) {
		state := Unknown
		if j.service().Controls[part.claim].Applicability != model.NotApplicable {
			state = c.states[part.claim].at(part.on)
		}
		claimed = claimed && (state == Claimed || state == Stale || state == Evidenced)
		evidenced = evidenced && state == Evidenced
	}
	return claimed, evidenced, true
}

// part is the components on which one claim of a control is relied on.
type part struct {
	claim int
	on    evidence.Cover
}

// uncovered says whether a control of the catalogue could be on one of some components and no claim of it is.
func (j *judging) uncovered(c *controls, claims []int, where []ident.ID) bool {
	cat := j.library.Control(j.service().Controls[claims[0]].Requires())
	if cat == nil || cat.On == library.OnService || len(where) == 0 {
		return false
	}
	could := j.universe(nil, cat, c.within)
	for _, w := range where {
		i, known := j.components[w]
		if !known || !could.Has(i) {
			continue
		}
		if !slices.ContainsFunc(claims, func(claim int) bool { return c.states[claim].universe.Has(i) }) {
			return true
		}
	}
	return false
}

func (c *controls) parts(j *judging, claims []int, where []ident.ID) []part {
	var whole, touched []part
	if j.uncovered(c, claims, where) {
		return []part{{claims[0], evidence.NewCover(j.places())}} // it could be on one of them and is not: it works on nothing there
	}
	for _, claim := range claims {
		universe := c.states[claim].universe
		whole = append(whole, part{claim, universe})
		on := evidence.NewCover(j.places())
		for _, w := range where {
			if i, ok := j.components[w]; ok {
				on.Add(i)
			}
		}
		if on.Meet(universe); !on.Empty() {
			touched = append(touched, part{claim, on})
		}
	}
	if len(touched) > 0 {
		return touched
	}
	return whole
}
