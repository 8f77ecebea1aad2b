package server

import (
	"context"
	"errors"
	"io"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/internal/cli"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

// CommandLine gives what the command line needs of a server.
func CommandLine() cli.Server {
	flags := &settings.Flags{}
	return cli.Server{
		Settings: flags,
		Serve: func(ctx context.Context, parsed *kong.Context, version string, out, log io.Writer) error {
			l, err := flags.Load(parsed)
			switch {
			case err != nil:
				return err
			case flags.PrintConfig:
				return l.Print(out)
			case flags.CheckHealth:
				return CheckHealth(ctx, l.Config)
			}
			return Serve(ctx, l, version, out, log)
		},
		Record: func(ctx context.Context, parsed *kong.Context, work func(context.Context, *registry.Registry) error) error {
			l, err := flags.Load(parsed)
			if err != nil {
				return err
			}
			s, err := existing(ctx, &l.Config)
			if err != nil {
				return err
			}
			return errors.Join(work(ctx, registry.New(s, nil, registry.Reaching(reach(&l.Config)))), s.Close())
		},
	}
}
