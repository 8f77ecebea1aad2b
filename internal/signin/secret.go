package signin

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Purpose says what a secret is good for. A secret of one purpose is never taken for another's.
type Purpose string

// The purposes.
const (
	Session Purpose = "s" // a browser that is signed in
	Token   Purpose = "t" // a program that uses the API
	Link    Purpose = "l" // a link that works once
)

const (
	secretBytes   = 32
	checksumBytes = 4
	secretChars   = (secretBytes + checksumBytes) / 3 * 4 // 36 bytes fill 48 characters to the last bit: one text a secret
)

const hidden = "[hidden]"

// Secret is a text that must not be shown. However it is printed, logged or marshalled it says [hidden]; Reveal gives the
// text. The zero Secret is empty. It holds a pointer so that not even printing a struct around it shows the text.
type Secret struct{ text *string }

// Conceal makes a Secret of a text, such as one read from the configuration.
func Conceal(text string) Secret { return Secret{&text} }

// NewSecret makes a secret: bh_, the purpose, _ and 48 characters, which hold 32 bytes of random and a checksum over purpose
// and bytes. With the fixed beginning, scanners find secrets that were left lying about; with the checksum they, and
// ParseSecret, tell one from what only looks like it. The only error is that of random.
func NewSecret(purpose Purpose, random io.Reader) (Secret, error) {
	body := make([]byte, secretBytes, secretBytes+checksumBytes)
	if _, err := io.ReadFull(random, body); err != nil {
		return Secret{}, fault.Wrap(fault.Internal, err, "no random numbers could be had, so no secret was made")
	}
	body = binary.BigEndian.AppendUint32(body, checksum(purpose, body))
	return Conceal(prefix(purpose) + base64.RawURLEncoding.EncodeToString(body)), nil
}

// ParseSecret reads what somebody hands in as a secret of a purpose. It takes exactly what NewSecret writes, and refuses
// everything else with SecretUnreadable. That a secret can be read does not mean that it was ever given out.
func ParseSecret(purpose Purpose, text string) (Secret, error) {
	rest, ok := strings.CutPrefix(text, prefix(purpose))
	if !ok || len(rest) != secretChars {
		return Secret{}, refuse(SecretUnreadable)
	}
	body, err := base64.RawURLEncoding.DecodeString(rest)
	if err != nil || len(body) != secretBytes+checksumBytes { // the decoder skips line ends
		return Secret{}, refuse(SecretUnreadable)
	}
	if checksum(purpose, body[:secretBytes]) != binary.BigEndian.Uint32(body[secretBytes:]) {
		return Secret{}, refuse(SecretUnreadable)
	}
	return Conceal(text), nil
}

func prefix(purpose Purpose) string { return "bh_" + string(purpose) + "_" }

func checksum(purpose Purpose, body []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(prefix(purpose))), crc32.IEEETable, body)
}

// Reveal gives the text: for the person it was made for, once, and for nobody else.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Hash gives what is stored of a secret: SHA-256 of its text. That is enough because a secret holds 256 bits of chance.
func (s Secret) Hash() []byte {
	sum := sha256.Sum256([]byte(s.Reveal()))
	return sum[:]
}

// Matches says whether a stored hash is this secret's, in the same time whether or not it is.
func (s Secret) Matches(hash []byte) bool { return subtle.ConstantTimeCompare(s.Hash(), hash) == 1 }

// Format hides the text under every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String hides the text.
func (Secret) String() string { return hidden }

// LogValue hides the text.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the text.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
