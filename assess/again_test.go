package assess_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// What is made ready with the help of earlier inputs is judged as what is made ready without, whatever changed since, and
// the earlier inputs are judged as before.
func TestLaw1DeterministicWithWhatWasReady(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		ready := prepare(t, s)
		for range g.int(1, 2) {
			before := assess.Ready(ready, now)
			s = later(g, s)
			again, err := ready.Again(grouped(t, g, s))
			if err != nil {
				t.Fatal(err)
			}
			identical(t, "with the help of earlier inputs", assess.Ready(prepare(t, clone(s)), now), assess.Ready(again, now))
			identical(t, "the earlier inputs", before, assess.Ready(ready, now))
			ready = again
		}
	})
}

// later changes some of the sources of a service; what stays stands where it stood.
func later(g *gen, s judge.Sources) judge.Sources {
	if g.often(4) {
		s.Service, s.Changed = clone(s.Service), maps.Clone(s.Changed)
		if s.Changed == nil {
			s.Changed = map[string]civil.Instant{}
		}
		g.drift(&s)
	}
	if g.often(5) {
		s.Evidence = append(slices.Clone(s.Evidence), g.evidence(s.Service, g.int(0, 2))...)
	}
	if g.often(3) {
		s.Evidence = slices.Clone(s.Evidence[:len(s.Evidence)/2])
	}
	if g.often(3) && len(s.Decisions) > 0 {
		s.Decisions = slices.Clone(s.Decisions[1:])
	}
	if g.often(3) && len(s.Decisions) > 0 {
		s.Attested = maps.Clone(s.Attested)
		if s.Attested == nil {
			s.Attested = map[ident.ID]bool{}
		}
		s.Attested[s.Decisions[0].ID] = g.often(5)
	}
	if g.often(2) {
		s.Organisation = g.organisation()
	}
	if g.often(2) {
		s.Library = g.library()
	}
	if g.often(2) {
		s.Offers = map[ident.ID]judge.Offer{"platform": g.offer("platform")}
	}
	return s
}

// grouped gives the sources with their evidence as a set, now and then, made in two steps.
func grouped(t rapid.TB, g *gen, s judge.Sources) judge.Sources {
	if g.often(5) {
		return s
	}
	var set evidence.Set
	half := len(s.Evidence) / 2
	for _, some := range [][]evidence.Record{s.Evidence[half:], s.Evidence[:half]} {
		var entries []evidence.Entry
		for i := range some {
			d, err := ident.Sum(&some[i])
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, evidence.Entry{Digest: d, Record: &some[i]})
		}
		next, err := set.With(entries)
		if err != nil {
			t.Fatal(err)
		}
		set = next
	}
	s.Set, s.Evidence = &set, nil
	return s
}
