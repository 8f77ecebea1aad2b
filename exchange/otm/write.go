package otm

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Write writes a service as an OTM file in JSON, and says in sentences what OTM cannot. The same service gives the same
// bytes.
func Write(s *model.Service) (text []byte, lost []string) {
	w := &writer{s: s, types: typeTable(), components: map[ident.ID]*model.Component{}}
	for i := range s.Architecture.Components {
		w.components[s.Architecture.Components[i].ID] = &s.Architecture.Components[i]
	}
	for i := range s.Architecture.Zones {
		w.zones = append(w.zones, s.Architecture.Zones[i].ID)
	}
	out := outFile{Version: "0.2.0", Project: w.project(), Assets: w.assets()}
	out.Components = w.parts()
	out.Zones = w.trustZones()
	out.Flows = w.dataflows()
	out.Mitigations = w.mitigations()
	w.sections()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return nil, []string{"The service could not be written as JSON."}
	}
	return b.Bytes(), w.notes.Sentences()
}

// The parts of an OTM file that are written.

type outFile struct {
	Version     string          `json:"otmVersion"`
	Project     outProject      `json:"project"`
	Assets      []outAsset      `json:"assets"`
	Zones       []outZone       `json:"trustZones"`
	Components  []outComponent  `json:"components"`
	Flows       []outFlow       `json:"dataflows"`
	Mitigations []outMitigation `json:"mitigations"`
}

type outProject struct {
	ID          ident.ID `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
}

type outAsset struct {
	ID          ident.ID          `json:"id"`
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Risk        outRisk           `json:"risk"`
	Attributes  map[string]string `json:"attributes,omitempty"`
}

type outRisk struct {
	Confidentiality int `json:"confidentiality"`
	Integrity       int `json:"integrity"`
	Availability    int `json:"availability"`
}

type outZone struct {
	ID         ident.ID          `json:"id"`
	Name       string            `json:"name"`
	Risk       outRating         `json:"risk"`
	Parent     *outParent        `json:"parent,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

type outRating struct {
	Trust int `json:"trustRating"`
}

type outParent struct {
	Zone      ident.ID `json:"trustZone,omitempty"`
	Component ident.ID `json:"component,omitempty"`
}

type outComponent struct {
	ID          ident.ID          `json:"id"`
	Name        string            `json:"name"`
	Type        string            `json:"type"`
	Description string            `json:"description,omitempty"`
	Parent      outParent         `json:"parent"`
	Assets      *outAssets        `json:"assets,omitempty"`
	Tags        []string          `json:"tags,omitempty"`
	Attributes  map[string]string `json:"attributes,omitempty"`
}

type outAssets struct {
	Processed []ident.ID `json:"processed,omitempty"`
	Stored    []ident.ID `json:"stored,omitempty"`
}

type outFlow struct {
	ID            ident.ID          `json:"id"`
	Name          string            `json:"name"`
	Description   string            `json:"description,omitempty"`
	Bidirectional *bool             `json:"bidirectional,omitempty"`
	Source        ident.ID          `json:"source"`
	Destination   ident.ID          `json:"destination"`
	Assets        []ident.ID        `json:"assets,omitempty"`
	Attributes    map[string]string `json:"attributes,omitempty"`
}

type outMitigation struct {
	ID          ident.ID          `json:"id"`
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Reduction   int               `json:"riskReduction"`
	Attributes  map[string]string `json:"attributes"`
}

// writer writes one service.
type writer struct {
	s          *model.Service
	notes      foreign.Notes
	types      map[string]model.ComponentType
	components map[ident.ID]*model.Component
	zones      []ident.ID
	notKnown   ident.ID // the zone for components in none; empty while there are none
}

// text cuts a text where what is read back would be cut.
func (w *writer) text(s string, most int) string {
	line, cut := foreign.Line(s, most)
	if cut {
		w.notes.Add(cutText, 1, line)
	}
	return line
}

// attributes takes out of a thing what goes under attributes.
func attributesOf[T any](w *writer, fields []field[T], from *T) map[string]string {
	out := map[string]string{}
	for _, f := range fields {
		v := reflect.ValueOf(f.of(from)).Elem()
		if v.IsZero() {
			continue
		}
		out[f.key] = w.text(v.String(), foreign.MaxText)
		v.SetZero()
		w.notes.Add(extra, 1, "")
	}
	return out
}

// more notes a thing that says more than was taken out of it.
func (w *writer) more(note foreign.Note, of any, name string) {
	if !reflect.ValueOf(of).Elem().IsZero() {
		w.notes.Add(note, 1, name)
	}
}

func (w *writer) project() outProject {
	id := &w.s.Service
	return outProject{ID: id.ID, Name: w.text(cmp.Or(id.Name, string(id.ID)), foreign.MaxName), Description: w.text(id.Purpose, foreign.MaxText)}
}

func (w *writer) assets() []outAsset {
	out := []outAsset{}
	for i := range w.s.Data {
		d := w.s.Data[i]
		out = append(out, outAsset{
			ID: d.ID, Name: w.text(cmp.Or(d.Name, string(d.ID)), foreign.MaxName), Description: w.text(d.Note, foreign.MaxNote),
			Risk:       outRisk{w.number(d.Value.Confidentiality), w.number(d.Value.Integrity), w.number(d.Value.Availability)},
			Attributes: attributesOf(w, dataFields, &d),
		})
		d.ID, d.Name, d.Note, d.Value = "", "", "", model.Valuation{}
		w.more(moreData, &d, out[i].Name)
	}
	return out
}

// number gives a level on the scale from 0 to 100, in equal steps.
func (w *writer) number(l model.Level) int {
	if l == 0 {
		w.notes.Add(graver, 1, "")
		l = 5
	}
	return 25 * (int(l) - 1)
}

func (w *writer) trustZones() []outZone {
	out := []outZone{}
	for i := range w.s.Architecture.Zones {
		z := w.s.Architecture.Zones[i]
		o := outZone{ID: z.ID, Name: w.text(cmp.Or(z.Name, string(z.ID)), foreign.MaxName), Risk: outRating{rating(z.Trust)}}
		if z.Parent != "" {
			o.Parent = &outParent{Zone: z.Parent}
		}
		w.notes.Add(rated, 1, "")
		o.Attributes = attributesOf(w, zoneFields, &z)
		z.ID, z.Name, z.Parent = "", "", ""
		w.more(moreZones, &z, o.Name)
		out = append(out, o)
	}
	if w.notKnown != "" {
		out = append(out, outZone{ID: w.notKnown, Name: "Not known"})
	}
	return out
}

func (w *writer) parts() []outComponent {
	out := []outComponent{}
	for i := range w.s.Architecture.Components {
		c := w.s.Architecture.Components[i]
		o := outComponent{ID: c.ID, Name: w.text(cmp.Or(c.Name, string(c.ID)), foreign.MaxName), Description: w.text(c.Note, foreign.MaxNote), Parent: w.parent(&c), Tags: c.Tags}
		if o.Type = string(c.Type); w.types[typeKey(c.Technology)] == c.Type && typeKey(c.Technology) != fold(o.Type) {
			o.Type, c.Technology = c.Technology, ""
		}
		if len(c.Holds)+len(c.Handles) > 0 {
			o.Assets = &outAssets{Processed: c.Handles, Stored: c.Holds}
		}
		o.Attributes = attributesOf(w, componentFields, &c)
		c.ID, c.Name, c.Note, c.Type, c.Zone, c.Parent, c.Tags, c.Holds, c.Handles = "", "", "", "", "", "", nil, nil, nil
		w.more(moreParts, &c, o.Name)
		out = append(out, o)
	}
	return out
}

// parent gives the one thing that a component is inside: the component that it is part of, or its zone.
func (w *writer) parent(c *model.Component) outParent {
	if up := w.components[c.Parent]; up != nil {
		if c.Zone != "" && c.Zone != up.Zone {
			w.notes.Add(otherZone, 1, c.Name)
		}
		return outParent{Component: c.Parent}
	}
	if c.Zone != "" {
		return outParent{Zone: c.Zone}
	}
	w.notes.Add(homeless, 1, c.Name)
	if w.notKnown == "" {
		names := []string{"not known"}
		for _, z := range w.zones {
			names = append(names, string(z))
		}
		w.notKnown = foreign.Assign(names, "", ident.Suggest)["not known"]
	}
	return outParent{Zone: w.notKnown}
}

func (w *writer) dataflows() []outFlow {
	out := []outFlow{}
	for i := range w.s.Architecture.Flows {
		f := w.s.Architecture.Flows[i]
		if w.components[f.Source] == nil || w.components[f.Destination] == nil {
			w.notes.Add(lostFlow, 1, string(f.ID))
			continue
		}
		o := outFlow{ID: f.ID, Name: w.text(cmp.Or(f.Name, string(f.ID)), foreign.MaxName), Description: w.text(f.Note, foreign.MaxNote), Source: f.Source, Destination: f.Destination, Assets: f.Data}
		if f.Bidirectional != model.Unknown {
			both := f.Bidirectional == model.Yes
			o.Bidirectional = &both
		}
		o.Attributes = attributesOf(w, flowFields, &f)
		f.ID, f.Name, f.Note, f.Source, f.Destination, f.Data, f.Bidirectional = "", "", "", "", "", nil, ""
		w.more(moreFlows, &f, o.Name)
		out = append(out, o)
	}
	return out
}

// mitigations are the controls. Where each is, and how far, OTM says only under threats, so it goes under attributes.
func (w *writer) mitigations() []outMitigation {
	out := []outMitigation{}
	for i := range w.s.Controls {
		c := w.s.Controls[i]
		o := outMitigation{ID: c.ID, Name: w.text(cmp.Or(c.Title, string(c.ID)), foreign.MaxName), Description: w.text(c.Description, foreign.MaxNote)}
		w.notes.Add(noReduction, 1, "")
		o.Attributes = attributesOf(w, controlFields, &c)
		o.Attributes["components"] = join(c.Components)
		c.ID, c.Title, c.Description, c.Components = "", "", "", nil
		w.more(moreControl, &c, o.Name)
		out = append(out, o)
	}
	return out
}

func join(ids []ident.ID) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(id))
	}
	return b.String()
}

// sections notes what the service says that has no place at all, by the key that it stands under.
func (w *writer) sections() {
	w.notes.Add(runtimes, len(w.s.Architecture.Runtimes), "")
	w.notes.Add(identities, len(w.s.Architecture.Identities), "")
	s := *w.s
	s.Bulkhead, s.Data, s.Architecture, s.Controls = "", nil, model.Architecture{}, nil
	s.Service.ID, s.Service.Name, s.Service.Purpose = "", "", ""
	if s.Service.Phase == model.Discovery {
		s.Service.Phase = "" // what is read back says so too
	}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			w.notes.Add(section(v.Type().Field(i).Tag.Get("json")), 1, "")
		}
	}
}
