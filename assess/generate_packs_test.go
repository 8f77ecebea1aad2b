package assess_test

import (
	"slices"
	"strconv"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Libraries: the built-in packs alone, with few probes, or with packs beside them that are drawn: a framework in two
// versions with what became of its requirements, controls mapped to it, obligations and gates that come and go around the
// moment of judgement, deadlines that escalate, clauses, criteria of the data-protection screen and a principle that is
// to be adopted.

var builtinPacks = sync.OnceValue(func() []library.Pack {
	packs, err := library.Builtin()
	if err != nil {
		panic(err)
	}
	return packs
})

func libraryOf(probes int, more ...library.Pack) *library.Library {
	lib, err := library.New(append(slices.Clone(builtinPacks()), more...), library.Own{})
	if err != nil {
		panic(err)
	}
	if probes > 0 {
		lib.Settings.MaxProbes = probes
	}
	return lib
}

// library draws a library.
func (g *gen) library() *library.Library {
	switch g.int(0, 9) {
	case 3, 7:
		return builtin()
	case 5:
		return impatient()
	}
	return libraryOf(one(g, 0, 0, 0, 2), g.rules(), g.nextVersion())
}

func drawnPack(id ident.ID) library.Pack {
	return library.Pack{
		Pack: "v1", ID: id, Title: "Drawn", Version: "2026-06", Source: "Drawn at random", Licence: "None needed", Retrieved: day(-100), Mark: library.Ours,
		Digest: ident.Hash([]byte(id)), // what it holds is never read by its digest
	}
}

// rules draws the first version of the framework, and all that is not about frameworks.
func (g *gen) rules() library.Pack {
	p := drawnPack("gen-rules")
	p.Frameworks = []library.Framework{g.framework("1")}
	for i := range 3 {
		p.Controls = append(p.Controls, g.catalogued(ident.ID("gen-c"+strconv.Itoa(i))))
	}
	for i := range g.int(0, 2) {
		p.Obligations = append(p.Obligations, g.obligation(ident.ID("gen-o"+strconv.Itoa(i))))
	}
	for i := range g.int(0, 2) {
		p.Gates = append(p.Gates, g.gate(ident.ID("gen-g"+strconv.Itoa(i))))
	}
	if g.often(5) {
		p.Clauses = []library.Clause{{ID: "gen-clause", Title: "Clause", Summary: "A clause", Profiles: some(g, []model.CyberProfile{"level-1", "very-low", "high"}, 5)}}
	}
	for i := range g.int(0, 2) {
		p.Screen = append(p.Screen, g.criterion(ident.ID("gen-s"+strconv.Itoa(i))))
	}
	if g.often(5) {
		p.Deadlines = g.deadlines()
	}
	p.Principles = []library.Principle{{ID: "gen-principle", Title: "Principle", Form: library.OutcomeSet, Statement: "So it shall be", Adopt: model.Yes, NextReview: g.near(), Statements: []library.Statement{
		{ID: "gs1", Kind: "outcome", Text: "It is so", ShownBy: []library.Support{{Control: "gen-c0", Relation: g.relation(), Why: "Drawn", Reviewed: g.attribute()}}},
		{ID: "gs2", Kind: "outcome", Text: "It is so too", AskedOf: one(g, library.OfService, library.OfOrganisation)},
	}}}
	return p
}

func (g *gen) relation() library.Relation {
	return one(g, library.Equal, library.Superset, library.Subset, library.Intersects)
}

// framework draws a version of the framework: with levels and a rule of its own, or with neither.
func (g *gen) framework(version string) library.Framework {
	f := library.Framework{ID: "gen", Version: version, Title: "Framework", Summary: "Drawn", AskedOf: library.OfService}
	if g.often(7) {
		f.Levels = []ident.ID{"none", "some", "most", "all"}[:g.int(2, 4)]
	}
	top := ident.ID("met")
	if len(f.Levels) > 0 {
		top = f.Levels[len(f.Levels)-1]
	}
	if len(f.Levels) > 0 && g.often(6) {
		f.Scoring = []library.Rung{{Needs: library.AnyTicked, Of: f.Levels[0], Gives: f.Levels[0]}, {Needs: library.AllTicked, Of: top, Gives: top}, {Needs: library.Otherwise, Gives: f.Levels[len(f.Levels)/2]}}
	}
	for i := range 4 {
		r := library.Requirement{ID: "R" + strconv.Itoa(i), Title: "Requirement"}
		if len(f.Scoring) > 0 {
			r.Indicators = []library.Indicators{{Level: f.Levels[0], Of: g.int(1, 3)}, {Level: top, Of: g.int(1, 3)}}
		}
		f.Requirements = append(f.Requirements, r)
	}
	if len(f.Levels) > 0 {
		f.Profiles = []library.Minimums{{ID: "least", Title: "Least", Least: []library.Minimum{{Requirement: "R0", Level: top}, {Requirement: "R1", Level: one(g, f.Levels...)}}}}
	}
	return f
}

// nextVersion draws the second version of the framework, and what became of the requirements of the first.
func (g *gen) nextVersion() library.Pack {
	p := drawnPack("gen-next")
	f := g.framework("2")
	m := library.Migration{From: "1"}
	for i := range 4 {
		to := "R" + strconv.Itoa(i)
		switch g.int(0, 4) {
		case 0: // the same
		case 1:
			m.Moves = append(m.Moves, library.Move{From: []string{one(g, "R0", "R1", "R2", "R3")}, To: to, How: library.Moved})
		case 2:
			m.Moves = append(m.Moves, library.Move{From: []string{to}, To: to, How: library.Changed, Why: "Drawn"})
		case 3:
			m.Moves = append(m.Moves, library.Move{From: []string{"R0", "R1"}, To: to, How: library.Merged})
		case 4:
			m.Moves = append(m.Moves, library.Move{To: to, How: library.Added})
		}
	}
	if len(m.Moves) > 0 {
		f.Migrations = []library.Migration{m}
	}
	p.Frameworks = []library.Framework{f}
	return p
}

func (g *gen) catalogued(id ident.ID) library.Control {
	year, _ := civil.ParsePeriod("P1Y")
	c := library.Control{
		ID: id, Title: "Drawn", Statement: "It is in place", On: one(g, library.OnService, library.OnComponent), Sort: "process", Function: "preventive", Effort: library.Effort("low"), Areas: []ident.ID{"risks"},
		Checks: []library.Check{{ID: "seen", Title: "It was seen", Kinds: []library.EvidenceKind{library.TestResult, library.Review}, Strength: library.Tested, Coverage: library.Any, Fresh: year}},
	}
	if c.On == library.OnComponent {
		c.Checks[0].Coverage = library.Each
	}
	for _, version := range []string{"1", "2"} {
		for i := range 4 {
			if g.often(4) {
				c.Mappings = append(c.Mappings, library.Mapping{Framework: "gen", Version: version, ID: "R" + strconv.Itoa(i), Relation: g.relation(), Why: "Drawn at random, so", Reviewed: one(g, model.Yes, model.Yes, model.No)})
			}
		}
	}
	return c
}

func (g *gen) obligation(id ident.ID) library.Obligation {
	o := library.Obligation{
		ID: id, Title: "Obligation", Kind: "law", Summary: "It asks", Lifecycle: one(g, "", "", library.Digital, library.InDefence), Controls: some(g, []ident.ID{"gen-c0", "gen-c1", "backup"}, 5),
	}
	o.From, o.Until = g.span()
	if g.often(6) {
		o.When = []library.Condition{one(g, library.Condition{Personal: model.Yes}, library.Condition{SpecialCategory: model.Yes}, library.Condition{Exposure: model.Public}, library.Condition{Records: 10_000}, library.Condition{Criticality: "high"})}
		o.When[0].Why = "it is so"
	}
	return o
}

// span draws a first and a last day around today, in that order where both are drawn.
func (g *gen) span() (from, until civil.Date) {
	from, until = g.near(), g.near()
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		from, until = until, from
	}
	return from, until
}

func (g *gen) gate(id ident.ID) library.Gate {
	out := library.Gate{ID: id, Title: "Gate", Before: one(g, model.Live, model.Alpha, model.InService), Lifecycle: one(g, "", "", library.Digital, library.InDefence), SignOff: g.attribute()}
	out.From, out.Until = g.span()
	for _, m := range some(g, []library.Measure{library.SuppliersBlocked, library.RequirementsBelow, library.FindingsOverdue, library.StatementsUnanswered}, 5) {
		out.Asks = append(out.Asks, library.Ask{Measure: m, AtMost: g.int(0, 2)})
	}
	if len(out.Asks) == 0 {
		out.Asks = []library.Ask{{Measure: library.ControlsFailing}}
	}
	return out
}

func (g *gen) criterion(id ident.ID) library.Criterion {
	c := library.Criterion{ID: id, Title: "criterion", Alone: one(g, library.ScreenRequired, library.ScreenLikely, library.ScreenNotIndicated), Together: one(g, "", library.ScreenRequired, library.ScreenLikely)}
	switch g.int(0, 3) {
	case 0:
		c.Said = one[library.ScreenQuestion](g, "profiling", "physical_harm", "automated_decisions", "matching")
	case 1:
		c.Records = 10_000
	case 2:
		c.Categories = []ident.ID{"health"}
	case 3:
		c.Subjects, c.Said = []model.People{"children"}, "tracking"
	}
	return c
}

func (g *gen) deadlines() (out []library.Deadline) {
	period := func(days int) civil.Period {
		p, err := civil.ParsePeriod("P" + strconv.Itoa(days) + "D")
		if err != nil {
			g.Fatal(err)
		}
		return p
	}
	within := 1
	for _, severity := range []model.Band{model.VeryHigh, model.High, model.Medium, model.Low, model.VeryLow} {
		within += g.int(0, 20) // what is graver has no more
		d := library.Deadline{ID: ident.ID("gen-" + string(severity)), Severity: severity, Exposure: one(g, "", model.Internal, model.Public), Within: period(within)}
		after := 0
		for _, role := range some(g, []ident.ID{"service-owner", "ciso"}, 6) {
			after += g.int(1, 30)
			d.Escalate = append(d.Escalate, library.Escalation{After: period(after), To: role})
		}
		out = append(out, d)
	}
	return out
}
