package threat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Path is a modelled way to a target. It is not said to be the only one.
type Path struct {
	ID      ident.ID // of the target: what is lost, and of what
	Target  Have
	Cost    int // how hard all its steps are together
	Hardest int // how hard its hardest step is: what an attacker must be capable of, from 1 to 5 and more
	Steps   []Taken
}

// Have is something that an attacker has.
type Have struct {
	Gain  Gain
	Of    ident.Ref // the element; empty for an origin
	Title string    // as people say it
}

// Taken is one step of a path.
type Taken struct {
	Kind       ident.ID
	Title      string // what is done, as a clause
	From       []Have
	To         Have
	After      []int      // the steps of the path that it rests on, by place: the proof is a tree of these
	At         int        // the place of the component that is attacked; -1 for none
	Flow       int        // the place of the flow that is used; -1 for none
	Difficulty int        // with what gets in the way
	Hindered   []ident.ID // controls that get in its way
	Lacking    []ident.ID // controls that would get in its way, and do not work there
	Seen       bool       // whether something would notice it
	Watches    []ident.ID // controls that would notice it
	Techniques []string
	Unsaid     int // attributes that it rests on and nobody has said
}

// Targets gives what an attacker could be after: each property of each item of data, each function, each loss.
func (g *Graph) Targets() []Have {
	out := make([]Have, len(g.targets))
	for i, n := range g.targets {
		out[i] = g.have(n)
	}
	return out
}

// have says what a node is.
func (g *Graph) have(n node) Have { return g.haves[n] }

// tell says what a node is.
func (g *Graph) tell(n node) Have {
	s := &g.states[n]
	out := Have{Gain: s.gain}
	switch {
	case s.gain == Origin:
		out.Title = beginning(s.id)
	case s.of != "":
		out.Of, out.Title = refOf(s.of)(g.design, s.at), g.design.title(s.of, s.at)
	case s.gain == Suffered:
		out.Of, out.Title = ident.Claim("context", "appetite", "unacceptable_losses", string(s.id)), g.design.Context.Appetite.UnacceptableLosses[s.at].Text
	default:
		out.Of, out.Title = ident.Claim("context", "functions", string(s.id)), g.design.Context.Functions[s.at].Name
	}
	return out
}

func beginning(origin ident.ID) string {
	switch origin {
	case FromPublic:
		return "anybody outside"
	case FromPartner:
		return "somebody at a partner"
	case FromSuppliers:
		return "somebody who attacked a supplier"
	case FromPeople:
		return "somebody who tricks people of the service"
	}
	return "somebody inside who means harm"
}

// name gives the id of the path to a node.
func (g *Graph) name(n node) ident.ID { return Named(ident.ID(g.states[n].gain), g.states[n].id) }

// path follows a search back from what was reached.
func (v *View) path(r *reach, target node) Path {
	p := Path{ID: v.name(target), Target: v.have(target), Cost: int(r.cost[target])}
	v.lay(r, target, &p, map[int32]int{})
	p.Hardest = int(r.hard[target])
	return p
}

// lay puts the steps that lead to a node into a path, each after those that it rests on, and gives the last ones. What
// follows by itself is no step of its own.
func (v *View) lay(r *reach, n node, p *Path, placed map[int32]int) []int {
	i := r.by[n]
	if i < 0 {
		return nil
	}
	if at, is := placed[i]; is {
		return []int{at}
	}
	e := &v.edges[i]
	var after []int
	for _, from := range e.from {
		if from != none {
			after = append(after, v.lay(r, from, p, placed)...)
		}
	}
	if e.hurdle < 0 {
		return after
	}
	slices.Sort(after)
	step := v.taken(i)
	step.After = slices.Compact(after)
	p.Steps = append(p.Steps, step)
	placed[i] = len(p.Steps) - 1
	return []int{placed[i]}
}

// taken tells of a step.
func (v *View) taken(i int32) Taken {
	e := &v.edges[i]
	h, how := &v.hurdles[e.hurdle], &v.over[e.hurdle]
	out := Taken{Kind: h.step.ID, To: v.have(e.to), At: h.at, Flow: -1, Difficulty: int(how.difficulty), Seen: how.seen, Techniques: h.step.Techniques, Unsaid: h.unsaid}
	for _, from := range e.from {
		if from != none {
			out.From = append(out.From, v.have(from))
		}
	}
	if on, _ := asked(h.step.ID); on == library.OnAFlow {
		out.Flow = h.element
	}
	for i := range h.barriers {
		b := &h.barriers[i]
		if v.asked.stands(b, h.at) {
			out.Hindered = append(out.Hindered, v.controls[b.control])
		} else {
			out.Lacking = append(out.Lacking, v.controls[b.control])
		}
	}
	for _, c := range h.seen {
		out.Watches = append(out.Watches, v.controls[c])
	}
	out.Title = strings.ReplaceAll(strings.ReplaceAll(h.step.Title, "{from}", out.From[0].Title), "{to}", out.To.Title)
	return out
}

// Way is how hard the easiest way to a target is, without its steps.
type Way struct {
	ID      ident.ID // as of the path
	Target  Have
	Cost    int
	Hardest int
	Steps   int
	Unseen  int
	target  node
}

// Found is what an attacker comes to have in a view, and how.
type Found struct {
	view  *View
	reach *reach
	Ways  []Way // to every target that there is a modelled way to, in the order of the targets
}

// Find looks for the easiest way to every target.
func (v *View) Find(s Start) *Found {
	f := &Found{view: v, reach: v.search(v.query(s))}
	for i, n := range v.targets {
		if f.reach.cost[n] < 0 {
			continue
		}
		way := Way{ID: v.names[i], Target: v.have(n), Cost: int(f.reach.cost[n]), Hardest: int(f.reach.hard[n]), target: n}
		v.tally(f.reach, n, newNodes(len(v.states)), &way)
		f.Ways = append(f.Ways, way)
	}
	return f
}

// tally counts the steps that lead to a node, each once.
func (v *View) tally(r *reach, n node, seen nodes, to *Way) {
	i := r.by[n]
	if i < 0 || seen.is(n) {
		return
	}
	seen.add(n)
	e := &v.edges[i]
	if e.hurdle >= 0 {
		to.Steps++
		if !v.over[e.hurdle].seen {
			to.Unseen++
		}
	}
	for _, from := range e.from {
		if from != none {
			v.tally(r, from, seen, to)
		}
	}
}

// Path gives a way with its steps.
func (f *Found) Path(w *Way) Path { return f.view.path(f.reach, w.target) }

// Start says where attacks begin.
type Start struct {
	Origins []ident.ID // such as public; none for the usual ones: public, partner and suppliers
	At      []Have     // or with these elements in the attacker's hands
	Most    int        // the hardest step that the attacker can take; 0 for any
}

// Usual gives where attacks begin when nobody says: outside and at suppliers. People are asked for, since what is known of
// them is coarse.
func Usual() []ident.ID { return []ident.ID{FromPublic, FromPartner, FromSuppliers} }

// query makes ready where attacks begin.
func (g *Graph) query(s Start) *query {
	q := &query{most: int32(s.Most)}
	origins := s.Origins
	if len(origins) == 0 && len(s.At) == 0 {
		origins = Usual()
	}
	for _, id := range origins {
		if n, is := g.origins[id]; is {
			q.from = append(q.from, n)
		}
	}
	for i := range s.At {
		for n := range g.states {
			if h := &g.states[n]; h.gain == s.At[i].Gain && g.have(node(n)).Of == s.At[i].Of {
				q.from = append(q.from, node(n))
			}
		}
	}
	return q
}

// Find gives what an attacker would have to begin at an element by its id: control of a component; an identity, a runtime
// or a supplier. It is empty when there is none with that id.
func (g *Graph) Find(id ident.ID) []Have {
	d := g.design
	var out []Have
	if i := at(d.components, id); i >= 0 {
		return []Have{g.have(g.of(i, Control))}
	}
	for n := range g.states {
		s := &g.states[n]
		if (s.gain == Possession || s.gain == Inhabited) && s.id == id {
			out = append(out, g.have(node(n)))
		}
	}
	return out
}

// Easiest gives the easiest way to every target that there is a modelled way to, in the order of the targets.
func (v *View) Easiest(s Start) []Path {
	found := v.Find(s)
	out := make([]Path, len(found.Ways))
	for i := range found.Ways {
		out[i] = found.Path(&found.Ways[i])
	}
	return out
}

// Ways gives up to k ways to a target, the easiest first, each of other steps than the ones before.
func (v *View) Ways(s Start, target ident.ID, k int) []Path {
	n := v.target(target)
	if n == none {
		return nil
	}
	l := &waysTo{View: v, start: s, target: n}
	l.look(nil, nil)
	seen := map[string]bool{}
	var found []Path
	for len(l.waiting) > 0 && len(found) < k {
		w := l.easiest()
		if key := v.keyOf(w.trail); !seen[key] {
			seen[key] = true
			found = append(found, v.path(w.reach, n))
		}
		if len(found) < k {
			l.others(&w)
		}
	}
	return found
}

// waysTo is the search for ways to one target.
type waysTo struct {
	*View
	start   Start
	target  node
	waiting []way
}

// way is the easiest of the ways that do not take some steps, and that come to where some others lead by those only.
type way struct {
	reach         *reach
	trail         []int32
	without, with []int32
}

func (l *waysTo) look(without, with []int32) {
	q := l.query(l.start)
	q.banned = func(i int32) bool {
		other := func(w int32) bool { return w != i && l.edges[w].to == l.edges[i].to }
		return slices.Contains(without, i) || slices.ContainsFunc(with, other)
	}
	if r := l.search(q); r.cost[l.target] >= 0 {
		l.waiting = append(l.waiting, way{r, l.trail(r, l.target), without, with})
	}
}

func (l *waysTo) easiest() way {
	best := 0
	for i := range l.waiting {
		if l.waiting[i].reach.cost[l.target] < l.waiting[best].reach.cost[l.target] {
			best = i
		}
	}
	w := l.waiting[best]
	l.waiting = slices.Delete(l.waiting, best, best+1)
	return w
}

// others parts the ways that are like one up to some step, from the target back, and do not take that. Every other way is
// in one part, and in no more than one: so none is missed, and none is found twice.
func (l *waysTo) others(w *way) {
	for i, e := range w.trail {
		if !slices.Contains(w.with, e) {
			l.look(append(slices.Clone(w.without), e), append(slices.Clone(w.with), w.trail[:i]...))
		}
	}
}

// keyOf names the steps of a trail. What follows by itself is none.
func (v *View) keyOf(trail []int32) string {
	var b strings.Builder
	for _, e := range slices.Sorted(slices.Values(trail)) {
		if v.edges[e].hurdle >= 0 {
			b.WriteString(strconv.Itoa(int(e)))
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// target finds a target by the id of its path.
func (g *Graph) target(id ident.ID) node {
	if i := slices.Index(g.names, id); i >= 0 {
		return g.targets[i]
	}
	return none
}

// trail gives the steps by which a node was reached, each before those that it rests on.
func (v *View) trail(r *reach, n node) []int32 {
	var out []int32
	seen := newNodes(len(v.states))
	var back func(n node)
	back = func(n node) {
		i := r.by[n]
		if i < 0 || seen.is(n) {
			return
		}
		seen.add(n)
		for _, from := range v.edges[i].from {
			if from != none {
				back(from)
			}
		}
		out = append(out, i)
	}
	back(n)
	slices.Reverse(out)
	return out
}
