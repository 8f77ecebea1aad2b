package seal_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// TestAKeyThatAnotherProcessAddedIsTakenUp has one ring of a file while another of the same file is rotated.
func TestAKeyThatAnotherProcessAddedIsTakenUp(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	other, err := seal.CreateRing(file)
	if err != nil {
		t.Fatal(err)
	}
	running, err := seal.OpenRing(file)
	if err != nil {
		t.Fatal(err)
	}
	id, err := other.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.Seal(other, "b1", []byte("content"))
	if err != nil || sealed.KeyID != id {
		t.Fatalf("it is wrapped by %s, want %s: %v", sealed.KeyID, id, err)
	}
	if _, content, err := seal.Open(running, "b1", sealed.KeyID, sealed.Wrapped, sealed.Sealed); err != nil || string(content) != "content" {
		t.Errorf("the running one reads %q, %v", content, err)
	}
	if running.Current() != id {
		t.Errorf("the running one goes on wrapping by %s", running.Current())
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, _, err := seal.Open(running, "b1", "key-unknown", sealed.Wrapped, sealed.Sealed); err == nil || len(running.IDs()) != 2 {
		t.Errorf("without its file it knows %v, %v", running.IDs(), err)
	}
}
