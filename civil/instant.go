package civil

import (
	"bytes"
	"regexp"
	"strconv"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Instant is a moment to the second: whole seconds of UTC since 1970-01-01T00:00:00Z. Zero means "not known".
type Instant int64

// The ends of the time line. The year 1970 is left out because a time in it is nearly always an unset clock or counter.
const (
	firstInstant Instant = 31536000    // 1971-01-01T00:00:00Z
	lastInstant  Instant = 32503679999 // 2999-12-31T23:59:59Z
)

// rfc3339 takes the offset's parts by themselves, because time.Parse is laxer than the standard about digits and commas.
var rfc3339 = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$`)

// ParseInstant reads RFC 3339, such as 2026-03-31T22:59:59Z or 2026-03-31T23:59:59+01:00. Fractions of a second are cut
// off, because tools write them. Leap seconds, and times before 1971 or after 2999, are refused.
func ParseInstant(s string) (Instant, error) {
	m := rfc3339.FindStringSubmatch(s)
	if m == nil {
		return 0, fault.New(fault.Invalid, "%s is not a time: write YYYY-MM-DDTHH:MM:SS and then Z or an offset, for example 2026-03-31T22:59:59Z", quote(s))
	}
	year, month, day := number(m[1]), number(m[2]), number(m[3])
	if text := impossible(year, month, day); text != "" {
		return 0, fault.New(fault.Invalid, "%s; write a real day, for example 2026-02-28T12:00:00Z", text)
	}
	hour, minute, second := number(m[4]), number(m[5]), number(m[6])
	if second == 60 {
		return 0, fault.New(fault.Invalid, "%s is a leap second, which Bulkhead does not count: write second 59 or the next minute, for example 2016-12-31T23:59:59Z", quote(s))
	}
	if hour > 23 || minute > 59 || second > 59 {
		return 0, fault.New(fault.Invalid, "%s has no such time of day: hours go from 00 to 23, minutes and seconds from 00 to 59, for example 2026-03-31T22:59:59Z", quote(s))
	}
	east := number(m[8])*3600 + number(m[9])*60 // Z leaves both empty
	if number(m[8]) > 23 || number(m[9]) > 59 {
		return 0, fault.New(fault.Invalid, "%s has no such offset: write Z or hours and minutes from UTC, for example 2026-03-31T23:59:59+01:00", quote(s))
	}
	if m[7] == "-" {
		east = -east
	}
	t := Instant(time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).Unix() - int64(east))
	if t < firstInstant || t > lastInstant {
		return 0, fault.New(fault.Invalid, "%s is outside the years 1971 to 2999: write a time within them, for example 2026-03-31T22:59:59Z", quote(s))
	}
	return t, nil
}

// Of gives the instant of a Go time, its fraction of a second cut off. Go's zero time and 1970-01-01T00:00:00Z are both
// "not known". A time outside 1971 to 2999 is brought to the nearer end: certificates without an end say the year 9999.
func Of(t time.Time) Instant {
	if t.IsZero() || t.Unix() == 0 {
		return 0
	}
	return within(t.Unix())
}

// within brings a count of seconds onto the time line.
func within(seconds int64) Instant {
	return min(max(Instant(seconds), firstInstant), lastInstant)
}

// IsZero says that the instant is not known.
func (t Instant) IsZero() bool { return t == 0 }

// Time gives the Go time in UTC; Go's zero time when not known.
func (t Instant) Time() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.Unix(int64(t), 0).UTC()
}

// String gives RFC 3339 in UTC, such as 2026-03-31T22:59:59Z, and the empty text when not known.
func (t Instant) String() string {
	if t == 0 {
		return ""
	}
	return t.Time().Format(time.RFC3339)
}

// MarshalText writes the text of String. An instant that ParseInstant would refuse is an error, not unreadable text; only
// one made by hand can be so.
func (t Instant) MarshalText() ([]byte, error) {
	if t != 0 && (t < firstInstant || t > lastInstant) {
		return nil, fault.New(fault.Invalid, "the time of %d seconds since 1970 is outside the years 1971 to 2999 and cannot be written", int64(t))
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what MarshalText writes; the empty text is "not known".
func (t *Instant) UnmarshalText(text []byte) error {
	return unmarshal(t, text, ParseInstant)
}

// unmarshal gives every type the same rule: the empty text is the zero value, and a failure changes nothing.
func unmarshal[T any](into *T, text []byte, parse func(string) (T, error)) error {
	var value T
	if len(text) > 0 {
		var err error
		if value, err = parse(string(text)); err != nil {
			return err
		}
	}
	*into = value
	return nil
}

// number reads digits that a pattern has already matched: no digits are 0, and too many are the largest int, which every
// caller's bound refuses.
func number(digits string) int {
	n, _ := strconv.Atoi(digits) // on overflow Atoi gives the largest int
	return n
}

// MarshalJSON writes the instant as text, and one that is not known as null.
func (t Instant) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Instant) UnmarshalJSON(text []byte) error { return t.UnmarshalText(unquote(text)) }

// unquote takes the quotes off a JSON text that needs no escapes; null is empty.
func unquote(text []byte) []byte {
	if string(text) == "null" {
		return nil
	}
	return bytes.Trim(text, `"`)
}
