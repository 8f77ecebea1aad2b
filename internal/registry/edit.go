package registry

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Edit is one change of a document: set a value, append an item to a list, remove a key or an item.
type Edit struct{ Op, Path, Value string }

// EditService changes single things in a service file, leaving every other line as it is. The edits are made on the
// revision that the caller saw and merged like any other change.
func (r *Registry) EditService(ctx context.Context, who Asker, id ident.ID, base int64, edits []Edit, note string, dryRun bool) (*Changed, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ChangeService, v, err); err != nil {
		return nil, err
	}
	if v.KeptIn != nil {
		return nil, keptElsewhere(v)
	}
	document, err := r.documentOf(ctx, id, base)
	if err != nil {
		return nil, err
	}
	mine, err := edited(document, edits)
	if err != nil {
		return nil, err
	}
	return r.changed(ctx, who, id, Change{Base: base, Files: mine.files, Note: note, DryRun: dryRun}, mine)
}

// documentOf gives the document of a revision: most often the newest, which is held.
func (r *Registry) documentOf(ctx context.Context, id ident.ID, number int64) (*schema.Document, error) {
	_, head, err := r.head(ctx, id)
	if err != nil || head.revision.Number == number && number > 0 {
		return head.document, err
	}
	revision, err := r.store.Revision(ctx, id, number)
	if err != nil {
		return nil, err
	}
	return head.document.Again(store.Sources(revision.Texts)...)
}

// edited makes edits one after the other.
func edited(document *schema.Document, edits []Edit) (d draft, err error) {
	for _, e := range edits {
		switch e.Op {
		case "set":
			document, err = document.WithValue(e.Path, e.Value)
		case "append":
			document, err = document.WithItem(e.Path, e.Value)
		case "remove":
			document, err = document.Without(e.Path)
		default:
			err = fault.New(fault.Invalid, "op: an edit is set, append or remove, not %q", e.Op)
		}
		if err != nil {
			return d, unreadable(err)
		}
	}
	d.files, d.document = document.Sources(), document
	d.service, err = model.Of(document)
	return d, unreadable(err)
}

// replaced gives files with one of them changed.
func replaced(files []schema.Source, file schema.Source) []schema.Source {
	out := make([]schema.Source, len(files))
	for i, f := range files {
		if out[i] = f; f.File == file.File {
			out[i] = file
		}
	}
	return out
}
