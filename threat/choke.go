package threat

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Choke is a set of measures that together bear on every modelled way to a target: with them working, each way has at
// least one step that one of them gets in the way of.
type Choke struct {
	Target   Have
	Measures []Measure
	Working  []bool // whether each works already, on the basis of the view
	Exact    bool   // no smaller set bears on every way; larger sets are found step by step and may not be the smallest
	Cost     int    // how hard the easiest way is with all of them working; -1 where none is modelled any more
	Was      int    // how hard it is now
}

// maxChokes bounds how many sets are given for one target.
const maxChokes = 5

// Chokes gives the choke points of the ways to a target: all single measures, or else all pairs, or else one larger set.
// They are in order of how hard the easiest way becomes, and then by name; at most five.
func (v *View) Chokes(works Works, s Start, target ident.ID) []Choke {
	n := v.target(target)
	if n == none {
		return nil
	}
	c := &choking{View: v, works: works, start: s, target: n, bears: v.bearing()}
	base := v.search(v.query(s))
	if base.cost[n] < 0 {
		return nil
	}
	c.was = int(base.cost[n])
	found := c.sets()
	out := make([]Choke, 0, len(found))
	for _, set := range found {
		out = append(out, c.choke(set, len(set) <= 2))
	}
	hard := func(x *Choke) int {
		if x.Cost < 0 {
			return 1 << 30
		}
		return x.Cost
	}
	slices.SortStableFunc(out, func(a, b Choke) int {
		return cmp.Or(cmp.Compare(hard(&b), hard(&a)), slices.CompareFunc(a.Measures, b.Measures, compareMeasure))
	})
	return out[:min(len(out), maxChokes)]
}

func compareMeasure(a, b Measure) int {
	return cmp.Or(cmp.Compare(a.Control, b.Control), cmp.Compare(a.Component, b.Component))
}

// choking is the search for choke points of one target.
type choking struct {
	*View
	works  Works
	start  Start
	target node
	was    int
	bears  map[Measure][]int32 // the hurdles that a measure gets in the way of
}

// bearing gives for every measure the hurdles that it gets in the way of.
func (v *View) bearing() map[Measure][]int32 {
	out := map[Measure][]int32{}
	for i := range v.hurdles {
		h := &v.hurdles[i]
		for _, b := range h.barriers {
			m := Measure{v.controls[b.control], h.at}
			if !slices.Contains(out[m], int32(i)) {
				out[m] = append(out[m], int32(i))
			}
		}
	}
	return out
}

// without looks for a way over none of the hurdles that some measures get in the way of. It gives the steps of the easiest
// one, and false when there is none.
func (c *choking) without(set []Measure) ([]int32, bool) {
	q := c.query(c.start)
	q.banned = func(i int32) bool {
		h := c.edges[i].hurdle
		return h >= 0 && slices.ContainsFunc(set, func(m Measure) bool { return slices.Contains(c.bears[m], h) })
	}
	r := c.search(q)
	if r.cost[c.target] < 0 {
		return nil, false
	}
	return c.trail(r, c.target), true
}

// on gives the measures that bear on some steps, in order.
func (c *choking) on(steps []int32) (out []Measure) {
	for _, i := range steps {
		if h := c.edges[i].hurdle; h >= 0 {
			for _, b := range c.hurdles[h].barriers {
				out = append(out, Measure{c.controls[b.control], c.hurdles[h].at})
			}
		}
	}
	slices.SortFunc(out, compareMeasure)
	return slices.Compact(out)
}

// sets finds the smallest sets. A set that bears on every way bears on the easiest: so its first measure is among those on
// the easiest way, and its second among those on the easiest way that the first leaves. That makes singles and pairs exact.
func (c *choking) sets() (found [][]Measure) {
	first, _ := c.without(nil)
	ways := map[Measure][]int32{}
	candidates := c.on(first)
	for _, m := range candidates {
		rest, more := c.without([]Measure{m})
		if !more {
			found = append(found, []Measure{m})
		}
		ways[m] = rest
	}
	if len(found) > 0 {
		return found
	}
	seen := map[[2]Measure]bool{}
	for _, m := range candidates {
		for _, second := range c.on(ways[m]) {
			pair := [2]Measure{m, second}
			if compareMeasure(second, m) < 0 {
				pair = [2]Measure{second, m}
			}
			if seen[pair] {
				continue
			}
			seen[pair] = true
			if _, more := c.without(pair[:]); !more {
				found = append(found, []Measure{pair[0], pair[1]})
			}
		}
	}
	if len(found) > 0 {
		return found
	}
	if set := c.greedy(first); set != nil {
		return [][]Measure{set}
	}
	return nil
}

// greedy adds, way by way, the measure that bears on the most hurdles; nil where some way is over none.
func (c *choking) greedy(way []int32) (set []Measure) {
	for more := true; more; way, more = c.without(set) {
		on := c.on(way)
		if len(on) == 0 {
			return nil
		}
		best := slices.MaxFunc(on, func(a, b Measure) int { return cmp.Compare(len(c.bears[a]), len(c.bears[b])) })
		set = append(set, best)
	}
	slices.SortFunc(set, compareMeasure)
	return set
}

func (c *choking) choke(set []Measure, exact bool) Choke {
	out := Choke{Target: c.have(c.target), Measures: set, Exact: exact, Was: c.was}
	for _, m := range set {
		claimed, evidenced := c.works(m.Control, m.Component)
		out.Working = append(out.Working, evidenced || claimed && c.basis == AsClaimed)
	}
	r := c.Graph.View(c.works, c.basis, c.asked.supposed.and(Supposed{Done: set}))
	out.Cost = int(r.search(r.query(c.start)).cost[c.target])
	return out
}

// Failure is what follows when one control does not work after all.
type Failure struct {
	Control ident.ID
	Reached []Have // targets that there was no modelled way to
	Easier  []Have // targets that are easier to come to
	By      int    // how much easier, all together
}

// Failures gives, for every control that gets in the way of something on this basis, what its failure would expose: those
// that expose the most first, and by name.
func (v *View) Failures(works Works, s Start) []Failure {
	before := v.search(v.query(s))
	var out []Failure
	for _, id := range v.working() {
		lost := v.Graph.View(works, v.basis, v.asked.supposed.and(Supposed{Lost: []ident.ID{id}}))
		after := lost.search(lost.query(s))
		f := Failure{Control: id}
		for _, n := range v.targets {
			switch was, is := before.cost[n], after.cost[n]; {
			case is < 0:
			case was < 0:
				f.Reached = append(f.Reached, v.have(n))
			case is < was:
				f.Easier = append(f.Easier, v.have(n))
				f.By += int(was - is)
			}
		}
		if len(f.Reached)+len(f.Easier) > 0 {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(len(b.Reached), len(a.Reached)), cmp.Compare(b.By, a.By))
	})
	return out
}

// working gives the controls that get in the way of something, in order of id.
func (v *View) working() []ident.ID {
	does := make([]bool, len(v.controls))
	for i := range v.hurdles {
		for k := range v.hurdles[i].barriers {
			b := &v.hurdles[i].barriers[k]
			does[b.control] = does[b.control] || v.asked.stands(b, v.hurdles[i].at)
		}
	}
	var out []ident.ID
	for i, is := range does {
		if is {
			out = append(out, v.controls[i])
		}
	}
	slices.Sort(out)
	return out
}
