package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/remote"
)

type applyCommand struct {
	Path       string `arg:"" optional:"" default:"." help:"The service file, or the folder that holds it. This folder, where it is not said."`
	Repository string `help:"The address of the repository; what the service file says under repository, where it is not said." placeholder:"URL"`
	Folder     string `help:"The folder of the service in the repository, where it is not at its top." placeholder:"DIR"`
	Commit     string `help:"The commit that the file is of." placeholder:"ID"`
	Note       string `help:"A sentence for the record." placeholder:"TEXT"`
	DryRun     bool   `help:"Say what would change, and change nothing."`
	Register   bool   `help:"Register the service where it is not there yet; --unit says in which unit."`
	Unit       string `help:"The unit that a new service belongs to; what the service file says, where it is not said." placeholder:"ID"`
	Show       bool   `help:"Name what changed in a pipeline too, where it is only counted unless the service file says otherwise."`
	asked
}

// Help shows how it is used.
func (applyCommand) Help() string {
	return `The server has to know the service as one that is kept in this repository; --register tells it so. To bring the same again changes nothing.

Exit codes:
  0  the server has the file, or would take it
  1  the server refused the change: it is not allowed, or changed meanwhile
  2  the file is wrong, or there is no such server, token or service
  3  Bulkhead itself failed

Examples:
  bulkhead apply --server https://bulkhead.example.org --commit "$COMMIT"
  bulkhead apply services/portal --dry-run
  bulkhead apply --register --unit benefits        the first time`
}

func (k *applyCommand) Run(c *command) error {
	documents, err := app.ReadDocuments(k.Path)
	if err != nil {
		return err
	}
	about := &documents.Service.Service
	a := remote.Applying{
		Documents: documents, Commit: k.Commit, Note: k.Note, DryRun: k.DryRun,
		Repository: remote.Repository{Address: k.Repository, Folder: k.Folder},
	}
	if a.Repository.Address == "" {
		a.Repository.Address = about.Repository.Location
	}
	if a.Repository.Address == "" {
		return fault.New(fault.Invalid, "say which repository this is: --repository, or `repository: {location: ...}` under `service` in the service file")
	}
	switch {
	case k.Register && k.Unit != "" && about.Unit != "" && k.Unit != string(about.Unit):
		return fault.New(fault.Invalid, "--unit %s: the service file says that the service belongs to the unit %s; correct one of them", k.Unit, about.Unit)
	case k.Register && k.Unit != "":
		a.Register = k.Unit
	case k.Register && about.Unit != "":
		a.Register = string(about.Unit)
	case k.Register:
		return fault.New(fault.Invalid, "--register: say which unit the service belongs to (--unit)")
	case k.Unit != "":
		return fault.New(fault.Invalid, "--unit is for a new service: add --register")
	}
	s, err := k.server(c)
	if err != nil {
		return err
	}
	applied, err := s.Apply(c.ctx(), a)
	if applied != nil && applied.Registered && !k.DryRun {
		fmt.Fprintf(c.Err, "%s: registered in %s\n", about.ID, a.Register)
	}
	if err != nil {
		return c.refused(k.explained(err, string(about.ID), s.Address()))
	}
	k.tell(c, documents, applied)
	return nil
}

// explained says what to do where the server has no such service.
func (k *applyCommand) explained(err error, id, server string) error {
	if fault.KindOf(err) == fault.NotFound && !k.Register {
		return fault.New(fault.NotFound, "there is no service %s at %s that this token may see: if it is new there, add --register --unit UNIT", id, server)
	}
	return err
}

// tell says what changed. Where that may not stand in a log, it is only counted.
func (k *applyCommand) tell(c *command, documents *app.Documents, applied *remote.Applied) {
	id := documents.Service.Service.ID
	would := ""
	if k.DryRun {
		would = "would be "
	}
	switch {
	case applied.Registered && k.DryRun:
		fmt.Fprintf(c.Out, "%s: would be registered, as revision 1\n", id)
		return
	case applied.Same:
		fmt.Fprintf(c.Out, "%s: nothing changed since revision %d\n", id, applied.Revision)
		return
	case len(applied.Changes) == 0:
		fmt.Fprintf(c.Out, "%s: %srevision %d\n", id, would, applied.Revision)
		return
	}
	fmt.Fprintf(c.Out, "%s: %srevision %d, %s\n", id, would, applied.Revision, count(len(applied.Changes), "change"))
	if !k.Show && app.InPipeline(c.Env("CI")) && !app.Published(documents.Service) {
		return
	}
	for _, change := range applied.Changes {
		path := printable(change.Path)
		switch change.Op {
		case "add":
			fmt.Fprintf(c.Out, "  + %s: %s\n", path, side(change.Is))
		case "remove":
			fmt.Fprintf(c.Out, "  - %s: was %s\n", path, side(change.Was))
		default:
			fmt.Fprintf(c.Out, "  ~ %s: %s (was %s)\n", path, side(change.Is), side(change.Was))
		}
	}
}
