package registry

import (
	"context"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
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
	Pack      *document.Document
	Proposals []Proposal
}

// proposalsMost is how many proposals are looked at for one list.
const proposalsMost = 500

// BoardPack gives the proposals that wait for a board, with what each binds and who has agreed, by service. Of services
// whose decisions or posture who asks may not read there is nothing in it.
func (r *Registry) BoardPack(ctx context.Context, who Asker, board ident.ID) (*BoardPack, error) {
	if err := who.somewhere(access.ReadDecisions); err != nil {
		return nil, err
	}
	boards := who.organisation().Boards
	i := slices.IndexFunc(boards, func(b org.Board) bool { return b.ID == board })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "there is no board %s in the organisation", board)
	}
	out := &BoardPack{Board: boards[i], Needs: boards[i].Needs()}
	err := r.eachWaiting(ctx, who, func(s *sitting, some []store.Proposal) error {
		one := BoardService{ID: s.service.ID, Name: s.service.Name}
		all, err := r.proposals(ctx, s, some...)
		if err != nil {
			return err
		}
		one.Proposals = slices.DeleteFunc(all, func(p Proposal) bool { return !slices.Contains(p.Authority.Boards, board) })
		if len(one.Proposals) == 0 || !who.sees(access.ReadPosture, s.service.Unit, s.service.ID) {
			return nil
		}
		one.Pack = s.pack()
		out.Services = append(out.Services, one)
		return nil
	})
	return out, err
}

// eachWaiting calls a function for each service whose decisions who asks may read and that has proposals that wait.
func (r *Registry) eachWaiting(ctx context.Context, who Asker, do func(*sitting, []store.Proposal) error) error {
	all, err := r.store.WaitingProposals(ctx, who.scope(access.ReadDecisions), proposalsMost)
	for len(all) > 0 && err == nil {
		n := slices.IndexFunc(all, func(p store.Proposal) bool { return p.Service != all[0].Service })
		if n < 0 {
			n = len(all)
		}
		s, refused := r.sit(ctx, who, all[0].Service, access.ReadDecisions)
		switch {
		case refused == nil:
			err = do(s, all[:n])
		case fault.KindOf(refused) == fault.Internal:
			err = refused
		}
		all = all[n:]
	}
	return err
}

// pack gives the document by which is decided, as things are now.
func (s *sitting) pack() *document.Document {
	p := assess.Ready(s.inputs, s.at)
	report.Say(p)
	v := s.sources.Service.Service
	return report.DecisionPack(p, report.About{Name: v.Name, Purpose: v.Purpose, Unit: s.who.UnitName(s.service.Unit)}, s.who.ground.home.Zone)
}
