package schema

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// yaml writes a value as YAML, for people and to be read again; empty for nothing.
func (v *value) yaml() string {
	if v == nil {
		return ""
	}
	p := v.piece(0)
	lines := p.below
	if p.head != "" {
		lines = []string{p.head}
		for _, line := range p.below {
			lines = append(lines, indented(line))
		}
	}
	return strings.Join(lines, "\n")
}

// piece lays out a value that stands so many columns in.
func (v *value) piece(column int) (out piece) {
	switch {
	case v == nil:
		return piece{head: "null"}
	case v.sense == senseWord:
		return v.wordPiece(column)
	case v.sense == senseKeys:
		out.group = true
		for i, name := range v.names {
			out.add(name, v.parts[i].piece(column+step))
		}
		return out
	case v.sense == senseWords && len(v.parts) <= flowItems:
		if flow := v.flow(); column+utf8.RuneCountInString(flow) <= writeWidth-10 {
			return piece{head: flow}
		}
	}
	for _, part := range v.parts {
		out.below = append(out.below, dashed(part.piece(column+step).itemLines(), 1, 0)...)
	}
	return out
}

// wordPiece writes a text in quotes only where its author did, or where it must.
func (v *value) wordPiece(column int) piece {
	if !strings.Contains(v.text, "\n") && v.node != nil && v.node.Style == 0 && utf8.RuneCountInString(v.text)+column <= writeWidth {
		return piece{head: scalar(v.text, false)}
	}
	return textPiece(v.text, column)
}

// itemLines gives the lines of a piece as they stand after a dash.
func (p piece) itemLines() []string {
	if p.head == "" {
		return p.below
	}
	return append([]string{p.head}, p.below...)
}

// flow writes a value on one line, between brackets where it has parts.
func (v *value) flow() string {
	switch {
	case v == nil:
		return "null"
	case v.sense == senseWord:
		return scalar(v.text, true)
	}
	parts := make([]string, len(v.parts))
	for i, part := range v.parts {
		parts[i] = part.flow()
		if v.sense == senseKeys {
			parts[i] = scalar(v.names[i], true) + ": " + parts[i]
		}
	}
	if v.sense == senseKeys {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// told gives a value in the words of its author, with remarks, where that can be taken out of the text; otherwise it is
// laid out anew.
func (v *value) told(desks desks, column int) piece {
	if p, ok := v.verbatim(desks); ok {
		return p
	}
	return v.piece(column)
}

func (v *value) verbatim(desks desks) (p piece, ok bool) {
	if v.tree == nil || v.sense == senseWord {
		return piece{}, false
	}
	e := desks.at(v.tree)
	s := e.find(v.node)
	if s == nil {
		return piece{}, false
	}
	from, end := e.offset(s.node), e.end(s)
	if isFlow(s.node) {
		p.head = string(e.page.text[from:end])
		return p, e.lineEnd(from) == e.lineEnd(end) && means([]string{p.head}, v)
	}
	p.below = e.unindented(from, e.lineEnd(end), indent(s.node))
	p.group = s.node.Kind == yaml.MappingNode
	return p, means(p.below, v)
}

// unindented gives the lines of a piece of the text without the spaces that all but the first have before them.
func (p *page) unindented(from, to, pad int) (lines []string) {
	for at := from; ; {
		stop := min(p.lineEnd(at), to)
		line := string(p.text[at:stop])
		if at > from {
			line = line[min(p.spacesAt(at), pad, len(line)):]
		}
		lines = append(lines, line)
		if stop >= to {
			return lines
		}
		at = p.nextLine(stop)
	}
}

// means says whether lines are read as a value.
func means(lines []string, v *value) bool {
	d, err := Parse(Source{Text: []byte(strings.Join(lines, "\n") + "\n")})
	return err == nil && !slices.ContainsFunc(lines, strayMark) && alike(d.meaning(), v)
}

// strayMark finds lines that mean something else where they stand in a file.
func strayMark(line string) bool {
	return strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...") || strings.ContainsRune(line, '\uFEFF')
}
