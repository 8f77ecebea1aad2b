package evidence_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/evidence"
)

// TestCover does what a cover does to a map as well, and looks for a difference.
func TestCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 5, 63, 64, 65, 130}).Draw(t, "n")
		set := func(name string) (evidence.Cover, map[int]bool) {
			c, m := evidence.NewCover(n), map[int]bool{}
			for _, i := range rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 12).Draw(t, name) {
				c.Add(i)
				m[i] = true
			}
			return c, m
		}
		c, model := set("c")
		d, other := set("d")
		kept, before := c, c.Clone()
		step := rapid.SampledFrom([]string{"join", "meet", "less", "drop", "clone", "full"}).Draw(t, "step")
		switch step {
		case "join":
			c.Join(d)
			maps.Copy(model, other)
		case "meet":
			c.Meet(d)
			maps.DeleteFunc(model, func(i int, _ bool) bool { return !other[i] })
		case "less":
			c.Less(d)
			maps.DeleteFunc(model, func(i int, _ bool) bool { return other[i] })
		case "drop":
			i := rapid.IntRange(0, n-1).Draw(t, "i")
			c.Drop(i)
			delete(model, i)
		case "clone":
			c = c.Clone()
			c.Add(0)
			model[0] = true
			if !kept.Equal(before) {
				t.Fatal("adding to a clone changed what it was cloned from")
			}
		case "full":
			c = evidence.Full(n)
			for i := range n {
				model[i] = true
			}
		}
		in := slices.Sorted(maps.Keys(model))
		if got := members(c, n); !slices.Equal(got, in) || c.Count() != len(in) || c.Empty() != (len(in) == 0) {
			t.Fatalf("%s: %v, count %d, empty %v; want %v", step, got, c.Count(), c.Empty(), in)
		}
		first := -1
		if len(in) > 0 {
			first = in[0]
		}
		if c.First() != first {
			t.Fatalf("%s: the first is %d, want %d", step, c.First(), first)
		}
		within := !slices.ContainsFunc(in, func(i int) bool { return !other[i] })
		if c.Within(d) != within || c.Equal(d) != (within && len(in) == len(other)) {
			t.Fatalf("%s: %v within %v is %v, equal %v", step, in, slices.Sorted(maps.Keys(other)), c.Within(d), c.Equal(d))
		}
	})
}

func TestNilCoverIsEmpty(t *testing.T) {
	if c := evidence.Cover(nil); !c.Empty() || c.Count() != 0 || c.First() != -1 {
		t.Errorf("empty %v, count %d, first %d", c.Empty(), c.Count(), c.First())
	}
}
