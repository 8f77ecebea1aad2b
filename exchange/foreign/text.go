package foreign

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// How much of a foreign text is kept, in characters.
const (
	MaxText  = 500 // what a tool says
	MaxName  = 200 // of a weakness or a tool
	MaxPlace = 500 // a file or an address
)

// Text gives the text of a file without its byte order mark, once it is known to be within the limits and to be UTF-8.
func Text(text []byte, limits Limits) ([]byte, error) {
	if len(text) > limits.Bytes {
		return nil, fault.New(fault.TooLarge, "the file has %d bytes; at most %d are read: split it, or have the tool write less of its output", len(text), limits.Bytes)
	}
	if isWide(text) {
		return nil, Invalid(text, 0, "the file is UTF-16 or UTF-32 text; save it as UTF-8 (in PowerShell 5: Out-File -Encoding utf8)")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if at := notUTF8(text); at >= 0 {
		return nil, Invalid(text, at, "the file is not UTF-8 text; save it as UTF-8")
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, Invalid(text, 0, "the file is empty; give the file that the tool wrote")
	}
	return text, nil
}

// isWide looks for the byte order marks of UTF-16 and UTF-32, and for what either looks like without one: a first
// character of XML or JSON with a zero byte beside it.
func isWide(text []byte) bool {
	if len(text) < 2 {
		return false
	}
	a, b := text[0], text[1]
	return a == 0xff && b == 0xfe || a == 0xfe && b == 0xff || (a == 0) != (b == 0) || a == 0 && b == 0 && len(text) >= 4 && text[3] != 0
}

// notUTF8 gives where text stops being UTF-8, or has a zero byte; -1 when it does neither.
func notUTF8(text []byte) int {
	zero := bytes.IndexByte(text, 0)
	if utf8.Valid(text) {
		return zero
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return zero
}

// Invalid makes a fault about a place in a text.
func Invalid(text []byte, offset int, sentence string) error {
	return at(fault.Invalid, text, offset, sentence)
}

// TooLarge makes a fault about the place in a text where a limit was passed.
func TooLarge(text []byte, offset int, sentence string) error {
	return at(fault.TooLarge, text, offset, sentence)
}

func at(kind fault.Kind, text []byte, offset int, sentence string) error {
	line, column := position(text, offset)
	return &fault.Error{Kind: kind, Text: sentence, Fields: []fault.Field{{Line: line, Column: column, Text: sentence}}}
}

// position gives the line and the column, in characters, of an offset into a text.
func position(text []byte, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// Line gives text as one line of at most so many characters: every run of spaces and breaks is one space, and characters
// that could write to a terminal or turn the direction of writing are gone. It says whether it had to cut.
func Line(s string, most int) (line string, cut bool) {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			gap = n > 0
			continue
		case unhelpful(r):
			continue
		}
		if gap {
			n++
		}
		if n++; n > most {
			return shorten(b.String(), most-1), true
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String(), false
}

// shorten cuts text to so many characters, and shows that it did.
func shorten(s string, most int) string {
	for i := range s {
		if most--; most < 0 {
			s = s[:i]
			break
		}
	}
	return strings.TrimRight(s, " ") + "…"
}

// Name gives a name as Line does, except that two long names stay two: what is cut is stood for by a digest.
func Name(s string) string {
	name, cut := Line(s, MaxName)
	if !cut {
		return name
	}
	sum := sha256.Sum256([]byte(s))
	return shorten(name, MaxName-10) + "#" + hex.EncodeToString(sum[:4])
}

// unhelpful says that a character shows nothing by itself but changes how others are shown.
func unhelpful(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' || r == utf8.RuneError
}

// FirstLine gives the first line of text that has anything in it, as Line does.
func FirstLine(s string, most int) (line string, cut bool) {
	for l := range strings.Lines(s) {
		if line, cut = Line(l, most); line != "" {
			return line, cut
		}
	}
	return "", false
}

// Tool gives the name and version of a tool as evidence names it. The name has no spaces in it, because what follows the
// first space is taken for the version: "Snyk Code" and "Snyk Container" would otherwise be one tool, and a run of one
// would close what the other had found.
func Tool(name, version string) string {
	name, _ = Line(name, MaxName)
	version, _ = Line(version, MaxName)
	return strings.TrimSpace(strings.Join(strings.Fields(name), "-") + " " + version)
}

// Place gives a file or an address as evidence names it: with forward slashes, without a leading "./", without "file:"
// and, for an address, without the name and password, the query and the fragment, which may be secret and differ from run
// to run. Nothing is ever opened at it.
func Place(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), `\`, "/")
	scheme, _, found := strings.Cut(s, "://")
	switch {
	case s == "":
		return ""
	case found && !strings.EqualFold(scheme, "file") && isScheme(scheme):
		s = address(s)
	default:
		s = file(s)
	}
	s, _ = Line(s, MaxPlace)
	return s
}

func isScheme(s string) bool {
	for i, r := range strings.ToLower(s) {
		if !('a' <= r && r <= 'z' || i > 0 && ('0' <= r && r <= '9' || r == '+' || r == '-' || r == '.')) {
			return false
		}
	}
	return s != ""
}

func address(s string) string {
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	scheme, rest, _ := strings.Cut(s, "://")
	host, tail, _ := strings.Cut(rest, "/")
	host = host[strings.LastIndexByte(host, '@')+1:]
	if tail != "" {
		tail = "/" + tail
	}
	return strings.ToLower(scheme+"://"+host) + tail
}

func file(s string) string {
	if len(s) >= 5 && strings.EqualFold(s[:5], "file:") {
		s = "/" + strings.TrimLeft(s[5:], "/")
		if len(s) > 2 && s[2] == ':' { // a drive: /C:/src is C:/src
			s = s[1:]
		}
	}
	if plain, err := url.PathUnescape(s); err == nil && utf8.ValidString(plain) {
		s = strings.ReplaceAll(plain, `\`, "/")
	}
	if s = path.Clean(s); s == "." {
		return ""
	}
	return s
}

// quote shows a piece of a file in a sentence.
func quote(s string) string {
	s, _ = Line(s, 60)
	return strconv.Quote(s)
}
