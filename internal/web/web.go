// Package web is the pages in a browser: as yet those that signing in needs, those of what waits for somebody,
// and the one on which they confirm a decision that was recorded on their behalf.
//
// Pages are made at the server and work without scripts, but for passkeys, which no browser offers without one. Each
// loads only files of ours, says the highest classification that may be kept here, and says so where all of it is a
// demonstration. A page that changes something is a form that is posted; the server around this package refuses those
// that another site has sent. The secret of a session is in one cookie that no script can read, and nowhere else.
//
// The package decides nothing: what somebody may do is asked of the registry, which is given what they came with. What a
// page says of an error is for people, and holds nothing of what went wrong inside.
package web

import (
	"embed"
	"io/fs"
	"log/slog"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

// Config is what the pages are put together from.
type Config struct {
	Registry *registry.Registry
	Provider *signin.Provider // nil where signing in with the organisation's account is not set up
	Passkeys *signin.Passkeys // nil where passkeys are not set up
	Demo     bool             // all of it is a demonstration
	Log      *slog.Logger     // where defects are told; nil for nowhere
}

// AccountBack is the path to which the organisation's sign-in service sends the browser back.
const AccountBack = "/sign-in/account/back"

//go:embed assets/*
var assets embed.FS

// face is the pages.
type face struct {
	Config
	door *registry.Door
}

// Handler gives the pages.
func Handler(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	f := &face{Config: c, door: c.Registry.Door(registry.Ways{Provider: c.Provider, Passkeys: c.Passkeys, Demo: c.Demo})}
	mux := http.NewServeMux()
	for pattern, do := range map[string]action{
		"GET /{$}":                           f.home,
		"GET /sign-in":                       f.signIn,
		"GET /sign-in/account":               f.beginAccount,
		"GET " + AccountBack:                 f.finishAccount,
		"POST /sign-in/passkey/begin":        f.beginPasskey,
		"POST /sign-in/passkey/finish":       f.finishPasskey,
		"GET " + registry.LinkPath + "{s}":   f.showLink,
		"POST /link":                         f.followLink,
		"GET " + registry.MinutePath + "{s}": f.showMinute,
		"POST /minute":                       f.known(f.confirmMinute),
		"GET " + registry.WaitingPath:        f.known(f.waiting),
		"GET " + registry.WaitingPath + "/{service}/{decision}": f.known(f.readMinute),
		"GET " + registry.SettingsPath:                          f.known(f.settings),
		"POST /account/digests":                                 f.known(f.setDigests),
		"POST /minute/wrong":                                    f.known(f.refuseMinute),
		"POST /sign-out":                                        f.signOut,
		"GET /account":                                          f.known(f.account),
		"GET /account/connect":                                  f.known(f.connect),
		"GET /account/passkey":                                  f.known(f.newPasskey),
		"POST /account/passkey/begin":                           f.known(f.beginNewPasskey),
		"POST /account/passkey/finish":                          f.known(f.finishNewPasskey),
		"POST /account/passkey/remove":                          f.known(f.removePasskey),
		"POST /account/session/end":                             f.known(f.endSession),
		"POST /account/sessions/end":                            f.known(f.endOthers),
		"/":                                                     f.nowhere,
	} {
		mux.Handle(pattern, f.page(do))
	}
	mux.Handle("GET /assets/", cached(http.FileServerFS(assets)))
	return mux
}

// action answers a request, or says why it cannot.
type action func(w http.ResponseWriter, r *http.Request) error

// page makes a handler of an action: its error becomes a page of its own.
func (f *face) page(do action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visit.Routed(r)
		r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		if err := do(w, r); err != nil {
			f.fail(w, r, err)
		}
	})
}

// longestForm bounds what a page is sent, in bytes: the answer of a passkey is the longest.
const longestForm = 128 << 10

// cached lets a browser keep a file for an hour.
func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visit.Routed(r)
		if info, err := fs.Stat(assets, r.URL.Path[1:]); err != nil || info.IsDir() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		next.ServeHTTP(w, r)
	})
}
