// Package document is a document for people as a tree: it is built once, and small writers give it as Markdown or as HTML.
//
// Whoever builds a document says what is a heading, a table or a list, and which words stand in it. Words are only ever
// words: nothing that somebody wrote into a service file becomes a heading, a picture, a link or a call to another person,
// whichever writer writes it. A document has no links out, loads nothing and runs nothing, so it can be kept and passed on.
//
// What is good or bad is told by a sign and in words. Colour only ever repeats it.
package document

import (
	"strings"
	"unicode"
)

// Document is a document with a marking, which stands at its head and foot and at those of every printed page.
type Document struct {
	Title    string
	Marking  string
	Blocks   []Block // before the first section
	Sections []Section
}

// Section is a heading and what stands below it.
type Section struct {
	Title    string
	Blocks   []Block
	Sections []Section
}

// Block is a paragraph, a list, a table, facts or details.
type Block interface{ block() }

// Paragraph is some sentences.
type Paragraph struct {
	Mark Mark
	Text Text
}

// List is a list of things, in an order where that matters.
type List struct {
	Ordered bool
	Items   []Item
}

// Item is one thing of a list, with what is said below it.
type Item struct {
	Mark Mark
	Text Text
	More []Text
}

// Table is a table. The first cell of a row says what the row is about.
type Table struct {
	Caption string // what is in it: HTML always wants one
	Head    []string
	Rows    [][]Cell
}

// Cell is a cell of a table.
type Cell struct {
	Mark   Mark
	Text   Text
	Number bool // written to the right
}

// Facts are short facts, each under its name.
type Facts []Fact

// Fact is one of them.
type Fact struct {
	Name string
	Text Text
}

// Details are blocks that are shown when they are asked for. On paper they are shown.
type Details struct {
	Summary string
	Blocks  []Block
}

// Form is a table to be filled in by hand: a row for each name.
type Form struct {
	Caption string
	Head    []string // of the first column, with the names, and of those to be filled in
	Names   []string
}

func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Facts) block()     {}
func (Details) block()   {}
func (Form) block()      {}

// Mark is a sign before something.
type Mark int

// The marks.
const (
	None Mark = iota
	Good
	Look
	Bad
)

// Sign gives the sign of a mark, the same as at a terminal.
func (m Mark) Sign() string { return [...]string{"", "+", "~", "!"}[m] }

// Words says what a mark means.
func (m Mark) Words() string {
	return [...]string{"", "stands", "needs a look", "does not stand"}[m]
}

// Text is words, some of them in another way of writing.
type Text []Span

// Span is words written in one way.
type Span struct {
	Words string
	As    Style
}

// Style is a way of writing words.
type Style int

// The ways of writing words.
const (
	Plain Style = iota
	Strong
	Code // an id or something to be typed
)

// Say gives plain words.
func Say(words string) Text { return Text{{Words: words}} }

// Name gives an id, or words to be typed.
func Name(id string) Text { return Text{{Words: id, As: Code}} }

// Bold gives words that stand out.
func Bold(words string) Text { return Text{{Words: words, As: Strong}} }

// And puts texts one behind the other.
func (t Text) And(more ...Text) Text {
	out := append(Text{}, t...)
	for _, m := range more {
		out = append(out, m...)
	}
	return out
}

// String gives the words alone.
func (t Text) String() string {
	var out strings.Builder
	for _, s := range t {
		out.WriteString(s.Words)
	}
	return out.String()
}

// Empty says whether there are no words.
func (t Text) Empty() bool { return strings.TrimSpace(t.String()) == "" }

// tidy gives words in one line, without characters that show nothing and change how others are shown. A space at either
// end stays, as words may go on in another style.
func tidy(words string) string {
	var out strings.Builder
	gap := false
	for _, r := range words {
		switch {
		case unicode.IsSpace(r):
			gap = true
			continue
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			continue
		}
		if gap {
			out.WriteByte(' ')
			gap = false
		}
		out.WriteRune(r)
	}
	if gap {
		out.WriteByte(' ')
	}
	return out.String()
}
