package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// node is an item of a posture that has a status and reasons.
type node struct {
	ref     ident.Ref
	also    string // what people call it, where that is not the path of the reference
	title   string
	status  string
	reasons []judge.Reason
}

// called says whether people mean the node by a word: its id, its reference or what else it is called.
func (n *node) called(word string) bool {
	return strings.EqualFold(n.ref.Path, word) || strings.EqualFold(n.ref.String(), word) || n.also != "" && strings.EqualFold(n.also, word)
}

// nodes lists everything in a posture that can be explained.
func nodes(p *assess.Posture) []node {
	return slices.Concat(contextNodes(&p.Context), areaNodes(p), controlNodes(p), threatNodes(p), pathNodes(p), riskNodes(p), principleNodes(p), recordNodes(p), levelNodes(p))
}

func contextNodes(c *judge.ContextResult) (out []node) {
	add := func(id, value string, reasons []judge.Reason) {
		out = append(out, node{ref: ident.To(ident.KindContext, id), status: value, reasons: reasons})
	}
	add("tier", c.Tier.Value+", "+c.Tier.State, c.Tier.Reasons)
	add("register", cmp.Or(c.Register.Value, "classification not said")+", "+c.Register.State, c.Register.Reasons)
	out[len(out)-1].also, out[len(out)-1].title = "classification", "the classification"
	add("appetite", c.Appetite.Value+", "+c.Appetite.State, c.Appetite.Reasons)
	add("scope", scopeWords(c.Scope.Value)+", "+c.Scope.State, c.Scope.Reasons)
	add("data-protection", c.DataProtection.Outcome, c.DataProtection.Reasons)
	for i := range c.Obligations {
		o := &c.Obligations[i]
		out = append(out, node{ref: ident.Claim("context", "obligations", string(o.ID)), also: string(o.ID), title: o.Title, status: "applies: " + cmp.Or(string(o.Applies), "unknown"), reasons: o.Reasons})
	}
	for i := range c.Components {
		k := &c.Components[i]
		status := cmp.Or(string(k.Classification), "classification not known") + ", exposure " + cmp.Or(string(k.Exposure), "not known")
		out = append(out, node{ref: ident.Claim("architecture", "components", string(k.ID)), also: string(k.ID), status: status, reasons: k.Reasons})
	}
	return out
}

func areaNodes(p *assess.Posture) (out []node) {
	for i := range p.Areas {
		a := &p.Areas[i]
		out = append(out, node{ref: ident.To(ident.KindArea, string(a.ID)), title: a.Title, status: string(a.Standing), reasons: a.Reasons})
	}
	for i := range p.Activities {
		a := &p.Activities[i]
		out = append(out, node{ref: ident.To(ident.KindActivity, string(a.ID)), title: a.Title, status: string(a.Standing), reasons: a.Reasons})
	}
	return out
}

func controlNodes(p *assess.Posture) (out []node) {
	for i := range p.Controls {
		k := &p.Controls[i]
		status := string(k.State) + ", " + string(k.Weight)
		if k.Applicability == judge.NotApplicable {
			status = "not applicable"
		}
		out = append(out, node{ref: ident.To(ident.KindControl, string(k.ID)), title: k.Title, status: status, reasons: k.Reasons})
	}
	for i := range p.Findings.Top {
		f := &p.Findings.Top[i]
		out = append(out, node{ref: ident.To(ident.KindFinding, string(f.ID)), title: f.Weakness, status: cmp.Or(string(f.Severity), "severity not known"), reasons: f.Reasons})
	}
	return out
}

// threatNodes gives each threat, by its own id and by that of the group that it is told of with.
func threatNodes(p *assess.Posture) (out []node) {
	for i := range p.Threats {
		t := &p.Threats[i]
		n := node{ref: ident.To(ident.KindThreat, string(t.ID)), title: t.Title, reasons: t.Reasons}
		n.status = string(t.Severity) + ": as claimed " + threatWords(t.Claimed) + ", as evidenced " + threatWords(t.Evidenced)
		if t.Group != t.ID {
			n.also = string(t.Group)
		}
		out = append(out, n)
	}
	return out
}

// pathNodes gives each path with a reason for every step of it, which names what is in its way and what would be.
func pathNodes(p *assess.Posture) (out []node) {
	for i := range p.Paths {
		x := &p.Paths[i]
		n := node{ref: ident.To(ident.KindPath, string(x.ID)), title: headOfPath(x.Gain, x.Title), reasons: slices.Clone(x.Reasons)}
		n.status = "as claimed: " + easeWords(x.Claimed) + ", as evidenced: " + easeWords(x.Evidenced)
		for k := range x.Steps {
			n.reasons = append(n.reasons, stepReason(k, &x.Steps[k]))
		}
		out = append(out, n)
	}
	return out
}

// stepReason tells of a step of a path as a reason, which rests on where it leads and on the controls that bear on it.
func stepReason(k int, s *judge.PathStep) judge.Reason {
	text := "Step " + strconv.Itoa(k+1) + ", " + s.Status + ": " + s.Title
	on := []ident.Ref{s.To}
	if len(s.Hindered) > 0 {
		text += ". In the way: " + strings.Join(wordsOf(s.Hindered), ", ")
	}
	if len(s.Lacking) > 0 {
		text += ". Would be in the way, and is not shown to work there: " + strings.Join(wordsOf(s.Lacking), ", ")
	}
	for _, list := range [][]ident.ID{s.Hindered, s.Lacking} {
		for _, id := range list {
			on = append(on, ident.To(ident.KindControl, string(id)))
		}
	}
	return judge.Reason{Code: "path.step", Text: text, Because: on}
}

func riskNodes(p *assess.Posture) (out []node) {
	for i := range p.Risks {
		r := &p.Risks[i]
		status := string(r.Standing) + ": inherent " + band(r.Inherent) + ", residual as claimed " + band(r.ResidualClaimed) + ", as evidenced " + band(r.ResidualEvidenced)
		if r.Standing == judge.Unjudged {
			status = string(r.Standing)
		}
		out = append(out, node{ref: ident.To(ident.KindRisk, string(r.ID)), title: r.Title, status: status, reasons: r.Reasons})
	}
	return out
}

// principleNodes gives each principle with what is said of its statements, and each statement by itself.
func principleNodes(p *assess.Posture) (out []node) {
	for i := range p.Principles {
		x := &p.Principles[i]
		whole := node{ref: ident.To(ident.KindPrinciple, string(x.ID)), title: x.Title, status: standingWords(x.Standing), reasons: slices.Clone(x.Reasons)}
		for k := range x.Statements {
			s := &x.Statements[k]
			for _, r := range s.Reasons {
				r.Text = string(s.ID) + ": " + r.Text
				whole.reasons = append(whole.reasons, r)
			}
			if ref, ok := statementRef(s); ok {
				out = append(out, node{ref: ref, also: string(x.ID) + "/" + string(s.ID), title: string(s.Kind), status: standingWords(s.Standing), reasons: s.Reasons})
			}
		}
		out = append(out, whole)
	}
	return out
}

// statementRef finds the reference of a statement among those that its reasons name.
func statementRef(s *judge.Statement) (ident.Ref, bool) {
	for i := range s.Reasons {
		for _, ref := range s.Reasons[i].Because {
			if ref.Kind == ident.KindRequirement && strings.HasSuffix(ref.Path, "#"+string(s.ID)) {
				return ref, true
			}
		}
	}
	return ident.Ref{}, false
}

func recordNodes(p *assess.Posture) (out []node) {
	for i := range p.Decisions {
		d := &p.Decisions[i]
		n := node{ref: ident.To(ident.KindDecision, string(d.ID)), title: d.Kind, status: stateWords(d.State) + ", " + attestation(d.Attested)}
		if d.Cause != nil {
			n.reasons = []judge.Reason{*d.Cause}
		}
		out = append(out, n)
	}
	for i := range p.Evidence {
		e := &p.Evidence[i]
		var uses []string
		for _, u := range e.Uses {
			uses = append(uses, u.String())
		}
		status := evidenceWords(e.State, 1)[len("1 "):]
		if len(uses) > 0 {
			status += ", for " + strings.Join(uses, ", ")
		}
		out = append(out, node{ref: ident.To(ident.KindEvidence, string(e.ID)), status: status})
	}
	return out
}

func levelNodes(p *assess.Posture) (out []node) {
	for i := range p.Frameworks {
		f := &p.Frameworks[i]
		out = append(out, node{ref: ident.To(ident.KindFramework, string(f.ID)), title: f.Title, status: f.Version, reasons: f.Reasons})
		for k := range f.Requirements {
			r := &f.Requirements[k]
			status := cmp.Or(string(r.Level), standingWords(r.Standing))
			if r.Meets == judge.MeetsNo {
				status += ", below " + f.Profile + " (" + string(r.Minimum) + ")"
			}
			out = append(out, node{ref: r.Ref, also: r.ID, title: r.Title, status: status, reasons: r.Reasons})
		}
	}
	for i := range p.Suppliers {
		s := &p.Suppliers[i]
		out = append(out, node{ref: ident.Claim("suppliers", string(s.ID)), also: string(s.ID), title: s.Name, status: supplierWords(s.Standing), reasons: s.Reasons})
	}
	for i := range p.Profiles {
		x := &p.Profiles[i]
		out = append(out, node{ref: ident.To(ident.KindProfile, string(x.Scheme)), status: string(x.Level), reasons: reasonsOf(x.InTheWay)})
	}
	for i := range p.Gates {
		g := &p.Gates[i]
		status := "not ready"
		switch {
		case g.Passed:
			status = "passed"
		case g.Ready:
			status = "ready"
		}
		out = append(out, node{ref: ident.To(ident.KindGate, string(g.ID)), title: g.Title, status: status, reasons: reasonsOf(g.InTheWay)})
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
