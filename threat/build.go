package threat

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Graph makes the attack graph of a design.
func (b *Rulebook) Graph(d *Design) *Graph {
	g := &builder{Graph: &Graph{design: d, origins: map[ident.ID]node{}, index: map[ident.ID]int{}}, book: b, asked: map[askedOf]int32{}}
	g.nodes()
	g.entries()
	for i := range d.atFlow {
		g.flow(i)
	}
	for i := range d.atComponent {
		g.component(i)
	}
	g.sharing()
	g.identities()
	g.consequences()
	return g.finish()
}

// builder makes a graph.
type builder struct {
	*Graph
	book  *Rulebook
	asked map[askedOf]int32 // hurdles that are there already

	identity, zone, heard, answered, learnt, stoppedFn, suffered node // the first of each
}

type askedOf struct {
	step        *step
	element, at int
}

func (g *builder) add(gain Gain, of library.Element, at int, id ident.ID) node {
	g.states = append(g.states, state{gain, of, at, id})
	return node(len(g.states) - 1)
}

// nodes numbers everything that an attacker could have.
func (g *builder) nodes() {
	d := g.design
	g.states = make([]state, 0, 8+4*len(d.atComponent)+2*len(d.atFlow)+3*len(d.Data)+len(d.Architecture.Identities))
	for _, id := range []ident.ID{FromPublic, FromPartner, FromSuppliers, FromPeople, FromInside} {
		g.origins[id] = g.add(Origin, "", 0, id)
	}
	g.contact = node(len(g.states))
	for i := range d.Architecture.Components {
		for _, gain := range []Gain{Contact, Foothold, Control, Stopped} {
			g.add(gain, library.OnAComponent, i, d.Architecture.Components[i].ID)
		}
	}
	each := func(gain Gain, of library.Element) node {
		first := node(len(g.states))
		for i := range d.count(of) {
			id, _ := d.name(of, i)
			g.add(gain, of, i, id)
		}
		return first
	}
	g.identity, g.runtime, g.supplier = each(Possession, library.OnAnIdentity), each(Possession, library.OnARuntime), each(Possession, library.OnASupplier)
	g.zone, g.heard, g.answered = each(Inhabited, library.OnAZone), each(Heard, library.OnAFlow), each(Answered, library.OnAFlow)
	g.learnt = node(len(g.states))
	for i := range d.Data {
		for _, gain := range []Gain{Learnt, Altered, Destroyed} {
			g.targets = append(g.targets, g.add(gain, library.OnData, i, d.Data[i].ID))
		}
	}
	g.stoppedFn = node(len(g.states))
	for i := range d.Context.Functions {
		for _, gain := range []Gain{Stopped, Misused} {
			g.targets = append(g.targets, g.add(gain, "", i, d.Context.Functions[i].ID))
		}
	}
	g.suffered = node(len(g.states))
	for i := range d.Context.Appetite.UnacceptableLosses {
		g.targets = append(g.targets, g.add(Suffered, "", i, d.Context.Appetite.UnacceptableLosses[i].ID))
	}
}

// of gives the node of a component.
func (g *Graph) of(component int, gain Gain) node {
	return g.contact + node(4*component+slices.Index([]Gain{Contact, Foothold, Control, Stopped}, gain))
}

func (g *builder) data(i int, gain Gain) node {
	return g.learnt + node(3*i+slices.Index([]Gain{Learnt, Altered, Destroyed}, gain))
}

// follows adds what comes by itself.
func (g *builder) follows(from, to node) {
	g.edges = append(g.edges, edge{[2]node{from, none}, to, -1})
}

// step adds a step of a kind, over the hurdle that its element puts up where it is attacked. A kind that no pack in force
// has is as hard as nothing: what nobody rated is taken to be open.
func (g *builder) step(kind ident.ID, element, at int, to node, from ...node) {
	e := edge{[2]node{from[0], none}, to, g.hurdle(kind, element, at)}
	if len(from) > 1 {
		e.from[1] = from[1]
	}
	g.edges = append(g.edges, e)
}

// unrated gives a kind of step that no pack in force has: as hard as nothing.
func (g *builder) unrated(kind ident.ID) *step {
	for s := range g.asked {
		if s.step.ID == kind {
			return s.step
		}
	}
	return &step{Step: &library.Step{ID: kind, Difficulty: 1}}
}

func (g *builder) hurdle(kind ident.ID, element, at int) int32 {
	s := g.book.steps[kind]
	if s == nil {
		s = g.unrated(kind)
	}
	key := askedOf{s, element, at}
	if h, is := g.asked[key]; is {
		return h
	}
	h := hurdle{step: s, element: element, at: at}
	for i := range s.barriers {
		g.stand(&h, &s.barriers[i])
	}
	for _, id := range s.Seen {
		h.seen = append(h.seen, g.control(id))
	}
	g.unsaid += h.unsaid
	g.hurdles = append(g.hurdles, h)
	g.asked[key] = int32(len(g.hurdles) - 1)
	return g.asked[key]
}

// stand puts a barrier in the way, where it is one at all. Where nobody said what it takes, it is not in the way.
func (g *builder) stand(h *hurdle, b *barrier) {
	ask := func(traits []trait) holds {
		if len(traits) == 0 || h.element < 0 {
			return isUnsaid
		}
		return all(traits, g.design, h.element)
	}
	only := isSo
	if len(b.only) > 0 {
		only = ask(b.only)
	}
	said, denied := ask(b.said), ask(b.denied)
	if len(b.said) > 0 && said == isUnsaid && h.element >= 0 {
		h.unsaid++
	}
	if only != isSo || len(b.denied) > 0 && denied == isSo {
		return
	}
	h.barriers = append(h.barriers, inTheWay{g.control(b.control), b.harder, b.blocks, len(b.said) > 0 && said == isSo})
}

func (g *builder) control(id ident.ID) int {
	if i, is := g.index[id]; is {
		return i
	}
	g.controls = append(g.controls, id)
	g.index[id] = len(g.controls) - 1
	return g.index[id]
}

// entries are where attacks from outside come in: at what is open to outsiders, as one of the people who are, and over
// systems that somebody else runs. Where nobody said who can be somewhere, that is anybody.
func (g *builder) entries() {
	d := g.design
	for i := range d.atComponent {
		c, trust := &d.Architecture.Components[i], d.trust(d.atComponent[i].zone)
		if c.InternetFacing == model.Yes {
			trust = model.Public
		}
		switch {
		case c.Type == "person":
			g.person(i, trust)
		case !d.atComponent[i].ours:
			g.step(TakeOver, i, i, g.of(i, Control), g.origins[FromPublic])
		case outside(trust) != "":
			g.step(Enter, i, i, g.of(i, Contact), g.origins[outside(trust)])
		}
	}
	for i := range d.Architecture.Zones {
		if from := outside(d.trust(i)); from != "" {
			g.follows(g.origins[from], g.zone+node(i))
		}
	}
}

// person lets an attacker be one of the people outside, or somebody inside who means harm.
func (g *builder) person(i int, trust model.Trust) {
	if from := outside(trust); from != "" {
		g.follows(g.origins[from], g.of(i, Foothold))
		return
	}
	g.step(Inside, -1, i, g.of(i, Foothold), g.origins[FromInside])
}

// outside gives who outside can be where there is such trust; empty for nobody.
func outside(trust model.Trust) ident.ID {
	switch trust {
	case model.Public, "":
		return FromPublic
	case model.Partner:
		return FromPartner
	}
	return ""
}

// flow adds what a flow lets an attacker do: go on along it, ask over it, listen to it, manage or deploy by it, and answer
// back.
func (g *builder) flow(i int) {
	d := g.design
	f, is := &d.Architecture.Flows[i], &d.atFlow[i]
	if is.source < 0 || is.destination < 0 || is.source == is.destination {
		return
	}
	from, to := is.source, is.destination
	g.step(Connect, i, to, g.of(to, Contact), g.of(from, Foothold))
	if d.Architecture.Components[from].Type != "person" {
		g.step(AnswerBack, i, from, g.of(from, Foothold), g.of(to, Control))
	}
	if f.Management == model.Yes || d.Architecture.Components[from].Management == model.Yes {
		g.step(Manage, i, to, g.of(to, Control), g.of(from, Foothold))
	}
	if builds(d.Architecture.Components[from].Type) {
		g.step(Deploy, i, to, g.of(to, Control), g.of(from, Control))
	}
	if builds(d.Architecture.Components[to].Type) {
		g.step(Deploy, i, from, g.of(from, Control), g.of(to, Control))
	}
	if len(is.stake.data) == 0 {
		return
	}
	g.step(Query, i, to, g.answered+node(i), g.of(to, Contact))
	for _, end := range []int{from, to} {
		if z := d.atComponent[end].zone; z >= 0 {
			g.step(Listen, i, to, g.heard+node(i), g.zone+node(z))
		}
	}
	for _, x := range is.stake.data {
		g.follows(g.heard+node(i), g.data(x, Learnt))
		g.follows(g.answered+node(i), g.data(x, Learnt))
		g.follows(g.answered+node(i), g.data(x, Altered))
	}
}

// builds says whether a component makes what others run.
func builds(t model.ComponentType) bool { return t == "build-pipeline" || t == "code-repository" }

// component adds what an attacker can make of a component.
func (g *builder) component(i int) {
	d := g.design
	c := &d.atComponent[i]
	contact, foothold, control, stopped := g.of(i, Contact), g.of(i, Foothold), g.of(i, Control), g.of(i, Stopped)
	g.follows(foothold, contact)
	g.follows(control, foothold)
	if c.ours {
		g.step(Exploit, i, i, foothold, contact)
		g.step(Flood, i, i, stopped, contact)
		g.step(Escalate, i, i, control, foothold)
	}
	if d.Architecture.Components[i].Type == "person" {
		return // people know what is theirs, and nobody takes them over
	}
	if !c.ours {
		g.follows(foothold, control) // what it is made of is not ours to know
	}
	g.step(Halt, i, i, stopped, control)
	for _, x := range c.stake.data {
		g.step(Read, i, i, g.data(x, Learnt), foothold)
		g.step(Alter, i, i, g.data(x, Altered), foothold)
	}
	for _, x := range c.holds.data {
		g.step(Destroy, i, i, g.data(x, Destroyed), control)
	}
	g.secrets(i)
}

// secrets lets whoever acts as a component have the identities that it holds.
func (g *builder) secrets(i int) {
	d := g.design
	held := slices.Clone(d.Architecture.Components[i].Secrets)
	for _, f := range d.atComponent[i].out {
		held = append(held, d.Architecture.Flows[f].Identity)
	}
	for _, x := range found(d.identities, held) {
		g.step(TakeSecret, i, i, g.identity+node(x), g.of(i, Foothold))
	}
}

// found gives the places of what is named and is there, each once, in order.
func found(places map[ident.ID]int, ids []ident.ID) (out []int) {
	for _, id := range ids {
		if i := at(places, id); i >= 0 {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sharing adds what components have in common: the zone that they are in, what they run on, and who supplies them.
func (g *builder) sharing() {
	d := g.design
	for i := range d.atComponent {
		c := &d.atComponent[i]
		if c.zone >= 0 && d.trust(c.zone) != model.Public {
			g.follows(g.of(i, Foothold), g.zone+node(c.zone))
			if c.ours {
				g.step(Move, i, i, g.of(i, Contact), g.zone+node(c.zone))
			}
		}
		if c.runtime >= 0 {
			g.step(BreakOut, c.runtime, i, g.runtime+node(c.runtime), g.of(i, Control))
			g.step(TakeNeighbour, i, i, g.of(i, Control), g.runtime+node(c.runtime))
		}
		if c.supplier >= 0 {
			g.step(Supply, i, i, g.of(i, Control), g.supplier+node(c.supplier))
		}
	}
	for i := range d.Architecture.Runtimes {
		if s := at(d.suppliers, d.Architecture.Runtimes[i].Supplier); s >= 0 {
			g.step(Supply, -1, -1, g.runtime+node(i), g.supplier+node(s))
		}
	}
	for i := range d.Suppliers {
		g.follows(g.origins[FromSuppliers], g.supplier+node(i))
		for _, x := range found(d.dataAt, d.Suppliers[i].Data) {
			g.step(Supply, -1, -1, g.data(x, Learnt), g.supplier+node(i))
		}
	}
}

// identities adds what an identity opens: it is used where whoever has it can send something.
func (g *builder) identities() {
	d := g.design
	for i := range d.Architecture.Identities {
		a, has := &d.Architecture.Identities[i], g.identity+node(i)
		for _, c := range d.placesOf(a.Components) {
			gain := Control
			if a.Privileged == model.No {
				gain = Foothold
			}
			g.step(SignIn, i, c, g.of(c, gain), has, g.of(c, Contact))
		}
		if a.People != model.No {
			g.step(Phish, i, -1, has, g.origins[FromPeople])
			g.step(Inside, i, -1, has, g.origins[FromInside])
		}
	}
}

// consequences adds what losing components and data means for functions, and for losses that may not happen.
func (g *builder) consequences() {
	d := g.design
	functions := places(d.Context.Functions, func(f *model.Function) (ident.ID, []ident.ID) { return f.ID, f.Formerly })
	losses := places(d.Context.Appetite.UnacceptableLosses, func(l *model.Loss) (ident.ID, []ident.ID) { return l.ID, l.Formerly })
	lose := func(from node, all []ident.ID) {
		for _, l := range found(losses, all) {
			g.follows(from, g.suffered+node(l))
		}
	}
	for i := range d.Context.Functions {
		f := &d.Context.Functions[i]
		stopped, misused := g.stoppedFn+node(2*i), g.stoppedFn+node(2*i+1)
		for _, c := range d.placesOf(f.Components) {
			g.follows(g.of(c, Stopped), stopped)
			g.follows(g.of(c, Control), misused)
		}
		for _, other := range found(functions, f.Supports) {
			if other != i {
				g.follows(stopped, g.stoppedFn+node(2*other))
			}
		}
		lose(stopped, f.Losses)
		lose(misused, f.Losses)
	}
	for i := range d.Risks {
		r := &d.Risks[i]
		if len(r.Losses) == 0 {
			continue
		}
		for _, x := range found(d.dataAt, r.Data) {
			for _, gain := range []Gain{Learnt, Altered, Destroyed} {
				lose(g.data(x, gain), r.Losses)
			}
		}
		for _, f := range found(functions, r.Functions) {
			lose(g.stoppedFn+node(2*f), r.Losses)
			lose(g.stoppedFn+node(2*f+1), r.Losses)
		}
	}
}

// finish arranges the edges by where they start, and leaves out what is there twice.
func (g *builder) finish() *Graph {
	counts := make([]int32, len(g.states)+1)
	for i := range g.edges {
		for _, from := range g.edges[i].from {
			if from != none {
				counts[from]++
			}
		}
	}
	total := int32(0)
	for _, n := range counts {
		total += n
	}
	room := make([]int32, 0, total)
	g.out = make([][]int32, len(g.states))
	for n := range g.out {
		g.out[n] = room[len(room) : len(room) : len(room)+int(counts[n])]
		room = room[:len(room)+int(counts[n])]
	}
	for i := range g.edges {
		for _, from := range g.edges[i].from {
			if from != none {
				g.out[from] = append(g.out[from], int32(i))
			}
		}
		if g.edges[i].from[1] != none {
			g.both = append(g.both, int32(i))
		}
	}
	g.haves = make([]Have, len(g.states))
	for n := range g.states {
		g.haves[n] = g.tell(node(n))
	}
	for _, n := range g.targets {
		g.names = append(g.names, g.name(n))
	}
	g.bears = make([][]int32, len(g.controls))
	for i := range g.hurdles {
		g.bearing(int32(i))
	}
	return g.Graph
}

// bearing notes which controls bear on a hurdle.
func (g *builder) bearing(i int32) {
	note := func(control int) {
		if of := g.bears[control]; len(of) == 0 || of[len(of)-1] != i {
			g.bears[control] = append(of, i)
		}
	}
	for _, b := range g.hurdles[i].barriers {
		note(b.control)
	}
	for _, c := range g.hurdles[i].seen {
		note(c)
	}
}
