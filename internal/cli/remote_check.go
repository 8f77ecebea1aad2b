package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/remote"
)

// posture asks a server for the posture of a service: the newest, or that of the moment that was said.
func (i *instead) posture(c *command, w when, here place, said string) (*remote.Server, *remote.Posture, error) {
	s, id, err := i.service(c, here, said)
	if err != nil {
		return nil, nil, err
	}
	var at func(civil.Zone) (civil.Instant, error)
	if w.At != "" {
		at = w.moment(c)
	}
	p, err := s.Posture(c.ctx(), id, at)
	if err == nil && p.Pending {
		fmt.Fprintf(c.Err, "%s: something changed that this does not show yet: the server is still judging it\n", id)
	}
	return s, p, err
}

// service gives the server, and the id of the service there. A server goes by its own organisation file.
func (i *instead) service(c *command, here place, said string) (*remote.Server, string, error) {
	if here.Organisation != "" {
		return nil, "", fault.New(fault.Invalid, "--organisation: a server goes by the organisation file that it has; leave it out, or leave out --server")
	}
	id, err := serviceID(said)
	if err != nil {
		return nil, "", err
	}
	s, err := i.server(c)
	return s, id, err
}

// look gives the server, the id of the service there, and how the service stands without being judged.
func (i *instead) look(c *command, here place, said string) (*remote.Server, string, *app.Checked, error) {
	s, id, err := i.service(c, here, said)
	if err != nil {
		return nil, "", nil, err
	}
	there, err := s.Look(c.ctx(), id)
	if err != nil {
		return nil, "", nil, err
	}
	checked, err := there.Checked()
	return s, id, checked, err
}

// ask tells how a service stands at a server, as the command does of files here.
func (k *checkCommand) ask(c *command) error {
	switch {
	case k.Against != "" || app.Regresses(k.FailOn):
		return fault.New(fault.Invalid, "with --server there is nothing to compare with: leave out --against and the rule regression, or check the files here")
	case app.Drifts(k.FailOn):
		return fault.New(fault.Invalid, "the rule drift compares with files here: leave it out, or leave out --server")
	}
	_, p, err := k.posture(c, k.when, k.place, k.Path)
	if err != nil {
		return err
	}
	checked, err := p.Checked()
	if err != nil {
		return err
	}
	return k.tell(c, checked, nil, nil)
}

// ask tells the reasons behind a status at a server, as the command does of files here.
func (k *whyCommand) ask(c *command, service, id string) error {
	s, p, err := k.posture(c, k.when, k.place, service)
	if err != nil {
		return err
	}
	checked, err := p.Checked()
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
	if err := s.Records(c.ctx(), &p.Received, string(p.Posture.Service), found); err != nil {
		return err
	}
	if checked, err = p.Checked(); err != nil { // with what the records say of themselves
		return err
	}
	return k.tell(c, checked, found)
}
