package registry

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Recorded says what became of one record of evidence.
type Recorded struct {
	ID      ident.ID
	Already bool // the same record was there
	Written store.Written
}

// evidenceMost is how many records are taken in one request.
const evidenceMost = 1000

// RecordEvidence keeps records of evidence: all of them or none. A record that is there already, word for word, is told
// so and not kept twice; another record of the same id is refused. The posture is judged again in the background.
func (r *Registry) RecordEvidence(ctx context.Context, who Asker, id ident.ID, sent []evidence.Record) ([]Recorded, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.RecordEvidence, v, err); err != nil {
		return nil, err
	}
	if len(sent) == 0 || len(sent) > evidenceMost {
		return nil, fault.New(fault.Invalid, "send from 1 to %d records at once", evidenceMost)
	}
	fresh := make([]json.RawMessage, len(sent))
	ids := make([]ident.ID, len(sent))
	enc := r.encoder()
	defer r.learnt.Put(enc)
	for i := range sent {
		if fresh[i], err = who.admitted(&sent[i], enc); err != nil {
			return nil, err
		}
		ids[i] = sent[i].ID
	}
	if twice := repeated(ids); twice != "" {
		return nil, fault.New(fault.Invalid, "the id %s stands for two of the records that were sent: give each its own", twice)
	}
	out, err := r.already(ctx, id, ids, fresh)
	if err != nil {
		return nil, err
	}
	return out, r.keepEvidence(ctx, who, id, out, fresh)
}

// admitted checks a record and gives its canonical form.
func (who Asker) admitted(e *evidence.Record, enc *ident.Encoder) (json.RawMessage, error) {
	if err := evidence.Validate(e); err != nil {
		return nil, err
	}
	if err := who.ground.home.Admits(e.Classification); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the evidence %s", e.ID)
	}
	text, err := enc.Canon(e)
	if err != nil {
		return nil, unreadable(err)
	}
	return text, nil
}

func repeated(ids []ident.ID) ident.ID {
	sorted := slices.Sorted(slices.Values(ids))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i]
		}
	}
	return ""
}

// already tells records that are sent again from new ones.
func (r *Registry) already(ctx context.Context, service ident.ID, ids []ident.ID, fresh []json.RawMessage) ([]Recorded, error) {
	have, err := r.store.Have(ctx, service, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Recorded, len(ids))
	for i, id := range ids {
		out[i].ID = id
		body, there := have[id]
		if !there {
			continue
		}
		content, err := r.store.Body(ctx, body)
		if err != nil {
			return nil, err
		}
		var was store.Observed
		if err := json.Unmarshal(content, &was); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "the evidence %s cannot be read back", id)
		}
		if string(was.Record) != string(fresh[i]) {
			return nil, fault.New(fault.Conflict, "%s has other evidence with the id %s already: evidence is only ever added, so give the record another id", service, id)
		}
		out[i].Already, out[i].Written.Body = true, body
	}
	return out, nil
}

// keepEvidence writes the records that are new, with a mark that the posture has to be judged again.
func (r *Registry) keepEvidence(ctx context.Context, who Asker, service ident.ID, out []Recorded, fresh []json.RawMessage) error {
	var entries []store.Entry
	var at []int
	for i := range out {
		if out[i].Already {
			continue
		}
		at = append(at, i)
		entries = append(entries, store.Entry{
			Kind: ledger.EvidenceRecorded, Actor: who.ID, Service: service, Subject: "evidence:" + string(out[i].ID),
			Content: &store.Observed{Service: service, Record: fresh[i]},
		})
	}
	if len(entries) == 0 {
		return nil
	}
	written, err := r.store.Write(ctx, entries, func(ctx context.Context, t *store.Tx) error { return t.MarkDirty(ctx, r.now(), service) })
	if err != nil {
		return err
	}
	for k, i := range at {
		out[i].Written = written[k]
	}
	r.stir()
	return nil
}

// Evidence lists the evidence of a service after an id.
func (r *Registry) Evidence(ctx context.Context, who Asker, id, after ident.ID, limit int) ([]store.EvidenceLine, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadEvidence, v, err); err != nil {
		return nil, err
	}
	return r.store.Evidence(ctx, id, after, limit)
}

// OneEvidence gives one record of evidence.
func (r *Registry) OneEvidence(ctx context.Context, who Asker, id, record ident.ID) (evidence.Record, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadEvidence, v, err); err != nil {
		return evidence.Record{}, err
	}
	var out evidence.Record
	b, err := r.store.EvidenceBody(ctx, id, record)
	if err == nil {
		var e evidence.Entry
		if e, err = r.store.ReadEvidence(&b); err == nil {
			out = *e.Record
		}
	}
	return out, r.Gone(ctx, id, "evidence:"+string(record), err)
}
