package assess

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Estate is the services of an organisation, which offer controls to each other. It judges in the order of providers and
// judges again only what changed, what rests on an offer that changed, and what its own next change has come for.
type Estate struct {
	members map[ident.ID]*member
	like    *judge.Inputs // of some service: of the same organisation and library, most likely
	at      civil.Instant
}

type member struct {
	inputs    *judge.Inputs
	providers []ident.ID
	posture   *Posture
	offer     judge.Offer
	offers    map[ident.ID]judge.Offer // that the posture was judged with
	rests     []judge.OfferStamp       // their digests
	dirty     bool
}

// NewEstate makes an estate without services.
func NewEstate() *Estate { return &Estate{members: map[ident.ID]*member{}} }

// Put adds a service, or what is new of one.
func (e *Estate) Put(sources judge.Sources) error {
	in, err := e.like.Again(sources)
	if err != nil {
		return err
	}
	e.PutReady(in)
	return nil
}

// PutAll adds services, or what is new of them, made ready on as many cores as there are.
func (e *Estate) PutAll(all []judge.Sources) error {
	if len(all) == 0 {
		return nil
	}
	ready := make([]*judge.Inputs, len(all))
	like, err := e.like.Again(all[0])
	if err != nil {
		return err
	}
	ready[0] = like
	err = each(len(all)-1, func(i int) (err error) {
		ready[i+1], err = like.Again(all[i+1])
		return err
	})
	if err != nil {
		return err
	}
	for _, in := range ready {
		e.PutReady(in)
	}
	return nil
}

// each does something for every number below n, on as many cores as there are. It gives the error of the lowest number.
func each(n int, do func(int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// PutReady adds a service whose inputs were made ready before.
func (e *Estate) PutReady(in *judge.Inputs) {
	e.like = in
	e.members[in.Service().Service.ID] = &member{inputs: in, providers: judge.Providers(in.Service()), dirty: true}
}

// Remove takes a service out.
func (e *Estate) Remove(id ident.ID) { delete(e.members, id) }

// Postures gives the posture of every service at a moment, in order of id.
func (e *Estate) Postures(at civil.Instant) ([]*Posture, error) {
	if at < e.at {
		for _, m := range e.members {
			m.dirty = true // an earlier moment than before: nothing kept can be trusted to hold
		}
	}
	e.at = at
	order := e.order()
	for _, level := range order.levels {
		if err := e.judgeAll(level, order.ring, at); err != nil {
			return nil, err
		}
	}
	out := make([]*Posture, 0, len(e.members))
	for _, m := range e.members {
		out = append(out, m.posture)
	}
	slices.SortFunc(out, func(a, b *Posture) int { return cmp.Compare(a.Service, b.Service) })
	return out, nil
}

// Act works out for every service what to do next, from the postures as they are.
func (e *Estate) Act() {
	for _, m := range e.members {
		if m.posture != nil {
			m.posture.Actions = impact.Actions(m.inputs.WithOffers(m.offers), m.posture.At)
		}
	}
}

// judgeAll judges services that do not rest on each other, on as many cores as there are.
func (e *Estate) judgeAll(level []ident.ID, ring map[ident.ID]int, at civil.Instant) error {
	return each(len(level), func(i int) error { return e.judge(level[i], ring, at) })
}

// judge judges one service, unless what it was judged from is the same and its next change has not come.
func (e *Estate) judge(id ident.ID, ring map[ident.ID]int, at civil.Instant) error {
	m := e.members[id]
	offers := e.offersFor(id, m, ring)
	in := m.inputs.WithOffers(offers)
	rests := in.OfferStamps()
	if !m.dirty && slices.Equal(rests, m.rests) && m.holds(at) {
		held := *m.posture
		held.At = at
		m.posture = &held
		return nil
	}
	m.posture, m.rests, m.offers, m.dirty = Ready(in, at), rests, offers, false
	offer, err := judge.MakeOffer(in, &m.posture.Judgement, m.posture.NextChange)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the offer of %s could not be made", id)
	}
	m.offer = offer
	return nil
}

// holds says whether the posture still holds at a moment. One whose next change was only bounded is judged again, so that
// its bound is the one that a full judgement would give.
func (m *member) holds(at civil.Instant) bool {
	p := m.posture
	if p.NextChange == 0 {
		return p.Exact
	}
	return at < p.NextChange && (p.Exact || m.inputs.WithOffers(m.offers).OfferEnds(p.NextChange))
}

// offersFor gives the offers of the providers of a service. A provider in the same ring offers nothing that can be known.
func (e *Estate) offersFor(id ident.ID, m *member, ring map[ident.ID]int) map[ident.ID]judge.Offer {
	offers := map[ident.ID]judge.Offer{}
	for _, p := range m.providers {
		provider, known := e.members[p]
		switch {
		case !known:
		case ring[p] == ring[id]:
			offers[p] = judge.Offer{Service: p, Cycle: true}
		default:
			offers[p] = provider.offer
		}
	}
	return offers
}

// order is the order of providers: levels of services that do not rest on each other, providers first. Services in a
// ring, which rest on each other, have the same ring number.
type order struct {
	levels [][]ident.ID
	ring   map[ident.ID]int
}

func (e *Estate) order() order {
	o := order{ring: map[ident.ID]int{}}
	w := walk{estate: e, order: &o, index: map[ident.ID]int{}, low: map[ident.ID]int{}, on: map[ident.ID]bool{}, depth: map[int]int{}}
	ids := make([]ident.ID, 0, len(e.members))
	for id := range e.members {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if _, seen := w.index[id]; !seen {
			w.visit(id)
		}
	}
	return o
}

// walk finds rings and levels in one pass (Tarjan's strongly connected components, which come providers first).
type walk struct {
	estate *Estate
	order  *order
	index  map[ident.ID]int
	low    map[ident.ID]int
	on     map[ident.ID]bool
	stack  []ident.ID
	depth  map[int]int // of a ring
	rings  int
}

func (w *walk) visit(id ident.ID) {
	w.index[id], w.low[id] = len(w.index), len(w.index)
	w.stack, w.on[id] = append(w.stack, id), true
	for _, p := range w.estate.members[id].providers {
		if w.estate.members[p] == nil {
			continue
		}
		if _, seen := w.index[p]; !seen {
			w.visit(p)
			w.low[id] = min(w.low[id], w.low[p])
		} else if w.on[p] {
			w.low[id] = min(w.low[id], w.index[p])
		}
	}
	if w.low[id] == w.index[id] {
		w.close(id)
	}
}

// close ends a ring, which is most often one service alone, and puts it on the level above its providers.
func (w *walk) close(id ident.ID) {
	from := slices.Index(w.stack, id)
	members := slices.Clone(w.stack[from:])
	w.stack = w.stack[:from]
	w.rings++
	level := 0
	for _, m := range members {
		w.on[m], w.order.ring[m] = false, w.rings
	}
	for _, m := range members {
		for _, p := range w.estate.members[m].providers {
			if ring := w.order.ring[p]; ring != 0 && ring != w.rings {
				level = max(level, w.depth[ring]+1)
			}
		}
	}
	w.depth[w.rings] = level
	for len(w.order.levels) <= level {
		w.order.levels = append(w.order.levels, nil)
	}
	w.order.levels[level] = append(w.order.levels[level], members...)
	slices.Sort(w.order.levels[level])
}
