// Package ident is how Bulkhead names things and how it tells whether they changed: ids, references, the canonical form
// c1 and digests.
//
// It is for every other package: a claim, a piece of evidence and a decision are named by a [Ref], and a decision says
// what it covers by the [Digest] of what it was taken about. The package promises that accepted text round-trips, that
// one value has one canonical form whatever order its sets and maps were built in, and that the digest of a value does
// not change when its type gains a field the value does not use. It never reads a file, a clock or the network, never
// keeps state between calls outside an [Encoder], and never guesses: text that is nearly right is refused with a
// suggestion.
//
// # Ids and references
//
//	id        = ( lower | digit ) { lower | digit | "." | "_" | "-" } ;      (* 1 to 64 characters *)
//	reference = [ id "/" ] target ;                                          (* the id is that of a service *)
//	target    = ( "claim" | "organisation" ) ":" pointer
//	          | "requirement" ":" id "@" version "#" id                      (* pack, version, requirement *)
//	          | "control" ":" id [ "#" id | "@" id ]                         (* a check of it, or it at a component *)
//	          | ( "advisory" | "rule" ) ":" foreign
//	          | plain ":" id ;
//	plain     = "evidence" | "decision" | "risk" | "threat" | "finding" | "activity" | "area" | "context"
//	          | "principle" | "framework" | "gate" | "profile" | "service" ;
//	pointer   = "/" id { "/" id } ;
//	version   = vchar { vchar } ;                                            (* 1 to 32 characters *)
//	vchar     = letter | digit | "." | "_" | "-" ;
//	foreign   = ( letter | digit ) { vchar | ":" | "/" } ;                   (* 1 to 128 characters *)
//	letter    = lower | upper ;
//	lower     = "a" … "z" ;   upper = "A" … "Z" ;   digit = "0" … "9" ;
//
// # Canonical form c1
//
// The canonical form is JSON as RFC 8785 writes it, after these steps, which speak of JSON values so that another
// program can take them too:
//
//  1. Text is valid UTF-8 in Unicode normalization form C (stream-safe: more than thirty combining marks in a row are
//     parted by U+034F). Numbers are integers within ±(2^53-1). Nothing is nested more than 64 deep.
//  2. A member of an object is left out when its value is false, 0, "", null, an empty array or an object none of whose
//     members is left. A Go pointer to a boolean, a number or a string is the one exception: a type has such a pointer
//     exactly where saying "no" differs from saying nothing, so the zero that it points to is kept.
//  3. An array is a set, unless its field is marked as a list. A set is sorted by the sorting text of its elements in
//     UTF-16 code units, and where that is equal by their canonical bytes. The sorting text of an object is its member
//     "id" where that is text, that of a string is itself, and that of anything else is empty. Elements are never left
//     out and equal ones are all kept.
//
// In Go, fields go by the names of their json tags. The tag `c1:"list"` marks a slice whose order means something, and
// `c1:"-"` leaves a field out. See [Canon] for the rest.
package ident

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// ID names one thing within its kind. The type does not check itself: text from outside goes through [ParseID].
type ID string

const (
	maxID   = 64
	idGuide = `an id is 1 to 64 of a-z, 0-9, ".", "_" and "-", starting with a letter or a digit, such as "payments-api"`
)

// ParseID reads an id, refusing anything else with a suggestion where only case, spaces or underscores are amiss.
func ParseID(s string) (ID, error) {
	if isID(s) {
		return ID(s), nil
	}
	return "", fault.New(fault.Invalid, "%s is not an id: %s; %s%s", quote(s), idTrouble(s), idGuide, didYouMean(mendID(s)))
}

// Suggest makes a legal id from any text: lower case, accents dropped, every run of other characters a hyphen. A legal
// id is kept as it is. It gives "" when nothing is left to make one of. Two texts may well give one id, so whoever
// imports under suggested ids has to look for clashes and report what was mapped.
func Suggest(s string) ID {
	if isID(s) {
		return ID(s)
	}
	return ID(suggest(s, maxID))
}

func suggest(s string, limit int) string {
	var b strings.Builder
	gap := false
	// Decomposed, so that a name gives the same id whichever way its accents were typed.
	for _, r := range norm.NFD.String(s) {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Mn, r):
		case r < utf8.RuneSelf && isIDByte(byte(r)):
			if gap {
				b.WriteByte('-')
			}
			b.WriteByte(byte(r))
			gap = false
		default:
			gap = true
		}
	}
	out := strings.Trim(b.String(), "._-")
	if len(out) > limit {
		out = strings.TrimRight(out[:limit], "._-")
	}
	return out
}

func isID(s string) bool {
	if s == "" || len(s) > maxID || !isAlnum(s[0]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !isIDByte(s[i]) {
			return false
		}
	}
	return true
}

func isIDByte(c byte) bool { return isAlnum(c) || c == '-' || c == '_' || c == '.' }

func isAlnum(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// idTrouble says what is wrong with text that is no id.
func idTrouble(s string) string {
	if s == "" {
		return "it is empty"
	}
	for i, r := range s {
		if r >= utf8.RuneSelf || !isIDByte(byte(r)) {
			return "it has " + strconv.QuoteRune(r) + " in it"
		}
		if i == 0 && !isAlnum(byte(r)) {
			return "it starts with " + strconv.QuoteRune(r)
		}
	}
	return "it has " + strconv.Itoa(len(s)) + " characters"
}

// mendID gives the id that the writer most likely meant, or "". Only differences of case, spaces and underscores are
// mended: anything more would be a guess.
func mendID(s string) string {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isIDByte(c) && c != ' ' && !('A' <= c && c <= 'Z') {
			return ""
		}
	}
	mended := suggest(s, len(s)+1)
	if len(mended) > maxID || len(strings.Trim(s, " _")) != len(strings.Trim(s, " _.-")) {
		return ""
	}
	return mended
}

func didYouMean(s string) string {
	if s == "" {
		return ""
	}
	return "; did you mean " + quote(s) + "?"
}

// quote shows text in a sentence. It is cut, so that a fault stays readable whatever was passed in.
func quote(s string) string {
	const most = 80
	if len(s) <= most {
		return strconv.Quote(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "…"
}
