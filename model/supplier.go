package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Engagement is a supplier in its use for this service: area 5, work with suppliers.
type Engagement struct {
	ID            ident.ID      `json:"id" need:"yes" doc:"A short name"`
	Name          string        `json:"name" need:"yes" doc:"The supplier"`
	Provides      string        `json:"provides" doc:"What it does for this service"`
	Products      []Product     `json:"products" kind:"product" unique:"here" doc:"Third-party products, and whether they were reviewed before use"`
	Owner         string        `json:"owner" doc:"The role that manages the supplier"`
	Criticality   Criticality   `json:"criticality" doc:"What it would mean if the supplier failed"`
	Data          []ident.ID    `json:"data" ref:"data" doc:"Data that it can reach"`
	From          civil.Date    `json:"from" doc:"The first day of the contract"`
	Until         civil.Date    `json:"until" doc:"The last day of the contract"`
	RiskReport    Artefact      `json:"risk_report" doc:"The third-party risk report"`
	Assessment    SupplierRisk  `json:"assessment" doc:"The buyer's risk assessment and the supplier's answer"`
	Certificates  []Certificate `json:"certificates" kind:"certificate" unique:"here" doc:"Certificates such as Cyber Essentials, with the day they end"`
	Clauses       []Clause      `json:"clauses" kind:"clause" unique:"here" doc:"Security clauses that the contract has or lacks"`
	Responses     []Response    `json:"responses" kind:"response" unique:"here" doc:"What the supplier answered to security requirements"`
	FlowDown      []Subcontract `json:"flow_down" kind:"subcontract" unique:"here" doc:"Subcontractors, and whether the requirements reach them"`
	AspectsLetter Artefact      `json:"security_aspects_letter" doc:"The security aspects letter, for classified work"`
	Bill          Artefact      `json:"bill_of_materials" doc:"The software bill of materials that it gives"`
	ExitPlan      Artefact      `json:"exit_plan" doc:"How the data comes back and access ends"`
	Formerly      []ident.ID    `json:"formerly" doc:"Ids that it had before"`
	Note          string        `json:"note" doc:"Anything else worth saying"`
}

// Product is a third-party product.
type Product struct {
	ID         ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name       string     `json:"name" need:"yes" doc:"What it is"`
	Version    string     `json:"version" doc:"Its version"`
	Reviewed   civil.Date `json:"reviewed" doc:"When it was reviewed before use"`
	Components []ident.ID `json:"components" ref:"component" doc:"The components that it is in"`
}

// SupplierRisk is the buyer's risk assessment and the supplier's answer to it.
type SupplierRisk struct {
	Reference      string       `json:"reference" doc:"The risk assessment reference"`
	Profile        CyberProfile `json:"profile" doc:"The cyber risk profile, in the older or the newer scale"`
	Questionnaire  MetOrNot     `json:"questionnaire" doc:"Whether the supplier's answers meet the profile"`
	Answered       civil.Date   `json:"answered" doc:"When it answered"`
	Implementation Artefact     `json:"implementation_plan" doc:"The plan for what is not met yet"`
	PlanAccepted   Attribute    `json:"plan_accepted" doc:"Whether the buyer accepted that plan"`
	Statement      Artefact     `json:"statement_of_assurance" doc:"The statement of assurance, in civil use"`
}

// CyberProfile is a supplier's cyber risk profile. Two scales are in use and are kept apart: no official table says
// which level of the one is which of the other.
type CyberProfile string

// Words of a cyber risk profile.
func (CyberProfile) Words() []schema.Word {
	return []schema.Word{
		{Name: "not-applicable", Old: []string{"n/a"}},
		{Name: "very-low"},
		{Name: "low"},
		{Name: "moderate"},
		{Name: "high"},
		{Name: "level-0", Old: []string{"0"}},
		{Name: "level-1", Old: []string{"1"}},
		{Name: "level-2", Old: []string{"2"}},
		{Name: "level-3", Old: []string{"3"}},
	}
}

// MetOrNot is the result of a supplier's questionnaire.
type MetOrNot string

// Words of it.
func (MetOrNot) Words() []schema.Word { return words("met", "not-met") }

// Certificate is a certificate with an end.
type Certificate struct {
	ID     ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Scheme string     `json:"scheme" need:"yes" doc:"Such as Cyber Essentials Plus or Defence Cyber Certification"`
	Level  string     `json:"level" doc:"Its level"`
	Number string     `json:"number" doc:"Its number"`
	From   civil.Date `json:"from" doc:"The first day"`
	Until  civil.Date `json:"until" doc:"The last day"`
	Scope  string     `json:"scope" doc:"What it covers"`
}

// Clause is a security clause.
type Clause struct {
	ID      ident.ID  `json:"id" need:"yes" doc:"A short name, such as defcon-658 or data-return-at-exit"`
	Title   string    `json:"title" doc:"What it asks for"`
	Present Attribute `json:"present" doc:"Whether the contract has it"`
}

// Response is a supplier's answer to one requirement.
type Response struct {
	ID       ident.ID `json:"id" need:"yes" doc:"The requirement"`
	Answer   Met      `json:"answer" doc:"met, partly or not-met"`
	Sentence string   `json:"sentence" doc:"How"`
	Evidence Artefact `json:"evidence" doc:"What shows it"`
}

// Subcontract is a subcontractor.
type Subcontract struct {
	ID       ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name     string     `json:"name" need:"yes" doc:"The subcontractor"`
	Data     []ident.ID `json:"data" ref:"data" doc:"Data that it can reach"`
	Required Attribute  `json:"required" doc:"Whether the requirements were passed on to it"`
}
