package threatdragon

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// cell is an element of a diagram: how it is drawn, and what is said of it. Version 2 says that under data, version 1
// beside the drawing.
type cell struct {
	drawn drawn
	said  details
}

type drawn struct {
	ID       string          `json:"id"`
	Shape    string          `json:"shape"`
	Position *point          `json:"position"`
	Size     *size           `json:"size"`
	Source   end             `json:"source"`
	Target   end             `json:"target"`
	Attrs    json.RawMessage `json:"attrs"`
	Labels   json.RawMessage `json:"labels"`
	Data     json.RawMessage `json:"data"`
}

// end is an end of a flow: the cell that it is joined to, as version 1 and version 2 have it.
type end struct {
	ID   string `json:"id"`
	Cell string `json:"cell"`
}

func (e end) cell() string {
	if e.Cell != "" {
		return e.Cell
	}
	return e.ID
}

type details struct {
	Type           string      `json:"type"`
	Name           string      `json:"name"`
	Description    string      `json:"description"`
	OutOfScope     tick        `json:"outOfScope"`
	Reason         string      `json:"reasonOutOfScope"`
	Privilege      string      `json:"privilegeLevel"`
	Protocol       string      `json:"protocol"`
	Encrypted      tick        `json:"isEncrypted"`
	PublicNetwork  tick        `json:"isPublicNetwork"`
	Bidirectional  tick        `json:"isBidirectional"`
	Log            tick        `json:"isALog"`
	Signed         tick        `json:"isSigned"`
	Credentials    tick        `json:"storesCredentials"`
	Inventory      tick        `json:"storesInventory"`
	WebApplication tick        `json:"isWebApplication"`
	CardPayment    tick        `json:"handlesCardPayment"`
	Goods          tick        `json:"handlesGoodsOrServices"`
	Authentication tick        `json:"providesAuthentication"`
	Threats        foreign.Raw `json:"threats"`
}

// tick is a tick that is set, or one that says nothing.
type tick bool

func (t *tick) UnmarshalJSON(text []byte) error {
	*t = string(text) == "true"
	return nil
}

func (c *cell) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &c.drawn); err != nil {
		return err
	}
	if data := (foreign.Raw{RawMessage: c.drawn.Data}); !data.Absent() {
		text = c.drawn.Data
	}
	if err := json.Unmarshal(text, &c.said); err != nil {
		return err
	}
	if strings.TrimSpace(c.said.Name) == "" {
		c.said.Name = caption(c.drawn.Attrs, c.drawn.Labels)
	}
	if c.said.Type == "" {
		c.said.Type = shaped(c.drawn.Shape)
	}
	return nil
}

// shaped gives the type for a shape, for files of other tools that leave the type out.
func shaped(shape string) string {
	switch shape {
	case "actor":
		return "tm.Actor"
	case "process":
		return "tm.Process"
	case "store":
		return "tm.Store"
	case "flow":
		return "tm.Flow"
	case "trust-boundary-box":
		return "tm.BoundaryBox"
	case "trust-boundary-curve":
		return "tm.Boundary"
	case "td-text-block":
		return "tm.Text"
	}
	return shape
}

// caption gives the name of an element of version 1, which has it in the drawing only. How things are drawn differs, so
// what is not as expected is no name.
func caption(attrs, labels json.RawMessage) string {
	type styled struct {
		Text struct {
			Text string `json:"text"`
		} `json:"text"`
	}
	var box styled
	if json.Unmarshal(attrs, &box) == nil && box.Text.Text != "" {
		return box.Text.Text
	}
	var first [1]struct { // further labels are skipped
		Attrs styled `json:"attrs"`
	}
	if json.Unmarshal(labels, &first) == nil {
		return first[0].Attrs.Text.Text
	}
	return ""
}

// kind says what a cell is.
type kind int

const (
	isOther kind = iota
	isPart
	isFlow
	isBox
	isCurve
	isText
)

func (c *cell) kind() kind {
	switch c.said.Type {
	case "tm.Actor", "tm.Process", "tm.Store":
		return isPart
	case "tm.Flow":
		return isFlow
	case "tm.BoundaryBox":
		return isBox
	case "tm.Boundary":
		if c.drawn.Shape == "trust-boundary-box" {
			return isBox
		}
		return isCurve
	case "tm.Text":
		return isText
	}
	return isOther
}

// cell takes one cell: what it became, and its threats, which are about what it became.
func (r *reader) cell(c *cell, path string, d *diagram, here *drawing) error {
	at, known := r.byCell[c.drawn.ID]
	if known && c.drawn.ID != "" {
		r.notes.Add(duplicate, 1, c.said.Name)
	} else {
		at = r.draw(c, here)
	}
	return foreign.Each(r.file, c.said.Threats, path+"/threats", func(t *threat, _ string) error {
		r.threat(t, at, d.Type)
		return nil
	})
}

// draw makes of a cell what it is, and gives its place among the things.
func (r *reader) draw(c *cell, here *drawing) int {
	one := thing{name: r.name(c.said.Name)}
	a := &r.out.Architecture
	switch c.kind() {
	case isPart:
		one.component = r.components.Take(one.name, strings.TrimPrefix(c.said.Type, "tm."))
		here.parts = append(here.parts, spot{c.rect(), len(a.Components)})
		a.Components = append(a.Components, r.component(one, &c.said))
	case isBox:
		if strings.TrimSpace(c.said.Description) != "" {
			r.notes.Add(boxText, 1, one.name)
		}
		here.boxes = append(here.boxes, spot{c.rect(), len(a.Zones)})
		a.Zones = append(a.Zones, model.Zone{ID: r.zones.Take(one.name, "zone"), Name: one.name})
	case isFlow:
		one.flow, one.source, one.target = &c.said, c.drawn.Source.cell(), c.drawn.Target.cell()
	case isCurve:
		r.notes.Add(curve, 1, one.name)
	case isText:
		r.notes.Add(textBlock, 1, "")
	default:
		r.notes.Add(oddCell, 1, c.said.Type)
	}
	r.things = append(r.things, one)
	r.byCell[c.drawn.ID] = len(r.things) - 1
	return len(r.things) - 1
}

func (r *reader) component(one thing, d *details) model.Component {
	out := model.Component{ID: one.component, Name: one.name, Type: r.kindOf(d, one.name), OutOfScope: d.OutOfScope.yes()}
	out.Encryption = r.encryption(d, one.name)
	if d.Credentials {
		held := model.Data{ID: r.data.Take(string(one.component) + "-credentials"), Name: r.name("Credentials in " + cmp.Or(one.name, string(one.component))), Credentials: model.Yes}
		r.out.Data = append(r.out.Data, held)
		out.Holds = []ident.ID{held.ID}
	}
	if level := r.name(d.Privilege); level != "" {
		r.notes.Add(privilege, 1, level)
		out.Note = "Privilege level: " + level + "."
	}
	out.Note = foreign.Sentences(r.line(d.Description), out.Note, r.reason(d))
	for _, t := range []struct {
		set tick
		tag string
	}{
		{d.CardPayment, "handles-card-payments"},
		{d.Goods, "handles-goods-or-services"},
		{d.Inventory, "stores-inventory"},
		{d.Signed, "signed"},
	} {
		if t.set {
			out.Tags = append(out.Tags, t.tag)
		}
	}
	return out
}

// kindOf gives the type of a component, as far as the file says it.
func (r *reader) kindOf(d *details, name string) model.ComponentType {
	switch {
	case bool(d.Authentication):
		return "identity-provider"
	case d.Type == "tm.Actor":
		r.notes.Add(actor, 1, name)
		return "external-system"
	case d.Type == "tm.Store" && bool(d.Log):
		return "log-store"
	case d.Type == "tm.Store":
		return "datastore"
	case bool(d.WebApplication):
		return "web-application"
	}
	return "process"
}

func (r *reader) encryption(d *details, name string) model.Encryption {
	switch {
	case bool(d.Encrypted):
		return "standard"
	case d.Type == "tm.Store" || d.Type == "tm.Flow":
		r.notes.Add(unticked, 1, name)
	}
	return ""
}

func (r *reader) reason(d *details) string {
	reason := r.line(d.Reason)
	if !d.OutOfScope || reason == "" {
		return ""
	}
	return "Out of scope: " + reason
}

// connect makes the flows, once it is known what became of the cells at their ends.
func (r *reader) connect() {
	for i := range r.things {
		one := &r.things[i]
		if one.flow == nil {
			continue
		}
		source, target := r.end(one.source), r.end(one.target)
		if source == "" || target == "" {
			r.notes.Add(nowhere, 1, one.name)
			continue
		}
		r.out.Architecture.Flows = append(r.out.Architecture.Flows, r.between(source, target, one))
	}
}

func (r *reader) end(cell string) ident.ID {
	if at, known := r.byCell[cell]; known && cell != "" {
		return r.things[at].component
	}
	return ""
}

func (r *reader) between(source, target ident.ID, one *thing) model.Flow {
	d := one.flow
	out := model.Flow{
		ID: r.flows.Take(one.name, string(source)+"-to-"+string(target)), Name: one.name, Source: source, Destination: target,
		Bidirectional: d.Bidirectional.yes(), Protocol: r.name(d.Protocol), Encryption: r.encryption(d, one.name),
	}
	scope, network := r.reason(d), ""
	if d.OutOfScope {
		r.notes.Add(outFlow, 1, one.name)
		scope = cmp.Or(scope, "Out of scope.")
	}
	if d.PublicNetwork {
		r.notes.Add(publicNet, 1, one.name)
		network = "Goes over a public network."
	}
	out.Note = foreign.Sentences(r.line(d.Description), network, scope)
	return out
}

func (t tick) yes() model.Attribute {
	if t {
		return model.Yes
	}
	return model.Unknown
}
