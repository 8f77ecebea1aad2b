package notify

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Hook is an address that asked to be told when something happens.
type Hook struct {
	ID     string
	URL    string      // https, or http to a number of this machine; only its host is ever shown
	Secret hidden.Text // the key that signs what is sent to it; see [NewKey]
	Events []string    // the types of event that it asked for; none for no events at all
}

// Wants says whether the hook asked for a type of event.
func (h Hook) Wants(event string) bool { return slices.Contains(h.Events, event) }

// Check says whether a hook can be used: before it is kept, and before each delivery. Whether its address may be reached is
// only known when it is dialled.
func (h Hook) Check() error {
	if _, err := h.host(); err != nil {
		return err
	}
	_, err := readKey(h.Secret)
	return err
}

// host is what may be shown of a hook's address: the rest often works like a password.
func (h Hook) host() (string, error) {
	u, err := url.Parse(h.URL)
	if err != nil || len(h.URL) > maxLink || strings.ContainsFunc(h.URL, unprintable) || u.Fragment != "" || !safe(u) || u.Scheme == "http" && u.Hostname() == "localhost" {
		return "", fault.New(fault.Invalid, "the address of a webhook begins with https:// and a host, and holds no user and no fragment; http:// is for a number of this machine alone, such as http://127.0.0.1:8090")
	}
	return u.Host, nil
}

// Event is something that happened, as a webhook tells it: by ids and kinds alone. What it is about is fetched through the
// API, with the receiver's own rights.
type Event struct {
	ID      string        // the same each time that it is tried
	Type    string        // words joined by full stops, such as posture.judged
	At      civil.Instant // when it happened
	Service ident.ID      // empty where it is about no service
	Leaf    int64         // the number of the entry in the record
	Kind    ledger.Kind   // the kind of the entry
}

// payload is the body of a webhook.
type payload struct {
	Type      string        `json:"type"`
	Timestamp civil.Instant `json:"timestamp"`
	Data      any           `json:"data"`
}

type eventData struct {
	Service ident.ID    `json:"service,omitempty"`
	Leaf    int64       `json:"leaf"`
	Kind    ledger.Kind `json:"kind"`
}

// body writes the event as it is sent.
func (e Event) body() ([]byte, error) {
	if err := checkID(e.ID); err != nil {
		return nil, err
	}
	if !worded(e.Type) || !worded(string(e.Kind)) {
		return nil, fault.New(fault.Invalid, "the type and the kind of an event are words in small letters, joined by full stops and hyphens, such as posture.judged")
	}
	if _, err := ident.ParseID(string(e.Service)); e.Service != "" && err != nil { // whose own sentence would repeat the text
		return nil, fault.New(fault.Invalid, "an event names a service by its id alone")
	}
	if e.Leaf < 0 || e.At.IsZero() {
		return nil, fault.New(fault.Invalid, "an event says when it happened, and which entry of the record tells of it")
	}
	return write(payload{e.Type, e.At, eventData{e.Service, e.Leaf, e.Kind}})
}

// worded says whether a text is words of small letters, joined by single full stops and hyphens: there is no room for
// anything else in it.
func worded(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '-' })
	other := func(r rune) bool { return r != '.' && r != '-' && (r < 'a' || r > 'z') }
	return len(words) > 0 && len(text) <= maxID && !strings.ContainsFunc(text, other) && strings.Count(text, ".")+strings.Count(text, "-") == len(words)-1
}

func write(p payload) ([]byte, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the webhook could not be written")
	}
	return body, nil
}
