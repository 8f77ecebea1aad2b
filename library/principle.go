package library

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// PrincipleForm says what sort of principle it is.
type PrincipleForm string

// The forms.
const (
	Governed   PrincipleForm = "governed"    // a document with owner, status, reviews, amendments, RASCI and exceptions
	OutcomeSet PrincipleForm = "outcome-set" // outcomes to be reached
)

// Words of a form.
func (PrincipleForm) Words() []schema.Word {
	return []schema.Word{{Name: "governed"}, {Name: "outcome-set"}}
}

// Status is where a governed document stands.
type Status string

// Words of a status.
func (Status) Words() []schema.Word {
	return []schema.Word{{Name: "draft"}, {Name: "final-draft"}, {Name: "approved"}, {Name: "withdrawn"}}
}

// Principle is a principle of an organisation.
type Principle struct {
	ID            ident.ID      `json:"id" need:"yes" doc:"A short name"`
	Title         string        `json:"title" need:"yes" doc:"What it is called"`
	Form          PrincipleForm `json:"form" need:"yes" doc:"governed or outcome-set"`
	Status        Status        `json:"status" doc:"draft, final-draft, approved or withdrawn"`
	Statement     string        `json:"statement" need:"yes" doc:"The principle in a sentence"`
	Rationale     string        `json:"rationale" doc:"Why"`
	Owner         string        `json:"owner" doc:"The role that owns it"`
	OwnerUnit     string        `json:"owner_unit" doc:"The unit of the owner"`
	Contact       string        `json:"contact" doc:"The role to ask"`
	ApprovedBy    string        `json:"approved_by" doc:"The role that approved it, and whom it asked"`
	ImplementedOn civil.Date    `json:"implemented_on" doc:"The day from which it applies"`
	LastReview    civil.Date    `json:"last_review" doc:"The day of the last review"`
	ReviewedBy    string        `json:"reviewed_by" doc:"Who reviewed it"`
	NextReview    civil.Date    `json:"next_review" doc:"The last day before the next review"`
	ReviewEvery   civil.Period  `json:"review_every" doc:"How often it is reviewed"`
	Reviews       []DocReview   `json:"reviews" c1:"list" doc:"The review record"`
	Amendments    []Amendment   `json:"amendments" c1:"list" doc:"What was changed"`
	RASCI         RASCI         `json:"rasci" doc:"Who does what about it"`
	Statements    []Statement   `json:"statements" kind:"statement" c1:"list" doc:"Its implications, questions and outcomes"`
	Motivation    []string      `json:"motivation" c1:"list" doc:"Where it comes from"`
	Enforcement   string        `json:"enforcement" doc:"How it is seen to"`
	Exception     string        `json:"exception" doc:"How an exception is asked for, and of whom"`
	Adopt         Attribute     `json:"adopt" doc:"Yes for a principle that services are judged by only where the organisation adopts it"`
	Mark          Mark          `json:"mark" doc:"How sure the source is"`
}

// ReviewOutcome is what a review of a document came to.
type ReviewOutcome string

// Words of a review's outcome.
func (ReviewOutcome) Words() []schema.Word {
	return []schema.Word{{Name: "fit-for-purpose"}, {Name: "amendment-required"}, {Name: "no-longer-required"}}
}

// DocReview is one review of a document.
type DocReview struct {
	Number  int           `json:"number" need:"yes" doc:"Its number"`
	By      string        `json:"by" doc:"Who reviewed"`
	Date    civil.Date    `json:"date" need:"yes" doc:"When"`
	Outcome ReviewOutcome `json:"outcome" need:"yes" doc:"What it came to"`
}

// Amendment is one change to a document.
type Amendment struct {
	Date        civil.Date `json:"date" need:"yes" doc:"When"`
	Summary     string     `json:"summary" need:"yes" doc:"What was changed"`
	By          string     `json:"by" doc:"Who changed it"`
	Version     string     `json:"version" need:"yes" doc:"The version that it made"`
	Substantive Attribute  `json:"substantive" doc:"Whether the meaning changed, so that what rests on it must be looked at again"`
}

// RASCI says who does what.
type RASCI struct {
	Responsible []string `json:"responsible" doc:"Who does it"`
	Accountable []string `json:"accountable" doc:"Who answers for it"`
	Supportive  []string `json:"supportive" doc:"Who helps"`
	Consulted   []string `json:"consulted" doc:"Who is asked"`
	Informed    []string `json:"informed" doc:"Who is told"`
}

// StatementKind says what a statement of a principle is.
type StatementKind string

// Words of a statement's kind.
func (StatementKind) Words() []schema.Word {
	return []schema.Word{{Name: "implication"}, {Name: "question"}, {Name: "outcome"}, {Name: "requirement", Doc: "what a supplier must do"}}
}

// Statement is one implication, question or outcome.
type Statement struct {
	ID      ident.ID      `json:"id" need:"yes" doc:"A short name, such as i1 or q3"`
	Kind    StatementKind `json:"kind" need:"yes" doc:"implication, question, outcome or requirement"`
	Text    string        `json:"text" need:"yes" doc:"What it says, in our words"`
	AskedOf AskedOf       `json:"asked_of" doc:"service, organisation or supplier"`
	Areas   []ident.ID    `json:"areas" doc:"The areas that it bears on"`
	ShownBy []Support     `json:"shown_by" doc:"What bears on it"`
	Mark    Mark          `json:"mark" doc:"How sure the source is"`
}

// Support is something that shows a statement to be so. Exactly one of Control and Activity is set.
type Support struct {
	Control  ident.ID  `json:"control" doc:"A control of the library"`
	Activity ident.ID  `json:"activity" doc:"An activity of the library"`
	Relation Relation  `json:"relation" need:"yes" doc:"How it relates to what is asked"`
	Why      string    `json:"why" need:"yes" doc:"Why"`
	Reviewed Attribute `json:"reviewed" doc:"Whether the mapping was reviewed: only then may it propose an answer"`
}
