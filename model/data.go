package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Data is a kind of data that the service holds or handles.
type Data struct {
	ID                ident.ID          `json:"id" need:"yes" doc:"A short name"`
	Name              string            `json:"name" need:"yes" doc:"What it is"`
	Classification    Classification    `json:"classification" doc:"OFFICIAL, SECRET or TOP SECRET"`
	Markings          []Marking         `json:"markings" doc:"Markings inside the tier, such as SENSITIVE"`
	Owner             string            `json:"owner" doc:"The information asset owner, by role"`
	Personal          Attribute         `json:"personal" doc:"Whether it is about people who can be told apart"`
	SpecialCategory   Attribute         `json:"special_category" doc:"Whether it holds or lets one infer special category data, such as health"`
	SpecialCategories []SpecialCategory `json:"special_categories" doc:"Which special categories"`
	CriminalOffence   Attribute         `json:"criminal_offence" doc:"Whether it is about offences, allegations or sentences"`
	Credentials       Attribute         `json:"credentials" doc:"Whether it is secrets that open something else"`
	Subjects          []People          `json:"subjects" doc:"What kinds of people it is about"`
	Records           int64             `json:"records" doc:"About how many records"`
	Retention         civil.Period      `json:"retention" doc:"How long it is kept, such as P7Y"`
	Disposal          string            `json:"disposal" doc:"How it is destroyed"`
	Jurisdictions     []string          `json:"jurisdictions" doc:"Countries where it is held or handled, such as GB"`
	LawfulBasis       string            `json:"lawful_basis" doc:"The lawful basis for personal data"`
	PolicyDocument    Artefact          `json:"policy_document" doc:"The appropriate policy document, where the law asks for one"`
	Value             Valuation         `json:"value" doc:"What it would mean to lose its confidentiality, integrity or availability"`
	DerivedFrom       []ident.ID        `json:"derived_from" ref:"data" doc:"Data that it is made from"`
	Formerly          []ident.ID        `json:"formerly" doc:"Ids that it had before"`
	Note              string            `json:"note" doc:"Anything else worth saying"`
}

// IsSpecial says whether it is special category data: by a category, or by the team's word.
func (d *Data) IsSpecial() Attribute {
	if len(d.SpecialCategories) > 0 {
		return Yes
	}
	return d.SpecialCategory
}
