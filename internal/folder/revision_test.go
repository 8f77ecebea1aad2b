package folder_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

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

// What is laid out is looked at no further up, however the place of temporary files is written.
func TestNothingAboveARevisionApplies(t *testing.T) {
	dir := repo(t, map[string]string{"s/bulkhead.yaml": "x"})
	tmp := t.TempDir()
	if err := os.WriteFile(filepath.Join(tmp, "organisation.yaml"), []byte("not of the revision"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, written := range []string{tmp, tmp + "//", filepath.Dir(tmp) + "//" + filepath.Base(tmp), filepath.Dir(tmp) + "/./" + filepath.Base(tmp)} {
		t.Setenv("TMPDIR", written)
		r, err := folder.AtRevision(filepath.Join(dir, "s"), "HEAD")
		if err != nil {
			t.Fatal(err)
		}
		if org, err := r.Organisation(); err != nil || org != "" {
			t.Errorf("TMPDIR=%s: %q, %v", written, org, err)
		}
		if got := r.Shown(filepath.Join(r.Path(), "bulkhead.yaml")); got != "HEAD:s/bulkhead.yaml" {
			t.Errorf("TMPDIR=%s: %s", written, got)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The path says which repository is meant, whatever a hook was started with.
func TestTheRepositoryIsThatOfThePath(t *testing.T) {
	dir := repo(t, map[string]string{"bulkhead.yaml": "this"})
	t.Setenv("GIT_DIR", filepath.Join(repo(t, map[string]string{"bulkhead.yaml": "another"}), ".git"))
	r, err := folder.AtRevision(dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if text, err := os.ReadFile(filepath.Join(r.Path(), "bulkhead.yaml")); err != nil || string(text) != "this" {
		t.Errorf("%q, %v", text, err)
	}
}

// Files that look like a repository, and lie in a folder of one, would say what the past was.
func TestFilesThatLookLikeARepositoryAreNone(t *testing.T) {
	dir := repo(t, map[string]string{"s/bulkhead.yaml": "then", "s/HEAD": "ref: refs/heads/main\n", "s/config": "[core]\nbare = true\n", "s/objects/x": "", "s/refs/x": ""})
	if _, err := folder.AtRevision(filepath.Join(dir, "s"), "HEAD"); err == nil || !strings.Contains(err.Error(), "look like a git repository") {
		t.Errorf("%v", err)
	}
	if is, err := folder.IsRevision(filepath.Join(dir, "s"), "HEAD"); err == nil || is {
		t.Errorf("%t, %v", is, err)
	}
	if is, err := folder.IsRevision(dir, "HEAD"); err != nil || !is {
		t.Errorf("%t, %v", is, err)
	}
	if is, err := folder.IsRevision(dir, "s"); err != nil || is {
		t.Errorf("%t, %v", is, err)
	}
}

func TestARevisionIsOneCommit(t *testing.T) {
	dir := repo(t, map[string]string{"bulkhead.yaml": "x"})
	for _, name := range []string{"^HEAD", "HEAD^!", "HEAD^@", "HEAD..HEAD", "HEAD:bulkhead.yaml", "--all", ""} {
		if r, err := folder.AtRevision(dir, name); err == nil {
			t.Errorf("%q is a revision", name)
			_ = r.Close()
		}
	}
}

// A copy of what the team wrote does not stay behind when the program is told to end.
func TestNothingStaysBehindWhenItIsToldToEnd(t *testing.T) {
	if dir := os.Getenv("REVISION_OF"); dir != "" {
		r, err := folder.AtRevision(dir, "HEAD")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString(r.Path() + "\n")
		time.Sleep(time.Minute)
	}
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestNothingStaysBehindWhenItIsToldToEnd$")
	cmd.Env = append(os.Environ(), "REVISION_OF="+repo(t, map[string]string{"bulkhead.yaml": "x"}))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	path, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 128+int(syscall.SIGTERM) {
		t.Errorf("it ended with %v", err)
	}
	if _, err := os.Stat(strings.TrimSpace(path)); err == nil {
		t.Errorf("%s is still there", path)
	}
}
