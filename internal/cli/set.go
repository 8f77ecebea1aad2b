package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

type setCommand struct {
	Path  string `arg:"" help:"The service file or folder."`
	Ref   string `arg:"" help:"The way to the item, such as risks/r1/due."`
	Value string `arg:"" help:"What it is to be."`
	place
}

// Help shows how it is used.
func (setCommand) Help() string {
	return `The file is written only when it would be valid afterwards, so that it can mend a file and never break one.

Examples:
  bulkhead set . risks/r1/due 2027-03-31
  bulkhead set . controls/backup/status implemented
  bulkhead set . architecture/components/api/internet_facing yes
  bulkhead set . risks/r1/components '[web, api]'`
}

func (k *setCommand) Run(c *command) error {
	file, err := app.Set(k.where(k.Path), k.Ref, k.Value)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s: %s is %s\n", file, k.Ref, k.Value)
	return nil
}
