package notify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
)

// TestSecretsAreNeverShown: however what holds one is printed, logged or written out.
func TestSecretsAreNeverShown(t *testing.T) {
	o := newOffice(t)
	confirm := link(notify.Confirm)
	email, err := confirm.Message()
	if err != nil {
		t.Fatal(err)
	}
	hook := notify.Hook{ID: "hook-1", URL: "https://receiver.example/in", Secret: hidden.Conceal(key)}
	for name, holder := range map[string]any{
		"a secret": hidden.Conceal(password), "a pointer": new(hidden.Text), "a configuration": to(o), "a mailer": mailer(t, to(o)),
		"a hook": hook, "a pointer to a hook": &hook, "a sink": notify.HookSink{Sender: sender(t, notify.HookConfig{}), Hook: hook},
		"a link": confirm, "an email": email, "a pointer to an email": &email, "hidden in a struct": struct{ inner notify.Link }{confirm},
	} {
		var shown bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&shown, verb, holder)
		}
		slog.New(slog.NewJSONHandler(&shown, nil)).Info("shown", "holder", holder)
		slog.New(slog.NewTextHandler(&shown, nil)).Info("shown", "holder", holder)
		if text, err := json.Marshal(holder); err == nil {
			shown.Write(text)
		}
		leaks(t, name, shown.String())
	}
}

// leaks fails where a text holds a secret, in the ways in which one may be written.
func leaks(t *testing.T, name, text string) {
	t.Helper()
	for _, secret := range []string{password, key, strings.TrimPrefix(key, "whsec_"), oneUse, "bh_l_abcdefgh", "\x00bulkhead\x00" + password} {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret)} {
			if strings.Contains(text, form) {
				t.Errorf("%s shows %q:\n%s", name, secret, text)
			}
		}
	}
}

// TestErrorsHoldNoPassword: not even where the mail server says it back.
func TestErrorsHoldNoPassword(t *testing.T) {
	plain := base64.StdEncoding.EncodeToString([]byte("\x00bulkhead\x00" + password))
	for _, command := range []string{"AUTH", "MAIL", "RCPT", "DATA", "LETTER"} {
		for _, code := range []string{"535", "454", "nonsense", "334"} {
			o := newOffice(t, "STARTTLS", "AUTH PLAIN")
			o.answer(command, code+" you said "+plain+", which is "+password)
			err := mailer(t, to(o)).Send(t.Context(), message(t))
			if err == nil {
				t.Errorf("%s %s: it was sent", command, code)
			}
			for ; err != nil; err = errors.Unwrap(err) {
				leaks(t, command+" "+code, fmt.Sprintf("%v %+v %#v", err, err, err))
			}
		}
	}
}

// TestErrorsHoldNoKey: nor the path of the webhook's address.
func TestErrorsHoldNoKey(t *testing.T) {
	hook, roots := receiver(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for err := local(t, roots).Deliver(t.Context(), hook, event()); err != nil; err = errors.Unwrap(err) {
		shown := fmt.Sprintf("%v %+v %#v", err, err, err)
		leaks(t, "the error", shown)
		if strings.Contains(shown, "t0ken") {
			t.Errorf("the error holds the path: %s", shown)
		}
	}
}
