package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// Spread is what follows across services when something that they share is in an attacker's hands: a service that others
// use, or a supplier.
type Spread struct {
	Of             ident.ID             `json:"of"`    // the service, or the id that the first service has for the supplier
	Kind           string               `json:"kind"`  // service or supplier
	Title          string               `json:"title"` // what it is called
	Hits           []Hit                `json:"hits"`  // those that use it first, and then those that are reached over them
	Records        int64                `json:"records"`
	Uncounted      int                  `json:"uncounted"` // items of data of which nobody said how many records
	Classification model.Classification `json:"classification"`
}

// Hit is what happens to one service.
type Hit struct {
	Service  ident.ID       `json:"service"`
	Over     []ident.ID     `json:"over"`     // the shared things by which it is reached, in order
	Steps    int            `json:"steps"`    // how many services lie between: 1 for one that uses it directly
	Controls []ident.ID     `json:"controls"` // controls that it offers and that can no longer be relied on
	Reached  threat.Reached `json:"reached"`  // with what is shown to work
}

// Spreads gives, for everything that services of the estate share, what follows when it is in an attacker's hands: what
// hits the most services first. It works on the postures as they are at the moment, and says nothing of services that the
// estate does not hold.
func (e *Estate) Spreads(at civil.Instant) ([]Spread, error) {
	if _, err := e.Postures(at); err != nil {
		return nil, err
	}
	s := &spreading{estate: e, at: at, attacks: map[ident.ID]*judge.Attack{}}
	var out []Spread
	for _, id := range s.services() {
		out = append(out, s.of(Spread{Of: id, Kind: "service", Title: e.members[id].inputs.Service().Service.Name}, nil))
	}
	for _, name := range s.suppliers() {
		out = append(out, s.of(Spread{Of: name.id, Kind: "supplier", Title: name.title}, name.at))
	}
	out = slices.DeleteFunc(out, func(s Spread) bool { return len(s.Hits) == 0 })
	slices.SortStableFunc(out, func(a, b Spread) int {
		return cmp.Or(cmp.Compare(len(b.Hits), len(a.Hits)), cmp.Compare(b.Records, a.Records), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Of, b.Of))
	})
	return out, nil
}

// spreading is the search for what is hit.
type spreading struct {
	estate  *Estate
	at      civil.Instant
	attacks map[ident.ID]*judge.Attack
}

// services gives every service, in order of id.
func (s *spreading) services() []ident.ID {
	out := make([]ident.ID, 0, len(s.estate.members))
	for id := range s.estate.members {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// supplier is a supplier as services know it: by its name, since each service has its own id for it.
type supplier struct {
	id    ident.ID
	title string
	at    map[ident.ID]ident.ID // its id in each service
}

func (s *spreading) suppliers() []supplier {
	byName := map[string]*supplier{}
	var names []string
	for _, id := range s.services() {
		all := s.estate.members[id].inputs.Service().Suppliers
		for i := range all {
			name := strings.ToLower(strings.Join(strings.Fields(all[i].Name), " "))
			if byName[name] == nil {
				byName[name] = &supplier{id: all[i].ID, title: all[i].Name, at: map[ident.ID]ident.ID{}}
				names = append(names, name)
			}
			byName[name].at[id] = all[i].ID
		}
	}
	slices.Sort(names)
	out := make([]supplier, len(names))
	for i, name := range names {
		out[i] = *byName[name]
	}
	return out
}

// of follows something that is in an attacker's hands from service to service. A service that is reached in any part of
// its own is taken to be in the attacker's hands for those that use it: that is assumed, not worked out.
func (s *spreading) of(out Spread, supplies map[ident.ID]ident.ID) Spread {
	type wave struct {
		id    ident.ID
		over  []ident.ID
		steps int
	}
	hit := map[ident.ID]bool{out.Of: out.Kind == "service"}
	next := []wave{{out.Of, []ident.ID{out.Of}, 0}}
	first := true
	for len(next) > 0 {
		from := next[0]
		next = next[1:]
		for _, id := range s.services() {
			if hit[id] {
				continue
			}
			h, is := s.hit(id, from.id, first && out.Kind == "supplier", supplies)
			if !is {
				continue
			}
			hit[id] = true
			h.Over, h.Steps = from.over, from.steps+1
			out.add(h)
			if len(h.Reached.Components) > 0 {
				next = append(next, wave{id, append(slices.Clone(from.over), id), h.Steps})
			}
		}
		first = false
	}
	return out
}

func (s *Spread) add(h Hit) {
	s.Hits = append(s.Hits, h)
	s.Records += h.Reached.Records
	s.Uncounted += h.Reached.Uncounted
	if h.Reached.Classification.Rank() > s.Classification.Rank() {
		s.Classification = h.Reached.Classification
	}
}

// hit says what happens to a service when another one, or a supplier, is in an attacker's hands; false where it uses
// nothing of it.
func (s *spreading) hit(id, of ident.ID, bySupplier bool, supplies map[ident.ID]ident.ID) (Hit, bool) {
	service := s.estate.members[id].inputs.Service()
	h := Hit{Service: id, Controls: []ident.ID{}}
	var start []threat.Have
	attack := s.attack(id)
	if bySupplier {
		start = attack.Graph.Supplied(supplies[id])
	} else {
		start = attack.Graph.Provided(of)
		for i := range service.Controls {
			if c := &service.Controls[i]; c.Offer.Service == of && c.Origin != model.Own {
				h.Controls = append(h.Controls, c.ID)
			}
		}
	}
	if len(start) == 0 && len(h.Controls) == 0 {
		return h, false
	}
	h.Reached = s.without(id, h.Controls).Together(start).All
	return h, true
}

// attack gives the attack graph of a service as it is.
func (s *spreading) attack(id ident.ID) *judge.Attack {
	if s.attacks[id] == nil {
		m := s.estate.members[id]
		s.attacks[id] = judge.NewBase(m.inputs.WithOffers(m.offers), s.at).Attack()
	}
	return s.attacks[id]
}

// without gives the graph of a service where some controls can no longer be relied on.
func (s *spreading) without(id ident.ID, lost []ident.ID) *threat.View {
	a := s.attack(id)
	if len(lost) == 0 {
		return a.Evidenced
	}
	service := s.estate.members[id].inputs.Service()
	all := slices.Clone(lost)
	for i := range service.Controls {
		if slices.Contains(lost, service.Controls[i].ID) {
			all = append(all, service.Controls[i].Requires())
		}
	}
	return a.Graph.View(a.Works, threat.AsEvidenced, threat.Supposed{Lost: all})
}
