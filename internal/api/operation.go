package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// operation is one thing that the API does.
type operation struct {
	id, method, path, summary string
	area                      string       // under which the description lists it
	use                       access.Use   // the right that it needs
	status                    int          // of the answer when all is well, where it is neither 200 nor 204
	large                     bool         // what is sent may be as large as a service file or much evidence
	lasts                     bool         // the ETag stands for all of the answer, so that a reader who has it is told just that
	asks                      bool         // it changes nothing, although something is sent
	secret                    bool         // the answer holds a secret that is shown this once, and is kept nowhere
	answer                    string       // what the answer is, where it is JSON that no type here describes
	like                      reflect.Type // what the answer is like, where it is JSON already
}

// desk is where operations are registered.
type desk struct {
	huma.API
	face *face
}

// bodyMost bounds any request, and bodyUsual one that holds no service file, evidence or pack; in bytes.
const (
	bodyMost  = 16 << 20
	bodyUsual = 1 << 20
)

// add registers one operation. Errors of the use cases become problems.
func add[I, O any](d desk, o operation, do func(ctx context.Context, who registry.Asker, in *I) (*O, error)) {
	described := o.described(d)
	d.face.operations[o.method+" "+described.Path] = o
	huma.Register(d.API, described, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, asker(ctx), in)
		if err != nil {
			return nil, d.face.problem(ctx, o.id, err)
		}
		return out, nil
	})
}

func (o *operation) described(d desk) huma.Operation {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: Path + o.path, Summary: o.summary, Tags: []string{o.area}, DefaultStatus: o.status,
		Extensions:      map[string]any{"x-use": string(o.use)},
		MaxBodyBytes:    bodyUsual + 1, // huma refuses one that is as large
		BodyReadTimeout: -1,            // what is sent was read before: see taken
		Responses:       map[string]*huma.Response{"default": problemResponse(d.OpenAPI().Components.Schemas)},
	}
	if o.large {
		op.MaxBodyBytes = bodyMost + 1
	}
	if o.answer != "" {
		op.Responses[strconv.Itoa(http.StatusOK)] = &huma.Response{
			Description: o.answer,
			Content:     map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Description: o.answer}}},
		}
	}
	if o.like != nil {
		op.Responses[strconv.Itoa(http.StatusOK)] = &huma.Response{
			Description: http.StatusText(http.StatusOK),
			Content:     map[string]*huma.MediaType{"application/json": {Schema: d.schemaOf(o.like)}},
		}
	}
	return op
}

// schemaOf gives the schema of what an answer is like: a type, or the body of one.
func (d desk) schemaOf(t reflect.Type) *huma.Schema {
	schemas := d.OpenAPI().Components.Schemas
	if body, has := t.FieldByName("Body"); has {
		return schemas.Schema(body.Type, true, t.Name()+"Body")
	}
	return schemas.Schema(t, true, t.Name())
}

// problem makes a problem of what a use case said, and logs what went wrong inside.
func (f *face) problem(ctx context.Context, id string, err error) *Problem {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError && ctx.Err() == nil {
		f.log.LogAttrs(ctx, slog.LevelError, "an operation of the API failed", slog.String("operation", id), slog.String("error", err.Error()))
	}
	return p
}
