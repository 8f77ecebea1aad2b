// Package access says who may do what in the record of an organisation: every use case, the roles that may, and how far
// each role reaches. It is one table, asked in one place, so that a person can read it and a test can write it out.
//
// It promises that whoever holds no role may do nothing; that another role never takes anything away; that a role counts
// where it is held (for the service, or for a unit at or above its unit) and nowhere else; that a token may never decide
// and never has more than its role has; and that a list shows what asking for every single item would show.
//
// A right is needed and is not enough: that somebody may decide says that they may try, and decision.Authorise, by the
// organisation's own table of authority, says whether it counts. Responsibilities that a team writes into its plan give
// nobody a right here. The package reads no clock: it is given what somebody holds at the moment (org.Held).
package access

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Actor is who asks: a person with what they hold now, or a token.
type Actor struct {
	Person   ident.ID
	Holdings []org.Holding
	Token    *Token // what they come with, where it is not a person at a keyboard; then the holdings do not count
}

// Behind gives the person who answers for what is done: who asks, or who made the token that they come with. It is empty
// for a token that was made at the terminal of the server.
func (a *Actor) Behind() ident.ID {
	if a.Token != nil {
		return a.Token.Maker
	}
	return a.Person
}

// Token is a right for a machine, in the name of a role: for its units and services, or for everything where it names
// neither. With uses it may do only those.
type Token struct {
	ID       ident.ID
	Maker    ident.ID // the person who made it
	Role     ident.ID
	Units    []ident.ID
	Services []ident.ID
	Uses     []Use
}

// holdings gives the role of a token as if somebody were appointed to it.
func (t *Token) holdings() (all []org.Holding) {
	if len(t.Units) == 0 && len(t.Services) == 0 {
		return []org.Holding{{Role: t.Role}}
	}
	for _, unit := range t.Units {
		all = append(all, org.Holding{Role: t.Role, Unit: unit})
	}
	for _, service := range t.Services {
		all = append(all, org.Holding{Role: t.Role, Service: service})
	}
	return all
}

func (a *Actor) holdings() []org.Holding {
	if a.Token != nil {
		return a.Token.holdings()
	}
	return a.Holdings
}

// Place is where something is done: at a service, at a unit, or in the organisation as a whole where it names neither.
type Place struct {
	Service  ident.ID
	Unit     ident.ID   // of the service, or the unit itself
	Above    []ident.ID // the units above that one
	Proposer ident.ID   // who is behind the proposal of what is decided or approved there, where there is one
}

// inside says whether a place is within a unit; no unit is the whole organisation.
func (p *Place) inside(unit ident.ID) bool {
	return unit == "" || unit == p.Unit || slices.Contains(p.Above, unit)
}

// Answer is whether somebody may. Through is what gives it to them; Missing is a sentence that says what they lack.
type Answer struct {
	Yes     bool
	Through org.Holding
	Missing string
}

// May says whether an actor may do something at a place.
func May(a Actor, use Use, at Place) Answer {
	r := find(use)
	switch {
	case r == nil:
		return Answer{Missing: "nobody may do " + string(use) + ": there is no such thing to do here"}
	case a.Token != nil && !r.lets(a.Token):
		return Answer{Missing: "this token may not " + r.doc + "; " + r.tokens()}
	case use == ApproveRedaction && at.Proposer == "":
		return Answer{Missing: "nobody has proposed it, so it cannot be approved"}
	case r.apart && at.Proposer != "" && at.Proposer == a.Behind():
		return Answer{Missing: "who proposes is not who approves: somebody else has to " + r.doc}
	}
	for _, h := range a.holdings() {
		if r.counts(h) && r.reaches(h, at) {
			return Answer{Yes: true, Through: h}
		}
	}
	return Answer{Missing: r.missing(a.holdings())}
}

// counts says whether a holding gives the right somewhere.
func (r *right) counts(h org.Holding) bool {
	return slices.Contains(r.roles, h.Role) && (h.Board == "" || !r.alone)
}

// reaches says whether a holding that counts does so at a place.
func (r *right) reaches(h org.Holding, at Place) bool {
	switch r.reach {
	case anywhere:
		return true
	case onService:
		return at.inside(h.Unit) && (h.Service == "" || h.Service == at.Service)
	case onUnit:
		return at.inside(h.Unit) && h.Service == ""
	}
	return h.Unit == "" && h.Service == ""
}

// lets says whether the right is one for a token, and for this one.
func (r *right) lets(t *Token) bool {
	named := slices.Contains(t.Uses, r.use)
	switch r.token {
	case may:
		return named || len(t.Uses) == 0
	case whenNamed:
		return named
	}
	return false
}
