package registry

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// UnitLine is a unit with the services in it that who asks may know of, those of the units below it left out.
type UnitLine struct {
	ID       ident.ID
	Name     string   // empty for one that the organisation file does not have
	Parent   ident.ID // empty at the top
	Services int      // in use
	Judged   int      // of those
	Pending  int      // of those: changed since, or not judged yet
}

// Units lists the units in the order of the organisation file, and after them those that only services name.
func (r *Registry) Units(ctx context.Context, who Asker) ([]UnitLine, error) {
	if err := who.mayIn(access.ListUnits, "", ""); err != nil {
		return nil, err
	}
	counts, err := r.store.Units(ctx, who.scope(access.ListServices))
	if err != nil {
		return nil, err
	}
	by := map[ident.ID]int{}
	var out []UnitLine
	for _, u := range who.organisation().Units {
		by[u.ID] = len(out)
		out = append(out, UnitLine{ID: u.ID, Name: u.Name, Parent: u.Parent})
	}
	for _, c := range counts {
		at, known := by[c.Unit]
		if !known {
			at = len(out)
			out = append(out, UnitLine{ID: c.Unit})
		}
		out[at].Services, out[at].Judged, out[at].Pending = c.Services, c.Judged, c.Pending
	}
	return out, nil
}
