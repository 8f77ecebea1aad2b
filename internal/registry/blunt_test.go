package registry

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// TestWhatIsInTheWayNamesNoWeakness: who may not read findings is not told of one as what keeps a service from a gate or from
// the next level of a profile.
func TestWhatIsInTheWayNamesNoWeakness(t *testing.T) {
	way := []judge.Obstacle{{ID: ident.To(ident.KindRisk, "r1")}, {ID: ident.To(ident.KindFinding, "f1")}, {ID: ident.To(ident.KindThreat, "t1")}}
	p := &assess.Posture{Judgement: judge.Judgement{
		Gates: []judge.Gate{{ID: "live", InTheWay: slices.Clone(way)}}, Profiles: []judge.ProfileResult{{Scheme: "levels", InTheWay: slices.Clone(way)}},
	}}
	Asker{ground: &ground{}}.blunt(store.Service{ID: "portal"}, p)
	for where, left := range map[string][]judge.Obstacle{"a gate": p.Gates[0].InTheWay, "a level": p.Profiles[0].InTheWay} {
		if len(left) != 1 || left[0].ID != way[0].ID {
			t.Errorf("in the way of %s is %+v", where, left)
		}
	}
}
