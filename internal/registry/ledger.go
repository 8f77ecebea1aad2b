package registry

import (
	"context"
	"encoding/base64"
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
	all, err := r.store.LeavesIn(ctx, scope, from, limit)
	if err != nil {
		return nil, -1, err
	}
	next = -1
	if len(all) == limit && limit > 0 {
		next = all[len(all)-1].Number + 1
	}
	for _, l := range all {
		if scope.All || who.sees(access.ReadLedger, l.Unit, l.Service) {
			leaves = append(leaves, l.LeafRow)
		}
	}
	return leaves, next, nil
}

// ledger gives where who asks may read the ledger; a fault where they may nowhere.
func (who Asker) ledger() (store.Scope, error) {
	scope := who.scope(access.ReadLedger)
	if !scope.All && len(scope.Units) == 0 && len(scope.Services) == 0 {
		return scope, who.mayIn(access.ReadLedger, "", "")
	}
	return scope, nil
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
	path, err := ledger.Inclusion(leaf, size, r.hashes(ctx))
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
	path, err := ledger.Consistency(older, newer, r.hashes(ctx))
	return Proof{Path: path}, err
}

func (r *Registry) hashes(ctx context.Context) ledger.Hashes {
	return func(from, to int64) ([][32]byte, error) { return r.store.Hashes(ctx, from, to) }
}

// within says whether the record has a size yet.
func (r *Registry) within(ctx context.Context, size int64) error {
	have, err := r.store.Size(ctx)
	if err == nil && size > have {
		return fault.New(fault.Invalid, "the record has %d entries, and not %d", have, size)
	}
	return err
}
