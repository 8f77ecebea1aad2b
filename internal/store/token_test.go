package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func token(id ident.ID, hash string) store.Entry {
	return store.Entry{Kind: ledger.TokenCreated, Actor: "person:p1", Subject: "token:" + string(id), Content: &store.Tokened{
		ID: id, Name: "Pipeline", Hash: hash, Scope: store.Allowed{Role: "developer", Services: []ident.ID{"portal"}, Uses: []access.Use{access.RecordEvidence}},
		Expires: civil.Of(noon.Add(time.Hour)),
	}}
}

func TestATokenIsFoundWithTheBasisInOneStatement(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		write(t, s, token("t1", "hash"))
		change(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.NoteUse(ctx, "token:t1", "", noon) })
		ctx, count := store.Counting(t.Context())
		k, b, err := s.TokenOf(ctx, "hash")
		if err != nil || count.Statements() != 1 {
			t.Fatalf("%d statements, %v", count.Statements(), err)
		}
		a := k.Access()
		if a.ID != "t1" || a.Role != "developer" || a.Services[0] != "portal" || a.Uses[0] != access.RecordEvidence || k.Maker != "person:p1" || k.Revoked != 0 || b.Organisation != 0 {
			t.Errorf("it is %+v on %+v", k, b)
		}
		if !k.Used.At().Equal(noon) || k.Created != civil.Of(noon) || k.Expires != civil.Of(noon.Add(time.Hour)) {
			t.Errorf("its times are %+v", k)
		}
		_, _, err = s.TokenOf(t.Context(), "other")
		refused(t, err, fault.NotFound)
		all, err := s.Tokens(t.Context())
		if err != nil || len(all) != 1 || all[0].Name != "Pipeline" {
			t.Errorf("the list is %+v, %v", all, err)
		}
	})
}

func TestATokenIsRevokedOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, token("t1", "hash"), token("t2", "hash2"))
		revoke := store.Entry{Kind: ledger.TokenRevoked, Actor: "person:p1", Subject: "token:t1", Content: &store.Revoked{ID: "t1"}}
		write(t, s, revoke)
		if k, err := s.Token(t.Context(), "t1"); err != nil || k.Revoked == 0 {
			t.Errorf("it is %+v, %v", k, err)
		}
		_, err := s.Write(t.Context(), []store.Entry{revoke}, nil)
		refused(t, err, fault.Conflict)
		write(t, s, about(ledger.PersonLeft, "p1", &store.Departed{Person: "p1"}))
		if k, err := s.Token(t.Context(), "t2"); err != nil || k.Revoked == 0 {
			t.Errorf("the token of who left is %+v, %v", k, err)
		}
	})
}
