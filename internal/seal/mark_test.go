package seal_test

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// TestLawAMarkIsOverItsWords: whatever the words, a mark is over them and over no others, however they are cut.
func TestLawAMarkIsOverItsWords(t *testing.T) {
	ring, other := newRing(t), newRing(t)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.String()).Draw(t, "words")
		others := rapid.OneOf(rapid.SliceOf(rapid.String()), rapid.Just([]string{joined(words)}), rapid.Just(append(slices.Clone(words), ""))).Draw(t, "others")
		m := ring.Mark(words...)
		if !ring.Marked(m, words...) {
			t.Fatalf("it does not know its own mark over %q", words)
		}
		if !slices.Equal(words, others) && ring.Marked(m, others...) {
			t.Fatalf("the mark over %q is one over %q", words, others)
		}
		if other.Marked(m, words...) {
			t.Fatal("another ring knows it")
		}
	})
}

func joined(words []string) (out string) {
	for _, w := range words {
		out += w
	}
	return out
}

func TestAMarkOutlivesItsKeyBeingReplaced(t *testing.T) {
	path, ring := create(t)
	m := ring.Mark("session", "p1")
	old := m.KeyID
	beside, err := seal.OpenRing(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	anew := ring.Mark("session", "p1")
	if anew.KeyID != ring.Current() || anew.KeyID == old || bytes.Equal(anew.Bytes, m.Bytes) {
		t.Errorf("after rotating a mark is %v", anew)
	}
	for _, r := range []*seal.Ring{ring, beside} { // the one beside takes the new key up when it meets it
		if !r.Marked(m, "session", "p1") || !r.Marked(anew, "session", "p1") {
			t.Error("a mark is not known")
		}
		if r.Marked(seal.Mark{KeyID: anew.KeyID, Bytes: m.Bytes}, "session", "p1") || r.Marked(seal.Mark{}, "session", "p1") || r.Marked(seal.Mark{KeyID: old}, "session", "p1") {
			t.Error("what is no mark counts")
		}
	}
	if err := ring.Drop(old); err != nil {
		t.Fatal(err)
	}
	if ring.Marked(m, "session", "p1") {
		t.Error("a mark of a key that was dropped counts")
	}
}

// BenchmarkMark measures a mark over what a session says.
func BenchmarkMark(b *testing.B) {
	ring := newRing(b)
	words := []string{"instance", "session", "0123456789abcdef0123456789abcdef", "p1", "passkey", "0123456789abcdef", "1800000000000000", "1800000000000000", "1800000000000000", "43200000000", "1800000000000000"}
	m := ring.Mark(words...)
	b.ReportAllocs()
	for b.Loop() {
		if !ring.Marked(m, words...) {
			b.Fatal("it is not known")
		}
	}
}
