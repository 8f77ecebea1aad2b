package api

import (
	"context"
	"encoding/base64"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Leaf is an entry of the ledger. It says that something happened, and never what its content is.
type Leaf struct {
	Number  int64  `json:"number" doc:"From 0"`
	Kind    string `json:"kind" doc:"What happened, such as evidence.recorded"`
	At      string `json:"at" format:"date-time"`
	By      string `json:"by" doc:"Who did it, by an id"`
	Service string `json:"service" doc:"Of which service; empty for the organisation"`
	Subject string `json:"subject" doc:"What it is about, such as evidence:e1"`
	Leaf    string `json:"leaf" doc:"The leaf, byte for byte as it is hashed, in base64"`
	Hash    string `json:"hash" doc:"Its hash in the tree, in base64"`
}

// Leaves is a part of the ledger.
type Leaves struct {
	Body struct {
		Items []Leaf `json:"items" nullable:"false"`
		Next  int64  `json:"next" doc:"What to send as from for the next page; -1 at the end"`
	}
}

// Checkpoint is a signed statement of what the tree was at a size.
type Checkpoint struct {
	Size int64  `json:"size"`
	At   string `json:"at" format:"date-time"`
	Text string `json:"text" doc:"The signed note"`
}

// Proof is hashes, from the bottom of the tree to the top, in base64.
type Proof struct {
	Leaf string   `json:"leaf,omitempty" doc:"The hash of the leaf that an inclusion is of"`
	Path []string `json:"path" nullable:"false"`
}

// RedactionLine is a redaction that was proposed, and perhaps made.
type RedactionLine struct {
	Redaction string   `json:"redaction" doc:"Its id"`
	Service   string   `json:"service" doc:"Empty where it is about the organisation file, packs or people"`
	Reason    string   `json:"reason"`
	Subjects  []string `json:"subjects" nullable:"false"`
	By        string   `json:"by" doc:"Who proposed it, by an id"`
	At        string   `json:"at" format:"date-time"`
	Made      string   `json:"made" doc:"When it was made; empty while it waits"`
}

// ProposedRedaction is a redaction that was proposed, with how much it would destroy.
type ProposedRedaction struct {
	Redaction string `json:"redaction" doc:"Its id"`
	Contents  int    `json:"contents" doc:"How many contents would be destroyed, those of postures among them"`
}

func (f *face) ledger(d desk) {
	const area = "ledger"
	add(d, operation{id: "list-leaves", method: http.MethodGet, path: "/ledger", summary: "List the entries of the ledger that you may know of", area: area, use: access.ReadLedger}, f.listLeaves)
	add(d, operation{id: "read-checkpoint", method: http.MethodGet, path: "/ledger/checkpoint", summary: "Read the newest signed checkpoint", area: area, use: access.ReadLedger}, f.readCheckpoint)
	add(d, operation{id: "prove-inclusion", method: http.MethodGet, path: "/ledger/proof", summary: "Prove that an entry is in the tree of a size", area: area, use: access.ReadLedger}, f.proveInclusion)
	add(d, operation{id: "prove-consistency", method: http.MethodGet, path: "/ledger/consistency", summary: "Prove that the tree of one size is the beginning of that of another", area: area, use: access.ReadLedger}, f.proveConsistency)
	add(d, operation{id: "export-record", method: http.MethodGet, path: "/services/{id}/record", summary: "Export the record of a service, with all that is needed to verify it", area: area, use: access.ExportRecord, answer: "Lines of JSON: what the record is, checkpoints, entries with their contents, and hashes of all other entries"}, f.exportRecord)
	add(d, operation{id: "list-redactions", method: http.MethodGet, path: "/redactions", summary: "List the redactions that you could propose or approve", area: area, use: access.ProposeRedaction}, f.listRedactions)
	add(d, operation{id: "propose-redaction", method: http.MethodPost, path: "/redactions", summary: "Propose to destroy contents of a service, of the organisation file, of packs or about people for good", area: area, use: access.ProposeRedaction, status: http.StatusCreated}, f.proposeRedaction)
	add(d, operation{id: "approve-redaction", method: http.MethodPost, path: "/redactions/{redaction}/approve", summary: "Destroy what somebody else proposed to destroy, for good", area: area, use: access.ApproveRedaction}, f.approveRedaction)
}

type leavesAsked struct {
	From  int64 `query:"from" doc:"The number to begin at" minimum:"0"`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

func (f *face) listLeaves(ctx context.Context, who registry.Asker, in *leavesAsked) (*Leaves, error) {
	all, next, err := f.Leaves(ctx, who, in.From, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &Leaves{}
	out.Body.Items, out.Body.Next = make([]Leaf, len(all)), next
	for i, l := range all {
		out.Body.Items[i] = Leaf{
			Number: l.Number, Kind: string(l.Kind), At: l.At.String(), By: l.Actor, Service: string(l.Service), Subject: l.Subject,
			Leaf: base64.StdEncoding.EncodeToString(l.Leaf), Hash: base64.StdEncoding.EncodeToString(l.Hash),
		}
	}
	return out, nil
}

func (f *face) readCheckpoint(ctx context.Context, who registry.Asker, _ *struct{}) (*One[Checkpoint], error) {
	c, err := f.NewestCheckpoint(ctx, who)
	if err != nil {
		return nil, err
	}
	return &One[Checkpoint]{Body: Checkpoint{Size: c.Size, At: c.At.String(), Text: c.Text}}, nil
}

type inclusionAsked struct {
	Leaf int64 `query:"leaf" required:"true" minimum:"0"`
	Size int64 `query:"size" required:"true" minimum:"1"`
}

func (f *face) proveInclusion(ctx context.Context, who registry.Asker, in *inclusionAsked) (*One[Proof], error) {
	p, err := f.Inclusion(ctx, who, in.Leaf, in.Size)
	if err != nil {
		return nil, err
	}
	return &One[Proof]{Body: Proof{Leaf: base64.StdEncoding.EncodeToString(p.Leaf[:]), Path: hashes(p.Path)}}, nil
}

type consistencyAsked struct {
	From int64 `query:"from" required:"true" minimum:"0"`
	To   int64 `query:"to" required:"true" minimum:"0"`
}

func (f *face) proveConsistency(ctx context.Context, who registry.Asker, in *consistencyAsked) (*One[Proof], error) {
	p, err := f.Consistency(ctx, who, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return &One[Proof]{Body: Proof{Path: hashes(p.Path)}}, nil
}

func hashes(list [][32]byte) []string {
	out := make([]string, len(list))
	for i, h := range list {
		out[i] = base64.StdEncoding.EncodeToString(h[:])
	}
	return out
}

// Lines is an answer of lines of JSON, written while it is made.
type Lines struct {
	Body func(huma.Context)
}

// exportRecord writes as it reads: a record may be larger than memory. What goes wrong before the first byte is a problem
// like any other; afterwards the answer is broken off, so that nobody takes half a record for the whole.
func (f *face) exportRecord(ctx context.Context, who registry.Asker, in *Named) (*Lines, error) {
	return &Lines{func(c huma.Context) {
		w := &lines{Context: c}
		if err := f.ExportRecord(ctx, who, ident.ID(in.ID), w); err != nil {
			w.fail(f.problem(ctx, "export-record", err))
		}
	}}, nil
}

// lines sets the header of an answer when the first byte of it comes.
type lines struct {
	huma.Context
	begun bool
}

func (l *lines) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		l.SetHeader("Content-Type", "application/jsonl")
		l.SetStatus(http.StatusOK)
	}
	return l.BodyWriter().Write(b)
}

func (l *lines) fail(p *Problem) {
	if l.begun {
		panic(http.ErrAbortHandler)
	}
	l.SetHeader("Content-Type", problemType)
	l.SetStatus(p.Status)
	p.send(l.BodyWriter())
}

func (f *face) listRedactions(ctx context.Context, who registry.Asker, in *Paging) (*Page[RedactionLine], error) {
	found, err := f.Redactions(ctx, who, in.After, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return page(found, in.Limit, func(r *registry.Redaction) RedactionLine {
		return RedactionLine{Redaction: r.ID, Service: string(r.Service), Reason: r.Reason, Subjects: words[string](r.Subjects), By: r.By, At: r.At.String(), Made: r.Made.String()}
	}, func(r *registry.Redaction) string { return r.ID }), nil
}

type newRedaction struct {
	Body struct {
		Service  string   `json:"service,omitempty" doc:"Whose contents; none for those of the organisation file, of packs and of people"`
		Reason   string   `json:"reason" doc:"Why it has to go, without saying what it is" maxLength:"2000"`
		Subjects []string `json:"subjects" minItems:"1" maxItems:"100" doc:"What has to go, such as revision:3, evidence:e1 and decision:d1; without a service organisation:2, pack:own/1 and person:p1"`
	}
}

func (f *face) proposeRedaction(ctx context.Context, who registry.Asker, in *newRedaction) (*One[ProposedRedaction], error) {
	p, err := f.ProposeRedaction(ctx, who, ident.ID(in.Body.Service), in.Body.Reason, in.Body.Subjects)
	if err != nil {
		return nil, err
	}
	return &One[ProposedRedaction]{Body: ProposedRedaction{Redaction: p.ID, Contents: p.Bodies}}, nil
}

type redactionAsked struct {
	Redaction string `path:"redaction"`
}

func (f *face) approveRedaction(ctx context.Context, who registry.Asker, in *redactionAsked) (*Page[Done], error) {
	all, err := f.ApproveRedaction(ctx, who, in.Redaction)
	return cut(all, "", err, func(w *registry.Written) Done { return Done{Leaf: w.Number} })
}
