package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// Ask gives who asks, for the API: by a token, or by the cookie of a session where there is no token.
func Ask(reg *registry.Registry) func(*http.Request) (registry.Asker, error) {
	return func(r *http.Request) (registry.Asker, error) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if strings.EqualFold(scheme, "bearer") {
			visit.Of(r.Context()).Actor = "token"
			return reg.TokenAsker(r.Context(), strings.TrimSpace(token))
		}
		visit.Of(r.Context()).Actor = "person"
		return reg.SessionAsker(r.Context(), read(r, sessionCookie))
	}
}

type signedKey struct{}

// signed gives who is signed in; nil where nobody is.
func signed(ctx context.Context) *registry.Signed {
	s, _ := ctx.Value(signedKey{}).(*registry.Signed)
	return s
}

// known does something only for who is signed in. A secret that is due to be replaced is replaced here.
func (f *face) known(do action) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := f.Registry.Signed(r.Context(), read(r, sessionCookie))
		if err != nil {
			return err
		}
		visit.Of(r.Context()).Actor = "person"
		if who.Stale {
			next, given, err := f.Registry.Rotate(r.Context(), who)
			if err != nil {
				return err
			}
			if given {
				set(w, r, sessionCookie, next)
			}
		}
		r = r.WithContext(context.WithValue(r.Context(), signedKey{}, &who))
		if err := do(w, r); err != nil {
			f.fail(w, r, err) // here, where it is known who is signed in: they are not sent to sign in
		}
		return nil
	}
}

// maybe gives who is signed in, where somebody is and the rest is sound.
func (f *face) maybe(r *http.Request) *registry.Signed {
	secret := read(r, sessionCookie)
	if secret == "" {
		return nil
	}
	who, err := f.Registry.Signed(r.Context(), secret)
	if err != nil {
		return nil
	}
	return &who
}

// letIn gives a browser its session and ends the one that it had, so that no secret from before a sign-in goes on after
// it.
func (f *face) letIn(w http.ResponseWriter, r *http.Request, session hidden.Text) error {
	if old := read(r, sessionCookie); old != "" {
		if err := f.Registry.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	set(w, r, sessionCookie, session)
	clearCookie(w, r, stepCookie)
	return nil
}
