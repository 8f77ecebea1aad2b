package threat

import "github.com/bulkhead-assurance/bulkhead/ident"

// Provided gives what an attacker has who has taken over another service that this one uses: the components and runtimes
// that it provides.
func (g *Graph) Provided(service ident.ID) (out []Have) {
	a := &g.design.Architecture
	for i := range a.Components {
		if a.Components[i].Provider == service {
			out = append(out, g.have(g.of(i, Control)))
		}
	}
	for i := range a.Runtimes {
		if a.Runtimes[i].Provider == service {
			out = append(out, g.have(g.runtime+node(i)))
		}
	}
	return out
}

// Supplied gives what an attacker has who has taken over a supplier, by its id in this service.
func (g *Graph) Supplied(supplier ident.ID) []Have {
	if i := at(g.design.suppliers, supplier); i >= 0 {
		return []Have{g.have(g.supplier + node(i))}
	}
	return nil
}

// Together gives the blast radius of several things at once.
func (v *View) Together(start []Have) Blast {
	from := v.query(Start{At: start}).from
	return Blast{Open: v.spread(true).reached(from...), All: v.spread(false).reached(from...)}
}
