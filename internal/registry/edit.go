package registry

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
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
	revision, err := r.store.Revision(ctx, id, base)
	if err != nil {
		return nil, err
	}
	files, err := edited(store.Sources(revision.Texts), edits)
	if err != nil {
		return nil, err
	}
	return r.ChangeService(ctx, who, id, Change{Base: base, Files: files, Note: note, DryRun: dryRun})
}

// edited makes edits one after the other.
func edited(files []schema.Source, edits []Edit) ([]schema.Source, error) {
	for _, e := range edits {
		doc, err := schema.Parse(files...)
		if err != nil {
			return nil, unreadable(err)
		}
		var file schema.Source
		switch e.Op {
		case "set":
			file, err = doc.Splice(e.Path, e.Value)
		case "append":
			file, err = doc.Append(e.Path, e.Value)
		case "remove":
			file, err = doc.Remove(e.Path)
		default:
			err = fault.New(fault.Invalid, "op: an edit is set, append or remove, not %q", e.Op)
		}
		if err != nil {
			return nil, unreadable(err)
		}
		files = replaced(files, file)
	}
	return files, nil
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
