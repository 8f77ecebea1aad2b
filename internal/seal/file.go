package seal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// maxFile bounds a ring's file, in bytes: some ten thousand keys.
const maxFile = 1 << 20

// CreateRing makes a ring with one key in a new file that only its owner may read. A file that is there already is a
// conflict, and stays as it is.
func CreateRing(path string) (*Ring, error) {
	if err := keepable(); err != nil {
		return nil, err
	}
	k, err := newKey([keySize]byte(random(keySize)))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a key cannot be made")
	}
	if err := replace(path, nil, []key{k}); err != nil {
		return nil, err
	}
	return newRing(path, []key{k})
}

// OpenRing reads a ring's file. One that is not there is not found; one that others than its owner may read is refused, for
// then its keys may be known to them.
func OpenRing(path string) (*Ring, error) {
	keys, err := read(path)
	if err != nil {
		return nil, err
	}
	return newRing(path, keys)
}

// keepable says whether a file of this machine can be kept from everybody but its owner by its mode.
func keepable() error {
	if runtime.GOOS == "windows" {
		return fault.New(fault.Invalid, "keys are not kept on Windows, where a file's mode keeps nobody out: run the server, and what works on its folder, on Linux; every other command works here")
	}
	return nil
}

func read(path string) ([]key, error) {
	if err := keepable(); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "the key ring %s is not there: put a copy of it back; without it nothing that is sealed can be read", path)
	} else if err != nil {
		return nil, unread(path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, unread(path, err)
	case !info.Mode().IsRegular():
		return nil, fault.New(fault.Invalid, "the key ring %s is not a regular file", path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fault.New(fault.Invalid, "others may read the key ring %s, so it is not used: run chmod 600 %s, and rotate its key if somebody may have read it", path, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, unread(path, err)
	}
	if len(text) > maxFile {
		return nil, fault.New(fault.TooLarge, "the key ring %s has more than %d bytes, so it is none", path, maxFile)
	}
	keys, err := parseKeys(string(text))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the key ring %s cannot be used", path)
	}
	return keys, nil
}

func unread(path string, err error) error {
	return fault.Wrap(fault.Internal, err, "the key ring %s cannot be read", path)
}

// replace puts keys in a ring's file in the place of those that are thought to be there; nil stands for no file.
//
// The file beside it has a name that is always the same and is made by one writer at a time: so two who change a ring at
// once cannot lose a key that something is wrapped by already.
func replace(path string, before, after []key) error {
	beside := path + ".new"
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Conflict, "%s is there already: somebody else is changing the key ring, or a change was cut short; if nobody is, remove that file and try again", beside)
	} else if err != nil {
		return unwritten(path, err)
	}
	if err := unchanged(path, before); err != nil {
		return errors.Join(err, file.Close(), os.Remove(beside))
	}
	_, err = file.WriteString(write(after))
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		return unwritten(path, errors.Join(err, os.Remove(beside)))
	}
	return settle(path)
}

// unchanged says that the file still holds the keys that it is thought to hold.
func unchanged(path string, before []key) error {
	if before == nil {
		if _, err := os.Lstat(path); err == nil {
			return fault.New(fault.Conflict, "the key ring %s is there already, and is not written over", path)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return unwritten(path, err)
		}
		return nil
	}
	now, err := read(path)
	if err != nil {
		return err
	}
	if !slices.Equal(ids(now), ids(before)) {
		return fault.New(fault.Conflict, "the key ring %s was changed by somebody else: open it again and try again", path)
	}
	return nil
}

// settle waits until the disk knows the file by its new content.
func settle(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return unwritten(path, err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil {
		return unwritten(path, err)
	}
	return nil
}

func unwritten(path string, err error) error {
	return fault.Wrap(fault.Internal, err, "the key ring %s could not be written", path)
}
