package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Organisation is the organisation file.
type Organisation struct {
	Number int64  `json:"number" doc:"The number of the revision; 0 when there is no organisation file yet"`
	Digest string `json:"digest" doc:"Of what it says, in canonical form"`
	At     string `json:"at" doc:"When the revision was made"`
	By     string `json:"by" doc:"Who made it, by an id"`
	Note   string `json:"note,omitempty"`
	File   string `json:"file" doc:"Its name"`
	Text   string `json:"text" doc:"The whole file"`
}

func (f *face) organisation(d desk) {
	const area = "organisation"
	add(d, operation{id: "read-organisation", method: http.MethodGet, path: "/organisation", summary: "Read the organisation file", area: area, use: access.ReadOrganisation, lasts: true}, f.readOrganisation)
	add(d, operation{id: "change-organisation", method: http.MethodPut, path: "/organisation", summary: "Make a new revision of the organisation file; what others changed elsewhere is kept", area: area, use: access.ChangeOrganisation, large: true}, f.changeOrganisation)
	add(d, operation{id: "list-units", method: http.MethodGet, path: "/units", summary: "List the units, with how many services each has of those that you may know of", area: area, use: access.ListUnits}, f.listUnits)
}

func (f *face) readOrganisation(ctx context.Context, who registry.Asker, _ *struct{}) (*One[Organisation], error) {
	r, err := f.Organisation(ctx, who)
	if err != nil {
		return nil, err
	}
	out := Organisation{Number: r.Number, Digest: string(r.Digest), At: r.At.String(), By: r.Actor, Note: r.Note}
	if len(r.Texts) > 0 {
		out.File, out.Text = r.Texts[0].File, r.Texts[0].Text
	}
	return &One[Organisation]{ETag: tag(r.Number), Body: out}, nil
}

// Regardless is whether a change is made although services no longer fit what it leaves, or nobody looks after it any more.
type Regardless struct {
	Regardless bool `query:"regardless" doc:"Change it although services name what goes by it: they are judged without that, and their next change has to mend it; or although no administrator could sign in any more"`
}

type newOrganisation struct {
	Edited
	Regardless
	Body struct {
		Text string `json:"text" doc:"The whole file"`
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (f *face) changeOrganisation(ctx context.Context, who registry.Asker, in *newOrganisation) (*One[Changed], error) {
	base, err := in.number()
	if err != nil {
		return nil, err
	}
	c, err := f.ChangeOrganisation(ctx, who, registry.OrganisationChange{Base: base, Text: in.Body.Text, Note: in.Body.Note, DryRun: in.DryRun, Regardless: in.Regardless.Regardless})
	if err != nil {
		return nil, err
	}
	return &One[Changed]{ETag: tag(c.Revision.Number), Body: changed(c.Revision.Number, c.Same, c.Merged, c.Mine)}, nil
}

// Unit is a unit of the organisation.
type Unit struct {
	Unit     string `json:"unit" doc:"Its id"`
	Name     string `json:"name" doc:"What it is called; empty for one that is not in the organisation file"`
	Parent   string `json:"parent" doc:"The unit above it; empty at the top"`
	Services int    `json:"services" doc:"How many of its services you may know of, without those of the units below"`
	Judged   int    `json:"judged" doc:"How many of those have a posture"`
	Pending  int    `json:"pending" doc:"How many of those changed since they were judged"`
}

func (f *face) listUnits(ctx context.Context, who registry.Asker, _ *struct{}) (*Page[Unit], error) {
	all, err := f.Units(ctx, who)
	if err != nil {
		return nil, err
	}
	return page(all, len(all), func(u *registry.UnitLine) Unit {
		return Unit{Unit: string(u.ID), Name: u.Name, Parent: string(u.Parent), Services: u.Services, Judged: u.Judged, Pending: u.Pending}
	}, nil), nil
}
