package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// until waits for a condition.
func until(t testing.TB, about string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s has not come", about)
		}
	}
}

// held keeps the writer in a change until it is let go, so that what is written meanwhile is one group.
func held(t *testing.T, s *store.Store) (letGo func()) {
	t.Helper()
	begun, end, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		_, err := s.Write(context.WithoutCancel(t.Context()), []store.Entry{registered("held")}, func(context.Context, *store.Tx) error {
			close(begun)
			<-end
			return nil
		})
		done <- err
	}()
	<-begun
	return func() {
		close(end)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestOneOfAGroupDoesNotTouchTheOthers has changes that fail in every way between changes that do not.
func TestOneOfAGroupDoesNotTouchTheOthers(t *testing.T) {
	no := errors.New("no")
	for about, bad := range map[string]struct {
		guard func(ctx context.Context, tx *store.Tx, leave func()) error
		entry store.Entry
		said  func(error) bool
	}{
		"a guard says no": {func(ctx context.Context, tx *store.Tx, _ func()) error {
			return errors.Join(tx.MarkDirty(ctx, noon, "bad"), no)
		}, registered("bad"), func(err error) bool { return errors.Is(err, no) }},
		"a guard panics": {func(ctx context.Context, tx *store.Tx, _ func()) error {
			_ = tx.MarkDirty(ctx, noon, "bad")
			panic("a defect")
		}, registered("bad"), func(err error) bool { return fault.KindOf(err) == fault.Internal }},
		"a conflict": {func(context.Context, *store.Tx, func()) error { return nil }, revised("bad", 1), func(err error) bool { return fault.KindOf(err) == fault.Conflict }},
		// breaking a statement off would undo the whole transaction
		"a caller who goes in the middle of a statement": {func(ctx context.Context, tx *store.Tx, leave func()) error {
			time.AfterFunc(5*time.Millisecond, leave)
			return tx.Run(ctx, `UPDATE head SET at = at + 0 * (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT COUNT(*) FROM n)`)
		}, registered("left"), func(error) bool { return true }},
	} {
		t.Run(about, func(t *testing.T) {
			both(t, func(t *testing.T, s *store.Store) {
				letGo := held(t, s)
				gone, leave := context.WithCancel(t.Context())
				defer leave()
				ctx := t.Context()
				if bad.entry.Service == "left" {
					ctx = gone
				}
				answers := make([]error, 20)
				var wg sync.WaitGroup
				for i := range answers {
					wg.Go(func() {
						if i%4 == 1 {
							_, answers[i] = s.Write(ctx, []store.Entry{bad.entry}, func(ctx context.Context, tx *store.Tx) error { return bad.guard(ctx, tx, leave) })
							return
						}
						_, answers[i] = s.Write(t.Context(), []store.Entry{registered(ident.ID(fmt.Sprint("good", i)))}, nil)
					})
					until(t, "the change", func() bool { return s.Queued() == i+1 })
				}
				letGo()
				wg.Wait()
				for i, err := range answers {
					if i%4 == 1 {
						if !bad.said(err) {
							t.Errorf("the bad one was told %v", err)
						}
						continue
					}
					if err != nil {
						t.Errorf("a good one was told %v", err)
					}
					if _, err := s.Service(t.Context(), ident.ID(fmt.Sprint("good", i))); err != nil {
						t.Error(err)
					}
				}
				if _, err := s.Service(t.Context(), "bad"); fault.KindOf(err) != fault.NotFound {
					t.Errorf("the bad one is there: %v", err)
				}
				if w, err := s.Waiting(t.Context()); err != nil || w.Postures != 0 {
					t.Errorf("the bad one left a mark: %+v, %v", w, err)
				}
				inOrder(t, s)
			})
		})
	}
}

// TestAGroupIsOneCommit holds that changes which wait together reach the disk together: in SQLite's log there is one commit
// of them, and so one wait for the disk.
func TestAGroupIsOneCommit(t *testing.T) {
	c := onSQLite(t)
	c.Now = ticking()
	s := opened(t, c)
	letGo := held(t, s)
	before := commits(t, c.Database+"-wal")
	var wg sync.WaitGroup
	const changes = 50
	for i := range changes {
		wg.Go(func() {
			if _, err := s.Write(t.Context(), []store.Entry{registered(ident.ID(fmt.Sprint("s", i)))}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	until(t, "all changes", func() bool { return s.Queued() == changes })
	letGo()
	wg.Wait()
	if n := commits(t, c.Database+"-wal") - before; n != 2 { // with what held the writer
		t.Errorf("%d changes that waited together took %d commits", changes, n)
	}
	write(t, s, registered("alone"))
	if n := commits(t, c.Database+"-wal") - before; n != 3 {
		t.Errorf("with one more there are %d commits", n)
	}
}

// slow is a content that is sealed only when it may be: what comes meanwhile is dated after it and written before it.
type slow struct {
	content any
	begun   chan bool
	may     chan bool
}

func (c slow) Bytes() ([]byte, error) {
	close(c.begun)
	<-c.may
	return json.Marshal(c.content)
}

// TestWhatWasDatedEarlierIsInItsGroup has a change that was dated before another and waits behind it: it is given the time
// of that one, in the same group.
func TestWhatWasDatedEarlierIsInItsGroup(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		at := &clock{at: noon}
		c.Now = at.now
		s := opened(t, c)
		letGo := held(t, s)
		var first, second []store.Written
		var wg sync.WaitGroup
		late := slow{&store.Registered{Service: "late", Name: "A service", Unit: "u1"}, make(chan bool), make(chan bool)}
		wg.Go(func() {
			var err error
			if second, err = s.Write(t.Context(), []store.Entry{entry(ledger.ServiceRegistered, "late", late), revised("late", 1)}, nil); err != nil {
				t.Error(err)
			}
		})
		<-late.begun
		at.set(noon.Add(time.Minute))
		wg.Go(func() {
			var err error
			if first, err = s.Write(t.Context(), []store.Entry{registered("early")}, nil); err != nil {
				t.Error(err)
			}
		})
		until(t, "the first", func() bool { return s.Queued() == 1 })
		at.set(noon.Add(time.Hour))
		close(late.may)
		until(t, "the second", func() bool { return s.Queued() == 2 })
		letGo()
		wg.Wait()
		minute := civil.Of(noon.Add(time.Minute))
		for _, w := range append(first, second...) {
			if w.At != minute {
				t.Errorf("leaf %d is of %v, want %v", w.Number, w.At, minute)
			}
		}
		if len(first) != 1 || len(second) != 2 || first[0].Number != 1 || second[1].Number != 3 {
			t.Errorf("they were written as %+v and %+v", first, second)
		}
		sound(t, s)
	})
}

// ticking is a clock that says another time whenever it is asked, so that what is written together was dated in another order.
func ticking() func() time.Time {
	var asked atomic.Int64
	return func() time.Time { return noon.Add(time.Duration(asked.Add(1)) * time.Second) }
}

// TestAGroupIsOneTransaction holds the same of PostgreSQL, which numbers its transactions.
func TestAGroupIsOneTransaction(t *testing.T) {
	c := onPostgres(t)
	c.Now = ticking()
	s := opened(t, c)
	letGo := held(t, s)
	var mu sync.Mutex
	of := map[string]int{}
	var wg sync.WaitGroup
	const changes = 50
	for i := range changes {
		wg.Go(func() {
			_, err := s.Write(t.Context(), []store.Entry{registered(ident.ID(fmt.Sprint("s", i)))}, func(ctx context.Context, tx *store.Tx) error {
				id, err := tx.Asked(ctx, `SELECT CAST(pg_current_xact_id() AS TEXT)`)
				mu.Lock()
				defer mu.Unlock()
				of[id]++
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	until(t, "all changes", func() bool { return s.Queued() == changes })
	letGo()
	wg.Wait()
	if len(of) != 1 {
		t.Errorf("%d changes that waited together were made in these transactions: %v", changes, of)
	}
}

// commits counts the commits in SQLite's log: frames that say how large the database then is.
func commits(t *testing.T, log string) (n int) {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	const header, frame = 32, 24
	page := int(binary.BigEndian.Uint32(text[8:]))
	for at := header; at+frame <= len(text); at += frame + page {
		if current := bytes.Equal(text[at+8:at+16], text[16:24]); current && binary.BigEndian.Uint32(text[at+4:]) != 0 {
			n++
		}
	}
	return n
}

// TestLawWhatIsAcknowledgedIsThere has many callers at once, of whom some go away in the middle of their change and some
// fail. What was acknowledged is there, what was refused is not, and nobody fails for another.
func TestLawWhatIsAcknowledgedIsThere(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		var mu sync.Mutex
		there, absent := map[ident.ID]bool{}, map[ident.ID]bool{}
		var wg sync.WaitGroup
		for g := range 24 {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(uint64(g), 1))
				for n := range 12 {
					id := ident.ID(fmt.Sprintf("s%d-%d", g, n))
					way := random.IntN(4)
					ctx, cancel := context.WithCancel(t.Context())
					var guard func(context.Context, *store.Tx) error
					switch way {
					case 1:
						time.AfterFunc(time.Duration(random.IntN(3000))*time.Microsecond, cancel)
					case 2:
						guard = func(context.Context, *store.Tx) error { panic("a defect") }
					}
					_, err := s.Write(ctx, []store.Entry{registered(id), revised(id, 1)}, guard)
					cancel()
					mu.Lock()
					switch {
					case err == nil && way == 2:
						t.Error("a panic was acknowledged")
					case err == nil:
						there[id] = true
					case way == 0 || way == 3:
						t.Errorf("%s was told %v", id, err)
					case way == 2: // who goes away may not know whether the change was made
						absent[id] = true
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for id := range there {
			if _, head, err := s.Head(t.Context(), id); err != nil || head.Number != 1 {
				t.Errorf("%s was acknowledged, and is %+v, %v", id, head, err)
			}
		}
		for id := range absent {
			if _, err := s.Service(t.Context(), id); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s was refused, and gives %v", id, err)
			}
		}
		whole(t, s, 0)
	})
}

// TestAFullQueueIsWaitedFor fills the queue of the writer: who comes then waits, and may go away.
func TestAFullQueueIsWaitedFor(t *testing.T) {
	const queue = 1024
	s := opened(t, onSQLite(t))
	letGo := held(t, s)
	var wg sync.WaitGroup
	for i := range queue {
		wg.Go(func() {
			if _, err := s.Write(t.Context(), []store.Entry{registered(ident.ID(fmt.Sprint("s", i)))}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	until(t, "a full queue", func() bool { return s.Queued() == queue })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.Write(ctx, []store.Entry{registered("late")}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who went away was told %v", err)
	}
	wg.Go(func() {
		if _, err := s.Write(t.Context(), []store.Entry{registered("patient")}, nil); err != nil {
			t.Error(err)
		}
	})
	letGo()
	wg.Wait()
	if n := inOrder(t, s); n != queue+2 { // with what held the writer
		t.Errorf("%d leaves, want %d", n, queue+2)
	}
}

// TestClosingFinishesWhatWasBegun closes a record while many write to it: each change is made and acknowledged, or neither.
func TestClosingFinishesWhatWasBegun(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		for round := range 5 {
			s := opened(t, c)
			var mu sync.Mutex
			made := map[ident.ID]bool{}
			var wg sync.WaitGroup
			for g := range 16 {
				wg.Go(func() {
					for n := 0; ; n++ {
						id := ident.ID(fmt.Sprintf("s%d-%d-%d", round, g, n))
						if _, err := s.Write(context.Background(), []store.Entry{registered(id), revised(id, 1)}, nil); err != nil {
							refused(t, err, fault.Internal)
							return
						}
						mu.Lock()
						made[id] = true
						mu.Unlock()
					}
				})
			}
			until(t, "the first changes", func() bool { mu.Lock(); defer mu.Unlock(); return len(made) > 20*round })
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			wg.Wait()
			s = opened(t, c)
			for id := range made {
				if _, head, err := s.Head(t.Context(), id); err != nil || head.Number != 1 {
					t.Errorf("%s was acknowledged, and is %+v, %v", id, head, err)
				}
			}
			whole(t, s, 0)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// whole says that the record from a leaf on has no half change, where each change is a registration with a revision. It
// gives how many leaves there are.
func whole(t testing.TB, s *store.Store, from int64) int64 {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	size, err := s.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.Leaves(ctx, from, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(rows)) != size-from {
		t.Errorf("the head says %d leaves, and from %d on there are %d", size, from, len(rows))
	}
	of := map[ident.ID]int{}
	for i, r := range rows {
		if r.Number != from+int64(i) {
			t.Errorf("leaf %d has number %d", from+int64(i), r.Number)
		}
		if _, err := s.Body(ctx, r.Body); err != nil {
			t.Errorf("the body of leaf %d: %v", r.Number, err)
		}
		of[r.Service]++
	}
	for id, n := range of {
		v, head, err := s.Head(ctx, id)
		if n != 2 || err != nil || v.Number != 1 || head.Number != 1 {
			t.Errorf("of %s there are %d leaves and it is %+v, %v", id, n, v, err)
		}
	}
	return size
}
