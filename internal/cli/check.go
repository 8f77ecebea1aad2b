package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type checkCommand struct {
	Path    string `arg:"" optional:"" help:"A service file, a folder that holds one, or a folder of services; with --server the id of the service. This folder, where it is not said."`
	Format  string `enum:"text,json,markdown,sarif,junit" default:"text" help:"text, for people; json, for programs; markdown, for a comment on a change; sarif or junit, for tools that read results of scans or tests." placeholder:"FORMAT"`
	FailOn  string `default:"${default_fail_on}" help:"The rules that decide the exit code: a comma list of the names above. Where it is not said: ${default_fail_on}." placeholder:"RULES"`
	Against string `help:"What to compare with, for the rule regression: a git revision such as origin/main, a file or a folder." placeholder:"BASE"`
	All     bool   `help:"Show every item, not only those that need a look."`
	guard
	when
	place
	instead
}

// Help teaches how the exit code is to be read.
func (checkCommand) Help() string {
	var rules strings.Builder
	for _, r := range app.Rules() {
		fmt.Fprintf(&rules, "  %-17s%s\n", r.Name, r.Text)
	}
	return `Exit codes:
  0  nothing failed the rules asked for: not the same as secure
  1  something that the rules cover is definitely not met
  2  something that they cover cannot be judged, or the input is bad
  3  Bulkhead itself failed

Rules, for --fail-on:
` + rules.String() + `  gate:NAME        something stands in the way of the gate
  none             nothing

Examples:
  bulkhead check                             this folder
  bulkhead check services/                   every service below a folder
  bulkhead check --at 2027-01-01             if nothing is done until then
  bulkhead check --fail-on above-appetite    in a pipeline
  bulkhead check --format json | jq .risks   for a program
  bulkhead check --format markdown --out comment.md
  bulkhead check portal --server https://bulkhead.example.org`
}

func (k *checkCommand) Run(c *command) error {
	if k.Server != "" {
		return k.ask(c)
	}
	checked, err := app.Check(k.where(k.Path), k.moment(c))
	if err != nil {
		return err
	}
	var differs *app.Compared
	if k.Against != "" || app.Regresses(k.FailOn) {
		if differs, err = app.Against(k.where(k.Path), k.Against, k.moment(c), checked); err != nil {
			return err
		}
	}
	return k.tell(c, checked, differs, checked.Drift())
}

// tell writes how services stand, and ends as the rules have it.
func (k *checkCommand) tell(c *command, checked *app.Checked, differs *app.Compared, drifted []app.Drifted) error {
	failed, unjudged, err := app.FailOn(k.FailOn, checked.Postures, differs, drifted)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return k.write(w, c, checked, drifted) }
	if err := k.give(c, k.Format, write, checked); err != nil {
		return err
	}
	named := k.withheld(c, checked) == ""
	if k.Format != "text" || !named && k.Out == "" {
		c.drifted(c.Err, drifted, named)
	}
	told(c, "failed", failed, named)
	told(c, "cannot be judged", unjudged, named)
	switch {
	case len(failed) > 0:
		return exitError(1)
	case len(unjudged) > 0:
		return exitError(2)
	}
	return nil
}

func (k *checkCommand) write(w io.Writer, c *command, checked *app.Checked, drifted []app.Drifted) error {
	style := k.style(c, k.All)
	switch {
	case k.Format == "json" && checked.Many:
		return report.JSON(w, report.Postures{Bulkhead: "postures/v1", Postures: checked.Postures})
	case k.Format == "json":
		return report.JSON(w, checked.Postures[0])
	case k.Format == "markdown":
		return report.Markdown(w, checked.Postures, checked.About, checked.Zone)
	case k.Format == "sarif":
		return written(w)(report.SARIF(checked.Postures, checked.Place, version()))
	case k.Format == "junit":
		return written(w)(report.JUnit(checked.Postures, checked.Place))
	}
	if len(checked.Postures) > 1 {
		if err := report.Overview(w, checked.Postures, checked.Names, style); err != nil {
			return err
		}
	}
	for _, p := range checked.Postures {
		if len(checked.Postures) > 1 {
			fmt.Fprintf(w, "\n\n")
		}
		if err := report.Text(w, p, checked.Names[p.Service], checked.Zone, style); err != nil {
			return err
		}
	}
	c.drifted(w, drifted, true)
	return nil
}

// written writes what was made, unless it could not be made.
func written(w io.Writer) func([]byte, error) error {
	return func(text []byte, err error) error {
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	}
}

// told says on standard error which rules were not met, and by what where that may be named.
func told(c *command, how string, failures []app.Failure, named bool) {
	for _, f := range failures {
		what := f.What
		more := ""
		switch {
		case !named:
			what, more = nil, fmt.Sprintf("%d", len(f.What))
		case len(what) > 5:
			what, more = what[:5], fmt.Sprintf(" and %d more", len(f.What)-5)
		}
		fmt.Fprintf(c.Err, "%s: %s %s: %s%s\n", f.Service, f.Rule, how, strings.Join(what, ", "), more)
	}
}

type whyCommand struct {
	Args   []string `arg:"" name:"[path] id" help:"What to explain; a path may come before it, or with --server the id of a service."`
	Format string   `enum:"text,json" default:"text" help:"text, for people, or json, for programs." placeholder:"FORMAT"`
	guard
	when
	place
	instead
}

// Help shows how it is used.
func (whyCommand) Help() string {
	return `It explains whatever has an id: a risk, control, component, activity, area, finding, principle, statement, framework and requirement of one, supplier, obligation, decision, piece of evidence, gate or profile; and tier, appetite, register, scope and data-protection.

Examples:
  bulkhead why r1                      the risk r1
  bulkhead why services/portal backup  a control of another service
  bulkhead why control:backup          where a risk is called backup too
  bulkhead why secure-by-design/i3     a statement of a principle
  bulkhead why tier                    why the service is of its tier
  bulkhead why go-live                 what stands in the way of a gate`
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
	if k.Server != "" {
		return k.ask(c, path, id)
	}
	checked, err := app.Judge(k.where(path), k.moment(c))
	if err != nil {
		return err
	}
	if err := k.refuse(c, checked); err != nil {
		return err
	}
	found, err := explained(checked, id)
	if err != nil {
		return err
	}
	return k.tell(c, checked, found)
}

// explained gives the reasons behind whatever is called so.
func explained(checked *app.Checked, id string) ([]report.Why, error) {
	var found []report.Why
	for _, p := range checked.Postures {
		found = append(found, report.Explain(p, id)...)
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "there is nothing called %s%s", id, nearest(checked.Postures, id))
	}
	return found, nil
}

func (k *whyCommand) tell(c *command, checked *app.Checked, found []report.Why) error {
	for i := range found {
		found[i].Locate(checked.Place, checked.Record)
	}
	return k.give(c, k.Format, func(w io.Writer) error {
		if k.Format == "json" {
			return report.JSON(w, found)
		}
		return report.Tree(w, found, k.style(c, false))
	}, checked)
}

func nearest(postures []*assess.Posture, id string) string {
	if near := report.Nearest(postures, id); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; `bulkhead check --all` lists everything"
}
