package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/evidence"
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
	Evidenced *threat.View
	Start     threat.Start  // where attacks begin, where something is supposed
	found     *threat.Found // as evidenced
}

// Claimed gives the graph with what is claimed to work.
func (a *Attack) Claimed() *threat.View {
	return a.Graph.View(a.Works, threat.AsClaimed, threat.Supposed{})
}

// attack is stage 5, its second half: the attack graph with what works, and the easiest way to everything in it. With a
// base, what is supposed of some controls is looked at where they get in the way of something.
func (j *judging) attack(works threat.Works, base *Attack) *Attack {
	a := &Attack{Graph: j.graph, Works: works}
	if base != nil {
		a.Evidenced = base.Evidenced.Again(works, j.supposedControls()...)
	} else {
		a.Evidenced = j.graph.View(works, threat.AsEvidenced, threat.Supposed{})
	}
	if j.supposed != nil && len(j.supposed.Compromised) > 0 {
		a.Start.Origins = threat.Usual()
		for _, id := range j.supposed.Compromised {
			a.Start.At = append(a.Start.At, j.graph.Find(id)...)
		}
	}
	a.found = a.Evidenced.Find(a.Start)
	return a
}

// easy says whether an ordinary attacker could take a way.
func (j *judging) easy(w *threat.Way) bool { return w.Hardest <= j.library.ThreatScale.Easy }

// paths gives the easiest way to each target to which there is a modelled one, in order of id.
func (j *judging) paths(a *Attack) []Path {
	claimed := map[ident.ID]Ease{}
	asClaimed := a.Claimed().Find(a.Start)
	for i := range asClaimed.Ways {
		claimed[asClaimed.Ways[i].ID] = ease(&asClaimed.Ways[i])
	}
	out := make([]Path, len(a.found.Ways))
	for i := range a.found.Ways {
		w := &a.found.Ways[i]
		out[i] = j.path(w, a.found.Path(w))
		out[i].Claimed = claimed[w.ID]
	}
	slices.SortFunc(out, func(a, b Path) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func (j *judging) path(w *threat.Way, p threat.Path) Path {
	out := Path{ID: w.ID, Gain: w.Target.Gain, Target: w.Target.Of, Title: w.Target.Title, Evidenced: ease(w), Easy: j.easy(w), Actors: j.capable(w.Hardest), Steps: make([]PathStep, len(p.Steps))}
	on := make([]ident.Ref, 0, len(p.Steps)+1)
	on = append(on, w.Target.Of)
	for i := range p.Steps {
		out.Steps[i] = j.pathStep(&p.Steps[i])
		on = append(on, p.Steps[i].To.Of)
	}
	slices.SortFunc(on, ident.Ref.Compare)
	on = slices.Compact(on)
	if n, unseen := num(w.Steps), num(w.Unseen); out.Easy {
		out.Reasons = []Reason{because("path.easy", on, Arg{"n", n}, Arg{"unseen", unseen})}
	} else {
		out.Reasons = []Reason{because("path.hindered", on, Arg{"n", n}, Arg{"hardest", num(w.Hardest)}, Arg{"unseen", unseen})}
	}
	return out
}

func ease(w *threat.Way) Ease {
	return Ease{Modelled: true, Cost: w.Cost, Hardest: w.Hardest, Steps: w.Steps, Unseen: w.Unseen}
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
	r := j.evidence.Find(a.Assessment)
	if r == nil || r.Outcome != evidence.Passed {
		return 0, false
	}
	return int(a.Capability), j.watch.Within(j.zone.From(r.Observed), j.zone.Until(r.ValidUntil))
}

// endangered gives the easiest way, as evidenced, of those that an ordinary attacker could take to what a risk is about.
func (j *judging) endangered(r *model.Risk, a *Attack) (worst *threat.Way) {
	if a == nil {
		return nil
	}
	for i := range a.found.Ways {
		w := &a.found.Ways[i]
		if j.easy(w) && (worst == nil || w.Cost < worst.Cost) && about(r, w) {
			worst = w
		}
	}
	return worst
}

// about says whether what an attacker is after is what a risk is about.
func about(r *model.Risk, w *threat.Way) bool {
	id := ident.ID(path1(w.Target.Of))
	switch {
	case w.Target.Gain.OfData():
		return slices.Contains(r.Data, id)
	case w.Target.Gain == threat.Suffered:
		return slices.Contains(r.Losses, id)
	}
	return slices.Contains(r.Functions, id)
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
	for i := range s.attack.found.Ways {
		w := &s.attack.found.Ways[i]
		m.count(library.PathsEasy, pathRef(w.ID), j.easy(w))
	}
}
