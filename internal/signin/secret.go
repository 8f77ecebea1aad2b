package signin

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
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

// NewSecret makes a secret: bh_, the purpose, _ and 48 characters, which hold 32 bytes of random and a checksum over purpose
// and bytes. With the fixed beginning, scanners find secrets that were left lying about; with the checksum they, and
// ParseSecret, tell one from what only looks like it. The only error is that of random.
func NewSecret(purpose Purpose, random io.Reader) (hidden.Text, error) {
	body := make([]byte, secretBytes, secretBytes+checksumBytes)
	if _, err := io.ReadFull(random, body); err != nil {
		return hidden.Text{}, fault.Wrap(fault.Internal, err, "no random numbers could be had, so no secret was made")
	}
	body = binary.BigEndian.AppendUint32(body, checksum(purpose, body))
	return hidden.Conceal(prefix(purpose) + base64.RawURLEncoding.EncodeToString(body)), nil
}

// ParseSecret reads what somebody hands in as a secret of a purpose. It takes exactly what NewSecret writes, and refuses
// everything else with SecretUnreadable. That a secret can be read does not mean that it was ever given out.
func ParseSecret(purpose Purpose, text string) (hidden.Text, error) {
	rest, ok := strings.CutPrefix(text, prefix(purpose))
	if !ok || len(rest) != secretChars {
		return hidden.Text{}, refuse(SecretUnreadable)
	}
	body, err := base64.RawURLEncoding.DecodeString(rest)
	if err != nil || len(body) != secretBytes+checksumBytes { // the decoder skips line ends
		return hidden.Text{}, refuse(SecretUnreadable)
	}
	if checksum(purpose, body[:secretBytes]) != binary.BigEndian.Uint32(body[secretBytes:]) {
		return hidden.Text{}, refuse(SecretUnreadable)
	}
	return hidden.Conceal(text), nil
}

func prefix(purpose Purpose) string { return "bh_" + string(purpose) + "_" }

func checksum(purpose Purpose, body []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(prefix(purpose))), crc32.IEEETable, body)
}
