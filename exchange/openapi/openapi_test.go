package openapi_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/openapi"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/model"
)

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.[jy]*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !openapi.Sniff(text) {
			t.Errorf("%s is not known", file)
		}
		d, err := openapi.Read(text, foreign.Default())
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		readers.Golden(t, strings.TrimSuffix(file, filepath.Ext(file))+".golden", readers.Written(t, d))
	}
}

func read(t *testing.T, text string) *model.Service {
	t.Helper()
	d, err := openapi.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	readers.Written(t, d)
	return d.Service
}

// TestSignIn: how callers are known is said only where all that ask for it agree, and is none only where all say so.
func TestSignIn(t *testing.T) {
	const schemes = "components:\n  securitySchemes:\n    token: {type: http, scheme: bearer}\n    basic: {type: http, scheme: Basic}\n    cert: {type: mutualTLS}\n    odd: {type: http, scheme: hoba}\n    cookie: {type: apiKey, in: cookie}\n"
	for _, c := range []struct{ all, one, two, want string }{
		{"", "", "", ""},
		{"[{token: []}]", "", "", "token"},
		{"[{token: []}]", "security: []", "", "token"},
		{"[{token: []}]", "security: []", "security: []", "none"},
		{"", "security: []", "", ""},
		{"", "security: [{token: []}]", "", "token"},
		{"[{token: []}]", "security: [{basic: []}]", "", ""},
		{"[{token: []}, {basic: []}]", "", "", "password"},
		{"[{token: [], cert: []}]", "", "", "certificate"},
		{"[{token: []}, {}]", "", "", "none"},
		{"[{odd: []}]", "", "", ""},
		{"[{odd: []}, {cert: []}]", "", "", ""},
		{"[{missing: []}]", "", "", ""},
		{"[{cookie: []}]", "", "", "session"},
	} {
		text := "openapi: 3.0.3\ninfo: {title: t}\npaths:\n  /a: {get: {" + c.one + "}, post: {" + c.two + "}}\n" + schemes
		if c.all != "" {
			text += "security: " + c.all + "\n"
		}
		if got := read(t, text).Architecture.Flows[0].Authentication; string(got) != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestServers(t *testing.T) {
	for servers, want := range map[string]string{
		"":                            " ",
		"[{url: https://a.example/}]": "https standard",
		"[{url: http://a.example/}]":  "http none",
		"[{url: https://a.example/}, {url: http://b.example}]": "https standard|http none",
		"[{url: /v1}]":                                      " ",
		"[{url: '{scheme}://a.example'}]":                   " ",
		"[{url: 'https://{host}.example'}]":                 "https standard",
		"[{url: http://localhost:80}]":                      " ",
		"[{url: https://u:hunter2@a.example/?key=hunter2}]": "https standard",
	} {
		s := read(t, "openapi: 3.0.3\ninfo: {title: t}\nservers: "+servers+"\n")
		var got []string
		for _, f := range s.Architecture.Flows {
			got = append(got, f.Protocol+" "+string(f.Encryption))
		}
		if strings.Join(got, "|") != want || strings.Contains(strings.Join(s.Architecture.Components[0].Interfaces, " "), "hunter2") {
			t.Errorf("%s: %q %v", servers, got, s.Architecture.Components[0].Interfaces)
		}
	}
}

func TestAcceptsFiles(t *testing.T) {
	for content, want := range map[string]model.Attribute{
		"application/json: {}":         model.Unknown,
		"application/octet-stream: {}": model.Yes,
		"application/xml: {}":          model.Yes,
		"image/png: {}":                model.Yes,
		"application/vnd.api+json: {}": model.Unknown,
		"multipart/form-data: {schema: {properties: {a: {type: string}}}}":                                       model.Unknown,
		"multipart/form-data: {schema: {properties: {a: {type: array, items: {type: string, format: binary}}}}}": model.Yes,
	} {
		s := read(t, "openapi: 3.0.3\ninfo: {title: t}\npaths: {/a: {post: {requestBody: {content: {"+content+"}}}}}\n")
		if got := s.Architecture.Components[0].AcceptsFiles; got != want {
			t.Errorf("%s: %q", content, got)
		}
	}
}

// TestPersonalIsForPeopleToSay: what looks personal is never said to be, nor not to be.
func TestPersonalIsForPeopleToSay(t *testing.T) {
	s := read(t, "openapi: 3.0.3\ninfo: {title: t}\ncomponents: {schemas: {P: {properties: {E-Mail: {}, name: {}}}, Q: {properties: {name: {}}}}}\n")
	if len(s.Data) != 1 || s.Data[0].Personal != model.Unknown || !strings.Contains(s.Data[0].Note, "E-Mail, name.") {
		t.Errorf("%+v", s.Data)
	}
	if s := read(t, "openapi: 3.0.3\ninfo: {title: t}\ncomponents: {schemas: {Q: {properties: {name: {}, colour: {}}}}}\n"); len(s.Data) != 0 {
		t.Errorf("%+v", s.Data)
	}
}

func TestRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                  "empty",
		"openapi: 4.0.0":    "4.0.0",
		"swagger: '1.2'":    "1.2",
		"a: b":              "none",
		"openapi: [":        "YAML",
		`{"openapi": "3.0"`: "JSON",
	} {
		_, err := openapi.Read([]byte(text), foreign.Default())
		if fault.KindOf(err) != fault.Invalid || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.[jy]*")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"swagger":"2.0","host":"h","paths":{"/a":{"$ref":"#/paths/~1a"},"/b":{"get":{"security":[{"x":[]},1]}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 300}
		d, err := openapi.Read(text, limits)
		if err != nil {
			return
		}
		one := readers.Written(t, d)
		again, err := openapi.Read(bytes.Clone(text), limits)
		if err != nil || readers.Written(t, again) != one {
			t.Fatal("the same bytes give two drafts")
		}
	})
}
