package model

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Architecture is the parts of the service, where trust changes, and how data moves: the information-flow map.
type Architecture struct {
	Zones      []Zone      `json:"zones" kind:"zone" doc:"Trust zones: where trust changes"`
	Components []Component `json:"components" kind:"component" doc:"The parts of the service and what it is connected to"`
	Flows      []Flow      `json:"flows" kind:"flow" doc:"How data moves between components"`
	Identities []Account   `json:"identities" kind:"identity" doc:"Accounts and roles that people and software act as"`
	Runtimes   []Runtime   `json:"runtimes" kind:"runtime" doc:"What components share to run on"`
}

// Zone is a trust zone.
type Zone struct {
	ID       ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name     string     `json:"name" doc:"What it is called"`
	Trust    Trust      `json:"trust" doc:"Who can be expected inside: isolated, internal, partner or public"`
	Parent   ident.ID   `json:"parent" ref:"zone" doc:"The zone that it is inside"`
	Formerly []ident.ID `json:"formerly" doc:"Ids that it had before"`
}

// Component is a part of the service, or something that it is connected to.
type Component struct {
	ID             ident.ID      `json:"id" need:"yes" doc:"A short name"`
	Name           string        `json:"name" doc:"What it is called"`
	Type           ComponentType `json:"type" need:"yes" doc:"What it is, such as web-application or datastore"`
	Zone           ident.ID      `json:"zone" ref:"zone" doc:"The trust zone that it is in"`
	Parent         ident.ID      `json:"parent" ref:"component" doc:"The component that it is part of"`
	Runtime        ident.ID      `json:"runtime" ref:"runtime" doc:"What it runs on with others"`
	OutOfScope     Attribute     `json:"out_of_scope" doc:"Yes if somebody else answers for it: it is modelled because the service is connected to it"`
	Supplier       ident.ID      `json:"supplier" ref:"supplier" doc:"The supplier who makes or runs it"`
	Provider       ident.ID      `json:"provider" doc:"The service that provides it, by its id"`
	Owner          string        `json:"owner" doc:"The role that answers for it"`
	Technology     string        `json:"technology" doc:"What it is made with"`
	Version        string        `json:"version" doc:"Its version"`
	SupportedUntil civil.Date    `json:"supported_until" doc:"The last day on which its maker mends it"`
	Holds          []ident.ID    `json:"holds" ref:"data" doc:"Data at rest in it"`
	Handles        []ident.ID    `json:"handles" ref:"data" doc:"Data that it processes without keeping it"`
	Secrets        []ident.ID    `json:"secrets" ref:"identity" doc:"Identities whose secrets it holds"`
	Encryption     Encryption    `json:"encryption" doc:"How data at rest in it is kept from being read"`
	InternetFacing Attribute     `json:"internet_facing" doc:"Whether anybody on the internet can connect to it"`
	Management     Attribute     `json:"management" doc:"Whether it manages other components"`
	ForPeople      Attribute     `json:"for_people" doc:"Whether people use it directly"`
	MultiTenant    Attribute     `json:"multi_tenant" doc:"Whether it is shared with others who must be kept apart"`
	Custom         Attribute     `json:"custom" doc:"Whether the team wrote it"`
	AcceptsFiles   Attribute     `json:"accepts_files" doc:"Whether it takes files or markup from others"`
	Logs           Attribute     `json:"logs" doc:"Whether it records what happens to it"`
	Redundant      Attribute     `json:"redundant" doc:"Whether it goes on when one of it fails"`
	BackedUp       Attribute     `json:"backed_up" doc:"Whether it can be brought back from a copy"`
	Criticality    Criticality   `json:"criticality" doc:"How much it matters"`
	Value          Valuation     `json:"value" doc:"What it would mean to lose its confidentiality, integrity or availability"`
	Interfaces     []string      `json:"interfaces" doc:"What it offers to others, such as an address of an API description"`
	Bill           Artefact      `json:"bill_of_materials" doc:"Its software bill of materials"`
	Tags           []string      `json:"tags" doc:"Words of the team's own"`
	Formerly       []ident.ID    `json:"formerly" doc:"Ids that it had before"`
	Note           string        `json:"note" doc:"Anything else worth saying"`
}

// Flow is data moving from one component to another.
type Flow struct {
	ID             ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name           string     `json:"name" doc:"What it is for"`
	Source         ident.ID   `json:"source" need:"yes" ref:"component" doc:"The component that starts it"`
	Destination    ident.ID   `json:"destination" need:"yes" ref:"component" doc:"The component that it goes to"`
	Bidirectional  Attribute  `json:"bidirectional" doc:"Whether data goes both ways"`
	Data           []ident.ID `json:"data" ref:"data" doc:"The data that it carries"`
	Protocol       string     `json:"protocol" doc:"How it is carried, such as https"`
	Authentication SignIn     `json:"authentication" doc:"How the one who connects is known"`
	Authorization  SignIn     `json:"authorization" doc:"On whose behalf it is allowed"`
	Encryption     Encryption `json:"encryption" doc:"How data in transit is kept from being read"`
	Management     Attribute  `json:"management" doc:"Whether it is used to manage the destination"`
	Filtered       Attribute  `json:"filtered" doc:"Whether only known addresses can connect"`
	RateLimited    Attribute  `json:"rate_limited" doc:"Whether it is kept to what is expected"`
	Validated      Attribute  `json:"validated" doc:"Whether the destination checks what it is given"`
	Logged         Attribute  `json:"logged" doc:"Whether its use is recorded"`
	Identity       ident.ID   `json:"identity" ref:"identity" doc:"The identity that the source acts as"`
	Formerly       []ident.ID `json:"formerly" doc:"Ids that it had before"`
	Note           string     `json:"note" doc:"Anything else worth saying"`
}

// Account is an account or a role that people or software act as.
type Account struct {
	ID          ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name        string     `json:"name" doc:"What it is called"`
	People      Attribute  `json:"people" doc:"Whether people act as it"`
	Privileged  Attribute  `json:"privileged" doc:"Whether it can change how the service works or who may use it"`
	Components  []ident.ID `json:"components" ref:"component" doc:"The components where it can act"`
	MultiFactor Attribute  `json:"multi_factor" doc:"Whether more than a password is needed"`
	Personal    Attribute  `json:"individual" doc:"Whether each person has their own"`
	Owner       string     `json:"owner" doc:"The role that answers for it"`
	Formerly    []ident.ID `json:"formerly" doc:"Ids that it had before"`
}

// Runtime is what components share to run on.
type Runtime struct {
	ID        ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name      string     `json:"name" doc:"What it is called"`
	Supplier  ident.ID   `json:"supplier" ref:"supplier" doc:"The supplier who runs it"`
	Provider  ident.ID   `json:"provider" doc:"The service that provides it, by its id"`
	Isolation Attribute  `json:"isolation" doc:"Whether what runs on it is kept apart"`
	Formerly  []ident.ID `json:"formerly" doc:"Ids that it had before"`
}
