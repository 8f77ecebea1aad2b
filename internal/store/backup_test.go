package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// backedUp makes a backup of a record and opens it.
func backedUp(t testing.TB, s *store.Store, c store.Config) *store.Store {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup")
	if _, err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	b, err := store.OpenBackup(t.Context(), file, c.Ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// TestABackupIsTheRecord takes a record from each engine to each, and holds what arrives to what left.
func TestABackupIsTheRecord(t *testing.T) {
	bothPlaces(t, func(t *testing.T, from store.Config) {
		s := grown(t, from)
		want := sound(t, s)
		b := backedUp(t, s, from)
		if got := sound(t, b); got.Record.Root != want.Record.Root || got.Played != want.Played || got.Instance != want.Instance {
			t.Errorf("the backup is of %+v, want %+v", got, want)
		}
		bothPlaces(t, func(t *testing.T, to store.Config) {
			to.Ring = from.Ring
			again := opened(t, to)
			if err := again.Restore(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			got := sound(t, again)
			if got.Record.Size != want.Record.Size+1 || got.Instance != want.Instance {
				t.Errorf("what was restored is of %+v, want one record more than %+v", got, want)
			}
			last, err := again.Leaves(t.Context(), want.Record.Size, 1)
			if err != nil || len(last) != 1 || last[0].Kind != ledger.StoreRestored {
				t.Errorf("the last entry is %+v, %v", last, err)
			}
			wrote, had := around(t, from), around(t, to)
			for _, p := range store.Projections() {
				_, before := rowsOf(t, wrote, p.Name)
				if _, after := rowsOf(t, had, p.Name); len(after) != len(before) {
					t.Errorf("table %s has %d rows, want %d", p.Name, len(after), len(before))
				}
			}
			if err := again.Restore(t.Context(), b); fault.KindOf(err) != fault.Conflict {
				t.Errorf("restoring twice gives %v", err)
			}
			write(t, again, revised("portal", 3))
			sound(t, again)
		})
	})
}

func TestABackupHoldsNoKeyAndWritesOverNothing(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := grown(t, c)
		file := filepath.Join(t.TempDir(), "backup")
		if _, err := s.Backup(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("number: 2")) {
			t.Error("a body stands in it in the clear")
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("its rights are %v, %v", info.Mode(), err)
		}
		if _, err := s.Backup(t.Context(), file); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second backup to the same file gives %v", err)
		}
		if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, text) {
			t.Errorf("the first backup was changed: %v", err)
		}
	})
}

func TestWhatIsNoBackupIsSaid(t *testing.T) {
	c := onSQLite(t)
	grown(t, c)
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("this is a text and no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]fault.Kind{c.Database: fault.Invalid, text: fault.Invalid, text + "-not-there": fault.NotFound} {
		if _, err := store.OpenBackup(t.Context(), file, c.Ring); fault.KindOf(err) != want {
			t.Errorf("%s gives %v", file, err)
		}
	}
}

func TestABackupWhileOthersWrite(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := grown(t, c)
		ctx := t.Context()
		done, stopped := make(chan struct{}), make(chan struct{})
		var written atomic.Int64
		go func() {
			defer close(stopped)
			for n := int64(3); ; n++ {
				select {
				case <-done:
					return
				default:
				}
				if _, err := s.Write(ctx, []store.Entry{revised("portal", n)}, nil); err != nil {
					t.Error(err)
					return
				}
				written.Add(1)
			}
		}()
		for range 3 { // each while the writer is at it, as the next revision shows
			before := written.Load()
			until(t, "another revision", func() bool { return written.Load() > before })
			sound(t, backedUp(t, s, c))
			sound(t, s)
		}
		close(done)
		<-stopped
	})
}
