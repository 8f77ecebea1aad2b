package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

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

func (f *face) evidence(api huma.API) {
	add(api, huma.Operation{OperationID: "list-evidence", Method: http.MethodGet, Path: "/services/{id}/evidence", Summary: "List the evidence of a service", Tags: []string{"evidence"}}, f.listEvidence)
	add(api, huma.Operation{OperationID: "record-evidence", Method: http.MethodPost, Path: "/services/{id}/evidence", Summary: "Record what was observed: all of the records or none", DefaultStatus: http.StatusCreated, Tags: []string{"evidence"}, MaxBodyBytes: bodyMost}, f.recordEvidence)
	add(api, huma.Operation{OperationID: "read-evidence", Method: http.MethodGet, Path: "/services/{id}/evidence/{evidence}", Summary: "Read one record of evidence", Tags: []string{"evidence"}}, f.readEvidence)
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

func (f *face) readEvidence(ctx context.Context, who registry.Asker, in *evidenceAsked) (*One[json.RawMessage], error) {
	r, err := f.OneEvidence(ctx, who, ident.ID(in.ID), ident.ID(in.Evidence))
	if err != nil {
		return nil, err
	}
	text, err := ident.Canon(&r)
	return &One[json.RawMessage]{Body: text}, err
}
