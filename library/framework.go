package library

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Framework is a published set of requirements in one version. Ids change their meaning between versions, so a framework
// is always named with its version.
type Framework struct {
	ID           ident.ID      `json:"id" need:"yes" doc:"A short name, the same in every version, such as ncsc-caf"`
	Version      string        `json:"version" need:"yes" doc:"The version, such as 4.0"`
	Title        string        `json:"title" need:"yes" doc:"What it is called"`
	Summary      string        `json:"summary" need:"yes" doc:"What it is for, and what is not here"`
	AskedOf      AskedOf       `json:"asked_of" doc:"service, organisation or supplier; service where it is not said"`
	Levels       []ident.ID    `json:"levels" c1:"list" doc:"What a requirement can come to, from the lowest; not-met, partly and met where none are given"`
	Scoring      []Rung        `json:"scoring" c1:"list" doc:"How ticked indicators give a level: the first rung that fits; none where it has no indicators"`
	ScoringMark  Mark          `json:"scoring_mark" doc:"How sure the source of the scoring is"`
	Requirements []Requirement `json:"requirements" need:"yes" c1:"list" doc:"Its requirements, in its order"`
	Profiles     []Minimums    `json:"profiles" kind:"minimums" doc:"Named sets of least levels"`
	Migrations   []Migration   `json:"migrations" c1:"list" doc:"What became of the requirements of an earlier version"`
	Mark         Mark          `json:"mark" doc:"How sure the source is"`
}

// Requirement is one item of a framework, or a group of them.
type Requirement struct {
	ID         string       `json:"id" need:"yes" doc:"Its id in the framework, such as A2.b"`
	Title      string       `json:"title" need:"yes" doc:"What it is called"`
	Text       string       `json:"text" doc:"What it asks, in our words"`
	Parent     string       `json:"parent" doc:"The group that it is in, by its id"`
	Group      Attribute    `json:"group" doc:"Yes for a group of requirements, which asks nothing itself"`
	Avoid      Attribute    `json:"avoid" doc:"Yes for a pattern to keep away from: it is met where the pattern is not there"`
	Indicators []Indicators `json:"indicators" c1:"list" doc:"How many indicators it has at each level"`
	Mark       Mark         `json:"mark" doc:"How sure the source is"`
}

// Indicators is how many indicators a requirement has at a level. A requirement that has none at a level cannot come to
// that level.
type Indicators struct {
	Level ident.ID `json:"level" need:"yes" doc:"The level"`
	Of    int      `json:"of" need:"yes" doc:"How many"`
}

// Needs says how many indicators of a level must be ticked.
type Needs string

// The needs.
const (
	AnyTicked Needs = "any"
	AllTicked Needs = "all"
	Otherwise Needs = "otherwise"
)

// Words of it.
func (Needs) Words() []schema.Word {
	return []schema.Word{{Name: string(AnyTicked), Doc: "at least one"}, {Name: string(AllTicked), Doc: "every one, of which there is at least one"}, {Name: string(Otherwise), Doc: "whatever was ticked"}}
}

// Rung is one step of a scoring rule.
type Rung struct {
	Needs Needs    `json:"needs" need:"yes" doc:"any, all or otherwise"`
	Of    ident.ID `json:"of" doc:"Of the indicators of this level"`
	Gives ident.ID `json:"gives" need:"yes" doc:"The level that it gives"`
}

// Minimums is a named set of least levels, such as a government profile.
type Minimums struct {
	ID      ident.ID  `json:"id" need:"yes" doc:"A short name, such as baseline"`
	Title   string    `json:"title" need:"yes" doc:"What it is called"`
	Summary string    `json:"summary" doc:"Who it is for"`
	Least   []Minimum `json:"least" need:"yes" c1:"list" doc:"The least level of each requirement; one that is not named has none"`
	Mark    Mark      `json:"mark" doc:"How sure the source is"`
}

// Minimum is the least level of a requirement.
type Minimum struct {
	Requirement string   `json:"requirement" need:"yes" doc:"The requirement, by its id"`
	Level       ident.ID `json:"level" need:"yes" doc:"The least level"`
}

// Migration says what became of the requirements of an earlier version.
type Migration struct {
	From  string `json:"from" need:"yes" doc:"The earlier version"`
	Moves []Move `json:"moves" need:"yes" c1:"list" doc:"What became of each requirement; one that is in both and not named here is the same"`
	Mark  Mark   `json:"mark" doc:"How sure the source is"`
}

// Change says what became of a requirement.
type Change string

// The changes.
const (
	Same    Change = "same"
	Moved   Change = "moved"
	Changed Change = "changed"
	Merged  Change = "merged"
	Added   Change = "added"
	Dropped Change = "dropped"
)

// Words of a change.
func (Change) Words() []schema.Word {
	return []schema.Word{
		{Name: string(Same)},
		{Name: string(Moved), Doc: "the same under another id: an answer is carried over"},
		{Name: string(Changed), Doc: "the text changed: an answer is carried over and must be confirmed again"},
		{Name: string(Merged), Doc: "several became one: it must be assessed anew, with the earlier answers beside it"},
		{Name: string(Added), Doc: "new: it starts without an answer"},
		{Name: string(Dropped), Doc: "no longer asked"},
	}
}

// Move is what became of requirements.
type Move struct {
	From []string `json:"from" c1:"list" doc:"The ids in the earlier version; none for what is new"`
	To   string   `json:"to" doc:"The id in this version; none for what was dropped"`
	How  Change   `json:"how" need:"yes" doc:"What became of it"`
	Why  string   `json:"why" doc:"What changed"`
}

// Find gives a requirement by its id; nil when there is none.
func (f *Framework) Find(id string) *Requirement {
	for i := range f.Requirements {
		if f.Requirements[i].ID == id {
			return &f.Requirements[i]
		}
	}
	return nil
}

// At gives the least level that a profile asks of a requirement; empty where it asks none.
func (m *Minimums) At(requirement string) ident.ID {
	for i := range m.Least {
		if m.Least[i].Requirement == requirement {
			return m.Least[i].Level
		}
	}
	return ""
}

// Became says what became of a requirement of this version since the earlier one, and which requirements it was then. One
// that the migration does not name is the same under the same id.
func (m *Migration) Became(id string) (Change, []string) {
	for i := range m.Moves {
		if m.Moves[i].To == id {
			return m.Moves[i].How, m.Moves[i].From
		}
	}
	return Same, []string{id}
}
