package cli

import (
	"fmt"
	"io"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type pathsCommand struct {
	Path   string     `arg:"" optional:"" help:"A service file, a folder that holds one, or a folder of services. This folder, where it is not said."`
	To     ident.ID   `help:"The ways to this data, function, unacceptable loss or path, step by step." placeholder:"ID"`
	From   []ident.ID `help:"What is reached from this component, identity, runtime, supplier or zone." placeholder:"ID"`
	Actor  ident.ID   `help:"Only steps that this actor of the threat assessment is capable of." placeholder:"ID"`
	Ways   int        `default:"3" help:"How many ways to show with --to; 3, where it is not said." placeholder:"N"`
	People bool       `help:"Attacks that begin with people too: somebody is tricked, or means harm. What is known of those is coarse."`
	All    bool       `help:"What is reached from every component, the worst first."`
	Shared bool       `help:"Across services: which are hit when something that they share, a service or a supplier, is in an attacker's hands."`
	Format string     `enum:"text,json,markdown,mermaid,svg" default:"text" help:"text, for people; json, for programs; markdown, for a page; mermaid or svg, a picture of the first way, or of what is reached." placeholder:"FORMAT"`
	guard
	when
	place
}

// Help shows how it is used.
func (pathsCommand) Help() string {
	return `A path is a way that somebody could take, step by step, from outside to data, a function or a loss. It is worked out from what the service file says, with what is shown to work in the way; beside it stands how it would be with what is claimed.

  difficulty   of a step, 1 (anybody) to 5 (only the most capable); of a way,
               that of all its steps together
  hindered     something that is shown to work makes the step harder
  choke point  a measure that bears on every modelled way

That no path is modelled says that the model has none: it is as good as what was said, and no more.

Examples:
  bulkhead paths                   what could be reached, the easiest first
  bulkhead paths --to cases        the easiest ways to some data, in steps
  bulkhead paths --from web        what is reached from a component
  bulkhead paths --all             the same of every component
  bulkhead paths --actor burglars  what one actor is capable of
  bulkhead paths --to cases --format svg --out way.svg
  bulkhead paths FOLDER --shared   what spreads over what services share`
}

func (k *pathsCommand) Run(c *command) error {
	if k.Shared {
		return k.shared(c)
	}
	ask := app.Asked{To: k.To, From: k.From, Actor: k.Actor, Ways: k.Ways, People: k.People, All: k.All}
	checked, lists, err := app.Paths(k.where(k.Path), ask, k.moment(c))
	if err != nil {
		return err
	}
	return k.give(c, k.Format, func(w io.Writer) error { return k.write(w, checked, lists, k.style(c, k.All)) }, checked)
}

// shared tells what services share; it is about all of them, and so says nothing of one target or beginning.
func (k *pathsCommand) shared(c *command) error {
	if k.To != "" || len(k.From) > 0 || k.Actor != "" || k.All || k.People {
		return fault.New(fault.Invalid, "--shared is about all services at once: leave out --to, --from, --actor, --people and --all")
	}
	if k.Format != "text" && k.Format != "json" {
		return fault.New(fault.Invalid, "--shared is written as text or json")
	}
	checked, list, err := app.Shared(k.where(k.Path), k.moment(c))
	if err != nil {
		return err
	}
	return k.give(c, k.Format, func(w io.Writer) error {
		if k.Format == "json" {
			return report.JSON(w, list)
		}
		return report.SharedText(w, list, checked.Names, k.style(c, false))
	}, checked)
}

func (k *pathsCommand) write(w io.Writer, checked *app.Checked, lists []*report.PathList, style report.Style) error {
	switch {
	case k.Format == "json" && checked.Many:
		return report.JSON(w, report.PathLists{Bulkhead: "paths-lists/v1", Services: lists})
	case k.Format == "json":
		return report.JSON(w, lists[0])
	case k.Format == "mermaid" || k.Format == "svg":
		return k.picture(w, checked, lists)
	case k.Format == "markdown":
		return report.PathMarkdown(w, lists, func(l *report.PathList) string { return checked.Names[l.Service] })
	}
	for i, l := range lists {
		if i > 0 {
			fmt.Fprintf(w, "\n\n")
		}
		if err := report.PathText(w, l, checked.Names[l.Service], style); err != nil {
			return err
		}
	}
	return nil
}

// picture draws one service with the first way on it, or with what is reached.
func (k *pathsCommand) picture(w io.Writer, checked *app.Checked, lists []*report.PathList) error {
	if len(lists) > 1 {
		return fault.New(fault.Invalid, "a picture is of one service, and there are %d here: name its folder", len(lists))
	}
	p := lists[0].Picture(checked.Names[lists[0].Service])
	if k.Format == "svg" {
		return written(w)(p.SVG(), nil)
	}
	return written(w)(p.Mermaid(), nil)
}
