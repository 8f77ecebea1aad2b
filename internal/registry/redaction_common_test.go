package registry_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// reorganised has the organisation file say what it should not, and the next revision take it out. From then on p4 is the
// chief digital officer of all of it.
func reorganised(t testing.TB) *kept {
	t.Helper()
	k := lived(t)
	change := func(base int64, text string) {
		t.Helper()
		if _, err := k.ChangeOrganisation(t.Context(), k.person("p3"), registry.OrganisationChange{Base: base, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	change(1, strings.Replace(recordOrganisation, "Benefits,", spilled+",", 1))
	k.observe("e1", "it works")
	k.judged()
	change(2, recordOrganisation+"  - {role: cdio, person: p4}\n")
	return k
}

func (k *kept) proposeCommon(who string, subjects ...string) (registry.Proposed, error) {
	return k.ProposeRedaction(k.t.Context(), k.person(who), "", "it names somebody", subjects)
}

func TestARevisionOfTheOrganisationIsRedacted(t *testing.T) {
	k := reorganised(t)
	ctx := t.Context()
	if _, err := k.proposeCommon("p2", "organisation:2"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a security lead of one unit proposes it: %v", err)
	}
	if _, err := k.proposeCommon("p3", "organisation:3"); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "is in force: replace it first") {
		t.Errorf("the one in force: %v", err)
	}
	p, err := k.proposeCommon("p3", "organisation:2")
	if err != nil || p.Bodies < 2 {
		t.Fatalf("proposed as %+v, %v", p, err)
	}
	for who, want := range map[string]fault.Kind{"p3": fault.Forbidden, "p2": fault.NotFound, "p5": fault.NotFound} {
		if _, err := k.ApproveRedaction(ctx, k.person(who), p.ID); fault.KindOf(err) != want {
			t.Errorf("%s approves it: %v", who, err)
		}
	}
	for who, want := range map[string]int{"p1": 0, "p2": 0, "p3": 1, "p4": 1} {
		if all, err := k.Redactions(ctx, k.person(who), "", 10); err != nil || len(all) != want {
			t.Errorf("%s sees %d, %v", who, len(all), err)
		}
	}
	if written, err := k.ApproveRedaction(ctx, k.person("p4"), p.ID); err != nil || len(written) != p.Bodies {
		t.Fatalf("%d bodies were destroyed, want %d: %v", len(written), p.Bodies, err)
	}
	_, err = k.ChangeOrganisation(ctx, k.person("p3"), registry.OrganisationChange{Base: 2, Text: recordOrganisation})
	if conflicts := new(registry.Conflicts); !errors.As(err, &conflicts) || conflicts.Current != 3 || !strings.Contains(err.Error(), "was redacted") {
		t.Errorf("a change of the redacted revision: %v", err)
	}
	k.judged()
	if posture, err := posture(ctx, k.Registry, k.person("p1"), "portal"); err != nil || len(posture.Judged.Posture) == 0 {
		t.Errorf("there is no posture: %v", err)
	}
	if v := k.verify(); !v.Sound() || v.Record.Checked.Redactions != int64(p.Bodies) || v.Unplayed != 0 {
		t.Errorf("verify finds %+v, and counts %+v", v.First, v.Record.Checked)
	}
	if v, err := audit(t, k.exported(), registry.Exam{Public: []string{k.key.Public}}); err != nil || !v.Sound() || v.Record.Checked.Redactions == 0 {
		t.Errorf("of the exported record it finds %+v, %v", v, err)
	}
}

func TestWhatWasRecordedOfAPersonIsRedacted(t *testing.T) {
	k := reorganised(t)
	about := func(kind ledger.Kind, content any) store.Entry {
		return store.Entry{Kind: kind, Actor: "terminal", Subject: "person:p5", Content: content}
	}
	write := func(entries ...store.Entry) {
		t.Helper()
		if _, err := k.store.Write(t.Context(), entries, nil); err != nil {
			t.Fatal(err)
		}
	}
	write(about(ledger.PersonInvited, &store.Invited{Person: "p5", Email: "five@example.org"}))
	if _, err := k.proposeCommon("p3", "person:p5"); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "remove them first") {
		t.Errorf("somebody who is invited: %v", err)
	}
	write(about(ledger.PersonLeft, &store.Departed{Person: "p5", Reason: spilled}))
	p, err := k.proposeCommon("p3", "person:p5")
	if err != nil || p.Bodies != 2 {
		t.Fatalf("proposed as %+v, %v", p, err)
	}
	if _, err := k.ApproveRedaction(t.Context(), k.person("p4"), p.ID); err != nil {
		t.Fatal(err)
	}
	if v := k.verify(); !v.Sound() || v.Record.Checked.Redactions != 2 {
		t.Errorf("verify finds %+v, and counts %+v", v.First, v.Record.Checked)
	}
}
