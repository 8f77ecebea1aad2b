package registry

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Proposing is what somebody proposes, with the words that it would be decided in.
type Proposing struct {
	Wanted      Wanted
	Reason      string
	ValidUntil  civil.Moment
	Conditions  []string
	ThroughLife bool
}

// Proposal is a decision that waits, as it stands.
type Proposal struct {
	store.Proposal
	Authority  Authority
	Agreements []store.Agreement
}

// Propose keeps a decision that waits for those with the authority, drafted from how things are now. Proposed again under
// the same id by the same person, it takes the place of what they proposed before.
func (r *Registry) Propose(ctx context.Context, who Asker, id ident.ID, p Proposing) (*Proposal, error) {
	s, err := r.sit(ctx, who, id, access.ProposeDecision)
	if err != nil {
		return nil, err
	}
	d, err := r.draft(ctx, s, p.Wanted)
	if err != nil {
		return nil, err
	}
	a := s.authority(&d)
	if a.NotAcceptable {
		return nil, fault.New(fault.Forbidden, "nobody may decide this. %s", a.Why)
	}
	d.Reason, d.ValidUntil, d.Conditions, d.ThroughLife = p.Reason, p.ValidUntil, p.Conditions, p.ThroughLife
	d.ProposedBy = who.proposes()
	if s.decided(d.ID) != nil {
		return nil, fault.New(fault.Conflict, "%s has a decision %s already: give the new one another id", id, d.ID)
	}
	text, err := ident.Canon(&d)
	if err != nil {
		return nil, unreadable(err)
	}
	guard := func(ctx context.Context, t *store.Tx) error {
		state, _, _, err := t.HoldProposal(ctx, id, d.ID)
		if err != nil && fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil || state != store.ProposalWaits {
			return err
		}
		by, err := t.Proposer(ctx, id, d.ID)
		if err == nil && by != who.ID {
			return fault.New(fault.Conflict, "somebody else proposed a decision %s that waits: give yours another id", d.ID)
		}
		return err
	}
	written, err := r.write(ctx, guard, s.entry(ledger.DecisionProposed, d.ID, &store.Proposed{Service: id, ID: d.ID, State: store.ProposalWaits, Decision: text}))
	if err != nil {
		return nil, err
	}
	return &Proposal{
		Proposal:  store.Proposal{Service: id, ID: d.ID, Proposer: who.ID, At: written.At, State: store.ProposalWaits, Body: written.Body, Decision: d},
		Authority: a,
	}, nil
}

// entry makes an entry about a decision of the service.
func (s *sitting) entry(kind ledger.Kind, id ident.ID, content any) store.Entry {
	return store.Entry{Kind: kind, Actor: s.who.ID, Service: s.service.ID, Subject: "decision:" + string(id), Content: content}
}

// Proposals lists the proposals of a service that wait, after an id.
func (r *Registry) Proposals(ctx context.Context, who Asker, id, after ident.ID, limit int) ([]Proposal, error) {
	s, err := r.visit(ctx, who, id, access.ReadDecisions)
	if err != nil {
		return nil, err
	}
	some, err := sift(limit, func(last *store.Proposal) ([]store.Proposal, error) {
		if last != nil {
			after = last.ID
		}
		return r.store.Proposals(ctx, id, after, limit)
	}, func(p *store.Proposal) bool { return who.mayKnow(s.service, p.Decision.Subject...) })
	if err != nil {
		return nil, err
	}
	return r.proposals(ctx, s, some...)
}

// Proposal gives one proposal of a service, whether it still waits or not.
func (r *Registry) Proposal(ctx context.Context, who Asker, id, which ident.ID) (*Proposal, error) {
	s, err := r.visit(ctx, who, id, access.ReadDecisions)
	if err != nil {
		return nil, err
	}
	kept, err := r.store.Proposal(ctx, id, which)
	if err != nil {
		return nil, err
	}
	if !who.mayKnow(s.service, kept.Decision.Subject...) {
		return nil, who.mayIn(access.ReadFindings, s.service.Unit, id)
	}
	out, err := r.proposals(ctx, s, kept)
	if err != nil {
		return nil, err
	}
	return &out[0], nil
}

// proposals says of proposals about one service who may decide on them and who has.
func (r *Registry) proposals(ctx context.Context, s *sitting, kept ...store.Proposal) ([]Proposal, error) {
	ids := make([]ident.ID, len(kept))
	for i := range kept {
		ids[i] = kept[i].ID
	}
	parts, err := r.store.AgreementsTo(ctx, []ident.ID{s.service.ID}, ids)
	out := make([]Proposal, len(kept))
	for i, p := range kept {
		out[i] = Proposal{Proposal: p, Authority: s.authority(&p.Decision), Agreements: parts[p.Service][p.ID]}
	}
	return out, err
}

// errMoved says that somebody else decided meanwhile, so that what was worked out has to be worked out again.
var errMoved = fault.New(fault.Conflict, "others decided at the same time: try again")

// decideProposed decides on a proposal, or agrees to it where more than one has to. However many do so at once, here and
// at other replicas, the decision is made once.
func (r *Registry) decideProposed(ctx context.Context, who Asker, id ident.ID, m Making) (*Outcome, error) {
	defer r.editing.take(id)()
	for try := 0; ; try++ {
		out, err := r.decideOnce(ctx, who, id, m)
		if !errors.Is(err, errMoved) || try == triesMost {
			return out, err
		}
	}
}

// Agree decides on a proposal in the words that it was proposed in.
func (r *Registry) Agree(ctx context.Context, who Asker, id, proposal, role ident.ID) (*Outcome, error) {
	return r.Decide(ctx, who, id, Making{Proposal: proposal, Role: role})
}

func (r *Registry) decideOnce(ctx context.Context, who Asker, id ident.ID, m Making) (*Outcome, error) {
	s, err := r.sit(ctx, who, id, access.Decide, access.RecordReview)
	if err != nil {
		return nil, err
	}
	p, err := r.waiting(ctx, s, m.Proposal, useFor)
	if err != nil {
		return nil, err
	}
	parts, err := r.store.Agreements(ctx, id, p.ID)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(parts, func(a store.Agreement) bool { return a.Person == who.Person }); i >= 0 {
		return nil, fault.New(fault.Conflict, "you have had your part in this already, as %s: others have to decide", parts[i].Role)
	}
	d := p.Decision
	out, entries, err := s.decide(&d, m, parts)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if a, is := entries[i].Content.(*store.Agreed); is {
			a.To = p.Body
		}
	}
	return r.record(ctx, s, out, entries, func(ctx context.Context, t *store.Tx) error {
		state, body, n, err := t.HoldProposal(ctx, id, p.ID)
		switch {
		case err != nil:
			return err
		case state != store.ProposalWaits:
			return noLonger(p.ID, state)
		case body != p.Body || n != len(parts):
			return errMoved
		}
		return nil
	})
}

// waiting gives a proposal that waits, for somebody who has a right on it: never who proposed it.
func (r *Registry) waiting(ctx context.Context, s *sitting, which ident.ID, use func(decision.Kind) access.Use) (store.Proposal, error) {
	p, err := r.store.Proposal(ctx, s.service.ID, which)
	if err != nil {
		return p, err
	}
	if p.State != store.ProposalWaits {
		return p, noLonger(which, p.State)
	}
	place := s.who.at(s.service.Unit, s.service.ID)
	place.Proposer = ident.ID(p.Decision.ProposedBy)
	if answer := access.May(s.who.Actor, use(p.Decision.Kind), place); !answer.Yes {
		return p, fault.New(fault.Forbidden, "%s", answer.Missing)
	}
	return p, nil
}

func noLonger(id ident.ID, state string) error {
	if state == store.ProposalMade {
		return fault.New(fault.Conflict, "the decision %s has been made", id)
	}
	return fault.New(fault.Conflict, "the proposal %s was %s, and waits no longer", id, state)
}

// Consult keeps that who asks was asked about a proposal, in a role that has to be, and what they said.
func (r *Registry) Consult(ctx context.Context, who Asker, id, proposal, role ident.ID, words string) (store.Written, error) {
	s, err := r.sit(ctx, who, id, access.AgreeDecision)
	if err != nil {
		return store.Written{}, err
	}
	p, err := r.waiting(ctx, s, proposal, func(decision.Kind) access.Use { return access.AgreeDecision })
	if err != nil {
		return store.Written{}, err
	}
	a := s.authority(&p.Decision)
	if role == "" {
		role = firstOf(a.Consult, func(of ident.ID) bool { return s.speaks(who.Person, of) })
	}
	switch {
	case !slices.Contains(a.Consult, role):
		return store.Written{}, fault.New(fault.Forbidden, "on this proposal are asked: %s", cmp.Or(named(a.Consult), "nobody"))
	case !s.speaks(who.Person, role):
		return store.Written{}, fault.New(fault.Forbidden, "you are not %s for %s today", role, id)
	case strings.TrimSpace(words) == "":
		return store.Written{}, fault.New(fault.Invalid, "words: say what you think of it")
	}
	return r.write(ctx, func(ctx context.Context, t *store.Tx) error {
		state, body, _, err := t.HoldProposal(ctx, id, p.ID)
		switch {
		case err != nil:
			return err
		case state != store.ProposalWaits:
			return noLonger(p.ID, state)
		case body != p.Body:
			return fault.New(fault.Conflict, "%s was proposed anew meanwhile: look at it again", p.ID)
		}
		return nil
	}, s.entry(ledger.DecisionAgreed, p.ID, &store.Agreed{Service: id, Decision: p.ID, Person: who.Person, Role: role, Part: store.Consulted, Said: words, To: p.Body}))
}

func firstOf(roles []ident.ID, is func(ident.ID) bool) ident.ID {
	if i := slices.IndexFunc(roles, is); i >= 0 {
		return roles[i]
	}
	return ""
}

// Withdraw ends a proposal that waits: who proposed it withdraws it, and who may decide on it declines it.
func (r *Registry) Withdraw(ctx context.Context, who Asker, id, proposal ident.ID, reason string) (store.Written, error) {
	s, err := r.sit(ctx, who, id, access.ProposeDecision, access.Decide, access.RecordReview)
	if err != nil {
		return store.Written{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return store.Written{}, fault.New(fault.Invalid, "reason: say why it is not to be decided")
	}
	p, err := r.store.Proposal(ctx, id, proposal)
	if err == nil && p.State != store.ProposalWaits {
		err = noLonger(p.ID, p.State)
	}
	if err != nil {
		return store.Written{}, err
	}
	state := store.ProposalWithdrawn
	if p.Decision.ProposedBy != who.proposes() {
		state = store.ProposalDeclined
		if _, err := r.waiting(ctx, s, proposal, useFor); err != nil {
			return store.Written{}, err
		}
		a := s.authority(&p.Decision)
		if _, err := s.seat(&p.Decision, &a, ""); err != nil {
			return store.Written{}, err
		}
	}
	return r.write(ctx, nil, s.entry(ledger.DecisionProposed, proposal, &store.Proposed{Service: id, ID: proposal, State: state, Reason: reason}))
}
