package registry

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Newcomer is what whoever invites somebody says of them. What is empty is not said.
type Newcomer struct {
	Person  ident.ID
	Name    string   // of their post
	Email   string   // where to write to them
	Role    ident.ID // that they hold from now on, for the unit or the service, or for everything
	Unit    ident.ID
	Service ident.ID
}

// Introduce sees to it that the organisation file says what is said of somebody, and says whether it had to be changed for
// that. Somebody who is not in it is added where at least their name is said; a role that they do not hold yet is added.
// What the file says otherwise is left, and is a fault.
func (r *Registry) Introduce(ctx context.Context, who Asker, n Newcomer) (changed bool, err error) {
	head, err := r.store.Organisation(ctx, 0)
	if err != nil {
		return false, err
	}
	if head.Number == 0 {
		return false, fault.New(fault.NotFound, "there is no organisation file yet: open the link for the first administrator, which `bulkhead serve` prints when it starts")
	}
	if err := who.agrees(n); err != nil {
		return false, err
	}
	source, err := who.introduced(store.Sources(head.Texts)[0], n, r.store.Now())
	if err != nil || string(source.Text) == head.Texts[0].Text {
		return false, err
	}
	_, err = r.ChangeOrganisation(ctx, who, OrganisationChange{Base: head.Number, Text: string(source.Text), Note: "somebody was invited"})
	return err == nil, err
}

// agrees finds what cannot be said of somebody, or is said otherwise by the organisation file.
func (who Asker) agrees(n Newcomer) error {
	if _, err := ident.ParseID(string(n.Person)); err != nil {
		return fault.Wrap(fault.Invalid, err, "%q cannot be the id of a person", n.Person)
	}
	if n.Role == "" && (n.Unit != "" || n.Service != "") {
		return fault.New(fault.Invalid, "--unit and --service say where a role is held: say which one with --role")
	}
	if n.Role != "" && !slices.Contains(who.roles(), n.Role) {
		return fault.New(fault.Invalid, "--role: there is no role %s%s", n.Role, near(n.Role, who.roles(), "`bulkhead library show roles` lists them"))
	}
	p := personIn(who.ground, n.Person)
	switch {
	case p == nil && strings.TrimSpace(n.Name) == "":
		var known []ident.ID
		for i := range who.organisation().People {
			known = append(known, who.organisation().People[i].ID)
		}
		return fault.New(fault.NotFound, "there is no person %s in the organisation file%s", n.Person, near(n.Person, known, "to add somebody new, say what their post is called with --name, and best --email and --role too"))
	case p != nil && n.Name != "" && n.Name != p.Name:
		return fault.New(fault.Conflict, "--name: the organisation file calls %s %q: leave it out, or change the file first", n.Person, p.Name)
	case p != nil && n.Email != "" && !strings.EqualFold(n.Email, p.Email):
		return fault.New(fault.Conflict, "--email: the organisation file has another address for %s, or none: leave it out, or change the file first", n.Person)
	}
	return nil
}

// introduced gives the organisation file with what is said of somebody and it does not say yet.
func (who Asker) introduced(source schema.Source, n Newcomer, now civil.Instant) (schema.Source, error) {
	add := func(path string, lines ...string) error {
		doc, err := schema.Parse(source)
		if err != nil {
			return err
		}
		changed, err := doc.Append(path, strings.Join(lines, "\n"))
		if err == nil {
			source = changed
		}
		return err
	}
	if personIn(who.ground, n.Person) == nil {
		if err := add("/people", says("id", string(n.Person)), says("name", n.Name), says("email", n.Email)); err != nil {
			return source, err
		}
	}
	if n.Role == "" || who.holds(n, now) {
		return source, nil
	}
	err := add("/appointments", says("role", string(n.Role)), says("person", string(n.Person)), says("unit", string(n.Unit)), says("service", string(n.Service)))
	return source, err
}

// says writes a line of the file; an empty one where there is nothing to be said.
func says(key, value string) string {
	if value == "" {
		return ""
	}
	return key + ": " + strconv.Quote(value)
}

// holds says whether somebody holds by an appointment of their own what is said of them.
func (who Asker) holds(n Newcomer, now civil.Instant) bool {
	held := who.organisation().Held(n.Person, who.ground.home.Zone, civil.NewWatch(now))
	return slices.Contains(held, org.Holding{Role: n.Role, Unit: n.Unit, Service: n.Service})
}
