package registry

import (
	"context"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Supplier is one that services rest on, by the name that they give it.
type Supplier struct {
	Name string
	On   []Found // its engagement for each service, in order of service
}

// Suppliers lists the suppliers of the services of which who asks may know that, after a name, and gives the name after
// which the next page begins; empty at the end.
func (r *Registry) Suppliers(ctx context.Context, who Asker, after string, limit int) ([]Supplier, string, error) {
	if err := who.somewhere(access.ReadSuppliers); err != nil {
		return nil, "", err
	}
	found, err := r.store.ItemsNamed(ctx, who.scope(access.ReadSuppliers), kindSupplier, after, limit+1)
	if err != nil {
		return nil, "", err
	}
	var out []Supplier
	next := ""
	for i := range found {
		f := &found[i]
		if len(out) == 0 || out[len(out)-1].Name != f.Title {
			if len(out) == limit {
				next = out[limit-1].Name
				break
			}
			out = append(out, Supplier{Name: f.Title})
		}
		out[len(out)-1].On = append(out[len(out)-1].On, *f)
	}
	return out, next, nil
}

// ServiceSuppliers gives the suppliers of a service as its posture has them.
func (r *Registry) ServiceSuppliers(ctx context.Context, who Asker, id ident.ID) ([]judge.Supplier, error) {
	p, err := r.store.Posture(ctx, id)
	if err := who.may(access.ReadSuppliers, p.Service, err); err != nil {
		return nil, err
	}
	if p.Judged.Posture == nil {
		return nil, unjudged(&p)
	}
	var part struct {
		Suppliers []judge.Supplier `json:"suppliers"`
	}
	if err := readPosture(p.Judged.Posture, &part); err != nil {
		return nil, err
	}
	return part.Suppliers, nil
}

// readPosture reads a posture, or a part of it, as it was written.
func readPosture(text []byte, into any) error {
	if err := json.Unmarshal(text, into); err != nil {
		return fault.Wrap(fault.Internal, err, "a posture cannot be read back")
	}
	return nil
}
