package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

func TestAFolderIsHeldByOne(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	first, err := store.HoldFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.HoldFolder(folder)
	refused(t, err, fault.Conflict)
	if !strings.Contains(fmt.Sprint(err), folder) {
		t.Errorf("it does not name the folder: %v", err)
	}
	if _, err := store.HoldFolder(t.TempDir()); err != nil {
		t.Errorf("another folder is held too: %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.HoldFolder(folder); err != nil {
		t.Errorf("it is held after its end: %v", err)
	}
	_, err = store.HoldFolder(filepath.Join(folder, "lock"))
	refused(t, err, fault.Invalid)
}

// TestAHoldEndsWithItsProcess kills a process that holds a folder.
func TestAHoldEndsWithItsProcess(t *testing.T) {
	if folder := os.Getenv("BULKHEAD_RECORD"); os.Getenv("BULKHEAD_ROLE") == "holder" {
		hold, err := store.HoldFolder(folder)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("held")
		time.Sleep(time.Hour)
		_ = hold.Release() // what nothing needs any more is closed once the memory is tidied up
		return
	}
	folder := t.TempDir()
	for range 3 {
		w := startWriter(t, "holder", store.Config{Database: folder}, "")
		if !w.said.Scan() || w.said.Text() != "held" {
			t.Fatalf("the other process says %q", w.said.Text())
		}
		_, err := store.HoldFolder(folder)
		refused(t, err, fault.Conflict)
		if err := w.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = w.Wait()
		hold, err := store.HoldFolder(folder)
		if err != nil {
			t.Fatalf("it is still held: %v", err)
		}
		if err := hold.Release(); err != nil {
			t.Fatal(err)
		}
	}
}
