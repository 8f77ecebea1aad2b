//go:build unix

package folder_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/folder"
)

// A pipe among the records would be waited for without end; one that is asked for by name may be meant.
func TestRecordsPassOverWhatIsNoFile(t *testing.T) {
	root := tree(t, "bulkhead.yaml", service, "bulkhead/evidence/a.yaml", "x: 1")
	dir := filepath.Join(root, "bulkhead", "evidence")
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o644); err != nil {
		t.Skip(err)
	}
	for _, link := range []struct{ to, name string }{{filepath.Join(dir, "a.yaml"), "link.yaml"}, {filepath.Join(dir, "nowhere"), "broken.yaml"}, {root, "folder.yaml"}} {
		if err := os.Symlink(link.to, filepath.Join(dir, link.name)); err != nil {
			t.Fatal(err)
		}
	}
	found, _, err := folder.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	records, err := found[0].Records("evidence")
	if err != nil || len(records) != 2 {
		t.Errorf("want the file and the link to it, got %d: %v", len(records), err)
	}
}
