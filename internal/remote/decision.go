package remote

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// wanted is what is to be decided, as the server is asked it.
type wanted struct {
	ID           string   `json:"id,omitempty"`
	Kind         string   `json:"kind"`
	Subject      string   `json:"subject"`
	StandingOn   string   `json:"standing_on,omitempty"`
	Compensating []string `json:"compensating,omitempty"`
	Scope        []string `json:"scope,omitempty"`
	Risks        []string `json:"risks,omitempty"`
	Departure    string   `json:"departure,omitempty"`
	Supersedes   ident.ID `json:"supersedes,omitempty"`
}

func asWanted(p app.Proposal) wanted {
	return wanted{
		ID: p.ID, Kind: p.Kind, Subject: p.Subject, StandingOn: p.StandingOn, Compensating: p.Compensating, Scope: p.Scope, Risks: p.Risks, Departure: p.Departure,
	}
}

// worded is a decision that is proposed, with its words.
type worded struct {
	wanted
	Reason      string   `json:"reason,omitempty"`
	ValidUntil  string   `json:"valid_until,omitempty"`
	Conditions  []string `json:"conditions,omitempty"`
	ThroughLife bool     `json:"through_life,omitempty"`
}

// proposal is one that waits, as the server says it.
type proposal struct {
	ID        ident.ID        `json:"proposal"`
	By        string          `json:"by"`
	Decision  json.RawMessage `json:"decision"`
	Authority struct {
		Roles   []ident.ID `json:"roles"`
		Consult []ident.ID `json:"consult"`
		Quorum  int        `json:"quorum"`
	} `json:"authority"`
}

// told gives it as it is told here.
func (p *proposal) told() (report.Proposed, error) {
	var d decision.Decision
	if err := json.Unmarshal(p.Decision, &d); err != nil {
		return report.Proposed{}, fault.Wrap(fault.Invalid, err, "this program cannot read the proposal %s: use the version that the server has", p.ID)
	}
	out := report.Proposed{ID: p.ID, Kind: string(d.Kind), By: p.By, Roles: p.Authority.Roles, Consult: p.Authority.Consult, Needs: max(p.Authority.Quorum, 1)}
	for _, ref := range d.Subject {
		out.Subject = append(out.Subject, ref.String())
	}
	return out, nil
}

// DraftDecision asks what a decision would bind, as the server has the service now.
func (s *Server) DraftDecision(ctx context.Context, id string, p app.Proposal) (decision.Decision, error) {
	return s.draft(ctx, id, asWanted(p))
}

func (s *Server) draft(ctx context.Context, id string, w wanted) (d decision.Decision, err error) {
	var drafted struct {
		Decision json.RawMessage `json:"decision"`
	}
	if _, err := s.post(ctx, w, &drafted, nil, "services", id, "decisions", "draft"); err != nil {
		return d, err
	}
	if err := json.Unmarshal(drafted.Decision, &d); err != nil {
		return d, fault.Wrap(fault.Invalid, err, "this program cannot read the draft of the server: use the version that the server has")
	}
	return d, nil
}

// Propose proposes what was drafted to those who may make it. Where something that it rests on is another by now, nothing
// is proposed.
func (s *Server) Propose(ctx context.Context, id string, d *decision.Decision) (report.Proposed, error) {
	w := worded{wanted: asWanted(app.ProposalOf(d)), Reason: d.Reason, Conditions: d.Conditions, ThroughLife: d.ThroughLife}
	w.ID, w.Supersedes = string(d.ID), d.Supersedes
	if !d.ValidUntil.IsZero() {
		w.ValidUntil = d.ValidUntil.String()
	}
	now, err := s.draft(ctx, id, w.wanted)
	if err != nil {
		return report.Proposed{}, err
	}
	if !same(d.Basis.Fields, now.Basis.Fields) {
		return report.Proposed{}, fault.New(fault.Conflict, "what was drafted is not so at the server: draft it again with --server, and propose that")
	}
	var p proposal
	if _, err := s.post(ctx, w, &p, nil, "services", id, "proposals"); err != nil {
		return report.Proposed{}, err
	}
	return p.told()
}

// same says whether two drafts rest on the same.
func same(a, b []decision.Field) bool {
	holds := func(f, g decision.Field) bool {
		return f.Path == g.Path && slices.Equal(slices.Sorted(slices.Values(f.Value)), slices.Sorted(slices.Values(g.Value)))
	}
	for _, f := range a {
		if !slices.ContainsFunc(b, func(g decision.Field) bool { return holds(f, g) }) {
			return false
		}
	}
	return len(a) == len(b)
}

// Proposals lists the decisions about a service that wait.
func (s *Server) Proposals(ctx context.Context, id string) (all []report.Proposed, err error) {
	query := url.Values{"limit": {"500"}}
	for {
		var page struct {
			Items []proposal `json:"items"`
			Next  string     `json:"next"`
		}
		if _, err := s.get(ctx, &page, query, "services", id, "proposals"); err != nil {
			return nil, err
		}
		for i := range page.Items {
			told, err := page.Items[i].told()
			if err != nil {
				return nil, err
			}
			all = append(all, told)
		}
		if page.Next == "" || len(page.Items) == 0 {
			return all, nil
		}
		query.Set("after", page.Next)
	}
}

// Withdraw ends a proposal that this token made.
func (s *Server) Withdraw(ctx context.Context, id, which, reason string) error {
	if _, err := ident.ParseID(which); err != nil {
		return fault.Wrap(fault.Invalid, err, "the proposal")
	}
	_, err := s.post(ctx, map[string]string{"reason": reason}, nil, nil, "services", id, "proposals", which, "withdraw")
	return err
}
