package app

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// FindInLibrary finds a pack by its id, or something in one by its own, or by PACK#ID where several packs have one of that
// id. Item is nil for a pack as a whole.
func FindInLibrary(l *library.Library, id string) (pack *library.Pack, item any, err error) {
	var names, among []string
	only, id, named := cutPack(id)
	for _, p := range l.Packs {
		if !named && string(p.ID) == id {
			return p, nil, nil
		}
		names = append(names, string(p.ID))
	}
	best := 0
	for _, p := range l.Packs {
		if named && string(p.ID) != only {
			continue
		}
		found, rank := find(p, id)
		if found != nil && (len(among) == 0 || rank < best) {
			pack, item, best, among = p, found, rank, nil
		}
		if found != nil && rank == best {
			among = append(among, string(p.ID)+"#"+id)
		}
		for _, it := range p.Items() {
			names = append(names, it.ID)
		}
	}
	switch len(among) {
	case 1:
		return pack, item, nil
	case 0:
		hint := didYouMean(id, names)
		if hint == "" {
			hint = "; `bulkhead library list` lists the packs"
		}
		return nil, nil, fault.New(fault.NotFound, "nothing in the library is called %s%s", id, hint)
	}
	return nil, nil, fault.New(fault.Invalid, "%d packs have something called %s: say which, as in %s", len(among), id, strings.Join(among, " or "))
}

// cutPack parts PACK#ID.
func cutPack(id string) (pack, rest string, named bool) {
	if pack, rest, named = strings.Cut(id, "#"); named {
		return pack, rest, true
	}
	return "", id, false
}

// find looks for an item with an id in the lists of a pack, and says how likely it is to be the one that is meant: 0 for
// what teams speak of most, 1 for what else stands for itself, 2 for a statement of a principle or a requirement of a
// framework.
func find(p *library.Pack, name string) (item any, rank int) {
	id := ident.ID(name)
	for i, found := range []any{
		in(p.Controls, func(x *library.Control) ident.ID { return x.ID }, id), in(p.Activities, func(x *library.Activity) ident.ID { return x.ID }, id),
		in(p.Principles, func(x *library.Principle) ident.ID { return x.ID }, id), in(p.Tiers, func(x *library.Tier) ident.ID { return x.ID }, id),
		in(p.Phases, func(x *library.Phase) ident.ID { return ident.ID(x.ID) }, id), in(p.Roles, func(x *library.Role) ident.ID { return x.ID }, id),
		in(p.Areas, func(x *library.Area) ident.ID { return x.ID }, id), in(p.Baselines, func(x *library.Baseline) ident.ID { return x.ID }, id),
		in(p.Profiles, func(x *library.Profile) ident.ID { return x.ID }, id), in(p.Gates, func(x *library.Gate) ident.ID { return x.ID }, id),
		in(p.Obligations, func(x *library.Obligation) ident.ID { return x.ID }, id), in(p.Categories, func(x *library.Category) ident.ID { return x.ID }, id),
		in(p.Screen, func(x *library.Criterion) ident.ID { return x.ID }, id), in(p.Milestones, func(x *library.Milestone) ident.ID { return x.ID }, id),
		in(p.Clauses, func(x *library.Clause) ident.ID { return x.ID }, id), in(p.Training, func(x *library.Training) ident.ID { return x.ID }, id),
		in(p.Authority, func(x *library.Authority) ident.ID { return x.ID }, id), in(p.Deadlines, func(x *library.Deadline) ident.ID { return x.ID }, id),
		in(p.Frameworks, func(x *library.Framework) ident.ID { return x.ID }, id), in(p.Threats, func(x *library.Rule) ident.ID { return x.ID }, id),
		in(p.Steps, func(x *library.Step) ident.ID { return x.ID }, id),
	} {
		if found != nil {
			return found, min(i/3, 1) // controls, activities and principles come first
		}
	}
	for i := range p.Principles {
		if found := in(p.Principles[i].Statements, func(x *library.Statement) ident.ID { return x.ID }, id); found != nil {
			return found, 2
		}
	}
	for i := range p.Frameworks {
		if found := p.Frameworks[i].Find(name); found != nil {
			return found, 2
		}
	}
	return nil, 0
}

func in[T any](list []T, name func(*T) ident.ID, id ident.ID) any {
	for i := range list {
		if name(&list[i]) == id {
			return &list[i]
		}
	}
	return nil
}

// LintLibrary checks the packs in force, with packs of one's own laid over them. It gives how many there are.
func LintLibrary(where Where, files []string) (int, error) {
	packs, err := library.Builtin()
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		source, err := folder.Read(f)
		if err != nil {
			return 0, err
		}
		pack, err := library.ReadPack(source)
		if err != nil {
			return 0, err
		}
		packs = overlay(packs, pack)
	}
	if _, err := Library(where); err != nil {
		return 0, err
	}
	if problems := library.Lint(packs); len(problems) > 0 {
		return len(packs), fault.At(problems)
	}
	return len(packs), fault.At(lintThreats(packs))
}

// lintThreats says what is wrong with threat rules and steps: what the engine does not know, and what a rule does not find in
// its own examples, or finds where it must not.
func lintThreats(packs []library.Pack) []fault.Field {
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		return []fault.Field{{Text: err.Error()}}
	}
	book, problems := threat.NewRulebook(lib)
	return append(problems, book.Try()...)
}

// overlay puts a pack in the place of the one with its id, or after the others.
func overlay(packs []library.Pack, pack library.Pack) []library.Pack {
	for i := range packs {
		if packs[i].ID == pack.ID {
			packs[i] = pack
			return packs
		}
	}
	return append(packs, pack)
}
