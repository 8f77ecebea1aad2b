package web

import (
	"net/http"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// minutePage is the page of a link to confirm a minute: what is confirmed, in words.
type minutePage struct {
	*registry.ToConfirmMinute
	Link   string   // that they came with; empty for who was signed in already
	What   string   // is decided
	Role   string   // in which they decided
	Asked  []string // who was asked before, by role
	On     string   // the day on which it was made
	Holds  string   // until when; empty for what has no end
	By     string   // when it has to be confirmed
	RestOn []restsOn
	Wrong  string // what has to be mended in the form
}

// restsOn is one thing that a decision rests on, and how it was.
type restsOn struct{ What, Was string }

// minuteLasts is how long a browser remembers, in seconds, that somebody was about to read a minute.
const minuteLasts = 15 * 60

// showMinute shows a minute to the one who decided. Whoever is not signed in is shown nothing of it: they sign in first,
// and are led back. Of a link that was never given out, or is good no more, the browser keeps nothing.
func (f *face) showMinute(w http.ResponseWriter, r *http.Request) error {
	if f.maybe(r) != nil {
		clearCookie(w, r, minuteCookie)
		return f.known(f.readMinute)(w, r)
	}
	if err := f.Registry.Confirms(r.Context(), r.PathValue("s")); err != nil {
		return err
	}
	http.SetCookie(w, bake(r, minuteCookie, r.PathValue("s"), minuteLasts))
	f.show(w, r, http.StatusOK, "minute-first", "Sign in to confirm a decision", nil)
	return nil
}

// onwards gives where somebody goes on who has just signed in: to the minute that they were about to read, or to their own
// page.
func onwards(r *http.Request) string {
	link := read(r, minuteCookie)
	if _, err := signin.ParseSecret(signin.Link, link); err != nil {
		return "/account"
	}
	return registry.MinutePath + link
}

// readMinute shows the minute of a link, or one that waits for who is signed in.
func (f *face) readMinute(w http.ResponseWriter, r *http.Request) error {
	return f.minute(w, r, http.StatusOK, which{r.PathValue("s"), ident.ID(r.PathValue("service")), ident.ID(r.PathValue("decision"))}, "")
}

// which is a minute as it is asked for: by its link, or by its name.
type which struct {
	link              string
	service, decision ident.ID
}

// sent gives the minute that a form is about.
func sent(r *http.Request) (which, error) {
	if err := r.ParseForm(); err != nil {
		return which{}, fault.New(fault.Invalid, "what the browser sent broke off: try again")
	}
	return which{r.PostForm.Get("link"), ident.ID(r.PostForm.Get("service")), ident.ID(r.PostForm.Get("decision"))}, nil
}

// minute writes the page of a minute.
func (f *face) minute(w http.ResponseWriter, r *http.Request, status int, of which, wrong string) error {
	who := signed(r.Context()).Asker
	find := func() (*registry.ToConfirmMinute, error) {
		return f.Registry.MinuteOf(r.Context(), who, of.service, of.decision)
	}
	if of.link != "" {
		find = func() (*registry.ToConfirmMinute, error) { return f.Registry.MinuteOfLink(r.Context(), who, of.link) }
	}
	m, err := find()
	if err != nil {
		return err
	}
	p := minutePage{
		ToConfirmMinute: m, Link: of.link, What: decided(m), Role: who.RoleTitle(m.Decision.Role), On: day(who, m.Made.Time()), By: moment(who, m.Until.Time()), Wrong: wrong,
	}
	if m.Ends != 0 {
		p.Holds = day(who, m.Ends.Time())
	}
	for _, role := range m.Decision.Consulted {
		p.Asked = append(p.Asked, who.RoleTitle(role))
	}
	for _, field := range m.Decision.Basis.Fields {
		what, was := report.Bound(who.Vocabulary(), m.Decision.Basis.Rule, field)
		p.RestOn = append(p.RestOn, restsOn{what, was})
	}
	f.show(w, r, status, "minute", "Confirm a decision", p)
	return nil
}

// confirmMinute confirms.
func (f *face) confirmMinute(w http.ResponseWriter, r *http.Request) error {
	of, err := sent(r)
	if err != nil {
		return err
	}
	who := signed(r.Context()).Asker
	if of.link != "" {
		_, err = f.Registry.ConfirmByLink(r.Context(), who, of.link)
	} else {
		_, err = f.Registry.Confirm(r.Context(), who, of.service, of.decision)
	}
	if err != nil {
		return err
	}
	f.show(w, r, http.StatusOK, "minute-done", "You have confirmed the decision", true)
	return nil
}

// refuseMinute takes back what is wrong.
func (f *face) refuseMinute(w http.ResponseWriter, r *http.Request) error {
	of, err := sent(r)
	if err != nil {
		return err
	}
	who, reason := signed(r.Context()).Asker, strings.TrimSpace(r.PostForm.Get("reason"))
	if reason == "" {
		return f.minute(w, r, http.StatusUnprocessableEntity, of, "Say what is wrong.")
	}
	if of.link != "" {
		_, err = f.Registry.RefuseByLink(r.Context(), who, of.link, reason)
	} else {
		_, err = f.Registry.Retract(r.Context(), who, of.service, of.decision, reason)
	}
	if err != nil {
		return err
	}
	f.show(w, r, http.StatusOK, "minute-done", "The decision is taken back", false)
	return nil
}

// decided says in a sentence what a decision does.
func decided(m *registry.ToConfirmMinute) string {
	about := m.About
	if about == "" {
		var names []string
		for _, ref := range m.Decision.Subject {
			names = append(names, ref.Path)
		}
		about = strings.Join(names, ", ")
	}
	switch m.Decision.Kind {
	case decision.Acceptance:
		return "The risk is accepted: " + about
	case decision.FindingAcceptance:
		return "The weakness is accepted: " + about
	case decision.Exception:
		return "This is not followed for a while: " + about
	case decision.Tailoring:
		return "This is left out, or met another way: " + about
	case decision.SignOff:
		return "This is signed off: " + strings.ReplaceAll(string(m.Decision.Of), "-", " ") + ", " + about
	case decision.Review:
		return "This was reviewed: " + about
	case decision.Confirmation:
		return "The answer is right: " + about
	}
	return string(m.Decision.Kind) + ": " + about
}
