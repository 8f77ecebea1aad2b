package notify

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// Handed tells somebody who has signed in before that a link which signs in as them was handed to somebody. The link is
// not in it.
type Handed struct {
	ID      string // of this message: the same each time it is tried
	Address string // of the person
	Role    string // how the person is addressed, such as service owner
	Until   civil.Instant
}

const handedText = `A link was made with which one can sign in to Bulkhead as %s. It was handed to whoever sits at the machine that holds the record, since you had signed in before.

It works once, until %s.

If you asked for it, there is nothing to do. If you did not, tell those who answer for security in your organisation now: whoever has the link can sign in in your name.
`

// Message writes the email. One with a part that does not belong into an email is invalid.
func (h Handed) Message() (Message, error) {
	for _, err := range []error{checkID(h.ID), checkAddress(h.Address), checkRole(h.Role)} {
		if err != nil {
			return Message{}, err
		}
	}
	if h.Until.IsZero() {
		return Message{}, fault.New(fault.Invalid, "a link that works once needs a time at which it stops working")
	}
	text := fmt.Sprintf(handedText, h.Role, shown(h.Until))
	return Message{id: h.ID, to: h.Address, subject: "Bulkhead: a link that signs in as you was made", text: hidden.Conceal(text)}, nil
}

// shown writes a moment for a reader who may be anywhere.
func shown(at civil.Instant) string { return at.Time().Format("2 January 2006 at 15:04 MST") }
