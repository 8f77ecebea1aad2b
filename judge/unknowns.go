package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

func met(is bool, criterion string, to []string) []string {
	if is {
		return append(to, criterion)
	}
	return to
}

// unknowns lists what nobody has said about the context, each a question to an owner.
func (j *judging) unknowns(c *contexts) []Obstacle {
	s := j.service()
	out := []Obstacle{}
	ask := func(ref ident.Ref, what string) {
		out = append(out, Obstacle{ID: ref, Reason: because("context.unknown", refs(ref), Arg{"what", what})})
	}
	if s.Service.Purpose == "" {
		ask(ident.Claim("service"), "what the service is for (service.purpose)")
	}
	if s.Context.Classification == "" {
		ask(ident.Claim("context"), "the classification (context.classification)")
	}
	if s.Context.Appetite.Max == "" {
		ask(ident.Claim("context"), "what may be borne (context.appetite.max)")
	}
	if len(s.Data) == 0 {
		ask(ident.Claim("service"), "the data that it holds or handles (data)")
	}
	if len(s.Architecture.Components) == 0 {
		ask(ident.Claim("service"), "the parts that it is made of (architecture.components)")
	}
	if j.criticality() == "" {
		ask(ident.Claim("context"), "how much it matters (context.business_impact.criticality)")
	}
	for i := range s.Context.Functions {
		if f := &s.Context.Functions[i]; f.Safety == "" {
			ask(ident.Claim("context", "functions", string(f.ID)), "whether people could be hurt if "+string(f.ID)+" went wrong (safety)")
		}
	}
	for i := range s.Data {
		d := &s.Data[i]
		for _, what := range unsaid(d) {
			ask(dataRef(d.ID), what+" of "+string(d.ID))
		}
	}
	for i := range c.components {
		if !c.out[i] && c.components[i].Exposure == "" {
			ask(componentRef(c.components[i].ID), "who can reach "+string(c.components[i].ID)+" (its zone and the zone's trust)")
		}
	}
	slices.SortStableFunc(out, func(a, b Obstacle) int {
		return cmp.Or(a.ID.Compare(b.ID), cmp.Compare(a.Reason.Args.Get("what"), b.Reason.Args.Get("what")))
	})
	return out
}

// unsaid names the attributes of data that rules need and nobody has said.
func unsaid(d *model.Data) (out []string) {
	out = met(d.Classification == "", "classification", out)
	out = met(d.Personal == "", "personal", out)
	out = met(d.Personal != model.No && d.Records == 0, "records", out)
	out = met(d.Personal != model.No && d.IsSpecial() == "", "special_category", out)
	return met(d.Personal != model.No && d.CriminalOffence == "", "criminal_offence", out)
}
