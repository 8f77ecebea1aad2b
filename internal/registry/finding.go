package registry

import (
	"context"
	"encoding/json"
	"slices"

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
	var p assess.Posture
	if err := readPosture(posture, &p); err != nil {
		return nil, err
	}
	who.blunt(v, &p)
	text, err := json.Marshal(&p)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a posture cannot be written")
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "a posture cannot be read back")
	}
	for _, name := range weaknesses {
		whole[name] = json.RawMessage(`null`)
	}
	return json.Marshal(whole)
}

// blunt takes them out of a posture that was read, and whatever else in it names one.
func (who Asker) blunt(v store.Service, p *assess.Posture) {
	if who.sees(access.ReadFindings, v.Unit, v.ID) {
		return
	}
	p.Findings, p.Threats, p.Archived, p.Paths, p.Actions = judge.Findings{}, nil, nil, nil, nil
	p.Changes = slices.DeleteFunc(p.Changes, func(c judge.Change) bool { return isWeakness(c.ID) })
	p.Decisions = slices.DeleteFunc(p.Decisions, func(d judge.Decision) bool { return slices.ContainsFunc(d.Subject, isWeakness) })
	names := func(o judge.Obstacle) bool { return isWeakness(o.ID) }
	for i := range p.Gates {
		p.Gates[i].InTheWay = slices.DeleteFunc(p.Gates[i].InTheWay, names)
	}
	for i := range p.Profiles {
		p.Profiles[i].InTheWay = slices.DeleteFunc(p.Profiles[i].InTheWay, names)
	}
	for i := range p.Evidence {
		p.Evidence[i].Uses = slices.DeleteFunc(p.Evidence[i].Uses, isWeakness)
	}
}

// isWeakness says whether a reference names a weakness.
func isWeakness(ref ident.Ref) bool {
	return ref.Kind == ident.KindFinding || ref.Kind == ident.KindThreat
}
