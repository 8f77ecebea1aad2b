package notify

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "[hidden]"

// Secret is a text that must not be shown: a password, the key of a webhook, a link that works once. However it is printed,
// logged or marshalled it says [hidden]; Reveal gives the text. The zero Secret is empty. It holds a pointer so that not even
// printing a struct around it shows the text.
type Secret struct{ text *string }

// Conceal makes a Secret of a text, such as one read from the configuration.
func Conceal(text string) Secret { return Secret{&text} }

// Reveal gives the text, for who has to use it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Format hides the text under every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String hides the text.
func (Secret) String() string { return hidden }

// LogValue hides the text.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the text.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
