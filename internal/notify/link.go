package notify

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// Purpose says what a link that works once is for.
type Purpose string

// The purposes.
const (
	Confirm Purpose = "confirm" // to confirm the minute of a decision that was recorded on the reader's behalf
	Invite  Purpose = "invite"  // to sign in for the first time
	Return  Purpose = "return"  // to sign in anew, for somebody who has signed in before
)

// Link is the sending of a link that works once, to the one person whom it is for.
type Link struct {
	ID      string // of this message: the same each time it is tried
	Address string // of the person
	Role    string // how the person is addressed, such as service owner
	Purpose Purpose
	Link    hidden.Text   // whoever has it can do in the person's name what it is for
	Until   civil.Instant // how long it works
}

const confirmText = `A decision was recorded on your behalf as %s. It waits for you to confirm it.

Read it, then confirm it or say that it is wrong:
%s

The link works once, until %s, and for you alone: you are asked to sign in first.

If you know of no such decision, do not confirm it, and tell whoever looks after Bulkhead in your organisation.
`

const inviteText = `You are invited to use Bulkhead as %s.

Sign in for the first time:
%s

The link works once, until %s. Do not pass it on: whoever has it can sign in in your name.

If you did not expect this, do not use the link, and tell whoever looks after Bulkhead in your organisation.
`

const returnText = `An administrator asked that you be sent a link with which you can sign in to Bulkhead as %s, although you have signed in before.

If you have lost what you sign in with, sign in with this and choose a new way:
%s

The link works once, until %s. Do not pass it on: whoever has it can sign in in your name. Nobody else was given one.

If you did not ask for this, do not use the link, and tell those who answer for security in your organisation.
`

// Message writes the email with the link. A link with a part that does not belong into an email is invalid.
func (l Link) Message() (Message, error) {
	for _, err := range []error{checkID(l.ID), checkAddress(l.Address), checkRole(l.Role), checkLink(l.Link.Reveal())} {
		if err != nil {
			return Message{}, err
		}
	}
	if l.Until.IsZero() {
		return Message{}, fault.New(fault.Invalid, "a link that works once needs a time at which it stops working")
	}
	m := Message{id: l.ID, to: l.Address}
	words := ""
	switch l.Purpose {
	case Confirm:
		m.subject, words = "Bulkhead: confirm a decision that was recorded on your behalf", confirmText
	case Invite:
		m.subject, words = "Bulkhead: you are invited to sign in", inviteText
	case Return:
		m.subject, words = "Bulkhead: a new link to sign in", returnText
	default:
		return Message{}, fault.New(fault.Invalid, "a link that works once is to confirm or to invite")
	}
	m.text = hidden.Conceal(fmt.Sprintf(words, l.Role, l.Link.Reveal(), shown(l.Until)))
	return m, nil
}
