package assess_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"pgregory.net/rapid"
)

// The laws of the engine that the documentation promises, each by its number. This file holds those about the engine as a
// whole; those about what it says have a file each.

func posture(t rapid.TB, s judge.Sources, at civil.Instant) *assess.Posture {
	t.Helper()
	p, err := assess.Assess(s, at)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func prepare(t rapid.TB, s judge.Sources) *judge.Inputs {
	t.Helper()
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func judged(t rapid.TB, s judge.Sources, at civil.Instant) *judge.Judgement {
	t.Helper()
	return judge.Judge(prepare(t, s), civil.NewWatch(at))
}

func written(t rapid.TB, v any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// same fails where two results are not equal.
func same(t rapid.TB, what string, want, got any) {
	t.Helper()
	if !reflect.DeepEqual(want, got) { // quicker than to write both
		identical(t, what, want, got)
	}
}

// identical fails with the first line that differs as it is written.
func identical(t rapid.TB, what string, want, got any) {
	t.Helper()
	a, b := written(t, want), written(t, got)
	if bytes.Equal(a, b) {
		return
	}
	was, is := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(was), len(is)) {
		if !bytes.Equal(was[i], is[i]) {
			from := max(0, i-12)
			t.Fatalf("%s: the result differs:\n%s\n- %s\n+ %s", what, bytes.Join(was[from:i], []byte("\n")), was[i], is[i])
		}
	}
	t.Fatalf("%s: one result is longer", what)
}

func TestLaw1Deterministic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		first := posture(t, s, now)
		identical(t, "the same again", first, posture(t, s, now))
		again := clone(s) // new maps, whose order is another
		again.Library = rearranged(t, g, s.Library)
		again.Evidence, again.Decisions = shuffled(g, again.Evidence), shuffled(g, again.Decisions)
		identical(t, "another order, another library of the same packs", first, posture(t, again, now))
	})
}

// However many cores judge an estate, and in whatever order its services were put in.
func TestLaw1DeterministicOnCores(t *testing.T) {
	t.Parallel()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		all := estate(t)
		runtime.GOMAXPROCS(1)
		first := postures(t, fresh(t, all), now)
		runtime.GOMAXPROCS(4)
		identical(t, "on four cores", first, postures(t, fresh(t, shuffled(g, all)), now))
	})
}

func rearranged(t rapid.TB, g *gen, lib *library.Library) *library.Library {
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range lib.Packs {
		if !slices.ContainsFunc(packs, func(b library.Pack) bool { return b.ID == p.ID }) {
			packs = append(packs, *p)
		}
	}
	out, err := library.New(shuffled(g, packs), library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	out.Settings = lib.Settings
	return out
}

func fresh(t rapid.TB, all []judge.Sources) *assess.Estate {
	e := assess.NewEstate()
	for _, s := range all {
		if err := e.Put(s); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func postures(t rapid.TB, e *assess.Estate, at civil.Instant) []*assess.Posture {
	t.Helper()
	all, err := e.Postures(at)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestLaw3Honest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		s.Evidence, s.Offers = nil, nil
		p := judged(t, s, now)
		for i := range p.Controls {
			c := &p.Controls[i]
			if c.State == judge.Evidenced || c.Components.N > 0 || c.Strength != "" {
				t.Fatalf("%s is %s on %d with nothing to show it", c.ID, c.State, c.Components.N)
			}
		}
		for i := range p.Risks {
			if r := &p.Risks[i]; r.ResidualEvidenced != r.Inherent {
				t.Fatalf("%s came down from %+v to %+v with nothing to show it", r.ID, r.Inherent, r.ResidualEvidenced)
			}
		}
		for i := range p.Principles {
			for _, st := range p.Principles[i].Statements {
				if st.Standing == judge.Met && !confirmed(s.Service, st.ID) {
					t.Fatalf("%s is met and nobody said so", st.ID)
				}
			}
		}
	})
}

func confirmed(s *model.Service, statement ident.ID) bool {
	return slices.ContainsFunc(s.Answers, func(a model.Answer) bool { return a.Statement == statement && a.By != "" && a.Answer == model.IsMet })
}

func TestLaw5Horizon(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		in := prepare(t, s)
		p := assess.Ready(in, now)
		moments := g.before(p.NextChange)
		for _, at := range moments {
			same(t, "judged at "+at.String()+", before the next change at "+p.NextChange.String(), &p.Judgement, judge.Judge(in, civil.NewWatch(at)))
		}
		at := one(g, moments...)
		if later := assess.Ready(in, at); p.Exact && (!later.Exact || later.NextChange != p.NextChange) {
			t.Fatalf("at %s the next change is %s, which was said exactly to be %s", at, later.NextChange, p.NextChange)
		}
		if p.Exact && p.NextChange != 0 {
			if then := judge.Judge(in, civil.NewWatch(p.NextChange)); bytes.Equal(written(t, then), written(t, &p.Judgement)) {
				t.Fatalf("nothing changes at %s, which is said exactly to be the next change", p.NextChange)
			}
		}
		if p.NextChange != 0 && p.NextChange <= now {
			t.Fatalf("the next change is at %s, in the past", p.NextChange)
		}
	})
}

// before draws moments from now until a change: the last second, the days that lie between, and any.
func (g *gen) before(end civil.Instant) []civil.Instant {
	if end == 0 {
		end = now + 5*366*86400
	}
	out := []civil.Instant{end - 1}
	day := max((end-now)/16, 3600)
	for at := now + 1; at < end; at += day {
		out = append(out, at)
	}
	for range 4 {
		out = append(out, now+civil.Instant(g.int(0, int(end-now)-1)))
	}
	return out
}

func TestLaw7OrderFree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		first := posture(t, s, now)
		s.Evidence, s.Decisions = shuffled(g, s.Evidence), shuffled(g, s.Decisions)
		for i := range s.Decisions {
			s.Decisions[i].Consulted = shuffled(g, s.Decisions[i].Consulted)
			s.Decisions[i].Basis.Fields = shuffled(g, s.Decisions[i].Basis.Fields)
		}
		same(t, "records in another order", first, posture(t, s, now))
		s.Service = clone(s.Service)
		g.shuffleSets(reflect.ValueOf(s.Service).Elem())
		same(t, "claims in another order", first, posture(t, s, now))
	})
}

// shuffleSets puts every list whose order means nothing into another order: all that the canonical form sorts.
func (g *gen) shuffleSets(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.CanSet() {
			continue
		}
		if f.Kind() == reflect.Struct {
			g.shuffleSets(f)
		}
		if f.Kind() != reflect.Slice || f.Len() == 0 {
			continue
		}
		if v.Type().Field(i).Tag.Get("c1") != "list" && f.Len() > 1 {
			g.shuffle(f)
		}
		for k := range f.Len() {
			if f.Index(k).Kind() == reflect.Struct {
				g.shuffleSets(f.Index(k))
			}
		}
	}
}

func (g *gen) shuffle(list reflect.Value) {
	for i := list.Len() - 1; i > 0; i-- {
		k := g.int(0, i)
		a, b := list.Index(i).Interface(), list.Index(k).Interface()
		list.Index(i).Set(reflect.ValueOf(b))
		list.Index(k).Set(reflect.ValueOf(a))
	}
}

func TestLaw8IncrementalEqualsFull(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		all := map[ident.ID]judge.Sources{}
		kept, at := assess.NewEstate(), now
		start := estate(t)
		put := func(s judge.Sources) {
			all[s.Service.Service.ID] = s
			if err := kept.Put(s); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range start {
			put(s)
		}
		for range g.int(1, 6) {
			switch g.int(0, 5) {
			case 0, 1:
				at += civil.Instant(g.int(0, 60*86400))
			case 2:
				at -= civil.Instant(g.int(0, 5*86400))
			case 3:
				id := one(g, start...).Service.Service.ID
				delete(all, id)
				kept.Remove(id)
			case 4:
				put(g.small(one(g, start...).Service.Service.ID, some(g, ids("s", 5), 4), start[0].Organisation))
			case 5:
				s := one(g, start...)
				s.Evidence = append(slices.Clone(s.Evidence), g.evidence(s.Service, 2)...)
				put(s)
			}
			var full []judge.Sources
			for _, s := range all {
				full = append(full, s)
			}
			same(t, "at "+at.String(), postures(t, fresh(t, full), at), postures(t, kept, at))
		}
	})
}
