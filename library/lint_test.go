package library_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// broken is one way to break the built-in packs, and what lint says of it.
type broken struct {
	pack  ident.ID
	harm  func(*library.Pack)
	where string
	says  string
}

func TestLintCatches(t *testing.T) {
	all := slices.Concat(brokenSources(), brokenRules(), brokenTables(), brokenReferences())
	for _, c := range all {
		packs := builtin(t)
		i := slices.IndexFunc(packs, func(p library.Pack) bool { return p.ID == c.pack })
		if i < 0 {
			t.Fatalf("there is no pack %s", c.pack)
		}
		c.harm(&packs[i])
		problems := library.Lint(packs)
		if !slices.ContainsFunc(problems, func(f fault.Field) bool {
			return strings.HasPrefix(f.Path, c.where) && strings.Contains(f.Text, c.says)
		}) {
			t.Errorf("%s: got %v, which should say at %s %q", c.pack, problems, c.where, c.says)
		}
	}
}

func brokenSources() []broken {
	return []broken{
		{"bulkhead-controls", func(p *library.Pack) { p.Mark = "" }, "/controls/", "has no mark"},
		{"bulkhead-controls", func(p *library.Pack) { p.Controls[3].Mark = "certain" }, "/controls/", "has no mark"},
		{"vulnerability-deadlines", func(p *library.Pack) { p.Location = "" }, "/deadlines/critical", "marked as confirmed"},
		{"bulkhead-controls", func(p *library.Pack) { p.Controls[0].Mark = library.Confirmed; p.Retrieved = civil.Date{} }, "/controls/", "marked as confirmed"},
		{"bulkhead-settings", func(p *library.Pack) { p.Retrieved = civil.Date{} }, "/retrieved", "is missing"},
		{"bulkhead-settings", func(p *library.Pack) { p.Licence = "" }, "/licence", "is empty"},
		{"bulkhead-settings", func(p *library.Pack) { p.Title += " " }, "/title", "white space"},
		{"bulkhead-controls", func(p *library.Pack) { p.Controls[1].Title = "" }, "/controls/", "is empty"},
		{"bulkhead-controls", func(p *library.Pack) { p.Controls[1].Title += "\n" }, "/controls/", "white space"},
		{"bulkhead-settings", func(p *library.Pack) { p.ID = "bulkhead-controls" }, "/id", "also among the packs"},
		{"bulkhead-controls", func(p *library.Pack) { p.Controls[1].ID = p.Controls[0].ID }, "/controls/", "used twice"},
		{"bulkhead-settings", func(p *library.Pack) { p.Roles = []library.Role{{ID: "ciso", Title: "Another"}} }, "/roles/ciso", "also among the roles"},
	}
}

func brokenRules() []broken {
	return []broken{
		{"bulkhead-controls", func(p *library.Pack) { onService(p).Types = []model.ComponentType{"api"} }, "/controls/", "no kind of component"},
		{"bulkhead-controls", func(p *library.Pack) { onService(p).Checks[0].Coverage = library.Each }, "/controls/", "write any"},
		{"bulkhead-controls", func(p *library.Pack) { p.Controls[0].Checks = nil }, "/controls/", "nothing shows"},
		{"bulkhead-controls", func(p *library.Pack) { c := &p.Controls[0]; c.Checks = append(c.Checks, c.Checks[0]) }, "/controls/", "there twice"},
		{"ons-secure-by-design", func(p *library.Pack) { p.Principles[0].RASCI.Accountable = nil }, "/principles/", "nobody is accountable"},
		{"ons-secure-by-design", func(p *library.Pack) { p.Principles[0].Statements[0].ShownBy[0] = library.Support{} }, "/principles/", "exactly one of"},
		{"ons-secure-by-design", func(p *library.Pack) {
			p.Principles[0].Statements[0].ShownBy[0].Control, p.Principles[0].Statements[0].ShownBy[0].Activity = "patching", "obligations"
		}, "/principles/", "exactly one of"},
		{"bulkhead-authority", func(p *library.Pack) { p.Authority[0].Roles = nil }, "/authority/", "either which roles"},
		{"bulkhead-authority", func(p *library.Pack) { p.Authority[0].NotAcceptable = true }, "/authority/", "either which roles"},
		{"bulkhead-authority", func(p *library.Pack) { p.Authority[0].Longest = civil.Period{} }, "/authority/", "the longest time"},
		{"bulkhead-authority", func(p *library.Pack) { slices.Reverse(p.Authority) }, "/authority/", "never reached"},
		{"bulkhead-profiles", func(p *library.Pack) { p.Profiles[0].Levels[0].Asks = nil }, "/profiles/", "asks nothing"},
	}
}

func brokenTables() []broken {
	return []broken{
		{"official-risk-matrix", func(p *library.Pack) { p.Matrix[1].From = 5 }, "/matrix/1", "should start at 4"},
		{"official-risk-matrix", func(p *library.Pack) { p.Matrix[2].From = 6 }, "/matrix/2", "should start at 7"},
		{"official-risk-matrix", func(p *library.Pack) { p.Matrix = p.Matrix[:4] }, "/matrix", "end at 24"},
		{"official-risk-matrix", func(p *library.Pack) { p.Matrix[1].Band = model.VeryHigh }, "/matrix/2", "comes after a higher one"},
		{"vulnerability-deadlines", func(p *library.Pack) { p.Deadlines[0].Within = civil.Period{Years: 1} }, "/deadlines/critical/within", "which is more than"},
		{"bulkhead-baselines", func(p *library.Pack) { slices.Reverse(p.Tiers) }, "/tiers/", "has no conditions"},
		{"bulkhead-baselines", func(p *library.Pack) { p.Tiers[1].Appetite = model.High }, "/tiers/medium", "more than that of the tier below"},
		{"bulkhead-baselines", func(p *library.Pack) { p.Tiers[1].When[0] = library.Condition{Why: "why"} }, "/tiers/medium/when/0", "says nothing"},
		{"bulkhead-baselines", func(p *library.Pack) {
			p.Baselines[0].Items = append(p.Baselines[0].Items, p.Baselines[1].Items[0])
		}, "/baselines/", "is already in"},
		{"bulkhead-baselines", func(p *library.Pack) { p.Baselines[0].Tier = p.Baselines[1].Tier }, "/baselines/", "another baseline"},
	}
}

func brokenReferences() []broken {
	return []broken{
		{areasPack, func(p *library.Pack) { p.Areas = p.Areas[:6] }, "/areas", "exactly seven"},
		{areasPack, func(p *library.Pack) { p.Areas[0], p.Areas[1] = p.Areas[1], p.Areas[0] }, "/areas", "in this order"},
		{"bulkhead-baselines", func(p *library.Pack) { p.Baselines[0].Items[0].Control = "patchin" }, "/baselines/", "did you mean patching?"},
		{"bulkhead-baselines", func(p *library.Pack) { p.Baselines[0].Tier = "lowest" }, "/baselines/", "among the tiers"},
		{"bulkhead-controls", func(p *library.Pack) { p.Controls[0].Areas = []ident.ID{"elsewhere"} }, "/controls/", "among the areas"},
		{"bulkhead-authority", func(p *library.Pack) { p.Authority[0].Roles = []ident.ID{"king"} }, "/authority/", "among the roles"},
		{"bulkhead-authority", func(p *library.Pack) { p.Authority[0].Consult = []ident.ID{"queen"} }, "/authority/", "among the roles"},
		{"bulkhead-authority", func(p *library.Pack) { p.Authority[0].UpToTier = "top" }, "/authority/", "among the tiers"},
		{activitiesPack, func(p *library.Pack) { p.Activities[0].Area = "elsewhere" }, "/activities/", "among the areas"},
		{activitiesPack, func(p *library.Pack) { p.Activities[0].AlsoIn = []ident.ID{"elsewhere"} }, "/activities/", "among the areas"},
		{activitiesPack, func(p *library.Pack) { p.Activities[0].Leads = []ident.ID{"king"} }, "/activities/", "among the roles"},
		{activitiesPack, func(p *library.Pack) { p.Activities[0].Accountable = "king" }, "/activities/", "among the roles"},
		{activitiesPack, func(p *library.Pack) { p.Activities[0].After = []ident.ID{"nothing"} }, "/activities/", "among the activities"},
		{activitiesPack, func(p *library.Pack) {
			p.Activities[0].After, p.Activities[1].After = []ident.ID{p.Activities[1].ID}, []ident.ID{p.Activities[0].ID}
		}, "/activities/", "builds on itself"},
		{"ons-secure-by-design", func(p *library.Pack) { p.Principles[0].Statements[0].Areas = []ident.ID{"elsewhere"} }, "/principles/", "among the areas"},
		{"ons-secure-by-design", func(p *library.Pack) {
			p.Principles[0].Statements[0].ShownBy[0] = library.Support{Control: "magic"}
		}, "/principles/", "among the controls"},
		{"ons-secure-by-design", func(p *library.Pack) {
			p.Principles[0].Statements[0].ShownBy[0] = library.Support{Activity: "magic"}
		}, "/principles/", "among the activities"},
	}
}

const (
	areasPack      = "secure-by-design-areas"
	activitiesPack = "cross-government-activities"
)

// onService gives a control that is on the service as a whole.
func onService(p *library.Pack) *library.Control {
	i := slices.IndexFunc(p.Controls, func(c library.Control) bool { return c.On == library.OnService })
	return &p.Controls[i]
}
