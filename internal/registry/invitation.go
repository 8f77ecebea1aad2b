package registry

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Reach is how people come to a server and are written to, as its settings say.
type Reach struct {
	Server string // the address under which people reach it
	Mail   bool   // e-mail is set up, so letters that wait are sent
	Lasts  bool   // there is a way to sign in that people can choose for good: a passkey, or an account
}

// Reaching tells how people come to the server and are written to.
func Reaching(reach Reach) Option { return func(r *Registry) { r.reach = reach } }

// Reach gives how people come to the server and are written to.
func (r *Registry) Reach() Reach { return r.reach }

// Invitation is what came of inviting somebody: a link that signs them in once. It is shown this once.
type Invitation struct {
	Link    hidden.Text // empty where the person alone is given one, by e-mail
	Until   time.Time   // when it ends; for a link that goes by e-mail, about that
	Before  bool        // they have signed in before
	Address string      // where a letter goes, once e-mail is set up; empty where none waits to be sent
	Mailed  bool        // e-mail is set up, so that letter is on its way
	Written store.Written
}

// InvitePerson makes a link with which somebody of the organisation file signs in for the first time. Links made for them
// before no longer work.
//
// A link for somebody who has signed in before would let whoever has it act as them. So it goes to them alone: by e-mail,
// to the address that the organisation file gave when they first came in. Where that cannot be, it is refused.
func (r *Registry) InvitePerson(ctx context.Context, who Asker, id ident.ID) (*Invitation, error) {
	person, before, err := r.invitable(ctx, who, id)
	switch {
	case err != nil:
		return nil, err
	case !before:
		return r.invite(ctx, who, person, handing{shown: true, letter: letter{Invite: id}})
	case who.ID == terminal:
		return nil, fault.New(fault.Conflict, "%s has signed in before, and whoever has a link for them can do all that they may. If they have lost what they sign in with, and asked you themselves, say --again: the record then tells that a link was made here", id)
	}
	if err := r.reaches(ctx, person); err != nil {
		return nil, err
	}
	return r.invite(ctx, who, person, handing{before: true, letter: letter{Invite: id}})
}

// InviteAgain makes a link also for somebody who has signed in before, for who sits at the terminal of the server: whoever
// can read its files and keys could make one anyway. The record tells of it, and so does a letter to the person.
func (r *Registry) InviteAgain(ctx context.Context, who Asker, id ident.ID) (*Invitation, error) {
	if who.ID != terminal {
		return nil, fault.New(fault.Forbidden, "only who sits at the machine that holds the record is shown a link for somebody who has signed in before")
	}
	person, before, err := r.invitable(ctx, who, id)
	switch {
	case err != nil:
		return nil, err
	case !before:
		return r.invite(ctx, who, person, handing{shown: true, letter: letter{Invite: id}})
	}
	return r.invite(ctx, who, person, handing{shown: true, before: true, letter: letter{Handed: id}})
}

// invitable gives somebody who may be invited, and says whether they have signed in before.
func (r *Registry) invitable(ctx context.Context, who Asker, id ident.ID) (person *org.Person, before bool, err error) {
	if err := who.mayIn(access.InvitePerson, "", ""); err != nil {
		return nil, false, err
	}
	if person = personIn(who.ground, id); person == nil {
		return nil, false, fault.New(fault.NotFound, "there is no person %s in the organisation file: add them there first", id)
	}
	if !r.works(who.ground, id) {
		return nil, false, fault.New(fault.Conflict, "%s has left, as the organisation file says: change that first", id)
	}
	_, before, err = r.store.FirstIn(ctx, id)
	return person, before, err
}

// reaches says whether a link for somebody who has signed in before can be sent to them, and to nobody else.
func (r *Registry) reaches(ctx context.Context, person *org.Person) error {
	first, _, err := r.cameAs(ctx, person.ID)
	why := ""
	switch {
	case err != nil:
		return err
	case !r.reach.Mail:
		why = "none is set up here"
	case person.Email == "":
		why = "the organisation file has no address for them"
	case !strings.EqualFold(first, person.Email):
		why = "their address in the organisation file is not the one that it gave when they first came in"
	default:
		return nil
	}
	return fault.New(fault.Conflict, "%s has signed in before, so a link that signs in as them goes to nobody but them, by e-mail, and %s. If they have lost what they sign in with, whoever looks after the machine that holds the record makes a link there: bulkhead invite %s --again", person.ID, why, person.ID)
}

// cameAs says whether somebody has come in before, and by which address the organisation file knew them when they first
// did: whoever may change the file could otherwise have it say their own address, and be taken for somebody else.
func (r *Registry) cameAs(ctx context.Context, id ident.ID) (address string, before bool, err error) {
	revision, before, err := r.store.FirstIn(ctx, id)
	if err != nil || !before || revision == 0 {
		return "", before, err
	}
	was, err := r.store.OrganisationRevision(ctx, revision)
	if store.IsRedacted(err) {
		return "", true, nil
	}
	if err != nil {
		return "", true, err
	}
	o, err := org.Read(store.Sources(was.Texts)[0])
	if err != nil {
		return "", true, nil // it was written for another version, so it says nothing that could be relied on
	}
	for i := range o.People {
		if o.People[i].ID == id {
			address = o.People[i].Email
		}
	}
	return address, true, nil
}

// handing is how somebody comes by their link.
type handing struct {
	shown  bool // it is given to who invites them
	before bool // they have signed in before
	letter letter
}

// invite keeps an invitation, in the place of those before it.
func (r *Registry) invite(ctx context.Context, who Asker, person *org.Person, h handing) (out *Invitation, err error) {
	out = &Invitation{Until: r.now().Add(inviteLasts), Before: h.before}
	if r.reach.Mail || who.ID == terminal { // which does not know all that the server does: that sends it, or does not
		out.Address, out.Mailed = person.Email, person.Email != "" && r.reach.Mail
	}
	if h.shown {
		if out.Link, err = signin.NewSecret(signin.Link, rand.Reader); err != nil {
			return nil, err
		}
	}
	post, err := r.posted(h.letter, out)
	if err != nil {
		return nil, err
	}
	guard := func(ctx context.Context, t *store.Tx) error {
		if _, before, err := t.FirstIn(ctx, person.ID); err != nil {
			return err
		} else if before != h.before {
			return fault.New(fault.Conflict, "%s came in meanwhile: look again whether they still need a link", person.ID)
		}
		if err := t.DropLinks(ctx, inviteLink, person.ID); err != nil {
			return err
		}
		if h.shown {
			if err := t.KeepLink(ctx, hashOf(out.Link), store.Link{Purpose: inviteLink, Person: person.ID, Payload: none, Expires: out.Until}); err != nil {
				return err
			}
		}
		return post(ctx, t)
	}
	out.Written, err = r.write(ctx, guard, store.Entry{
		Kind: ledger.PersonInvited, Actor: who.ID, Subject: "person:" + string(person.ID),
		Content: &store.Invited{Person: person.ID, Email: out.Address, Again: h.before},
	})
	return out, err
}

// letter is the payload of an e-mail to be written: never its text, and never a secret, since the link in it is made
// only when it is sent.
type letter struct {
	Invite ident.ID      `json:"invite,omitempty"` // the person who is sent a link
	Handed ident.ID      `json:"handed,omitempty"` // the person who is told that a link for them was handed to somebody
	Until  civil.Instant `json:"until,omitempty"`  // when that one ends
}

// posted gives what puts the letter of an invitation where it waits to be sent; nothing where it goes nowhere.
func (r *Registry) posted(l letter, i *Invitation) (func(context.Context, *store.Tx) error, error) {
	if i.Address == "" {
		return func(context.Context, *store.Tx) error { return nil }, nil
	}
	if l.Handed != "" {
		l.Until = civil.Of(i.Until)
	}
	payload, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	job, err := r.store.NewID()
	return func(ctx context.Context, t *store.Tx) error {
		return t.Enqueue(ctx, job, store.Job{Kind: MailJob, Name: job, Payload: payload}, r.now())
	}, err
}

// opened reads what an e-mail is to be about, and gives the organisation as it is when it is sent.
func (r *Registry) opened(ctx context.Context, j store.Job, about any) (*ground, error) {
	if err := json.Unmarshal(j.Payload, about); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the e-mail cannot be read")
	}
	return r.current(ctx)
}

// mail sends an e-mail. Where e-mail is not set up, or the reader is there no more, there is nothing to do.
func (r *Registry) mail(ctx context.Context, out Outgoing, j store.Job) error {
	var l letter
	g, err := r.opened(ctx, j, &l)
	if err != nil {
		return err
	}
	id := cmp.Or(l.Invite, l.Handed)
	person := personIn(g, id)
	if out.Mailer == nil || person == nil || person.Email == "" || !r.works(g, id) {
		return nil
	}
	if way, err := r.store.WayOf(ctx, id); err != nil || way.Left != 0 {
		return err
	}
	if l.Handed != "" {
		message, err := notify.Handed{ID: j.ID, Address: person.Email, Role: addressed(person.Name, id), Until: l.Until}.Message()
		if err != nil {
			return err
		}
		return out.Mailer.Send(ctx, message)
	}
	return r.mailLink(ctx, out, j, person)
}

// mailLink makes a link and sends it to the person whom it is for. To somebody who has signed in before it goes only if
// their address is still the one that it was when they first came in, and to that one, letter by letter.
func (r *Registry) mailLink(ctx context.Context, out Outgoing, j store.Job, person *org.Person) error {
	first, before, err := r.cameAs(ctx, person.ID)
	if err != nil || before && !strings.EqualFold(first, person.Email) {
		return err
	}
	address, purpose := person.Email, notify.Invite
	if before {
		address, purpose = first, notify.Return
	}
	secret, err := signin.NewSecret(signin.Link, rand.Reader)
	if err != nil {
		return err
	}
	until := r.now().Add(inviteLasts)
	message, err := notify.Link{
		ID: j.ID, Address: address, Role: addressed(person.Name, person.ID), Purpose: purpose,
		Link: hidden.Conceal(LinkTo(out.Server, secret)), Until: civil.Of(until),
	}.Message()
	if err != nil {
		return err
	}
	err = r.store.Change(ctx, func(ctx context.Context, t *store.Tx) error {
		return t.KeepLink(ctx, hashOf(secret), store.Link{Purpose: inviteLink, Person: person.ID, Payload: none, Expires: until})
	})
	if err != nil {
		return err
	}
	return out.Mailer.Send(ctx, message)
}
