package seal

import (
	"encoding/base64"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// heading is what a ring's file says to the person who opens it.
const heading = `# The keys of a Bulkhead server, the current one first. Who has them can read every body in its database, and without
# them nobody can. Keep a copy, apart from the copies of the database. Only the server's own user may read this file.
`

// ParseRing reads a ring from a text, such as the value of an environment variable: keys as they stand in a ring's file,
// ID:BASE64, the current one first, apart by spaces or lines. What comes after # on a line is a remark. The fault says which
// key is wrong by its place, and never repeats any of the text.
func ParseRing(text string) (*Ring, error) {
	keys, err := parseKeys(text)
	if err != nil {
		return nil, err
	}
	return newRing("", keys)
}

func parseKeys(text string) (keys []key, err error) {
	for line := range strings.Lines(text) {
		said, _, _ := strings.Cut(line, "#")
		for _, word := range strings.Fields(said) {
			k, trouble := parseKey(word)
			if trouble == "" && find(keys, k.id) >= 0 {
				trouble = "is there twice: take one out"
			}
			if trouble != "" {
				return nil, fault.New(fault.Invalid, "key %d of the key ring %s", len(keys)+1, trouble)
			}
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.Invalid, "the key ring holds no key: put a copy of it back, or begin with a new one where nothing is sealed yet")
	}
	return keys, nil
}

// parseKey reads one key, or says what is wrong with it.
func parseKey(word string) (k key, trouble string) {
	id, coded, found := strings.Cut(word, ":")
	if !found {
		return key{}, "has no colon: a key is its id, a colon and 32 bytes in base64"
	}
	secret, err := base64.StdEncoding.Strict().DecodeString(coded)
	if err != nil || len(secret) != keySize {
		return key{}, "is not 32 bytes in base64 after the colon: put a copy of it back"
	}
	k, err = newKey([keySize]byte(secret))
	if err != nil {
		return key{}, "cannot be used on this machine"
	}
	if k.id != id {
		return key{}, "does not belong to the id before the colon, so one of them was changed: put a copy of it back"
	}
	return k, ""
}

// write is the text of a ring's file. It is secret.
func write(keys []key) string {
	var b strings.Builder
	b.WriteString(heading)
	for _, k := range keys {
		b.WriteString(k.text())
		b.WriteByte('\n')
	}
	return b.String()
}
