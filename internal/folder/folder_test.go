package folder_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
)

const service = "bulkhead: v1\nservice: {id: a, name: A, phase: alpha}\n"

// tree writes files below a folder of its own: pairs of a path and a text.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	root := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(root, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// relative gives the files of a service as seen from a folder.
func relative(t *testing.T, root string, s folder.Service) (out []string) {
	t.Helper()
	for _, f := range s.Files {
		rel, err := filepath.Rel(root, f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, filepath.ToSlash(rel))
	}
	return out
}

func TestFind(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		path  string
		many  bool
		want  [][]string
	}{
		{"a folder", []string{"bulkhead.yaml", service}, "", false, [][]string{{"bulkhead.yaml"}}},
		{"a file", []string{"bulkhead.yaml", service}, "bulkhead.yaml", false, [][]string{{"bulkhead.yaml"}}},
		{"with parts", []string{"bulkhead.yaml", service, "bulkhead/risks.yaml", "", "bulkhead/controls.yml", "", "bulkhead/README.md", "", "bulkhead/.hidden.yaml", ""}, "", false, [][]string{{"bulkhead.yaml", "bulkhead/controls.yml", "bulkhead/risks.yaml"}}},
		{"a file with parts", []string{"bulkhead.yaml", service, "bulkhead/risks.yaml", ""}, "bulkhead.yaml", false, [][]string{{"bulkhead.yaml", "bulkhead/risks.yaml"}}},
		{"another file stands alone", []string{"draft.yaml", service, "bulkhead/risks.yaml", ""}, "draft.yaml", false, [][]string{{"draft.yaml"}}},
		{"parts only, the main one first", []string{"bulkhead/a.yaml", "", "bulkhead/bulkhead.yaml", service}, "", false, [][]string{{"bulkhead/bulkhead.yaml", "bulkhead/a.yaml"}}},
		{"parts only, by another name", []string{"bulkhead/a.yaml", "", "bulkhead/service.yaml", service}, "", false, [][]string{{"bulkhead/service.yaml", "bulkhead/a.yaml"}}},
		{"records are not parts", []string{"bulkhead.yaml", service, "bulkhead/evidence/e.yaml", "", "bulkhead/decisions/d.yaml", ""}, "", false, [][]string{{"bulkhead.yaml"}}},
		{"services", []string{"b/bulkhead.yaml", service, "a/bulkhead.yaml", service, "x/y/z/bulkhead.yaml", service}, "", true, [][]string{{"a/bulkhead.yaml"}, {"b/bulkhead.yaml"}, {"x/y/z/bulkhead.yaml"}}},
		{"not in what is not ours", []string{"a/bulkhead.yaml", service, ".git/bulkhead.yaml", service, "node_modules/m/bulkhead.yaml", service, "vendor/v/bulkhead.yaml", service, "testdata/t/bulkhead.yaml", service}, "", true, [][]string{{"a/bulkhead.yaml"}}},
		{"a program called bulkhead", []string{"bulkhead.yaml", service, "bulkhead", "\x7fELF"}, "", false, [][]string{{"bulkhead.yaml"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := tree(t, tt.files...)
			found, many, err := folder.Find(filepath.Join(root, tt.path))
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			for _, s := range found {
				got = append(got, relative(t, root, s))
			}
			if many != tt.many || !slices.EqualFunc(got, tt.want, slices.Equal) {
				t.Errorf("found %v, many %v; want %v, %v", got, many, tt.want, tt.many)
			}
		})
	}
}

func TestFindNothing(t *testing.T) {
	root := tree(t, "a/b/c/d/e/f/g/h/i/bulkhead.yaml", service)
	for _, path := range []string{filepath.Join(root, "nowhere"), root} {
		_, _, err := folder.Find(path)
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestRecords(t *testing.T) {
	root := tree(t, "bulkhead.yaml", service, "bulkhead/evidence/2026/b.json", "{}", "bulkhead/evidence/a.yaml", "x: 1", "bulkhead/evidence/note.txt", "no")
	found, _, err := folder.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	records, err := found[0].Records("evidence")
	if err != nil || len(records) != 2 {
		t.Fatalf("%d records: %v", len(records), err)
	}
	if none, err := found[0].Records("decisions"); err != nil || len(none) != 0 {
		t.Errorf("a folder that is not there: %v, %v", none, err)
	}
}

func TestReadIsBounded(t *testing.T) {
	root := tree(t, "a.yaml", "12345")
	path := filepath.Join(root, "a.yaml")
	if _, err := folder.ReadUpTo(path, 5); err != nil {
		t.Error(err)
	}
	if _, err := folder.ReadUpTo(path, 4); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a file over the bound: %v", err)
	}
	if _, err := folder.Read(filepath.Join(root, "nowhere")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
	if _, err := folder.Read(root); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a folder is no file: %v", err)
	}
}

func TestOrganisation(t *testing.T) {
	root := tree(t, "organisation.yaml", "", "a/b/bulkhead.yaml", service, "c/organisation.yaml", "", "c/d/bulkhead.yaml", service)
	for from, want := range map[string]string{"": "organisation.yaml", "a/b": "organisation.yaml", "a/b/bulkhead.yaml": "organisation.yaml", "c/d": "c/organisation.yaml"} {
		got, err := folder.Organisation(filepath.Join(root, from), "")
		if err != nil || got != filepath.Join(root, want) {
			t.Errorf("from %q: %s, %v; want %s", from, got, err, want)
		}
	}
}

func TestBesideStaysInItsFolder(t *testing.T) {
	root := tree(t, "secret.yaml", "secret", "org/organisation.yaml", "", "org/pack.yaml", "pack", "org/packs/deep.yaml", "deep")
	file := filepath.Join(root, "org", "organisation.yaml")
	for name, to := range map[string]string{"out.yaml": "../secret.yaml", "absolute.yaml": filepath.Join(root, "secret.yaml"), "in.yaml": "pack.yaml"} {
		if err := os.Symlink(to, filepath.Join(root, "org", name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("..", filepath.Join(root, "org", "up")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pack.yaml", "packs/deep.yaml", "./packs/../pack.yaml", "in.yaml"} {
		if _, err := folder.Beside(file, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"../secret.yaml", filepath.Join(root, "secret.yaml"), "packs/../../secret.yaml", "out.yaml", "absolute.yaml", "up/secret.yaml", "", "nowhere.yaml", "packs"} {
		source, err := folder.Beside(file, name)
		if err == nil || len(source.Text) > 0 {
			t.Errorf("%q was read: %q", name, source.Text)
		}
		if err != nil && strings.Contains(err.Error(), "secret\n") {
			t.Errorf("%q: the error tells what is in the file: %v", name, err)
		}
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bulkhead", "evidence", "e.yaml")
	if err := folder.Create(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := folder.Create(path, []byte("second")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second record of one name: %v", err)
	}
	if got := read(t, path); got != "first" {
		t.Errorf("the record was lost: %q", got)
	}
	// Nor through a link that leads somewhere else.
	target := filepath.Join(t.TempDir(), "target")
	link := filepath.Join(filepath.Dir(path), "link.yaml")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := folder.Create(link, []byte("x")); err == nil {
		t.Error("a link was followed")
	}
	if _, err := os.Stat(target); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was written where the link leads")
	}
}

func TestReplaceIsWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "bulkhead.yaml")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := folder.Replace(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "new" {
		t.Errorf("got %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its permissions changed: %v, %v", info.Mode(), err)
	}
	if err := folder.Replace(filepath.Join(dir, "nowhere"), nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := folder.Replace(dir, []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("something was left behind: %v, %v", left, err)
	}
}

// A service file that is a link to one kept elsewhere stays a link.
func TestReplaceFollowsALink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real.yaml"), filepath.Join(dir, "bulkhead.yaml")
	if err := os.WriteFile(real, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.yaml", link); err != nil {
		t.Fatal(err)
	}
	if err := folder.Replace(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, real); got != "new" {
		t.Errorf("the file behind the link holds %q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is none any more: %v, %v", info.Mode(), err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
