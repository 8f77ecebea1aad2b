package web

import (
	"errors"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// linkPage is the page of a link: what it is for, and what was said that has to be mended.
type linkPage struct {
	registry.Offer
	Secret string
	Said   registry.First
	Wrong  []wrong
}

// wrong is something to be mended in a field of a form.
type wrong struct{ Field, Text string }

// At gives what is to be mended in a field; empty for nothing.
func (p linkPage) At(field string) string {
	for _, w := range p.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// showLink says what a link is for. It does nothing yet, since programs that look through mail follow links too.
func (f *face) showLink(w http.ResponseWriter, r *http.Request) error {
	offer, err := f.door.Look(r.Context(), r.PathValue("s"))
	if err != nil {
		return err
	}
	f.showOffer(w, r, http.StatusOK, linkPage{Offer: offer, Secret: r.PathValue("s")})
	return nil
}

func (f *face) showOffer(w http.ResponseWriter, r *http.Request, status int, p linkPage) {
	if p.First {
		f.show(w, r, status, "first", "Set up Bulkhead", p)
		return
	}
	f.show(w, r, status, "link", "Sign in with this link", p)
}

// followLink signs somebody in.
func (f *face) followLink(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "what the browser sent broke off: try again")
	}
	secret := r.PostForm.Get("link")
	offer, err := f.door.Look(r.Context(), secret)
	if err != nil && fault.KindOf(err) != fault.NotFound { // one that does not work is counted as a try, below
		return err
	}
	said := registry.First{
		Person: ident.ID(r.PostForm.Get("person")), Organisation: r.PostForm.Get("organisation"), Post: r.PostForm.Get("post"), Email: r.PostForm.Get("email"),
	}
	var session hidden.Text
	if offer.First {
		session, err = f.door.BeginFirst(r.Context(), secret, said, visit.Of(r.Context()).From)
	} else {
		session, err = f.door.Follow(r.Context(), secret, visit.Of(r.Context()).From)
	}
	if e, is := errors.AsType[*fault.Error](err); is && e.Kind == fault.Invalid && len(e.Fields) > 0 {
		p := linkPage{Offer: offer, Secret: secret, Said: said}
		for _, at := range e.Fields {
			p.Wrong = append(p.Wrong, wrong{Field: at.Path[min(1, len(at.Path)):], Text: sentence(fault.New(fault.Invalid, "%s", at.Text), "")})
		}
		f.showOffer(w, r, http.StatusUnprocessableEntity, p)
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.letIn(w, r, session); err != nil {
		return err
	}
	if !offer.Demo && (f.Passkeys != nil || f.Provider != nil) {
		return there(w, r, "/account/passkey")
	}
	return there(w, r, onwards(r))
}
