// Package api is the HTTP API of the server, /api/v1: a thin face over the use cases of package registry. Its description
// in OpenAPI 3.1 is made from the Go types here, so that the two cannot differ.
//
// It promises that every error is a problem (RFC 9457) that says where and what to do, that lists come in pages, that a
// change names the revision that it was made on, and that a request that is sent again with the same Idempotency-Key is
// answered again and not done again. It never decides who may do what: package registry does.
package api

import (
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Path is where the API is.
const Path = "/api/v1"

// Config says what the API is a face of.
type Config struct {
	Registry *registry.Registry
	Ask      func(*http.Request) (registry.Asker, error) // who asks: by a token or a session; a fault of kind Forbidden when nobody is known
	Version  string                                      // of Bulkhead
	Log      *slog.Logger                                // for what went wrong inside; nil for nowhere
}

// face is the operations of the API.
type face struct {
	*registry.Registry
	ask         func(*http.Request) (registry.Asker, error)
	log         *slog.Logger
	mux         *http.ServeMux
	operations  map[string]operation // by pattern
	description []byte
}

// New makes the handler of the API.
func New(c Config) http.Handler {
	f := &face{Registry: c.Registry, ask: c.Ask, log: c.Log}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	f.register(c.Version)
	f.mux.HandleFunc("/", f.elsewhere)
	f.mux.HandleFunc("GET "+Path+"/openapi.json", f.describe)
	return plain(f.known(taken(f.once(squeezed(f.fresh(f.mux))))))
}

// Description gives the description of the API in OpenAPI 3.1, as JSON.
func Description(version string) []byte {
	f := &face{}
	f.register(version)
	return f.description
}

func (f *face) describe(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(f.description) // nobody is left to tell when the answer cannot be sent
}

// register lists every operation, an area after the other.
func (f *face) register(version string) {
	f.mux, f.operations = http.NewServeMux(), map[string]operation{}
	config := huma.DefaultConfig("Bulkhead", version)
	config.CreateHooks = nil // no links to schemas in what is answered
	config.DocsPath, config.SchemasPath, config.OpenAPIPath = "", "", ""
	config.RejectUnknownQueryParameters = true
	config.Transformers = []huma.Transformer{asProblem}
	config.Info.Description = about
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	config.Security = []map[string][]string{{"token": {}}}
	d := desk{huma.API(humago.New(f.mux, config)), f}
	for _, area := range []func(desk){
		f.profile, f.services, f.evidence, f.postures, f.frameworks, f.reasons,
		f.decisions, f.proposals, f.minutes, f.boards, f.waiting, f.digests,
		f.organisation, f.library, f.portfolio, f.people, f.machines, f.ledger,
	} {
		area(d)
	}
	text, err := d.OpenAPI().MarshalJSON()
	if err != nil {
		panic(err) // it is made of our own types alone
	}
	f.description = text
}

// about is what the description says of the whole.
const about = `How secure by design the services of an organisation are, why, and who decided what.

Everything needs a token (Authorization: Bearer) or a session. What you may not know of is not there for you: it is answered with 404 and left out of lists and counts.

Lists come in pages: send what came as next back as after until it is empty.

A change names the revision that it was made on in If-Match. What others changed elsewhere meanwhile is kept; when both changed the same thing the answer is 409 and shows both sides.

A POST with an Idempotency-Key is done once, however often it is sent within a day.

The member x-use of an operation says which right it needs.`
