package remote

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// problem is what a server says of what went wrong (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Detail string `json:"detail"`
	Errors []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
		File     string `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
	} `json:"errors"`
	Current   int64   `json:"current"`
	Conflicts []Clash `json:"conflicts"`
}

// Clash is one thing that two sides changed.
type Clash struct {
	Path   string `json:"path"`
	Base   string `json:"base"`   // what it was
	Mine   string `json:"mine"`   // what was sent
	Theirs string `json:"theirs"` // what the server has
	Text   string `json:"text"`
}

// Clashes is a change that was refused because somebody else changed the same things.
type Clashes struct {
	Fault   *fault.Error
	Current int64 // the revision that the server has
	Items   []Clash
}

func (c *Clashes) Error() string { return c.Fault.Error() }

// Unwrap gives the fault in it.
func (c *Clashes) Unwrap() error { return c.Fault }

// refused makes a fault of what the server refused.
func (s *Server) refused(r *reply) error {
	if r.status >= 300 && r.status < 400 {
		return fault.New(fault.Invalid, "%s sends on to %s, where the token is not taken: if that is the server, name it with --server", s.base, elsewhere(r.header))
	}
	var p problem
	kind, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	if kind != "application/problem+json" || json.Unmarshal(r.body, &p) != nil {
		return s.strange(r.status)
	}
	f := fault.New(kindOf(r.status, p.Type), "%s", strings.TrimSpace(p.Detail))
	switch r.status {
	case http.StatusUnauthorized:
		f.Text = "the server does not take this token"
		if why, said := strings.CutPrefix(strings.TrimSpace(p.Detail), "this token "); said {
			f.Text += ": it " + why
		}
		f.Text += " (`bulkhead token create` makes one, at the terminal of the server)"
	case http.StatusTooManyRequests:
		f.Text = "the server asks to wait " + r.header.Get("Retry-After") + " seconds: too many requests come from here"
	}
	for _, e := range p.Errors {
		f.Fields = append(f.Fields, fault.Field{File: e.File, Line: e.Line, Column: e.Column, Path: e.Location, Text: e.Message})
	}
	if len(p.Conflicts) > 0 {
		return &Clashes{Fault: f, Current: p.Current, Items: p.Conflicts}
	}
	return f
}

// elsewhere gives the host that an answer points to.
func elsewhere(h http.Header) string {
	to := h.Get("Location")
	if _, rest, found := strings.Cut(to, "://"); found {
		host, _, _ := strings.Cut(rest, "/")
		return host
	}
	return "another page"
}

// kindOf gives the kind of a fault that a server told.
func kindOf(status int, about string) fault.Kind {
	kind := fault.Kind(strings.TrimPrefix(about, "about:bulkhead/"))
	for _, known := range []fault.Kind{fault.Invalid, fault.NotFound, fault.Conflict, fault.Forbidden, fault.TooLarge} {
		if kind == known || status == fault.HTTPStatus(known) {
			return known
		}
	}
	if status >= 500 {
		return fault.Internal
	}
	return fault.Invalid
}
