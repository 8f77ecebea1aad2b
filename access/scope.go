package access

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Scope is where an actor may do something, as a list is filtered by it: everywhere, in units (those below them are named
// too), and at single services.
type Scope struct {
	All     bool
	Units   map[ident.ID]bool
	Singles map[Single]bool
}

// Single is one service for as long as it is in a unit: a role for a service in a unit ends when the service moves. Without
// a unit it is the service wherever it is.
type Single struct{ Service, Unit ident.ID }

// Sees gives where an actor may do something: the same as asking May at every service and every unit of an organisation.
// That nobody approves what they proposed themselves is for May alone.
func Sees(a Actor, use Use, in *org.Organisation) Scope {
	scope := Scope{Units: map[ident.ID]bool{}, Singles: map[Single]bool{}}
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
func (s *Scope) add(r *right, h org.Holding, in *org.Organisation) {
	everywhere := h.Unit == "" && h.Service == ""
	switch {
	case everywhere || r.reach == anywhere:
		s.All = true
	case r.reach == onOrganisation || r.reach == onUnit && h.Service != "":
	case h.Unit == "":
		s.Singles[Single{Service: h.Service}] = true
	default:
		for _, unit := range append(in.Below(h.Unit), h.Unit) {
			if h.Service == "" {
				s.Units[unit] = true
			} else {
				s.Singles[Single{h.Service, unit}] = true
			}
		}
	}
}
