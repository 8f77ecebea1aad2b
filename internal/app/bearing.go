package app

import (
	"maps"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// known refuses a record about something that the service does not have: a slip of the pen would be evidence of nothing.
func (c *Case) known(r *evidence.Record) error {
	items := c.Sources.Service.Items()
	for _, ref := range r.Subject {
		switch {
		case ref.Kind == ident.KindClaim:
			if _, ok := items[ref.Path]; !ok {
				return unknownPart(ref, slices.Collect(maps.Keys(items)))
			}
		case ref.Kind == ident.KindControl && ref.Service == "":
			if err := c.knownControl(ref, r.Check); err != nil {
				return err
			}
		}
	}
	return nil
}

// unknownPart names the nearest part of the same list.
func unknownPart(ref ident.Ref, paths []string) error {
	stem, last := ref.Path[:strings.LastIndexByte(ref.Path, '/')+1], ref.Path[strings.LastIndexByte(ref.Path, '/')+1:]
	var names []string
	for _, p := range paths {
		if rest, is := strings.CutPrefix(p, stem); is && !strings.Contains(rest, "/") {
			names = append(names, rest)
		}
	}
	slices.Sort(names)
	if hint := didYouMean(last, names); hint != "" {
		return fault.New(fault.NotFound, "the service file has no %s%s%s", stem[1:], last, hint)
	}
	return fault.New(fault.NotFound, "the service file has no %s%s; add it there first", stem[1:], last)
}

func (c *Case) knownControl(ref ident.Ref, check ident.ID) error {
	id, _ := controlID(ref)
	checks, ok := c.checks(id)
	if !ok {
		var names []string
		for i := range c.Sources.Service.Controls {
			names = append(names, string(c.Sources.Service.Controls[i].ID))
		}
		for _, k := range c.Sources.Library.Controls {
			names = append(names, string(k.Item.ID))
		}
		if hint := didYouMean(string(id), names); hint != "" {
			return fault.New(fault.NotFound, "neither the service file nor the library has a control %s%s", id, hint)
		}
		return fault.New(fault.NotFound, "neither the service file nor the library has a control %s; add it to `controls` first", id)
	}
	var names []string
	for i := range checks {
		if check == "" || checks[i].ID == check {
			return nil
		}
		names = append(names, string(checks[i].ID))
	}
	return fault.New(fault.NotFound, "%s has no check %s; it has %s", id, check, strings.Join(names, ", "))
}

// checks gives the checks of a control; false when there is no such control.
func (c *Case) checks(id ident.ID) ([]library.Check, bool) {
	claim := c.claim(id)
	if claim != nil {
		id = claim.Requires()
	}
	if k := c.Sources.Library.Control(id); k != nil {
		return k.Checks, true
	}
	return []library.Check{c.Sources.Library.Settings.OwnCheck}, claim != nil
}

// notes says what keeps a record from counting, as far as that can be said now.
func (c *Case) notes(r *evidence.Record, now civil.Instant) (notes []string) {
	if len(r.Subject) == 0 {
		notes = append(notes, "it says nothing about any control; give --control ID to say which it shows")
	}
	if c.Zone.From(r.Observed) > now {
		notes = append(notes, "it was observed on "+r.Observed.String()+", which is still to come: until then it does not count")
	}
	for _, ref := range r.Subject {
		if ref.Kind != ident.KindControl || ref.Service != "" {
			continue
		}
		id, _ := controlID(ref)
		if checks, _ := c.checks(id); !answers(r, checks) {
			notes = append(notes, "it does not count for "+string(id)+", which is shown by "+wanted(checks))
		}
		if c.claim(id) == nil {
			notes = append(notes, "the service file does not claim "+string(id)+" yet: add it to `controls`")
		}
	}
	return notes
}

// answers says whether a record answers any of some checks.
func answers(r *evidence.Record, checks []library.Check) bool {
	return slices.ContainsFunc(checks, func(k library.Check) bool {
		strong := r.Outcome != evidence.Passed || r.Strength.Rank() >= k.Strength.Rank()
		return (r.Check == "" || r.Check == k.ID) && slices.Contains(k.Kinds, r.Kind) && strong
	})
}

// wanted says in words what some checks take.
func wanted(checks []library.Check) string {
	var out []string
	for i := range checks {
		var kinds []string
		for _, k := range checks[i].Kinds {
			kinds = append(kinds, string(k))
		}
		out = append(out, strings.Join(kinds, " or ")+", at least "+string(checks[i].Strength)+" ("+checks[i].Title+")")
	}
	return strings.Join(out, "; ")
}
