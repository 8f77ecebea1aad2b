package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Risk is an entry of the risk register: the likelihood and impact of a loss.
type Risk struct {
	ID         ident.ID   `json:"id" need:"yes" doc:"A short name, such as r1"`
	Title      string     `json:"title" need:"yes" doc:"The risk in a few words"`
	Statement  string     `json:"statement" doc:"Who could do what to which asset through which weakness, and what it would mean"`
	Kind       RiskKind   `json:"kind" doc:"What sort of loss"`
	Category   string     `json:"category" doc:"The organisation's own category"`
	Stride     []Stride   `json:"stride" doc:"What an attacker would do, by STRIDE"`
	Owner      string     `json:"owner" doc:"The role that bears it"`
	Manager    string     `json:"manager" doc:"The role that sees to its treatment"`
	Data       []ident.ID `json:"data" ref:"data" doc:"The data at stake"`
	Components []ident.ID `json:"components" ref:"component" doc:"The components where it could happen"`
	Functions  []ident.ID `json:"functions" ref:"function" doc:"The functions at stake"`
	Services   []ident.ID `json:"services" doc:"Other services that it reaches, by id"`
	Suppliers  []ident.ID `json:"suppliers" ref:"supplier" doc:"The suppliers that it comes from"`
	Threats    []ident.ID `json:"threats" doc:"The threats that could cause it"`
	Losses     []ident.ID `json:"losses" ref:"loss" doc:"The unacceptable losses that it could bring"`
	Inherent   Judgement  `json:"inherent" doc:"How likely and how bad with no controls"`
	Residual   Judgement  `json:"residual" doc:"How likely and how bad with the named controls working"`
	Target     Judgement  `json:"target" doc:"Where the treatment is meant to bring it"`
	Controls   []Reliance `json:"controls" doc:"The controls relied on, and how far each lowers the risk"`
	Response   Treatment  `json:"treatment" doc:"What is done about it: treat, accept, transfer or terminate"`
	Actions    []Action   `json:"actions" kind:"action" unique:"here" doc:"The treatment plan"`
	Due        civil.Date `json:"due" doc:"The day by which the treatment is done"`
	Escalation Escalation `json:"escalation" doc:"To whom it was taken, when it is above what may be borne"`
	Raised     civil.Date `json:"raised" doc:"The day on which it was first written down"`
	Reviewed   civil.Date `json:"reviewed" doc:"The day on which it was last looked at"`
	ReviewBy   civil.Date `json:"review_by" doc:"The last day before it is looked at again"`
	Formerly   []ident.ID `json:"formerly" doc:"Ids that it had before"`
	Note       string     `json:"note" doc:"Anything else worth saying"`
}

// Judgement is a likelihood and an impact, as people judged them.
type Judgement struct {
	Likelihood Level  `json:"likelihood" doc:"From 1, very unlikely, to 5, almost certain"`
	Impact     Impact `json:"impact" doc:"From 1, minor, to 5, critical, on each axis that it touches"`
}

// Known says whether both the likelihood and an impact were judged.
func (j Judgement) Known() bool { return j.Likelihood > 0 && j.Impact != Impact{} }

// Reliance is a control relied on for a risk.
type Reliance struct {
	Control ident.ID `json:"control" need:"yes" ref:"control" doc:"The control"`
	Lowers  Reduced  `json:"lowers" need:"yes" doc:"likelihood, impact (on every axis), or one axis"`
	Steps   int64    `json:"steps" need:"yes" min:"1" max:"4" doc:"By how many levels"`
	By      string   `json:"by" doc:"The role that judged it"`
	Why     string   `json:"why" doc:"Why it lowers the risk"`
}

// Action is a step of a treatment or improvement plan.
type Action struct {
	ID       ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Text     string     `json:"text" need:"yes" doc:"What is to be done"`
	Owner    string     `json:"owner" doc:"The role that does it"`
	Due      civil.Date `json:"due" doc:"By when"`
	Progress Progress   `json:"progress" doc:"How far it is"`
	Controls []ident.ID `json:"controls" ref:"control" doc:"The controls that it puts in place"`
	Link     string     `json:"link" doc:"Where the work is tracked"`
}

// Escalation is a risk taken to someone with more authority.
type Escalation struct {
	To      string     `json:"to" doc:"The role or board that it was taken to"`
	Raised  civil.Date `json:"raised" doc:"When"`
	Outcome string     `json:"outcome" doc:"What they said; nothing means that it is still with them"`
	Closed  civil.Date `json:"closed" doc:"When they answered"`
}

// Stride is a category of attack.
type Stride string

// Words of STRIDE.
func (Stride) Words() []schema.Word {
	return []schema.Word{
		{Name: "spoofing"},
		{Name: "tampering"},
		{Name: "repudiation"},
		{Name: "information-disclosure"},
		{Name: "denial-of-service"},
		{Name: "elevation-of-privilege", Old: []string{"escalation of privilege", "privilege escalation"}},
	}
}

// Threats is the threat assessment and the threat model.
type Threats struct {
	Assessment   Artefact      `json:"assessment" doc:"The threat assessment"`
	Actors       []Actor       `json:"actors" kind:"actor" doc:"Who might attack or harm the service"`
	Model        Artefact      `json:"model" doc:"The threat model, where it is kept elsewhere"`
	Confirmed    civil.Date    `json:"confirmed" doc:"The day on which the team last said that the architecture here is how it is"`
	Dispositions []Disposition `json:"dispositions" kind:"disposition" doc:"Threats that the team has put aside, and why"`
}

// Actor is somebody who might attack, or something that might go wrong.
type Actor struct {
	ID         ident.ID  `json:"id" need:"yes" doc:"A short name"`
	Name       string    `json:"name" need:"yes" doc:"Who, by kind"`
	Kind       ActorKind `json:"kind" doc:"adversarial, accidental or environmental"`
	Motive     string    `json:"motive" doc:"What they want"`
	Capability Level     `json:"capability" doc:"From 1 to 5: capability, privilege or severity"`
	Intent     Level     `json:"intent" doc:"From 1 to 5: intent, lack of competence, or predisposition"`
	Source     string    `json:"source" doc:"Where that is from"`
	Assessment ident.ID  `json:"assessment" doc:"The evidence that holds the threat assessment which says so; without it, in date, the actor is taken to be capable of anything"`
}

// ActorKind says whether harm is meant.
type ActorKind string

// Words of an actor's kind.
func (ActorKind) Words() []schema.Word { return words("adversarial", "accidental", "environmental") }

// Disposition is a threat that the team has put aside with a reason. Assessors look at a sample of them.
type Disposition struct {
	ID         ident.ID     `json:"id" need:"yes" doc:"The threat, or the group that it is shown with"`
	Elements   []ident.ID   `json:"elements" doc:"For a group: the elements that were looked at; one that is added later is open for itself"`
	Reason     string       `json:"reason" need:"yes" doc:"Why it does not matter here"`
	By         string       `json:"by" doc:"The role that said so"`
	Date       civil.Date   `json:"date" doc:"When"`
	ValidUntil civil.Moment `json:"valid_until" doc:"How long that holds without another look"`
}
