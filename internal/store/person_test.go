package store_test

import (
	"context"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// about is an entry about a person.
func about(kind ledger.Kind, id ident.ID, content any) store.Entry {
	return store.Entry{Kind: kind, Actor: "person:" + string(id), Subject: "person:" + string(id), Content: content}
}

func account(id ident.ID, subject string) store.Entry {
	return about(ledger.PersonKnown, id, &store.Known{Person: id, Issuer: "https://login.example", Subject: subject})
}

func passkey(id ident.ID, key string) store.Entry {
	return about(ledger.PersonKnown, id, &store.Known{Person: id, Passkey: &store.Passkey{ID: key, Name: "Security key", Record: []byte(`{"counter":0}`)}})
}

func TestPeopleAreKnownByTheirWaysIn(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		way := func(id ident.ID) store.Way {
			t.Helper()
			w, err := s.WayOf(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		if some, err := s.AnyWay(t.Context()); err != nil || some {
			t.Errorf("in a new record somebody can sign in: %v", err)
		}
		write(t, s, about(ledger.PersonInvited, "p1", &store.Invited{Person: "p1"}))
		if w := way("p1"); w.Person != "p1" || w.Any() {
			t.Errorf("who was only invited: %+v", w)
		}
		write(t, s, passkey("p1", "k1"), account("p2", "s2"))
		if w := way("p1"); w.Passkeys != 1 || !w.Any() {
			t.Errorf("with a passkey: %+v", w)
		}
		by, err := s.WayBy(t.Context(), store.Identity("https://login.example", "s2"))
		if err != nil || by.Person != "p2" || !by.Any() {
			t.Errorf("by their account: %+v, %v", by, err)
		}
		if some, err := s.AnyWay(t.Context()); err != nil || !some {
			t.Errorf("nobody can sign in: %v", err)
		}
		ways, err := s.Ways(t.Context())
		if err != nil || len(ways) != 2 || ways["p1"].Passkeys != 1 {
			t.Errorf("all: %+v, %v", ways, err)
		}
		write(t, s, about(ledger.PersonLeft, "p1", &store.Departed{Person: "p1"}), about(ledger.PersonLeft, "p2", &store.Departed{Person: "p2"}))
		if w := way("p1"); w.Left == 0 || w.Passkeys != 0 || w.Any() {
			t.Errorf("who left: %+v", w)
		}
		if by, err := s.WayBy(t.Context(), store.Identity("https://login.example", "s2")); err != nil || by.Person != "" {
			t.Errorf("the account of who left is still %s's, %v", by.Person, err)
		}
		_, err = s.Write(t.Context(), []store.Entry{account("p2", "s2")}, nil)
		refused(t, err, fault.Conflict)
		write(t, s, about(ledger.PersonInvited, "p1", &store.Invited{Person: "p1"}))
		if w := way("p1"); w.Left != 0 || w.Any() {
			t.Errorf("who was invited again: %+v", w)
		}
	})
}

func TestAWayInIsOnePersons(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, account("p1", "s1"), passkey("p1", "k1"))
		for _, other := range []store.Entry{account("p2", "s1"), passkey("p2", "k1"), passkey("p1", "k1")} {
			_, err := s.Write(t.Context(), []store.Entry{other}, nil)
			refused(t, err, fault.Conflict)
		}
		write(t, s, account("p1", "s1b"))
		if by, err := s.WayBy(t.Context(), store.Identity("https://login.example", "s1")); err != nil || by.Person != "" {
			t.Errorf("the account before still counts: %+v, %v", by, err)
		}
	})
}

func TestOfTwoAccountsWithOneAddressOneIsBound(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, about(ledger.PersonInvited, "p1", &store.Invited{Person: "p1"}))
		var bound sync.Map
		var wg sync.WaitGroup
		for _, subject := range []string{"a", "b", "c", "d", "e"} {
			wg.Go(func() {
				e := about(ledger.PersonKnown, "p1", &store.Known{Person: "p1", Issuer: "https://login.example", Subject: subject, Email: "p1@dept.example"})
				if _, err := s.Write(t.Context(), []store.Entry{e}, nil); err == nil {
					bound.Store(subject, true)
				} else if fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := 0
		bound.Range(func(_, _ any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d accounts were bound", n)
		}
	})
}

func TestPasskeysAreKeptWithTheirNewestCounter(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		write(t, s, passkey("p1", "k1"), passkey("p1", "k2"))
		change(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.NoteUse(ctx, "passkey:k1", `{"counter":7}`, at.now())
		})
		k, err := s.PasskeyOf(t.Context(), "k1")
		if err != nil || k.Person != "p1" || k.Name != "Security key" || string(k.Record) != `{"counter":0}` || k.Used.Note != `{"counter":7}` || !k.Used.At().Equal(at.now()) {
			t.Errorf("it is %+v, %v", k, err)
		}
		all, err := s.Passkeys(t.Context(), "p1")
		if err != nil || len(all) != 2 || !all[1].Used.At().IsZero() {
			t.Errorf("all are %+v, %v", all, err)
		}
		_, err = s.Write(t.Context(), []store.Entry{about(ledger.PersonKnown, "p2", &store.Known{Person: "p2", Dropped: "k1"})}, nil)
		refused(t, err, fault.Conflict)
		write(t, s, about(ledger.PersonKnown, "p1", &store.Known{Person: "p1", Dropped: "k1"}))
		_, err = s.PasskeyOf(t.Context(), "k1")
		refused(t, err, fault.NotFound)
		if w, err := s.WayOf(t.Context(), "p1"); err != nil || w.Passkeys != 1 {
			t.Errorf("%+v, %v", w, err)
		}
	})
}

// change makes a change to working tables that must succeed.
func change(t testing.TB, s *store.Store, do func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := s.Change(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// TestWhoCameInIsRemembered holds that to the record alone: it stays true of those who left, and of what they knew nothing.
func TestWhoCameInIsRemembered(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		check := func(what string, id ident.ID, revision int64, came bool) {
			t.Helper()
			if r, is, err := s.FirstIn(t.Context(), id); err != nil || r != revision || is != came {
				t.Errorf("%s: %s is %d, %v, %v", what, id, r, is, err)
			}
		}
		write(t, s, about(ledger.PersonInvited, "p1", &store.Invited{Person: "p1"}))
		check("who was only invited", "p1", 0, false)
		write(t, s, passkey("p1", "k1"))
		check("before there is an organisation", "p1", 0, true)
		write(t, s, organised(1, 0), about(ledger.SignedIn, "p2", &store.SignedIn{Person: "p2", How: "link", Why: []string{"first"}}), organised(2, 1), account("p2", "s2"))
		check("by a link", "p2", 1, true)
		write(t, s, about(ledger.PersonLeft, "p2", &store.Departed{Person: "p2"}), about(ledger.PersonInvited, "p2", &store.Invited{Person: "p2"}))
		check("who left and was invited again", "p2", 1, true)
		check("another", "p", 0, false)
		change(t, s, func(ctx context.Context, tx *store.Tx) error {
			if r, came, err := tx.FirstIn(ctx, "p2"); err != nil || r != 1 || !came {
				t.Errorf("in a transaction: %d, %v, %v", r, came, err)
			}
			return nil
		})
	})
}
