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

// Waiting gives the decisions that wait for who asks, the most urgent first. What was decided a moment ago may still count
// among those to be made again, until the service is judged.
func (r *Registry) Waiting(ctx context.Context, who Asker) (out []Pending, err error) {
	if who.Person == "" {
		return nil, nil
	}
	for _, add := range []func(context.Context, Asker) ([]Pending, error){r.proposed, r.toConfirm, r.restless} {
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

// proposed gives the proposals that wait for who asks.
func (r *Registry) proposed(ctx context.Context, who Asker) (out []Pending, err error) {
	all, err := r.store.WaitingProposals(ctx, who.scope(access.ReadDecisions), who.Person, [2]string{}, waitingMost)
	for i := range all {
		if w, is := r.seated(who, all[i].About).waitsFor(&all[i].Proposal); is {
			out = append(out, w)
		}
	}
	return out, err
}

// waitsFor says whether and how a proposal waits for who asks, who has had no part in it yet.
func (s *sitting) waitsFor(p *store.Proposal) (Pending, bool) {
	a := s.authority(&p.Decision)
	w := s.pending(ToDecide, &p.Decision)
	w.Decision, w.Role = p.ID, a.Yours
	if a.Yours == "" {
		w.Why, w.Role = ToSay, firstOf(a.Consult, func(role ident.ID) bool { return s.speaks(s.who.Person, role) })
	}
	use := access.AgreeDecision
	if w.Why == ToDecide {
		use = useFor(p.Decision.Kind)
	}
	return w, w.Role != "" && p.Decision.ProposedBy != s.who.proposes() && s.who.sees(use, s.service.Unit, s.service.ID)
}

// pending says that a decision about the service waits, in the role that it is made in.
func (s *sitting) pending(why Why, d *decision.Decision) Pending {
	return Pending{Why: why, Service: s.service.ID, Name: s.service.Name, Decision: d.ID, Kind: d.Kind, Subject: d.Subject, Role: d.Role}
}

// toConfirm gives the minutes that wait for who asks.
func (r *Registry) toConfirm(ctx context.Context, who Asker) (out []Pending, err error) {
	minutes, err := r.store.Minutes(ctx, who.Person, waitingMost)
	for i := range minutes {
		m := &minutes[i]
		w := r.seated(who, m.About).pending(ToConfirm, &m.Decision)
		w.Due = who.confirmUntil(m.Minute)
		if who.may(access.ConfirmMinute, m.About, nil) == nil && r.store.Now() < w.Due {
			out = append(out, w)
		}
	}
	return out, err
}

// restless gives the decisions, made in a role that who asks holds now, that have to be made again or have ended.
func (r *Registry) restless(ctx context.Context, who Asker) (out []Pending, err error) {
	all, err := r.store.Restless(ctx, who.scope(access.Decide), waitingMost)
	for i := range all {
		if w, is := r.seated(who, all[i].About).unrest(&all[i]); is {
			out = append(out, w)
		}
	}
	return out, err
}

// unrest says whether and why a decision waits to be made again by who asks.
func (s *sitting) unrest(now *store.Unrest) (Pending, bool) {
	d, zone := &now.Decision, s.who.ground.home.Zone
	w := s.pending(ToReaffirm, d)
	w.Due = now.Until
	switch {
	case !s.speaks(s.who.Person, d.Role):
		return w, false
	case now.State == string(decision.Lapsed):
		w.Why, w.Due = HasLapsed, 0
		if !now.Lapsed.IsZero() {
			w.Due = zone.From(now.Lapsed)
		}
		return w, w.Due == 0 || s.at < zone.Add(w.Due, lapsedFor())
	case s.left(d):
		w.Why = ToReconfirm
	}
	return w, w.Why == ToReconfirm || now.State == string(decision.Reaffirm)
}

// left says whether a decision has to be made again because who made it has left the role.
func (s *sitting) left(d *decision.Decision) bool {
	home := s.who.ground.home
	_, is := decision.Left(d, home.Organisation, s.matter(d), home.Zone, civil.NewWatch(s.at))
	return is && !home.Library.Settings.ReconfirmWithin.IsZero()
}
