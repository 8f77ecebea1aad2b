package library

import (
	"fmt"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// frameworkPath is where something of a framework stands.
func frameworkPath(f *Framework) string { return "/frameworks/" + string(f.ID) + "@" + f.Version }

// framework checks one framework: that what it names of itself is there.
func (l *linter) framework(f *Framework) {
	at := frameworkPath(f)
	groups := map[string]bool{}
	for _, r := range f.Requirements {
		path := at + "/requirements/" + r.ID
		if r.Parent != "" && !groups[r.Parent] {
			l.bad(path, "%q is not a group that comes before it", r.Parent)
		}
		groups[r.ID] = r.Group == "yes"
		for _, in := range r.Indicators {
			l.level(path, f, in.Level)
		}
	}
	for i, rung := range f.Scoring {
		path := fmt.Sprintf("%s/scoring/%d", at, i)
		l.level(path, f, rung.Gives)
		if rung.Needs != Otherwise {
			l.level(path, f, rung.Of)
		}
	}
	if n := len(f.Scoring); n > 0 && f.Scoring[n-1].Needs != Otherwise {
		l.bad(at+"/scoring", "the last rung must be for all that no rung before it fits: needs: otherwise")
	}
	for _, m := range f.Profiles {
		for _, least := range m.Least {
			l.level(at+"/profiles/"+string(m.ID), f, least.Level)
			l.ofFramework(at+"/profiles/"+string(m.ID), f, least.Requirement)
		}
	}
	for _, m := range f.Migrations {
		for _, move := range m.Moves {
			l.move(at+"/migrations/"+m.From, f, &move)
		}
	}
}

func (l *linter) level(path string, f *Framework, level ident.ID) {
	if !slices.Contains(f.Levels, level) {
		l.bad(path, "%q is not among the levels of %s: %v", level, f.ID, f.Levels)
	}
}

// ofFramework tells of ids that are no requirement of a framework.
func (l *linter) ofFramework(path string, f *Framework, id string) {
	if r := f.Find(id); r == nil || r.Group == "yes" {
		l.bad(path, "%q is not a requirement of %s %s", id, f.ID, f.Version)
	}
}

// move checks that what became of a requirement is whole: what is new has no past, and what was dropped no future.
func (l *linter) move(path string, f *Framework, m *Move) {
	if (m.How == Added) != (len(m.From) == 0) || (m.How == Dropped) != (m.To == "") {
		l.bad(path, "%v to %q is %s: only what is added comes from nothing, and only what is dropped becomes nothing", m.From, m.To, m.How)
	}
	if m.To != "" {
		l.ofFramework(path, f, m.To)
	}
}

// frameworks checks what packs say of frameworks: that each is there once, and that what is mapped to one is in it.
func (s *packSet) frameworks(packs []Pack) {
	all := map[mappedTo]bool{}
	held := map[mappedTo]*Framework{}
	for i := range packs {
		s.Pack = &packs[i]
		for k := range packs[i].Frameworks {
			f := &packs[i].Frameworks[k]
			key := mappedTo{f.ID, f.Version, ""}
			if held[key] != nil {
				s.bad(frameworkPath(f), "the framework %s %s is in two packs", f.ID, f.Version)
			}
			held[key] = f
			for _, r := range f.Requirements {
				all[mappedTo{f.ID, f.Version, r.ID}] = r.Group != "yes"
			}
		}
	}
	s.migrations(packs, held, all)
	s.mappings(packs, held, all)
}

func (s *packSet) migrations(packs []Pack, held map[mappedTo]*Framework, all map[mappedTo]bool) {
	for i := range packs {
		s.Pack = &packs[i]
		for k := range packs[i].Frameworks {
			f := &packs[i].Frameworks[k]
			for _, m := range f.Migrations {
				if held[mappedTo{f.ID, m.From, ""}] == nil {
					continue // the earlier version may be in no pack any more
				}
				for _, move := range m.Moves {
					for _, from := range move.From {
						if !all[mappedTo{f.ID, m.From, from}] {
							s.bad(frameworkPath(f)+"/migrations/"+m.From, "%q is not a requirement of %s %s", from, f.ID, m.From)
						}
					}
				}
			}
		}
	}
}

func (s *packSet) mappings(packs []Pack, held map[mappedTo]*Framework, all map[mappedTo]bool) {
	for i := range packs {
		s.Pack = &packs[i]
		for _, c := range packs[i].Controls {
			for k, m := range c.Mappings {
				if held[mappedTo{m.Framework, m.Version, ""}] != nil && !all[mappedTo{m.Framework, m.Version, m.ID}] {
					s.bad(fmt.Sprintf("/controls/%s/mappings/%d", c.ID, k), "%q is not a requirement of %s %s", m.ID, m.Framework, m.Version)
				}
			}
		}
	}
}
