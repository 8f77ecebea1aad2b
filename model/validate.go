package model

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Problem is something that two parts of a service file say against each other.
type Problem struct {
	Path string // such as /risks/r1/residual
	Text string // what is wrong and what to do
}

// Validate finds what the grammar of the file cannot: parts that speak against each other.
func Validate(s *Service) []Problem {
	v := &validator{}
	v.identity(&s.Service)
	v.classified("/context", s.Context.Classification, s.Context.Markings)
	for i := range s.Data {
		v.data(&s.Data[i])
	}
	v.zones(s.Architecture.Zones)
	v.parts(s.Architecture.Components)
	v.rasci(s.Plan.RASCI)
	for i := range s.Risks {
		v.risk(&s.Risks[i])
	}
	for i := range s.Controls {
		v.control(&s.Controls[i])
	}
	for i := range s.Answers {
		v.answer(&s.Answers[i])
	}
	v.answers(s.Answers)
	v.choices(s.Plan.Frameworks)
	v.twice(s.Controls)
	v.spans(s)
	v.formerly(s)
	return v.problems
}

type validator struct{ problems []Problem }

func (v *validator) bad(path, format string, args ...any) {
	v.problems = append(v.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

func (v *validator) identity(id *Identity) {
	if id.EnteredAtPhase != "" && id.AdoptedAt.IsZero() {
		v.bad("/service/entered_at_phase", "entered_at_phase needs adopted_at: the day on which the team began to work this way")
	}
}

func (v *validator) classified(path string, c Classification, markings []Marking) {
	for _, m := range markings {
		if m == Sensitive && c.Rank() > Official.Rank() {
			v.bad(path+"/markings", "SENSITIVE is a marking inside OFFICIAL; at %s leave it out", c)
		}
	}
}

func (v *validator) data(d *Data) {
	path := "/data/" + string(d.ID)
	v.classified(path, d.Classification, d.Markings)
	if d.SpecialCategory == No && len(d.SpecialCategories) > 0 {
		v.bad(path+"/special_category", "special_category is no, but special_categories names %s", d.SpecialCategories[0])
	}
	if d.Personal == No && (d.IsSpecial() == Yes || d.CriminalOffence == Yes) {
		v.bad(path+"/personal", "special category and criminal offence data are personal data: personal cannot be no")
	}
}

// answer checks that an answer is to one thing, and says something of it.
func (v *validator) answer(a *Answer) {
	path := "/answers/" + string(a.ID)
	toStatement, toRequirement := a.Principle != "" && a.Statement != "", a.Framework != "" && a.Requirement != ""
	switch {
	case toStatement == toRequirement || toStatement && (a.Framework != "" || a.Requirement != "") || toRequirement && (a.Principle != "" || a.Statement != ""):
		v.bad(path, "an answer is to a statement of a principle (principle and statement) or to a requirement of a framework (framework, version and requirement)")
	case toRequirement && a.Version == "":
		v.bad(path, "the version of the framework %s is missing: ids change their meaning between versions", a.Framework)
	case toStatement && a.Answer == "":
		v.bad(path, "the answer is missing: met, partly or not-met")
	case toStatement && (a.Level != "" || len(a.Indicators) > 0):
		v.bad(path, "level and indicators are for requirements of a framework; a statement has an answer")
	case toRequirement && a.Answer == "" && a.Level == "" && len(a.Indicators) == 0:
		v.bad(path, "the answer is missing: answer, level or indicators")
	}
	seen := map[ident.ID]bool{}
	for i, t := range a.Indicators {
		switch {
		case t.Ticked < 0 || t.Of < 0 || t.Of > 0 && t.Ticked > t.Of:
			v.bad(path+"/indicators/"+strconv.Itoa(i), "%d of %d cannot be ticked", t.Ticked, t.Of)
		case seen[t.Level]:
			v.bad(path+"/indicators/"+strconv.Itoa(i), "the indicators of %s are here twice; put them together", t.Level)
		}
		seen[t.Level] = true
	}
}

// answers finds two answers to one thing: neither would say which counts.
func (v *validator) answers(answers []Answer) {
	first := map[string]ident.ID{}
	for i := range answers {
		a := &answers[i]
		to := fmt.Sprintf("%q %q %q %q %q", a.Principle, a.Statement, a.Framework, a.Version, a.Requirement)
		if other, twice := first[to]; twice {
			v.bad("/answers/"+string(a.ID), "this is answered twice, also by %s; leave one out", other)
			continue
		}
		first[to] = a.ID
	}
}

// choices finds a framework that is chosen twice in the same version and with the same profile.
func (v *validator) choices(choices []Choice) {
	first := map[string]ident.ID{}
	for i := range choices {
		c := &choices[i]
		key := fmt.Sprintf("%q %q %q", c.Framework, c.Version, c.Profile)
		if other, twice := first[key]; twice {
			v.bad("/plan/frameworks/"+string(c.ID), "%s is chosen twice, also by %s; leave one out", c.Framework, other)
			continue
		}
		first[key] = c.ID
	}
}

func (v *validator) zones(zones []Zone) {
	up := make(map[ident.ID]ident.ID, len(zones))
	for _, z := range zones {
		up[z.ID] = z.Parent
	}
	for _, circle := range circles(up) {
		v.bad("/architecture/zones/"+string(circle[0])+"/parent", "the zone %s is inside itself (%s); take one `parent` out", circle[0], around(circle))
	}
}

func (v *validator) parts(components []Component) {
	up := make(map[ident.ID]ident.ID, len(components))
	for i := range components {
		up[components[i].ID] = components[i].Parent
	}
	for _, circle := range circles(up) {
		v.bad("/architecture/components/"+string(circle[0])+"/parent", "the component %s is part of itself (%s); take one `parent` out", circle[0], around(circle))
	}
}

// circles finds each circle of parents once, starting from its first id, in time that grows with the number of ids only.
func circles(up map[ident.ID]ident.ID) [][]ident.ID {
	var out [][]ident.ID
	seenFrom := make(map[ident.ID]ident.ID, len(up)) // the walk that came past an id
	for _, from := range slices.Sorted(maps.Keys(up)) {
		at := from
		for at != "" && seenFrom[at] == "" {
			seenFrom[at] = from
			at = up[at]
		}
		if at == "" || seenFrom[at] != from {
			continue
		}
		circle := []ident.ID{at}
		for next := up[at]; next != at; next = up[next] {
			circle = append(circle, next)
		}
		first := slices.Index(circle, slices.Min(circle))
		out = append(out, slices.Concat(circle[first:], circle[:first]))
	}
	return out
}

// around shows a circle, or the beginning of one that is long.
func around(circle []ident.ID) string {
	const most = 6
	if len(circle) > most {
		return join(circle[:most]) + " in ..."
	}
	return join(append(circle, circle[0]))
}

func join(ids []ident.ID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return strings.Join(texts, " in ")
}

func (v *validator) rasci(duties []Duty) {
	first := map[ident.ID]int{}
	for i, d := range duties {
		path := "/plan/rasci/" + strconv.Itoa(i)
		switch n := len(d.Accountable); {
		case n == 0:
			v.bad(path, "nobody is accountable for %s; name exactly one role", d.Activity)
		case n > 1:
			v.bad(path+"/accountable", "%d roles are accountable for %s; exactly one may be", n, d.Activity)
		}
		if at, twice := first[d.Activity]; twice {
			v.bad(path+"/activity", "the duties for %s are here twice, also as item %d of the list; put them together", d.Activity, at+1)
			continue
		}
		first[d.Activity] = i
	}
}

func (v *validator) risk(r *Risk) {
	path := "/risks/" + string(r.ID)
	v.notAbove(path+"/residual", "residual", r.Residual, r.Inherent)
	v.notAbove(path+"/target", "target", r.Target, r.Inherent)
	seen := map[string]bool{}
	for i, c := range r.Controls {
		key := string(c.Control) + " " + string(c.Lowers)
		if seen[key] {
			v.bad(path+"/controls/"+strconv.Itoa(i), "%s already lowers the %s of this risk; add the steps up in one place", c.Control, c.Lowers)
		}
		seen[key] = true
	}
}

func (v *validator) notAbove(path, what string, lower, upper Judgement) {
	v.level(path+"/likelihood", what+" likelihood", lower.Likelihood, upper.Likelihood)
	for _, axis := range Axes() {
		v.level(path+"/impact/"+string(axis), what+" "+string(axis)+" impact", lower.Impact.On(axis), upper.Impact.On(axis))
	}
}

func (v *validator) level(path, what string, lower, upper Level) {
	switch {
	case lower > 0 && upper == 0:
		v.bad(path, "the %s is judged (%d) but the inherent one is not; say in `inherent` what it is with no controls", what, lower)
	case lower > upper:
		v.bad(path, "the %s (%d) is above the inherent one (%d): controls cannot make a risk worse", what, lower, upper)
	}
}

func (v *validator) control(c *Control) {
	path := "/controls/" + string(c.ID)
	if c.Applicability == NotApplicable && c.Reason == "" {
		v.bad(path+"/applicability", "say in `reason` why %s is not applicable", c.ID)
	}
	if (c.Origin == Inherited || c.Origin == Shared) && c.Offer.Service == "" {
		v.bad(path+"/origin", "%s is %s: say in `offer` which service offers it", c.ID, c.Origin)
	}
	if c.Origin != Inherited && c.Origin != Shared && c.Offer.Service != "" {
		v.bad(path+"/offer", "%s rests on an offer of %s: say `origin: inherited` or `origin: shared`", c.ID, c.Offer.Service)
	}
}

// twice finds two claims of one library control on one component: neither would say which is meant. A claim that names
// no components is on all of them.
func (v *validator) twice(controls []Control) {
	everywhere := map[ident.ID]ident.ID{}     // library control -> the first claim of it without components
	claimed := map[ident.ID]ident.ID{}        // library control -> the first claim of it
	onComponent := map[[2]ident.ID]ident.ID{} // library control and component -> the first claim
	for i := range controls {
		c := &controls[i]
		other := everywhere[c.Requires()]
		if other == "" && len(c.Components) == 0 {
			other = claimed[c.Requires()]
		}
		for _, at := range c.Components {
			key := [2]ident.ID{c.Requires(), at}
			if first := onComponent[key]; first != "" && first != c.ID && other == "" {
				other = first
			}
			if onComponent[key] == "" {
				onComponent[key] = c.ID
			}
		}
		if claimed[c.Requires()] == "" {
			claimed[c.Requires()] = c.ID
		}
		if len(c.Components) == 0 && everywhere[c.Requires()] == "" {
			everywhere[c.Requires()] = c.ID
		}
		if other != "" {
			v.bad("/controls/"+string(c.ID), "the controls %s and %s both claim %s of the library for the same components; name in `components` which is on what", other, c.ID, c.Requires())
		}
	}
}

func (v *validator) spans(s *Service) {
	for _, a := range s.Plan.Appointments {
		v.span("/plan/appointments/"+string(a.ID), a.From, a.Until)
	}
	for i := range s.Suppliers {
		e := &s.Suppliers[i]
		path := "/suppliers/" + string(e.ID)
		v.span(path, e.From, e.Until)
		for _, c := range e.Certificates {
			v.span(path+"/certificates/"+string(c.ID), c.From, c.Until)
		}
	}
}

func (v *validator) span(path string, from, until civil.Date) {
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		v.bad(path+"/until", "it ends on %s, before it begins on %s", until, from)
	}
}

// formerly finds former ids that are in use: a rename must not be taken for somebody else.
func (v *validator) formerly(s *Service) {
	if slices.Contains(s.Service.Formerly, s.Service.ID) {
		v.bad("/service/formerly", "%s is the id of the service now; take it out", s.Service.ID)
	}
	a := &s.Architecture
	check(v, "/context/functions", s.Context.Functions, func(f *Function) (ident.ID, []ident.ID) { return f.ID, f.Formerly })
	check(v, "/context/appetite/unacceptable_losses", s.Context.Appetite.UnacceptableLosses, func(l *Loss) (ident.ID, []ident.ID) { return l.ID, l.Formerly })
	check(v, "/data", s.Data, func(d *Data) (ident.ID, []ident.ID) { return d.ID, d.Formerly })
	check(v, "/architecture/zones", a.Zones, func(z *Zone) (ident.ID, []ident.ID) { return z.ID, z.Formerly })
	check(v, "/architecture/components", a.Components, func(c *Component) (ident.ID, []ident.ID) { return c.ID, c.Formerly })
	check(v, "/architecture/flows", a.Flows, func(f *Flow) (ident.ID, []ident.ID) { return f.ID, f.Formerly })
	check(v, "/architecture/identities", a.Identities, func(i *Account) (ident.ID, []ident.ID) { return i.ID, i.Formerly })
	check(v, "/architecture/runtimes", a.Runtimes, func(r *Runtime) (ident.ID, []ident.ID) { return r.ID, r.Formerly })
	check(v, "/assumptions", s.Assumptions, func(a *Assumption) (ident.ID, []ident.ID) { return a.ID, a.Formerly })
	check(v, "/risks", s.Risks, func(r *Risk) (ident.ID, []ident.ID) { return r.ID, r.Formerly })
	check(v, "/controls", s.Controls, func(c *Control) (ident.ID, []ident.ID) { return c.ID, c.Formerly })
	check(v, "/suppliers", s.Suppliers, func(e *Engagement) (ident.ID, []ident.ID) { return e.ID, e.Formerly })
}

func check[T any](v *validator, list string, items []T, names func(*T) (ident.ID, []ident.ID)) {
	now := make(map[ident.ID]bool, len(items))
	for i := range items {
		id, _ := names(&items[i])
		now[id] = true
	}
	was := map[ident.ID]ident.ID{}
	for i := range items {
		id, former := names(&items[i])
		path := list + "/" + string(id) + "/formerly"
		for _, f := range former {
			switch other := was[f]; {
			case f == id:
				v.bad(path, "%s is its id now; take it out", f)
			case now[f]:
				v.bad(path, "%s cannot have been %s: something else has that id now", id, f)
			case other != "" && other != id:
				v.bad(path, "both %s and %s say that they were %s; only one can have been", other, id, f)
			default:
				was[f] = id
			}
		}
	}
}
