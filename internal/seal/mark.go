package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
)

// Mark says of words that only somebody with the keys can have put it there. It hides nothing.
type Mark struct {
	KeyID string // the key of the ring that it was made with
	Bytes []byte
}

// Mark marks words, with the ring's current key. A mark is over just these words in just this order.
func (r *Ring) Mark(words ...string) Mark {
	key := r.currentKey()
	return Mark{KeyID: key.id, Bytes: key.mark(words)}
}

// Marked says whether a mark is one of this ring's over the same words, with any of its keys.
func (r *Ring) Marked(m Mark, words ...string) bool {
	key, found := r.held(m.KeyID)
	return found && hmac.Equal(m.Bytes, key.mark(words))
}

// mark is HMAC-SHA-256 over the words, each after its length.
func (k key) mark(words []string) []byte {
	h := hmac.New(sha256.New, k.marks[:])
	h.Write(bound(words...))
	return h.Sum(nil)
}

// marksOf works out from a key the one that marks are made with, so that what wraps never marks.
func marksOf(secret [keySize]byte) (*[keySize]byte, error) {
	out, err := hkdf.Key(sha256.New, secret[:], nil, "bulkhead marks", keySize)
	if err != nil {
		return nil, err
	}
	return (*[keySize]byte)(out), nil
}
