package registry

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Profile is somebody as others are told of them.
type Profile struct {
	ID    ident.ID
	Name  string        // of their post
	Email string        // for themselves and for who invites people
	Roles []org.Holding // what they hold now, as far as who asks may know of it
	State State         // for who invites people
}

// State is whether somebody can sign in.
type State string

// The states.
const (
	NotInvited State = "not-invited" // there is no way in for them that we know of
	Invited    State = "invited"     // a link waits for them
	Able       State = "able"        // they can sign in
	Gone       State = "gone"        // they left
)

// Profile gives who asks as they are told of themselves. It needs no role: somebody who holds none is told just that.
func (r *Registry) Profile(who Asker) Profile {
	p := Profile{ID: who.Person, Name: string(who.Person), Roles: who.Holdings}
	if known := personIn(who.ground, who.Person); known != nil {
		p.Name, p.Email = cmp.Or(known.Name, string(known.ID)), known.Email
	}
	return p
}

// Vocabulary gives the words that the people of the organisation use.
func (who Asker) Vocabulary() org.Vocabulary { return who.organisation().Vocabulary }

// Zone gives the zone of the organisation's dates.
func (who Asker) Zone() civil.Zone { return who.ground.home.Zone }

// RoleTitle gives what a role is called.
func (who Asker) RoleTitle(role ident.ID) string {
	for _, pack := range who.ground.home.Library.Packs {
		for i := range pack.Roles {
			if pack.Roles[i].ID == role {
				return pack.Roles[i].Title
			}
		}
	}
	text := strings.ReplaceAll(string(role), "-", " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// UnitName gives what a unit is called.
func (who Asker) UnitName(unit ident.ID) string {
	if u := who.organisation().Unit(unit); u != nil {
		return u.Name
	}
	return string(unit)
}

// People lists the people of the organisation after an id, in order of id. Roles for services that who asks may not know
// of are left out, and where to write to somebody and whether they can sign in is for who invites people.
func (r *Registry) People(ctx context.Context, who Asker, after ident.ID, limit int) ([]Profile, error) {
	if err := who.mayIn(access.ReadPeople, "", ""); err != nil {
		return nil, err
	}
	all := r.peopleAfter(who, after, limit)
	if err := r.hideServices(ctx, who, all); err != nil {
		return nil, err
	}
	if who.mayIn(access.InvitePerson, "", "") != nil {
		for i := range all {
			if all[i].ID != who.Person {
				all[i].Email = ""
			}
		}
		return all, nil
	}
	return all, r.states(ctx, who, all)
}

func (r *Registry) peopleAfter(who Asker, after ident.ID, limit int) (out []Profile) {
	o, w := who.organisation(), civil.NewWatch(r.store.Now())
	for i := range o.People {
		if p := &o.People[i]; p.ID > after {
			out = append(out, Profile{ID: p.ID, Name: cmp.Or(p.Name, string(p.ID)), Email: p.Email})
		}
	}
	slices.SortFunc(out, func(a, b Profile) int { return cmp.Compare(a.ID, b.ID) })
	out = out[:min(len(out), limit)]
	for i := range out {
		out[i].Roles = o.Held(out[i].ID, who.ground.home.Zone, w)
	}
	return out
}

// hideServices leaves out roles for services that who asks may not know of.
func (r *Registry) hideServices(ctx context.Context, who Asker, all []Profile) error {
	if who.scope(access.ListServices).All {
		return nil
	}
	var named []ident.ID
	for i := range all {
		for _, h := range all[i].Roles {
			if h.Service != "" {
				named = append(named, h.Service)
			}
		}
	}
	units, err := r.store.UnitsOf(ctx, named)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Roles = slices.DeleteFunc(all[i].Roles, func(h org.Holding) bool {
			unit, there := units[h.Service]
			known := there && who.sees(access.ListServices, unit, h.Service)
			return h.Service != "" && !known && all[i].ID != who.Person
		})
	}
	return nil
}

// states fills in whether people can sign in.
func (r *Registry) states(ctx context.Context, who Asker, all []Profile) error {
	ways, err := r.store.Ways(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		way, known := ways[all[i].ID]
		switch {
		case way.Left != 0 || !r.works(who.ground, all[i].ID):
			all[i].State = Gone
		case way.Any():
			all[i].State = Able
		case known:
			all[i].State = Invited
		default:
			all[i].State = NotInvited
		}
	}
	return nil
}

const (
	inviteLasts = 7 * 24 * time.Hour
	firstLasts  = time.Hour
	demoLasts   = 30 * 24 * time.Hour

	inviteLink = "invite" // signs one person in, once
	firstLink  = "first"  // makes the first administrator, once
	demoLink   = "demo"   // signs in as somebody who was made up, any number of times
)

// LinkPath is where links lead: the secret follows it.
const LinkPath = "/link/"

// LinkTo gives the address of a link at a server.
func LinkTo(server string, secret hidden.Text) string {
	return strings.TrimRight(server, "/") + LinkPath + secret.Reveal()
}

// none is the payload of a link that needs none.
var none = json.RawMessage(`{}`)

// RemovePerson notes that somebody left: nothing that they sign in with counts any more, their sessions end now, and so
// do the tokens that they made. What they did stays in the record.
func (r *Registry) RemovePerson(ctx context.Context, who Asker, id ident.ID, reason string) (store.Written, error) {
	if err := who.mayIn(access.RemovePerson, "", ""); err != nil {
		return store.Written{}, err
	}
	if id == who.Person {
		return store.Written{}, fault.New(fault.Conflict, "nobody removes themselves: another administrator does that")
	}
	if _, err := ident.ParseID(string(id)); err != nil {
		return store.Written{}, fault.New(fault.NotFound, "there is no person of that id")
	}
	way, err := r.store.WayOf(ctx, id)
	if err != nil {
		return store.Written{}, err
	}
	switch {
	case way.Left != 0:
		return store.Written{}, fault.New(fault.Conflict, "%s was removed already", id)
	case way.Person == "" && personIn(who.ground, id) == nil:
		return store.Written{}, fault.New(fault.NotFound, "there is no person of that id")
	}
	return r.write(ctx, func(ctx context.Context, t *store.Tx) error {
		if err := t.EndSessions(ctx, id, ""); err != nil {
			return err
		}
		return t.DropLinks(ctx, inviteLink, id)
	}, store.Entry{Kind: ledger.PersonLeft, Actor: who.ID, Subject: "person:" + string(id), Content: &store.Departed{Person: id, Reason: reason}})
}

// House is what every page says of the organisation.
type House struct {
	Name    string
	Ceiling model.Classification // the highest classification that may be kept here; empty where nobody said
}

// House gives what every page says of the organisation, whoever asks.
func (r *Registry) House(ctx context.Context) (House, error) {
	g, err := r.current(ctx)
	if err != nil {
		return House{}, err
	}
	return Asker{ground: g}.House(), nil
}

// House gives what every page says of the organisation, as who asks found it.
func (who Asker) House() House {
	o := who.organisation()
	return House{Name: o.Name, Ceiling: o.Classification}
}

// Clock gives a moment as people in the organisation read it: the day, and the time such as 14:30.
func (who Asker) Clock(at time.Time) (day civil.Date, clock string) {
	zone, t := who.ground.home.Zone, civil.Of(at)
	_, clock, _ = strings.Cut(zone.Clock(t), " ")
	return zone.On(t), clock
}
