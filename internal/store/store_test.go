package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/postgres"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// both runs a test on a new record on each engine.
func both(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	bothPlaces(t, func(t *testing.T, c store.Config) { test(t, opened(t, c)) })
}

// bothPlaces runs a test on each engine with the place of a new record, for tests that open it more than once.
func bothPlaces(t *testing.T, test func(t *testing.T, c store.Config)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, onSQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, onPostgres(t)) })
}

// onSQLite gives the place of a new record in a file.
func onSQLite(t testing.TB) store.Config {
	t.Helper()
	return store.Config{Database: filepath.Join(t.TempDir(), "bulkhead.db"), Ring: ring(t)}
}

// onPostgres gives the place of a new record in a database of PostgreSQL, which has its tables already.
func onPostgres(t testing.TB) store.Config {
	t.Helper()
	keys := ring(t)
	postgres.Template(t, func(url string) error {
		s, err := store.Open(t.Context(), store.Config{Database: url, Ring: keys, Now: func() time.Time { return noon.Add(-time.Hour) }}) // before all that tests write
		if err != nil {
			return err
		}
		return s.Close()
	})
	return store.Config{Database: postgres.Database(t), Ring: keys}
}

func ring(t testing.TB) *seal.Ring {
	t.Helper()
	keys, err := seal.CreateRing(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// opened opens a record until the test ends.
func opened(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// noon is when tests happen that care.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// clocked runs a test on each engine with a clock that stands at noon.
func clocked(t *testing.T, test func(t *testing.T, s *store.Store, at *clock)) {
	t.Helper()
	bothPlaces(t, func(t *testing.T, c store.Config) {
		at := &clock{at: noon}
		c.Now = at.now
		test(t, opened(t, c), at)
	})
}

// entry is an entry about a service.
func entry(kind ledger.Kind, id ident.ID, content any) store.Entry {
	return store.Entry{Kind: kind, Actor: "person:p1", Service: id, Subject: "service:" + string(id), Content: content}
}

func registered(id ident.ID) store.Entry { return registeredIn(id, "u1") }

func registeredIn(id, unit ident.ID) store.Entry {
	return entry(ledger.ServiceRegistered, id, &store.Registered{Service: id, Name: "A service", Unit: unit})
}

func revised(id ident.ID, number int64) store.Entry {
	return entry(ledger.ServiceRevised, id, &store.Revised{
		Service: id, Number: number, Parent: number - 1, Name: "A service",
		Texts: []store.Text{{File: "bulkhead.yaml", Text: fmt.Sprintf("number: %d\n", number)}},
	})
}

// write writes entries that must be kept.
func write(t testing.TB, s *store.Store, entries ...store.Entry) []store.Written {
	t.Helper()
	written, err := s.Write(t.Context(), entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

// refused says that an error is a fault of a kind.
func refused(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if _, is := errors.AsType[*fault.Error](err); !is || fault.KindOf(err) != kind {
		t.Errorf("got %v, want a fault of kind %v", err, kind)
	}
}

// within makes a change to working tables alone, without an entry.
func within(t testing.TB, s *store.Store, do func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if _, err := s.Write(t.Context(), nil, do); err != nil {
		t.Fatal(err)
	}
}

func TestAnEntryIsKeptWithItsLeaf(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, _ *clock) {
		write(t, s, registered("portal"))
		e := revised("portal", 1)
		e.Meta = map[string]string{"revision": "1"}
		written := write(t, s, e)[0]
		if written.Number != 1 || written.At != civil.Of(noon) || written.Body == "" {
			t.Errorf("it was written as %+v", written)
		}
		leaves, err := s.Leaves(t.Context(), 1, 10)
		if err != nil || len(leaves) != 1 {
			t.Fatalf("%d leaves from 1 on: %v", len(leaves), err)
		}
		row := leaves[0]
		if row.Number != 1 || row.Kind != e.Kind || row.At != written.At || row.Service != e.Service || row.Subject != e.Subject || row.Actor != e.Actor || row.Body != written.Body {
			t.Errorf("its leaf is %+v", row)
		}
		leaf, err := ledger.ReadLeaf(row.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		if leaf.Body != written.Body || leaf.Meta["revision"] != "1" || leaf.At != written.At || ledger.Hash(row.Leaf) != [32]byte(row.Hash) {
			t.Errorf("what is hashed is %+v", leaf)
		}
		content, err := s.Body(t.Context(), written.Body)
		if err != nil {
			t.Fatal(err)
		}
		if string(content) != `{"service":"portal","number":1,"parent":0,"name":"A service","digest":"","texts":[{"file":"bulkhead.yaml","text":"number: 1\n"}]}` {
			t.Errorf("its body is %s", content)
		}
	})
}

func TestSeveralEntriesAreOneChange(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		written := write(t, s, registered("a"), registered("b"), revised("a", 1))
		for i, w := range written {
			if w.Number != int64(i) {
				t.Errorf("entry %d has number %d", i, w.Number)
			}
		}
		_, err := s.Write(t.Context(), []store.Entry{registered("c"), revised("b", 7)}, nil)
		refused(t, err, fault.Conflict)
		if _, err := s.Service(t.Context(), "c"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("half of a change was made: %v", err)
		}
		if n, err := s.Size(t.Context()); n != 3 || err != nil {
			t.Errorf("%d leaves, want 3: %v", n, err)
		}
	})
}

func TestOfManyEditorsOfOneRevisionOneWins(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("portal"), revised("portal", 1))
		var won, conflicts int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := s.Write(t.Context(), []store.Entry{revised("portal", 2)}, nil)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case fault.KindOf(err) == fault.Conflict:
					conflicts++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 || conflicts != 49 {
			t.Errorf("%d won and %d were told of a conflict", won, conflicts)
		}
		if n, _ := s.Size(t.Context()); n != 3 {
			t.Errorf("%d leaves, want 3: a change that was refused leaves none", n)
		}
	})
}

func TestAGuardEndsTheChange(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		no := errors.New("no")
		_, err := s.Write(t.Context(), []store.Entry{registered("portal")}, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.MarkDirty(ctx, noon, "portal"); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Service(t.Context(), "portal"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("got %v, want that there is none", err)
		}
		if w, err := s.Waiting(t.Context()); err != nil || w.Postures != 0 {
			t.Errorf("what the guard did before is still there: %+v, %v", w, err)
		}
	})
}

func TestAChangeWithoutAnEntryWritesNoLeaf(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		within(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, noon, "portal") })
		n, err := s.Size(t.Context())
		if err != nil || n != 0 {
			t.Errorf("%d leaves: %v", n, err)
		}
		if w, err := s.Waiting(t.Context()); err != nil || w.Postures != 1 {
			t.Errorf("what was to be done was not: %+v, %v", w, err)
		}
	})
}

func TestAClosedRecordSaysSo(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := opened(t, c)
		if err := s.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, s.Ready(t.Context()), fault.Internal)
		_, err := s.Write(t.Context(), []store.Entry{registered("portal")}, nil)
		refused(t, err, fault.Internal)
	})
}

func TestARecordKeepsItsInstance(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		one, two := opened(t, c), opened(t, c)
		if one.Instance == "" || one.Instance != two.Instance {
			t.Errorf("it is %q and %q", one.Instance, two.Instance)
		}
	})
}

func TestWhatIsOpenedToBeReadIsNotWritten(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := opened(t, c)
		write(t, s, registered("portal"), revised("portal", 1))
		c.ReadOnly = true
		reader := opened(t, c)
		if _, head, err := reader.Head(t.Context(), "portal"); err != nil || head.Number != 1 {
			t.Errorf("it reads %+v, %v", head, err)
		}
		_, err := reader.Write(t.Context(), []store.Entry{revised("portal", 2)}, nil)
		refused(t, err, fault.Internal)
	})
}
