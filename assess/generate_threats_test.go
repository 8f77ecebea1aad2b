package assess_test

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// connect adds what threats and attack paths look at: identities and what holds them, runtimes, management, suppliers of
// components, functions, and actors.
func (g *gen) connect(s *model.Service, p *plan) {
	a := &s.Architecture
	for i := range g.int(0, 2) {
		id := ident.ID("i" + strconv.Itoa(i))
		a.Identities = append(a.Identities, model.Account{ID: id, People: g.attribute(), Privileged: g.attribute(), MultiFactor: g.attribute(), Components: some(g, p.components, 4)})
		for k := range a.Components {
			if g.often(2) {
				a.Components[k].Secrets = append(a.Components[k].Secrets, id)
			}
		}
	}
	if g.often(5) {
		a.Runtimes = append(a.Runtimes, model.Runtime{ID: "rt", Isolation: g.attribute()})
	}
	for k := range a.Components {
		c := &a.Components[k]
		if len(a.Runtimes) > 0 && g.often(6) {
			c.Runtime = "rt"
		}
		c.Management, c.Custom, c.AcceptsFiles, c.Logs, c.BackedUp = g.attribute(), g.attribute(), g.attribute(), g.attribute(), g.attribute()
		if g.often(2) {
			c.SupportedUntil = g.date()
		}
		if len(s.Suppliers) > 0 && g.often(3) {
			c.Supplier = one(g, s.Suppliers...).ID
		}
	}
	for k := range a.Flows {
		a.Flows[k].Management, a.Flows[k].Validated, a.Flows[k].Logged = g.attribute(), g.attribute(), g.attribute()
	}
	for i := range g.int(0, 1) {
		s.Threats.Actors = append(s.Threats.Actors, model.Actor{ID: ident.ID("actor" + strconv.Itoa(i)), Name: "Somebody", Kind: one[model.ActorKind](g, "adversarial", "accidental", ""), Capability: model.Level(g.int(0, 5)), Assessment: one[ident.ID](g, "", "e0", "e1")})
	}
}

// triage puts some threats aside and takes some into risks, by their own ids and by what they are shown with.
func (g *gen) triage(s *model.Service, lib *library.Library) {
	book, _ := threat.NewRulebook(lib)
	found := book.Candidates(threat.Arrange(s, lib))
	if len(found) == 0 {
		return
	}
	seen := map[ident.ID]bool{}
	for range g.int(0, 3) {
		c := one(g, found...)
		d := model.Disposition{ID: one(g, c.ID, c.ID, c.Group), Reason: "It does not matter here", Date: g.past(-5, 60), ValidUntil: g.moment(-60, 60)}
		if d.ID != c.ID {
			d.Elements = []ident.ID{ident.ID(c.Element.Path[len(c.Element.Path)-2:])}
		}
		if !seen[d.ID] {
			seen[d.ID] = true
			s.Threats.Dispositions = append(s.Threats.Dispositions, d)
		}
	}
	for i := range s.Risks {
		if c := one(g, found...); g.often(4) && len(s.Risks[i].Threats) == 0 {
			s.Risks[i].Threats = []ident.ID{one(g, c.ID, c.Group)}
		}
	}
}
