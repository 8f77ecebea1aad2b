package server

import (
	"context"
	"io"
	"net/http"
	"time"
)

// probeTime bounds how long the record may take to say that it is there.
const probeTime = 2 * time.Second

// probes adds the pages that machines look at: alive, ready, and, where they may be seen, the metrics.
func (s *server) probes(mux *http.ServeMux, metrics bool) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	if metrics {
		mux.HandleFunc("GET /metrics", s.metrics)
	}
}

func isProbe(r *http.Request) bool {
	return r.URL.Path == "/healthz" || r.URL.Path == "/readyz"
}

// ready says whether requests should come here: the record answers, and the server is not about to stop. The tables were
// brought to the form of today when the record was opened.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), probeTime)
	defer cancel()
	switch {
	case s.stopping.Load():
		say(w, http.StatusServiceUnavailable, "stopping")
	case s.Store.Ready(ctx) != nil:
		say(w, http.StatusServiceUnavailable, "the record does not answer")
	default:
		say(w, http.StatusOK, "ready")
	}
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}

func (s *server) metrics(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), probeTime)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	s.meter.write(ctx, w)
}
