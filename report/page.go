package report

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Style says how text is written for a terminal.
type Style struct {
	Width  int  // columns; 80 where it is not known
	Colour bool // never the only sign of anything
	All    bool // every item, rather than those that need a look
}

// page gathers text for a terminal, in columns.
type page struct {
	style Style
	out   strings.Builder
}

func newPage(style Style) *page {
	if style.Width == 0 {
		style.Width = 80
	}
	style.Width = min(max(style.Width, 60), 100) // the tables need the one, and longer lines than the other are hard to read
	return &page{style: style}
}

func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.out.String())
	return err
}

func (p *page) line(parts ...string) {
	p.out.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.out.WriteByte('\n')
}

func (p *page) heading(text string) {
	p.line()
	p.line(p.paint("1", text))
}

// wrap writes text in lines, the first after a lead and the others below its end. A lead that leaves no room stands on
// lines of its own.
func (p *page) wrap(lead, text string) {
	room := p.style.Width - width(lead)
	if room < 16 {
		margin := lead[:len(lead)-len(strings.TrimLeft(lead, " "))]
		margin = margin[:min(len(margin), p.style.Width/2)]
		if trimmed := strings.TrimSpace(lead); trimmed != "" {
			p.wrap(margin, trimmed)
		}
		p.wrap(margin+"  ", text)
		return
	}
	indent := strings.Repeat(" ", width(lead))
	for i, l := range lines(text, room) {
		if i > 0 {
			lead = indent
		}
		p.line(lead, l)
	}
}

func lines(text string, room int) (out []string) {
	current := ""
	for _, word := range words(text, room) {
		if current != "" && width(current)+1+width(word) > room {
			out, current = append(out, current), ""
		}
		if current != "" {
			current += " "
		}
		current += word
	}
	return append(out, current)
}

// words parts a text into words, and what is too long for a line into pieces of one.
func words(text string, room int) (out []string) {
	for _, word := range strings.Fields(text) {
		for width(word) > room && !strings.ContainsRune(word, '\x1b') {
			cut := breakAt(word, room)
			out, word = append(out, word[:cut]), word[cut:]
		}
		out = append(out, word)
	}
	return out
}

// breakAt gives the place, in bytes, to break a long word: after the last sign that parts it, where there is one.
func breakAt(word string, room int) int {
	columns, at := 0, 0
	for i, r := range word {
		if columns == room {
			if at == 0 {
				at = i
			}
			break
		}
		if columns++; columns > room/2 && strings.ContainsRune("/#@:._-", r) {
			at = i + utf8.RuneLen(r)
		}
	}
	return at
}

func (p *page) paint(code, text string) string {
	if !p.style.Colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// width counts the columns of a text, without what paints it.
func width(s string) int {
	n, in := 0, false
	for _, r := range s {
		switch {
		case r == '\x1b':
			in = true
		case in:
			in = r != 'm'
		default:
			n++
		}
	}
	return n
}

func pad(s string, to int) string {
	if n := width(s); n < to {
		return s + strings.Repeat(" ", to-n)
	}
	return s
}
