package registry

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// Explain gives the reasons behind whatever in the posture of a service is called by a word, as trees that end in inputs:
// an id such as r1, or a reference such as control:backup where several things have that id.
func (r *Registry) Explain(ctx context.Context, who Asker, id ident.ID, word string) ([]report.Why, error) {
	p, err := r.store.Posture(ctx, id)
	if err := who.may(access.Explain, p.Service, err); err != nil {
		return nil, err
	}
	if p.Judged.Posture == nil {
		return nil, unjudged(&p)
	}
	var posture assess.Posture
	if err := readPosture(p.Judged.Posture, &posture); err != nil {
		return nil, err
	}
	who.blunt(p.Service, &posture)
	found := report.Explain(&posture, word)
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "nothing in the posture of %s is called %s", id, word)
	}
	return found, nil
}
