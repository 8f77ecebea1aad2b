package registry

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Chosen is how a service stands on a framework that its team chose, with its requirements counted and not one by one.
type Chosen struct {
	judge.Framework
	Standings map[judge.StatementStanding]int
}

// Frameworks lists the frameworks that the team of a service chose, in their order, with how it stands on each.
func (r *Registry) Frameworks(ctx context.Context, who Asker, id ident.ID) ([]Chosen, error) {
	text, err := r.frameworks(ctx, who, id)
	if err != nil {
		return nil, err
	}
	var out []Chosen
	for one := range each(text) {
		c := Chosen{Standings: map[judge.StatementStanding]int{}}
		if err := c.read(one); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// read reads all but the requirements, of which it reads how each stands.
func (c *Chosen) read(text []byte) error {
	for name, into := range map[string]any{
		"id": &c.ID, "version": &c.Version, "title": &c.Title, "known": &c.Known, "profile": &c.Profile,
		"answered": &c.Answered, "meets": &c.Meets, "reasons": &c.Reasons,
	} {
		if err := readPosture(member(text, name), into); err != nil {
			return err
		}
	}
	for requirement := range each(member(text, "requirements")) {
		var standing judge.StatementStanding
		if err := readPosture(member(requirement, "standing"), &standing); err != nil {
			return err
		}
		c.Standings[standing]++
	}
	return nil
}

// Framework gives how a service stands on one framework that its team chose, requirement by requirement, with what answers
// each: the JSON of its posture. The version may be left out where the team chose one alone.
func (r *Registry) Framework(ctx context.Context, who Asker, id, framework ident.ID, version string) (json.RawMessage, error) {
	text, err := r.frameworks(ctx, who, id)
	if err != nil {
		return nil, err
	}
	var found json.RawMessage
	var versions []string
	for one := range each(text) {
		var is [2]string
		for i, name := range []string{"id", "version"} {
			if err := readPosture(member(one, name), &is[i]); err != nil {
				return nil, err
			}
		}
		if is[0] == string(framework) && (version == "" || is[1] == version) {
			found, versions = one, append(versions, is[1])
		}
	}
	switch len(versions) {
	case 0:
		return nil, fault.New(fault.NotFound, "the team of %s did not choose a framework %s", id, strings.TrimSpace(string(framework)+" "+version))
	case 1:
		return found, nil
	}
	return nil, fault.New(fault.Invalid, "version: the team of %s chose %s in several versions: say which of %s", id, framework, strings.Join(versions, ", "))
}

// frameworks gives the part of the newest posture of a service that tells of frameworks.
func (r *Registry) frameworks(ctx context.Context, who Asker, id ident.ID) ([]byte, error) {
	p, err := r.store.Posture(ctx, id)
	if err := who.may(access.ReadPosture, p.Service, err); err != nil {
		return nil, err
	}
	if p.Judged.Posture == nil {
		return nil, unjudged(&p)
	}
	return member(p.Judged.Posture, "frameworks"), nil
}
