package filelock_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/filelock"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func TestOneHasAFileUntilItIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	one, other := open(t, path), open(t, path)
	if err := filelock.Lock(one); err != nil {
		t.Fatal(err)
	}
	if has, err := filelock.TryLock(other); has || err != nil {
		t.Errorf("while one has it the other is told %v, %v", has, err)
	}
	if _, err := os.ReadFile(path); err != nil {
		t.Errorf("what is locked cannot be read: %v", err)
	}
	had := make(chan error, 1)
	go func() { had <- filelock.Lock(other) }()
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-had; err != nil {
		t.Errorf("who waited does not get it: %v", err)
	}
	if has, err := filelock.TryLock(open(t, path)); has || err != nil {
		t.Errorf("a third is told %v, %v", has, err)
	}
}

func TestAFileThatIsClosedCannotBeLocked(t *testing.T) {
	file := open(t, filepath.Join(t.TempDir(), "lock"))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if has, err := filelock.TryLock(file); has || err == nil {
		t.Errorf("it is told %v, %v", has, err)
	}
}
