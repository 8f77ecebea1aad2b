package web_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/internal/proving/browser"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/web"
)

// online runs a server with the pages of a site, and gives its address. People may sign in with the account of their
// organisation too where that is said.
func (s *site) online(accounts bool) string {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	ended, pages := make(chan error, 1), make(chan http.Handler, 1)
	go func() {
		shown := sync.OnceValue(func() http.Handler { return <-pages })
		err := server.Run(ctx, configured(s.t, "--listen=127.0.0.1:0", "--limits-rate=0"), server.Parts{
			API: http.NotFoundHandler(), Web: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { shown().ServeHTTP(w, r) }),
			Store: s.store, Log: slog.New(slog.DiscardHandler),
		}, write)
		_ = write.CloseWithError(io.EOF)
		ended <- err
	}()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		s.t.Fatalf("the server did not start: %q %v", line, <-ended)
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	s.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
	home := strings.Replace(strings.TrimSpace(line), "127.0.0.1", "localhost", 1)
	pages <- s.pages(home, accounts)
	return home
}

// pages gives the pages of a site that people reach at an address, which nobody knows before the server listens.
func (s *site) pages(home string, accounts bool) http.Handler {
	s.t.Helper()
	c := web.Config{Registry: s.Registry, Demo: s.demo}
	var err error
	if !s.demo {
		c.Passkeys, err = signin.NewPasskeys(signin.PasskeyConfig{RPID: "localhost", Origins: []string{home}, Name: "Bulkhead"})
		s.must(err)
	}
	if accounts {
		c.Provider, err = signin.NewProvider(signin.ProviderConfig{Issuer: "http://127.0.0.1:1", ClientID: "bulkhead", RedirectURL: home + web.AccountBack})
		s.must(err)
	}
	return web.Handler(c)
}

// configured gives the configuration that flags ask for.
func configured(t testing.TB, args ...string) settings.Config {
	t.Helper()
	var flags settings.Flags
	parser, err := kong.New(&flags)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	l, err := flags.Load(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return l.Config
}

// firstLink gives the path of the link for the first administrator.
func (s *site) firstLink() string {
	s.t.Helper()
	secret, err := s.FirstLink(s.t.Context())
	s.must(err)
	return registry.LinkTo("", secret)
}

// demoLink gives the path of a link of a demonstration.
func (s *site) demoLink() string {
	s.t.Helper()
	links, err := s.DemoLinks(s.t.Context())
	s.must(err)
	return registry.LinkTo("", links[1].Link)
}

// comeIn signs somebody in with a link.
func comeIn(b *browser.Tab, link, to string) {
	b.Go(link)
	b.Click("main .button")
	b.At(to)
}
