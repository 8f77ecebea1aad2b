package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// open opens a new record on SQLite.
func open(t testing.TB) *store.Store {
	t.Helper()
	dir := t.TempDir()
	ring, err := seal.CreateRing(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Database: filepath.Join(dir, "bulkhead.db"), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func registered(id ident.ID) store.Entry {
	return store.Entry{Kind: ledger.ServiceRegistered, Actor: "person:p1", Service: id, Subject: "service:" + string(id), Content: &store.Registered{Service: id, Name: "A service", Unit: "u1"}}
}

func revised(id ident.ID, number int64) store.Entry {
	return store.Entry{
		Kind: ledger.ServiceRevised, Actor: "person:p1", Service: id, Subject: "service:" + string(id),
		Content: &store.Revised{Service: id, Number: number, Parent: number - 1, Name: "A service", Texts: []store.Text{{File: "bulkhead.yaml", Text: fmt.Sprintf("number: %d\n", number)}}},
	}
}

func TestARevisionIsKeptWithItsLeaf(t *testing.T) {
	s, ctx := open(t), t.Context()
	if _, err := s.Write(ctx, []store.Entry{registered("portal")}, nil); err != nil {
		t.Fatal(err)
	}
	written, err := s.Write(ctx, []store.Entry{revised("portal", 1)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if written[0].Number != 1 {
		t.Errorf("the second entry has number %d, want 1", written[0].Number)
	}
	_, head, err := s.Head(ctx, "portal")
	if err != nil {
		t.Fatal(err)
	}
	if head.Number != 1 || head.Texts[0].Text != "number: 1\n" || head.Actor != "person:p1" {
		t.Errorf("the head is %+v", head)
	}
	leaves, err := s.Leaves(ctx, 0, 10)
	if err != nil || len(leaves) != 2 {
		t.Fatalf("%d leaves, %v", len(leaves), err)
	}
}

func TestOfManyEditorsOfOneRevisionOneWins(t *testing.T) {
	s, ctx := open(t), t.Context()
	if _, err := s.Write(ctx, []store.Entry{registered("portal"), revised("portal", 1)}, nil); err != nil {
		t.Fatal(err)
	}
	var won, conflicts int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := s.Write(ctx, []store.Entry{revised("portal", 2)}, nil)
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
	if n, _ := s.Size(ctx); n != 3 {
		t.Errorf("%d leaves, want 3: a change that was refused leaves none", n)
	}
}

func TestAGuardEndsTheChange(t *testing.T) {
	s, ctx := open(t), t.Context()
	no := errors.New("no")
	_, err := s.Write(ctx, []store.Entry{registered("portal")}, func(context.Context, *store.Tx) error { return no })
	if !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Service(ctx, "portal"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v, want that there is none", err)
	}
}

func TestAPostureComesBackByteForByte(t *testing.T) {
	s, ctx := open(t), t.Context()
	posture := []byte("{\"a\": \"<b>\"}\n")
	j := &store.Judged{
		Service: "portal", Revision: 1, Engine: "1", At: 1_800_000_000, Summary: json.RawMessage(`{}`), Posture: posture,
		Rests: []store.Rest{{Kind: "pack", Name: "x"}}, Items: []store.Item{{Ref: "risk:r1", Kind: "risk", Title: "T", State: "within"}}, Offer: store.Offered{Digest: "d", Offer: json.RawMessage(`{}`)},
	}
	if _, err := s.Write(ctx, []store.Entry{registered("portal"), revised("portal", 1), {Kind: ledger.PostureJudged, Actor: "system", Service: "portal", Subject: "service:portal", Content: j}}, nil); err != nil {
		t.Fatal(err)
	}
	ctx, count := store.Counting(ctx)
	p, err := s.Posture(ctx, "portal")
	if err != nil {
		t.Fatal(err)
	}
	if string(p.Judged.Posture) != string(posture) {
		t.Errorf("got %q", p.Judged.Posture)
	}
	if n := count.Statements(); n != 1 {
		t.Errorf("%d statements, want 1", n)
	}
	on, err := s.RestsOn(ctx, store.Rest{Kind: "pack", Name: "x"})
	if err != nil || len(on) != 1 {
		t.Errorf("%v rest on it, %v", on, err)
	}
}
