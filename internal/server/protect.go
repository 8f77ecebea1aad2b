package server

import (
	"net/http"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// policy is all that a page may load and do: our own files, and forms that come back to us.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"

// protect sets the headers that tell a browser to be strict, on every answer.
func (s *server) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if visit.Of(r.Context()).Secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		if !strings.HasPrefix(r.URL.Path, "/assets/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses changes that another site has a browser make in somebody's name. A request with a token of its own and
// no cookie is a program's: no site can have that sent.
func (s *server) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !byToken(r) && protection.Check(r) != nil {
			refuse(w, r, http.StatusForbidden, "This came from another site. Changes are made from Bulkhead's own pages, or with a token.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// byToken says whether a request carries a token and no cookie.
func byToken(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "bearer") && r.Header.Get("Cookie") == ""
}
