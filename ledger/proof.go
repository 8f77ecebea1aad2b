package ledger

import (
	"cmp"
	"crypto/sha256"
	"slices"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Hashes gives the stored hashes of the leaves from one number to before another. It is asked for at most a few thousand
// at a time, and in one proof in order of number and for none twice, so that they can be read as they come.
type Hashes func(from, to int64) ([][sha256.Size]byte, error)

// Inclusion gives the proof that the leaf at an index is in the tree of a size. It reads the hashes of all other leaves.
func Inclusion(index, size int64, hashes Hashes) ([][sha256.Size]byte, error) {
	if index < 0 || index >= size || size > maxSize {
		return nil, fault.New(fault.Invalid, "there is no leaf %d in a tree of %d: leaves are counted from 0", index, size)
	}
	nodes, err := proof.Inclusion(uint64(index), uint64(size))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the proof cannot be made")
	}
	return build(nodes, hashes)
}

// Consistency gives the proof that the tree of the older size is the beginning of the tree of the newer. It reads the
// hashes of at most all leaves.
func Consistency(older, newer int64, hashes Hashes) ([][sha256.Size]byte, error) {
	if older < 0 || older > newer || newer > maxSize {
		return nil, fault.New(fault.Invalid, "a tree of %d leaves is not the beginning of one of %d", older, newer)
	}
	nodes, err := proof.Consistency(uint64(older), uint64(newer))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the proof cannot be made")
	}
	return build(nodes, hashes)
}

// build works the nodes of a proof out from the leaves below them.
func build(nodes proof.Nodes, hashes Hashes) ([][sha256.Size]byte, error) {
	made := make([][]byte, len(nodes.IDs))
	order := make([]int, len(nodes.IDs))
	for i := range order {
		order[i] = i
	}
	first := func(i int) uint64 { begin, _ := nodes.IDs[i].Coverage(); return begin }
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(first(a), first(b)) })
	for _, i := range order {
		node, err := subtree(nodes.IDs[i], hashes)
		if err != nil {
			return nil, err
		}
		made[i] = node
	}
	made, err := nodes.Rehash(made, spanning().Hash)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the proof cannot be made")
	}
	out := make([][sha256.Size]byte, len(made))
	for i := range made {
		out[i] = [sha256.Size]byte(made[i])
	}
	return out, nil
}

// atOnce is how many hashes are asked for at a time, which bounds the memory of a proof. It is a power of two, so that
// the leaves of a full subtree come in full parts.
const atOnce = 4096

// subtree works out the root of a full subtree.
func subtree(id compact.NodeID, hashes Hashes) ([]byte, error) {
	begin, end := id.Coverage()
	step := min(end-begin, atOnce)
	parts := NewTree()
	for from := begin; from < end; from += step {
		part, err := hashes(int64(from), int64(from+step))
		if err != nil {
			return nil, err
		}
		if uint64(len(part)) != step {
			return nil, fault.New(fault.Internal, "of the leaves %d to %d the hashes of %d are there: verify the record", from, from+step-1, len(part))
		}
		parts.Append(fold(slices.Clone(part)))
	}
	root := parts.Root()
	return root[:], nil
}

// fold gives the root over the leaves of a full subtree, and writes over them.
func fold(level [][sha256.Size]byte) [sha256.Size]byte {
	for len(level) > 1 {
		for i := range len(level) / 2 {
			level[i] = node(level[2*i][:], level[2*i+1][:])
		}
		level = level[:len(level)/2]
	}
	return level[0]
}

// VerifyInclusion says whether a proof shows that the leaf of a hash stands at an index in the tree of a size and root.
func VerifyInclusion(leaf [sha256.Size]byte, index, size int64, root [sha256.Size]byte, path [][sha256.Size]byte) error {
	if index < 0 || index >= size {
		return fault.New(fault.Invalid, "there is no leaf %d in a tree of %d: leaves are counted from 0", index, size)
	}
	if proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), leaf[:], hashesOf(path), root[:]) != nil {
		return fault.New(fault.Invalid, "the proof does not show that leaf %d is in the tree of %d", index, size)
	}
	return nil
}

// VerifyConsistency says whether a proof shows that the tree of the older size and root is the beginning of the newer.
func VerifyConsistency(older, newer int64, olderRoot, newerRoot [sha256.Size]byte, path [][sha256.Size]byte) error {
	if older < 0 || older > newer {
		return fault.New(fault.Invalid, "a tree of %d leaves is not the beginning of one of %d", older, newer)
	}
	empty := [sha256.Size]byte(rfc6962.DefaultHasher.EmptyRoot())
	if older == 0 && olderRoot != empty ||
		proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(older), uint64(newer), hashesOf(path), olderRoot[:], newerRoot[:]) != nil {
		return fault.New(fault.Invalid, "the proof does not show that the tree of %d leaves is the beginning of that of %d", older, newer)
	}
	return nil
}

func hashesOf(path [][sha256.Size]byte) [][]byte {
	out := make([][]byte, len(path))
	for i := range path {
		out[i] = path[i][:]
	}
	return out
}
