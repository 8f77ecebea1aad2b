// Package repository finds what a code repository holds that is worth saying about a service: what it is made with, what
// builds it, what it runs on, and signs of controls.
//
// It is given a file system and promises to read it with bounds (entries, depth, bytes), never to follow a link, never to
// run or fetch anything, and never to panic, whatever the files hold. What it did not look at, it says. A sign is never
// proof: a file that configures a tool does not show that the tool runs, or that anybody looks at what it finds. So it
// says where a sign was found and leaves it to people to say what is so. Text that it hands on is one line, cleaned and cut.
package repository

import (
	"io/fs"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Draft is what was found.
type Draft struct {
	Name       string      // what it is called: as a file of the root says, or else as its folder is called
	NamedBy    string      // the file that says so; empty where it is the folder
	Holds      []Found     // in the order in which they are worth reading
	Components []Component // what it seems to be made of
	Controls   []Control   // in order of id
	Skipped    []string    // sentences: what was not looked at
}

// Found is something that was found, and where.
type Found struct {
	What  string // such as Go
	Paths []string
}

// Component is a part that the service seems to have.
type Component struct {
	ID         ident.ID
	Name       string
	Type       model.ComponentType
	Why        string // what says that it is of this type; empty where nothing does and the type is a guess
	Technology string
	Found      []string
}

// Control is a control of the library of which there are signs.
type Control struct {
	ID    ident.ID
	Found []string
}

// Limits bound what is read.
type Limits struct {
	Entries    int // files and folders that are looked at
	Depth      int // of folders
	File       int // bytes of one file: of a larger one no more is read
	Bytes      int // of all files
	Components int
}

// Default gives the limits for a repository that nobody has vouched for.
func Default() Limits {
	return Limits{Entries: 20_000, Depth: 8, File: 256 << 10, Bytes: 32 << 20, Components: 30}
}

// Read looks through a repository. The folder is the name of the folder that it is in. It fails only where the root
// itself cannot be read.
func Read(root fs.FS, folder string, limits Limits) (Draft, error) {
	t, err := walk(root, limits)
	if err != nil {
		return Draft{}, err
	}
	seen := sightings{evidence: map[ident.ID][]string{}}
	if t.kept {
		seen.kept = []string{".git"}
	}
	for _, file := range t.files {
		seen.look(t, file)
	}
	var d Draft
	d.Name, d.NamedBy = seen.name(folder)
	var left int
	d.Components, left = seen.components(ident.Suggest(d.Name), limits.Components)
	left += seen.more
	d.Holds = seen.holds()
	d.Controls = seen.controls()
	d.Skipped = t.skipped(left)
	return d, nil
}

// sightings is what is gathered on the way.
type sightings struct {
	kept     []string // that the code is kept here under version control
	places   []*place // folders with a manifest or a recipe of a container, the nearest to the root first
	more     int      // such folders beyond those kept
	found    []sight  // in order
	evidence map[ident.ID][]string
}

// sight is one thing found: what, and of which sort.
type sight struct {
	sort  sort
	what  string
	paths []string
}

// sort is a sort of thing that is found, in the order in which they are told.
type sort int

const (
	language sort = iota
	container
	composition
	infrastructure
	pipeline
)

// saw notes that something was found.
func (s *sightings) saw(of sort, what, path string) {
	i := slices.IndexFunc(s.found, func(f sight) bool { return f.sort == of && f.what == what })
	if i < 0 {
		i = len(s.found)
		s.found = append(s.found, sight{sort: of, what: what})
	}
	s.found[i].paths = append(s.found[i].paths, shown(path))
}

// of gives all that was found of a sort, what it is and where.
func (s *sightings) of(want sort) (what, paths []string) {
	for _, f := range s.found {
		if f.sort == want {
			what, paths = append(what, f.what), append(paths, f.paths...)
		}
	}
	return what, paths
}

func (s *sightings) holds() (out []Found) {
	slices.SortStableFunc(s.found, func(a, b sight) int { return int(a.sort - b.sort) })
	for _, f := range s.found {
		out = append(out, Found{What: f.what, Paths: f.paths})
	}
	return out
}

// shown gives a path as it is shown.
func shown(path string) string {
	line, _ := foreign.Line(path, foreign.MaxPlace)
	return line
}
