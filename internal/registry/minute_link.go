package registry

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// minuteLink is the purpose of the link with which a minute is confirmed.
const minuteLink = "minute"

// MinutePath is where that link leads: the secret follows it.
const MinutePath = "/minute/"

// minuted is what a link to confirm a minute is for, and the payload of the work that sends it.
type minuted struct {
	Service  ident.ID `json:"service"`
	Decision ident.ID `json:"decision"`
}

// ToConfirmMinute is a minute as it is shown to the one who decided, before they confirm it.
type ToConfirmMinute struct {
	Service  ident.ID
	Name     string // of the service
	Marking  string // that what is told of the service carries; empty while it was not judged
	Decision decision.Decision
	About    string // what the risk that is decided about is called; empty for anything else
	Made     civil.Instant
	Ends     civil.Instant // the last moment at which it holds; 0 where it has no end
	With     []string      // who decided with them, as others are told of them
	Recorder string        // who recorded it, as others are told of them
	Until    civil.Instant // when it can be confirmed no longer
}

// Confirms says whether a link is one that confirms a minute, to whoever has it: nothing of the minute, and the same of
// every link that is none.
func (r *Registry) Confirms(ctx context.Context, link string) error {
	secret, err := signin.ParseSecret(signin.Link, link)
	if err != nil {
		return badLink()
	}
	l, err := r.store.LinkOf(ctx, hashOf(secret), r.now())
	if err == nil && l.Purpose != minuteLink || err != nil && fault.KindOf(err) == fault.NotFound {
		return badLink()
	}
	return err
}

// MinuteOfLink gives the minute that a link confirms, to the one whom it was sent to, and leaves the link: programs that
// look at mail follow links too.
func (r *Registry) MinuteOfLink(ctx context.Context, who Asker, link string) (*ToConfirmMinute, error) {
	_, m, err := r.linked(ctx, who, link)
	if err != nil {
		return nil, err
	}
	return r.MinuteOf(ctx, who, m.Service, m.Decision)
}

// MinuteOf gives a minute to the one who is to confirm it.
func (r *Registry) MinuteOf(ctx context.Context, who Asker, id, which ident.ID) (*ToConfirmMinute, error) {
	s, waits, err := r.confirmable(ctx, who, minuted{id, which})
	if err != nil {
		return nil, err
	}
	d := s.decided(which)
	if d == nil {
		return nil, fault.New(fault.NotFound, "%s has no decision %s", id, which)
	}
	out := &ToConfirmMinute{Service: s.service.ID, Name: s.service.Name, Decision: *d, About: s.called(d), Until: who.confirmUntil(waits)}
	zone := who.ground.home.Zone
	if out.Made = zone.From(d.Made); !d.ValidUntil.IsZero() {
		out.Ends = zone.Until(d.ValidUntil) - 1
	}
	for _, with := range d.With {
		out.With = append(out.With, who.post(with))
	}
	out.Recorder = who.post(d.By)
	out.Marking, _, err = r.marking(ctx, s.service.ID)
	return out, err
}

// ConfirmByLink confirms a minute with the link that was sent to who decided. It works once, in time, and for nobody else.
func (r *Registry) ConfirmByLink(ctx context.Context, who Asker, link string) (store.Written, error) {
	secret, m, err := r.linked(ctx, who, link)
	if err != nil {
		return store.Written{}, err
	}
	return r.confirm(ctx, who, m, func(ctx context.Context, t *store.Tx) error {
		_, err := t.TakeLink(ctx, hashOf(secret), minuteLink, r.now())
		return err
	})
}

// post gives what somebody is shown as: by their post.
func (who Asker) post(person ident.ID) string {
	if p := personIn(who.ground, person); p != nil {
		return addressed(p.Name, p.ID)
	}
	return string(person)
}

// called gives what the risk that a decision is about is called; empty where it is about no risk.
func (s *sitting) called(d *decision.Decision) string {
	for _, ref := range d.Subject {
		for i := range s.sources.Service.Risks {
			if risk := &s.sources.Service.Risks[i]; ref == ident.To(ident.KindRisk, string(risk.ID)) {
				return risk.Title
			}
		}
	}
	return ""
}

// RefuseByLink takes back, for the one whom it was recorded for, a minute that is wrong, with the link that they were
// sent.
func (r *Registry) RefuseByLink(ctx context.Context, who Asker, link, reason string) (*Outcome, error) {
	secret, m, err := r.linked(ctx, who, link)
	if err != nil {
		return nil, err
	}
	return r.retract(ctx, who, m, reason, func(ctx context.Context, t *store.Tx) error {
		_, err := t.TakeLink(ctx, hashOf(secret), minuteLink, r.now())
		return err
	})
}

// linked gives what a link confirms, to the one whom it was sent to.
func (r *Registry) linked(ctx context.Context, who Asker, link string) (secret hidden.Text, m minuted, err error) {
	if who.Person == "" {
		return secret, m, fault.New(fault.Forbidden, "a minute is confirmed by the one who decided, signed in as themselves")
	}
	if secret, err = signin.ParseSecret(signin.Link, link); err != nil {
		return secret, m, fault.Wrap(fault.Invalid, err, "this is not a link to confirm a minute, or it was not copied whole")
	}
	kept, err := r.store.LinkOf(ctx, hashOf(secret), r.now())
	switch {
	case err != nil:
		return secret, m, err
	case kept.Purpose != minuteLink:
		return secret, m, fault.New(fault.Invalid, "this is not a link to confirm a minute")
	case kept.Person != who.Person:
		return secret, m, fault.New(fault.Forbidden, "this link is for the one who decided, signed in as themselves")
	}
	if err := json.Unmarshal(kept.Payload, &m); err != nil {
		return secret, m, fault.Wrap(fault.Internal, err, "what the link is for cannot be read back")
	}
	return secret, m, nil
}

// sendMinute sends who decided the link with which they confirm. The link is made when it is sent, so that it lies
// nowhere before; where e-mail is not set up, or there is nothing to confirm any more, there is nothing to do.
func (r *Registry) sendMinute(ctx context.Context, out Outgoing, j store.Job) error {
	var m minuted
	g, err := r.opened(ctx, j, &m)
	if err != nil {
		return err
	}
	waits, err := r.store.Minute(ctx, m.Service, m.Decision)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil
	}
	person := personIn(g, waits.Person)
	if err != nil || out.Mailer == nil || person == nil || person.Email == "" {
		return err
	}
	secret, err := signin.NewSecret(signin.Link, rand.Reader)
	if err != nil {
		return err
	}
	until := g.home.Zone.Add(waits.Learnt, confirmWithin())
	message, err := notify.Link{
		ID: j.ID, Address: person.Email, Role: addressed(person.Name, person.ID), Purpose: notify.Confirm,
		Link: hidden.Conceal(strings.TrimRight(out.Server, "/") + MinutePath + secret.Reveal()), Until: until,
	}.Message()
	if err != nil {
		return err
	}
	err = r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error {
		return t.KeepLink(ctx, hashOf(secret), store.Link{Purpose: minuteLink, Person: waits.Person, Payload: j.Payload, Expires: until.Time()})
	})
	if err != nil {
		return err
	}
	return out.Mailer.Send(ctx, message)
}
