package schema

import "go.yaml.in/yaml/v4"

// desks keeps the pages of sources while more than one edit is worked out on them.
type desks map[*tree]*edit

// at gives the edit of a source, without a place in it.
func (ds desks) at(t *tree) *edit {
	if ds[t] == nil {
		ds[t] = t.open()
	}
	return ds[t]
}

// open reads the page of a source. The tree of a document mixes sources, so that what stands around a node in its own text
// is known only from its own tree.
func (t *tree) open() *edit { return &edit{page: readPage(t.Text), tree: t} }

// find gives the spot of a node of a document in the tree of the source.
func (e *edit) find(n *yaml.Node) *spot { return locate(&spot{node: e.tree.root}, n) }
