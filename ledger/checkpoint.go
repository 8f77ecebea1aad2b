package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Checkpoint is what somebody with the key said of the tree: its size and root.
type Checkpoint struct {
	Origin string            // which record it is about, such as bulkhead.example/INSTANCE: the name of the key
	Size   int64             // how many leaves the tree had
	Root   [sha256.Size]byte // and its root
	Text   string            // all of it as it was read, with the signatures of others, such as witnesses
}

// maxCheckpoint bounds a checkpoint, in bytes: a hundred signatures.
const maxCheckpoint = 64 << 10

// NewKey makes the key that signs the checkpoints of an origin, from a seed of 32 bytes that nobody can guess, which the
// caller gives. Both texts are in the format of signed notes: note.NewSigner reads the secret one, and note.NewVerifier the
// public one, which may be shown to everybody.
func NewKey(origin string, seed []byte) (secret, public string, err error) {
	if !named(origin) {
		return "", "", fault.New(fault.Invalid, "%q cannot be the origin of checkpoints: write a name without spaces and plus signs, such as bulkhead.example/department", origin)
	}
	if len(seed) != ed25519.SeedSize {
		return "", "", fault.New(fault.Internal, "a key is made from a seed of %d bytes, not %d", ed25519.SeedSize, len(seed))
	}
	secret, public, err = note.GenerateKey(bytes.NewReader(seed), origin)
	if err != nil {
		return "", "", fault.Wrap(fault.Internal, err, "the key cannot be made")
	}
	return secret, public, nil
}

// named says whether a text can be the name of a key in a signed note.
func named(origin string) bool {
	return origin != "" && len(origin) <= 256 && utf8.ValidString(origin) &&
		!strings.ContainsFunc(origin, func(r rune) bool { return r == '+' || unicode.IsSpace(r) || unicode.IsControl(r) })
}

// Sign gives the text of a checkpoint. The origin is the name of the signer's key.
func Sign(origin string, size int64, root [sha256.Size]byte, signer note.Signer) (string, error) {
	if !named(origin) || signer.Name() != origin {
		return "", fault.New(fault.Invalid, "the key of %s does not sign checkpoints of %q", signer.Name(), origin)
	}
	if size < 0 || size > maxSize {
		return "", fault.New(fault.Internal, "a tree cannot have %d leaves", size)
	}
	text := origin + "\n" + strconv.FormatInt(size, 10) + "\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "the checkpoint of size %d could not be signed", size)
	}
	return string(signed), nil
}

// Open reads a checkpoint that one of the keys has signed, and whose origin is the name of that key. A signature by one of
// the keys that does not verify is refused, even beside a good one. Those of other keys are kept in the text, and nothing
// follows from them.
func Open(text string, keys ...note.Verifier) (Checkpoint, error) {
	c, trouble := open(text, note.VerifierList(keys...))
	if trouble != "" {
		return Checkpoint{}, fault.New(fault.Invalid, "%s", Finding{Code: trouble, Args: map[string]string{"checkpoint": "the checkpoint"}}.Text())
	}
	return c, nil
}

// open reads a checkpoint and says what is wrong with it. It is read as far as it can be even where nobody known has
// signed it.
func open(text string, known note.Verifiers) (c Checkpoint, trouble Code) {
	if len(text) > maxCheckpoint {
		return c, CheckpointUnreadable
	}
	n, err := note.Open([]byte(text), known)
	if e, is := errors.AsType[*note.UnverifiedNoteError](err); is {
		n, trouble = e.Note, CheckpointUnsigned
	} else if _, is := errors.AsType[*note.InvalidSignatureError](err); is {
		return c, CheckpointForged
	} else if err != nil {
		return c, CheckpointUnreadable
	}
	c, ok := parse(n.Text)
	if !ok || !plain(n) {
		return c, CheckpointUnreadable
	}
	c.Text = text
	if trouble == "" && !signedBy(n, c.Origin) {
		trouble = CheckpointUnsigned
	}
	return c, trouble
}

// parse reads origin, size and root. Lines after them are for others, and say nothing here.
func parse(text string) (c Checkpoint, ok bool) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 {
		return c, false
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || size > maxSize || strconv.FormatInt(size, 10) != lines[1] {
		return c, false
	}
	root, ok := unbase64(lines[2])
	if !ok || len(root) != sha256.Size || !named(lines[0]) {
		return c, false
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: [sha256.Size]byte(root)}, true
}

// plain says whether every signature is written in the one way that base64 has for it: so no byte of a checkpoint can
// be changed without that being found.
func plain(n *note.Note) bool {
	for _, list := range [][]note.Signature{n.Sigs, n.UnverifiedSigs} {
		for _, s := range list {
			if _, ok := unbase64(s.Base64); !ok {
				return false
			}
		}
	}
	return true
}

// unbase64 reads base64, refusing what Go's own reader is lax about.
func unbase64(text string) (out []byte, ok bool) {
	out, err := base64.StdEncoding.DecodeString(text)
	return out, err == nil && base64.StdEncoding.EncodeToString(out) == text
}

func signedBy(n *note.Note, origin string) bool {
	for _, s := range n.Sigs {
		if s.Name == origin {
			return true
		}
	}
	return false
}
