package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
)

// hostile is what people try to get past a text field.
var hostile = map[string]string{
	"SQL":               `'); DROP TABLE service; --`,
	"LIKE":              `%_!%`,
	"HTML":              `<script>alert(1)</script>`,
	"a new line":        "x\r\nSet-Cookie: a=b",
	"a template":        `{{.}}${7*7}#{7*7}`,
	"a YAML bomb":       "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
	"deep YAML":         strings.Repeat("[", 5000),
	"a number":          "9223372036854775808",
	"right to left":     "\u202egnp.exe",
	"a lone surrogate":  "\ufffd\U0010ffff",
	"very long":         strings.Repeat("x", 70000),
	"a path":            "../../../etc/passwd",
	"nothing":           "",
	"control":           "\x01\x1b[31m",
	"a YAML escape":     `"\0\x07"`,
	"a moment too late": "9999-12-31T23:59:59Z",
}

// schemas resolves what a description says of a value.
type schemas map[string]json.RawMessage

type shape struct {
	Ref        string                     `json:"$ref"`
	Type       any                        `json:"type"`
	Properties map[string]json.RawMessage `json:"properties"`
	Items      json.RawMessage            `json:"items"`
	Enum       []string                   `json:"enum"`
}

func (s schemas) shape(t testing.TB, raw json.RawMessage) (v shape) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	if name, is := strings.CutPrefix(v.Ref, "#/components/schemas/"); is {
		return s.shape(t, s[name])
	}
	return v
}

func (v shape) is(kind string) bool {
	some, list := v.Type.([]any)
	return v.Type == kind || list && slices.Contains(some, any(kind))
}

// filled makes a value of a shape with one text in every field that takes text.
func (s schemas) filled(t testing.TB, raw json.RawMessage, text string) any {
	t.Helper()
	v := s.shape(t, raw)
	switch {
	case v.is("object"):
		out := map[string]any{}
		for name, p := range v.Properties {
			if name != "$schema" {
				out[name] = s.filled(t, p, text)
			}
		}
		return out
	case v.is("array"):
		return []any{s.filled(t, v.Items, text)}
	case len(v.Enum) > 0:
		return v.Enum[0]
	case v.is("boolean"):
		return false
	case v.is("integer"):
		return 1
	}
	return text
}

// TestNoTextBreaksAnything puts hostile texts into every field of every request that the description has, one at a time
// and all at once, and into every parameter.
func TestNoTextBreaksAnything(t *testing.T) {
	b := crowd(t)
	var d description
	if err := json.Unmarshal(api.Description("test"), &d); err != nil {
		t.Fatal(err)
	}
	all := schemas(d.Components.Schemas)
	for _, o := range operations(t) {
		for name, text := range hostile {
			what := o.ID + ", " + name
			for _, body := range bodies(t, all, o, text) {
				for _, path := range []string{o.path, strings.Replace(o.path, "{id}", "service-a", 1)} {
					path, _ = specimens[o.ID].at(operation{described: o.described, path: strings.ReplaceAll(path, "{id}", url.PathEscape(text))}, "", "a")
					sane(t, what, b.raw(o, path, query(o, text), body))
				}
			}
		}
	}
	if got := b.send("person:o-ciso", "GET", "/services/service-a", ""); got.status != http.StatusOK {
		t.Errorf("afterwards: %d %s", got.status, got.body)
	}
}

// bodies gives a request with the text in all fields, and one for each field with what else a specimen has.
func bodies(t testing.TB, all schemas, o operation, text string) (out []string) {
	t.Helper()
	content, is := o.RequestBody.Content["application/json"]
	if !is {
		return []string{""}
	}
	whole := all.filled(t, content.Schema, text)
	out = append(out, marshalled(t, whole))
	_, body := specimens[o.ID].at(o, "service-a", "a")
	var good map[string]any
	if json.Unmarshal([]byte(body), &good) != nil {
		return out
	}
	for field, bad := range whole.(map[string]any) {
		was, had := good[field]
		good[field] = bad
		out = append(out, marshalled(t, good))
		if delete(good, field); had {
			good[field] = was
		}
	}
	return out
}

func marshalled(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func query(o operation, text string) string {
	q := url.Values{}
	for _, p := range o.Parameters {
		if p.In == "query" {
			q.Set(p.Name, text)
		}
	}
	return q.Encode()
}

// raw sends a request whose address is as it is written.
func (b *bench) raw(o operation, path, query, body string) answer {
	r, err := http.NewRequestWithContext(background, o.method, "http://bulkhead.example"+api.Path+path+"?"+query, strings.NewReader(body))
	if err != nil {
		return answer{status: 400} // no client could send it
	}
	r.Header.Set("Authorization", "Bearer person:o-ciso")
	r.Header.Set("Content-Type", "application/json")
	if name, value, is := strings.Cut(specimens[o.ID].header, ": "); is {
		r.Header.Set(name, value)
	}
	return b.do(r)
}

// sane says that an answer is one, and not a defect.
func sane(t testing.TB, what string, got answer) {
	t.Helper()
	if got.status >= 500 {
		t.Errorf("%s: %d %.300s", what, got.status, got.body)
	}
	if got.status >= 400 && got.body != nil && got.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %d %s %.100s", what, got.status, got.header.Get("Content-Type"), got.body)
	}
	for name := range got.header {
		if name == "Set-Cookie" {
			t.Errorf("%s: a header was let in: %v", what, got.header)
		}
	}
}

// FuzzRequest sends anything as a method, an address and a body, as somebody who may do most things.
func FuzzRequest(f *testing.F) {
	b := crowd(f)
	for _, o := range operations(f) {
		path, body := specimens[o.ID].at(o, "service-a", "a")
		f.Add(o.method, path, body)
	}
	f.Add("GET", "/services/%00", "")
	f.Add("POST", "/services/service-a/evidence", `{"records":[{"id":"\u0000"}]}`)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		u, err := url.Parse("http://bulkhead.example" + api.Path + path)
		if err != nil || strings.Contains(path, "/record") && method == "GET" {
			return
		}
		r := httptest.NewRequest(http.MethodGet, "http://bulkhead.example", strings.NewReader(body)).WithContext(background)
		r.Method, r.URL = method, u
		r.Header.Set("Authorization", "Bearer person:o-ciso")
		r.Header.Set("If-Match", `"1"`)
		r.Header.Set("Content-Type", "application/json")
		sane(t, fmt.Sprintf("%q %q", method, path), b.do(r))
	})
}
