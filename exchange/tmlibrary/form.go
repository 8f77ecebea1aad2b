package tmlibrary

import (
	"encoding/json"
	"slices"
)

// The parts of the form that are read.

type file struct {
	Schema         string
	Version        string
	Description    string
	Released       string
	ProductRelease string
	Reviewed       string
	Repository     string
	Documents      string
	Scope          *scope

	Diagrams, Zones, Boundaries, Actors, Components, Stores, Sets, Flows raw
	Assumptions, Personas, Threats, Controls, Risks, Extensions, Frozen  raw
}

// members gives where each member of the file goes.
func (f *file) members() map[string]any {
	return map[string]any{
		"$schema": &f.Schema, "version": &f.Version, "description": &f.Description, "released_at": &f.Released,
		"product_release_date": &f.ProductRelease, "reviewed_at": &f.Reviewed, "repo_link": &f.Repository,
		"release_docs_link": &f.Documents, "scope": &f.Scope, "frozen": &f.Frozen, "diagrams": &f.Diagrams,
		"trust_zones": &f.Zones, "trust_boundaries": &f.Boundaries, "actors": &f.Actors, "components": &f.Components,
		"data_stores": &f.Stores, "data_sets": &f.Sets, "data_flows": &f.Flows, "assumptions": &f.Assumptions,
		"threat_personas": &f.Personas, "threats": &f.Threats, "controls": &f.Controls, "risks": &f.Risks,
		"extensions": &f.Extensions,
	}
}

type scope struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Criticality string `json:"business_criticality"`
	Sensitivity raw    `json:"data_sensitivity"`
	Exposure    string `json:"exposure"`
	Tier        string `json:"tier"`
}

// named is what most things of the form have.
type named struct {
	Symbol      string `json:"symbolic_name"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type boundary struct {
	A              string `json:"trust_zone_a"`
	B              string `json:"trust_zone_b"`
	Authentication raw    `json:"authentication_methods"`
	Access         raw    `json:"access_control_methods"`

	AccessEnds   raw `json:"access_token_expires"`
	AccessLasts  raw `json:"access_token_ttl"`
	Refresh      raw `json:"has_refresh_token"`
	RefreshEnds  raw `json:"refresh_token_expires"`
	RefreshLasts raw `json:"refresh_token_ttl"`
	UserLeaves   raw `json:"can_user_logout"`
	SystemEnds   raw `json:"can_system_logout"`
}

// sessions says whether anything is said of how sessions end.
func (b *boundary) sessions() bool {
	all := []raw{b.AccessEnds, b.AccessLasts, b.Refresh, b.RefreshEnds, b.RefreshLasts, b.UserLeaves, b.SystemEnds}
	return slices.ContainsFunc(all, func(r raw) bool { return !r.absent() })
}

type part struct {
	named
	Type        string `json:"type"`
	Permissions string `json:"permissions"`
	Zone        string `json:"trust_zone"`
	Parent      string `json:"parent_component"`
	Repository  string `json:"repo_link"`
	Vendor      string `json:"vendor"`
	Product     string `json:"product"`
}

type set struct {
	named
	Placements  raw         `json:"placements"`
	Sensitivity raw         `json:"data_sensitivity"`
	Access      raw         `json:"access_control_methods"`
	Records     json.Number `json:"record_count"`
}

type placement struct {
	Store     string `json:"data_store"`
	Encrypted *bool  `json:"encrypted"`
}

type flow struct {
	named
	Source      end   `json:"source"`
	Destination end   `json:"destination"`
	Sensitive   bool  `json:"has_sensitive_data"`
	Encrypted   *bool `json:"encrypted"`
}

// end is an end of a flow: a symbolic name, and of what kind of thing.
type end struct {
	Type   string `json:"type"`
	Object string `json:"object"`
}

type assumption struct {
	Description string `json:"description"`
	Validity    string `json:"validity"`
}

type persona struct {
	named
	Person    bool   `json:"is_person"`
	Skill     string `json:"skill_level"`
	Malicious *bool  `json:"malicious_intent"`
}

type event struct {
	named
	Affected   raw `json:"components_affected"`
	Mechanisms raw `json:"attack_mechanisms"`
	Weaknesses raw `json:"weaknesses"`
}

// entry is an entry of one of the lists that others keep.
type entry struct {
	CWE   json.Number `json:"cwe_id"`
	CAPEC json.Number `json:"capec_id"`
}

type control struct {
	named
	Threats  raw    `json:"threats"`
	Boundary raw    `json:"trust_boundary"`
	Status   string `json:"status"`
	Priority string `json:"priority"`
}

type risk struct {
	named
	Threats    raw         `json:"threats"`
	Likelihood string      `json:"likelihood"`
	Impact     string      `json:"impact"`
	Meaning    string      `json:"impact_description"`
	Score      json.Number `json:"score"`
}
