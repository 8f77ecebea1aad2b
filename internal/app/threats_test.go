package app

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// TestTheGraphIsThatOfThePosture asks the attack graph again, and must get the paths that the posture has: with what other
// services offer, with nothing from those that rest on each other in a ring.
func TestTheGraphIsThatOfThePosture(t *testing.T) {
	dir := t.TempDir()
	architecture := `
data: [{id: cases, name: Cases, classification: OFFICIAL, personal: yes}]
architecture:
  zones: [{id: net, trust: public}]
  components:
    - {id: web, type: web-application, zone: net, internet_facing: yes}
    - {id: db, type: datastore, zone: net, holds: [cases]}
  flows: [{id: f, source: web, destination: db, data: [cases]}]
`
	for name, text := range map[string]string{
		"platform": "service: {id: platform, name: Platform, phase: live}" + architecture + "controls: [{id: patching, status: implemented}, {id: least-privilege, status: implemented}]\n",
		"portal":   "service: {id: portal, name: Portal, phase: live}" + architecture + "controls: [{id: patching, origin: inherited, offer: {service: platform}}, {id: least-privilege, origin: inherited, offer: {service: ring-a}}]\n",
		"ring-a":   "service: {id: ring-a, name: A, phase: live}" + architecture + "controls: [{id: patching, origin: inherited, offer: {service: ring-b}}, {id: least-privilege, origin: inherited, offer: {service: platform}}]\n",
		"ring-b":   "service: {id: ring-b, name: B, phase: live}" + architecture + "controls: [{id: patching, origin: inherited, offer: {service: ring-a}}]\n",
	} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "bulkhead.yaml"), []byte("bulkhead: v1\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := func(z civil.Zone) (civil.Instant, error) {
		return z.Start(civil.Date{Year: 2026, Month: 6, Day: 1}), nil
	}
	checked, lists, err := Paths(Where{Path: dir}, Asked{People: true}, at)
	if err != nil {
		t.Fatal(err)
	}
	if len(lists) != 4 {
		t.Fatalf("%d lists of 4 services", len(lists))
	}
	for i, p := range checked.Postures {
		base, err := checked.base(p)
		if err != nil {
			t.Fatal(err)
		}
		if again := base.Judgement(); !reflect.DeepEqual(controlStates(again), controlStates(&p.Judgement)) {
			t.Errorf("%s: the controls are judged otherwise: %v, not %v", p.Service, controlStates(again), controlStates(&p.Judgement))
		}
		a := &attacking{told: checked.told(p), base: base, attack: base.Attack(), targets: base.Attack().Graph.Targets()}
		for _, w := range a.attack.Evidenced.Easiest(a.start) {
			mine := a.path(&w)
			theirs := pathNamed(p.Paths, mine)
			mine.Claimed, mine.Actors, mine.Reasons = theirs.Claimed, theirs.Actors, theirs.Reasons
			if !reflect.DeepEqual(mine, theirs) {
				t.Errorf("%s: %s is told otherwise:\n%+v\n%+v", p.Service, mine.ID, mine, theirs)
			}
		}
		if len(lists[i].Paths) < len(p.Paths) {
			t.Errorf("%s: with people there are fewer paths", p.Service)
		}
	}
}

func controlStates(j *judge.Judgement) map[string]judge.State {
	out := map[string]judge.State{}
	for i := range j.Controls {
		out[string(j.Controls[i].ID)] = j.Controls[i].State
	}
	return out
}

func pathNamed(list []judge.Path, like judge.Path) judge.Path {
	for i := range list {
		if list[i].ID == like.ID {
			return list[i]
		}
	}
	return judge.Path{}
}
