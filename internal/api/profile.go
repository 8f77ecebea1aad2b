package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Holding is a role that somebody holds, and where.
type Holding struct {
	Role    string `json:"role"`
	Unit    string `json:"unit,omitempty" doc:"For which unit, and those below it"`
	Service string `json:"service,omitempty" doc:"For which service only"`
	Through string `json:"through,omitempty" doc:"Who lent it"`
	Board   string `json:"board,omitempty" doc:"The board that holds it, on which they have a seat"`
}

// Profile is who asks.
type Profile struct {
	ID    string    `json:"id" doc:"As the ledger names them, such as person:p12 or token:t4"`
	Name  string    `json:"name" doc:"What to show; of a token its id"`
	Email string    `json:"email,omitempty"`
	Roles []Holding `json:"roles" nullable:"false" doc:"What they hold now"`
	Zone  string    `json:"zone" doc:"The time zone of the organisation's dates, such as Europe/London"`
}

func (f *face) profile(d desk) {
	add(d, operation{id: "read-profile", method: http.MethodGet, path: "/me", summary: "Read who you are here, and which roles you hold", area: "people", use: access.ReadOwnProfile}, f.readProfile)
}

func (f *face) readProfile(_ context.Context, who registry.Asker, _ *struct{}) (*One[Profile], error) {
	p := f.Profile(who)
	out := Profile{ID: who.ID, Name: p.Name, Email: p.Email, Roles: holdingsOf(p.Roles), Zone: who.Zone().Name()}
	if t := who.Token; t != nil {
		out.Name, out.Roles = string(t.ID), tokenRoles(t)
	}
	return &One[Profile]{Body: out}, nil
}

func holdingsOf(held []org.Holding) []Holding {
	out := make([]Holding, len(held))
	for i, h := range held {
		out[i] = Holding{Role: string(h.Role), Unit: string(h.Unit), Service: string(h.Service), Through: string(h.Through), Board: string(h.Board)}
	}
	return out
}

func tokenRoles(t *access.Token) (out []Holding) {
	for _, u := range t.Units {
		out = append(out, Holding{Role: string(t.Role), Unit: string(u)})
	}
	for _, s := range t.Services {
		out = append(out, Holding{Role: string(t.Role), Service: string(s)})
	}
	if out == nil {
		out = []Holding{{Role: string(t.Role)}}
	}
	return out
}
