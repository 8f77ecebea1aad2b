package threat

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// scene is a small design with an attack on it.
type scene struct {
	graph    *Graph
	works    workings
	basis    Basis
	supposed Supposed
	view     *View
	start    Start
}

func drawScene(t *rapid.T, from func(*rapid.T) *Design, book *Rulebook) scene {
	s := scene{graph: book.Graph(from(t)), works: drawWorkings(t), basis: rapid.SampledFrom([]Basis{AsClaimed, AsEvidenced}).Draw(t, "basis")}
	if c := (drawn{t}); c.below(4) == 0 && len(s.graph.controls) > 0 {
		s.supposed.Lost = []ident.ID{one(c, s.graph.controls...)}
		s.supposed.Done = []Measure{{one(c, s.graph.controls...), c.below(len(s.graph.design.atComponent)+1) - 1}}
	}
	s.view = s.graph.View(s.works.works, s.basis, s.supposed)
	s.start.Most = rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "most")
	if drawn.below(drawn{t}, 3) == 0 {
		s.start.At = s.graph.Find("c0")
	}
	return s
}

// small draws a small design.
func small(t testing.TB) (func(*rapid.T) *Design, *Rulebook) {
	lib, book := builtin(t)
	return func(t *rapid.T) *Design { return Arrange(design(drawn{t}, drawSize(drawn{t})), lib) }, book
}

// fixpoint finds what is reached by trying every step until none gives anything new.
func fixpoint(v *View, q *query) []bool {
	has := make([]bool, len(v.states))
	for _, n := range q.from {
		has[n] = true
	}
	for more := true; more; {
		more = false
		for i := range v.edges {
			e := &v.edges[i]
			if !has[e.to] && has[e.from[0]] && (e.from[1] == none || has[e.from[1]]) && q.allows(v.passage(e), int32(i)) {
				has[e.to], more = true, true
			}
		}
	}
	return has
}

// cheapest lowers what everything costs, step by step, until no step makes anything cheaper.
func cheapest(v *View, q *query) []int {
	const never = 1 << 40
	cost := slices.Repeat([]int{never}, len(v.states))
	for _, n := range q.from {
		cost[n] = 0
	}
	for more := true; more; {
		more = false
		for i := range v.edges {
			e := &v.edges[i]
			if !q.allows(v.passage(e), int32(i)) {
				continue
			}
			total := int(v.passage(e).difficulty) + cost[e.from[0]]
			if e.from[1] != none {
				total += cost[e.from[1]]
			}
			if total < cost[e.to] {
				cost[e.to], more = total, true
			}
		}
	}
	for i := range cost {
		if cost[i] >= never {
			cost[i] = -1
		}
	}
	return cost
}

// hindered forbids every step that something is in the way of.
func hindered(v *View) func(int32) bool {
	return func(i int32) bool { return v.passage(&v.edges[i]).hindered }
}

func TestSearchFindsAllThatCanBeReachedAndTheLeastCost(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		q := s.view.query(s.start)
		if rapid.Bool().Draw(t, "plain") {
			q.banned = hindered(s.view)
		}
		r, has, cost := s.view.search(q), fixpoint(s.view, q), cheapest(s.view, q)
		for n := range has {
			if is := r.cost[n] >= 0; is != has[n] {
				t.Fatalf("%v is reached: %v, by trying: %v", s.view.haves[n], is, has[n])
			}
			if int(r.cost[n]) != cost[n] {
				t.Fatalf("%v costs %d, by trying %d", s.view.haves[n], r.cost[n], cost[n])
			}
		}
	})
}

// A path is a proof: it starts from what the attacker begins with, and every step rests on what was reached before.
func TestPathsAreProofs(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		for _, p := range s.view.Easiest(s.start) {
			proves(t, s.view, s.view.query(s.start), &p)
		}
	})
}

func proves(t *rapid.T, v *View, q *query, p *Path) {
	has := map[Have]bool{}
	for _, n := range q.from {
		has[v.have(n)] = true
	}
	follow(v, has)
	cost, hardest := make([]int, len(p.Steps)), 0
	for i, s := range p.Steps {
		for _, h := range s.From {
			if !has[h] {
				t.Fatalf("%s: step %d (%s) rests on %v, which is not reached before", p.ID, i, s.Kind, h)
			}
		}
		if !slices.ContainsFunc(v.edges, func(e edge) bool {
			return e.hurdle >= 0 && v.hurdles[e.hurdle].step.ID == s.Kind && v.have(e.to) == s.To && v.have(e.from[0]) == s.From[0]
		}) {
			t.Fatalf("%s: step %d (%s) is not in the graph", p.ID, i, s.Kind)
		}
		cost[i] = s.Difficulty
		for _, a := range s.After {
			if a >= i {
				t.Fatalf("%s: step %d comes before step %d, on which it rests", p.ID, i, a)
			}
			cost[i] += cost[a]
		}
		hardest = max(hardest, s.Difficulty)
		has[s.To] = true
		follow(v, has)
	}
	switch {
	case !has[p.Target]:
		t.Fatalf("%s does not come to its target", p.ID)
	case hardest != p.Hardest:
		t.Fatalf("%s is as hard as %d; its hardest step is %d", p.ID, p.Hardest, hardest)
	case len(p.Steps) > 0 && cost[len(p.Steps)-1] != p.Cost:
		t.Fatalf("%s costs %d; its steps together %d", p.ID, p.Cost, cost[len(p.Steps)-1])
	}
}

// follow adds what follows by itself.
func follow(v *View, has map[Have]bool) {
	for more := true; more; {
		more = false
		for i := range v.edges {
			if e := &v.edges[i]; e.hurdle < 0 && has[v.have(e.from[0])] && !has[v.have(e.to)] {
				has[v.have(e.to)], more = true, true
			}
		}
	}
}

// The ways that Find counts are the paths that it gives.
func TestWaysAreToldAsTheirPaths(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		f := s.view.Find(s.start)
		for i := range f.Ways {
			w, p := &f.Ways[i], f.Path(&f.Ways[i])
			unseen := 0
			for _, step := range p.Steps {
				if !step.Seen {
					unseen++
				}
			}
			if w.ID != p.ID || w.Cost != p.Cost || w.Hardest != p.Hardest || w.Steps != len(p.Steps) || w.Unseen != unseen {
				t.Fatalf("%v is told of %v", w, p)
			}
		}
	})
}

// proofs gives every way to prove a target, each step set once with its least cost; false when there are too many. A
// proof says for every node that it needs by which step it is reached, and rests on nothing that rests on itself.
func proofs(v *View, q *query, target node) (map[string]int, bool) {
	into := map[node][]int32{}
	for i := range v.edges {
		if q.allows(v.passage(&v.edges[i]), int32(i)) {
			into[v.edges[i].to] = append(into[v.edges[i].to], int32(i))
		}
	}
	tries, out, by := 0, map[string]int{}, map[node]int32{}
	var prove func(open []node)
	prove = func(open []node) {
		if tries++; tries > 20_000 {
			return
		}
		for len(open) > 0 {
			n := open[len(open)-1]
			open = open[:len(open)-1]
			if _, is := by[n]; is || slices.Contains(q.from, n) {
				continue
			}
			for _, i := range into[n] {
				by[n] = i
				next := append(slices.Clone(open), v.edges[i].from[0])
				if v.edges[i].from[1] != none {
					next = append(next, v.edges[i].from[1])
				}
				if _, sound := price(v, by, target, 0); sound {
					prove(next)
				}
			}
			delete(by, n)
			return
		}
		cost, _ := price(v, by, target, 0)
		key := v.keyOf(slices.Collect(maps.Values(by)))
		if was, is := out[key]; !is || cost < was {
			out[key] = cost
		}
	}
	prove([]node{target})
	return out, tries <= 20_000
}

// price adds up a proof as a tree, as far as it goes; false when it rests on itself.
func price(v *View, by map[node]int32, n node, depth int) (cost int, sound bool) {
	i, is := by[n]
	if !is {
		return 0, true
	}
	if depth > len(by) {
		return 0, false
	}
	cost = int(v.passage(&v.edges[i]).difficulty)
	for _, from := range v.edges[i].from {
		if from != none {
			more, sound := price(v, by, from, depth+1)
			if !sound {
				return 0, false
			}
			cost += more
		}
	}
	return cost, true
}

// Ways are all that there are, the easiest first: none is missed, and none is given twice.
func TestWaysAreAllThatThereAre(t *testing.T) {
	lib, book := builtin(t)
	tiny := func(t *rapid.T) *Design {
		c := drawn{t}
		n := size{1 + c.below(3), c.below(4), c.below(2), c.below(2), c.below(2), c.below(2), 1 + c.below(2), c.below(2), 0, 0}
		return Arrange(design(c, n), lib)
	}
	compared, several := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, tiny, book)
		for _, id := range s.graph.names {
			all, few := proofs(s.view, s.view.query(s.start), s.graph.target(id))
			if !few {
				continue
			}
			const k = 12
			want := slices.Sorted(maps.Values(all))
			var got []int
			for _, p := range s.view.Ways(s.start, id, k) {
				proves(t, s.view, s.view.query(s.start), &p)
				got = append(got, p.Cost)
			}
			if !slices.Equal(got, want[:min(k, len(want))]) {
				t.Fatalf("the ways to %s cost %v; all that there are cost %v", id, got, want)
			}
			if compared++; len(got) > 1 {
				several++
			}
		}
	})
	if several < 20 {
		t.Errorf("of %d targets only %d had several ways: the law says little", compared, several)
	}
}
