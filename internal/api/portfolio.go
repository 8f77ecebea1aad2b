package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Found is an item of a service, or a service itself.
type Found struct {
	Service string `json:"service"`
	Name    string `json:"name" doc:"What people call the service"`
	Unit    string `json:"unit"`
	Kind    string `json:"kind" doc:"What it is, such as risk or control; service for a service itself"`
	Ref     string `json:"ref" doc:"What it is called in the service, such as risk:r1; empty for a service itself"`
	Title   string `json:"title"`
	State   string `json:"state" doc:"How it stands; empty for a service itself"`
	Until   string `json:"until" doc:"Its next dated change; empty for none"`
}

func foundOf(i *registry.Found) Found {
	return Found{Service: string(i.Service), Name: i.Name, Unit: string(i.Unit), Kind: i.Kind, Ref: i.Ref, Title: i.Title, State: i.State, Until: i.Until.String()}
}

// ExceptionLine is an exception from a principle.
type ExceptionLine struct {
	Service  string `json:"service"`
	Unit     string `json:"unit"`
	Decision string `json:"decision" doc:"The decision by which it was made, such as decision:d1"`
	From     string `json:"from" doc:"What it is from, a principle or a statement of one, such as requirement:PACK@VERSION#ID"`
	State    string `json:"state" doc:"Whether it holds"`
	Until    string `json:"until" doc:"Its next dated change, such as its end; empty for none"`
}

// PrincipleLine is a principle with how the services stand on it.
type PrincipleLine struct {
	Principle  string          `json:"principle" doc:"Its id"`
	Ref        string          `json:"ref" doc:"Where in the library it is from"`
	Title      string          `json:"title"`
	Form       string          `json:"form" doc:"governed or outcome-set"`
	Status     string          `json:"status"`
	Statement  string          `json:"statement" doc:"The principle in a sentence"`
	Owner      string          `json:"owner" doc:"The role that owns it"`
	NextReview string          `json:"next_review" doc:"The last day before the next review; empty when none is set"`
	Statements []StatementLine `json:"statements" nullable:"false"`
	Standings  map[string]int  `json:"standings" doc:"How many of the services whose posture you may read stand how"`
	Exceptions int             `json:"exceptions" doc:"How many exceptions from it, or from a statement of it, are open: of the services whose decisions you may read"`
}

// StatementLine is one statement of a principle.
type StatementLine struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// SupplierName is a supplier with the services that rest on it.
type SupplierName struct {
	Name     string       `json:"name"`
	Services []Engagement `json:"services" nullable:"false"`
}

// Engagement is a supplier in its use for one service.
type Engagement struct {
	Service  string `json:"service"`
	Unit     string `json:"unit"`
	Ref      string `json:"ref" doc:"What the service calls it"`
	Standing string `json:"standing"`
	Until    string `json:"until" doc:"Its next dated change; empty for none"`
}

func (f *face) portfolio(d desk) {
	const area = "portfolio"
	add(d, operation{id: "search", method: http.MethodGet, path: "/search", summary: "Find services and what their postures speak of, by id or title", area: area, use: access.Search}, f.search)
	add(d, operation{id: "list-principles", method: http.MethodGet, path: "/principles", summary: "List the principles, with how the services stand on each", area: area, use: access.ReadLibrary}, f.listPrinciples)
	add(d, operation{id: "list-exceptions", method: http.MethodGet, path: "/exceptions", summary: "List the exceptions from principles across services", area: area, use: access.ReadDecisions}, f.listExceptions)
	add(d, operation{id: "list-suppliers", method: http.MethodGet, path: "/suppliers", summary: "List suppliers by name, with the services that rest on each", area: area, use: access.ReadSuppliers}, f.listSuppliers)
}

type searched struct {
	Paging
	Q string `query:"q" required:"true" doc:"What to look for: 2 to 100 characters of an id or a title, in whatever case" minLength:"2" maxLength:"100"`
}

func (f *face) search(ctx context.Context, who registry.Asker, in *searched) (*Page[Found], error) {
	found, next, err := f.Search(ctx, who, in.Q, registry.ReadAfter(in.After), in.Limit)
	return cut(found, next, err, foundOf)
}

// cut makes a page of a part of a list that knows where the next one begins.
func cut[S, T any](found []S, next string, err error, show func(*S) T) (*Page[T], error) {
	if err != nil {
		return nil, err
	}
	out := page(found, len(found), show, nil)
	out.Body.Next = next
	return out, nil
}

func (f *face) listExceptions(ctx context.Context, who registry.Asker, in *Paging) (*Page[ExceptionLine], error) {
	found, next, err := f.Exceptions(ctx, who, registry.ReadAfter(in.After), in.Limit)
	return cut(found, next, err, func(i *registry.Exempt) ExceptionLine {
		return ExceptionLine{Service: string(i.Service), Unit: string(i.Unit), Decision: i.Ref, From: i.From, State: i.State, Until: i.Until.String()}
	})
}

func (f *face) listSuppliers(ctx context.Context, who registry.Asker, in *Paging) (*Page[SupplierName], error) {
	found, next, err := f.Suppliers(ctx, who, in.After, in.Limit)
	return cut(found, next, err, func(s *registry.Supplier) SupplierName {
		out := SupplierName{Name: s.Name, Services: []Engagement{}}
		for _, i := range s.On {
			out.Services = append(out.Services, Engagement{Service: string(i.Service), Unit: string(i.Unit), Ref: i.Ref, Standing: i.State, Until: i.Until.String()})
		}
		return out
	})
}

func (f *face) listPrinciples(ctx context.Context, who registry.Asker, _ *struct{}) (*Page[PrincipleLine], error) {
	all, err := f.Principles(ctx, who)
	return cut(all, "", err, principleLine)
}

func principleLine(p *registry.Principle) PrincipleLine {
	out := PrincipleLine{
		Principle: string(p.ID), Ref: p.Ref.String(), Title: p.Title, Form: string(p.Form), Status: string(p.Status), Statement: p.Statement, Owner: p.Owner,
		NextReview: p.NextReview.String(), Statements: []StatementLine{}, Standings: map[string]int{}, Exceptions: p.Exceptions,
	}
	for _, s := range p.Statements {
		out.Statements = append(out.Statements, StatementLine{ID: string(s.ID), Kind: string(s.Kind), Text: s.Text})
	}
	for _, t := range p.Standings {
		out.Standings[t.State] += t.Count
	}
	return out
}
