package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

type askerKey struct{}

// known finds out who asks before anything else is done. Only the description of the API is for everybody.
func (f *face) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == Path+"/openapi.json" {
			next.ServeHTTP(w, r)
			return
		}
		who, err := f.ask(r)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				write(w, f.problem(r.Context(), "who asks", err))
				return
			}
			w.Header().Set("WWW-Authenticate", `Bearer realm="bulkhead"`)
			refuse(w, http.StatusUnauthorized, unknown(r, err))
			return
		}
		asked := r.WithContext(context.WithValue(r.Context(), askerKey{}, who))
		next.ServeHTTP(w, asked)
		r.Pattern = asked.Pattern // for whoever logs the request
	})
}

// unknown says why nobody is known: of a token what is wrong with it.
func unknown(r *http.Request, err error) string {
	if said, is := errors.AsType[*fault.Error](err); is && r.Header.Get("Authorization") != "" {
		return said.Text
	}
	return "nobody is signed in: send a token (Authorization: Bearer ...) that is in date, or sign in"
}

func asker(ctx context.Context) registry.Asker {
	who, _ := ctx.Value(askerKey{}).(registry.Asker)
	return who
}
