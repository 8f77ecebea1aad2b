package org

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Vocabulary says which words people use for the same things.
type Vocabulary string

// The vocabularies.
const (
	Civil   Vocabulary = "civil"
	Defence Vocabulary = "defence"
)

// Words of a vocabulary.
func (Vocabulary) Words() []schema.Word {
	return []schema.Word{{Name: string(Civil), Doc: "service, delivery team, beta"}, {Name: string(Defence), Doc: "capability, project team, in service"}}
}

// Assessment is what a unit says of itself. What its services show is worked out and proposed; an answer counts when a
// person put their role to it.
type Assessment struct {
	Owner      string            `json:"owner" doc:"The role that answers for it"`
	Answers    []Answer          `json:"answers" kind:"answer" unique:"here" doc:"Answers to the questions asked of organisations"`
	Milestones []MilestoneRecord `json:"milestones" kind:"milestone" unique:"here" doc:"Milestones of adoption"`
}

// Answer is a unit's answer to a question asked of organisations.
type Answer struct {
	ID       ident.ID         `json:"id" need:"yes" doc:"The question, by its id in the library, such as p1.1"`
	Status   Status           `json:"status" need:"yes" doc:"Where it stands"`
	Maturity Maturity         `json:"maturity" doc:"How mature it is, from initial to optimising"`
	Sentence string           `json:"sentence" doc:"How that is so here, in a sentence"`
	Gaps     string           `json:"gaps" doc:"What is lacking, and what is done about it"`
	By       string           `json:"by" doc:"The role that confirmed it: without one the answer is a proposal"`
	Date     civil.Date       `json:"date" doc:"When it was confirmed"`
	Next     civil.Date       `json:"next" doc:"The last day before it is to be confirmed again"`
	Evidence []model.Artefact `json:"evidence" doc:"Documents that it rests on"`
}

// Status is where an answer of a unit stands.
type Status string

// The statuses, as the preparation checklist has them.
const (
	Met           Status = "met"
	PartlyMet     Status = "partly-met"
	NotMet        Status = "not-met"
	BeingAssessed Status = "being-assessed"
	NotStarted    Status = "not-started"
)

// Words of a status.
func (Status) Words() []schema.Word {
	return []schema.Word{
		{Name: string(Met), Old: []string{"assessed-met"}},
		{Name: string(PartlyMet), Old: []string{"assessed-partially-met", "partially-met", "partly"}},
		{Name: string(NotMet), Old: []string{"assessed-not-met"}},
		{Name: string(BeingAssessed)},
		{Name: string(NotStarted)},
	}
}

// Maturity is how mature something is.
type Maturity string

// Words of maturity, from the lowest.
func (Maturity) Words() []schema.Word {
	return []schema.Word{
		{Name: "initial", Old: []string{"1"}},
		{Name: "managed", Old: []string{"2"}},
		{Name: "defined", Old: []string{"3"}},
		{Name: "measured", Old: []string{"4"}},
		{Name: "optimising", Old: []string{"5"}},
		{Name: "unknown", Absent: true},
	}
}

// Rank orders maturity from 1; 0 is unknown.
func (m Maturity) Rank() int {
	for i, w := range m.Words() {
		if w.Name == string(m) && !w.Absent {
			return i + 1
		}
	}
	return 0
}

// MilestoneRecord is where a unit is with a milestone of adoption.
type MilestoneRecord struct {
	ID       ident.ID         `json:"id" need:"yes" doc:"The milestone, by its id in the library"`
	Done     civil.Date       `json:"done" doc:"When it was reached"`
	Due      civil.Date       `json:"due" doc:"When it is planned for"`
	Owner    string           `json:"owner" doc:"The role that sees to it"`
	Evidence []model.Artefact `json:"evidence" doc:"Documents that show it"`
	Note     string           `json:"note" doc:"Anything else worth saying"`
}
