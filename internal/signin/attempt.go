package signin

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/url"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Attempt is one sign-in that was begun. The caller keeps it, for some minutes and bound to the browser that began it, as a
// record of its own or sealed in a cookie, and destroys it before Finish, whatever Finish says. It is text in JSON, and
// hidden wherever it is printed or logged.
type Attempt struct {
	Issuer   string `json:"issuer"`   // which provider it was begun with
	State    string `json:"state"`    // comes back in the callback: it is this browser that began
	Nonce    string `json:"nonce"`    // comes back in the ID token: it was made for this attempt
	Verifier string `json:"verifier"` // proves at the exchange that we began (PKCE); it never leaves by the browser
}

const chanceBytes = 32 // of each text of an attempt: 256 bits

func newAttempt(issuer string, random io.Reader) (Attempt, error) {
	chance := make([]byte, 3*chanceBytes)
	if _, err := io.ReadFull(random, chance); err != nil {
		return Attempt{}, fault.Wrap(fault.Internal, err, "no random numbers could be had, so no sign-in was begun")
	}
	text := func(i int) string {
		return base64.RawURLEncoding.EncodeToString(chance[i*chanceBytes : (i+1)*chanceBytes])
	}
	return Attempt{Issuer: issuer, State: text(0), Nonce: text(1), Verifier: text(2)}, nil
}

// complete says whether the attempt is one that Start made: an empty text would equal what is not there.
func (a Attempt) complete() bool {
	return a.Issuer != "" && a.State != "" && a.Nonce != "" && a.Verifier != ""
}

// Format hides the attempt under every verb.
func (Attempt) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hidden]") }

// LogValue hides the attempt.
func (Attempt) LogValue() slog.Value { return slog.StringValue("[hidden]") }

// callback is what the browser brought back from the provider.
type callback struct {
	state, code, issuer, fault string
}

const (
	longestCode = 8 << 10 // characters; some providers put a whole encrypted session into it
	longestText = 2 << 10 // characters of anything else
)

// readCallback takes what we use from a callback. What is said twice is refused, because two readers could read it in two
// ways.
func readCallback(values url.Values) (callback, error) {
	var c callback
	for _, field := range []struct {
		name    string
		into    *string
		longest int
	}{
		{"state", &c.state, longestText},
		{"code", &c.code, longestCode},
		{"iss", &c.issuer, longestText},
		{"error", &c.fault, longestText},
	} {
		said := values[field.name]
		if len(said) > 1 || len(said) == 1 && len(said[0]) > field.longest {
			return callback{}, refuse(CallbackUnclear)
		}
		if len(said) == 1 {
			*field.into = said[0]
		}
	}
	return c, nil
}

// answers says whether the callback is the answer to an attempt.
func (c callback) answers(attempt Attempt) error {
	if !attempt.complete() || !equal(c.state, attempt.State) {
		return refuse(CallbackState)
	}
	return nil
}

// grant gives the code of a callback. Whose answer it is comes first (RFC 9207), so that nothing of a mix-up is used; a
// provider that announces to say it must say it.
func (c callback) grant(issuer string, announced bool) (string, error) {
	if (announced || c.issuer != "") && c.issuer != issuer {
		return "", refuse(CallbackIssuer)
	}
	switch {
	case c.fault == "access_denied":
		return "", refuse(Declined)
	case c.fault != "":
		return "", refuse(CallbackError)
	case c.code == "":
		return "", refuse(CallbackUnclear)
	}
	return c.code, nil
}

// equal compares two texts in a time that says nothing of where they differ.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
