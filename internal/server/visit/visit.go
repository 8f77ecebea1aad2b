// Package visit is one request as the server knows it: what the server found out before a face sees it, and what the face
// says of it for the one line that is logged.
//
// It keeps nothing and writes nothing. The address of a visitor is here so that guesses and floods can be held back by
// it; it is never logged.
package visit

import (
	"context"
	"net/http"
	"net/netip"
)

// Visit is one request. The server makes it; Actor and Route are for the faces to fill.
type Visit struct {
	ID     string     // also in the header X-Request-Id of the answer
	From   netip.Addr // who asks, behind the proxies that are trusted
	Secure bool       // it came over TLS, to us or to a proxy that is trusted

	Actor string // the kind of who asks, such as person or token; never who it is
	Route string // the pattern that the request fell to, where a face has a router of its own
}

type key struct{}

// With gives a context that knows its visit.
func With(ctx context.Context, v *Visit) context.Context { return context.WithValue(ctx, key{}, v) }

// Of gives the visit of a context; an empty one that nobody reads where there is none.
func Of(ctx context.Context) *Visit {
	if v, is := ctx.Value(key{}).(*Visit); is {
		return v
	}
	return &Visit{}
}

// Routed notes the pattern that a request fell to, for a face whose router is given another request than the server's.
func Routed(r *http.Request) { Of(r.Context()).Route = r.Pattern }
