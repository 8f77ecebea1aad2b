package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

const keySize = 32

// key is one key of the ring. What is secret is behind a pointer, so that not even a dump of a ring's memory by fmt shows it.
type key struct {
	id     string
	secret *[keySize]byte
	cipher cipher.AEAD
	marks  *[keySize]byte // the key that marks are made with
}

func newKey(secret [keySize]byte) (key, error) {
	c, err := newCipher(secret[:])
	if err != nil {
		return key{}, err
	}
	marks, err := marksOf(secret)
	return key{idOf(secret), &secret, c, marks}, err
}

// idOf works a key's id out from the key: so a mistyped key is found, and an id never means two keys. The id is a part of a
// hash, and tells nothing of the key.
func idOf(secret [keySize]byte) string {
	sum := sha256.Sum256(append([]byte("bulkhead id of a key\n"), secret[:]...))
	return "key-" + hex.EncodeToString(sum[:8])
}

// text is how the key stands in a file. It is secret.
func (k key) text() string { return k.id + ":" + base64.StdEncoding.EncodeToString(k.secret[:]) }

// Format shows the id, whatever the verb.
func (k key) Format(f fmt.State, _ rune) { fmt.Fprint(f, k.id) }

// wrap encrypts a body's own key, bound to the body and to this key's id.
func (k key) wrap(id string, own []byte) []byte {
	return k.cipher.Seal(nil, nil, own, keyPlace(id, k.id))
}

func (k key) unwrap(id string, wrapped []byte) ([]byte, error) {
	return k.cipher.Open(nil, nil, wrapped, keyPlace(id, k.id))
}

// newCipher is AES-256-GCM with a random nonce before what it encrypts. A key of the ring is good for 2^32 bodies (NIST
// SP 800-38D, section 8.3); a body's own key encrypts once.
func newCipher(secret []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// bodyPlace is what the sealed content is bound to: its body.
func bodyPlace(id string) []byte { return bound("body", id) }

// keyPlace is what a wrapped key is bound to: its body and what wraps it.
func keyPlace(id, keyID string) []byte { return bound("key", id, keyID) }

// bound joins words, each after its length, so that no two lists of words give the same bytes.
func bound(words ...string) (out []byte) {
	for _, w := range words {
		out = append(binary.AppendUvarint(out, uint64(len(w))), w...)
	}
	return out
}
