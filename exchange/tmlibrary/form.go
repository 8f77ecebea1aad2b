package tmlibrary

import (
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
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

	Diagrams, Zones, Boundaries, Actors, Components, Stores, Sets, Flows foreign.Raw
	Assumptions, Personas, Threats, Controls, Risks, Extensions, Frozen  foreign.Raw

	odd      int    // members that the form does not have
	firstOdd string // the first of them
}

// UnmarshalJSON reads the members of a file one by one, so that one that the form does not have is seen.
func (f *file) UnmarshalJSON(text []byte) error {
	parts := f.members()
	return foreign.Raw{RawMessage: text}.Members(func(name string, d *json.Decoder) error {
		into, known := parts[name]
		if !known {
			if f.odd++; f.odd == 1 {
				f.firstOdd = name
			}
			into = &foreign.Raw{}
		}
		if err := d.Decode(into); err != nil {
			return foreign.Misfit(form, err, "/"+name)
		}
		return nil
	})
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
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Criticality string      `json:"business_criticality"`
	Sensitivity foreign.Raw `json:"data_sensitivity"`
	Exposure    string      `json:"exposure"`
	Tier        string      `json:"tier"`
}

// named is what most things of the form have.
type named struct {
	Symbol      string `json:"symbolic_name"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type boundary struct {
	A              string      `json:"trust_zone_a"`
	B              string      `json:"trust_zone_b"`
	Authentication foreign.Raw `json:"authentication_methods"`
	Access         foreign.Raw `json:"access_control_methods"`

	AccessEnds   foreign.Raw `json:"access_token_expires"`
	AccessLasts  foreign.Raw `json:"access_token_ttl"`
	Refresh      foreign.Raw `json:"has_refresh_token"`
	RefreshEnds  foreign.Raw `json:"refresh_token_expires"`
	RefreshLasts foreign.Raw `json:"refresh_token_ttl"`
	UserLeaves   foreign.Raw `json:"can_user_logout"`
	SystemEnds   foreign.Raw `json:"can_system_logout"`
}

// sessions says whether anything is said of how sessions end.
func (b *boundary) sessions() bool {
	all := []foreign.Raw{b.AccessEnds, b.AccessLasts, b.Refresh, b.RefreshEnds, b.RefreshLasts, b.UserLeaves, b.SystemEnds}
	return slices.ContainsFunc(all, func(r foreign.Raw) bool { return !r.Absent() })
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
	Placements  foreign.Raw `json:"placements"`
	Sensitivity foreign.Raw `json:"data_sensitivity"`
	Access      foreign.Raw `json:"access_control_methods"`
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
	Affected   foreign.Raw `json:"components_affected"`
	Mechanisms foreign.Raw `json:"attack_mechanisms"`
	Weaknesses foreign.Raw `json:"weaknesses"`
}

// entry is an entry of one of the lists that others keep.
type entry struct {
	CWE   json.Number `json:"cwe_id"`
	CAPEC json.Number `json:"capec_id"`
}

type control struct {
	named
	Threats  foreign.Raw `json:"threats"`
	Boundary foreign.Raw `json:"trust_boundary"`
	Status   string      `json:"status"`
	Priority string      `json:"priority"`
}

type risk struct {
	named
	Threats    foreign.Raw `json:"threats"`
	Likelihood string      `json:"likelihood"`
	Impact     string      `json:"impact"`
	Meaning    string      `json:"impact_description"`
	Score      json.Number `json:"score"`
}
