package registry

import (
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// lapseID gives the id of the record that a decision has lapsed: one that nothing in the record has. Somebody may have
// given a decision of theirs the name that it would have had.
func lapseID(id ident.ID, taken func(ident.ID) bool) ident.ID {
	free := ident.Suggest("lapse-" + string(id))
	for n := 2; taken(free); n++ {
		free = ident.Suggest("lapse-" + strconv.Itoa(n) + "-" + string(id))
	}
	return free
}

// has says whether there is a decision of an id among those that were judged.
func (j *judging) has(id ident.ID) bool {
	return slices.ContainsFunc(j.inputs.Decisions(), func(d decision.Decision) bool { return d.ID == id })
}
