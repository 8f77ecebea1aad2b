package app

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Checked is the postures of the services at a place.
type Checked struct {
	Postures []*assess.Posture // in order of id
	Many     bool
	Zone     civil.Zone
	Names    map[ident.ID]string // of the services
	places   map[ident.ID]*schema.Document
}

// Place gives where the service file of a service says something, as FILE:LINE; empty where it does not.
func (c *Checked) Place(service ident.ID, ref ident.Ref) string {
	doc := c.places[service]
	if doc == nil || ref.Kind != ident.KindClaim || ref.Service != "" {
		return ""
	}
	at := doc.Where(ref.Path)
	return at.File + ":" + strconv.Itoa(at.Line)
}

// Check judges the services at a place, together, at a moment.
func Check(where Where, at func(civil.Zone) (civil.Instant, error)) (*Checked, error) {
	cases, many, err := Load(where)
	if err != nil {
		return nil, err
	}
	estate := assess.NewEstate()
	out := &Checked{Many: many, Names: map[ident.ID]string{}, places: map[ident.ID]*schema.Document{}}
	for i := range cases {
		in, err := judge.Prepare(cases[i].Sources)
		if err != nil {
			return nil, err
		}
		id := in.Service().Service.ID
		out.Zone, out.Names[id], out.places[id] = in.Zone(), in.Service().Service.Name, cases[i].Document
		estate.PutReady(in)
	}
	moment, err := at(out.Zone)
	if err != nil {
		return nil, err
	}
	if out.Postures, err = estate.Postures(moment); err != nil {
		return nil, err
	}
	estate.Act()
	for _, p := range out.Postures {
		report.Say(p)
	}
	return out, nil
}
