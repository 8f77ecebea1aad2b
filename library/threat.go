package library

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Rule is a threat rule: where something could be done to an element of an architecture, and which controls answer it.
type Rule struct {
	ID         ident.ID       `json:"id" need:"yes" doc:"A short name; it is the first part of the id of every threat that it finds"`
	Title      string         `json:"title" need:"yes" doc:"The threat in a few words; {it}, {source} and {destination} stand for names"`
	Text       string         `json:"text" need:"yes" doc:"What somebody could do, and what it would mean, in a sentence or two"`
	On         Element        `json:"on" need:"yes" doc:"The kind of element that it is about"`
	Where      []Trait        `json:"where" c1:"list" doc:"Where it can happen: all of these must be so"`
	Once       Once           `json:"after" doc:"The day in the element after which it can happen; none for always"`
	Stopped    []Stop         `json:"stopped" c1:"list" doc:"What the team says of the element that would stop it, and the control that this stands for"`
	Answers    []ident.ID     `json:"answers" need:"yes" c1:"list" doc:"The controls any one of which answers it, the first the one to suggest"`
	Stride     []model.Stride `json:"stride" doc:"What an attacker would do, by STRIDE"`
	Linddun    []Linddun      `json:"linddun" doc:"What it would do to people's privacy, by LINDDUN"`
	Weaknesses []string       `json:"weaknesses" doc:"Weaknesses by number, such as CWE-306"`
	Patterns   []string       `json:"patterns" doc:"Attack patterns by number, such as CAPEC-115"`
	Techniques []string       `json:"techniques" doc:"Techniques by number, such as T1190"`
	Harms      []Property     `json:"harms" need:"yes" doc:"What is lost: confidentiality, integrity, availability"`
	Likelihood int            `json:"likelihood" min:"-3" max:"3" doc:"How much more or less likely it is than the exposure of the element says"`
	Ask        []Asking       `json:"ask" c1:"list" doc:"What to ask where an attribute is not known"`
	Fires      []string       `json:"fires" c1:"list" doc:"Pieces of a service file in which it must find something"`
	Quiet      []string       `json:"quiet" c1:"list" doc:"Pieces of a service file in which it must find nothing"`
	Formerly   []ident.ID     `json:"formerly" doc:"Ids that it had before"`
	Mark       Mark           `json:"mark" doc:"How sure the source is"`
}

// Element is a kind of element that a rule is about.
type Element string

// The kinds of element.
const (
	OnAComponent Element = "component"
	OnAFlow      Element = "flow"
	OnData       Element = "data"
	OnAnIdentity Element = "identity"
	OnARuntime   Element = "runtime"
	OnAZone      Element = "zone"
	OnASupplier  Element = "supplier"
	OnTheService Element = "service"
)

// Words of an element.
func (Element) Words() []schema.Word {
	return []schema.Word{{Name: "component"}, {Name: "flow"}, {Name: "data"}, {Name: "identity"}, {Name: "runtime"}, {Name: "zone"}, {Name: "supplier"}, {Name: "service"}}
}

// Trait is something that is so of an element when the attribute is one of some words, or none of some. Where the
// attribute is not known, nobody knows whether it is so.
type Trait struct {
	Of    string   `json:"of" doc:"Whose attribute: of the element itself where nothing is said, of source or destination of a flow, or of its runtime, zone or supplier"`
	Is    string   `json:"is" need:"yes" doc:"The attribute"`
	In    []string `json:"in" doc:"It is one of these"`
	NotIn []string `json:"not_in" doc:"It is none of these"`
}

// Stop is what a team says of an element that would stop a threat. It is a claim of the control, and no more than that.
type Stop struct {
	When    []Trait  `json:"when" need:"yes" c1:"list" doc:"All of these must be so"`
	Control ident.ID `json:"control" need:"yes" doc:"The control that this stands for"`
}

// Asking is a question about an attribute that is not known.
type Asking struct {
	Is   string `json:"is" need:"yes" doc:"The attribute"`
	Text string `json:"text" need:"yes" doc:"The question, in plain words; {it}, {source} and {destination} stand for names"`
}

// Once names the day in an element after which a rule applies.
type Once string

// AfterSupport is the last day on which a component's maker mends it.
const AfterSupport Once = "supported-until"

// Words of it.
func (Once) Words() []schema.Word { return []schema.Word{{Name: string(AfterSupport)}} }

// Property is what is lost.
type Property string

// The properties.
const (
	Confidentiality Property = "confidentiality"
	Integrity       Property = "integrity"
	Availability    Property = "availability"
)

// Words of a property.
func (Property) Words() []schema.Word {
	return []schema.Word{{Name: "confidentiality"}, {Name: "integrity"}, {Name: "availability"}}
}

// Linddun is a category of harm to privacy.
type Linddun string

// Words of LINDDUN.
func (Linddun) Words() []schema.Word {
	return []schema.Word{
		{Name: "linking"},
		{Name: "identifying"},
		{Name: "non-repudiation"},
		{Name: "detecting"},
		{Name: "data-disclosure"},
		{Name: "unawareness"},
		{Name: "non-compliance"},
	}
}

// Step is one kind of step of an attack: how hard it is where nothing is in its way, what gets in its way, and what
// notices it.
type Step struct {
	ID         ident.ID   `json:"id" need:"yes" doc:"The kind of step, by the name that the engine has for it"`
	Title      string     `json:"title" need:"yes" doc:"What is done, as a clause; {from} and {to} stand for names"`
	Difficulty int        `json:"difficulty" need:"yes" min:"1" max:"5" doc:"From 1, anybody could, to 5, only the most capable"`
	Barriers   []Barrier  `json:"barriers" c1:"list" doc:"What gets in its way"`
	Seen       []ident.ID `json:"seen" doc:"The controls that notice it, on what is attacked"`
	Techniques []string   `json:"techniques" doc:"Techniques by number, such as T1190"`
	Mark       Mark       `json:"mark" doc:"How sure the source is"`
}

// Barrier is a control that gets in the way of a step.
type Barrier struct {
	Control ident.ID  `json:"control" need:"yes" doc:"The control, on what is attacked"`
	Harder  int       `json:"harder" min:"0" max:"4" doc:"How many levels harder it makes the step; none where it blocks it"`
	Blocks  Attribute `json:"blocks" doc:"Yes if the step cannot be taken at all while it works"`
	Only    []Trait   `json:"only" c1:"list" doc:"Where it gets in the way at all; none for everywhere"`
	Said    []Trait   `json:"said" c1:"list" doc:"What the team says of the element that stands for the control, as a claim"`
	Denied  []Trait   `json:"denied" c1:"list" doc:"What the team says of the element that means that it is not there"`
}

// ThreatScale says how likely a threat is by who can reach the element, and how bad by the data at stake. The highest row
// that fits counts.
type ThreatScale struct {
	Exposure []Exposed  `json:"exposure" c1:"list" doc:"How likely, by who can reach it"`
	Unknown  int        `json:"unknown" min:"0" max:"5" doc:"How likely, where nobody said who can reach it"`
	Grades   []Grade    `json:"grades" c1:"list" doc:"How bad, by the data at stake"`
	Least    int        `json:"least" min:"0" max:"5" doc:"How bad, where no row fits"`
	Raise    model.Band `json:"raise" doc:"The band from which a threat belongs in the risk register"`
	Easy     int        `json:"easy" min:"0" max:"9" doc:"A path is easy when no step of it is harder than this"`
	Require  model.Band `json:"require" doc:"The band from which one of its answers is required until the threat is put aside"`
}

// Exposed is how likely a threat is where these people can reach the element.
type Exposed struct {
	To    model.Trust `json:"to" need:"yes" doc:"Who can reach it"`
	Level int         `json:"level" need:"yes" min:"1" max:"5" doc:"How likely, from 1 to 5"`
}

// Grade is how bad it is to lose data of a kind. All that it names must be so; what nobody said counts as so.
type Grade struct {
	Level          int                  `json:"level" need:"yes" min:"1" max:"5" doc:"How bad, from 1 to 5"`
	Word           string               `json:"word" need:"yes" doc:"What it is called, such as high: the attribute sensitivity of rules"`
	Classification model.Classification `json:"classification" doc:"This classification or above"`
	Marking        model.Marking        `json:"marking" doc:"This marking"`
	Personal       model.Attribute      `json:"personal" doc:"Personal data"`
	Special        model.Attribute      `json:"special" doc:"Special category or criminal offence data"`
	Credentials    model.Attribute      `json:"credentials" doc:"Secrets that open something else"`
	Records        int64                `json:"records" doc:"At least so many records"`
}
