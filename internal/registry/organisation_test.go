package registry_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// led is the organisation of these tests with somebody who may change it.
const led = organisation + `  - {role: administrator, person: p2}
`

func (d desk) organise(who registry.Asker, base int64, text string) (*registry.OrganisationChanged, error) {
	return d.ChangeOrganisation(d.t.Context(), who, registry.OrganisationChange{Base: base, Text: text})
}

// TestManyChangeTheOrganisationAndLoseNothing has many people each add somebody to the same revision.
func TestManyChangeTheOrganisationAndLoseNothing(t *testing.T) {
	d := open(t)
	who := d.terminal()
	const many = 20
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			if _, err := d.organise(who, 1, strings.Replace(organisation, "appointments:", fmt.Sprintf("  - {id: x%d, name: Added}\nappointments:", i), 1)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r, err := d.Organisation(t.Context(), d.terminal())
	if err != nil || r.Number != many+1 {
		t.Fatalf("revision %d, %v", r.Number, err)
	}
	for i := range many {
		if !strings.Contains(r.Texts[0].Text, fmt.Sprintf("{id: x%d, name: Added}", i)) {
			t.Errorf("what editor %d added is lost", i)
		}
	}
}

func TestWhatIsInUseKeepsItsPlace(t *testing.T) {
	d := open(t)
	d.portal(d.person("p1"))
	if _, err := d.organise(d.terminal(), 1, led); err != nil {
		t.Fatal(err)
	}
	admin := d.person("p2")
	for name, c := range map[string]struct {
		text, want string
	}{
		"a unit with a service": {strings.NewReplacer("  - {id: benefits, name: Benefits, parent: department}\n", "", "person: p1, unit: benefits", "person: p1, unit: shared").Replace(led), "services belong to the unit benefits"},
		"nobody who may":        {organisation, "nobody could change the organisation file"},
		"not an organisation":   {"bulkhead: v1\nunits: 7\n", "problem"},
		"a circle of units":     {strings.Replace(led, "{id: department, name: The department}", "{id: department, name: The department, parent: benefits}", 1), "inside itself"},
	} {
		_, err := d.organise(admin, 2, c.text)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) && c.want != "problem" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.organise(d.person("p1"), 2, led); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("somebody who may not: %v", err)
	}
}

func TestAChangeOfTheOrganisationIsInForceAtOnce(t *testing.T) {
	d := open(t)
	if _, err := d.Register(t.Context(), d.person("p3"), registry.Registration{ID: "new", Name: "New", Unit: "shared"}); fault.KindOf(err) != fault.Forbidden {
		t.Fatalf("before: %v", err)
	}
	dry, err := d.ChangeOrganisation(t.Context(), d.terminal(), registry.OrganisationChange{Base: 1, Text: organisation + "  - {role: delivery-manager, person: p3, unit: shared}\n", DryRun: true})
	if err != nil || len(dry.Mine) == 0 {
		t.Fatalf("tried: %+v, %v", dry, err)
	}
	if r, err := d.Organisation(t.Context(), d.terminal()); err != nil || r.Number != 1 {
		t.Fatalf("what was only tried was written: %d, %v", r.Number, err)
	}
	if _, err := d.organise(d.terminal(), 1, organisation+"  - {role: delivery-manager, person: p3, unit: shared}\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Register(t.Context(), d.person("p3"), registry.Registration{ID: "new", Name: "New", Unit: "shared"}); err != nil {
		t.Errorf("after: %v", err)
	}
	_, err = d.organise(d.terminal(), 1, strings.Replace(organisation, "name: Shared technology", "name: Shared platforms", 1))
	if err != nil {
		t.Errorf("a change of something else on the old revision: %v", err)
	}
}

func TestAConflictInTheOrganisationTellsBothSides(t *testing.T) {
	d := open(t)
	for _, name := range []string{"Benefits and grants", "Benefits for all"} {
		_, err := d.organise(d.terminal(), 1, strings.Replace(organisation, "name: Benefits,", "name: "+name+",", 1))
		conflicts, is := errors.AsType[*registry.Conflicts](err)
		if name == "Benefits and grants" {
			if err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !is || conflicts.Current != 2 || len(conflicts.Conflicts) == 0 || conflicts.Conflicts[0].Theirs != "Benefits and grants" {
			t.Errorf("%v %+v", err, conflicts)
		}
	}
}

const ownPack = `pack: v1
id: own
title: Our own
version: "1"
source: Our board
licence: Our own text
retrieved: 2026-11-01
mark: ours
principles:
  - id: keep-it-small
    title: Keep it small
    form: governed
    statement: Services are as small as they can be.
    rasci: {accountable: [cto]}
    statements:
      - {id: i1, kind: implication, text: What is not used is taken away.}
`

func TestAPackComesIntoForce(t *testing.T) {
	d := open(t)
	d.portal(d.person("p1"))
	who, err := d.ciso()
	if err != nil {
		t.Fatal(err)
	}
	put := func(c registry.PackChange) (*registry.PackChanged, error) {
		c.ID = "own"
		return d.ChangeLibrary(t.Context(), who, c)
	}
	if _, err := d.ChangeLibrary(t.Context(), d.person("p1"), registry.PackChange{ID: "own", Text: ownPack}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("somebody who may not: %v", err)
	}
	if _, err := put(registry.PackChange{Text: ownPack, DryRun: true}); err != nil {
		t.Fatal(err)
	}
	first, err := put(registry.PackChange{Text: ownPack})
	if err != nil {
		t.Fatal(err)
	}
	if same, err := put(registry.PackChange{Base: first.Line.Digest, Text: ownPack}); err != nil || !same.Same {
		t.Errorf("the same again: %+v, %v", same, err)
	}
	if _, err := put(registry.PackChange{Text: ownPack}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("as if there were none: %v", err)
	}
	if _, err := put(registry.PackChange{Base: first.Line.Digest, Text: strings.Replace(ownPack, "kind: implication", "kind: nothing", 1)}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("one that is none: %v", err)
	}
	all, err := d.Principles(t.Context(), d.terminal())
	if err != nil || !strings.Contains(fmt.Sprint(names(all)), "keep-it-small") {
		t.Errorf("%v %v", names(all), err)
	}
	if n, err := d.JudgeDirty(t.Context(), "test", 1); err != nil || n != 1 {
		t.Errorf("%d services are judged again, %v", n, err)
	}
}

func names(all []registry.Principle) (out []string) {
	for _, p := range all {
		out = append(out, string(p.ID))
	}
	return out
}

// ciso gives somebody who may change the library.
func (d desk) ciso() (registry.Asker, error) {
	_, err := d.organise(d.terminal(), 1, organisation+"  - {role: ciso, person: p3}\n")
	return d.person("p3"), err
}

func TestSearchTakesEveryCharacterAsItIs(t *testing.T) {
	d := open(t)
	d.portal(d.person("p1"))
	if _, err := d.JudgeDirty(t.Context(), "test", 1); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"loss of": 2, "LOSS OF REC": 1, "portal": 1, "%%": 0, "__": 0, "los_ of": 0, "risk:r1": 1, "' OR 1=1": 0, "!!": 0} {
		found, next, err := d.Search(t.Context(), d.person("p1"), text, registry.After{}, 50)
		if err != nil || len(found) != want || next != "" {
			t.Errorf("%q finds %d (%v), want %d; next %q, %v", text, len(found), found, want, next, err)
		}
		found, _, err = d.Search(t.Context(), d.person("p2"), text, registry.After{}, 50)
		if err != nil || len(found) != 0 {
			t.Errorf("%q finds %d for somebody elsewhere, %v", text, len(found), err)
		}
	}
	var all []registry.Found
	for after := (registry.After{}); ; {
		found, next, err := d.Search(t.Context(), d.person("p1"), "loss of", after, 1)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, found...); next == "" {
			break
		}
		after = registry.ReadAfter(next)
	}
	if len(all) != 2 || all[0].Ref != "risk:r1" || all[1].Ref != "risk:r2" {
		t.Errorf("page by page: %v", all)
	}
}
