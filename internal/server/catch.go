package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// catch answers for a face that panics: the stack goes to the log, and the reader is told no more than where to find it. An
// answer that was begun is broken off, so that nobody takes half of it for the whole.
func (s *server) catch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.meter.panics.Inc()
			s.Log.LogAttrs(r.Context(), slog.LevelError, "a request ended in a defect",
				slog.String("id", visit.Of(r.Context()).ID), slog.String("panic", fmt.Sprint(v)), slog.String("stack", string(debug.Stack())))
			if rec, is := w.(*recorder); !is || rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			for _, set := range []string{"Content-Encoding", "Content-Length", "ETag", "Location", "Set-Cookie"} {
				w.Header().Del(set)
			}
			refuse(w, r, http.StatusInternalServerError, "Something went wrong here. It is logged under the number of this request.")
		}()
		next.ServeHTTP(w, r)
	})
}
