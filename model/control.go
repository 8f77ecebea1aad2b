package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Control is a measure that the team says it takes. What the team says of it is a claim; whether it works is shown by
// evidence.
type Control struct {
	ID            ident.ID      `json:"id" need:"yes" doc:"A short name; where it is the id of a control of the library, that control is meant"`
	Control       ident.ID      `json:"control" doc:"The control of the library that this is, where the id is the team's own"`
	Title         string        `json:"title" doc:"What it is called, where it is not in the library"`
	Description   string        `json:"description" doc:"How it is done here"`
	Rationale     string        `json:"rationale" doc:"Why it was chosen"`
	Origin        Origin        `json:"origin" doc:"own, inherited or shared"`
	Offer         Offered       `json:"offer" doc:"Where it is inherited or shared: whose control it rests on"`
	Applicability Applicability `json:"applicability" doc:"Whether it has anything to protect here"`
	Reason        string        `json:"reason" doc:"Why it is not applicable"`
	Components    []ident.ID    `json:"components" ref:"component" doc:"The components that it is on; leave out for all that it can be on"`
	Progress      Progress      `json:"status" doc:"not-started, in-progress or implemented"`
	Owner         string        `json:"owner" doc:"The role that keeps it working"`
	Due           civil.Date    `json:"due" doc:"The day by which it is in place"`
	Requirements  []Story       `json:"requirements" doc:"Security requirements for the team's backlog"`
	MandatedBy    string        `json:"mandated_by" doc:"The owner of a connected system who asks for it"`
	CostPence     int64         `json:"cost_pence" doc:"What it costs in a year, in pence"`
	Formerly      []ident.ID    `json:"formerly" doc:"Ids that it had before"`
	Note          string        `json:"note" doc:"Anything else worth saying"`
}

// Offered is a control that another service offers.
type Offered struct {
	Service ident.ID `json:"service" doc:"The service that offers it"`
	Control ident.ID `json:"control" doc:"Its id there"`
}

// Requires gives the id of the library's control that this one is: its own id unless it names another.
func (c *Control) Requires() ident.ID {
	if c.Control != "" {
		return c.Control
	}
	return c.ID
}

// Story is a security requirement for the backlog.
type Story struct {
	Text     string   `json:"text" need:"yes" doc:"What must be true"`
	Link     string   `json:"link" doc:"Where the work is tracked"`
	Progress Progress `json:"status" doc:"How far it is"`
}

// Answer is a person's answer to an implication, a question or an outcome.
type Answer struct {
	ID          ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Principle   ident.ID   `json:"principle" doc:"The principle, by its id in the library"`
	Statement   ident.ID   `json:"statement" doc:"The implication, question or outcome, by its id in the principle"`
	Framework   ident.ID   `json:"framework" doc:"Or the framework, by its id in the library"`
	Version     string     `json:"version" doc:"The version of the framework"`
	Requirement string     `json:"requirement" doc:"The requirement, by its id in the framework"`
	Answer      Met        `json:"answer" doc:"met, partly or not-met; for a framework with levels of its own say level or indicators instead"`
	Level       ident.ID   `json:"level" doc:"The level that a requirement comes to, such as achieved"`
	Indicators  []Ticks    `json:"indicators" doc:"The indicators that were ticked, from which the level follows"`
	Reviewed    Reviewed   `json:"reviewed" doc:"What somebody outside the team found"`
	Sentence    string     `json:"sentence" need:"yes" doc:"How that is so here, in a sentence"`
	By          string     `json:"by" doc:"The role that confirmed it: without one the answer is a proposal"`
	Date        civil.Date `json:"date" doc:"When it was confirmed"`
	Controls    []ident.ID `json:"controls" ref:"control" doc:"Controls that it rests on"`
	Artefacts   []Artefact `json:"artefacts" doc:"Documents that it rests on"`
}

// Ticks is how many indicators of a level were ticked.
type Ticks struct {
	Level  ident.ID `json:"level" need:"yes" doc:"The level, by its id in the framework"`
	Ticked int      `json:"ticked" doc:"How many were ticked"`
	Of     int      `json:"of" doc:"Of how many; as the framework has it where it is not said"`
	Note   string   `json:"note" doc:"An exemption, or another control in the place of one"`
}

// Reviewed is what somebody outside the team found of an answer.
type Reviewed struct {
	Level ident.ID   `json:"level" doc:"The level that they found"`
	By    string     `json:"by" doc:"Who reviewed"`
	Date  civil.Date `json:"date" doc:"When"`
	Note  string     `json:"note" doc:"What they said"`
}
