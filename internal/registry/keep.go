package registry

import (
	"context"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Keep says how long is kept what is not the record itself.
type Keep struct {
	Stay
	Answers  time.Duration // to requests that may be sent again; a day where it is 0
	Postures time.Duration // contents of postures that newer ones have taken the place of; for ever where it is 0
}

// Stay says how long somebody stays signed in.
type Stay struct {
	Idle time.Duration // without doing anything; a working day where it is 0
	Most time.Duration // at all; a week where it is 0, or longer where they may be idle for longer
}

// Option is what a registry is told beside its record.
type Option func(*Registry)

// Keeping has what is not the record itself kept for other times than the usual.
func Keeping(k Keep) Option {
	return func(r *Registry) { r.keeping = k.filled() }
}

// filled gives the same with the usual where nothing is said.
func (k Keep) filled() Keep {
	if k.Idle == 0 {
		k.Idle = 12 * time.Hour
	}
	if k.Most == 0 {
		k.Most = max(7*24*time.Hour, k.Idle)
	}
	if k.Answers == 0 {
		k.Answers = 24 * time.Hour
	}
	return k
}

const (
	posturesWork  = "postures" // that one replica does for all
	posturesLease = 5 * time.Minute
	removedMost   = 50  // postures removed in one transaction
	outlivedMost  = 100 // services looked at together
)

// KeepPostures removes, every so often, the contents of postures that newer ones took the place of longer ago than they
// are kept. It removes a bounded number in each transaction, so that nobody who writes has to wait for long. Where they
// are kept for ever there is nothing to do. It ends with the context, or with the first fault.
func (r *Registry) KeepPostures(ctx context.Context, holder string, every time.Duration) error {
	if r.keeping.Postures == 0 {
		return nil
	}
	defer func() { _ = r.store.Release(context.WithoutCancel(ctx), posturesWork, holder) }() // else its time ends
	return again(ctx, every, func() error { return r.removePostures(ctx, holder) })
}

// removePostures removes all that is due to be, while the work is the holder's.
func (r *Registry) removePostures(ctx context.Context, holder string) error {
	before := r.store.Now() - civil.Instant(r.keeping.Postures/time.Second)
	for after := ident.ID(""); ; {
		services, err := r.store.Outlived(ctx, before, after, outlivedMost)
		if err != nil || len(services) == 0 {
			return err
		}
		for _, service := range services {
			if mine, err := r.removePosturesOf(ctx, holder, service, before); err != nil || !mine {
				return err
			}
		}
		after = services[len(services)-1]
	}
}

// removePosturesOf does so for one service. False says that another replica has the work by now.
func (r *Registry) removePosturesOf(ctx context.Context, holder string, service ident.ID, before civil.Instant) (mine bool, err error) {
	for {
		if mine, err = r.store.Lease(ctx, posturesWork, holder, r.now(), posturesLease); err != nil || !mine {
			return mine, err
		}
		n, err := r.store.RemovePostures(ctx, service, before, removedMost)
		if fault.KindOf(err) == fault.Conflict && err != nil {
			return true, nil // something of it was redacted meanwhile: the next time will do
		}
		if err != nil || n < removedMost {
			return true, err
		}
	}
}
