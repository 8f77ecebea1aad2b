package impact

import (
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// attacked compares threats and paths: a threat that is new and open is worse, and so is a way that has become easier.
func (c *comparing) attacked(before, after *judge.Judgement) {
	c.items("threat", threats(before), threats(after))
	c.both("severity", severities(before), severities(after))
	c.items("path", paths(before), paths(after))
}

func threats(j *judge.Judgement) (out []thing) {
	for i := range j.Threats {
		t := &j.Threats[i]
		bad := t.Evidenced == judge.ThreatOpen || t.Evidenced == judge.ThreatPossible
		out = append(out, thing{id: ident.To(ident.KindThreat, string(t.ID)), title: t.Title, state: string(t.Evidenced), rank: t.Evidenced.Rank(), bad: bad, reasons: t.Reasons})
	}
	return out
}

// severities are how grave threats are, whatever answers them.
func severities(j *judge.Judgement) (out []thing) {
	for i := range j.Threats {
		t := &j.Threats[i]
		out = append(out, thing{id: ident.To(ident.KindThreat, string(t.ID)), title: t.Title, state: string(t.Severity), rank: -t.Severity.Rank(), reasons: t.Reasons})
	}
	return out
}

// paths are compared by how hard they are, as evidenced, all steps together. To need one step more of the same attacker is
// better too.
func paths(j *judge.Judgement) (out []thing) {
	for i := range j.Paths {
		p := &j.Paths[i]
		out = append(out, thing{id: ident.To(ident.KindPath, string(p.ID)), title: p.Title, state: "difficulty " + strconv.Itoa(p.Evidenced.Cost), rank: p.Evidenced.Cost, bad: true, reasons: p.Reasons})
	}
	return out
}

// hindered bounds what showing a control could gain in threats that it would answer and in ways that it would get into.
func (p *proposing) hindered(c *judge.Control) (bound int) {
	is := func(id ident.ID) bool { return id == c.ID || id == c.Control }
	groups := map[ident.ID]bool{}
	for i := range p.now.Threats {
		t := &p.now.Threats[i]
		if !groups[t.Group] && (t.Evidenced == judge.ThreatOpen || t.Evidenced == judge.ThreatPossible) && slices.ContainsFunc(t.Answers, is) {
			groups[t.Group] = true
			bound += p.worth[library.ThreatsUnmanaged]
		}
	}
	for i := range p.now.Paths {
		path := &p.now.Paths[i]
		if path.Easy && slices.ContainsFunc(path.Steps, func(s judge.PathStep) bool { return slices.ContainsFunc(s.Lacking, is) }) {
			bound += p.worth[library.PathsEasy]
		}
	}
	return bound
}
