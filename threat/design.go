package threat

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Design is the architecture of a service arranged for looking things up, with what follows from it for each element.
type Design struct {
	*model.Service
	library *library.Library

	components map[ident.ID]int // former ids among them
	dataAt     map[ident.ID]int
	zones      map[ident.ID]int
	runtimes   map[ident.ID]int
	suppliers  map[ident.ID]int
	identities map[ident.ID]int

	atComponent []atComponent
	atFlow      []atFlow
	atData      []atData
	atRuntime   []gathering
	atZone      []gathering
	atSupplier  []gathering
	stored      map[int]bool                 // identities whose secrets a component holds, by place
	has         map[model.ComponentType]bool // kinds of component that there are
}

// atComponent is what follows for a component.
type atComponent struct {
	exposure model.Trust // who can reach it; empty is unknown
	zone     int         // -1 for none that is there
	runtime  int
	supplier int
	ours     bool
	in, out  []int // flows, by place
	holds    stake // what it keeps
	stake    stake // what it keeps, handles and is sent
}

// atFlow is what follows for a flow.
type atFlow struct {
	source, destination int // -1 for none that is there
	crosses             model.Attribute
	rises               model.Attribute // whether it goes from where more people can be to where fewer can
	stake               stake
}

// atData is what follows for an item of data.
type atData struct {
	stake   stake
	holders []int // the components of the service's own that keep, handle or are sent it
	leaves  bool  // whether it goes to a system of somebody else
}

// stake is the data at stake, and how bad it would be.
type stake struct {
	data     []int // in order
	level    int
	word     string
	personal model.Attribute
	special  model.Attribute
	secrets  model.Attribute
}

// gathering is the components that are together in, on or by something.
type gathering struct {
	components []int
	kinds      []int       // of those, one of each exposure and gravity of data
	exposure   model.Trust // the widest
	mixed      model.Attribute
	stake      stake
}

// Arrange makes a design ready.
func Arrange(s *model.Service, lib *library.Library) *Design {
	d := &Design{Service: s, library: lib, has: map[model.ComponentType]bool{}, stored: map[int]bool{}}
	a := &s.Architecture
	d.components = places(a.Components, func(c *model.Component) (ident.ID, []ident.ID) { return c.ID, c.Formerly })
	d.dataAt = places(s.Data, func(x *model.Data) (ident.ID, []ident.ID) { return x.ID, x.Formerly })
	d.zones = places(a.Zones, func(z *model.Zone) (ident.ID, []ident.ID) { return z.ID, z.Formerly })
	d.runtimes = places(a.Runtimes, func(r *model.Runtime) (ident.ID, []ident.ID) { return r.ID, r.Formerly })
	d.suppliers = places(s.Suppliers, func(e *model.Engagement) (ident.ID, []ident.ID) { return e.ID, e.Formerly })
	d.identities = places(a.Identities, func(i *model.Account) (ident.ID, []ident.ID) { return i.ID, i.Formerly })
	d.arrangeData()
	d.arrangeComponents(Exposures(s))
	d.arrangeFlows()
	d.locate()
	d.atRuntime = make([]gathering, len(a.Runtimes))
	d.atZone = make([]gathering, len(a.Zones))
	d.atSupplier = make([]gathering, len(s.Suppliers))
	for i := range d.atComponent {
		c := &d.atComponent[i]
		d.gather(d.atRuntime, c.runtime, i)
		d.gather(d.atZone, c.zone, i)
		d.gather(d.atSupplier, c.supplier, i)
	}
	for i := range s.Suppliers {
		d.join(&d.atSupplier[i].stake, s.Suppliers[i].Data)
	}
	return d
}

func places[T any](all []T, names func(*T) (ident.ID, []ident.ID)) map[ident.ID]int {
	out := make(map[ident.ID]int, len(all))
	for i := range all {
		_, former := names(&all[i])
		for _, f := range former {
			out[f] = i
		}
	}
	for i := range all {
		id, _ := names(&all[i])
		out[id] = i
	}
	return out
}

// at gives a place, -1 where there is none.
func at(places map[ident.ID]int, id ident.ID) int {
	if i, is := places[id]; is && id != "" {
		return i
	}
	return -1
}

func (d *Design) arrangeData() {
	d.atData = make([]atData, len(d.Data))
	for i := range d.atData {
		d.atData[i].stake = d.weigh([]int{i})
	}
}

// locate notes where data and secrets are kept, and where data goes.
func (d *Design) locate() {
	for i := range d.atComponent {
		for _, id := range d.Architecture.Components[i].Secrets {
			d.stored[at(d.identities, id)] = true
		}
		if !d.atComponent[i].ours {
			continue
		}
		for _, x := range d.atComponent[i].stake.data {
			d.atData[x].holders = append(d.atData[x].holders, i)
		}
	}
	for i := range d.atFlow {
		to := d.atFlow[i].destination
		if to < 0 || d.atComponent[to].ours || d.Architecture.Components[to].Type == "person" {
			continue
		}
		for _, x := range d.atFlow[i].stake.data {
			d.atData[x].leaves = true
		}
	}
}

func (d *Design) arrangeComponents(exposures []Exposure) {
	all := d.Architecture.Components
	d.atComponent = make([]atComponent, len(all))
	for i := range all {
		c := &all[i]
		to := &d.atComponent[i]
		*to = atComponent{exposure: exposures[i].To, zone: at(d.zones, c.Zone), runtime: at(d.runtimes, c.Runtime), supplier: at(d.suppliers, c.Supplier), ours: !Others(c)}
		d.join(&to.holds, c.Holds)
		to.stake = stake{data: slices.Clone(to.holds.data)}
		d.join(&to.stake, c.Handles)
		d.has[c.Type] = true
	}
}

// Others says whether somebody else answers for a component: it is modelled because the service is connected to it.
func Others(c *model.Component) bool {
	return c.OutOfScope == model.Yes || c.Type == "person" || c.Type == "external-system"
}

func (d *Design) arrangeFlows() {
	all := d.Architecture.Flows
	d.atFlow = make([]atFlow, len(all))
	for i := range all {
		f, to := &all[i], &d.atFlow[i]
		to.source, to.destination = at(d.components, f.Source), at(d.components, f.Destination)
		d.join(&to.stake, f.Data)
		if to.source < 0 || to.destination < 0 {
			continue
		}
		from, dest := &d.atComponent[to.source], &d.atComponent[to.destination]
		from.out, dest.in = append(from.out, i), append(dest.in, i)
		to.crosses = differ(from.zone, dest.zone)
		to.rises = rises(d.trust(from.zone), d.trust(dest.zone))
		if f.Encryption != "approved" && f.Encryption != "end-to-end" {
			d.join(&from.stake, f.Data)
			d.join(&dest.stake, f.Data)
		}
	}
}

// differ says whether two zones are different ones; nobody knows where one is not named.
func differ(a, b int) model.Attribute {
	switch {
	case a < 0 || b < 0:
		return model.Unknown
	case a != b:
		return model.Yes
	}
	return model.No
}

func rises(from, to model.Trust) model.Attribute {
	switch {
	case from == "" || to == "":
		return model.Unknown
	case from.Rank() > to.Rank():
		return model.Yes
	}
	return model.No
}

// trust gives who can be expected in a zone.
func (d *Design) trust(zone int) model.Trust {
	return trustOf(d.Architecture.Zones, d.zones, zone)
}

func (d *Design) gather(all []gathering, i, component int) {
	if i < 0 {
		return
	}
	g, c := &all[i], &d.atComponent[component]
	if len(g.components) == 0 {
		g.exposure, g.mixed = c.exposure, model.No
	} else if c.exposure == "" || g.exposure == "" {
		g.exposure = ""
	} else if c.exposure.Rank() > g.exposure.Rank() {
		g.exposure = c.exposure
	}
	d.mix(g, component)
	g.components = append(g.components, component)
	ids := make([]ident.ID, 0, len(c.stake.data))
	for _, x := range c.stake.data {
		ids = append(ids, d.Data[x].ID)
	}
	d.join(&g.stake, ids)
}

// mix compares a component with each kind that is there already: whatever the order, any two that differ count.
func (d *Design) mix(g *gathering, component int) {
	known := false
	for _, other := range g.kinds {
		g.mixed = graver(g.mixed, d.unlike(other, component))
		a, b := &d.atComponent[other], &d.atComponent[component]
		known = known || a.exposure == b.exposure && a.stake.level == b.stake.level
	}
	if !known {
		g.kinds = append(g.kinds, component)
	}
}

// unlike says whether two components should not share what they are on: others can reach the one, or it has graver data.
func (d *Design) unlike(a, b int) model.Attribute {
	x, y := &d.atComponent[a], &d.atComponent[b]
	switch {
	case x.exposure == "" || y.exposure == "":
		return model.Unknown
	case x.exposure != y.exposure && x.stake.level != y.stake.level:
		return model.Yes
	}
	return model.No
}

func graver(a, b model.Attribute) model.Attribute {
	if a == model.Yes || b == model.Yes {
		return model.Yes
	}
	if a == model.Unknown || b == model.Unknown {
		return model.Unknown
	}
	return model.No
}

// join adds data to what is at stake.
func (d *Design) join(to *stake, ids []ident.ID) {
	data := to.data
	for _, id := range ids {
		if i := at(d.dataAt, id); i >= 0 && !slices.Contains(data, i) {
			data = append(data, i)
		}
	}
	slices.Sort(data)
	*to = d.weigh(data)
}

// weigh says how bad it would be to lose some data: the highest row of the scale that any of it fits.
func (d *Design) weigh(data []int) stake {
	scale := &d.library.ThreatScale
	out := stake{data: data, level: scale.Least, word: "none", personal: model.No, special: model.No, secrets: model.No}
	for _, i := range data {
		x := &d.Data[i]
		out.personal = graver(out.personal, x.Personal)
		out.secrets = graver(out.secrets, x.Credentials)
		if x.Personal != model.No {
			out.special = graver(out.special, graver(x.IsSpecial(), x.CriminalOffence))
		}
		for g := range scale.Grades {
			if row := &scale.Grades[g]; (row.Level > out.level || out.word == "none") && fits(row, x) {
				out.level, out.word = max(out.level, row.Level), row.Word
			}
		}
	}
	return out
}

// fits says whether data is of a grade. What nobody said counts as so.
func fits(g *library.Grade, x *model.Data) bool {
	class := x.Classification
	switch {
	case g.Classification != "" && class != "" && class.Rank() < g.Classification.Rank():
	case g.Marking != "" && !slices.Contains(x.Markings, g.Marking) && class.Rank() <= model.Official.Rank():
	case g.Personal == model.Yes && x.Personal == model.No:
	case g.Special == model.Yes && (x.Personal == model.No || x.IsSpecial() == model.No && x.CriminalOffence == model.No):
	case g.Credentials == model.Yes && x.Credentials != model.Yes: // few things are: unsaid is not
	case g.Records > 0 && x.Records > 0 && x.Records < g.Records:
	default:
		return true
	}
	return false
}

// ids names data by place, in order of id.
func (d *Design) ids(data []int) []ident.ID {
	out := make([]ident.ID, len(data))
	for i, x := range data {
		out[i] = d.Data[x].ID
	}
	slices.SortFunc(out, cmp.Compare[ident.ID])
	return out
}
