package registry

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// Wanted is what somebody wants decided: its kind and subject, what it rests on beyond them, and the decision whose place
// it takes.
type Wanted struct {
	app.Proposal
	Supersedes ident.ID
}

// Draft is a decision as it would be, drafted from how things are now, and who may make it.
type Draft struct {
	Decision  decision.Decision
	Authority Authority
}

// DraftDecision says what a decision would bind, and who may make it. Nothing is written.
func (r *Registry) DraftDecision(ctx context.Context, who Asker, id ident.ID, w Wanted) (*Draft, error) {
	s, err := r.sit(ctx, who, id, access.ProposeDecision, access.Decide, access.RecordReview)
	if err != nil {
		return nil, err
	}
	d, err := r.draft(ctx, s, w)
	if err != nil {
		return nil, err
	}
	return &Draft{Decision: d, Authority: s.authority(&d)}, nil
}

// sitting is a service with everything that a decision about it is measured by, as it is now.
type sitting struct {
	who     Asker
	service store.Service
	head    int64 // the number of its revision
	sources judge.Sources
	inputs  *judge.Inputs
	at      civil.Instant
}

// sit gathers a service for somebody who has one of some rights there.
func (r *Registry) sit(ctx context.Context, who Asker, id ident.ID, uses ...access.Use) (*sitting, error) {
	s, err := r.visit(ctx, who, id, uses...)
	if err != nil {
		return nil, err
	}
	var revision store.Revision
	if s.sources, revision, err = r.sources(ctx, who.ground, id); err != nil {
		return nil, err
	}
	if s.sources.Offers, _, err = r.offersFor(ctx, id, judge.Providers(s.sources.Service)); err != nil {
		return nil, err
	}
	s.head = revision.Number
	s.inputs, err = r.ready(who.ground, id, s.sources)
	return s, err
}

// visit does the same without what the service is measured by, which is enough to say who may decide.
func (r *Registry) visit(ctx context.Context, who Asker, id ident.ID, uses ...access.Use) (*sitting, error) {
	v, err := r.store.Service(ctx, id)
	return r.seated(who, v), who.mayOne(v, err, uses...)
}

// seated is the same for a service that is loaded, and that who asks may know of.
func (r *Registry) seated(who Asker, v store.Service) *sitting {
	return &sitting{who: who, service: v, at: r.store.Now()}
}

// mayOne says whether who asks has one of some rights at a service; what is told is what they lack for the first.
func (who Asker) mayOne(v store.Service, err error, uses ...access.Use) (refused error) {
	for _, use := range uses {
		answer := who.may(use, v, err)
		if answer == nil {
			return nil
		}
		refused = cmp.Or(refused, answer)
	}
	return refused
}

// draft fills in what is wanted from how things are now, and notes what whoever decides is shown.
func (r *Registry) draft(ctx context.Context, s *sitting, w Wanted) (decision.Decision, error) {
	c := &app.Case{Sources: s.sources, Zone: s.who.ground.home.Zone}
	if w.ID != "" {
		if _, err := ident.ParseID(w.ID); err != nil {
			return decision.Decision{}, fault.Wrap(fault.Invalid, err, "id")
		}
	}
	d, err := c.Draft(s.inputs, w.Proposal, s.at)
	switch {
	case err != nil:
		return d, unreadable(err)
	case d.Kind == decision.Retraction:
		return d, fault.New(fault.Invalid, "a decision is taken back by retracting it, which needs no draft")
	}
	if d.Supersedes = w.Supersedes; d.Supersedes != "" {
		if err := s.replaces(&d); err != nil {
			return d, err
		}
	}
	d.Shown, err = r.shown(ctx, s)
	return d, err
}

// replaces says whether a decision may take the place of the one that it says: only of one of its own kind, about the
// same.
func (s *sitting) replaces(d *decision.Decision) error {
	old := s.decided(d.Supersedes)
	if old == nil {
		return fault.New(fault.NotFound, "%s has no decision %s to take the place of", s.service.ID, d.Supersedes)
	}
	same := slices.EqualFunc(old.Subject, d.Subject, func(a, b ident.Ref) bool { return plain(a) == plain(b) })
	if old.Kind != d.Kind || old.Of != d.Of || !same {
		return fault.New(fault.Invalid, "%s is another decision: one takes the place of another of its kind, about the same", d.Supersedes)
	}
	return nil
}

// plain gives a subject without the version of the pack that it is in, which binds nothing.
func plain(ref ident.Ref) ident.Ref {
	pack, rest, versioned := strings.Cut(ref.Path, "@")
	_, id, inPack := strings.Cut(rest, "#")
	if versioned && inPack {
		ref.Path = pack + "#" + id
	}
	return ref.Local()
}

// decided gives a decision that is in the record; nil when there is none of that id.
func (s *sitting) decided(id ident.ID) *decision.Decision {
	i := slices.IndexFunc(s.sources.Decisions, func(d decision.Decision) bool { return d.ID == id })
	if i < 0 {
		return nil
	}
	return &s.sources.Decisions[i]
}

// shown gives the digest of what whoever decides is shown: of the posture that is kept, byte for byte, or, while that is
// behind, of the one judged now.
func (r *Registry) shown(ctx context.Context, s *sitting) (ident.Digest, error) {
	p, err := r.store.Posture(ctx, s.service.ID)
	if err != nil {
		return "", err
	}
	if p.Judged.Posture != nil && !p.Dirty {
		return ident.Hash(p.Judged.Posture), nil
	}
	j := &judging{inputs: s.inputs, posture: assess.Ready(s.inputs, s.at)}
	if err := j.write(s.head); err != nil {
		return "", err
	}
	return ident.Hash(j.judged.Posture), nil
}

// Making is what somebody decides: on a proposal, or on what they drafted themselves.
type Making struct {
	Proposal    ident.ID         // what was proposed; or else
	Wanted      Wanted           // what is decided without a proposal
	Seen        []decision.Field // and what of it was shown: where something is worse by now, nothing is decided
	Role        ident.ID         // in which of their roles; empty for the one that may
	Reason      string
	ValidUntil  civil.Moment
	Conditions  []string
	ThroughLife bool
	Consulted   []Adviser // who was asked, beside those who said so themselves
}

// Adviser is somebody who was asked in a role before it was decided.
type Adviser struct{ Role, Person ident.ID }

// Outcome is what became of deciding. While others still have to agree, the decision is not made.
type Outcome struct {
	Made     bool
	Decision decision.Decision
	State    judge.Decision // where it stands, once it is made
	Needs    int            // how many have to agree
	Agreed   []ident.ID     // who has
	Written  store.Written
}

// Decide makes a decision. It counts as made by who asks: in a role that they were appointed to, for as long as that role
// may, after those were asked who must be, and never by who proposed it.
func (r *Registry) Decide(ctx context.Context, who Asker, id ident.ID, m Making) (*Outcome, error) {
	if m.Proposal != "" {
		return r.decideProposed(ctx, who, id, m)
	}
	s, err := r.sit(ctx, who, id, access.Decide, access.RecordReview)
	if err != nil {
		return nil, err
	}
	d, err := r.draft(ctx, s, m.Wanted)
	if err != nil {
		return nil, err
	}
	if err := who.may(useFor(d.Kind), s.service, nil); err != nil {
		return nil, err
	}
	if m.Seen != nil {
		seen := d
		seen.Basis.Fields = m.Seen
		if err := s.unchanged(&seen); err != nil {
			return nil, err
		}
	}
	out, entries, err := s.decide(&d, m, nil)
	if err != nil {
		return nil, err
	}
	if !out.Made {
		return nil, fault.New(fault.Forbidden, "%d have to decide this together: propose it, and each of them agrees", out.Needs)
	}
	return r.record(ctx, s, out, entries, func(ctx context.Context, t *store.Tx) error {
		state, _, _, err := t.HoldProposal(ctx, id, d.ID)
		switch {
		case err != nil && fault.KindOf(err) == fault.NotFound:
			return nil
		case err == nil && state == store.ProposalWaits:
			return fault.New(fault.Conflict, "the decision %s was proposed already: decide on that, or give this one another id", d.ID)
		}
		return err
	})
}

// useFor gives the right that a decision of a kind needs.
func useFor(k decision.Kind) access.Use {
	if k == decision.Review {
		return access.RecordReview
	}
	return access.Decide
}

// record writes what was decided, or that one more agreed to it.
func (r *Registry) record(ctx context.Context, s *sitting, out *Outcome, entries []store.Entry, guard func(context.Context, *store.Tx) error) (*Outcome, error) {
	written, err := r.store.Write(ctx, entries, func(ctx context.Context, t *store.Tx) error {
		if err := guard(ctx, t); err != nil || !out.Made {
			return err
		}
		return t.MarkDirty(ctx, r.now(), s.service.ID)
	})
	if err != nil {
		return nil, err
	}
	out.Written = written[len(written)-1]
	if out.Made {
		r.stir()
	}
	return out, nil
}

// decide completes a decision by who asks, with those who agreed to it before, and gives what is to be written.
func (s *sitting) decide(d *decision.Decision, m Making, parts []store.Agreement) (*Outcome, []store.Entry, error) {
	a := s.authority(d)
	seat, err := s.seat(d, &a, m.Role)
	if err != nil {
		return nil, nil, err
	}
	d.By, d.Role, d.With = s.who.Person, seat.role, s.together(d, seat, parts)
	s.complete(d, m)
	asked, err := s.consult(d, &a, m.Consulted, parts)
	if err != nil {
		return nil, nil, err
	}
	if err := s.limit(d, &a); err != nil {
		return nil, nil, err
	}
	if err := s.unchanged(d); err != nil {
		return nil, nil, err
	}
	out := &Outcome{Needs: max(a.Quorum, seat.needs), Agreed: append([]ident.ID{d.By}, d.With...)}
	out.Made, err = s.counts(d, &a)
	if err != nil {
		return nil, nil, err
	}
	if !out.Made && m.Proposal != "" && m.alters() {
		return nil, nil, fault.New(fault.Invalid, "%d decide this together, and all agree to the same words: propose it anew with yours", out.Needs)
	}
	if out.Made {
		if out.State, err = s.holds(d, true); err != nil {
			return nil, nil, err
		}
	}
	out.Decision = *d
	entries, err := s.entries(d, seat, out, asked)
	return out, entries, err
}

// alters says whether somebody decides with words of their own.
func (m *Making) alters() bool {
	return m.Reason != "" || !m.ValidUntil.IsZero() || len(m.Conditions) > 0 || m.ThroughLife
}

// complete fills in what who decides says: it goes before what was proposed.
func (s *sitting) complete(d *decision.Decision, m Making) {
	d.Made = civil.MomentOf(s.at)
	d.Reason = cmp.Or(m.Reason, d.Reason)
	d.ValidUntil = cmp.Or(m.ValidUntil, d.ValidUntil)
	d.Conditions = append(slices.Clone(d.Conditions), m.Conditions...)
	d.ThroughLife = d.ThroughLife || m.ThroughLife
}

// limit holds a decision to the longest that it may hold. What does not say how long, and need not, holds for that long.
func (s *sitting) limit(d *decision.Decision, a *Authority) error {
	zone := s.who.ground.home.Zone
	ends := d.Kind == decision.Acceptance || d.Kind == decision.FindingAcceptance || d.Kind == decision.Exception
	until, made := zone.Until(d.ValidUntil), zone.From(d.Made)
	var latest civil.Instant
	if !a.Longest.IsZero() {
		latest = zone.After(d.Made, a.Longest)
	}
	switch {
	case until == 0 && ends:
		return fault.New(fault.Invalid, "valid_until: say how long it holds; nothing of the kind %s holds for ever%s", d.Kind, atMost(a))
	case until == 0 && latest != 0:
		d.ValidUntil = civil.MomentOf(latest)
	case until != 0 && until <= made:
		return fault.New(fault.Invalid, "valid_until: %s is over already", d.ValidUntil)
	case latest != 0 && until > latest:
		return fault.New(fault.Invalid, "valid_until: it may hold for %s at the most, until %s", a.Longest.Text(), zone.On(latest-1))
	}
	if err := d.Missing(); err != nil {
		return err
	}
	return decision.Validate(d)
}

func atMost(a *Authority) string {
	if a.Longest.IsZero() {
		return ""
	}
	return ", and this for " + a.Longest.Text() + " at the most"
}

// holds gives where a decision stands once it is in the record. One that would not count is not made.
func (s *sitting) holds(d *decision.Decision, attested bool) (judge.Decision, error) {
	after := s.sources
	after.Decisions = append(slices.Clone(after.Decisions), *d)
	after.Attested = map[ident.ID]bool{d.ID: attested}
	for id := range s.sources.Attested {
		after.Attested[id] = true
	}
	in, err := s.inputs.Again(after)
	if err != nil {
		return judge.Decision{}, err
	}
	p := &assess.Posture{At: s.at, Judgement: *judge.Judge(in, civil.NewWatch(s.at))}
	report.Say(p)
	i := slices.IndexFunc(p.Decisions, func(x judge.Decision) bool { return x.ID == d.ID })
	switch {
	case i < 0:
		return judge.Decision{}, fault.New(fault.Internal, "the decision %s was not found again", d.ID)
	case p.Decisions[i].State != string(decision.Holds) || p.Decisions[i].Cause != nil:
		why := p.Decisions[i].State
		if c := p.Decisions[i].Cause; c != nil {
			why = c.Text
		}
		return judge.Decision{}, fault.New(fault.Conflict, "decided so, it would not hold: %s", why)
	}
	return p.Decisions[i], nil
}

// entries gives what is written: who was asked, who agreed, and the decision once enough have.
func (s *sitting) entries(d *decision.Decision, seat seat, out *Outcome, asked []store.Agreed) (all []store.Entry, err error) {
	add := func(kind ledger.Kind, content any) {
		all = append(all, s.entry(kind, d.ID, content))
	}
	for i := range asked {
		add(ledger.DecisionAgreed, &asked[i])
	}
	if !out.Made || len(d.With) > 0 {
		add(ledger.DecisionAgreed, &store.Agreed{Service: s.service.ID, Decision: d.ID, Person: d.By, Role: d.Role, Board: seat.board, Part: store.Decides})
	}
	if !out.Made {
		return all, nil
	}
	text, err := ident.Canon(d)
	if err != nil {
		return nil, unreadable(err)
	}
	add(ledger.DecisionRecorded, &store.Decided{Service: s.service.ID, Decision: text, Attested: "server"})
	return all, nil
}

// Decided is a decision of the record, and how it was shown who made it.
type Decided struct {
	Decision   decision.Decision
	Line       store.DecisionLine
	Agreements []store.Agreement // who agreed to it or was asked
}

// Decisions lists the decisions of a service after an id.
func (r *Registry) Decisions(ctx context.Context, who Asker, id, after ident.ID, limit int) ([]store.DecisionLine, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadDecisions, v, err); err != nil {
		return nil, err
	}
	return sift(limit, func(last *store.DecisionLine) ([]store.DecisionLine, error) {
		if last != nil {
			after = last.ID
		}
		return r.store.Decisions(ctx, id, after, limit)
	}, func(l *store.DecisionLine) bool {
		return l.Kind != decision.FindingAcceptance || who.sees(access.ReadFindings, v.Unit, v.ID)
	})
}

// OneDecision gives a decision of a service.
func (r *Registry) OneDecision(ctx context.Context, who Asker, id, which ident.ID) (*Decided, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadDecisions, v, err); err != nil {
		return nil, err
	}
	kept, line, err := r.store.OneDecision(ctx, id, which)
	if err != nil {
		return nil, err
	}
	out := &Decided{Line: line}
	if out.Decision, err = kept.Record(); err != nil {
		return nil, err
	}
	if !who.mayKnow(v, out.Decision.Subject...) {
		return nil, who.mayIn(access.ReadFindings, v.Unit, id)
	}
	out.Agreements, err = r.store.Agreements(ctx, id, which)
	return out, err
}
