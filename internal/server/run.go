package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

// Run runs the server until the context ends or the process is asked to stop (SIGTERM, or Ctrl-C; a second time stops it at
// once). When it answers it prints the address to standard output, and then what Parts.Welcome gives, one a line.
//
// It stops in this order: no more is accepted, requests under way are ended, then the work in the background, then the
// store is closed. What does not end in time is left: the store is then not closed, which loses nothing that was written,
// and the error says so. Errors of the configuration are of kind invalid.
func Run(ctx context.Context, c settings.Config, p Parts, stdout io.Writer) error {
	ctx, forget := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer forget()
	s := newServer(c, p)
	o, err := s.open(ctx)
	if err != nil {
		return errors.Join(err, s.Store.Close())
	}
	work, endWork := context.WithCancel(context.WithoutCancel(ctx))
	defer endWork()
	loops := s.begin(work)
	err = s.announce(ctx, o.address(), stdout)
	if err == nil {
		err = o.wait(ctx)
	}
	forget()
	s.drain(ctx)
	return errors.Join(err, s.end(o, endWork, loops))
}

// open listens and begins to answer.
func (s *server) open(ctx context.Context) (*open, error) {
	encrypt, err := encryption(s.config)
	if err != nil {
		return nil, err
	}
	o := &open{failed: make(chan error, 2)}
	main, err := listen(ctx, s.config.Listen, "--listen")
	if err != nil {
		return nil, err
	}
	requests := context.WithoutCancel(ctx)
	if s.config.MetricsListen != "" {
		beside, err := listen(ctx, s.config.MetricsListen, "--metrics-listen")
		if err != nil {
			_ = main.Close()
			return nil, err
		}
		mux := http.NewServeMux()
		s.probes(mux, true)
		o.start(beside, s.httpServer(requests, chain(mux, s.observe, s.catch, s.protect)), nil)
		s.Log.Info("metrics are shown", "address", beside.Addr().String()) // which the system chose where the port is 0
	}
	o.start(main, s.httpServer(requests, s.handler()), encrypt)
	return o, nil
}

// open is what listens: the server that is for people and programs last.
type open struct {
	listeners []net.Listener
	servers   []*http.Server
	failed    chan error
}

func (o *open) start(l net.Listener, h *http.Server, encrypt *tls.Config) {
	o.listeners, o.servers = append(o.listeners, l), append(o.servers, h)
	h.TLSConfig = encrypt
	serve := func() error { return h.Serve(l) }
	if encrypt != nil {
		serve = func() error { return h.ServeTLS(l, "", "") }
	}
	go func() {
		err := serve()
		if !errors.Is(err, http.ErrServerClosed) {
			o.failed <- fault.Wrap(fault.Internal, err, "the server cannot go on listening")
		}
	}()
}

func (o *open) address() string { return o.listeners[len(o.listeners)-1].Addr().String() }

// wait waits until the server is to stop, or cannot go on.
func (o *open) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-o.failed:
		return err
	}
}

// announce prints where the server answers.
func (s *server) announce(ctx context.Context, listening string, stdout io.Writer) error {
	lines := []string{s.config.ListenURL(listening)}
	if public := s.config.PublicURL(listening); public != lines[0] {
		lines = append(lines, public)
	}
	if s.Welcome != nil {
		more, err := s.Welcome(ctx, s.config.PublicURL(listening))
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(stdout, line); err != nil {
			return fault.Wrap(fault.Internal, err, "the address cannot be printed")
		}
	}
	s.Log.Info("the server answers", "version", s.Version)
	return nil
}

// drain goes on accepting for a while, and says that no more should come.
func (s *server) drain(ctx context.Context) {
	s.stopping.Store(true)
	s.Log.Info("the server stops")
	if pause := time.Duration(s.config.Timeouts.Drain); pause > 0 && ctx.Err() != nil {
		time.Sleep(pause)
	}
}

// end ends everything in order, each within its time.
func (s *server) end(o *open, endWork context.CancelFunc, loops *sync.WaitGroup) error {
	bound := time.Duration(s.config.Timeouts.Shutdown)
	for i := len(o.servers) - 1; i >= 0; i-- {
		ctx, cancel := context.WithTimeout(context.Background(), bound)
		if o.servers[i].Shutdown(ctx) != nil {
			s.Log.Warn("requests did not end in time, and are broken off")
			_ = o.servers[i].Close()
		}
		cancel()
	}
	ended := endsWithin(&s.requests, bound)
	endWork()
	if !endsWithin(loops, bound) || !ended {
		s.Log.LogAttrs(context.Background(), slog.LevelError, "work did not end in time, and is left")
		return fault.New(fault.Internal, "the server stopped while work was still under way; all that was acknowledged is kept. Give it longer with --timeouts-shutdown")
	}
	return s.Store.Close()
}

// endsWithin says whether a group is done within a time.
func endsWithin(group *sync.WaitGroup, bound time.Duration) bool {
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	select {
	case <-done:
		return true
	case <-time.After(bound):
		return false
	}
}
