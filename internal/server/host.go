package server

import "net/http"

// checkHost refuses requests for a host that we are not. It keeps other names from being led to this address by somebody
// who owns them, and keeps links that we make from pointing to where an attacker wants.
func (s *server) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isProbe(r) && !s.config.Answers(r.Host) {
			refuse(w, r, http.StatusMisdirectedRequest, "This server goes by another name. Use the address that you were given; who runs the server sets it with --url.")
			return
		}
		next.ServeHTTP(w, r)
	})
}
