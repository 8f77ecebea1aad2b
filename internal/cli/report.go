package cli

import (
	"io"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

type reportCommand struct {
	Path   string `arg:"" optional:"" help:"A service file, or a folder that holds one. This folder, where it is not said."`
	Format string `enum:"markdown,html" default:"markdown" help:"markdown, or html: one page that can be printed." placeholder:"FORMAT"`
	guard
	when
	place
}

// Help shows how it is used.
func (reportCommand) Help() string {
	return `It is for the person who answers for the service: what stands and what does not, what is asked of them, what is claimed beside what is shown, what comes by itself, what to do next, what is not known, and how it was judged.

Examples:
  bulkhead report --format html --out pack.html   to print, or to send
  bulkhead report services/portal --out pack.md   to keep beside the service
  bulkhead report --at 2027-01-01                 on a later day`
}

func (k *reportCommand) Run(c *command) error {
	checked, err := app.CheckOne(k.where(k.Path), k.moment(c))
	if err != nil {
		return err
	}
	return k.give(c, k.Format, func(w io.Writer) error {
		posture := checked.Postures[0]
		pack := report.DecisionPack(posture, checked.About(posture.Service), checked.Zone)
		text := document.Markdown(pack, 1)
		if k.Format == "html" {
			text = document.HTML(pack)
		}
		_, err := io.WriteString(w, text)
		return err
	}, checked)
}
