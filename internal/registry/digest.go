package registry

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// DigestJob is the kind of background work that sends somebody what waits for them, in numbers.
const DigestJob = "digest"

// The pages that a digest leads to.
const (
	WaitingPath  = "/waiting"
	SettingsPath = "/settings"
)

// digestsSettled is how long before they are due no digests are added any more. One that was sent is not known after that,
// so a replica whose clock is a little behind would send it again.
const digestsSettled = time.Hour

// digest is the payload of a digest to be sent.
type digest struct {
	Person ident.ID `json:"person"`
}

// Digests says whether who asks wants a digest each week. Everybody does who has not said otherwise.
func (r *Registry) Digests(ctx context.Context, who Asker) (bool, error) {
	if err := who.getsDigests(); err != nil {
		return false, err
	}
	stopped, err := r.store.Quiet(ctx)
	return !stopped[who.Person], err
}

// SetDigests sets whether who asks wants a digest each week.
func (r *Registry) SetDigests(ctx context.Context, who Asker, wanted bool) error {
	if err := who.getsDigests(); err != nil {
		return err
	}
	return r.store.SetQuiet(ctx, who.Person, !wanted, r.now())
}

// getsDigests refuses whoever gets none, wanted or not.
func (who Asker) getsDigests() error {
	if err := who.mayIn(access.ManageOwnDigests, "", ""); err != nil {
		return err
	}
	if who.Person == "" {
		return fault.New(fault.Forbidden, "only a person who is signed in gets digests")
	}
	return nil
}

// EnqueueDigests sees to it that everybody who can be written to and has not stopped them gets a digest on the next
// Monday, unless that is about to come. It may be called at any time, as often as one likes, by any replica: each Monday there is one. It is called only
// where e-mail is set up.
func (r *Registry) EnqueueDigests(ctx context.Context) error {
	g, err := r.current(ctx)
	if err != nil || g.home.Organisation == nil {
		return err
	}
	stopped, err := r.store.Quiet(ctx)
	if err != nil {
		return err
	}
	due := nextMonday(r.now().Add(digestsSettled))
	for _, p := range g.home.Organisation.People {
		if p.Email == "" || stopped[p.ID] || !r.works(g, p.ID) {
			continue
		}
		payload, err := json.Marshal(digest{p.ID})
		if err != nil {
			return err
		}
		job := store.Job{Kind: DigestJob, Name: string(p.ID) + "/" + due.Format(time.DateOnly), Payload: payload}
		if err := r.store.Enqueue(ctx, job, due); err != nil {
			return err
		}
	}
	return nil
}

// nextMonday gives seven in the morning, UTC, of the next Monday that is still to come.
func nextMonday(now time.Time) time.Time {
	now = now.UTC()
	days := (int(time.Monday) - int(now.Weekday()) + 7) % 7
	due := time.Date(now.Year(), now.Month(), now.Day()+days, 7, 0, 0, 0, time.UTC)
	if !due.After(now) {
		due = due.AddDate(0, 0, 7)
	}
	return due
}

// sendDigest sends a digest. To somebody for whom nothing waits, or who wants none, nothing is sent.
func (r *Registry) sendDigest(ctx context.Context, out Outgoing, j store.Job) error {
	var d digest
	if err := json.Unmarshal(j.Payload, &d); err != nil {
		return fault.Wrap(fault.Invalid, err, "the digest cannot be read")
	}
	if out.Mailer == nil {
		return nil
	}
	written, waits, err := r.Digest(ctx, d.Person, j.ID, out.Server)
	if err != nil || !waits {
		return err
	}
	message, err := written.Message()
	if err != nil {
		return err
	}
	return out.Mailer.Send(ctx, message)
}

// Digest gives what waits for a person, in numbers; false when there is nothing, or they want none, or cannot be written
// to. A service is named only where its id may stand in an e-mail.
func (r *Registry) Digest(ctx context.Context, person ident.ID, id, server string) (notify.Digest, bool, error) {
	var none notify.Digest
	stopped, err := r.store.Quiet(ctx)
	if err != nil || stopped[person] {
		return none, false, err
	}
	basis, err := r.store.Basis(ctx)
	if err != nil {
		return none, false, err
	}
	who, err := r.Person(ctx, person, basis)
	known := personIn(who.ground, person)
	if err != nil || known == nil || known.Email == "" || !r.works(who.ground, person) {
		return none, false, err
	}
	waits, err := r.Waiting(ctx, who)
	if err != nil || len(waits) == 0 {
		return none, false, err
	}
	server = strings.TrimRight(server, "/")
	out := notify.Digest{ID: id, Address: known.Email, Role: addressed(known.Name, known.ID), Link: server + WaitingPath, Settings: server + SettingsPath}
	out.Services, err = r.counted(ctx, who, waits)
	return out, err == nil, err
}

// counted gives what waits as numbers, service by service.
func (r *Registry) counted(ctx context.Context, who Asker, waits []Pending) (out []notify.Service, err error) {
	zone := who.ground.home.Zone
	for _, w := range waits {
		i := slices.IndexFunc(out, func(s notify.Service) bool { return s.ID == w.Service })
		if i < 0 {
			named, err := r.nameable(ctx, who, w.Service)
			if err != nil {
				return nil, err
			}
			i, out = len(out), append(out, notify.Service{ID: w.Service, Named: named})
		}
		kind := told(w.Why)
		k := slices.IndexFunc(out[i].Waiting, func(x notify.Waiting) bool { return x.Kind == kind })
		if k < 0 {
			k, out[i].Waiting = len(out[i].Waiting), append(out[i].Waiting, notify.Waiting{Kind: kind})
		}
		one := &out[i].Waiting[k]
		one.Count++
		if w.Due != 0 && one.First.IsZero() {
			one.First = day(zone, w)
		}
	}
	return out, nil
}

// day gives the day of something that waits: the last on which it can be done, or that on which it lapsed.
func day(zone civil.Zone, w Pending) civil.Date {
	if w.Why == HasLapsed {
		return zone.On(w.Due)
	}
	return zone.On(w.Due - 1)
}

// told gives how something that waits is told in a digest.
func told(why Why) notify.Kind {
	switch why {
	case ToReaffirm, ToReconfirm:
		return notify.Reconfirmation
	case HasLapsed:
		return notify.Lapse
	}
	return notify.Decision
}

// nameable says whether the id of a service may stand in an e-mail to somebody: they may see it, and it carries no marking
// above the lowest.
func (r *Registry) nameable(ctx context.Context, who Asker, id ident.ID) (bool, error) {
	marking, v, err := r.marking(ctx, id)
	return marking == string(model.Official) && who.sees(access.ListServices, v.Unit, id), err
}

// marking gives the marking that what is told of a service carries, by its newest posture; empty while there is none.
func (r *Registry) marking(ctx context.Context, id ident.ID) (string, store.Service, error) {
	p, err := r.store.Posture(ctx, id)
	if err != nil || p.Judged.Summary == nil {
		return "", p.Service, err
	}
	var s Summary
	if err := json.Unmarshal(p.Judged.Summary, &s); err != nil {
		return "", p.Service, fault.Wrap(fault.Internal, err, "the line of %s cannot be read back", id)
	}
	return s.Marking, p.Service, nil
}
