package app

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// Threats judges the services at a place, and gives the threats of each: all, or those that are about one thing.
func Threats(where Where, about ident.ID, at When) (*Checked, []*report.ThreatList, error) {
	checked, err := Judge(where, at)
	if err != nil {
		return nil, nil, err
	}
	var lists []*report.ThreatList
	var named []string
	known := about == ""
	for _, p := range checked.Postures {
		of := checked.told(p)
		l := report.NewThreatList(of, about)
		here := elements(of.Service)
		known = known || len(l.Threats) > 0 || slices.Contains(here, string(about))
		named = append(named, here...)
		lists = append(lists, l)
	}
	if !known {
		return nil, nil, fault.New(fault.NotFound, "nothing here is called %s%s", about, didYouMean(string(about), named))
	}
	return checked, lists, nil
}

// told gives a service with what it says and is judged by.
func (c *Checked) told(p *assess.Posture) report.Told {
	return report.Told{Posture: p, Service: c.Services[p.Service], Library: c.kept[p.Service].Library, Zone: c.Zone}
}

// elements names what threats can be about in a service.
func elements(s *model.Service) (out []string) {
	a := &s.Architecture
	for i := range a.Components {
		out = append(out, string(a.Components[i].ID))
	}
	for i := range a.Flows {
		out = append(out, string(a.Flows[i].ID))
	}
	for i := range a.Identities {
		out = append(out, string(a.Identities[i].ID))
	}
	for i := range a.Runtimes {
		out = append(out, string(a.Runtimes[i].ID))
	}
	for i := range a.Zones {
		out = append(out, string(a.Zones[i].ID))
	}
	for i := range s.Data {
		out = append(out, string(s.Data[i].ID))
	}
	for i := range s.Suppliers {
		out = append(out, string(s.Suppliers[i].ID))
	}
	for i := range s.Risks {
		out = append(out, string(s.Risks[i].ID))
	}
	return out
}

// base judges a service again and keeps the results of the stages, with what the services that it rests on offer.
func (c *Checked) base(p *assess.Posture) (*judge.Base, error) {
	in, err := judge.Prepare(c.kept[p.Service])
	if err != nil {
		return nil, err
	}
	offers := map[ident.ID]judge.Offer{}
	for _, id := range judge.Providers(c.Services[p.Service]) {
		if c.Services[id] == nil {
			continue
		}
		if offers[id], err = c.offer(id, p.Service); err != nil {
			return nil, err
		}
	}
	return judge.NewBase(in.WithOffers(offers), c.moment), nil
}

// offer gives what a provider offers a service. Of one that rests on that service itself nothing can be known.
func (c *Checked) offer(id, to ident.ID) (judge.Offer, error) {
	if c.restsOn(id, to, map[ident.ID]bool{}) {
		return judge.Offer{Service: id, Cycle: true}, nil
	}
	provider := c.Postures[c.index(id)]
	in, err := judge.Prepare(c.kept[id])
	if err != nil {
		return judge.Offer{}, err
	}
	return judge.MakeOffer(in, &provider.Judgement, provider.NextChange)
}

// restsOn says whether a service rests on another, at whatever remove.
func (c *Checked) restsOn(id, on ident.ID, seen map[ident.ID]bool) bool {
	if c.Services[id] == nil || seen[id] {
		return false
	}
	seen[id] = true
	for _, p := range judge.Providers(c.Services[id]) {
		if p == on || c.restsOn(p, on, seen) {
			return true
		}
	}
	return false
}
