package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Plan is area 2: plan security activities.
type Plan struct {
	Appointments []Appointment `json:"appointments" kind:"appointment" doc:"Who was appointed to answer for what: a proposal until the organisation says so"`
	Stakeholders []Stakeholder `json:"stakeholders" kind:"stakeholder" doc:"Who has an interest"`
	RASCI        []Duty        `json:"rasci" doc:"Who does what for each activity: responsible, accountable, supportive, consulted, informed"`
	Groups       []Group       `json:"groups" kind:"group" doc:"Groups that decide or advise, such as a security working group"`
	Resources    []Resource    `json:"resources" kind:"resource" doc:"People, tools and money that security needs"`
	Skills       []Skill       `json:"skills" kind:"skill" doc:"Skills needed, and the gap"`
	Strategy     Artefact      `json:"strategy" doc:"The risk management strategy, with its review date"`
	Frameworks   []Choice      `json:"frameworks" kind:"framework" doc:"The control frameworks chosen, and why"`
	Method       Method        `json:"method" doc:"How risks are assessed, and why so"`
	Assurance    Artefact      `json:"assurance_plan" doc:"The assurance plan"`
	Activities   []Activity    `json:"activities" kind:"activity" doc:"What was done of each activity, and what came of it"`
}

// Appointment is a person, by role, appointed to something.
type Appointment struct {
	ID     ident.ID   `json:"id" need:"yes" doc:"The role, such as senior-responsible-owner"`
	Holder string     `json:"holder" doc:"Who holds it, as the organisation knows them"`
	From   civil.Date `json:"from" doc:"The first day"`
	Until  civil.Date `json:"until" doc:"The last day"`
	Letter Artefact   `json:"letter" doc:"The letter of appointment"`
}

// Stakeholder is somebody with an interest.
type Stakeholder struct {
	ID       ident.ID `json:"id" need:"yes" doc:"A short name"`
	Name     string   `json:"name" need:"yes" doc:"Who they are"`
	Interest string   `json:"interest" doc:"What they care about"`
	Contact  string   `json:"contact" doc:"How they are reached, by role or team"`
}

// Duty says who does what for one activity. Exactly one role is accountable.
type Duty struct {
	Activity    ident.ID `json:"activity" need:"yes" doc:"The activity, by its id in the library or in this plan"`
	Responsible []string `json:"responsible" doc:"Roles that do it"`
	Accountable []string `json:"accountable" doc:"The one role that answers for it"`
	Supportive  []string `json:"supportive" doc:"Roles that help"`
	Consulted   []string `json:"consulted" doc:"Roles that are asked"`
	Informed    []string `json:"informed" doc:"Roles that are told"`
}

// Group is a group that decides or advises.
type Group struct {
	ID       ident.ID  `json:"id" need:"yes" doc:"A short name"`
	Name     string    `json:"name" need:"yes" doc:"What it is called"`
	Terms    Artefact  `json:"terms" doc:"Its terms of reference"`
	Members  []string  `json:"members" doc:"The roles in it"`
	Meetings []Meeting `json:"meetings" doc:"When it met"`
}

// Meeting is one meeting of a group.
type Meeting struct {
	Date      civil.Date `json:"date" need:"yes" doc:"The day"`
	Minutes   Artefact   `json:"minutes" doc:"The minutes"`
	Decisions []string   `json:"decisions" doc:"What was decided"`
}

// Resource is something that security needs.
type Resource struct {
	ID        ident.ID  `json:"id" need:"yes" doc:"A short name"`
	Name      string    `json:"name" need:"yes" doc:"What is needed"`
	Category  string    `json:"category" doc:"people, tool, service or money"`
	Purpose   string    `json:"purpose" doc:"What for"`
	Phase     Phase     `json:"phase" doc:"The phase in which it is needed"`
	Available Attribute `json:"available" doc:"Whether it is there"`
	CostPence int64     `json:"cost_pence" doc:"What it costs, in pence"`
}

// Skill is a skill needed, and the gap.
type Skill struct {
	ID   ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name string     `json:"name" need:"yes" doc:"The skill"`
	Have Attribute  `json:"have" doc:"Whether the team has it"`
	Plan string     `json:"plan" doc:"How the gap is closed"`
	By   civil.Date `json:"by" doc:"By when"`
}

// Choice is a framework chosen.
type Choice struct {
	ID        ident.ID `json:"id" need:"yes" doc:"A short name"`
	Framework ident.ID `json:"framework" need:"yes" doc:"The framework, by its id in the library"`
	Version   string   `json:"version" doc:"Its version"`
	Profile   string   `json:"profile" doc:"The profile or level aimed at"`
	Reason    string   `json:"reason" doc:"Why this one"`
}

// Method is how risks are assessed.
type Method struct {
	Kind     MethodKind `json:"kind" doc:"component-driven, system-driven or both"`
	Reason   string     `json:"reason" doc:"Why so"`
	Document Artefact   `json:"document" doc:"The method written down"`
}

// MethodKind says from which end risks are found.
type MethodKind string

// Words of a method.
func (MethodKind) Words() []schema.Word {
	return []schema.Word{{Name: "component-driven", Doc: "from assets, threats and weaknesses"}, {Name: "system-driven", Doc: "from the losses that may not happen"}, {Name: "both"}}
}

// Activity is what was done of one activity of the library.
type Activity struct {
	ID      ident.ID   `json:"id" need:"yes" doc:"The activity, by its id in the library"`
	Done    civil.Date `json:"done" doc:"The day on which it was last done"`
	Next    civil.Date `json:"next" doc:"The last day before it is to be done again, where sooner than the library asks"`
	Outputs []Artefact `json:"outputs" doc:"What came of it: each counts with title, version, date and location"`
	Owner   string     `json:"owner" doc:"The role that sees to it"`
	Due     civil.Date `json:"due" doc:"The day by which the team plans to do it"`
	Note    string     `json:"note" doc:"Anything else worth saying"`
}
