package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// home leads to what somebody came for.
func (f *face) home(w http.ResponseWriter, r *http.Request) error {
	if f.maybe(r) == nil {
		return there(w, r, "/sign-in")
	}
	return there(w, r, "/account")
}

// waysIn is what the sign-in page offers.
type waysIn struct {
	Account, Passkey, Demo bool
}

func (f *face) signIn(w http.ResponseWriter, r *http.Request) error {
	if f.maybe(r) != nil {
		return there(w, r, "/account")
	}
	f.show(w, r, http.StatusOK, "sign-in", "Sign in", waysIn{f.Provider != nil, f.Passkeys != nil, f.Demo})
	return nil
}

// beginAccount sends the browser to the organisation's sign-in service. It is a link and not a form, since a browser
// does not let a form of ours lead to another site.
func (f *face) beginAccount(w http.ResponseWriter, r *http.Request) error {
	address, step, err := f.door.BeginAccount(r.Context(), nil)
	if err != nil {
		return err
	}
	set(w, r, stepCookie, step)
	return there(w, r, address)
}

// finishAccount takes the browser back from there.
func (f *face) finishAccount(w http.ResponseWriter, r *http.Request) error {
	step := read(r, stepCookie)
	clearCookie(w, r, stepCookie)
	session, err := f.door.FinishAccount(r.Context(), f.maybe(r), step, r.URL.Query(), visit.Of(r.Context()).From)
	if err != nil {
		return err
	}
	if err := f.letIn(w, r, session); err != nil {
		return err
	}
	return there(w, r, onwards(r))
}

// beginPasskey gives a page the options to ask for a passkey with.
func (f *face) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	options, step, err := f.door.BeginPasskey(r.Context())
	return f.asked(w, r, options, step, err)
}

// asked gives a page the options of a ceremony, and the browser what it has to come back with.
func (f *face) asked(w http.ResponseWriter, r *http.Request, options json.RawMessage, step hidden.Text, err error) error {
	if err != nil {
		return err
	}
	set(w, r, stepCookie, step)
	answer(w, http.StatusOK, options)
	return nil
}

// next tells a script where to go on.
type next struct {
	Next string `json:"next"`
}

func (f *face) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	response, err := body(r)
	if err != nil {
		return err
	}
	session, err := f.door.FinishPasskey(r.Context(), read(r, stepCookie), response, visit.Of(r.Context()).From)
	return f.answered(w, r, session, err)
}

// answered ends a ceremony.
func (f *face) answered(w http.ResponseWriter, r *http.Request, session hidden.Text, err error) error {
	clearCookie(w, r, stepCookie)
	if err != nil {
		return err
	}
	if err := f.letIn(w, r, session); err != nil {
		return err
	}
	answer(w, http.StatusOK, next{onwards(r)})
	return nil
}

// body gives what a page sent.
func body(r *http.Request) ([]byte, error) {
	text, err := io.ReadAll(r.Body)
	if _, is := errors.AsType[*http.MaxBytesError](err); is {
		return nil, fault.New(fault.TooLarge, "that is more than a browser sends")
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "what the browser sent broke off: try again")
	}
	return text, nil
}

// signOut ends the session, and shows that it did.
func (f *face) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := f.Registry.SignOut(r.Context(), read(r, sessionCookie)); err != nil {
		return err
	}
	clearCookie(w, r, sessionCookie)
	f.show(w, r, http.StatusOK, "signed-out", "You are signed out", nil)
	return nil
}
