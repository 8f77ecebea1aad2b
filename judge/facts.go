package judge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// keptFacts are what an acceptance that was made is compared with. That evidence of a control has gone out of date is told by
// the control's own condition, which suspends the acceptance and lets it come back; were its steps handed back here too,
// the residual would be worse and the acceptance over at once. A control on whose evidence the record does not rest hands
// them back: nothing else would ever end what was accepted on it.
func (j *judging) keptFacts(d *decision.Decision, c *contexts, controls *controls, residuals []residual) (facts decision.Facts, gone bool) {
	id := ident.ID(d.Subject[0].Path)
	at := j.riskAt(id)
	if at < 0 {
		return nil, true
	}
	kept := slices.Clone(residuals)
	if kept[at].judged {
		kept[at].evidenced = j.lately(&j.service().Risks[at], controls, func(control ident.ID) bool {
			return slices.Equal(boundTo(d, "controls/"+string(control)), decision.Value{decision.CondGood})
		})
	}
	return j.riskFacts(id, d.StandingOn, d.Compensating, c, controls, kept)
}

// riskAt finds a risk by its id or by one that it had; -1 when there is none.
func (j *judging) riskAt(id ident.ID) int {
	return slices.IndexFunc(j.service().Risks, func(r model.Risk) bool { return r.ID == id || slices.Contains(r.Formerly, id) })
}

// riskFacts are what an acceptance of a risk binds, as it is now. Gone says that there is no such risk.
func (j *judging) riskFacts(id ident.ID, on library.Basis, compensating []ident.ID, c *contexts, controls *controls, residuals []residual) (facts decision.Facts, gone bool) {
	at := j.riskAt(id)
	if at < 0 {
		return nil, true
	}
	r, res := &j.service().Risks[at], &residuals[at]
	borne := res.claimed
	switch on {
	case library.ByTarget:
		borne = res.target
	case library.ByEvidenced:
		borne = res.evidenced
	}
	facts = decision.Facts{
		{Path: "kind", Value: value(string(r.Kind))},
		{Path: "treatment", Value: value(string(r.Response))},
		{Path: "statement", Value: value(cmp.Or(r.Statement, r.Title)), Since: j.changed["/risks/"+string(r.ID)]},
		{Path: "data", Value: texts(r.Data)},
		{Path: "components", Value: texts(r.Components)},
		{Path: "services", Value: texts(r.Services)},
		{Path: "losses", Value: texts(r.Losses)},
		{Path: "threats", Value: texts(r.Threats)},
		{Path: "appetite", Value: value(string(c.bears(r.Kind)))},
		{Path: "phase", Value: value(num(c.result.Stage))},
	}
	facts = append(facts, levels("inherent", r.Inherent)...)
	facts = append(facts, levels("residual", borne)...)
	facts = append(facts, j.touched(c, r.Components, r.Data)...)
	for i := range r.Controls {
		facts = append(facts, j.conditionFact(r.Controls[i].Control, r.Components, controls))
	}
	for _, id := range compensating {
		if _, done := facts.Find("controls/" + string(id)); !done {
			facts = append(facts, j.conditionFact(id, r.Components, controls))
		}
	}
	for i := range r.Actions {
		facts = append(facts, promised(&r.Actions[i]))
	}
	return facts, false
}

func texts(ids []ident.ID) decision.Value {
	out := make(decision.Value, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	slices.Sort(out)
	return out
}

func levels(stem string, from model.Judgement) decision.Facts {
	facts := decision.Facts{{Path: stem + "/likelihood", Value: value(levelText(from.Likelihood))}}
	for _, a := range model.Axes() {
		if l := from.Impact.On(a); l > 0 {
			facts = append(facts, decision.Fact{Path: stem + "/impact/" + string(a), Value: value(levelText(l))})
		}
	}
	return facts
}

// conditionFact says how something relied on stands.
func (j *judging) conditionFact(id ident.ID, where []ident.ID, controls *controls) decision.Fact {
	fact := decision.Fact{Path: "controls/" + string(id)}
	claimed, evidenced, is := controls.worksOn(j, id, where)
	switch {
	case !is:
		fact.Value = decision.Value{decision.CondGone}
	case evidenced:
		fact.Value = decision.Value{decision.CondGood}
	case claimed:
		fact.Value = decision.Value{decision.CondClaimed}
		if since, stale := j.staleSince(id, controls.states); stale {
			fact.Value, fact.Since = decision.Value{decision.CondStale}, since
		}
	default:
		fact.Value = decision.Value{decision.CondBad}
	}
	return fact
}

// staleSince says whether evidence of a control is out of date, and since when: the longest of its claims.
func (j *judging) staleSince(id ident.ID, states []claimState) (since civil.Instant, stale bool) {
	for _, i := range j.meant(id) {
		if st := &states[i]; len(st.stales) > 0 {
			since, stale = earlier(since, st.since), true
		}
	}
	return since, stale
}

func promised(a *model.Action) decision.Fact {
	fact := decision.Fact{Path: "actions/" + string(a.ID), Value: decision.Value{decision.CondBad}}
	switch {
	case a.Progress == model.Implemented:
		fact.Value = decision.Value{decision.CondDone}
	case !a.Due.IsZero():
		fact.Value = decision.Value{"by " + a.Due.String()}
	}
	return fact
}

// touched are what several kinds bind of the components and data that they touch: of all, where none is named.
func (j *judging) touched(c *contexts, components, data []ident.ID) decision.Facts {
	return j.touching(c, components, data, len(components) == 0 && len(data) == 0).facts(c)
}

func (j *judging) touching(c *contexts, components, data []ident.ID, whole bool) *touching {
	t := &touching{whole: whole}
	for i := range c.components {
		comp := &c.components[i]
		named := whole && !c.out[i] || slices.Contains(components, comp.ID)
		if named || len(components) == 0 && comp.hasAny(data) { // what names no component is reached where its data is
			t.reach(comp.Exposure)
		}
		for _, d := range comp.data {
			if named {
				t.data(d)
			}
		}
	}
	for i := range j.service().Data {
		if d := &j.service().Data[i]; whole || slices.Contains(data, d.ID) {
			t.data(d)
		}
	}
	return t
}

func (c *ComponentContext) hasAny(data []ident.ID) bool {
	return slices.ContainsFunc(c.data, func(d *model.Data) bool { return slices.Contains(data, d.ID) })
}

// touching sums up what is touched. What is not known of a part is not known of the whole: otherwise to forget the worst
// part would look like an improvement. Nothing touched is the best there is: otherwise to touch less could look worse.
type touching struct {
	whole        bool
	class        model.Classification
	exposure     model.Trust
	records      int64
	some         bool // data is touched
	reached      bool // a component is
	unclassified bool
	unexposed    bool
	uncounted    bool
	words        map[string]bool
}

func (t *touching) facts(c *contexts) decision.Facts {
	return decision.Facts{
		{Path: "classification", Value: value(string(t.classification(c)))},
		{Path: "exposure", Value: value(string(t.openTo()))},
		{Path: "records", Value: t.count()},
		{Path: "tier", Value: value(c.result.Tier.Value)},
		{Path: "markings", Value: t.set("marking")},
		{Path: "special-categories", Value: t.set("category")},
		{Path: "people", Value: t.set("people")},
		{Path: "jurisdictions", Value: t.set("country")},
	}
}

// classification is that of the data touched; where that is not known, or all is touched, no less than the service's.
func (t *touching) classification(c *contexts) model.Classification {
	class := t.class
	if (t.whole || t.unclassified) && c.result.Classification.Rank() > class.Rank() {
		class = c.result.Classification
	}
	if !t.some && !t.whole {
		return model.Official
	}
	return class
}

// openTo is the widest exposure of what is touched. One that is not known counts as public here as everywhere.
func (t *touching) openTo() model.Trust {
	switch {
	case t.unexposed:
		return model.Public
	case !t.reached && !t.whole:
		return model.Isolated
	}
	return t.exposure
}

func (t *touching) count() decision.Value {
	switch {
	case t.uncounted:
		return nil
	case t.records == 0:
		return decision.Value{"1"}
	}
	return magnitude(t.records)
}

func (t *touching) reach(e model.Trust) {
	t.reached = true
	t.unexposed = t.unexposed || e == ""
	if e.Rank() > t.exposure.Rank() {
		t.exposure = e
	}
}

func (t *touching) data(d *model.Data) {
	t.some = true
	t.unclassified = t.unclassified || d.Classification == ""
	t.uncounted = t.uncounted || d.Records == 0 && d.Personal != model.No // only people are counted
	if d.Classification.Rank() > t.class.Rank() {
		t.class = d.Classification
	}
	t.records = max(t.records, d.Records)
	for _, m := range d.Markings {
		t.note("marking", string(m))
	}
	for _, s := range d.SpecialCategories {
		t.note("category", string(s))
	}
	if d.SpecialCategory == model.Yes && len(d.SpecialCategories) == 0 {
		t.note("category", "unnamed")
	}
	if d.CriminalOffence == model.Yes {
		t.note("category", "criminal-offence")
	}
	for _, p := range d.Subjects {
		t.note("people", string(p))
	}
	for _, country := range d.Jurisdictions {
		t.note("country", country)
	}
}

func (t *touching) note(kind, word string) {
	if t.words == nil {
		t.words = map[string]bool{}
	}
	t.words[kind+" "+word] = true
}

func (t *touching) set(kind string) (out decision.Value) {
	for w := range t.words {
		if k, word, _ := strings.Cut(w, " "); k == kind {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return out
}

// findingFacts are what an acceptance of a finding binds.
func (j *judging) findingFacts(id ident.ID, c *contexts, f *findings) (facts decision.Facts, gone bool) {
	found := f.find(id)
	if found == nil { // one that was mended is still there: to have mended it ends nothing
		return nil, true
	}
	exposure := model.Public
	if i, ok := j.components[found.Component]; ok {
		exposure = cmp.Or(c.components[i].Exposure, model.Public)
	}
	return decision.Facts{
		{Path: "weakness", Value: value(found.Weakness)},
		{Path: "component", Value: value(string(found.Component))},
		{Path: "components", Value: value(string(found.Component))},
		{Path: "exploited"},
		{Path: "exposure", Value: value(string(exposure))},
		{Path: "severity", Value: value(string(found.Severity))},
		{Path: "tier", Value: value(c.result.Tier.Value)},
		{Path: "fix", Value: decision.Value{decision.CondGood}},
	}, false
}

// tailoringFacts are what a tailoring binds: the requirement and the machine-checkable facts relied on.
func (j *judging) tailoringFacts(d *decision.Decision, c *contexts, states []claimState) (facts decision.Facts, gone bool) {
	id := requirementID(d.Subject[0])
	cat := j.library.Control(id)
	if cat == nil {
		return nil, true
	}
	where := j.universe(nil, cat, c)
	var components, types []string
	named := boundTo(d, "components")
	for i := range c.components {
		id := string(c.components[i].ID)
		if !where.Has(i) || len(named) > 0 && !slices.Contains(named, id) { // a new component is open for itself only
			continue
		}
		components = append(components, id)
		if t := string(j.service().Architecture.Components[i].Type); !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	facts = decision.Facts{
		{Path: "requirement", Value: value(string(id))},
		{Path: "text", Value: value(cat.Statement)},
		{Path: "disposition", Value: value("not-applicable")},
		{Path: "components", Value: components},
		{Path: "types", Value: types},
		{Path: "tier", Value: value(c.result.Tier.Value)},
		{Path: "baseline", Value: value(c.result.Tier.Value)},
	}
	for _, f := range j.touching(c, asIDs(components), nil, cat.On == library.OnService).facts(c) {
		if f.Path == "classification" || f.Path == "exposure" {
			facts = append(facts, f)
		}
	}
	facts = append(facts, decision.Fact{Path: "data", Value: j.dataOn(c, components)})
	for _, alt := range d.Compensating {
		facts = append(facts, j.alternative(alt, states))
	}
	return facts, false
}

// alternative says how the control stands that a requirement is met by instead: as the worst of its claims.
func (j *judging) alternative(id ident.ID, states []claimState) decision.Fact {
	fact := decision.Fact{Path: "controls/" + string(id), Value: decision.Value{decision.CondGone}}
	worst := State("")
	for _, i := range j.meant(id) {
		if state := states[i].at(states[i].universe); worst == "" || state.Rank() < worst.Rank() {
			worst = cmp.Or(state, Unknown)
		}
	}
	switch worst {
	case "":
	case Evidenced:
		fact.Value = decision.Value{decision.CondGood}
	case Claimed:
		fact.Value = decision.Value{decision.CondClaimed}
	case Stale:
		fact.Value = decision.Value{decision.CondStale}
		fact.Since, _ = j.staleSince(id, states)
	default:
		fact.Value = decision.Value{decision.CondBad}
	}
	return fact
}

func asIDs(texts []string) []ident.ID {
	out := make([]ident.ID, len(texts))
	for i, t := range texts {
		out[i] = ident.ID(t)
	}
	return out
}

func (j *judging) dataOn(c *contexts, components []string) (out decision.Value) {
	for i := range c.components {
		if !slices.Contains(components, string(c.components[i].ID)) {
			continue
		}
		for _, d := range c.components[i].data {
			if !slices.Contains(out, string(d.ID)) {
				out = append(out, string(d.ID))
			}
		}
	}
	slices.Sort(out)
	return out
}

// requirementID gives the id inside a reference such as requirement:PACK@VERSION#ID. The version is not bound: a pack
// that is issued again with the same statement ends nothing.
func requirementID(ref ident.Ref) ident.ID {
	_, id, _ := strings.Cut(ref.Path, "#")
	return ident.ID(id)
}

func requirementPack(ref ident.Ref) ident.ID {
	pack, _, _ := strings.Cut(ref.Path, "@")
	return ident.ID(pack)
}

// statementFacts are what an exception or a confirmation binds.
func (j *judging) statementFacts(d *decision.Decision, c *contexts, controls *controls, risks *risks) (facts decision.Facts, gone bool) {
	text, found := j.statementText(d.Subject[0])
	if !found {
		return nil, true
	}
	facts = decision.Facts{{Path: "statement", Value: value(string(requirementID(d.Subject[0])))}, {Path: "text", Value: value(text)}, {Path: "phase", Value: value(num(c.result.Stage))}}
	for _, id := range d.Compensating {
		facts = append(facts, j.conditionFact(id, nil, controls))
	}
	for _, f := range d.Basis.Fields {
		switch kind, id, _ := strings.Cut(f.Path, "/"); kind {
		case "scope":
			facts = append(facts, decision.Fact{Path: "scope", Value: f.Value}) // what the exception says that it is for
		case "departure":
			facts = append(facts, decision.Fact{Path: "departure", Value: f.Value})
		case "answer":
			facts = append(facts, decision.Fact{Path: "answer", Value: j.answerNow(d.Subject[0])})
		case "risks":
			facts = append(facts, risks.condition(ident.ID(id)))
		case "controls":
			if !slices.Contains(d.Compensating, ident.ID(id)) {
				facts = append(facts, j.conditionFact(ident.ID(id), nil, controls))
			}
		}
	}
	return append(facts, j.touched(c, asIDs(boundTo(d, "scope")), nil)...), false
}

// statementText finds a principle or a statement of one, by pack or principle and id.
func (j *judging) statementText(ref ident.Ref) (string, bool) {
	pack, id := requirementPack(ref), requirementID(ref)
	for _, p := range j.library.Principles {
		if requirementPack(p.Ref) != pack && p.Item.ID != pack {
			continue
		}
		if p.Item.ID == id {
			return p.Item.Statement, true
		}
		for i := range p.Item.Statements {
			if p.Item.Statements[i].ID == id {
				return p.Item.Statements[i].Text, true
			}
		}
	}
	return "", false
}

// answerNow gives the team's answer to a statement. Other principles may have a statement of the same id.
func (j *judging) answerNow(ref ident.Ref) decision.Value {
	for i := range j.library.Principles {
		e := &j.library.Principles[i]
		if !j.speaksOf(ref, e) {
			continue
		}
		if a := j.answer(e.Item.ID, requirementID(ref)); a != nil {
			return value(string(a.Answer))
		}
	}
	return nil
}

// eventFacts are what makes a new go-live sign-off necessary.
func (j *judging) eventFacts(d *decision.Decision, c *contexts, risks *risks) decision.Facts {
	if d.Kind != decision.SignOff || d.Of != decision.OfGoLive {
		return nil
	}
	s := j.service()
	var data, connections, suppliers, hosting, boundaries decision.Value
	for i := range s.Data {
		data = append(data, string(s.Data[i].ID))
	}
	for i := range s.Architecture.Components {
		if c.out[i] {
			connections = append(connections, string(s.Architecture.Components[i].ID))
		}
	}
	for i := range s.Suppliers {
		if len(s.Suppliers[i].Data) > 0 {
			suppliers = append(suppliers, string(s.Suppliers[i].ID))
		}
	}
	for i := range s.Architecture.Runtimes {
		hosting = append(hosting, string(s.Architecture.Runtimes[i].ID))
	}
	for _, b := range s.Context.Scope.Boundaries {
		boundaries = append(boundaries, string(b.ID))
	}
	var markings decision.Value
	for _, m := range c.marked {
		markings = append(markings, string(m))
	}
	return decision.Facts{
		{Path: "tier", Value: value(c.result.Tier.Value)},
		{Path: "classification", Value: value(string(c.result.Classification))},
		{Path: "exposure", Value: value(string(cmp.Or(c.result.Exposure, model.Public)))},
		{Path: "data", Value: data},
		{Path: "markings", Value: markings},
		{Path: "connections", Value: connections},
		{Path: "suppliers", Value: suppliers},
		{Path: "hosting", Value: hosting},
		{Path: "boundaries", Value: boundaries},
		{Path: "risks-above", Value: risks.above()},
		{Path: "decisions", Value: risks.borne(boundTo(d, "decisions"))},
	}
}
