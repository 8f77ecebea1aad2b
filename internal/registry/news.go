package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// Going through the ledger for news is the work of one replica at a time, so many entries at once.
const (
	newsWork  = "news"
	newsLease = time.Minute
	newsMost  = 500
)

// KeepNews has webhooks told, every so often, of the entries that they asked for. What a webhook is told waits with the
// rest of the work that leaves the machine, in one transaction with how far the ledger was gone through: nothing is passed
// over, whatever stops.
func (r *Registry) KeepNews(ctx context.Context, holder string, every time.Duration) error {
	defer func() { _ = r.store.Release(context.WithoutCancel(ctx), newsWork, holder) }() // else its time ends
	return again(ctx, every, func() error { return r.TellNews(ctx, holder) })
}

// TellNews goes through what is new in the ledger once. Where there is no webhook, or another replica does it, there is
// nothing to do.
func (r *Registry) TellNews(ctx context.Context, holder string) error {
	hooks, err := r.store.Webhooks(ctx)
	if err != nil || len(hooks) == 0 {
		return err
	}
	for {
		mine, err := r.store.Lease(ctx, newsWork, holder, r.now(), newsLease)
		if err != nil || !mine {
			return err
		}
		from, err := r.store.Told(ctx)
		if err != nil {
			return err
		}
		leaves, err := r.store.Leaves(ctx, from, newsMost)
		if err != nil || len(leaves) == 0 {
			return err
		}
		if err := r.enqueueNews(ctx, hooks, leaves); err != nil {
			return err
		}
	}
}

// enqueueNews makes a piece of work for each leaf and each webhook that asked for its kind and was there by then.
func (r *Registry) enqueueNews(ctx context.Context, hooks []store.Webhook, leaves []store.LeafRow) error {
	var jobs []store.Job
	for i := range leaves {
		l := &leaves[i]
		event := notify.Event{ID: fmt.Sprintf("%s-%d", r.store.Instance, l.Number), Type: string(l.Kind), At: l.At, Service: l.Service, Leaf: l.Number, Kind: l.Kind}
		for k := range hooks {
			if hooks[k].At > l.At || !hookOf(hooks[k]).Wants(event.Type) {
				continue
			}
			payload, err := json.Marshal(Delivery{Hook: hooks[k].ID, Event: event})
			if err != nil {
				return err
			}
			jobs = append(jobs, store.Job{Kind: WebhookJob, Name: event.ID + ":" + string(hooks[k].ID), Payload: payload})
		}
	}
	return r.store.TellTo(ctx, jobs, leaves[len(leaves)-1].Number+1, r.now())
}
