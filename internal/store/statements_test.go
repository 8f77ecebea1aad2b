package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// TestHowManyStatementsARequestTakes holds each request to its number of statements, however much there is to read.
func TestHowManyStatementsARequestTakes(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("a"), registered("b"), revised("a", 1), revised("a", 2), observed("a", "e1"), observed("a", "e2"), decided("a", "d1", decision.Review),
			organised(1, 0), packed("p", "1"), packed("q", "1"), judged("a", "d", on("pack", "p"), on("service", "b")), judged("b", "d"))
		mark(t, s, noon, "a", "b")
		enqueue(t, s, "mail", "m1")
		far := civil.Of(noon) + 1<<30
		second := func(_ any, err error) error { return err }
		for about, c := range map[string]struct {
			want int64
			ask  func(ctx context.Context) error
		}{
			"Ready":          {1, s.Ready},
			"Service":        {1, func(ctx context.Context) error { return second(s.Service(ctx, "a")) }},
			"Head":           {1, func(ctx context.Context) error { _, _, err := s.Head(ctx, "a"); return err }},
			"Revision":       {1, func(ctx context.Context) error { return second(s.Revision(ctx, "a", 1)) }},
			"RevisionAt":     {1, func(ctx context.Context) error { return second(s.RevisionAt(ctx, "a", far)) }},
			"Revisions":      {1, func(ctx context.Context) error { return second(s.Revisions(ctx, "a", -1, 10)) }},
			"Services":       {1, func(ctx context.Context) error { return second(s.Services(ctx, store.Scope{All: true}, "", 10)) }},
			"Have":           {1, func(ctx context.Context) error { return second(s.Have(ctx, "a", []ident.ID{"e1", "e2"})) }},
			"Evidence":       {1, func(ctx context.Context) error { return second(s.Evidence(ctx, "a", "", 10)) }},
			"EvidenceBody":   {1, func(ctx context.Context) error { return second(s.EvidenceBody(ctx, "a", "e1")) }},
			"EvidenceBodies": {1, func(ctx context.Context) error { return second(s.EvidenceBodies(ctx, "a", nil)) }},
			"new bodies":     {2, func(ctx context.Context) error { return second(s.EvidenceBodies(ctx, "a", map[string]bool{"x": true})) }},
			"Decisions":      {1, func(ctx context.Context) error { return second(s.Decisions(ctx, "a", "", 10)) }},
			"DecisionBodies": {1, func(ctx context.Context) error { return second(s.DecisionBodies(ctx, "a", nil)) }},
			"Organisation":   {1, func(ctx context.Context) error { return second(s.Organisation(ctx, 0)) }},
			"Packs":          {1, func(ctx context.Context) error { return second(s.Packs(ctx, 0)) }},
			"Basis":          {1, func(ctx context.Context) error { return second(s.Basis(ctx)) }},
			"Posture":        {1, func(ctx context.Context) error { return second(s.Posture(ctx, "a")) }},
			"PostureKnown":   {1, func(ctx context.Context) error { _, _, err := s.PostureKnown(ctx, "a", far); return err }},
			"Offers":         {1, func(ctx context.Context) error { return second(s.Offers(ctx, []ident.ID{"a", "b"})) }},
			"RestsOn":        {1, func(ctx context.Context) error { return second(s.RestsOn(ctx, on("pack", "p"))) }},
			"RestingOn":      {1, func(ctx context.Context) error { return second(s.RestingOn(ctx, "b", []ident.ID{"a"})) }},
			"Unadvised":      {1, func(ctx context.Context) error { _, _, err := s.Unadvised(ctx, noon, store.Pace{}); return err }},
			"NextDue":        {1, func(ctx context.Context) error { return second(s.NextDue(ctx)) }},
			"TroubleOf":      {1, func(ctx context.Context) error { s.TroubleOf(ctx, "a"); return nil }},
			"Waiting":        {1, func(ctx context.Context) error { return second(s.Waiting(ctx)) }},
			"Leaves":         {1, func(ctx context.Context) error { return second(s.Leaves(ctx, 0, 100)) }},
			"LeavesOf":       {1, func(ctx context.Context) error { return second(s.LeavesOf(ctx, "a", -1, 100)) }},
			"LeavesIn": {1, func(ctx context.Context) error {
				return second(s.LeavesIn(ctx, store.Scope{Units: []ident.ID{"u1"}}, 0, 100))
			}},
			"UnitsOf": {1, func(ctx context.Context) error { return second(s.UnitsOf(ctx, []ident.ID{"a", "b"})) }},
			"AgreementsTo": {1, func(ctx context.Context) error {
				return second(s.AgreementsTo(ctx, []ident.ID{"a", "b"}, []ident.ID{"d1", "d2"}))
			}},
			"TitlesCounted": {1, func(ctx context.Context) error {
				return second(s.TitlesCounted(ctx, store.Scope{All: true}, "decision", "exception"))
			}},
			"WaitingProposals": {1, func(ctx context.Context) error {
				return second(s.WaitingProposals(ctx, store.Scope{All: true}, "p1", [2]string{}, 10))
			}},
			"Restless": {1, func(ctx context.Context) error {
				_, _, err := s.Restless(ctx, store.Scope{All: true}, "", 10)
				return err
			}},
			"Minutes": {1, func(ctx context.Context) error {
				_, _, err := s.Minutes(ctx, "p1", "", 10)
				return err
			}},
			"Papers":      {1, func(ctx context.Context) error { return second(s.Papers(ctx, []ident.ID{"a", "b"})) }},
			"Size":        {1, func(ctx context.Context) error { return second(s.Size(ctx)) }},
			"Hashes":      {1, func(ctx context.Context) error { return second(s.Hashes(ctx, 0, 5)) }},
			"Checkpoints": {1, func(ctx context.Context) error { return second(s.Checkpoints(ctx, -1, 10)) }},
			"Tree":        {1, func(ctx context.Context) error { _, _, err := s.Tree(ctx); return err }},

			"no work": {1, func(ctx context.Context) error {
				return second(s.Claim(ctx, "w", noon.Add(-time.Hour), time.Hour, store.Pace{}, 10))
			}},
			"no jobs": {1, func(ctx context.Context) error {
				return second(s.ClaimJobs(ctx, "w", noon.Add(-time.Hour), time.Hour, 10))
			}},
			// a body, the service, its revision, the head and the leaf
			"a revision": {5, func(ctx context.Context) error { return second(s.Write(ctx, []store.Entry{revised("a", 3)}, nil)) }},
			// a body, the posture, its line and offer, two looks at what followed from the one before, the head and the leaf
			"a posture like the last": {8, func(ctx context.Context) error { return second(s.Write(ctx, []store.Entry{judged("b", "d")}, nil)) }},
		} {
			ctx, count := store.Counting(t.Context())
			if err := c.ask(ctx); err != nil {
				t.Errorf("%s: %v", about, err)
			}
			if n := count.Statements(); n != c.want {
				t.Errorf("%s takes %d statements, want %d", about, n, c.want)
			}
		}
	})
}
