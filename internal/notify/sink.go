package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/filelock"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Sink is a place outside the database where checkpoints are kept, so that a record that was rolled back or forked can be
// told from the one that people were shown.
type Sink interface {
	// Deliver hands over a signed checkpoint. One that was handed over before is no error.
	Deliver(ctx context.Context, checkpoint string) error
}

// HookSink sends checkpoints to a webhook, whatever events it asked for: {"type":"checkpoint.signed","data":{"checkpoint"}}.
type HookSink struct {
	Sender *Sender
	Hook   Hook
}

type checkpointData struct {
	Checkpoint string `json:"checkpoint"`
}

// Deliver sends the checkpoint. Its id follows from its text, so that the receiver can tell one that comes twice.
func (s HookSink) Deliver(ctx context.Context, checkpoint string) error {
	if !separable(checkpoint) {
		return fault.New(fault.Invalid, "what is to be sent is not one signed checkpoint")
	}
	body, err := write(payload{"checkpoint.signed", civil.Of(s.Sender.now()), checkpointData{checkpoint}})
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(checkpoint))
	return s.Sender.post(ctx, s.Hook, "checkpoint_"+hex.EncodeToString(sum[:16]), body)
}

// FileSink adds checkpoints to the end of a file. It never shortens the file and never writes over any of it, so the file can
// be one that the machine lets nobody do that to. Put it where who can change the database cannot change it.
//
// It refuses with a conflict what cannot come after the last checkpoint in the file: one of a smaller tree, which means that
// the record was rolled back, and another one of the same size, which means that it was forked.
type FileSink struct {
	Path string
	Keys []note.Verifier // of the record, old ones too
}

// Deliver adds the checkpoint and waits until the disk has it. The last one over again changes nothing.
func (s FileSink) Deliver(_ context.Context, checkpoint string) error {
	next, err := ledger.Open(checkpoint, s.Keys...)
	if err != nil {
		return err
	}
	if !separable(checkpoint) {
		return fault.New(fault.Invalid, "the checkpoint cannot be told from the ones around it in a file")
	}
	file, err := s.open()
	if err != nil {
		return err
	}
	return errors.Join(s.add(file, next), file.Close())
}

// open opens the file for writing at its end, and keeps other processes out of it until it is closed.
func (s FileSink) open() (*os.File, error) {
	if info, err := os.Stat(s.Path); err == nil && !info.Mode().IsRegular() {
		return nil, fault.New(fault.Invalid, "%s is not a regular file, so no checkpoint is kept in it", s.Path)
	}
	file, err := os.OpenFile(s.Path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return nil, s.unkept(err)
	}
	if err := filelock.Lock(file); err != nil {
		return nil, s.unkept(errors.Join(err, file.Close()))
	}
	return file, nil
}

func (s FileSink) unkept(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Internal, err, "the checkpoint could not be kept in %s", s.Path)
}

// add writes the checkpoint after the last one, if it can come there.
func (s FileSink) add(file *os.File, next ledger.Checkpoint) error {
	info, err := file.Stat()
	if err != nil {
		return s.unkept(err)
	}
	if info.Size()+maxPiece > maxCheckpoints {
		return fault.New(fault.TooLarge, "%s is full: keep it, and name a new file for the checkpoints from here on", s.Path)
	}
	end, err := readEnd(file, info.Size())
	if err != nil {
		return s.unkept(err)
	}
	last, joint, ok := end.last()
	if !ok {
		return fault.New(fault.Conflict, "the end of %s is not checkpoints, so none is added: name another file, and look at who changed this one", s.Path)
	}
	if last != "" {
		if same, err := s.follows(last, next); same || err != nil {
			return err
		}
	}
	if _, err := file.WriteString(joint + next.Text); err != nil {
		return s.unkept(err)
	}
	if err := file.Sync(); err != nil || last != "" {
		return s.unkept(err)
	}
	return s.settle()
}

// follows says whether a checkpoint can come after the last one, or says the same.
func (s FileSink) follows(last string, next ledger.Checkpoint) (same bool, err error) {
	kept, err := ledger.Open(last, s.Keys...)
	switch {
	case err != nil:
		return false, fault.Wrap(fault.Conflict, err, "the last checkpoint in %s is not one of this record, so none is added: name another file, and look at who changed this one", s.Path)
	case kept.Origin != next.Origin:
		return false, fault.New(fault.Conflict, "%s keeps the checkpoints of %s, not those of %s: name another file", s.Path, kept.Origin, next.Origin)
	case kept.Size > next.Size:
		return false, fault.New(fault.Conflict, "the record was rolled back: its checkpoint has size %d, and %s keeps one of size %d. Find out who put an older state in its place before anything else", next.Size, s.Path, kept.Size)
	case kept.Size == next.Size && kept.Root != next.Root:
		return false, fault.New(fault.Conflict, "the record was forked: %s keeps another checkpoint of the same size %d. Find out who changed the record before anything else", s.Path, kept.Size)
	}
	return kept.Size == next.Size, nil
}

// settle waits until the disk knows a new file by its name.
func (s FileSink) settle() error {
	folder, err := os.Open(filepath.Dir(s.Path))
	if err != nil {
		return s.unkept(err)
	}
	return s.unkept(errors.Join(folder.Sync(), folder.Close()))
}
