package registry

import (
	"context"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Retract takes a decision back, for good: by who made it, whoever holds their role now, or those above them.
func (r *Registry) Retract(ctx context.Context, who Asker, id, which ident.ID, reason string) (*Outcome, error) {
	return r.retract(ctx, who, minuted{id, which}, reason, func(context.Context, *store.Tx) error { return nil })
}

func (r *Registry) retract(ctx context.Context, who Asker, m minuted, reason string, guard func(context.Context, *store.Tx) error) (*Outcome, error) {
	id, which := m.Service, m.Decision
	s, err := r.sit(ctx, who, id, access.RetractDecision)
	if err != nil {
		return nil, err
	}
	old := s.decided(which)
	switch {
	case old == nil:
		return nil, fault.New(fault.NotFound, "%s has no decision %s", id, which)
	case old.Kind == decision.Retraction || old.Kind == decision.Lapse:
		return nil, fault.New(fault.Invalid, "a %s is final: it cannot be taken back", old.Kind)
	case strings.TrimSpace(reason) == "":
		return nil, fault.New(fault.Invalid, "reason: say why it is taken back")
	}
	role, err := s.retracts(old)
	if err != nil {
		return nil, err
	}
	if by := s.retracted(which); by != "" {
		return nil, fault.New(fault.Conflict, "%s was taken back already, by %s", which, by)
	}
	c := &app.Case{Sources: s.sources, Zone: who.ground.home.Zone}
	d, err := c.Draft(s.inputs, app.Proposal{Kind: string(decision.Retraction), Subject: string(which)}, s.at)
	if err != nil {
		return nil, err
	}
	d.By, d.Role, d.Reason, d.Made = who.Person, role, reason, civil.MomentOf(s.at)
	out := &Outcome{Made: true, Needs: 1, Agreed: []ident.ID{d.By}, Decision: d}
	if out.State, err = s.holds(&d, true); err != nil {
		return nil, err
	}
	text, err := ident.Canon(&d)
	if err != nil {
		return nil, unreadable(err)
	}
	entry := s.entry(ledger.DecisionRecorded, d.ID, &store.Decided{Service: id, Decision: text, Attested: "server"})
	return r.record(ctx, s, out, []store.Entry{entry}, guard)
}

// retracts gives the role in which who asks takes a decision back.
func (s *sitting) retracts(old *decision.Decision) (ident.ID, error) {
	me := s.who.Person
	above := s.authority(&decision.Decision{Kind: decision.Retraction})
	higher := firstOf(above.Roles, func(role ident.ID) bool { return s.own(me, role) })
	switch {
	case me == "":
		return "", fault.New(fault.Forbidden, "only a person who is signed in may take a decision back")
	case me == old.By && old.OnBehalfOf == "" || me == old.OnBehalfOf || slices.Contains(old.With, me) || s.own(me, old.Role):
		return old.Role, nil
	case higher != "":
		return higher, nil
	}
	return "", fault.New(fault.Forbidden, "%s is taken back by who made it, by whoever is %s now, or by: %s", old.ID, old.Role, named(above.Roles))
}

// retracted gives the decision by which one was taken back; empty when it was not.
func (s *sitting) retracted(which ident.ID) ident.ID {
	for i := range s.sources.Decisions {
		d := &s.sources.Decisions[i]
		if d.Kind == decision.Retraction && len(d.Subject) > 0 && d.Subject[0].Path == string(which) {
			return d.ID
		}
	}
	return ""
}

// Again gives what is wanted to decide an earlier decision again: about the same, resting on the same kind of things as
// they are now, and taking its place.
func (r *Registry) Again(ctx context.Context, who Asker, id, which ident.ID) (Wanted, error) {
	s, err := r.sit(ctx, who, id, access.ProposeDecision, access.Decide)
	if err != nil {
		return Wanted{}, err
	}
	old := s.decided(which)
	if old == nil {
		return Wanted{}, fault.New(fault.NotFound, "%s has no decision %s", id, which)
	}
	return Wanted{Supersedes: which, Proposal: app.ProposalOf(old)}, nil
}

// Reconfirm decides an earlier decision again, as things are now: for what was worded anew, or made by somebody who has
// left their role since, or has ended.
func (r *Registry) Reconfirm(ctx context.Context, who Asker, id, which ident.ID, m Making) (*Outcome, error) {
	w, err := r.Again(ctx, who, id, which)
	if err != nil {
		return nil, err
	}
	m.Proposal, m.Wanted = "", w
	return r.Decide(ctx, who, id, m)
}
