package cli

import (
	"fmt"
	"io"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

// drifted tells where the models of services and the files that they are built from differ: the first few, or only how
// many where nothing may be named.
func (c *command) drifted(w io.Writer, all []app.Drifted, named bool) {
	for _, d := range all {
		if len(d.Differs)+len(d.Unread) == 0 {
			continue
		}
		of := ""
		if len(all) > 1 {
			of = ": " + string(d.Service)
		}
		if !named {
			fmt.Fprintf(w, "The model and the repository differ%s: %s, and %s that cannot be compared\n", of, count(len(d.Differs), "difference"), count(len(d.Unread), "file"))
			continue
		}
		heading := "The model and the repository differ"
		if len(d.Differs) == 0 {
			heading = "The model and the repository could not be compared"
		}
		fmt.Fprintln(w, "\n"+heading+of)
		c.differs(w, d)
	}
}

// differs tells the first few differences, and why some files were not compared.
func (c *command) differs(w io.Writer, d app.Drifted) {
	const few = 10
	for _, x := range d.Differs[:min(few, len(d.Differs))] {
		c.wrap(w, "  ~ ", x.Sentence())
	}
	if more := len(d.Differs) - few; more > 0 {
		fmt.Fprintf(w, "  and %d more\n", more)
	}
	for _, u := range d.Unread[:min(few, len(d.Unread))] {
		c.wrap(w, "  ? ", u.File+" was not compared: "+u.Why)
	}
	if more := len(d.Unread) - few; more > 0 {
		fmt.Fprintf(w, "  and %s more that were not compared\n", count(more, "file"))
	}
}
