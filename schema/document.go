package schema

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// Source is one text and the name of the file that it came from.
type Source struct {
	File string
	Text []byte
}

// Document is one tree made of one or more sources, each of which may hold some of its parts.
type Document struct {
	sources []Source
	trees   []*yaml.Node // of each source by itself, never changed; nil for one that could not be read
	root    *yaml.Node   // of trees laid over each other: it holds their nodes, and copies of those that more than one says
	copies  map[*yaml.Node]*yaml.Node
	owners  func() map[*yaml.Node]int // the source of a node in a tree; absent is the first
	means   func() *value             // like owners worked out when it is first asked for
	plans   *plans                    // shared with the documents that were made from this one
}

// Place is where something stands.
type Place struct {
	File         string
	Line, Column int
}

// Parse reads sources into one document. Later sources are laid over the first, merged by key and by the id of an item;
// the same thing said twice differently is an error that names both places.
func Parse(sources ...Source) (*Document, error) { return (*Document)(nil).Again(sources...) }

// Again reads sources as [Parse] does, but not those anew that this document, which may be nil, was read from.
func (d *Document) Again(sources ...Source) (*Document, error) {
	if len(sources) == 0 {
		none, _ := assemble(nil, nil, d)
		return none, fault.New(fault.Invalid, "there is nothing to read")
	}
	trees := make([]*yaml.Node, len(sources))
	var problems []fault.Field
	hidden := 0
	for i, s := range sources {
		if trees[i] = d.treeOf(i, s); trees[i] != nil {
			continue
		}
		root, wrong, more := read(s)
		hidden += more
		if len(wrong) == 0 && isNull(root) {
			wrong = []fault.Field{{File: s.File, Line: root.Line, Column: root.Column, Text: "the file is empty"}}
		}
		if len(wrong) > 0 {
			problems = append(problems, wrong...)
			continue
		}
		trees[i] = root
	}
	out, differ := assemble(sources, trees, d)
	return out, out.Fail(append(problems, differ...), hidden)
}

// treeOf gives the tree of a source that the document was read from; nil for another.
func (d *Document) treeOf(i int, s Source) *yaml.Node {
	if d == nil || i >= len(d.sources) || d.sources[i].File != s.File || !bytes.Equal(d.sources[i].Text, s.Text) {
		return nil
	}
	return d.trees[i]
}

// assemble lays the trees of sources over each other, with what is known from an earlier document, which may be nil.
func assemble(sources []Source, trees []*yaml.Node, earlier *Document) (*Document, []fault.Field) {
	d := &Document{sources: sources, trees: trees, copies: map[*yaml.Node]*yaml.Node{}, plans: &plans{known: planner{}}}
	if earlier != nil {
		d.plans = earlier.plans
	}
	d.owners = sync.OnceValue(d.owned)
	d.means = sync.OnceValue(func() *value { return d.valueOf(d.root) })
	var problems []fault.Field
	for _, tree := range trees {
		switch {
		case tree == nil:
		case d.root == nil:
			d.root = tree
		default:
			var differ []fault.Field
			d.root, differ = d.merge("", d.root, tree)
			problems = append(problems, differ...)
		}
	}
	return d, problems
}

// owned says of which source the nodes of all trees but the first are.
func (d *Document) owned() map[*yaml.Node]int {
	owners := map[*yaml.Node]int{}
	var walk func(n *yaml.Node, source int)
	walk = func(n *yaml.Node, source int) {
		owners[n] = source
		for _, c := range n.Content {
			walk(c, source)
		}
	}
	for i, tree := range d.trees {
		if i > 0 && tree != nil {
			walk(tree, i)
		}
	}
	return owners
}

// owner gives the source of a node.
func (d *Document) owner(n *yaml.Node) int {
	for of := n; of != nil; of = d.copies[n] {
		n = of
	}
	return d.owners()[n]
}

// quote shows a piece of a file in an error without letting it write to the terminal.
func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:57], "") + "..."
	}
	return strconv.Quote(s)
}

// merge lays b over a. What only one of them says is not copied, and neither is changed.
func (d *Document) merge(path string, a, b *yaml.Node) (*yaml.Node, []fault.Field) {
	switch {
	case isNull(b):
		return a, nil
	case isNull(a):
		return b, nil
	case a.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode:
		return d.mergeKeys(path, a, b)
	case a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && a.Value == b.Value:
		return a, nil
	case a.Kind == yaml.SequenceNode && b.Kind == yaml.SequenceNode:
		return d.mergeItems(path, d.copied(a), b.Content)
	case a.Kind == yaml.SequenceNode && b.Kind == yaml.ScalarNode:
		return d.mergeItems(path, d.copied(a), []*yaml.Node{b}) // one value is a list of one
	case a.Kind == yaml.ScalarNode && b.Kind == yaml.SequenceNode:
		return d.mergeItems(path, d.listed(a), b.Content)
	}
	pa := d.place(a)
	return a, []fault.Field{d.field(b, path, fmt.Sprintf("%s is also set, differently, at %s:%d:%d; say it in one file", quote(last(path)), pa.File, pa.Line, pa.Column))}
}

// copied gives a node that more may be laid into: a copy of one that stands in a tree.
func (d *Document) copied(n *yaml.Node) *yaml.Node {
	if d.copies[n] != nil {
		return n
	}
	out := *n
	out.Content = slices.Clone(n.Content)
	d.copies[&out] = n
	return &out
}

// listed gives a list of a value.
func (d *Document) listed(n *yaml.Node) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}, Line: n.Line, Column: n.Column}
	d.copies[list] = n
	return list
}

func (d *Document) mergeKeys(path string, a, b *yaml.Node) (out *yaml.Node, problems []fault.Field) {
	out = d.copied(a)
	mine := make(map[string]int, len(a.Content)/2)
	for i := 0; i+1 < len(a.Content); i += 2 {
		mine[a.Content[i].Value] = i + 1
	}
	for i := 0; i+1 < len(b.Content); i += 2 {
		k, v := b.Content[i], b.Content[i+1]
		here, is := mine[k.Value]
		if !is {
			out.Content = append(out.Content, k, v)
			continue
		}
		problems = append(problems, d.laid(path+"/"+k.Value, out, here, v)...)
	}
	return out, problems
}

// laid lays a node over what stands at an index of a copy.
func (d *Document) laid(path string, in *yaml.Node, at int, n *yaml.Node) (problems []fault.Field) {
	in.Content[at], problems = d.merge(path, in.Content[at], n)
	return problems
}

// mergeItems lays items over those with the same id in a copy of a list, and adds the others; a plain value that is there
// already is not added again.
func (d *Document) mergeItems(path string, out *yaml.Node, items []*yaml.Node) (_ *yaml.Node, problems []fault.Field) {
	byID := make(map[string]int, len(out.Content))
	values := make(map[string]bool, len(out.Content))
	for i, item := range out.Content {
		if id := lookup(item, "id"); id != nil {
			byID[id.Value] = i
		}
		values[item.Value] = item.Kind == yaml.ScalarNode
	}
	for _, item := range items {
		if id := lookup(item, "id"); id != nil {
			if here, is := byID[id.Value]; is {
				problems = append(problems, d.laid(path+"/"+id.Value, out, here, item)...)
				continue
			}
		}
		if item.Kind != yaml.ScalarNode || !values[item.Value] {
			out.Content = append(out.Content, item)
		}
	}
	return out, problems
}

func lookup(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && (n.Value == "" || n.Value == "~" || n.Value == "null")
}

func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func (d *Document) place(n *yaml.Node) Place {
	return Place{File: d.sources[d.owner(n)].File, Line: n.Line, Column: n.Column}
}

func (d *Document) field(n *yaml.Node, path, text string) fault.Field {
	p := d.place(n)
	return fault.Field{File: p.File, Line: p.Line, Column: p.Column, Path: path, Text: text}
}

// find walks to the node at a path such as /risks/r1/owner: keys, and for an item of a list its id or its number. Where
// the path leads further than the document does, it gives the last node reached and false.
func (d *Document) find(path string) (*yaml.Node, bool) {
	n := d.root
	if n == nil {
		return nil, false
	}
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if segment == "" {
			continue
		}
		next := child(n, segment)
		if next == nil {
			return n, false
		}
		n = next
	}
	return n, true
}

func child(n *yaml.Node, segment string) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		return lookup(n, segment)
	}
	if n.Kind != yaml.SequenceNode {
		return nil
	}
	for _, item := range n.Content {
		if id := lookup(item, "id"); id != nil && id.Value == segment {
			return item
		}
	}
	if i, err := strconv.Atoi(segment); err == nil && i >= 0 && i < len(n.Content) {
		return n.Content[i]
	}
	return nil
}

// Where gives the place of a path, or of the nearest thing around it that the document has.
func (d *Document) Where(path string) Place {
	n, _ := d.find(path)
	if n == nil {
		return Place{File: d.sources[0].File, Line: 1, Column: 1}
	}
	return d.place(n)
}

// Fault makes a problem at a path.
func (d *Document) Fault(path, format string, args ...any) fault.Field {
	p := d.Where(path)
	return fault.Field{File: p.File, Line: p.Line, Column: p.Column, Path: path, Text: fmt.Sprintf(format, args...)}
}

// Fail makes one error of problems: in the order of the text, and no more of them than a person can take in, with how
// many there are beyond those, the hidden ones among them that were only counted. It is nil when there are none.
func (d *Document) Fail(problems []fault.Field, hidden int) error {
	if len(problems) == 0 {
		return nil
	}
	order := make(map[string]int, len(d.sources))
	for i, s := range d.sources {
		order[s.File] = i
	}
	slices.SortStableFunc(problems, func(a, b fault.Field) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	total := len(problems) + hidden
	if total > MaxProblems {
		last := problems[min(len(problems), MaxProblems)-1]
		last.Path, last.Text = "", fmt.Sprintf("%d more problems are not shown; mend those above first", total-MaxProblems)
		problems = append(problems[:min(len(problems), MaxProblems)], last)
	}
	err := fault.At(problems)
	if many, ok := errors.AsType[*fault.Error](err); ok && total > MaxProblems {
		many.Text = fmt.Sprintf("%d problems were found; the first %d are shown", total, MaxProblems)
	}
	return err
}
