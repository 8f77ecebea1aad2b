package registry

import (
	"bytes"
	"reflect"
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

// TestNoMemberOfAPostureNamesAWeakness fills every member that there is, so that none is forgotten when one is added.
func TestNoMemberOfAPostureNamesAWeakness(t *testing.T) {
	for _, kind := range []string{ident.KindFinding, ident.KindThreat, ident.KindPath} {
		p := filled(ident.To(kind, "secret"))
		Asker{ground: &ground{}}.blunt(store.Service{ID: "portal"}, p)
		if text := written(t, p); bytes.Contains(text, []byte(kind+":secret")) {
			t.Errorf("a %s is still named: %s", kind, text)
		}
	}
}

// TestWhatNamesNoWeaknessStays: nothing else is taken from a posture than its weaknesses.
func TestWhatNamesNoWeaknessStays(t *testing.T) {
	p, want := filled(ident.To(ident.KindRisk, "r1")), filled(ident.To(ident.KindRisk, "r1"))
	want.Findings, want.Threats, want.Archived, want.Paths, want.Actions = judge.Findings{}, nil, nil, nil, nil
	Asker{ground: &ground{}}.blunt(store.Service{ID: "portal"}, p)
	if got, want := written(t, p), written(t, want); !bytes.Equal(got, want) {
		t.Errorf("it is\n%s\nand was\n%s", got, want)
	}
}

// filled is a posture in which each list has one of what it is of, and each reference is the one.
func filled(ref ident.Ref) *assess.Posture {
	p := &assess.Posture{}
	fill(reflect.ValueOf(p).Elem(), ref)
	return p
}

func fill(v reflect.Value, ref ident.Ref) {
	if _, is := v.Interface().(ident.Ref); is {
		v.Set(reflect.ValueOf(ref))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), ref)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), ref)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), ref)
	case reflect.Map, reflect.Array, reflect.Interface:
		if v.Kind() == reflect.Interface || v.Type().Elem().Kind() > reflect.Complex128 && v.Type().Elem().Kind() != reflect.String {
			panic("what is in " + v.Type().String() + " would not be gone through")
		}
	}
}
