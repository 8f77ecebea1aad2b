package schema

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// page is a text with the offsets at which its lines start.
type page struct {
	text    []byte
	lines   []int
	newline string // as the first line ends in an ordinary way
}

const byteOrderMark = "\uFEFF" // the reader gives it no column

func readPage(text []byte) page {
	p := page{text: text, lines: []int{0}, newline: "\n"}
	if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
		p.newline = string(text[i : i+p.breakAt(i)])
	}
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		p.lines[0] = len(byteOrderMark)
	}
	for i := 0; i < len(text); {
		n := p.breakAt(i)
		if n > 0 {
			p.lines = append(p.lines, i+n)
		}
		i += max(n, 1)
	}
	return p
}

// breakAt is the length of the line end at an offset; 0 if there is none. Beside the usual ones, the reader takes three
// characters of Unicode for line ends.
func (p *page) breakAt(i int) int {
	rest := p.text[i:]
	switch {
	case len(rest) == 0:
		return 0
	case rest[0] == '\n':
		return 1
	case rest[0] == '\r' && len(rest) > 1 && rest[1] == '\n':
		return 2
	case rest[0] == '\r':
		return 1
	case rest[0] < utf8.RuneSelf:
		return 0
	}
	switch r, size := utf8.DecodeRune(rest); r {
	case 0x85, 0x2028, 0x2029:
		return size
	}
	return 0
}

// offset is where a node starts. The reader counts columns in characters.
func (p *page) offset(n *yaml.Node) int {
	at := p.lines[min(max(n.Line-1, 0), len(p.lines)-1)]
	for i := 1; i < n.Column && at < len(p.text); i++ {
		_, size := utf8.DecodeRune(p.text[at:])
		at += size
	}
	return at
}

func (p *page) is(at int, c byte) bool { return at >= 0 && at < len(p.text) && p.text[at] == c }

func (p *page) bracket(at int) bool { return p.is(at, '{') || p.is(at, '[') }

func (p *page) lineStart(at int) int {
	i := sort.SearchInts(p.lines, at+1)
	return p.lines[max(i-1, 0)]
}

// lineEnd is the offset of the line end after an offset, or the end of the text.
func (p *page) lineEnd(at int) int {
	for at < len(p.text) && p.breakAt(at) == 0 {
		at++
	}
	return at
}

// nextLine is the start of the line after a line end.
func (p *page) nextLine(end int) int { return end + p.breakAt(end) }

// breakBefore is the length of the line end before the start of a line.
func (p *page) breakBefore(start int) int {
	i := sort.SearchInts(p.lines, start)
	if i == 0 {
		return 0
	}
	return start - p.lineEnd(p.lines[i-1])
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func (p *page) blank(from, to int) bool {
	for _, c := range p.text[from:max(from, to)] {
		if !isBlank(c) {
			return false
		}
	}
	return true
}

func (p *page) skipBlank(at int) int {
	for at < len(p.text) && isBlank(p.text[at]) {
		at++
	}
	return at
}

// restIsComment says whether nothing but a comment is left of a line.
func (p *page) restIsComment(at int) bool { return p.is(at, '#') || p.lineEnd(at) == at }

// skip passes over white space, line ends and comments.
func (p *page) skip(at int) int {
	for at < len(p.text) {
		switch n := p.breakAt(at); {
		case n > 0:
			at += n
		case isBlank(p.text[at]):
			at++
		case p.text[at] == '#':
			at = p.lineEnd(at)
		default:
			return at
		}
	}
	return at
}

// colon is the offset after the colon of a key.
func (p *page) colon(key *yaml.Node) (int, bool) {
	at := p.skip(p.keyEnd(key))
	return at + 1, p.is(at, ':')
}

func (p *page) keyEnd(key *yaml.Node) int {
	if isBlockText(key) {
		return p.offset(key)
	}
	return p.scalarEnd(key)
}

// end is the offset after the last character of a value.
func (p *page) end(s *spot) int {
	n := s.node
	switch {
	case isBlockText(n):
		return p.blockTextEnd(s)
	case n.Kind == yaml.ScalarNode && n.Value == "" && isNull(n):
		return p.nothingEnd(s)
	case n.Kind == yaml.ScalarNode:
		return p.scalarEnd(n)
	}
	end := p.offset(n)
	bracket := isFlow(n) && p.bracket(end)
	if last := s.last(); last != nil {
		end = p.end(last)
	} else if bracket {
		end++
	}
	if !bracket {
		return end
	}
	if end = p.skip(end); p.is(end, ',') {
		end = p.skip(end + 1)
	}
	return min(end+1, len(p.text))
}

// nothingEnd is where a value would stand that is not there.
func (p *page) nothingEnd(s *spot) int {
	if s.key == nil {
		return p.offset(s.node)
	}
	if colon, ok := p.colon(s.key); ok {
		return colon
	}
	return p.keyEnd(s.key)
}

func (p *page) scalarEnd(n *yaml.Node) int {
	from := p.offset(n)
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return p.quotedEnd(from, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return p.quotedEnd(from, '\'')
	default:
		return p.plainEnd(from, n.Value)
	}
}

func (p *page) quotedEnd(at int, quote byte) int {
	for at++; at < len(p.text); at++ {
		switch {
		case quote == '"' && p.text[at] == '\\':
			at++
		case p.text[at] != quote:
		case quote == '\'' && p.is(at+1, quote):
			at++
		default:
			return at + 1
		}
	}
	return len(p.text)
}

// plainEnd follows a plain value through the text, which has no escapes: only line ends differ, as one is read as a
// space, and more are read as one less.
func (p *page) plainEnd(at int, value string) int {
	for value != "" && at < len(p.text) {
		next, breaks := p.fold(at)
		if breaks == 0 {
			if p.text[at] != value[0] {
				return at
			}
			at, value = at+1, value[1:]
			continue
		}
		folded := " "
		if breaks > 1 {
			folded = strings.Repeat("\n", breaks-1)
		}
		rest, ok := strings.CutPrefix(value, folded)
		if !ok {
			return at
		}
		at, value = next, rest
	}
	return at
}

// fold passes over white space that holds line ends, and counts them.
func (p *page) fold(at int) (next, breaks int) {
	for {
		at = p.skipBlank(at)
		n := p.breakAt(at)
		if n == 0 {
			return at, breaks
		}
		at, breaks = at+n, breaks+1
	}
}

// headerEnd is the offset after the signs that start a block of text, such as |2-.
func (p *page) headerEnd(at int) int {
	for at++; at < len(p.text) && strings.IndexByte("+-0123456789", p.text[at]) >= 0; {
		at++
	}
	return at
}

// blockTextEnd goes down the lines of a block of text. Empty lines after it belong to it only if its header keeps them.
func (p *page) blockTextEnd(s *spot) int {
	from := p.offset(s.node)
	end := p.headerEnd(from)
	header := string(p.text[from:end])
	least := 1
	if s.up != nil {
		least = indent(s.up.node) + 1
	}
	need := 0
	if digit, err := strconv.Atoi(strings.Trim(header, "|>+-")); err == nil {
		need = least - 1 + digit
	}
	for at := p.nextLine(p.lineEnd(from)); at < len(p.text); {
		stop := p.lineEnd(at)
		in := p.spacesAt(at)
		empty := in == stop-at
		if need == 0 && !empty && in >= least {
			need = in
		}
		switch {
		case need > 0 && in >= need && stop-at > need, empty && strings.Contains(header, "+"):
			end = stop
		case !empty:
			return end
		}
		at = p.nextLine(stop)
	}
	return end
}

func (p *page) spacesAt(at int) int {
	n := 0
	for p.is(at+n, ' ') {
		n++
	}
	return n
}
