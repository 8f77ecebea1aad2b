package cli

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type importCommand struct {
	Args   []string `arg:"" name:"[format] file" help:"The file; the format that it is in may come before it."`
	Out    string   `help:"Write the service file to a file that is not there yet, and not to the standard output." placeholder:"FILE"`
	ID     string   `name:"id" help:"A short name for the service; as the file has it, where it is not said." placeholder:"ID"`
	Name   string   `help:"What people call it; as the file has it, where it is not said." placeholder:"TEXT"`
	Phase  string   `answers:"phase" help:"The phase that it is in, such as alpha or live." placeholder:"PHASE"`
	Format string   `enum:"text,json" default:"text" help:"How what came of it is told: text, for people; json, for programs, on the standard output beside --out." placeholder:"FORMAT"`
	place
}

// Help shows how it is used.
func (importCommand) Help() string {
	return `What the file does not say is left out, and so unknown. What could not be carried over is told, with the questions whose answers matter most.

Formats; where none is said, or auto, the file itself tells:
` + designFormats(false) + `
Examples:
  bulkhead import threagile.yaml                        to the standard output
  bulkhead import threagile.yaml --out bulkhead.yaml    to a file
  bulkhead import otm design.json --out bulkhead.yaml --phase alpha`
}

// designFormats lists the formats of designs, those that are written only or all.
func designFormats(written bool) string {
	text := ""
	for _, f := range exchange.Designs() {
		if f.Write != nil || !written {
			text += fmt.Sprintf("  %-14s%s\n", f.Name, f.Title)
		}
	}
	return text
}

func (k *importCommand) Run(c *command) error {
	format, file := "", k.Args[len(k.Args)-1]
	switch len(k.Args) {
	case 1:
	case 2:
		format = k.Args[0]
	default:
		return fault.New(fault.Invalid, "expected a format and a file, or a file alone; found %d words", len(k.Args))
	}
	if k.Format == "json" && k.Out == "" {
		return fault.New(fault.Invalid, "--format json tells what came of it on the standard output, so say with --out where the service file is to go")
	}
	public := app.InPipeline(c.Env("CI"))
	if public && k.Out == "" {
		return fault.New(fault.Invalid, "nothing is shown, because this is a pipeline (CI is set) and a design may hold risks: write it to a file with --out FILE")
	}
	made, err := app.Import(k.where(filepath.Dir(k.Out)), format, file, app.Naming{ID: k.ID, Name: k.Name, Phase: k.Phase})
	if err != nil {
		return err
	}
	if k.Out == "" {
		if _, err := c.Out.Write(made.Text); err != nil {
			return unwritten(err)
		}
		c.imported(made, "", public)
		return nil
	}
	if err := made.Write(k.Out); err != nil {
		return err
	}
	if k.Format == "json" {
		return unwritten(report.JSON(c.Out, importTold(made, public)))
	}
	c.imported(made, k.Out, public)
	return nil
}

// importTold tells what came of an import, for programs.
func importTold(made *app.Imported, public bool) *report.Imported {
	told := &report.Imported{
		Bulkhead: "import/v1", Format: made.Format.Name, Service: string(made.Service.Service.ID), Carried: made.Carried(),
		Dropped: append([]string{}, made.Dropped...), Questions: append([]report.Asking{}, made.Questions...),
	}
	if public {
		told.Withheld, told.Dropped, told.Questions = counted(made), []string{}, []report.Asking{}
	}
	return told
}

// counted tells in counts what was left out and what is not known. It is for a pipeline, whose log others may read: both may
// speak of weaknesses.
func counted(made *app.Imported) string {
	return fmt.Sprintf("Only counts are shown, because this is a pipeline (CI is set): %s on what was not carried over, and %s that nobody has answered.",
		count(len(made.Dropped), "note"), count(len(made.Questions), "question"))
}

// imported tells people what came of an import. It goes to standard error: the result is the service file.
func (c *command) imported(made *app.Imported, out string, public bool) {
	w := c.Err
	c.wrap(w, "", "This was read as "+made.Format.Title+".")
	fmt.Fprintln(w, "\nCarried over")
	c.wrap(w, "  ", carried(made.Carried()))
	if public {
		fmt.Fprintln(w)
		c.wrap(w, "", counted(made))
	} else {
		c.listed(w, "Not carried over, or only in part", made.Dropped)
		c.asked(w, made.Questions, out)
	}
	fmt.Fprintln(w)
	if made.Undated {
		c.wrap(w, "", "Nobody has said the phase, so it is live there, of which the most is asked; --phase says another.")
	}
	if out == "" {
		return
	}
	c.wrap(w, "", out+" is written. It is a draft, and nothing in it is proof: read it, and correct what is not so.")
	fmt.Fprintf(w, "\nNext: %s\n", printable("bulkhead check "+argument(out)))
}

// listed tells some sentences below a heading, if there are any.
func (c *command) listed(w io.Writer, heading string, sentences []string) {
	if len(sentences) == 0 {
		return
	}
	fmt.Fprintln(w, "\n"+heading)
	for _, s := range sentences {
		c.wrap(w, "  - ", s)
	}
}

// asked tells the questions on which most threats hang, and where the answer is said.
func (c *command) asked(w io.Writer, questions []report.Asking, file string) {
	const few = 10
	if len(questions) == 0 {
		return
	}
	fmt.Fprintln(w, "\nWhat nobody has said yet (until somebody does, the worse answer counts)")
	for _, q := range questions[:min(few, len(questions))] {
		c.wrap(w, "  ? ", fmt.Sprintf("%s (%s)", q.Text, count(q.Threats, "threat")))
		c.wrap(w, "    ", q.Ref)
	}
	if more := len(questions) - few; more > 0 {
		c.wrap(w, "  ", fmt.Sprintf("and %d more, on none of which more threats hang", more))
	}
	fmt.Fprintln(w)
	c.wrap(w, "", "To answer, write below the place named, or use:")
	fmt.Fprintf(w, "  %s\n", printable("bulkhead set "+argument(cmp.Or(file, "FILE"))+" PLACE ANSWER"))
}

// carried tells how much of each kind there is.
func carried(n report.Carried) string {
	var parts []string
	for _, k := range []struct {
		n         int
		one, many string
	}{
		{n.Components, "component", "components"},
		{n.Flows, "flow", "flows"},
		{n.Data, "kind of data", "kinds of data"},
		{n.Zones, "zone", "zones"},
		{n.Runtimes, "runtime", "runtimes"},
		{n.Identities, "identity", "identities"},
		{n.Risks, "risk", "risks"},
		{n.Controls, "control", "controls"},
		{n.Assumptions, "assumption", "assumptions"},
	} {
		switch k.n {
		case 0:
		case 1:
			parts = append(parts, "1 "+k.one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", k.n, k.many))
		}
	}
	if len(parts) == 0 {
		return "nothing but the name"
	}
	return strings.Join(parts, ", ")
}

// argument gives a path as it is typed.
func argument(path string) string {
	if strings.ContainsFunc(path, unicode.IsSpace) {
		return strconv.Quote(path)
	}
	return path
}
