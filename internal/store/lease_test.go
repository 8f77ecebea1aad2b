package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

func TestWorkIsLeasedToOne(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		for i, step := range []struct {
			holder string
			after  time.Duration
			want   bool
		}{
			{"a", 0, true},
			{"b", 30 * time.Second, false},
			{"a", 40 * time.Second, true}, // which keeps it until 1m40s
			{"b", 99 * time.Second, false},
			{"b", 100 * time.Second, true},
			{"a", 101 * time.Second, false},
		} {
			if has, err := s.Lease(t.Context(), "checkpoints", step.holder, noon.Add(step.after), time.Minute); err != nil || has != step.want {
				t.Errorf("step %d: %s has it: %v, %v", i, step.holder, has, err)
			}
		}
		if has, err := s.Lease(t.Context(), "another", "a", noon, time.Minute); err != nil || !has {
			t.Errorf("work of another name is held too: %v", err)
		}
		for _, holder := range []string{"a", "b"} { // a has it no longer, and gives nothing back
			if err := s.Release(t.Context(), "checkpoints", holder); err != nil {
				t.Fatal(err)
			}
			if has, err := s.Lease(t.Context(), "checkpoints", "c", noon.Add(102*time.Second), time.Minute); err != nil || has != (holder == "b") {
				t.Errorf("after %s gave it back, another takes it: %v, %v", holder, has, err)
			}
		}
	})
}

func TestOfManyAtOnceOneHasTheWork(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		has := make([]bool, 20)
		var all sync.WaitGroup
		for i := range has {
			all.Go(func() {
				var err error
				if has[i], err = s.Lease(t.Context(), "checkpoints", fmt.Sprint("replica", i), noon, time.Minute); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		n := 0
		for _, one := range has {
			if one {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d have it", n)
		}
	})
}
