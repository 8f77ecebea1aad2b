package app

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Exported is a service in somebody else's format of designs.
type Exported struct {
	Format exchange.DesignFormat
	Text   []byte
	Lost   []string // sentences: what the format cannot say
}

// Export writes the one service at a place in the format of that name.
func Export(where Where, format string) (*Checked, *Exported, error) {
	f, err := exchange.DesignNamed(format)
	if err != nil {
		return nil, nil, err
	}
	if f.Write == nil {
		return nil, nil, fault.New(fault.Invalid, "%s is only read; a service can be written as %s", f.Name, strings.Join(writable(), " or "))
	}
	looked, err := Look(where)
	if err != nil {
		return nil, nil, err
	}
	if looked.Many {
		return nil, nil, manyServices(where)
	}
	out := &Exported{Format: f}
	for _, s := range looked.Services {
		out.Text, out.Lost = f.Write(s)
		if err := readable(f, s, out.Text); err != nil {
			return nil, nil, err
		}
	}
	return looked, out, nil
}

// readable checks that what was written can be read again, with as many components and flows.
func readable(f exchange.DesignFormat, s *model.Service, text []byte) error {
	back, err := f.Read(text, exchange.Default())
	if err != nil {
		return fault.Wrap(fault.Internal, err, "what was written as %s cannot be read again, so it is not given", f.Name)
	}
	if was, is := &s.Architecture, &back.Service.Architecture; len(was.Components) != len(is.Components) || len(was.Flows) != len(is.Flows) {
		return fault.New(fault.Internal, "what was written as %s has not all components and flows, so it is not given", f.Name)
	}
	return nil
}

// writable names the formats that a service can be written in.
func writable() (names []string) {
	for _, f := range exchange.Designs() {
		if f.Write != nil {
			names = append(names, f.Name)
		}
	}
	return names
}
