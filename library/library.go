// Package library is what is required: principles, activities, controls, baselines, scoring and authority, as versioned
// data in packs. It holds the types of a pack, the loader, the lint, and the packs that come with Bulkhead.
//
// Every pack names its source, version, licence and date and has a digest; every item carries a mark that says how sure
// its source is, and only what is confirmed may be shown as official. Rules and numbers live in packs, never in code, so
// that an organisation can read, replace and date them. A pack is written as YAML in packs/ and embedded as canonical
// JSON, which is what starts fast.
//
// The package decides nothing about a service: it is a dictionary that the engine looks things up in.
package library

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Form is the one value of the key "pack".
type Form string

// Words of the form.
func (Form) Words() []schema.Word { return []schema.Word{{Name: "v1", Doc: "this form of a pack"}} }

// Mark says how sure the source of an item is. Only Confirmed may be shown as official.
type Mark string

// The marks.
const (
	Confirmed Mark = "confirmed" // read at the primary source
	Secondary Mark = "secondary" // read only at somebody else's
	General   Mark = "general"   // general knowledge, not confirmed
	Ours      Mark = "ours"      // Bulkhead's own
)

// Words of a mark.
func (Mark) Words() []schema.Word {
	return []schema.Word{{Name: "confirmed"}, {Name: "secondary"}, {Name: "general"}, {Name: "ours"}}
}

// Pack is a versioned set of requirements or rules from one source.
type Pack struct {
	Pack        Form       `json:"pack" need:"yes" doc:"The form of this file: v1"`
	ID          ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Title       string     `json:"title" need:"yes" doc:"What it is called"`
	Summary     string     `json:"summary" doc:"What it is for, in a sentence or two"`
	Version     string     `json:"version" need:"yes" doc:"Its version, such as 2024-05"`
	Source      string     `json:"source" need:"yes" doc:"Where the facts are from"`
	Location    string     `json:"location" doc:"The address of the source"`
	Licence     string     `json:"licence" need:"yes" doc:"The licence of the source, or of our own text"`
	Attribution string     `json:"attribution" doc:"The words that the source asks for"`
	Retrieved   civil.Date `json:"retrieved" need:"yes" doc:"The day on which the source was read"`
	Mark        Mark       `json:"mark" need:"yes" doc:"How sure the source of the items is, where an item does not say"`

	Areas       []Area       `json:"areas" kind:"area" c1:"list" doc:"The areas of Secure by Design, in order"`
	Roles       []Role       `json:"roles" kind:"role" doc:"Roles of the field"`
	Phases      []Phase      `json:"phases" kind:"phase" c1:"list" doc:"Phases of a service's life, and what a gate in each judges by"`
	Tiers       []Tier       `json:"tiers" kind:"tier" c1:"list" doc:"How much risk a service carries, from the lowest"`
	Matrix      []Cell       `json:"matrix" c1:"list" doc:"The bands of a risk score"`
	Activities  []Activity   `json:"activities" kind:"activity" doc:"What a team does"`
	Principles  []Principle  `json:"principles" kind:"principle" doc:"Principles"`
	Controls    []Control    `json:"controls" kind:"control" doc:"Controls and how each is shown to work"`
	Baselines   []Baseline   `json:"baselines" kind:"baseline" doc:"The controls that a tier requires"`
	Authority   []Authority  `json:"authority" kind:"authority" c1:"list" doc:"Who may decide what, and for how long"`
	Profiles    []Profile    `json:"profiles" kind:"profile" doc:"Indicative profiles"`
	Gates       []Gate       `json:"gates" kind:"gate" doc:"Points where work may not go on without something"`
	Deadlines   []Deadline   `json:"deadlines" kind:"deadline" c1:"list" doc:"How soon a weakness must be mended"`
	Frameworks  []Framework  `json:"frameworks" c1:"list" doc:"Frameworks, each in one version"`
	Obligations []Obligation `json:"obligations" kind:"obligation" doc:"The obligations matrix: law, policy and contracts"`
	Categories  []Category   `json:"categories" kind:"category" doc:"Categories of personal data that are specially protected"`
	Screen      []Criterion  `json:"screen" kind:"criterion" doc:"The data-protection screen"`
	Milestones  []Milestone  `json:"milestones" kind:"milestone" doc:"Steps of an organisation's adoption of Secure by Design"`
	Clauses     []Clause     `json:"clauses" kind:"clause" doc:"Clauses that suppliers' contracts need"`
	Training    []Training   `json:"training" kind:"training" doc:"What people in some roles should know"`
	Threats     []Rule       `json:"threats" kind:"threat-rule" doc:"Threat rules: where something could be done, and which controls answer it"`
	Steps       []Step       `json:"steps" kind:"step" doc:"The kinds of step of an attack, and what gets in their way"`
	ThreatScale ThreatScale  `json:"threat_scale" doc:"How likely and how bad a threat is"`
	Settings    Settings     `json:"settings" doc:"Numbers that the engine uses"`
	Digest      ident.Digest `json:"-"`
}

// Area is one of the seven.
type Area struct {
	ID        ident.ID `json:"id" need:"yes" doc:"A short name"`
	Title     string   `json:"title" need:"yes" doc:"What it is called"`
	Summary   string   `json:"summary" need:"yes" doc:"What it is about"`
	Artefacts []string `json:"artefacts" c1:"list" doc:"What a team must be able to produce"`
	Mark      Mark     `json:"mark" doc:"How sure the source is"`
}

// Role is a role of the field.
type Role struct {
	ID      ident.ID `json:"id" need:"yes" doc:"A short name"`
	Title   string   `json:"title" need:"yes" doc:"What it is called"`
	Summary string   `json:"summary" doc:"What it answers for"`
	Also    []string `json:"also" doc:"Other names for it"`
	Mark    Mark     `json:"mark" doc:"How sure the source is"`
}

// Basis is what a phase's gates judge risks by.
type Basis string

// The bases.
const (
	ByTarget    Basis = "target"
	ByClaimed   Basis = "claimed"
	ByEvidenced Basis = "evidenced"
)

// Words of a basis.
func (Basis) Words() []schema.Word {
	return []schema.Word{{Name: "target", Doc: "the target, with a plan"}, {Name: "claimed"}, {Name: "evidenced"}}
}

// Phase is a phase of a service's life.
type Phase struct {
	ID        model.Phase `json:"id" need:"yes" doc:"The phase"`
	Title     string      `json:"title" need:"yes" doc:"What it is called"`
	Lifecycle Lifecycle   `json:"lifecycle" need:"yes" doc:"digital or defence"`
	Stage     int         `json:"stage" need:"yes" min:"1" max:"6" doc:"Its place in the order; phases of different lifecycles share stages"`
	JudgedBy  Basis       `json:"judged_by" need:"yes" doc:"What risks are judged by in it"`
	Mark      Mark        `json:"mark" doc:"How sure the source is"`
}

// Tier is how much risk a service carries.
type Tier struct {
	ID       ident.ID    `json:"id" need:"yes" doc:"A short name"`
	Title    string      `json:"title" need:"yes" doc:"What it is called"`
	Summary  string      `json:"summary" doc:"What sort of service"`
	When     []Condition `json:"when" c1:"list" doc:"A service is of this tier when any of these is so"`
	Appetite model.Band  `json:"appetite" need:"yes" doc:"What may be borne where nobody with the authority has said"`
	Mark     Mark        `json:"mark" doc:"How sure the source is"`
}

// Condition is so when all that it names is so.
type Condition struct {
	Classification  model.Classification `json:"classification" doc:"This classification or above"`
	Marking         model.Marking        `json:"marking" doc:"This marking on any data"`
	Exposure        model.Trust          `json:"exposure" doc:"Some component can be reached by these people or more"`
	Personal        model.Attribute      `json:"personal" doc:"Personal data"`
	SpecialCategory model.Attribute      `json:"special_category" doc:"Special category or criminal offence data"`
	Records         int64                `json:"records" doc:"At least so many records of personal data"`
	Criticality     model.Criticality    `json:"criticality" doc:"A function or the business impact matters this much or more"`
	Safety          model.Attribute      `json:"safety" doc:"People could be hurt"`
	Why             string               `json:"why" need:"yes" doc:"The reason, as a clause: 'it holds ...'"`
}

// Cell is a band of risk scores.
type Cell struct {
	Band model.Band `json:"band" need:"yes" doc:"The band"`
	From int        `json:"from" need:"yes" min:"1" max:"25" doc:"The lowest score"`
	To   int        `json:"to" need:"yes" min:"1" max:"25" doc:"The highest score"`
	Mark Mark       `json:"mark" doc:"How sure the source is"`
}

// AskedOf says who a requirement is asked of.
type AskedOf string

// Who is asked.
const (
	OfService      AskedOf = "service"
	OfOrganisation AskedOf = "organisation"
	OfSupplier     AskedOf = "supplier"
)

// Words of who is asked.
func (AskedOf) Words() []schema.Word {
	return []schema.Word{{Name: string(OfService)}, {Name: string(OfOrganisation)}, {Name: string(OfSupplier)}}
}

// Activity is what a team does in an area.
type Activity struct {
	ID          ident.ID            `json:"id" need:"yes" doc:"A short name"`
	Number      int                 `json:"number" doc:"Its number in the source"`
	Title       string              `json:"title" need:"yes" doc:"What it is called"`
	Summary     string              `json:"summary" need:"yes" doc:"What is done"`
	Benefit     string              `json:"benefit" doc:"Why"`
	Theme       string              `json:"theme" doc:"The source's grouping"`
	Area        ident.ID            `json:"area" need:"yes" doc:"The area that it counts in"`
	AlsoIn      []ident.ID          `json:"also_in" doc:"Other areas that it bears on"`
	Principles  []ident.ID          `json:"principles" doc:"Principles of the source that it serves"`
	Leads       []ident.ID          `json:"leads" doc:"Roles that do it"`
	Accountable ident.ID            `json:"accountable" doc:"The role that answers for it"`
	From        model.Phase         `json:"from" need:"yes" doc:"The phase in which it becomes due"`
	By          model.Phase         `json:"by" need:"yes" doc:"The phase by which it is overdue if never done"`
	Until       model.Phase         `json:"until" doc:"The last phase in which it is asked for; none for always"`
	Every       civil.Period        `json:"every" doc:"How long it stays current"`
	Triggers    []model.TriggerKind `json:"triggers" doc:"What makes it due again"`
	Outputs     []string            `json:"outputs" c1:"list" doc:"What comes of it"`
	After       []ident.ID          `json:"after" doc:"Activities that it builds on"`
	Lifecycle   Lifecycle           `json:"lifecycle" doc:"Where it is asked in one lifecycle only"`
	WhenText    string              `json:"when" doc:"When, in words"`
	Mark        Mark                `json:"mark" doc:"How sure the source is of the activity itself"`
	TimingMark  Mark                `json:"timing_mark" doc:"How sure the source is of its timing"`
}

// Relation is how something shows a requirement to be met.
type Relation string

// The relations.
const (
	Equal      Relation = "equal"
	Superset   Relation = "superset"
	Subset     Relation = "subset"
	Intersects Relation = "intersects"
)

// Words of a relation.
func (Relation) Words() []schema.Word {
	return []schema.Word{{Name: "equal", Doc: "the same"}, {Name: "superset", Doc: "more than is asked"}, {Name: "subset", Doc: "part of what is asked"}, {Name: "intersects", Doc: "some of both"}}
}

// Effort is how much work something is.
type Effort string

// Words of effort.
func (Effort) Words() []schema.Word {
	return []schema.Word{{Name: "low", Doc: "days"}, {Name: "medium", Doc: "weeks"}, {Name: "high", Doc: "months"}}
}

// Baseline is the set of controls that a tier requires.
type Baseline struct {
	ID    ident.ID       `json:"id" need:"yes" doc:"A short name"`
	Tier  ident.ID       `json:"tier" need:"yes" doc:"The tier"`
	Items []BaselineItem `json:"items" need:"yes" doc:"What it adds to the baseline of the tier below"`
	Mark  Mark           `json:"mark" doc:"How sure the source is"`
}

// BaselineItem is one control that a tier requires.
type BaselineItem struct {
	Control ident.ID    `json:"control" need:"yes" doc:"The control"`
	From    model.Phase `json:"from" need:"yes" doc:"The phase from which it is required"`
	Why     string      `json:"why" need:"yes" doc:"Why"`
}

// Authority is one row of the authority table: who may decide what.
type Authority struct {
	ID            ident.ID       `json:"id" need:"yes" doc:"A short name"`
	Decision      ident.ID       `json:"decision" need:"yes" doc:"The kind of decision"`
	Of            ident.ID       `json:"of" doc:"The sub-kind of a sign-off; none for all"`
	Kind          model.RiskKind `json:"risk_kind" doc:"The kind of risk; none for all"`
	UpTo          model.Band     `json:"up_to" doc:"Up to this band; none for all"`
	UpToTier      ident.ID       `json:"up_to_tier" doc:"Up to this tier; none for all"`
	Roles         []ident.ID     `json:"roles" doc:"The roles that may"`
	Quorum        int            `json:"quorum" min:"1" max:"9" doc:"How many must; one where not said"`
	Consult       []ident.ID     `json:"consult" doc:"The roles that must have been asked"`
	Longest       civil.Period   `json:"longest" doc:"The longest that it may hold"`
	NotAcceptable bool           `json:"not_acceptable" doc:"Nobody may"`
	Why           string         `json:"why" doc:"Why"`
	Mark          Mark           `json:"mark" doc:"How sure the source is"`
}

// Profile is an indicative profile: levels, each with what it asks.
type Profile struct {
	ID      ident.ID `json:"id" need:"yes" doc:"A short name"`
	Title   string   `json:"title" need:"yes" doc:"What it is called"`
	Summary string   `json:"summary" need:"yes" doc:"What it says and what it does not"`
	Levels  []Level  `json:"levels" need:"yes" c1:"list" doc:"From the highest; the last asks nothing"`
	Mark    Mark     `json:"mark" doc:"How sure the source is"`
}

// Level is one level of a profile.
type Level struct {
	ID   ident.ID `json:"id" need:"yes" doc:"Such as high"`
	Asks []Ask    `json:"asks" doc:"All of these must be so"`
}

// Measure is something that the engine counts.
type Measure string

// The measures.
const (
	OverdueActivities    Measure = "overdue-activities"
	DueActivities        Measure = "due-activities"
	RisksAbove           Measure = "risks-above"
	RisksUnjudged        Measure = "risks-unjudged"
	ControlsFailing      Measure = "controls-failing"
	ControlsNotClaimed   Measure = "controls-not-claimed"
	ControlsNotEvidenced Measure = "controls-not-evidenced"
	FindingsOverdue      Measure = "findings-overdue"
	DecisionsLapsed      Measure = "decisions-lapsed"
	ContextUnknown       Measure = "context-unknown"
	ContextProposed      Measure = "context-proposed"
	StatementsUnanswered Measure = "statements-unanswered"
	RequirementsBelow    Measure = "requirements-below"
	SuppliersBlocked     Measure = "suppliers-blocked"
	ThreatsUnmanaged     Measure = "threats-unmanaged"
	PathsEasy            Measure = "paths-easy"
	ResidualScore        Measure = "residual-score"
)

// Words of a measure.
func (Measure) Words() []schema.Word {
	return []schema.Word{
		{Name: string(OverdueActivities)},
		{Name: string(DueActivities)},
		{Name: string(RisksAbove), Doc: "above appetite, as the phase judges"},
		{Name: string(RisksUnjudged)},
		{Name: string(ControlsFailing)},
		{Name: string(ControlsNotClaimed), Doc: "required controls that are missing, planned or unknown"},
		{Name: string(ControlsNotEvidenced), Doc: "required controls that are not evidenced"},
		{Name: string(FindingsOverdue)},
		{Name: string(DecisionsLapsed)},
		{Name: string(ContextUnknown), Doc: "things about the context that nobody has said"},
		{Name: string(ContextProposed), Doc: "tier, appetite, classification or scope not signed off"},
		{Name: string(StatementsUnanswered)},
		{Name: string(RequirementsBelow), Doc: "requirements of a chosen framework that are below the profile aimed at"},
		{Name: string(SuppliersBlocked), Doc: "suppliers that are not ready for what they are used for"},
		{Name: string(ThreatsUnmanaged), Doc: "grave threats that nothing answers, that are in no risk, and that nobody put aside"},
		{Name: string(PathsEasy), Doc: "data, functions and losses that an ordinary attacker has a modelled way to, as evidenced"},
		{Name: string(ResidualScore), Doc: "the scores of all residual risks together, as evidenced"},
	}
}

// Ask is one condition of a profile or a gate.
type Ask struct {
	Measure Measure     `json:"measure" need:"yes" doc:"What is counted"`
	AtMost  int         `json:"at_most" doc:"How many there may be"`
	Percent int         `json:"percent" min:"0" max:"100" doc:"Or what share there may be, in percent"`
	From    model.Phase `json:"from" doc:"The phase from which it is asked; none for always"`
}

// Gate is a point where work may not go on without something.
type Gate struct {
	ID        ident.ID    `json:"id" need:"yes" doc:"A short name"`
	Title     string      `json:"title" need:"yes" doc:"What it is called"`
	Summary   string      `json:"summary" doc:"What passing it allows"`
	Before    model.Phase `json:"before" need:"yes" doc:"The phase that it stands before"`
	From      civil.Date  `json:"from" doc:"The first day on which it exists"`
	Until     civil.Date  `json:"until" doc:"The last day on which it exists"`
	Lifecycle Lifecycle   `json:"lifecycle" doc:"Where it is for one lifecycle only"`
	Asks      []Ask       `json:"asks" need:"yes" doc:"What it asks"`
	AsksMark  Mark        `json:"asks_mark" doc:"How sure the source of what it asks is, where that is not as sure as that there is such a gate"`
	SignOff   Attribute   `json:"sign_off" doc:"Whether a sign-off is needed as well"`
	Mark      Mark        `json:"mark" doc:"How sure the source is"`
}

// Attribute is yes, no or unknown.
type Attribute = model.Attribute

// Deadline is how soon a weakness must be mended.
type Deadline struct {
	ID         ident.ID     `json:"id" need:"yes" doc:"A short name"`
	Severity   model.Band   `json:"severity" need:"yes" doc:"The severity; very-high is critical"`
	Exposure   model.Trust  `json:"exposure" doc:"Where the component can be reached by these people or more; none for all"`
	Within     civil.Period `json:"within" need:"yes" doc:"How soon"`
	Acceptable Attribute    `json:"acceptable" doc:"Whether it may be accepted instead"`
	Mitigate   civil.Period `json:"mitigate" doc:"How soon its effect must be held down, before it is mended"`
	Review     civil.Period `json:"review" doc:"How often it is looked at again where it was accepted"`
	Escalate   []Escalation `json:"escalate" c1:"list" doc:"Who is told when it stays open, and after how long"`
	Mark       Mark         `json:"mark" doc:"How sure the source is"`
}

// Escalation is who is told when a weakness stays open.
type Escalation struct {
	After civil.Period `json:"after" need:"yes" doc:"How long after it was first seen"`
	To    ident.ID     `json:"to" need:"yes" doc:"The role that is told"`
}

// Settings are numbers that the engine uses. The organisation's packs may replace them.
type Settings struct {
	ReaffirmWithin  civil.Period `json:"reaffirm_within" doc:"How long a decision holds after a wording that it rests on was changed"`
	ReconfirmWithin civil.Period `json:"reconfirm_within" doc:"How long a decision holds after whoever made it left their role, before it is suspended until somebody in that role decides it again"`
	ConditionGrace  civil.Period `json:"condition_grace" doc:"How long a decision is suspended while a condition's evidence is out of date, before it lapses"`
	EstablishWithin civil.Period `json:"establish_within" doc:"How long a service adopted in mid-life has to establish what earlier phases ask"`
	OwnCheck        Check        `json:"own_check" doc:"How a control that is not in the library is shown to work"`
	MaxProbes       int          `json:"max_probes" doc:"How many later moments are judged to find the next change"`
	MaxActions      int          `json:"max_actions" doc:"How many things that could be done next are tried, to rank them by what they gain"`
	Gains           []Gain       `json:"gains" c1:"list" doc:"How much it is worth to have one less of each thing that is counted"`
}

// Gain is how much it is worth to have one less of something that is counted.
type Gain struct {
	Measure Measure `json:"measure" need:"yes" doc:"What is counted"`
	Worth   int     `json:"worth" need:"yes" min:"1" max:"1000" doc:"What one less is worth"`
}
