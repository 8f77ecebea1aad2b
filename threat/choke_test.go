package threat

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// cuts says whether there is no way left over none of the hurdles that some measures get in the way of.
func cuts(v *View, s Start, target node, set ...Measure) bool {
	q := v.query(s)
	q.banned = func(i int32) bool {
		h := v.edges[i].hurdle
		return h >= 0 && slices.ContainsFunc(v.hurdles[h].barriers, func(b inTheWay) bool {
			return slices.Contains(set, Measure{v.controls[b.control], v.hurdles[h].at})
		})
	}
	return !fixpoint(v, q)[target]
}

// smallest gives all single measures that cut, or else all pairs, by trying them all.
func smallest(v *View, s Start, target node) (out [][]Measure) {
	all := slices.SortedFunc(maps.Keys(v.bearing()), compareMeasure)
	for _, m := range all {
		if cuts(v, s, target, m) {
			out = append(out, []Measure{m})
		}
	}
	if len(out) > 0 {
		return out
	}
	for i, m := range all {
		for _, other := range all[i+1:] {
			if cuts(v, s, target, m, other) {
				out = append(out, []Measure{m, other})
			}
		}
	}
	return out
}

func TestChokePointsAreTheSmallestSets(t *testing.T) {
	lib, book := builtin(t)
	tiny := func(t *rapid.T) *Design {
		c := drawn{t}
		return Arrange(design(c, size{1 + c.below(3), c.below(4), c.below(2), c.below(2), c.below(2), c.below(2), 1 + c.below(2), c.below(2), 0, 0}), lib)
	}
	of := map[int]int{} // how many targets had sets of so many measures
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, tiny, book)
		v, id := s.view, rapid.SampledFrom(s.graph.names).Draw(t, "target")
		n := v.target(id)
		if v.search(v.query(s.start)).cost[n] < 0 {
			if got := v.Chokes(s.works.works, s.start, id); got != nil {
				t.Fatalf("no way leads to %s; chokes are %v", id, got)
			}
			return
		}
		c := &choking{View: v, works: s.works.works, start: s.start, target: n, bears: v.bearing()}
		found, want := c.sets(), smallest(v, s.start, n)
		slices.SortFunc(found, func(a, b []Measure) int { return slices.CompareFunc(a, b, compareMeasure) })
		if len(want) > 0 && !same(found, want) {
			t.Fatalf("to %s: %v; by trying %v", id, found, want)
		}
		for _, set := range found {
			of[min(len(set), 3)]++
			if !cuts(v, s.start, n, set...) {
				t.Fatalf("%v leave a way to %s", set, id)
			}
		}
		if len(want) == 0 && len(found) > 1 {
			t.Fatalf("no pair cuts; yet there are %v", found)
		}
		orderly(t, v, &s, id, len(want) > 0, len(found))
	})
	if of[1] == 0 || of[2] == 0 || of[3] == 0 {
		t.Errorf("sets by size: %v; the law says little", of)
	}
}

// orderly looks at how choke points are told.
func orderly(t *rapid.T, v *View, s *scene, id ident.ID, exact bool, found int) {
	got := v.Chokes(s.works.works, s.start, id)
	if len(got) != min(found, maxChokes) {
		t.Fatalf("there are %d sets, and %d are told", found, len(got))
	}
	hard := func(x *Choke) uint { return uint(x.Cost) } // none any more is the hardest
	if !slices.IsSortedFunc(got, func(a, b Choke) int { return cmp.Compare(hard(&b), hard(&a)) }) {
		t.Fatalf("they are not in order: %v", got)
	}
	for _, c := range got {
		done := s.supposed.and(Supposed{Done: c.Measures})
		with := cheapest(s.graph.View(s.works.works, s.basis, done), v.query(s.start))[v.target(id)]
		if c.Exact != exact || c.Cost != with || c.Was != cheapest(v, v.query(s.start))[v.target(id)] {
			t.Fatalf("%+v; exact: %v, by trying it costs %d", c, exact, with)
		}
	}
}

// What fails is what is worked out for each control with that control lost.
func TestFailuresAreWorkingOutEachControl(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		told := map[ident.ID]string{}
		got := s.view.Failures(s.works.works, s.start)
		for _, f := range got {
			told[f.Control] = fmt.Sprint(f.Reached, f.Easier, f.By)
		}
		if !slices.IsSortedFunc(got, func(a, b Failure) int {
			return cmp.Or(cmp.Compare(len(b.Reached), len(a.Reached)), cmp.Compare(b.By, a.By), cmp.Compare(a.Control, b.Control))
		}) {
			t.Fatalf("they are not in order: %v", got)
		}
		q := s.view.query(s.start)
		before, want := cheapest(s.view, q), map[ident.ID]string{}
		for _, id := range s.graph.controls {
			after := cheapest(s.graph.View(s.works.works, s.basis, s.supposed.and(Supposed{Lost: []ident.ID{id}})), q)
			f := Failure{Control: id}
			for _, n := range s.graph.targets {
				switch {
				case before[n] < 0 && after[n] >= 0:
					f.Reached = append(f.Reached, s.graph.haves[n])
				case after[n] < before[n]:
					f.Easier = append(f.Easier, s.graph.haves[n])
					f.By += before[n] - after[n]
				}
			}
			if len(f.Reached)+len(f.Easier) > 0 {
				want[id] = fmt.Sprint(f.Reached, f.Easier, f.By)
			}
		}
		if !maps.Equal(told, want) {
			t.Fatalf("%v\nby trying each\n%v", told, want)
		}
	})
}
