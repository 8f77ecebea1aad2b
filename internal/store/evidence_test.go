package store_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func observed(service, id ident.ID) store.Entry {
	record := fmt.Sprintf(`{"id":%q,"subject":["control:c1"],"kind":"scan","strength":"tested","outcome":"failed","observed":"2026-03-31"}`, id)
	return store.Entry{
		Kind: ledger.EvidenceRecorded, Actor: "token:t1", Service: service, Subject: "evidence:" + string(id),
		Content: &store.Observed{Service: service, Record: json.RawMessage(record)},
	}
}

func decided(service, id ident.ID, kind decision.Kind) store.Entry {
	record := fmt.Sprintf(`{"id":%q,"kind":%q,"subject":["risk:r1"],"reason":"it is small","made":"2026-04-01","by":"p1"}`, id, kind)
	return store.Entry{
		Kind: ledger.DecisionRecorded, Actor: "person:p1", Service: service, Subject: "decision:" + string(id),
		Content: &store.Decided{Service: service, Decision: json.RawMessage(record), Attested: "server"},
	}
}

func TestEvidenceIsOnlyAdded(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := t.Context()
		written := write(t, s, registered("portal"), observed("portal", "e2"), observed("portal", "e1"), observed("other", "e1"))
		_, err := s.Write(ctx, []store.Entry{observed("portal", "e1")}, nil)
		refused(t, err, fault.Conflict)

		lines, err := s.Evidence(ctx, "portal", "", 10)
		if err != nil || len(lines) != 2 {
			t.Fatalf("it has %v, %v", lines, err)
		}
		want := store.EvidenceLine{ID: "e1", Kind: "scan", Outcome: "failed", Observed: "2026-03-31", Learnt: civil.Of(noon), Body: written[2].Body}
		if lines[0] != want || lines[1].ID != "e2" {
			t.Errorf("the lines are %+v", lines)
		}
		if lines, err := s.Evidence(ctx, "portal", "e1", 1); err != nil || len(lines) != 1 || lines[0].ID != "e2" {
			t.Errorf("after e1 there is %+v, %v", lines, err)
		}

		body, err := s.EvidenceBody(ctx, "portal", "e1")
		if err != nil || body.ID != want.Body {
			t.Fatalf("its body is %q, %v", body.ID, err)
		}
		record, err := s.ReadEvidence(&body)
		if err != nil || record.Record.ID != "e1" || record.Record.Observed.String() != "2026-03-31" || len(record.Record.Subject) != 1 {
			t.Errorf("it reads %+v, %v", record, err)
		}
		_, err = s.EvidenceBody(ctx, "portal", "e3")
		refused(t, err, fault.NotFound)
	})
}

func TestWhatEvidenceAServiceHas(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		written := write(t, s, registered("portal"), observed("portal", "e1"), observed("portal", "e2"), observed("other", "e3"))
		for _, c := range []struct {
			asked []ident.ID
			want  map[ident.ID]string
		}{
			{nil, map[ident.ID]string{}},
			{[]ident.ID{"e3"}, map[ident.ID]string{}},
			{[]ident.ID{"e2", "e3", "e1", "e2"}, map[ident.ID]string{"e1": written[1].Body, "e2": written[2].Body}},
		} {
			got, err := s.Have(t.Context(), "portal", c.asked)
			if err != nil || !maps.Equal(got, c.want) {
				t.Errorf("of %v it has %v, want %v, %v", c.asked, got, c.want, err)
			}
		}
	})
}

// TestManyBodiesAreFetchedOnce holds that a reader who knows some bodies is given each of the others once.
func TestManyBodiesAreFetchedOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		entries := []store.Entry{registered("portal")}
		for i := range 1203 {
			entries = append(entries, observed("portal", ident.ID(fmt.Sprintf("e%d", i))))
		}
		written := write(t, s, entries...)[1:]
		for _, knows := range []int{0, 1, 3, 702, 1203} {
			known, want := map[string]bool{}, map[string]bool{}
			for i, w := range written {
				if i < knows {
					known[w.Body] = true
				} else {
					want[w.Body] = true
				}
			}
			news, err := s.EvidenceBodies(t.Context(), "portal", known)
			bodies := news.Fresh
			got := map[string]bool{}
			for _, b := range bodies {
				got[b.ID] = true
			}
			if err != nil || len(bodies) != len(want) || !maps.Equal(got, want) {
				t.Errorf("knowing %d it is given %d bodies, %d of them different, want %d, %v", knows, len(bodies), len(got), len(want), err)
			}
		}
		have, err := s.Have(t.Context(), "portal", slices.Collect(func(yield func(ident.ID) bool) {
			for i := range 40_000 {
				if !yield(ident.ID(fmt.Sprintf("e%d", i))) {
					return
				}
			}
		}))
		if err != nil || len(have) != 1203 {
			t.Errorf("asked for very many it has %d, %v", len(have), err)
		}
	})
}

func TestDecisionsAreOnlyAdded(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := t.Context()
		lapsed := decided("portal", "d3", decision.Lapse)
		lapsed.Kind = ledger.DecisionLapsed
		written := write(t, s, registered("portal"), decided("portal", "d2", decision.Review), decided("portal", "d1", decision.Acceptance), lapsed, decided("other", "d1", decision.Review))
		_, err := s.Write(ctx, []store.Entry{decided("portal", "d1", decision.Review)}, nil)
		refused(t, err, fault.Conflict)

		lines, err := s.Decisions(ctx, "portal", "", 10)
		if err != nil || len(lines) != 3 {
			t.Fatalf("it has %v, %v", lines, err)
		}
		want := store.DecisionLine{ID: "d1", Kind: decision.Acceptance, Made: "2026-04-01", Learnt: civil.Of(noon), Attested: "server", Body: written[2].Body}
		if lines[0] != want || lines[1].ID != "d2" || lines[2].Kind != decision.Lapse {
			t.Errorf("the lines are %+v", lines)
		}
		if lines, err := s.Decisions(ctx, "portal", "d1", 1); err != nil || len(lines) != 1 || lines[0].ID != "d2" {
			t.Errorf("after d1 there is %+v, %v", lines, err)
		}

		news, err := s.DecisionBodies(ctx, "portal", map[string]bool{written[1].Body: true, written[3].Body: true})
		bodies := news.Fresh
		if err != nil || len(bodies) != 1 {
			t.Fatalf("%d bodies are new, %v", len(bodies), err)
		}
		content, err := s.ReadDecision(&bodies[0])
		if err != nil || content.Attested != "server" {
			t.Fatalf("it reads %+v, %v", content, err)
		}
		if d, err := content.Record(); err != nil || d.ID != "d1" || d.Reason != "it is small" {
			t.Errorf("the decision is %+v, %v", d, err)
		}
	})
}

// TestABodyIsNotTakenForAnother holds that what was sealed for one entry does not open as the body of another.
func TestABodyIsNotTakenForAnother(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("portal"), observed("portal", "e1"), observed("portal", "e2"))
		one, err := s.EvidenceBody(t.Context(), "portal", "e1")
		if err != nil {
			t.Fatal(err)
		}
		two, err := s.EvidenceBody(t.Context(), "portal", "e2")
		if err != nil {
			t.Fatal(err)
		}
		one.Bytes, one.Wrapped = two.Bytes, two.Wrapped
		_, err = s.ReadEvidence(&one)
		refused(t, err, fault.Internal)

		two.Wrapped = nil // as when its key was destroyed
		_, err = s.ReadEvidence(&two)
		refused(t, err, fault.NotFound)
	})
}
