package registry

import (
	"context"
	"errors"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// headsMost is how many services are read at a time.
const headsMost = 100

// stillFit says which services in use would no longer fit another ground: they name what goes, or hold what may no longer
// be kept. What such a service says would count for less, and its team could change nothing else before they mend it; so
// whoever changes the ground is told first. What did not fit before is not told again.
func (r *Registry) stillFit(ctx context.Context, before, after *ground) error {
	if before.home.Keeps(after.home) {
		return nil
	}
	var lost []fault.Field
	for last := ident.ID(""); len(lost) < schema.MaxProblems; {
		heads, err := r.store.Heads(ctx, last, headsMost)
		if err != nil {
			return err
		}
		for i := range heads {
			last = heads[i].ID
			lost = append(lost, misfits(&heads[i], before, after)...)
		}
		if len(heads) < headsMost {
			break
		}
	}
	if len(lost) == 0 {
		return nil
	}
	advice := fault.Field{Text: "services would no longer fit: have them changed first; or send regardless=true, and each is judged without what it names, and has to mend that with its next change"}
	return fault.At(append([]fault.Field{advice}, lost[:min(len(lost), schema.MaxProblems)]...))
}

// misfits gives the places of a service that fit one ground and do not fit another. One that cannot be read fits neither.
func misfits(v *store.Headed, before, after *ground) (lost []fault.Field) {
	service, document, err := model.Read(store.Sources(v.Texts)...)
	if err != nil {
		return nil
	}
	had := map[fault.Field]bool{}
	for _, f := range places(before.home.Fits(service, document)) {
		had[f] = true
	}
	for _, f := range places(after.home.Fits(service, document)) {
		if !had[f] {
			f.File, f.Text = string(v.ID)+"/"+f.File, string(v.ID)+": "+f.Text
			lost = append(lost, f)
		}
	}
	return lost
}

// places gives the places that a fault speaks of.
func places(err error) []fault.Field {
	if f, is := errors.AsType[*fault.Error](err); is {
		return f.Fields
	}
	return nil
}
