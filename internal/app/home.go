package app

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Home is what the services of an organisation share.
type Home struct {
	Organisation *org.Organisation // nil where there is none
	Library      *library.Library
	Zone         civil.Zone // of the dates
}

// NewHome makes a home of an organisation and the packs of its own, of which one with the id of a built-in pack takes its
// place. Source is what the organisation was read from, for the places of what is wrong with it.
func NewHome(organisation *org.Organisation, source schema.Source, packs []library.Pack) (h Home, err error) {
	h.Organisation = organisation
	all, err := library.Builtin()
	if err != nil {
		return h, err
	}
	for _, p := range packs {
		all = overlay(all, p)
	}
	zone := org.DefaultZone
	var own library.Own
	if organisation != nil {
		zone = cmp.Or(organisation.Zone, zone)
		own = library.Own{Principles: organisation.Principles, Authority: organisation.Authority}
	}
	if h.Zone, err = civil.LoadZone(zone); err != nil {
		return h, err
	}
	if h.Library, err = library.New(all, own); err != nil {
		return h, err
	}
	return h, h.answersKnown(source)
}

// complete gives a service the organisation and the library that it is judged by.
func (h Home) complete(c *Case) error {
	c.Zone, c.Sources.Organisation, c.Sources.Library = h.Zone, h.Organisation, h.Library
	problems := append(h.above(c.Sources.Service, c.Document), h.unknown(c.Sources.Service, c.Document)...)
	for i := range c.Sources.Evidence {
		if r := &c.Sources.Evidence[i]; h.tooHigh(r.Classification) {
			problems = append(problems, fault.Field{File: c.Kept.RecordsDir("evidence"), Text: "the evidence " + string(r.ID) + ": " + h.whyTooHigh(r.Classification)})
		}
	}
	return fault.At(problems)
}

// Fits says what of a service file names something that is in neither the library nor the organisation, or is classified
// higher than may be kept here.
func (h Home) Fits(s *model.Service, doc *schema.Document) error {
	return fault.At(append(h.above(s, doc), h.unknown(s, doc)...))
}

// Keeps says whether everything that fits a home fits another too, whatever it is: then no service has to be looked at.
func (h Home) Keeps(other Home) bool {
	names, still := h.names(), other.names()
	for name := range names {
		if !still[name] {
			return false
		}
	}
	lower := other.Organisation != nil && other.Organisation.Classification != "" &&
		(h.Organisation == nil || h.Organisation.Classification == "" || h.Organisation.Classification.Rank() > other.Organisation.Classification.Rank())
	bound := h.Organisation == nil && other.Organisation != nil // without an organisation file a unit may be called anything
	return !lower && !bound && slices.EqualFunc(h.Library.Frameworks, other.Library.Frameworks, sameProfiles)
}

// names gives what a service file can name, each with its kind.
func (h Home) names() map[string]bool {
	out := map[string]bool{}
	for _, a := range h.Library.Activities {
		out["activity "+string(a.Item.ID)] = true
	}
	for _, c := range h.Library.Controls {
		out["control "+string(c.Item.ID)] = true
	}
	for _, t := range h.Library.Tiers {
		out["tier "+string(t.ID)] = true
	}
	if h.Organisation != nil {
		for _, u := range h.Organisation.Units {
			out["unit "+string(u.ID)] = true
		}
	}
	return out
}

func sameProfiles(a, b library.Entry[library.Framework]) bool {
	return a.Item.ID == b.Item.ID && a.Item.Version == b.Item.Version && slices.EqualFunc(a.Item.Profiles, b.Item.Profiles, func(p, q library.Minimums) bool { return p.ID == q.ID })
}

// Admits says whether something of a classification may be kept here.
func (h Home) Admits(class model.Classification) error {
	if h.tooHigh(class) {
		return fault.New(fault.Invalid, "%s", h.whyTooHigh(class))
	}
	return nil
}

func (h Home) tooHigh(class model.Classification) bool {
	return h.Organisation != nil && h.Organisation.Classification != "" && class.Rank() > h.Organisation.Classification.Rank()
}

func (h Home) whyTooHigh(class model.Classification) string {
	return fmt.Sprintf("%s is above %s, the highest classification that the organisation allows to be kept here: keep it elsewhere, and name the place", class, h.Organisation.Classification)
}

// above finds what is classified higher than may be kept here.
func (h Home) above(s *model.Service, doc *schema.Document) (problems []fault.Field) {
	bad := func(path string, class model.Classification) {
		if h.tooHigh(class) {
			problems = append(problems, doc.Fault(path, "%s", h.whyTooHigh(class)))
		}
	}
	bad("/context/classification", s.Context.Classification)
	for i := range s.Context.Functions {
		bad("/context/functions/"+string(s.Context.Functions[i].ID)+"/classification", s.Context.Functions[i].Classified)
	}
	for i := range s.Data {
		bad("/data/"+string(s.Data[i].ID)+"/classification", s.Data[i].Classification)
	}
	return problems
}

// unknown finds what the service file names that is neither in it nor in the library or the organisation.
func (h Home) unknown(s *model.Service, doc *schema.Document) (problems []fault.Field) {
	var activities, controls, units []string
	for _, a := range h.Library.Activities {
		activities = append(activities, string(a.Item.ID))
	}
	for _, c := range h.Library.Controls {
		controls = append(controls, string(c.Item.ID))
	}
	bad := func(path, kind string, id ident.ID, among []string) {
		text := "there is no " + kind + " " + string(id)
		if near := ident.Nearest(string(id), among); near != "" {
			text += "; did you mean " + near + "?"
		}
		problems = append(problems, doc.Fault(path, "%s", text))
	}
	for i := range s.Plan.Activities {
		if id := s.Plan.Activities[i].ID; h.Library.Activity(id) == nil {
			bad("/plan/activities/"+string(id)+"/id", "activity in the library called", id, activities)
		}
	}
	for i := range s.Controls {
		c := &s.Controls[i]
		if c.Control != "" && h.Library.Control(c.Control) == nil {
			bad("/controls/"+string(c.ID)+"/control", "control in the library called", c.Control, controls)
		}
		if c.Control == "" && c.Title == "" && h.Library.Control(c.ID) == nil {
			bad("/controls/"+string(c.ID)+"/id", "control in the library, and no title of its own, for", c.ID, controls)
		}
	}
	for i := range s.Plan.Frameworks { // with a profile that is not there nothing would be compared
		c := &s.Plan.Frameworks[i]
		f := h.Library.Framework(c.Framework, c.Version)
		if f == nil || c.Profile == "" {
			continue
		}
		var profiles []string
		for _, p := range f.Item.Profiles {
			profiles = append(profiles, string(p.ID))
		}
		if !slices.Contains(profiles, c.Profile) {
			bad("/plan/frameworks/"+string(c.ID)+"/profile", "profile of "+string(c.Framework)+" "+f.Item.Version+" called", ident.ID(c.Profile), profiles)
		}
	}
	if t := s.Service.Tier; t != "" && h.Library.TierRank(t) == 0 {
		var tiers []string
		for _, t := range h.Library.Tiers {
			tiers = append(tiers, string(t.ID))
		}
		bad("/service/tier", "tier", t, tiers)
	}
	if u := s.Service.Unit; u != "" && h.Organisation != nil && h.Organisation.Unit(u) == nil {
		for _, unit := range h.Organisation.Units {
			units = append(units, string(unit.ID))
		}
		bad("/service/unit", "unit in the organisation file called", u, units)
	}
	return problems
}
