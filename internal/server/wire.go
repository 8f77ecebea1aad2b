package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/web"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Serve puts a server together as settings say, and runs it until it is asked to stop: see Run. On one folder of SQLite
// works one server at a time. A demonstration whose folder nobody named keeps its record in a folder that is gone
// afterwards.
func Serve(ctx context.Context, l *settings.Loaded, version string, stdout, stderr io.Writer) (err error) {
	c := l.Config
	if c.Demo && !l.Said(&l.Data) {
		if c.Data, err = os.MkdirTemp("", "bulkhead-demo-"); err != nil {
			return fault.Wrap(fault.Invalid, err, "a folder for the demonstration cannot be made: name one with --data")
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
	}
	end, err := hold(&c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	p, err := wire(ctx, &c, version, stderr)
	if err != nil {
		return err
	}
	return Run(ctx, c, p, stdout)
}

// wire makes the parts of a server over its record.
func wire(ctx context.Context, c *settings.Config, version string, stderr io.Writer) (p Parts, err error) {
	p = Parts{Log: NewLog(c.Log, stderr), Version: version, Engine: judge.Engine}
	if p.Store, err = begin(ctx, c, p.Log); err != nil {
		return p, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Store.Close())
		}
	}()
	if alone(c) { // who had begun something is gone
		if err := p.Store.TakeOver(ctx); err != nil {
			return p, err
		}
	}
	w := &wiring{Registry: registry.New(p.Store, nil, registry.Keeping(keep(c.Keep)), registry.Reaching(reach(c))), config: c, record: p.Store, log: p.Log}
	if err := w.found(ctx); err != nil {
		return p, err
	}
	pages, err := w.pages()
	if err != nil {
		return p, err
	}
	p.API = api.New(api.Config{Registry: w.Registry, Ask: web.Ask(w.Registry), Version: version, Log: p.Log})
	p.Web = web.Handler(pages)
	p.Welcome = w.welcome
	p.Loops, err = w.loops(cmp.Or(c.Workers, runtime.GOMAXPROCS(0)), rand.Text())
	return p, err
}

// keep is what the settings say of how long things are kept.
func keep(k settings.Keep) registry.Keep {
	return registry.Keep{Stay: registry.Stay{Idle: time.Duration(k.Sessions)}, Answers: time.Duration(k.Answers), Postures: time.Duration(k.Postures)}
}

// reach is what the settings say of how people come to the server and are written to.
func reach(c *settings.Config) registry.Reach {
	return registry.Reach{Server: c.PublicURL(c.Listen), Mail: c.SMTP.Address != "", Lasts: c.URL != "" || c.OIDC.Issuer != ""}
}
