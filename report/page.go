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
	if style.Width < 40 {
		style.Width = 80
	}
	style.Width = min(style.Width, 100) // longer lines are hard to read
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

// wrap writes text in lines, the first after a lead and the others below its end.
func (p *page) wrap(lead, text string) {
	indent := strings.Repeat(" ", width(lead))
	room := max(p.style.Width-width(lead), 20)
	for i, l := range lines(text, room) {
		if i > 0 {
			lead = indent
		}
		p.line(lead, l)
	}
}

func lines(text string, room int) (out []string) {
	current := ""
	for _, word := range strings.Fields(text) {
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

// short cuts a text to a number of columns.
func short(s string, to int) string {
	if utf8.RuneCountInString(s) <= to {
		return s
	}
	r := []rune(s)
	return strings.TrimRight(string(r[:to-3]), " ") + "..."
}
