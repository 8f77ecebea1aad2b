// Package model is what a delivery team claims about its service: the service file, in seven areas, with a home for every
// artefact that Secure by Design asks a team to be able to produce.
//
// It reads the file with the line and column of all that is wrong, checks what one part says against the others, gives
// the JSON Schema, and says which words are allowed. A file of the package is a part of the service file. Names follow
// the blueprint of CycloneDX 2.0 where it has the same thing (zones, components, flows, data).
//
// A claim is never proof: nothing here works out a status, reads a clock or trusts a statement. Requirements and the
// rules about them are in package library; what a team may not say for itself (its tier, its appetite, who approves) is
// read here as a proposal.
package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Version is the one value of the key "bulkhead" in a service file.
type Version string

// Words of the version.
func (Version) Words() []schema.Word {
	return []schema.Word{{Name: "v1", Doc: "this form of the service file"}}
}

// Service is a whole service file.
type Service struct {
	Bulkhead     Version      `json:"bulkhead" need:"yes" doc:"The form of this file: v1"`
	Service      Identity     `json:"service" need:"yes" doc:"What the service is"`
	Context      Context      `json:"context" doc:"Area 1, set your context: whom it serves, what it protects, what may be borne"`
	Data         []Data       `json:"data" kind:"data" doc:"Area 1: the data that the service holds or handles"`
	Architecture Architecture `json:"architecture" doc:"Area 1: the parts of the service, where trust changes, and how data moves"`
	Assumptions  []Assumption `json:"assumptions" kind:"assumption" doc:"What is taken to be true, by whom and until when"`
	Plan         Plan         `json:"plan" doc:"Area 2, plan security activities"`
	Threats      Threats      `json:"threats" doc:"Area 3: the threat assessment and the threat model"`
	Risks        []Risk       `json:"risks" kind:"risk" doc:"Area 3, manage security risks: the risk register"`
	Controls     []Control    `json:"controls" kind:"control" doc:"Area 4, set your controls"`
	Suppliers    []Engagement `json:"suppliers" kind:"supplier" doc:"Area 5, work with suppliers: each supplier in its use for this service"`
	Answers      []Answer     `json:"answers" kind:"answer" doc:"Answers to implications, questions and outcomes, confirmed by a person"`
	Assurance    Assurance    `json:"assurance" doc:"Area 6, check your approach"`
	Operation    Operation    `json:"operation" doc:"Area 7, stay secure"`
	Incidents    []Incident   `json:"incidents" kind:"incident" doc:"Area 7: what happened and what was learnt"`
	Retirement   Retirement   `json:"retirement" doc:"Area 7: how the service or parts of it are taken out of use"`
}

// Identity says what the service is.
type Identity struct {
	ID                ident.ID   `json:"id" need:"yes" doc:"A short name for the service, such as benefits-portal"`
	Name              string     `json:"name" need:"yes" doc:"The name that people use"`
	Purpose           string     `json:"purpose" doc:"What the service is for, in a sentence or two"`
	Unit              ident.ID   `json:"unit" doc:"The unit of the organisation that it belongs to"`
	Phase             Phase      `json:"phase" need:"yes" doc:"The phase that the service is in, such as alpha or live"`
	Tier              ident.ID   `json:"tier" doc:"How much risk the team thinks that it carries: a proposal. The stricter of this and the worked-out tier applies until it is signed off"`
	AdoptedAt         civil.Date `json:"adopted_at" doc:"The day on which the team began to work this way"`
	EnteredAtPhase    Phase      `json:"entered_at_phase" doc:"The phase that the service was in on that day"`
	ExistingAssurance []Artefact `json:"existing_assurance" doc:"Assurance from before, such as an accreditation, and how long it lasts"`
	Owner             string     `json:"owner" doc:"The role that answers for the service"`
	Links             []Link     `json:"links" doc:"Where more is to be found"`
	Formerly          []ident.ID `json:"formerly" doc:"Ids that the service had before"`
	Repository        Repository `json:"repository" doc:"Where this file is kept"`
}

// Repository says where a service file is kept and what may be printed in its pipelines.
type Repository struct {
	Location   string     `json:"location" doc:"The address of the repository"`
	Visibility Visibility `json:"visibility" doc:"Who can read the repository and the logs of its pipelines"`
	Publish    Attribute  `json:"publish" doc:"Yes if the team chooses to show risks, findings and paths in its pipelines' logs"`
	BuiltFrom  []string   `json:"built_from" doc:"Files of this repository that show how it is built, such as compose.yaml, to be compared with the architecture"`
}

// Visibility says who can read a repository.
type Visibility string

// Words of visibility.
func (Visibility) Words() []schema.Word {
	return []schema.Word{{Name: "private", Old: []string{"internal"}}, {Name: "public"}, {Name: "unknown", Absent: true}}
}

// Link is a place where more is to be found.
type Link struct {
	Title    string `json:"title" need:"yes" doc:"What is there"`
	Location string `json:"location" need:"yes" doc:"Its address"`
}

// Artefact is a document or record kept elsewhere. It counts as an output when title, version, date and location are
// all there.
type Artefact struct {
	ID             ident.ID       `json:"id" doc:"A short name, where something refers to it"`
	Title          string         `json:"title" need:"yes" doc:"Its title"`
	Version        string         `json:"version" doc:"Its version"`
	Date           civil.Date     `json:"date" doc:"The day on which this version was made"`
	Location       string         `json:"location" doc:"Where it is kept"`
	Digest         string         `json:"digest" doc:"A digest of its content"`
	Classification Classification `json:"classification" doc:"Its classification"`
	Markings       []Marking      `json:"markings" doc:"Its markings"`
	ReviewBy       civil.Date     `json:"review_by" doc:"The last day before it must be looked at again"`
	ValidUntil     civil.Date     `json:"valid_until" doc:"The last day on which it holds"`
	Owner          string         `json:"owner" doc:"The role that keeps it"`
	Note           string         `json:"note" doc:"Anything else worth saying"`
}

// Complete says whether title, version, date and location are all there.
func (a Artefact) Complete() bool {
	return a.Title != "" && a.Version != "" && !a.Date.IsZero() && a.Location != ""
}

// Assumption is something taken to be true.
type Assumption struct {
	ID         ident.ID     `json:"id" need:"yes" doc:"A short name"`
	Text       string       `json:"text" need:"yes" doc:"What is taken to be true"`
	Owner      string       `json:"owner" doc:"The role that watches whether it still is"`
	ValidUntil civil.Moment `json:"valid_until" doc:"How long it may be taken so without another look"`
	Formerly   []ident.ID   `json:"formerly" doc:"Ids that it had before"`
}
