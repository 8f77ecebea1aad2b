package report

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Why is the reasons behind one status, as a tree that ends in inputs.
type Why struct {
	Service ident.ID  `json:"service"`
	Ref     ident.Ref `json:"ref"`
	Title   string    `json:"title"`
	Status  string    `json:"status"`
	Reasons []Because `json:"reasons"`
}

// Because is a reason and what it rests on: results of earlier stages, with their own reasons, or inputs, without.
type Because struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	RestOn []Why  `json:"because"`
}

// node is an item of a posture that has a status and reasons.
type node struct {
	ref     ident.Ref
	title   string
	status  string
	reasons []judge.Reason
}

// nodes lists everything in a posture that can be explained.
func nodes(p *assess.Posture) (out []node) {
	c := &p.Context
	for _, s := range []struct {
		id string
		s  *judge.Signed
	}{{"tier", &c.Tier}, {"register", &c.Register}, {"appetite", &c.Appetite}, {"scope", &c.Scope}} {
		out = append(out, node{ident.To(ident.KindContext, s.id), "", s.s.Value + " (" + s.s.State + ")", s.s.Reasons})
	}
	out = append(out, node{ident.To(ident.KindContext, "data-protection"), "", c.DataProtection.Outcome, c.DataProtection.Reasons})
	for i := range p.Areas {
		a := &p.Areas[i]
		out = append(out, node{ident.To(ident.KindArea, string(a.ID)), a.Title, string(a.Standing), a.Reasons})
	}
	for i := range p.Activities {
		a := &p.Activities[i]
		out = append(out, node{ident.To(ident.KindActivity, string(a.ID)), a.Title, string(a.Standing), a.Reasons})
	}
	for i := range p.Controls {
		k := &p.Controls[i]
		out = append(out, node{ident.To(ident.KindControl, string(k.ID)), k.Title, controlStatus(k), k.Reasons})
	}
	for i := range p.Risks {
		r := &p.Risks[i]
		status := string(r.Standing) + " (inherent " + band(r.Inherent) + ", as claimed " + band(r.ResidualClaimed) + ", as evidenced " + band(r.ResidualEvidenced) + ")"
		out = append(out, node{ident.To(ident.KindRisk, string(r.ID)), r.Title, status, r.Reasons})
	}
	return append(out, later(p)...)
}

func controlStatus(k *judge.Control) string {
	if k.Applicability == judge.NotApplicable {
		return "not applicable"
	}
	return string(k.State) + ", " + string(k.Weight)
}

func later(p *assess.Posture) (out []node) {
	for i := range p.Findings.Top {
		f := &p.Findings.Top[i]
		out = append(out, node{ident.To(ident.KindFinding, string(f.ID)), f.Weakness, cmp.Or(string(f.Severity), "severity unknown"), f.Reasons})
	}
	for i := range p.Principles {
		x := &p.Principles[i]
		n := node{ident.To(ident.KindPrinciple, string(x.ID)), x.Title, string(x.Standing), slices.Clone(x.Reasons)}
		for k := range x.Statements {
			for _, r := range x.Statements[k].Reasons {
				r.Text = string(x.Statements[k].ID) + ": " + r.Text
				n.reasons = append(n.reasons, r)
			}
		}
		out = append(out, n)
	}
	for i := range p.Decisions {
		d := &p.Decisions[i]
		n := node{ref: ident.To(ident.KindDecision, string(d.ID)), title: d.Kind, status: d.State}
		if d.Cause != nil {
			n.reasons = []judge.Reason{*d.Cause}
		}
		out = append(out, n)
	}
	for i := range p.Profiles {
		out = append(out, node{ident.To(ident.KindProfile, string(p.Profiles[i].Scheme)), "", string(p.Profiles[i].Level), reasonsOf(p.Profiles[i].InTheWay)})
	}
	for i := range p.Gates {
		status := "not ready"
		if p.Gates[i].Ready {
			status = "ready"
		}
		out = append(out, node{ident.To(ident.KindGate, string(p.Gates[i].ID)), p.Gates[i].Title, status, reasonsOf(p.Gates[i].InTheWay)})
	}
	return out
}

func reasonsOf(way []judge.Obstacle) []judge.Reason {
	out := make([]judge.Reason, len(way))
	for i := range way {
		out[i] = way[i].Reason
	}
	return out
}

// Explain gives the reasons behind whatever in a posture is called id: an id such as r1, whatever its case, or a
// reference such as control:backup where several things have that id.
func Explain(p *assess.Posture, id string) (found []Why) {
	all := nodes(p)
	for i := range all {
		if strings.EqualFold(all[i].ref.Path, id) || strings.EqualFold(all[i].ref.String(), id) {
			found = append(found, grow(p.Service, all, &all[i], nil))
		}
	}
	return found
}

// grow makes the tree of a node. What was shown above already on the way is not grown again.
func grow(service ident.ID, all []node, n *node, above []ident.Ref) Why {
	w := Why{Service: service, Ref: n.ref, Title: n.title, Status: n.status, Reasons: []Because{}}
	if slices.Contains(above, n.ref) {
		return w
	}
	above = append(above, n.ref)
	for i := range n.reasons {
		r := &n.reasons[i]
		b := Because{Code: r.Code, Text: r.Text, RestOn: []Why{}}
		for _, ref := range r.Because {
			if ref == n.ref {
				continue // a decision or an obstacle names itself
			}
			b.RestOn = append(b.RestOn, follow(service, all, ref, above))
		}
		w.Reasons = append(w.Reasons, b)
	}
	return w
}

func follow(service ident.ID, all []node, ref ident.Ref, above []ident.Ref) Why {
	for i := range all {
		if all[i].ref == ref {
			return grow(service, all, &all[i], above)
		}
	}
	return Why{Service: service, Ref: ref, Reasons: []Because{}} // an input: nothing is behind it
}

// Nearest gives the id in postures that is nearest to a word; empty when none is near.
func Nearest(postures []*assess.Posture, word string) string {
	var ids []string
	for _, p := range postures {
		all := nodes(p)
		for i := range all {
			ids = append(ids, all[i].ref.Path)
		}
	}
	return ident.Nearest(word, ids)
}

// Tree writes reasons for a person.
func Tree(w io.Writer, found []Why, style Style) error {
	p := newPage(style)
	for i := range found {
		if i > 0 {
			p.line()
		}
		f := &found[i]
		p.line(p.paint("1", f.Ref.String()), titled(f.Title))
		p.wrap("  ", f.Status)
		p.branches(f.Reasons, "  ", 0)
	}
	return p.flush(w)
}

func titled(title string) string {
	if title == "" {
		return ""
	}
	return "  " + title
}

const deepest = 6

func (p *page) branches(reasons []Because, indent string, depth int) {
	for i := range reasons {
		r := &reasons[i]
		p.wrap(indent+"- ", r.Text)
		for k := range r.RestOn {
			on := &r.RestOn[k]
			line := on.Ref.String()
			if on.Status != "" {
				line += ": " + on.Status
			}
			p.wrap(indent+"    from ", line)
			if depth < deepest {
				p.branches(on.Reasons, indent+"      ", depth+1)
			}
		}
	}
}

// Decisions writes the decisions of a posture for a person.
func Decisions(w io.Writer, posture *assess.Posture, zone civil.Zone, style Style) error {
	t := &text{page: newPage(style), p: posture, zone: zone}
	t.decisions()
	return t.flush(w)
}
