package registry

import (
	"context"
	"encoding/base64"
	"iter"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// rooted gives the lines of a checkpoint that say how big a tree is and what its root is.
func rooted(tree *ledger.Tree) string {
	root := tree.Root()
	return "\n" + strconv.FormatInt(tree.Size(), 10) + "\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
}

// Leaves lists the leaves from a number on that who asks may know of: those of the services where they may read the
// ledger, and all where they may read it everywhere. Next is the number to go on from; -1 when there are no more.
func (r *Registry) Leaves(ctx context.Context, who Asker, from int64, limit int) (leaves []store.LeafRow, next int64, err error) {
	scope, err := who.ledger()
	if err != nil {
		return nil, -1, err
	}
	leaves, err = r.store.LeavesIn(ctx, scope, from, limit)
	if err != nil || len(leaves) < limit || limit < 1 {
		return leaves, -1, err
	}
	return leaves, leaves[len(leaves)-1].Number + 1, nil
}

// ledger gives where who asks may read the ledger; a fault where they may nowhere.
func (who Asker) ledger() (store.Scope, error) {
	return who.scope(access.ReadLedger), who.somewhere(access.ReadLedger)
}

// NewestCheckpoint gives the newest signed checkpoint.
func (r *Registry) NewestCheckpoint(ctx context.Context, who Asker) (store.Checkpoint, error) {
	if _, err := who.ledger(); err != nil {
		return store.Checkpoint{}, err
	}
	some, err := r.store.Checkpoints(ctx, -1, 1)
	if err != nil {
		return store.Checkpoint{}, err
	}
	if len(some) == 0 {
		return store.Checkpoint{}, fault.New(fault.NotFound, "no checkpoint was signed yet: the first one comes within a minute")
	}
	return some[0], nil
}

// Proof shows that something is so of the tree of a size: hashes from the bottom to the top.
type Proof struct {
	Leaf [32]byte // the hash of the leaf that an inclusion is of
	Path [][32]byte
}

// Inclusion gives the proof that a leaf is in the tree of a size. The leaf is one that who asks may know of.
func (r *Registry) Inclusion(ctx context.Context, who Asker, leaf, size int64) (Proof, error) {
	if err := r.within(ctx, size); err != nil {
		return Proof{}, err
	}
	if leaf < 0 || leaf >= size {
		return Proof{}, fault.New(fault.Invalid, "there is no leaf %d in a tree of %d: leaves are counted from 0", leaf, size)
	}
	seen, _, err := r.Leaves(ctx, who, leaf, 1)
	if err != nil {
		return Proof{}, err
	}
	if len(seen) == 0 || seen[0].Number != leaf {
		return Proof{}, fault.New(fault.NotFound, "there is no leaf %d that you may see", leaf)
	}
	hashes, done := r.hashes(ctx, size)
	defer done()
	path, err := ledger.Inclusion(leaf, size, hashes)
	return Proof{Leaf: ledger.Hash(seen[0].Leaf), Path: path}, err
}

// Consistency gives the proof that the tree of an older size is the beginning of that of a newer one.
func (r *Registry) Consistency(ctx context.Context, who Asker, older, newer int64) (Proof, error) {
	if _, err := who.ledger(); err != nil {
		return Proof{}, err
	}
	if err := r.within(ctx, newer); err != nil {
		return Proof{}, err
	}
	hashes, done := r.hashes(ctx, newer)
	defer done()
	path, err := ledger.Consistency(older, newer, hashes)
	return Proof{Path: path}, err
}

// hashes reads the hashes of the leaves of a tree for one proof, in one statement: a proof asks for them in order. What is
// given last ends the reading.
func (r *Registry) hashes(ctx context.Context, size int64) (ledger.Hashes, func()) {
	next, done := iter.Pull2(r.store.EachHash(ctx, 0, size))
	at := int64(0)
	return func(from, to int64) ([][32]byte, error) {
		out := make([][32]byte, 0, max(0, to-from))
		for ; at < to; at++ {
			hash, err, is := next()
			if !is {
				err = fault.New(fault.Internal, "the leaf %d is not there: run bulkhead verify", at)
			}
			if err != nil {
				return nil, err
			}
			if at >= from {
				out = append(out, hash)
			}
		}
		return out, nil
	}, done
}

// within says whether the record has a size yet.
func (r *Registry) within(ctx context.Context, size int64) error {
	have, err := r.store.Size(ctx)
	if err == nil && size > have {
		return fault.New(fault.Invalid, "the record has %d entries, and not %d", have, size)
	}
	return err
}
