package ledger_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const noon = civil.Instant(1795348800) // 2026-11-22T12:00:00Z

// leaf gives a leaf with a body.
func leaf() ledger.Leaf {
	return ledger.Leaf{
		Version: ledger.Version, At: noon, Kind: ledger.EvidenceRecorded, Actor: "token:T3", Service: "parking-permits", Subject: "scan-41",
		Body: "b7", Content: ledger.Content(salt(7), []byte("content")), Sealed: ident.Hash([]byte("sealed")), Meta: map[string]string{"outcome": "pass"},
	}
}

func salt(n byte) []byte { return bytes.Repeat([]byte{n}, ledger.SaltSize) }

func TestLeafHasOneForm(t *testing.T) {
	l := leaf()
	text, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"actor":"token:T3","at":"2026-11-22T12:00:00Z","body":"b7",` +
		`"content":"` + string(l.Content) + `","kind":"evidence.recorded","meta":{"outcome":"pass"},` +
		`"sealed":"` + string(l.Sealed) + `","service":"parking-permits","subject":"scan-41","version":1}`
	if string(text) != want {
		t.Errorf("the leaf is\n%s\nand should be\n%s", text, want)
	}
	again, err := ledger.ReadLeaf(text)
	if err != nil || !reflect.DeepEqual(again, l) {
		t.Errorf("read again it is %+v, %v", again, err)
	}
}

func TestLeafIsRefused(t *testing.T) {
	for _, c := range []struct {
		says string
		with func(*ledger.Leaf)
	}{
		{"version", func(l *ledger.Leaf) { l.Version = 2 }},
		{"when it happened", func(l *ledger.Leaf) { l.At = 0 }},
		{"years 1971 to 2999", func(l *ledger.Leaf) { l.At = 7 }},
		{"list of kinds", func(l *ledger.Leaf) { l.Kind = "service.renamed" }},
		{"who did it", func(l *ledger.Leaf) { l.Actor = "" }},
		{"not an id", func(l *ledger.Leaf) { l.Service = "Parking Permits" }},
		{"no digests", func(l *ledger.Leaf) { l.Body = "" }},
		{"not a digest", func(l *ledger.Leaf) { l.Content = "" }},
		{"not a digest", func(l *ledger.Leaf) { l.Sealed = "sha256:00" }},
		{"at most 16384 bytes", func(l *ledger.Leaf) { l.Subject = strings.Repeat("s", ledger.MaxLeaf) }},
		{"UTF-8", func(l *ledger.Leaf) { l.Subject = "\xff" }},
	} {
		l := leaf()
		c.with(&l)
		if text, err := l.Bytes(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("it gave %s, %v, which should say %q", text, err, c.says)
		}
	}
}

func TestReadLeafIsStrict(t *testing.T) {
	l := leaf()
	text, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	for name, bad := range map[string]string{
		"nothing":              "",
		"no JSON":              good[1:],
		"something behind":     good + "\n",
		"a space":              strings.Replace(good, ":", ": ", 1),
		"a member of its own":  strings.Replace(good, `{"actor"`, `{"aaa":1,"actor"`, 1),
		"a member twice":       strings.Replace(good, `{"actor"`, `{"actor":"system","actor"`, 1),
		"another case":         strings.Replace(good, `"actor"`, `"Actor"`, 1),
		"an offset":            strings.Replace(good, "12:00:00Z", "13:00:00+01:00", 1),
		"a fraction":           strings.Replace(good, "12:00:00Z", "12:00:00.5Z", 1),
		"an escape":            strings.Replace(good, "scan", `sca\u006e`, 1),
		"an empty member":      strings.Replace(good, `"scan-41"`, `""`, 1),
		"a number for a text":  strings.Replace(good, `"scan-41"`, `41`, 1),
		"a kind that is none":  strings.Replace(good, "evidence.recorded", "evidence..recorded", 1),
		"a version to come":    strings.Replace(good, `"version":1`, `"version":2`, 1),
		"a kind too long":      strings.Replace(good, "evidence.recorded", strings.Repeat("e", 65), 1),
		"an array":             "[" + good + "]",
		"more than is allowed": strings.Replace(good, "scan-41", strings.Repeat("s", ledger.MaxLeaf), 1),
	} {
		if got, err := ledger.ReadLeaf([]byte(bad)); err == nil {
			t.Errorf("%s: it was read as %+v", name, got)
		}
	}
}

func TestKindOfANewerVersionIsRead(t *testing.T) {
	l := leaf()
	text, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	newer, err := ledger.ReadLeaf(bytes.Replace(text, []byte("evidence.recorded"), []byte("evidence.weighed"), 1))
	if err != nil || newer.Kind != "evidence.weighed" || newer.Kind.Known() {
		t.Errorf("it is %q, %v", newer.Kind, err)
	}
}

func TestKindsAreTold(t *testing.T) {
	seen := map[ledger.Kind]bool{}
	for _, k := range ledger.Kinds() {
		if seen[k.Kind] || !k.Kind.Known() || !strings.HasSuffix(k.Text, ".") {
			t.Errorf("%q is told as %q", k.Kind, k.Text)
		}
		seen[k.Kind] = true
		l := leaf()
		l.Kind = k.Kind
		if _, err := l.Bytes(); err != nil {
			t.Error(err)
		}
	}
	if len(seen) != 27 {
		t.Errorf("there are %d kinds", len(seen))
	}
}

// TestContentIsUnambiguous moves bytes between salt and content: each way gives another digest.
func TestContentIsUnambiguous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "all")
		i := rapid.IntRange(0, len(all)).Draw(t, "i")
		j := rapid.IntRange(0, len(all)).Draw(t, "j")
		if same := ledger.Content(all[:i], all[i:]) == ledger.Content(all[:j], all[j:]); same != (i == j) {
			t.Fatalf("cut at %d and %d, the digests are the same: %t", i, j, same)
		}
	})
}

func TestRedacts(t *testing.T) {
	l := leaf()
	if got := l.Redacts(); got != "" {
		t.Errorf("evidence redacts %q", got)
	}
	l.Kind = ledger.RedactionMade
	if got := l.Redacts(); got != "scan-41" {
		t.Errorf("it redacts %q, not its subject", got)
	}
	l.Meta[ledger.MetaBody] = "b2"
	if got := l.Redacts(); got != "b2" {
		t.Errorf("it redacts %q, not what is named", got)
	}
}

func FuzzReadLeaf(f *testing.F) {
	l := leaf()
	text, err := l.Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"actor":"system","at":"2026-11-22T12:00:00Z","kind":"store.created","version":1}`))
	f.Add([]byte(`{"version":1e0,"meta":{"a":null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ledger.ReadLeaf(text)
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.TooLarge {
				t.Fatalf("%q: %s: %v", text, kind, err)
			}
			return
		}
		if !l.Kind.Known() {
			return
		}
		if again, err := l.Bytes(); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("%q is written as %q, %v", text, again, err)
		}
	})
}
