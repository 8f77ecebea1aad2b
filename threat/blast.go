package threat

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Blast is what is reached from something that is in an attacker's hands: by steps that nothing is in the way of, and by
// all that are modelled.
type Blast struct {
	From Have
	Open Reached // nothing gets in the way
	All  Reached // something gets in the way of a step, and does not block it
}

// Reached is what an attacker comes to have.
type Reached struct {
	Components     []ident.ID // acted as or controlled, others than where it began
	Learnt         []ident.ID // data that is read
	Altered        []ident.ID
	Destroyed      []ident.ID
	Stopped        []ident.ID // functions that no longer work
	Misused        []ident.ID // functions that do what the attacker wants
	Suffered       []ident.ID // losses that may not happen
	Records        int64      // of all data that is read or changed; data of which nobody said how many counts as none
	Uncounted      int        // items of data of which nobody said how many records
	Classification model.Classification
	Services       []ident.ID // other services that are connected to what is reached
}

// Size orders what is reached: how much there is.
func (r *Reached) Size() int {
	return len(r.Suffered)*1000 + (len(r.Learnt)+len(r.Altered)+len(r.Destroyed))*10 + (len(r.Stopped)+len(r.Misused))*10 + len(r.Components)
}

// Blasts gives the blast radius of every component of the service's own, in their order.
func (v *View) Blasts() []Blast {
	w := v.walker()
	var out []Blast
	for i := range v.design.atComponent {
		if v.design.atComponent[i].ours {
			out = append(out, v.blast(w, v.have(v.of(i, Control)), []node{v.of(i, Control)}))
		}
	}
	return out
}

// Blast gives the blast radius of what an attacker begins with.
func (v *View) Blast(start []Have) []Blast {
	w := v.walker()
	var out []Blast
	for i := range start {
		out = append(out, v.blast(w, start[i], v.query(Start{At: start[i : i+1]}).from))
	}
	return out
}

func (v *View) blast(w *walker, from Have, start []node) Blast {
	w.walk(v, start, true)
	open := v.reached(w, from)
	w.walk(v, start, false)
	return Blast{From: from, Open: open, All: v.reached(w, from)}
}

// walker finds what is reached, without how: it needs no order, so that it is quicker than a search.
type walker struct {
	round int32
	seen  []int32 // the round in which a node was reached
	queue []node
}

func (v *View) walker() *walker { return &walker{seen: make([]int32, len(v.states))} }

func (w *walker) walk(v *View, from []node, plain bool) {
	w.round++
	w.queue = w.queue[:0]
	for _, n := range from {
		w.have(n)
	}
	for next := 0; next < len(w.queue); next++ {
		for _, i := range v.out[w.queue[next]] {
			e := &v.edges[i]
			if w.has(e.to) || e.from[1] != none && !(w.has(e.from[0]) && w.has(e.from[1])) {
				continue
			}
			if e.hurdle >= 0 {
				if p := &v.over[e.hurdle]; p.blocked || plain && p.hindered {
					continue
				}
			}
			w.have(e.to)
		}
	}
}

func (w *walker) has(n node) bool { return w.seen[n] == w.round }

func (w *walker) have(n node) {
	if !w.has(n) {
		w.seen[n] = w.round
		w.queue = append(w.queue, n)
	}
}

// reached sums up what a walk reached.
func (v *View) reached(w *walker, from Have) Reached {
	var out Reached
	counted := map[int]bool{}
	slices.Sort(w.queue)
	for _, n := range w.queue {
		s := &v.states[n]
		switch {
		case s.gain == Foothold && v.design.atComponent[s.at].ours && refOf(s.of)(v.design, s.at) != from.Of:
			out.Components = append(out.Components, s.id)
		case s.gain == Learnt:
			out.Learnt = append(out.Learnt, s.id)
		case s.gain == Altered:
			out.Altered = append(out.Altered, s.id)
		case s.gain == Destroyed:
			out.Destroyed = append(out.Destroyed, s.id)
		case s.gain == Stopped && s.of != library.OnAComponent:
			out.Stopped = append(out.Stopped, s.id)
		case s.gain == Misused:
			out.Misused = append(out.Misused, s.id)
		case s.gain == Suffered:
			out.Suffered = append(out.Suffered, s.id)
		}
		if s.gain == Foothold {
			v.connected(s.at, &out)
		}
		if s.of == library.OnData && !counted[s.at] {
			counted[s.at] = true
			v.count(&v.design.Data[s.at], &out)
		}
	}
	slices.Sort(out.Services)
	out.Services = slices.Compact(out.Services)
	return out
}

func (v *View) count(x *model.Data, out *Reached) {
	out.Records += x.Records
	if x.Records == 0 {
		out.Uncounted++
	}
	if x.Classification.Rank() > out.Classification.Rank() {
		out.Classification = x.Classification
	}
}

// connected notes another service that a component which is reached is part of.
func (v *View) connected(component int, out *Reached) {
	c := &v.design.Architecture.Components[component]
	if c.Provider != "" {
		out.Services = append(out.Services, c.Provider)
	}
}
