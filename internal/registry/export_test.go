package registry_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// exported writes the record of the portal to a file.
func (k *kept) exported() string {
	k.t.Helper()
	var text bytes.Buffer
	if err := k.ExportRecord(k.t.Context(), k.person("p5"), "portal", &text); err != nil {
		k.t.Fatal(err)
	}
	file := filepath.Join(k.t.TempDir(), "portal.record")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		k.t.Fatal(err)
	}
	return file
}

func audit(t testing.TB, file string, more registry.Exam) (*registry.Verdict, error) {
	t.Helper()
	more.File, more.Data = file, t.TempDir()
	return registry.Verify(t.Context(), more)
}

func TestAnAuditorVerifiesAnExportedRecordAlone(t *testing.T) {
	k := lived(t)
	k.observe("e1", spilled)
	k.judged()
	p, err := k.propose("p3", "evidence:e1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.ApproveRedaction(t.Context(), k.person("p4"), p.ID); err != nil {
		t.Fatal(err)
	}
	c := k.checkpoint()
	file := k.exported()
	v, err := audit(t, file, registry.Exam{Against: []string{elsewhere(t, c.Text)}, Public: []string{k.key.Public}})
	if err != nil || !v.Sound() {
		t.Fatalf("it finds %+v, %v", v, err)
	}
	if n := v.Record.Checked; n.Against != 1 || n.Contents == 0 || n.Redactions != int64(p.Bodies) || v.Record.Size != c.Size {
		t.Errorf("it compared %+v of %d", n, v.Record.Size)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Ledger in the lift", "records", spilled} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("it holds %q, which is of another service or was redacted", secret)
		}
	}
	if err := k.ExportRecord(t.Context(), k.person("p1"), "portal", &bytes.Buffer{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a delivery manager exports it: %v", err)
	}
	if err := k.ExportRecord(t.Context(), k.person("p5"), "records", &bytes.Buffer{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an auditor of one unit exports that of another: %v", err)
	}
}

// TestEveryChangeOfAnExportedRecordIsFound changes one character of each line, takes each line out, and puts each in twice.
func TestEveryChangeOfAnExportedRecordIsFound(t *testing.T) {
	k := lived(t)
	text, err := os.ReadFile(k.exported())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	lines = lines[:len(lines)-1]
	bad := filepath.Join(t.TempDir(), "bad.record")
	found := func(what string, n int, lines []string) {
		t.Helper()
		if err := os.WriteFile(bad, []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		if v, err := audit(t, bad, registry.Exam{Public: []string{k.key.Public}}); err == nil && v.Sound() {
			t.Errorf("line %d %s: nobody would know: %.120s", n+1, what, lines[min(n, len(lines)-1)])
		}
	}
	with := func(n int, more ...string) (out []string) {
		return append(append(append(out, lines[:n]...), more...), lines[n+1:]...)
	}
	for n, line := range lines {
		if strings.HasPrefix(line, `{"checkpoint"`) {
			found("with another root", n, with(n, strings.Replace(line, `\n`, `\nA`, 1)))
			continue // one checkpoint more or less is no change of the record
		}
		if n > 0 {
			found("taken out", n, with(n))
			found("twice", n, with(n, line, line))
			for _, part := range []string{`"leaf":"{`, `"salt":"`, `"content":"`, `"hashes":["`} {
				if at := strings.Index(line, part); at >= 0 {
					found("changed at "+part, n, with(n, line[:at+len(part)+9]+flip(line[at+len(part)+9])+line[at+len(part)+10:]))
				}
			}
		}
	}
	if len(lines) < 5 {
		t.Errorf("it has %d lines only", len(lines))
	}
}

// flip gives another character of the same sort.
func flip(c byte) string {
	if c == 'a' {
		return "b"
	}
	return "a"
}

func FuzzReadExported(f *testing.F) {
	const head = `{"bulkhead":"record","version":1,"instance":"i1","service":"portal","size":2,"keys":["bulkhead/i1+00000000+AA=="],"by":"person:p1","at":"2026-11-22T12:00:00Z"}` + "\n"
	f.Add([]byte(head + `{"checkpoint":"bulkhead/i1\n2\nAA==\n\n— bulkhead/i1 AAAA\n"}` + "\n" + `{"from":0,"hashes":["` + strings.Repeat("0", 64) + `"]}` + "\n" +
		`{"number":1,"leaf":"{\"version\":1}","salt":"AAAA","content":"e30="}` + "\n"))
	f.Add([]byte(head + `{"number":0,"leaf":"{}","redacted":true}` + "\n"))
	f.Add([]byte(`{"bulkhead":"record","version":1}` + "\n" + `{"hashes":["00"]}`))
	f.Add([]byte(""))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(dir, fmt.Sprintf("%d.record", os.Getpid()))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		v, err := registry.Verify(t.Context(), registry.Exam{File: file})
		switch {
		case err != nil && fault.KindOf(err) == fault.Internal:
			t.Errorf("it fails: %v", err)
		case err == nil && v.Sound() && v.Record.Checked.Checkpoints > 0:
			t.Error("nobody has the key, and a checkpoint is taken for a good one")
		}
	})
}

func TestWhoMayReadTheLedger(t *testing.T) {
	k := lived(t)
	ctx := t.Context()
	c := k.checkpoint()
	all, next, err := k.Leaves(ctx, k.person("p3"), 0, 1000)
	if err != nil || next != -1 || int64(len(all)) != c.Size {
		t.Errorf("the CISO sees %d of %d leaves, %v", len(all), c.Size, err)
	}
	some, _, err := k.Leaves(ctx, k.person("p5"), 0, 1000)
	if err != nil || len(some) == 0 || len(some) >= len(all) {
		t.Errorf("the auditor of one unit sees %d leaves of %d, %v", len(some), len(all), err)
	}
	for _, l := range some {
		if l.Service != "portal" {
			t.Errorf("the auditor of one unit sees leaf %d of %q", l.Number, l.Service)
		}
	}
	if _, _, err := k.Leaves(ctx, k.person("p1"), 0, 10); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a delivery manager reads it: %v", err)
	}
	var paged int
	for from := int64(0); from >= 0; {
		page, next, err := k.Leaves(ctx, k.person("p3"), from, 3)
		if err != nil {
			t.Fatal(err)
		}
		paged, from = paged+len(page), next
	}
	if paged != len(all) {
		t.Errorf("page by page there are %d leaves, want %d", paged, len(all))
	}
	if got, err := k.NewestCheckpoint(ctx, k.person("p5")); err != nil || got.Text != c.Text {
		t.Errorf("the newest checkpoint is %+v, %v", got, err)
	}
}

func TestProofsHoldForWhatWasSigned(t *testing.T) {
	k := lived(t)
	ctx, who := t.Context(), k.person("p3")
	older := k.checkpoint()
	k.observe("e1", "it works")
	newer := k.checkpoint()
	root := func(text string) [32]byte {
		t.Helper()
		c, err := ledger.Open(text, verifierOf(t, k.key.Public))
		if err != nil {
			t.Fatal(err)
		}
		return c.Root
	}
	for leaf := range newer.Size {
		p, err := k.Inclusion(ctx, who, leaf, newer.Size)
		if err != nil {
			t.Fatal(err)
		}
		if err := ledger.VerifyInclusion(p.Leaf, leaf, newer.Size, root(newer.Text), p.Path); err != nil {
			t.Error(err)
		}
	}
	p, err := k.Consistency(ctx, who, older.Size, newer.Size)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.VerifyConsistency(older.Size, newer.Size, root(older.Text), root(newer.Text), p.Path); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		who        string
		leaf, size int64
		want       fault.Kind
	}{{"p3", 0, newer.Size + 1, fault.Invalid}, {"p3", newer.Size, newer.Size, fault.Invalid}, {"p3", -1, 1, fault.Invalid}, {"p5", 0, newer.Size, fault.NotFound}, {"p1", 0, newer.Size, fault.Forbidden}} {
		if _, err := k.Inclusion(ctx, k.person(c.who), c.leaf, c.size); fault.KindOf(err) != c.want {
			t.Errorf("%s asking for leaf %d of %d is told %v", c.who, c.leaf, c.size, err)
		}
	}
}
