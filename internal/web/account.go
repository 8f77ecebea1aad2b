package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// accountPage is who somebody is here, and how and where they are signed in.
type accountPage struct {
	registry.Profile
	Held     []held
	Passkeys []line
	Sessions []line
	Digests  bool   // they get a digest each week, where e-mail is set up
	MakeOne  bool   // a passkey can be made here
	Connect  bool   // an account of the organisation can be connected here
	Fresh    bool   // signed in just now, so how they sign in can be changed
	ByLink   bool   // signed in with a link
	Onwards  string // where they go on without making another way in
}

// held is a role that somebody holds, in words.
type held struct{ Role, Where, How string }

// line is a session or a passkey.
type line struct {
	ID, Name, Since, Used string
	This                  bool // the one that asks
}

// accountOf is what is shown of somebody without asking further. In a demonstration nobody gets a way in of their own.
func (f *face) accountOf(who *registry.Signed) accountPage {
	return accountPage{
		Profile: f.Registry.Profile(who.Asker), MakeOne: f.Passkeys != nil && !f.Demo, Connect: f.Provider != nil && !f.Demo,
		Fresh: who.Fresh, ByLink: who.Session.How == "link",
	}
}

// account shows somebody what is known of them.
func (f *face) account(w http.ResponseWriter, r *http.Request) error {
	who := signed(r.Context())
	p := f.accountOf(who)
	for _, h := range p.Roles {
		p.Held = append(p.Held, told(who.Asker, h))
	}
	if len(p.Roles) > 0 { // somebody without a role may ask for nothing, and is told just that
		if err := f.waysOf(r, who, &p); err != nil {
			return err
		}
	}
	f.show(w, r, http.StatusOK, "account", "You are signed in", p)
	return nil
}

// told says in words what somebody holds.
func told(who registry.Asker, h org.Holding) held {
	out := held{Role: who.RoleTitle(h.Role), Where: "the whole organisation"}
	switch {
	case h.Service != "":
		out.Where = "the service " + string(h.Service)
	case h.Unit != "":
		out.Where = who.UnitName(h.Unit)
	}
	switch {
	case h.Board != "":
		out.How = "as a member of the board " + string(h.Board)
	case h.Through != "":
		out.How = "lent to you by " + string(h.Through)
	}
	return out
}

// waysOf fills in how and where somebody is signed in.
func (f *face) waysOf(r *http.Request, who *registry.Signed, p *accountPage) error {
	passkeys, err := f.Registry.OwnPasskeys(r.Context(), who.Asker)
	if err != nil {
		return err
	}
	for i := range passkeys {
		k := &passkeys[i]
		p.Passkeys = append(p.Passkeys, line{ID: k.ID, Name: k.Name, Since: day(who.Asker, k.At.Time()), Used: day(who.Asker, k.Used.At())})
	}
	if p.Digests, err = f.Registry.Digests(r.Context(), who.Asker); err != nil {
		return err
	}
	sessions, err := f.Registry.OwnSessions(r.Context(), who.Asker)
	if err != nil {
		return err
	}
	for i := range sessions {
		s := &sessions[i]
		p.Sessions = append(p.Sessions, line{
			ID: s.ID, Name: ways[s.How], Since: moment(who.Asker, s.Begun), Used: moment(who.Asker, s.Seen), This: s.ID == who.Session.ID,
		})
	}
	return nil
}

// ways are how somebody signed in, in words.
var ways = map[string]string{"account": "Account of your organisation", "passkey": "Passkey", "link": "Link"}

// day writes a day as people read it.
func day(who registry.Asker, at time.Time) string {
	if at.IsZero() {
		return "not yet"
	}
	d, _ := who.Clock(at)
	return fmt.Sprintf("%d %s %d", d.Day, time.Month(d.Month), d.Year)
}

// moment writes a moment as people read it.
func moment(who registry.Asker, at time.Time) string {
	_, clock := who.Clock(at)
	return day(who, at) + " at " + clock
}

// newPasskey is the page on which somebody makes a passkey, or connects their account.
func (f *face) newPasskey(w http.ResponseWriter, r *http.Request) error {
	p := f.accountOf(signed(r.Context()))
	p.Onwards = onwards(r)
	f.show(w, r, http.StatusOK, "passkey", "Choose how you will sign in", p)
	return nil
}

// connect sends the browser to the organisation's sign-in service, to connect an account with who is signed in. It is
// asked for from a page of ours alone: another site could have signed the browser in there with an account of its own,
// and have that connected.
func (f *face) connect(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Sec-Fetch-Site") != "same-origin" {
		return fault.New(fault.Forbidden, "an account is connected from the page on which you choose how to sign in: go there and try again")
	}
	address, step, err := f.door.BeginAccount(r.Context(), signed(r.Context()))
	if err != nil {
		return err
	}
	set(w, r, stepCookie, step)
	return there(w, r, address)
}

func (f *face) beginNewPasskey(w http.ResponseWriter, r *http.Request) error {
	options, step, err := f.door.BeginNewPasskey(r.Context(), signed(r.Context()))
	return f.asked(w, r, options, step, err)
}

func (f *face) finishNewPasskey(w http.ResponseWriter, r *http.Request) error {
	response, err := body(r)
	if err != nil {
		return err
	}
	session, err := f.door.FinishNewPasskey(r.Context(), signed(r.Context()), read(r, stepCookie), response)
	return f.answered(w, r, session, err)
}

// removePasskey has a passkey count no longer.
func (f *face) removePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "what the browser sent broke off: try again")
	}
	if _, err := f.Registry.DropPasskey(r.Context(), signed(r.Context()), r.PostForm.Get("id")); err != nil {
		return err
	}
	return there(w, r, "/account")
}

// endSession ends one session of who asks.
func (f *face) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "what the browser sent broke off: try again")
	}
	if err := f.Registry.EndOwnSession(r.Context(), signed(r.Context()).Asker, r.PostForm.Get("id")); err != nil {
		return err
	}
	return there(w, r, "/account")
}

// endOthers ends every session of who asks but this one.
func (f *face) endOthers(w http.ResponseWriter, r *http.Request) error {
	if err := f.Registry.EndOtherSessions(r.Context(), *signed(r.Context())); err != nil {
		return err
	}
	return there(w, r, "/account")
}
