package threat

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// told sums up what is reached, from nothing but the nodes.
func told(v *View, has []bool, from ident.ID) Reached {
	var out Reached
	data := map[int]bool{}
	for n, is := range has {
		s := &v.states[n]
		if !is {
			continue
		}
		for gain, to := range map[Gain]*[]ident.ID{Learnt: &out.Learnt, Altered: &out.Altered, Destroyed: &out.Destroyed, Misused: &out.Misused, Suffered: &out.Suffered} {
			if s.gain == gain {
				*to = append(*to, s.id)
			}
		}
		if s.gain == Stopped && s.of == "" {
			out.Stopped = append(out.Stopped, s.id)
		}
		if s.gain == Foothold {
			c := &v.design.Architecture.Components[s.at]
			if !Others(c) && c.ID != from {
				out.Components = append(out.Components, c.ID)
			}
			if c.Provider != "" && !slices.Contains(out.Services, c.Provider) {
				out.Services = append(out.Services, c.Provider)
			}
		}
		if s.of == library.OnData {
			data[s.at] = true
		}
	}
	for x := range data {
		d := &v.design.Data[x]
		out.Records += d.Records
		if d.Records == 0 {
			out.Uncounted++
		}
		if d.Classification.Rank() > out.Classification.Rank() {
			out.Classification = d.Classification
		}
	}
	slices.Sort(out.Services)
	return out
}

func same(a, b any) bool {
	x, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return bytes.Equal(bytes.ReplaceAll(x, []byte("null"), []byte("[]")), bytes.ReplaceAll(y, []byte("null"), []byte("[]")))
}

// What is worked out once for all components is what trying every step finds for each.
func TestBlastsAreWhatTryingEveryStepFinds(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		v := drawScene(t, from, book).view
		for _, b := range v.Blasts() {
			q := v.query(Start{At: []Have{b.From}})
			all := told(v, fixpoint(v, q), v.states[q.from[0]].id)
			q.banned = hindered(v)
			open := told(v, fixpoint(v, q), v.states[q.from[0]].id)
			if !same(b.All, all) || !same(b.Open, open) {
				t.Fatalf("from %v\n%+v\n%+v\nby trying\n%+v\n%+v", b.From, b.Open, b.All, open, all)
			}
			if alone := v.Blast([]Have{b.From}); len(alone) != 1 || !same(alone[0], b) {
				t.Fatalf("alone it is %+v, among all %+v", alone, b)
			}
			if !holdsAll(&b.All, &b.Open) {
				t.Fatalf("more is open than there is: %+v", b)
			}
		}
	})
}

// Several beginnings at once are what trying every step finds from all of them.
func TestABlastFromSeveralThings(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		begin := rapid.SliceOfN(rapid.SampledFrom(s.graph.haves), 0, 3).Draw(t, "begin")
		q := s.view.query(Start{At: begin})
		want := told(s.view, fixpoint(s.view, q), "")
		for _, n := range q.from {
			if s.view.states[n].of == library.OnAComponent {
				want.Components = slices.DeleteFunc(want.Components, func(id ident.ID) bool { return id == s.view.states[n].id })
			}
		}
		if got := s.view.Together(begin); !same(got.All, want) {
			t.Fatalf("from %v: %+v; by trying %+v", begin, got.All, want)
		}
	})
}

// holdsAll says whether everything in the one is in the other.
func holdsAll(in, of *Reached) bool {
	a, b := reflect.ValueOf(in).Elem(), reflect.ValueOf(of).Elem()
	for i := range a.NumField() {
		more, is := a.Field(i).Interface().([]ident.ID)
		if !is {
			continue
		}
		for _, id := range b.Field(i).Interface().([]ident.ID) {
			if !slices.Contains(more, id) {
				return false
			}
		}
	}
	return in.Records >= of.Records && in.Classification.Rank() >= of.Classification.Rank()
}

// costs gives how hard everything is at the least; what is not reached is harder than anything.
func costs(v *View, s Start) []int32 {
	out := v.search(v.query(s)).cost
	for i := range out {
		if out[i] < 0 {
			out[i] = 1 << 30
		}
	}
	return out
}

func noneHarder(a, b []int32) bool {
	for i := range a {
		if a[i] > b[i] {
			return false
		}
	}
	return true
}

func TestMoreInAnAttackersHandsIsNeverLess(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		more := s.start
		more.At = append(slices.Clone(more.At), rapid.SampledFrom(s.graph.haves).Draw(t, "more"))
		if len(s.start.At) == 0 {
			s.start.Origins, more.Origins = Usual(), Usual()
		}
		if !noneHarder(costs(s.view, more), costs(s.view, s.start)) {
			t.Fatal("with more in hand something is harder")
		}
	})
}

func TestAControlThatWorksNeverHelpsAnAttacker(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		if len(s.graph.controls) == 0 {
			return
		}
		id := rapid.SampledFrom(s.graph.controls).Draw(t, "control")
		at := rapid.IntRange(-1, len(s.graph.design.atComponent)-1).Draw(t, "at")
		now := costs(s.view, s.start)
		with := s.graph.View(s.works.works, s.basis, s.supposed.and(Supposed{Done: []Measure{{id, at}}}))
		if !noneHarder(now, costs(with, s.start)) {
			t.Fatalf("with %s at %d something is easier", id, at)
		}
		lost := s.graph.View(s.works.works, s.basis, s.supposed.and(Supposed{Lost: []ident.ID{id}}))
		if !noneHarder(costs(lost, s.start), now) {
			t.Fatalf("without %s something is harder", id)
		}
		before, after := s.view.Blasts(), with.Blasts()
		for i := range before {
			if !holdsAll(&before[i].All, &after[i].All) || !holdsAll(&before[i].Open, &after[i].Open) {
				t.Fatalf("with %s at %d more is reached from %v", id, at, before[i].From)
			}
		}
	})
}

// A view that takes over what did not change is the view made anew.
func TestAgainIsMakingItAnew(t *testing.T) {
	from, book := small(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, from, book)
		if len(s.graph.controls) == 0 {
			return
		}
		changed := rapid.SliceOfN(rapid.SampledFrom(s.graph.controls), 0, 3).Draw(t, "changed")
		other := drawWorkings(t)
		works := func(id ident.ID, at int) (bool, bool) {
			if slices.Contains(changed, id) {
				return other.works(id, at)
			}
			return s.works.works(id, at)
		}
		again, anew := s.view.Again(works, changed...), s.graph.View(works, s.basis, s.supposed)
		if !slices.Equal(again.over, anew.over) {
			t.Fatal("some steps are another way over")
		}
		if !same(again.Easiest(s.start), anew.Easiest(s.start)) || !same(again.Failures(works, s.start), anew.Failures(works, s.start)) {
			t.Fatal("what is told is other")
		}
	})
}

// The same design and packs give the same, byte for byte, however often.
func TestTheSameGivesTheSame(t *testing.T) {
	lib, book := builtin(t)
	s := estate(40)
	tell := func() []byte {
		d := Arrange(s, lib)
		g := book.Graph(d)
		v := g.View(half, AsEvidenced, Supposed{})
		out := []any{book.Candidates(d), v.Easiest(Start{}), v.Blasts(), v.Failures(half, Start{})}
		for _, id := range g.names[:6] {
			out = append(out, v.Ways(Start{}, id, 3), v.Chokes(half, Start{}, id))
		}
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	first := tell()
	for range 19 {
		if !bytes.Equal(tell(), first) {
			t.Fatal("the same design gave something else")
		}
	}
	if len(first) < 10_000 {
		t.Errorf("only %d bytes were compared", len(first))
	}
}
