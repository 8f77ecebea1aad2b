// Package app is the use cases: load, decide in pure code, write. A file a noun. Every face (command line, pages, API)
// goes through here, so that each does the same.
//
// It writes only what it was asked to write, and only after what it would write was read back and found whole.
package app

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Case is a service with all that it is judged by.
type Case struct {
	Kept     folder.Service
	Document *schema.Document
	Sources  judge.Sources
	Zone     civil.Zone // of the dates
}

// Where says what to load: a path, and the organisation file where it is not found upwards from it.
type Where struct {
	Path         string
	Organisation string
	Alone        bool // there is no organisation file, whatever lies above
}

// Load reads the services at a place. Many says that it is a folder of services.
func Load(where Where) (cases []Case, many bool, err error) {
	kept, many, err := folder.Find(where.Path)
	if err != nil {
		return nil, many, err
	}
	read := make(chan []reading, 1)
	go func() { read <- readAll(kept) }() // while the library is made ready: both take about as long
	home, err := loadHome(where)
	all := <-read
	if err != nil {
		return nil, many, err
	}
	var problems []fault.Field
	for i := range all {
		c, err := &all[i].c, all[i].err
		if err == nil {
			err = home.complete(c)
		}
		if fields := fieldsOf(err); len(fields) > 0 {
			problems = append(problems, fields...)
			continue
		}
		if err != nil {
			return nil, many, err
		}
		cases = append(cases, *c)
	}
	problems = append(problems, twice(cases)...)
	return cases, many, fault.At(problems)
}

// reading is a service that was read, or why it could not be.
type reading struct {
	c   Case
	err error
}

// readAll reads services beside each other.
func readAll(kept []folder.Service) []reading {
	out := make([]reading, len(kept))
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(kept)) {
		wg.Go(func() {
			for i := range next {
				out[i].c, out[i].err = read(kept[i])
			}
		})
	}
	for i := range kept {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// LoadOne reads the one service at a path.
func LoadOne(where Where) (Case, error) {
	cases, many, err := Load(where)
	if err != nil {
		return Case{}, err
	}
	if many {
		return Case{}, manyServices(where)
	}
	return cases[0], nil
}

// fieldsOf gives the places of a fault that names places.
func fieldsOf(err error) []fault.Field {
	if f, ok := err.(*fault.Error); ok { //nolint:errorlint // faults are made whole where they are told
		return f.Fields
	}
	return nil
}

// twice finds two services of one id.
func twice(cases []Case) (problems []fault.Field) {
	first := map[ident.ID]string{}
	for i := range cases {
		id := cases[i].Sources.Service.Service.ID
		if other, is := first[id]; is {
			problems = append(problems, cases[i].Document.Fault("/service/id", "the service id %q is also used in %s", string(id), other))
			continue
		}
		first[id] = cases[i].Kept.Files[0]
	}
	return problems
}

// home is what the services of one load share.
type home struct {
	organisation *org.Organisation
	library      *library.Library
	zone         civil.Zone
}

func loadHome(where Where) (home, error) {
	path := where.Organisation
	if path == "" && !where.Alone {
		found, err := folder.Organisation(where.Path, "")
		if err != nil {
			return home{}, err
		}
		path = found
	}
	h := home{}
	packs, err := library.Builtin()
	if err != nil {
		return h, err
	}
	zone := org.DefaultZone
	var own library.Own
	if path != "" {
		source, err := folder.Read(path)
		if err != nil {
			return h, err
		}
		if h.organisation, err = org.Read(source); err != nil {
			return h, err
		}
		zone = cmp.Or(h.organisation.Zone, zone)
		own = library.Own{Principles: h.organisation.Principles, Authority: h.organisation.Authority}
		if packs, err = withOwn(packs, path, h.organisation.Packs); err != nil {
			return h, err
		}
	}
	if h.zone, err = civil.LoadZone(zone); err != nil {
		return h, err
	}
	if h.library, err = library.New(packs, own); err != nil {
		return h, err
	}
	return h, h.answersKnown(path)
}

// withOwn adds the organisation's own packs; one with the id of a built-in pack takes its place.
func withOwn(packs []library.Pack, file string, names []string) ([]library.Pack, error) {
	for _, name := range names {
		source, err := folder.Beside(file, name)
		if err != nil {
			return nil, err
		}
		pack, err := library.ReadPack(source)
		if err != nil {
			return nil, err
		}
		packs = overlay(packs, pack)
	}
	return packs, nil
}

// Library gives the packs in force at a place.
func Library(where Where) (*library.Library, error) {
	h, err := loadHome(where)
	return h.library, err
}

// read reads a service and the records beside it.
func read(kept folder.Service) (Case, error) {
	sources, err := kept.Sources()
	if err != nil {
		return Case{}, err
	}
	service, document, err := model.Read(sources...)
	if err != nil {
		return Case{}, err
	}
	c := Case{Kept: kept, Document: document, Sources: judge.Sources{Service: service}}
	if c.Sources.Evidence, err = records(kept, "evidence", evidence.Read); err != nil {
		return Case{}, err
	}
	if c.Sources.Decisions, err = records(kept, "decisions", decision.Read); err != nil {
		return Case{}, err
	}
	return c, nil
}

// complete gives a service the organisation and the library that it is judged by.
func (h home) complete(c *Case) error {
	c.Zone, c.Sources.Organisation, c.Sources.Library = h.zone, h.organisation, h.library
	return fault.At(append(h.above(c), h.unknown(c.Sources.Service, c.Document)...))
}

// above finds what is classified higher than may be kept here.
func (h home) above(c *Case) (problems []fault.Field) {
	if h.organisation == nil || h.organisation.Classification == "" {
		return nil
	}
	ceiling := h.organisation.Classification
	high := func(class model.Classification) bool { return class.Rank() > ceiling.Rank() }
	const text = "%s is above %s, the highest classification that the organisation allows to be kept here: keep it elsewhere, and name the place"
	bad := func(path string, class model.Classification) {
		if high(class) {
			problems = append(problems, c.Document.Fault(path, text, class, ceiling))
		}
	}
	s := c.Sources.Service
	bad("/context/classification", s.Context.Classification)
	for i := range s.Context.Functions {
		bad("/context/functions/"+string(s.Context.Functions[i].ID)+"/classification", s.Context.Functions[i].Classified)
	}
	for i := range s.Data {
		bad("/data/"+string(s.Data[i].ID)+"/classification", s.Data[i].Classification)
	}
	for i := range c.Sources.Evidence {
		if r := &c.Sources.Evidence[i]; high(r.Classification) {
			problems = append(problems, fault.Field{File: c.Kept.RecordsDir("evidence"), Text: "the evidence " + string(r.ID) + ": " + fmt.Sprintf(text, r.Classification, ceiling)})
		}
	}
	return problems
}

// unknown finds what the service file names that is neither in it nor in the library or the organisation.
func (h home) unknown(s *model.Service, doc *schema.Document) (problems []fault.Field) {
	var activities, controls, units []string
	for _, a := range h.library.Activities {
		activities = append(activities, string(a.Item.ID))
	}
	for _, c := range h.library.Controls {
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
		if id := s.Plan.Activities[i].ID; h.library.Activity(id) == nil {
			bad("/plan/activities/"+string(id)+"/id", "activity in the library called", id, activities)
		}
	}
	for i := range s.Controls {
		c := &s.Controls[i]
		if c.Control != "" && h.library.Control(c.Control) == nil {
			bad("/controls/"+string(c.ID)+"/control", "control in the library called", c.Control, controls)
		}
		if c.Control == "" && c.Title == "" && h.library.Control(c.ID) == nil {
			bad("/controls/"+string(c.ID)+"/id", "control in the library, and no title of its own, for", c.ID, controls)
		}
	}
	for i := range s.Plan.Frameworks { // with a profile that is not there nothing would be compared
		c := &s.Plan.Frameworks[i]
		f := h.library.Framework(c.Framework, c.Version)
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
	if t := s.Service.Tier; t != "" && h.library.TierRank(t) == 0 {
		var tiers []string
		for _, t := range h.library.Tiers {
			tiers = append(tiers, string(t.ID))
		}
		bad("/service/tier", "tier", t, tiers)
	}
	if u := s.Service.Unit; u != "" && h.organisation != nil && h.organisation.Unit(u) == nil {
		for _, unit := range h.organisation.Units {
			units = append(units, string(unit.ID))
		}
		bad("/service/unit", "unit in the organisation file called", u, units)
	}
	return problems
}

// maxRecords is how many records of one kind are judged together.
const maxRecords = 50_000

// records reads the records of one kind that lie beside a service.
func records[T any](kept folder.Service, kind string, read func(schema.Source) ([]T, error)) ([]T, error) {
	sources, err := kept.Records(kind)
	if err != nil {
		return nil, err
	}
	var all []T
	var problems []fault.Field
	for _, s := range sources {
		some, err := read(s)
		if fields := fieldsOf(err); len(fields) > 0 {
			problems = append(problems, fields...)
			continue
		}
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); len(all) > maxRecords {
			return nil, fault.New(fault.TooLarge, "there are more than %d records of %s; keep what is long out of date elsewhere", maxRecords, kind)
		}
	}
	return all, fault.At(problems)
}
