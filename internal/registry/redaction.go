package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Bounds of a proposal to redact.
const (
	subjectsMost = 100
	reasonMost   = 2000 // in bytes
)

// Proposed is a redaction that was proposed, with how much it would destroy.
type Proposed struct {
	ID     string
	Bodies int // contents that would go, those of postures among them
}

// ProposeRedaction notes that somebody wants contents of a service destroyed for good: revisions, evidence and decisions,
// by reference, such as revision:3, evidence:e1 and decision:d1. Without a service it is revisions of the organisation file
// and of packs, and what was recorded of people, such as organisation:2, pack:own/1 and person:p1. The postures that may
// show them go too. Somebody else has to approve it. What is in force cannot be named: change that first.
func (r *Registry) ProposeRedaction(ctx context.Context, who Asker, service ident.ID, reason string, subjects []string) (Proposed, error) {
	if err := r.mayPropose(ctx, who, service); err != nil {
		return Proposed{}, err
	}
	subjects = slices.Compact(slices.Sorted(slices.Values(subjects)))
	switch {
	case strings.TrimSpace(reason) == "" || len(reason) > reasonMost:
		return Proposed{}, fault.New(fault.Invalid, "reason: say why it has to go, in at most %d characters, and without saying what it is", reasonMost)
	case len(subjects) == 0 || len(subjects) > subjectsMost:
		return Proposed{}, fault.New(fault.Invalid, "name from 1 to %d things, such as evidence:e1", subjectsMost)
	}
	bodies, err := r.store.Doomed(ctx, service, subjects)
	if err != nil {
		return Proposed{}, err
	}
	about := "organisation"
	if service != "" {
		about = "service:" + string(service)
	}
	written, err := r.write(ctx, nil, store.Entry{
		Kind: ledger.RedactionProposed, Actor: who.ID, Service: service, Subject: about,
		Content: &store.Doubted{Service: service, Reason: reason, Subjects: subjects},
	})
	return Proposed{ID: written.Body, Bodies: len(bodies)}, err
}

// mayPropose says whether who asks may propose a redaction, of a service or, without one, of what is no service's.
func (r *Registry) mayPropose(ctx context.Context, who Asker, service ident.ID) error {
	if service == "" {
		return who.mayIn(access.ProposeRedaction, "", "")
	}
	v, err := r.store.Service(ctx, service)
	return who.may(access.ProposeRedaction, v, err)
}

// redactionTries is how often a redaction is tried again when the service was judged meanwhile.
const redactionTries = 20

// ApproveRedaction destroys what a redaction names, for good: the keys of the contents, what was sealed, and every row
// that shows them. It is for somebody else than who proposed it. It ends when the database's files hold nothing of it any
// more; a fault after the contents were destroyed says so, and ScrubRecord does what is left.
func (r *Registry) ApproveRedaction(ctx context.Context, who Asker, id string) ([]store.Written, error) {
	redaction, err := r.store.Redaction(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := r.mayApprove(ctx, who, redaction); err != nil {
		return nil, err
	}
	var written []store.Written
	for try := 0; ; try++ {
		var some []store.Written
		some, err = r.store.Redact(ctx, who.ID, id, redaction.Service, redaction.Subjects, r.now())
		written = append(written, some...)
		if fault.KindOf(err) != fault.Conflict || err == nil || try == redactionTries {
			break
		}
		if again, stale := r.store.Redaction(ctx, id); stale != nil || again.Made != 0 {
			return nil, fault.New(fault.Conflict, "this redaction was made already")
		}
	}
	if err != nil {
		return nil, err
	}
	r.files.forget(redaction.Service) // of what is no service's, nothing is held but what is in force
	r.stir()
	return written, r.store.Scrub(ctx)
}

// mayApprove says whether who asks may approve a redaction. One of a service that they may not know of is not there.
func (r *Registry) mayApprove(ctx context.Context, who Asker, redaction store.Redaction) error {
	at, err := r.redacting(ctx, who, redaction)
	if err != nil {
		return err
	}
	if access.May(who.Actor, access.ApproveRedaction, at).Yes {
		return nil
	}
	if !access.May(who.Actor, access.ListServices, at).Yes {
		return fault.New(fault.NotFound, "there is no redaction of that name that you may see")
	}
	return fault.New(fault.Forbidden, "%s", access.May(who.Actor, access.ApproveRedaction, at).Missing)
}

// redacting gives the place of a redaction: that of its service, or the whole organisation.
func (r *Registry) redacting(ctx context.Context, who Asker, redaction store.Redaction) (at access.Place, err error) {
	var v store.Service
	if redaction.Service != "" {
		v, err = r.store.Service(ctx, redaction.Service)
	}
	at = who.at(v.Unit, v.ID)
	at.Proposer = ident.ID(strings.TrimPrefix(redaction.By, "person:"))
	return at, err
}

// Redactions lists the redactions after an id, of the services where who asks could propose or approve one.
func (r *Registry) Redactions(ctx context.Context, who Asker, after string, limit int) ([]store.Redaction, error) {
	return r.store.Redactions(ctx, who.scope(access.ProposeRedaction).With(who.scope(access.ApproveRedaction)), after, limit)
}

// Gone makes of a fault that something of a service is not there one that says when it was redacted, where it was. The
// subject is such as evidence:e1 or revision:3.
func (r *Registry) Gone(ctx context.Context, service ident.ID, subject string, err error) error {
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	at, trouble := r.store.RedactedAt(ctx, service, subject)
	if trouble != nil {
		return errors.Join(err, trouble)
	}
	if at == 0 {
		return err
	}
	return fault.New(fault.NotFound, "%s of %s was redacted on %s: its content was destroyed for good", subject, service, at.Time().Format(time.DateOnly))
}

// sweepBack is how far back redactions are looked at for judgements that were under way when they were made.
const sweepBack = 15 * time.Minute

// KeepRedactions forgets, every so often, what is held in memory of services of which something was redacted by another
// replica, and redacts what was still being judged from it. It ends with the context, or with the first fault.
func (r *Registry) KeepRedactions(ctx context.Context, every time.Duration) error {
	seen := r.store.Now() - civil.Instant(sweepBack/time.Second)
	return again(ctx, every, func() error {
		services, last, err := r.store.RedactedSince(ctx, seen)
		if err != nil {
			return err
		}
		for _, id := range services {
			r.files.forget(id)
		}
		seen = max(seen, last)
		return r.sweep(ctx)
	})
}

func (r *Registry) sweep(ctx context.Context) error {
	n, err := r.store.Sweep(ctx, r.store.Now()-civil.Instant(sweepBack/time.Second), r.now())
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return nil // another replica did it
	}
	if err != nil || n == 0 {
		return err
	}
	return r.store.Scrub(ctx)
}
