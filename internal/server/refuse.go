package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// problem is an answer that says why there is no other one (RFC 9457).
type problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
	Request string `json:"request"`
}

// refuse answers with a status and a sentence: a problem for programs, a line of text for people.
func refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	id := visit.Of(r.Context()).ID
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "%s\n\n%s\n\nRequest %s\n", http.StatusText(status), detail, id)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Request: id})
}
