package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Services lists the services that who asks may know of, after an id, in order of id.
func (r *Registry) Services(ctx context.Context, who Asker, after ident.ID, limit int) ([]store.ServiceLine, error) {
	return r.store.Services(ctx, who.scope(access.ListServices), after, limit)
}

// ServiceSent gives a service with its current revision, of which the texts are left as they are sent.
func (r *Registry) ServiceSent(ctx context.Context, who Asker, id ident.ID) (store.Service, store.Revision, store.Sent, error) {
	v, revision, texts, err := r.store.HeadSent(ctx, id)
	if err := who.may(access.ReadService, v, err); err != nil {
		return store.Service{}, store.Revision{}, store.Sent{}, err
	}
	return v, revision, texts, nil
}

// Revisions lists the revisions of a service below a number, newest first; below 0 begins at the newest.
func (r *Registry) Revisions(ctx context.Context, who Asker, id ident.ID, below int64, limit int) ([]store.RevisionLine, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadService, v, err); err != nil {
		return nil, err
	}
	return r.store.Revisions(ctx, id, below, limit)
}

// Revision gives one revision of a service.
func (r *Registry) Revision(ctx context.Context, who Asker, id ident.ID, number int64) (store.Revision, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadService, v, err); err != nil {
		return store.Revision{}, err
	}
	revision, err := r.store.Revision(ctx, id, number)
	return revision, r.Gone(ctx, id, fmt.Sprintf("revision:%d", number), err)
}

// Registration gives a service its place in the organisation.
type Registration struct {
	ID     ident.ID
	Name   string
	Unit   ident.ID
	KeptIn *store.Repository // where its one writer is; nil when it is changed here
}

// Register gives a service its place. Nothing is said about it yet.
func (r *Registry) Register(ctx context.Context, who Asker, n Registration) (store.Written, error) {
	if err := who.mayIn(access.RegisterService, n.Unit, ""); err != nil {
		return store.Written{}, err
	}
	if err := who.registrable(n); err != nil {
		return store.Written{}, err
	}
	return r.write(ctx, nil, store.Entry{
		Kind: ledger.ServiceRegistered, Actor: who.ID, Service: n.ID, Subject: "service:" + string(n.ID),
		Content: &store.Registered{Service: n.ID, Name: n.Name, Unit: n.Unit, KeptIn: n.KeptIn},
	})
}

// registrable says what keeps a registration from being made.
func (who Asker) registrable(n Registration) error {
	if _, err := ident.ParseID(string(n.ID)); err != nil {
		return fault.Wrap(fault.Invalid, err, "id")
	}
	if strings.TrimSpace(n.Name) == "" || len(n.Name) > nameMost {
		return fault.New(fault.Invalid, "name: say what people call the service, in at most %d characters", nameMost)
	}
	if who.ground.home.Organisation != nil && who.ground.home.Organisation.Unit(n.Unit) == nil {
		return fault.New(fault.Invalid, "unit: there is no unit %s in the organisation", n.Unit)
	}
	return nil
}

// nameMost is the longest name of a service, in bytes.
const nameMost = 200

// write keeps one entry.
func (r *Registry) write(ctx context.Context, guard func(context.Context, *store.Tx) error, entry store.Entry) (store.Written, error) {
	written, err := r.store.Write(ctx, []store.Entry{entry}, guard)
	if err != nil {
		return store.Written{}, err
	}
	return written[0], nil
}

// Change is a new text of a service file, and the revision that it was made on.
type Change struct {
	Base   int64           // the number of the revision; 0 for the first
	Files  []schema.Source // the whole service file, in one part or more
	Note   string
	Commit string // of the repository that it comes from
	DryRun bool   // say what would follow and write nothing
}

// Changed says what became of a change.
type Changed struct {
	Revision store.Revision // the new one; the one that was there when nothing changed
	Mine     []schema.Change
	Merged   bool // others had changed the service meanwhile, elsewhere in it
	Same     bool // nothing changed
	Written  store.Written
}

// Conflicts is a change that cannot be made because somebody changed the same thing: with both sides.
type Conflicts struct {
	Fault     *fault.Error
	Current   int64 // the revision that is there now
	Conflicts []schema.Conflict
}

func (c *Conflicts) Error() string { return c.Fault.Error() }

// Unwrap gives the fault in it.
func (c *Conflicts) Unwrap() error { return c.Fault }

// triesMost is how often a change is merged with what other replicas wrote meanwhile.
const triesMost = 20

// ChangeService makes a new revision of a service. What others changed since the base is kept: changes of different
// things are merged, and changes of the same thing come back as Conflicts.
func (r *Registry) ChangeService(ctx context.Context, who Asker, id ident.ID, c Change) (*Changed, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ChangeService, v, err); err != nil {
		return nil, err
	}
	if v.KeptIn != nil {
		return nil, keptElsewhere(v)
	}
	return r.changedBy(ctx, who, id, c)
}

func keptElsewhere(v store.Service) error {
	return fault.New(fault.Forbidden, "%s is kept in %s: change it there, and it comes here by `bulkhead apply`", v.ID, v.KeptIn.Address)
}

// ApplyService makes the text of a pipeline the newest revision. A service that is kept in a repository is changed by
// this alone; the text is taken as it is, since the repository is where people merge.
func (r *Registry) ApplyService(ctx context.Context, who Asker, id ident.ID, from store.Repository, c Change) (*Changed, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ApplyService, v, err); err != nil {
		return nil, err
	}
	if v.KeptIn == nil {
		return nil, fault.New(fault.Conflict, "%s is changed at the server: to keep it in a repository, somebody who may move it says so first", id)
	}
	if from.Address != v.KeptIn.Address {
		return nil, fault.New(fault.Forbidden, "%s is kept in %s, not in %s", id, v.KeptIn.Address, from.Address)
	}
	c.Base = v.Number
	return r.changedBy(ctx, who, id, c)
}

// draft is a service file that was read and found whole by itself.
type draft struct {
	files    []schema.Source
	service  *model.Service
	document *schema.Document
}

// readDraft reads files, most of which an earlier document often has.
func readDraft(earlier *schema.Document, files []schema.Source) (d draft, err error) {
	d.files = files
	d.service, d.document, err = model.Again(earlier, files...)
	return d, unreadable(err)
}

// changedBy reads a change, before others are kept waiting, and makes it.
func (r *Registry) changedBy(ctx context.Context, who Asker, id ident.ID, c Change) (*Changed, error) {
	_, head, err := r.head(ctx, id)
	if err != nil {
		return nil, err
	}
	mine, err := readDraft(head.document, c.Files)
	if err != nil {
		return nil, err
	}
	return r.changed(ctx, who, id, c, mine)
}

// changed merges, checks and writes a change.
func (r *Registry) changed(ctx context.Context, who Asker, id ident.ID, c Change, mine draft) (*Changed, error) {
	defer r.editing.take(id)()
	for try := 0; ; try++ {
		out, err := r.changeOnce(ctx, who, id, c, mine)
		if fault.KindOf(err) != fault.Conflict || isConflicts(err) || try == triesMost {
			return out, err
		}
	}
}

func isConflicts(err error) bool { _, is := err.(*Conflicts); return is } //nolint:errorlint // made here and never wrapped

func (r *Registry) changeOnce(ctx context.Context, who Asker, id ident.ID, c Change, mine draft) (*Changed, error) {
	v, head, err := r.head(ctx, id)
	if err != nil {
		return nil, err
	}
	out, result, err := r.merge(ctx, id, head, c, mine)
	if err != nil {
		return nil, err
	}
	if out.Same = v.Number > 0 && len(out.Mine) == 0 && sameFiles(result.files, head.revision.Texts); out.Same {
		out.Revision = head.revision
		return out, nil
	}
	next, err := r.next(who, v, head.revision, result, out.Mine)
	if err != nil {
		return nil, err
	}
	next.Note, next.Commit = c.Note, c.Commit
	out.Revision = store.Revision{Revised: next, At: r.store.Now(), Actor: who.ID}
	if c.DryRun {
		return out, nil
	}
	out.Written, err = r.write(ctx, func(ctx context.Context, t *store.Tx) error { return t.MarkDirty(ctx, r.now(), id) },
		store.Entry{Kind: ledger.ServiceRevised, Actor: who.ID, Service: id, Subject: "service:" + string(id), Content: &next})
	if err == nil {
		r.files.of(id).revised(out.Revision, result)
	}
	r.stir()
	return out, err
}

func sameFiles(files []schema.Source, texts []store.Text) bool {
	return slices.Equal(store.Texts(files), texts)
}

// merge brings a change together with what was changed since its base.
func (r *Registry) merge(ctx context.Context, id ident.ID, head headed, c Change, mine draft) (*Changed, draft, error) {
	out, newest := &Changed{}, head.revision.Number
	switch {
	case c.Base > newest || c.Base < 0:
		return nil, draft{}, fault.New(fault.Invalid, "%s has no revision %d; the newest is %d", id, c.Base, newest)
	case newest == 0:
		return out, mine, nil
	case c.Base == 0:
		return nil, draft{}, fault.New(fault.Conflict, "%s has been described already: say which revision the change was made on; the newest is %d", id, newest)
	case c.Base == newest: // nobody else has changed it: the most common, and the quickest
		out.Mine = schema.Compare(head.document, mine.document)
		return out, mine, nil
	}
	base, err := r.store.Revision(ctx, id, c.Base)
	if err != nil {
		return nil, draft{}, err
	}
	was, err := head.document.Again(store.Sources(base.Texts)...)
	if err != nil {
		return nil, draft{}, unreadable(err)
	}
	merged, err := was.Merge(mine.document, head.document)
	if err != nil {
		return nil, draft{}, unreadable(err)
	}
	if len(merged.Conflicts) > 0 {
		return nil, draft{}, &Conflicts{Fault: fault.New(fault.Conflict, "somebody changed the same thing meanwhile: look at both, and decide"), Current: newest, Conflicts: merged.Conflicts}
	}
	out.Mine, out.Merged = merged.Mine, true
	result, err := readDraft(head.document, merged.Sources)
	return out, result, err
}

// next makes the revision that follows. A team does not move its service by what it writes: what a unit may bear comes
// with its unit.
func (r *Registry) next(who Asker, v store.Service, head store.Revision, d draft, mine []schema.Change) (store.Revised, error) {
	id := v.ID
	if said := d.service.Service.ID; said != id {
		return store.Revised{}, fault.At([]fault.Field{d.document.Fault("/service/id", "this is the service %s; the file says %s", id, said)})
	}
	if unit := d.service.Service.Unit; unit != "" && unit != v.Unit {
		return store.Revised{}, fault.At([]fault.Field{d.document.Fault("/service/unit", "%s belongs to the unit %s; the file says %s: leave it out, or let somebody who may move the service do so first", id, v.Unit, unit)})
	}
	if err := who.ground.home.Fits(d.service, d.document); err != nil {
		return store.Revised{}, err
	}
	enc := r.encoder()
	defer r.learnt.Put(enc)
	digest, err := enc.Sum(d.service)
	if err != nil {
		return store.Revised{}, unreadable(err)
	}
	next := store.Revised{Service: id, Number: head.Number + 1, Parent: head.Number, Name: d.service.Service.Name, Digest: digest, Texts: store.Texts(d.files)}
	next.Since = since(head.Since, mine, r.store.Now())
	return next, nil
}

// since says for each item when it last changed.
func since(before map[string]civil.Instant, mine []schema.Change, now civil.Instant) map[string]civil.Instant {
	out := map[string]civil.Instant{}
	for path, at := range before {
		out[path] = at
	}
	for _, c := range mine {
		out[itemOf(c.Path)] = now
	}
	return out
}

// itemOf gives the item of the service file that a path is in: /risks/r1 for /risks/r1/title, /context for all of that.
func itemOf(path string) string {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if segments[0] == "context" || len(segments) == 1 {
		return "/" + segments[0]
	}
	return "/" + strings.Join(segments[:2], "/")
}

// MoveService gives a service to another unit, or says where its one writer is.
func (r *Registry) MoveService(ctx context.Context, who Asker, id ident.ID, unit ident.ID, keptIn *store.Repository) (store.Written, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.MoveService, v, err); err != nil {
		return store.Written{}, err
	}
	if unit == "" {
		unit = v.Unit
	}
	if unit != v.Unit {
		if err := who.mayIn(access.RegisterService, unit, ""); err != nil {
			return store.Written{}, err
		}
	}
	if err := who.registrable(Registration{ID: id, Name: v.Name, Unit: unit}); err != nil {
		return store.Written{}, err
	}
	return r.write(ctx, func(ctx context.Context, t *store.Tx) error { return t.MarkDirty(ctx, r.now(), id) },
		store.Entry{Kind: ledger.ServiceMoved, Actor: who.ID, Service: id, Subject: "service:" + string(id), Content: &store.Moved{Service: id, Unit: unit, KeptIn: keptIn}})
}

// RetireService ends the judging of a service. Its record stays.
func (r *Registry) RetireService(ctx context.Context, who Asker, id ident.ID, reason string) (store.Written, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.RetireService, v, err); err != nil {
		return store.Written{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return store.Written{}, fault.New(fault.Invalid, "reason: say why the service ends")
	}
	return r.write(ctx, nil, store.Entry{Kind: ledger.ServiceRetired, Actor: who.ID, Service: id, Subject: "service:" + string(id), Content: &store.Retired{Service: id, Reason: reason}})
}
