package judge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// ContextResult is what the service is, holds and may bear.
type ContextResult struct {
	Tier           Signed               `json:"tier"`
	Classification model.Classification `json:"classification"`
	Markings       []model.Marking      `json:"markings"`
	Register       Signed               `json:"register"`
	Appetite       Signed               `json:"appetite"`
	Scope          Signed               `json:"scope"`
	DataProtection Screen               `json:"data_protection"`
	Obligations    []Obligation         `json:"obligations"`
	Phase          model.Phase          `json:"phase"`
	Stage          int                  `json:"stage"`
	Vocabulary     org.Vocabulary       `json:"vocabulary"` // the words in which it is told
	JudgedBy       library.Basis        `json:"judged_by"`
	Exposure       model.Trust          `json:"exposure"`
	Components     []ComponentContext   `json:"components"`
	Unknowns       []Obstacle           `json:"unknowns"`
	Defaults       bool                 `json:"built_in_defaults"` // there is no organisation file
}

// Signed is a value that counts as proposed until someone with the authority signed it.
type Signed struct {
	Value   string   `json:"value"`
	State   string   `json:"state"` // proposed or signed
	Reasons []Reason `json:"reasons"`
}

// Screen is the data-protection screen: whether an impact assessment is required, likely, not indicated or unknown.
type Screen struct {
	Outcome  string   `json:"outcome"`
	Criteria []string `json:"criteria"`
	Reasons  []Reason `json:"reasons"`
}

// ComponentContext is what a component holds and who can reach it.
type ComponentContext struct {
	ID             ident.ID             `json:"id"`
	Classification model.Classification `json:"classification"`
	Markings       []model.Marking      `json:"markings"`
	Exposure       model.Trust          `json:"exposure"` // empty is unknown
	Personal       model.Attribute      `json:"personal"`
	Special        model.Attribute      `json:"special"`
	Records        int64                `json:"records"`
	Reasons        []Reason             `json:"reasons"`
	data           []*model.Data
	reached        Reason // why its exposure is what it is
}

// contexts is the result of stage 1.
type contexts struct {
	result     ContextResult
	tierRank   int
	components []ComponentContext
	signoffs   map[int]decision.Verdict // by place of the decision
	marked     []model.Marking          // all markings, those among them that a higher tier makes needless
	appetite   func(model.RiskKind) model.Band
	out        []bool // components that somebody else answers for
	required   map[ident.ID]*demand
}

func (c *contexts) public() ContextResult { return c.result }

// marking gives the line that goes at the head and foot of what is written out.
func (c *contexts) marking() string {
	text := string(c.result.Classification)
	if text == "" {
		text = string(model.Official)
	}
	for _, m := range c.result.Markings {
		text += " - " + string(m)
	}
	return text
}

// context is stage 1: what the service is, holds and may bear, with what nobody has signed as proposed.
func (j *judging) context() *contexts {
	s := j.service()
	c := &contexts{signoffs: map[int]decision.Verdict{}}
	r := &c.result
	r.Phase, r.Stage = s.Service.Phase, j.library.Stage(s.Service.Phase)
	r.Defaults = j.org == nil
	r.Vocabulary = j.vocabulary()
	if p := j.library.Phase(r.Phase); p != nil {
		r.JudgedBy = p.JudgedBy
	}
	c.components = j.componentContexts()
	r.Components = c.components
	c.out = make([]bool, len(c.components))
	for i := range c.out {
		c.out[i] = others(&s.Architecture.Components[i])
	}
	j.classify(c)
	r.Exposure = j.exposed(c)
	j.tier(c)
	j.mayBear(c)
	j.scope(c)
	r.DataProtection = j.screen()
	r.Obligations = j.obligations(c)
	r.Unknowns = j.unknowns(c)
	c.required = j.required(c)
	return c
}

// vocabulary gives the words of those who read about the service: those of defence for what is in the defence lifecycle,
// and otherwise those of the organisation.
func (j *judging) vocabulary() org.Vocabulary {
	switch p := j.library.Phase(j.service().Service.Phase); {
	case p != nil && p.Lifecycle == library.InDefence, j.org != nil && j.org.Vocabulary == org.Defence:
		return org.Defence
	}
	return org.Civil
}

// others says whether somebody else answers for a component.
func others(comp *model.Component) bool {
	return comp.OutOfScope == model.Yes || comp.Type == "person" || comp.Type == "external-system"
}

// componentContexts works out for each component the classification and kinds of data that it holds and handles, and who
// can reach it through the flows. Ciphertext approved for its classification does not raise what carries it.
func (j *judging) componentContexts() []ComponentContext {
	s := j.service()
	out := make([]ComponentContext, len(s.Architecture.Components))
	for i, e := range threat.Exposures(s) {
		comp := &s.Architecture.Components[i]
		out[i] = ComponentContext{ID: comp.ID, Markings: []model.Marking{}, Reasons: make([]Reason, 0, 2)}
		out[i].Exposure, out[i].reached = e.To, reached(comp, &e)
		j.handles(&out[i], comp.Holds)
		j.handles(&out[i], comp.Handles)
	}
	for i := range s.Architecture.Flows {
		j.carry(&s.Architecture.Flows[i], out)
	}
	for i := range out {
		j.rate(&out[i])
	}
	return out
}

// reached says why a component is as exposed as it is.
func reached(comp *model.Component, e *threat.Exposure) Reason {
	self, name := componentRef(comp.ID), Arg{"component", string(comp.ID)}
	switch e.Cause {
	case threat.ByInternet:
		return because("context.exposure-internet", refs(self), name)
	case threat.ByZone:
		return because("context.exposure-zone", refs(self, ident.Claim("architecture", "zones", string(comp.Zone))), Arg{"exposure", string(e.To)}, Arg{"zone", string(comp.Zone)})
	case threat.ByFlow:
		return because("context.exposure-flow", refs(ident.Claim("architecture", "flows", string(e.Flow.ID)), componentRef(e.Flow.Source)), Arg{"exposure", string(e.To)}, Arg{"flow", string(e.Flow.ID)}, Arg{"from", string(e.Flow.Source)})
	}
	return because("context.exposure-unknown", refs(self), name)
}

func (j *judging) handles(c *ComponentContext, ids []ident.ID) {
	for _, id := range ids {
		if d := j.dataAt[id]; d != nil && !slices.Contains(c.data, d) {
			c.data = append(c.data, d)
		}
	}
}

// carry lets the ends of a flow have what it carries.
func (j *judging) carry(f *model.Flow, out []ComponentContext) {
	from, known := j.components[f.Source]
	to, is := j.components[f.Destination]
	if known && is && f.Encryption != "approved" {
		j.handles(&out[from], f.Data)
		j.handles(&out[to], f.Data)
	}
}

func (j *judging) rate(c *ComponentContext) {
	c.Personal, c.Special = model.No, model.No
	slices.SortFunc(c.data, func(a, b *model.Data) int { return cmp.Compare(a.ID, b.ID) })
	for _, d := range c.data {
		if d.Classification.Rank() > c.Classification.Rank() {
			c.Classification = d.Classification
			c.Reasons = append(c.Reasons[:0], because("context.classification-from-data", refs(dataRef(d.ID)), Arg{"classification", string(d.Classification)}, Arg{"data", string(d.ID)}))
		}
		c.Markings = union(c.Markings, d.Markings)
		c.Personal = graver(c.Personal, d.Personal)
		c.Special = graver(c.Special, special(d))
		c.Records = max(c.Records, d.Records)
	}
	c.Reasons = append(c.Reasons, c.reached)
}

// special says whether data is special category or about offences. Data that is not personal is neither.
func special(d *model.Data) model.Attribute {
	if d.Personal == model.No {
		return model.No
	}
	return graver(d.IsSpecial(), d.CriminalOffence)
}

func union(a, b []model.Marking) []model.Marking {
	for _, m := range b {
		if !slices.Contains(a, m) {
			a = append(a, m)
		}
	}
	slices.Sort(a)
	return a
}

// classify works out the service's classification: the highest of what it is said to be and what its data is, unless
// the asset owner has signed the register.
func (j *judging) classify(c *contexts) {
	s := j.service()
	r := &c.result
	r.Classification, r.Markings = s.Context.Classification, union([]model.Marking{}, s.Context.Markings)
	why := []ident.Ref{}
	for i := range s.Data {
		d := &s.Data[i]
		if d.Classification.Rank() > r.Classification.Rank() {
			r.Classification = d.Classification
			why = refs(dataRef(d.ID))
		}
		r.Markings = union(r.Markings, d.Markings)
	}
	c.marked = slices.Clone(r.Markings)
	r.Register = Signed{Value: string(r.Classification), State: "proposed", Reasons: []Reason{}}
	if len(why) > 0 {
		r.Register.Reasons = append(r.Register.Reasons, because("context.classification-from-data", why, Arg{"classification", string(r.Classification)}, Arg{"data", path1(why[0])}))
	}
	derived := r.Classification
	by := j.signed(c, decision.OfClassification, func(d *decision.Decision) decision.Facts { return j.registerFacts(stillSigned(d, derived)) }, &r.Register)
	if by != nil {
		if own := model.Classification(first(boundTo(by, "service"))); own.Rank() > 0 {
			r.Classification = own
			r.Register.Value = string(own)
		}
	}
	if r.Classification.Rank() > model.Official.Rank() { // SENSITIVE is a marking inside OFFICIAL
		r.Markings = slices.DeleteFunc(r.Markings, func(m model.Marking) bool { return m == model.Sensitive })
	}
}

// stillSigned gives what the service is as far as a sign-off of the register is concerned. The owner may sign for less
// than the items by themselves would make it, or for more: that stands while they make it no more than what was before
// the owner then.
func stillSigned(d *decision.Decision, derived model.Classification) model.Classification {
	own := model.Classification(first(boundTo(d, "service")))
	seen := own
	for _, f := range d.Basis.Fields {
		if class := model.Classification(first(f.Value)); strings.HasPrefix(f.Path, "class/") && class.Rank() > seen.Rank() {
			seen = class
		}
	}
	if derived.Rank() <= seen.Rank() {
		return own
	}
	return derived
}

func first(v decision.Value) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

func path1(r ident.Ref) string { return r.Path[strings.LastIndexByte(r.Path, '/')+1:] }

// registerFacts are what a sign-off of the classification register binds.
func (j *judging) registerFacts(derived model.Classification) decision.Facts {
	s := j.service()
	var items decision.Value
	facts := decision.Facts{{Path: "service", Value: value(string(derived))}}
	for i := range s.Data {
		d := &s.Data[i]
		items = append(items, string(d.ID))
		id := string(d.ID)
		facts = append(facts,
			decision.Fact{Path: "class/" + id, Value: value(string(d.Classification))},
			decision.Fact{Path: "categories/" + id, Value: categories(d)},
			decision.Fact{Path: "owner/" + id, Value: value(d.Owner)},
			decision.Fact{Path: "magnitude/" + id, Value: magnitude(d.Records)})
	}
	return append(facts, decision.Fact{Path: "items", Value: items})
}

func value(s string) decision.Value {
	if s == "" {
		return nil
	}
	return decision.Value{s}
}

// magnitude is the number of digits of a count: an order of magnitude.
func magnitude(n int64) decision.Value {
	if n == 0 {
		return nil
	}
	digits := 0
	for ; n > 0; n /= 10 {
		digits++
	}
	return decision.Value{num(digits)}
}

func categories(d *model.Data) (out decision.Value) {
	for _, c := range d.SpecialCategories {
		out = append(out, string(c))
	}
	for _, m := range d.Markings {
		out = append(out, string(m))
	}
	out = met(d.Personal == model.Yes, "personal", out)
	out = met(d.IsSpecial() == model.Yes, "special", out)
	out = met(d.CriminalOffence == model.Yes, "offence", out)
	slices.Sort(out)
	return out
}

// mayBear works out what may be borne: the strictest of what the team proposes, what the tier allows where nobody has
// signed, and the ceiling of every unit above.
func (j *judging) mayBear(c *contexts) {
	s := j.service()
	proposed := s.Context.Appetite.Max
	r := Signed{State: "proposed", Reasons: []Reason{}}
	j.signed(c, decision.OfAppetite, always(j.appetiteFacts()), &r)
	signed := r.State == "signed"
	fallback := j.library.Tiers[c.tierRank-1].Appetite
	c.appetite = func(kind model.RiskKind) model.Band {
		band := org.Allows(&s.Context.Appetite, kind)
		if j.org != nil {
			band = org.Stricter(band, j.org.Limit(s.Service.Unit, kind))
		}
		if !signed || band == "" {
			band = org.Stricter(band, fallback)
		}
		return band
	}
	r.Value = string(c.appetite(""))
	switch {
	case proposed == "":
		r.Reasons = append(r.Reasons, because("context.appetite-not-said", refs(ident.Claim("context"), j.tierRef()), Arg{"band", r.Value}))
	case string(proposed) != r.Value:
		r.Reasons = append(r.Reasons, because("context.appetite-stricter", refs(ident.Claim("context")), Arg{"proposed", string(proposed)}, Arg{"band", r.Value}))
	}
	c.result.Appetite = r
}

// bears gives what may be borne of a risk. One whose kind nobody has said could be of the kind that may be borne least.
func (c *contexts) bears(kind model.RiskKind) model.Band {
	band := c.appetite(kind)
	if kind != "" {
		return band
	}
	for _, word := range kind.Words() {
		band = org.Stricter(band, c.appetite(model.RiskKind(word.Name)))
	}
	return band
}

func (j *judging) tierRef() ident.Ref { return ident.To(ident.KindContext, "tier") }

func (j *judging) appetiteFacts() decision.Facts {
	a := &j.service().Context.Appetite
	var losses, kinds decision.Value
	for _, l := range a.UnacceptableLosses {
		losses = append(losses, string(l.ID))
	}
	for _, k := range a.ByKind {
		kinds = append(kinds, string(k.Kind)+" "+string(k.Max))
	}
	slices.Sort(kinds)
	ceiling := model.Band("")
	if j.org != nil {
		ceiling = j.org.Limit(j.service().Service.Unit, "")
	}
	return decision.Facts{
		{Path: "statement", Value: value(a.Statement), Since: j.changed["/context"]},
		{Path: "losses", Value: losses},
		{Path: "max", Value: value(string(a.Max))},
		{Path: "by-kind", Value: kinds},
		{Path: "ceiling", Value: value(string(ceiling))},
	}
}

// scope says whether both sides of every boundary have agreed.
func (j *judging) scope(c *contexts) {
	r := Signed{Value: num(len(j.service().Context.Scope.Boundaries)) + " boundaries", State: "proposed", Reasons: []Reason{}}
	if len(j.service().Context.Scope.Boundaries) == 1 {
		r.Value = "1 boundary"
	}
	j.signed(c, decision.OfScope, always(j.scopeFacts()), &r)
	c.result.Scope = r
}

func (j *judging) scopeFacts() decision.Facts {
	s := j.service()
	var boundaries, connections, crossing, unprotected decision.Value
	flows := map[ident.ID]*model.Flow{}
	for i := range s.Architecture.Flows {
		flows[s.Architecture.Flows[i].ID] = &s.Architecture.Flows[i]
	}
	for _, b := range s.Context.Scope.Boundaries {
		boundaries = append(boundaries, string(b.ID))
		for _, d := range b.Data {
			crossing = append(crossing, string(d))
		}
		for _, id := range b.Flows {
			connections = append(connections, string(id))
			if f := flows[id]; f != nil && (f.Encryption == "" || f.Encryption == "none" || f.Authentication == "" || f.Authentication == "none") {
				unprotected = append(unprotected, string(id))
			}
		}
	}
	for _, names := range []decision.Value{connections, crossing, unprotected} {
		slices.Sort(names)
	}
	return decision.Facts{{Path: "boundaries", Value: boundaries}, {Path: "connections", Value: connections}, {Path: "crossing", Value: crossing}, {Path: "unprotected", Value: unprotected}}
}

// signed looks for the sign-off that counts, if it still fits: it marks the value as signed, or says why a recorded one
// does not count. Only an attested one lets the team's own value apply: what a file says of itself is not authority. Of
// several the latest counts: to fall back on an earlier one when it no longer fits would be to choose between them.
func (j *judging) signed(c *contexts, of decision.Of, facts func(*decision.Decision) decision.Facts, r *Signed) (by *decision.Decision) {
	var latest *decision.Decision
	for i := range j.decided {
		d := &j.decided[i]
		if d.Kind != decision.SignOff || d.Of != of {
			continue
		}
		v := j.verdict(i, facts(d), false)
		c.signoffs[i] = v
		if v.State == decision.Holds && v.Attested && v.Code != decision.CodeIncomplete && (latest == nil || j.zone.From(d.Made) >= j.zone.From(latest.Made)) {
			latest = d
		}
	}
	for i := range j.decided {
		d := &j.decided[i]
		v, is := c.signoffs[i]
		if !is || d.Of != of || v.State != decision.Holds || v.Attested && d != latest {
			continue
		}
		if v.Code == decision.CodeHolds && v.Attested {
			r.State, by = "signed", d
		}
		r.Reasons = append(r.Reasons, signOffReason(d, v)...)
	}
	if j.supposed != nil && slices.Contains(j.supposed.Signed, of) {
		r.State = "signed"
	}
	if len(r.Reasons) == 0 {
		r.Reasons = append(r.Reasons, because("context.not-signed", refs(ident.Claim("service")), Arg{"what", string(of)}))
	}
	return by
}

func signOffReason(d *decision.Decision, v decision.Verdict) []Reason {
	ref, what := refs(decisionRef(d.ID)), Arg{"what", string(d.Of)}
	switch {
	case v.Code != decision.CodeHolds:
		return []Reason{because("context.sign-off-outdated", ref, what, Arg{"field", v.Field}, Arg{"was", v.Was}, Arg{"now", v.Is})}
	case v.Attested:
		return []Reason{because("context.signed", ref, Arg{"role", string(d.Role)}, what)}
	}
	return []Reason{because("context.sign-off-not-attested", ref, Arg{"role", string(d.Role)}, what)}
}

func always(facts decision.Facts) func(*decision.Decision) decision.Facts {
	return func(*decision.Decision) decision.Facts { return facts }
}

// graver joins what several data items say, from no: yes if any is, else unknown if any is.
func graver(a, b model.Attribute) model.Attribute {
	if a == model.Yes || b == model.Yes {
		return model.Yes
	}
	if a == model.Unknown || b == model.Unknown {
		return model.Unknown
	}
	return model.No
}

func dataRef(id ident.ID) ident.Ref {
	return ident.Ref{Kind: ident.KindClaim, Path: "/data/" + string(id)}
}

func componentRef(id ident.ID) ident.Ref {
	return ident.Ref{Kind: ident.KindClaim, Path: componentPath + string(id)}
}

func decisionRef(id ident.ID) ident.Ref { return ident.Ref{Kind: ident.KindDecision, Path: string(id)} }

func evidenceRef(id ident.ID) ident.Ref { return ident.Ref{Kind: ident.KindEvidence, Path: string(id)} }

func controlRef(id ident.ID) ident.Ref  { return ident.Ref{Kind: ident.KindControl, Path: string(id)} }
func riskRef(id ident.ID) ident.Ref     { return ident.Ref{Kind: ident.KindRisk, Path: string(id)} }
func activityRef(id ident.ID) ident.Ref { return ident.Ref{Kind: ident.KindActivity, Path: string(id)} }

func findingRef(id ident.ID) ident.Ref { return ident.Ref{Kind: ident.KindFinding, Path: string(id)} }
