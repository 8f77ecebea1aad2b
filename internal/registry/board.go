package registry

import (
	"context"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// BoardPack is what waits for a board.
type BoardPack struct {
	Board    org.Board
	Needs    int // how many of its members decide for it
	Services []BoardService
}

// BoardService is a service with the proposals about it that wait for a board, and the pack that they are decided by.
type BoardService struct {
	ID        ident.ID
	Name      string
	Pack      *document.Document // by its newest posture; nil while it has not been judged
	Proposals []Proposal
}

// waitingMost is how many proposals, or services with what waits in them, are read together.
const waitingMost = 500

// BoardPack gives the proposals that wait for a board, with what each binds and who has agreed, for so many services after
// a place, and where the next ones begin; an empty place at the end. Of services whose decisions or posture who asks may
// not read there is nothing in it, nor of weaknesses whose findings they may not.
func (r *Registry) BoardPack(ctx context.Context, who Asker, board ident.ID, after After, limit int) (*BoardPack, string, error) {
	if err := who.somewhere(access.ReadDecisions); err != nil {
		return nil, "", err
	}
	boards := who.organisation().Boards
	i := slices.IndexFunc(boards, func(b org.Board) bool { return b.ID == board })
	if i < 0 {
		return nil, "", fault.New(fault.NotFound, "there is no board %s in the organisation", board)
	}
	out := &BoardPack{Board: boards[i], Needs: boards[i].Needs()}
	all, err := r.store.WaitingProposals(ctx, who.scope(access.ReadDecisions), "", after.pair(), waitingMost)
	if err != nil {
		return nil, "", err
	}
	var about []*sitting
	next := ""
	if len(all) == waitingMost {
		next = placeOf(&all[len(all)-1])
	}
	for i := range all {
		s := r.seated(who, all[i].About)
		a := s.authority(&all[i].Decision)
		if !slices.Contains(a.Boards, board) || !who.sees(access.ReadPosture, s.service.Unit, s.service.ID) || !who.mayKnow(s.service, all[i].Decision.Subject...) {
			continue
		}
		if len(about) == 0 || about[len(about)-1].service.ID != s.service.ID {
			if len(about) == limit {
				next = placeOf(&all[i-1])
				break
			}
			about = append(about, s)
			out.Services = append(out.Services, BoardService{ID: s.service.ID, Name: s.service.Name})
		}
		one := &out.Services[len(out.Services)-1]
		one.Proposals = append(one.Proposals, Proposal{Proposal: all[i].Proposal, Authority: a})
	}
	return out, next, r.fill(ctx, out, about)
}

func placeOf(p *store.WaitingProposal) string {
	return After{string(p.Service), string(p.ID)}.String()
}

// fill adds to a board's pack who has agreed to what, and what each service is decided by.
func (r *Registry) fill(ctx context.Context, b *BoardPack, about []*sitting) error {
	if len(about) == 0 {
		return nil
	}
	var services, ids []ident.ID
	for _, s := range b.Services {
		services = append(services, s.ID)
		for _, p := range s.Proposals {
			ids = append(ids, p.ID)
		}
	}
	parts, err := r.store.AgreementsTo(ctx, services, ids)
	if err != nil {
		return err
	}
	papers, err := r.store.Papers(ctx, services)
	if err != nil {
		return err
	}
	for i, s := range about {
		one := &b.Services[i]
		for k := range one.Proposals {
			one.Proposals[k].Agreements = parts[one.ID][one.Proposals[k].ID]
		}
		if paper, is := papers[one.ID]; is {
			if one.Pack, err = s.pack(&paper); err != nil {
				return err
			}
		}
	}
	return nil
}

// pack gives the document by which is decided, by the newest posture.
func (s *sitting) pack(paper *store.Paper) (*document.Document, error) {
	v, _, err := model.Read(store.Sources(paper.Texts)...)
	if err != nil {
		return nil, err
	}
	var p assess.Posture
	if err := readPosture(paper.Posture, &p); err != nil {
		return nil, err
	}
	s.who.blunt(s.service, &p)
	return report.DecisionPack(&p, report.About{Name: v.Service.Name, Purpose: v.Service.Purpose, Unit: s.who.UnitName(s.service.Unit)}, s.who.ground.home.Zone), nil
}
