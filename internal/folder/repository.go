package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Repository opens a folder to look through it. Nothing in it leads out of it, and whoever opens it closes it.
func Repository(dir string) (root *os.Root, name string, err error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", fault.New(fault.NotFound, "%s: there is no such folder; make it first", dir)
	case err != nil:
		return nil, "", fault.Wrap(fault.Invalid, err, "%s cannot be read", dir)
	case !info.IsDir():
		return nil, "", fault.New(fault.Invalid, "%s is not a folder; name the folder that the service is in", dir)
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, "", fault.Wrap(fault.Invalid, err, "%s cannot be read", dir)
	}
	if root, err = os.OpenRoot(dir); err != nil {
		return nil, "", fault.Wrap(fault.Invalid, err, "%s cannot be read", dir)
	}
	return root, filepath.Base(whole), nil
}

// Begun gives the file of a folder that holds a service already; empty where there is none. Something of that name that
// is no file is in the way as well.
func Begun(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	if _, err := os.Lstat(path); err == nil {
		return path, nil
	}
	s, is, err := at(dir)
	if err != nil || !is {
		return "", err
	}
	return s.Files[0], nil
}
