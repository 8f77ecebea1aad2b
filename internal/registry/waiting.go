package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

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
	slices.SortFunc(out, urgency)
	return out, nil
}

// WaitingPage gives those that wait for one reason, or for any where none is named, after a place in their order, and where
// the next page begins; empty at the end. The order is of that moment: what began to wait meanwhile, and is more urgent
// than the place, is on none of the later pages.
func (r *Registry) WaitingPage(ctx context.Context, who Asker, why Why, after string, limit int) ([]Pending, string, error) {
	var ended Pending
	if after != "" {
		var err error
		if ended, err = readPlace(after); err != nil {
			return nil, "", err
		}
	}
	all, err := r.Waiting(ctx, who)
	if err != nil {
		return nil, "", err
	}
	page := slices.DeleteFunc(all, func(w Pending) bool {
		return why != "" && w.Why != why || after != "" && urgency(w, ended) <= 0
	})
	if len(page) <= limit {
		return page, "", nil
	}
	return page[:limit], page[limit-1].place(), nil
}

// urgency orders by date, with what has none last.
func urgency(a, b Pending) int {
	return cmp.Or(cmp.Compare(dated(a), dated(b)), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Why, b.Why))
}

// place gives where something stands among all that waits, as one text.
func (w *Pending) place() string {
	return fmt.Sprintf("%d %s %s %s", w.Due, w.Service, w.Decision, w.Why)
}

// readPlace reads what place gives.
func readPlace(text string) (w Pending, err error) {
	parts := strings.Split(text, " ")
	due, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || len(parts) != 4 {
		return w, fault.New(fault.Invalid, "after: send what came as next with the page before")
	}
	return Pending{Due: civil.Instant(due), Service: ident.ID(parts[1]), Decision: ident.ID(parts[2]), Why: Why(parts[3])}, nil
}

// dated orders by date, with what has none last.
func dated(w Pending) uint64 { return uint64(w.Due) - 1 }

// proposed gives the proposals that wait for who asks.
func (r *Registry) proposed(ctx context.Context, who Asker) (out []Pending, err error) {
	for after := [2]string{}; ; {
		all, err := r.store.WaitingProposals(ctx, who.scope(access.ReadDecisions), who.Person, after, waitingMost)
		for i := range all {
			if w, is := r.seated(who, all[i].About).waitsFor(&all[i].Proposal); is {
				out = append(out, w)
			}
		}
		if err != nil || len(all) < waitingMost {
			return out, err
		}
		last := &all[len(all)-1]
		after = [2]string{string(last.Service), string(last.ID)}
	}
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
	for after := ident.ID(""); ; {
		minutes, last, err := r.store.Minutes(ctx, who.Person, after, waitingMost)
		for i := range minutes {
			m := &minutes[i]
			w := r.seated(who, m.About).pending(ToConfirm, &m.Decision)
			w.Due = who.confirmUntil(m.Minute)
			if who.may(access.ConfirmMinute, m.About, nil) == nil && r.store.Now() < w.Due {
				out = append(out, w)
			}
		}
		if err != nil || last == "" {
			return out, err
		}
		after = last
	}
}

// restless gives the decisions, made in a role that who asks holds now, that have to be made again or have ended.
func (r *Registry) restless(ctx context.Context, who Asker) (out []Pending, err error) {
	for after := ident.ID(""); ; {
		all, last, err := r.store.Restless(ctx, who.scope(access.Decide), after, waitingMost)
		for i := range all {
			if w, is := r.seated(who, all[i].About).unrest(&all[i]); is {
				out = append(out, w)
			}
		}
		if err != nil || last == "" {
			return out, err
		}
		after = last
	}
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
