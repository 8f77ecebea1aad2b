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
	Next     string         `json:"next" doc:"What to send as after for more services; empty at the end"`
}

// BoardService is a service with the proposals about it that wait for a board.
type BoardService struct {
	Service   string         `json:"service"`
	Name      string         `json:"name"`
	Pack      string         `json:"pack" doc:"The decision pack of the service by its newest posture, in the form that was asked for; empty while it has not been judged"`
	Proposals []ProposalLine `json:"proposals" nullable:"false"`
}

func (f *face) boards(d desk) {
	add(d, operation{id: "read-board-pack", method: http.MethodGet, path: "/boards/{board}/pack", summary: "Read what waits for a board, with the decision pack of each service that it is about", area: "decisions", use: access.ReadDecisions}, f.readBoardPack)
}

type boardAsked struct {
	Board  string `path:"board" doc:"Its id in the organisation file"`
	After  string `query:"after" doc:"Where the services before ended: their next; leave out for the first"`
	Limit  int    `query:"limit" doc:"How many services at the most" minimum:"1" maximum:"50" default:"10"`
	Format string `query:"format" enum:"markdown,html" default:"markdown" doc:"The form of the decision packs: html is a page that can be printed"`
}

func (f *face) readBoardPack(ctx context.Context, who registry.Asker, in *boardAsked) (*One[BoardPack], error) {
	p, next, err := f.BoardPack(ctx, who, ident.ID(in.Board), registry.ReadAfter(in.After), in.Limit)
	if err != nil {
		return nil, err
	}
	out := BoardPack{Board: string(p.Board.ID), Name: p.Board.Name, Role: string(p.Board.Role), Needs: p.Needs, Services: make([]BoardService, len(p.Services)), Next: next}
	for i := range p.Services {
		out.Services[i] = boardService(&p.Services[i], in.Format)
	}
	return &One[BoardPack]{Body: out}, nil
}

func boardService(s *registry.BoardService, format string) BoardService {
	out := BoardService{Service: string(s.ID), Name: s.Name, Proposals: make([]ProposalLine, len(s.Proposals))}
	switch {
	case s.Pack == nil:
	case format == "html":
		out.Pack = document.HTML(s.Pack)
	default:
		out.Pack = document.Markdown(s.Pack, 1)
	}
	for i := range s.Proposals {
		out.Proposals[i] = proposalLine(&s.Proposals[i])
	}
	return out
}
