package judge

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// Path is the easiest modelled way to something that an attacker could be after, as claimed and as evidenced.
type Path struct {
	ID        ident.ID    `json:"id"`
	Gain      threat.Gain `json:"gain"`      // what is lost: learnt, altered, destroyed, stopped, misused, suffered
	Target    ident.Ref   `json:"target"`    // of what
	Title     string      `json:"title"`     // the target, as people say it
	Claimed   Ease        `json:"claimed"`   // with what is claimed to work
	Evidenced Ease        `json:"evidenced"` // with what is shown to work
	Easy      bool        `json:"easy"`      // no step of it, as evidenced, needs more than an ordinary attacker
	Actors    []ident.ID  `json:"actors"`    // of the threat assessment, that are capable of it as evidenced
	Steps     []PathStep  `json:"steps"`     // as evidenced
	Reasons   []Reason    `json:"reasons"`
}

// Ease is how hard a way is.
type Ease struct {
	Modelled bool `json:"modelled"` // false: no modelled path, which is not the same as none
	Cost     int  `json:"cost"`     // all steps together
	Hardest  int  `json:"hardest"`  // the hardest step, on the scale of capability from 1 to 5 and more
	Steps    int  `json:"steps"`
	Unseen   int  `json:"unseen"` // steps that nothing would notice
}

// PathStep is one step of a path.
type PathStep struct {
	Kind       ident.ID   `json:"kind"`
	Title      string     `json:"title"`
	Status     string     `json:"status"` // open or hindered
	From       ident.Ref  `json:"from"`   // empty for the outside
	To         ident.Ref  `json:"to"`
	Component  ident.ID   `json:"component"` // that is attacked; empty for none
	Flow       ident.ID   `json:"flow"`      // that is used; empty for none
	Owner      string     `json:"owner"`     // the role that answers for the component
	Difficulty int        `json:"difficulty"`
	After      []int      `json:"after"`    // the steps that it rests on
	Hindered   []ident.ID `json:"hindered"` // controls that are shown to get in its way
	Lacking    []ident.ID `json:"lacking"`  // controls that would, and are not shown to
	Seen       bool       `json:"seen"`
	Techniques []string   `json:"techniques"`
}

// Attack is the attack graph of a service as it is at a moment, for what is asked beyond the posture: other ways, blast
// radius and choke points.
type Attack struct {
	Graph     *threat.Graph
	Works     threat.Works
	Claimed   *threat.View
	Evidenced *threat.View
	Unsaid    int // attributes that the steps rest on and that nobody has said
	Start     threat.Start
}

// attack is stage 5, its second half: the attack graph with what works.
func (j *judging) attack(works threat.Works) *Attack {
	a := &Attack{Graph: j.graph, Works: works, Unsaid: j.graph.Unsaid()}
	a.Claimed = j.graph.View(works, threat.AsClaimed, threat.Supposed{})
	a.Evidenced = j.graph.View(works, threat.AsEvidenced, threat.Supposed{})
	if j.supposed != nil && len(j.supposed.Compromised) > 0 {
		a.Start.Origins = threat.Usual()
		for _, id := range j.supposed.Compromised {
			a.Start.At = append(a.Start.At, j.graph.Find(id)...)
		}
	}
	return a
}

// paths gives the easiest way to each target to which there is a modelled one, in order of the targets.
func (j *judging) paths(a *Attack) []Path {
	claimed := map[ident.ID]*threat.Path{}
	asClaimed := a.Claimed.Easiest(a.Start)
	for i := range asClaimed {
		claimed[asClaimed[i].ID] = &asClaimed[i]
	}
	found := a.Evidenced.Easiest(a.Start)
	out := make([]Path, 0, len(found))
	for i := range found {
		out = append(out, j.path(&found[i], claimed[found[i].ID]))
	}
	slices.SortFunc(out, func(a, b Path) int { return compareIDs(a.ID, b.ID) })
	return out
}

func compareIDs(a, b ident.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (j *judging) path(p, claimed *threat.Path) Path {
	out := Path{ID: p.ID, Gain: p.Target.Gain, Target: p.Target.Of, Title: p.Target.Title, Evidenced: ease(p), Steps: make([]PathStep, len(p.Steps))}
	if claimed != nil {
		out.Claimed = ease(claimed)
	}
	out.Easy = p.Hardest <= j.library.ThreatScale.Easy
	out.Actors = j.capable(p.Hardest)
	because_ := []ident.Ref{}
	for i := range p.Steps {
		out.Steps[i] = j.pathStep(&p.Steps[i])
		because_ = append(because_, p.Steps[i].To.Of)
	}
	slices.SortFunc(because_, ident.Ref.Compare)
	code := "path.hindered"
	if out.Easy {
		code = "path.easy"
	}
	out.Reasons = []Reason{because(code, slices.Compact(because_), Arg{"n", num(len(p.Steps))}, Arg{"hardest", num(p.Hardest)}, Arg{"unseen", num(out.Evidenced.Unseen)})}
	return out
}

func ease(p *threat.Path) Ease {
	out := Ease{Modelled: true, Cost: p.Cost, Hardest: p.Hardest, Steps: len(p.Steps)}
	for i := range p.Steps {
		if !p.Steps[i].Seen {
			out.Unseen++
		}
	}
	return out
}

func (j *judging) pathStep(s *threat.Taken) PathStep {
	out := PathStep{
		Kind: s.Kind, Title: s.Title, Status: "open", From: s.From[0].Of, To: s.To.Of, Difficulty: s.Difficulty, After: orNone(s.After),
		Hindered: orNone(s.Hindered), Lacking: orNone(s.Lacking), Seen: s.Seen, Techniques: orNone(s.Techniques),
	}
	if len(s.Hindered) > 0 {
		out.Status = "hindered"
	}
	if s.At >= 0 {
		c := &j.service().Architecture.Components[s.At]
		out.Component, out.Owner = c.ID, c.Owner
	}
	if s.Flow >= 0 {
		out.Flow = j.service().Architecture.Flows[s.Flow].ID
	}
	return out
}

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// capable gives the actors of the threat assessment that are capable of steps so hard. What the team says of an actor is
// a claim: until an assessment in date shows it, the actor is taken to be capable of anything.
func (j *judging) capable(hardest int) []ident.ID {
	out := []ident.ID{}
	for i := range j.service().Threats.Actors {
		a := &j.service().Threats.Actors[i]
		if a.Kind == "" || a.Kind == "adversarial" {
			if level, shown := j.capability(a); !shown || level >= hardest {
				out = append(out, a.ID)
			}
		}
	}
	return out
}

// capability gives what an actor is capable of, and whether evidence in date shows it.
func (j *judging) capability(a *model.Actor) (level int, shown bool) {
	if a.Capability == 0 || a.Assessment == "" {
		return 0, false
	}
	for i := range j.evidence.Records {
		r := &j.evidence.Records[i]
		if r.ID != a.Assessment || !j.watch.Reached(j.seen[i]) {
			continue
		}
		until := j.zone.Until(r.ValidUntil)
		return int(a.Capability), r.ValidUntil.IsZero() || !j.watch.Passed(until)
	}
	return 0, false
}

// endangered gives the easiest paths, as evidenced, to what a risk is about.
func endangered(r *model.Risk, paths []Path) (worst *Path) {
	for i := range paths {
		p := &paths[i]
		id := ident.ID(path1(p.Target))
		about := slices.Contains(r.Data, id) && p.Gain.OfData() || slices.Contains(r.Functions, id) && !p.Gain.OfData() || p.Gain == threat.Suffered && slices.Contains(r.Losses, id)
		if about && p.Easy && (worst == nil || p.Evidenced.Cost < worst.Evidenced.Cost) {
			worst = p
		}
	}
	return worst
}

func pathRef(id ident.ID) ident.Ref { return ident.To(ident.KindPath, string(id)) }

func threatRef(id ident.ID) ident.Ref { return ident.To(ident.KindThreat, string(id)) }

// threats adds what is counted of threats and paths.
func (m *counted) threats(j *judging, s *stages) {
	open := map[ident.ID]bool{}
	for i := range s.threats {
		t := &s.threats[i]
		open[t.Group] = open[t.Group] || j.unmanaged(t)
	}
	for _, id := range sortedKeys(open) { // what is triaged together counts once
		m.count(library.ThreatsUnmanaged, threatRef(id), open[id])
	}
	for i := range s.paths {
		m.count(library.PathsEasy, pathRef(s.paths[i].ID), s.paths[i].Easy)
	}
}
