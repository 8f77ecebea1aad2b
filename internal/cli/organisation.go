package cli

import (
	"bytes"
	"fmt"
	"io"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

type organisationCommand struct {
	Path   string `arg:"" optional:"" help:"A folder of services, with organisation.yaml in it or above. This folder, where it is not said."`
	Unit   string `help:"Only this unit, by its id." placeholder:"ID"`
	Format string `enum:"text,json" default:"text" help:"text, for people, or json, for programs." placeholder:"FORMAT"`
	All    bool   `help:"Show every question with its wording and reasons, not only those that need a look."`
	guard
	when
	place
}

// Help says what is the machine's word and what is a person's.
func (organisationCommand) Help() string {
	return `A unit answers the questions asked of organisations, and says which milestones of adoption it has reached, under assessment in organisation.yaml. What the services below it show is rolled up and proposed. It counts when somebody in a role confirms it there; and what the services contradict is never more than partly met.

Examples:
  bulkhead organisation                   every unit
  bulkhead organisation --unit digital    one unit
  bulkhead organisation --all             every question
  bulkhead organisation --at 2027-01-01   if nothing is done until then
  bulkhead organisation --format json | jq .units`
}

func (k *organisationCommand) Run(c *command) error {
	organised, err := app.Organisation(k.where(k.Path), k.moment(c))
	if err != nil {
		return err
	}
	if k.Unit != "" {
		one, err := organised.Unit(k.Unit)
		if err != nil {
			return err
		}
		organised.Units = []*unit.Posture{one}
	}
	if k.Out != "" {
		var text bytes.Buffer
		if err := k.write(&text, organised, k.style(c, k.All)); err != nil {
			return unwritten(err)
		}
		return organised.Services.Write(k.Out, text.Bytes())
	}
	if why := organised.Withheld(c.Env("CI")); why != "" && !k.Show {
		counts := report.WithholdUnits(organised.Units, "Only counts are shown, "+why)
		if k.Format == "json" {
			return unwritten(report.JSON(c.Out, counts))
		}
		return unwritten(report.UnitCountsText(c.Out, counts, organised.Services.Zone, k.style(c, false)))
	}
	return unwritten(k.write(c.Out, organised, k.style(c, k.All)))
}

func (k *organisationCommand) write(w io.Writer, o *app.Organised, style report.Style) error {
	switch {
	case k.Format == "json" && k.Unit != "":
		return report.JSON(w, o.Units[0])
	case k.Format == "json":
		return report.JSON(w, report.Units{Bulkhead: report.UnitsVersion, Units: o.Units, Outside: o.Outside})
	}
	for i, u := range o.Units {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := report.UnitText(w, u, o.Services.Zone, style); err != nil {
			return err
		}
	}
	if k.Unit == "" {
		return report.OutsideText(w, len(o.Units), o.Outside, style)
	}
	return nil
}
