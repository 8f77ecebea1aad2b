package threat

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Candidates gives every threat that a rule finds in a design, in order of id.
func (b *Rulebook) Candidates(d *Design) []Candidate {
	var out []Candidate
	for i := range b.rules {
		r := &b.rules[i]
		for at := range d.count(r.Item.On) {
			if !d.own(r.Item.On, at) {
				continue
			}
			if so := all(r.where, d, at); so != isNot {
				out = append(out, b.candidate(d, r, at))
			}
		}
	}
	slices.SortFunc(out, func(x, y Candidate) int { return cmp.Compare(x.ID, y.ID) })
	return out
}

// count gives how many elements of a kind there are.
func (d *Design) count(of library.Element) int {
	switch of {
	case library.OnAComponent:
		return len(d.Architecture.Components)
	case library.OnAFlow:
		return len(d.Architecture.Flows)
	case library.OnData:
		return len(d.Data)
	case library.OnAnIdentity:
		return len(d.Architecture.Identities)
	case library.OnARuntime:
		return len(d.Architecture.Runtimes)
	case library.OnAZone:
		return len(d.Architecture.Zones)
	case library.OnASupplier:
		return len(d.Suppliers)
	}
	return 1
}

// own says whether the service answers for an element: for a component itself, for a flow at one of its ends.
func (d *Design) own(of library.Element, at int) bool {
	switch of {
	case library.OnAComponent:
		return d.atComponent[at].ours
	case library.OnAFlow:
		f := &d.atFlow[at]
		return f.source >= 0 && f.destination >= 0 && (d.atComponent[f.source].ours || d.atComponent[f.destination].ours)
	}
	return true
}

func (b *Rulebook) candidate(d *Design, r *rule, at int) Candidate {
	id, former := d.name(r.Item.On, at)
	c := Candidate{Rule: r.Entry, Element: refOf(r.Item.On)(d, at), Where: d.answeredAt(r.Item.On, at)}
	c.ID = Named(r.Item.ID, id)
	for _, rule := range append([]ident.ID{r.Item.ID}, r.Item.Formerly...) {
		for _, element := range append([]ident.ID{id}, former...) {
			if old := Named(rule, element); old != c.ID {
				c.Formerly = append(c.Formerly, old)
			}
		}
	}
	c.Title = d.tell(r.Item.Title, r.Item.On, at)
	c.Components = make([]ident.ID, len(c.Where))
	for i, w := range c.Where {
		c.Components[i] = d.Architecture.Components[w].ID
	}
	c.Group, c.Groups = d.group(r.Item, c.Where, c.ID)
	for _, s := range r.stopped {
		if all(s.when, d, at) == isSo {
			c.Said = s.control
			break
		}
	}
	c.Asks = r.asks(d, at)
	s := d.stakeOf(r.Item.On, at)
	c.Data = d.ids(s.data)
	c.Likelihood, c.Impact = b.likelihood(d, r.Item, at), d.impact(r.Item, s, c.Where)
	if r.Item.Once == library.AfterSupport {
		c.After = d.Architecture.Components[at].SupportedUntil
	}
	return c
}

// Named gives the id of the threat that a rule finds in an element. One that would be too long keeps the rule, the
// beginning of the element and enough of a digest to stay apart.
func Named(rule, element ident.ID) ident.ID {
	const most, kept = 64, 10
	id := string(rule) + "." + string(element)
	if len(id) <= most {
		return ident.ID(id)
	}
	sum := sha256.Sum256([]byte(id))
	return ident.ID(strings.TrimRight(id[:most-kept-1], ".-_") + "-" + hex.EncodeToString(sum[:kept/2]))
}

// name gives the id of an element, and those that it had.
func (d *Design) name(of library.Element, at int) (ident.ID, []ident.ID) {
	switch of {
	case library.OnAComponent:
		return d.Architecture.Components[at].ID, d.Architecture.Components[at].Formerly
	case library.OnAFlow:
		return d.Architecture.Flows[at].ID, d.Architecture.Flows[at].Formerly
	case library.OnData:
		return d.Data[at].ID, d.Data[at].Formerly
	case library.OnAnIdentity:
		return d.Architecture.Identities[at].ID, d.Architecture.Identities[at].Formerly
	case library.OnARuntime:
		return d.Architecture.Runtimes[at].ID, d.Architecture.Runtimes[at].Formerly
	case library.OnAZone:
		return d.Architecture.Zones[at].ID, d.Architecture.Zones[at].Formerly
	case library.OnASupplier:
		return d.Suppliers[at].ID, d.Suppliers[at].Formerly
	}
	return "service", nil
}

// answeredAt gives the components on which a control answers a threat to an element: for a flow, where it ends, or where
// it begins when somebody else answers for the end.
func (d *Design) answeredAt(of library.Element, at int) []int {
	switch of {
	case library.OnAComponent:
		return []int{at}
	case library.OnAFlow:
		f := &d.atFlow[at]
		if d.atComponent[f.destination].ours {
			return []int{f.destination}
		}
		return []int{f.source}
	case library.OnData:
		return d.atData[at].holders
	case library.OnAnIdentity:
		return d.ours(d.placesOf(d.Architecture.Identities[at].Components))
	case library.OnARuntime:
		return d.ours(d.atRuntime[at].components)
	case library.OnAZone:
		return d.ours(d.atZone[at].components)
	case library.OnASupplier:
		return d.ours(d.atSupplier[at].components)
	}
	return nil
}

func (d *Design) placesOf(ids []ident.ID) []int { return found(d.components, ids) }

func (d *Design) ours(all []int) (out []int) {
	for _, i := range all {
		if d.atComponent[i].ours {
			out = append(out, i)
		}
	}
	return out
}

// group gives what a threat is shown with, and the ids that this had: threats of one rule that are answered on one
// component.
func (d *Design) group(r *library.Rule, where []int, id ident.ID) (group ident.ID, former []ident.ID) {
	if r.On != library.OnAFlow || len(where) != 1 {
		return id, nil
	}
	c := &d.Architecture.Components[where[0]]
	group = Named(r.ID, c.ID)
	for _, rule := range append([]ident.ID{r.ID}, r.Formerly...) {
		for _, component := range append([]ident.ID{c.ID}, c.Formerly...) {
			if old := Named(rule, component); old != group {
				former = append(former, old)
			}
		}
	}
	return group, former
}

// asks gives the questions whose answers would decide whether the threat is there, or whether something stops it.
func (r *rule) asks(d *Design, at int) (out []Question) {
	add := func(traits []trait) {
		for k := range traits {
			t := &traits[k]
			if t.ask(d, at) != isUnsaid {
				continue
			}
			q := Question{Of: t.ref(d, t.of(d, at)), Is: t.is, Text: d.tell(r.question(t.is), r.Item.On, at)}
			if !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	add(r.where)
	return out
}

// question gives what a rule asks about an attribute, or a plain question where it has none of its own.
func (r *rule) question(is string) string {
	for _, a := range r.Item.Ask {
		if a.Is == is {
			return a.Text
		}
	}
	return "What is " + strings.ReplaceAll(is, "_", " ") + " of {it}?"
}

// tell puts names into a text.
func (d *Design) tell(text string, on library.Element, at int) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := []string{"{it}", d.title(on, at)}
	if on == library.OnAFlow {
		f := &d.atFlow[at]
		pairs = append(pairs, "{source}", d.title(library.OnAComponent, f.source), "{destination}", d.title(library.OnAComponent, f.destination))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// title gives the name of an element as people say it.
func (d *Design) title(on library.Element, at int) string {
	name, id := "", ident.ID("")
	switch on {
	case library.OnAComponent:
		c := &d.Architecture.Components[at]
		name, id = c.Name, c.ID
	case library.OnAFlow:
		f := &d.Architecture.Flows[at]
		name, id = f.Name, f.ID
	case library.OnData:
		name, id = d.Data[at].Name, d.Data[at].ID
	case library.OnAnIdentity:
		i := &d.Architecture.Identities[at]
		name, id = i.Name, i.ID
	case library.OnARuntime:
		r := &d.Architecture.Runtimes[at]
		name, id = r.Name, r.ID
	case library.OnAZone:
		z := &d.Architecture.Zones[at]
		name, id = z.Name, z.ID
	case library.OnASupplier:
		name, id = d.Suppliers[at].Name, d.Suppliers[at].ID
	default:
		name, id = d.Service.Service.Name, d.Service.Service.ID
	}
	if name == "" {
		return string(id)
	}
	return name
}

// stakeOf gives the data at stake in an element.
func (d *Design) stakeOf(of library.Element, at int) *stake {
	switch of {
	case library.OnAComponent:
		return &d.atComponent[at].stake
	case library.OnAFlow:
		return &d.atFlow[at].stake
	case library.OnData:
		return &d.atData[at].stake
	case library.OnARuntime:
		return &d.atRuntime[at].stake
	case library.OnAZone:
		return &d.atZone[at].stake
	case library.OnASupplier:
		return &d.atSupplier[at].stake
	}
	var all []int
	if of == library.OnAnIdentity {
		for _, c := range d.placesOf(d.Architecture.Identities[at].Components) {
			all = append(all, d.atComponent[c].stake.data...)
		}
	} else {
		for i := range d.Data {
			all = append(all, i)
		}
	}
	slices.Sort(all)
	out := d.weigh(slices.Compact(all))
	return &out
}

// likelihood goes by who can reach the element, and by how much more or less likely the rule says that it is.
func (b *Rulebook) likelihood(d *Design, r *library.Rule, at int) int {
	level, to := b.library.ThreatScale.Unknown, d.exposure(r.On, at)
	for _, row := range b.library.ThreatScale.Exposure {
		if row.To == to {
			level = row.Level
		}
	}
	return min(max(level+r.Likelihood, 1), 5)
}

// exposure gives who can reach an element: for a flow, the wider of whoever can reach its ends.
func (d *Design) exposure(of library.Element, at int) model.Trust {
	switch of {
	case library.OnAComponent:
		return d.atComponent[at].exposure
	case library.OnAFlow:
		return d.widest([]int{d.atFlow[at].source, d.atFlow[at].destination})
	case library.OnARuntime:
		return d.atRuntime[at].exposure
	case library.OnAZone:
		return d.atZone[at].exposure
	}
	if where := d.answeredAt(of, at); len(where) > 0 {
		return d.widest(where)
	}
	all := make([]int, 0, len(d.atComponent))
	for i := range d.atComponent {
		if d.atComponent[i].ours {
			all = append(all, i)
		}
	}
	return d.widest(all)
}

// widest gives the widest exposure of some components; one that is not known makes the whole not known, unless another
// is open to anybody.
func (d *Design) widest(components []int) (out model.Trust) {
	unsaid := false
	for _, i := range components {
		e := d.atComponent[i].exposure
		unsaid = unsaid || e == ""
		if e.Rank() > out.Rank() {
			out = e
		}
	}
	if unsaid && out != model.Public {
		return ""
	}
	return out
}

// impact goes by the data at stake, and where the service or the working of a part is what is lost, by how much that
// matters.
func (d *Design) impact(r *library.Rule, s *stake, where []int) int {
	level := s.level
	if !slices.Contains(r.Harms, library.Availability) {
		return max(level, 1)
	}
	for _, i := range where {
		level = max(level, 1+d.Architecture.Components[i].Criticality.Rank())
	}
	if len(where) == 0 {
		level = max(level, 1+d.Context.BusinessImpact.Criticality.Rank())
	}
	return min(max(level, 1), 5)
}
