package notify

import (
	"time"

	"github.com/wneessen/go-mail"

	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// Message is an email, ready to be sent. Only this package makes one, from a [Digest], a [Link] or a [Handed]: so no caller can put
// anything else into it.
type Message struct {
	id, to, subject string
	text            hidden.Text // it may hold a link that works once
	settings        string      // the page on which the reader can stop such messages; empty where there is none
}

// To is the address of the reader.
func (m Message) To() string { return m.to }

// Subject is the subject.
func (m Message) Subject() string { return m.subject }

// Text is the body, in lines that end with a line feed. It may hold a link that works once.
func (m Message) Text() string { return m.text.Reveal() }

// letter writes the message as an email: plain text only, with an id that is the same each time it is sent.
func (m Message) letter(from, domain string, at time.Time) (*mail.Msg, error) {
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := letter.From(from); err != nil {
		return nil, err
	}
	if err := letter.To(m.to); err != nil {
		return nil, err
	}
	letter.Subject(m.subject)
	letter.SetDateWithValue(at)
	letter.SetMessageIDWithValue(m.id + "@" + domain)
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: so that nobody's holiday answers it
	if m.settings != "" {
		letter.SetListUnsubscribe(m.settings)
	}
	letter.SetBodyString(mail.TypeTextPlain, m.text.Reveal())
	return letter, nil
}
