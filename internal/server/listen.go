package server

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"syscall"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

// listen opens an address; the error says what to do where that cannot be.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.New(fault.Invalid, "another program listens on %s already, perhaps a server that still runs: stop it, or choose another port with %s", address, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fault.New(fault.Invalid, "this user may not listen on %s: choose a port from 1024 up with %s, or give the program the capability CAP_NET_BIND_SERVICE", address, flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fault.New(fault.Invalid, "%s is no address of this machine: choose one that is with %s, such as 127.0.0.1:8080", address, flag)
	default:
		return nil, fault.Wrap(fault.Invalid, err, "the server cannot listen on %s: choose another address with %s", address, flag)
	}
}

// httpServer is a server that waits for nobody for ever and takes nothing without bound.
func (s *server) httpServer(ctx context.Context, h http.Handler) *http.Server {
	t := s.config.Timeouts
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: time.Duration(t.Header),
		ReadTimeout:       time.Duration(t.Read),
		WriteTimeout:      time.Duration(t.Write),
		IdleTimeout:       time.Duration(t.Idle),
		MaxHeaderBytes:    int(s.config.Limits.Headers),
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 100},
		ErrorLog:          s.httpLog(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}

// encryption gives how connections are encrypted; nil for not at all.
func encryption(c settings.Config) (*tls.Config, error) {
	switch {
	case c.TLS.Certificate != "":
		kept := &certificate{files: c.TLS}
		if _, err := kept.get(nil); err != nil {
			return nil, err
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: kept.get}, nil
	case len(c.TLS.Domains) > 0:
		manager := &autocert.Manager{
			Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(c.CertificateCache()),
			HostPolicy: autocert.HostWhitelist(c.TLS.Domains...), Email: c.TLS.Contact,
		}
		if c.TLS.Directory != "" {
			manager.Client = &acme.Client{DirectoryURL: c.TLS.Directory}
		}
		out := manager.TLSConfig()
		out.MinVersion = tls.VersionTLS12
		return out, nil
	}
	return nil, nil
}
