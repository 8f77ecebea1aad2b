package cli

import (
	"fmt"
	"io"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

type exportCommand struct {
	Format string `arg:"" help:"The format to write, or record."`
	Path   string `arg:"" optional:"" help:"A service file, or a folder that holds one; for record, the id of the service. This folder, where it is not said."`
	guard
	place
	instead
}

// Help shows how it is used.
func (exportCommand) Help() string {
	return `What the other tool's format cannot say is told, and what nobody has said is never made up: where the format has no word for unknown, the graver one is written and that is told too.

Formats:
` + designFormats(true) + `
Examples:
  bulkhead export otm                              to the standard output
  bulkhead export threagile --out threagile.yaml   to a file
  bulkhead export otm services/portal              another service
  bulkhead export record portal --server https://bulkhead.example.org \
      --out portal.record                          all that a server has of it`
}

func (k *exportCommand) Run(c *command) error {
	if k.Format == "record" {
		return k.record(c)
	}
	looked, made, err := app.Export(k.where(k.Path), k.Format)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		_, err := w.Write(made.Text)
		return err
	}
	if err := k.give(c, k.Format, write, looked); err != nil {
		return err
	}
	if k.withheld(c, looked) != "" {
		fmt.Fprintf(c.Err, "Written as %s, with %s on what it cannot say; add --show to see them.\n", made.Format.Title, count(len(made.Lost), "note"))
		return nil
	}
	c.listed(c.Err, "What "+made.Format.Title+" cannot say", made.Lost)
	return nil
}
