package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Output writes a result to a file, whole or not at all. What is there already is written over only where it is a regular
// file, and no link, device or folder, and none of the files that the result was made from.
func Output(path string, text []byte, inputs []string) error {
	mode := fs.FileMode(0o644)
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fault.Wrap(fault.Invalid, err, "%s cannot be written", path)
	case !info.Mode().IsRegular():
		return fault.New(fault.Invalid, "%s is there already and is not a regular file, so it is not written over", path)
	default:
		mode = info.Mode().Perm()
		for _, in := range inputs {
			if same, err := os.Stat(in); err == nil && os.SameFile(info, same) {
				return fault.New(fault.Invalid, "%s is one of the files that were read, so it is not written over: name another", path)
			}
		}
	}
	return place(path, text, mode)
}

// place puts a text where a file was or is to be, by way of a file beside it.
func place(path string, text []byte, mode fs.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s cannot be written", path)
	}
	_, err = tmp.Write(text)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, errors.Join(err, os.Remove(tmp.Name())), "%s could not be written", path)
	}
	return nil
}
