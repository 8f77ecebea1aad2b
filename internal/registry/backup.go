package registry

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// BackedUp says what a backup holds.
type BackedUp struct {
	Size int64  // how many records
	Keys string // where the keys are that open it, which are not in it
}

// Backup writes the record at a place to a new file, while the server goes on. With a name for them, the keys that bodies
// are sealed with are copied to a file of their own.
func Backup(ctx context.Context, from Place, file, keys string) (b BackedUp, err error) {
	s, err := from.open(ctx, true)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if keys != "" {
		if err := copyKeys(from.keys(), keys); err != nil {
			return b, err
		}
	}
	b.Keys = from.keys()
	b.Size, err = s.Backup(ctx, file)
	return b, err
}

// copyKeys copies the file of keys to a new one that only its owner may read.
func copyKeys(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the keys cannot be copied")
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Conflict, "%s is there already, and is not written over", to)
	} else if err != nil {
		return fault.Wrap(fault.Invalid, err, "the keys cannot be copied")
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fault.Wrap(fault.Internal, err, "the keys could not be copied")
	}
	return nil
}

// Restored says what came of restoring a backup.
type Restored struct {
	Verdict  *Verdict // of the backup: where it is damaged, nothing was restored
	Size     int64    // how many records there are now
	Lost     int64    // records that were known elsewhere and are not in the backup; -1 where that was not asked
	Redacted int      // contents that were destroyed again, since they had been after the backup was made
	InForce  int      // contents that were not, since services are judged by them as the backup has it
}

// Restore puts a backup in an empty place. It is verified first, as far as that can be done, and where it is damaged
// nothing is restored. Newer is a file that knows of more records than the backup, or empty: a file of checkpoints says how
// many are lost; a backup made later says which redactions are among them too, and those are made again.
func Restore(ctx context.Context, a Exam, newer string) (out *Restored, err error) {
	ring, err := a.ring()
	if err != nil {
		return nil, err
	}
	verdict, err := Verify(ctx, Exam{Place: Place{Data: a.Data, Keys: a.Keys, KeyRing: a.KeyRing}, File: a.File, Public: a.Public})
	if err != nil {
		return nil, err
	}
	if verdict.What != "backup" {
		return nil, fault.New(fault.Invalid, "%s is an exported record, and only a backup can be restored", a.File)
	}
	if out = (&Restored{Verdict: verdict, Lost: -1}); !verdict.Sound() {
		return out, nil
	}
	later, err := openNewer(ctx, newer, ring)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, later.close()) }()
	backup, err := store.OpenBackup(ctx, a.File, ring)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, backup.Close()) }()
	end, err := a.hold()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	s, err := store.Open(ctx, store.Config{Database: a.database(), Ring: ring})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Restore(ctx, backup); err != nil {
		return nil, err
	}
	if newer != "" {
		out.Lost = max(later.size-verdict.Record.Size, 0)
	}
	if later.record != nil {
		if out.Redacted, out.InForce, err = s.RedactAgain(ctx, later.record, verdict.Record.Size); err != nil {
			return nil, err
		}
	}
	out.Size, err = s.Size(ctx)
	return out, err
}

// hold keeps servers from a folder until what it gives is called.
func (p Place) hold() (end func() error, err error) {
	if p.Database != "" {
		return func() error { return nil }, nil
	}
	h, err := store.HoldFolder(p.Data)
	if err != nil {
		return nil, err
	}
	return h.Release, nil
}

// newer is what knows of more records than a backup.
type newer struct {
	size   int64
	record *store.Store // nil for checkpoints, which say nothing of what the records are
}

func openNewer(ctx context.Context, file string, ring *seal.Ring) (n newer, err error) {
	if file == "" {
		return n, nil
	}
	is, err := store.IsFile(file)
	if err != nil {
		return n, err
	}
	if !is {
		n.size, err = newestSize(file)
		return n, err
	}
	if ring == nil {
		return n, fault.New(fault.Invalid, "to make redactions again that came after the backup, the keys are needed: say where they are with --keys")
	}
	if n.record, err = store.OpenBackup(ctx, file, ring); err != nil {
		return n, err
	}
	n.size, err = n.record.Size(ctx)
	return n, err
}

func (n newer) close() error {
	if n.record == nil {
		return nil
	}
	return n.record.Close()
}

// newestSize gives the greatest size that a file of checkpoints tells of.
func newestSize(file string) (size int64, err error) {
	texts, err := notify.ReadCheckpoints(file)
	if err != nil {
		return 0, err
	}
	for _, text := range texts {
		n, ok := sizeOf(text)
		if !ok {
			return 0, fault.New(fault.Invalid, "%s holds something that is no checkpoint", file)
		}
		size = max(size, n)
	}
	return size, nil
}

// sizeOf gives the size that a checkpoint is of, whoever signed it.
func sizeOf(text string) (size int64, ok bool) {
	lines := strings.SplitN(text, "\n", 3)
	if len(lines) < 3 {
		return 0, false
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	return size, err == nil
}
