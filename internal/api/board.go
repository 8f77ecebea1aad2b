package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// BoardPack is what waits for a board.
type BoardPack struct {
	Board    string         `json:"board" doc:"Its id"`
	Name     string         `json:"name"`
	Role     string         `json:"role" doc:"The role that it holds"`
	Needs    int            `json:"needs" doc:"How many of its members decide for it"`
	Services []BoardService `json:"services" nullable:"false" doc:"Those whose decisions and posture you may read"`
}

// BoardService is a service with the proposals about it that wait for a board.
type BoardService struct {
	Service   string         `json:"service"`
	Name      string         `json:"name"`
	Pack      string         `json:"pack" doc:"The decision pack of the service as things are now, in the form that was asked for"`
	Proposals []ProposalLine `json:"proposals" nullable:"false"`
}

func (f *face) boards(d desk) {
	add(d, operation{id: "read-board-pack", method: http.MethodGet, path: "/boards/{board}/pack", summary: "Read what waits for a board, with the decision pack of each service that it is about", area: "decisions", use: access.ReadDecisions}, f.readBoardPack)
}

type boardAsked struct {
	Board  string `path:"board" doc:"Its id in the organisation file"`
	Format string `query:"format" enum:"markdown,html" default:"markdown" doc:"The form of the decision packs: html is a page that can be printed"`
}

func (f *face) readBoardPack(ctx context.Context, who registry.Asker, in *boardAsked) (*One[BoardPack], error) {
	p, err := f.BoardPack(ctx, who, ident.ID(in.Board))
	if err != nil {
		return nil, err
	}
	out := BoardPack{Board: string(p.Board.ID), Name: p.Board.Name, Role: string(p.Board.Role), Needs: p.Needs, Services: make([]BoardService, len(p.Services))}
	for i := range p.Services {
		out.Services[i] = boardService(&p.Services[i], in.Format)
	}
	return &One[BoardPack]{Body: out}, nil
}

func boardService(s *registry.BoardService, format string) BoardService {
	out := BoardService{Service: string(s.ID), Name: s.Name, Proposals: make([]ProposalLine, len(s.Proposals))}
	if format == "html" {
		out.Pack = document.HTML(s.Pack)
	} else {
		out.Pack = document.Markdown(s.Pack, 1)
	}
	for i := range s.Proposals {
		out.Proposals[i] = proposalLine(&s.Proposals[i])
	}
	return out
}
