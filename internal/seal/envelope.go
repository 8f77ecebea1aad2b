package seal

import (
	"crypto/rand"
	"errors"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/deflated"
)

// Limit is the most bytes that the content of one body may have: 64 MiB.
const Limit = 64 << 20

const saltSize = 32

// Why a body cannot be opened, for errors.Is. Each comes inside a fault that names the body.
var (
	ErrDestroyed  = errors.New("its key was destroyed")              // redacted: the content is gone for good
	ErrUnknownKey = errors.New("the key ring does not hold its key") // put the key back and it can be read
	ErrDamaged    = errors.New("it is not what was sealed")          // changed, cut short, or another body's
)

// Envelope is a sealed body: everything that is kept of it but its id.
type Envelope struct {
	KeyID   string       // the key of the ring that wraps the body's own key
	Wrapped []byte       // the body's own key, wrapped; without it nobody can read the content again
	Sealed  []byte       // salt and content: compressed, then encrypted under the body's own key
	Salt    []byte       // 32 random bytes, for the salted digest of the content; inside Sealed too
	Digest  ident.Digest // of Sealed
}

// Seal seals the content of the body with an id under a new key of its own, wrapped by the ring's current key. Content over
// [Limit] is too large.
func Seal(ring *Ring, id string, content []byte) (Envelope, error) {
	return SealPart(ring, id, content, 0, 0)
}

// SealPart is [Seal] of a content of which a part, the bytes from one place to another, is kept so that it can be sent as it
// is: see [OpenPart].
func SealPart(ring *Ring, id string, content []byte, from, to int) (Envelope, error) {
	if len(content) > Limit {
		return Envelope{}, fault.New(fault.TooLarge, "body %s has %d bytes: a body has at most %d", id, len(content), Limit)
	}
	salt, own := random(saltSize), random(keySize)
	body, err := newCipher(own)
	if err != nil {
		return Envelope{}, fault.Wrap(fault.Internal, err, "body %s cannot be sealed", id)
	}
	sealed := body.Seal(nil, nil, ring.pack(salt, content, from, to), bodyPlace(id))
	key := ring.currentKey()
	return Envelope{
		KeyID:   key.id,
		Wrapped: key.wrap(id, own),
		Sealed:  sealed,
		Salt:    salt,
		Digest:  ident.Hash(sealed),
	}, nil
}

// Open gives back the salt and the content of the body with an id. The fault is one of [ErrDestroyed] (nothing is wrapped),
// [ErrUnknownKey] and [ErrDamaged], or of the kind TooLarge where the content is over [Limit].
func Open(ring *Ring, id, keyID string, wrapped, sealed []byte) (salt, content []byte, err error) {
	o, err := OpenPart(ring, id, keyID, wrapped, sealed)
	if err != nil {
		return nil, nil, err
	}
	content, err = o.content(id)
	return o.Salt, content, err
}

// Opened is an opened body, of which a part is still compressed.
type Opened struct {
	Salt          []byte
	Before, After []byte // what stands around the part; all of the content where it has none
	Part          deflated.Part
}

// OpenPart is [Open] of a body of which the part is not unpacked.
func OpenPart(ring *Ring, id, keyID string, wrapped, sealed []byte) (o Opened, err error) {
	own, err := ring.unwrap(id, keyID, wrapped)
	if err != nil {
		return o, err
	}
	body, err := newCipher(own)
	if err != nil {
		return o, damaged(id)
	}
	packed, err := body.Open(nil, nil, sealed, bodyPlace(id))
	if err != nil {
		return o, damaged(id)
	}
	return ring.unpack(id, packed)
}

// Rewrap wraps a body's own key by the ring's current key, so that the one that wraps it now can be dropped; what is sealed
// stays as it is. A key that the current one wraps already is given back unchanged. The faults are those of [Open].
func Rewrap(ring *Ring, id, keyID string, wrapped []byte) (newKeyID string, newWrapped []byte, err error) {
	own, err := ring.unwrap(id, keyID, wrapped)
	if err != nil {
		return "", nil, err
	}
	key := ring.currentKey()
	if key.id == keyID {
		return keyID, wrapped, nil
	}
	return key.id, key.wrap(id, own), nil
}

func damaged(id string) error {
	return fault.Wrap(fault.Internal, ErrDamaged, "body %s cannot be read; restore it from a backup", id)
}

// random gives n bytes that nobody can guess. It cannot fail: where the machine has no randomness, the program ends.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
