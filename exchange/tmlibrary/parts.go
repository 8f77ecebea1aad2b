package tmlibrary

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// The kinds of things that a flow can end at. One symbolic name may stand for one thing of each.
const (
	ofActor     = "actor"
	ofComponent = "component"
	ofStore     = "data-store"
)

func (r *reader) readZones(f *file) error {
	return foreign.Each(r.file, f.Zones, "/trust_zones", func(z *named, _ string) error {
		if id, fresh := r.claim(&r.zones, z.Symbol, z.Symbol, z.Title, "zone"); fresh {
			r.out.Architecture.Zones = append(r.out.Architecture.Zones, model.Zone{ID: id, Name: r.name(z.Title)})
			r.describes(z)
		}
		return nil
	})
}

// describes counts a description that has no place.
func (r *reader) describes(n *named) {
	if strings.TrimSpace(n.Description) != "" {
		r.notes.Add(described, 1, n.Title)
	}
}

// readBoundaries notes how one signs in from one zone to another, where the file says one way.
func (r *reader) readBoundaries(f *file) error {
	return foreign.Each(r.file, f.Boundaries, "/trust_boundaries", func(b *boundary, path string) error {
		if !b.Access.Absent() {
			r.notes.Add(access, 1, "")
		}
		if b.sessions() {
			r.notes.Add(sessions, 1, "")
		}
		a, z := r.find(&r.zones, b.A), r.find(&r.zones, b.B)
		way, err := r.way(b.Authentication, path+"/authentication_methods")
		if err != nil || a == "" || z == "" {
			return err
		}
		r.between[pair(a, z)] = append(r.between[pair(a, z)], way)
		return nil
	})
}

func pair(a, b ident.ID) [2]ident.ID { return [2]ident.ID{min(a, b), max(a, b)} }

// way gives the one way of signing in of a list; none when there are several, or when ours has no word for it.
func (r *reader) way(methods foreign.Raw, path string) (model.SignIn, error) {
	all, err := r.words(methods, path)
	switch {
	case err != nil || len(all) == 0:
		return "", err
	case len(all) > 1:
		r.notes.Add(ways, 1, strings.Join(all, ", "))
		return "", nil
	}
	switch all[0] {
	case "none", "password", "token":
		return model.SignIn(all[0]), nil
	case "public_key":
		return "certificate", nil
	case "sso", "social":
		return "elsewhere", nil
	}
	r.notes.Add(oddWay, 1, all[0])
	return "", nil
}

// words reads a list of words, each once.
func (r *reader) words(from foreign.Raw, path string) ([]string, error) {
	var all []string
	err := foreign.Each(r.file, from, path, func(w *string, _ string) error {
		if len(all) < maxWords && !slices.Contains(all, *w) {
			all = append(all, *w)
		}
		return nil
	})
	return all, err
}

const maxWords = 20 // of a closed list: no list of the form has more

func (r *reader) readActors(f *file) error {
	return foreign.Each(r.file, f.Actors, "/actors", func(p *part, _ string) error {
		c := model.Component{Type: "external-system"}
		switch p.Type {
		case "user", "power_user", "administrator", "engineer":
			c.Type = "person"
		case "system", "third_party":
		default:
			r.notes.Add(oddActor, 1, p.Title)
		}
		if can := r.line(p.Permissions); can != "" {
			c.Note = "Permissions: " + can
		}
		r.part(ofActor, p, c)
		return nil
	})
}

func (r *reader) readComponents(f *file) error {
	parents := map[int]string{}
	err := foreign.Each(r.file, f.Components, "/components", func(p *part, _ string) error {
		c := model.Component{Type: "process"}
		r.notes.Add(untyped, 1, p.Title)
		if place := foreign.Place(p.Repository); place != "" {
			c.Note = "Source code: " + place
		}
		if r.part(ofComponent, p, c) && p.Parent != "" {
			parents[len(r.out.Architecture.Components)-1] = p.Parent
		}
		return nil
	})
	if err != nil {
		return err
	}
	all := r.out.Architecture.Components
	for i := range all {
		all[i].Parent = r.find(&r.parts, keyed(ofComponent, parents[i]))
	}
	r.uncircle()
	return nil
}

// uncircle takes out one parent of each circle of components that are parts of each other.
func (r *reader) uncircle() {
	var order []ident.ID
	all, up := r.out.Architecture.Components, map[ident.ID]ident.ID{}
	for i := range all {
		order = append(order, all[i].ID)
		up[all[i].ID] = all[i].Parent
	}
	for _, id := range foreign.Uncircle(order, up) {
		c := &all[r.at[id]]
		r.notes.Add(circle, 1, c.Name)
		c.Parent = ""
	}
}

func (r *reader) readStores(f *file) error {
	return foreign.Each(r.file, f.Stores, "/data_stores", func(p *part, _ string) error {
		c := model.Component{Type: "datastore", Technology: r.name(p.Vendor + " " + p.Product)}
		if p.Type == "object" {
			c.Type = "file-store"
		}
		if tag := r.name(strings.ReplaceAll(p.Type, "_", "-")); tag != "" {
			c.Tags = []string{tag}
		}
		r.part(ofStore, p, c)
		return nil
	})
}

// part adds a component; false when its name is taken.
func (r *reader) part(kind string, p *part, c model.Component) bool {
	id, fresh := r.claim(&r.parts, keyed(kind, p.Symbol), p.Symbol, p.Title, kind)
	if !fresh {
		return false
	}
	c.ID, c.Name, c.Zone = id, r.name(p.Title), r.find(&r.zones, p.Zone)
	c.Note = foreign.Sentences(r.line(p.Description), c.Note)
	r.at[id] = len(r.out.Architecture.Components)
	r.out.Architecture.Components = append(r.out.Architecture.Components, c)
	return true
}

// keyed gives the name under which a thing of a kind is known; none for one without a name.
func keyed(kind, symbol string) string {
	if symbol == "" {
		return ""
	}
	return kind + " " + symbol
}

func (r *reader) readFlows(f *file) error {
	return foreign.Each(r.file, f.Flows, "/data_flows", func(w *flow, _ string) error {
		source, destination := r.end(w.Source), r.end(w.Destination)
		if source == "" || destination == "" {
			r.notes.Add(nowhere, 1, w.Title)
			return nil
		}
		id, fresh := r.claim(&r.flows, w.Symbol, w.Symbol, w.Title, string(source)+"-to-"+string(destination))
		if !fresh {
			return nil
		}
		out := model.Flow{ID: id, Name: r.name(w.Title), Source: source, Destination: destination, Note: r.line(w.Description)}
		out.Encryption = encryption(w.Encrypted)
		out.Authentication = r.crossing(source, destination)
		if w.Sensitive {
			r.notes.Add(sensitive, 1, w.Title)
			out.Note = foreign.Sentences(out.Note, "Carries sensitive data")
		}
		r.out.Architecture.Flows = append(r.out.Architecture.Flows, out)
		return nil
	})
}

func (r *reader) end(e end) ident.ID {
	kind := strings.ReplaceAll(e.Type[strings.LastIndexByte(e.Type, '/')+1:], "_", "-")
	return r.find(&r.parts, keyed(kind, e.Object))
}

func encryption(said *bool) model.Encryption {
	switch {
	case said == nil:
		return ""
	case *said:
		return "standard"
	}
	return "none"
}

// crossing gives how one signs in from one component to another, where all boundaries between their zones say the same.
func (r *reader) crossing(source, destination ident.ID) model.SignIn {
	all := r.out.Architecture.Components
	a, z := all[r.at[source]].Zone, all[r.at[destination]].Zone
	ways := r.between[pair(a, z)]
	if a == "" || a == z || len(ways) == 0 || slices.ContainsFunc(ways, func(w model.SignIn) bool { return w != ways[0] }) {
		return ""
	}
	return ways[0]
}
