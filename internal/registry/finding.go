package registry

import (
	"context"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Item is one thing in a posture.
type Item = store.Item

// Findings lists the open findings of a service after a reference, in order of it. Why tells all of one.
func (r *Registry) Findings(ctx context.Context, who Asker, id ident.ID, after string, limit int) ([]Item, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadFindings, v, err); err != nil {
		return nil, err
	}
	return r.store.Items(ctx, id, ident.KindFinding, after, limit)
}

// weaknesses are the members of a posture that tell of weaknesses one by one: for who may read the findings.
var weaknesses = []string{"findings", "threats", "archived", "paths", "actions"}

// bluntText gives a posture without its weaknesses to who may follow how far a service has come and not read its findings,
// and as it is to everybody else.
func (who Asker) bluntText(v store.Service, posture []byte) ([]byte, error) {
	if who.sees(access.ReadFindings, v.Unit, v.ID) || posture == nil {
		return posture, nil
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(posture, &whole); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a posture cannot be read back")
	}
	for _, name := range weaknesses {
		whole[name] = json.RawMessage(`null`)
	}
	return json.Marshal(whole)
}

// blunt does the same to a posture that was read.
func (who Asker) blunt(v store.Service, p *assess.Posture) {
	if !who.sees(access.ReadFindings, v.Unit, v.ID) {
		p.Findings, p.Threats, p.Archived, p.Paths, p.Actions = judge.Findings{}, nil, nil, nil, nil
	}
}
