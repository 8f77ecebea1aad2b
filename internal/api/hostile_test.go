package api_test

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
)

var background = context.Background() //nolint:gochecknoglobals // outlives single tests, as the department does

func sortBy[T any](list []T, by func(T) string) {
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(by(a), by(b)) })
}

// isProblem holds an answer to the form of every problem.
func isProblem(t *testing.T, got answer, status int) api.Problem {
	t.Helper()
	p := as[api.Problem](t, got)
	if got.status != status || p.Status != status || p.Detail == "" || p.Title == "" || p.Type == "" || got.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d %s %s, want a problem of status %d", got.status, got.header.Get("Content-Type"), got.body, status)
	}
	return p
}

func TestWhatIsNotAsDescribedIsAProblem(t *testing.T) {
	b := small(t)
	deep := strings.Repeat("[", 20000) + strings.Repeat("]", 20000)
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
	}{
		"nothing there":                    {"GET", "/nothing", "", nil, 404},
		"a slash at the end":               {"GET", "/services/", "", nil, 404},
		"two slashes":                      {"GET", "//services", "", nil, 404},
		"up and down":                      {"GET", "/services/../organisation", "", nil, 404},
		"an id with a slash":               {"GET", "/services/../../etc/passwd", "", nil, 404},
		"an id with nul":                   {"GET", "/services/a\x00b", "", nil, 404},
		"an id that is not UTF-8":          {"GET", "/services/\xff\xfe", "", nil, 404},
		"a very long id":                   {"GET", "/services/" + strings.Repeat("x", 100000), "", nil, 404},
		"an unknown parameter":             {"GET", "/services?colour=blue", "", nil, 422},
		"a parameter sent twice":           {"GET", "/services?limit=1&limit=2", "", nil, 422},
		"a parameter that cannot be read":  {"GET", "/services?limit=%zz", "", nil, 400},
		"a parameter with nul":             {"GET", "/services?after=%00", "", nil, 422},
		"a parameter that is not UTF-8":    {"GET", "/services?after=%ff", "", nil, 422},
		"no limit":                         {"GET", "/services?limit=0", "", nil, 422},
		"a limit below nothing":            {"GET", "/services?limit=-1", "", nil, 422},
		"too high a limit":                 {"GET", "/services?limit=501", "", nil, 422},
		"a limit in words":                 {"GET", "/services?limit=ten", "", nil, 422},
		"a limit beyond numbers":           {"GET", "/services?limit=99999999999999999999", "", nil, 422},
		"a cursor that is none":            {"GET", "/services/service-a/revisions?after=x", "", nil, 422},
		"a moment that is none":            {"GET", "/services/service-a/posture?at=yesterday", "", nil, 422},
		"two moments":                      {"GET", "/services/service-a/posture?at=2026-01-01T00:00:00Z&as_known=2026-01-01T00:00:00Z", "", nil, 422},
		"a revision that is none":          {"GET", "/services/service-a/revisions/0", "", nil, 422},
		"a revision that is not there":     {"GET", "/services/service-a/revisions/99", "", nil, 404},
		"another method":                   {"DELETE", "/services", "", nil, 405},
		"a method of nobody":               {"BREW", "/services", "", nil, 405},
		"no body":                          {"POST", "/services", "", nil, 400},
		"a form":                           {"POST", "/services", "id=x", []string{"Content-Type: application/x-www-form-urlencoded"}, 415},
		"text":                             {"POST", "/services", "{}", []string{"Content-Type: text/plain"}, 415},
		"a type that cannot be read":       {"POST", "/services", "{}", []string{"Content-Type: ;;"}, 415},
		"no JSON":                          {"POST", "/services", "{", nil, 400},
		"JSON and more":                    {"POST", "/services", `{"id":"x","name":"X","unit":"a"} {}`, nil, 400},
		"JSON that is not UTF-8":           {"POST", "/services", "{\"id\":\"x\",\"name\":\"\xff\",\"unit\":\"a\"}", nil, 400},
		"nul in JSON":                      {"POST", "/services", `{"id":"x","name":"a\u0000b","unit":"a"}`, nil, 422},
		"nul after a backslash":            {"POST", "/services", `{"id":"x","name":"a\\\u0000b","unit":"a"}`, nil, 422},
		"deep JSON":                        {"POST", "/services", deep, nil, 400},
		"deep JSON in a member":            {"POST", "/services/service-a/evidence", `{"records":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, nil, 422},
		"a list in the place of an object": {"POST", "/services", "[]", nil, 422},
		"an unknown member":                {"POST", "/services", `{"id":"x","name":"X","unit":"a","admin":true}`, nil, 422},
		"a number in the place of a text":  {"POST", "/services", `{"id":1,"name":"X","unit":"a"}`, nil, 422},
		"nothing in the place of a text":   {"POST", "/services", `{"id":null,"name":"X","unit":"a"}`, nil, 422},
		"an id that is none":               {"POST", "/services", `{"id":"A B","name":"X","unit":"a"}`, nil, 422},
		"a name of two lines":              {"POST", "/services", `{"id":"x","name":"a\r\nb","unit":"a"}`, nil, 422},
		"no revision":                      {"PUT", "/services/service-a", files(serviceText("service-a")), nil, 422},
		"a revision in words":              {"PUT", "/services/service-a", files(serviceText("service-a")), []string{"If-Match: newest"}, 422},
		"a revision below nothing":         {"PUT", "/services/service-a", files(serviceText("service-a")), []string{`If-Match: "-1"`}, 422},
		"a revision of the future":         {"PUT", "/services/service-a", files(serviceText("service-a")), []string{`If-Match: "9"`}, 422},
		"no file":                          {"PUT", "/services/service-a", `{"files":[]}`, []string{`If-Match: "1"`}, 422},
		"a file that is not YAML":          {"PUT", "/services/service-a", files("\t{"), []string{`If-Match: "1"`}, 422},
		"a service file of another":        {"PUT", "/services/service-a", files(serviceText("service-b")), []string{`If-Match: "1"`}, 422},
		"an edit that is none":             {"PATCH", "/services/service-a", `{"edits":[{"op":"burn","path":"/risks"}]}`, []string{`If-Match: "1"`}, 422},
		"an edit of nothing":               {"PATCH", "/services/service-a", `{"edits":[{"op":"set","path":"/risks/none/title","value":"x"}]}`, []string{`If-Match: "1"`}, 404},
		"no reason":                        {"POST", "/services/service-a/retire", `{"reason":" "}`, nil, 403},
		"too large":                        {"POST", "/services", `{"id":"` + strings.Repeat("x", 2<<20) + `"}`, nil, 413},
		"much too large":                   {"POST", "/services", strings.Repeat("x", 17<<20), nil, 413},
		"a key that is too long":           {"POST", "/services", `{}`, []string{"Idempotency-Key: " + strings.Repeat("k", 201)}, 400},
		"a key that is not ASCII":          {"POST", "/services", `{}`, []string{"Idempotency-Key: \xff"}, 400},
		"a search for nothing":             {"GET", "/search", "", nil, 422},
		"a search for a letter":            {"GET", "/search?q=a", "", nil, 422},
		"a search for a book":              {"GET", "/search?q=" + strings.Repeat("a", 101), "", nil, 422},
	} {
		t.Run(name, func(t *testing.T) {
			isProblem(t, b.send("person:p1", c.method, c.path, c.body, c.headers...), c.status)
		})
	}
	for path, body := range map[string]string{"/services/service-a": files(serviceText("service-a")), "/organisation": `{"text":"bulkhead: v1"}`} {
		if got := b.send("person:p1", "PUT", path, body); got.status != 422 || !strings.Contains(string(got.body), "say which revision the change was made on: send back the ETag") {
			t.Errorf("a change of %s that is made on nothing: %d %s", path, got.status, got.body)
		}
	}
	if got := b.send("", "GET", "/services", ""); got.status != 401 || got.header.Get("WWW-Authenticate") == "" {
		t.Errorf("nobody: %d %v", got.status, got.header)
	}
}

func TestMethodsAreTold(t *testing.T) {
	b := small(t)
	const want = "GET, HEAD, POST, OPTIONS"
	if got := b.send("person:p1", "DELETE", "/services", ""); got.header.Get("Allow") != want {
		t.Errorf("Allow is %q, want %q", got.header.Get("Allow"), want)
	}
	if got := b.send("person:p1", "OPTIONS", "/services", ""); got.status != 204 || got.header.Get("Allow") != want || len(got.body) > 0 {
		t.Errorf("OPTIONS: %d %v %s", got.status, got.header, got.body)
	}
	server := httptest.NewServer(b)
	defer server.Close()
	r, err := http.NewRequest("HEAD", server.URL+api.Path+"/services/service-a", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer person:p1")
	got, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if got.StatusCode != 200 || got.Header.Get("ETag") != `"1"` {
		t.Errorf("HEAD: %d %v", got.StatusCode, got.Header)
	}
}

func TestWhateverIsAcceptedIsJSON(t *testing.T) {
	b := small(t)
	for _, accept := range []string{"text/html", "application/cbor", "json", "*/*;q=0", ";;;", "application/problem+json"} {
		if got := b.send("person:p1", "GET", "/services", "", "Accept: "+accept); got.status != 200 || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("Accept: %s gives %d %s", accept, got.status, got.header.Get("Content-Type"))
		}
	}
}

func TestTheDescriptionIsForEverybody(t *testing.T) {
	if got := small(t).send("", "GET", "/openapi.json", ""); got.status != 200 || !strings.Contains(string(got.body), `"openapi":"3.1.0"`) {
		t.Errorf("%d %.100s", got.status, got.body)
	}
}
