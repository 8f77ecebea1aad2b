package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// comparison is what the commands share that show what differs.
type comparison struct {
	Format string `enum:"text,json,markdown" default:"text" help:"text, for people, json, for programs, or markdown, for a comment on a pull request." placeholder:"FORMAT"`
	FailOn string `enum:"regression,none" default:"none" help:"regression: exit with 1 when anything is worse." placeholder:"RULE"`
	All    bool   `help:"Show everything that differs, not only the first of each kind."`
	guard
	when
	place
}

func (k *comparison) write(c *command, compared *app.Compared, before, after string) error {
	told := &report.Comparison{
		Bulkhead: impact.Version, At: compared.At, Marking: report.Markings(slices.Concat(compared.Before.Postures, compared.After.Postures)), Before: before, After: after,
		Differences: compared.Differences, Names: compared.Names, Blasts: compared.Blasts, Of: compared.Of,
	}
	write := func(w io.Writer) error { return k.tell(w, compared, told, k.style(c, k.All)) }
	if err := k.give(c, k.Format, write, compared.Before, compared.After); err != nil {
		return err
	}
	if k.FailOn == "regression" && compared.Worse() {
		fmt.Fprintln(c.Err, "regression failed: something is worse than before")
		return exitError(1)
	}
	return nil
}

func (k *comparison) tell(w io.Writer, compared *app.Compared, told *report.Comparison, style report.Style) error {
	switch k.Format {
	case "json":
		return report.JSON(w, told)
	case "markdown":
		_, err := io.WriteString(w, document.Markdown(report.DifferenceDocument(told, compared.Zone), 2))
		return err
	}
	return report.DifferenceText(w, told, compared.Zone, style)
}

type diffCommand struct {
	A    string `arg:"" help:"How it was: a file, a folder, or a git revision such as HEAD~1 or origin/main."`
	B    string `arg:"" optional:"" help:"How it is: the same. The folder --path, where it is not said."`
	Path string `default:"." help:"The file or folder of which revisions are compared. This folder, where it is not said." placeholder:"PATH"`
	comparison
}

// Help shows how it is used.
func (diffCommand) Help() string {
	return `Both are judged at one moment, with the evidence and the decisions that each holds. It tells what is worse and better, what has become due, and which decisions no longer hold and because of which field.

Examples:
  bulkhead diff origin/main                       what this branch changes
  bulkhead diff HEAD~1 HEAD --path services       what the last commit changed
  bulkhead diff before/ after/                    two folders
  bulkhead diff origin/main --fail-on regression  in a pipeline
  bulkhead diff origin/main --format markdown     for a pull request`
}

func (k *diffCommand) Run(c *command) error {
	b := k.B
	if b == "" {
		b = k.Path
	}
	compared, err := app.Diff(k.where(k.Path), k.A, b, k.moment(c))
	if err != nil {
		return err
	}
	return k.write(c, compared, k.A, b)
}

type whatIfCommand struct {
	Path       string     `arg:"" optional:"" help:"A service file, a folder that holds one, or a folder of services. This folder, where it is not said."`
	Without    []ident.ID `help:"A control that is lost." placeholder:"ID"`
	With       []ident.ID `help:"A control that is put in place and shown to work." placeholder:"ID"`
	Compromise []ident.ID `help:"A component, identity, runtime or supplier that is in an attacker's hands." placeholder:"ID"`
	Evidence   []string   `help:"A file of results or records that is handed in." placeholder:"FILE"`
	Service    ident.ID   `help:"The service that is meant, in a folder of several." placeholder:"ID"`
	comparison
}

// Help shows how it is used.
func (whatIfCommand) Help() string {
	return `What would follow is told beside what is, and nothing is recorded. In a folder of services it shows what would follow for those too that rest on the service.

Examples:
  bulkhead what-if --without backup            if the control were lost
  bulkhead what-if --with backup               if it were shown to work
  bulkhead what-if --compromise web            if an attacker had it
  bulkhead what-if --evidence results.xml      if these results were handed in
  bulkhead what-if --with backup --at 2027-01-01
  bulkhead what-if services --service platform --without backup`
}

func (k *whatIfCommand) Run(c *command) error {
	s := judge.Supposition{Without: k.Without, With: k.With, Compromised: k.Compromise}
	if len(k.Without)+len(k.With)+len(k.Compromise)+len(k.Evidence) == 0 {
		return fault.New(fault.Invalid, "say what is to be supposed: --without ID, --with ID, --compromise ID or --evidence FILE")
	}
	compared, err := app.Suppose(k.where(k.Path), s, k.Evidence, k.Service, k.moment(c))
	if err != nil {
		return err
	}
	return k.write(c, compared, "the posture as it is", "What would follow")
}
