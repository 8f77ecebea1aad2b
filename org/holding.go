package org

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Holding is a role that somebody holds at a moment, and for what: for one service, for a unit and those below it, or for
// everything where it names neither.
type Holding struct {
	Role    ident.ID
	Unit    ident.ID
	Service ident.ID
	Through ident.ID // who lent it; empty for an appointment of their own
	Board   ident.ID // the board that holds it, on which they have one seat; alone they decide nothing in it
}

// Held gives every role that a person holds at the moment of the watch, in order: by appointment, lent, and as members of
// boards.
func (o *Organisation) Held(person ident.ID, zone civil.Zone, w *civil.Watch) []Holding {
	return o.held(person, zone, w, func(Holding) bool { return true })
}

// Holds says whether a person holds a role for a service, of their own or lent, at the moment of the watch. A seat on a
// board that holds the role is not enough: see Decides.
func (o *Organisation) Holds(person, role, unit, service ident.ID, zone civil.Zone, w *civil.Watch) bool {
	_, held := o.Holding(person, role, unit, service, zone, w)
	return held
}

// HoldsApart says the same of what a lender did not lend them: a role that was lent does not decide on what its lender
// proposed.
func (o *Organisation) HoldsApart(lender, person, role, unit, service ident.ID, zone civil.Zone, w *civil.Watch) bool {
	return len(o.held(person, zone, w, func(h Holding) bool {
		return o.fits(h, role, unit, service) && (h.Through == "" || h.Through != lender)
	})) > 0
}

// fits says whether a holding that is no seat on a board is of a role for a service.
func (o *Organisation) fits(h Holding, role, unit, service ident.ID) bool {
	return h.Board == "" && h.Role == role && (h.Service == "" || h.Service == service) && o.within(unit, h.Unit)
}

// Holding gives what Holds rests on: an appointment of their own before one that was lent, and then through whom.
func (o *Organisation) Holding(person, role, unit, service ident.ID, zone civil.Zone, w *civil.Watch) (Holding, bool) {
	fitting := o.held(person, zone, w, func(h Holding) bool { return o.fits(h, role, unit, service) })
	if len(fitting) == 0 {
		return Holding{}, false
	}
	own := func(h Holding) bool { return h.Through == "" }
	return fitting[max(0, slices.IndexFunc(fitting, own))], true
}

// Holders gives everybody who holds a role for a service at the moment of the watch, in order of their ids.
func (o *Organisation) Holders(role, unit, service ident.ID, zone civil.Zone, w *civil.Watch) (people []ident.ID) {
	for i := range o.People {
		if id := o.People[i].ID; o.Holds(id, role, unit, service, zone, w) {
			people = append(people, id)
		}
	}
	slices.Sort(people)
	return people
}

// Ended gives when the last of a person's own appointments to a role for a service ended, of those that have ended by the
// moment of the watch; 0 when none has.
func (o *Organisation) Ended(person, role, unit, service ident.ID, zone civil.Zone, w *civil.Watch) (last civil.Instant) {
	for i := range o.Appointments {
		a := &o.Appointments[i]
		if a.Person != person || a.Role != role || a.Service != "" && a.Service != service || !o.within(unit, a.Unit) {
			continue
		}
		end := o.leaves(person, zone)
		if until := zone.End(a.Until); end == 0 || until != 0 && until < end {
			end = until
		}
		if end > zone.Start(a.From) && w.Passed(end) {
			last = max(last, end)
		}
	}
	return last
}

// held gives the wanted of what a person holds. Only for those the watch is asked, so that a judgement does not wait for
// the end of an appointment that it does not rest on.
func (o *Organisation) held(person ident.ID, zone civil.Zone, w *civil.Watch, wanted func(Holding) bool) (all []Holding) {
	add := func(h Holding, holds func() bool) {
		if wanted(h) && holds() && !slices.Contains(all, h) {
			all = append(all, h)
		}
	}
	for i := range o.Appointments {
		a := &o.Appointments[i]
		if a.Person == person {
			add(Holding{Role: a.Role, Unit: a.Unit, Service: a.Service}, func() bool { return o.lasts(a, zone, w) })
		}
	}
	for i := range o.Delegations {
		d := &o.Delegations[i]
		if d.Deputy != person {
			continue
		}
		for j := range o.Appointments {
			if h, meets := o.lent(d, &o.Appointments[j]); meets {
				add(h, func() bool {
					return w.Within(zone.Start(d.From), zone.End(d.Until)) && !o.left(person, zone, w) && o.lasts(&o.Appointments[j], zone, w)
				})
			}
		}
	}
	for i := range o.Boards {
		if b := &o.Boards[i]; slices.Contains(b.Members, person) {
			add(Holding{Role: b.Role, Unit: b.Unit, Board: b.ID}, func() bool { return !o.left(person, zone, w) })
		}
	}
	slices.SortFunc(all, compare)
	return all
}

func compare(a, b Holding) int {
	return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Through, b.Through), cmp.Compare(a.Board, b.Board))
}

// lasts says whether an appointment holds at the moment of the watch.
func (o *Organisation) lasts(a *Appointment, zone civil.Zone, w *civil.Watch) bool {
	return w.Within(zone.Start(a.From), zone.End(a.Until)) && !o.left(a.Person, zone, w)
}
