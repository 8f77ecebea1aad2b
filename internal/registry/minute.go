package registry

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// MinuteJob is the kind of background work that sends somebody the link with which they confirm a minute.
const MinuteJob = "minute"

// confirmWithin is how long a minute can be confirmed, from when it was recorded.
func confirmWithin() civil.Period { return civil.Period{Days: 14} }

// Minuting is a decision that was made elsewhere, such as in a meeting, and is recorded on behalf of who made it.
type Minuting struct {
	Making
	OnBehalfOf ident.ID
	With       []ident.ID   // who decided with them
	Minute     ident.ID     // the evidence that is the minute
	Made       civil.Moment // when it was decided; now where it is not said
}

// Minute records a decision on behalf of who made it. It is recorded and not attested until they confirm it, which they
// are asked to by e-mail where that is set up.
func (r *Registry) Minute(ctx context.Context, who Asker, id ident.ID, m Minuting) (*Outcome, error) {
	s, err := r.sit(ctx, who, id, access.ProposeDecision)
	if err != nil {
		return nil, err
	}
	if err := r.minutable(ctx, s, &m); err != nil {
		return nil, err
	}
	d, parts, err := r.minutes(ctx, s, &m)
	if err != nil {
		return nil, err
	}
	asked, err := s.minute(&d, &m, parts)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Made: true, Decision: d, Needs: 1 + len(d.With), Agreed: append([]ident.ID{d.OnBehalfOf}, d.With...)}
	if out.State, err = s.holds(&d, false); err != nil {
		return nil, err
	}
	text, err := ident.Canon(&d)
	if err != nil {
		return nil, unreadable(err)
	}
	job, err := r.store.NewID()
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(minuted{id, d.ID})
	if err != nil {
		return nil, err
	}
	var entries []store.Entry
	for i := range asked {
		entries = append(entries, s.entry(ledger.DecisionAgreed, d.ID, &asked[i]))
	}
	entries = append(entries, s.entry(ledger.DecisionRecorded, d.ID, &store.Decided{Service: id, Decision: text}))
	return r.record(ctx, s, out, entries, func(ctx context.Context, t *store.Tx) error {
		if m.Proposal != "" {
			if state, _, _, err := t.HoldProposal(ctx, id, m.Proposal); err != nil || state != store.ProposalWaits {
				return cmp.Or(err, noLonger(m.Proposal, state))
			}
		}
		return t.Enqueue(ctx, job, store.Job{Kind: MinuteJob, Name: string(id) + "/" + string(d.ID), Payload: payload}, r.now())
	})
}

// minutable says what keeps a minute from being recorded.
func (r *Registry) minutable(ctx context.Context, s *sitting, m *Minuting) error {
	switch {
	case s.who.Person == "":
		return fault.New(fault.Forbidden, "only a person who is signed in may record a minute")
	case m.OnBehalfOf == s.who.Person:
		return fault.New(fault.Invalid, "on_behalf_of: a decision of your own is made, not minuted")
	case s.who.ground.home.Zone.From(m.Made) > s.at:
		return fault.New(fault.Invalid, "made: that moment has not come yet")
	}
	have, err := r.store.Have(ctx, s.service.ID, []ident.ID{m.Minute})
	if err == nil && have[m.Minute] == "" {
		err = fault.New(fault.NotFound, "minute: %s has no evidence %s; record the minute of the meeting as evidence first", s.service.ID, m.Minute)
	}
	return err
}

// minutes gives what was decided: what was proposed, or what is drafted now.
func (r *Registry) minutes(ctx context.Context, s *sitting, m *Minuting) (decision.Decision, []store.Agreement, error) {
	if m.Proposal == "" {
		d, err := r.draft(ctx, s, m.Wanted)
		return d, nil, err
	}
	p, err := r.store.Proposal(ctx, s.service.ID, m.Proposal)
	if err == nil && p.State != store.ProposalWaits {
		err = noLonger(p.ID, p.State)
	}
	if err != nil {
		return decision.Decision{}, nil, err
	}
	parts, err := r.store.Agreements(ctx, s.service.ID, p.ID)
	return p.Decision, parts, err
}

// minute completes a decision by who made it elsewhere, and gives whom they asked.
func (s *sitting) minute(d *decision.Decision, m *Minuting, parts []store.Agreement) ([]store.Agreed, error) {
	s.complete(d, m.Making)
	if !m.Made.IsZero() {
		d.Made = m.Made
	}
	d.By, d.OnBehalfOf, d.With, d.Minute = s.who.Person, m.OnBehalfOf, slices.Clone(m.With), ident.To(ident.KindEvidence, string(m.Minute))
	a := s.authority(d)
	lent := func(person, role ident.ID) bool { return s.own(person, role) && !s.apart(d, person, role) }
	speaks := func(role ident.ID) bool { return s.speaks(m.OnBehalfOf, role) }
	d.Role = cmp.Or(m.Role, firstOf(a.Roles, func(role ident.ID) bool { return speaks(role) && !lent(m.OnBehalfOf, role) }), firstOf(a.Roles, speaks))
	if d.Role == "" {
		return nil, fault.New(fault.Forbidden, "%s of %s is for: %s. %s does not hold that role for %s", d.Kind, about(d), named(a.Roles), m.OnBehalfOf, s.service.ID)
	}
	for _, person := range append([]ident.ID{m.OnBehalfOf}, d.With...) {
		if lent(person, d.Role) {
			return nil, lentBy(d, d.Role, string(person))
		}
	}
	asked, err := s.consult(d, &a, m.Consulted, parts)
	if err != nil {
		return nil, err
	}
	if err := s.limit(d, &a); err != nil {
		return nil, err
	}
	if err := s.unchanged(d); err != nil {
		return nil, err
	}
	enough, err := s.counts(d, &a)
	if err == nil && !enough {
		err = fault.New(fault.Forbidden, "%s of %s is for %d of these together, appointed on that day: %s", d.Kind, about(d), a.Quorum, named(a.Roles))
	}
	return asked, err
}

// Confirm confirms, for the one who decided, what was recorded on their behalf. From then on it counts as attested.
func (r *Registry) Confirm(ctx context.Context, who Asker, id, which ident.ID) (store.Written, error) {
	return r.confirm(ctx, who, minuted{id, which}, func(context.Context, *store.Tx) error { return nil })
}

func (r *Registry) confirm(ctx context.Context, who Asker, m minuted, guard func(context.Context, *store.Tx) error) (store.Written, error) {
	if _, _, err := r.confirmable(ctx, who, m); err != nil {
		return store.Written{}, err
	}
	written, err := r.write(ctx, func(ctx context.Context, t *store.Tx) error {
		if err := guard(ctx, t); err != nil {
			return err
		}
		return t.MarkDirty(ctx, r.now(), m.Service)
	}, store.Entry{
		Kind: ledger.DecisionConfirmed, Actor: who.ID, Service: m.Service, Subject: "decision:" + string(m.Decision),
		Content: &store.Confirmed{Service: m.Service, Decision: m.Decision, Person: who.Person},
	})
	if err == nil {
		r.stir()
	}
	return written, err
}

// confirmable gives a minute that who asks may confirm now, with the service that it is about.
func (r *Registry) confirmable(ctx context.Context, who Asker, m minuted) (*sitting, store.Minute, error) {
	s, err := r.sit(ctx, who, m.Service, access.ConfirmMinute)
	if err != nil {
		return nil, store.Minute{}, err
	}
	waits, err := r.store.Minute(ctx, m.Service, m.Decision)
	switch {
	case err != nil:
		return nil, waits, err
	case waits.Person != who.Person || who.Person == "":
		return nil, waits, fault.New(fault.Forbidden, "a minute is confirmed by the one who decided")
	case r.store.Now() >= who.confirmUntil(waits):
		return nil, waits, fault.New(fault.Conflict, "the time to confirm this is over: decide it anew")
	}
	if by := s.retracted(m.Decision); by != "" {
		return nil, waits, fault.New(fault.Conflict, "%s was taken back, by %s: it cannot be confirmed any more", m.Decision, by)
	}
	return s, waits, nil
}

// confirmUntil gives until when a minute can be confirmed.
func (who Asker) confirmUntil(m store.Minute) civil.Instant {
	return who.ground.home.Zone.Add(m.Learnt, confirmWithin())
}
