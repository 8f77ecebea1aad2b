package server

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// observe gives each request its id, and when it is answered logs one line and counts it. What is logged never tells who
// asked or for what beyond the route: no query, address, name, e-mail, token or cookie.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		defer s.requests.Done()
		began := time.Now()
		v := &visit.Visit{ID: rand.Text()}
		ctx, count := store.Counting(visit.With(r.Context(), v))
		r = r.WithContext(ctx)
		rec := &recorder{ResponseWriter: w}
		rec.Header().Set("X-Request-Id", v.ID)
		finished := false
		defer func() { // also where the answer is broken off
			s.note(seen{r: r, visit: v, rec: rec, statements: count.Statements(), took: time.Since(began), brokenOff: !finished})
		}()
		next.ServeHTTP(rec, r)
		finished = true
	})
}

// seen is a request that was answered.
type seen struct {
	r          *http.Request
	visit      *visit.Visit
	rec        *recorder
	statements int64
	took       time.Duration
	brokenOff  bool
}

func (s *server) note(a seen) {
	route := a.route()
	s.meter.request(route, a.rec.code(), a.took, a.statements)
	level := slog.LevelInfo
	if isProbe(a.r) {
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("id", a.visit.ID), slog.String("method", method(a.r)), slog.String("route", route),
		slog.Int("status", a.rec.code()), slog.Int64("bytes", a.rec.bytes), slog.Float64("ms", float64(a.took.Microseconds())/1000),
		slog.Int64("statements", a.statements), slog.String("actor", a.visit.Actor),
	}
	if a.brokenOff {
		attrs = append(attrs, slog.Bool("broken_off", true))
	}
	s.Log.LogAttrs(a.r.Context(), level, "request", attrs...)
}

// route is the pattern that a request fell to, which says no more of it than the documentation does.
func (a seen) route() string {
	switch {
	case a.visit.Route != "":
		return a.visit.Route
	case a.r.Pattern != "":
		return a.r.Pattern
	default:
		return "refused"
	}
}

// method is the method of a request; what is none of the known ones could hold anything.
func method(r *http.Request) string {
	known := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
	if slices.Contains(known, r.Method) {
		return r.Method
	}
	return "other"
}

// recorder notes what is answered. Whoever needs more of the writer unwraps it with http.ResponseController.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status that is final.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write notes how much is written.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap gives the writer below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}
