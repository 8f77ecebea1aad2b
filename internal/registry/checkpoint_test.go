package registry_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// recordOrganisation has one for each role that has to do with the record itself.
const recordOrganisation = `bulkhead: v1
id: household-support
name: Household support
units:
  - {id: department, name: The department}
  - {id: benefits, name: Benefits, parent: department}
  - {id: shared, name: Shared technology, parent: department}
people:
  - {id: p1, name: Delivery manager}
  - {id: p2, name: Security lead}
  - {id: p3, name: Chief information security officer}
  - {id: p4, name: Senior responsible owner}
  - {id: p5, name: Auditor of one unit}
appointments:
  - {role: delivery-manager, person: p1, unit: benefits}
  - {role: delivery-manager, person: p1, unit: shared}
  - {role: security-lead, person: p2, unit: benefits}
  - {role: ciso, person: p3}
  - {role: senior-responsible-owner, person: p4, unit: benefits}
  - {role: auditor, person: p5, unit: benefits}
`

// kept is a registry over a record in a folder, as a server has it.
type kept struct {
	desk
	place registry.Place
	key   *registry.SigningKey
}

// keep opens the record in a folder, and makes it where it is new.
func keep(t testing.TB, dir string) *kept {
	t.Helper()
	ring, err := seal.OpenRing(filepath.Join(dir, "keys"))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		ring, err = seal.CreateRing(filepath.Join(dir, "keys"))
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Database: filepath.Join(dir, "bulkhead.db"), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	k := &kept{desk: desk{registry.New(s, nil), s, t}, place: registry.Place{Data: dir}}
	if k.key, err = registry.OpenSigningKey(filepath.Join(dir, "signing-key"), s.Instance); err != nil {
		t.Fatal(err)
	}
	if err := k.Found(t.Context(), k.key); err != nil {
		t.Fatal(err)
	}
	return k
}

// lived gives a record with two services that were judged, and a checkpoint.
func lived(t testing.TB) *kept {
	t.Helper()
	k := keep(t, t.TempDir())
	_, err := k.store.Write(t.Context(), []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: 1, Texts: []store.Text{{File: "organisation.yaml", Text: recordOrganisation}}},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	who := k.person("p1")
	k.portal(who)
	other := strings.NewReplacer("portal", "records", "Loss of records", "Ledger in the lift").Replace(portal)
	if _, err := k.Register(t.Context(), who, registry.Registration{ID: "records", Name: "Records of the shared platform", Unit: "shared"}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.ChangeService(t.Context(), who, "records", registry.Change{Files: one(other)}); err != nil {
		t.Fatal(err)
	}
	k.judged()
	k.checkpoint()
	return k
}

// judged judges all that waits.
func (k *kept) judged() {
	k.t.Helper()
	for {
		n, err := k.JudgeDirty(k.t.Context(), "w1", 2)
		if err != nil {
			k.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func (k *kept) checkpoint() store.Checkpoint {
	k.t.Helper()
	c, err := k.Checkpoint(k.t.Context(), k.key)
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

// observe hands in a result about the portal.
func (k *kept) observe(id, title string) {
	k.t.Helper()
	text := "id: " + id + "\nkind: test\nstrength: tested\nsubject: [\"service:portal\"]\ntitle: " + title + "\nobserved: 2026-11-20\noutcome: passed\n"
	records, err := evidence.Read(schema.Source{File: "e.yaml", Text: []byte(text)})
	if err != nil {
		k.t.Fatal(err)
	}
	if _, err := k.RecordEvidence(k.t.Context(), k.person("p1"), "portal", records); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kept) verify(more ...string) *registry.Verdict {
	k.t.Helper()
	v, err := registry.Verify(k.t.Context(), registry.Exam{Place: k.place, Against: more})
	if err != nil {
		k.t.Fatal(err)
	}
	return v
}

// verifierOf reads a public key.
func verifierOf(t testing.TB, public string) note.Verifier {
	t.Helper()
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// elsewhere keeps checkpoints in a file outside of the record.
func elsewhere(t testing.TB, texts ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "checkpoints")
	if err := os.WriteFile(file, []byte(strings.Join(texts, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestACheckpointIsMadeWhenSomethingWasWritten(t *testing.T) {
	k := lived(t)
	first := k.checkpoint()
	if again := k.checkpoint(); again.Text != first.Text {
		t.Error("there is a second checkpoint, and nothing was written")
	}
	k.observe("e1", "it works")
	second := k.checkpoint()
	if second.Size != first.Size+1 {
		t.Errorf("the second checkpoint is of %d records, want %d", second.Size, first.Size+1)
	}
	verifier, err := note.NewVerifier(k.key.Public)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := ledger.Open(second.Text, verifier); err != nil || c.Origin != "bulkhead/"+k.store.Instance {
		t.Errorf("it is of %q, %v", c.Origin, err)
	}
	v := k.verify(elsewhere(t, first.Text, second.Text))
	if !v.Sound() || len(v.CouldNot) != 0 || v.Record.Checked.Against != 2 {
		t.Errorf("it finds %+v, and could not exclude %q", v.First, v.CouldNot)
	}
}

func TestATreeThatWasChangedIsWorkedOutAgain(t *testing.T) {
	k := lived(t)
	k.around(`UPDATE tree SET state = x'00'`)
	k.observe("e1", "it works")
	k.checkpoint()
	if v := k.verify(); !v.Sound() {
		t.Errorf("the new checkpoint is wrong: %+v", v.First)
	}
}

func (k *kept) around(statements ...string) {
	k.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.place.Data, "bulkhead.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		k.t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(k.t.Context(), s); err != nil {
			k.t.Fatalf("%s: %v", s, err)
		}
	}
}

// cut cuts the newest records off, and tidies the rows that follow from them, as somebody with the database could.
func (k *kept) cut(n int) {
	k.t.Helper()
	k.around(`DELETE FROM leaf WHERE number >= (SELECT size FROM head) - `+string(rune('0'+n)),
		`UPDATE head SET size = size - `+string(rune('0'+n))+`, at = (SELECT MAX(at) FROM leaf)`,
		`DELETE FROM evidence WHERE body NOT IN (SELECT body FROM leaf)`, `DELETE FROM body WHERE id NOT IN (SELECT body FROM leaf)`)
}

func TestARecordThatWasCutShort(t *testing.T) {
	k := lived(t)
	k.observe("e1", "it fails")
	checkpoint := k.checkpoint()
	k.cut(1)
	if v := k.verify(); v.Sound() || v.First.Record != checkpoint.Size-1 {
		t.Errorf("with its checkpoint in the record it finds %+v", v.First)
	}
	if _, err := k.Checkpoint(t.Context(), k.key); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another checkpoint is signed: %v", err)
	}
	k.around(`DELETE FROM checkpoint WHERE size = (SELECT MAX(size) FROM checkpoint)`)
	if v := k.verify(); !v.Sound() || !strings.Contains(strings.Join(v.CouldNot, "\n"), "rolled back") {
		t.Errorf("it finds %+v, and says that it could not exclude %q", v.First, v.CouldNot)
	}
	if v := k.verify(elsewhere(t, checkpoint.Text)); v.Sound() || v.First.Record != checkpoint.Size-1 {
		t.Errorf("with the checkpoint kept elsewhere it finds %+v", v.First)
	}
}

// TestTwoRecordsFromOneBackup lets a record go on in two places, and holds one to what the other signed.
func TestTwoRecordsFromOneBackup(t *testing.T) {
	one := lived(t)
	file := filepath.Join(t.TempDir(), "backup")
	if _, err := registry.Backup(t.Context(), one.place, file, ""); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"keys", "signing-key", "signing-key.pub"} {
		text, err := os.ReadFile(filepath.Join(one.place.Data, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := registry.Restore(t.Context(), registry.Exam{Place: registry.Place{Data: dir}, File: file}, "")
	if err != nil || !out.Verdict.Sound() || out.Verdict.Played == 0 {
		t.Fatalf("restored as %+v, %v", out, err)
	}
	two := keep(t, dir)
	before := one.checkpoint()
	one.observe("e1", "it works")
	two.observe("e1", "it fails")
	if v := two.verify(elsewhere(t, before.Text)); !v.Sound() {
		t.Errorf("against what both have in common it finds %+v", v.First)
	}
	if v := two.verify(elsewhere(t, before.Text, one.checkpoint().Text)); v.Sound() || v.First.Record != before.Size {
		t.Errorf("against what the other signed it finds %+v, want record %d", v.First, before.Size)
	}
}

func TestCheckpointsAreHandedOnUntilTheyArrive(t *testing.T) {
	k := lived(t)
	sink := notify.FileSink{Path: filepath.Join(t.TempDir(), "checkpoints")}
	verifier, err := note.NewVerifier(k.key.Public)
	if err != nil {
		t.Fatal(err)
	}
	sink.Keys = []note.Verifier{verifier}
	failed := fault.New(fault.Internal, "the disk is full")
	if err := k.KeepCheckpoints(t.Context(), "one", time.Millisecond, k.key, func(context.Context, string) error { return failed }); err != error(failed) {
		t.Errorf("that it was not handed on is told as %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	handed := make(chan string, 100)
	go func() {
		ended <- k.KeepCheckpoints(ctx, "two", time.Millisecond, k.key, func(ctx context.Context, text string) error {
			defer func() { handed <- text }()
			return sink.Deliver(ctx, text)
		})
	}()
	<-handed
	k.observe("e1", "it works")
	<-handed
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if v := k.verify(sink.Path); !v.Sound() || v.Record.Checked.Against != 2 || len(v.CouldNot) != 0 {
		t.Errorf("it finds %+v, %q", v.First, v.CouldNot)
	}
}

// TestOneReplicaKeepsCheckpoints has two replicas at it. The other one takes over when the first has stopped.
func TestOneReplicaKeepsCheckpoints(t *testing.T) {
	k := lived(t)
	handed := make(chan string, 1000)
	begin := func(holder string) (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- k.KeepCheckpoints(ctx, holder, time.Millisecond, k.key, func(context.Context, string) error { handed <- holder; return nil })
		}()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	stopOne := begin("one")
	if who := <-handed; who != "one" {
		t.Fatalf("%s has it", who)
	}
	stopTwo := begin("two")
	for i := range 5 {
		k.observe(fmt.Sprint("e", i), "it works")
		if who := <-handed; who != "one" {
			t.Errorf("%s has it too", who)
		}
	}
	stopOne()
	if who := <-handed; who != "two" {
		t.Errorf("then %s has it", who)
	}
	stopTwo()
	if len(handed) != 0 {
		t.Errorf("%d more were handed on", len(handed))
	}
}

func TestTheSigningKeyIsItsOwners(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "signing-key")
	made, err := registry.OpenSigningKey(file, "i1")
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its rights are %v, %v", info.Mode(), err)
	}
	again, err := registry.OpenSigningKey(file, "i1")
	if err != nil || again.Public != made.Public {
		t.Errorf("opened again it is %+v, %v", again, err)
	}
	if _, err := registry.OpenSigningKey(file, "i2"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("it signs for another record: %v", err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := registry.OpenSigningKey(file, "i1"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("others may read it: %v", err)
	}
	if _, err := os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(file, 0o600)
	if _, err := registry.OpenSigningKey(file, "i1"); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "nothing") {
		t.Errorf("what is no key gives %v", err)
	}
}

func TestTheFirstEntrySaysWhichRecordItIs(t *testing.T) {
	dir := t.TempDir()
	k := keep(t, dir)
	leaves, err := k.store.Leaves(t.Context(), 0, 10)
	if err != nil || len(leaves) != 1 || leaves[0].Kind != ledger.StoreCreated {
		t.Fatalf("the record begins with %+v, %v", leaves, err)
	}
	_ = k.store.Close()
	if n, _ := keep(t, dir).store.Size(t.Context()); n != 1 {
		t.Errorf("opened again it has %d entries", n)
	}
	if err := os.Remove(filepath.Join(dir, "signing-key")); err != nil {
		t.Fatal(err)
	}
	again := keep(t, dir)
	if n, _ := again.store.Size(t.Context()); n != 2 {
		t.Errorf("with a new signing key it has %d entries, want one that says so", n)
	}
	again.checkpoint()
	if v := again.verify(); !v.Sound() || len(v.Keys) != 2 {
		t.Errorf("it finds %+v, %v", v.First, v.Keys)
	}
}
