package cli

import (
	"fmt"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type checkCommand struct {
	Path   string `arg:"" optional:"" help:"A service file, a folder that holds one, or a folder of services. This folder, where it is not said."`
	Format string `enum:"text,json" default:"text" help:"text, for people, or json, for programs."`
	FailOn string `default:"${default_fail_on}" help:"Exit with 1 when one of these rules is definitely not met: ${rules}" placeholder:"RULES"`
	All    bool   `help:"Show every item, not only those that need a look."`
	when
	place
}

func rulesHelp() string {
	var out []string
	for _, r := range app.Rules() {
		out = append(out, r.Name+" ("+r.Text+")")
	}
	return strings.Join(out, ", ") + ", gate:NAME (something stands in the way of the gate), none."
}

// Help teaches how the exit code is to be read.
func (checkCommand) Help() string {
	return `Exit codes: 0 nothing failed the rules that were asked for (which is not the same as secure), 1 something that they cover is definitely not met, 2 something that they cover could not be judged or the input is bad.

Examples:
  bulkhead check                               this folder
  bulkhead check services/                     every service below a folder, with what they offer each other
  bulkhead check --at 2027-01-01               how it will stand if nothing is done
  bulkhead check --fail-on above-appetite      in a pipeline
  bulkhead check --format json | jq .risks     for a program`
}

func (k *checkCommand) Run(c *command) error {
	checked, err := app.Check(k.where(k.Path), k.moment(c))
	if err != nil {
		return err
	}
	failed, unjudged, err := app.FailOn(k.FailOn, checked.Postures)
	if err != nil {
		return err
	}
	if err := k.write(c, checked); err != nil {
		return fault.Wrap(fault.Internal, err, "the result could not be written")
	}
	told(c, "", failed)
	told(c, "cannot be judged: ", unjudged)
	switch {
	case len(failed) > 0:
		return exitError(1)
	case len(unjudged) > 0:
		return exitError(2)
	}
	return nil
}

func (k *checkCommand) write(c *command, checked *app.Checked) error {
	if k.Format == "json" && checked.Many {
		return report.JSON(c.Out, report.Postures{Bulkhead: "postures/v1", Postures: checked.Postures})
	}
	if k.Format == "json" {
		return report.JSON(c.Out, checked.Postures[0])
	}
	for i, p := range checked.Postures {
		if i > 0 {
			fmt.Fprintln(c.Out)
		}
		if err := report.Text(c.Out, p, checked.Names[p.Service], checked.Zone, c.style(k.All)); err != nil {
			return err
		}
	}
	return nil
}

// told says on standard error which rules were not met, and by what.
func told(c *command, lead string, failures []app.Failure) {
	for _, f := range failures {
		what := f.What
		more := ""
		if len(what) > 5 {
			what, more = what[:5], fmt.Sprintf(" and %d more", len(f.What)-5)
		}
		fmt.Fprintf(c.Err, "%s: %s%s: %s%s\n", f.Service, lead, f.Rule, strings.Join(what, ", "), more)
	}
}

type whyCommand struct {
	Args   []string `arg:"" name:"[path] id" help:"What to explain: the id of a risk, control, activity, decision, finding, area, principle or gate, or a word of the context (tier, appetite, register, scope). A path may come before it."`
	Format string   `enum:"text,json" default:"text" help:"text or json."`
	when
	place
}

// Help shows how it is used.
func (whyCommand) Help() string {
	return `Examples:
  bulkhead why r1                       why the risk r1 stands as it does
  bulkhead why services/portal backup   why a control of another service stands as it does
  bulkhead why control:backup           where a risk or something else is called backup too
  bulkhead why tier                     why the service is of its tier`
}

func (k *whyCommand) Run(c *command) error {
	path, id := "", k.Args[len(k.Args)-1]
	switch len(k.Args) {
	case 1:
	case 2:
		path = k.Args[0]
	default:
		return fault.New(fault.Invalid, "expected a path and an id, or an id alone; found %d words", len(k.Args))
	}
	checked, err := app.Check(k.where(path), k.moment(c))
	if err != nil {
		return err
	}
	var found []report.Why
	for _, p := range checked.Postures {
		found = append(found, report.Explain(p, id)...)
	}
	if len(found) == 0 {
		return fault.New(fault.NotFound, "there is nothing called %q%s", id, nearest(checked.Postures, id))
	}
	if k.Format == "json" {
		return report.JSON(c.Out, found)
	}
	return report.Tree(c.Out, found, c.style(false))
}

func nearest(postures []*assess.Posture, id string) string {
	if near := report.Nearest(postures, id); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; `bulkhead check --all` lists everything"
}
