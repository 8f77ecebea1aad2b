package schema

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
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
	if why := unprintable(value); why != "" || !utf8.ValidString(value) {
		return Source{}, fault.New(fault.Invalid, "the value for %s cannot be stored: %s", printable(path), orNotUTF8(why))
	}
	e, err := d.edit(path)
	if err != nil {
		return Source{}, err
	}
	if len(e.rest) > 0 {
		return e.addValue(value)
	}
	return e.setValue(value)
}

// Remove gives the one source that changes, without the key or the item at path: its own lines go, and the comment that
// stands on the last of them.
func (d *Document) Remove(path string) (Source, error) {
	e, err := d.edit(path)
	if err != nil {
		return Source{}, err
	}
	if len(e.rest) > 0 {
		return Source{}, e.missing()
	}
	c, err := e.removal(e.spot)
	if err != nil {
		return Source{}, err
	}
	return e.finish(c, func(*yaml.Node, int) *yaml.Node { return nil })
}

// Append gives the one source that changes, with an item added to the list at path, in the style of that list. The item
// is the YAML text of one mapping, such as "id: x\nname: y", or of one value. A list that is not there is made.
func (d *Document) Append(path, item string) (Source, error) {
	lines, node, err := itemOf(item)
	if err != nil {
		return Source{}, err
	}
	e, err := d.edit(path)
	if err != nil {
		return Source{}, err
	}
	if id := lookup(node, "id"); id != nil && len(e.rest) == 0 && e.merged.Kind == yaml.SequenceNode && byID(e.merged, id.Value) != nil {
		return Source{}, fault.New(fault.Invalid, "%s already has an item with the id %s; choose another id", e.at(), quote(id.Value))
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
	source int
	segs   []string   // of the path
	rest   []string   // those that the document does not have
	merged *yaml.Node // the last node that it has, in the tree of the whole document
	root   *yaml.Node // of the one source
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
	e := &edit{doc: d}
	for seg := range strings.SplitSeq(path, "/") {
		if seg != "" {
			e.segs = append(e.segs, seg)
		}
	}
	if d.root == nil || len(e.segs) == 0 {
		return nil, fault.New(fault.Invalid, "name the place to change by its keys, such as /risks/r1/title")
	}
	e.merged, e.rest = d.root, e.segs
	for len(e.rest) > 0 {
		next := child(e.merged, e.rest[0])
		if next == nil {
			break
		}
		e.merged, e.rest = next, e.rest[1:]
	}
	e.source = d.owner[e.merged]
	e.page = readPage(d.sources[e.source].Text)
	e.root = d.root
	if len(d.sources) > 1 {
		// The merged tree mixes sources, so that what stands around a node in its own text is known only from its own tree.
		e.root, _ = parse(d.sources[e.source])
	}
	if e.root != nil {
		e.spot = locate(&spot{node: e.root}, e.merged)
	}
	if e.spot == nil {
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
	for i := range n.Content {
		if c := s.child(i); c != nil {
			if found := locate(c, want); found != nil {
				return found
			}
		}
	}
	return nil
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

func (e *edit) file() string { return e.doc.sources[e.source].File }

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
func (e *edit) setValue(value string) (Source, error) {
	n := e.spot.node
	switch n.Kind {
	case yaml.MappingNode:
		return Source{}, e.notOneValue()
	case yaml.SequenceNode:
		list, ok := listOf(value)
		if !ok {
			return Source{}, fault.New(fault.Invalid, "%s is a list; give the whole of it in brackets, such as [a, b]", e.at())
		}
		return e.finish(e.wholeBlock(e.spot, value), becomes(list))
	}
	if isNull(n) {
		return e.fillValue(value)
	}
	if n.Value == value {
		return e.unchanged(), nil
	}
	return e.finish(e.wholeScalar(e.spot, scalar(value, e.spot.inFlow())), becomes(text(value)))
}

func (e *edit) unchanged() Source {
	return Source{File: e.file(), Text: slices.Clone(e.page.text)}
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

// fillValue puts a value where a key, or a dash, has nothing.
func (e *edit) fillValue(value string) (Source, error) {
	written, node := written(value, e.spot.inFlow())
	c, err := e.filling(e.spot, written)
	if err != nil {
		return Source{}, err
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
func (e *edit) addValue(value string) (Source, error) {
	if err := e.canHold(); err != nil {
		return Source{}, err
	}
	inFlow, node := written(value, true)
	inBlock, _ := written(value, false)
	c, err := e.adding(entry{flow: flowEntry(e.rest, inFlow), block: func(pad int) []string { return blockEntry(e.rest, inBlock, pad) }})
	if err != nil {
		return Source{}, err
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

// removal works out what goes when a key or an item goes.
func (e *edit) removal(s *spot) (cut, error) {
	up := s.up
	if up == nil {
		return cut{}, fault.New(fault.Invalid, "the whole document cannot be removed")
	}
	if isFlow(up.node) && !e.bracket(e.offset(up.node)) {
		return cut{}, e.byHand(bareForm)
	}
	if len(up.node.Content) == up.width() {
		return e.wholeBlock(up, empty(up.node)), nil
	}
	from, ok := e.start(s)
	if !ok {
		return cut{}, e.byHand(questionForm)
	}
	if isFlow(up.node) {
		return e.removeFlow(s, from), nil
	}
	return e.removeBlock(s, from), nil
}

func empty(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode {
		return "{}"
	}
	return "[]"
}

// start is the offset of an entry: of its key, its dash, or between brackets its value.
func (e *edit) start(s *spot) (int, bool) {
	switch {
	case s.key != nil:
		return e.offset(s.key), isFlow(s.up.node) || s.key.Column == s.up.node.Column
	case isFlow(s.up.node):
		return e.offset(s.node), true
	}
	return e.dash(s)
}

func (e *edit) removeBlock(s *spot, from int) cut {
	start, stop := e.lineStart(from), e.lineEnd(e.end(s))
	after := e.nextLine(stop)
	switch {
	case !e.blank(start, from):
		return e.removeFirst(s, from, stop)
	case after > stop || start == 0 || s.before() == nil || isBlockText(s.before().tail().node):
		return cut{start, after, ""}
	default:
		return cut{start - e.breakBefore(start), stop, ""} // the file ended without a line end, and still does
	}
}

// removeFirst takes out the first entry of a block that starts after a dash. The next entry moves up to the dash if it
// stands on the next line; otherwise what is between them, such as a comment about it, stays where it is.
func (e *edit) removeFirst(s *spot, from, stop int) cut {
	next, ok := e.start(s.up.child(s.at + s.up.width()))
	if ok && e.lineStart(next) == e.nextLine(stop) {
		return cut{from, next, ""}
	}
	for from > 0 && e.is(from-1, ' ') {
		from--
	}
	return cut{from, stop, ""}
}

func (e *edit) removeFlow(s *spot, from int) cut {
	end := e.end(s)
	to := end
	if comma := e.skip(end); e.is(comma, ',') {
		to = comma + 1
		if stop := e.skipBlank(to); !e.restIsComment(stop) {
			to = stop
		}
	} else if b := s.before(); b != nil && e.lineStart(e.end(b)) == e.lineStart(from) {
		from = e.end(b)
	}
	start, stop := e.lineStart(from), e.lineEnd(to)
	switch {
	case !e.restIsComment(e.skipBlank(to)):
		return cut{from, to, ""}
	case e.blank(start, from) && stop < len(e.page.text):
		return cut{start, e.nextLine(stop), ""}
	default:
		return cut{from, stop, ""}
	}
}

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
func (e *edit) addList(lines []string, item *yaml.Node) (Source, error) {
	if err := e.canHold(); err != nil {
		return Source{}, err
	}
	c, err := e.adding(entry{flow: flowEntry(e.rest, "["+flowText(item)+"]"), block: func(pad int) []string {
		keys := blockKeys(e.rest, pad)
		pad += (len(keys)-1)*step + e.listIndent()
		dashed := dashed(lines, 1, pad)
		dashed[0] = spaces(pad) + dashed[0]
		return append(keys, dashed...)
	}})
	if err != nil {
		return Source{}, err
	}
	return e.finish(e.closed(c, item), e.gains(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{item}}))
}

// addItem adds an item to a list that is there, or to a key that has nothing yet.
func (e *edit) addItem(lines []string, item *yaml.Node) (Source, error) {
	s := e.spot
	if s.node.Kind != yaml.SequenceNode && !isNull(s.node) {
		return Source{}, fault.New(fault.Invalid, "%s is not a list, so no item can be added to it", e.at())
	}
	c, err := e.itemCut(s, lines, item)
	if err != nil {
		return Source{}, err
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
	if n, ok := listIndent(e.root); ok {
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

// flowText writes a tree between brackets.
func flowText(n *yaml.Node) string {
	var parts []string
	switch {
	case n.Kind == yaml.SequenceNode:
		for _, c := range n.Content {
			parts = append(parts, flowText(c))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, scalar(n.Content[i].Value, true)+": "+flowText(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case isNull(n):
		return "null"
	}
	return scalar(n.Value, true)
}

// listOf reads a value that is the text of a list: brackets on one line, and nothing after them.
func listOf(value string) (*yaml.Node, bool) {
	if !strings.HasPrefix(value, "[") || strings.ContainsAny(value, "\n\r\u0085\u2028\u2029") {
		return nil, false
	}
	n, problems := parse(Source{Text: []byte(value)})
	if len(problems) > 0 || n.Kind != yaml.SequenceNode || n.Line != 1 || n.Column != 1 {
		return nil, false
	}
	e := &edit{page: readPage([]byte(value))}
	return n, e.end(&spot{node: n}) == len(value)
}

// scalar writes one value: plain if it then reads back as the same text wherever it stands, and quoted if not.
func scalar(value string, flow bool) string {
	if plain(value, flow) {
		return value
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range value {
		b.WriteString(escape(r))
	}
	b.WriteByte('"')
	return b.String()
}

func escape(r rune) string {
	switch r {
	case '"', '\\':
		return `\` + string(r)
	case '\n':
		return `\n`
	case '\t':
		return `\t`
	}
	switch {
	case visible(r):
		return string(r)
	case r > 0xFFFF:
		return fmt.Sprintf(`\U%08X`, r)
	}
	return fmt.Sprintf(`\u%04X`, r)
}

// visible says whether a character can stand in the file as itself. The two joiners cannot be seen alone, but words and
// emoji are written with them.
func visible(r rune) bool {
	return unicode.IsPrint(r) || r == 0x200C || r == 0x200D
}

// plain is stricter than YAML, so that no reader of the file is in doubt.
func plain(value string, flow bool) bool {
	switch strings.ToLower(value) {
	case "", "~", "null", "<<", "=":
		return false
	}
	if strings.TrimSpace(value) != value || strings.HasSuffix(value, ":") || strings.HasPrefix(value, "...") {
		return false
	}
	if strings.Contains(value, ": ") || strings.Contains(value, " #") || strings.ContainsAny(value[:1], "?:,[]{}#&*!|>'\"%@`") {
		return false
	}
	if value[0] == '-' && (len(value) == 1 || !isWord(value[1])) {
		return false
	}
	if flow && strings.ContainsAny(value, ",[]{}") {
		return false
	}
	return strings.IndexFunc(value, func(r rune) bool { return !visible(r) }) < 0
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// finish makes the cut and hands out the text only if it reads as the old tree with the change. The change is given the
// node of the path and, for a list, the index after the last item that comes from the source.
func (e *edit) finish(c cut, change func(*yaml.Node, int) *yaml.Node) (Source, error) {
	if c.from < 0 || c.to < c.from || c.to > len(e.page.text) {
		return Source{}, e.unsafe()
	}
	old := e.doc.sources[e.source]
	made := Source{File: old.File, Text: slices.Concat(old.Text[:c.from], []byte(c.with), old.Text[c.to:])}
	if len(made.Text) > MaxBytes {
		return Source{}, fault.New(fault.TooLarge, "with this change %s would be larger than %d MiB", e.file(), MaxBytes>>20)
	}
	want := changed(e.root, e.spot.node, func(n *yaml.Node) *yaml.Node { return change(n, len(n.Content)) })
	if _, _, deep := tooDeep(made.Text); deep || depth(want) > MaxDepth {
		return Source{}, fault.New(fault.Invalid, "with this change %s would be nested deeper than %d levels", e.file(), MaxDepth)
	}
	root, problems := parse(made)
	if len(problems) > 0 || !same(want, root) {
		return Source{}, e.unsafe()
	}
	if err := e.fits(made, change); err != nil {
		return Source{}, err
	}
	return made, nil
}

// unsafe is the answer where the new text would say anything else than the one change.
func (e *edit) unsafe() error {
	return fault.New(fault.Internal, "%s in %s could not be changed without touching anything else, so nothing was changed; change it there with an editor", e.path(), e.file())
}

// fits checks that the other sources do not say otherwise than the new text.
func (e *edit) fits(made Source, change func(*yaml.Node, int) *yaml.Node) error {
	if len(e.doc.sources) == 1 {
		return nil
	}
	sources := slices.Clone(e.doc.sources)
	sources[e.source] = made
	after, err := Parse(sources...)
	if err != nil {
		return err
	}
	want := changed(e.doc.root, e.merged, func(n *yaml.Node) *yaml.Node { return change(n, e.ownItems()) })
	if !same(want, after.root) {
		return fault.New(fault.Invalid, "%s is said in more than one file, so a change in %s alone would not do; change it in each", e.path(), e.file())
	}
	return nil
}

// ownItems is the index after the last item of the merged list that comes from the source that changes.
func (e *edit) ownItems() int {
	for i, item := range slices.Backward(e.merged.Content) {
		if e.doc.owner[item] == e.source {
			return i + 1
		}
	}
	return 0
}

// changed copies a tree with one node changed, or left out if the change gives none.
func changed(n, target *yaml.Node, change func(*yaml.Node) *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: n.Kind, Style: n.Style, Value: n.Value}
	for i := 0; i < len(n.Content); i++ {
		c := n.Content[i]
		if n.Kind == yaml.MappingNode {
			i++
		}
		copied := changed(n.Content[i], target, change)
		switch {
		case copied == nil:
		case n.Kind == yaml.MappingNode:
			out.Content = append(out.Content, c, copied)
		default:
			out.Content = append(out.Content, copied)
		}
	}
	if n == target {
		return change(out)
	}
	return out
}

// same says whether two trees mean the same. The order of keys means nothing, nor does the way that a null is written.
func same(a, b *yaml.Node) bool {
	if isNull(a) || isNull(b) {
		return isNull(a) && isNull(b)
	}
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) || a.Value != b.Value {
		return false
	}
	if a.Kind == yaml.MappingNode {
		return sameKeys(a, b)
	}
	for i, c := range a.Content {
		if !same(c, b.Content[i]) {
			return false
		}
	}
	return true
}

func sameKeys(a, b *yaml.Node) bool {
	values := make(map[string]*yaml.Node, len(b.Content)/2)
	for i := 0; i+1 < len(b.Content); i += 2 {
		values[b.Content[i].Value] = b.Content[i+1]
	}
	for i := 0; i+1 < len(a.Content); i += 2 {
		other, ok := values[a.Content[i].Value]
		if !ok || !same(a.Content[i+1], other) {
			return false
		}
	}
	return true
}

func depth(n *yaml.Node) int {
	deepest := 0
	for _, c := range n.Content {
		deepest = max(deepest, depth(c))
	}
	return deepest + 1
}

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
