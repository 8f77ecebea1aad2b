package civil

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestWatch(t *testing.T) {
	const at = 1000
	for _, c := range []struct {
		what string
		ask  func(*Watch) bool
		want bool
		next Instant
	}{
		{"reached before", func(w *Watch) bool { return w.Reached(at - 1) }, true, 0},
		{"reached now", func(w *Watch) bool { return w.Reached(at) }, true, 0},
		{"reached after", func(w *Watch) bool { return w.Reached(at + 1) }, false, at + 1},
		{"reached unknown", func(w *Watch) bool { return w.Reached(0) }, false, 0},
		{"passed before", func(w *Watch) bool { return w.Passed(at - 1) }, true, 0},
		{"passed now", func(w *Watch) bool { return w.Passed(at) }, true, 0},
		{"passed after", func(w *Watch) bool { return w.Passed(at + 1) }, false, at + 1},
		{"passed unknown", func(w *Watch) bool { return w.Passed(0) }, false, 0},
		{"always", func(w *Watch) bool { return w.Within(0, 0) }, true, 0},
		{"from now", func(w *Watch) bool { return w.Within(at, 0) }, true, 0},
		{"until now", func(w *Watch) bool { return w.Within(0, at) }, false, 0},
		{"until after", func(w *Watch) bool { return w.Within(0, at+5) }, true, at + 5},
		{"around", func(w *Watch) bool { return w.Within(at-5, at+5) }, true, at + 5},
		{"to come", func(w *Watch) bool { return w.Within(at+3, at+5) }, false, at + 3},
		{"to come, without end", func(w *Watch) bool { return w.Within(at+3, 0) }, false, at + 3},
		{"over", func(w *Watch) bool { return w.Within(at-5, at-3) }, false, 0},
	} {
		w := NewWatch(at)
		if got := c.ask(w); got != c.want || w.Next() != c.next {
			t.Errorf("%s: %v, next %d; want %v, next %d", c.what, got, w.Next(), c.want, c.next)
		}
	}
	w := NewWatch(at)
	for _, i := range []Instant{at + 9, at + 4, at + 7, at - 1, 0, at} {
		w.Reached(i)
	}
	if w.Next() != at+4 {
		t.Errorf("the earliest is %d, want %d", w.Next(), at+4)
	}
}

type comparison struct {
	kind int
	a, b Instant
}

func (c comparison) ask(w *Watch) bool {
	switch c.kind {
	case 0:
		return w.Reached(c.a)
	case 1:
		return w.Passed(c.a)
	default:
		return w.Within(c.a, c.b)
	}
}

// judge makes comparisons of which each depends on the results so far, as a judgement does.
func judge(cs []comparison, w *Watch) []bool {
	var results []bool
	for i := 0; i < len(cs); i++ {
		result := cs[i].ask(w)
		results = append(results, result)
		if result {
			i++ // what holds leaves the next question unasked
		}
	}
	return results
}

// The law of the Watch: nothing changes before Next, and Next is no earlier than a moment that was compared with.
func TestWatchLaw(t *testing.T) {
	bound := rapid.Map(rapid.IntRange(0, 40), func(n int) Instant { return Instant(n) })
	one := rapid.Custom(func(t *rapid.T) comparison {
		return comparison{rapid.IntRange(0, 2).Draw(t, "kind"), bound.Draw(t, "a"), bound.Draw(t, "b")}
	})
	rapid.Check(t, func(t *rapid.T) {
		cs := rapid.SliceOfN(one, 1, 12).Draw(t, "comparisons")
		at := Instant(rapid.IntRange(1, 40).Draw(t, "at"))
		w := NewWatch(at)
		results := judge(cs, w)
		last := Instant(50)
		if next := w.Next(); next != 0 {
			last = next - 1
			if next <= at || !slices.ContainsFunc(cs, func(c comparison) bool { return c.a == next || c.b == next }) {
				t.Fatalf("at %d, next is %d, which nothing was compared with", at, next)
			}
		}
		for later := at; later <= last; later++ {
			if got := judge(cs, NewWatch(later)); !slices.Equal(got, results) {
				t.Fatalf("at %d %v, but at %d %v, and next is %d", at, results, later, got, w.Next())
			}
		}
		if all := judge([]comparison{{0, w.Next(), 0}}, NewWatch(w.Next())); w.Next() != 0 && !all[0] {
			t.Fatalf("at next, %d, it has not been reached", w.Next())
		}
	})
}
