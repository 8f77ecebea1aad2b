package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Output writes a result to a file, whole or not at all. What is there already is written over only where it is a regular
// file, and no link, device or folder, and none of the files that the result was made from. In the folders of records nothing
// is written: what lies there is read as a record.
func Output(path string, text []byte, files, records []string) error {
	mode := fs.FileMode(0o644)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		info = nil
	case err != nil:
		return fault.Wrap(fault.Invalid, err, "%s cannot be written", path)
	case !info.Mode().IsRegular():
		return fault.New(fault.Invalid, "%s is there already and is not a regular file, so it is not written over", path)
	default:
		mode = info.Mode().Perm()
	}
	for _, f := range files {
		if read, err := os.Stat(f); info != nil && err == nil && os.SameFile(info, read) {
			return fault.New(fault.Invalid, "%s is one of the files that were read, so it is not written over: name another", path)
		}
	}
	for _, dir := range records {
		if among(path, dir) {
			return fault.New(fault.Invalid, "%s is among the records of the service, and would be read as one: name another folder", path)
		}
	}
	return place(path, text, mode)
}

// among says whether a path is in a folder or below it.
func among(path, dir string) bool {
	at, err := filepath.EvalSymlinks(filepath.Dir(path))
	home, homeErr := filepath.EvalSymlinks(dir)
	if err != nil || homeErr != nil {
		return false
	}
	at, err = filepath.Abs(at)
	home, homeErr = filepath.Abs(home)
	way, relErr := filepath.Rel(home, at)
	return errors.Join(err, homeErr, relErr) == nil && filepath.IsLocal(way)
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
