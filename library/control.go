package library

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Control is a control of the catalogue.
type Control struct {
	ID        ident.ID              `json:"id" need:"yes" doc:"A short name"`
	Title     string                `json:"title" need:"yes" doc:"What it is called"`
	Statement string                `json:"statement" need:"yes" doc:"What is so when it is in place"`
	On        Place                 `json:"on" need:"yes" doc:"service, or component"`
	Types     []model.ComponentType `json:"types" doc:"The kinds of component that it is for; none for all"`
	Sort      Sort                  `json:"sort" need:"yes" doc:"people, process, physical or technical"`
	Function  Function              `json:"function" need:"yes" doc:"preventive, detective, responsive or recovery"`
	Counters  []model.Stride        `json:"counters" doc:"What it works against"`
	Checks    []Check               `json:"checks" need:"yes" doc:"How it is shown to work; every one must be passed"`
	Effort    Effort                `json:"effort" need:"yes" doc:"low, medium or high"`
	Areas     []ident.ID            `json:"areas" doc:"The areas that it bears on"`
	Mappings  []Mapping             `json:"mappings" doc:"What it is called elsewhere"`
	Mark      Mark                  `json:"mark" doc:"How sure the source is"`
}

// Place says whether a control is on the service as a whole or on its components.
type Place string

// The places.
const (
	OnService   Place = "service"
	OnComponent Place = "component"
)

// Words of it.
func (Place) Words() []schema.Word { return []schema.Word{{Name: "service"}, {Name: "component"}} }

// Sort is the sort of a control.
type Sort string

// Words of a sort.
func (Sort) Words() []schema.Word {
	return []schema.Word{{Name: "people"}, {Name: "process", Old: []string{"administrative"}}, {Name: "physical"}, {Name: "technical"}}
}

// Function is what a control does to an attack.
type Function string

// Words of a function.
func (Function) Words() []schema.Word {
	return []schema.Word{{Name: "preventive"}, {Name: "detective"}, {Name: "responsive", Old: []string{"corrective"}}, {Name: "recovery"}}
}

// EvidenceKind is a kind of evidence.
type EvidenceKind string

// The kinds of evidence.
const (
	Document      EvidenceKind = "document"
	Configuration EvidenceKind = "configuration"
	TestResult    EvidenceKind = "test"
	Scan          EvidenceKind = "scan"
	Review        EvidenceKind = "review"
	Exercise      EvidenceKind = "exercise"
	Record        EvidenceKind = "record"
	Attestation   EvidenceKind = "attestation"
	Offer         EvidenceKind = "offer"
)

// Words of a kind of evidence.
func (EvidenceKind) Words() []schema.Word {
	return []schema.Word{
		{Name: "document", Doc: "a plan, policy or procedure", Old: []string{"policy", "plan"}},
		{Name: "configuration", Doc: "how something is set", Old: []string{"config", "setting"}},
		{Name: "test", Doc: "something tried, with a result", Old: []string{"junit", "test-result", "penetration-test"}},
		{Name: "scan", Doc: "a tool's findings", Old: []string{"sarif", "sast", "dast", "sca"}},
		{Name: "review", Doc: "people who looked", Old: []string{"audit", "inspection"}},
		{Name: "exercise", Doc: "a plan tried out", Old: []string{"drill", "restore-test"}},
		{Name: "record", Doc: "a log, register or ticket", Old: []string{"log", "register"}},
		{Name: "attestation", Doc: "a certificate or signed statement", Old: []string{"certificate"}},
		{Name: "offer", Doc: "the state of a provider's control"},
	}
}

// Strength is how strong evidence is.
type Strength string

// The strengths.
const (
	Documented  Strength = "documented"
	Tested      Strength = "tested"
	Independent Strength = "independent"
)

// Words of a strength.
func (Strength) Words() []schema.Word {
	return []schema.Word{{Name: "documented", Doc: "written down"}, {Name: "tested", Doc: "seen to work"}, {Name: "independent", Doc: "seen to work by somebody outside the team"}}
}

// Rank orders strength from 1; 0 is unknown.
func (s Strength) Rank() int {
	switch s {
	case Documented:
		return 1
	case Tested:
		return 2
	case Independent:
		return 3
	}
	return 0
}

// Check is one way in which a control is shown to work.
type Check struct {
	ID       ident.ID       `json:"id" need:"yes" doc:"A short name"`
	Title    string         `json:"title" need:"yes" doc:"What is looked at"`
	Kinds    []EvidenceKind `json:"kinds" need:"yes" doc:"The kinds of evidence that show it; any one of them"`
	Strength Strength       `json:"strength" need:"yes" doc:"The least strength"`
	Coverage Coverage       `json:"coverage" need:"yes" doc:"each: every component must be covered; any: one is enough for all"`
	Fresh    civil.Period   `json:"fresh" need:"yes" doc:"How long evidence holds"`
}

// Coverage is how much evidence must cover.
type Coverage string

// The coverages.
const (
	Each Coverage = "each"
	Any  Coverage = "any"
)

// Words of a coverage.
func (Coverage) Words() []schema.Word {
	return []schema.Word{{Name: "each", Doc: "every component must be covered"}, {Name: "any", Doc: "one is enough for all"}}
}

// Mapping is what a control is called in a framework.
type Mapping struct {
	Framework ident.ID  `json:"framework" need:"yes" doc:"The framework, such as ncsc-caf"`
	Version   string    `json:"version" need:"yes" doc:"Its version, such as 4.0"`
	ID        string    `json:"id" need:"yes" doc:"The id there"`
	Relation  Relation  `json:"relation" need:"yes" doc:"How the control relates to it"`
	Why       string    `json:"why" need:"yes" doc:"Why"`
	Reviewed  Attribute `json:"reviewed" doc:"Whether the mapping was reviewed"`
}
