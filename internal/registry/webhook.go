package registry

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// NewWebhook is an address to which news is to be sent.
type NewWebhook struct {
	ID     ident.ID // of one that is changed; empty for a new one
	URL    string
	Events []string // the kinds of entry that it is told of, such as posture.judged
}

// SetWebhook is a webhook that was set. The key, with which the receiver checks what comes, is shown this once.
type SetWebhook struct {
	ID      ident.ID
	Key     hidden.Text
	Written store.Written
}

// webhooksMost is how many webhooks there are at the most, since each event goes to all of them.
const webhooksMost = 50

// SetWebhook has news sent to an address from now on, signed with a key of its own.
func (r *Registry) SetWebhook(ctx context.Context, who Asker, n NewWebhook) (*SetWebhook, error) {
	if err := who.mayIn(access.ManageWebhooks, "", ""); err != nil {
		return nil, err
	}
	have, err := r.store.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	known := slices.ContainsFunc(have, func(w store.Webhook) bool { return w.ID == n.ID })
	switch {
	case n.ID == "" && len(have) >= webhooksMost:
		return nil, fault.New(fault.Invalid, "there are %d webhooks already, and no more are kept: remove one first", webhooksMost)
	case n.ID != "" && !known:
		return nil, fault.New(fault.NotFound, "there is no webhook %s", n.ID)
	case len(n.Events) == 0:
		return nil, fault.New(fault.Invalid, "events: say of which kinds of entry it is told, such as posture.judged")
	}
	for _, event := range n.Events {
		if !slices.ContainsFunc(ledger.Kinds(), func(k ledger.Told) bool { return string(k.Kind) == event }) {
			return nil, unknownEvent(event)
		}
	}
	out := &SetWebhook{ID: n.ID}
	if out.ID == "" {
		id, err := r.store.NewID()
		if err != nil {
			return nil, err
		}
		out.ID = ident.ID("w" + id[:16])
	}
	if out.Key, err = notify.NewKey(rand.Reader); err != nil {
		return nil, err
	}
	if err := (notify.Hook{ID: string(out.ID), URL: n.URL, Secret: out.Key, Events: n.Events}).Check(); err != nil {
		return nil, err
	}
	out.Written, err = r.write(ctx, nil, store.Entry{
		Kind: ledger.WebhookSet, Actor: who.ID, Subject: "webhook:" + string(out.ID),
		Content: &store.Hooked{ID: out.ID, URL: n.URL, Events: n.Events, Key: out.Key.Reveal()},
	})
	return out, err
}

func unknownEvent(event string) error {
	var names []string
	for _, k := range ledger.Kinds() {
		names = append(names, string(k.Kind))
	}
	if near := ident.Nearest(event, names); near != "" {
		return fault.New(fault.Invalid, "events: no entry is of the kind %q; did you mean %s?", event, near)
	}
	return fault.New(fault.Invalid, "events: no entry is of the kind %q: they are %s", event, strings.Join(names, ", "))
}

// RemoveWebhook has nothing more sent.
func (r *Registry) RemoveWebhook(ctx context.Context, who Asker, id ident.ID) (store.Written, error) {
	if err := who.mayIn(access.ManageWebhooks, "", ""); err != nil {
		return store.Written{}, err
	}
	if _, err := r.store.Webhook(ctx, id); err != nil {
		return store.Written{}, err
	}
	return r.unhook(ctx, who.ID, id)
}

func (r *Registry) unhook(ctx context.Context, actor string, id ident.ID) (store.Written, error) {
	return r.write(ctx, nil, store.Entry{Kind: ledger.WebhookSet, Actor: actor, Subject: "webhook:" + string(id), Content: &store.Hooked{ID: id, Removed: true}})
}

// WebhookLine is a webhook as it is shown: of its address only the host, since the rest often works like a password.
type WebhookLine struct {
	ID     ident.ID
	Host   string
	Events []string
	At     civil.Instant // when it was set
}

// Webhooks lists the webhooks.
func (r *Registry) Webhooks(ctx context.Context, who Asker) ([]WebhookLine, error) {
	if err := who.mayIn(access.ManageWebhooks, "", ""); err != nil {
		return nil, err
	}
	all, err := r.store.Webhooks(ctx)
	out := make([]WebhookLine, len(all))
	for i := range all {
		out[i] = WebhookLine{ID: all[i].ID, Host: hostOf(all[i].URL), Events: all[i].Events, At: all[i].At}
	}
	return out, err
}

func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return host
}

// The kinds of background work that leave the machine.
const (
	MailJob    = "mail"
	WebhookJob = "webhook"
)

// Delivery is the payload of a webhook to be sent.
type Delivery struct {
	Hook  ident.ID     `json:"hook"` // to which
	Event notify.Event `json:"event"`
}

// Outgoing is what leaves the machine: nil where it is not set up.
type Outgoing struct {
	Mailer *notify.Mailer
	Sender *notify.Sender
	Server string // the address at which people reach the server
}

// Handlers gives what is done for each kind of work that leaves the machine.
func (r *Registry) Handlers(out Outgoing) map[string]func(context.Context, store.Job) error {
	return map[string]func(context.Context, store.Job) error{
		MailJob:    func(ctx context.Context, j store.Job) error { return r.mail(ctx, out, j) },
		WebhookJob: func(ctx context.Context, j store.Job) error { return r.deliver(ctx, out, j) },
		MinuteJob:  func(ctx context.Context, j store.Job) error { return r.sendMinute(ctx, out, j) },
		DigestJob:  func(ctx context.Context, j store.Job) error { return r.sendDigest(ctx, out, j) },
	}
}

func addressed(name string, id ident.ID) string {
	if name = strings.TrimSpace(name); name == "" {
		return string(id)
	}
	return name
}

// deliver sends a webhook.
func (r *Registry) deliver(ctx context.Context, out Outgoing, j store.Job) error {
	var d Delivery
	if err := json.Unmarshal(j.Payload, &d); err != nil {
		return fault.Wrap(fault.Invalid, err, "the webhook cannot be read")
	}
	if out.Sender == nil {
		return nil
	}
	kept, err := r.store.Webhook(ctx, d.Hook)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil // it was removed meanwhile
	}
	if err != nil {
		return err
	}
	err = out.Sender.Deliver(ctx, hookOf(kept), d.Event)
	if verdict, _ := notify.VerdictOf(err); err != nil && verdict == notify.Gone {
		_, err = r.unhook(ctx, "system", d.Hook)
	}
	return err
}

func hookOf(w store.Webhook) notify.Hook {
	return notify.Hook{ID: string(w.ID), URL: w.URL, Secret: hidden.Conceal(w.Key), Events: w.Events}
}

const (
	jobLease   = 2 * time.Minute // longer than any piece of work takes, so that no other replica does it too
	sweepEvery = 10 * time.Minute
)

// WorkJobs does the work that waits until the context ends, and forgets sign-ins and answers that are over. Any number of replicas
// may work on one record. A handler is called at least once for each piece of work.
func (r *Registry) WorkJobs(ctx context.Context, holder string, handlers map[string]func(context.Context, store.Job) error, log *slog.Logger) error {
	defer func() { _ = r.store.GiveBackJobs(context.WithoutCancel(ctx), holder) }() // else its lease ends
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var swept time.Time
	for ctx.Err() == nil {
		if now := r.now(); now.Sub(swept) >= sweepEvery {
			if err := r.store.ForgetEnded(ctx, now); err != nil && ctx.Err() == nil {
				log.Error("what has ended could not be forgotten", "error", err.Error())
			}
			swept = now
		}
		n, err := r.DoJobs(ctx, holder, handlers)
		if err != nil && ctx.Err() == nil {
			log.Error("work that waits could not be done and is tried again", "error", err.Error())
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return nil
}

// DoJobs does a piece of the work that waits, and says how much it took: 0 where nothing waits. It takes one at a time,
// since those that wait behind a slow one would outlive their lease, and be done by another replica too.
func (r *Registry) DoJobs(ctx context.Context, holder string, handlers map[string]func(context.Context, store.Job) error) (int, error) {
	jobs, err := r.store.ClaimJobs(ctx, holder, r.now(), jobLease, 1)
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		if err := r.doJob(ctx, handlers[j.Kind], j); err != nil {
			return len(jobs), err
		}
	}
	return len(jobs), nil
}

// doJob does one piece of work, and gives it back where it failed: for later, or, where it will never work as it is, for a
// person to look at.
func (r *Registry) doJob(ctx context.Context, handle func(context.Context, store.Job) error, j store.Job) error {
	err := error(fault.New(fault.Invalid, "nobody here does work of the kind %s", j.Kind))
	if handle != nil {
		err = handle(ctx, j)
	}
	switch {
	case err == nil:
		return r.store.Done(ctx, j)
	case ctx.Err() != nil:
		return ctx.Err() // it is given back when the work ends
	}
	verdict, after := notify.VerdictOf(err)
	if verdict != notify.Again {
		return r.store.PutAside(ctx, j, err.Error())
	}
	now := r.now()
	if wait := store.BackOff(j.Tries); after > wait {
		now = now.Add(after - wait)
	}
	return r.store.Failed(ctx, j, now, err.Error())
}
