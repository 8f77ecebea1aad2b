package app

import (
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// FindInLibrary finds a pack by its id, or something in one by its own. Item is nil for a pack as a whole.
func FindInLibrary(l *library.Library, id string) (pack *library.Pack, item any, err error) {
	var names []string
	for _, p := range l.Packs {
		if string(p.ID) == id {
			return p, nil, nil
		}
		names = append(names, string(p.ID))
	}
	for _, p := range l.Packs {
		if item := find(p, ident.ID(id)); item != nil {
			return p, item, nil
		}
		for _, it := range p.Items() {
			names = append(names, it.ID)
		}
	}
	hint := didYouMean(id, names)
	if hint == "" {
		hint = "; `bulkhead library list` lists the packs"
	}
	return nil, nil, fault.New(fault.NotFound, "nothing in the library is called %s%s", id, hint)
}

// find looks for an item with an id in the lists of a pack.
func find(p *library.Pack, id ident.ID) any {
	for _, found := range []any{
		in(p.Controls, func(x *library.Control) ident.ID { return x.ID }, id), in(p.Activities, func(x *library.Activity) ident.ID { return x.ID }, id),
		in(p.Principles, func(x *library.Principle) ident.ID { return x.ID }, id), in(p.Tiers, func(x *library.Tier) ident.ID { return x.ID }, id),
		in(p.Phases, func(x *library.Phase) ident.ID { return ident.ID(x.ID) }, id), in(p.Roles, func(x *library.Role) ident.ID { return x.ID }, id),
		in(p.Areas, func(x *library.Area) ident.ID { return x.ID }, id), in(p.Baselines, func(x *library.Baseline) ident.ID { return x.ID }, id),
		in(p.Profiles, func(x *library.Profile) ident.ID { return x.ID }, id), in(p.Gates, func(x *library.Gate) ident.ID { return x.ID }, id),
		in(p.Obligations, func(x *library.Obligation) ident.ID { return x.ID }, id), in(p.Categories, func(x *library.Category) ident.ID { return x.ID }, id),
		in(p.Screen, func(x *library.Criterion) ident.ID { return x.ID }, id), in(p.Milestones, func(x *library.Milestone) ident.ID { return x.ID }, id),
		in(p.Clauses, func(x *library.Clause) ident.ID { return x.ID }, id), in(p.Training, func(x *library.Training) ident.ID { return x.ID }, id), in(p.Frameworks, func(x *library.Framework) ident.ID { return x.ID + ident.ID("@"+x.Version) }, id),
		in(p.Authority, func(x *library.Authority) ident.ID { return x.ID }, id), in(p.Deadlines, func(x *library.Deadline) ident.ID { return x.ID }, id),
	} {
		if found != nil {
			return found
		}
	}
	return nil
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
	return len(packs), fault.At(library.Lint(packs))
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
