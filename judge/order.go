package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// inOrder gives the claims with every list of items in order of id. The order in which a team wrote them means nothing:
// two files with the same digest must be judged the same to the last byte. The claims themselves are left as they are.
func inOrder(s *model.Service) *model.Service {
	out := *s
	out.Data = byID(s.Data, func(d *model.Data) ident.ID { return d.ID })
	out.Architecture.Zones = byID(s.Architecture.Zones, func(z *model.Zone) ident.ID { return z.ID })
	out.Architecture.Components = byID(s.Architecture.Components, func(c *model.Component) ident.ID { return c.ID })
	out.Architecture.Flows = byID(s.Architecture.Flows, func(f *model.Flow) ident.ID { return f.ID })
	out.Context.Functions = byID(s.Context.Functions, func(f *model.Function) ident.ID { return f.ID })
	out.Plan.Frameworks = byID(s.Plan.Frameworks, func(c *model.Choice) ident.ID { return c.ID })
	out.Controls = byID(s.Controls, func(c *model.Control) ident.ID { return c.ID })
	out.Answers = byID(s.Answers, func(a *model.Answer) ident.ID { return a.ID })
	out.Risks = byID(s.Risks, func(r *model.Risk) ident.ID { return r.ID })
	for i := range out.Risks {
		if links := out.Risks[i].Controls; !slices.IsSortedFunc(links, byControl) {
			out.Risks[i].Controls = slices.SortedStableFunc(slices.Values(links), byControl)
		}
	}
	return &out
}

func byID[T any](list []T, id func(*T) ident.ID) []T {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(id(&a), id(&b)) })
	return out
}

func byControl(a, b model.Reliance) int {
	return cmp.Or(cmp.Compare(a.Control, b.Control), cmp.Compare(a.Lowers, b.Lowers))
}
