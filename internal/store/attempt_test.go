package store_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// afterThree waits a minute from the third failure on.
func afterThree(_ string, a store.Attempt) time.Time {
	if a.Count < 3 {
		return time.Time{}
	}
	return a.Last.Add(time.Minute)
}

func TestTriesAtOnceAreAllCounted(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		var made atomic.Int32
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				_, until, err := s.Try(t.Context(), []string{"b", "a"}, noon, afterThree)
				if err != nil {
					t.Error(err)
				}
				if until.IsZero() {
					made.Add(1)
				}
			})
		}
		wg.Wait()
		if made.Load() != 3 {
			t.Errorf("%d tries were made, want 3", made.Load())
		}
	})
}

func TestWhoSucceedsBeginsAgain(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		try := func(at time.Time) (store.Attempt, time.Time) {
			t.Helper()
			before, until, err := s.Try(t.Context(), []string{"a"}, at, afterThree)
			if err != nil {
				t.Fatal(err)
			}
			return before["a"], until
		}
		for range 3 {
			try(noon)
		}
		if a, until := try(noon.Add(time.Second)); a.Count != 3 || !a.Last.Equal(noon) || !until.Equal(noon.Add(time.Minute)) {
			t.Errorf("after three: %+v, wait until %v", a, until)
		}
		if a, until := try(noon.Add(time.Minute)); a.Count != 3 || !until.IsZero() {
			t.Errorf("after a minute: %+v, wait until %v", a, until)
		}
		change(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Succeeded(ctx, "a") })
		if a, until := try(noon.Add(time.Minute)); a.Count != 0 || !until.IsZero() {
			t.Errorf("after success: %+v, wait until %v", a, until)
		}
	})
}
