package registry

import (
	"cmp"
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
	"github.com/bulkhead-assurance/bulkhead/judge"
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

// Why something waits for somebody.
type Why string

// The reasons.
const (
	ToDecide    Why = "decide"    // a proposal that they may decide on
	ToSay       Why = "consult"   // a proposal on which they have to be asked
	ToConfirm   Why = "confirm"   // a minute of what they decided
	ToReaffirm  Why = "reaffirm"  // a wording that a decision rests on was changed
	ToReconfirm Why = "reconfirm" // who made a decision has left the role that they hold now
	HasLapsed   Why = "lapsed"    // a decision in a role that they hold has ended, and nothing has taken its place
)

// Pending is a decision that waits for somebody.
type Pending struct {
	Why      Why
	Service  ident.ID
	Name     string // of the service
	Decision ident.ID
	Kind     decision.Kind
	Subject  []ident.Ref
	Role     ident.ID      // in which it waits for them
	Due      civil.Instant // until when; when it lapsed; 0 where there is no date
}

// lapsedFor is how long a decision that lapsed is told to those who could make it again.
func lapsedFor() civil.Period { return civil.Period{Days: 90} }

// Waiting gives the decisions that wait for who asks, the most urgent first.
func (r *Registry) Waiting(ctx context.Context, who Asker) (out []Pending, err error) {
	if who.Person == "" {
		return nil, nil
	}
	err = r.eachWaiting(ctx, who, func(s *sitting, some []store.Proposal) error {
		for i := range some {
			w, is, err := r.waitsFor(ctx, s, &some[i])
			if err != nil {
				return err
			}
			if is {
				out = append(out, w)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, add := range []func(context.Context, Asker) ([]Pending, error){r.toConfirm, r.restless} {
		some, err := add(ctx, who)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortFunc(out, func(a, b Pending) int {
		return cmp.Or(cmp.Compare(dated(a), dated(b)), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Why, b.Why))
	})
	return out, nil
}

// dated orders by date, with what has none last.
func dated(w Pending) uint64 { return uint64(w.Due) - 1 }

// waitsFor says whether and how a proposal waits for who asks.
func (r *Registry) waitsFor(ctx context.Context, s *sitting, p *store.Proposal) (Pending, bool, error) {
	me := s.who.Person
	a := s.authority(&p.Decision)
	w := Pending{Service: s.service.ID, Name: s.service.Name, Decision: p.ID, Kind: p.Decision.Kind, Subject: p.Decision.Subject, Role: a.Yours, Why: ToDecide}
	if a.Yours == "" {
		w.Why, w.Role = ToSay, firstOf(a.Consult, func(role ident.ID) bool { return s.speaks(me, role) })
	}
	use := access.AgreeDecision
	if w.Why == ToDecide {
		use = useFor(p.Decision.Kind)
	}
	if w.Role == "" || p.Decision.ProposedBy == s.who.proposes() || !s.who.sees(use, s.service.Unit, s.service.ID) {
		return w, false, nil
	}
	parts, err := r.store.Agreements(ctx, s.service.ID, p.ID)
	return w, !slices.ContainsFunc(parts, func(x store.Agreement) bool { return x.Person == me }), err
}

// toConfirm gives the minutes that wait for who asks.
func (r *Registry) toConfirm(ctx context.Context, who Asker) (out []Pending, err error) {
	minutes, err := r.store.Minutes(ctx, who.Person, proposalsMost)
	if err != nil {
		return nil, err
	}
	for _, m := range minutes {
		due := who.confirmUntil(m)
		s, err := r.sit(ctx, who, m.Service, access.ConfirmMinute)
		if err != nil || r.store.Now() >= due {
			continue // it cannot be confirmed by them any more
		}
		if d := s.decided(m.ID); d != nil && s.retracted(m.ID) == "" {
			out = append(out, Pending{Why: ToConfirm, Service: m.Service, Name: s.service.Name, Decision: m.ID, Kind: d.Kind, Subject: d.Subject, Role: d.Role, Due: due})
		}
	}
	return out, nil
}

// restless gives the decisions, made in a role that who asks holds now, that have to be made again or have ended.
func (r *Registry) restless(ctx context.Context, who Asker) (out []Pending, err error) {
	services, err := r.store.Restless(ctx, who.scope(access.Decide), proposalsMost)
	if err != nil {
		return nil, err
	}
	for _, v := range services {
		s, err := r.sit(ctx, who, v.ID, access.Decide)
		if err != nil {
			continue // it is not for them to decide there
		}
		now := judge.Judge(s.inputs, civil.NewWatch(s.at)).Decisions
		for i := range now {
			if w, is := s.unrest(&now[i]); is {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// unrest says whether and why a decision waits to be made again by who asks.
func (s *sitting) unrest(now *judge.Decision) (Pending, bool) {
	d := s.decided(now.ID)
	if d == nil || now.Cause == nil || !s.speaks(s.who.Person, d.Role) {
		return Pending{}, false
	}
	w := Pending{Service: s.service.ID, Name: s.service.Name, Decision: d.ID, Kind: d.Kind, Subject: d.Subject, Role: d.Role, Due: now.Until}
	code := decision.Code(now.Cause.Code)
	switch {
	case code == decision.CodeMakerLeft || code == decision.CodeNotReconfirmed:
		w.Why = ToReconfirm
	case now.State == string(decision.Reaffirm):
		w.Why = ToReaffirm
	case now.State == string(decision.Lapsed):
		w.Why, w.Due = HasLapsed, s.lapsed(now)
		return w, w.Due == 0 || s.at < s.who.ground.home.Zone.Add(w.Due, lapsedFor())
	default:
		return Pending{}, false
	}
	return w, true
}

// lapsed gives when a decision lapsed; 0 where that is not known.
func (s *sitting) lapsed(now *judge.Decision) civil.Instant {
	for i := range s.sources.Decisions {
		d := &s.sources.Decisions[i]
		if d.Kind == decision.Lapse && len(d.Subject) > 0 && d.Subject[0].Path == string(now.ID) {
			return s.who.ground.home.Zone.From(d.Made)
		}
	}
	return now.Since
}
