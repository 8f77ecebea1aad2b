// Package sketch is where readers of configuration put together the draft of a service: components, flows and the rest, with
// ids that are free and texts that are clean, and what images and addresses are known to be.
//
// It promises that a draft is whole: every reference is to something in it, ids are unique, and it is valid as a service
// file. What a file does not say stays unknown. It never keeps a secret: of an address it keeps the scheme and the host.
package sketch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

const askedPerItem = 10 // times that a flow may be asked for, for each item of the limits

// Sketch is a draft that is being put together. What is given out is a pointer, to be filled in.
type Sketch struct {
	format     string
	limits     foreign.Limits
	name       string
	notes      foreign.Notes
	zones      []*model.Zone
	components []*model.Component
	flows      []*model.Flow
	identities []*model.Account
	runtimes   []*model.Runtime
	data       []*model.Data
	ids        map[string]*foreign.IDs // by kind
	joined     map[way]*model.Flow
	told       map[*model.Flow]bool // an address said how it is carried
	left       int                  // things that may still be made
	asked      int                  // how often a flow was asked for
}

// way is what makes a flow one: where it starts and ends, and how it is carried.
type way struct {
	from, to ident.ID
	protocol string
}

// New starts a draft.
func New(format string, limits foreign.Limits) *Sketch {
	return &Sketch{format: format, limits: limits, left: limits.Items, ids: map[string]*foreign.IDs{}, joined: map[way]*model.Flow{}, told: map[*model.Flow]bool{}}
}

// Call says what the service is called; only the first name counts.
func (s *Sketch) Call(name string) {
	if name = Clean(name); s.name == "" && ident.Suggest(name) != "" {
		s.name = name
	}
}

// Clean gives a name as one line without what cannot be seen.
func Clean(name string) string { return foreign.Name(name) }

// room says whether one thing more may be made, and counts it.
func (s *Sketch) room() bool {
	s.left--
	return s.left >= 0
}

// id gives a free id of a kind, like the name.
func (s *Sketch) id(kind, name string) ident.ID {
	if s.ids[kind] == nil {
		s.ids[kind] = &foreign.IDs{}
	}
	return s.ids[kind].Take(name, kind)
}

// Zone adds a trust zone. Who can be expected in it is for people to say.
func (s *Sketch) Zone(name string) *model.Zone {
	z := &model.Zone{ID: s.id("zone", name), Name: Clean(name)}
	if s.room() {
		s.zones = append(s.zones, z)
	}
	return z
}

// Component adds a component. Where the type is empty it is guessed, by the name where that tells, and that is said.
func (s *Sketch) Component(name string, of model.ComponentType) *model.Component {
	c := &model.Component{ID: s.id("component", name), Name: Clean(name), Type: of}
	if !s.room() {
		return c
	}
	if c.Type == "" {
		c.Type = cmp.Or(byName(name), "process")
		s.Drop(guessed, c.Name)
	}
	s.components = append(s.components, c)
	return c
}

// Flow gives the flow from one component to another that is carried so: a new one, or the one that is there already. A flow
// of which it is not known how it is carried is the same as one of which it is. Nil where they are one component.
func (s *Sketch) Flow(from, to *model.Component, protocol string) (f *model.Flow, fresh bool) {
	if s.asked++; s.asked > askedPerItem*s.limits.Items {
		s.left = -1
	}
	if from == nil || to == nil || from == to || s.left < 0 {
		return nil, false
	}
	any, exact := way{from.ID, to.ID, ""}, way{from.ID, to.ID, protocol}
	if f := s.joined[exact]; f != nil {
		return f, false
	}
	if f := s.joined[any]; f != nil && f.Protocol == "" {
		f.Protocol = protocol
		s.joined[exact] = f
		return f, false
	}
	f = &model.Flow{ID: s.id("flow", shorter(from.ID)+"-to-"+shorter(to.ID)), Source: from.ID, Destination: to.ID, Protocol: protocol}
	s.joined[exact] = f
	if s.joined[any] == nil {
		s.joined[any] = f
	}
	if s.room() {
		s.flows = append(s.flows, f)
	}
	return f, true
}

// shorter cuts an id so that two of them make one.
func shorter(id ident.ID) string { return string(id[:min(len(id), 28)]) }

// Full says whether there is no room for more, so that nobody need go on.
func (s *Sketch) Full() bool { return s.left < 0 }

// Filter marks every flow to one of the components as filtered, and says how many there are.
func (s *Sketch) Filter(to map[ident.ID]bool) (marked int) {
	for _, f := range s.flows {
		if to[f.Destination] {
			f.Filtered = model.Yes
			marked++
		}
	}
	return marked
}

// Identity adds an account.
func (s *Sketch) Identity(name string) *model.Account {
	a := &model.Account{ID: s.id("identity", name), Name: Clean(name)}
	if s.room() {
		s.identities = append(s.identities, a)
	}
	return a
}

// Runtime adds what components share to run on.
func (s *Sketch) Runtime(name string) *model.Runtime {
	r := &model.Runtime{ID: s.id("runtime", name), Name: Clean(name)}
	if s.room() {
		s.runtimes = append(s.runtimes, r)
	}
	return r
}

// Data adds a kind of data.
func (s *Sketch) Data(name string) *model.Data {
	d := &model.Data{ID: s.id("data", name), Name: Clean(name)}
	if s.room() {
		s.data = append(s.data, d)
	}
	return d
}

// Empty says whether nothing is in the draft yet that the service would be made of.
func (s *Sketch) Empty() bool { return len(s.components) == 0 }

// Drop notes once more that something was not carried over, with an example where that helps.
func (s *Sketch) Drop(note foreign.Note, example string) { s.notes.Add(note, 1, example) }

// Remark adds a sentence to a note, once.
func Remark(note *string, sentence string) {
	if sentence, _ = foreign.Line(sentence, foreign.MaxText); strings.Contains(*note, sentence) || len(*note) > 4*foreign.MaxText {
		return
	}
	*note = strings.TrimSpace(*note + " " + sentence)
}

// Hold adds an id to a list, once.
func Hold(ids *[]ident.ID, id ident.ID) {
	if !slices.Contains(*ids, id) {
		*ids = append(*ids, id)
	}
}

// Design gives the draft as it is now.
func (s *Sketch) Design() (foreign.Design, error) {
	if s.Full() {
		return foreign.Design{}, fault.New(fault.TooLarge, "the file makes more than %d components, flows and other things, the most that is read; give a smaller one", s.limits.Items)
	}
	name := cmp.Or(s.name, foreign.Untitled)
	return foreign.Design{Format: s.format, Dropped: s.notes.Sentences(), Service: &model.Service{
		Bulkhead: "v1",
		Service:  model.Identity{ID: ident.Suggest(name), Name: name, Phase: model.Discovery},
		Data:     values(s.data),
		Architecture: model.Architecture{
			Zones: values(s.zones), Components: values(s.components), Flows: values(s.flows), Identities: values(s.identities), Runtimes: values(s.runtimes),
		},
	}}, nil
}

func values[T any](pointers []*T) []T {
	var out []T
	for _, p := range pointers {
		out = append(out, *p)
	}
	return out
}

// byName guesses what a component is from the words of its name.
func byName(name string) model.ComponentType {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < '0' || r > '9' && r < 'a' || r > 'z' })
	for _, word := range slices.Backward(words) { // the last word of a name says most: user-api, api-gateway
		if t, ok := telling[word]; ok {
			return t
		}
	}
	return ""
}

// telling is words of names that say what a component is. It is never changed.
var telling = map[string]model.ComponentType{
	"web": "web-application", "website": "web-application", "frontend": "web-application", "ui": "web-application", "webapp": "web-application", "portal": "web-application",
	"api": "api", "backend": "api", "service": "api", "server": "api",
	"db": "datastore", "database": "datastore", "cache": "datastore", "store": "datastore",
	"queue": "queue", "broker": "queue", "proxy": "gateway", "gateway": "gateway", "ingress": "gateway",
	"worker": "process", "job": "process", "cron": "process", "scheduler": "process", "migrate": "process", "consumer": "process",
}

var guessed = foreign.Note{
	One:  "The file does not say what 1 component is, so its type is a guess, by its name where that tells",
	Many: "The file does not say what %d components are, so their types are guesses, by their names where those tell",
}
