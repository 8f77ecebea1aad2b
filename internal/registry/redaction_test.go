package registry_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const spilled = "Witness lives at the mill"

// spill has a revision say what it should not, and the next one take it out; evidence says it too.
func (k *kept) spill() {
	k.t.Helper()
	who := k.person("p1")
	bad := strings.Replace(portal, "Loss of records", spilled, 1)
	if _, err := k.ChangeService(k.t.Context(), who, "portal", registry.Change{Base: 1, Files: one(bad)}); err != nil {
		k.t.Fatal(err)
	}
	k.judged()
	if _, err := k.ChangeService(k.t.Context(), who, "portal", registry.Change{Base: 2, Files: one(portal)}); err != nil {
		k.t.Fatal(err)
	}
	k.observe("e1", spilled)
	k.judged()
}

func (k *kept) propose(who string, subjects ...string) (registry.Proposed, error) {
	return k.ProposeRedaction(k.t.Context(), k.person(who), "portal", "it names somebody", subjects)
}

func TestARedactionTakesTwoPeople(t *testing.T) {
	k := lived(t)
	k.spill()
	ctx := t.Context()
	if _, err := k.propose("p1", "evidence:e1"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a delivery manager proposes it: %v", err)
	}
	for _, c := range []struct {
		reason   string
		subjects []string
		want     fault.Kind
	}{
		{"", []string{"evidence:e1"}, fault.Invalid},
		{"why", nil, fault.Invalid},
		{"why", []string{"evidence:none"}, fault.NotFound},
		{"why", []string{"revision:3"}, fault.Conflict},
	} {
		if _, err := k.ProposeRedaction(ctx, k.person("p3"), "portal", c.reason, c.subjects); fault.KindOf(err) != c.want {
			t.Errorf("%q of %v gives %v, want %s", c.reason, c.subjects, err, c.want)
		}
	}
	p, err := k.propose("p3", "evidence:e1", "revision:2")
	if err != nil || p.Bodies < 4 {
		t.Fatalf("proposed as %+v, %v", p, err)
	}
	if _, err := k.ApproveRedaction(ctx, k.person("p3"), p.ID); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("who proposed it approves it: %v", err)
	}
	if _, err := k.ApproveRedaction(ctx, k.person("p2"), p.ID); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a security lead approves it: %v", err)
	}
	if _, err := k.ApproveRedaction(ctx, k.terminal(), p.ID); err == nil {
		t.Error("the terminal approves it")
	}
	if all, err := k.Redactions(ctx, k.person("p4"), "", 10); err != nil || len(all) != 1 || all[0].Made != 0 || all[0].Reason != "it names somebody" {
		t.Errorf("the list is %+v, %v", all, err)
	}
	written, err := k.ApproveRedaction(ctx, k.person("p4"), p.ID)
	if err != nil || len(written) != p.Bodies {
		t.Fatalf("%d bodies were destroyed, want %d: %v", len(written), p.Bodies, err)
	}
	if _, err := k.ApproveRedaction(ctx, k.person("p4"), p.ID); err == nil {
		t.Error("it is approved twice")
	}
	if all, err := k.Redactions(ctx, k.person("p1"), "", 10); err != nil || len(all) != 0 {
		t.Errorf("a delivery manager sees %+v, %v", all, err)
	}
}

func TestAfterARedactionNothingOfItIsLeft(t *testing.T) {
	k := lived(t)
	k.spill()
	ctx, who := t.Context(), k.person("p1")
	if !k.inFiles(spilled) {
		t.Fatal("it was never in the files: the test looks in the wrong place")
	}
	p, err := k.propose("p3", "revision:2", "evidence:e1")
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	if _, err := k.ApproveRedaction(ctx, k.person("p4"), p.ID); err != nil {
		t.Fatal(err)
	}
	after := time.Now() // which may be of the next day
	if k.inFiles(spilled) {
		t.Error("it is still in the files of the database")
	}
	_, err = k.Revision(ctx, who, "portal", 2)
	on := func(day time.Time) bool {
		return strings.Contains(err.Error(), "was redacted on "+day.UTC().Format(time.DateOnly))
	}
	if err = k.Gone(ctx, "portal", "revision:2", err); fault.KindOf(err) != fault.NotFound || !on(before) && !on(after) {
		t.Errorf("the revision: %v", err)
	}
	_, err = k.OneEvidence(ctx, who, "portal", "e1")
	if err = k.Gone(ctx, "portal", "evidence:e1", err); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "was redacted on ") {
		t.Errorf("the evidence: %v", err)
	}
	_, err = k.OneEvidence(ctx, who, "portal", "e9")
	if err = k.Gone(ctx, "portal", "evidence:e9", err); strings.Contains(err.Error(), "redacted") {
		t.Errorf("what was never there: %v", err)
	}
	k.judged()
	posture, err := posture(ctx, k.Registry, who, "portal")
	if err != nil || len(posture.Judged.Posture) == 0 || bytes.Contains(posture.Judged.Posture, []byte(spilled)) || bytes.Contains(posture.Judged.Posture, []byte(`"e1"`)) {
		t.Errorf("the posture judged since is %.80s, %v", posture.Judged.Posture, err)
	}
	k.checkpoint()
	if v := k.verify(); !v.Sound() || v.Record.Checked.Redactions != int64(p.Bodies) {
		t.Errorf("verify finds %+v, and %d redactions", v.First, v.Record.Checked.Redactions)
	}
}

// TestARedactedPostureOfARetiredServiceIsReplaced redacts what the last posture of a service shows that nobody judges any more.
func TestARedactedPostureOfARetiredServiceIsReplaced(t *testing.T) {
	k := lived(t)
	k.observe("e1", spilled)
	k.judged()
	if _, err := k.RetireService(t.Context(), k.person("p4"), "portal", "Another took its place"); err != nil {
		t.Fatal(err)
	}
	k.judged()
	p, err := k.propose("p3", "evidence:e1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.ApproveRedaction(t.Context(), k.person("p4"), p.ID); err != nil {
		t.Fatal(err)
	}
	k.judged()
	after, err := posture(t.Context(), k.Registry, k.person("p1"), "portal")
	if err != nil || len(after.Judged.Posture) == 0 || bytes.Contains(after.Judged.Posture, []byte(`"e1"`)) {
		t.Errorf("the posture judged since is %.80s, %v", after.Judged.Posture, err)
	}
}

func (k *kept) inFiles(what string) bool {
	k.t.Helper()
	files, err := filepath.Glob(filepath.Join(k.place.Data, "bulkhead.db*"))
	if err != nil {
		k.t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			k.t.Fatal(err)
		}
		if bytes.Contains(text, []byte(what)) {
			return true
		}
	}
	return false
}

// TestARedactionReachesOtherReplicas has one registry redact what another holds in memory.
func TestARedactionReachesOtherReplicas(t *testing.T) {
	k := lived(t)
	k.observe("e1", spilled)
	k.judged()
	other := registry.New(k.store, nil)
	if _, err := other.JudgeDirty(t.Context(), "w2", 1); err != nil {
		t.Fatal(err)
	}
	p, err := k.propose("p3", "evidence:e1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.ApproveRedaction(t.Context(), k.person("p4"), p.ID); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := other.KeepRedactions(ctx, time.Hour); err != nil { // one round
		t.Fatal(err)
	}
	for n := 1; n > 0; {
		if n, err = other.JudgeDirty(t.Context(), "w2", 1); err != nil {
			t.Fatal(err)
		}
	}
	posture, err := posture(t.Context(), other, k.person("p1"), "portal")
	if err != nil || len(posture.Judged.Posture) == 0 || bytes.Contains(posture.Judged.Posture, []byte(`"e1"`)) {
		t.Errorf("the other judges by what was redacted: %v", err)
	}
}

// TestARestoredBackupIsRedactedAgain restores a backup from before a redaction.
func TestARestoredBackupIsRedactedAgain(t *testing.T) {
	k := lived(t)
	k.observe("e1", spilled)
	k.judged()
	dir := t.TempDir()
	older, newer := filepath.Join(dir, "older"), filepath.Join(dir, "newer")
	backup := func(file string) {
		t.Helper()
		if _, err := registry.Backup(t.Context(), k.place, file, ""); err != nil {
			t.Fatal(err)
		}
	}
	backup(older)
	p, err := k.propose("p3", "evidence:e1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.ApproveRedaction(t.Context(), k.person("p4"), p.ID); err != nil {
		t.Fatal(err)
	}
	backup(newer)
	for _, c := range []struct {
		against string
		lost    bool
		again   int
	}{{"", false, 0}, {elsewhere(t, k.checkpoint().Text), true, 0}, {newer, true, p.Bodies}} {
		place := registry.Place{Data: t.TempDir(), Keys: filepath.Join(k.place.Data, "keys")}
		out, err := registry.Restore(t.Context(), registry.Exam{Place: place, File: older}, c.against)
		if err != nil {
			t.Fatal(err)
		}
		if (out.Lost > 0) != c.lost || out.Redacted != c.again {
			t.Errorf("against %q it is restored as %+v", c.against, out)
		}
		v, err := registry.Verify(t.Context(), registry.Exam{Place: place})
		if err != nil || !v.Sound() || v.Record.Checked.Redactions != int64(c.again) {
			t.Errorf("against %q what was restored is %+v, %v", c.against, v, err)
		}
	}
}

func TestKeysAreRotatedUnderARunningServer(t *testing.T) {
	k := lived(t)
	ctx := t.Context()
	before, err := registry.Keys(ctx, k.place)
	if err != nil || len(before) != 1 || before[0].Bodies == 0 {
		t.Fatalf("the keys are %+v, %v", before, err)
	}
	id, n, err := registry.RotateKeys(ctx, k.place)
	if err != nil || n != before[0].Bodies {
		t.Fatalf("%d bodies were wrapped anew, want %d: %v", n, before[0].Bodies, err)
	}
	if _, err := current(ctx, k.Registry, k.person("p1"), "portal"); err != nil {
		t.Errorf("the running server cannot read any more: %v", err)
	}
	k.observe("e1", "after it")
	changed := func(ago time.Duration) {
		t.Helper()
		at := time.Now().Add(-ago)
		if err := os.Chtimes(filepath.Join(k.place.Data, "keys"), at, at); err != nil {
			t.Fatal(err)
		}
	}
	changed(-time.Minute) // however long all this takes, it was a moment ago
	if err := registry.DropKey(ctx, k.place, before[0].ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the old key is dropped at once: %v", err)
	}
	changed(time.Hour)
	if err := registry.DropKey(ctx, k.place, id); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the current key is dropped: %v", err)
	}
	if err := registry.DropKey(ctx, k.place, before[0].ID); err != nil {
		t.Errorf("the old key cannot be dropped: %v", err)
	}
	after, err := registry.Keys(ctx, k.place)
	if err != nil || len(after) != 1 || after[0].ID != id || !after[0].Current {
		t.Errorf("the keys are %+v, %v", after, err)
	}
	if v := k.verify(); !v.Sound() || v.Unplayed != 0 {
		t.Errorf("verify finds %+v", v.First)
	}
	leaves, err := k.store.Leaves(ctx, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var rotated []store.LeafRow
	for _, l := range leaves {
		if l.Kind == ledger.KeyRotated {
			rotated = append(rotated, l)
		}
	}
	if len(rotated) != 2 || bytes.Contains(rotated[0].Leaf, []byte("secret")) {
		t.Errorf("%d entries say so, want one for each", len(rotated))
	}
}
