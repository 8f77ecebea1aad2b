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
	out.Context.Obligations = byID(s.Context.Obligations, func(o *model.Obligation) ident.ID { return o.ID })
	out.Suppliers = engagementsInOrder(s.Suppliers)
	out.Plan.RASCI = dutiesInOrder(s.Plan.RASCI)
	out.Plan.Frameworks = byID(s.Plan.Frameworks, func(c *model.Choice) ident.ID { return c.ID })
	out.Controls = byID(s.Controls, func(c *model.Control) ident.ID { return c.ID })
	out.Answers = byID(s.Answers, func(a *model.Answer) ident.ID { return a.ID })
	out.Risks = linksInOrder(byID(s.Risks, func(r *model.Risk) ident.ID { return r.ID }))
	return &out
}

// engagementsInOrder puts suppliers in order, and what is said of each.
func engagementsInOrder(list []model.Engagement) []model.Engagement {
	out := slices.Clone(byID(list, func(e *model.Engagement) ident.ID { return e.ID }))
	for i := range out {
		e := &out[i]
		e.Certificates = byID(e.Certificates, func(c *model.Certificate) ident.ID { return c.ID })
		e.Responses = byID(e.Responses, func(r *model.Response) ident.ID { return r.ID })
		e.Clauses = byID(e.Clauses, func(c *model.Clause) ident.ID { return c.ID })
		e.FlowDown = byID(e.FlowDown, func(s *model.Subcontract) ident.ID { return s.ID })
		e.Products = byID(e.Products, func(p *model.Product) ident.ID { return p.ID })
	}
	return out
}

// dutiesInOrder puts the lines of the plan's table of responsibilities in order of activity.
func dutiesInOrder(list []model.Duty) []model.Duty {
	out := slices.Clone(byID(list, func(d *model.Duty) ident.ID { return d.Activity }))
	for i := range out {
		out[i].Supportive = slices.Sorted(slices.Values(out[i].Supportive))
	}
	return out
}

func linksInOrder(risks []model.Risk) []model.Risk {
	out := risks
	for i := range risks {
		links := risks[i].Controls
		if slices.IsSortedFunc(links, byControl) {
			continue
		}
		if &out[0] == &risks[0] {
			out = slices.Clone(risks) // they may be the team's own still
		}
		out[i].Controls = slices.SortedStableFunc(slices.Values(links), byControl)
	}
	return out
}

// byID gives the list itself where it is in order, and else one that is.
func byID[T any](list []T, id func(*T) ident.ID) []T {
	order := make([]*T, len(list)) // items are large: each is moved once
	for i := range list {
		order[i] = &list[i]
	}
	compare := func(a, b *T) int { return cmp.Compare(id(a), id(b)) }
	if slices.IsSortedFunc(order, compare) {
		return list
	}
	slices.SortStableFunc(order, compare)
	out := make([]T, len(list))
	for i := range order {
		out[i] = *order[i]
	}
	return out
}

func byControl(a, b model.Reliance) int {
	return cmp.Or(cmp.Compare(a.Control, b.Control), cmp.Compare(a.Lowers, b.Lowers))
}
