package schema

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"go.yaml.in/yaml/v4"
)

// An edit is a splice: the bytes of one value are cut out of the text of one source, others are put in their place, and
// everything else (comments, order, blank lines, line ends, the quoting of other values) stays as its author left it.
//
// The YAML reader says only where a value starts. Where it ends is found here, by following the text with the value in
// hand. As that is delicate, no edit is handed out before the new text was read again and found to hold the old tree
// with the one change and nothing else.

const (
	maxKey = 200 // bytes of a key that an edit may add; the reader bounds the keys that stand on one line
	step   = 2   // spaces that a new level is indented by
)

// Splice gives the one source that changes, with the value at path set. A value that is not there is added, with the
// keys that lead to it. Text such as "[a, b]" is a list where there is a list or nothing yet.
func (d *Document) Splice(path, value string) (Source, error) {
	return d.changed(path)(d.WithValue(path, value))
}

// Remove gives the one source that changes, without the key or the item at path: its own lines go, and the comment that
// stands on the last of them.
func (d *Document) Remove(path string) (Source, error) { return d.changed(path)(d.Without(path)) }

// Append gives the one source that changes, with an item added to the list at path, in the style of that list. The item
// is the YAML text of one mapping, such as "id: x\nname: y", or of one value. A list that is not there is made.
func (d *Document) Append(path, item string) (Source, error) {
	return d.changed(path)(d.WithItem(path, item))
}

// Sources gives the texts that the document was read from.
func (d *Document) Sources() []Source { return d.sources }

// changed gives the source that an edit at a path changed; the one that says what is there where it changed nothing.
func (d *Document) changed(path string) func(*Document, error) (Source, error) {
	return func(after *Document, err error) (Source, error) {
		if err != nil {
			return Source{}, err
		}
		e, err := d.edit(path)
		if err != nil {
			return Source{}, err
		}
		return after.sources[slices.Index(d.trees, e.tree)], nil
	}
}

// WithValue gives the document that Splice leads to, read already.
func (d *Document) WithValue(path, value string) (*Document, error) {
	if why := unprintable(value); why != "" || !utf8.ValidString(value) {
		return nil, fault.New(fault.Invalid, "the value for %s cannot be stored: %s", printable(path), orNotUTF8(why))
	}
	e, err := d.edit(path)
	if err != nil {
		return nil, err
	}
	if len(e.rest) > 0 {
		return e.addValue(value)
	}
	return e.setValue(value)
}

// Without gives the document that Remove leads to, read already.
func (d *Document) Without(path string) (*Document, error) {
	e, err := d.edit(path)
	if err != nil {
		return nil, err
	}
	if len(e.rest) > 0 {
		return nil, e.missing()
	}
	c, err := e.removal(e.spot)
	if err != nil {
		return nil, err
	}
	return e.finish(c, func(*yaml.Node, int) *yaml.Node { return nil })
}

// WithItem gives the document that Append leads to, read already.
func (d *Document) WithItem(path, item string) (*Document, error) {
	lines, node, err := itemOf(item)
	if err != nil {
		return nil, err
	}
	e, err := d.edit(path)
	if err != nil {
		return nil, err
	}
	if id := lookup(node, "id"); id != nil && len(e.rest) == 0 && e.merged.Kind == yaml.SequenceNode && byID(e.merged, id.Value) != nil {
		return nil, fault.New(fault.Invalid, "%s already has an item with the id %s; choose another id", e.at(), quote(id.Value))
	}
	if len(e.rest) > 0 {
		return e.addList(lines, node)
	}
	return e.addItem(lines, node)
}

// edit is one change to one source while it is worked out.
type edit struct {
	page
	doc    *Document
	tree   *tree      // of the one source
	segs   []string   // of the path
	rest   []string   // those that the document does not have
	merged *yaml.Node // the last node that it has, in the tree of the whole document
	spot   *spot      // merged, in that tree
}

// spot is a node with what stands around it.
type spot struct {
	node *yaml.Node
	key  *yaml.Node // of a value in a mapping; nil for an item of a list
	up   *spot      // nil for the root
	at   int        // index among the Content of up
}

// cut puts text in the place of the bytes from one offset to another.
type cut struct {
	from, to int
	with     string
}

func (d *Document) edit(path string) (*edit, error) {
	var segs []string
	for seg := range strings.SplitSeq(path, "/") {
		if seg != "" {
			segs = append(segs, seg)
		}
	}
	if d.root == nil || len(segs) == 0 {
		return nil, fault.New(fault.Invalid, "name the place to change by its keys, such as /risks/r1/title")
	}
	merged, rest := d.root, segs
	for len(rest) > 0 {
		next := child(merged, rest[0])
		if next == nil {
			break
		}
		merged, rest = next, rest[1:]
	}
	e := d.trees[d.owner(merged)].open()
	e.doc, e.segs, e.rest, e.merged = d, segs, rest, merged
	if e.spot = e.find(merged); e.spot == nil {
		return nil, fault.New(fault.Internal, "%s was not found again in %s", e.at(), e.file())
	}
	return e, nil
}

// locate finds the value that stands where the wanted one stands.
func locate(s *spot, want *yaml.Node) *spot {
	n := s.node
	if n == want || n.Kind == want.Kind && n.Line == want.Line && n.Column == want.Column && n.Value == want.Value {
		return s
	}
	width := s.width()
	for i := width - 1; i < len(n.Content); i += width {
		if next := i + 1; next < len(n.Content) && stands(n.Content[next], want) < 0 {
			continue // so does all that is in this one
		}
		if found := locate(s.child(i), want); found != nil {
			return found
		}
	}
	return nil
}

// stands compares where two nodes of one text stand.
func stands(a, b *yaml.Node) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// child gives the value or the item at an index of Content; nil for a key.
func (s *spot) child(i int) *spot {
	switch {
	case s.node.Kind != yaml.MappingNode:
		return &spot{node: s.node.Content[i], up: s, at: i}
	case i%2 == 1:
		return &spot{node: s.node.Content[i], key: s.node.Content[i-1], up: s, at: i}
	}
	return nil
}

func (s *spot) last() *spot {
	if len(s.node.Content) == 0 {
		return nil
	}
	return s.child(len(s.node.Content) - 1)
}

// tail gives the innermost value that the text of this one ends with.
func (s *spot) tail() *spot {
	for next := s; next != nil; next = s.last() {
		s = next
	}
	return s
}

// before gives the value or item before this one; nil for the first.
func (s *spot) before() *spot {
	width := s.up.width()
	if s.at < width {
		return nil
	}
	return s.up.child(s.at - width)
}

// width is how many nodes of Content make one entry.
func (s *spot) width() int {
	if s.node.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

func isBlockText(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// inFlow says whether the value stands inside brackets.
func (s *spot) inFlow() bool { return s.up != nil && isFlow(s.up.node) }

// indent is the number of spaces before the keys or dashes of a block.
func indent(n *yaml.Node) int { return n.Column - 1 }

func (e *edit) file() string { return e.tree.File }

// at is the part of the path that the document has.
func (e *edit) at() string {
	return "/" + printable(strings.Join(e.segs[:len(e.segs)-len(e.rest)], "/"))
}

func (e *edit) path() string { return "/" + printable(strings.Join(e.segs, "/")) }

// byHand is the answer where the text is written in a way that an edit would have to write anew.
func (e *edit) byHand(why string) error {
	return fault.New(fault.Invalid, "%s in %s is %s; change it there with an editor", e.at(), e.file(), why)
}

const (
	questionForm = "written in the long form (`? key`)"
	bareForm     = "written without braces of its own inside a list"
)

// printable shows a name in the middle of a sentence without letting it write to the terminal.
func printable(s string) string {
	q := quote(s)
	return q[1 : len(q)-1]
}

func orNotUTF8(why string) string {
	if why == "" {
		return "it is not UTF-8 text"
	}
	return why
}

// missing says what the path names that is not there.
func (e *edit) missing() error {
	seg, what := e.rest[0], "item"
	var names []string
	switch e.merged.Kind {
	case yaml.SequenceNode:
		for i, item := range e.merged.Content {
			names = append(names, segment(item, i))
		}
	case yaml.MappingNode:
		what, names = "key", keysOf(e.merged)
	default:
		what = "key"
	}
	hint := ""
	if near := ident.Nearest(seg, names); near != "" {
		hint = "; did you mean " + printable(near) + "?"
	}
	return fault.New(fault.NotFound, "there is no %s %s in %s%s", what, printable(seg), e.at(), hint)
}

func keysOf(n *yaml.Node) (names []string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		names = append(names, n.Content[i].Value)
	}
	return names
}

// setValue replaces a value that is there.
func (e *edit) setValue(value string) (*Document, error) {
	n := e.spot.node
	switch n.Kind {
	case yaml.MappingNode:
		return nil, e.notOneValue()
	case yaml.SequenceNode:
		list, ok := listOf(value)
		if !ok {
			return nil, fault.New(fault.Invalid, "%s is a list; give the whole of it in brackets, such as [a, b]", e.at())
		}
		return e.finish(e.wholeBlock(e.spot, value), becomes(list))
	}
	if isNull(n) {
		return e.fillValue(value)
	}
	if n.Value == value {
		return e.doc, nil
	}
	return e.finish(e.wholeScalar(e.spot, scalar(value, e.spot.inFlow())), becomes(text(value)))
}

func (e *edit) notOneValue() error {
	var names []string
	for _, key := range keysOf(e.merged) {
		names = append(names, printable(key))
	}
	if len(names) == 0 {
		return fault.New(fault.Invalid, "%s holds keys and values, so it cannot be one value; add a key to the path", e.at())
	}
	return fault.New(fault.Invalid, "%s holds keys of its own (%s), so it cannot be one value; name one of them", e.at(), some(names))
}
