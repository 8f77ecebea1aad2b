package folder

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Within reads a file of at most so many bytes that lies in a folder or below it. Unlike [Beside] it follows no link at
// all, and waits for no pipe: it is for files that are named in passing, and that nobody may have looked at.
func Within(dir, name string, most int64) (schema.Source, error) {
	if !filepath.IsLocal(name) {
		return schema.Source{}, fault.New(fault.Invalid, "it is not below the folder of the service file; only files there are read")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return schema.Source{}, fault.Wrap(fault.Invalid, err, "%s cannot be read", dir)
	}
	defer root.Close()
	way := ""
	for step := range strings.SplitSeq(path.Clean(filepath.ToSlash(name)), "/") {
		way = path.Join(way, step)
		info, err := root.Lstat(way)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return schema.Source{}, fault.New(fault.NotFound, "there is no such file")
		case err != nil:
			return schema.Source{}, fault.New(fault.Invalid, "it cannot be read")
		case !info.IsDir() && !info.Mode().IsRegular():
			return schema.Source{}, fault.New(fault.Invalid, "it is, or lies behind, a link or something else that is no file; name the file itself")
		}
	}
	f, err := root.Open(way)
	if err != nil {
		return schema.Source{}, fault.New(fault.Invalid, "it cannot be read")
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return schema.Source{}, fault.New(fault.Invalid, "it is not a file")
	}
	return readAll(f, name, most)
}
