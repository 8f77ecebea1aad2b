package ledger_test

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const origin = "bulkhead.example/department"

// pair gives a key made from a seed of one byte over and over.
func pair(t testing.TB, origin string, seed byte) (note.Signer, note.Verifier) {
	t.Helper()
	secret, public, err := ledger.NewKey(origin, salt(seed))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

func sign(t testing.TB, size int64, root [32]byte, signer note.Signer) string {
	t.Helper()
	text, err := ledger.Sign(signer.Name(), size, root, signer)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCheckpoint(t *testing.T) {
	signer, verifier := pair(t, origin, 1)
	_, roots := grown(8)
	text := sign(t, 8, roots[8], signer)
	const want = "bulkhead.example/department\n8\nxcLIIO00L92ozolra5z1uMAKIcxLIHFMxuXTwFw1JAs=\n\n— bulkhead.example/department gMUERCXK54sKrta45dRIsRjZlieSKg4gChoAEgVlv/v9ilU6VfdrZfxACQ9AFMd+WmgBpw76DEsmsdR5zKGnMyKSxAA=\n"
	if text != want {
		t.Errorf("it is\n%s\nand should be\n%s", text, want)
	}
	c, err := ledger.Open(text, verifier)
	if err != nil || c.Origin != origin || c.Size != 8 || c.Root != roots[8] || c.Text != text {
		t.Errorf("it was read as %+v, %v", c, err)
	}
}

func TestCheckpointKeepsTheSignaturesOfOthers(t *testing.T) {
	signer, verifier := pair(t, origin, 1)
	witness, other := pair(t, "witness.example/w1", 2)
	text := sign(t, 3, [32]byte{7}, signer)
	n, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		t.Fatal(err)
	}
	both, err := note.Sign(n, witness)
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string][]note.Verifier{"its own key": {verifier}, "both keys": {other, verifier}} {
		if c, err := ledger.Open(string(both), keys...); err != nil || c.Text != string(both) || c.Size != 3 {
			t.Errorf("with %s it is %+v, %v", name, c, err)
		}
	}
	if _, err := ledger.Open(string(both), other); err == nil {
		t.Error("the signature of a witness stood in for that of the origin")
	}
}

func TestCheckpointIsRefused(t *testing.T) {
	signer, verifier := pair(t, origin, 1)
	_, stranger := pair(t, origin, 2)
	good := sign(t, 3, [32]byte{7}, signer)
	if _, err := ledger.Open(good, stranger); err == nil || !strings.Contains(err.Error(), "not signed") {
		t.Errorf("with another key: %v", err)
	}
	if _, err := ledger.Open(good); err == nil {
		t.Error("it was opened without a key")
	}
	for name, text := range map[string]string{
		"an empty text":        "",
		"two lines":            origin + "\n3\n",
		"a size with a sign":   origin + "\n+3\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"a size with a zero":   origin + "\n03\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"a size below nothing": origin + "\n-3\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"a size beyond all":    origin + "\n9223372036854775807\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"a short root":         origin + "\n3\nBwAA\n",
		"a root written twice": origin + "\n3\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
		"too much of it":       origin + "\n3\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" + strings.Repeat("more\n", 20_000),
		"another origin":       "bulkhead.example/other\n3\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
	} {
		if text != "" {
			signed, err := note.Sign(&note.Note{Text: text}, signer)
			if err != nil {
				t.Fatal(err)
			}
			text = string(signed)
		}
		if c, err := ledger.Open(text, verifier); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: it was read as %+v, %v", name, c, err)
		}
	}
	extended, err := note.Sign(&note.Note{Text: origin + "\n3\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n"}, signer)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := ledger.Open(string(extended), verifier); err != nil || c.Size != 3 {
		t.Errorf("a line for others made it %+v, %v", c, err)
	}
}

// TestCheckpointCannotBeChanged changes each byte in each bit.
func TestCheckpointCannotBeChanged(t *testing.T) {
	signer, verifier := pair(t, origin, 1)
	good := sign(t, 3, [32]byte{7}, signer)
	for i := range len(good) {
		for bit := range 8 {
			bad := []byte(good)
			bad[i] ^= 1 << bit
			if c, err := ledger.Open(string(bad), verifier); err == nil {
				t.Fatalf("with byte %d changed it was read as %+v", i, c)
			}
		}
	}
}

func TestKeysAndSigningAreRefused(t *testing.T) {
	for _, name := range []string{"", "a name", "a+b", "a\nb", "\xff", strings.Repeat("a", 257)} {
		if _, _, err := ledger.NewKey(name, salt(1)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("origin %q: %v", name, err)
		}
	}
	if _, _, err := ledger.NewKey(origin, salt(1)[1:]); err == nil {
		t.Error("a key was made from a short seed")
	}
	one, _, err := ledger.NewKey(origin, salt(1))
	if err != nil {
		t.Fatal(err)
	}
	if again, _, _ := ledger.NewKey(origin, salt(1)); again != one {
		t.Error("the same seed gave two keys")
	}
	signer, _ := pair(t, origin, 1)
	if _, err := ledger.Sign("bulkhead.example/other", 3, [32]byte{}, signer); err == nil {
		t.Error("the key of one origin signed for another")
	}
	if _, err := ledger.Sign(origin, -1, [32]byte{}, signer); err == nil {
		t.Error("a size below nothing was signed")
	}
}

func FuzzOpen(f *testing.F) {
	signer, verifier := pair(f, origin, 1)
	good := sign(f, 3, [32]byte{7}, signer)
	f.Add(good)
	f.Add(good + "— witness.example/w1 AAAAAAAA\n")
	f.Add(strings.Replace(good, "3", "4", 1))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ledger.Open(text, verifier)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if c.Text != text || c.Size != 3 || c.Root != [32]byte{7} || c.Origin != origin {
			t.Fatalf("nobody signed %+v", c)
		}
	})
}
