package report

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/diagram"
)

// Picture gives the architecture with what was asked for on it: what is reached from something, or else the first of the
// ways.
func (l *PathList) Picture(name string) *diagram.Picture {
	p := &diagram.Picture{Service: l.Of.Service, Title: name, Marking: l.Marking}
	switch {
	case len(l.Blasts) > 0:
		b := &l.Blasts[0]
		p.Title += ": what is reached from " + b.Title
		p.Marks.Reached = l.Of.reached(b)
	case len(l.Paths) > 0:
		first := &l.Paths[0]
		p.Title += ": the easiest modelled way to " + headOfPath(first.Gain, first.Title)
		p.Marks.Steps, p.Marks.Targets = drawn(first), l.Of.holders(first)
	default:
		p.Title += ": no path is modelled"
	}
	return p
}

// drawn gives the steps of a way that are taken at a component. What goes on elsewhere, such as at a supplier, is told in
// words.
func drawn(p *judge.Path) (out []diagram.Step) {
	for i := range p.Steps {
		s := &p.Steps[i]
		to := s.Component
		if id, is := componentOf(s.To); to == "" && is {
			to = id
		}
		if to == "" {
			continue
		}
		from, _ := componentOf(s.From)
		step := diagram.Step{From: from, To: to, Flow: s.Flow, Label: capital(s.Title)}
		if s.Status == "hindered" {
			step.Status = diagram.Hindered
		}
		out = append(out, step)
	}
	return out
}

func componentOf(ref ident.Ref) (ident.ID, bool) {
	return elementID(ref), strings.HasPrefix(ref.Path, "/architecture/components/")
}

// holders gives the components in which the target of a way is.
func (t *Told) holders(p *judge.Path) (out []ident.ID) {
	id := elementID(p.Target)
	for i := range t.Service.Context.Functions {
		if f := &t.Service.Context.Functions[i]; f.ID == id && !p.Gain.OfData() {
			out = append(out, f.Components...)
		}
	}
	for i := range t.Service.Architecture.Components {
		if c := &t.Service.Architecture.Components[i]; p.Gain.OfData() && slices.Contains(c.Holds, id) {
			out = append(out, c.ID)
		}
	}
	return out
}

// reached gives how each component is reached, as evidenced, over what hinders and does not stop.
func (t *Told) reached(b *BlastRadius) (out []diagram.Reach) {
	all := &b.Evidenced.All
	holds := func(c *model.Component) bool {
		return slices.ContainsFunc(c.Holds, func(id ident.ID) bool { return slices.Contains(all.Read, id) })
	}
	for i := range t.Service.Architecture.Components {
		switch c := &t.Service.Architecture.Components[i]; {
		case b.From == ident.Claim("architecture", "components", string(c.ID)):
			out = append(out, diagram.Reach{Component: c.ID, How: diagram.Origin})
		case slices.Contains(all.Components, c.ID):
			out = append(out, diagram.Reach{Component: c.ID, How: diagram.Controlled})
		case holds(c):
			out = append(out, diagram.Reach{Component: c.ID, How: diagram.Read})
		}
	}
	return out
}
