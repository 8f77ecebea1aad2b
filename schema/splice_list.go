package schema

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// itemOf reads the text of a new item, without the line ends around it.
func itemOf(item string) (lines []string, n *yaml.Node, err error) {
	item = strings.Trim(strings.ReplaceAll(item, "\r\n", "\n"), "\n") + "\n"
	root, problems := parse(Source{File: "the new item", Text: []byte(item)})
	if len(problems) > 0 {
		return nil, nil, fault.At(problems)
	}
	lines = strings.Split(strings.TrimSuffix(item, "\n"), "\n")
	for _, l := range lines {
		if strings.HasPrefix(l, "---") || strings.HasPrefix(l, "...") || strings.ContainsRune(l, '\uFEFF') {
			return nil, nil, fault.New(fault.Invalid, "the new item must be its keys and values only; take out the line %s", quote(l))
		}
	}
	if root.Kind == yaml.SequenceNode && !isFlow(root) {
		return nil, nil, fault.New(fault.Invalid, "give one item, without the dash before it")
	}
	return lines, root, nil
}

func byID(list *yaml.Node, id string) *yaml.Node {
	for _, item := range list.Content {
		if mine := lookup(item, "id"); mine != nil && mine.Value == id {
			return item
		}
	}
	return nil
}

// addList adds a list of one item, with the keys that lead to it.
func (e *edit) addList(lines []string, item *yaml.Node) (*Document, error) {
	if err := e.canHold(); err != nil {
		return nil, err
	}
	c, err := e.adding(entry{flow: flowEntry(e.rest, "["+flowText(item)+"]"), block: func(pad int) []string {
		keys := blockKeys(e.rest, pad)
		pad += (len(keys)-1)*step + e.listIndent()
		dashed := dashed(lines, 1, pad)
		dashed[0] = spaces(pad) + dashed[0]
		return append(keys, dashed...)
	}})
	if err != nil {
		return nil, err
	}
	return e.finish(e.closed(c, item), e.gains(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{item}}))
}

// addItem adds an item to a list that is there, or to a key that has nothing yet.
func (e *edit) addItem(lines []string, item *yaml.Node) (*Document, error) {
	s := e.spot
	if s.node.Kind != yaml.SequenceNode && !isNull(s.node) {
		return nil, fault.New(fault.Invalid, "%s is not a list, so no item can be added to it", e.at())
	}
	c, err := e.itemCut(s, lines, item)
	if err != nil {
		return nil, err
	}
	return e.finish(e.closed(c, item), func(n *yaml.Node, at int) *yaml.Node {
		if n.Kind != yaml.SequenceNode {
			return &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{item}}
		}
		n.Content = slices.Insert(n.Content, at, item)
		return n
	})
}

func (e *edit) itemCut(s *spot, lines []string, item *yaml.Node) (cut, error) {
	from := e.offset(s.node)
	nothing := len(s.node.Content) == 0 && e.lineEnd(from) == e.lineEnd(e.end(s))
	switch {
	case nothing && s.key != nil && !s.inFlow():
		pad := indent(s.up.node) + e.listIndent()
		return e.belowKey(s, spaces(pad)+e.join(dashed(lines, 1, pad)))
	case isNull(s.node):
		return e.filling(s, "["+flowText(item)+"]")
	case isFlow(s.node):
		return e.intoBrackets(s, flowText(item))
	}
	return e.belowBlock(s, dashed(lines, e.gap(s), indent(s.node)), e.emptyLines(s))
}

// closed ends the file with a line end where the last line would otherwise be a block of text without one, which is
// another text.
func (e *edit) closed(c cut, item *yaml.Node) cut {
	if c.to == len(e.page.text) && !strings.HasSuffix(c.with, "]") && isBlockText((&spot{node: item}).tail().node) {
		c.with += e.newline
	}
	return c
}

// dashed writes the lines of an item: the first after a dash and a gap, the others below it.
func dashed(lines []string, gap, pad int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		switch {
		case i == 0:
			out[i] = "-" + spaces(gap) + l
		case l != "":
			out[i] = spaces(pad+1+gap) + l
		}
	}
	return out
}

// gap is the number of spaces that the last item of a list has after its dash.
func (e *edit) gap(s *spot) int {
	last := s.last()
	if dash, ok := e.dash(last); ok {
		if n := e.offset(last.node) - dash - 1; n > 0 && n <= 8 && e.blank(dash+1, dash+1+n) {
			return n
		}
	}
	return 1
}

// emptyLines is the number of empty lines that the last two items of a list have between them.
func (e *edit) emptyLines(s *spot) int {
	last := s.last()
	before := last.before()
	if before == nil {
		return 0
	}
	dash, _ := e.dash(last)
	count := 0
	for at := e.nextLine(e.lineEnd(e.end(before))); at < dash && e.blank(at, e.lineEnd(at)); at = e.nextLine(e.lineEnd(at)) {
		count++
	}
	return min(count, 1)
}

// listIndent is how far the dashes of a list stand inside the key of the list, as the first such list of the file has it.
func (e *edit) listIndent() int {
	if n, ok := listIndent(e.tree.root); ok {
		return n
	}
	return step
}

func listIndent(n *yaml.Node) (int, bool) {
	for i, c := range n.Content {
		block := c.Kind == yaml.SequenceNode && !isFlow(c) && n.Kind == yaml.MappingNode && i%2 == 1
		if in := indent(c) - indent(n); block && c.Line > n.Content[i-1].Line && in >= 0 && in <= 8 {
			return in, true
		}
		if in, ok := listIndent(c); ok {
			return in, true
		}
	}
	return 0, false
}
