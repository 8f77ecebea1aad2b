package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// WaitingLine is a decision that waits for who asks.
type WaitingLine struct {
	Why      string   `json:"why" enum:"decide,consult,confirm,reaffirm,reconfirm,lapsed" doc:"decide: a proposal that you may decide on. consult: one on which you have to be asked. confirm: the minute of what you decided. reaffirm: a wording that it rests on was changed. reconfirm: who made it has left the role that you hold now. lapsed: it has ended, and nothing has taken its place"`
	Service  string   `json:"service"`
	Name     string   `json:"name" doc:"Of the service"`
	Decision string   `json:"decision" doc:"Its id, or that of the proposal"`
	Kind     string   `json:"kind"`
	Subject  []string `json:"subject" nullable:"false"`
	Role     string   `json:"role" doc:"In which it waits for you"`
	Due      string   `json:"due" doc:"Until when; of one that lapsed, since when; empty where there is no date"`
}

func (f *face) waiting(d desk) {
	add(d, operation{id: "list-waiting", method: http.MethodGet, path: "/me/waiting", summary: "List the decisions that wait for you, the most urgent first", area: "decisions", use: access.ReadOwnProfile}, f.listWaiting)
}

type waitingAsked struct {
	Paging
	Why string `query:"why" enum:"decide,consult,confirm,reaffirm,reconfirm,lapsed" doc:"Only those that wait for this reason"`
}

func (f *face) listWaiting(ctx context.Context, who registry.Asker, in *waitingAsked) (*Page[WaitingLine], error) {
	found, next, err := f.WaitingPage(ctx, who, registry.Why(in.Why), in.After, in.Limit)
	return cut(found, next, err, waitingLine)
}

func waitingLine(w *registry.Pending) WaitingLine {
	out := WaitingLine{
		Why: string(w.Why), Service: string(w.Service), Name: w.Name, Decision: string(w.Decision), Kind: string(w.Kind),
		Subject: make([]string, len(w.Subject)), Role: string(w.Role), Due: w.Due.String(),
	}
	for i, ref := range w.Subject {
		out.Subject[i] = ref.String()
	}
	return out
}
