package remote

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Record gives the exported record of a service: what `bulkhead verify` verifies with nothing else.
func (s *Server) Record(ctx context.Context, id string) ([]byte, error) {
	if _, err := ident.ParseID(id); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the service")
	}
	got, err := s.get(ctx, nil, nil, "services", id, "record")
	if err != nil {
		return nil, err
	}
	return got.body, nil
}
