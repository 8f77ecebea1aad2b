package registry_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

const packWithControl = ownPack + `controls:
  - id: stamped-letters
    title: Stamped letters
    statement: Each letter is stamped.
    on: service
    sort: people
    function: preventive
    counters: [spoofing]
    checks:
      - {id: records, title: The records of stamps, kinds: [record], strength: documented, coverage: any, fresh: P1Y}
    effort: low
`

const stamping = portal + `controls:
  - id: letters
    control: stamped-letters
`

// A pack that takes away what a service names is refused with the place, until nobody names it.
func TestAPackKeepsWhatServicesName(t *testing.T) {
	d := open(t)
	manager := d.person("p1")
	who, err := d.ciso()
	if err != nil {
		t.Fatal(err)
	}
	first, err := d.ChangeLibrary(t.Context(), who, registry.PackChange{ID: "own", Text: packWithControl})
	if err != nil {
		t.Fatal(err)
	}
	d.portal(manager)
	manager = d.person("p1") // on the ground of today
	change := func(base int64, text string) error {
		_, err := d.ChangeService(t.Context(), manager, "portal", registry.Change{Base: base, Files: one(text)})
		return err
	}
	if err := change(1, stamping); err != nil {
		t.Fatal(err)
	}
	without := registry.PackChange{ID: "own", Base: first.Line.Digest, Text: ownPack}
	for _, dry := range []bool{true, false} {
		without.DryRun = dry
		_, err = d.ChangeLibrary(t.Context(), who, without)
		refusedAs(t, err, fault.Invalid, "portal/bulkhead.yaml:13:14: portal: there is no control in the library called stamped-letters")
	}
	renamed := without
	renamed.Text = strings.Replace(packWithControl, "title: Stamped letters", "title: Letters with a stamp", 1)
	second, err := d.ChangeLibrary(t.Context(), who, renamed)
	if err != nil {
		t.Fatalf("one that keeps the control is refused: %v", err)
	}
	if err := change(2, portal); err != nil {
		t.Fatal(err)
	}
	without.Base = second.Line.Digest
	if _, err = d.ChangeLibrary(t.Context(), who, without); err != nil {
		t.Errorf("when nobody names it: %v", err)
	}
}

// Taken away regardless, what named it is judged as a control of the team's own, and the next change of the service has to
// mend that. What did not fit before is not told again.
func TestAPackIsChangedRegardless(t *testing.T) {
	d := open(t)
	who, err := d.ciso()
	if err != nil {
		t.Fatal(err)
	}
	first, err := d.ChangeLibrary(t.Context(), who, registry.PackChange{ID: "own", Text: packWithControl})
	if err != nil {
		t.Fatal(err)
	}
	manager := d.person("p1")
	d.portal(manager)
	if _, err := d.ChangeService(t.Context(), manager, "portal", registry.Change{Base: 1, Files: one(stamping)}); err != nil {
		t.Fatal(err)
	}
	second, err := d.ChangeLibrary(t.Context(), who, registry.PackChange{ID: "own", Base: first.Line.Digest, Text: ownPack, Regardless: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.JudgeDirty(t.Context(), "test", 1); err != nil {
		t.Fatal(err)
	}
	p, err := posture(t.Context(), d.Registry, d.person("p1"), "portal")
	if err != nil || p.Failing != 0 || p.Dirty {
		t.Fatalf("failing since %q, %v", p.Failing, err)
	}
	var posture assess.Posture
	if err := json.Unmarshal(p.Judged.Posture, &posture); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(posture.Controls, func(c judge.Control) bool { return c.ID == "letters" })
	if i < 0 || posture.Controls[i].Origin != "own" || posture.Controls[i].Control != "" {
		t.Errorf("what named the control that is gone is judged as %+v", posture.Controls)
	}
	_, err = d.ChangeService(t.Context(), d.person("p1"), "portal", registry.Change{Base: 2, Files: one(strings.Replace(stamping, "Loss of records", "Loss", 1))})
	refusedAs(t, err, fault.Invalid, "there is no control in the library called stamped-letters")
	_, err = d.ChangeLibrary(t.Context(), who, registry.PackChange{ID: "own", Base: second.Line.Digest, Text: strings.Replace(ownPack, "keep-it-small", "keep-it-simple", 1)})
	if err != nil {
		t.Errorf("what does not fit already keeps another change: %v", err)
	}
}

// The highest classification that may be kept is not set below what a service holds, and a service that was retired holds
// up nothing.
func TestACeilingIsNotSetBelowWhatIsHeld(t *testing.T) {
	d := open(t)
	manager := d.person("p1")
	d.portal(manager)
	secret := portal + "context:\n  classification: SECRET\n"
	if _, err := d.ChangeService(t.Context(), manager, "portal", registry.Change{Base: 1, Files: one(secret)}); err != nil {
		t.Fatal(err)
	}
	lower := strings.Replace(organisation, "units:", "classification: OFFICIAL\nunits:", 1) + "  - {role: senior-responsible-owner, person: p2}\n"
	_, err := d.organise(d.terminal(), 1, lower)
	refusedAs(t, err, fault.Invalid, "portal: SECRET is above OFFICIAL")
	if _, err := d.organise(d.terminal(), 1, strings.Replace(lower, "classification: OFFICIAL\n", "classification: SECRET\n", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.RetireService(t.Context(), d.person("p2"), "portal", "It has ended"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.organise(d.terminal(), 2, lower); err != nil {
		t.Errorf("for a service that was retired: %v", err)
	}
}
