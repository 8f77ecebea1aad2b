package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

// problem is an answer that says why there is no other one.
type problem struct {
	Status  int    `json:"status"`
	Title   string `json:"title"`
	Text    string `json:"text"`
	Request string `json:"request,omitempty"` // by which it is found in the log
	SignIn  bool   `json:"sign_in,omitempty"` // signing in is what helps
}

// explain makes an answer of an error.
func explain(r *http.Request, err error) problem {
	if _, is := errors.AsType[registry.Wait](err); is {
		return problem{Status: http.StatusTooManyRequests, Title: "Wait before you try again", Text: sentence(err, "")}
	}
	_, unknown := errors.AsType[registry.Unknown](err)
	switch kind := fault.KindOf(err); {
	case kind == fault.NotFound && unknown: // no other page is looked for by who comes with a secret
		return problem{Status: http.StatusNotFound, Title: "This link does not work", Text: "It was used already, is too old, or was not copied whole. Ask for a new one.", SignIn: true}
	case kind == fault.NotFound:
		return problem{Status: http.StatusNotFound, Title: "Page not found", Text: sentence(err, "If you typed the address, check that it is right.")}
	case kind == fault.Forbidden && unknown:
		return problem{Status: http.StatusForbidden, Title: "You cannot come in here", Text: sentence(err, ""), SignIn: true}
	case kind == fault.Forbidden:
		return problem{Status: http.StatusForbidden, Title: "That was not possible", Text: sentence(err, ""), SignIn: signed(r.Context()) == nil}
	case kind == fault.Internal && signin.CodeOf(err) != "": // it is the organisation's sign-in service that failed
		return problem{Status: http.StatusBadGateway, Title: "Signing in does not work at the moment", Text: sentence(err, ""), Request: visit.Of(r.Context()).ID, SignIn: true}
	case kind == fault.Internal:
		return problem{
			Status: http.StatusInternalServerError, Title: "Sorry, there is a problem with the service",
			Text: "Try again in a moment. If it stays so, tell the people who look after this Bulkhead.", Request: visit.Of(r.Context()).ID,
		}
	default:
		return problem{Status: fault.HTTPStatus(kind), Title: "That was not possible", Text: sentence(err, "")}
	}
}

// sentence gives what a fault says to a person, as a sentence.
func sentence(err error, otherwise string) string {
	e, is := errors.AsType[*fault.Error](err)
	if !is || e.Text == "" {
		return otherwise
	}
	text := capital(e.Text)
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// fail answers with why there is no other answer. Somebody who is not signed in is led to where they can be.
func (f *face) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := explain(r, err)
	if fault.KindOf(err) == fault.Internal {
		f.Log.LogAttrs(r.Context(), slog.LevelError, "a page could not be made", slog.String("id", p.Request), slog.String("error", err.Error()))
	}
	if wait, is := errors.AsType[registry.Wait](err); is {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.For.Seconds()))))
	}
	if wantsJSON(r) {
		answer(w, p.Status, p)
		return
	}
	if _, unknown := errors.AsType[registry.Unknown](err); unknown && fault.KindOf(err) == fault.Forbidden && ownPage(r.URL.Path) && r.Method == http.MethodGet {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return
	}
	f.show(w, r, p.Status, "problem", p.Title, p)
}

// ownPage says whether a page is one that somebody who is not signed in comes to by themselves, such as from an e-mail.
func ownPage(path string) bool {
	return strings.HasPrefix(path, "/account") || strings.HasPrefix(path, registry.WaitingPath) || path == registry.SettingsPath
}

// nowhere answers for an address that there is nothing at.
func (f *face) nowhere(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.NotFound, "")
}

func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// answer writes JSON.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the browser is gone, which is all that can go wrong
}
