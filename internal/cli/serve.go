package cli

import (
	"context"
	"io"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Server is what the commands of a server do that a face may not reach for itself. The program hands it in; each is made
// for one command, whose flags it holds.
type Server struct {
	// Settings are the settings of a server as flags: a pointer to a struct with tags of kong.
	Settings any

	// Serve runs a server with the settings until it is asked to stop. Addresses and links go to out, one a line, when it
	// answers; all else to log.
	Serve func(ctx context.Context, parsed *kong.Context, version string, out, log io.Writer) error

	// Record opens the record that the settings name, which may be served meanwhile, for the time of some work.
	Record func(ctx context.Context, parsed *kong.Context, work func(context.Context, *registry.Registry) error) error
}

// hosted is a command that needs a server's settings.
type hosted struct {
	kong.Plugins // the settings, as flags
	server       Server
}

func (h *hosted) host(make func() Server) {
	if make == nil {
		return
	}
	h.server = make()
	h.Plugins = kong.Plugins{h.server.Settings}
}

// showOnly keeps the help of a command to the settings that it is likely to need; it takes all of them.
func showOnly(command *kong.Node, names ...string) {
	for _, f := range command.Flags {
		f.Hidden = f.Hidden || f.Name != "help" && !slices.Contains(names, f.Name)
	}
}

type serveCommand struct{ hosted }

// Help shows how it is used.
func (serveCommand) Help() string {
	return `The record is kept in the data folder: an SQLite file, or a PostgreSQL database with --database. Keep a copy of the file keys in it, apart from copies of the record.

What is printed to the standard output is for whoever starts it: the address, and links to sign in with, one a line. The log goes to the standard error.

Every setting can also be in a file (--config), or in the environment: --tls-key is tls.key and BULKHEAD_TLS_KEY.

Examples:
  bulkhead serve --demo    an invented department, gone afterwards
  bulkhead serve           a new record in ./bulkhead-data
  bulkhead serve --config server.yaml --print-config
  bulkhead serve --listen 0.0.0.0:443 --tls-domains bulkhead.example.org`
}

func (k *serveCommand) Run(c *command, parsed *kong.Context) error {
	return k.server.Serve(context.Background(), parsed, version(), c.Out, c.Err)
}
