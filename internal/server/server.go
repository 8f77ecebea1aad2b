// Package server runs Bulkhead as a server: it listens, holds off what should not come in, hands each request to a face,
// keeps the work in the background going, says how it fares, and stops without losing anything.
//
// Every request passes the same checks in the same order before a face sees it (chain.go), and leaves one line in the log
// that names no person, no address and no secret. Nothing leaves the machine unless a setting asks for it. What the server
// does with a request is not decided here: the faces, the loops and the store are handed in as Parts.
package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// Parts is what a server is put together from.
type Parts struct {
	API   http.Handler // everything below /api/v1/
	Web   http.Handler // everything else; what is below /assets/ may be cached
	Loops []Loop
	Store *store.Store // Run closes it, whatever happens
	Log   *slog.Logger

	Version string // of the program
	Engine  string // of the judgement

	// Welcome, where there is one, gives lines to print once the server answers at an address, such as links to sign in.
	Welcome func(ctx context.Context, url string) ([]string, error)
}

// Loop is work in the background that goes on until its context ends. One that ends with an error, or panics, is begun
// again after a while; one that ends without is done.
type Loop struct {
	Name string
	Run  func(context.Context) error
}

// server is a server that runs.
type server struct {
	Parts
	config   settings.Config
	meter    *meter
	stopping atomic.Bool    // /readyz says no
	requests sync.WaitGroup // those that a face works on
}

func newServer(c settings.Config, p Parts) *server {
	return &server{Parts: p, config: c, meter: newMeter(p)}
}

// routes sends each request to the face that it is for.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", s.API)
	mux.Handle("/", s.Web)
	s.probes(mux, s.config.Private() && s.config.MetricsListen == "")
	return mux
}
