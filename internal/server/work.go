package server

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// How often the work is done that nobody waits for.
const (
	checkpointEvery = time.Minute
	redactionsEvery = 10 * time.Second // until then another replica may still judge by what it holds in memory
	digestEvery     = time.Hour
	posturesEvery   = time.Hour
	newsEvery       = time.Second
)

// loops are the work in the background. The holder names this server among those that work on the record.
func (w *wiring) loops(workers int, holder string) ([]Loop, error) {
	if w.config.ReadOnly {
		return nil, nil
	}
	out, err := w.outgoing()
	if err != nil {
		return nil, err
	}
	handlers := w.Handlers(out)
	deliver, err := w.elsewhere(out.Sender)
	if err != nil {
		return nil, err
	}
	all := []Loop{
		{Name: "judge", Run: func(ctx context.Context) error { return w.Work(ctx, holder, workers, w.log) }},
		{Name: "jobs", Run: func(ctx context.Context) error { return w.WorkJobs(ctx, holder, handlers, w.log) }},
		{Name: "checkpoints", Run: func(ctx context.Context) error {
			return w.KeepCheckpoints(ctx, holder, checkpointEvery, w.key, deliver)
		}},
		{Name: "postures", Run: func(ctx context.Context) error { return w.KeepPostures(ctx, holder, posturesEvery) }},
		{Name: "news", Run: func(ctx context.Context) error { return w.KeepNews(ctx, holder, newsEvery) }},
		{Name: "redactions", Run: func(ctx context.Context) error { return w.KeepRedactions(ctx, redactionsEvery) }},
	}
	if out.Mailer != nil {
		all = append(all, Loop{Name: "digests", Run: w.digests})
	}
	return all, nil
}

// digests sees to it that digests wait for their day.
func (w *wiring) digests(ctx context.Context) error {
	tick := time.NewTicker(digestEvery)
	defer tick.Stop()
	for {
		if err := w.EnqueueDigests(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// outgoing is what leaves the machine, where settings ask for it.
func (w *wiring) outgoing() (out registry.Outgoing, err error) {
	c := w.config
	out.Server = c.PublicURL(c.Listen)
	if out.Sender, err = notify.NewSender(notify.HookConfig{}); err != nil || c.SMTP.Address == "" {
		return out, err
	}
	out.Mailer, err = notify.NewMailer(notify.MailConfig{
		Address: c.SMTP.Address, User: c.SMTP.User, Password: c.SMTP.Password, From: c.SMTP.From, Security: notify.Security(c.SMTP.TLS),
	})
	return out, err
}

// elsewhere gives what keeps a checkpoint outside the record, as settings ask for; nil for nowhere.
func (w *wiring) elsewhere(sender *notify.Sender) (func(context.Context, string) error, error) {
	c := w.config.Checkpoints
	var sinks []notify.Sink
	if c.File != "" {
		key, err := note.NewVerifier(strings.TrimSpace(w.key.Public))
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "the public half of the signing key cannot be read")
		}
		sinks = append(sinks, notify.FileSink{Path: c.File, Keys: []note.Verifier{key}})
	}
	if c.Webhook != "" {
		hook := notify.Hook{ID: "checkpoints", URL: c.Webhook, Secret: c.WebhookKey}
		if err := hook.Check(); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "checkpoints.webhook cannot be used (its key is BULKHEAD_CHECKPOINTS_WEBHOOK_KEY)")
		}
		sinks = append(sinks, notify.HookSink{Sender: sender, Hook: hook})
	}
	if len(sinks) == 0 {
		return nil, nil
	}
	return func(ctx context.Context, checkpoint string) (err error) {
		for _, s := range sinks {
			err = errors.Join(err, s.Deliver(ctx, checkpoint))
		}
		return err
	}, nil
}
