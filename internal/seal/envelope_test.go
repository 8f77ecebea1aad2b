package seal_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// newRing makes a ring of one key in a folder of the test.
func newRing(t testing.TB) *seal.Ring {
	t.Helper()
	ring, err := seal.CreateRing(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

type fataler interface {
	Helper()
	Fatal(args ...any)
}

func sealed(t fataler, ring *seal.Ring, id string, content []byte) seal.Envelope {
	t.Helper()
	e, err := seal.Seal(ring, id, content)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestLawWhatIsSealedOpens: whatever the content and the id, it comes back, and only to them.
func TestLawWhatIsSealedOpens(t *testing.T) {
	ring := newRing(t)
	rapid.Check(t, func(t *rapid.T) {
		id, other := rapid.String().Draw(t, "id"), rapid.String().Draw(t, "another id")
		content := rapid.SliceOf(rapid.Byte()).Draw(t, "content")
		from := rapid.IntRange(0, len(content)).Draw(t, "from")
		to := rapid.IntRange(from, len(content)).Draw(t, "to")
		e, err := seal.SealPart(ring, id, content, from, to)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := seal.OpenPart(ring, id, e.KeyID, e.Wrapped, e.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		part, err := opened.Part.Text(len(content))
		if around := string(opened.Before) + string(part) + string(opened.After); err != nil || around != string(content) || from < to && len(part) != to-from {
			t.Fatalf("from %d to %d of %x there is %x, %x, %x: %v", from, to, content, opened.Before, part, opened.After, err)
		}
		salt, back, err := seal.Open(ring, id, e.KeyID, e.Wrapped, e.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(back, content) || !bytes.Equal(salt, e.Salt) || len(salt) != 32 {
			t.Fatalf("sealed %x with salt %x, opened %x with salt %x", content, e.Salt, back, salt)
		}
		if e.Digest != ident.Hash(e.Sealed) {
			t.Fatalf("the digest is %s", e.Digest)
		}
		if _, _, err := seal.Open(ring, other, e.KeyID, e.Wrapped, e.Sealed); other != id && !errors.Is(err, seal.ErrDamaged) {
			t.Fatalf("the body of %q opened as the body of %q: %v", id, other, err)
		}
	})
}

// TestLawAnyFlippedByteIsFound: a byte changed in what is kept, and it is damaged.
func TestLawAnyFlippedByteIsFound(t *testing.T) {
	ring := newRing(t)
	rapid.Check(t, func(t *rapid.T) {
		e := sealed(t, ring, "b1", rapid.SliceOf(rapid.Byte()).Draw(t, "content"))
		part := e.Sealed
		if rapid.Bool().Draw(t, "in the key") {
			part = e.Wrapped
		}
		at := rapid.IntRange(0, len(part)-1).Draw(t, "at")
		part[at] ^= rapid.ByteMin(1).Draw(t, "change")
		if _, _, err := seal.Open(ring, "b1", e.KeyID, e.Wrapped, e.Sealed); !errors.Is(err, seal.ErrDamaged) {
			t.Fatalf("byte %d was changed and it gave %v", at, err)
		}
	})
}

func TestEachSealIsItsOwn(t *testing.T) {
	ring := newRing(t)
	content := []byte(strings.Repeat("the same content ", 9))
	a, b := sealed(t, ring, "b1", content), sealed(t, ring, "b1", content)
	if bytes.Equal(a.Salt, b.Salt) || bytes.Equal(a.Wrapped, b.Wrapped) || bytes.Equal(a.Sealed, b.Sealed) {
		t.Error("two seals of the same content are alike")
	}
	if _, _, err := seal.Open(ring, "b1", a.KeyID, a.Wrapped, b.Sealed); !errors.Is(err, seal.ErrDamaged) {
		t.Errorf("one opened with the key of the other: %v", err)
	}
	if bytes.Contains(a.Sealed, []byte("same content")) {
		t.Error("the content can be read in what is sealed")
	}
}

func TestOpenSaysWhy(t *testing.T) {
	ring, another := newRing(t), newRing(t)
	e := sealed(t, ring, "b1", []byte("content"))
	for _, c := range []struct {
		name            string
		ring            *seal.Ring
		keyID           string
		wrapped, sealed []byte
		why             error
		kind            fault.Kind
	}{
		{"destroyed", ring, e.KeyID, nil, e.Sealed, seal.ErrDestroyed, fault.NotFound},
		{"another ring", another, e.KeyID, e.Wrapped, e.Sealed, seal.ErrUnknownKey, fault.Internal},
		{"another key", another, another.Current(), e.Wrapped, e.Sealed, seal.ErrDamaged, fault.Internal},
		{"no key named", ring, "", e.Wrapped, e.Sealed, seal.ErrUnknownKey, fault.Internal},
		{"key cut short", ring, e.KeyID, e.Wrapped[:5], e.Sealed, seal.ErrDamaged, fault.Internal},
		{"cut short", ring, e.KeyID, e.Wrapped, e.Sealed[:len(e.Sealed)-1], seal.ErrDamaged, fault.Internal},
		{"nothing sealed", ring, e.KeyID, e.Wrapped, nil, seal.ErrDamaged, fault.Internal},
	} {
		_, content, err := seal.Open(c.ring, "b1", c.keyID, c.wrapped, c.sealed)
		if !errors.Is(err, c.why) || fault.KindOf(err) != c.kind || content != nil {
			t.Errorf("%s: %v (%s)", c.name, err, fault.KindOf(err))
		}
		if !strings.Contains(err.Error(), "body b1") {
			t.Errorf("%s: the fault names no body: %v", c.name, err)
		}
	}
}

func TestWhatIsTooLarge(t *testing.T) {
	ring := newRing(t)
	full := make([]byte, seal.Limit)
	e := sealed(t, ring, "b1", full)
	if _, back, err := seal.Open(ring, "b1", e.KeyID, e.Wrapped, e.Sealed); err != nil || len(back) != seal.Limit {
		t.Errorf("the largest body does not open: %v", err)
	}
	if _, err := seal.Seal(ring, "b1", append(full, 0)); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("one byte more gives %v", err)
	}
}

func TestRewrap(t *testing.T) {
	ring := newRing(t)
	e := sealed(t, ring, "b1", []byte("content"))
	same, wrapped, err := seal.Rewrap(ring, "b1", e.KeyID, e.Wrapped)
	if err != nil || same != e.KeyID || !bytes.Equal(wrapped, e.Wrapped) {
		t.Errorf("what the current key wraps was wrapped anew: %v", err)
	}
	if _, err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	newer, wrapped, err := seal.Rewrap(ring, "b1", e.KeyID, e.Wrapped)
	if err != nil || newer != ring.Current() || newer == e.KeyID {
		t.Fatalf("it is wrapped by %s, the current key is %s: %v", newer, ring.Current(), err)
	}
	if err := ring.Drop(e.KeyID); err != nil {
		t.Fatal(err)
	}
	if _, content, err := seal.Open(ring, "b1", newer, wrapped, e.Sealed); err != nil || string(content) != "content" {
		t.Errorf("after the old key is dropped it gives %q: %v", content, err)
	}
	if _, _, err := seal.Open(ring, "b1", e.KeyID, e.Wrapped, e.Sealed); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("the dropped key still opens: %v", err)
	}
	for _, c := range []struct {
		name, id, keyID string
		wrapped         []byte
		why             error
	}{
		{"destroyed", "b1", newer, nil, seal.ErrDestroyed},
		{"unknown key", "b1", e.KeyID, e.Wrapped, seal.ErrUnknownKey},
		{"another body", "b2", newer, wrapped, seal.ErrDamaged},
	} {
		if _, _, err := seal.Rewrap(ring, c.id, c.keyID, c.wrapped); !errors.Is(err, c.why) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// FuzzOpen reads bytes that may come from a database that somebody else wrote: nothing opens but what was sealed.
func FuzzOpen(f *testing.F) {
	ring := newRing(f)
	e := sealed(f, ring, "b1", []byte("content"))
	f.Add("b1", e.KeyID, e.Wrapped, e.Sealed)
	f.Add("b1", e.KeyID, []byte{}, e.Sealed)
	f.Add("b2", "key-0", e.Wrapped[:12], e.Sealed[:12])
	f.Fuzz(func(t *testing.T, id, keyID string, wrapped, body []byte) {
		_, content, err := seal.Open(ring, id, keyID, wrapped, body)
		genuine := id == "b1" && keyID == e.KeyID && bytes.Equal(wrapped, e.Wrapped) && bytes.Equal(body, e.Sealed)
		if genuine != (err == nil) || genuine && string(content) != "content" {
			t.Errorf("it gave %q: %v", content, err)
		}
	})
}
