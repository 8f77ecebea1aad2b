package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// The states of a proposal.
const (
	ProposalWaits     = "waiting"
	ProposalWithdrawn = "withdrawn" // by who proposed it
	ProposalDeclined  = "declined"  // by somebody who may decide
	ProposalMade      = "made"      // the decision is in the record
)

// Proposed is the content of decision.proposed: a decision that waits for those with the authority, or that it waits no
// longer. Proposed anew, it takes the place of what was proposed under its id, and who agreed to that has to agree again.
type Proposed struct {
	Service  ident.ID        `json:"service"`
	ID       ident.ID        `json:"id"`                 // of the decision that it would be
	State    string          `json:"state"`              // waiting, withdrawn or declined
	Decision json.RawMessage `json:"decision,omitempty"` // in canonical form; empty when it no longer waits
	Reason   string          `json:"reason,omitempty"`   // why it no longer waits
	By       string          `json:"by"`                 // who said so, as in the ledger; filled in when it is written
}

func (p *Proposed) saidBy(actor string) { p.By = actor }

func (p *Proposed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	if p.State != ProposalWaits {
		return t.one(ctx, `UPDATE proposal SET state = $1 WHERE service = $2 AND id = $3 AND state = 'waiting'`, p.State, string(p.Service), string(p.ID))
	}
	n, err := t.change(ctx, `INSERT INTO proposal (service, id, body, proposer, at, state)
		SELECT $1, $2, $3, $4, $5, 'waiting' WHERE NOT EXISTS (SELECT 1 FROM decision WHERE service = $1 AND id = $2)
		ON CONFLICT (service, id) DO UPDATE SET body = excluded.body, proposer = excluded.proposer, at = excluded.at, state = excluded.state`,
		string(p.Service), string(p.ID), leaf.Body, leaf.Actor, int64(leaf.At))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "%s has a decision %s already: give the new one another id", p.Service, p.ID)
	}
	return t.exec(ctx, `DELETE FROM agreement WHERE service = $1 AND decision = $2`, string(p.Service), string(p.ID))
}

// The parts that somebody can have in a decision before it is made.
const (
	Decides   = "decides"   // they agreed to it, as one of those who decide
	Consulted = "consulted" // they were asked about it
)

// Agreed is the content of decision.agreed: somebody agreed to a proposed decision, or was asked about one.
type Agreed struct {
	Service  ident.ID `json:"service"`
	Decision ident.ID `json:"decision"`
	Person   ident.ID `json:"person"`
	Role     ident.ID `json:"role"`
	Board    ident.ID `json:"board,omitempty"` // on whose seat they agreed
	Part     string   `json:"part"`            // decides or consulted
	Said     string   `json:"said,omitempty"`  // in their words
	To       string   `json:"to,omitempty"`    // the body of the proposal that they had before them
}

func (a *Agreed) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	err := t.exec(ctx, `INSERT INTO agreement (service, decision, person, role, board, part, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(a.Service), string(a.Decision), string(a.Person), string(a.Role), string(a.Board), a.Part, leaf.Body, int64(leaf.At))
	if t.unique(err) {
		return fault.New(fault.Conflict, "%s has had a part in the decision %s already, and has one only", a.Person, a.Decision)
	}
	return err
}

// Proposal is a decision that was proposed, as it stands.
type Proposal struct {
	Service  ident.ID
	ID       ident.ID
	Proposer string // as in the ledger: person:ID or token:ID
	At       civil.Instant
	State    string
	Body     string
	Decision decision.Decision
}

const proposalColumns = `proposal.service, proposal.id, proposal.proposer, proposal.at, proposal.state, `

// Proposal gives a proposal of a service.
func (s *Store) Proposal(ctx context.Context, service, id ident.ID) (Proposal, error) {
	some, err := s.proposals(ctx, `proposal.service = $1 AND proposal.id = $2`, string(service), string(id))
	if err == nil && len(some) == 0 {
		err = fault.New(fault.NotFound, "%s has no proposed decision %s", service, id)
	}
	if err != nil {
		return Proposal{}, err
	}
	return some[0], nil
}

// Proposals lists the proposals of a service that wait, after an id, in order of id.
func (s *Store) Proposals(ctx context.Context, service, after ident.ID, limit int) ([]Proposal, error) {
	return s.proposals(ctx, `proposal.state = 'waiting' AND proposal.service = $1 AND proposal.id > $2 ORDER BY proposal.id LIMIT CAST($3 AS BIGINT)`, string(service), string(after), limit)
}

// WaitingProposal is a proposal that waits, with the service that it is about.
type WaitingProposal struct {
	Proposal
	About Service
}

// WaitingProposals gives the proposals that wait in the services of a scope, after a service and an id, in order of both.
// Those that a person has had a part in already are left out; where none is named, none is.
func (s *Store) WaitingProposals(ctx context.Context, scope Scope, person ident.ID, after [2]string, limit int) ([]WaitingProposal, error) {
	where, args := scope.where(`service.id`, `service.unit`, []any{string(person), after[0], after[1], limit})
	type row struct {
		WaitingProposal
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return r.About.scanned(rows.Scan, append([]any{&r.Service, &r.ID, &r.Proposer, &r.At, &r.State}, r.body.fields()...)...)
	}, `SELECT `+serviceColumns+`, `+proposalColumns+sealedColumns+` FROM proposal JOIN service ON service.id = proposal.service JOIN body ON body.id = proposal.body
		WHERE proposal.state = 'waiting' AND (proposal.service > $2 OR proposal.service = $2 AND proposal.id > $3) AND service.retired = 0 AND `+where+`
		AND NOT EXISTS (SELECT 1 FROM agreement WHERE agreement.service = proposal.service AND agreement.decision = proposal.id AND agreement.person = $1)
		ORDER BY proposal.service, proposal.id LIMIT CAST($4 AS BIGINT)`, args...)
	if err != nil {
		return nil, err
	}
	out := make([]WaitingProposal, 0, len(some))
	for i := range some {
		one := some[i].WaitingProposal
		if made, err := s.readProposal(&some[i].body, &one.Proposal); err != nil {
			return nil, err
		} else if made {
			out = append(out, one)
		}
	}
	return out, nil
}

func (s *Store) proposals(ctx context.Context, where string, args ...any) ([]Proposal, error) {
	type row struct {
		Proposal
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append([]any{&r.Service, &r.ID, &r.Proposer, &r.At, &r.State}, r.body.fields()...)...)
	}, `SELECT `+proposalColumns+sealedColumns+` FROM proposal JOIN body ON body.id = proposal.body WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	out := make([]Proposal, 0, len(some))
	for i := range some {
		one := some[i].Proposal
		if made, err := s.readProposal(&some[i].body, &one); err != nil {
			return nil, err
		} else if made {
			out = append(out, one)
		}
	}
	return out, nil
}

// readProposal reads what was proposed, and says whether the row is one that this server made of that.
func (s *Store) readProposal(b *Sealed, into *Proposal) (made bool, err error) {
	var p Proposed
	if err := s.into(b, &p); err != nil {
		return false, err
	}
	if p.Service != into.Service || p.ID != into.ID || p.By != into.Proposer {
		return s.marker().strange("proposal"), nil
	}
	into.Body = b.ID
	if err := json.Unmarshal(p.Decision, &into.Decision); err != nil {
		return false, fault.Wrap(fault.Internal, err, "the proposed decision %s of %s cannot be read back", p.ID, p.Service)
	}
	return true, nil
}

// Agreement is the part that somebody has in a decision before it is made.
type Agreement struct {
	Person ident.ID
	Role   ident.ID
	Board  ident.ID
	Part   string // decides or consulted
	Said   string
	At     civil.Instant
}

// Agreements gives who has a part in a decision, in order of person.
func (s *Store) Agreements(ctx context.Context, service, id ident.ID) ([]Agreement, error) {
	parts, err := s.AgreementsTo(ctx, []ident.ID{service}, []ident.ID{id})
	return parts[service][id], err
}

// AgreementsTo gives, by service and decision, who has a part in decisions of some ids about some services, in order of
// person.
func (s *Store) AgreementsTo(ctx context.Context, services, ids []ident.ID) (map[ident.ID]map[ident.ID][]Agreement, error) {
	type row struct {
		Agreement
		service, decision ident.ID
		to                string // the body of the proposal as it is
		body              Sealed
	}
	among, args := in(nil, services)
	list, args := in(args, ids)
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append([]any{&r.service, &r.decision, &r.Person, &r.Role, &r.Board, &r.Part, &r.At, &r.to}, r.body.fields()...)...)
	}, `SELECT agreement.service, agreement.decision, agreement.person, agreement.role, agreement.board, agreement.part, agreement.at, COALESCE(proposal.body, ''), `+sealedColumns+` FROM agreement JOIN body ON body.id = agreement.body
		LEFT JOIN proposal ON proposal.service = agreement.service AND proposal.id = agreement.decision
		WHERE agreement.service IN `+among+` AND agreement.decision IN `+list+` ORDER BY agreement.person`, args...)
	out := map[ident.ID]map[ident.ID][]Agreement{}
	for i := range some {
		var a Agreed
		if err := s.into(&some[i].body, &a); err != nil {
			return nil, err
		}
		one := some[i].Agreement
		if made := (Agreed{Service: some[i].service, Decision: some[i].decision, Person: one.Person, Role: one.Role, Board: one.Board, Part: one.Part, Said: a.Said, To: a.To}); made != a || a.To != "" && a.To != some[i].to {
			s.marker().strange("agreement")
			continue
		}
		one.Said = a.Said
		of := out[some[i].service]
		if of == nil {
			of = map[ident.ID][]Agreement{}
			out[some[i].service] = of
		}
		of[some[i].decision] = append(of[some[i].decision], one)
	}
	return out, err
}

// HoldProposal gives how a proposal stands, and holds it against others until the end of the transaction: its state, its
// body, and how many have a part in it.
func (t *Tx) HoldProposal(ctx context.Context, service, id ident.ID) (state, body string, parts int, err error) {
	err = t.row(ctx, `SELECT state, body FROM proposal WHERE service = $1 AND id = $2`+t.lock, string(service), string(id)).Scan(&state, &body)
	if err != nil {
		return "", "", 0, missing(err, "%s has no proposed decision %s", service, id)
	}
	err = t.row(ctx, `SELECT COUNT(*) FROM agreement WHERE service = $1 AND decision = $2`, string(service), string(id)).Scan(&parts)
	return state, body, parts, err
}

// Proposer gives who made a proposal, as in the ledger.
func (t *Tx) Proposer(ctx context.Context, service, id ident.ID) (proposer string, err error) {
	err = t.row(ctx, `SELECT proposer FROM proposal WHERE service = $1 AND id = $2`, string(service), string(id)).Scan(&proposer)
	return proposer, missing(err, "%s has no proposed decision %s", service, id)
}
