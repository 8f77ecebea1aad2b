package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

const (
	// Version is the version of a leaf's form.
	Version = 1
	// MaxLeaf bounds a leaf, in bytes.
	MaxLeaf = 16 << 10
	// SaltSize is how long a salt is, in bytes: too long to be tried out, so that nobody can tell from a digest what a
	// content says.
	SaltSize = 32
	// MetaBody is the member of Meta in which a redaction names the body whose content it destroyed.
	MetaBody = "body"
)

// Leaf is what the tree holds of an entry. It names people, tokens and bodies by ids that mean nothing by themselves, and
// holds nothing personal: it can never be taken out.
type Leaf struct {
	Version int               `json:"version"`
	At      civil.Instant     `json:"at"`
	Kind    Kind              `json:"kind"`
	Actor   string            `json:"actor"`             // who did it: such as person:P7, token:T3 or system
	Service ident.ID          `json:"service,omitempty"` // empty where it is about no one service
	Subject string            `json:"subject,omitempty"` // what it is about
	Body    string            `json:"body,omitempty"`    // the id of the sealed body; empty for an entry without one
	Content ident.Digest      `json:"content,omitempty"` // what [Content] gives for the content of the body
	Sealed  ident.Digest      `json:"sealed,omitempty"`  // what [ident.Hash] gives for the body as it is sealed
	Meta    map[string]string `json:"meta,omitempty"`    // little, and never personal
}

// Bytes gives the leaf in its one form. A leaf that says too little, or more than MaxLeaf allows, and a kind that this
// version does not know are refused.
func (l *Leaf) Bytes() ([]byte, error) {
	if !l.Kind.Known() {
		return nil, fault.New(fault.Internal, "an entry cannot be of kind %q, which is not in the list of kinds", l.Kind)
	}
	text, err := newReader().write(l)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the entry %s has no leaf", l.Kind)
	}
	return text, nil
}

// Redacts gives the id of the body whose content a redaction destroyed: what Meta names, or else the subject. It is empty
// for every other kind.
func (l *Leaf) Redacts() string {
	if l.Kind != RedactionMade {
		return ""
	}
	if body := l.Meta[MetaBody]; body != "" {
		return body
	}
	return l.Subject
}

// ReadLeaf reads a leaf, and refuses bytes that are not the one form of what they say. It reads kinds that a newer version
// may know.
func ReadLeaf(text []byte) (Leaf, error) { return newReader().read(text) }

// Hash gives the hash of a leaf's bytes, as RFC 6962 has it.
func Hash(leaf []byte) [sha256.Size]byte {
	return [sha256.Size]byte(rfc6962.DefaultHasher.HashLeaf(leaf))
}

// Content gives the salted digest of a content. The salt is SaltSize bytes that nobody can guess, another for each body;
// its length is part of what is hashed, so that no two pairs of salt and content make the same bytes.
func Content(salt, content []byte) ident.Digest {
	const purpose = "bulkhead content 1\n"
	text := make([]byte, 0, len(purpose)+8+len(salt)+len(content))
	text = append(text, purpose...)
	text = binary.BigEndian.AppendUint64(text, uint64(len(salt)))
	return ident.Hash(append(append(text, salt...), content...))
}

// reader reads and writes leaves, remembering what can be known of their form once.
type reader struct{ encoder *ident.Encoder }

func newReader() reader { return reader{ident.NewEncoder()} }

func (r reader) write(l *Leaf) ([]byte, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	text, err := r.encoder.Canon(l)
	if err != nil {
		return nil, err
	}
	if len(text) > MaxLeaf {
		return nil, tooLarge(len(text))
	}
	return text, nil
}

func (r reader) read(text []byte) (Leaf, error) {
	if len(text) > MaxLeaf {
		return Leaf{}, tooLarge(len(text))
	}
	var l Leaf
	if err := json.Unmarshal(text, &l); err != nil {
		return Leaf{}, fault.New(fault.Invalid, "it is not a leaf: %s", unread(err))
	}
	again, err := r.write(&l)
	if err != nil {
		return Leaf{}, err
	}
	if !bytes.Equal(again, text) {
		return Leaf{}, fault.New(fault.Invalid, "it is not in the canonical form of what it says")
	}
	return l, nil
}

func tooLarge(n int) error {
	return fault.New(fault.TooLarge, "a leaf has at most %d bytes, and this one has %d", MaxLeaf, n)
}

// unread says in a word what is wrong, without repeating what was read.
func unread(err error) string {
	if _, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		return "a member of it is of the wrong type"
	}
	if _, is := errors.AsType[*json.SyntaxError](err); is {
		return "it is no JSON"
	}
	return err.Error()
}

// check says what is missing from a leaf.
func (l *Leaf) check() error {
	switch {
	case l.Version != Version:
		return fault.New(fault.Invalid, "a leaf is of version %d, and this one says %d", Version, l.Version)
	case l.At.IsZero():
		return fault.New(fault.Invalid, "a leaf says when it happened, and this one does not")
	case !l.Kind.formed():
		return fault.New(fault.Invalid, "a leaf has a kind such as %s, and this one has not", ServiceRevised)
	case l.Actor == "":
		return fault.New(fault.Invalid, "a leaf says who did it, and this one does not")
	}
	if l.Service != "" {
		if _, err := ident.ParseID(string(l.Service)); err != nil {
			return err
		}
	}
	return l.checkBody()
}

// checkBody holds a leaf to naming a body with both digests, or none.
func (l *Leaf) checkBody() error {
	if l.Body == "" {
		if l.Content != "" || l.Sealed != "" {
			return fault.New(fault.Invalid, "a leaf without a body has no digests of one")
		}
		return nil
	}
	for _, d := range []ident.Digest{l.Content, l.Sealed} {
		if _, err := ident.ParseDigest(string(d)); err != nil {
			return err
		}
	}
	return nil
}
