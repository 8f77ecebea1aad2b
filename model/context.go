package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Context is area 1: set your context.
type Context struct {
	Classification    Classification `json:"classification" doc:"The tier that the team proposes for the service as a whole: OFFICIAL, SECRET or TOP SECRET"`
	Markings          []Marking      `json:"markings" doc:"Markings inside the tier, such as SENSITIVE"`
	Need              string         `json:"need" doc:"Why the service is needed"`
	Users             []Users        `json:"users" kind:"users" doc:"Who uses the service"`
	UserSecurityNeeds []Need         `json:"user_security_needs" kind:"need" doc:"What users need of its security, from user research"`
	Functions         []Function     `json:"functions" kind:"function" doc:"What the service must be able to do, and what it means if it cannot"`
	BusinessImpact    BusinessImpact `json:"business_impact" doc:"What it would mean if the service failed"`
	BusinessCase      BusinessCase   `json:"business_case" doc:"The business case and its security section"`
	Assets            []Asset        `json:"assets" kind:"asset" doc:"Assets other than data and components: documents, reputation, intellectual property, people"`
	ImpactTable       []ImpactRow    `json:"impact_table" doc:"What each level of impact means here; the unit's own table is the usual place"`
	Obligations       []Obligation   `json:"obligations" kind:"obligation" doc:"Law, policy and contracts that apply"`
	DataProtection    DataProtection `json:"data_protection" doc:"The data-protection screen and the impact assessment"`
	Scope             Scope          `json:"scope" doc:"Where the team's responsibility ends"`
	Appetite          Appetite       `json:"appetite" doc:"What may be borne"`
}

// Users is a group of people who use the service.
type Users struct {
	ID     ident.ID `json:"id" need:"yes" doc:"A short name"`
	Name   string   `json:"name" need:"yes" doc:"Who they are"`
	People People   `json:"people" doc:"What kind of people"`
	Count  int64    `json:"count" doc:"About how many"`
}

// Need is a security need of users.
type Need struct {
	ID     ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Text   string     `json:"text" need:"yes" doc:"What they need"`
	Users  []ident.ID `json:"users" ref:"users" doc:"Whose need it is"`
	Source string     `json:"source" doc:"The research that showed it"`
}

// Function is something that the service must be able to do.
type Function struct {
	ID            ident.ID       `json:"id" need:"yes" doc:"A short name"`
	Name          string         `json:"name" need:"yes" doc:"What it does"`
	Criticality   Criticality    `json:"criticality" doc:"What it would mean to lose it"`
	Components    []ident.ID     `json:"components" ref:"component" doc:"The components that it needs"`
	TolerableStop civil.Period   `json:"tolerable_stop" doc:"How long it may be out of use, such as P2D for two days"`
	Formerly      []ident.ID     `json:"formerly" doc:"Ids that it had before"`
	Supports      []ident.ID     `json:"supports" ref:"function" doc:"Other functions that rest on it"`
	Losses        []ident.ID     `json:"losses" ref:"loss" doc:"Unacceptable losses that would follow"`
	Note          string         `json:"note" doc:"Anything else worth saying"`
	Safety        Attribute      `json:"safety" doc:"Whether people could be hurt if it went wrong"`
	Classified    Classification `json:"classification" doc:"Where the function is more sensitive than its data"`
}

// Criticality is how much something matters.
type Criticality string

// Words of criticality.
func (Criticality) Words() []schema.Word {
	return []schema.Word{{Name: "low"}, {Name: "medium", Old: []string{"important"}}, {Name: "high"}, {Name: "critical", Old: []string{"mission-critical", "very-high"}}, {Name: "unknown", Absent: true}}
}

// Rank orders criticality from 1; 0 is unknown.
func (c Criticality) Rank() int {
	switch c {
	case "low":
		return 1
	case "medium":
		return 2
	case "high":
		return 3
	case "critical":
		return 4
	}
	return 0
}

// BusinessImpact says what it would mean if the service failed.
type BusinessImpact struct {
	Summary     string      `json:"summary" doc:"In a sentence"`
	Criticality Criticality `json:"criticality" doc:"How much it matters"`
	Worst       Impact      `json:"worst" doc:"The worst credible impact on each axis, from 1 to 5"`
}

// Impact is a judgement on each axis, from 1 to 5; an axis that is not named is not touched.
type Impact struct {
	Financial    Level `json:"financial" doc:"Money"`
	Operational  Level `json:"operational" doc:"What the organisation can no longer do"`
	Legal        Level `json:"legal" doc:"Law and regulation"`
	Reputational Level `json:"reputational" doc:"Trust"`
	Safety       Level `json:"safety" doc:"Harm to people"`
}

// On gives the level on an axis.
func (i Impact) On(a Axis) Level {
	switch a {
	case Financial:
		return i.Financial
	case Operational:
		return i.Operational
	case Legal:
		return i.Legal
	case Reputational:
		return i.Reputational
	default:
		return i.Safety
	}
}

// BusinessCase is the business case and its security section.
type BusinessCase struct {
	Document        Artefact  `json:"document" need:"yes" doc:"The business case"`
	SecuritySection Attribute `json:"security_section" doc:"Whether security and its cost are in it"`
	CostPence       int64     `json:"cost_pence" doc:"What security costs over the life of the case, in pence"`
}

// Asset is something worth protecting that is neither data nor a component.
type Asset struct {
	ID          ident.ID    `json:"id" need:"yes" doc:"A short name"`
	Name        string      `json:"name" need:"yes" doc:"What it is"`
	Kind        AssetKind   `json:"kind" doc:"What kind of thing"`
	Owner       string      `json:"owner" doc:"The role that owns it"`
	Criticality Criticality `json:"criticality" doc:"How much it matters"`
	Value       Valuation   `json:"value" doc:"What it would mean to lose its confidentiality, integrity or availability"`
}

// AssetKind says what kind of thing an asset is.
type AssetKind string

// Words of an asset kind.
func (AssetKind) Words() []schema.Word {
	return words("network", "information", "documentation", "intellectual-property", "reputation", "people", "equipment", "building", "money")
}

// Valuation says what it would mean to lose something, from 1 to 5 against the impact reference table.
type Valuation struct {
	Confidentiality Level `json:"confidentiality" doc:"If the wrong people learnt it"`
	Integrity       Level `json:"integrity" doc:"If it were wrong"`
	Availability    Level `json:"availability" doc:"If it were not there"`
}

// ImpactRow says what one level means on one axis.
type ImpactRow struct {
	Axis    Reduced `json:"axis" need:"yes" doc:"financial, operational, legal, reputational or safety"`
	Level   Level   `json:"level" need:"yes" doc:"From 1 to 5"`
	Meaning string  `json:"meaning" need:"yes" doc:"What that level means"`
}

// Obligation is a law, policy or contract.
type Obligation struct {
	ID            ident.ID       `json:"id" need:"yes" doc:"A short name"`
	Name          string         `json:"name" need:"yes" doc:"What it is called"`
	Kind          ObligationKind `json:"kind" doc:"law, policy or contract"`
	Applies       Attribute      `json:"applies" doc:"Whether it applies"`
	Justification string         `json:"justification" doc:"Why it does or does not"`
	Consulted     Attribute      `json:"consulted" doc:"Whether an expert was asked"`
	Controls      []ident.ID     `json:"controls" ref:"control" doc:"Controls that meet it"`
}

// ObligationKind says where an obligation comes from.
type ObligationKind string

// Words of an obligation kind.
func (ObligationKind) Words() []schema.Word {
	return []schema.Word{{Name: "law", Old: []string{"legal", "regulatory"}}, {Name: "policy", Old: []string{"government-policy"}}, {Name: "contract", Old: []string{"contractual"}}}
}

// DataProtection is the screen for a data protection impact assessment. Attributes that the data itself answers (special
// category, offence data, children) are worked out; these are the ones that it cannot.
type DataProtection struct {
	InnovativeTechnology Attribute `json:"innovative_technology" doc:"Whether personal data is used with new technology"`
	AutomatedDecisions   Attribute `json:"automated_decisions" doc:"Whether people are decided about without a person, or denied a service"`
	Profiling            Attribute `json:"profiling" doc:"Whether people are profiled on a large scale"`
	Matching             Attribute `json:"matching" doc:"Whether data from different sources is matched"`
	InvisibleProcessing  Attribute `json:"invisible_processing" doc:"Whether data comes from elsewhere without people being told"`
	Tracking             Attribute `json:"tracking" doc:"Whether people's place or behaviour is followed"`
	PublicMonitoring     Attribute `json:"public_monitoring" doc:"Whether public places are watched systematically"`
	PhysicalHarm         Attribute `json:"physical_harm" doc:"Whether a breach could endanger somebody's health or safety"`
	Assessment           Artefact  `json:"assessment" doc:"The data protection impact assessment, when there is one"`
}

// Scope is where the team's responsibility ends.
type Scope struct {
	Statement  string     `json:"statement" doc:"What is in and what is out"`
	Boundaries []Boundary `json:"boundaries" kind:"boundary" doc:"Each place where responsibility passes to somebody else"`
}

// Boundary is a scope boundary: a place where responsibility passes to somebody else, with a named acceptor on each side.
type Boundary struct {
	ID            ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name          string     `json:"name" need:"yes" doc:"What it is"`
	With          string     `json:"with" need:"yes" doc:"Who is on the other side"`
	OurAcceptor   string     `json:"our_acceptor" doc:"The role on our side that accepts the risk of it"`
	TheirAcceptor string     `json:"their_acceptor" doc:"The role on the other side that accepts the risk of it"`
	Flows         []ident.ID `json:"flows" ref:"flow" doc:"The flows that cross it"`
	Data          []ident.ID `json:"data" ref:"data" doc:"The data that crosses it"`
	Agreed        civil.Date `json:"agreed" doc:"The day on which both sides agreed"`
	Checked       civil.Date `json:"checked" doc:"The day on which the names were last checked"`
	Agreement     Artefact   `json:"agreement" doc:"The written agreement"`
}

// Appetite is what may be borne: a proposal until the one who may has signed it.
type Appetite struct {
	Statement          string         `json:"statement" doc:"What may be borne, in words that anybody can use"`
	UnacceptableLosses []Loss         `json:"unacceptable_losses" kind:"loss" doc:"What may not happen at any likelihood without the accountable person's decision"`
	Max                Band           `json:"max" doc:"The highest band of risk that may be borne"`
	ByKind             []KindAppetite `json:"by_kind" doc:"Stricter bands for some kinds of risk"`
	Document           Artefact       `json:"document" doc:"The appetite statement"`
}

// Loss is an unacceptable loss.
type Loss struct {
	ID       ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Text     string     `json:"text" need:"yes" doc:"What may not happen"`
	Axis     Reduced    `json:"axis" doc:"The kind of loss"`
	Formerly []ident.ID `json:"formerly" doc:"Ids that it had before"`
}

// KindAppetite is the band for one kind of risk.
type KindAppetite struct {
	Kind RiskKind `json:"kind" need:"yes" doc:"The kind of risk"`
	Max  Band     `json:"max" need:"yes" doc:"The highest band that may be borne"`
}
