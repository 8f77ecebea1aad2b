package remote

import (
	"context"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

// Bounds of one request with records.
const (
	batchRecords = 500
	batchBytes   = 8 << 20
)

// AddEvidence hands in what was observed of a service: results of tools, or records as they are. Each is stamped with the
// digest of what it covers in the service file that the server has. What is wrong with any of it is found before
// anything is sent; what is sent goes in parts, each of which is kept whole or not at all.
func (s *Server) AddEvidence(ctx context.Context, service string, files []string, said app.Observation, now civil.Instant) ([]app.Added, error) {
	c, err := s.caseOf(ctx, service)
	if err != nil {
		return nil, err
	}
	all, err := c.Observed(files, said, now)
	if err != nil {
		return nil, err
	}
	records := make([]json.RawMessage, len(all))
	for i := range all {
		all[i].File = service + "/evidence:" + string(all[i].Record.ID)
		if records[i], err = ident.Canon(&all[i].Record); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "the record %s cannot be written", all[i].Record.ID)
		}
	}
	for from := 0; from < len(all); {
		to := batch(records, from)
		if err := s.sendEvidence(ctx, service, records[from:to], all[from:to]); err != nil {
			return all[:from], err
		}
		from = to
	}
	return all, nil
}

// batch gives where the part ends that is sent next.
func batch(records []json.RawMessage, from int) (to int) {
	size := 0
	for to = from; to < len(records) && to < from+batchRecords; to++ {
		if size += len(records[to]); size > batchBytes && to > from {
			break
		}
	}
	return to
}

func (s *Server) sendEvidence(ctx context.Context, service string, records []json.RawMessage, all []app.Added) error {
	var kept struct {
		Items []struct {
			ID      string `json:"id"`
			Already bool   `json:"already"`
		} `json:"items"`
	}
	if _, err := s.post(ctx, map[string]any{"records": records}, &kept, nil, "services", service, "evidence"); err != nil {
		return err
	}
	if len(kept.Items) != len(all) {
		return s.strange(200)
	}
	for i := range all {
		all[i].Already = kept.Items[i].Already
	}
	return nil
}
