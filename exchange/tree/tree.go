// Package tree reads a file of YAML or JSON of somebody else's design into a plain tree, for the readers of formats.
//
// It promises to be bounded (bytes, depth, values and their text, those that an alias or a merge key repeats among them),
// never to panic, and to give the same tree for the same bytes. A tag that is not YAML's own is refused, and a key that is
// there twice, and an anchor that is used inside itself. It works no type out: a value is its text, and the reader of a
// format says what it takes it for. A format whose parts are the same in every file is read by Decode, into values with
// fields; one whose parts are not, by Read, as a tree. It opens nothing.
package tree

import (
	"iter"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// Kind says what a node is.
type Kind int

// The kinds.
const (
	Null Kind = iota // said, with nothing in it
	Text             // one value: a text, a number, yes or no
	List
	Map
)

// Node is a value of a file. A nil node is one that is not there, and can be asked everything. What a file repeats is one
// node in several places, and nobody changes it.
type Node struct {
	Kind   Kind
	Value  string // of a text
	Quoted bool   // a text that is one beyond doubt
	Line   int    // counted from 1
	Column int    // in characters, counted from 1
	Items  []*Node
	keys   []string // of a map, in the order of the file; their values are the items
	index  map[string]int
}

// Get gives the value at the end of some keys; nil where there is none.
func (n *Node) Get(keys ...string) *Node {
	for _, key := range keys {
		if n == nil || n.Kind != Map {
			return nil
		}
		i, ok := n.index[key]
		if !ok {
			return nil
		}
		n = n.Items[i]
	}
	return n
}

// Has says whether a map has a key.
func (n *Node) Has(key string) bool { return n.Get(key) != nil }

// String gives the text of a value; "" where it is no text.
func (n *Node) String() string {
	if n == nil || n.Kind != Text {
		return ""
	}
	return n.Value
}

// Says gives the text at the end of some keys.
func (n *Node) Says(keys ...string) string { return n.Get(keys...).String() }

// Is gives yes or no where the value at the end of some keys is one of them, and unknown otherwise.
func (n *Node) Is(keys ...string) model.Attribute {
	switch strings.ToLower(n.Says(keys...)) {
	case "true", "yes", "on":
		return model.Yes
	case "false", "no", "off":
		return model.No
	}
	return model.Unknown
}

// Pairs goes through the keys and values of a map in the order of the file.
func (n *Node) Pairs() iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		if n == nil || n.Kind != Map {
			return
		}
		for i, key := range n.keys {
			if !yield(key, n.Items[i]) {
				return
			}
		}
	}
}

// All gives the items of a list at the end of some keys.
func (n *Node) All(keys ...string) []*Node {
	if n = n.Get(keys...); n == nil || n.Kind != List {
		return nil
	}
	return n.Items
}

// Texts gives the texts of a list at the end of some keys; a single text is a list of one.
func (n *Node) Texts(keys ...string) (out []string) {
	n = n.Get(keys...)
	if s := n.String(); s != "" {
		return []string{s}
	}
	for _, item := range n.All() {
		if s := item.String(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Len is how many items a list or a map has.
func (n *Node) Len() int {
	if n == nil {
		return 0
	}
	return len(n.Items)
}

// Keys gives the keys of a map in the order of the file.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	return slices.Clone(n.keys)
}

// put adds a key to a map; false where it is there already.
func (n *Node) put(key string, value *Node) bool {
	if n.index == nil {
		n.index = map[string]int{}
	}
	if _, twice := n.index[key]; twice {
		return false
	}
	n.index[key] = len(n.Items)
	n.keys = append(n.keys, key)
	n.Items = append(n.Items, value)
	return true
}
