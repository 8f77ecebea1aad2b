package schema

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// fillValue puts a value where a key, or a dash, has nothing.
func (e *edit) fillValue(value string) (*Document, error) {
	written, node := written(value, e.spot.inFlow())
	c, err := e.filling(e.spot, written)
	if err != nil {
		return nil, err
	}
	return e.finish(c, becomes(node))
}

// written gives the text and the node of a value that nothing constrains: a list, or a scalar.
func written(value string, flow bool) (string, *yaml.Node) {
	if list, ok := listOf(value); ok {
		return value, list
	}
	return scalar(value, flow), text(value)
}

// becomes makes the change of the tree in which the node is another.
func becomes(n *yaml.Node) func(*yaml.Node, int) *yaml.Node {
	return func(*yaml.Node, int) *yaml.Node { return n }
}

func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: value}
}

func mappingOf(segs []string, n *yaml.Node) *yaml.Node {
	for _, seg := range slices.Backward(segs) {
		n = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text(seg), n}}
	}
	return n
}

// addValue adds what the path names and the document does not have.
func (e *edit) addValue(value string) (*Document, error) {
	if err := e.canHold(); err != nil {
		return nil, err
	}
	inFlow, node := written(value, true)
	inBlock, _ := written(value, false)
	c, err := e.adding(entry{flow: flowEntry(e.rest, inFlow), block: func(pad int) []string { return blockEntry(e.rest, inBlock, pad) }})
	if err != nil {
		return nil, err
	}
	return e.finish(c, e.gains(node))
}

// canHold checks that the place where the path leaves the document can be given a key.
func (e *edit) canHold() error {
	n := e.merged
	if n.Kind == yaml.SequenceNode {
		return e.missing()
	}
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		return fault.New(fault.Invalid, "%s is the value %s, so it cannot hold the key %s", e.at(), quote(n.Value), printable(e.rest[0]))
	}
	for _, seg := range e.rest {
		if len(seg) > maxKey || !utf8.ValidString(seg) || unprintable(seg) != "" {
			return fault.New(fault.Invalid, "%s is not a name that a key can have", printable(seg))
		}
	}
	return nil
}

// gains is the change of the tree in which the last node of the path gets the keys that it does not have.
func (e *edit) gains(value *yaml.Node) func(*yaml.Node, int) *yaml.Node {
	added := mappingOf(e.rest, value)
	return func(n *yaml.Node, _ int) *yaml.Node {
		if n.Kind == yaml.MappingNode {
			n.Content = append(n.Content, added.Content...)
			return n
		}
		return added
	}
}

// entry is a new key with its value, in the two ways that it may have to be written.
type entry struct {
	flow  string                 // between braces
	block func(pad int) []string // as lines, the first without the indentation that the others have
}

// adding works out how the place where the path leaves the document gets an entry.
func (e *edit) adding(en entry) (cut, error) {
	s := e.spot
	switch {
	case s.node.Kind == yaml.MappingNode && isFlow(s.node):
		return e.intoBrackets(s, en.flow)
	case s.node.Kind == yaml.MappingNode:
		return e.belowBlock(s, en.block(indent(s.node)), 0)
	case s.inFlow():
		return e.filling(s, "{"+en.flow+"}")
	case s.up == nil:
		return cut{}, e.byHand("empty")
	case s.key == nil:
		return e.afterDash(s, en), nil
	}
	pad := indent(s.up.node) + step
	return e.belowKey(s, spaces(pad)+e.join(en.block(pad)))
}

func flowEntry(segs []string, value string) string {
	last := len(segs) - 1
	for i := last; i >= 0; i-- {
		if i < last {
			value = "{" + value + "}"
		}
		value = scalar(segs[i], true) + ": " + value
	}
	return value
}

func blockEntry(segs []string, value string, pad int) []string {
	lines := blockKeys(segs, pad)
	lines[len(lines)-1] += " " + value
	return lines
}

// blockKeys writes keys, each inside the one before.
func blockKeys(segs []string, pad int) (lines []string) {
	for i, seg := range segs {
		if i > 0 {
			seg = spaces(pad+i*step) + scalar(seg, false) + ":"
		} else {
			seg = scalar(seg, false) + ":"
		}
		lines = append(lines, seg)
	}
	return lines
}

func spaces(n int) string { return strings.Repeat(" ", n) }

func (e *edit) join(lines []string) string { return strings.Join(lines, e.newline) }

// filling puts text where a null stands.
func (e *edit) filling(s *spot, with string) (cut, error) {
	from := e.offset(s.node)
	switch {
	case s.node.Value != "":
		return cut{from, e.end(s), with}, nil
	case s.key == nil:
		return cut{from, from, " " + with}, nil
	}
	if colon, ok := e.colon(s.key); ok {
		return cut{colon, colon, " " + with}, nil
	}
	if !s.inFlow() {
		return cut{}, e.byHand(questionForm)
	}
	end := e.keyEnd(s.key)
	return cut{end, end, ": " + with}, nil
}

// belowKey puts lines under a key that has nothing, or has an explicit null or an empty list, which goes. A comment on
// the line of the key stays there.
func (e *edit) belowKey(s *spot, lines string) (cut, error) {
	colon, ok := e.colon(s.key)
	if !ok {
		return cut{}, e.byHand(questionForm)
	}
	end := e.end(s)
	stop := e.lineEnd(end)
	kept := ""
	if end > colon {
		kept = strings.TrimRight(string(e.page.text[colon:e.offset(s.node)]), " \t")
	}
	return cut{colon, stop, kept + string(e.page.text[end:stop]) + e.newline + lines}, nil
}

// afterDash puts an entry where an item has nothing: next to its dash, or below it if a comment stands there.
func (e *edit) afterDash(s *spot, en entry) cut {
	from, end := e.offset(s.node), e.end(s)
	stop, pad, gap := e.lineEnd(end), indent(s.up.node)+step, " "
	if end > from {
		pad, gap = indent(s.node), ""
	}
	lines := e.join(en.block(pad))
	if e.blank(end, stop) {
		return cut{from, stop, gap + lines}
	}
	return cut{from, stop, string(e.page.text[end:stop]) + e.newline + spaces(pad) + lines}
}

// belowBlock puts lines under the last line of a block, indented like its entries, after a number of empty lines.
func (e *edit) belowBlock(s *spot, lines []string, empty int) (cut, error) {
	at := e.lineEnd(e.end(s))
	if at == len(e.page.text) && isBlockText(s.tail().node) {
		// A line end there would become part of the text.
		return cut{}, fault.New(fault.Invalid, "%s ends in a block of text without a line end; add a line end at the end of the file first", e.file())
	}
	return cut{at, at, strings.Repeat(e.newline, empty+1) + spaces(indent(s.node)) + e.join(lines)}, nil
}

// intoBrackets puts an entry before the closing brace or bracket.
func (e *edit) intoBrackets(s *spot, with string) (cut, error) {
	from := e.offset(s.node)
	if !e.bracket(from) {
		return cut{}, e.byHand(bareForm)
	}
	last := s.last()
	if last == nil {
		return cut{from + 1, from + 1, with}, nil
	}
	end := e.end(last)
	if comma := e.skip(end); e.is(comma, ',') {
		return cut{comma + 1, comma + 1, " " + with}, nil
	}
	if e.is(end-1, ':') {
		return cut{end, end, " , " + with}, nil // a colon next to a comma could be read as part of the key
	}
	return cut{end, end, ", " + with}, nil
}

// wholeScalar replaces a scalar. A block of text has its comment on its first line, before the text.
func (e *edit) wholeScalar(s *spot, with string) cut {
	from := e.offset(s.node)
	if isBlockText(s.node) {
		return e.wholeBlock(s, with+string(e.page.text[e.headerEnd(from):e.lineEnd(from)]))
	}
	return cut{from, e.end(s), with}
}

// wholeBlock replaces a mapping, a list or a block of text. One that starts on a line of its own goes with its lines, and
// what replaces it stands after the colon or the dash.
func (e *edit) wholeBlock(s *spot, with string) cut {
	from, to := e.offset(s.node), e.end(s)
	if isFlow(s.node) {
		return cut{from, to, with}
	}
	start, to := e.lineStart(from), e.lineEnd(to)
	anchor, ok := e.anchor(s)
	if !ok || !e.blank(start, from) || anchor > start {
		return cut{from, to, with}
	}
	between := e.page.text[anchor:start]
	return cut{anchor, to, " " + with + string(between[:len(between)-e.breakBefore(start)])}
}

// anchor is the offset after the colon or the dash that a value belongs to.
func (e *edit) anchor(s *spot) (int, bool) {
	switch {
	case s.up == nil:
		return 0, false
	case s.key != nil:
		return e.colon(s.key)
	}
	dash, ok := e.dash(s)
	return dash + 1, ok
}

// dash finds the dash of an item of a block.
func (e *edit) dash(s *spot) (int, bool) {
	at := e.offset(s.up.node)
	if b := s.before(); b != nil {
		at = e.skip(e.end(b))
	}
	return at, e.is(at, '-')
}
