package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// PackLine is a pack of the library.
type PackLine struct {
	Pack        string `json:"pack" doc:"Its id"`
	Title       string `json:"title"`
	Version     string `json:"version"`
	Source      string `json:"source" doc:"Where its facts are from"`
	Licence     string `json:"licence"`
	Retrieved   string `json:"retrieved" format:"date" doc:"The day on which the source was read"`
	Digest      string `json:"digest" doc:"Of what it says; in quotes it is the ETag of the pack"`
	Items       int    `json:"items"`
	Unconfirmed int    `json:"unconfirmed" doc:"Items whose source is not confirmed"`
}

func packLine(l *report.PackLine) PackLine {
	return PackLine{Pack: string(l.ID), Title: l.Title, Version: l.Version, Source: l.Source, Licence: l.Licence, Retrieved: l.Retrieved.String(), Digest: string(l.Digest), Items: l.Items, Unconfirmed: l.Unconfirmed}
}

func (f *face) library(d desk) {
	const area = "library"
	add(d, operation{id: "list-packs", method: http.MethodGet, path: "/library", summary: "List the packs of the library in force", area: area, use: access.ReadLibrary}, f.listPacks)
	add(d, operation{id: "read-pack", method: http.MethodGet, path: "/library/{pack}", summary: "Read a pack", area: area, use: access.ReadLibrary, lasts: true, answer: "A pack, as `bulkhead schema pack` describes it"}, f.readPack)
	add(d, operation{id: "change-pack", method: http.MethodPut, path: "/library/{pack}", summary: "Put a pack of your own in force", area: area, use: access.ChangeLibrary, large: true}, f.changePack)
}

func (f *face) listPacks(_ context.Context, who registry.Asker, _ *struct{}) (*Page[PackLine], error) {
	all, err := f.Library(who)
	if err != nil {
		return nil, err
	}
	return page(all, len(all), packLine, nil), nil
}

// NamedPack is the part of an address that names a pack. It is exported since the library that reads addresses passes over
// what is embedded and is not.
type NamedPack struct {
	Pack string `path:"pack" doc:"The pack"`
}

func (f *face) readPack(_ context.Context, who registry.Asker, in *NamedPack) (*Raw, error) {
	p, err := f.Pack(who, ident.ID(in.Pack))
	if err != nil {
		return nil, err
	}
	text, err := ident.Canon(p)
	out := raw(text)
	out.ETag = `"` + string(p.Digest) + `"`
	return out, err
}

type newPack struct {
	NamedPack
	IfMatch string `header:"If-Match" doc:"The ETag of the pack in force whose place it takes"`
	IfNone  string `header:"If-None-Match" doc:"* for a pack of which there is none yet"`
	DryRun  bool   `query:"dry_run" doc:"Say what would follow, and change nothing"`
	Regardless
	Body struct {
		Text string `json:"text" doc:"The whole pack, as YAML"`
	}
}

// ChangedPack is what became of a pack.
type ChangedPack struct {
	Same bool     `json:"same" doc:"Whether it was in force already"`
	Pack PackLine `json:"pack"`
}

func (f *face) changePack(ctx context.Context, who registry.Asker, in *newPack) (*One[ChangedPack], error) {
	base := ident.Digest(strings.Trim(strings.TrimPrefix(in.IfMatch, "W/"), `"`))
	if (base == "") == (in.IfNone == "") || in.IfNone != "" && in.IfNone != "*" {
		return nil, fault.New(fault.Invalid, "If-Match: send the ETag of the pack whose place it takes; for a new one send If-None-Match: * instead")
	}
	c, err := f.ChangeLibrary(ctx, who, registry.PackChange{ID: ident.ID(in.Pack), Base: base, Text: in.Body.Text, DryRun: in.DryRun, Regardless: in.Regardless.Regardless})
	if err != nil {
		return nil, err
	}
	line := packLine(&c.Line)
	return &One[ChangedPack]{ETag: `"` + line.Digest + `"`, Body: ChangedPack{Same: c.Same, Pack: line}}, nil
}
