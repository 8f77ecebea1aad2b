package schema

import "strings"

// Op is what a change does.
type Op string

// What a change does: it sets what was there to something else, adds what was not there, or removes what was.
const (
	OpSet    Op = "set"
	OpAdd    Op = "add"
	OpRemove Op = "remove"
)

// Change is one difference between two documents. The path names items as the first document does, so that an item with
// a new id is found by its old one. Was and Is are the YAML of the value before and after, empty for nothing. Where both
// documents have a list of words at the path, each word that was added or removed is a change of its own.
type Change struct {
	Path    string
	Op      Op
	Was, Is string
}

// Compare gives the changes that lead from one document to another, in the order of the first, with what is added to a
// group or a list after what is changed in it. Items are matched by their id, and by a former id; lists of words are
// compared as sets; other lists are one value. The order of keys and items, remarks, quotation marks and layout are not
// changes, nor is saying nothing in another way. Documents that could not be read have no changes between them.
func Compare(a, b *Document) []Change {
	if a.root == nil || b.root == nil {
		return nil
	}
	return compare(a.meaning(), b.meaning())
}

func compare(a, b *value) []Change {
	var c comparison
	c.values(trail{}, a, b)
	return c.changes
}

type comparison struct{ changes []Change }

func (c *comparison) tell(at trail, op Op, was, is *value) {
	c.changes = append(c.changes, Change{Path: at.String(), Op: op, Was: was.yaml(), Is: is.yaml()})
}

func (c *comparison) values(at trail, a, b *value) {
	switch {
	case a == b:
	case a == nil:
		c.tell(at, OpAdd, nil, b)
	case b == nil:
		c.tell(at, OpRemove, a, nil)
	case a.sense == senseKeys && b.sense == senseKeys:
		c.keys(at, a, b)
	case a.sense == senseItems && b.sense == senseItems:
		c.items(at, a, b)
	case wordy(a, b):
		c.words(at, a.asWords(), b.asWords())
	case !alike(a, b):
		c.tell(at, OpSet, a, b)
	}
}

func (c *comparison) keys(at trail, a, b *value) {
	for i, key := range a.names {
		c.values(at.down(key), a.parts[i], b.at(key))
	}
	for i, key := range b.names {
		if a.at(key) == nil {
			c.tell(at.down(key), OpAdd, nil, b.parts[i])
		}
	}
}

func (c *comparison) items(at trail, a, b *value) {
	of := pairs(a, b)
	for i, id := range a.names {
		c.values(at.down(id), a.parts[i], b.at(of[id]))
	}
	for _, id := range unpaired(b, of) {
		c.tell(at.down(id), OpAdd, nil, b.at(id))
	}
}

func (c *comparison) words(at trail, a, b *value) {
	for i, word := range a.names {
		if b.at(word) == nil {
			c.tell(at, OpRemove, a.parts[i], nil)
		}
	}
	for i, word := range b.names {
		if a.at(word) == nil {
			c.tell(at, OpAdd, nil, b.parts[i])
		}
	}
}

// within says whether a path is another or leads to something inside it.
func within(path, outer string) bool {
	return path == outer || strings.HasPrefix(path, outer) && strings.HasPrefix(path[len(outer):], "/")
}
