package library

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Lifecycle is the way in which a service's life is divided into phases.
type Lifecycle string

// The lifecycles.
const (
	Digital   Lifecycle = "digital"
	InDefence Lifecycle = "defence"
)

// Words of a lifecycle.
func (Lifecycle) Words() []schema.Word {
	return []schema.Word{{Name: string(Digital), Doc: "discovery, alpha, beta, live, retirement"}, {Name: string(InDefence), Doc: "concept, assessment, demonstration, manufacture, in-service, disposal"}}
}

// Obligation is a law, policy or contract of the obligations matrix.
type Obligation struct {
	ID        ident.ID             `json:"id" need:"yes" doc:"A short name"`
	Title     string               `json:"title" need:"yes" doc:"What it is called"`
	Kind      model.ObligationKind `json:"kind" need:"yes" doc:"law, policy or contract"`
	Summary   string               `json:"summary" need:"yes" doc:"What it asks, and of whom"`
	Lifecycle Lifecycle            `json:"lifecycle" doc:"Where it is for one lifecycle only"`
	When      []Condition          `json:"when" c1:"list" doc:"It is asked about when any of these is so; where there are none, always"`
	Controls  []ident.ID           `json:"controls" doc:"Controls that help to meet it: required of a service to which it applies"`
	From      civil.Date           `json:"from" doc:"The first day on which it is in force"`
	Until     civil.Date           `json:"until" doc:"The last day on which it is in force"`
	Mark      Mark                 `json:"mark" doc:"How sure the source is"`
}

// Category is a category of personal data that is specially protected.
type Category struct {
	ID      ident.ID     `json:"id" need:"yes" doc:"The category, as it is written under data"`
	Title   string       `json:"title" need:"yes" doc:"What it is called"`
	Kind    CategoryKind `json:"kind" need:"yes" doc:"special, or offence"`
	Summary string       `json:"summary" doc:"What belongs to it"`
	Mark    Mark         `json:"mark" doc:"How sure the source is"`
}

// CategoryKind says by which rule a category is protected.
type CategoryKind string

// Words of it.
func (CategoryKind) Words() []schema.Word {
	return []schema.Word{{Name: "special", Doc: "special category data, article 9"}, {Name: "offence", Doc: "criminal offence data, article 10"}}
}

// Criterion is one criterion of the data-protection screen. It is met when all that it names is so of personal data.
type Criterion struct {
	ID         ident.ID        `json:"id" need:"yes" doc:"A short name"`
	Title      string          `json:"title" need:"yes" doc:"The criterion, as a clause: 'large-scale profiling'"`
	Summary    string          `json:"summary" doc:"What it means"`
	Said       ScreenQuestion  `json:"said" doc:"The question of the screen that was answered yes"`
	Special    model.Attribute `json:"special" doc:"Special category or criminal offence data"`
	Categories []ident.ID      `json:"categories" doc:"Data of any of these categories"`
	Subjects   []model.People  `json:"subjects" doc:"Data of any of these people"`
	Records    int64           `json:"records" doc:"At least so many records"`
	Alone      ScreenOutcome   `json:"alone" need:"yes" doc:"What it gives by itself"`
	Together   ScreenOutcome   `json:"together" doc:"What it gives where another criterion is met too; as alone where it is not said"`
	Mark       Mark            `json:"mark" doc:"How sure the source is"`
}

// ScreenQuestion is a question of the data-protection screen that the data itself cannot answer.
type ScreenQuestion string

// Words of it: keys of context.data_protection.
func (ScreenQuestion) Words() []schema.Word {
	return []schema.Word{
		{Name: "innovative_technology"},
		{Name: "automated_decisions"},
		{Name: "profiling"},
		{Name: "matching"},
		{Name: "invisible_processing"},
		{Name: "tracking"},
		{Name: "public_monitoring"},
		{Name: "physical_harm"},
	}
}

// ScreenOutcome is what the data-protection screen gives.
type ScreenOutcome string

// The outcomes.
const (
	ScreenRequired     ScreenOutcome = "required"
	ScreenLikely       ScreenOutcome = "likely"
	ScreenNotIndicated ScreenOutcome = "not-indicated"
)

// Words of it.
func (ScreenOutcome) Words() []schema.Word {
	return []schema.Word{{Name: string(ScreenRequired)}, {Name: string(ScreenLikely)}, {Name: string(ScreenNotIndicated), Doc: "nothing by itself"}}
}

// Milestone is a step of an organisation's adoption of Secure by Design.
type Milestone struct {
	ID      ident.ID `json:"id" need:"yes" doc:"A short name"`
	Number  int      `json:"number" need:"yes" doc:"Its place in the order"`
	Title   string   `json:"title" need:"yes" doc:"What it is called"`
	Summary string   `json:"summary" need:"yes" doc:"When it is reached"`
	Stage   string   `json:"stage" need:"yes" doc:"preparation or transition"`
	AskedOf AskedOf  `json:"asked_of" doc:"service, organisation or supplier"`
	Mark    Mark     `json:"mark" doc:"How sure the source is"`
}

// Training is something that people in some roles should know or be able to do.
type Training struct {
	ID       ident.ID     `json:"id" need:"yes" doc:"A short name"`
	Title    string       `json:"title" need:"yes" doc:"What it is called"`
	Summary  string       `json:"summary" need:"yes" doc:"What people can do who have it"`
	Roles    []ident.ID   `json:"roles" need:"yes" doc:"The roles that it is for"`
	Every    civil.Period `json:"every" doc:"How often it is taken again"`
	Controls []ident.ID   `json:"controls" doc:"Controls that it helps to keep"`
	Mark     Mark         `json:"mark" doc:"How sure the source is"`
}

// Clause is a clause that a supplier's contract needs.
type Clause struct {
	ID       ident.ID             `json:"id" need:"yes" doc:"A short name, as it is written under a supplier's clauses"`
	Title    string               `json:"title" need:"yes" doc:"What it is called"`
	Summary  string               `json:"summary" need:"yes" doc:"What it asks for"`
	Profiles []model.CyberProfile `json:"profiles" need:"yes" doc:"The cyber risk profiles of a supplier at which it is needed"`
	Mark     Mark                 `json:"mark" doc:"How sure the source is"`
}
