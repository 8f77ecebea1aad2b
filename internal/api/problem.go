package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Problem is what went wrong, after RFC 9457.
type Problem struct {
	Type      string            `json:"type" doc:"What sort of problem it is: about:bulkhead/ and invalid, not-found, conflict, forbidden, too-large or internal; about:blank for one that the status says all of"`
	Title     string            `json:"title" doc:"The sort of problem in words"`
	Status    int               `json:"status" doc:"The status of the answer"`
	Detail    string            `json:"detail" doc:"What is wrong, and what to do"`
	Errors    []Place           `json:"errors,omitempty" doc:"The places that are wrong"`
	Current   int64             `json:"current,omitempty" doc:"Of a conflict: the revision that is there now"`
	Conflicts []ProblemConflict `json:"conflicts,omitempty" doc:"Of a conflict: what both sides say"`
}

// Place is one place that a problem speaks of.
type Place struct {
	Message  string `json:"message" doc:"What is wrong there"`
	Location string `json:"location,omitempty" doc:"The path in the document, such as /risks/r1/title, or in the request, such as body.note or query.limit"`
	File     string `json:"file,omitempty" doc:"The file, where it is in one"`
	Line     int    `json:"line,omitempty" doc:"The line in the file, from 1"`
	Column   int    `json:"column,omitempty" doc:"The column in the line, from 1"`
}

// ProblemConflict is one thing that two people changed.
type ProblemConflict struct {
	Path   string `json:"path" doc:"Where in the document"`
	Base   string `json:"base" doc:"What it was"`
	Mine   string `json:"mine" doc:"What this change says"`
	Theirs string `json:"theirs" doc:"What somebody else has made of it"`
	Text   string `json:"text" doc:"The conflict in a sentence"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// problemType is the content type of every problem.
const problemType = "application/problem+json"

// ContentType gives the type of the answer.
func (p *Problem) ContentType(string) string { return problemType }

// problemResponse describes what every operation can answer instead.
func problemResponse(r huma.Registry) *huma.Response {
	return &huma.Response{Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: r.Schema(reflect.TypeFor[Problem](), true, "Problem")}}}
}

// problemOf makes a problem of what a use case said. What went wrong inside is for the log; the answer says only that.
func problemOf(err error) *Problem {
	f, is := errors.AsType[*fault.Error](err)
	if !is {
		f = fault.New(fault.Internal, "")
	}
	p := &Problem{Type: "about:bulkhead/" + string(f.Kind), Title: title(f.Kind), Status: fault.HTTPStatus(f.Kind), Detail: f.Error()}
	if f.Kind == fault.Internal {
		p.Detail = "something went wrong inside Bulkhead; nothing was changed unless you were told so. Try again, and tell whoever runs the server if it stays so"
		return p
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, Place{Message: field.Text, Location: field.Path, File: field.File, Line: field.Line, Column: field.Column})
	}
	if c, is := errors.AsType[*registry.Conflicts](err); is {
		p.Current = c.Current
		for _, one := range c.Conflicts {
			p.Conflicts = append(p.Conflicts, ProblemConflict{Path: one.Path, Base: one.Base, Mine: one.Mine, Theirs: one.Theirs, Text: one.Text})
		}
	}
	return p
}

func title(k fault.Kind) string {
	switch k {
	case fault.Invalid:
		return "What was sent is not right"
	case fault.NotFound:
		return "Not there"
	case fault.Conflict:
		return "Somebody changed it first"
	case fault.Forbidden:
		return "Not allowed"
	case fault.TooLarge:
		return "Too large"
	case fault.Internal:
	}
	return "Something went wrong"
}

// asProblem gives what huma refuses (what is sent is not as the description says) the form of every other problem. What
// was sent is not given back: it may be a secret that stood in the wrong place.
func asProblem(_ huma.Context, _ string, v any) (any, error) {
	refused, is := v.(*huma.ErrorModel)
	if !is {
		return v, nil
	}
	p := statusProblem(refused.Status, refused.Detail)
	if len(refused.Errors) > 0 {
		p.Detail = "what was sent is not as " + Path + "/openapi.json describes it: look at the places"
	}
	for _, e := range refused.Errors {
		if e.Location == "header.If-Match" {
			e.Message = "say which revision the change was made on: send back the ETag that came with it"
		}
		p.Errors = append(p.Errors, Place{Message: e.Message, Location: e.Location})
	}
	return p, nil
}

// statusProblem makes a problem of a status of HTTP.
func statusProblem(status int, detail string) *Problem {
	for _, k := range []fault.Kind{fault.Invalid, fault.NotFound, fault.TooLarge} {
		if fault.HTTPStatus(k) == status {
			return &Problem{Type: "about:bulkhead/" + string(k), Title: title(k), Status: status, Detail: detail}
		}
	}
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// unread says why what was sent could not be read to its end.
func unread(err error) *Problem {
	if most, is := errors.AsType[*http.MaxBytesError](err); is {
		return problemOf(fault.New(fault.TooLarge, "at most %d bytes are taken in one request: send it in parts", most.Limit))
	}
	return statusProblem(http.StatusBadRequest, "what was sent ended too early, or came too slowly: send it again")
}

// refuse answers with a problem outside any operation.
func refuse(w http.ResponseWriter, status int, detail string) {
	write(w, statusProblem(status, detail))
}

func write(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	p.send(w)
}

func (p *Problem) send(w io.Writer) {
	_ = json.NewEncoder(w).Encode(p) // nobody is left to tell when the answer cannot be sent
}
