package repository

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// tree is the files of a repository, as far as they were looked at.
type tree struct {
	root    fs.FS
	limits  Limits
	files   []string        // regular files, those of a folder before those of the folders in it
	kept    bool            // there is a .git
	left    int             // entries that may still be looked at
	bytes   int             // that may still be read
	passed  map[string]bool // names of folders that hold what others wrote, or tests
	links   int
	deep    int // folders below the depth
	shut    int // that could not be read
	tooMany bool
	tooMuch bool
	partial int // files of which only the beginning was read
}

// walk lists the files, the folders nearest to the root first, so that bounds cut off what lies deepest.
func walk(root fs.FS, limits Limits) (*tree, error) {
	t := &tree{root: root, limits: limits, left: limits.Entries, bytes: limits.Bytes, passed: map[string]bool{}}
	level, err := t.list(".")
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the folder cannot be read")
	}
	for depth := 1; len(level) > 0; depth++ {
		if depth > limits.Depth {
			t.deep += len(level)
			break
		}
		var next []string
		for _, dir := range level {
			if t.left <= 0 {
				t.tooMany = true
				break
			}
			below, err := t.list(dir)
			if err != nil {
				t.shut++
			}
			next = append(next, below...)
		}
		level = next
	}
	return t, nil
}

// list notes the files of a folder and gives the folders in it that are worth looking into.
func (t *tree) list(dir string) (folders []string, err error) {
	entries, err := t.entries(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case name == ".git":
			t.kept = true
		case e.Type()&fs.ModeSymlink != 0:
			t.links++
		case e.IsDir() && others(e.Name()):
			t.passed[e.Name()] = true
		case e.IsDir() && (!strings.HasPrefix(e.Name(), ".") || ours(e.Name())):
			folders = append(folders, name)
		case e.Type().IsRegular():
			t.files = append(t.files, name)
		}
	}
	return folders, nil
}

// entries reads a folder, and no more of it than may still be looked at.
func (t *tree) entries(dir string) ([]fs.DirEntry, error) {
	f, err := t.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil, fs.ErrInvalid
	}
	entries, err := d.ReadDir(t.left + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > t.left {
		entries, t.tooMany = entries[:t.left], true
	}
	t.left -= len(entries)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// others says whether a folder of this name holds what others wrote, what was made, or what is there for tests.
func others(name string) bool {
	switch name {
	case ".git", "node_modules", "vendor", "bower_components", "venv", ".venv", "dist", "target", "__pycache__",
		"test", "tests", "__tests__", "testdata", "fixtures", "__fixtures__", "example", "examples", "spec":
		return true
	}
	return false
}

// ours says whether a hidden folder of this name holds what this package looks for.
func ours(name string) bool {
	switch name {
	case ".github", ".gitlab", ".circleci", ".well-known", ".semgrep", ".tfsec":
		return true
	}
	return false
}

// text gives the beginning of a file as text, cleaned of what is not; empty where it cannot be read.
func (t *tree) text(file string, most int) string {
	most = min(most, t.limits.File, t.bytes)
	if most <= 0 {
		t.tooMuch = true
		return ""
	}
	f, err := t.root.Open(file)
	if err != nil {
		t.shut++
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(most)))
	t.bytes -= len(text)
	if err != nil {
		t.shut++
		return ""
	}
	if len(text) == t.limits.File {
		t.partial++
	}
	return strings.ToValidUTF8(strings.TrimPrefix(string(text), "\ufeff"), "")
}

// skipped says what was not looked at. Left is how many components are not listed.
func (t *tree) skipped(left int) (out []string) {
	say := func(n int, one, many string) {
		switch {
		case n == 1:
			out = append(out, one)
		case n > 1:
			out = append(out, strconv.Itoa(n)+" "+many)
		}
	}
	if names := passedNames(t.passed); names != "" {
		out = append(out, "folders that hold what others wrote, what was built, or tests: "+names)
	}
	say(t.links, "one link, which was not followed", "links, which were not followed")
	say(t.deep, "one folder that lies very deep", "folders that lie very deep")
	say(t.shut, "one file or folder that could not be read", "files and folders that could not be read")
	say(t.partial, "the end of one large file", "large files, of which only the beginning was read")
	if t.tooMany {
		out = append(out, "all beyond the first "+strconv.Itoa(t.limits.Entries)+" files and folders")
	}
	if t.tooMuch {
		out = append(out, "the content of files beyond the first "+strconv.Itoa(t.limits.Bytes>>20)+" MiB")
	}
	say(left, "one more part, beyond those listed", "more parts, beyond those listed")
	return out
}

func passedNames(passed map[string]bool) string {
	var names []string
	for name := range passed {
		if name != ".git" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
