package schema

import "go.yaml.in/yaml/v4"

// desks keeps the pages of documents while more than one edit is worked out on them.
type desks map[*Document][]*edit

// at gives the edit of a source of a document: its page and its own tree, without a place in it.
func (ds desks) at(d *Document, source int) *edit {
	if ds[d] == nil {
		ds[d] = make([]*edit, len(d.sources))
	}
	if ds[d][source] == nil {
		ds[d][source] = d.open(source)
	}
	return ds[d][source]
}

// open reads the page and the tree of one source.
func (d *Document) open(source int) *edit {
	// The merged tree mixes sources, so that what stands around a node in its own text is known only from its own tree.
	return &edit{doc: d, source: source, page: readPage(d.sources[source].Text), root: d.trees[source]}
}

// find gives the spot of a node of the whole document in the tree of the source.
func (e *edit) find(n *yaml.Node) *spot {
	if e.root == nil {
		return nil
	}
	return locate(&spot{node: e.root}, n)
}
