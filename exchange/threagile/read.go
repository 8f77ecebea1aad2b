package threagile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// reader turns a model into a draft of a service file. The maps give our id for each of theirs.
type reader struct {
	file                          *file
	service                       *model.Service
	notes                         foreign.Notes
	data, assets, zones, runtimes map[string]ident.ID
}

func newReader(f *file) *reader {
	r := &reader{file: f, service: &model.Service{Bulkhead: "v1"}}
	r.data = named(r, f.Data, "data", func(d *dataAsset) string { return d.ID })
	r.assets = named(r, f.Assets, "component", func(a *technicalAsset) string { return a.ID })
	r.zones = named(r, f.Boundaries, "zone", func(b *boundary) string { return b.ID })
	r.runtimes = named(r, f.Runtimes, "runtime", func(s *sharedRuntime) string { return s.ID })
	return r
}

// named gives each thing of a table an id, by what the file calls it: its id, or its title where it has none.
func named[T any](r *reader, t table[T], spare ident.ID, id func(*T) string) map[string]ident.ID {
	names := make([]string, len(t))
	for i := range t {
		names[i] = cmp.Or(id(&t[i].Is), t[i].Title)
	}
	ids := foreign.Assign(names, spare, ident.Suggest)
	for i, name := range names {
		if id(&t[i].Is) != "" && string(ids[name]) != name {
			r.notes.Add(foreign.Renamed, 1, name+" is "+string(ids[name]))
		}
	}
	return ids
}

func (r *reader) all() {
	r.about()
	r.allData()
	r.allAssets()
	r.boundaries()
	r.sharedRuntimes()
	r.flows()
	r.requirements()
	r.risks()
	r.left()
}

// text gives a text as one line, and notes where it had to be cut.
func (r *reader) text(s string) string {
	return r.notes.Cut(s, foreign.MaxText)
}

// why is a reason, and what it is the reason of.
type why struct{ of, text string }

// note joins what is said of a thing besides its title: its description, and the reasons that are given.
func (r *reader) note(title, description string, reasons ...why) string {
	var parts []string
	if d, _ := foreign.Line(description, foreign.MaxNote); d != "" && d != foreign.Name(title) {
		parts = append(parts, description)
	}
	for _, w := range reasons {
		if strings.TrimSpace(w.text) != "" {
			parts = append(parts, w.of+": "+w.text)
		}
	}
	for i := range len(parts) - 1 {
		parts[i] = strings.TrimRight(parts[i], " .\n") + "."
	}
	return r.notes.Cut(strings.Join(parts, " "), foreign.MaxNote)
}

// title gives the name of a thing, or its id where there is none.
func title(s string, id ident.ID) string { return cmp.Or(foreign.Name(s), string(id)) }

// word gives what a word of Threagile's is here.
func word[T comparable](r *reader, pairs []pair[T], s string) T {
	t, known := ours(pairs, s)
	if !known && strings.TrimSpace(s) != "" {
		r.notes.Add(oddWord, 1, s)
	}
	return t
}

// switched gives yes or no for a switch, and unknown for one that is not there.
func switched(b *bool) model.Attribute {
	switch {
	case b == nil:
		return model.Unknown
	case *b:
		return model.Yes
	}
	return model.No
}

// unread notes the keys of a thing that are not read.
func (r *reader) unread(keys tree.Rest) {
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if strings.HasPrefix(key, "diagram_tweak_") {
			r.notes.Add(drawing, 1, "")
		} else {
			r.notes.Add(foreign.OddKey, 1, key)
		}
	}
}

// about reads what the model says of the service as a whole.
func (r *reader) about() {
	f, s := r.file, r.service
	name := foreign.Name(f.Title)
	if name == "" {
		r.notes.Add(foreign.NoTitle, 1, "")
		name = foreign.Untitled
	}
	s.Service = model.Identity{ID: cmp.Or(ident.Suggest(name), foreign.Untitled), Name: name, Phase: model.Discovery}
	s.Service.Purpose = r.text(cmp.Or(f.Application.Description, f.Business.Description))
	s.Context.BusinessImpact.Criticality = word(r, criticalities, f.Criticality)
	if f.Date != "" {
		day, err := civil.ParseDate(f.Date)
		if err != nil {
			r.notes.Add(oddDate, 1, f.Date)
		} else {
			s.Threats.Model = model.Artefact{Title: name, Date: day}
		}
	}
	if f.Application.Description != "" && f.Business.Description != "" {
		r.notes.Add(comment, 1, "")
	}
	for _, text := range []string{f.Technical.Description, f.Summary} {
		if strings.TrimSpace(text) != "" {
			r.notes.Add(comment, 1, "")
		}
	}
	r.notes.Add(images, len(f.Application.Images)+len(f.Business.Images)+len(f.Technical.Images), "")
	r.notes.Add(included, len(f.Includes), first(f.Includes))
	for _, n := range []yaml.Node{f.Author, f.Contributors} {
		if n.Kind != 0 && n.ShortTag() != "!!null" {
			r.notes.Add(people, 1, "")
		}
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (r *reader) allData() {
	seen := map[ident.ID]bool{}
	for i := range r.file.Data {
		e := &r.file.Data[i]
		d := &e.Is
		id := r.data[cmp.Or(d.ID, e.Title)]
		if seen[id] {
			r.notes.Add(foreign.Duplicate, 1, d.ID)
			continue
		}
		seen[id] = true
		r.service.Data = append(r.service.Data, model.Data{
			ID: id, Name: title(e.Title, id), Owner: r.text(d.Owner),
			Value: r.value(d.Confidentiality, d.Integrity, d.Availability),
			Note:  r.note(e.Title, d.Description, why{"Value", d.Why}, why{"Comes from", d.Origin}),
		})
		if usage := word(r, usages, d.Usage); usage == model.Yes {
			r.notes.Add(dataUsage, 1, "")
		}
		if d.Quantity != "" {
			r.notes.Add(dataQuantity, 1, "")
		}
		r.notes.Add(dataTags, len(d.Tags), first(d.Tags))
		r.unread(d.Rest)
	}
}

func (r *reader) value(confidentiality, integrity, availability string) model.Valuation {
	return model.Valuation{
		Confidentiality: word(r, confidentialities, confidentiality),
		Integrity:       word(r, importances, integrity),
		Availability:    word(r, importances, availability),
	}
}

func (r *reader) allAssets() {
	seen := map[ident.ID]bool{}
	for i := range r.file.Assets {
		e := &r.file.Assets[i]
		id := r.assets[cmp.Or(e.Is.ID, e.Title)]
		if seen[id] {
			r.notes.Add(foreign.Duplicate, 1, e.Is.ID)
			e.Is.Links = nil
			continue
		}
		seen[id] = true
		r.service.Architecture.Components = append(r.service.Architecture.Components, r.component(id, e.Title, &e.Is))
		r.unsaid(&e.Is)
	}
}

func (r *reader) component(id ident.ID, name string, a *technicalAsset) model.Component {
	c := model.Component{
		ID: id, Name: title(name, id), Owner: r.text(a.Owner),
		OutOfScope: switched(a.OutOfScope), InternetFacing: switched(a.Internet), ForPeople: switched(a.ForPeople),
		MultiTenant: switched(a.MultiTenant), Redundant: switched(a.Redundant), Custom: switched(a.Custom),
		Encryption: word(r, encryptions, a.Encryption),
		Value:      r.value(a.Confidentiality, a.Integrity, a.Availability),
		Holds:      r.notes.Known(r.data, a.Stored...),
	}
	c.Handles = slices.DeleteFunc(r.notes.Known(r.data, a.Processed...), func(id ident.ID) bool { return slices.Contains(c.Holds, id) })
	c.Type, c.Technology = r.made(a)
	if isClient(c.Type) && c.InternetFacing == model.Yes {
		c.InternetFacing = model.Unknown
		r.notes.Add(outside, 1, c.Name)
	}
	c.AcceptsFiles = r.formats(a.Formats)
	for _, tag := range a.Tags {
		if tag = foreign.Name(tag); tag != "" && !slices.Contains(c.Tags, tag) {
			c.Tags = append(c.Tags, tag)
		}
	}
	c.Note = r.note(name, a.Description, why{"Value", a.Why}, why{"Out of scope", a.WhyOut})
	return c
}

// made gives the type of a component and what it is made with.
func (r *reader) made(a *technicalAsset) (model.ComponentType, string) {
	var words, named []string
	for _, w := range append([]string{a.Technology}, a.Technologies...) {
		w = foreign.Name(w)
		if w == "" || slices.Contains(words, w) {
			continue
		}
		words = append(words, w)
		if _, known := ours(technologies, w); !known {
			r.notes.Add(oddWord, 1, w)
		}
		if w != "unknown-technology" && w != "unknown" {
			named = append(named, w)
		}
	}
	t, known := typeOf(a.Type, words, a.ForPeople != nil && *a.ForPeople)
	if !known {
		r.notes.Add(oddType, 1, a.Type)
	}
	return t, r.text(strings.Join(named, ", "))
}

// formats says whether a component takes files or markup. A list that names only JSON does not say that it takes no others.
func (r *reader) formats(list []string) model.Attribute {
	takes := model.Unknown
	for _, f := range list {
		switch strings.ToLower(strings.TrimSpace(f)) {
		case "file", "xml", "csv", "yaml", "serialization":
			takes = model.Yes
		case "json":
		default:
			r.notes.Add(oddWord, 1, f)
		}
	}
	r.notes.Add(formats, len(list), "")
	return takes
}

// unsaid notes what a technical asset says and a component cannot.
func (r *reader) unsaid(a *technicalAsset) {
	if a.Size != "" {
		r.notes.Add(sized, 1, "")
	}
	if a.Machine != "" {
		r.notes.Add(machines, 1, "")
	}
	if word(r, usages, a.Usage) == model.Yes {
		r.notes.Add(assetUsage, 1, "")
	}
	if strings.Contains(a.Encryption, "-key") {
		r.notes.Add(keyKind, 1, a.Encryption)
	}
	if a.Order.Kind != 0 {
		r.notes.Add(drawing, 1, "")
	}
	r.unread(a.Rest)
}

// position gives where each component is in the list.
func (r *reader) position() map[ident.ID]*model.Component {
	list := r.service.Architecture.Components
	out := make(map[ident.ID]*model.Component, len(list))
	for i := range list {
		out[list[i].ID] = &list[i]
	}
	return out
}

func (r *reader) boundaries() {
	components, up, seen := r.position(), map[ident.ID]ident.ID{}, map[ident.ID]bool{}
	var order []ident.ID
	for i := range r.file.Boundaries {
		e := &r.file.Boundaries[i]
		b := &e.Is
		id := r.zones[cmp.Or(b.ID, e.Title)]
		if seen[id] {
			r.notes.Add(foreign.Duplicate, 1, b.ID)
			continue
		}
		seen[id] = true
		r.service.Architecture.Zones = append(r.service.Architecture.Zones, model.Zone{ID: id, Name: title(e.Title, id)})
		order = append(order, id)
		for _, inside := range r.notes.Known(r.assets, b.Inside...) {
			r.home(&components[inside].Zone, id, inside)
		}
		for _, nested := range r.notes.Known(r.zones, b.Nested...) {
			parent := up[nested]
			r.home(&parent, id, nested)
			up[nested] = parent
		}
		if b.Type != "" {
			r.notes.Add(boundaryType, 1, "")
		}
		r.place(e.Title, b.Description, b.Tags, b.Rest)
	}
	r.nest(order, up)
}

// home puts a thing into the first place that claims it.
func (r *reader) home(place *ident.ID, id, thing ident.ID) {
	if *place != "" && *place != id {
		r.notes.Add(twoHomes, 1, string(thing))
		return
	}
	*place = id
}

// nest puts zones into each other, leaving out each step that would close a circle.
func (r *reader) nest(order []ident.ID, up map[ident.ID]ident.ID) {
	for _, id := range foreign.Uncircle(order, up) {
		r.notes.Add(circle, 1, string(id))
	}
	for i := range r.service.Architecture.Zones {
		z := &r.service.Architecture.Zones[i]
		z.Parent = up[z.ID]
	}
}

// place notes what a boundary or a runtime says and a zone or a runtime of ours cannot.
func (r *reader) place(name, description string, tags []string, keys tree.Rest) {
	if d, _ := foreign.Line(description, foreign.MaxName); d != "" && d != foreign.Name(name) {
		r.notes.Add(described, 1, "")
	}
	r.notes.Add(dataTags, len(tags), first(tags))
	r.unread(keys)
}

func (r *reader) sharedRuntimes() {
	components, seen := r.position(), map[ident.ID]bool{}
	for i := range r.file.Runtimes {
		e := &r.file.Runtimes[i]
		id := r.runtimes[cmp.Or(e.Is.ID, e.Title)]
		if seen[id] {
			r.notes.Add(foreign.Duplicate, 1, e.Is.ID)
			continue
		}
		seen[id] = true
		r.service.Architecture.Runtimes = append(r.service.Architecture.Runtimes, model.Runtime{ID: id, Name: title(e.Title, id)})
		for _, running := range r.notes.Known(r.assets, e.Is.Running...) {
			r.home(&components[running].Runtime, id, running)
		}
		r.place(e.Title, e.Is.Description, e.Is.Tags, e.Is.Rest)
	}
}

// flows reads the links of all assets. A link has no id in Threagile, so its asset and its title make one.
func (r *reader) flows() {
	var keys []string
	for i := range r.file.Assets {
		a := &r.file.Assets[i]
		for j := range a.Is.Links {
			keys = append(keys, linkKey(r.assets[cmp.Or(a.Is.ID, a.Title)], a.Is.Links[j].Title))
		}
	}
	ids := foreign.Assign(keys, "flow", ident.Suggest)
	for i := range r.file.Assets {
		a := &r.file.Assets[i]
		source := r.assets[cmp.Or(a.Is.ID, a.Title)]
		for j := range a.Is.Links {
			l := &a.Is.Links[j]
			r.flow(ids[linkKey(source, l.Title)], source, l.Title, &l.Is)
		}
	}
}

// linkKey names a link, by its asset and its title.
func linkKey(source ident.ID, title string) string { return string(source) + " " + title }

func (r *reader) flow(id, source ident.ID, name string, l *link) {
	destination := r.assets[l.Target]
	if destination == "" {
		r.notes.Add(nowhere, 1, name)
		return
	}
	f := model.Flow{
		ID: id, Name: title(name, id), Source: source, Destination: destination,
		Data:           r.notes.Known(r.data, slices.Concat(l.Sent, l.Received)...),
		Authentication: word(r, authentications, l.Authentication),
		Authorization:  word(r, authorizations, l.Authorization),
		Management:     word(r, usages, l.Usage),
		Filtered:       switched(l.Filtered),
		Note:           r.note(name, l.Description),
	}
	f.Encryption = word(r, protocols, l.Protocol)
	if l.VPN != nil && *l.VPN {
		f.Encryption = "standard"
	}
	if f.Protocol = r.text(l.Protocol); f.Protocol == "unknown-protocol" {
		f.Protocol = ""
	}
	if len(l.Received) > 0 {
		f.Bidirectional = model.Yes
		r.notes.Add(direction, 1, "")
	}
	r.service.Architecture.Flows = append(r.service.Architecture.Flows, f)
	if f.Authorization == "" && l.Authorization != "" {
		r.notes.Add(rights, 1, "")
	}
	if l.ReadOnly != nil && *l.ReadOnly {
		r.notes.Add(readOnly, 1, "")
	}
	r.notes.Add(dataTags, len(l.Tags), first(l.Tags))
	for _, n := range []yaml.Node{l.Weight, l.Constraint} {
		if n.Kind != 0 {
			r.notes.Add(drawing, 1, "")
		}
	}
	r.unread(l.Rest)
}

// requirements become controls of which nothing is claimed, each with the requirement for the backlog.
func (r *reader) requirements() {
	ids := foreign.Assign(titles(r.file.Requirements), "requirement", ident.Suggest)
	for _, e := range r.file.Requirements {
		name := title(e.Title, ids[e.Title])
		r.service.Controls = append(r.service.Controls, model.Control{
			ID: ids[e.Title], Title: name, Requirements: []model.Story{{Text: cmp.Or(r.text(e.Is), name)}},
		})
	}
}

func titles[T any](t table[T]) []string {
	out := make([]string, len(t))
	for i := range t {
		out[i] = t[i].Title
	}
	return out
}

// risks are the abuse cases and what was identified by hand.
func (r *reader) risks() {
	names := titles(r.file.AbuseCases)
	groups := slices.Concat(r.file.Individual, r.file.Custom)
	for _, g := range groups {
		names = append(names, titles(g.Is.Risks)...)
	}
	for i := range names {
		names[i] = plain(names[i])
	}
	ids, seen := foreign.Assign(names, "risk", ident.Suggest), map[ident.ID]bool{}
	add := func(name string, risk model.Risk) {
		risk.ID = ids[plain(name)]
		if seen[risk.ID] {
			r.notes.Add(foreign.Duplicate, 1, name)
			return
		}
		seen[risk.ID] = true
		risk.Title = title(plain(name), risk.ID)
		r.service.Risks = append(r.service.Risks, risk)
	}
	for _, e := range r.file.AbuseCases {
		add(e.Title, model.Risk{Statement: r.text(e.Is)})
	}
	for _, g := range groups {
		for i := range g.Is.Risks {
			add(g.Is.Risks[i].Title, r.identified(&g, &g.Is.Risks[i].Is))
		}
		r.advice(g.Is.Rest)
	}
}

func (r *reader) identified(g *entry[category], i *identified) model.Risk {
	risk := model.Risk{
		Category: foreign.Name(g.Title), Statement: r.text(g.Is.Description),
		Data:       r.notes.Known(r.data, i.Data),
		Components: r.notes.Known(r.assets, append([]string{i.Asset}, i.Breached...)...),
	}
	if s := word(r, strides, g.Is.Stride); s != "" {
		risk.Stride = []model.Stride{s}
	}
	r.notes.Add(severities, 1, "")
	return risk
}

// plain takes out the marks with which Threagile's titles are written for its report.
func plain(s string) string {
	return strings.NewReplacer("<b>", "", "</b>", "", "<i>", "", "</i>", "", "<u>", "", "</u>", "").Replace(s)
}

// advice notes what a category of risk says besides, most of which is about risks of its kind anywhere.
func (r *reader) advice(keys tree.Rest) {
	keys = maps.Clone(keys)
	for _, key := range []string{
		"id", "impact", "asvs", "cheat_sheet", "action", "mitigation", "check", "function", "detection_logic", "risk_assessment",
		"false_positives", "model_failure_possible_reason", "cwe",
	} {
		if _, said := keys[key]; said && key != "id" {
			r.notes.Add(advised, 1, key)
		}
		delete(keys, key)
	}
	r.unread(keys)
}

// left notes what has no place in a service file.
func (r *reader) left() {
	f := r.file
	r.notes.Add(asked, len(f.Questions), first(titles(f.Questions)))
	for _, status := range statuses {
		n := 0
		for _, e := range f.Tracking {
			if strings.EqualFold(strings.TrimSpace(e.Is.Status), status) {
				n++
			}
		}
		r.notes.Add(tracked(status), n, "")
	}
	for _, e := range f.Tracking {
		if !slices.Contains(statuses, strings.ToLower(strings.TrimSpace(e.Is.Status))) {
			r.notes.Add(tracked("something else than Threagile's words"), 1, "")
		}
	}
	for _, o := range []overview{f.Application, f.Business, f.Technical} {
		r.unread(o.Rest)
	}
	r.unread(f.Rest)
}
