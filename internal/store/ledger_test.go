package store_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func TestLeavesAreListed(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		write(t, s, registered("a"), registered("b"), revised("a", 1), revised("b", 1), revised("a", 2))
		numbers := func(rows []store.LeafRow, err error) (out []int64) {
			if err != nil {
				t.Error(err)
			}
			for _, r := range rows {
				out = append(out, r.Number)
			}
			return out
		}
		for about, c := range map[string]struct{ got, want []int64 }{
			"all":                   {numbers(s.Leaves(ctx, 0, 10)), []int64{0, 1, 2, 3, 4}},
			"two from 1":            {numbers(s.Leaves(ctx, 1, 2)), []int64{1, 2}},
			"from the end":          {numbers(s.Leaves(ctx, 5, 2)), nil},
			"from far":              {numbers(s.Leaves(ctx, 1<<40, 2)), nil},
			"of a":                  {numbers(s.LeavesOf(ctx, "a", -1, 10)), []int64{4, 2, 0}},
			"of a, below 4":         {numbers(s.LeavesOf(ctx, "a", 4, 1)), []int64{2}},
			"of a, below a far one": {numbers(s.LeavesOf(ctx, "a", 1<<40, 1)), []int64{4}},
			"of none":               {numbers(s.LeavesOf(ctx, "c", -1, 1)), nil},
		} {
			if !slices.Equal(c.got, c.want) {
				t.Errorf("%s: %v, want %v", about, c.got, c.want)
			}
		}
	})
}

func TestHashesAreThoseOfTheLeaves(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		write(t, s, registered("a"), revised("a", 1), revised("a", 2))
		rows, err := s.Leaves(ctx, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		hashes, err := s.Hashes(ctx, 1, 3)
		if err != nil || len(hashes) != 2 || hashes[0] != ledger.Hash(rows[1].Leaf) || hashes[1] != ledger.Hash(rows[2].Leaf) {
			t.Errorf("they are %x, %v", hashes, err)
		}
		var each [][32]byte
		for hash, err := range s.EachHash(ctx, 1, 3) {
			if err != nil {
				t.Fatal(err)
			}
			each = append(each, hash)
		}
		if !slices.Equal(each, hashes) {
			t.Errorf("one after the other they are %x, want %x", each, hashes)
		}
		for hash := range s.EachHash(ctx, 0, 5) {
			if each[0] == hash {
				break // the rest is not read
			}
		}
		if none, err := s.Hashes(ctx, 2, 2); err != nil || len(none) != 0 {
			t.Errorf("of none they are %x, %v", none, err)
		}
		_, err = s.Hashes(ctx, 1, 4)
		refused(t, err, fault.Internal)
	})
}

func TestCheckpointsAreKept(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		if size, state, err := s.Tree(ctx); size != 0 || len(state) != 0 || err != nil {
			t.Errorf("before the first the tree is %d, %x, %v", size, state, err)
		}
		keep := func(size int64, text string, state []byte) {
			t.Helper()
			if err := s.KeepCheckpoint(ctx, store.Checkpoint{Size: size, Text: text, At: civil.Of(noon)}, state); err != nil {
				t.Fatal(err)
			}
		}
		keep(3, "three", []byte{})
		if size, state, err := s.Tree(ctx); size != 3 || len(state) != 0 || err != nil {
			t.Errorf("the tree is %d, %x, %v", size, state, err)
		}
		keep(1<<40, "many", []byte{0, 255, 10})
		keep(5, "five", []byte("late")) // another replica was slower
		keep(5, "again", []byte("later"))
		if size, state, err := s.Tree(ctx); size != 1<<40 || string(state) != "\x00\xff\n" || err != nil {
			t.Errorf("the tree is %d, %x, %v", size, state, err)
		}
		for _, c := range []struct {
			below int64
			limit int
			want  []string
		}{{-1, 10, []string{"many", "five", "three"}}, {-1, 1, []string{"many"}}, {1 << 40, 10, []string{"five", "three"}}, {5, 10, []string{"three"}}, {0, 10, nil}} {
			some, err := s.Checkpoints(ctx, c.below, c.limit)
			var got []string
			for _, p := range some {
				got = append(got, p.Text)
				if p.At != civil.Of(noon) {
					t.Errorf("it is of %v", p.At)
				}
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("below %d they are %v, want %v, %v", c.below, got, c.want, err)
			}
		}
	})
}

// TestTheTimeOfTheRecordNeverGoesBack sets the clock of the machine back: while the record is open, between two openings,
// and on one of two replicas.
func TestTheTimeOfTheRecordNeverGoesBack(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		at := &clock{at: noon}
		c.Now = at.now
		s := opened(t, c)
		write(t, s, registered("a"))
		at.set(noon.Add(-time.Hour))
		write(t, s, registered("b"))
		if got := s.Now(); got != civil.Of(noon) {
			t.Errorf("it is %v", got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = opened(t, c)
		write(t, s, registered("c"))

		ahead := c
		ahead.Now = (&clock{at: noon.Add(time.Hour)}).now
		write(t, opened(t, ahead), registered("d"))
		written := write(t, s, registered("e"), registered("f"))
		if later := civil.Of(noon.Add(time.Hour)); written[0].At != later || written[1].At != later {
			t.Errorf("behind a replica whose clock is ahead it was written at %v and %v, want %v", written[0].At, written[1].At, later)
		}
		inOrder(t, s)
	})
}

// TestLawTimeFollowsTheNumbers writes from many at once while the clock goes on: no leaf is earlier than the one before.
func TestLawTimeFollowsTheNumbers(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		var mu sync.Mutex
		at := noon
		c.Now = func() time.Time { // each look at the clock is a second later
			mu.Lock()
			defer mu.Unlock()
			at = at.Add(time.Second)
			return at
		}
		s := opened(t, c)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				id := ident.ID(rune('a' + i))
				for n := range int64(5) {
					e := revised(id, n)
					if n == 0 {
						e = registered(id)
					}
					if _, err := s.Write(t.Context(), []store.Entry{e}, nil); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := inOrder(t, s); n != 100 {
			t.Errorf("%d leaves", n)
		}
	})
}

// inOrder says that leaves have all numbers and that their times never go back, in their rows and in their text. It gives
// how many there are.
func inOrder(t testing.TB, s *store.Store) int {
	t.Helper()
	rows, err := s.Leaves(t.Context(), 0, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	var last civil.Instant
	for i, r := range rows {
		leaf, err := ledger.ReadLeaf(r.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		if r.Number != int64(i) || r.At < last || leaf.At != r.At {
			t.Errorf("leaf %d has number %d and time %d, in its text %d, after %d", i, r.Number, r.At, leaf.At, last)
		}
		last = r.At
	}
	return len(rows)
}

func TestLeavesAreListedWhereOneMaySee(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registeredIn("mail", "u2"), registeredIn("portal", "u1"), revised("mail", 1), revised("portal", 1))
		for name, c := range map[string]struct {
			scope store.Scope
			want  []int64
		}{
			"all":                   {store.Scope{All: true}, []int64{1, 2}},
			"none":                  {store.Scope{}, nil},
			"a unit":                {store.Scope{Units: []ident.ID{"u1"}}, []int64{1, 3}},
			"a service":             {store.Scope{Singles: []access.Single{{Service: "mail"}}}, []int64{2}},
			"a service in its unit": {store.Scope{Singles: []access.Single{{Service: "mail", Unit: "u2"}}}, []int64{2}},
			"one that has moved":    {store.Scope{Singles: []access.Single{{Service: "mail", Unit: "u1"}}}, nil},
		} {
			some, err := s.LeavesIn(t.Context(), c.scope, 1, 2)
			var got []int64
			for _, l := range some {
				got = append(got, l.Number)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v, %v", name, got, c.want, err)
			}
		}
	})
}
