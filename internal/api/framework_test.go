package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/oscal"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// requirements are how many the largest catalog has that is asked for, and answered is how many of them a team answered.
const (
	requirements = 1189
	answered     = 400
)

// catalog gives that catalog as OSCAL: SP 800-53 where it is beside the repository, or where BULKHEAD_SHARED says; else one
// of its size that is made up.
func catalog() ([]byte, error) {
	dir := os.Getenv("BULKHEAD_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(dir, "data", "oscal", "rev5-2021", "NIST_SP-800-53_rev5_catalog-min.json"))
	if !errors.Is(err, os.ErrNotExist) {
		return text, err
	}
	var controls []any
	for i := range requirements {
		id := fmt.Sprintf("mu-%d", i+1)
		controls = append(controls, map[string]any{"id": id, "title": fmt.Sprintf("What is made up, number %d", i+1), "parts": []any{map[string]any{
			"id": id + "_smt", "name": "statement", "prose": strings.Repeat("Something is done by somebody, and looked at again at a time that the organisation says. ", 6),
		}}})
	}
	return json.Marshal(map[string]any{"catalog": map[string]any{
		"uuid":     "6d6e2c6e-0a0b-4c0d-8e0f-101112131415",
		"metadata": map[string]any{"title": "A catalog that is made up", "last-modified": "2026-11-01T00:00:00Z", "version": "1", "oscal-version": "1.1.2"},
		"groups":   []any{map[string]any{"id": "mu", "title": "Made up", "controls": controls}},
	}})
}

// catalogued is the example department, with the catalog in its library, and a service that answers some
// hundreds of its requirements, judged.
var catalogued = sync.OnceValues(func() (*bench, error) {
	b, err := newDepartment(written)
	if err != nil {
		return nil, err
	}
	text, err := catalog()
	if err != nil {
		return nil, err
	}
	read, err := oscal.Read(text, oscal.Import{ID: "catalog", Retrieved: civil.Date{Year: 2026, Month: 11, Day: 22}}, foreign.Default())
	if err != nil {
		return nil, err
	}
	pack, err := schema.YAML(read.Pack)
	if err != nil {
		return nil, err
	}
	got := b.send("person:d6", "PUT", "/library/"+string(read.Pack.ID), `{"text":`+quoted(string(pack))+`}`, "If-None-Match: *")
	if got.status != http.StatusOK {
		return nil, fmt.Errorf("%d %s", got.status, got.body)
	}
	answers, err := b.answering(read)
	if err != nil {
		return nil, err
	}
	got = b.send("token:delivery-manager", "PUT", "/services/household-payments", files(answers), `If-Match: "1"`)
	if got.status != http.StatusOK {
		return nil, fmt.Errorf("%d %s", got.status, got.body)
	}
	return b, b.settle()
})

// answering gives the file of a service as it is, with the answers to a catalog besides.
func (b *bench) answering(c oscal.Catalog) (string, error) {
	var is struct {
		Revision struct {
			Files []struct{ File, Text string }
		}
	}
	if err := json.Unmarshal(b.send("token:delivery-manager", "GET", "/services/household-payments", "").body, &is); err != nil {
		return "", err
	}
	var sources []schema.Source
	for _, f := range is.Revision.Files {
		sources = append(sources, schema.Source{File: f.File, Text: []byte(f.Text)})
	}
	s, _, err := model.Read(sources...)
	if err != nil {
		return "", err
	}
	f := &c.Pack.Frameworks[0]
	s.Plan.Frameworks = append(s.Plan.Frameworks, model.Choice{ID: f.ID, Framework: f.ID, Version: f.Version, Reason: "A buyer asks for it."})
	for i, n := 0, 0; n < answered; i++ {
		r := &f.Requirements[i]
		if r.Group == model.Yes {
			continue
		}
		n++
		s.Answers = append(s.Answers, model.Answer{
			ID: ident.Suggest("catalog-" + r.ID), Framework: f.ID, Version: f.Version, Requirement: r.ID, Answer: []model.Met{model.IsMet, model.Partly, model.NotMet}[n%3],
			Sentence: "This is looked after by the team, in the way that the operations handbook describes.", By: "service-owner", Date: civil.Date{Year: 2026, Month: 11, Day: 2},
		})
	}
	text, err := schema.Write(s)
	return string(text), err
}

func theCatalogued(t testing.TB) *bench {
	t.Helper()
	b, err := catalogued()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A service stands on a whole catalog requirement by requirement, each with what answers it.
func TestAWholeCatalogIsRead(t *testing.T) {
	b := theCatalogued(t)
	lines := as[struct{ Items []api.FrameworkLine }](t, b.send("token:auditor", "GET", "/services/household-payments/frameworks", ""))
	if n := len(lines.Items); n != 3 {
		t.Fatalf("%d frameworks: %+v", n, lines.Items)
	}
	line := lines.Items[2]
	if line.Framework != "catalog" || !line.Known || line.Of != requirements || line.Answered != answered || line.Standings["met"] != answered/3 || line.Standings["unanswered"] != requirements-answered {
		t.Errorf("%+v", line)
	}
	got := as[judge.Framework](t, b.send("token:auditor", "GET", "/services/household-payments/frameworks/catalog", ""))
	if got.Answered.N != answered || len(got.Requirements) != requirements {
		t.Errorf("%d are answered of %d", got.Answered.N, len(got.Requirements))
	}
	for i, r := range got.Requirements {
		if (r.Standing != judge.Unanswered) != (i < answered) || len(r.Reasons) == 0 || r.Reasons[0].Text == "" || i < answered && !strings.HasPrefix(r.Reasons[0].Because[0].String(), "claim:/answers/catalog-") {
			t.Fatalf("%d: %+v", i, r)
		}
	}
}

// One of several versions is asked for by its name, and what the team did not choose is not there.
func TestAFrameworkInTwoVersions(t *testing.T) {
	b := theDepartment(t)
	at := "/services/household-payments/frameworks/"
	for version, profile := range map[string]string{"4.0": "", "3.2": "enhanced"} {
		got := as[judge.Framework](t, b.send("token:auditor", "GET", at+"ncsc-caf?version="+version, ""))
		if got.Version != version || got.Profile != profile || (profile != "") != (got.Meets.Of > 0) || len(got.Requirements) != got.Answered.Of {
			t.Errorf("%s: %+v", version, got)
		}
	}
	if p := isProblem(t, b.send("token:auditor", "GET", at+"ncsc-caf", ""), 422); !strings.Contains(p.Detail, "say which of 4.0, 3.2") {
		t.Error(p.Detail)
	}
	isProblem(t, b.send("token:auditor", "GET", at+"ncsc-caf?version=9", ""), 404)
	isProblem(t, b.send("token:auditor", "GET", at+"none", ""), 404)
	isProblem(t, small(t).send("person:p1", "GET", "/services/service-a/frameworks", ""), 404) // not judged yet
}

// BenchmarkFramework opens the answers of a service to a whole catalog, as a request over HTTP.
func BenchmarkFramework(b *testing.B) {
	over := theCatalogued(b)
	for _, path := range []string{"/frameworks", "/frameworks/catalog"} {
		b.Run(path[1:], func(b *testing.B) {
			server := httptest.NewServer(over)
			defer server.Close()
			client := server.Client()
			b.ReportAllocs()
			for b.Loop() {
				ask, err := http.NewRequestWithContext(background, "GET", server.URL+api.Path+"/services/household-payments"+path, nil)
				if err != nil {
					b.Fatal(err)
				}
				ask.Header.Set("Authorization", "Bearer token:auditor")
				answer, err := client.Do(ask) // it comes gzipped, as a browser has it
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
					b.Fatal(answer.Status, err)
				}
				_ = answer.Body.Close()
			}
		})
	}
}

// Opening a whole catalog costs as few statements as reading a posture.
func TestACatalogCostsFewStatements(t *testing.T) {
	b := theCatalogued(t)
	ctx, count := store.Counting(background)
	r := httptest.NewRequest("GET", "http://bulkhead.example"+api.Path+"/services/household-payments/frameworks/catalog", nil).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer token:auditor")
	if got := b.do(r); got.status != http.StatusOK || count.Statements() > budgets["read-framework"] {
		t.Errorf("%d, with %d statements", got.status, count.Statements())
	}
}
