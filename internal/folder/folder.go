// Package folder keeps services as files in folders: it finds them, reads their parts with bounds, and writes records and
// edits back so that nothing is lost half-way.
//
// It is the only place where the command line touches a disk. It never follows a name that a file gives out of the folder
// that the file is in, and it never decides anything about what it reads.
package folder

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Parts is the folder of the other parts, beside the service file.
const Parts = "bulkhead"

// bounds on what is read.
const (
	maxFiles  = 20_000
	maxRecord = 64 << 20 // all records of one kind together
	maxDepth  = 6        // of the search for services
)

// Service is where a service is kept.
type Service struct {
	Files []string // the service file first, then its other parts
	Home  string   // the folder that holds them
}

// Find gives the services at a path: a service file, a folder that holds one, or a folder of such folders. Many says that
// it is a folder of services, even of one.
func Find(path string) (services []Service, many bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, fault.New(fault.NotFound, "%s: there is no such file or folder", path)
	case err != nil:
		return nil, false, fault.Wrap(fault.Invalid, err, "%s cannot be read", path)
	case !info.IsDir() && !info.Mode().IsRegular():
		return nil, false, fault.New(fault.Invalid, "%s is neither a file nor a folder", path)
	case !info.IsDir():
		parts, err := yamlFiles(filepath.Join(filepath.Dir(path), Parts), false)
		if filepath.Base(path) != model.File {
			parts = nil // another file than the usual one stands alone
		}
		return []Service{{Files: append([]string{path}, parts...), Home: filepath.Dir(path)}}, false, err
	}
	if s, ok, err := at(path); ok || err != nil {
		return []Service{s}, false, err
	}
	services, err = below(path, 0, nil)
	if err == nil && len(services) == 0 {
		err = noService(path)
	}
	return services, true, err
}

// noService says how to begin.
func noService(path string) error {
	return fault.New(fault.NotFound, `there is no %[2]s in %[1]s, nor in a folder below it.

Name a file or folder that has one, or begin:

    bulkhead init     draft %[2]s from what is in a folder
    bulkhead check    judge it`, path, model.File)
}

// at says whether a folder holds a service.
func at(dir string) (Service, bool, error) {
	parts, err := yamlFiles(filepath.Join(dir, Parts), false)
	if err != nil {
		return Service{}, false, err
	}
	s := Service{Home: dir}
	main := filepath.Join(dir, model.File)
	if exists(main) {
		s.Files = append(s.Files, main)
	} else if i := slices.IndexFunc(parts, func(p string) bool { return filepath.Base(p) == model.File || filepath.Base(p) == "service.yaml" }); i >= 0 {
		s.Files = append(s.Files, parts[i])
		parts = slices.Delete(parts, i, i+1)
	}
	s.Files = append(s.Files, parts...)
	return s, len(s.Files) > 0, nil
}

// below looks for services in the folders of a folder.
func below(dir string, depth int, found []Service) ([]Service, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s cannot be read", dir)
	}
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() || strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor" || name == "testdata" {
			continue
		}
		sub := filepath.Join(dir, name)
		s, ok, err := at(sub)
		switch {
		case err != nil:
			return nil, err
		case ok:
			found = append(found, s)
		case depth < maxDepth:
			if found, err = below(sub, depth+1, found); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// yamlFiles lists the YAML files of a folder, in order of name; deep takes folders in it too, and JSON files.
func yamlFiles(dir string, deep bool) ([]string, error) {
	var out []string
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil // a file called bulkhead is the program, not a folder of parts
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s cannot be read", dir)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if leadsOut(e, path) {
			return nil, fault.New(fault.Invalid, "%s is a link that leads out of its folder; put the file itself there", path)
		}
		switch ext := filepath.Ext(e.Name()); {
		case e.IsDir() && deep:
			more, err := yamlFiles(path, true)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		case strings.HasPrefix(e.Name(), ".") || !isFile(e, path):
		case ext == ".yaml" || ext == ".yml" || deep && ext == ".json":
			out = append(out, path)
		}
		if len(out) > maxFiles {
			return nil, fault.New(fault.TooLarge, "%s holds more than %d files", dir, maxFiles)
		}
	}
	return out, nil
}

// isFile says whether an entry is a file, or a link to one: a pipe would be waited for without end.
// leadsOut says whether an entry is a link to something outside its folder: what lies beside a service must be of it, so
// that nobody's change makes a pipeline read, and print, what is elsewhere on its machine.
func leadsOut(e os.DirEntry, path string) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return false
	}
	real, err := filepath.EvalSymlinks(path)
	home, homeErr := filepath.EvalSymlinks(filepath.Dir(path))
	info, statErr := os.Stat(path)
	if err != nil || homeErr != nil || statErr != nil || !info.Mode().IsRegular() {
		return false // a link to something else than a file is passed over
	}
	way, err := filepath.Rel(home, real)
	return err != nil || !filepath.IsLocal(way)
}

func isFile(e os.DirEntry, path string) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Sources reads the parts of a service.
func (s Service) Sources() ([]schema.Source, error) {
	out := make([]schema.Source, 0, len(s.Files))
	for _, f := range s.Files {
		src, err := Read(f)
		if err != nil {
			return nil, err
		}
		out = append(out, src)
	}
	return out, nil
}

// Records reads the files of records of one kind ("evidence" or "decisions") that lie beside the service.
func (s Service) Records(kind string) ([]schema.Source, error) {
	files, err := yamlFiles(s.RecordsDir(kind), true)
	if err != nil {
		return nil, err
	}
	out := make([]schema.Source, 0, len(files))
	total := 0
	for _, f := range files {
		src, err := Read(f)
		if err != nil {
			return nil, err
		}
		if total += len(src.Text); total > maxRecord {
			return nil, fault.New(fault.TooLarge, "the files of %s are larger than %d MiB together", kind, maxRecord>>20)
		}
		out = append(out, src)
	}
	return out, nil
}

// RecordsDir is the folder of records of a kind.
func (s Service) RecordsDir(kind string) string { return filepath.Join(s.Home, Parts, kind) }

// Read reads a file, up to the bound on one source.
func Read(path string) (schema.Source, error) {
	return ReadUpTo(path, schema.MaxBytes)
}

// ReadUpTo reads a file of at most so many bytes.
func ReadUpTo(path string, most int64) (schema.Source, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return schema.Source{}, fault.New(fault.NotFound, "%s: there is no such file", path)
	}
	if err != nil {
		return schema.Source{}, fault.Wrap(fault.Invalid, err, "%s cannot be read", path)
	}
	defer f.Close()
	return readAll(f, path, most)
}

func readAll(f *os.File, path string, most int64) (schema.Source, error) {
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return schema.Source{}, fault.Wrap(fault.Invalid, err, "%s cannot be read", path)
	}
	if int64(len(text)) > most {
		return schema.Source{}, fault.New(fault.TooLarge, "%s: the file is larger than %d MiB, which is the most that is read; keep evidence and large lists in files of their own", path, most>>20)
	}
	return schema.Source{File: path, Text: text}, nil
}

// Organisation looks for the organisation file from a folder upwards, as far as a top where there is one; empty when there
// is none.
func Organisation(from, top string) (string, error) {
	dir, err := filepath.Abs(from)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "%s cannot be read", from)
	}
	for {
		if path := filepath.Join(dir, org.File); exists(path) {
			return path, nil
		}
		up := filepath.Dir(dir)
		if up == dir || dir == top {
			return "", nil
		}
		dir = up
	}
}

// Beside reads a file that another file names, which must be in its folder or below.
func Beside(file, name string) (schema.Source, error) {
	if !filepath.IsLocal(name) {
		return schema.Source{}, fault.New(fault.Invalid, "%s: %q is not below the folder of this file; only files there are read", file, name)
	}
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return schema.Source{}, fault.Wrap(fault.Invalid, err, "%s cannot be read", file)
	}
	defer root.Close()
	f, err := root.Open(name)
	if err != nil {
		return schema.Source{}, fault.New(fault.NotFound, "%s: it names %q, which cannot be read, or is not below the folder of this file", file, name)
	}
	defer f.Close()
	return readAll(f, filepath.Join(filepath.Dir(file), name), schema.MaxBytes)
}

// Create writes a new record; it is a conflict when one is there already.
func Create(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fault.Wrap(fault.Invalid, err, "%s cannot be made", filepath.Dir(path))
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Conflict, "%s is there already; records are only ever added: give the new one another id", path)
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s cannot be written", path)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fault.Wrap(fault.Internal, errors.Join(err, os.Remove(path)), "%s could not be written", path)
	}
	return nil
}

// Replace writes a file anew, whole or not at all. A link stays a link: the file behind it is written.
func Replace(path string, text []byte) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s cannot be written", path)
	}
	return place(path, text, info.Mode().Perm())
}
