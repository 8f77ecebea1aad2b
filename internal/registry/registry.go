// Package registry is the use cases of the server, which keeps the record of an organisation: each authorises who asks,
// loads what is needed, decides in pure code, and writes with an entry in the ledger. A file a noun. Every face (API,
// pages) goes through here, so that each does the same.
//
// It promises that nobody is told of what they may not know, in whatever they ask: what somebody may not see is not there
// for them. It never decides by a role that somebody claims, and never reads a clock but the record's.
package registry

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Registry is the use cases over one record. It may be used by many at once.
type Registry struct {
	store   *store.Store
	now     func() time.Time
	ground  atomic.Pointer[ground]
	loading sync.Mutex
	keeping Keep
	reach   Reach
	files   files
	editing turns
	wake    chan struct{} // says that there is background work
	learnt  sync.Pool     // encoders of canonical forms, each of which remembers what it learnt about types
}

// encoder lends an encoder, which the caller puts back into learnt.
func (r *Registry) encoder() *ident.Encoder {
	if enc, is := r.learnt.Get().(*ident.Encoder); is {
		return enc
	}
	return ident.NewEncoder()
}

// New makes the use cases over a record. Now is the clock of background work and sessions; nil for the machine's.
func New(s *store.Store, now func() time.Time, options ...Option) *Registry {
	if now == nil {
		now = time.Now
	}
	r := &Registry{store: s, now: now, keeping: Keep{}.filled(), files: newFiles(filesMost), wake: make(chan struct{}, 1)}
	for _, o := range options {
		o(r)
	}
	return r
}

// ground is what everything is judged by: the organisation and the library in force, held in memory until either
// changes. It is never changed once made.
type ground struct {
	like   atomic.Pointer[judge.Inputs] // made ready last on it: what all services share is made ready once
	basis  store.Basis
	home   app.Home
	source schema.Source // of the organisation; its text is empty when there is none
}

// grounds gives the ground that is in force as a basis says. It is read again only when the basis is another than before,
// so that most requests cost no statement for it.
func (r *Registry) grounds(ctx context.Context, basis store.Basis) (*ground, error) {
	if g := r.ground.Load(); g != nil && g.basis == basis {
		return g, nil
	}
	r.loading.Lock()
	defer r.loading.Unlock()
	if g := r.ground.Load(); g != nil && g.basis == basis {
		return g, nil
	}
	g, err := r.groundAt(ctx, 0)
	if err != nil {
		return nil, err
	}
	g.basis = basis
	r.ground.Store(g)
	return g, nil
}

// current gives the ground in force now, at the price of one statement.
func (r *Registry) current(ctx context.Context) (*ground, error) {
	basis, err := r.store.Basis(ctx)
	if err != nil {
		return nil, err
	}
	return r.grounds(ctx, basis)
}

// groundAt reads the ground that was in force at a moment; at 0, now.
func (r *Registry) groundAt(ctx context.Context, at civil.Instant) (*ground, error) {
	revision, err := r.store.Organisation(ctx, at)
	if err != nil {
		return nil, err
	}
	recorded, err := r.store.Packs(ctx, at)
	if err != nil {
		return nil, err
	}
	g := &ground{}
	var packs []library.Pack
	for i := range recorded {
		pack, err := library.ReadPack(schema.Source{File: recorded[i].Text.File, Text: []byte(recorded[i].Text.Text)})
		if err != nil {
			return nil, err
		}
		packs = append(packs, pack)
	}
	var organisation *org.Organisation
	if revision.Number > 0 {
		g.source = store.Sources(revision.Texts)[0]
		if organisation, err = org.Read(g.source); err != nil {
			return nil, err
		}
	}
	g.home, err = app.NewHome(organisation, g.source, packs)
	return g, err
}

// stir wakes background work.
func (r *Registry) stir() {
	select {
	case r.wake <- struct{}{}:
	default: // it was woken already
	}
}

// turns lets one at a time do something with a name, so that many editors of one service wait for each other instead of
// working for nothing. Other replicas are told apart by the revision that a change was made on.
type turns struct {
	mu   sync.Mutex
	held map[ident.ID]*turn
}

type turn struct {
	mu      sync.Mutex
	waiting int
}

// take waits for the turn of a name, and gives what ends it.
func (t *turns) take(name ident.ID) (end func()) {
	t.mu.Lock()
	if t.held == nil {
		t.held = map[ident.ID]*turn{}
	}
	mine := t.held[name]
	if mine == nil {
		mine = &turn{}
		t.held[name] = mine
	}
	mine.waiting++
	t.mu.Unlock()
	mine.mu.Lock()
	return func() {
		mine.mu.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if mine.waiting--; mine.waiting == 0 {
			delete(t.held, name)
		}
	}
}

// unreadable makes what somebody sent a fault of theirs, with the places that are wrong.
func unreadable(err error) error {
	if err != nil && fault.KindOf(err) == fault.Internal {
		return fault.Wrap(fault.Invalid, err, "what was sent cannot be read")
	}
	return err
}
