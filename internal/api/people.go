package api

import (
	"context"
	"net/http"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// PersonLine is somebody of the organisation.
type PersonLine struct {
	Person string    `json:"person" doc:"Their id in the organisation file"`
	Name   string    `json:"name" doc:"What to show, such as the name of their post"`
	Email  string    `json:"email,omitempty" doc:"For who invites people"`
	Roles  []Holding `json:"roles" nullable:"false" doc:"What they hold now, as far as you may know of it"`
	State  string    `json:"state,omitempty" doc:"For who invites people: not-invited, invited, able or gone"`
}

// Invited is what came of inviting somebody.
type Invited struct {
	Link  string `json:"link,omitempty" doc:"The secret that follows /link/ in the address: it signs the person in once, and is shown this once. Left out for somebody who has signed in before: their link goes to nobody but them"`
	Until string `json:"until" format:"date-time" doc:"When the link ends; of one that goes by e-mail, about when"`
	Sent  bool   `json:"sent" doc:"Whether a letter with a link of its own waits to be sent to them: only where e-mail is set up, and the organisation file has their address"`
	Next  string `json:"next" doc:"How the person gets their link, in a sentence"`
}

// next says how somebody gets their link.
func next(i *registry.Invitation) string {
	switch {
	case i.Before:
		return "They have signed in before, so nobody but them is given the link: it goes to them by e-mail."
	case i.Mailed:
		return "They are sent a link of their own by e-mail. Whichever of the two is used first, the other then no longer works."
	}
	return "Nothing is sent to them: give them this link yourself, and nobody else. Whoever has it can sign in as them."
}

// Done is what became of something of which there is nothing else to say.
type Done struct {
	Leaf int64 `json:"leaf" doc:"The number of its entry in the ledger"`
}

func done(w registry.Written) *One[Done] { return &One[Done]{Body: Done{Leaf: w.Number}} }

// SessionLine is a place where somebody is signed in.
type SessionLine struct {
	Session string `json:"session" doc:"An id to speak of it by; it opens nothing"`
	How     string `json:"how" doc:"How they signed in: account, passkey or link"`
	Begun   string `json:"begun" format:"date-time"`
	Seen    string `json:"seen" format:"date-time" doc:"When it was last used, to the minute"`
	Expires string `json:"expires" format:"date-time"`
}

func (f *face) people(d desk) {
	const area = "people"
	add(d, operation{id: "list-people", method: http.MethodGet, path: "/people", summary: "List the people of the organisation", area: area, use: access.ReadPeople}, f.listPeople)
	add(d, operation{id: "invite-person", method: http.MethodPost, path: "/people", summary: "Invite somebody of the organisation file to sign in; who has signed in before is sent their link by e-mail, and nobody else is shown it", area: area, use: access.InvitePerson, status: http.StatusCreated, secret: true}, f.invite)
	add(d, operation{id: "remove-person", method: http.MethodPost, path: "/people/{person}/leave", summary: "Note that somebody left: nothing that they sign in with counts any more", area: area, use: access.RemovePerson}, f.leave)
	add(d, operation{id: "list-sessions", method: http.MethodGet, path: "/sessions", summary: "List where you are signed in, or where somebody else is", area: area, use: access.ReadOwnProfile}, f.listSessions)
	add(d, operation{id: "end-session", method: http.MethodDelete, path: "/sessions/{session}", summary: "End a session of yours, or of somebody else", area: area, use: access.EndOwnSession}, f.endSession)
}

func (f *face) listPeople(ctx context.Context, who registry.Asker, in *Paging) (*Page[PersonLine], error) {
	found, err := f.People(ctx, who, ident.ID(in.After), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return page(found, in.Limit, func(p *registry.Profile) PersonLine {
		return PersonLine{Person: string(p.ID), Name: p.Name, Email: p.Email, Roles: holdingsOf(p.Roles), State: string(p.State)}
	}, func(p *registry.Profile) string { return string(p.ID) }), nil
}

type invited struct {
	Body struct {
		Person string `json:"person" doc:"Their id in the organisation file"`
	}
}

func (f *face) invite(ctx context.Context, who registry.Asker, in *invited) (*One[Invited], error) {
	i, err := f.InvitePerson(ctx, who, ident.ID(in.Body.Person))
	if err != nil {
		return nil, err
	}
	return &One[Invited]{Body: Invited{Link: i.Link.Reveal(), Until: told(i.Until), Sent: i.Mailed, Next: next(i)}}, nil
}

// told writes a time of a working table as every other time is written.
func told(t time.Time) string { return civil.Of(t).String() }

type leaving struct {
	Person string `path:"person"`
	Body   struct {
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

func (f *face) leave(ctx context.Context, who registry.Asker, in *leaving) (*One[Done], error) {
	w, err := f.RemovePerson(ctx, who, ident.ID(in.Person), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return done(w), nil
}

type sessionsAsked struct {
	Person string `query:"person" doc:"Whose; leave out for your own"`
}

func (f *face) listSessions(ctx context.Context, who registry.Asker, in *sessionsAsked) (*Page[SessionLine], error) {
	var all []registry.Session
	var err error
	if in.Person == "" || ident.ID(in.Person) == who.Person {
		all, err = f.OwnSessions(ctx, who)
	} else {
		all, err = f.SessionsOf(ctx, who, ident.ID(in.Person))
	}
	return cut(all, "", err, func(s *registry.Session) SessionLine {
		return SessionLine{Session: s.ID, How: s.How, Begun: told(s.Begun), Seen: told(s.Seen), Expires: told(s.Expires)}
	})
}

type sessionEnded struct {
	Session string `path:"session"`
	Person  string `query:"person" doc:"Whose; leave out for one of your own"`
	Reason  string `query:"reason" doc:"Why, for one of somebody else" maxLength:"500"`
}

func (f *face) endSession(ctx context.Context, who registry.Asker, in *sessionEnded) (*struct{}, error) {
	if in.Person == "" || ident.ID(in.Person) == who.Person {
		return nil, f.EndOwnSession(ctx, who, in.Session)
	}
	_, err := f.EndAnySession(ctx, who, ident.ID(in.Person), in.Session, in.Reason)
	return nil, err
}
