package civil

import (
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Moment is what people write where a time is asked for: a date, or an instant. It stays as written, because a date means
// one instant as a start and another as an end, and which of the two is known only where it is used: see Zone.From and
// Zone.Until. Exactly one field is set, or neither when it is not known.
type Moment struct {
	Date    Date
	Instant Instant
}

// MomentOf makes a moment of an instant.
func MomentOf(t Instant) Moment { return Moment{Instant: t} }

// MomentOn makes a moment of a date.
func MomentOn(d Date) Moment { return Moment{Date: d} }

// ParseMoment reads a date as ParseDate does, or an instant as ParseInstant does.
func ParseMoment(s string) (Moment, error) {
	switch {
	case dateShape.MatchString(s):
		d, err := ParseDate(s)
		return MomentOn(d), err
	case rfc3339.MatchString(s):
		t, err := ParseInstant(s)
		return MomentOf(t), err
	default:
		return Moment{}, fault.New(fault.Invalid, "%s is neither a date nor a time: write YYYY-MM-DD, or a time with Z or an offset, for example 2026-03-31 or 2026-03-31T22:59:59Z", quote(s))
	}
}

// IsZero says that the moment is not known.
func (m Moment) IsZero() bool { return m == Moment{} }

// String gives the date or the instant as it is written; the empty text when not known.
func (m Moment) String() string {
	if m.Instant != 0 {
		return m.Instant.String()
	}
	return m.Date.String()
}

// MarshalText writes the text of String. A moment with both fields set is an error, because one would be lost.
func (m Moment) MarshalText() ([]byte, error) {
	switch {
	case m.Instant == 0:
		return m.Date.MarshalText()
	case m.Date.IsZero():
		return m.Instant.MarshalText()
	default:
		return nil, fault.New(fault.Invalid, "a moment is a date or a time, and this one is both: %s and %s", m.Date, m.Instant)
	}
}

// UnmarshalText reads what MarshalText writes; the empty text is "not known".
func (m *Moment) UnmarshalText(text []byte) error { return unmarshal(m, text, ParseMoment) }
