package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/remote"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type servicesCommand struct {
	Format string `enum:"text,json" default:"text" help:"text, for people, or json, for programs." placeholder:"FORMAT"`
	asked
}

// Help shows how it is used.
func (servicesCommand) Help() string {
	return `Only those that the token may see are listed. Names of risks and weaknesses are not in it.

Example:
  bulkhead services --server https://bulkhead.example.org`
}

func (k *servicesCommand) Run(c *command) error {
	s, err := k.server(c)
	if err != nil {
		return err
	}
	lines, raw, err := s.Services(c.ctx())
	if err != nil {
		return err
	}
	if k.Format == "json" {
		return unwritten(report.JSON(c.Out, struct {
			Items []json.RawMessage `json:"items"`
		}{append([]json.RawMessage{}, raw...)}))
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(c.Out, "There are no services here that this token may see.")
		return unwritten(err)
	}
	longest := len(slices.MaxFunc(lines, func(a, b remote.Line) int { return len(a.ID) - len(b.ID) }).ID)
	for i := range lines {
		fmt.Fprintf(c.Out, "%-*s  %s\n%-*s  %s\n", longest, lines[i].ID, printable(lines[i].Name), longest, "", stands(&lines[i]))
	}
	return nil
}

// stands says in a line how a service stands.
func stands(l *remote.Line) string {
	out := counts(l)
	switch {
	case l.Retired != "":
		return "retired on " + dayOf(l.Retired) + "; before that: " + out
	case l.Failing != "":
		return "since " + dayOf(l.Failing) + " it cannot be judged: the log of the server says why; before that: " + out
	case l.Pending && l.Judged != "":
		return out + "; being judged again"
	}
	return out
}

// counts gives the counts of the newest posture, or says why there are none.
func counts(l *remote.Line) string {
	switch {
	case l.Judged != "":
		n := &l.Summary.Counts
		return fmt.Sprintf("risks %d of %d above, controls %d of %d failing, %s overdue", n.Risks.Above, n.Risks.All, n.Controls.Failing, n.Controls.All, count(n.Findings.Overdue, "finding"))
	case l.Number == 0:
		return "nothing is said of it yet"
	}
	return "not judged yet"
}

// dayOf gives the day of a time as a server writes it.
func dayOf(time string) string {
	day, _, _ := strings.Cut(time, "T")
	return printable(day)
}
