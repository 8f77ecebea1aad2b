package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type libraryCommand struct {
	List   libraryList   `cmd:"" help:"List the packs in force."`
	Show   libraryShow   `cmd:"" help:"Show a pack, or one item of one."`
	Lint   libraryLint   `cmd:"" help:"Check the packs in force, or a pack of your own."`
	Import libraryImport `cmd:"" help:"Make a pack of a catalog of controls, as an OSCAL file."`
}

type libraryList struct {
	Format string `enum:"text,json" default:"text" help:"text, for people, or json, for programs." placeholder:"FORMAT"`
	place
}

// Help shows how it is used.
func (libraryList) Help() string {
	return `A pack is a set of what is required: it names its source, its licence and the day on which it was read. Where items are said to be confirmed, they were compared with their source; what is Bulkhead's own is never shown as official.

Example:
  bulkhead library list --format json | jq .packs`
}

func (k *libraryList) Run(c *command) error {
	lib, err := app.Library(k.where(""))
	if err != nil {
		return err
	}
	list := report.Packs(lib)
	if k.Format == "json" {
		return report.JSON(c.Out, list)
	}
	return report.PackList(c.Out, list, c.style(true))
}

type libraryShow struct {
	ID     string `arg:"" help:"The id of a pack, or of something in one, such as a control."`
	Format string `enum:"text,json" default:"text" help:"text, for people, or json, for programs." placeholder:"FORMAT"`
	place
}

// Help shows how it is used.
func (libraryShow) Help() string {
	return `Examples:
  bulkhead library show roles    a pack: what roles there are
  bulkhead library show backup   an item: what would show a control`
}

func (k *libraryShow) Run(c *command) error {
	lib, err := app.Library(k.where(""))
	if err != nil {
		return err
	}
	pack, item, err := app.FindInLibrary(lib, k.ID)
	if err != nil {
		return err
	}
	if k.Format == "json" {
		if item != nil {
			return report.Canonical(c.Out, item)
		}
		return report.Canonical(c.Out, pack)
	}
	if item != nil {
		return report.ItemText(c.Out, pack, item, c.style(true))
	}
	return report.PackText(c.Out, pack, c.style(true))
}

type libraryLint struct {
	Files []string `arg:"" optional:"" name:"file" help:"Packs of your own, linted together with the built-in ones."`
	place
}

// Help shows how it is used.
func (libraryLint) Help() string {
	return `A pack with the id of a built-in one takes its place.

Example:
  bulkhead library lint our-controls.yaml`
}

func (k *libraryLint) Run(c *command) error {
	n, err := app.LintLibrary(k.where(""), k.Files)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Out, "%d packs, nothing wrong\n", n)
	return err
}
