package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"runtime"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/examples"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Serve puts a server together as settings say, and runs it until it is asked to stop: see Run. A demonstration whose
// folder nobody named keeps its record in a folder that is gone afterwards.
func Serve(ctx context.Context, l *settings.Loaded, version string, stdout, stderr io.Writer) (err error) {
	c := l.Config
	if c.Demo && !l.Said(&l.Data) {
		if c.Data, err = os.MkdirTemp("", "bulkhead-demo-"); err != nil {
			return fault.Wrap(fault.Invalid, err, "a folder for the demonstration cannot be made: name one with --data")
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
	}
	p, err := wire(ctx, c, version, stderr)
	if err != nil {
		return err
	}
	return Run(ctx, c, p, stdout)
}

// wire makes the parts of a server over its record.
func wire(ctx context.Context, c settings.Config, version string, stderr io.Writer) (p Parts, err error) {
	p = Parts{Log: NewLog(c.Log, stderr), Version: version, Engine: judge.Engine}
	if p.Store, err = begin(ctx, &c); err != nil {
		return p, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Store.Close())
		}
	}()
	r := registry.New(p.Store, nil)
	if c.Demo {
		if size, err := p.Store.Size(ctx); err != nil || size > 0 {
			return p, cmp.Or[error](err, fault.New(fault.Invalid, "there is a record in %s already, and a demonstration begins with none: leave out --data, or name an empty folder", c.Data))
		}
	}
	p.API = api.New(api.Config{Registry: r, Ask: func(q *http.Request) (registry.Asker, error) { return asker(r, q) }, Version: version})
	p.Web = http.NotFoundHandler()
	p.Loops = loops(r, c, p)
	p.Welcome = func(ctx context.Context, url string) ([]string, error) { return welcome(ctx, r, c, url) }
	return p, nil
}

// asker finds out who asks the API: a machine with a token.
func asker(r *registry.Registry, q *http.Request) (registry.Asker, error) {
	secret, _ := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	who, err := r.TokenAsker(q.Context(), secret)
	if err == nil {
		visit.Of(q.Context()).Actor = "token"
	}
	return who, err
}

// loops are the work in the background.
func loops(r *registry.Registry, c settings.Config, p Parts) []Loop {
	if c.ReadOnly {
		return nil
	}
	return []Loop{
		{Name: "judge", Run: func(ctx context.Context) error {
			return r.Work(ctx, rand.Text(), cmp.Or(c.Workers, runtime.GOMAXPROCS(0)), p.Log)
		}},
	}
}

// welcome gives what whoever starts the server is told. A demonstration is filled only now, so that it answers at once.
func welcome(ctx context.Context, r *registry.Registry, c settings.Config, url string) ([]string, error) {
	if c.Demo {
		example, err := fs.Sub(examples.Department, "department")
		if err != nil {
			return nil, err
		}
		if err := r.LoadExample(ctx, example); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
