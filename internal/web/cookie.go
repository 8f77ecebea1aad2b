package web

import (
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// The names of the cookies: of a session, of a ceremony that waits for its answer, and of the minute that somebody was
// about to read when they had to sign in. Over TLS they begin with __Host-,
// which a browser takes only from this very host and over TLS.
const (
	sessionCookie = "bulkhead"
	stepCookie    = "bulkhead-step"
	minuteCookie  = "bulkhead-minute"
	hostPrefix    = "__Host-"
)

func cookieName(r *http.Request, name string) string {
	if visit.Of(r.Context()).Secure {
		return hostPrefix + name
	}
	return name
}

// read gives the text of a cookie; empty where there is none.
func read(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(r, name))
	if err != nil {
		return ""
	}
	return c.Value
}

// set gives the browser a cookie until it is closed: no script reads it, and no other site has it sent with a form.
func set(w http.ResponseWriter, r *http.Request, name string, secret hidden.Text) {
	http.SetCookie(w, bake(r, name, secret.Reveal(), 0))
}

// clearCookie takes a cookie away.
func clearCookie(w http.ResponseWriter, r *http.Request, name string) {
	http.SetCookie(w, bake(r, name, "", -1))
}

func bake(r *http.Request, name, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName(r, name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: visit.Of(r.Context()).Secure,
	}
}
