package registry

import (
	"container/list"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// file is what is known of one service: its revision, evidence and decisions, read once and added to, since only the
// revision is ever replaced.
type file struct {
	mu        sync.Mutex
	unit      ident.ID // that it is registered in
	revision  store.Revision
	service   *model.Service
	placed    *model.Service // in that unit
	document  *schema.Document
	evidence  map[string]evidence.Entry     // by body
	set       *evidence.Set                 // of that evidence
	decisions map[string]*decision.Decision // by body
	decided   []decision.Decision           // those
	inputs    *judge.Inputs                 // made ready last, on some ground
	ground    *ground
}

// filesMost is how many services are held in memory, each with some megabytes.
const filesMost = 128

// files holds what is known of the services that were worked with last.
type files struct {
	mu    sync.Mutex
	most  int
	by    map[ident.ID]*list.Element
	order *list.List // newest first
}

type held struct {
	id   ident.ID
	file *file
}

func newFiles(most int) files {
	return files{most: most, by: map[ident.ID]*list.Element{}, order: list.New()}
}

// of gives what is held of a service, which may be nothing yet.
func (f *files) of(id ident.ID) *file {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e := f.by[id]; e != nil {
		f.order.MoveToFront(e)
		return e.Value.(held).file
	}
	one := &file{evidence: map[string]evidence.Entry{}, set: &evidence.Set{}, decisions: map[string]*decision.Decision{}}
	f.by[id] = f.order.PushFront(held{id, one})
	if f.order.Len() > f.most {
		last := f.order.Back()
		f.order.Remove(last)
		delete(f.by, last.Value.(held).id)
	}
	return one
}

// forget drops what is held of a service, as after a redaction.
func (f *files) forget(id ident.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e := f.by[id]; e != nil {
		f.order.Remove(e)
		delete(f.by, id)
	}
}

// sources gives the inputs of a service as they are now, reading only what is new.
func (r *Registry) sources(ctx context.Context, g *ground, id ident.ID) (judge.Sources, store.Revision, error) {
	f := r.files.of(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := r.readRevision(ctx, f, id); err != nil {
		return judge.Sources{}, store.Revision{}, err
	}
	if err := r.readRecords(ctx, f, id); err != nil {
		return judge.Sources{}, store.Revision{}, err
	}
	s := judge.Sources{
		Service: f.inPlace(), Organisation: g.home.Organisation, Library: g.home.Library, Changed: maps.Clone(f.revision.Since),
		Set: f.set, Decisions: f.decided,
	}
	var err error
	s.Attested, err = r.store.Attested(ctx, id)
	return s, f.revision, err
}

// ready makes the sources of a service ready for judging, taking over what it can of what was made ready before.
func (r *Registry) ready(g *ground, id ident.ID, s judge.Sources) (*judge.Inputs, error) {
	f := r.files.of(id)
	f.mu.Lock()
	before := f.inputs
	if f.ground != g {
		before = g.like.Load()
	}
	f.mu.Unlock()
	in, err := before.Again(s)
	if err != nil {
		return nil, err
	}
	g.like.Store(in)
	f.mu.Lock()
	f.inputs, f.ground = in, g
	f.mu.Unlock()
	return in, nil
}

// inPlace gives the service in its unit, which is the same as long as neither changes.
func (f *file) inPlace() *model.Service {
	if f.placed == nil || f.placed.Service.Unit != f.unit {
		f.placed = placed(f.service, f.unit)
	}
	return f.placed
}

// placed gives a service in the unit that it is registered in, whatever its file says or leaves out: what a unit may bear,
// and who has a role there, is not for a team to choose.
func placed(s *model.Service, unit ident.ID) *model.Service {
	if s.Service.Unit == unit {
		return s
	}
	there := *s
	there.Service.Unit = unit
	return &there
}

// readRevision reads the current revision of a service, unless it is the one that is held.
func (r *Registry) readRevision(ctx context.Context, f *file, id ident.ID) error {
	v, err := r.readHead(ctx, f, id)
	if err == nil && v.Number == 0 {
		return fault.New(fault.NotFound, "nothing has been said about the service %s yet", id)
	}
	return err
}

// readHead reads a service with its current revision, unless that is held; one without a revision leaves nothing held.
func (r *Registry) readHead(ctx context.Context, f *file, id ident.ID) (store.Service, error) {
	v, err := r.store.Service(ctx, id)
	f.unit = v.Unit
	if err != nil || v.Number == 0 || f.service != nil && f.revision.Number == v.Number {
		return v, err
	}
	v, revision, err := r.store.Head(ctx, id)
	if err != nil {
		return v, err
	}
	service, document, err := model.Again(f.document, store.Sources(revision.Texts)...)
	if err != nil {
		return v, err
	}
	f.revision, f.service, f.document, f.placed = revision, service, document, nil
	return v, nil
}

// headed is the newest revision of a service, with the document that it was read from.
type headed struct {
	revision store.Revision // its number is 0 when there is none
	document *schema.Document
}

// head gives a service with its newest revision.
func (r *Registry) head(ctx context.Context, id ident.ID) (store.Service, headed, error) {
	f := r.files.of(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	v, err := r.readHead(ctx, f, id)
	if err != nil || v.Number == 0 {
		return v, headed{}, err
	}
	return v, headed{f.revision, f.document}, nil
}

// revised holds a revision that was just written, so that it need not be read again.
func (f *file) revised(r store.Revision, d draft) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.revision.Number < r.Number {
		f.revision, f.service, f.document, f.placed = r, d.service, d.document, nil
	}
}

// readRecords reads the evidence and the decisions that are new, and lets go of what was redacted.
func (r *Registry) readRecords(ctx context.Context, f *file, id ident.ID) error {
	news, err := r.store.EvidenceBodies(ctx, id, known(f.evidence))
	if err != nil {
		return err
	}
	if err := f.followEvidence(news, r.store.ReadEvidence); err != nil {
		return err
	}
	if news, err = r.store.DecisionBodies(ctx, id, known(f.decisions)); err != nil {
		return err
	}
	return f.followDecisions(news, func(b *store.Sealed) (*decision.Decision, error) {
		d, err := r.store.ReadDecision(b)
		if err != nil {
			return nil, err
		}
		record, err := d.Record()
		return &record, err
	})
}

func (f *file) followEvidence(news store.News, read func(*store.Sealed) (evidence.Entry, error)) error {
	fresh, err := follow(f.evidence, news, read)
	if err != nil || len(fresh)+len(news.Gone) == 0 {
		return err
	}
	before := f.set
	if len(news.Gone) > 0 {
		before, fresh = &evidence.Set{}, slices.Collect(maps.Values(f.evidence))
	}
	set, err := before.With(fresh)
	if err == nil {
		f.set = &set
	}
	return err
}

func (f *file) followDecisions(news store.News, read func(*store.Sealed) (*decision.Decision, error)) error {
	if _, err := follow(f.decisions, news, read); err != nil || len(news.Fresh)+len(news.Gone) == 0 {
		return err
	}
	f.decided = make([]decision.Decision, 0, len(f.decisions)) // anew, since who was given the list before goes on with it
	for _, d := range f.decisions {
		f.decided = append(f.decided, *d)
	}
	return nil
}

// follow brings what is held up to date, and gives what is new. What could not be read leaves all as it was.
func follow[T any](held map[string]T, news store.News, read func(*store.Sealed) (T, error)) ([]T, error) {
	fresh := make([]T, len(news.Fresh))
	for i := range news.Fresh {
		var err error
		if fresh[i], err = read(&news.Fresh[i]); err != nil {
			return nil, err
		}
	}
	for i := range news.Fresh {
		held[news.Fresh[i].ID] = fresh[i]
	}
	for _, id := range news.Gone {
		delete(held, id)
	}
	return fresh, nil
}

func known[T any](held map[string]T) map[string]bool {
	out := make(map[string]bool, len(held))
	for id := range held {
		out[id] = true
	}
	return out
}
