package store

import (
	"os"
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/filelock"
)

// Hold is the one server's right to the folder of a record in SQLite. Another that worked on it at the same time would
// judge, send and sign everything too. It ends with the process, however that ends.
type Hold struct{ file *os.File }

// heldFile is the file in the folder whose lock is the hold. It stays when the hold ends, and says nothing then.
const heldFile = "lock"

// HoldFolder takes the hold of a folder, which is made where it is not there. One that somebody has is a conflict.
// Whatever else works on the record meanwhile needs none.
func HoldFolder(folder string) (*Hold, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the data folder %s cannot be made: name another with --data", folder)
	}
	file, err := os.OpenFile(filepath.Join(folder, heldFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the folder %s cannot be held for one server: look whether the disk is full or read-only, and who may write there", folder)
	}
	held, err := filelock.TryLock(file)
	switch {
	case err != nil:
		_ = file.Close()
		return nil, fault.Wrap(fault.Invalid, err, "the folder %s cannot be held for one server: it has to be on a disk that keeps locks", folder)
	case !held:
		_ = file.Close()
		return nil, fault.New(fault.Conflict, "a server works on the record in %s already: stop it first, or name another folder with --data", folder)
	}
	return &Hold{file}, nil
}

// Release ends the hold.
func (h *Hold) Release() error { return h.file.Close() }
