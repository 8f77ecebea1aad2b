package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// ProposalLine is a decision that waits.
type ProposalLine struct {
	Proposal   string          `json:"proposal" doc:"Its id, which is that of the decision that it would be"`
	By         string          `json:"by" doc:"Who proposed it, by an id"`
	At         string          `json:"at" format:"date-time"`
	State      string          `json:"state" doc:"waiting, withdrawn, declined or made"`
	Decision   json.RawMessage `json:"decision" doc:"As bulkhead schema decision describes it"`
	Authority  Authority       `json:"authority"`
	Agreements []Agreement     `json:"agreements" nullable:"false"`
}

func (f *face) proposals(d desk) {
	const area = "decisions"
	add(d, operation{id: "list-proposals", method: http.MethodGet, path: "/services/{id}/proposals", summary: "List the decisions about a service that wait", area: area, use: access.ReadDecisions}, f.listProposals)
	add(d, operation{id: "read-proposal", method: http.MethodGet, path: "/services/{id}/proposals/{proposal}", summary: "Read a proposal, whether it still waits or not", area: area, use: access.ReadDecisions}, f.readProposal)
	add(d, operation{id: "propose-decision", method: http.MethodPost, path: "/services/{id}/proposals", summary: "Propose a decision to those who may make it", area: area, use: access.ProposeDecision, status: http.StatusCreated}, f.propose)
	add(d, operation{id: "agree", method: http.MethodPost, path: "/services/{id}/proposals/{proposal}/agree", summary: "Make a decision that somebody else proposed, or agree to it where several have to", area: area, use: access.AgreeDecision}, f.agree)
	add(d, operation{id: "advise", method: http.MethodPost, path: "/services/{id}/proposals/{proposal}/advice", summary: "Say what you think of a proposal, in a role that has to be asked", area: area, use: access.AgreeDecision}, f.advise)
	add(d, operation{id: "withdraw-proposal", method: http.MethodPost, path: "/services/{id}/proposals/{proposal}/withdraw", summary: "End a proposal: your own is withdrawn, one that you may decide on is declined", area: area, use: access.ProposeDecision}, f.withdraw)
}

func (f *face) listProposals(ctx context.Context, who registry.Asker, in *listed) (*Page[ProposalLine], error) {
	found, err := f.Proposals(ctx, who, ident.ID(in.ID), ident.ID(in.After), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return page(found, in.Limit, proposalLine, func(p *registry.Proposal) string { return string(p.ID) }), nil
}

func proposalLine(p *registry.Proposal) ProposalLine {
	return ProposalLine{
		Proposal: string(p.ID), By: p.Proposer, At: p.At.String(), State: p.State, Decision: canon(&p.Decision),
		Authority: authority(&p.Authority), Agreements: agreements(p.Agreements),
	}
}

type proposing struct {
	Named
	Body struct {
		Wanted
		Worded
	}
}

func (f *face) propose(ctx context.Context, who registry.Asker, in *proposing) (*One[ProposalLine], error) {
	until, err := in.Body.until()
	if err != nil {
		return nil, err
	}
	p, err := f.Propose(ctx, who, ident.ID(in.ID), registry.Proposing{
		Wanted: in.Body.wanted(), Reason: in.Body.Reason, ValidUntil: until, Conditions: in.Body.Conditions, ThroughLife: in.Body.ThroughLife,
	})
	if err != nil {
		return nil, err
	}
	return &One[ProposalLine]{Body: proposalLine(p)}, nil
}

type agreeing struct {
	NamedProposal
	Body struct {
		Role string `json:"role,omitempty" doc:"In which of your roles; left out, the one that may"`
	}
}

func (f *face) agree(ctx context.Context, who registry.Asker, in *agreeing) (*One[Outcome], error) {
	return outcome(f.Agree(ctx, who, ident.ID(in.ID), ident.ID(in.Proposal), ident.ID(in.Body.Role)))
}

// NamedProposal names a proposal about a service.
type NamedProposal struct {
	Named
	Proposal string `path:"proposal"`
}

func (f *face) readProposal(ctx context.Context, who registry.Asker, in *NamedProposal) (*One[ProposalLine], error) {
	p, err := f.Proposal(ctx, who, ident.ID(in.ID), ident.ID(in.Proposal))
	if err != nil {
		return nil, err
	}
	return &One[ProposalLine]{Body: proposalLine(p)}, nil
}

type advising struct {
	NamedProposal
	Body struct {
		Role  string `json:"role,omitempty" doc:"In which of your roles; left out, one that has to be asked"`
		Words string `json:"words" maxLength:"10000" doc:"What you think of it"`
	}
}

func (f *face) advise(ctx context.Context, who registry.Asker, in *advising) (*One[Done], error) {
	w, err := f.Consult(ctx, who, ident.ID(in.ID), ident.ID(in.Proposal), ident.ID(in.Body.Role), in.Body.Words)
	if err != nil {
		return nil, err
	}
	return done(w), nil
}

type withdrawing struct {
	NamedProposal
	Body Explained
}

func (f *face) withdraw(ctx context.Context, who registry.Asker, in *withdrawing) (*One[Done], error) {
	w, err := f.Withdraw(ctx, who, ident.ID(in.ID), ident.ID(in.Proposal), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return done(w), nil
}
