package org

import (
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Board is a group of people who hold a role together: each of them may see what the role may, and only enough of them
// together decide in it.
type Board struct {
	ID      ident.ID   `json:"id" need:"yes" doc:"A short name"`
	Name    string     `json:"name" need:"yes" doc:"What it is called"`
	Unit    ident.ID   `json:"unit" ref:"unit" doc:"For which unit, and those below it; none for all"`
	Role    ident.ID   `json:"role" need:"yes" doc:"The role that it holds, by its id in the library, such as board"`
	Members []ident.ID `json:"members" need:"yes" ref:"person" min:"1" max:"200" doc:"Who sits on it"`
	Chair   ident.ID   `json:"chair" ref:"person" doc:"Which of its members leads it"`
	Quorum  int        `json:"quorum" min:"1" max:"200" doc:"How many of its members decide for it; more than half where it is not said"`
}

// Needs gives how many members decide for the board.
func (b *Board) Needs() int {
	if b.Quorum == 0 {
		return len(b.Members)/2 + 1
	}
	return b.Quorum
}

// unable finds boards that are led from outside or could never decide.
func (o *Organisation) unable() (problems []model.Problem) {
	for i := range o.Boards {
		b := &o.Boards[i]
		path := "/boards/" + string(b.ID)
		seats := slices.Compact(slices.Sorted(slices.Values(b.Members)))
		switch {
		case len(seats) < len(b.Members):
			problems = append(problems, model.Problem{Path: path + "/members", Text: "somebody is listed twice, and nobody sits on a board twice"})
		case b.Chair != "" && !slices.Contains(b.Members, b.Chair):
			problems = append(problems, model.Problem{Path: path + "/chair", Text: string(b.Chair) + " leads the board and is not among its members"})
		case b.Needs() > len(seats):
			problems = append(problems, model.Problem{Path: path + "/quorum", Text: "the board has " + strconv.Itoa(len(seats)) + " members, so " + strconv.Itoa(b.Quorum) + " can never decide together"})
		}
	}
	return problems
}

// Decides gives the board for which these people, and nobody beside them, decide together in a role for a unit: all of
// them its members, and enough of them, at the moment of the watch. Nil when there is none.
func (o *Organisation) Decides(people []ident.ID, role, unit ident.ID, zone civil.Zone, w *civil.Watch) *Board {
	together := slices.Compact(slices.Sorted(slices.Values(people)))
	for i := range o.Boards {
		b := &o.Boards[i]
		if b.Role != role || len(together) < b.Needs() || !o.within(unit, b.Unit) {
			continue
		}
		outside := func(p ident.ID) bool { return !slices.Contains(b.Members, p) || o.left(p, zone, w) }
		if !slices.ContainsFunc(together, outside) {
			return b
		}
	}
	return nil
}
