package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/examples"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// bench is the API over a record. Who asks is said in the header: Bearer person:p1, Bearer token:ROLE or Bearer terminal.
type bench struct {
	http.Handler
	registry *registry.Registry
	store    *store.Store
}

func newBench(dir string) (*bench, error) { return newBenchAt(dir, nil) }

// newBenchAt is one with a clock of its own.
func newBenchAt(dir string, now func() time.Time) (*bench, error) {
	ring, err := seal.CreateRing(filepath.Join(dir, "keys"))
	if err != nil {
		return nil, err
	}
	s, err := store.Open(background, store.Config{Database: filepath.Join(dir, "bulkhead.db"), Ring: ring, Now: now})
	if err != nil {
		return nil, err
	}
	b := &bench{registry: registry.New(s, now), store: s}
	b.Handler = api.New(api.Config{Registry: b.registry, Ask: b.ask, Version: "test"})
	return b, nil
}

// ask stands in for signing in, which has tests of its own; it costs a statement, as signing in does.
func (b *bench) ask(r *http.Request) (registry.Asker, error) {
	kind, id, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ":")
	basis, err := b.store.Basis(r.Context())
	switch {
	case err != nil:
		return registry.Asker{}, err
	case kind == "terminal":
		return b.registry.Terminal(r.Context())
	case kind == "person":
		return b.registry.Person(r.Context(), ident.ID(id), basis)
	case kind == "token":
		return b.registry.Token(r.Context(), access.Token{ID: "t1", Role: ident.ID(id)}, basis)
	}
	return registry.Asker{}, fault.New(fault.Forbidden, "nobody")
}

// organise gives the record its organisation file.
func (b *bench) organise(text string) error {
	_, err := b.store.Write(background, []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: 1, Texts: []store.Text{{File: "organisation.yaml", Text: text}}},
	}}, nil)
	return err
}

// settle judges all that is to be judged.
func (b *bench) settle() error {
	for range 100 {
		if n, err := b.registry.JudgeDirty(background, "test", 2); err != nil || n == 0 {
			return err
		}
	}
	return errors.New("the postures never come to rest")
}

// answer is what was answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// as reads the answer.
func as[T any](t testing.TB, a answer) (v T) {
	t.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return v
}

// send sends a request; headers are NAME: VALUE.
func (b *bench) send(who, method, path, body string, headers ...string) answer {
	var sent io.Reader
	if body != "" {
		sent = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, "http://bulkhead.example", sent).WithContext(background)
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut(api.Path+path, "?")
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return b.do(r)
}

func (b *bench) do(r *http.Request) answer {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// department is the example department, judged. It is made once, and tests that share it change nothing in it.
var department = sync.OnceValues(func() (*bench, error) { return newDepartment(written) })

// written is the day after that on which the example was written: later, what holds in it has lapsed.
var written = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// newDepartment is the department as it stands at a moment.
func newDepartment(now time.Time) (*bench, error) {
	dir, err := os.MkdirTemp("", "bulkhead-api-")
	if err != nil {
		return nil, err
	}
	rubbish = append(rubbish, dir)
	b, err := newBenchAt(dir, func() time.Time { return now })
	if err != nil {
		return nil, err
	}
	example, err := fs.Sub(examples.Department, "department")
	if err != nil {
		return nil, err
	}
	if err := b.registry.LoadExample(background, example); err != nil {
		return nil, err
	}
	return b, b.settle()
}

var rubbish []string

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range rubbish {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

func theDepartment(t testing.TB) *bench {
	t.Helper()
	b, err := department()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// small is an organisation of two units with a service each, described and not judged.
func small(t testing.TB) *bench {
	t.Helper()
	b, err := newBench(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	if err := b.organise(smallOrganisation); err != nil {
		t.Fatal(err)
	}
	for unit, who := range map[string]string{"a": "person:p1", "b": "person:p2"} {
		id := "service-" + unit
		if got := b.send(who, "POST", "/services", `{"id":"`+id+`","name":"Service","unit":"`+unit+`"}`); got.status != http.StatusCreated {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if got := b.send(who, "PUT", "/services/"+id, files(serviceText(id)), `If-Match: "0"`); got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	return b
}

const smallOrganisation = `bulkhead: v1
id: household-support
name: Household support
units:
  - {id: a, name: Benefits}
  - {id: b, name: Pensions}
people:
  - {id: p1, name: Delivery manager}
  - {id: p2, name: Delivery manager elsewhere}
  - {id: p3, name: Administrator}
  - {id: p4, name: Chief information security officer}
  - {id: p5, name: Nobody yet}
appointments:
  - {role: delivery-manager, person: p1, unit: a}
  - {role: delivery-manager, person: p2, unit: b}
  - {role: administrator, person: p3}
  - {role: ciso, person: p4}
`

func serviceText(id string) string {
	return "bulkhead: v1\nservice:\n  id: " + id + "\n  name: Service\n  phase: live\nrisks:\n  - id: r1\n    title: Loss of records\n"
}

// files gives the body that sends one file.
func files(text string) string {
	return `{"files":[{"file":"bulkhead.yaml","text":` + quoted(text) + `}]}`
}

func quoted(text string) string {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(text); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// description is the parts of the OpenAPI description that tests walk.
type description struct {
	Paths      map[string]map[string]described `json:"paths"`
	Components struct {
		Schemas map[string]json.RawMessage `json:"schemas"`
	} `json:"components"`
}

type described struct {
	ID          string `json:"operationId"`
	Use         string `json:"x-use"`
	RequestBody struct {
		Content map[string]struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"`
	Required bool   `json:"required"`
}

// operation is one operation of the description, with where it is.
type operation struct {
	described
	method, path string
}

// operations walks the description.
func operations(t testing.TB) (out []operation) {
	t.Helper()
	var d description
	if err := json.Unmarshal(api.Description("test"), &d); err != nil {
		t.Fatal(err)
	}
	for path, item := range d.Paths {
		for method, o := range item {
			out = append(out, operation{o, strings.ToUpper(method), strings.TrimPrefix(path, api.Path)})
		}
	}
	sortBy(out, func(o operation) string { return o.ID })
	return out
}
