package threat

import (
	"math/bits"
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

// Reached is what an attacker comes to have. What was reached from several beginnings shares its lists: they are not to be
// changed.
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
	open, all := v.spread(true), v.spread(false)
	var out []Blast
	for i := range v.design.atComponent {
		if v.design.atComponent[i].ours {
			n := v.of(i, Control)
			out = append(out, Blast{v.have(n), open.reached(n), all.reached(n)})
		}
	}
	return out
}

// Blast gives the blast radius of what an attacker begins with.
func (v *View) Blast(start []Have) []Blast {
	open, all := v.spread(true), v.spread(false)
	var out []Blast
	for i := range start {
		from := v.query(Start{At: start[i : i+1]}).from
		out = append(out, Blast{start[i], open.reached(from...), all.reached(from...)})
	}
	return out
}

// spread finds what is reached, without how: it needs no order, so that it is quicker than a search. Whoever comes to
// something has all that is reached from there: that is worked out once.
type spread struct {
	*View
	plain bool     // only steps that nothing is in the way of
	known []*grasp // by the node where it began
	queue []node
}

// grasp is everything that is reached from a beginning.
type grasp struct {
	has nodes
	sum Reached // where it began among its components
}

func (v *View) spread(plain bool) *spread {
	return &spread{View: v, plain: plain, known: make([]*grasp, len(v.states))}
}

// reached gives what is reached from a beginning.
func (s *spread) reached(from ...node) Reached {
	out := s.from(from).sum
	for _, n := range from {
		if began := &s.states[n]; began.of == library.OnAComponent {
			out.Components = except(out.Components, began.id)
		}
	}
	return out
}

// except gives ids without one of them.
func except(ids []ident.ID, one ident.ID) []ident.ID {
	i := slices.Index(ids, one)
	if i < 0 {
		return ids
	}
	return slices.Concat(ids[:i], ids[i+1:])
}

// from goes on from a beginning until nothing more is reached.
func (s *spread) from(start []node) *grasp {
	g := &grasp{has: newNodes(len(s.states))}
	s.queue = s.queue[:0]
	for _, n := range start {
		s.have(g, n)
	}
	for next := 0; next < len(s.queue); {
		n := s.queue[next]
		next++
		if k := s.known[n]; k == nil {
			s.step(g, s.out[n])
		} else if g.has.join(k.has); len(start) == 1 && k.has.is(start[0]) {
			s.known[start[0]] = k // each is reached from the other: what is reached is the same
			return k
		}
		if next == len(s.queue) {
			s.step(g, s.both) // what needs two things may need one that was joined
		}
	}
	g.sum = s.tally(g.has)
	if len(start) == 1 {
		s.known[start[0]] = g
	}
	return g
}

// step takes all steps among some that can be taken.
func (s *spread) step(g *grasp, edges []int32) {
	for _, i := range edges {
		e := &s.edges[i]
		if g.has.is(e.to) || !g.has.is(e.from[0]) || e.from[1] != none && !g.has.is(e.from[1]) {
			continue
		}
		if p := s.passage(e); !p.blocked && !(s.plain && p.hindered) {
			s.have(g, e.to)
		}
	}
}

func (s *spread) have(g *grasp, n node) {
	if !g.has.is(n) {
		g.has.add(n)
		s.queue = append(s.queue, n)
	}
}

// tally sums up what was reached.
func (s *spread) tally(has nodes) Reached {
	var out Reached
	counted := -1
	for n := range has.all {
		at := &s.states[n]
		if list := out.list(at, s.design); list != nil {
			*list = append(*list, at.id)
		}
		if at.gain == Foothold {
			if other := s.design.Architecture.Components[at.at].Provider; other != "" {
				out.Services = append(out.Services, other)
			}
		}
		if at.of == library.OnData && at.at != counted { // what can be lost of an item of data is side by side
			counted = at.at
			out.count(&s.design.Data[at.at])
		}
	}
	slices.Sort(out.Services)
	out.Services = slices.Compact(out.Services)
	return out
}

// list gives where something that is reached is named; nil for nowhere.
func (r *Reached) list(s *state, d *Design) *[]ident.ID {
	switch {
	case s.gain == Foothold && d.atComponent[s.at].ours:
		return &r.Components
	case s.gain == Learnt:
		return &r.Learnt
	case s.gain == Altered:
		return &r.Altered
	case s.gain == Destroyed:
		return &r.Destroyed
	case s.gain == Stopped && s.of != library.OnAComponent:
		return &r.Stopped
	case s.gain == Misused:
		return &r.Misused
	case s.gain == Suffered:
		return &r.Suffered
	}
	return nil
}

func (r *Reached) count(x *model.Data) {
	r.Records += x.Records
	if x.Records == 0 {
		r.Uncounted++
	}
	if x.Classification.Rank() > r.Classification.Rank() {
		r.Classification = x.Classification
	}
}

// nodes is a set of nodes, one bit for each.
type nodes []uint64

func newNodes(of int) nodes { return make(nodes, (of+63)/64) }

func (s nodes) is(n node) bool { return s[n/64]>>(n%64)&1 == 1 }

func (s nodes) add(n node) { s[n/64] |= 1 << (n % 64) }

func (s nodes) join(other nodes) {
	for i, w := range other {
		s[i] |= w
	}
}

// all gives the nodes in order.
func (s nodes) all(yield func(node) bool) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			if !yield(node(64*i + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}
