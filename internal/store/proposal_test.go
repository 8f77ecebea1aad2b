package store_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func aboutDecision(kind ledger.Kind, service, id ident.ID, content any) store.Entry {
	return store.Entry{Kind: kind, Actor: "person:p1", Service: service, Subject: "decision:" + string(id), Content: content}
}

func proposal(service, id ident.ID) store.Entry {
	return aboutDecision(ledger.DecisionProposed, service, id, &store.Proposed{
		Service: service, ID: id, State: store.ProposalWaits, Decision: json.RawMessage(`{"id":"` + string(id) + `","kind":"acceptance"}`),
	})
}

func agreement(service, id, person ident.ID) store.Entry {
	return aboutDecision(ledger.DecisionAgreed, service, id, &store.Agreed{Service: service, Decision: id, Person: person, Role: "ciso", Part: store.Decides, Said: "Yes"})
}

func minuted(service, id, person ident.ID) store.Entry {
	return aboutDecision(ledger.DecisionRecorded, service, id, &store.Decided{
		Service: service, Decision: json.RawMessage(`{"id":"` + string(id) + `","kind":"acceptance","made":"2026-11-20","on_behalf_of":"` + string(person) + `"}`),
	})
}

func TestAProposalWaitsUntilItIsMade(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("portal"), proposal("portal", "d1"), proposal("portal", "d2"), agreement("portal", "d1", "p2"))
		some, err := s.Proposals(t.Context(), "portal", "", 10)
		if err != nil || len(some) != 2 || some[0].Decision.ID != "d1" || some[0].Proposer != "person:p1" {
			t.Fatalf("%+v, %v", some, err)
		}
		if parts, err := s.Agreements(t.Context(), "portal", "d1"); err != nil || len(parts) != 1 || parts[0].Said != "Yes" {
			t.Errorf("%+v, %v", parts, err)
		}
		_, err = s.Write(t.Context(), []store.Entry{agreement("portal", "d1", "p2")}, nil)
		refused(t, err, fault.Conflict)

		write(t, s, decidedOf("portal", "d1"))
		if p, err := s.Proposal(t.Context(), "portal", "d1"); err != nil || p.State != store.ProposalMade {
			t.Errorf("%+v, %v", p, err)
		}
		_, err = s.Write(t.Context(), []store.Entry{proposal("portal", "d1")}, nil)
		refused(t, err, fault.Conflict)
		withdrawn := aboutDecision(ledger.DecisionProposed, "portal", "d2", &store.Proposed{Service: "portal", ID: "d2", State: store.ProposalWithdrawn, Reason: "No"})
		write(t, s, withdrawn)
		_, err = s.Write(t.Context(), []store.Entry{withdrawn}, nil)
		refused(t, err, fault.Conflict)
		if some, err := s.WaitingProposals(t.Context(), store.Scope{All: true}, "", [2]string{}, 10); err != nil || len(some) != 0 {
			t.Errorf("%+v, %v", some, err)
		}
	})
}

func TestProposedAnewItIsAgreedToAnew(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("portal"), proposal("portal", "d1"), agreement("portal", "d1", "p2"))
		write(t, s, proposal("portal", "d1"))
		within(t, s, func(ctx context.Context, tx *store.Tx) error {
			state, _, parts, err := tx.HoldProposal(ctx, "portal", "d1")
			if state != store.ProposalWaits || parts != 0 {
				t.Errorf("it is %s with %d parts", state, parts)
			}
			return err
		})
	})
}

func TestProposalsAreListedWhereOneMaySee(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registeredIn("portal", "u1"), registeredIn("mail", "u2"), proposal("portal", "d1"), proposal("mail", "d2"))
		for name, c := range map[string]struct {
			scope store.Scope
			want  []ident.ID
		}{
			"all": {store.Scope{All: true}, []ident.ID{"d2", "d1"}}, "none": {store.Scope{}, nil},
			"a unit": {store.Scope{Units: []ident.ID{"u1"}}, []ident.ID{"d1"}}, "a service": {store.Scope{Singles: []access.Single{{Service: "mail"}}}, []ident.ID{"d2"}},
		} {
			some, err := s.WaitingProposals(t.Context(), c.scope, "", [2]string{}, 10)
			var got []ident.ID
			for _, p := range some {
				got = append(got, p.ID)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
	})
}

// What waits for somebody is without what they had a part in, and goes on after a place.
func TestWhatWaitsForAPersonIsListedInPages(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("mail"), registered("portal"), proposal("mail", "d1"), proposal("mail", "d2"), proposal("portal", "d1"), agreement("mail", "d2", "p2"))
		for about, c := range map[string]struct {
			person ident.ID
			after  [2]string
			limit  int
			want   []string
		}{
			"nobody": {"", [2]string{}, 10, []string{"mail d1", "mail d2", "portal d1"}}, "who agreed": {"p2", [2]string{}, 10, []string{"mail d1", "portal d1"}},
			"two": {"", [2]string{}, 2, []string{"mail d1", "mail d2"}}, "after them": {"", [2]string{"mail", "d2"}, 2, []string{"portal d1"}},
		} {
			some, err := s.WaitingProposals(t.Context(), store.Scope{All: true}, c.person, c.after, c.limit)
			var got []string
			for _, p := range some {
				got = append(got, string(p.About.ID)+" "+string(p.Decision.ID))
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, %v, want %q", about, got, err, c.want)
			}
		}
	})
}

// A minute that was taken back does not wait any more.
func TestAMinuteTakenBackDoesNotWait(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		back := aboutDecision(ledger.DecisionRecorded, "portal", "r1", &store.Decided{
			Service: "portal", Attested: "server", Decision: json.RawMessage(`{"id":"r1","kind":"retraction","made":"2026-11-20","subject":["decision:d1"]}`),
		})
		write(t, s, registered("mail"), registered("portal"), minuted("mail", "d1", "p2"), minuted("portal", "d1", "p2"), minuted("portal", "d2", "p2"), minuted("portal", "d3", "p3"), back)
		some, last, err := s.Minutes(t.Context(), "p2", "", 10)
		if err != nil || last != "" || len(some) != 2 || some[0].About.ID != "mail" || some[1].Decision.ID != "d2" {
			t.Errorf("%+v, %s, %v", some, last, err)
		}
		some, last, err = s.Minutes(t.Context(), "p2", "", 1)
		if err != nil || last != "mail" || len(some) != 1 || some[0].About.ID != "mail" {
			t.Errorf("of one service: %+v, %s, %v", some, last, err)
		}
		some, _, err = s.Minutes(t.Context(), "p2", last, 1)
		if err != nil || len(some) != 1 || some[0].Decision.ID != "d2" {
			t.Errorf("of the next: %+v, %v", some, err)
		}
	})
}

func TestAMinuteIsConfirmedByOne(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("portal"), minuted("portal", "d1", "p2"), decidedOf("portal", "d2"))
		confirm := func(person ident.ID) store.Entry {
			return aboutDecision(ledger.DecisionConfirmed, "portal", "d1", &store.Confirmed{Service: "portal", Decision: "d1", Person: person})
		}
		if got, err := s.Attested(t.Context(), "portal"); err != nil || got["d1"] || !got["d2"] {
			t.Errorf("%v, %v", got, err)
		}
		if some, _, err := s.Minutes(t.Context(), "p2", "", 10); err != nil || len(some) != 1 || some[0].ID != "d1" {
			t.Errorf("%+v, %v", some, err)
		}
		_, err := s.Write(t.Context(), []store.Entry{confirm("p3")}, nil)
		refused(t, err, fault.Conflict)
		write(t, s, confirm("p2"))
		_, err = s.Write(t.Context(), []store.Entry{confirm("p2")}, nil)
		refused(t, err, fault.Conflict)
		if got, err := s.Attested(t.Context(), "portal"); err != nil || !got["d1"] {
			t.Errorf("%v, %v", got, err)
		}
		_, err = s.Minute(t.Context(), "portal", "d1")
		refused(t, err, fault.NotFound)
	})
}

// Proposals, agreements and confirmations follow from the record: played again they are the same.
func TestProposalsArePlayedAgain(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		if err := s.Found(t.Context(), "bulkhead/test+00000000+AA=="); err != nil {
			t.Fatal(err)
		}
		write(t, s, registered("portal"), proposal("portal", "d1"), agreement("portal", "d1", "p2"), proposal("portal", "d1"), agreement("portal", "d1", "p3"), decidedOf("portal", "d1"))
		write(t, s, proposal("portal", "d2"), minuted("portal", "d3", "p2"))
		write(t, s, aboutDecision(ledger.DecisionConfirmed, "portal", "d3", &store.Confirmed{Service: "portal", Decision: "d3", Person: "p2"}))
		sound(t, s)
	})
}

func TestWhoWantsNoDigests(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		for _, stop := range []bool{true, false, true} {
			if err := s.SetQuiet(t.Context(), "p1", stop, noon); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Quiet(t.Context()); err != nil || got["p1"] != stop || got["p2"] {
				t.Errorf("%v, %v", got, err)
			}
		}
	})
}

// A decision that is redacted takes its proposal and its agreements along, and the record stays sound.
func TestARedactedDecisionLeavesNoProposal(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		if err := s.Found(t.Context(), "bulkhead/test+00000000+AA=="); err != nil {
			t.Fatal(err)
		}
		write(t, s, registered("portal"), revised("portal", 1), proposal("portal", "d1"), agreement("portal", "d1", "p2"), minuted("portal", "d1", "p2"))
		write(t, s, aboutDecision(ledger.DecisionConfirmed, "portal", "d1", &store.Confirmed{Service: "portal", Decision: "d1", Person: "p2"}))
		doubted := write(t, s, store.Entry{
			Kind: ledger.RedactionProposed, Actor: "person:p1", Service: "portal", Subject: "decision:d1",
			Content: &store.Doubted{Service: "portal", Reason: "A name", Subjects: []string{"decision:d1"}},
		})
		if _, err := s.Redact(t.Context(), "person:p3", doubted[0].Body, "portal", []string{"decision:d1"}, noon); err != nil {
			t.Fatal(err)
		}
		_, err := s.Proposal(t.Context(), "portal", "d1")
		refused(t, err, fault.NotFound)
		if parts, err := s.Agreements(t.Context(), "portal", "d1"); err != nil || len(parts) != 0 {
			t.Errorf("%+v, %v", parts, err)
		}
		sound(t, s)
	})
}
