package registry_test

import (
	"context"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// posture reads the posture that is sent of a service.
func posture(ctx context.Context, r *registry.Registry, who registry.Asker, id ident.ID) (store.Standing, error) {
	p, sent, err := r.PostureSent(ctx, who, id)
	if err != nil || p.Judged.Posture != nil {
		return p, err
	}
	p.Judged.Posture, err = sent.Text()
	return p, err
}

// current reads the revision that is sent of a service.
func current(ctx context.Context, r *registry.Registry, who registry.Asker, id ident.ID) (store.Revision, error) {
	_, revision, sent, err := r.ServiceSent(ctx, who, id)
	if err != nil {
		return revision, err
	}
	texts, err := sent.Text()
	if err != nil {
		return revision, err
	}
	return revision, json.Unmarshal(texts, &revision.Texts)
}
