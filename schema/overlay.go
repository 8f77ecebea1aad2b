package schema

import (
	"fmt"
	"slices"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// tree is one source as it was read. It is never changed, and shared by the documents that were made from one another.
type tree struct {
	Source
	root *yaml.Node

	mu    sync.Mutex
	nodes map[*yaml.Node]bool   // all of them, once somebody asks
	means map[*yaml.Node]*value // those that were asked for
}

// holds says whether a node is in the tree.
func (t *tree) holds(n *yaml.Node) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.nodes == nil {
		t.nodes = map[*yaml.Node]bool{}
		t.gather(t.root)
	}
	return t.nodes[n]
}

func (t *tree) gather(n *yaml.Node) {
	t.nodes[n] = true
	for _, c := range n.Content {
		t.gather(c)
	}
}

// meaning gives what a node in the tree says, which nobody changes.
func (t *tree) meaning(n *yaml.Node) *value {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, is := t.means[n]
	if !is {
		if v = t.valueOf(n); t.means == nil {
			t.means = map[*yaml.Node]*value{}
		}
		t.means[n] = v
	}
	return v
}

// assemble lays the trees of sources over each other, with what is known from an earlier document, which may be nil.
func assemble(sources []Source, trees []*tree, earlier *Document) (*Document, []fault.Field) {
	d := &Document{sources: sources, trees: trees, copies: map[*yaml.Node]*yaml.Node{}, plans: &plans{known: planner{}}}
	if earlier != nil {
		d.plans = earlier.plans
	}
	d.means = sync.OnceValue(func() *value { return d.valueOf(d.root) })
	var problems []fault.Field
	for _, t := range trees {
		switch {
		case t == nil:
		case d.root == nil:
			d.root = t.root
		default:
			var differ []fault.Field
			d.root, differ = d.merge("", d.root, t.root)
			problems = append(problems, differ...)
		}
	}
	return d, problems
}

// owner gives the source of a node.
func (d *Document) owner(n *yaml.Node) int {
	for of := n; of != nil; of = d.copies[n] {
		n = of
	}
	for i, t := range d.trees {
		if i > 0 && t != nil && t.holds(n) {
			return i
		}
	}
	return 0
}

// merge lays b over a. What only one of them says is not copied, and neither is changed.
func (d *Document) merge(path string, a, b *yaml.Node) (*yaml.Node, []fault.Field) {
	switch {
	case isNull(b):
		return a, nil
	case isNull(a):
		return b, nil
	case a.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode:
		out := d.copied(a)
		return out, d.mergeKeys(path, out, b)
	case a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && a.Value == b.Value:
		return a, nil
	case a.Kind == yaml.SequenceNode && b.Kind == yaml.SequenceNode:
		out := d.copied(a)
		return out, d.mergeItems(path, out, b.Content)
	case a.Kind == yaml.SequenceNode && b.Kind == yaml.ScalarNode:
		out := d.copied(a)
		return out, d.mergeItems(path, out, []*yaml.Node{b}) // one value is a list of one
	case a.Kind == yaml.ScalarNode && b.Kind == yaml.SequenceNode:
		out := d.listed(a)
		return out, d.mergeItems(path, out, b.Content)
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

// mergeKeys lays keys over those of a copy, and adds the others.
func (d *Document) mergeKeys(path string, out, b *yaml.Node) (problems []fault.Field) {
	mine := make(map[string]int, len(out.Content)/2)
	for i := 0; i+1 < len(out.Content); i += 2 {
		mine[out.Content[i].Value] = i + 1
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
	return problems
}

// laid lays a node over what stands at an index of a copy.
func (d *Document) laid(path string, in *yaml.Node, at int, n *yaml.Node) (problems []fault.Field) {
	in.Content[at], problems = d.merge(path, in.Content[at], n)
	return problems
}

// mergeItems lays items over those with the same id in a copy of a list, and adds the others; a plain value that is there
// already is not added again.
func (d *Document) mergeItems(path string, out *yaml.Node, items []*yaml.Node) (problems []fault.Field) {
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
	return problems
}
