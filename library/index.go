package library

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Library is the packs in force, arranged for looking things up. It is never changed once it is made, so any number of
// judgements may share one.
type Library struct {
	Packs       []*Pack // in order of id
	Areas       []Area
	Phases      []Phase
	Tiers       []Tier
	Matrix      []Cell
	Activities  []Entry[Activity]
	Principles  []Entry[Principle]
	Controls    []Entry[Control]
	Authority   []Authority
	Profiles    []Entry[Profile]
	Gates       []Entry[Gate]
	Deadlines   []Entry[Deadline]
	Frameworks  []Entry[Framework]
	Obligations []Entry[Obligation]
	Categories  []Entry[Category]
	Screen      []Entry[Criterion]
	Milestones  []Entry[Milestone]
	Clauses     []Entry[Clause]
	Training    []Entry[Training]
	Threats     []Entry[Rule]
	Steps       []Entry[Step]
	ThreatScale ThreatScale
	Settings    Settings

	controls map[ident.ID]int
	required map[ident.ID][]Required // by tier, with all that lower tiers ask
	mapped   map[mappedTo][]Shows
}

// Entry is an item and the pack that it is from.
type Entry[T any] struct {
	Item *T
	Ref  ident.Ref // requirement:PACK@VERSION#ID
	Mark Mark
}

// Required is a control that a tier requires.
type Required struct {
	Control ident.ID
	Stage   int // of the phase from which it is required
	Why     string
	Ref     ident.Ref
}

// Own is what an organisation puts before the packs: its principles replace those with the same id, and its rows of
// authority go first.
type Own struct {
	Principles []Principle
	Authority  []Authority
}

// New arranges packs. Packs of one id are refused: a library holds one version of each.
func New(packs []Pack, own Own) (*Library, error) {
	l := &Library{controls: map[ident.ID]int{}, required: map[ident.ID][]Required{}, Authority: own.Authority}
	for i := range packs {
		l.Packs = append(l.Packs, &packs[i])
	}
	slices.SortFunc(l.Packs, func(a, b *Pack) int { return cmp.Compare(a.ID, b.ID) })
	for i, p := range l.Packs {
		if i > 0 && l.Packs[i-1].ID == p.ID {
			return nil, fault.New(fault.Invalid, "two packs have the id %s; keep one", p.ID)
		}
		l.shelve(p, own)
	}
	for i := range own.Principles {
		p := &own.Principles[i]
		l.Principles = append(l.Principles, Entry[Principle]{p, ident.Requirement("organisation", "own", string(p.ID)), Ours})
	}
	if err := l.complete(); err != nil {
		return nil, err
	}
	l.arrange()
	return l, nil
}

// complete says what the engine cannot work without.
func (l *Library) complete() error {
	switch {
	case len(l.Areas) == 0 || len(l.Phases) == 0 || len(l.Tiers) == 0 || len(l.Matrix) == 0:
		return fault.New(fault.Invalid, "the packs in force have no areas, phases, tiers or risk matrix; keep the built-in ones or give your own")
	}
	return nil
}

func (l *Library) shelve(p *Pack, own Own) {
	l.Areas = append(l.Areas, p.Areas...)
	l.Phases = append(l.Phases, p.Phases...)
	l.Tiers = append(l.Tiers, p.Tiers...)
	l.Matrix = append(l.Matrix, p.Matrix...)
	l.Authority = append(l.Authority, p.Authority...)
	l.Activities = entries(l.Activities, p, p.Activities, func(a *Activity) (ident.ID, Mark) { return a.ID, a.Mark })
	l.Controls = entries(l.Controls, p, p.Controls, func(c *Control) (ident.ID, Mark) { return c.ID, c.Mark })
	l.Profiles = entries(l.Profiles, p, p.Profiles, func(x *Profile) (ident.ID, Mark) { return x.ID, x.Mark })
	l.Gates = entries(l.Gates, p, p.Gates, func(g *Gate) (ident.ID, Mark) { return g.ID, g.Mark })
	l.Deadlines = entries(l.Deadlines, p, p.Deadlines, func(d *Deadline) (ident.ID, Mark) { return d.ID, d.Mark })
	l.Obligations = entries(l.Obligations, p, p.Obligations, func(o *Obligation) (ident.ID, Mark) { return o.ID, o.Mark })
	l.Categories = entries(l.Categories, p, p.Categories, func(c *Category) (ident.ID, Mark) { return c.ID, c.Mark })
	l.Screen = entries(l.Screen, p, p.Screen, func(c *Criterion) (ident.ID, Mark) { return c.ID, c.Mark })
	l.Milestones = entries(l.Milestones, p, p.Milestones, func(m *Milestone) (ident.ID, Mark) { return m.ID, m.Mark })
	l.Clauses = entries(l.Clauses, p, p.Clauses, func(c *Clause) (ident.ID, Mark) { return c.ID, c.Mark })
	l.Training = entries(l.Training, p, p.Training, func(t *Training) (ident.ID, Mark) { return t.ID, t.Mark })
	l.Threats = entries(l.Threats, p, p.Threats, func(r *Rule) (ident.ID, Mark) { return r.ID, r.Mark })
	l.Steps = entries(l.Steps, p, p.Steps, func(s *Step) (ident.ID, Mark) { return s.ID, s.Mark })
	if len(p.ThreatScale.Exposure) > 0 {
		l.ThreatScale = p.ThreatScale
	}
	for i := range p.Frameworks {
		f := &p.Frameworks[i]
		l.Frameworks = append(l.Frameworks, Entry[Framework]{f, ident.Requirement(string(p.ID), p.Version, string(f.ID)), cmp.Or(f.Mark, p.Mark)})
	}
	for i := range p.Principles {
		mine := &p.Principles[i]
		if !slices.ContainsFunc(own.Principles, func(o Principle) bool { return o.ID == mine.ID }) {
			l.Principles = append(l.Principles, Entry[Principle]{mine, ident.Requirement(string(p.ID), p.Version, string(mine.ID)), cmp.Or(mine.Mark, p.Mark)})
		}
	}
	l.settle(&p.Settings)
}

func entries[T any](to []Entry[T], p *Pack, items []T, name func(*T) (ident.ID, Mark)) []Entry[T] {
	for i := range items {
		id, mark := name(&items[i])
		to = append(to, Entry[T]{&items[i], ident.Requirement(string(p.ID), p.Version, string(id)), cmp.Or(mark, p.Mark)})
	}
	return to
}

// settle takes each setting that a pack gives.
func (l *Library) settle(s *Settings) {
	mine := &l.Settings
	if !s.ReaffirmWithin.IsZero() {
		mine.ReaffirmWithin = s.ReaffirmWithin
	}
	if !s.ReconfirmWithin.IsZero() {
		mine.ReconfirmWithin = s.ReconfirmWithin
	}
	if !s.ConditionGrace.IsZero() {
		mine.ConditionGrace = s.ConditionGrace
	}
	if !s.EstablishWithin.IsZero() {
		mine.EstablishWithin = s.EstablishWithin
	}
	if s.OwnCheck.ID != "" {
		mine.OwnCheck = s.OwnCheck
	}
	if s.MaxProbes != 0 {
		mine.MaxProbes = s.MaxProbes
	}
	if s.MaxActions != 0 {
		mine.MaxActions = s.MaxActions
	}
	if len(s.Gains) > 0 {
		mine.Gains = s.Gains
	}
}

func (l *Library) arrange() {
	for i, c := range l.Controls {
		l.controls[c.Item.ID] = i
	}
	l.mapControls()
	slices.SortFunc(l.Principles, func(a, b Entry[Principle]) int { return cmp.Compare(a.Item.ID, b.Item.ID) })
	var all []Required
	for _, t := range l.Tiers {
		for _, p := range l.Packs {
			all = append(all, l.adds(p, t.ID)...)
		}
		l.required[t.ID] = slices.Clone(all)
	}
}

// adds gives what the baselines of a pack add at a tier.
func (l *Library) adds(p *Pack, tier ident.ID) (out []Required) {
	for _, b := range p.Baselines {
		if b.Tier != tier {
			continue
		}
		for _, item := range b.Items {
			out = append(out, Required{Control: item.Control, Stage: l.Stage(item.From), Why: item.Why, Ref: ident.Requirement(string(p.ID), p.Version, string(item.Control))})
		}
	}
	return out
}

// Control gives a control of the catalogue; nil when there is none with that id.
func (l *Library) Control(id ident.ID) *Control {
	if i, ok := l.controls[id]; ok {
		return l.Controls[i].Item
	}
	return nil
}

// Required gives the controls that a tier requires, those of lower tiers among them.
func (l *Library) Required(tier ident.ID) []Required { return l.required[tier] }

// Phase gives what is known of a phase; nil when it is in no pack.
func (l *Library) Phase(id model.Phase) *Phase {
	for i := range l.Phases {
		if l.Phases[i].ID == id {
			return &l.Phases[i]
		}
	}
	return nil
}

// Stage gives the place of a phase in the order; 0 when it is not known.
func (l *Library) Stage(id model.Phase) int {
	if p := l.Phase(id); p != nil {
		return p.Stage
	}
	return 0
}

// TierRank gives the place of a tier, from 1 for the lowest; 0 when it is not known.
func (l *Library) TierRank(id ident.ID) int {
	return slices.IndexFunc(l.Tiers, func(t Tier) bool { return t.ID == id }) + 1
}

// Band gives the band of a score; empty when the score is 0 or in none.
func (l *Library) Band(score int) model.Band {
	for _, c := range l.Matrix {
		if score >= c.From && score <= c.To {
			return c.Band
		}
	}
	return ""
}

// Activity gives an activity and where it is from; nil when there is none with that id.
func (l *Library) Activity(id ident.ID) *Entry[Activity] {
	for i := range l.Activities {
		if l.Activities[i].Item.ID == id {
			return &l.Activities[i]
		}
	}
	return nil
}

// Framework gives a framework in a version, and where it is from; nil when no pack in force holds it. Where no version is
// named it gives the only one there is, and nil when there are several.
func (l *Library) Framework(id ident.ID, version string) *Entry[Framework] {
	var found *Entry[Framework]
	for i := range l.Frameworks {
		f := &l.Frameworks[i]
		if f.Item.ID != id || version != "" && f.Item.Version != version {
			continue
		}
		if found != nil {
			return nil
		}
		found = f
	}
	return found
}

// Shows is a control that is mapped to a requirement of a framework.
type Shows struct {
	Control  ident.ID
	Relation Relation
	Reviewed bool
}

// ShownBy gives the controls of the catalogue that are mapped to a requirement of a framework.
func (l *Library) ShownBy(framework ident.ID, version, requirement string) []Shows {
	return l.mapped[mappedTo{framework, version, requirement}]
}

// mappedTo names a requirement.
type mappedTo struct {
	framework            ident.ID
	version, requirement string
}

// mapControls arranges the mappings of all controls by what they are mapped to.
func (l *Library) mapControls() {
	l.mapped = map[mappedTo][]Shows{}
	for _, c := range l.Controls {
		for i := range c.Item.Mappings {
			m := &c.Item.Mappings[i]
			key := mappedTo{m.Framework, m.Version, m.ID}
			l.mapped[key] = append(l.mapped[key], Shows{c.Item.ID, m.Relation, m.Reviewed == model.Yes})
		}
	}
}
