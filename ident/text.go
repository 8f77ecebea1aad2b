package ident

import (
	"encoding/json"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// appendText writes text as JSON, in Unicode normalization form C and with no more escapes than RFC 8785 asks for.
func appendText(buf []byte, s string) ([]byte, *refusal) {
	if i := plainLen(s); i == len(s) {
		buf = append(buf, '"')
		buf = append(buf, s...)
		return append(buf, '"'), nil
	}
	if !utf8.ValidString(s) {
		return buf, &refusal{kind: fault.Invalid, text: "is text that is not valid UTF-8: " + quote(s)}
	}
	s = normal(s)
	buf = append(buf, '"')
	for s != "" {
		i := escapeAt(s)
		buf = append(buf, s[:i]...)
		if i == len(s) {
			break
		}
		buf = appendEscape(buf, s[i])
		s = s[i+1:]
	}
	return append(buf, '"'), nil
}

// plainLen gives the length of the part that can be written as it is, which for most text is all of it.
func plainLen(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}

func escapeAt(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}

func appendEscape(buf []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(buf, '\\', c)
	case '\b':
		return append(buf, '\\', 'b')
	case '\f':
		return append(buf, '\\', 'f')
	case '\n':
		return append(buf, '\\', 'n')
	case '\r':
		return append(buf, '\\', 'r')
	case '\t':
		return append(buf, '\\', 't')
	default:
		return append(buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
}

func normal(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return norm.NFC.String(s)
		}
	}
	return s
}

// isPlain reports whether text as it stands between its quotes is ASCII without escapes.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf || c == '\\' {
			return false
		}
	}
	return true
}

// unescape gives what the text between two quotes stands for.
func unescape(b []byte) string {
	var s string
	if json.Unmarshal(slices.Concat([]byte{'"'}, b, []byte{'"'}), &s) != nil {
		return string(b) // not reached: appendText wrote it
	}
	return s
}

// compareUTF16 compares by UTF-16 code units, as RFC 8785 does. That differs from the order of code points only in that
// those above U+FFFF, being written with surrogates, come before U+E000.
func compareUTF16(x, y string) int {
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	if n == len(x) || n == len(y) {
		return len(x) - len(y)
	}
	for n > 0 && !utf8.RuneStart(x[n]) {
		n-- // the shared bytes end inside a character
	}
	a, _ := utf8.DecodeRuneInString(x[n:])
	b, _ := utf8.DecodeRuneInString(y[n:])
	if (a > 0xFFFF) != (b > 0xFFFF) {
		return int(firstUnit(a) - firstUnit(b))
	}
	return int(a - b)
}

func firstUnit(r rune) rune {
	if r <= 0xFFFF {
		return r
	}
	high, _ := utf16.EncodeRune(r)
	return high
}
