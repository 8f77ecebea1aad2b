package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Digests is whether somebody is written to each week.
type Digests struct {
	Wanted bool `json:"wanted" doc:"Whether you get an e-mail each week that says, in numbers, what waits for you; where e-mail is set up"`
}

func (f *face) digests(d desk) {
	const area = "people"
	add(d, operation{id: "read-digests", method: http.MethodGet, path: "/me/digests", summary: "Read whether you get a digest each week", area: area, use: access.ManageOwnDigests}, f.readDigests)
	add(d, operation{id: "set-digests", method: http.MethodPut, path: "/me/digests", summary: "Say whether you want a digest each week", area: area, use: access.ManageOwnDigests}, f.setDigests)
}

func (f *face) readDigests(ctx context.Context, who registry.Asker, _ *struct{}) (*One[Digests], error) {
	wanted, err := f.Digests(ctx, who)
	return &One[Digests]{Body: Digests{Wanted: wanted}}, err
}

type digestsSet struct{ Body Digests }

func (f *face) setDigests(ctx context.Context, who registry.Asker, in *digestsSet) (*One[Digests], error) {
	return &One[Digests]{Body: in.Body}, f.SetDigests(ctx, who, in.Body.Wanted)
}
