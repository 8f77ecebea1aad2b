package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// TestAFullDiskIsSaid fills the disk under a record. What does not fit is refused with a fault, what was acknowledged stays
// and can be read, and once there is room again the same open record is written.
func TestAFullDiskIsSaid(t *testing.T) {
	t.Run("a bound on files", func(t *testing.T) {
		if s, is := inRole(t); is {
			signal.Ignore(syscall.SIGXFSZ)
			var was syscall.Rlimit
			bound := func(bytes uint64) {
				if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max}); err != nil {
					t.Fatal(err)
				}
			}
			if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
				t.Fatal(err)
			}
			fullDisk(t, s, func() { bound(1 << 20) }, func() { bound(was.Cur) })
			if t.Failed() {
				os.Exit(1)
			}
			os.Exit(0)
		}
		c := onSQLite(t)
		keys := filepath.Join(t.TempDir(), "keys")
		if _, err := seal.CreateRing(keys); err != nil {
			t.Fatal(err)
		}
		if err := startWriter(t, "filler", c, keys).Wait(); err != nil { // a bound is of the whole process
			t.Errorf("under the bound: %v", err)
		}
	})
	t.Run("a small disk", func(t *testing.T) {
		if os.Getenv("BULKHEAD_ROLE") != "" {
			return
		}
		disk := mounted(t, "size=3m")
		c := onSQLite(t)
		c.Database = filepath.Join(disk, "bulkhead.db")
		fullDisk(t, opened(t, c), func() {}, func() { remount(t, disk, 0, "size=64m") })
	})
}

// mounted gives a folder on a disk of its own in memory.
func mounted(t *testing.T, options string) string {
	t.Helper()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, options); err != nil {
		t.Skipf("a disk of a test's own needs root, who may mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk
}

func remount(t *testing.T, disk string, flags uintptr, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
		t.Fatal(err)
	}
}

// large is a revision with a text of 20,000 bytes, which do not compress well. Of one id it is always the same.
func large(id ident.ID) store.Entry {
	e := revised(id, 1)
	random := rand.New(rand.NewChaCha8(sha256.Sum256([]byte(id))))
	noise := make([]byte, 20_000)
	for i := range noise {
		noise[i] = byte('!' + random.IntN(90))
	}
	e.Content.(*store.Revised).Texts[0].Text = string(noise)
	return e
}

func fullDisk(t *testing.T, s *store.Store, fill, free func()) {
	t.Helper()
	fill()
	var made []ident.ID
	refusals := 0
	for n := 0; refusals < 5 && n < 100_000; n++ {
		id := ident.ID(fmt.Sprint("s", n))
		_, err := s.Write(context.Background(), []store.Entry{registered(id), large(id)}, nil)
		if err == nil {
			made = append(made, id)
			continue
		}
		refusals++
		refused(t, err, fault.Internal)
	}
	if refusals != 5 || len(made) == 0 {
		t.Fatalf("%d changes were made and %d refused", len(made), refusals)
	}
	there(t, s, made)
	whole(t, s, 0)
	free()
	for _, id := range []ident.ID{"after1", "after2"} {
		if _, err := s.Write(context.Background(), []store.Entry{registered(id), revised(id, 1)}, nil); err != nil {
			t.Errorf("with room again: %v", err)
		}
	}
	there(t, s, append(made, "after1", "after2"))
	whole(t, s, 0)
}

// TestADiskThatCannotBeWritten holds that opening a record says so, and that what is there can still be verified.
func TestADiskThatCannotBeWritten(t *testing.T) {
	c := onSQLite(t)
	disk := mounted(t, "size=8m")
	c.Database = filepath.Join(disk, "bulkhead.db")
	s := opened(t, c)
	write(t, s, registered("portal"), revised("portal", 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	remount(t, disk, syscall.MS_RDONLY, "size=8m")
	_, err := store.Open(t.Context(), c)
	refused(t, err, fault.Invalid)
	if err != nil && !strings.Contains(err.Error(), "read-only") {
		t.Errorf("it does not say what to look for: %v", err)
	}
	c.ReadOnly = true
	reader := opened(t, c)
	there(t, reader, []ident.ID{"portal"})
	whole(t, reader, 0)
}

func TestWhatIsNoRecordIsSaid(t *testing.T) {
	c := onSQLite(t)
	if err := os.WriteFile(c.Database, bytes.Repeat([]byte("no record at all\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c.ReadOnly = range []bool{false, true} {
		_, err := store.Open(t.Context(), c)
		refused(t, err, fault.Invalid)
	}
	c.Database = filepath.Join(t.TempDir(), "none.db")
	_, err := store.Open(t.Context(), c)
	refused(t, err, fault.NotFound)
	c.Database, c.ReadOnly = filepath.Join(c.Database, "in", "a.db"), false
	if err := os.WriteFile(filepath.Dir(filepath.Dir(c.Database)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), c)
	refused(t, err, fault.Invalid)

	for _, address := range []string{"postgres://user:secret@%zz/", "postgres://user:secret@127.0.0.1:1/none?connect_timeout=2"} {
		_, err := store.Open(t.Context(), store.Config{Database: address, Ring: ring(t)})
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s gives %v", address, err)
		}
	}
}

func TestARecordIsReadByItsOwnerAlone(t *testing.T) {
	c := onSQLite(t)
	c.Database = filepath.Join(filepath.Dir(c.Database), "folder", "bulkhead.db")
	write(t, opened(t, c), registered("portal"))
	files, err := filepath.Glob(c.Database + "*")
	if err != nil || len(files) != 3 {
		t.Fatalf("its files are %v, %v", files, err)
	}
	for _, f := range append(files, filepath.Dir(c.Database)) {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v, %v", f, info.Mode(), err)
		}
	}
}

// TestADamagedFileGivesAFault flips bytes all over the file of a record. Reading it gives a fault or the truth: what is
// sealed and what is hashed never comes back as anything else, and nothing panics.
func TestADamagedFileGivesAFault(t *testing.T) {
	c := onSQLite(t)
	c.Rand = rand.NewChaCha8([32]byte{19}) // with the same ids, the same lies at each place of the file
	s := opened(t, c)
	const services = 40
	truth := map[string][]byte{}
	for i := range services {
		id := ident.ID(fmt.Sprint("s", i))
		for _, w := range write(t, s, registered(id), large(id)) {
			content, err := s.Body(t.Context(), w.Body)
			if err != nil {
				t.Fatal(err)
			}
			truth[w.Body] = content
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(c.Database)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(19, 19))
	faults := 0
	for range 60 {
		damaged := slices.Clone(sound)
		from := random.IntN(len(damaged))
		for i := from; i < min(from+1+random.IntN(2000), len(damaged)); i++ {
			damaged[i] ^= byte(1 + random.IntN(255))
		}
		c.Database = filepath.Join(t.TempDir(), "damaged.db")
		if err := os.WriteFile(c.Database, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if found := readDamaged(t, c, truth); found {
			faults++
		}
	}
	if faults < 10 {
		t.Errorf("only %d of 60 damages were met", faults)
	}
}

// readDamaged reads all of a record, and says whether something was found to be wrong.
func readDamaged(t *testing.T, c store.Config, truth map[string][]byte) (found bool) {
	t.Helper()
	met := func(err error) bool {
		if err == nil {
			return false
		}
		found = true
		if _, is := errors.AsType[*fault.Error](err); !is {
			t.Errorf("what was met is no fault: %v", err)
		}
		return true
	}
	s, err := store.Open(t.Context(), c)
	if met(err) {
		return found
	}
	defer func() { _ = s.Close() }()
	_, err = s.Services(t.Context(), store.Scope{All: true}, "", 100)
	met(err)
	rows, err := s.Leaves(t.Context(), 0, 1000)
	met(err)
	for _, r := range rows {
		content, err := s.Body(t.Context(), r.Body)
		if met(err) {
			continue
		}
		if !bytes.Equal(content, truth[r.Body]) {
			t.Errorf("body %s is %q", r.Body, content)
		}
	}
	_, err = s.Write(t.Context(), []store.Entry{registered("new")}, nil)
	met(err)
	return found
}
