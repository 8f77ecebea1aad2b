package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/postgres"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// kills is how often a writer is killed on each engine; more when BULKHEAD_KILLS says so.
func kills(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("BULKHEAD_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return 3
	}
	return 10
}

// writer is this test binary as another process that writes to a record, which it says on its output.
type writer struct {
	*exec.Cmd
	said *bufio.Scanner
}

// startWriter starts a process that runs the test of a name in its other role.
func startWriter(t *testing.T, role string, c store.Config, keys string) *writer {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	child := exec.Command(self, "-test.run=^"+test+"$", "-test.v=false")
	child.Env = append(os.Environ(), "BULKHEAD_ROLE="+role, "BULKHEAD_RECORD="+c.Database, "BULKHEAD_RING="+keys)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill(); _ = child.Wait() })
	return &writer{child, bufio.NewScanner(out)}
}

// inRole opens the record in the other process; ok is false in the test itself.
func inRole(t *testing.T) (s *store.Store, ok bool) {
	t.Helper()
	if os.Getenv("BULKHEAD_ROLE") == "" {
		return nil, false
	}
	keys, err := seal.OpenRing(os.Getenv("BULKHEAD_RING"))
	if err != nil {
		t.Fatal(err)
	}
	s, err = store.Open(t.Context(), store.Config{Database: os.Getenv("BULKHEAD_RECORD"), Ring: keys})
	if err != nil {
		t.Fatal(err)
	}
	return s, true
}

// writeMany writes changes from many sides until told to end, and says of each how it went. Each is a registration with a
// revision and a mark.
func writeMany(s *store.Store, round int, say func(id ident.ID, err error), ended func() bool) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := 0; !ended(); n++ {
				id := ident.ID(fmt.Sprintf("s%d-%d-%d", round, g, n))
				_, err := s.Write(context.Background(), []store.Entry{registered(id), revised(id, 1)}, func(ctx context.Context, tx *store.Tx) error {
					return tx.MarkDirty(ctx, noon, id)
				})
				say(id, err)
			}
		})
	}
	wg.Wait()
}

// TestAKilledWriterLosesNothing kills a process under load at random moments. After each, all that it acknowledged is
// there, the numbers have no gap, each leaf has its body, and no change is there by half.
func TestAKilledWriterLosesNothing(t *testing.T) {
	if s, is := inRole(t); is {
		var mu sync.Mutex
		writeMany(s, os.Getpid(), func(id ident.ID, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				fmt.Println(id)
			}
		}, func() bool { return false })
	}
	bothPlaces(t, func(t *testing.T, c store.Config) {
		keys := filepath.Join(t.TempDir(), "keys")
		var err error
		if c.Ring, err = seal.CreateRing(keys); err != nil {
			t.Fatal(err)
		}
		var size int64
		for range kills(t) {
			w := startWriter(t, "writer", c, keys)
			acknowledged := w.killed(t, 1+rand.IntN(150), time.Duration(rand.IntN(3000))*time.Microsecond)
			letGo(t, c)
			s, err := store.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			there(t, s, acknowledged)
			if now := whole(t, s, size); now < size+int64(len(acknowledged)) {
				t.Errorf("%d leaves after %d and %d changes", now, size, len(acknowledged))
			} else {
				size = now
			}
			if w, err := s.Waiting(t.Context()); err != nil || w.Postures*2 != size {
				t.Errorf("there are %d marks for %d leaves, %v", w.Postures, size, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%d kills, %d leaves", kills(t), size)
	})
}

// killed kills a writer a moment after it has said some lines, and gives all that it said.
func (w *writer) killed(t *testing.T, after int, moment time.Duration) (said []ident.ID) {
	t.Helper()
	for len(said) < after && w.said.Scan() {
		said = append(said, ident.ID(w.said.Text()))
	}
	time.Sleep(moment) // the moment is what is tried out
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for w.said.Scan() { // a line that was cut off ends the last, and is no id that was said
		said = append(said, ident.ID(w.said.Text()))
	}
	if len(said) < after {
		t.Fatalf("the writer ended after %d changes: %v", len(said), w.said.Err())
	}
	_ = w.Wait()
	return said
}

// letGo waits until a database has noticed that its client is gone: it may still be committing what it was told to.
func letGo(t *testing.T, c store.Config) {
	t.Helper()
	if !store.IsPostgres(c.Database) {
		return
	}
	conn, err := pgx.Connect(t.Context(), c.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	until(t, "the end of the client's connections", func() bool {
		var others int
		err := conn.QueryRow(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&others)
		if err != nil {
			t.Fatal(err)
		}
		return others == 0
	})
}

// there says that services are there with their revision.
func there(t testing.TB, s *store.Store, services []ident.ID) {
	t.Helper()
	for _, id := range services {
		if _, head, err := s.Head(context.WithoutCancel(t.Context()), id); err != nil || head.Number != 1 {
			t.Errorf("%s was acknowledged, and is %+v, %v", id, head, err)
		}
	}
}

// TestADatabaseServerThatFallsLosesNothing kills, and then restarts, PostgreSQL while many write to it. Meanwhile calls fail
// with a fault or are made; afterwards the same open record works.
func TestADatabaseServerThatFallsLosesNothing(t *testing.T) {
	server := postgres.Start(t, "fsync = on")
	s := opened(t, store.Config{Database: server.Database(t), Ring: ring(t)})
	for round, fall := range []func(){func() { server.Kill(t) }, func() { server.Stop(t) }} {
		var made []ident.ID
		var mu sync.Mutex
		count := func() int { mu.Lock(); defer mu.Unlock(); return len(made) }
		var ended atomic.Bool
		var wg sync.WaitGroup
		wg.Go(func() {
			writeMany(s, round, func(id ident.ID, err error) {
				if err != nil {
					refused(t, err, fault.Internal)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				made = append(made, id)
			}, ended.Load)
		})
		until(t, "the first changes", func() bool { return count() > 50 })
		fall()
		if _, err := s.Service(t.Context(), "none"); err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("without its server the record says %v", err)
		}
		refused(t, s.Ready(t.Context()), fault.Internal)
		server.Restart(t)
		before := count()
		until(t, "a change after the restart", func() bool { return count() > before+50 })
		ended.Store(true)
		wg.Wait()
		there(t, s, made)
		whole(t, s, 0)
	}
}
