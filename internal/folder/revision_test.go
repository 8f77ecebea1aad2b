package folder_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/folder"
)

// repo makes a repository with one commit of some files.
func repo(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git(t, dir, "init", "-q", "--initial-branch=main")
	git(t, dir, "add", "-A")
	git(t, dir, "-c", "user.name=team", "-c", "user.email=team@example.org", "commit", "-qm", "first")
	return dir
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func TestARevisionHoldsTheFilesOfThen(t *testing.T) {
	dir := repo(t, map[string]string{"organisation.yaml": "o", "services/a/bulkhead.yaml": "then", "services/a/big.bin": "x", "node_modules/x.yaml": "no", "a b/\"c.yaml": "odd"})
	if err := os.WriteFile(filepath.Join(dir, "services/a/bulkhead.yaml"), []byte("now"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := folder.AtRevision(filepath.Join(dir, "services"), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(r.Path(), "a", "bulkhead.yaml"))
	if err != nil || string(text) != "then" {
		t.Errorf("%q, %v", text, err)
	}
	for _, gone := range []string{"a/big.bin", "../node_modules/x.yaml"} {
		if _, err := os.Stat(filepath.Join(r.Path(), gone)); err == nil {
			t.Errorf("%s was laid out", gone)
		}
	}
	if _, err := os.Stat(filepath.Join(r.Path(), "..", "a b", "\"c.yaml")); err != nil {
		t.Error(err)
	}
	if org, err := r.Organisation(); err != nil || filepath.Base(org) != "organisation.yaml" || r.Shown(org) != "HEAD:organisation.yaml" {
		t.Errorf("%s, %v", org, err)
	}
	where := r.Path()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(where); err == nil {
		t.Error("the files are still there")
	}
}

func TestARevisionOfAFile(t *testing.T) {
	dir := repo(t, map[string]string{"services/a/bulkhead.yaml": "then"})
	r, err := folder.AtRevision(filepath.Join(dir, "services", "a", "bulkhead.yaml"), "main")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := os.ReadFile(r.Path()); err != nil || string(text) != "then" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestALinkInARevisionLeadsNowhere(t *testing.T) {
	dir := repo(t, map[string]string{"bulkhead.yaml": "x"})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "leak.yaml")); err != nil {
		t.Skip(err)
	}
	git(t, dir, "add", "-A")
	git(t, dir, "-c", "user.name=team", "-c", "user.email=team@example.org", "commit", "-qm", "second")
	r, err := folder.AtRevision(dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := os.Lstat(filepath.Join(r.Path(), "leak.yaml")); err == nil {
		t.Error("the link was laid out")
	}
}

func TestWhatIsNoRevision(t *testing.T) {
	dir := repo(t, map[string]string{"bulkhead.yaml": "x"})
	for _, name := range []string{"nowhere", "--output=x", "-h", "HEAD:bulkhead.yaml", "", "HEAD~9"} {
		if _, err := folder.AtRevision(dir, name); err == nil || !strings.Contains(err.Error(), "no such file, folder or git revision") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := folder.AtRevision(t.TempDir(), "HEAD"); err == nil || !strings.Contains(err.Error(), "no git repository") {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("a name was taken for an option")
	}
}
