package model

import (
	"fmt"
	"strconv"

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

func (v *validator) zones(zones []Zone) {
	up := make(map[ident.ID]ident.ID, len(zones))
	for _, z := range zones {
		up[z.ID] = z.Parent
	}
	for _, z := range zones {
		if loops(up, z.ID) {
			v.bad("/architecture/zones/"+string(z.ID)+"/parent", "the zone %s is inside itself", z.ID)
		}
	}
}

func (v *validator) parts(components []Component) {
	up := make(map[ident.ID]ident.ID, len(components))
	for i := range components {
		up[components[i].ID] = components[i].Parent
	}
	for i := range components {
		c := &components[i]
		if loops(up, c.ID) {
			v.bad("/architecture/components/"+string(c.ID)+"/parent", "the component %s is part of itself", c.ID)
		}
	}
}

// loops says whether going up from an id comes back to it.
func loops(up map[ident.ID]ident.ID, id ident.ID) bool {
	at := up[id]
	for range len(up) {
		if at == "" {
			return false
		}
		if at == id {
			return true
		}
		at = up[at]
	}
	return false
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
			v.bad(path+"/activity", "%s is here twice; it is also item %d", d.Activity, at+1)
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
	if lower.Likelihood > upper.Likelihood {
		v.bad(path+"/likelihood", "the %s likelihood (%d) is above the inherent one (%s): controls cannot make a risk worse", what, lower.Likelihood, level(upper.Likelihood))
	}
	for _, axis := range Axes() {
		if lower.Impact.On(axis) > upper.Impact.On(axis) {
			v.bad(path+"/impact/"+string(axis), "the %s %s impact (%d) is above the inherent one (%s)", what, axis, lower.Impact.On(axis), level(upper.Impact.On(axis)))
		}
	}
}

func level(l Level) string {
	if l == 0 {
		return "not judged"
	}
	return strconv.Itoa(int(l))
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

// twice finds two claims of one library control on one component: neither would say which is meant.
func (v *validator) twice(controls []Control) {
	claimed := map[[2]ident.ID]ident.ID{}
	for i := range controls {
		c := &controls[i]
		places := c.Components
		if len(places) == 0 {
			places = []ident.ID{""}
		}
		for _, at := range places {
			for _, key := range [][2]ident.ID{{c.Requires(), at}, {c.Requires(), ""}} {
				if other, ok := claimed[key]; ok && other != c.ID {
					v.bad("/controls/"+string(c.ID), "%s is also claimed as %s; give each its own components", c.Requires(), other)
					return
				}
			}
			claimed[[2]ident.ID{c.Requires(), at}] = c.ID
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
	check(v, "/data", s.Data, func(d *Data) (ident.ID, []ident.ID) { return d.ID, d.Formerly })
	check(v, "/architecture/components", s.Architecture.Components, func(c *Component) (ident.ID, []ident.ID) { return c.ID, c.Formerly })
	check(v, "/architecture/flows", s.Architecture.Flows, func(f *Flow) (ident.ID, []ident.ID) { return f.ID, f.Formerly })
	check(v, "/risks", s.Risks, func(r *Risk) (ident.ID, []ident.ID) { return r.ID, r.Formerly })
	check(v, "/controls", s.Controls, func(c *Control) (ident.ID, []ident.ID) { return c.ID, c.Formerly })
	check(v, "/suppliers", s.Suppliers, func(e *Engagement) (ident.ID, []ident.ID) { return e.ID, e.Formerly })
}

func check[T any](v *validator, list string, items []T, names func(*T) (ident.ID, []ident.ID)) {
	owner := make(map[ident.ID]ident.ID, len(items))
	for i := range items {
		id, _ := names(&items[i])
		owner[id] = id
	}
	for i := range items {
		id, former := names(&items[i])
		for _, f := range former {
			if other, taken := owner[f]; taken {
				v.bad(list+"/"+string(id)+"/formerly", "%s cannot have been %s: that is %s now", id, f, other)
				continue
			}
			owner[f] = id
		}
	}
}
