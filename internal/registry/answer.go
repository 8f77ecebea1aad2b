package registry

import (
	"context"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// answersKept is how long an answer is kept for a request that is sent again.
const answersKept = 24 * time.Hour

// Answered gives what who asks was answered to a request that they gave a key; false when they were not yet. The same key
// on another request is refused.
func (r *Registry) Answered(ctx context.Context, who Asker, key, request string) (store.Answer, bool, error) {
	a, found, err := r.store.Answer(ctx, who.ID, key, r.now())
	if err == nil && found && a.Request != request {
		return a, false, fault.New(fault.Conflict, "Idempotency-Key: this key was sent with another request: give each request its own")
	}
	return a, found, err
}

// KeepAnswer keeps an answer for a request that is sent again.
func (r *Registry) KeepAnswer(ctx context.Context, who Asker, key, request string, status int, kind string, body []byte) error {
	now := r.now()
	return r.store.KeepAnswer(ctx, who.ID, key, store.Answer{Request: request, Status: status, Type: kind, Body: body}, now, now.Add(answersKept))
}
