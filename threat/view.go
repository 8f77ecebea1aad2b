package threat

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Works says of a control, on a component (by its place; -1 for the service as a whole), whether it is claimed to work and
// whether it is shown to.
type Works func(control ident.ID, component int) (claimed, evidenced bool)

// Basis is what is taken to work: what is claimed, or what is shown.
type Basis int

// The bases.
const (
	AsClaimed Basis = iota
	AsEvidenced
)

// View is a graph as it is with what works on one basis: how hard each step is. It is never changed once it is made.
type View struct {
	*Graph
	basis Basis
	asked *asking
	over  []passage // for each hurdle
	open  passage   // of what follows by itself
}

// passage is how a hurdle is got over.
type passage struct {
	difficulty int32 // 0 for what follows by itself
	blocked    bool
	hindered   bool
	seen       bool
}

// Supposed changes what works of a view: controls that are taken not to work anywhere, and measures that are taken to work.
type Supposed struct {
	Lost []ident.ID
	Done []Measure
}

// and gives both of what is supposed.
func (s Supposed) and(more Supposed) Supposed {
	return Supposed{Lost: slices.Concat(s.Lost, more.Lost), Done: slices.Concat(s.Done, more.Done)}
}

// Measure is a control on a component.
type Measure struct {
	Control   ident.ID
	Component int // -1 for the service as a whole
}

// View gives the graph on a basis.
func (g *Graph) View(works Works, basis Basis, supposed Supposed) *View {
	v := &View{Graph: g, basis: basis, over: make([]passage, len(g.hurdles))}
	v.asked = &asking{works: works, basis: basis, graph: g, supposed: supposed, known: make([]int8, len(g.controls)*(len(g.design.atComponent)+1))}
	for i := range g.hurdles {
		v.over[i] = v.asked.passage(&g.hurdles[i])
	}
	return v
}

// Again gives the view where nothing but what some controls do is other than it was. What it does not touch is taken over.
func (v *View) Again(works Works, controls ...ident.ID) *View {
	out := &View{Graph: v.Graph, basis: v.basis, over: slices.Clone(v.over)}
	out.asked = &asking{works: works, basis: v.basis, graph: v.Graph, supposed: v.asked.supposed, known: slices.Clone(v.asked.known)}
	places := len(v.design.atComponent) + 1
	for _, id := range controls {
		c, is := v.index[id]
		if !is {
			continue
		}
		clear(out.asked.known[c*places : (c+1)*places])
	}
	for _, id := range controls {
		if c, is := v.index[id]; is {
			for _, i := range v.bears[c] {
				out.over[i] = out.asked.passage(&v.hurdles[i])
			}
		}
	}
	return out
}

// asking remembers what was asked of controls already.
type asking struct {
	works    Works
	basis    Basis
	graph    *Graph
	supposed Supposed
	known    []int8 // 0 not asked, 1 does not work, 2 works
}

func (a *asking) passage(h *hurdle) passage {
	p := passage{difficulty: int32(h.step.Difficulty)}
	for i := range h.barriers {
		b := &h.barriers[i]
		if !a.stands(b, h.at) {
			continue
		}
		p.hindered = true
		p.blocked = p.blocked || b.blocks
		p.difficulty += int32(b.harder)
	}
	for _, c := range h.seen { // every one, so that all that can be asked was asked once the view is made
		p.seen = a.does(c, h.at) || p.seen
	}
	return p
}

// stands says whether a barrier is in the way: it works, or the team says that it is there and that is enough.
func (a *asking) stands(b *inTheWay, at int) bool {
	if b.said && a.basis == AsClaimed && !slices.Contains(a.supposed.Lost, a.graph.controls[b.control]) {
		return true
	}
	return a.does(b.control, at)
}

func (a *asking) does(control, at int) bool {
	key := control*(len(a.graph.design.atComponent)+1) + at + 1
	if a.known[key] == 0 {
		a.known[key] = 1
		if a.ask(a.graph.controls[control], at) {
			a.known[key] = 2
		}
	}
	return a.known[key] == 2
}

func (a *asking) ask(id ident.ID, at int) bool {
	switch {
	case slices.Contains(a.supposed.Done, Measure{id, at}):
		return true
	case slices.Contains(a.supposed.Lost, id):
		return false
	}
	claimed, evidenced := a.works(id, at)
	return evidenced || claimed && a.basis == AsClaimed
}

// passage gives how a step is got over.
func (v *View) passage(e *edge) *passage {
	if e.hurdle < 0 {
		return &v.open
	}
	return &v.over[e.hurdle]
}

// reach is what an attacker comes to have: for each node how hard it is at the least, and the step by which.
type reach struct {
	cost []int32 // -1 for what is not reached
	hard []int32 // the hardest step of the way
	by   []int32 // the last step; -1 where nothing is needed
}

// query says from where and how an attack is looked for.
type query struct {
	from   []node
	banned func(edge int32) bool // steps that may not be taken; nil for none
	most   int32                 // the hardest step that the attacker can take; 0 for any
}

// allows says whether a step can be taken.
func (q *query) allows(p *passage, edge int32) bool {
	return !p.blocked && (q.most == 0 || p.difficulty <= q.most) && (q.banned == nil || !q.banned(edge))
}

// search finds for every node the easiest way to it. What a step needs twice is counted twice: a way is a tree. Of ways
// that are equally hard one is chosen by the order of the steps, so that the same graph gives the same ways.
func (v *View) search(q *query) *reach {
	r := &reach{cost: make([]int32, len(v.states)), hard: make([]int32, len(v.states)), by: make([]int32, len(v.states))}
	for i := range r.cost {
		r.cost[i], r.by[i] = -1, -1
	}
	var queue buckets
	waiting := make([]int32, len(v.states)) // the cost at which a node is waiting; -1 for not
	for i := range waiting {
		waiting[i] = -1
	}
	for _, n := range q.from {
		waiting[n] = 0
		queue.push(0, n)
	}
	for {
		cost, n, more := queue.pop()
		if !more {
			return r
		}
		if r.cost[n] >= 0 || waiting[n] != cost {
			continue
		}
		r.cost[n], r.hard[n] = cost, v.hardest(r, n)
		for _, i := range v.out[n] {
			e := &v.edges[i]
			if r.cost[e.to] >= 0 {
				continue
			}
			p := v.passage(e)
			if !q.allows(p, i) {
				continue
			}
			total := p.difficulty + cost
			if other := e.from[0] + e.from[1] - n; e.from[1] != none {
				if r.cost[other] < 0 {
					continue // comes again when that is reached
				}
				total += r.cost[other]
			}
			if was := waiting[e.to]; was < 0 || total < was || total == was && i < r.by[e.to] {
				waiting[e.to], r.by[e.to] = total, i
				if was != total {
					queue.push(total, e.to)
				}
			}
		}
	}
}

// hardest gives the hardest step of the way by which a node was just reached.
func (v *View) hardest(r *reach, n node) int32 {
	i := r.by[n]
	if i < 0 {
		return 0
	}
	e := &v.edges[i]
	hard := max(v.passage(e).difficulty, r.hard[e.from[0]])
	if e.from[1] != none {
		hard = max(hard, r.hard[e.from[1]])
	}
	return hard
}

// buckets is a queue by small whole numbers.
type buckets struct {
	at  int
	all [][]node
}

func (b *buckets) push(cost int32, n node) {
	for len(b.all) <= int(cost) {
		b.all = append(b.all, nil)
	}
	b.all[cost] = append(b.all[cost], n)
}

func (b *buckets) pop() (int32, node, bool) {
	for b.at < len(b.all) {
		if k := len(b.all[b.at]); k > 0 {
			n := b.all[b.at][k-1]
			b.all[b.at] = b.all[b.at][:k-1]
			return int32(b.at), n, true
		}
		b.at++
	}
	return 0, none, false
}
