package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Assurance is area 6: check your approach.
type Assurance struct {
	Tests        []Test   `json:"tests" kind:"test" doc:"Tests planned and done; their results are evidence"`
	Reviews      []Review `json:"reviews" kind:"review" doc:"Reviews by others"`
	When         []string `json:"when" doc:"What makes the team test again, such as each commit or a new threat"`
	Rounds       []Round  `json:"rounds" kind:"round" doc:"Dated self-assessments, with the profile that each gave"`
	Improvements []Action `json:"improvements" kind:"improvement" doc:"The improvement plan"`
	Statement    Artefact `json:"statement" doc:"The assurance statement"`
	Disclosure   Artefact `json:"disclosure_policy" doc:"How people outside can report a weakness"`
}

// Test is a test planned or done.
type Test struct {
	ID       ident.ID     `json:"id" need:"yes" doc:"A short name"`
	Title    string       `json:"title" need:"yes" doc:"What is tested"`
	Kind     string       `json:"kind" doc:"Such as penetration test, code review or scan"`
	Controls []ident.ID   `json:"controls" ref:"control" doc:"The controls that it shows to work"`
	Plan     Artefact     `json:"plan" doc:"The test plan"`
	Every    civil.Period `json:"every" doc:"How often, such as P1Y"`
	Due      civil.Date   `json:"due" doc:"When it is next due"`
	By       string       `json:"by" doc:"Who tests"`
}

// Review is a review by others.
type Review struct {
	ID          ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Title       string     `json:"title" need:"yes" doc:"What was reviewed"`
	By          string     `json:"by" doc:"Who reviewed"`
	Independent Attribute  `json:"independent" doc:"Whether they are outside the team"`
	Date        civil.Date `json:"date" doc:"When"`
	Outcome     string     `json:"outcome" doc:"What they found; even nothing is worth saying"`
	Report      Artefact   `json:"report" doc:"The report"`
}

// Round is a dated self-assessment.
type Round struct {
	ID            ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Questionnaire string     `json:"questionnaire" doc:"Which questions"`
	Date          civil.Date `json:"date" doc:"When it was done"`
	Profile       string     `json:"profile" doc:"What it gave, such as HIGH"`
	ApprovedBy    string     `json:"approved_by" doc:"The role that approved it before it was shared"`
	Report        Artefact   `json:"report" doc:"The snapshot"`
	Actions       []Action   `json:"actions" kind:"round-action" unique:"here" doc:"What is to be done"`
}

// Operation is area 7: stay secure.
type Operation struct {
	Detect          Capability      `json:"detect" doc:"How attacks and failures are noticed: the observability plan"`
	Respond         Capability      `json:"respond" doc:"What is done then: the incident plan"`
	Recover         Capability      `json:"recover" doc:"How the service is brought back"`
	Vulnerabilities Vulnerabilities `json:"vulnerabilities" doc:"How weaknesses are found and mended"`
	Monitor         []Watch         `json:"monitor" kind:"watch" doc:"What is watched for change: threats, suppliers, law"`
	Changes         []Change        `json:"changes" kind:"change" doc:"Changes to the service, and their impact on security"`
	Triggers        []Trigger       `json:"triggers" kind:"trigger" doc:"What happened that makes something due again"`
}

// Capability is a plan that was tried.
type Capability struct {
	Summary   string       `json:"summary" doc:"In a sentence"`
	Plan      Artefact     `json:"plan" doc:"The plan"`
	Owner     string       `json:"owner" doc:"The role that answers for it"`
	Exercised civil.Date   `json:"exercised" doc:"When it was last tried"`
	Every     civil.Period `json:"every" doc:"How often it is to be tried"`
	Time      civil.Period `json:"time" doc:"The longest that it may take"`
}

// Vulnerabilities says how weaknesses are found and mended.
type Vulnerabilities struct {
	Process Artefact `json:"process" doc:"The process, with its deadlines"`
	Owner   string   `json:"owner" doc:"The role that answers for it"`
	Tools   []string `json:"tools" doc:"What finds them"`
}

// Watch is something watched for change.
type Watch struct {
	ID     ident.ID     `json:"id" need:"yes" doc:"A short name"`
	Source string       `json:"source" need:"yes" doc:"What is watched"`
	Owner  string       `json:"owner" doc:"The role that watches"`
	Every  civil.Period `json:"every" doc:"How often"`
	Last   civil.Date   `json:"last" doc:"When it was last looked at"`
}

// Change is a change to the service. Where it changes nothing about security, the reason is the record.
type Change struct {
	ID         ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Date       civil.Date `json:"date" need:"yes" doc:"When it was made"`
	Text       string     `json:"text" need:"yes" doc:"What was changed"`
	Impact     string     `json:"impact" doc:"What it means for security, or why nothing"`
	Assessment Artefact   `json:"assessment" doc:"The impact assessment"`
	Major      Attribute  `json:"significant" doc:"Whether it is significant, so that work is to be done again"`
	Components []ident.ID `json:"components" ref:"component" doc:"The components changed"`
}

// Trigger is something that happened and makes work due again.
type Trigger struct {
	ID   ident.ID    `json:"id" need:"yes" doc:"A short name"`
	Kind TriggerKind `json:"kind" need:"yes" doc:"What sort of thing"`
	Date civil.Date  `json:"date" need:"yes" doc:"When it happened"`
	Text string      `json:"text" doc:"What happened"`
}

// TriggerKind says what sort of thing happened.
type TriggerKind string

// Words of a trigger.
func (TriggerKind) Words() []schema.Word {
	return []schema.Word{
		{Name: "change", Doc: "a significant change to the service", Old: []string{"significant-change", "functional-change"}},
		{Name: "threat", Doc: "a new or changed threat", Old: []string{"new-threat"}},
		{Name: "incident", Old: []string{"breach"}},
		{Name: "supplier", Doc: "a supplier changed"},
		{Name: "person", Doc: "somebody left a role", Old: []string{"leaver"}},
		{Name: "framework", Doc: "a framework or principle changed", Old: []string{"principle", "policy"}},
		{Name: "data", Doc: "new data, or more of it"},
	}
}

// Incident is something that happened to the service.
type Incident struct {
	ID         ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Title      string     `json:"title" need:"yes" doc:"What happened, in a few words"`
	Date       civil.Date `json:"date" need:"yes" doc:"When it happened or was first seen"`
	Detected   civil.Date `json:"detected" doc:"When it was noticed"`
	Resolved   civil.Date `json:"resolved" doc:"When it was over"`
	Severity   Band       `json:"severity" doc:"How bad"`
	Components []ident.ID `json:"components" ref:"component" doc:"Where"`
	Data       []ident.ID `json:"data" ref:"data" doc:"The data touched"`
	Risks      []ident.ID `json:"risks" ref:"risk" doc:"The risks that came true"`
	Review     Artefact   `json:"review" doc:"The review afterwards: what was learnt"`
	Reported   []string   `json:"reported" doc:"To whom it was reported"`
}

// Retirement is how the service or parts of it are taken out of use.
type Retirement struct {
	Plan       Artefact  `json:"plan" doc:"The retirement plan"`
	Components []Retired `json:"components" doc:"What was or will be taken out of use"`
}

// Retired is one component taken out of use.
type Retired struct {
	Component     ident.ID   `json:"component" need:"yes" doc:"The component, which may be gone from the architecture"`
	Due           civil.Date `json:"due" doc:"By when"`
	Date          civil.Date `json:"date" doc:"When it was done"`
	DataDeleted   Attribute  `json:"data_deleted" doc:"Whether its data was destroyed or moved"`
	AccessRevoked Attribute  `json:"access_revoked" doc:"Whether all access ended"`
	Destroyed     Attribute  `json:"destroyed" doc:"Whether equipment was destroyed or wiped"`
	Record        Artefact   `json:"record" doc:"The record of it"`
}
