package unit

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Row is a service in a line.
type Row struct {
	Service       ident.ID    `json:"service"`
	Name          string      `json:"name"`
	Unit          ident.ID    `json:"unit"` // that it belongs to, which may be below the one that is judged
	Phase         model.Phase `json:"phase"`
	Tier          string      `json:"tier"`
	Marking       string      `json:"marking"`
	RisksAbove    int         `json:"risks_above"` // what may be borne, and those that are with somebody higher up
	RisksUnjudged int         `json:"risks_unjudged"`
	Overdue       int         `json:"overdue"`            // activities, treatments and the mending of weaknesses
	Failing       int         `json:"failing"`            // controls
	Required      int         `json:"required"`           // controls
	Shown         int         `json:"required_evidenced"` // required ones that are evidenced
	NotSaid       int         `json:"not_said"`           // about the service, which decides what is required
	Profiles      []Level     `json:"profiles"`
}

// Level is what a service reaches of an indicative profile.
type Level struct {
	Scheme   ident.ID `json:"scheme"`
	Level    ident.ID `json:"level"` // empty for none
	Official bool     `json:"official"`
}

func (v *view) row() Row {
	p := v.service.Posture
	out := Row{
		Service: p.Service, Name: v.service.Name, Unit: v.service.Unit, Phase: p.Context.Phase, Tier: p.Context.Tier.Value, Marking: p.Marking,
		Overdue: p.Findings.Counts.Overdue, NotSaid: len(p.Context.Unknowns), Profiles: make([]Level, len(p.Profiles)),
	}
	for i := range p.Risks {
		r := &p.Risks[i]
		switch r.Standing {
		case judge.Above, judge.Escalated:
			out.RisksAbove++
		case judge.Unjudged:
			out.RisksUnjudged++
		}
		if slices.ContainsFunc(r.Reasons, func(r judge.Reason) bool { return r.Code == "risk.above-plan-late" }) {
			out.Overdue++
		}
	}
	for i := range p.Activities {
		if p.Activities[i].Standing == judge.Overdue {
			out.Overdue++
		}
	}
	for i := range p.Controls {
		c := &p.Controls[i]
		if c.Applicability == judge.NotApplicable {
			continue
		}
		if c.State == judge.Failing {
			out.Failing++
		}
		if c.Weight == judge.RequiredWeight {
			out.Required++
			if c.State == judge.Evidenced {
				out.Shown++
			}
		}
	}
	for i := range p.Profiles {
		out.Profiles[i] = Level{Scheme: p.Profiles[i].Scheme, Level: p.Profiles[i].Level, Official: p.Profiles[i].Official}
	}
	return out
}

// marking gives the marking of the whole: the highest classification among the services, and all their markings. Many
// services side by side say more than each alone, so it is SENSITIVE at the least.
func (s *subject) marking() string {
	highest, markings := model.Official, []model.Marking{model.Sensitive}
	for _, v := range s.views {
		c := &v.service.Posture.Context
		if c.Classification.Rank() > highest.Rank() {
			highest = c.Classification
		}
		markings = append(markings, c.Markings...)
	}
	slices.Sort(markings)
	text := string(highest)
	for _, m := range slices.Compact(markings) {
		if m != model.Sensitive || highest == model.Official { // it is a marking inside OFFICIAL
			text += " - " + string(m)
		}
	}
	return text
}

// Appetite is what a unit may bear, and by whose word: the strictest of its own and of all above it.
type Appetite struct {
	Max           model.Band    `json:"max"`  // empty where nobody has said
	From          *ident.Ref    `json:"from"` // where in the organisation file that stands
	ByKind        []KindCeiling `json:"by_kind"`
	Statement     string        `json:"statement"`      // of the unit, or of the nearest above it that has one
	StatementFrom *ident.Ref    `json:"statement_from"` // where that stands
}

// KindCeiling is what a unit may bear of one kind of risk.
type KindCeiling struct {
	Kind model.RiskKind `json:"kind"`
	Max  model.Band     `json:"max"`
	From *ident.Ref     `json:"from"`
}

// layer is an appetite, and where it stands.
type layer struct {
	appetite *model.Appetite
	at       ident.Ref
}

func (s *subject) appetite() Appetite {
	var layers []layer
	for _, u := range chain(s.org, s.unit.ID) {
		layers = append(layers, layer{&u.Appetite, ident.To(ident.KindOrganisation, "/units/"+string(u.ID)+"/appetite")})
	}
	layers = append(layers, layer{&s.org.Appetite, ident.To(ident.KindOrganisation, "/appetite")})
	out := Appetite{ByKind: []KindCeiling{}}
	out.Max, out.From = s.ceiling(layers, "")
	var kinds []model.RiskKind
	for i := range layers {
		a := layers[i].appetite
		if out.Statement == "" && a.Statement != "" {
			out.Statement, out.StatementFrom = a.Statement, &layers[i].at
		}
		for _, k := range a.ByKind {
			kinds = append(kinds, k.Kind)
		}
	}
	slices.Sort(kinds)
	for _, k := range slices.Compact(kinds) {
		band, from := s.ceiling(layers, k)
		out.ByKind = append(out.ByKind, KindCeiling{Kind: k, Max: band, From: from})
	}
	return out
}

// ceiling gives the band that applies for a kind of risk, and the nearest place that says it.
func (s *subject) ceiling(layers []layer, kind model.RiskKind) (model.Band, *ident.Ref) {
	band := s.org.Ceiling(s.unit.ID, kind)
	for i := range layers {
		if band != "" && org.Allows(layers[i].appetite, kind) == band {
			return band, &layers[i].at
		}
	}
	return band, nil
}
