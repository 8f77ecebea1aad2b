package schema

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// finish makes the cut and hands out the text only if it reads as the old tree with the change. The change is given the
// node of the path and, for a list, the index after the last item that comes from the source.
func (e *edit) finish(c cut, change func(*yaml.Node, int) *yaml.Node) (*Document, error) {
	if c.from < 0 || c.to < c.from || c.to > len(e.page.text) {
		return nil, e.unsafe()
	}
	text := e.tree.Text
	made := Source{File: e.file(), Text: slices.Concat(text[:c.from], []byte(c.with), text[c.to:])}
	if len(made.Text) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "with this change %s would be larger than %d MiB", e.file(), MaxBytes>>20)
	}
	want := changed(e.tree.root, e.spot.node, func(n *yaml.Node) *yaml.Node { return change(n, len(n.Content)) })
	if depth(want) > MaxDepth {
		return nil, fault.New(fault.Invalid, "with this change %s would be nested deeper than %d levels", e.file(), MaxDepth)
	}
	root, problems := parse(made)
	if len(problems) > 0 || !same(want, root) {
		return nil, e.unsafe()
	}
	return e.fits(&tree{Source: made, root: root}, change)
}

// unsafe is the answer where the new text would say anything else than the one change.
func (e *edit) unsafe() error {
	return fault.New(fault.Internal, "%s in %s could not be changed without touching anything else, so nothing was changed; change it there with an editor", e.path(), e.file())
}

// fits gives the document of the new text, and checks that the other sources do not say otherwise.
func (e *edit) fits(made *tree, change func(*yaml.Node, int) *yaml.Node) (*Document, error) {
	sources, trees := slices.Clone(e.doc.sources), slices.Clone(e.doc.trees)
	at := slices.Index(trees, e.tree)
	sources[at], trees[at] = made.Source, made
	after, problems := assemble(sources, trees, e.doc)
	if err := after.Fail(problems, 0); err != nil {
		return nil, err
	}
	if len(sources) == 1 {
		return after, nil
	}
	want := changed(e.doc.root, e.merged, func(n *yaml.Node) *yaml.Node { return change(n, e.ownItems()) })
	if !same(want, after.root) {
		return nil, fault.New(fault.Invalid, "%s is said in more than one file, so a change in %s alone would not do; change it in each", e.path(), e.file())
	}
	return after, nil
}

// ownItems is the index after the last item of the merged list that comes from the source that changes.
func (e *edit) ownItems() int {
	for i, item := range slices.Backward(e.merged.Content) {
		if e.doc.trees[e.doc.owner(item)] == e.tree {
			return i + 1
		}
	}
	return 0
}

// changed gives a tree with one node changed, or left out if the change gives none. What does not lead to that node is
// not copied.
func changed(n, target *yaml.Node, change func(*yaml.Node) *yaml.Node) *yaml.Node {
	copied := func() *yaml.Node {
		return &yaml.Node{Kind: n.Kind, Style: n.Style, Value: n.Value, Content: slices.Clone(n.Content)}
	}
	if n == target {
		return change(copied())
	}
	for i, c := range n.Content {
		to := changed(c, target, change)
		if to == c {
			continue
		}
		out := copied()
		switch {
		case to != nil:
			out.Content[i] = to
		case n.Kind == yaml.MappingNode:
			out.Content = slices.Delete(out.Content, i-1, i+1)
		default:
			out.Content = slices.Delete(out.Content, i, i+1)
		}
		return out
	}
	return n
}

// same says whether two trees mean the same. The order of keys means nothing, nor does the way that a null is written.
func same(a, b *yaml.Node) bool {
	if a == b {
		return true
	}
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
