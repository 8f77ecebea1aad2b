package cli

import (
	"bytes"
	"io"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// guard is where a result goes, of a command that shows risks, findings, paths or other weaknesses. In a pipeline it is
// shown in counts only, unless the team said that its log may show it: app.Withheld decides.
type guard struct {
	Show bool   `help:"Show all in a pipeline too, where there are counts only unless the service file says otherwise."`
	Out  string `help:"Write the result to a file, and not to the standard output." placeholder:"FILE"`
}

// withheld says why what is told about services may only be counts; empty where it may be all. It is for what goes to the
// standard error, which is in the log whatever becomes of the result.
func (g *guard) withheld(c *command, about ...*app.Checked) string {
	if g.Show {
		return ""
	}
	return app.Withheld(c.Env("CI"), about...)
}

// give writes a result where it is to go: all of it to a file, or to the standard output where it may stand there. Where it
// may not, it writes the counts of the last of the services that it is about, in a format that has a form for them; of
// any other format there is nothing to be had but by --out or --show.
func (g *guard) give(c *command, format string, write func(io.Writer) error, about ...*app.Checked) error {
	last := about[len(about)-1]
	if g.Out != "" {
		var text bytes.Buffer
		if err := write(&text); err != nil {
			return unwritten(err)
		}
		return app.Write(g.Out, text.Bytes(), about...)
	}
	why := g.withheld(c, about...)
	if why == "" {
		return unwritten(write(c.Out))
	}
	counts := report.Withhold(last.Postures, "Only counts are shown, "+why)
	switch format {
	case "json":
		return unwritten(report.JSON(c.Out, counts))
	case "text":
		return unwritten(report.CountsText(c.Out, counts, last.Zone, c.style(false)))
	case "markdown":
		return unwritten(report.CountsMarkdown(c.Out, counts, last.Zone))
	}
	return fault.New(fault.Invalid, "%s", "nothing is shown, "+why)
}

// refuse is for a command whose whole answer is about a weakness, so that no counts of it would say anything.
func (g *guard) refuse(c *command, about ...*app.Checked) error {
	if why := g.withheld(c, about...); why != "" && g.Out == "" {
		return fault.New(fault.Invalid, "%s", "nothing is shown, "+why)
	}
	return nil
}

// style says how a result is written: never in colour to a file.
func (g *guard) style(c *command, all bool) report.Style {
	s := c.style(all)
	s.Colour = s.Colour && g.Out == ""
	return s
}

func unwritten(err error) error {
	if err == nil || fault.KindOf(err) != fault.Internal {
		return err
	}
	return fault.Wrap(fault.Internal, err, "the result could not be written")
}
