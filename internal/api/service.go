package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// ServiceLine is a service in a list.
type ServiceLine struct {
	Service    string          `json:"service" doc:"Its id"`
	Name       string          `json:"name"`
	Unit       string          `json:"unit"`
	Revision   int64           `json:"revision" doc:"The number of its current revision; 0 when nothing was said yet"`
	Changed    string          `json:"changed" format:"date-time" doc:"When it last changed"`
	KeptIn     string          `json:"kept_in" doc:"The address of the repository that it is changed in; empty when it is changed here"`
	Judged     string          `json:"judged" doc:"The moment of its posture; empty when there is none yet"`
	NextChange string          `json:"next_change" doc:"When the posture changes by itself; empty for never"`
	Pending    bool            `json:"pending" doc:"Whether something changed that the posture does not show yet"`
	Failing    string          `json:"failing,omitempty" doc:"Since when its posture cannot be judged and shows no change; left out while it can"`
	Retired    string          `json:"retired,omitempty" doc:"When it was retired; left out while it is in use"`
	Summary    json.RawMessage `json:"summary,omitempty" doc:"Counts from the posture"`
}

// File is one text of a service file.
type File struct {
	File string `json:"file" doc:"Its name, such as bulkhead.yaml" maxLength:"200"`
	Text string `json:"text"`
}

// Repository is where the one writer of a service is.
type Repository struct {
	Address string `json:"address" maxLength:"500"`
	Folder  string `json:"folder,omitempty" maxLength:"500"`
}

// Revision is one revision of a service file.
type Revision struct {
	Number int64  `json:"number"`
	Digest string `json:"digest" doc:"Of the model, in canonical form"`
	At     string `json:"at" format:"date-time"`
	By     string `json:"by" doc:"Who made it, by an id"`
	Note   string `json:"note,omitempty"`
	Commit string `json:"commit,omitempty"`
	Files  []File `json:"files,omitempty"`
}

// Service is a service with its current revision.
type Service struct {
	Service  string      `json:"service"`
	Name     string      `json:"name"`
	Unit     string      `json:"unit"`
	KeptIn   *Repository `json:"kept_in,omitempty"`
	Retired  string      `json:"retired,omitempty"`
	Revision *Revision   `json:"revision,omitempty"`
}

// Changed is what became of a change.
type Changed struct {
	Revision int64        `json:"revision" doc:"The revision that holds the change; the one that was there when nothing changed"`
	Same     bool         `json:"same" doc:"Whether nothing changed"`
	Merged   bool         `json:"merged" doc:"Whether others had changed something else meanwhile, which is kept"`
	Changes  []ChangeLine `json:"changes" nullable:"false"`
}

// ChangeLine is one thing that changed.
type ChangeLine struct {
	Path string `json:"path"`
	Op   string `json:"op" enum:"set,add,remove"`
	Was  string `json:"was,omitempty"`
	Is   string `json:"is,omitempty"`
}

// One is what an operation answers with: a body, and the revision as an ETag where there is one.
type One[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

func tag(number int64) string { return `"` + strconv.FormatInt(number, 10) + `"` }

func (f *face) services(d desk) {
	const area = "services"
	add(d, operation{id: "list-services", method: http.MethodGet, path: "/services", summary: "List services", area: area, use: access.ListServices, like: reflect.TypeFor[Page[ServiceLine]]()}, f.listServices)
	add(d, operation{id: "register-service", method: http.MethodPost, path: "/services", summary: "Give a service its place in the organisation", area: area, use: access.RegisterService, status: http.StatusCreated}, f.registerService)
	add(d, operation{id: "read-service", method: http.MethodGet, path: "/services/{id}", summary: "Read a service and its service file", area: area, use: access.ReadService, like: reflect.TypeFor[Service]()}, f.readService)
	add(d, operation{id: "change-service", method: http.MethodPut, path: "/services/{id}", summary: "Make a new revision of a service file; what others changed elsewhere is kept", area: area, use: access.ChangeService, large: true}, f.changeService)
	add(d, operation{id: "edit-service", method: http.MethodPatch, path: "/services/{id}", summary: "Change single things in a service file", area: area, use: access.ChangeService}, f.editService)
	add(d, operation{id: "apply-service", method: http.MethodPost, path: "/services/{id}/apply", summary: "Bring a service file from the repository that it is kept in", area: area, use: access.ApplyService, large: true}, f.applyService)
	add(d, operation{id: "move-service", method: http.MethodPost, path: "/services/{id}/move", summary: "Give a service to another unit, or say where it is changed", area: area, use: access.MoveService}, f.moveService)
	add(d, operation{id: "retire-service", method: http.MethodPost, path: "/services/{id}/retire", summary: "End the judging of a service; its record stays", area: area, use: access.RetireService}, f.retireService)
	add(d, operation{id: "list-revisions", method: http.MethodGet, path: "/services/{id}/revisions", summary: "List the revisions of a service, newest first", area: area, use: access.ReadService}, f.listRevisions)
	add(d, operation{id: "read-revision", method: http.MethodGet, path: "/services/{id}/revisions/{number}", summary: "Read one revision", area: area, use: access.ReadService, lasts: true}, f.readRevision)
}

func (f *face) listServices(ctx context.Context, who registry.Asker, in *Paging) (*Raw, error) {
	found, err := f.Services(ctx, who, ident.ID(in.After), in.Limit+1)
	if err != nil {
		return nil, err
	}
	p := page(found, in.Limit, lineOf, func(l *registry.ServiceLine) string { return string(l.ID) })
	return p.written(func(l *ServiceLine) (string, json.RawMessage) {
		summary := l.Summary
		l.Summary = nil
		return "summary", summary
	})
}

func lineOf(l *registry.ServiceLine) ServiceLine {
	out := ServiceLine{Service: string(l.ID), Name: l.Name, Unit: string(l.Unit), Revision: l.Number, Changed: l.Changed.String(), Judged: l.At.String(), NextChange: l.NextChange.String(), Pending: l.Dirty, Failing: l.Failing.String(), Retired: l.Retired.String(), Summary: l.Summary}
	if l.KeptIn != nil {
		out.KeptIn = l.KeptIn.Address
	}
	return out
}

type registration struct {
	Body struct {
		ID     string      `json:"id" doc:"A short name for the service, such as benefits-portal"`
		Name   string      `json:"name" pattern:"^[^\\p{Cc}]*$" patternDescription:"one line of text" doc:"The name that people use" maxLength:"200"`
		Unit   string      `json:"unit" doc:"The unit of the organisation that it belongs to"`
		KeptIn *Repository `json:"kept_in,omitempty" doc:"The repository that it is changed in, when it is not changed here"`
	}
}

func (f *face) registerService(ctx context.Context, who registry.Asker, in *registration) (*One[Service], error) {
	n := registry.Registration{ID: ident.ID(in.Body.ID), Name: in.Body.Name, Unit: ident.ID(in.Body.Unit), KeptIn: in.Body.KeptIn.kept()}
	if _, err := f.Register(ctx, who, n); err != nil {
		return nil, err
	}
	return &One[Service]{ETag: tag(0), Body: Service{Service: in.Body.ID, Name: in.Body.Name, Unit: in.Body.Unit, KeptIn: in.Body.KeptIn}}, nil
}

func (r *Repository) kept() *registry.Repository {
	if r == nil {
		return nil
	}
	return &registry.Repository{Address: r.Address, Folder: r.Folder}
}

// Named names a service.
type Named struct {
	ID string `path:"id" doc:"The service"`
}

type serviceAsked struct {
	Named
	Taking
}

func (f *face) readService(ctx context.Context, who registry.Asker, in *serviceAsked) (*Raw, error) {
	v, revision, texts, err := f.ServiceSent(ctx, who, ident.ID(in.ID))
	if err != nil {
		return nil, err
	}
	s := Service{Service: string(v.ID), Name: v.Name, Unit: string(v.Unit), Retired: v.Retired.String()}
	if v.KeptIn != nil {
		s.KeptIn = &Repository{Address: v.KeptIn.Address, Folder: v.KeptIn.Folder}
	}
	if v.Number > 0 {
		s.Revision = revisionOf(&revision)
	}
	out, err := written(&s, &texts, &in.Taking)
	if err != nil {
		return nil, err
	}
	out.ETag = tag(v.Number)
	return out, nil
}

// written writes a service. The texts of its revision, which are its last member, stay as they are kept.
func written(s *Service, texts *registry.Sent, t *Taking) (*Raw, error) {
	text, err := json.Marshal(s)
	if err != nil || s.Revision == nil {
		return raw(text), err
	}
	return pieced(t, append(bytes.TrimSuffix(text, []byte("}}")), `,"files":`...), texts, []byte("}}"))
}

func revisionOf(r *registry.Revision) *Revision {
	out := &Revision{Number: r.Number, Digest: string(r.Digest), At: r.At.String(), By: r.Actor, Note: r.Note, Commit: r.Commit}
	for _, t := range r.Texts {
		out.Files = append(out.Files, File(t))
	}
	return out
}

// Based says which revision of a service a change was made on.
type Based struct {
	Named
	Edited
}

// Edited says which revision a change was made on.
type Edited struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the revision that the change was made on: its number in quotes" required:"true"`
	DryRun  bool   `query:"dry_run" doc:"Say what would follow, and change nothing"`
}

func (b *Edited) number() (int64, error) {
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(b.IfMatch, "W/"), `"`), 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "If-Match: send the number of the revision that the change was made on, in quotes, such as %s", tag(3))
	}
	return n, nil
}

type newFiles struct {
	Based
	Body struct {
		Files []File `json:"files" minItems:"1" maxItems:"100" doc:"The whole service file, in one part or more"`
		Note  string `json:"note,omitempty" maxLength:"2000"`
	}
}

func sources(files []File) []schema.Source {
	out := make([]schema.Source, len(files))
	for i, f := range files {
		out[i] = schema.Source{File: f.File, Text: []byte(f.Text)}
	}
	return out
}

func (f *face) changeService(ctx context.Context, who registry.Asker, in *newFiles) (*One[Changed], error) {
	base, err := in.number()
	if err != nil {
		return nil, err
	}
	return changedOf(f.ChangeService(ctx, who, ident.ID(in.ID), registry.Change{Base: base, Files: sources(in.Body.Files), Note: in.Body.Note, DryRun: in.DryRun}))
}

func changedOf(c *registry.Changed, err error) (*One[Changed], error) {
	if err != nil {
		return nil, err
	}
	return &One[Changed]{ETag: tag(c.Revision.Number), Body: changed(c.Revision.Number, c.Same, c.Merged, c.Mine)}, nil
}

func changed(number int64, same, merged bool, mine []schema.Change) Changed {
	out := Changed{Revision: number, Same: same, Merged: merged, Changes: []ChangeLine{}}
	for _, m := range mine {
		out.Changes = append(out.Changes, ChangeLine{Path: m.Path, Op: string(m.Op), Was: m.Was, Is: m.Is})
	}
	return out
}

type edits struct {
	Based
	Body struct {
		Edits []Edit `json:"edits" minItems:"1" maxItems:"200"`
		Note  string `json:"note,omitempty" maxLength:"2000"`
	}
}

// Edit is one change of a service file.
type Edit struct {
	Op    string `json:"op" enum:"set,append,remove"`
	Path  string `json:"path" doc:"What to change, such as /risks/r1/title; for append, the list"`
	Value string `json:"value,omitempty" doc:"The new value; for append, the item as YAML"`
}

func (f *face) editService(ctx context.Context, who registry.Asker, in *edits) (*One[Changed], error) {
	base, err := in.number()
	if err != nil {
		return nil, err
	}
	list := make([]registry.Edit, len(in.Body.Edits))
	for i, e := range in.Body.Edits {
		list[i] = registry.Edit(e)
	}
	return changedOf(f.EditService(ctx, who, ident.ID(in.ID), base, list, in.Body.Note, in.DryRun))
}

type applied struct {
	Named
	DryRun bool `query:"dry_run" doc:"Say what would follow, and change nothing"`
	Body   struct {
		Repository Repository `json:"repository"`
		Commit     string     `json:"commit,omitempty" maxLength:"200"`
		Files      []File     `json:"files" minItems:"1" maxItems:"100"`
		Note       string     `json:"note,omitempty" maxLength:"2000"`
	}
}

func (f *face) applyService(ctx context.Context, who registry.Asker, in *applied) (*One[Changed], error) {
	return changedOf(f.ApplyService(ctx, who, ident.ID(in.ID), *in.Body.Repository.kept(),
		registry.Change{Files: sources(in.Body.Files), Note: in.Body.Note, Commit: in.Body.Commit, DryRun: in.DryRun}))
}

type move struct {
	Named
	Body struct {
		Unit   string      `json:"unit,omitempty" doc:"The unit that it belongs to from now on"`
		KeptIn *Repository `json:"kept_in,omitempty" doc:"The repository that it is changed in from now on; leave out to change it here"`
	}
}

func (f *face) moveService(ctx context.Context, who registry.Asker, in *move) (*struct{}, error) {
	_, err := f.MoveService(ctx, who, ident.ID(in.ID), ident.ID(in.Body.Unit), in.Body.KeptIn.kept())
	return nil, err
}

type retirement struct {
	Named
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (f *face) retireService(ctx context.Context, who registry.Asker, in *retirement) (*struct{}, error) {
	_, err := f.RetireService(ctx, who, ident.ID(in.ID), in.Body.Reason)
	return nil, err
}

type revisionsAsked struct {
	Named
	After int64 `query:"after" doc:"Where the page before ended" default:"-1"`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

func (f *face) listRevisions(ctx context.Context, who registry.Asker, in *revisionsAsked) (*Page[Revision], error) {
	found, err := f.Revisions(ctx, who, ident.ID(in.ID), in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return page(found, in.Limit, func(r *registry.RevisionLine) Revision {
		return Revision{Number: r.Number, Digest: string(r.Digest), At: r.At.String(), By: r.Actor}
	}, func(r *registry.RevisionLine) string { return strconv.FormatInt(r.Number, 10) }), nil
}

type revisionAsked struct {
	Named
	Number int64 `path:"number" minimum:"1"`
}

func (f *face) readRevision(ctx context.Context, who registry.Asker, in *revisionAsked) (*One[Revision], error) {
	r, err := f.Revision(ctx, who, ident.ID(in.ID), in.Number)
	if err != nil {
		return nil, err
	}
	return &One[Revision]{ETag: tag(r.Number), Body: *revisionOf(&r)}, nil
}
