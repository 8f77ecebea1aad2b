package server

import (
	"net/http"
)

// bound holds bodies to the largest that is taken. A body that says at once that it is larger is not read at all; one that
// only turns out to be ends with an http.MaxBytesError for who reads it.
func (s *server) bound(next http.Handler) http.Handler {
	most := int64(s.config.Limits.Body)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > most {
			w.Header().Set("Connection", "close")
			refuse(w, r, http.StatusRequestEntityTooLarge, "At most "+s.config.Limits.Body.String()+" are taken in one request. Send it in parts, or have limits.body raised.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	})
}
