package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Tree is the tree over the leaves so far, kept as the roots of the full subtrees that cover them: a few dozen hashes
// however many leaves there are. It is not for use by several goroutines at once.
type Tree struct{ cover *compact.Range }

// NewTree gives the tree without leaves.
func NewTree() *Tree { return &Tree{spanning().NewEmptyRange(0)} }

// spanning makes ranges of leaves with the hash of RFC 6962.
func spanning() *compact.RangeFactory {
	return &compact.RangeFactory{Hash: func(left, right []byte) []byte {
		hash := node(left, right)
		return hash[:]
	}}
}

// node gives the hash of an inner node, as RFC 6962 has it. The library has the same, at twice the time and seven times the
// memory, which a proof over a million leaves would feel.
func node(left, right []byte) [sha256.Size]byte {
	var text [1 + 2*sha256.Size]byte
	text[0] = rfc6962.RFC6962NodeHashPrefix
	copy(text[1:], left)
	copy(text[1+sha256.Size:], right)
	return sha256.Sum256(text[:])
}

// Append adds the hash of the next leaf.
func (t *Tree) Append(hash [sha256.Size]byte) {
	_ = t.cover.Append(hash[:], nil) // it fails only for a range with too few hashes, which no Tree is
}

// Size gives how many leaves the tree has.
func (t *Tree) Size() int64 { return int64(t.cover.End()) }

// Root gives the root of the tree as it is.
func (t *Tree) Root() [sha256.Size]byte {
	root, _ := t.cover.GetRootHash(nil) // it fails only for a range that does not begin at the first leaf
	if root == nil {
		root = rfc6962.DefaultHasher.EmptyRoot()
	}
	return [sha256.Size]byte(root)
}

const (
	treeForm = 1       // the first byte of a tree's bytes: the version of their form
	treeHead = 1 + 8   // the form and the size
	maxSize  = 1 << 53 // as many leaves as a tree can have, and an integer that every reader can hold
)

// Bytes gives the tree in a form from which ReadTree goes on: its form, its size, and the hashes from left to right.
func (t *Tree) Bytes() []byte {
	out := binary.BigEndian.AppendUint64([]byte{treeForm}, t.cover.End())
	for _, hash := range t.cover.Hashes() {
		out = append(out, hash...)
	}
	return out
}

// ReadTree reads what Bytes gave. It can tell that the bytes are whole, but not that the hashes are the right ones: for
// that, compare the root with a checkpoint of the same size.
func ReadTree(text []byte) (*Tree, error) {
	if len(text) < treeHead || text[0] != treeForm {
		return nil, fault.New(fault.Invalid, "these bytes are not a tree of form %d", treeForm)
	}
	size := binary.BigEndian.Uint64(text[1:treeHead])
	rest := text[treeHead:]
	if size > maxSize || len(rest) != bits.OnesCount64(size)*sha256.Size {
		return nil, fault.New(fault.Invalid, "a tree of %d leaves does not have %d bytes: work it out again from the leaves", size, len(text))
	}
	var hashes [][]byte
	for ; len(rest) > 0; rest = rest[sha256.Size:] {
		hashes = append(hashes, append([]byte(nil), rest[:sha256.Size]...))
	}
	cover, err := spanning().NewRange(0, size, hashes)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "these bytes are not a tree")
	}
	return &Tree{cover}, nil
}
