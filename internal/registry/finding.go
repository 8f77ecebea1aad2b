package registry

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// Item is one thing in a posture.
type Item = store.Item

// Findings lists the open findings of a service after a reference, in order of it. Why tells all of one.
func (r *Registry) Findings(ctx context.Context, who Asker, id ident.ID, after string, limit int) ([]Item, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadFindings, v, err); err != nil {
		return nil, err
	}
	return r.store.Items(ctx, id, ident.KindFinding, after, limit)
}
