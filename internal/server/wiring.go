package server

import (
	"context"
	"io/fs"
	"log/slog"
	"net/url"

	"github.com/bulkhead-assurance/bulkhead/examples"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/internal/web"
)

// wiring is the use cases over a record with what the settings say, on the way to the parts of a server.
type wiring struct {
	*registry.Registry
	config *settings.Config
	record *store.Store
	log    *slog.Logger
	key    *registry.SigningKey // of checkpoints; nil where nothing may be changed
}

// found opens the key that signs checkpoints, and says at the beginning of the record what it is. A demonstration begins
// with an empty record, and is founded when it is filled.
func (w *wiring) found(ctx context.Context) (err error) {
	if w.config.ReadOnly {
		return nil
	}
	size, err := w.record.Size(ctx)
	if err != nil {
		return err
	}
	if w.config.Demo && size > 0 {
		return fault.New(fault.Invalid, "there is a record in %s already, and a demonstration begins with none: leave out --data, or name an empty folder", w.config.Data)
	}
	if w.key, err = registry.OpenSigningKey(w.config.SigningKeyFile(), w.record.Instance); err != nil || w.config.Demo {
		return err
	}
	return w.Found(ctx, w.key)
}

// pages gives what the pages are put together from: in which ways people sign in.
func (w *wiring) pages() (p web.Config, err error) {
	c := w.config
	p = web.Config{Registry: w.Registry, Demo: c.Demo, Log: w.log}
	address := c.PublicURL(c.Listen)
	if c.OIDC.Issuer != "" {
		p.Provider, err = signin.NewProvider(signin.ProviderConfig{
			Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: c.OIDC.ClientSecret,
			RedirectURL: address + web.AccountBack, AllowedDomains: c.OIDC.Domains,
		})
		if err != nil {
			return p, err
		}
	}
	if u, e := url.Parse(c.URL); e == nil && c.URL != "" { // a passkey belongs to a name that is known for good
		p.Passkeys, err = signin.NewPasskeys(signin.PasskeyConfig{RPID: u.Hostname(), Origins: []string{c.URL}, Name: "Bulkhead"})
		if err != nil {
			return p, fault.Wrap(fault.Invalid, err, "--url")
		}
	}
	return p, nil
}

// welcome gives the links that whoever starts the server is told, one a line. A demonstration is filled only now, when the
// server answers already.
func (w *wiring) welcome(ctx context.Context, server string) ([]string, error) {
	switch {
	case w.config.Demo:
		return w.demonstrate(ctx, server)
	case w.config.ReadOnly:
		return nil, nil
	}
	secret, err := w.FirstLink(ctx)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return nil, nil // somebody can sign in already
	}
	if err != nil {
		return nil, err
	}
	return []string{registry.LinkTo(server, secret) + "  for the first administrator: once, within an hour"}, nil
}

// demonstrate fills the record with the example, and gives a link for each role in it.
func (w *wiring) demonstrate(ctx context.Context, server string) ([]string, error) {
	example, err := fs.Sub(examples.Department, "department")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the example is not there")
	}
	if err := w.LoadExample(ctx, example); err != nil {
		return nil, err
	}
	if err := w.Found(ctx, w.key); err != nil {
		return nil, err
	}
	links, err := w.DemoLinks(ctx)
	lines := make([]string, len(links))
	for i, l := range links {
		lines[i] = registry.LinkTo(server, l.Link) + "  " + l.Title
	}
	return lines, err
}
