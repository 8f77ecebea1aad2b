// Package api is the HTTP API of the server, /api/v1: a thin face over the use cases of package registry. Its description
// in OpenAPI 3.1 is made from the Go types here, so that the two cannot differ.
//
// It promises that every error is a problem (RFC 9457) that says where and what to do, that lists come in pages, that a
// change names the revision that it was made on, and that a request that is sent again with the same Idempotency-Key is
// answered again and not done again. It never decides who may do what: package registry does.
package api

import (
	"context"
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
}

// face is the operations of the API.
type face struct {
	*registry.Registry
	ask func(*http.Request) (registry.Asker, error)
}

// New makes the handler of the API.
func New(c Config) http.Handler {
	mux := http.NewServeMux()
	f := &face{Registry: c.Registry, ask: c.Ask}
	f.register(mux, c.Version)
	mux.HandleFunc(Path+"/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "there is nothing here: "+Path+"/openapi.json describes what there is")
	})
	return f.known(f.once(mux))
}

// Description gives the description of the API in OpenAPI 3.1, as JSON.
func Description(version string) ([]byte, error) {
	f := &face{}
	return f.register(http.NewServeMux(), version).OpenAPI().MarshalJSON()
}

// register lists every operation, an area after the other.
func (f *face) register(mux *http.ServeMux, version string) huma.API {
	config := huma.DefaultConfig("Bulkhead", version)
	config.CreateHooks = nil // no links to schemas in what is answered
	config.DocsPath, config.SchemasPath = "", ""
	config.OpenAPIPath = Path + "/openapi"
	config.RejectUnknownQueryParameters = true
	config.NoFormatFallback = true
	config.Info.Description = "How secure by design the services of an organisation are, why, and who decided what. Everything needs a token (Authorization: Bearer) or a session."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	config.Security = []map[string][]string{{"token": {}}}
	api := humago.New(mux, config)
	f.services(api)
	f.evidence(api)
	f.postures(api)
	return api
}

// add registers one operation. Errors of the use cases become problems.
func add[I, O any](api huma.API, op huma.Operation, do func(ctx context.Context, who registry.Asker, in *I) (*O, error)) {
	op.Path = Path + op.Path
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, asker(ctx), in)
		if err != nil {
			return nil, problemOf(err)
		}
		return out, nil
	})
}
