// Package hidden keeps texts that must not be shown: a password, the key of a webhook, the secret of a session, a link
// that works once.
//
// It promises that such a text stands in nothing that is printed, logged or marshalled, by itself or inside something
// else; only who asks for it by name is given it. It makes no secrets, checks none and keeps none.
package hidden

import (
	"crypto/sha256"
	"fmt"
	"io"
)

const shown = "[hidden]"

// Text is a text that must not be shown. However it is printed, logged or marshalled it says [hidden]; Reveal gives the
// text. The zero Text is empty. It holds a pointer so that not even printing a struct around it shows the text.
type Text struct{ text *string }

// Conceal makes a Text of a text, such as one read from the configuration.
func Conceal(text string) Text { return Text{&text} }

// Reveal gives the text: to who has to use it, or once to the person that it was made for, and to nobody else.
func (t Text) Reveal() string {
	if t.text == nil {
		return ""
	}
	return *t.text
}

// Hash gives its SHA-256. Of a text that holds enough chance, such as a secret that this server made, that may be stored.
func (t Text) Hash() []byte {
	sum := sha256.Sum256([]byte(t.Reveal()))
	return sum[:]
}

// Format hides the text under every verb.
func (Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, shown) }

// String hides the text.
func (Text) String() string { return shown }

// MarshalText hides the text, in a log too.
func (Text) MarshalText() ([]byte, error) { return []byte(shown), nil }
