package threagile

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Write writes a service as a Threagile model, and says in sentences what Threagile cannot. The same service gives the
// same bytes.
func Write(s *model.Service) (text []byte, lost []string) {
	w := newWriter(s)
	var b book
	front := newPage()
	w.about(front)
	b.put(front)
	for _, c := range []struct {
		key   string
		write func(*chapter)
	}{{"data_assets", w.data}, {"technical_assets", w.components}, {"trust_boundaries", w.zones}, {"shared_runtimes", w.runtimes}} {
		b.chapter(c.key, c.write)
	}
	w.sections()
	if b.failed != nil {
		return nil, []string{"The service could not be written as YAML."}
	}
	return b.text, w.notes.Sentences()
}

// writer writes one service. The maps give their id for each of ours.
type writer struct {
	s                                          *model.Service
	notes                                      foreign.Notes
	dataIDs, componentIDs, zoneIDs, runtimeIDs map[string]ident.ID
	flows                                      map[ident.ID][]*model.Flow // by their source
}

func newWriter(s *model.Service) *writer {
	w := &writer{s: s, flows: map[ident.ID][]*model.Flow{}}
	a := &s.Architecture
	w.dataIDs = allowed(w, s.Data, "data", func(d *model.Data) ident.ID { return d.ID })
	w.componentIDs = allowed(w, a.Components, "asset", func(c *model.Component) ident.ID { return c.ID })
	w.zoneIDs = allowed(w, a.Zones, "boundary", func(z *model.Zone) ident.ID { return z.ID })
	w.runtimeIDs = allowed(w, a.Runtimes, "runtime", func(r *model.Runtime) ident.ID { return r.ID })
	for i := range a.Flows {
		f := &a.Flows[i]
		if w.componentIDs[string(f.Source)] == "" || w.componentIDs[string(f.Destination)] == "" {
			w.notes.Add(lostFlow, 1, string(f.ID))
			continue
		}
		w.flows[f.Source] = append(w.flows[f.Source], f)
	}
	return w
}

// allowed gives each thing an id that Threagile allows.
func allowed[T any](w *writer, items []T, spare ident.ID, id func(*T) ident.ID) map[string]ident.ID {
	names := make([]string, len(items))
	for i := range items {
		names[i] = string(id(&items[i]))
	}
	ids := foreign.Assign(names, spare, hyphenated)
	for _, name := range names {
		if string(ids[name]) != name {
			w.notes.Add(newID, 1, name+" is "+string(ids[name]))
		}
	}
	return ids
}

// hyphenated gives an id with only letters, digits and hyphens, which is all that Threagile allows.
func hyphenated(s string) ident.ID {
	return ident.ID(strings.Trim(strings.NewReplacer(".", "-", "_", "-").Replace(s), "-"))
}

// ids gives their ids for ours, leaving out what is not in the service.
func (w *writer) ids(theirs map[string]ident.ID, ours []ident.ID) []string {
	var out []string
	for _, id := range ours {
		if t := theirs[string(id)]; t != "" {
			out = append(out, string(t))
		}
	}
	return out
}

// by gathers the ids of things by what holds them.
func by[T any](items []T, pair func(*T) (holder, id ident.ID)) map[ident.ID][]ident.ID {
	out := map[ident.ID][]ident.ID{}
	for i := range items {
		holder, id := pair(&items[i])
		out[holder] = append(out[holder], id)
	}
	return out
}

// titler gives out titles, each once.
type titler struct {
	w     *writer
	taken map[string]bool
}

func (w *writer) titler() titler { return titler{w, map[string]bool{}} }

func (t titler) title(name string, id ident.ID) string {
	name, _ = foreign.Line(cmp.Or(name, string(id)), foreign.MaxName)
	if t.taken[name] {
		t.w.notes.Add(newTitle, 1, name)
	}
	for t.taken[name] {
		name += " (" + string(id) + ")"
	}
	t.taken[name] = true
	return name
}

// text writes a text that is cut where what is read back would be.
func (w *writer) text(p page, key, value string, most int) {
	line, cut := foreign.Line(value, most)
	if cut {
		w.notes.Add(cutText, 1, line)
	}
	p.text(key, line)
}

// flag writes a switch, and the graver value where it is not known.
func (w *writer) flag(p page, key string, a model.Attribute, grave bool) {
	if a == model.Unknown {
		w.notes.Add(graver, 1, "")
		p.flag(key, grave)
		return
	}
	p.flag(key, a == model.Yes)
}

// say writes Threagile's word for one of ours; the graver one where it is not known.
func say[T comparable](w *writer, p page, key string, pairs []pair[T], value T, grave string) {
	var unknown T
	if value == unknown {
		w.notes.Add(graver, 1, "")
		p.text(key, grave)
		return
	}
	word, _ := theirs(pairs, value)
	p.text(key, cmp.Or(word, grave))
}

func (w *writer) about(p page) {
	id := &w.s.Service
	p.text("threagile_version", "1.0.0")
	w.text(p, "title", cmp.Or(id.Name, string(id.ID)), foreign.MaxName)
	if day := w.s.Threats.Model.Date; !day.IsZero() {
		p.text("date", day.String())
	}
	w.text(p.under("author"), "name", cmp.Or(id.Owner, "not named"), foreign.MaxName)
	if id.Purpose != "" {
		w.text(p.under("business_overview"), "description", id.Purpose, foreign.MaxText)
	}
	say(w, p, "business_criticality", criticalities, w.s.Context.BusinessImpact.Criticality, "mission-critical")
	w.risks(p.under("abuse_cases"))
	w.requirements(p.under("security_requirements"))
	p.list("tags_available", w.tags())
}

// risks are written as abuse cases.
func (w *writer) risks(p page) {
	titles := w.titler()
	for i := range w.s.Risks {
		r := w.s.Risks[i]
		name := titles.title(r.Title, r.ID)
		w.text(p, name, r.Statement, foreign.MaxText)
		w.readBack(r.ID, name)
		r.ID, r.Title, r.Statement = "", "", ""
		w.more(moreRisks, &r, name)
	}
}

// requirements are those of controls, for the backlog.
func (w *writer) requirements(p page) {
	titles := w.titler()
	for i := range w.s.Controls {
		c := w.s.Controls[i]
		name := cmp.Or(c.Title, string(c.ID))
		if len(c.Requirements) > 0 {
			name = titles.title(name, c.ID)
			w.text(p, name, c.Requirements[0].Text, foreign.MaxText)
			w.readBack(c.ID, name)
			if len(c.Requirements) == 1 && c.Requirements[0] == (model.Story{Text: c.Requirements[0].Text}) {
				c.ID, c.Title, c.Requirements = "", "", nil
			}
		}
		w.more(moreControl, &c, name)
	}
}

// readBack notes an id that will be another one when the title is read.
func (w *writer) readBack(id ident.ID, title string) {
	if ident.Suggest(title) != id {
		w.notes.Add(newByTitle, 1, string(id))
	}
}

// more notes a thing that says more than was taken out of it.
func (w *writer) more(note foreign.Note, of any, name string) {
	if !reflect.ValueOf(of).Elem().IsZero() {
		w.notes.Add(note, 1, name)
	}
}

// tags gives all tags, which Threagile wants to be told before they are used.
func (w *writer) tags() []string {
	var all []string
	for i := range w.s.Architecture.Components {
		for _, tag := range w.s.Architecture.Components[i].Tags {
			all = append(all, lower(tag))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func lower(tag string) string { return strings.ToLower(strings.TrimSpace(tag)) }

func (w *writer) data(c *chapter) {
	titles := w.titler()
	for i := range w.s.Data {
		d := w.s.Data[i]
		name := titles.title(d.Name, d.ID)
		item := c.page(name)
		item.text("id", string(w.dataIDs[string(d.ID)]))
		w.text(item, "description", cmp.Or(d.Note, name), foreign.MaxNote)
		item.text("usage", "business")
		item.list("tags", nil)
		w.text(item, "owner", d.Owner, foreign.MaxText)
		item.text("quantity", "very-many")
		w.notes.Add(quantities, 1, "")
		w.value(item, d.Value)
		d.ID, d.Name, d.Note, d.Owner, d.Value = "", "", "", "", model.Valuation{}
		w.more(moreData, &d, name)
	}
}

func (w *writer) value(p page, v model.Valuation) {
	say(w, p, "confidentiality", confidentialities, v.Confidentiality, "strictly-confidential")
	say(w, p, "integrity", importances, v.Integrity, "mission-critical")
	say(w, p, "availability", importances, v.Availability, "mission-critical")
	p.text("justification_cia_rating", "")
}

func (w *writer) components(into *chapter) {
	titles := w.titler()
	for i := range w.s.Architecture.Components {
		c := w.s.Architecture.Components[i]
		name := titles.title(c.Name, c.ID)
		w.component(into.page(name), &c, name)
		c = model.Component{
			Parent: c.Parent, Supplier: c.Supplier, Provider: c.Provider, Version: c.Version, SupportedUntil: c.SupportedUntil, Secrets: c.Secrets,
			Management: c.Management, Logs: c.Logs, BackedUp: c.BackedUp, Criticality: c.Criticality, Interfaces: c.Interfaces, Bill: c.Bill, Formerly: c.Formerly,
		}
		w.more(moreParts, &c, name)
	}
}

func (w *writer) component(p page, c *model.Component, name string) {
	p.text("id", string(w.componentIDs[string(c.ID)]))
	w.text(p, "description", cmp.Or(c.Note, name), foreign.MaxNote)
	kind, technologies := w.made(c)
	p.text("type", kind)
	p.text("usage", usage(c.Management))
	w.flag(p, "used_as_client_by_human", c.ForPeople, isClient(c.Type))
	w.flag(p, "out_of_scope", c.OutOfScope, false)
	p.text("size", "component")
	w.notes.Add(guessed, 1, "")
	p.text("technology", technologies[0])
	if len(technologies) > 1 {
		p.list("technologies", technologies)
	}
	p.list("tags", w.tagged(c))
	w.flag(p, "internet", c.InternetFacing, true)
	p.text("machine", "virtual")
	w.crypto(p, c.Encryption)
	w.text(p, "owner", c.Owner, foreign.MaxText)
	w.value(p, c.Value)
	w.flag(p, "multi_tenant", c.MultiTenant, true)
	w.flag(p, "redundant", c.Redundant, false)
	w.flag(p, "custom_developed_parts", c.Custom, true)
	p.list("data_assets_processed", w.ids(w.dataIDs, c.Handles))
	p.list("data_assets_stored", w.ids(w.dataIDs, c.Holds))
	p.list("data_formats_accepted", w.formats(c.AcceptsFiles))
	w.links(p.under("communication_links"), w.flows[c.ID])
}

func usage(management model.Attribute) string {
	if management == model.Yes {
		return "devops"
	}
	return "business"
}

// isClient says of which types people are likely to be the users where that is not known.
func isClient(t model.ComponentType) bool {
	return t == "person" || t == "desktop-application" || t == "mobile-application"
}

// made gives the type of asset and the technologies of a component, at least one: those that it names where Threagile has
// them and they do not speak against its type, and otherwise the first that has its type.
func (w *writer) made(c *model.Component) (kind string, words []string) {
	kind, forPeople := kindOf(c.Type), c.ForPeople == model.Yes || c.ForPeople == model.Unknown && isClient(c.Type)
	named := strings.Split(c.Technology, ", ")
	fits := !slices.ContainsFunc(named, func(word string) bool {
		_, known := ours(technologies, word)
		return !known
	})
	for _, k := range []string{kind, "process", "datastore", "external-entity"} {
		if t, _ := typeOf(k, named, forPeople); fits && t == c.Type {
			return k, named
		}
	}
	if c.Technology != "" {
		w.notes.Add(otherTech, 1, c.Technology)
	}
	word, _ := theirs(technologies, c.Type)
	if word == "application-server" { // what is only a process has no technology to name
		word = ""
	}
	words = []string{cmp.Or(word, "unknown-technology")}
	if t, _ := typeOf(kind, words, forPeople); t != c.Type {
		w.notes.Add(otherType, 1, string(c.ID)+" is "+string(c.Type))
	}
	return kind, words
}

func (w *writer) tagged(c *model.Component) []string {
	var out []string
	for _, tag := range c.Tags {
		if lower(tag) != tag {
			w.notes.Add(newTag, 1, tag)
		}
		out = append(out, lower(tag))
	}
	return out
}

func (w *writer) crypto(p page, e model.Encryption) {
	if e == "approved" {
		w.notes.Add(otherCrypto, 1, "")
		e = "standard"
	}
	say(w, p, "encryption", encryptions, e, "none")
}

func (w *writer) formats(takes model.Attribute) []string {
	switch takes {
	case model.Yes:
		return []string{"file"}
	case model.No:
		w.notes.Add(noFiles, 1, "")
	}
	return nil
}

func (w *writer) links(p page, flows []*model.Flow) {
	titles := w.titler()
	for _, flow := range flows {
		f := *flow
		name := titles.title(f.Name, f.ID)
		w.link(p.under(name), &f, name)
		if ident.Suggest(linkKey(w.componentIDs[string(f.Source)], name)) != f.ID {
			w.notes.Add(newByTitle, 1, string(f.ID))
		}
		f = model.Flow{RateLimited: f.RateLimited, Validated: f.Validated, Logged: f.Logged, Identity: f.Identity, Formerly: f.Formerly}
		w.more(moreFlows, &f, name)
	}
}

func (w *writer) link(p page, f *model.Flow, name string) {
	p.text("target", string(w.componentIDs[string(f.Destination)]))
	w.text(p, "description", cmp.Or(f.Note, name), foreign.MaxNote)
	protocol, vpn := w.wire(f)
	p.text("protocol", protocol)
	say(w, p, "authentication", authentications, w.signIn(f.Authentication, "passkey", "multi-factor"), "none")
	w.authorization(p, f.Authorization)
	p.list("tags", nil)
	p.flag("vpn", vpn)
	w.flag(p, "ip_filtered", f.Filtered, false)
	w.flag(p, "readonly", model.Unknown, false)
	say(w, p, "usage", usages, f.Management, "devops")
	data := w.ids(w.dataIDs, f.Data)
	p.list("data_assets_sent", data)
	if f.Bidirectional != model.Yes {
		data = nil
	}
	p.list("data_assets_received", data)
	if f.Bidirectional == model.No || f.Bidirectional == model.Yes && len(data) == 0 {
		w.notes.Add(bothWays, 1, string(f.ID))
	}
}

func (w *writer) signIn(s, from, to model.SignIn) model.SignIn {
	if s == from {
		w.notes.Add(otherSignIn, 1, string(s))
		return to
	}
	return s
}

func (w *writer) authorization(p page, a model.SignIn) {
	if a != "" && a != "none" {
		w.notes.Add(otherSignIn, 1, string(a))
		p.text("authorization", "technical-user")
		return
	}
	say(w, p, "authorization", authorizations, a, "none")
}

// wire gives the protocol of a flow in Threagile's words, and whether what it carries is encrypted beneath the protocol,
// for which Threagile's word is vpn.
func (w *writer) wire(f *model.Flow) (protocol string, vpn bool) {
	protocol = cmp.Or(lower(f.Protocol), "unknown-protocol")
	encrypted := f.Encryption != "" && f.Encryption != "none"
	carried, known := ours(protocols, protocol)
	if !known {
		protocol, carried = "binary", "none"
		if encrypted {
			protocol, carried = "binary-encrypted", "standard"
		}
		w.notes.Add(otherWire, 1, f.Protocol)
	}
	if f.Encryption == "none" && carried == "standard" {
		w.notes.Add(otherWire, 1, f.Protocol)
		return unprotected(protocol), false
	}
	if encrypted && f.Encryption != "standard" {
		w.notes.Add(otherCrypto, 1, string(f.Encryption))
	}
	if vpn = encrypted && carried != "standard"; vpn {
		w.notes.Add(tunnelled, 1, string(f.ID))
	}
	return protocol, vpn
}

// unprotected gives a protocol without its encryption; where Threagile has no such word, one that is only text.
func unprotected(protocol string) string {
	for _, plain := range []string{strings.TrimSuffix(protocol, "-encrypted"), strings.TrimSuffix(protocol, "s"), strings.TrimPrefix(protocol, "s")} {
		if e, _ := ours(protocols, plain); e == "none" {
			return plain
		}
	}
	return "text"
}

func (w *writer) zones(c *chapter) {
	a, titles := &w.s.Architecture, w.titler()
	inside := by(a.Components, func(c *model.Component) (ident.ID, ident.ID) { return c.Zone, c.ID })
	nested := by(a.Zones, func(z *model.Zone) (ident.ID, ident.ID) { return z.Parent, z.ID })
	for _, z := range a.Zones {
		name := titles.title(z.Name, z.ID)
		item := c.page(name)
		item.text("id", string(w.zoneIDs[string(z.ID)]))
		item.text("description", name)
		item.text("type", "execution-environment")
		w.notes.Add(unguarded, 1, "")
		item.list("tags", nil)
		item.list("technical_assets_inside", w.ids(w.componentIDs, inside[z.ID]))
		item.list("trust_boundaries_nested", w.ids(w.zoneIDs, nested[z.ID]))
		z.ID, z.Name, z.Parent = "", "", ""
		w.more(moreZones, &z, name)
	}
}

func (w *writer) runtimes(c *chapter) {
	a, titles := &w.s.Architecture, w.titler()
	running := by(a.Components, func(c *model.Component) (ident.ID, ident.ID) { return c.Runtime, c.ID })
	for _, r := range a.Runtimes {
		name := titles.title(r.Name, r.ID)
		item := c.page(name)
		item.text("id", string(w.runtimeIDs[string(r.ID)]))
		item.text("description", name)
		item.list("tags", nil)
		item.list("technical_assets_running", w.ids(w.componentIDs, running[r.ID]))
		r.ID, r.Name = "", ""
		w.more(moreZones, &r, name)
	}
}

// sections notes what the service says that has no place at all, by the key that it stands under.
func (w *writer) sections() {
	w.notes.Add(identities, len(w.s.Architecture.Identities), "")
	s := *w.s
	s.Bulkhead, s.Data, s.Architecture, s.Risks, s.Controls = "", nil, model.Architecture{}, nil, nil
	s.Service.ID, s.Service.Name, s.Service.Purpose = "", "", ""
	if s.Service.Phase == model.Discovery {
		s.Service.Phase = "" // what is read back says so too
	}
	s.Context.BusinessImpact.Criticality = ""
	s.Threats.Model.Title, s.Threats.Model.Date = "", civil.Date{}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			w.notes.Add(section(v.Type().Field(i).Tag.Get("json")), 1, "")
		}
	}
}
