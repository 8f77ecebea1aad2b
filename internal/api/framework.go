package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// FrameworkLine is how a service stands on a framework that its team chose.
type FrameworkLine struct {
	Framework string         `json:"framework" doc:"Its id"`
	Version   string         `json:"version"`
	Title     string         `json:"title" doc:"Empty when no pack in force holds it"`
	Known     bool           `json:"known" doc:"Whether a pack in force holds it"`
	Profile   string         `json:"profile" doc:"The profile that it is held to; empty for none"`
	Of        int            `json:"of" doc:"How many requirements it has"`
	Answered  int            `json:"answered" doc:"How many of them are answered"`
	Standings map[string]int `json:"standings" doc:"How many of them stand how: met, partly, not-met, proposed, stale or unanswered"`
	Minimum   int            `json:"minimum" doc:"For how many of them the profile says a least level"`
	Meets     int            `json:"meets" doc:"How many of those come to it"`
	Reasons   []string       `json:"reasons" nullable:"false" doc:"Why it stands so"`
}

func (f *face) frameworks(d desk) {
	const area = "postures"
	add(d, operation{id: "list-frameworks", method: http.MethodGet, path: "/services/{id}/frameworks", summary: "List the frameworks that the team of a service chose, with how it stands on each", area: area, use: access.ReadPosture}, f.listFrameworks)
	add(d, operation{id: "read-framework", method: http.MethodGet, path: "/services/{id}/frameworks/{framework}", summary: "Read how a service stands on a framework, requirement by requirement, with what answers each and why that counts", area: area, use: access.ReadPosture, answer: "One of the frameworks of a posture, as `bulkhead schema posture` describes it"}, f.readFramework)
}

func (f *face) listFrameworks(ctx context.Context, who registry.Asker, in *Named) (*Page[FrameworkLine], error) {
	all, err := f.Frameworks(ctx, who, ident.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return page(all, len(all), frameworkLine, nil), nil
}

func frameworkLine(c *registry.Chosen) FrameworkLine {
	out := FrameworkLine{
		Framework: string(c.ID), Version: c.Version, Title: c.Title, Known: c.Known, Profile: c.Profile, Of: c.Answered.Of, Answered: c.Answered.N,
		Standings: map[string]int{}, Minimum: c.Meets.Of, Meets: c.Meets.N, Reasons: []string{},
	}
	for standing, n := range c.Standings {
		out.Standings[string(standing)] = n
	}
	for _, r := range c.Reasons {
		out.Reasons = append(out.Reasons, r.Text)
	}
	return out
}

type frameworkAsked struct {
	Named
	Framework string `path:"framework" doc:"The framework" maxLength:"100"`
	Version   string `query:"version" doc:"Which version, where the team chose several of it" maxLength:"100"`
}

func (f *face) readFramework(ctx context.Context, who registry.Asker, in *frameworkAsked) (*Raw, error) {
	text, err := f.Framework(ctx, who, ident.ID(in.ID), ident.ID(in.Framework), in.Version)
	return raw(text), err
}
