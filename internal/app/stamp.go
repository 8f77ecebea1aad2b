package app

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// stamp adds the digest of each part looked at, as it is now: those that the record names, or, where it names none, all
// that its controls are on.
func (c *Case) stamp(r *evidence.Record) {
	if len(r.Covers) > 0 {
		return // the one who observed said what was there then
	}
	var over []ident.Ref
	for _, ref := range r.Subject {
		if ref.Kind == ident.KindClaim {
			over = append(over, ref)
		}
	}
	if len(over) == 0 {
		for _, ref := range r.Subject {
			over = append(over, c.on(ref)...)
		}
	}
	items, enc := c.Sources.Service.Items(), ident.NewEncoder()
	for _, ref := range over {
		if sum, ok := model.Material(items, ref.Path, enc); ok {
			if r.Covers == nil {
				r.Covers = map[ident.Ref]ident.Digest{}
			}
			r.Covers[ref] = sum
		}
	}
}

// on gives the components that a control is on: those that its claim names, or else all that it can be on.
func (c *Case) on(ref ident.Ref) (out []ident.Ref) {
	if ref.Kind != ident.KindControl || ref.Service != "" {
		return nil
	}
	id, at := controlID(ref)
	if at != "" {
		return []ident.Ref{componentRef(at)}
	}
	claim := c.claim(id)
	if claim != nil && len(claim.Components) > 0 {
		for _, comp := range claim.Components {
			out = append(out, componentRef(comp))
		}
		return out
	}
	if claim != nil {
		id = claim.Requires()
	}
	k := c.Sources.Library.Control(id)
	if k == nil || k.On == "service" {
		return nil
	}
	for i := range c.Sources.Service.Architecture.Components {
		comp := &c.Sources.Service.Architecture.Components[i]
		elsewhere := comp.OutOfScope == model.Yes || comp.Type == "person" || comp.Type == "external-system"
		if !elsewhere && (len(k.Types) == 0 || slices.Contains(k.Types, comp.Type)) {
			out = append(out, componentRef(comp.ID))
		}
	}
	return out
}

func componentRef(id ident.ID) ident.Ref {
	return ident.Claim("architecture", "components", string(id))
}

// controlID reads control:ID, control:ID#CHECK and control:ID@COMPONENT.
func controlID(ref ident.Ref) (id, component ident.ID) {
	name, _, _ := strings.Cut(ref.Path, "#")
	name, at, _ := strings.Cut(name, "@")
	return ident.ID(name), ident.ID(at)
}

// claim gives what the service file says of a control, by its own id or that of the library's; nil when it says nothing.
func (c *Case) claim(id ident.ID) *model.Control {
	for i := range c.Sources.Service.Controls {
		if k := &c.Sources.Service.Controls[i]; k.ID == id || k.Requires() == id || slices.Contains(k.Formerly, id) {
			return k
		}
	}
	return nil
}
