package registry

import (
	"context"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// affected says on which services a change of the organisation or of the library bears: on all of them, or on those that
// rest on single things, within a part of the organisation.
type affected struct {
	all   bool
	rests []store.Rest
	roles []roleChange
}

// roleChange is that somebody else holds a role somewhere.
type roleChange struct {
	role  ident.ID
	scope store.Scope
}

// mark marks the affected services, in the transaction of the change.
func (a *affected) mark(ctx context.Context, t *store.Tx, r *Registry) error {
	now := r.now()
	if a.all {
		return t.MarkAll(ctx, now)
	}
	for _, on := range a.rests {
		if err := t.MarkResting(ctx, now, on); err != nil {
			return err
		}
	}
	for _, c := range a.roles {
		if err := t.MarkRestingIn(ctx, now, store.Rest{Kind: restRole, Name: string(c.role)}, c.scope); err != nil {
			return err
		}
	}
	return nil
}

// affectedBy compares two grounds.
func affectedBy(before, after *ground) (a affected, err error) {
	if err := a.organisation(before.home.Organisation, after.home.Organisation); err != nil || a.all {
		return a, err
	}
	return a, a.library(before.home.Library, after.home.Library)
}

// organisation finds what another organisation file changes. People and roles bear on those who rest on the role; all
// else, such as what a unit may bear, on everybody.
func (a *affected) organisation(before, after *org.Organisation) error {
	if before == nil || after == nil {
		a.all = before != after
		return nil
	}
	same, err := alike(without(before), without(after))
	if err != nil || !same {
		a.all = true
		return err
	}
	found := changedRoles(before, after)
	roles := make([]ident.ID, 0, len(found))
	for role := range found {
		roles = append(roles, role)
	}
	slices.Sort(roles)
	for _, role := range roles {
		scope := found[role]
		if before.Appointed(role) != after.Appointed(role) { // whether anybody was ever appointed counts everywhere
			scope = store.Scope{All: true}
		}
		a.roles = append(a.roles, roleChange{role, scope})
	}
	return nil
}

// without gives an organisation without the people in it.
func without(o *org.Organisation) *org.Organisation {
	rest := *o
	rest.People, rest.Appointments, rest.Delegations, rest.Boards = nil, nil, nil, nil
	return &rest
}

// changedRoles says for each role where somebody else holds it.
func changedRoles(before, after *org.Organisation) map[ident.ID]store.Scope {
	found := map[ident.ID]store.Scope{}
	add := func(o *org.Organisation, role, unit, service ident.ID) {
		s := found[role]
		switch {
		case service != "":
			s.Singles = append(s.Singles, access.Single{Service: service})
		case unit != "":
			s.Units = append(append(s.Units, unit), o.Below(unit)...)
		default:
			s.All = true
		}
		found[role] = s
	}
	left := map[ident.ID]bool{}
	for _, p := range differing(before.People, after.People) {
		left[p.ID] = true
	}
	for _, o := range []*org.Organisation{before, after} {
		for _, p := range o.Appointments {
			if left[p.Person] {
				add(o, p.Role, p.Unit, p.Service)
			}
		}
	}
	for _, p := range differing(before.Appointments, after.Appointments) {
		add(after, p.Role, p.Unit, p.Service)
		add(before, p.Role, p.Unit, p.Service)
	}
	for _, d := range differing(before.Delegations, after.Delegations) {
		add(after, d.Role, d.Unit, d.Service)
		add(before, d.Role, d.Unit, d.Service)
	}
	for _, b := range differing(before.Boards, after.Boards) {
		add(after, b.Role, b.Unit, "")
		add(before, b.Role, b.Unit, "")
	}
	return found
}

// differing gives the values that only one of two lists has.
func differing[T any](before, after []T) (out []T) {
	count := map[ident.Digest]int{}
	of := map[ident.Digest]T{}
	for sign, list := range map[int][]T{-1: before, 1: after} {
		for _, v := range list {
			digest, err := ident.Sum(v)
			if err != nil {
				continue // what was read from a document has a canonical form
			}
			count[digest] += sign
			of[digest] = v
		}
	}
	for digest, n := range count {
		if n != 0 {
			out = append(out, of[digest])
		}
	}
	return out
}

// library finds what other packs change. A principle, a framework, a control or an activity bears on those whose posture
// speaks of it; all else, and whatever comes or goes, on everybody.
func (a *affected) library(before, after *library.Library) error {
	was, is := byID(before.Packs), byID(after.Packs)
	for id := range was {
		if is[id] == nil {
			a.all = true
			return nil
		}
	}
	for id, p := range is {
		if was[id] == nil {
			a.all = true
			return nil
		}
		if was[id].Digest == p.Digest {
			continue
		}
		if err := a.pack(was[id], p); err != nil || a.all {
			return err
		}
	}
	return nil
}

func byID(packs []*library.Pack) map[ident.ID]*library.Pack {
	out := map[ident.ID]*library.Pack{}
	for _, p := range packs {
		out[p.ID] = p
	}
	return out
}

func (a *affected) pack(before, after *library.Pack) error {
	same, err := alike(frame(before), frame(after))
	if err != nil || !same {
		a.all = true
		return err
	}
	a.items(restPrinciple, items(before.Principles, after.Principles, func(p *library.Principle) string { return string(p.ID) }))
	a.items(restFramework, items(before.Frameworks, after.Frameworks, func(f *library.Framework) string { return string(f.ID) + "@" + f.Version }))
	a.items(restControl, items(before.Controls, after.Controls, func(c *library.Control) string { return string(c.ID) }))
	a.items(restActivity, items(before.Activities, after.Activities, func(x *library.Activity) string { return string(x.ID) }))
	return nil
}

// frame gives a pack without the items that are compared one by one, and without what nothing is judged by.
func frame(p *library.Pack) *library.Pack {
	rest := *p
	rest.Principles, rest.Frameworks, rest.Controls, rest.Activities = nil, nil, nil, nil
	rest.Title, rest.Summary, rest.Version, rest.Source, rest.Location, rest.Licence, rest.Attribution = "", "", "", "", "", "", ""
	rest.Retrieved, rest.Digest = p.Retrieved, ""
	return &rest
}

// itemChange is an item that differs: whether it is in both packs, or came or went.
type itemChange struct {
	name string
	both bool
}

func items[T any](before, after []T, name func(*T) string) (out []itemChange) {
	had, has := map[string]bool{}, map[string]bool{}
	for i := range before {
		had[name(&before[i])] = true
	}
	for i := range after {
		has[name(&after[i])] = true
	}
	seen := map[string]bool{}
	for _, v := range differing(before, after) {
		if n := name(&v); !seen[n] {
			seen[n] = true
			out = append(out, itemChange{n, had[n] && has[n]})
		}
	}
	return out
}

func (a *affected) items(kind string, changes []itemChange) {
	for _, c := range changes {
		if !c.both {
			a.all = true
			return
		}
		a.rests = append(a.rests, store.Rest{Kind: kind, Name: c.name})
	}
}

func alike(a, b any) (bool, error) {
	x, err := ident.Sum(a)
	if err != nil {
		return false, err
	}
	y, err := ident.Sum(b)
	return x == y, err
}
