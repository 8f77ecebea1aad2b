package remote

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// caseOf gives a service as the server has it, with the library that is in force there.
func (s *Server) caseOf(ctx context.Context, id string) (*app.Case, error) {
	v, err := s.Service(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "there is no service %s at %s that this token may read; a token that names what it may do needs read-service too, since evidence is stamped with what it covers", id, s.base)
	}
	if err != nil {
		return nil, err
	}
	files, err := v.sources()
	if err != nil {
		return nil, err
	}
	home, err := app.NewHome(nil, schema.Source{}, nil)
	if err != nil {
		return nil, err
	}
	return home.CaseOf(files)
}
