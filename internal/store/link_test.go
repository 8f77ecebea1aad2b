package store_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

func link(t testing.TB, s *store.Store, hash string, l store.Link) {
	t.Helper()
	change(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.KeepLink(ctx, hash, l) })
}

func take(t testing.TB, s *store.Store, hash, purpose string, at time.Time) (l store.Link, err error) {
	t.Helper()
	err = s.Change(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err = tx.TakeLink(ctx, hash, purpose, at)
		return err
	})
	return l, err
}

func TestALinkIsTakenOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "h", store.Link{Purpose: "invite", Person: "p1", Payload: []byte(`{"a":1}`), Expires: noon.Add(time.Hour)})
		var took atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				l, err := take(t, s, "h", "invite", noon)
				switch {
				case err == nil && l.Person == "p1" && string(l.Payload) == `{"a":1}`:
					took.Add(1)
				case fault.KindOf(err) != fault.NotFound:
					t.Errorf("%+v, %v", l, err)
				}
			})
		}
		wg.Wait()
		if took.Load() != 1 {
			t.Errorf("%d took it", took.Load())
		}
	})
}

func TestALinkIsForItsPurposeAndTime(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "h", store.Link{Purpose: "invite", Person: "p1", Payload: []byte(`{}`), Expires: noon.Add(time.Hour)})
		_, err := take(t, s, "h", "first", noon)
		refused(t, err, fault.NotFound)
		_, err = take(t, s, "h", "invite", noon.Add(time.Hour))
		refused(t, err, fault.NotFound)
		change(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DropLinks(ctx, "invite", "p2") })
		if _, err := s.LinkOf(t.Context(), "h", noon); err != nil {
			t.Errorf("looking at it, or dropping another's, took it: %v", err)
		}
		change(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DropLinks(ctx, "invite", "p1") })
		_, err = take(t, s, "h", "invite", noon)
		refused(t, err, fault.NotFound)
	})
}
