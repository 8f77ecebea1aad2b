package otm

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// reader turns a file into a draft of a service file. The maps give our id for each of theirs.
type reader struct {
	file                          *file
	service                       *model.Service
	notes                         foreign.Notes
	types                         map[string]model.ComponentType
	data, zones, components, flow map[string]ident.ID
}

func newReader(f *file) *reader {
	r := &reader{file: f, service: &model.Service{Bulkhead: "v1"}, types: typeTable()}
	r.data = named(r, f.Assets, "data", func(a *asset) string { return a.ID })
	r.zones = named(r, f.Zones, "zone", func(z *trustZone) string { return z.ID })
	r.components = named(r, f.Components, "component", func(c *component) string { return c.ID })
	r.flow = named(r, f.Flows, "flow", func(d *dataflow) string { return d.ID })
	return r
}

// named gives each thing of a list an id, by the one that it has in the file.
func named[T any](r *reader, list []T, spare ident.ID, id func(*T) string) map[string]ident.ID {
	var names []string
	for i := range list {
		if name := id(&list[i]); name != "" {
			names = append(names, name)
		}
	}
	ids := foreign.Assign(names, spare, ident.Suggest)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if string(ids[name]) != name {
			r.notes.Add(foreign.Renamed, 1, name+" is "+string(ids[name]))
		}
	}
	return ids
}

func (r *reader) all() {
	r.project()
	r.assets()
	r.trustZones()
	r.parts()
	r.dataflows()
	r.mitigations()
	r.left()
}

// name gives the name of a thing, or its id where it has none.
func name(s string, id ident.ID) string { return cmp.Or(foreign.Name(s), string(id)) }

// once gives the id of a thing, the first time that it is asked for.
func (r *reader) once(ids map[string]ident.ID, theirs string, seen map[ident.ID]bool) ident.ID {
	id := ids[theirs]
	switch {
	case id == "":
		r.notes.Add(noID, 1, "")
	case seen[id]:
		r.notes.Add(foreign.Duplicate, 1, theirs)
		return ""
	}
	seen[id] = true
	return id
}

// reference gives the id of one thing that is referred to.
func (r *reader) reference(ids map[string]ident.ID, name string) ident.ID {
	if found := r.notes.Known(ids, name); len(found) > 0 {
		return found[0]
	}
	return ""
}

// unread notes the keys of a thing that are not read.
func (r *reader) unread(keys ...tree.Rest) {
	for _, k := range keys {
		for _, key := range slices.Sorted(maps.Keys(k)) {
			r.notes.Add(foreign.OddKey, 1, key)
		}
	}
}

// fill puts the attributes with a name that is read where they belong, and gives the others back.
func fill[T any](r *reader, fields []field[T], into *T, list attributes) attributes {
	var others attributes
	for _, a := range list {
		i := slices.IndexFunc(fields, func(f field[T]) bool { return fold(f.key) == fold(a.key) })
		switch {
		case i < 0:
			others = append(others, a)
		case a.value == "":
		default:
			r.set(fields[i].of(into), a)
		}
	}
	return others
}

func (r *reader) set(to any, a attribute) {
	if text, is := to.(*string); is {
		*text = r.notes.Cut(a.value, foreign.MaxText)
		return
	}
	if err := schema.ReadWord(a.value, to); err != nil {
		r.notes.Add(oddWord, 1, a.key+": "+a.value)
	}
}

// others notes attributes that are not read.
func (r *reader) others(list attributes) {
	for _, a := range list {
		r.notes.Add(otherwise, 1, a.key)
	}
}

func (r *reader) project() {
	p := &r.file.Project
	called := foreign.Name(p.Name)
	if called == "" {
		r.notes.Add(untitled, 1, "")
		called = cmp.Or(foreign.Name(p.ID), foreign.Untitled)
	}
	r.service.Service = model.Identity{
		ID: cmp.Or(ident.Suggest(p.ID), ident.Suggest(called), foreign.Untitled), Name: called,
		Phase: model.Discovery, Purpose: r.notes.Cut(p.Description, foreign.MaxText),
	}
	if p.Owner != "" || p.Contact != "" {
		r.notes.Add(people, 1, "")
	}
	for _, tag := range p.Tags {
		r.notes.Add(projectTags, 1, tag)
	}
	r.others(p.Attributes)
	r.unread(p.Rest)
}

func (r *reader) assets() {
	seen := map[ident.ID]bool{}
	for i := range r.file.Assets {
		a := &r.file.Assets[i]
		id := r.once(r.data, a.ID, seen)
		if id == "" {
			continue
		}
		d := model.Data{ID: id, Name: name(a.Name, id), Note: strings.TrimSpace(a.Description)}
		d.Value.Confidentiality = r.level(a.Risk.Confidentiality)
		d.Value.Integrity = r.level(a.Risk.Integrity)
		d.Value.Availability = r.level(a.Risk.Availability)
		if why := strings.TrimSpace(a.Risk.Comment); why != "" {
			d.Note = strings.TrimLeft(strings.TrimRight(d.Note, ". ")+". Value: "+why, ". ")
		}
		d.Note = r.notes.Cut(d.Note, foreign.MaxNote)
		r.others(fill(r, dataFields, &d, a.Attributes))
		r.service.Data = append(r.service.Data, d)
		r.unread(a.Rest, a.Risk.Rest)
	}
}

func (r *reader) level(s score) model.Level {
	if s.odd != "" {
		r.notes.Add(oddScore, 1, s.odd)
	}
	return s.level
}

func (r *reader) trustZones() {
	seen, up := map[ident.ID]bool{}, map[ident.ID]ident.ID{}
	a := &r.service.Architecture
	for i := range r.file.Zones {
		t := &r.file.Zones[i]
		id := r.once(r.zones, t.ID, seen)
		if id == "" {
			continue
		}
		z := model.Zone{ID: id, Name: name(t.Name, id), Trust: trustOf(t.Type, t.Name)}
		r.others(fill(r, zoneFields, &z, t.Attributes))
		if z.Trust == "" {
			r.notes.Add(noTrust, 1, z.Name)
		}
		up[id] = r.reference(r.zones, t.Parent.zone())
		if t.Parent.component() != "" {
			r.notes.Add(zoneInPart, 1, z.Name)
		}
		a.Zones = append(a.Zones, z)
		if d, _ := foreign.Line(t.Description, foreign.MaxName); d != "" && d != z.Name {
			r.notes.Add(described, 1, "")
		}
		if t.Risk.Kind != 0 {
			r.notes.Add(ratings, 1, "")
		}
		r.notes.Add(drawings, len(t.Representations), "")
		r.unread(t.Rest, t.Parent.Rest)
	}
	r.straighten(up)
	for i := range a.Zones {
		a.Zones[i].Parent = up[a.Zones[i].ID]
	}
}

// straighten takes out each step of what things are inside that would close a circle.
func (r *reader) straighten(up map[ident.ID]ident.ID) {
	for _, id := range foreign.Uncircle(slices.Sorted(maps.Keys(up)), up) {
		r.notes.Add(circle, 1, string(id))
	}
}

func (r *reader) parts() {
	seen, up := map[ident.ID]bool{}, map[ident.ID]ident.ID{}
	a := &r.service.Architecture
	for i := range r.file.Components {
		c := &r.file.Components[i]
		id := r.once(r.components, c.ID, seen)
		if id == "" {
			continue
		}
		a.Components = append(a.Components, r.part(id, c))
		up[id] = r.reference(r.components, c.Parent.component())
		r.notes.Add(drawings, len(c.Representations), "")
		r.unread(c.Rest, c.Parent.Rest, c.Assets.Rest)
	}
	r.straighten(up)
	at := make(map[ident.ID]*model.Component, len(up))
	for i := range a.Components {
		a.Components[i].Parent = up[a.Components[i].ID]
		at[a.Components[i].ID] = &a.Components[i]
	}
	looked := map[ident.ID]bool{}
	for i := range a.Components {
		inherit(&a.Components[i], at, looked)
	}
}

// inherit puts a component, and all that it is part of, into the zone of the nearest of them that is in one.
func inherit(c *model.Component, at map[ident.ID]*model.Component, looked map[ident.ID]bool) {
	var way []*model.Component
	for c.Zone == "" && c.Parent != "" && !looked[c.ID] {
		looked[c.ID] = true
		way = append(way, c)
		c = at[c.Parent]
	}
	for _, on := range way {
		on.Zone = c.Zone
	}
}

func (r *reader) part(id ident.ID, c *component) model.Component {
	out := model.Component{
		ID: id, Name: name(c.Name, id), Note: r.notes.Cut(c.Description, foreign.MaxNote),
		Zone:  r.reference(r.zones, c.Parent.zone()),
		Holds: r.notes.Known(r.data, c.Assets.Stored...),
	}
	out.Handles = slices.DeleteFunc(r.notes.Known(r.data, c.Assets.Processed...), func(id ident.ID) bool { return slices.Contains(out.Holds, id) })
	t, known := r.types[typeKey(c.Type)]
	if out.Type = t; !known {
		out.Type = "process"
		r.notes.Add(oddType, 1, c.Type)
	}
	if typeKey(c.Type) != fold(string(out.Type)) {
		out.Technology = r.notes.Cut(c.Type, foreign.MaxText)
	}
	for _, tag := range c.Tags {
		if tag = foreign.Name(tag); tag != "" && !slices.Contains(out.Tags, tag) {
			out.Tags = append(out.Tags, tag)
		}
	}
	r.others(fill(r, componentFields, &out, c.Attributes))
	return out
}

func (r *reader) dataflows() {
	seen := map[ident.ID]bool{}
	for i := range r.file.Flows {
		d := &r.file.Flows[i]
		id := r.once(r.flow, d.ID, seen)
		if id == "" {
			continue
		}
		f := model.Flow{
			ID: id, Name: name(d.Name, id), Source: r.components[d.Source], Destination: r.components[d.Destination],
			Data: r.notes.Known(r.data, d.Assets...), Note: r.notes.Cut(d.Description, foreign.MaxNote),
		}
		if f.Source == "" || f.Destination == "" {
			r.notes.Add(nowhere, 1, d.Name)
			continue
		}
		if d.Bidirectional != nil {
			f.Bidirectional = model.No
			if *d.Bidirectional {
				f.Bidirectional = model.Yes
			}
		}
		r.tags(&f, d.Tags)
		r.others(fill(r, flowFields, &f, d.Attributes))
		r.service.Architecture.Flows = append(r.service.Architecture.Flows, f)
		r.notes.Add(drawings, len(d.Representations), "")
		r.unread(d.Rest)
	}
}

// tags reads the protocols that the tags of a flow name.
func (r *reader) tags(f *model.Flow, tags []string) {
	var names []string
	for _, tag := range tags {
		e, known := carried(tag)
		tag = strings.ToLower(strings.TrimSpace(tag))
		switch {
		case tag == "" || slices.Contains(names, tag):
			continue
		case !known:
			r.notes.Add(flowTags, 1, tag)
			continue
		case len(names) == 0:
			f.Encryption = e
		case f.Encryption != e:
			f.Encryption = ""
		}
		names = append(names, tag)
	}
	if len(names) > 1 {
		r.notes.Add(wires, 1, f.Name)
	}
	f.Protocol = strings.Join(names, ", ")
}

// use is what is said of one mitigation at all the places that name it.
type use struct {
	named      bool
	states     map[model.Progress]bool
	components map[ident.ID]bool
}

// uses gathers the uses of mitigations, by their ids in the file.
func (r *reader) uses() map[string]*use {
	out := map[string]*use{}
	at := func(threats []instance, flow bool, components ...ident.ID) {
		for _, t := range threats {
			for _, m := range t.Mitigations {
				u := out[m.Mitigation]
				if u == nil {
					u = &use{states: map[model.Progress]bool{}, components: map[ident.ID]bool{}}
					out[m.Mitigation] = u
				}
				state := progressOf(m.State)
				if u.named = true; state == aside {
					continue
				}
				u.states[state] = true
				for _, c := range components {
					u.components[c] = true
				}
				if flow {
					r.notes.Add(onFlow, 1, "")
				}
			}
		}
	}
	for i := range r.file.Components {
		if id := r.components[r.file.Components[i].ID]; id != "" {
			at(r.file.Components[i].Threats, false, id)
		}
	}
	for i := range r.file.Flows {
		f := &r.file.Flows[i]
		if from, to := r.components[f.Source], r.components[f.Destination]; from != "" && to != "" {
			at(f.Threats, true, from, to)
		}
	}
	return out
}

func (r *reader) mitigations() {
	uses, seen := r.uses(), map[ident.ID]bool{}
	ids := named(r, r.file.Mitigations, "control", func(m *mitigation) string { return m.ID })
	for i := range r.file.Mitigations {
		m := &r.file.Mitigations[i]
		id := r.once(ids, m.ID, seen)
		if id == "" {
			continue
		}
		c := model.Control{ID: id, Title: name(m.Name, id), Description: r.notes.Cut(m.Description, foreign.MaxNote)}
		others := fill(r, controlFields, &c, m.Attributes)
		r.use(&c, uses[m.ID], others, m)
		r.unread(m.Rest)
	}
	for _, theirs := range slices.Sorted(maps.Keys(uses)) {
		if ids[theirs] == "" {
			r.notes.Add(foreign.Dangling, 1, theirs)
		}
	}
}

// use keeps a control that is used somewhere: under a threat, or by what its own attributes say.
func (r *reader) use(c *model.Control, u *use, others attributes, m *mitigation) {
	said := false
	others = slices.DeleteFunc(others, func(a attribute) bool {
		if fold(a.key) != "components" {
			return false
		}
		said = true
		if u == nil {
			c.Components = r.notes.Known(r.components, strings.FieldsFunc(a.value, func(r rune) bool { return r == ',' || r == ' ' })...)
		}
		return true
	})
	r.others(others)
	switch {
	case u == nil && !said && c.Progress == "":
		r.notes.Add(unused, 1, c.Title)
		return
	case u != nil && len(u.states) == 0:
		r.notes.Add(rejected, 1, c.Title)
		return
	case u != nil:
		c.Components = slices.Sorted(maps.Keys(u.components))
		c.Progress = r.overall(c.Title, u.states)
	}
	if m.Reduction.Kind != 0 && m.Reduction.Value != "0" {
		r.notes.Add(reductions, 1, "")
	}
	r.service.Controls = append(r.service.Controls, *c)
}

// overall gives how far a control is from how far it is in each place. What is not known in one is not known of it.
func (r *reader) overall(title string, states map[model.Progress]bool) model.Progress {
	if states[""] {
		return ""
	}
	if len(states) > 1 {
		r.notes.Add(mixed, 1, title)
		return model.InProgress
	}
	return slices.Collect(maps.Keys(states))[0]
}

// left notes what has no place in a service file.
func (r *reader) left() {
	f := r.file
	r.notes.Add(library, len(f.Threats), "")
	count := map[string]int{}
	add := func(threats []instance) {
		for _, t := range threats {
			state := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(t.State)), " ", "-")
			if !slices.Contains(states, state) {
				state = "in another state"
			}
			count[state]++
		}
	}
	for i := range f.Components {
		add(f.Components[i].Threats)
	}
	for i := range f.Flows {
		add(f.Flows[i].Threats)
	}
	for _, state := range slices.Sorted(maps.Keys(count)) {
		r.notes.Add(stated(state), count[state], "")
	}
	r.notes.Add(drawings, len(f.Representations), "")
	r.unread(f.Rest)
}
