package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

// record writes all that a server has of a service to a file, for bulkhead verify. It never goes to the standard output: it
// holds everything that was ever said of the service.
func (k *exportCommand) record(c *command) error {
	switch {
	case k.Path == "":
		return fault.New(fault.Invalid, "say of which service: bulkhead export record SERVICE --server URL --out FILE")
	case k.Out == "":
		return fault.New(fault.Invalid, "a record holds all that was ever said of a service, so it goes to a file: --out FILE")
	}
	s, err := k.server(c)
	if err != nil {
		return err
	}
	text, err := s.Record(c.ctx(), k.Path)
	if err != nil {
		return c.refused(err)
	}
	if err := app.Write(k.Out, text); err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "%s: %d bytes; `bulkhead verify %s --key FILE` verifies it, with the public key that you were told\n", k.Out, len(text), k.Out)
	return nil
}
