// Package report writes postures out: the sentences of reasons, text for a terminal, and JSON for programs.
//
// Reasons are codes with arguments until here; a phrase table turns them into sentences. The package decides nothing and
// works nothing out: what is not in a posture is not in a report.
package report

import (
	"encoding/json"
	"io"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Say fills in the sentence of every reason, obstacle and change of a posture.
func Say(p *assess.Posture) {
	b := tableOf(vocabularyOf(p))
	b.context(&p.Context)
	for i := range p.Profiles {
		b.obstacles(p.Profiles[i].InTheWay)
	}
	for i := range p.Gates {
		b.obstacles(p.Gates[i].InTheWay)
	}
	for i := range p.Areas {
		b.reasons(p.Areas[i].Reasons)
	}
	for i := range p.Activities {
		b.reasons(p.Activities[i].Reasons)
	}
	for i := range p.Controls {
		b.reasons(p.Controls[i].Reasons)
	}
	for i := range p.Threats {
		b.reasons(p.Threats[i].Reasons)
	}
	for i := range p.Paths {
		b.reasons(p.Paths[i].Reasons)
	}
	for i := range p.Archived {
		b.reasons(p.Archived[i].Reasons)
	}
	for i := range p.Risks {
		b.reasons(p.Risks[i].Reasons)
	}
	for i := range p.Findings.Top {
		b.reasons(p.Findings.Top[i].Reasons)
	}
	for i := range p.Principles {
		b.reasons(p.Principles[i].Reasons)
		for k := range p.Principles[i].Statements {
			b.reasons(p.Principles[i].Statements[k].Reasons)
		}
	}
	for i := range p.Frameworks {
		b.reasons(p.Frameworks[i].Reasons)
		for k := range p.Frameworks[i].Requirements {
			b.reasons(p.Frameworks[i].Requirements[k].Reasons)
		}
	}
	for i := range p.Suppliers {
		b.reasons(p.Suppliers[i].Reasons)
	}
	for i := range p.Notices {
		b.reasons(p.Notices[i].Reasons)
	}
	for i := range p.Duties {
		b.reasons(p.Duties[i].Reasons)
	}
	for i := range p.Decisions {
		if c := p.Decisions[i].Cause; c != nil {
			c.Text = b.phrase(c.Code, c.Args)
		}
	}
	for i := range p.Changes {
		p.Changes[i].Text = b.phrase(p.Changes[i].Code, nil)
	}
	for i := range p.Actions {
		p.Actions[i].Text = b.phrase(p.Actions[i].Code, p.Actions[i].Args)
	}
}

func (b phrasebook) context(c *judge.ContextResult) {
	for _, s := range []*judge.Signed{&c.Tier, &c.Register, &c.Appetite, &c.Scope} {
		b.reasons(s.Reasons)
	}
	b.reasons(c.DataProtection.Reasons)
	b.obstacles(c.Unknowns)
	for i := range c.Obligations {
		b.reasons(c.Obligations[i].Reasons)
	}
	for i := range c.Components {
		b.reasons(c.Components[i].Reasons)
	}
}

func (b phrasebook) reasons(list []judge.Reason) {
	for i := range list {
		list[i].Text = b.phrase(list[i].Code, list[i].Args)
	}
}

func (b phrasebook) obstacles(list []judge.Obstacle) {
	for i := range list {
		o := &list[i]
		o.Reason.Text = b.phrase(o.Reason.Code, o.Reason.Args)
		o.Text = o.Reason.Text
	}
}

// Postures is several postures, as one document.
type Postures struct {
	Bulkhead string            `json:"bulkhead"`
	Postures []*assess.Posture `json:"postures"` // in order of id
}

// JSON writes a value as indented JSON, with < and & as they are.
func JSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
