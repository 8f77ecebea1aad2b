package registry

import (
	"context"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// beingDone is after what time a request that was never answered counts as not done: longer than any takes, so that it
// passes only when the server stopped meanwhile.
const beingDone = 15 * time.Minute

// BeginAnswer claims a key for a request, so that of two at once only one is done. It gives false, and what was answered,
// for a request that was done before. One that is still being done and another request with the same key are refused.
func (r *Registry) BeginAnswer(ctx context.Context, who Asker, key, request string) (store.Answer, bool, error) {
	now := r.now()
	a, begun, err := r.store.BeginAnswer(ctx, who.ID, key, request, now, now.Add(beingDone))
	switch {
	case err != nil || begun:
		return a, begun, err
	case a.Request != request:
		return a, false, fault.New(fault.Conflict, "Idempotency-Key: this key was sent with another request: give each request its own")
	case a.Status == 0:
		return a, false, fault.New(fault.Conflict, "Idempotency-Key: the request with this key is still being done: ask again in a moment")
	case a.Emptied:
		return a, false, fault.New(fault.Conflict, "Idempotency-Key: this was done, and what it answered was destroyed when something was redacted: look at what there is")
	}
	return a, false, nil
}

// KeepAnswer keeps the answer to a request for when it is sent again.
func (r *Registry) KeepAnswer(ctx context.Context, who Asker, key string, a store.Answer) error {
	return r.store.KeepAnswer(ctx, who.ID, key, a, r.now().Add(r.keeping.Answers))
}

// DropAnswer gives a key back with which nothing was done, so that it may be tried again.
func (r *Registry) DropAnswer(ctx context.Context, who Asker, key string) error {
	return r.store.DropAnswer(ctx, who.ID, key)
}
