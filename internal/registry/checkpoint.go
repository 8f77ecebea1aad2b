package registry

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// SigningKey signs the checkpoints of a record. Its secret half is in a file and in no log.
type SigningKey struct {
	Public string // what everybody may know: it tells whether a checkpoint is this record's
	signer note.Signer
}

// Origin gives the name under which the checkpoints of a record are signed.
func Origin(instance string) string { return "bulkhead/" + instance }

// signingKeyMost bounds the file of a signing key, in bytes.
const signingKeyMost = 4096

// OpenSigningKey reads the key that signs the checkpoints of a record, and makes one where the file is not there. Its
// public half is kept beside it, in a file of the same name with .pub. A file that others than its owner may read is
// refused.
func OpenSigningKey(file, instance string) (*SigningKey, error) {
	secret, err := readSigningKey(file)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		if secret, err = makeSigningKey(file, instance); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(strings.TrimSpace(secret))
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s does not hold a signing key: put a copy of it back, or move it away to begin with a new one", file)
	}
	if signer.Name() != Origin(instance) {
		return nil, fault.New(fault.Invalid, "the signing key in %s is that of another record: this one is %s", file, Origin(instance))
	}
	public, err := readPublic(file + ".pub")
	if err != nil {
		return nil, err
	}
	return &SigningKey{Public: public, signer: signer}, nil
}

func readSigningKey(file string) (string, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fault.New(fault.NotFound, "there is no signing key at %s", file)
	case err != nil:
		return "", fault.Wrap(fault.Invalid, err, "the signing key %s cannot be read", file)
	case !info.Mode().IsRegular() || info.Size() > signingKeyMost:
		return "", fault.New(fault.Invalid, "%s is not the file of a signing key", file)
	case info.Mode().Perm()&0o077 != 0:
		return "", fault.New(fault.Invalid, "others may read the signing key %s, so it is not used: run chmod 600 %s, and begin with a new one if somebody may have read it", file, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "the signing key %s cannot be read", file)
	}
	return string(text), nil
}

// makeSigningKey makes a key and writes both halves. The public half is written first, so that a key that can be read
// always has it.
func makeSigningKey(file, instance string) (secret string, err error) {
	seed := make([]byte, 32)
	if _, err := io.ReadFull(rand.Reader, seed); err != nil {
		return "", fault.Wrap(fault.Internal, err, "the machine gives no random numbers")
	}
	secret, public, err := ledger.NewKey(Origin(instance), seed)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(file+".pub", []byte(public+"\n"), 0o644); err != nil { //nolint:gosec // everybody may read it
		return "", fault.Wrap(fault.Invalid, err, "the public half of the signing key could not be kept")
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "the signing key could not be kept")
	}
	_, err = f.WriteString(secret + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", fault.Wrap(fault.Internal, err, "the signing key could not be kept")
	}
	return secret, nil
}

// readPublic reads the public half of a key.
func readPublic(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "the public half of the signing key is not beside it, in %s", file)
	}
	public := strings.TrimSpace(string(text))
	if _, err := note.NewVerifier(public); err != nil {
		return "", fault.New(fault.Invalid, "%s does not hold the public half of a signing key", file)
	}
	return public, nil
}

// Found begins the record with an entry that says which record it is and what its public key is, where that is not said
// yet. Each start of a server calls it.
func (r *Registry) Found(ctx context.Context, key *SigningKey) error {
	return r.store.Found(ctx, key.Public)
}

// hashesMost is how many leaves are hashed into the tree at once.
const hashesMost = 4096

// Checkpoint signs what the record is now and keeps that, where something was written since the last checkpoint; it gives
// the newest one. It is a conflict when there are fewer records than were signed for before: then an older state was put
// in the place of the record.
func (r *Registry) Checkpoint(ctx context.Context, key *SigningKey) (store.Checkpoint, error) {
	size, err := r.store.Size(ctx)
	if err != nil {
		return store.Checkpoint{}, err
	}
	last, err := r.store.Checkpoints(ctx, -1, 1)
	if err != nil {
		return store.Checkpoint{}, err
	}
	if len(last) > 0 && last[0].Size == size {
		return last[0], nil
	}
	if len(last) > 0 && last[0].Size > size {
		return store.Checkpoint{}, fault.New(fault.Conflict, "the record has %d entries and %d were signed for: an older state was put in its place. Find out who did that before anything else, and run bulkhead verify", size, last[0].Size)
	}
	tree, err := r.grown(ctx, size, last)
	if err != nil {
		return store.Checkpoint{}, err
	}
	text, err := ledger.Sign(key.signer.Name(), size, tree.Root(), key.signer)
	if err != nil {
		return store.Checkpoint{}, err
	}
	c := store.Checkpoint{Size: size, Text: text, At: r.store.Now()}
	return c, r.store.KeepCheckpoint(ctx, c, tree.Bytes())
}

// grown gives the tree over the first entries, going on from where it was worked out to.
func (r *Registry) grown(ctx context.Context, size int64, last []store.Checkpoint) (*ledger.Tree, error) {
	tree, err := r.begun(ctx, size, last)
	if err != nil {
		return nil, err
	}
	for from := tree.Size(); from < size; from = tree.Size() {
		hashes, err := r.store.Hashes(ctx, from, min(from+hashesMost, size))
		if err != nil {
			return nil, err
		}
		for _, h := range hashes {
			tree.Append(h)
		}
	}
	return tree, nil
}

// begun gives the tree as far as it was worked out and signed for. One that is not what was signed is worked out again
// from the first entry.
func (r *Registry) begun(ctx context.Context, size int64, last []store.Checkpoint) (*ledger.Tree, error) {
	have, state, err := r.store.Tree(ctx)
	if err != nil {
		return nil, err
	}
	if have == 0 || have > size || len(last) == 0 || last[0].Size != have {
		return ledger.NewTree(), nil
	}
	tree, err := ledger.ReadTree(state)
	if err != nil || tree.Size() != have || !strings.Contains(last[0].Text, rooted(tree)) {
		return ledger.NewTree(), nil //nolint:nilerr // what cannot be read is worked out again
	}
	return tree, nil
}

// checkpointsWork is the work that one replica does for all, and checkpointsLease how long it has it: longer than a
// checkpoint takes to be signed and delivered.
const (
	checkpointsWork  = "checkpoints"
	checkpointsLease = 5 * time.Minute
)

// KeepCheckpoints signs a checkpoint every so often, while there is something new, and hands each to deliver, which may
// be nil: it keeps it elsewhere, and is asked again with the newest one when it fails. Of the replicas that work on one
// record one does so: the holder, until it ends or fails. It ends with the context, or with the first fault.
func (r *Registry) KeepCheckpoints(ctx context.Context, holder string, every time.Duration, key *SigningKey, deliver func(ctx context.Context, checkpoint string) error) error {
	defer func() { _ = r.store.Release(context.WithoutCancel(ctx), checkpointsWork, holder) }() // else its time ends
	delivered := ""
	return again(ctx, every, func() error {
		mine, err := r.store.Lease(ctx, checkpointsWork, holder, r.now(), max(checkpointsLease, 2*every))
		if err == nil && mine {
			delivered, err = r.nextCheckpoint(ctx, key, delivered, deliver)
		}
		return err
	})
}

// nextCheckpoint signs a checkpoint and hands it on, where that is not the one that was handed on last. It gives which
// that is now.
func (r *Registry) nextCheckpoint(ctx context.Context, key *SigningKey, delivered string, deliver func(ctx context.Context, checkpoint string) error) (string, error) {
	size, err := r.store.Size(ctx)
	if err != nil || size == 0 {
		return delivered, err
	}
	c, err := r.Checkpoint(ctx, key)
	if err == nil && deliver != nil && c.Text != delivered {
		err = deliver(ctx, c.Text)
	}
	return c.Text, err
}
