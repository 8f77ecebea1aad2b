package app

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// Asked says which paths are asked for.
type Asked struct {
	To     ident.ID   // data, a function, a loss or the id of a path; empty for all
	From   []ident.ID // blast radius of these
	Actor  ident.ID   // only what this actor of the threat assessment is capable of
	Ways   int        // to one target
	People bool       // attacks that begin with people of the service too
	All    bool       // blast radius of every component
}

// Paths judges the services at a place, and gives the attack paths of each. What is asked for by id must be in one of
// them; the others are left out.
func Paths(where Where, ask Asked, at When) (*Checked, []*report.PathList, error) {
	checked, err := Judge(where, at)
	if err != nil {
		return nil, nil, err
	}
	var lists []*report.PathList
	var named []string
	for _, p := range checked.Postures {
		base, err := checked.base(p)
		if err != nil {
			return nil, nil, err
		}
		a := &attacking{told: checked.told(p), base: base, attack: base.Attack(), at: checked.moment, ask: ask, targets: base.Attack().Graph.Targets()}
		named = append(named, a.names()...)
		if a.has() {
			lists = append(lists, a.list(p))
		}
	}
	if len(lists) == 0 {
		return nil, nil, unknown(ask, named)
	}
	return checked, lists, nil
}

// unknown says which id of those asked for is nowhere.
func unknown(ask Asked, named []string) error {
	for _, id := range append([]ident.ID{ask.To, ask.Actor}, ask.From...) {
		if id != "" && !slices.Contains(named, string(id)) {
			return fault.New(fault.NotFound, "nothing here is called %s%s", id, didYouMean(string(id), named))
		}
	}
	return fault.New(fault.NotFound, "no service here has all that is asked for")
}

// attacking is the attack graph of one service, asked.
type attacking struct {
	told    report.Told
	base    *judge.Base
	attack  *judge.Attack
	at      civil.Instant
	ask     Asked
	targets []threat.Have
	start   threat.Start
	view    report.Looking
}

// names gives the ids that may be asked for, by the kind that is asked for.
func (a *attacking) names() (out []string) {
	if a.ask.To != "" {
		for _, h := range a.targets {
			out = append(out, string(targetOf(h).ID), string(idOf(h.Of)))
		}
	}
	if a.ask.Actor != "" {
		for i := range a.told.Service.Threats.Actors {
			out = append(out, string(a.told.Service.Threats.Actors[i].ID))
		}
	}
	if len(a.ask.From) > 0 {
		for _, id := range elements(a.told.Service) {
			if len(a.attack.Graph.Find(ident.ID(id))) > 0 {
				out = append(out, id)
			}
		}
	}
	return out
}

// has says whether the service has what is asked for.
func (a *attacking) has() bool {
	named := a.names()
	for _, id := range append([]ident.ID{a.ask.To, a.ask.Actor}, a.ask.From...) {
		if id != "" && !slices.Contains(named, string(id)) {
			return false
		}
	}
	return true
}

func idOf(ref ident.Ref) ident.ID { return ident.ID(ref.Path[strings.LastIndexByte(ref.Path, '/')+1:]) }

func targetOf(h threat.Have) report.PathTarget {
	return report.PathTarget{ID: threat.Named(ident.ID(h.Gain), idOf(h.Of)), Gain: h.Gain, Target: h.Of, Title: h.Title}
}

func (a *attacking) list(p *assess.Posture) *report.PathList {
	a.begin()
	out := &report.PathList{
		Bulkhead: report.PathsVersion, Service: p.Service, At: p.At, Marking: p.Marking, Targets: len(a.targets), RestsOn: a.standing(), Of: a.told,
		Paths: a.easiest(), None: []report.PathTarget{}, Blasts: []report.BlastRadius{}, Chokes: []report.ChokePoint{}, Failures: []report.ControlFailure{},
	}
	for _, h := range a.targets {
		if t := targetOf(h); !slices.ContainsFunc(out.Paths, func(p judge.Path) bool { return p.ID == t.ID }) {
			out.None = append(out.None, t)
		}
	}
	target := a.gravest(out.Paths)
	if a.ask.To != "" {
		target = a.chosen(out)
	}
	if target != "" {
		out.Chokes = a.chokes(target)
	}
	out.Blasts = a.blasts()
	if a.ask.To == "" && len(a.ask.From) == 0 && !a.ask.All {
		out.Failures = a.failures()
	}
	a.view.From, a.view.All, a.view.To, a.view.People = len(a.ask.From) > 0, a.ask.All, a.ask.To, a.ask.People
	out.View = a.view
	return out
}

// begin works out where attacks begin and what the attacker is capable of.
func (a *attacking) begin() {
	if a.ask.People {
		a.start.Origins = append(threat.Usual(), threat.FromPeople, threat.FromInside)
	}
	for i := range a.told.Service.Threats.Actors {
		if actor := &a.told.Service.Threats.Actors[i]; actor.ID == a.ask.Actor {
			a.view.Actor = actor
			if level, shown := a.base.Capability(actor); shown {
				a.view.Able, a.start.Most = level, level
			}
		}
	}
}

// standing says what paths rest on.
func (a *attacking) standing() report.ModelStanding {
	s := a.told.Service
	out := report.ModelStanding{Unsaid: a.attack.Graph.Unsaid(), Assumptions: len(s.Assumptions), Confirmed: s.Threats.Confirmed}
	for i := range s.Assumptions {
		if until := s.Assumptions[i].ValidUntil; !until.IsZero() && a.told.Zone.Until(until) <= a.at {
			out.OutOfDate++
		}
	}
	return out
}

// easiest gives the easiest way to each target, the easiest target first.
func (a *attacking) easiest() []judge.Path {
	list := a.told.Posture.Paths
	if a.ask.People || a.start.Most > 0 {
		list = nil
		for _, w := range a.attack.Evidenced.Easiest(a.start) {
			list = append(list, a.path(&w))
		}
	}
	out := append([]judge.Path{}, list...)
	if a.ask.People || a.start.Most > 0 {
		a.asClaimed(out)
	}
	slices.SortStableFunc(out, func(x, y judge.Path) int {
		return cmp.Or(cmp.Compare(x.Evidenced.Hardest, y.Evidenced.Hardest), cmp.Compare(x.Evidenced.Cost, y.Evidenced.Cost), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// asClaimed notes how hard the easiest way is as claimed.
func (a *attacking) asClaimed(list []judge.Path) {
	for _, w := range a.attack.Claimed().Easiest(a.start) {
		for i := range list {
			if list[i].ID == w.ID {
				list[i].Claimed = easeOf(&w)
			}
		}
	}
}

func easeOf(p *threat.Path) judge.Ease {
	out := judge.Ease{Modelled: true, Cost: p.Cost, Hardest: p.Hardest, Steps: len(p.Steps)}
	for i := range p.Steps {
		if !p.Steps[i].Seen {
			out.Unseen++
		}
	}
	return out
}

// path gives a way as the posture would have it.
func (a *attacking) path(w *threat.Path) judge.Path {
	out := judge.Path{
		ID: w.ID, Gain: w.Target.Gain, Target: w.Target.Of, Title: w.Target.Title, Evidenced: easeOf(w), Easy: w.Hardest <= a.told.Library.ThreatScale.Easy,
		Actors: []ident.ID{}, Steps: make([]judge.PathStep, len(w.Steps)), Reasons: []judge.Reason{},
	}
	for i := range w.Steps {
		out.Steps[i] = a.step(&w.Steps[i])
	}
	return out
}

func (a *attacking) step(s *threat.Taken) judge.PathStep {
	out := judge.PathStep{
		Kind: s.Kind, Title: s.Title, Status: "open", From: s.From[0].Of, To: s.To.Of, Difficulty: s.Difficulty, After: orNone(s.After), Hindered: orNone(s.Hindered),
		Lacking: orNone(s.Lacking), Seen: s.Seen, Techniques: orNone(s.Techniques),
	}
	if len(s.Hindered) > 0 {
		out.Status = "hindered"
	}
	if s.At >= 0 {
		c := &a.told.Service.Architecture.Components[s.At]
		out.Component, out.Owner = c.ID, c.Owner
	}
	if s.Flow >= 0 {
		out.Flow = a.told.Service.Architecture.Flows[s.Flow].ID
	}
	return out
}

func orNone[T any](list []T) []T { return append([]T{}, list...) }

// gravest gives the path to the most serious of what is the easiest to come to.
func (a *attacking) gravest(paths []judge.Path) (id ident.ID) {
	most := -1
	easy := len(paths) > 0 && paths[0].Easy
	for i := range paths {
		if n := a.serious(&paths[i]); n > most && (paths[i].Easy || !easy) {
			most, id = n, paths[i].ID
		}
	}
	return id
}

// serious orders targets: unacceptable losses, then data by its classification and what it tells of people, then functions.
func (a *attacking) serious(p *judge.Path) int {
	id := idOf(p.Target)
	switch {
	case p.Gain == threat.Suffered:
		return 1000
	case !p.Gain.OfData():
		for i := range a.told.Service.Context.Functions {
			if f := &a.told.Service.Context.Functions[i]; f.ID == id && f.Safety == model.Yes {
				return 500
			}
		}
		return 10
	}
	for i := range a.told.Service.Data {
		if x := &a.told.Service.Data[i]; x.ID == id {
			return 20 + 10*x.Classification.Rank() + 2*rank(x.IsSpecial()) + rank(x.Personal)
		}
	}
	return 0
}

func rank(a model.Attribute) int {
	if a == model.Yes {
		return 1
	}
	return 0
}

// chosen leaves only the ways to what was asked for in a list: of several harms to one thing, the easiest. It gives its id.
func (a *attacking) chosen(l *report.PathList) ident.ID {
	var first ident.ID
	for _, p := range l.Paths {
		if p.ID == a.ask.To || idOf(p.Target) == a.ask.To {
			if first == "" {
				first = p.ID
			} else {
				a.view.Also = append(a.view.Also, report.PathTarget{ID: p.ID, Gain: p.Gain, Target: p.Target, Title: p.Title})
			}
		}
	}
	l.None = slices.DeleteFunc(l.None, func(t report.PathTarget) bool { return t.ID != a.ask.To && idOf(t.Target) != a.ask.To })
	l.Paths = []judge.Path{}
	if first == "" {
		return ""
	}
	for _, w := range a.attack.Evidenced.Ways(a.start, first, max(a.ask.Ways, 1)) {
		l.Paths = append(l.Paths, a.path(&w))
	}
	a.asClaimed(l.Paths)
	return first
}

func (a *attacking) chokes(target ident.ID) []report.ChokePoint {
	out := []report.ChokePoint{}
	for _, c := range a.attack.Evidenced.Chokes(a.attack.Works, a.start, target) {
		x := report.ChokePoint{Target: target, Exact: c.Exact, Modelled: c.Cost >= 0, Cost: max(c.Cost, 0), Was: c.Was}
		for i, m := range c.Measures {
			measure := report.Measure{Control: m.Control, Works: c.Working[i]}
			if m.Component >= 0 {
				measure.Component = a.told.Service.Architecture.Components[m.Component].ID
			}
			x.Measures = append(x.Measures, measure)
		}
		out = append(out, x)
	}
	return out
}

// blasts gives the blast radius of what is asked for: of some things, or of every component, the worst first.
func (a *attacking) blasts() []report.BlastRadius {
	out := []report.BlastRadius{}
	switch {
	case len(a.ask.From) > 0:
		for _, id := range a.ask.From {
			out = append(out, a.blast(id)...)
		}
	case a.ask.All:
		out = pairs(a.attack.Evidenced.Blasts(), a.attack.Claimed().Blasts())
		slices.SortStableFunc(out, func(x, y report.BlastRadius) int {
			return cmp.Or(cmp.Compare(y.Evidenced.All.Size, x.Evidenced.All.Size), cmp.Compare(y.Evidenced.Open.Size, x.Evidenced.Open.Size), x.From.Compare(y.From))
		})
	}
	return out
}

func (a *attacking) blast(id ident.ID) []report.BlastRadius {
	start := a.attack.Graph.Find(id)
	return pairs(a.attack.Evidenced.Blast(start), a.attack.Claimed().Blast(start))
}

func pairs(evidenced, claimed []threat.Blast) []report.BlastRadius {
	of := func(b *threat.Blast) report.Blast {
		return report.Blast{Open: report.ReachOf(&b.Open), All: report.ReachOf(&b.All)}
	}
	out := make([]report.BlastRadius, len(evidenced))
	for i := range evidenced {
		e := &evidenced[i]
		out[i] = report.BlastRadius{From: e.From.Of, Title: e.From.Title, Evidenced: of(e), Claimed: of(&claimed[i])}
	}
	return out
}

// failures gives what rests on single controls: of those that are shown to work, or of those that are claimed to where none
// is in any way.
func (a *attacking) failures() []report.ControlFailure {
	basis, found := "evidenced", a.attack.Evidenced.Failures(a.attack.Works, a.start)
	if len(found) == 0 {
		basis, found = "claimed", a.attack.Claimed().Failures(a.attack.Works, a.start)
	}
	out := []report.ControlFailure{}
	for _, f := range found {
		out = append(out, report.ControlFailure{Control: f.Control, Basis: basis, Reached: pathIDs(f.Reached), Easier: pathIDs(f.Easier), By: f.By})
	}
	return out
}

func pathIDs(list []threat.Have) []ident.ID {
	out := []ident.ID{}
	for _, h := range list {
		out = append(out, targetOf(h).ID)
	}
	return out
}
