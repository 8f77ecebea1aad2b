package report

import (
	"cmp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Told is a service that is told of: its posture, what it says, and what it is judged by.
type Told struct {
	Posture *assess.Posture
	Service *model.Service
	Library *library.Library
	Zone    civil.Zone
}

func elementID(ref ident.Ref) ident.ID {
	return ident.ID(ref.Path[strings.LastIndexByte(ref.Path, '/')+1:])
}

// flow gives the flow that a reference is of; nil where it is of something else.
func (t *Told) flow(ref ident.Ref) *model.Flow {
	if !strings.HasPrefix(ref.Path, "/architecture/flows/") {
		return nil
	}
	for i := range t.Service.Architecture.Flows {
		if f := &t.Service.Architecture.Flows[i]; f.ID == elementID(ref) {
			return f
		}
	}
	return nil
}

// component names a component as people say it.
func (t *Told) component(id ident.ID) string {
	for i := range t.Service.Architecture.Components {
		if c := &t.Service.Architecture.Components[i]; c.ID == id {
			return cmp.Or(c.Name, string(id))
		}
	}
	return string(id)
}

// control names a control with its state: "Rate limits (api-rate-limiting, planned)".
func (t *Told) control(id ident.ID) string { return t.controlAs(id, t.stateOf(id)) }

func (t *Told) controlAs(id ident.ID, state string) string {
	title := ""
	if c := t.judged(id); c != nil {
		title = c.Title
	} else if c := t.Library.Control(id); c != nil {
		title = c.Title
	}
	return strings.TrimSpace(title + " (" + string(id) + ", " + state + ")")
}

// judged finds a control of the posture; nil where it is in none.
func (t *Told) judged(id ident.ID) *judge.Control {
	for i := range t.Posture.Controls {
		if c := &t.Posture.Controls[i]; c.ID == id || c.Control == id {
			return c
		}
	}
	return nil
}

func (t *Told) stateOf(id ident.ID) string {
	if c := t.judged(id); c != nil {
		return stateOfControl(c)
	}
	return "not in place"
}

// lacking names a control that would do something here and does not: where it is in place, that is elsewhere.
func (t *Told) lacking(id ident.ID) string {
	state := t.stateOf(id)
	if c := t.judged(id); c != nil && c.State == judge.Evidenced {
		state = "shown to work elsewhere, not on all of this"
	}
	return t.controlAs(id, state)
}

// relied names a control that is only said to do something: by a claim, or by what the service file says of the element.
func (t *Told) relied(id ident.ID) string {
	switch state := t.stateOf(id); state {
	case "shown to work":
		return t.lacking(id)
	case "not in place", "planned", "put aside", "not known":
		return t.controlAs(id, "which the service file says of the thing itself, with no control that is in place")
	default:
		return t.controlAs(id, state)
	}
}

// stateOfControl says where a control stands. What nothing shows is never said to work.
func stateOfControl(c *judge.Control) string {
	switch {
	case c.Applicability == judge.NotApplicable:
		return "put aside"
	case c.State == judge.Missing:
		return "not in place"
	case c.State == judge.Claimed:
		return "claimed, not shown"
	case c.State == judge.Evidenced:
		return "shown to work"
	case c.State == judge.Stale:
		return "shown once, out of date"
	case c.State == judge.Unknown:
		return "not known"
	}
	return string(c.State)
}
