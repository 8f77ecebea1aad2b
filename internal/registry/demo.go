package registry

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// LoadExample fills a record that is empty with an organisation and its services, as they lie in folders: for a
// demonstration. It goes around the use cases on purpose: it tells what others decided long ago.
func (r *Registry) LoadExample(ctx context.Context, dir fs.FS) error {
	if n, err := r.store.Size(ctx); err != nil || n > 0 {
		return err
	}
	text, err := fs.ReadFile(dir, org.File)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the example has no organisation")
	}
	source := schema.Source{File: org.File, Text: text}
	organisation, err := org.Read(source)
	if err != nil {
		return err
	}
	digest, err := ident.Sum(organisation)
	if err != nil {
		return err
	}
	entries := []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "system", Subject: "organisation",
		Content: &store.Organised{Number: 1, Digest: digest, Texts: store.Texts([]schema.Source{source}), Note: "the example"},
	}}
	services, err := fs.Glob(dir, "*/"+model.File)
	if err != nil {
		return err
	}
	var ids []ident.ID
	for _, file := range services {
		id, some, err := exampleService(dir, path.Dir(file), "")
		if err != nil {
			return err
		}
		ids, entries = append(ids, id), append(entries, some...)
	}
	for some := range slices.Chunk(entries, 200) {
		_, err := r.store.Write(ctx, some, func(ctx context.Context, t *store.Tx) error { return t.MarkDirty(ctx, r.now(), ids...) })
		if err != nil {
			return err
		}
	}
	r.stir()
	return nil
}

// Multiply tells of the services of an example again and again under other ids, until the record has as many as asked
// for: for measuring.
func (r *Registry) Multiply(ctx context.Context, dir fs.FS, services int) error {
	files, err := fs.Glob(dir, "*/"+model.File)
	if err != nil {
		return err
	}
	for n := len(files); n < services; n++ {
		id, entries, err := exampleService(dir, path.Dir(files[n%len(files)]), fmt.Sprintf("-%d", n/len(files)))
		if err != nil {
			return err
		}
		if _, err := r.store.Write(ctx, entries, func(ctx context.Context, t *store.Tx) error { return t.MarkDirty(ctx, r.now(), id) }); err != nil {
			return err
		}
	}
	return nil
}

// renamed gives a service file with something added to the id of the service.
func renamed(sources []schema.Source, suffix string) ([]schema.Source, error) {
	service, document, err := model.Read(sources...)
	if err != nil || suffix == "" {
		return sources, err
	}
	file, err := document.Splice("/service/id", string(service.Service.ID)+suffix)
	return replaced(sources, file), err
}

// exampleService gives what is told of one service, whose id has a suffix.
func exampleService(dir fs.FS, folder, suffix string) (ident.ID, []store.Entry, error) {
	sources, err := texts(dir, folder+"/"+model.File, folder+"/bulkhead/*.yaml")
	if err != nil {
		return "", nil, err
	}
	if sources, err = renamed(sources, suffix); err != nil {
		return "", nil, err
	}
	service, _, err := model.Read(sources...)
	if err != nil {
		return "", nil, err
	}
	digest, err := ident.Sum(service)
	if err != nil {
		return "", nil, err
	}
	id := service.Service.ID
	entry := func(kind ledger.Kind, subject string, content any) store.Entry {
		return store.Entry{Kind: kind, Actor: "system", Service: id, Subject: subject, Content: content}
	}
	out := []store.Entry{
		entry(ledger.ServiceRegistered, "service:"+string(id), &store.Registered{Service: id, Name: service.Service.Name, Unit: service.Service.Unit}),
		entry(ledger.ServiceRevised, "service:"+string(id), &store.Revised{Service: id, Number: 1, Name: service.Service.Name, Digest: digest, Texts: store.Texts(sources), Note: "the example"}),
	}
	observed, err := exampleRecords(dir, folder+"/bulkhead/evidence/*.yaml", evidence.Read)
	if err != nil {
		return "", nil, err
	}
	seen := map[ident.ID]bool{}
	for i := range observed {
		if seen[observed[i].ID] {
			continue // files can use an id twice, which counts for nothing; here the second would be refused
		}
		seen[observed[i].ID] = true
		text, err := ident.Canon(&observed[i])
		if err != nil {
			return "", nil, err
		}
		out = append(out, entry(ledger.EvidenceRecorded, "evidence:"+string(observed[i].ID), &store.Observed{Service: id, Record: text}))
	}
	decided, err := exampleRecords(dir, folder+"/bulkhead/decisions/*.yaml", decision.Read)
	if err != nil {
		return "", nil, err
	}
	for i := range decided {
		text, err := ident.Canon(&decided[i])
		if err != nil {
			return "", nil, err
		}
		out = append(out, entry(ledger.DecisionRecorded, "decision:"+string(decided[i].ID), &store.Decided{Service: id, Decision: text}))
	}
	return id, out, nil
}

// exampleRecords reads the records that files of a pattern hold.
func exampleRecords[T any](dir fs.FS, pattern string, read func(schema.Source) ([]T, error)) (out []T, err error) {
	sources, err := texts(dir, pattern)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		some, err := read(s)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// texts reads the files of some patterns, in order of their names.
func texts(dir fs.FS, patterns ...string) (out []schema.Source, err error) {
	for _, pattern := range patterns {
		names, err := fs.Glob(dir, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(dir, name)
			if err != nil {
				return nil, err
			}
			out = append(out, schema.Source{File: path.Base(name), Text: text})
		}
	}
	return out, nil
}
