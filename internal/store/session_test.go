package store_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func begin(t testing.TB, s *store.Store, hash, id string, person ident.ID, at time.Time) {
	t.Helper()
	change(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.BeginSession(ctx, hash, store.Session{ID: id, Person: person, How: "passkey", Held: "h", Begun: at, Idle: time.Hour, Expires: at.Add(5 * time.Hour)})
	})
}

// session finds a session that has to be there.
func session(t testing.TB, s *store.Store, hash string) store.Asked {
	t.Helper()
	a, _, err := s.SessionOf(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestASessionIsFoundWithTheBasisInOneStatement(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		begin(t, s, "hash1", "s1", "p1", noon)
		write(t, s, store.Entry{Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation", Content: &store.Organised{Number: 1, Texts: []store.Text{{File: "organisation.yaml"}}}})
		ctx, count := store.Counting(t.Context())
		a, b, err := s.SessionOf(ctx, "hash1")
		if err != nil || count.Statements() != 1 {
			t.Fatalf("%d statements, %v", count.Statements(), err)
		}
		if a.ID != "s1" || a.Person != "p1" || a.How != "passkey" || a.Held != "h" || a.Earlier || a.Left != 0 || b.Organisation != 1 || b.Packs != 0 {
			t.Errorf("it is %+v on %+v", a, b)
		}
		if !a.Begun.Equal(noon) || !a.Seen.Equal(noon) || a.Idle != time.Hour || !a.Expires.Equal(noon.Add(5*time.Hour)) {
			t.Errorf("its times are %+v", a)
		}
		_, _, err = s.SessionOf(t.Context(), "hash2")
		refused(t, err, fault.NotFound)
	})
}

func TestOfManyRotationsOneWins(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		begin(t, s, "first", "s1", "p1", noon)
		was := session(t, s, "first")
		var won atomic.Int32
		var wg sync.WaitGroup
		for _, next := range []string{"a", "b", "c", "d"} {
			wg.Go(func() {
				given, err := s.RotateSession(t.Context(), was, next, "held", noon.Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if given {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d were given a new secret", won.Load())
		}
		a, _, err := s.SessionOf(t.Context(), "first")
		if err != nil || !a.Earlier || a.Held != "held" || !a.Made.Equal(noon.Add(time.Minute)) || !a.Begun.Equal(noon) {
			t.Errorf("by the secret before: %+v, %v", a, err)
		}
		if given, err := s.RotateSession(t.Context(), a, "e", "", noon); err != nil || given {
			t.Errorf("the secret before rotates: %v", err)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		for _, id := range []string{"a", "b", "c"} {
			begin(t, s, "hash-"+id, id, "p1", noon)
		}
		begin(t, s, "hash-d", "d", "p2", noon)
		left := func(want int) {
			t.Helper()
			all, err := s.Sessions(t.Context(), "p1", noon.Add(time.Minute))
			if err != nil || len(all) != want {
				t.Errorf("%d sessions go on, want %d: %v", len(all), want, err)
			}
		}
		left(3)
		err := s.Change(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.EndSession(ctx, "p1", "d") })
		refused(t, err, fault.NotFound)
		change(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndSession(ctx, "p1", "a") })
		left(2)
		change(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndSessions(ctx, "p1", "b") })
		left(1)
		if err := s.EndSessionOf(t.Context(), "hash-b"); err != nil {
			t.Fatal(err)
		}
		left(0)
		if _, _, err := s.SessionOf(t.Context(), "hash-d"); err != nil {
			t.Errorf("somebody else's session ended too: %v", err)
		}
	})
}

func TestWhatIsOverIsForgotten(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		begin(t, s, "idle", "a", "p1", noon)
		begin(t, s, "used", "b", "p1", noon)
		if err := s.SeeSession(t.Context(), session(t, s, "used").Session, noon.Add(30*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := s.SeeSession(t.Context(), session(t, s, "used").Session, noon); err != nil { // what was seen later stays
			t.Fatal(err)
		}
		link(t, s, "short", store.Link{Purpose: "invite", Payload: []byte(`{}`), Expires: noon.Add(time.Minute)})
		link(t, s, "long", store.Link{Purpose: "invite", Payload: []byte(`{}`), Expires: noon.Add(2 * time.Hour)})
		later := noon.Add(time.Hour)
		if err := s.ForgetEnded(t.Context(), later); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.SessionOf(t.Context(), "idle")
		refused(t, err, fault.NotFound)
		if _, _, err := s.SessionOf(t.Context(), "used"); err != nil {
			t.Error(err)
		}
		_, err = s.LinkOf(t.Context(), "short", noon)
		refused(t, err, fault.NotFound)
		if _, err := s.LinkOf(t.Context(), "long", later); err != nil {
			t.Error(err)
		}
	})
}
