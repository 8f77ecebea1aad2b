package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type schemaCommand struct{}

func (schemaCommand) Run(c *command) error {
	text, err := model.JSONSchema()
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the schema could not be written")
	}
	_, err = fmt.Fprintf(c.Out, "%s\n", text)
	return err
}

type libraryCommand struct {
	List libraryList `cmd:"" help:"List the packs in force."`
	Show libraryShow `cmd:"" help:"Show a pack, or one item of one."`
	Lint libraryLint `cmd:"" help:"Check the packs in force, or a pack of your own."`
}

type libraryList struct {
	Format string `enum:"text,json" default:"text" help:"text or json."`
	place
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
	Format string `enum:"text,json" default:"text" help:"text or json."`
	place
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

func (k *libraryLint) Run(c *command) error {
	n, err := app.LintLibrary(k.where(""), k.Files)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%d packs, nothing wrong\n", n)
	return nil
}

type versionCommand struct{}

func (versionCommand) Run(c *command) error {
	version := "development"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		version = info.Main.Version
	}
	_, err := fmt.Fprintf(c.Out, "bulkhead %s, engine %s\n", version, judge.Engine)
	return err
}
