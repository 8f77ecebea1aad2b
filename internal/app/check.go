package app

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Checked is the postures of the services at a place.
type Checked struct {
	Postures []*assess.Posture // in order of id
	Many     bool
	Zone     civil.Zone
	Names    map[ident.ID]string // of the services
	Services map[ident.ID]*model.Service
	places   map[ident.ID]*schema.Document
	kept     map[ident.ID]judge.Sources
	homes    map[ident.ID]string // the folders that hold the services
	files    []string            // that were read
	records  []string            // the folders of records
	moment   civil.Instant
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

// Record gives what a piece of evidence or a decision of a service says of itself; empty for anything else.
func (c *Checked) Record(service ident.ID, ref ident.Ref) string {
	of := c.kept[service]
	for i := range of.Evidence {
		if r := &of.Evidence[i]; ref == ident.To(ident.KindEvidence, string(r.ID)) {
			return report.OfEvidence(r, c.Zone)
		}
	}
	for i := range of.Decisions {
		if d := &of.Decisions[i]; ref == ident.To(ident.KindDecision, string(d.ID)) {
			return report.OfDecision(d, c.Zone)
		}
	}
	return ""
}

// Check judges the services at a place, together, at a moment, and works out what to do next.
func Check(where Where, at When) (*Checked, error) { return check(where, at, (*assess.Estate).Act) }

// Judge judges the services at a place, together, at a moment.
func Judge(where Where, at When) (*Checked, error) { return check(where, at, func(*assess.Estate) {}) }

func check(where Where, at When, then func(*assess.Estate)) (*Checked, error) {
	estate, out, err := gather(where)
	if err != nil {
		return nil, err
	}
	if err := out.judge(estate, at); err != nil {
		return nil, err
	}
	then(estate)
	for _, p := range out.Postures {
		report.Say(p)
	}
	return out, nil
}

// gather loads the services at a place and makes them ready to be judged together.
func gather(where Where) (*assess.Estate, *Checked, error) {
	cases, many, err := Load(where)
	if err != nil {
		return nil, nil, err
	}
	estate, out, err := ready(cases, many, nil)
	if err == nil {
		out.files = append(out.files, organisationFile(where))
	}
	return estate, out, err
}

// ready makes services ready to be judged together, each with what is supposed of it.
func ready(cases []Case, many bool, supposed map[ident.ID]*judge.Supposition) (*assess.Estate, *Checked, error) {
	estate := assess.NewEstate()
	out := &Checked{Many: many, Names: map[ident.ID]string{}, Services: map[ident.ID]*model.Service{}, places: map[ident.ID]*schema.Document{}, kept: map[ident.ID]judge.Sources{}, homes: map[ident.ID]string{}}
	for i := range cases {
		in, err := judge.Prepare(cases[i].Sources)
		if err != nil {
			return nil, nil, err
		}
		id := in.Service().Service.ID
		out.Zone, out.Names[id], out.places[id] = in.Zone(), in.Service().Service.Name, cases[i].Document
		out.Services[id], out.kept[id], out.homes[id] = in.Service(), cases[i].Sources, cases[i].Kept.Home
		out.files = append(out.files, cases[i].Kept.Files...)
		out.records = append(out.records, cases[i].Kept.RecordsDir("evidence"), cases[i].Kept.RecordsDir("decisions"))
		estate.PutReady(in.Supposing(supposed[id]))
	}
	return estate, out, nil
}

// judged judges services together.
func judged(cases []Case, many bool, at When, supposed map[ident.ID]*judge.Supposition) (*Checked, error) {
	estate, out, err := ready(cases, many, supposed)
	if err != nil {
		return nil, err
	}
	return out, out.judge(estate, at)
}

// judge fills in the postures.
func (c *Checked) judge(estate *assess.Estate, at When) error {
	moment, err := at(c.Zone)
	if err != nil {
		return err
	}
	c.moment = moment
	c.Postures, err = estate.Postures(moment)
	return err
}
