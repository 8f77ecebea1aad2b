package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Problem is what went wrong, after RFC 9457.
type Problem struct {
	Type      string            `json:"type" doc:"What sort of problem it is: a word after about:bulkhead/"`
	Title     string            `json:"title" doc:"The sort of problem in words"`
	Status    int               `json:"status" doc:"The status of the answer"`
	Detail    string            `json:"detail" doc:"What is wrong, and what to do"`
	Errors    []Place           `json:"errors,omitempty" doc:"The places that are wrong"`
	Current   int64             `json:"current,omitempty" doc:"Of a conflict: the revision that is there now"`
	Conflicts []ProblemConflict `json:"conflicts,omitempty" doc:"Of a conflict: what both sides say"`
}

// Place is one place that a problem speaks of.
type Place struct {
	Message  string `json:"message"`
	Location string `json:"location,omitempty" doc:"The path in the document, such as /risks/r1/title, or in the request"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
}

// ProblemConflict is one thing that two people changed.
type ProblemConflict struct {
	Path   string `json:"path"`
	Base   string `json:"base" doc:"What it was"`
	Mine   string `json:"mine" doc:"What this change says"`
	Theirs string `json:"theirs" doc:"What somebody else has made of it"`
	Text   string `json:"text"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives the type of the answer.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

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

// refuse answers with a problem outside any operation.
func refuse(w http.ResponseWriter, status int, detail string) {
	write(w, &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail})
}

func write(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // nobody is left to tell when the answer cannot be sent
}
