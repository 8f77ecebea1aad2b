package app

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
)

// What the commands cost without starting a process: docs/performance.md has the figures.

// benchmarkAt is the day of the examples.
func benchmarkAt(z civil.Zone) (civil.Instant, error) {
	m, err := civil.ParseMoment("2026-11-21")
	return z.From(m), err
}

func BenchmarkCheck(b *testing.B) {
	for _, name := range []string{"parking-permits", "department"} {
		b.Run(name, func(b *testing.B) {
			where := Where{Path: filepath.Join("..", "..", "examples", name)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Check(where, benchmarkAt); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDiffRevisions compares the department at two revisions of a git repository that was made for it. In the second,
// one control that was in place is not.
func BenchmarkDiffRevisions(b *testing.B) {
	dir := twoRevisions(b)
	where := Where{Path: dir}
	b.ReportAllocs()
	for b.Loop() {
		c, err := Diff(where, "HEAD~1", "HEAD", benchmarkAt)
		if err != nil {
			b.Fatal(err)
		}
		if !c.Worse() {
			b.Fatal("a control was lost, and nothing is worse")
		}
	}
}

func twoRevisions(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", "department"))); err != nil {
		b.Fatal(err)
	}
	git := func(args ...string) {
		b.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	git("add", ".")
	git("commit", "-q", "-m", "first")
	file := filepath.Join(dir, "cloud-platform", "bulkhead", "controls.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	const inPlace, not = "status: implemented", "status: not-started"
	if !bytes.Contains(text, []byte(inPlace)) {
		b.Fatalf("%s has no control in place", file)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte(inPlace), []byte(not), 1), 0o600); err != nil {
		b.Fatal(err)
	}
	git("commit", "-q", "-a", "-m", "second")
	return dir
}
