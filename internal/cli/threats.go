package cli

import (
	"fmt"
	"io"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type threatsCommand struct {
	Path   string   `arg:"" optional:"" help:"A service file, a folder that holds one, or a folder of services. This folder, where it is not said."`
	Format string   `enum:"text,json,markdown,sarif" default:"text" help:"text, for people; json, for programs; markdown, for a page; sarif, for tools that show results beside lines." placeholder:"FORMAT"`
	For    ident.ID `help:"Only what is about this component, flow, data, identity, runtime, zone, supplier or risk." placeholder:"ID"`
	All    bool     `help:"Show everything: also what is less grave, answered, accepted or put aside."`
	guard
	when
	place
}

// Help shows how it is used.
func (threatsCommand) Help() string {
	return `A threat is something that somebody could do to a part of the service. Rules find threats in what the service file says; controls answer them. What is alike on one component is one group: it is told of once and put aside together.

  open      nothing is shown to answer it
  question  it depends on something that nobody has said
  answered  a control that is shown to work answers it
  accepted  somebody with the authority bears it as part of a risk
  put aside the team says why it does not matter here

Examples:
  bulkhead threats                  what is open and grave, and what to answer
  bulkhead threats --for web        what could be done to one component
  bulkhead threats --all            everything
  bulkhead why THREAT               the reasons behind one
  bulkhead threats --format sarif   for the page of a change at a code host`
}

func (k *threatsCommand) Run(c *command) error {
	checked, lists, err := app.Threats(k.where(k.Path), k.For, k.moment(c))
	if err != nil {
		return err
	}
	return k.give(c, k.Format, func(w io.Writer) error { return k.write(w, checked, lists, k.style(c, k.All)) }, checked)
}

func (k *threatsCommand) write(w io.Writer, checked *app.Checked, lists []*report.ThreatList, style report.Style) error {
	switch {
	case k.Format == "json" && checked.Many:
		return report.JSON(w, report.ThreatLists{Bulkhead: "threats-lists/v1", Services: lists})
	case k.Format == "json":
		return report.JSON(w, lists[0])
	case k.Format == "markdown":
		return report.ThreatMarkdown(w, lists, func(l *report.ThreatList) string { return checked.Names[l.Service] }, k.All)
	case k.Format == "sarif":
		return written(w)(report.ThreatSARIF(lists, checked.Place, version()))
	}
	for i, l := range lists {
		if i > 0 {
			fmt.Fprintf(w, "\n\n")
		}
		if err := report.ThreatText(w, l, checked.Names[l.Service], style); err != nil {
			return err
		}
	}
	return nil
}
