package org

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Delegation is a role that its holder lends for a time: to a deputy who may then do what the holder may. The holder keeps
// it meanwhile. What is lent is the holder's own appointment, as far as it reaches and for as long as it lasts, so that
// nobody lends more than they hold and what was lent is never lent on.
type Delegation struct {
	ID      ident.ID   `json:"id" doc:"A short name"`
	Holder  ident.ID   `json:"holder" need:"yes" ref:"person" doc:"Who lends the role"`
	Deputy  ident.ID   `json:"deputy" need:"yes" ref:"person" doc:"To whom"`
	Role    ident.ID   `json:"role" need:"yes" doc:"The role that is lent, by its id in the library"`
	Unit    ident.ID   `json:"unit" ref:"unit" doc:"For which unit only, and those below it; none for wherever the holder has the role"`
	Service ident.ID   `json:"service" doc:"For which service only"`
	From    civil.Date `json:"from" doc:"The first day"`
	Until   civil.Date `json:"until" need:"yes" doc:"The last day"`
	Reason  string     `json:"reason" doc:"Why"`
}

// idle finds delegations that could never lend anything.
func (o *Organisation) idle() (problems []model.Problem) {
	for i := range o.Delegations {
		d := &o.Delegations[i]
		path := "/delegations/" + segment(d.ID, i)
		switch {
		case d.Holder == d.Deputy:
			problems = append(problems, model.Problem{Path: path + "/deputy", Text: "nobody lends a role to themselves: say to whom"})
		case !d.From.IsZero() && d.Until.Before(d.From):
			problems = append(problems, model.Problem{Path: path + "/until", Text: "the last day is before the first, " + d.From.String()})
		case !o.owns(d.Holder, d.Role):
			problems = append(problems, model.Problem{Path: path + "/holder", Text: string(d.Holder) + " has no appointment as " + string(d.Role) + " to lend; what was lent cannot be lent on, nor a seat on a board"})
		}
	}
	return problems
}

func (o *Organisation) owns(person, role ident.ID) bool {
	for i := range o.Appointments {
		if a := &o.Appointments[i]; a.Person == person && a.Role == role {
			return true
		}
	}
	return false
}

// segment names an item of a list in a path: by its id, or by its place where it has none.
func segment(id ident.ID, i int) string {
	if id != "" {
		return string(id)
	}
	return strconv.Itoa(i)
}

// lent gives what a delegation lends of an appointment: where both reach. False where they meet nowhere.
func (o *Organisation) lent(d *Delegation, a *Appointment) (Holding, bool) {
	h := Holding{Role: d.Role, Unit: a.Unit, Service: a.Service, Through: d.Holder}
	if a.Person != d.Holder || a.Role != d.Role {
		return h, false
	}
	if d.Service != "" {
		h.Service = d.Service
	}
	if d.Unit != "" && o.within(d.Unit, a.Unit) {
		h.Unit = d.Unit
	}
	meets := (a.Service == "" || h.Service == a.Service) && o.within(h.Unit, d.Unit)
	return h, meets
}
