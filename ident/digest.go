package ident

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Digest is "c1-sha256:" and 64 lower-case hexadecimal digits: which canonical form was hashed, with what, and the hash.
// The form is part of the text so that a later form can stand beside this one without any old digest changing.
type Digest string

const digestPrefix = "c1-sha256:"

// ParseDigest reads a digest.
func ParseDigest(s string) (Digest, error) {
	if isDigest(s) {
		return Digest(s), nil
	}
	hint := ""
	if mended := strings.ToLower(strings.TrimSpace(s)); isDigest(mended) {
		hint = didYouMean(mended)
	}
	return "", fault.New(fault.Invalid, `%s is not a digest: a digest is %q and 64 of 0-9 and a-f, such as "%s%s"%s`,
		quote(s), digestPrefix, digestPrefix, emptyHash, hint)
}

// emptyHash is the hash of nothing, a well-known one, used as the example.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func isDigest(s string) bool {
	rest, found := strings.CutPrefix(s, digestPrefix)
	if !found || len(rest) != 2*sha256.Size {
		return false
	}
	for i := range len(rest) {
		if c := rest[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return false
		}
	}
	return true
}

// Sum gives the digest of a value. Use an [Encoder] for many.
func Sum(v any) (Digest, error) { return NewEncoder().Sum(v) }

// Hash gives the digest of bytes that are already canonical; it does not check that they are.
func Hash(canonical []byte) Digest {
	sum := sha256.Sum256(canonical)
	var text [len(digestPrefix) + 2*sha256.Size]byte
	copy(text[:], digestPrefix)
	hex.Encode(text[len(digestPrefix):], sum[:])
	return Digest(text[:])
}
