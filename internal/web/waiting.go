package web

import (
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// pending is a decision that waits for somebody, in words.
type pending struct {
	What, Service, Role, Until string
	Kind, Decision             string
	About                      []string
	At                         ident.ID // the service, of a minute that can be confirmed here
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
	lines := make([]pending, len(all))
	for i, x := range all {
		p := pending{What: whys[x.Why], Service: x.Name, Role: who.RoleTitle(x.Role), Kind: string(x.Kind), Decision: string(x.Decision)}
		for _, ref := range x.Subject {
			p.About = append(p.About, ref.String())
		}
		switch {
		case x.Due != 0 && x.Why == registry.HasLapsed:
			p.Until = "since " + day(who, x.Due.Time())
		case x.Due != 0:
			p.Until = "until " + day(who, (x.Due-1).Time())
		}
		if x.Why == registry.ToConfirm {
			p.At = x.Service
		}
		lines[i] = p
	}
	f.show(w, r, http.StatusOK, "waiting", "Decisions that wait for you", lines)
	return nil
}

// settings leads to where somebody says whether they want digests.
func (f *face) settings(w http.ResponseWriter, r *http.Request) error { return there(w, r, "/account") }

// setDigests keeps whether somebody wants digests.
func (f *face) setDigests(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "what the browser sent broke off: try again")
	}
	if err := f.Registry.SetDigests(r.Context(), signed(r.Context()).Asker, r.PostForm.Get("wanted") == "yes"); err != nil {
		return err
	}
	return there(w, r, "/account")
}
