package schema

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	trees   []*tree                   // of each source by itself; nil for one that could not be read
	root    *yaml.Node                // of the trees laid over each other: their nodes, and copies of those that more is laid into
	copies  map[*yaml.Node]*yaml.Node // what each copy is of
	plans   *plans                    // shared with the documents that were made from this one
	means   func() *value             // worked out when it is first asked for
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
	trees := make([]*tree, len(sources))
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
		trees[i] = &tree{Source: s, root: root}
	}
	out, differ := assemble(sources, trees, d)
	return out, out.Fail(append(problems, differ...), hidden)
}

// treeOf gives the tree of a source that the document was read from; nil for another.
func (d *Document) treeOf(i int, s Source) *tree {
	if d == nil || i >= len(d.sources) || d.sources[i].File != s.File || !bytes.Equal(d.sources[i].Text, s.Text) {
		return nil
	}
	return d.trees[i]
}

// quote shows a piece of a file in an error without letting it write to the terminal.
func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:57], "") + "..."
	}
	return strconv.Quote(s)
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
