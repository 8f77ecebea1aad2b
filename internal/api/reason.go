package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// FindingLine is an open finding of a service.
type FindingLine struct {
	Ref      string `json:"ref" doc:"Such as finding:3f9a; why tells all of it"`
	Weakness string `json:"weakness" doc:"What the weakness is called"`
	State    string `json:"state" enum:"open,overdue"`
	Until    string `json:"until" doc:"Its deadline; empty when it has none, or when that has passed"`
}

// SupplierLine is a supplier of a service, as its posture has it.
type SupplierLine struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Standing string   `json:"standing"`
	Until    string   `json:"until" doc:"The last day of the contract; empty when it is not known"`
	Reasons  []string `json:"reasons" nullable:"false" doc:"Why it stands so"`
}

// Why is the reasons behind one thing in a posture, as a tree that ends in inputs.
type Why struct {
	Service string    `json:"service"`
	Ref     string    `json:"ref"`
	Title   string    `json:"title"`
	Status  string    `json:"status" doc:"How it stands"`
	Reasons []Because `json:"reasons" nullable:"false"`
}

// Because is a reason and what it rests on.
type Because struct {
	Code    string `json:"code"`
	Text    string `json:"text" doc:"The reason in a sentence"`
	Because []Why  `json:"because" nullable:"false" doc:"What it rests on: results, with their own reasons, or inputs, without"`
}

func (f *face) reasons(d desk) {
	const area = "postures"
	add(d, operation{id: "list-findings", method: http.MethodGet, path: "/services/{id}/findings", summary: "List the open findings of a service", area: area, use: access.ReadFindings}, f.listFindings)
	add(d, operation{id: "list-service-suppliers", method: http.MethodGet, path: "/services/{id}/suppliers", summary: "List the suppliers of a service, with how each stands", area: area, use: access.ReadSuppliers}, f.listServiceSuppliers)
	add(d, operation{id: "explain", method: http.MethodGet, path: "/services/{id}/why/{ref}", summary: "Say why something in a posture stands as it does", area: area, use: access.Explain}, f.why)
}

func (f *face) listFindings(ctx context.Context, who registry.Asker, in *listed) (*Page[FindingLine], error) {
	found, err := f.Findings(ctx, who, ident.ID(in.ID), in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return page(found, in.Limit, func(i *registry.Item) FindingLine {
		return FindingLine{Ref: i.Ref, Weakness: i.Title, State: i.State, Until: i.Until.String()}
	}, func(i *registry.Item) string { return i.Ref }), nil
}

func (f *face) listServiceSuppliers(ctx context.Context, who registry.Asker, in *Named) (*Page[SupplierLine], error) {
	all, err := f.ServiceSuppliers(ctx, who, ident.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return page(all, len(all), func(s *judge.Supplier) SupplierLine {
		line := SupplierLine{ID: string(s.ID), Name: s.Name, Standing: string(s.Standing), Until: s.Until.String(), Reasons: []string{}}
		for _, r := range s.Reasons {
			line.Reasons = append(line.Reasons, r.Text)
		}
		return line
	}, nil), nil
}

type whyAsked struct {
	Named
	Ref string `path:"ref" doc:"An id such as r1, or a reference such as control:backup where several things have that id" maxLength:"300"`
}

func (f *face) why(ctx context.Context, who registry.Asker, in *whyAsked) (*Page[Why], error) {
	word, err := url.PathUnescape(in.Ref)
	if err != nil {
		word = in.Ref
	}
	found, err := f.Explain(ctx, who, ident.ID(in.ID), word)
	if err != nil {
		return nil, err
	}
	return page(found, len(found), whyOf, nil), nil
}

func whyOf(w *report.Why) Why {
	out := Why{Service: string(w.Service), Ref: w.Ref.String(), Title: w.Title, Status: w.Status, Reasons: []Because{}}
	for i := range w.Reasons {
		r := &w.Reasons[i]
		b := Because{Code: r.Code, Text: r.Text, Because: []Why{}}
		for k := range r.RestOn {
			b.Because = append(b.Because, whyOf(&r.RestOn[k]))
		}
		out.Reasons = append(out.Reasons, b)
	}
	return out
}
