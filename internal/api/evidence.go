package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// EvidenceLine is a record of evidence in a list.
type EvidenceLine struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Outcome  string `json:"outcome"`
	Observed string `json:"observed" doc:"The day or the moment"`
	Learnt   string `json:"learnt" format:"date-time" doc:"When it came here"`
}

// RecordedLine is what became of one record.
type RecordedLine struct {
	ID      string `json:"id"`
	Already bool   `json:"already" doc:"Whether the same record was there already"`
	Leaf    int64  `json:"leaf" doc:"The number of its entry in the ledger; -1 when it was there already"`
}

func (f *face) evidence(d desk) {
	const area = "evidence"
	add(d, operation{id: "list-evidence", method: http.MethodGet, path: "/services/{id}/evidence", summary: "List the evidence of a service", area: area, use: access.ReadEvidence}, f.listEvidence)
	add(d, operation{id: "record-evidence", method: http.MethodPost, path: "/services/{id}/evidence", summary: "Record what was observed: all of the records or none", area: area, use: access.RecordEvidence, status: http.StatusCreated, large: true}, f.recordEvidence)
	add(d, operation{id: "read-evidence", method: http.MethodGet, path: "/services/{id}/evidence/{evidence}", summary: "Read one record of evidence", area: area, use: access.ReadEvidence, answer: "A record of evidence, as `bulkhead schema evidence` describes it"}, f.readEvidence)
}

type listed struct {
	Named
	Paging
}

func (f *face) listEvidence(ctx context.Context, who registry.Asker, in *listed) (*Page[EvidenceLine], error) {
	found, err := f.Evidence(ctx, who, ident.ID(in.ID), ident.ID(in.After), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return page(found, in.Limit, func(l *registry.EvidenceLine) EvidenceLine {
		return EvidenceLine{ID: string(l.ID), Kind: l.Kind, Outcome: l.Outcome, Observed: l.Observed, Learnt: l.Learnt.String()}
	}, func(l *registry.EvidenceLine) string { return string(l.ID) }), nil
}

type sentEvidence struct {
	Named
	Body struct {
		Records json.RawMessage `json:"records" doc:"Records of evidence, as bulkhead schema evidence describes them"`
	}
}

func (f *face) recordEvidence(ctx context.Context, who registry.Asker, in *sentEvidence) (*Page[RecordedLine], error) {
	records, err := evidence.Read(schema.Source{File: "records", Text: in.Body.Records})
	if err != nil {
		return nil, err
	}
	kept, err := f.RecordEvidence(ctx, who, ident.ID(in.ID), records)
	if err != nil {
		return nil, err
	}
	return page(kept, len(kept), func(k *registry.Recorded) RecordedLine {
		line := RecordedLine{ID: string(k.ID), Already: k.Already, Leaf: k.Written.Number}
		if k.Already {
			line.Leaf = -1
		}
		return line
	}, nil), nil
}

type evidenceAsked struct {
	Named
	Evidence string `path:"evidence"`
}

func (f *face) readEvidence(ctx context.Context, who registry.Asker, in *evidenceAsked) (*Raw, error) {
	r, err := f.OneEvidence(ctx, who, ident.ID(in.ID), ident.ID(in.Evidence))
	if err != nil {
		return nil, err
	}
	text, err := ident.Canon(&r)
	return raw(text), err
}
