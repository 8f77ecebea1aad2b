package access

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Tree is where services are: the units of an organisation, and the unit of each service.
type Tree struct {
	Organisation *org.Organisation
	Services     map[ident.ID]ident.ID
}

// Service gives the place of a service. One that is not in the tree is in no unit.
func (t *Tree) Service(id ident.ID) Place {
	at := t.Unit(t.Services[id])
	at.Service = id
	return at
}

// Unit gives the place of a unit.
func (t *Tree) Unit(id ident.ID) Place {
	return Place{Unit: id, Above: t.Organisation.Above(id)}
}

// Scope is where an actor may do something, as a list is filtered by it: everywhere, in units (those below them are named
// too), and at single services.
type Scope struct {
	All      bool
	Units    map[ident.ID]bool
	Services map[ident.ID]bool
}

// Service says whether a service in a unit is within the scope.
func (s *Scope) Service(id, unit ident.ID) bool { return s.All || s.Units[unit] || s.Services[id] }

// Unit says whether a unit is within the scope.
func (s *Scope) Unit(id ident.ID) bool { return s.All || s.Units[id] }

// Sees gives where an actor may do something: the same as asking May at every service and every unit of the tree. That
// nobody approves what they proposed themselves is for May alone.
func Sees(a Actor, use Use, in *Tree) Scope {
	scope := Scope{Units: map[ident.ID]bool{}, Services: map[ident.ID]bool{}}
	r := find(use)
	if r == nil || a.Token != nil && !r.lets(a.Token) {
		return scope
	}
	for _, h := range a.holdings() {
		if r.counts(h) {
			scope.add(r, h, in)
		}
	}
	return scope
}

// add takes what a holding that counts reaches into the scope.
func (s *Scope) add(r *right, h org.Holding, in *Tree) {
	if everywhere := h.Unit == "" && h.Service == ""; everywhere || r.reach == anywhere {
		s.All = true
		return
	}
	switch {
	case r.reach == onOrganisation:
	case h.Service == "":
		s.Units[h.Unit] = true
		for _, below := range in.Organisation.Below(h.Unit) {
			s.Units[below] = true
		}
	case r.reach == onService:
		if at := in.Service(h.Service); at.inside(h.Unit) {
			s.Services[h.Service] = true
		}
	}
}
