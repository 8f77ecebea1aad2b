package visit_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// What a face notes of a visit is seen by the server, though the face was given another request.
func TestWhatAFaceNotesIsSeen(t *testing.T) {
	v := &visit.Visit{ID: "1"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /services/{id}", func(_ http.ResponseWriter, r *http.Request) {
		visit.Of(r.Context()).Actor = "token"
		visit.Routed(r)
	})
	r := httptest.NewRequest("GET", "/services/a", nil)
	mux.ServeHTTP(httptest.NewRecorder(), r.WithContext(visit.With(r.Context(), v)))
	if v.Actor != "token" || v.Route != "GET /services/{id}" {
		t.Errorf("it is %+v", v)
	}
}

// A face that is tried on its own has no visit, and need not ask whether it has.
func TestWithoutAVisitNothingIsKept(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	visit.Of(r.Context()).Actor = "person"
	if got := visit.Of(r.Context()); got.Actor != "" || got.ID != "" {
		t.Errorf("it is %+v", got)
	}
}
