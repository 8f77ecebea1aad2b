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
	contextInOrder(&out.Context)
	out.Data = byID(s.Data, func(d *model.Data) ident.ID { return d.ID })
	architectureInOrder(&out.Architecture)
	out.Assumptions = byID(s.Assumptions, func(a *model.Assumption) ident.ID { return a.ID })
	planInOrder(&out.Plan)
	out.Threats.Actors = byID(s.Threats.Actors, func(a *model.Actor) ident.ID { return a.ID })
	out.Threats.Dispositions = byID(s.Threats.Dispositions, func(d *model.Disposition) ident.ID { return d.ID })
	out.Risks = risksInOrder(s.Risks)
	out.Controls = byID(s.Controls, func(c *model.Control) ident.ID { return c.ID })
	out.Suppliers = engagementsInOrder(s.Suppliers)
	out.Answers = byID(s.Answers, func(a *model.Answer) ident.ID { return a.ID })
	assuranceInOrder(&out.Assurance)
	operationInOrder(&out.Operation)
	out.Incidents = byID(s.Incidents, func(i *model.Incident) ident.ID { return i.ID })
	return &out
}

func contextInOrder(c *model.Context) {
	c.Users = byID(c.Users, func(u *model.Users) ident.ID { return u.ID })
	c.UserSecurityNeeds = byID(c.UserSecurityNeeds, func(n *model.Need) ident.ID { return n.ID })
	c.Functions = byID(c.Functions, func(f *model.Function) ident.ID { return f.ID })
	c.Assets = byID(c.Assets, func(a *model.Asset) ident.ID { return a.ID })
	c.Obligations = byID(c.Obligations, func(o *model.Obligation) ident.ID { return o.ID })
	c.Scope.Boundaries = byID(c.Scope.Boundaries, func(b *model.Boundary) ident.ID { return b.ID })
	c.Appetite.UnacceptableLosses = byID(c.Appetite.UnacceptableLosses, func(l *model.Loss) ident.ID { return l.ID })
}

func architectureInOrder(a *model.Architecture) {
	a.Zones = byID(a.Zones, func(z *model.Zone) ident.ID { return z.ID })
	a.Components = byID(a.Components, func(c *model.Component) ident.ID { return c.ID })
	a.Flows = byID(a.Flows, func(f *model.Flow) ident.ID { return f.ID })
	a.Identities = byID(a.Identities, func(i *model.Account) ident.ID { return i.ID })
	a.Runtimes = byID(a.Runtimes, func(r *model.Runtime) ident.ID { return r.ID })
}

func planInOrder(p *model.Plan) {
	p.Appointments = byID(p.Appointments, func(a *model.Appointment) ident.ID { return a.ID })
	p.Stakeholders = byID(p.Stakeholders, func(s *model.Stakeholder) ident.ID { return s.ID })
	p.RASCI = dutiesInOrder(p.RASCI)
	p.Groups = byID(p.Groups, func(g *model.Group) ident.ID { return g.ID })
	p.Resources = byID(p.Resources, func(r *model.Resource) ident.ID { return r.ID })
	p.Skills = byID(p.Skills, func(s *model.Skill) ident.ID { return s.ID })
	p.Frameworks = byID(p.Frameworks, func(c *model.Choice) ident.ID { return c.ID })
	p.Activities = byID(p.Activities, func(a *model.Activity) ident.ID { return a.ID })
}

func assuranceInOrder(a *model.Assurance) {
	a.Tests = byID(a.Tests, func(t *model.Test) ident.ID { return t.ID })
	a.Reviews = byID(a.Reviews, func(r *model.Review) ident.ID { return r.ID })
	a.Rounds = slices.Clone(byID(a.Rounds, func(r *model.Round) ident.ID { return r.ID }))
	for i := range a.Rounds {
		a.Rounds[i].Actions = actionsInOrder(a.Rounds[i].Actions)
	}
	a.Improvements = actionsInOrder(a.Improvements)
}

func operationInOrder(o *model.Operation) {
	o.Monitor = byID(o.Monitor, func(w *model.Watch) ident.ID { return w.ID })
	o.Changes = byID(o.Changes, func(c *model.Change) ident.ID { return c.ID })
	o.Triggers = byID(o.Triggers, func(t *model.Trigger) ident.ID { return t.ID })
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

// risksInOrder puts risks in order, and for each what is to be done and what it relies on.
func risksInOrder(list []model.Risk) []model.Risk {
	out := slices.Clone(byID(list, func(r *model.Risk) ident.ID { return r.ID }))
	for i := range out {
		r := &out[i]
		r.Actions = actionsInOrder(r.Actions)
		if !slices.IsSortedFunc(r.Controls, byControl) {
			r.Controls = slices.SortedStableFunc(slices.Values(r.Controls), byControl)
		}
	}
	return out
}

func actionsInOrder(list []model.Action) []model.Action {
	return byID(list, func(a *model.Action) ident.ID { return a.ID })
}

// byID gives the list itself where it is in order, and else one that is.
func byID[T any](list []T, id func(*T) ident.ID) []T {
	at := 1
	for at < len(list) && id(&list[at-1]) <= id(&list[at]) {
		at++
	}
	if at >= len(list) {
		return list
	}
	order := make([]*T, len(list)) // items are large: each is moved once
	for i := range list {
		order[i] = &list[i]
	}
	slices.SortStableFunc(order, func(a, b *T) int { return cmp.Compare(id(a), id(b)) })
	out := make([]T, len(list))
	for i := range order {
		out[i] = *order[i]
	}
	return out
}

func byControl(a, b model.Reliance) int {
	return cmp.Or(cmp.Compare(a.Control, b.Control), cmp.Compare(a.Lowers, b.Lowers))
}
