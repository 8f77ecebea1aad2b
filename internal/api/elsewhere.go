package api

import (
	"net/http"
	"strings"
)

// methods are those that an operation may have.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// elsewhere answers for an address or a method that no operation has.
func (f *face) elsewhere(w http.ResponseWriter, r *http.Request) {
	allowed := f.allowed(r)
	if len(allowed) == 0 {
		refuse(w, http.StatusNotFound, "there is nothing at this address: "+Path+"/openapi.json describes what there is")
		return
	}
	w.Header().Set("Allow", strings.Join(append(allowed, http.MethodOptions), ", "))
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	refuse(w, http.StatusMethodNotAllowed, "this address takes "+strings.Join(allowed, ", ")+" and nothing else")
}

// allowed gives the methods with which an address falls to an operation.
func (f *face) allowed(r *http.Request) (out []string) {
	for _, m := range methods {
		probe := *r
		probe.Method = m
		if _, pattern := f.mux.Handler(&probe); pattern != "/" {
			out = append(out, m)
		}
	}
	return out
}
