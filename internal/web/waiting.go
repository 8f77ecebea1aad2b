package web

import (
	"net/http"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// waitingPage is the page of what waits for somebody.
type waitingPage struct {
	Lines     []pending
	Elsewhere bool // some of it cannot be done on a page
}

// pending is a decision that waits for somebody, in words.
type pending struct {
	What, Decided, Service, Role, When string
	Decision                           ident.ID
	At                                 ident.ID // the service, of a minute that can be confirmed here
}

// whys say what is to be done with what waits.
var whys = map[registry.Why]string{
	registry.ToDecide:    "Decide on what was proposed",
	registry.ToSay:       "Say what you think of what was proposed",
	registry.ToConfirm:   "Confirm what was recorded on your behalf",
	registry.ToReaffirm:  "Decide again: a wording has changed",
	registry.ToReconfirm: "Decide again: who decided has left the role",
	registry.HasLapsed:   "Decide again, or do without: it has lapsed",
}

// waiting shows somebody the decisions that wait for them.
func (f *face) waiting(w http.ResponseWriter, r *http.Request) error {
	who := signed(r.Context()).Asker
	all, err := f.Registry.Waiting(r.Context(), who)
	if err != nil {
		return err
	}
	var p waitingPage
	for i := range all {
		p.Lines = append(p.Lines, waits(who, &all[i]))
		p.Elsewhere = p.Elsewhere || all[i].Why != registry.ToConfirm
	}
	f.show(w, r, http.StatusOK, "waiting", "Decisions that wait for you", p)
	return nil
}

// waits says in words what waits for somebody.
func waits(who registry.Asker, x *registry.Pending) pending {
	p := pending{What: whys[x.Why], Decided: subject(x), Service: x.Name, Role: who.RoleTitle(x.Role), Decision: x.Decision}
	switch {
	case x.Due != 0 && x.Why == registry.HasLapsed:
		p.When = "since " + day(who, x.Due.Time())
	case x.Due != 0:
		p.When = "until " + day(who, (x.Due-1).Time())
	}
	if x.Why == registry.ToConfirm {
		p.At = x.Service
	}
	return p
}

// subject says what kind of decision waits, and about what.
func subject(x *registry.Pending) string {
	about := make([]string, len(x.Subject))
	for i, ref := range x.Subject {
		about[i] = ref.Kind + " " + ref.Path
	}
	kind := strings.ReplaceAll(string(x.Kind), "-", " ")
	return capital(kind) + " of " + strings.Join(about, ", ")
}

// settings leads to where somebody says whether they want digests.
func (f *face) settings(w http.ResponseWriter, r *http.Request) error { return there(w, r, digestsAt) }

// digestsAt is that place.
const digestsAt = "/account#waiting"

// setDigests keeps whether somebody wants digests.
func (f *face) setDigests(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "what the browser sent broke off: try again")
	}
	if err := f.Registry.SetDigests(r.Context(), signed(r.Context()).Asker, r.PostForm.Get("wanted") == "yes"); err != nil {
		return err
	}
	return there(w, r, digestsAt)
}
