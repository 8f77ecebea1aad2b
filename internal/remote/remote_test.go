package remote_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/remote"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

// token makes a token that nobody gave out.
func token(t testing.TB) string {
	t.Helper()
	secret, err := signin.NewSecret(signin.Token, bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal()
}

// at gives a server that answers as a handler does.
func at(t testing.TB, h http.HandlerFunc) *remote.Server {
	t.Helper()
	there := httptest.NewServer(h)
	t.Cleanup(there.Close)
	s, err := remote.New(there.URL, token(t), "test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documents are those of a small service.
func documents(t testing.TB) *app.Documents {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bulkhead.yaml")
	if err := os.WriteFile(file, []byte("bulkhead: v1\nservice:\n  id: portal\n  name: Benefits portal\n  phase: live\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := app.ReadDocuments(file)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestATokenGoesToItsServerAlone(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(other.Close)
	s := at(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	_, _, err := s.Services(t.Context())
	if reached || err == nil || !strings.Contains(err.Error(), "sends on to") || strings.Contains(err.Error(), token(t)) {
		t.Errorf("another server was reached: %v; %v", reached, err)
	}
	for _, address := range []string{"http://bulkhead.example", "http://10.0.0.1:8080", "http://127.0.0.1.example", "https://me:secret@bulkhead.example", "ftp://bulkhead.example", ""} {
		if _, err := remote.New(address, token(t), "test"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q is taken: %v", address, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("a secret is told: %v", err)
		}
	}
	for _, address := range []string{"https://bulkhead.example", "https://bulkhead.example/", "http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"} {
		if _, err := remote.New(address, token(t), "test"); err != nil {
			t.Errorf("%q is not taken: %v", address, err)
		}
	}
}

// A connection that breaks may have brought the request: it is sent again, the same under the same key.
func TestWhatMayNotHaveComeThroughIsSentAgain(t *testing.T) {
	var keys, bodies []string
	s := at(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		keys, bodies = append(keys, r.Header.Get("Idempotency-Key")), append(bodies, string(body))
		if len(keys) < 3 {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, `{"revision": 4, "same": false, "changes": []}`)
	})
	applied, err := s.Apply(t.Context(), remote.Applying{Documents: documents(t)})
	if err != nil || applied.Revision != 4 {
		t.Fatalf("%+v, %v", applied, err)
	}
	if len(keys) != 3 || keys[0] == "" || keys[0] != keys[1] || keys[1] != keys[2] || bodies[0] != bodies[2] || bodies[0] == "" {
		t.Errorf("it was sent with the keys %q", keys)
	}
	if _, err := s.Apply(t.Context(), remote.Applying{Documents: documents(t)}); err != nil || keys[3] == keys[0] {
		t.Errorf("another request has the key of the one before: %q, %v", keys, err)
	}
}

func TestWhatIsAnsweredIsNotSentAgain(t *testing.T) {
	asked := 0
	s := at(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"type":"about:bulkhead/internal","detail":"something went wrong inside"}`)
	})
	if _, _, err := s.Services(t.Context()); fault.KindOf(err) != fault.Internal || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestWhatAServerRefusesIsAFaultOfItsKind(t *testing.T) {
	for _, c := range []struct {
		status int
		kind   string
		body   string
		want   fault.Kind
		text   string
	}{
		{401, "application/problem+json", `{"type":"about:blank","detail":"nobody"}`, fault.Invalid, "does not take this token"},
		{403, "application/problem+json", `{"type":"about:bulkhead/forbidden","detail":"kept in another repository"}`, fault.Forbidden, "kept in another repository"},
		{404, "application/problem+json", `{"type":"about:bulkhead/not-found","detail":"not there"}`, fault.NotFound, "not there"},
		{409, "application/problem+json", `{"type":"about:bulkhead/conflict","detail":"changed first"}`, fault.Conflict, "changed first"},
		{429, "application/problem+json", `{"type":"about:blank","detail":"slowly"}`, fault.Invalid, "asks to wait"},
		{502, "text/html", `<h1>Bad gateway</h1>`, fault.Invalid, "not as a server of Bulkhead does"},
		{200, "text/html", `<h1>Welcome</h1>`, fault.Invalid, "not as a server of Bulkhead does"},
	} {
		s := at(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		_, err := s.Service(t.Context(), "portal")
		if fault.KindOf(err) != c.want || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%d: %s: %v", c.status, fault.KindOf(err), err)
		}
	}
}

func TestBothSidesOfAConflictAreTold(t *testing.T) {
	s := at(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusConflict)
		_, _ = io.WriteString(w, `{"type":"about:bulkhead/conflict","detail":"look at both","current":7,"conflicts":[{"path":"/risks/r1/title","base":"a","mine":"b","theirs":"c"}]}`)
	})
	_, err := s.Apply(t.Context(), remote.Applying{Documents: documents(t)})
	clashes, is := errors.AsType[*remote.Clashes](err)
	if !is || clashes.Current != 7 || clashes.Items[0] != (remote.Clash{Path: "/risks/r1/title", Base: "a", Mine: "b", Theirs: "c"}) || fault.KindOf(err) != fault.Conflict {
		t.Errorf("got %+v, %v", clashes, err)
	}
}

func TestWhatIsWrongIsToldWhereItLies(t *testing.T) {
	d := documents(t)
	s := at(t, func(w http.ResponseWriter, r *http.Request) {
		var sent struct {
			Files []remote.File `json:"files"`
		}
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || len(sent.Files) != 1 || sent.Files[0].File != "bulkhead.yaml" {
			t.Errorf("it was sent %+v, %v", sent, err)
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"type":"about:bulkhead/invalid","detail":"1 problem","errors":[{"message":"there is no unit x","location":"/service/unit","file":"bulkhead.yaml","line":3,"column":9}]}`)
	})
	_, err := s.Apply(t.Context(), remote.Applying{Documents: d})
	if want := d.Place("bulkhead.yaml") + ":3:9: there is no unit x"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// stands answers as a server that has the small service, whose posture it asks for.
func stands(posture http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v1/services/portal":
			_, _ = io.WriteString(w, `{"service":"portal","revision":{"number":1,"files":[{"file":"bulkhead.yaml","text":"bulkhead: v1\nservice: {id: portal, name: Benefits portal, phase: live}\n"}]}}`)
		case "/api/v1/me":
			_, _ = io.WriteString(w, `{"id":"token:t1","name":"t1","roles":[],"zone":"Europe/Paris"}`)
		default:
			posture(w, r)
		}
	}
}

// What was just brought may not be judged yet: that is waited for, so that a pipeline is never told of what was before.
func TestTheNewestPostureIsWaitedFor(t *testing.T) {
	asked := 0
	s := at(t, stands(func(w http.ResponseWriter, _ *http.Request) {
		switch asked++; asked {
		case 1:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"type":"about:bulkhead/not-found","detail":"portal has not been judged yet"}`)
			return
		case 2:
			w.Header().Set("Bulkhead-Pending", "true")
		}
		_, _ = io.WriteString(w, `{"bulkhead":"posture/v1","service":"portal","at":"2026-11-22T12:00:00Z","next_change":null}`)
	}))
	p, err := s.Posture(t.Context(), "portal", nil)
	if err != nil || asked != 3 || p.Pending || p.Posture.Service != "portal" || p.Zone.Name() != "Europe/Paris" {
		t.Errorf("asked %d times: %+v, %v", asked, p, err)
	}
}

func TestAPostureOfSomethingElseIsRefused(t *testing.T) {
	for _, body := range []string{`{}`, `{"bulkhead":"posture/v2","service":"portal"}`, `{"bulkhead":"posture/v1","service":"other"}`} {
		s := at(t, stands(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		if _, err := s.Posture(t.Context(), "portal", nil); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "cannot read the posture") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// FuzzProblem holds reading what a server answers to giving a fault.
func FuzzProblem(f *testing.F) {
	f.Add(403, `{"type":"about:bulkhead/forbidden","detail":"no"}`)
	f.Add(409, `{"conflicts":[{"path":"/a"}]}`)
	f.Add(200, `{"items":[{"service":"a"}],"next":"a"}`)
	f.Add(200, `{"items":null}`)
	var status int
	var body string
	s := at(f, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		body = "{}" // the next page is the last
	})
	f.Fuzz(func(t *testing.T, code int, text string) {
		if code < 200 || code > 599 || code == 204 || code == 304 {
			return
		}
		status, body = code, text
		if _, _, err := s.Services(t.Context()); err != nil {
			if _, is := errors.AsType[*fault.Error](err); !is {
				t.Errorf("%v is no fault", err)
			}
		}
	})
}
