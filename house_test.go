package bulkhead_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/bulkhead-assurance/bulkhead/"

// room is a package of the house, as ARCHITECTURE.md lists it.
type room struct {
	floor, path string
}

// house reads the list of rooms, ground floor first.
func house(t *testing.T) []room {
	t.Helper()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "```house\n")
	list, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("ARCHITECTURE.md has no list of the house")
	}
	var rooms []room
	floor := ""
	for line := range strings.Lines(list) {
		words := strings.Fields(line)
		if !strings.HasPrefix(line, " ") {
			floor, words = words[0], words[1:]
		}
		rooms = append(rooms, room{floor, words[0]})
	}
	return rooms
}

// built is a package as the go command sees it.
type built struct {
	ImportPath   string
	Dir          string
	Imports      []string
	TestImports  []string
	XTestImports []string
	GoFiles      []string
}

func packages(t *testing.T) []built {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []built
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p built
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
}

// TestImportsGoDown holds every import to the order of the house. What is for PROVING may import anything, and only files of
// tests import it.
func TestImportsGoDown(t *testing.T) {
	rooms := house(t)
	place := func(path string) int {
		return slices.IndexFunc(rooms, func(r room) bool { return r.path == strings.TrimPrefix(path, module) })
	}
	seen := map[string]bool{}
	for _, p := range packages(t) {
		mine := place(p.ImportPath)
		if mine < 0 {
			t.Errorf("%s has no room: list it in ARCHITECTURE.md", p.ImportPath)
			continue
		}
		seen[rooms[mine].path] = true
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, module) {
				continue
			}
			if theirs := place(i); theirs >= 0 && rooms[theirs].floor == "PROVING" {
				t.Errorf("%s imports %s, which is for files of tests only", rooms[mine].path, rooms[theirs].path)
			} else if theirs >= mine {
				t.Errorf("%s (%s) imports %s (%s), which is above it", rooms[mine].path, rooms[mine].floor, rooms[theirs].path, rooms[theirs].floor)
			} else if rooms[mine].floor == "FACES" && rooms[theirs].floor == "KEEP" {
				t.Errorf("%s is a face and may not touch %s", rooms[mine].path, rooms[theirs].path)
			}
		}
	}
	for _, r := range rooms {
		if !seen[r.path] {
			t.Errorf("ARCHITECTURE.md lists %s, which is not there", r.path)
		}
	}
}

// TestTheDomainIsPure holds the floors below KEEP to having no disk, network, clock or chance.
func TestTheDomainIsPure(t *testing.T) {
	rooms := house(t)
	forbidden := []string{"os", "os/exec", "net", "net/http", "database/sql", "math/rand", "math/rand/v2", "crypto/rand", "syscall", "unsafe", "log", "log/slog", "html/template"}
	for _, p := range packages(t) {
		at := slices.IndexFunc(rooms, func(r room) bool { return r.path == strings.TrimPrefix(p.ImportPath, module) })
		if at < 0 || slices.Contains([]string{"KEEP", "VERBS", "FACES", "HOUSE", "PROVING"}, rooms[at].floor) {
			continue
		}
		for _, i := range p.Imports {
			if slices.Contains(forbidden, i) {
				t.Errorf("%s imports %s: the domain is pure", rooms[at].path, i)
			}
		}
		for _, f := range p.GoFiles {
			for _, bad := range impure(t, filepath.Join(p.Dir, f)) {
				t.Errorf("%s/%s: %s: the domain reads no clock and keeps no state", rooms[at].path, f, bad)
			}
		}
	}
}

// impure finds time.Now, init functions and variables that are made at the top of a file from something that can change.
func impure(t *testing.T, file string) (bad []string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After"}, n.Sel.Name) {
				bad = append(bad, "time."+n.Sel.Name)
			}
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				bad = append(bad, "func init")
			}
		}
		return true
	})
	return bad
}

// TestEveryPackageSaysWhatItIsFor asks every room for a package comment.
func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		said := false
		for _, f := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			said = said || parsed.Doc != nil
		}
		if !said {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// TestDependenciesAreTold holds docs/dependencies.md to go.mod: every direct dependency has its line.
func TestDependenciesAreTold(t *testing.T) {
	told, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.Open("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	defer mod.Close()
	lines := bufio.NewScanner(mod)
	for lines.Scan() {
		words := strings.Fields(strings.TrimPrefix(lines.Text(), "require "))
		if len(words) < 2 || !strings.HasPrefix(words[1], "v") || strings.Contains(lines.Text(), "// indirect") {
			continue
		}
		if !strings.Contains(string(told), "`"+words[0]+"` "+words[1]) {
			t.Errorf("docs/dependencies.md does not say what %s %s is for", words[0], words[1])
		}
	}
}

// TestDocumentationLinks follows every link between files of the documentation.
func TestDocumentationLinks(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, target := range links(string(text)) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", path, target)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// links gives the targets of links that stay in the repository.
func links(text string) (out []string) {
	for _, part := range strings.Split(text, "](")[1:] {
		target, _, _ := strings.Cut(part, ")")
		target, _, _ = strings.Cut(target, "#")
		if target != "" && !strings.Contains(target, "://") && !strings.HasPrefix(target, "mailto:") {
			out = append(out, target)
		}
	}
	return out
}
