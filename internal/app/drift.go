package app

import (
	"errors"

	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/exchange/drift"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
)

// drifting is the rule that compares a model with the files that the service is built from.
const drifting = "drift"

// maxBuiltFrom is how many files of a service are compared with its model.
const maxBuiltFrom = 50

// Drifted is what the model of a service and the files that it is built from do not agree on.
type Drifted struct {
	Service ident.ID
	Differs []drift.Drift
	Unread  []Unread // files that could not be compared
	None    bool     // no file is named
}

// Unread is a file that could not be compared, and why.
type Unread struct{ File, Why string }

// Drift compares each service with the files that it says it is built from: those below its own folder, read within bounds
// and through no link. It is no part of the posture, which follows from its inputs alone.
func (c *Checked) Drift() (out []Drifted) {
	for _, p := range c.Postures {
		service := c.Services[p.Service]
		files := service.Service.Repository.BuiltFrom
		d := Drifted{Service: p.Service, None: len(files) == 0}
		if seen := d.read(c.homes[p.Service], files); len(seen) > 0 {
			d.Differs = drift.Compare(service, seen...)
		}
		out = append(out, d)
	}
	return out
}

// read reads the files that a service is built from.
func (d *Drifted) read(home string, files []string) (seen []drift.Seen) {
	room := int64(exchange.Default().Bytes) // for all of them together
	for i, name := range files {
		if i == maxBuiltFrom {
			d.Unread = append(d.Unread, Unread{name, "too many files are named, so this and those after it are not compared"})
			break
		}
		source, err := folder.Within(home, name, room)
		if err == nil {
			room -= int64(len(source.Text))
			var design exchange.Design
			if design, err = exchange.ReadDesign(exchange.Auto, name, source.Text); err == nil {
				seen = append(seen, drift.Seen{File: name, Design: design})
				continue
			}
		}
		d.Unread = append(d.Unread, Unread{name, why(err)})
	}
	return seen
}

// why gives what is wrong with a file, without its name.
func why(err error) string {
	f, is := errors.AsType[*fault.Error](err)
	if !is {
		return err.Error()
	}
	if len(f.Fields) == 0 {
		return f.Text
	}
	at := f.Fields[0]
	at.File = ""
	return at.String()
}

// drifts gives what fails the rule: what differs, and which files could not be compared. A service that names no file
// cannot be judged by it.
func drifts(all []Drifted) (failed, unjudged []Failure) {
	for _, d := range all {
		var differs, unread []string
		for i := range d.Differs {
			differs = append(differs, d.Differs[i].Name)
		}
		for _, u := range d.Unread {
			unread = append(unread, u.File)
		}
		if d.None {
			unread = append(unread, "no file is named under service.repository.built_from")
		}
		if len(differs) > 0 {
			failed = append(failed, Failure{string(d.Service), drifting, differs})
		}
		if len(unread) > 0 {
			unjudged = append(unjudged, Failure{string(d.Service), drifting, unread})
		}
	}
	return failed, unjudged
}
