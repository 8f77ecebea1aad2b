package civil

import (
	"cmp"
	"fmt"
	"regexp"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Date is a civil day, without a zone. The zero Date means "not known".
//
// The fields are plain, so a Date made by hand may be impossible. Calculations then take the nearest real date within the
// same month, and MarshalText refuses it; a Date from ParseDate is always real.
type Date struct{ Year, Month, Day int }

const firstYear, lastYear = 1900, 2999

var lastDate = Date{lastYear, 12, 31}

var dateShape = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})$`)

// ParseDate reads YYYY-MM-DD and nothing else. Dates that do not exist, and years outside 1900 to 2999, are refused.
func ParseDate(s string) (Date, error) {
	m := dateShape.FindStringSubmatch(s)
	if m == nil {
		return Date{}, fault.New(fault.Invalid, "%s is not a date: write YYYY-MM-DD, for example 2026-03-31", quote(s))
	}
	d := Date{number(m[1]), number(m[2]), number(m[3])}
	if err := d.check(); err != nil {
		return Date{}, err
	}
	return d, nil
}

// check says why a date is not one that Bulkhead takes.
func (d Date) check() error {
	if d.Year < firstYear || d.Year > lastYear {
		return fault.New(fault.Invalid, "the year %d is outside %d to %d: write YYYY-MM-DD, for example 2026-03-31", d.Year, firstYear, lastYear)
	}
	if text := impossible(d.Year, d.Month, d.Day); text != "" {
		example := d.real()
		return fault.New(fault.Invalid, "%s; write YYYY-MM-DD, for example %s", text, example)
	}
	return nil
}

// impossible says in words why there is no such day; empty when there is one.
func impossible(year, month, day int) string {
	if month < 1 || month > 12 {
		return fmt.Sprintf("there is no month %d: months go from 01 to 12", month)
	}
	if last := daysIn(year, month); day < 1 || day > last {
		name := time.Month(month)
		return fmt.Sprintf("%d %s %d does not exist: %s %d has %d days", day, name, year, name, year, last)
	}
	return ""
}

// daysIn relies on day 0 being the last day of the month before.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// IsZero says that the date is not known.
func (d Date) IsZero() bool { return d == Date{} }

// String gives YYYY-MM-DD, and the empty text when not known.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	if min(d.Year, d.Month, d.Day) < 0 || d.Year > 9999 || max(d.Month, d.Day) > 99 { // made by hand
		return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
	}
	two := func(n int) (tens, ones byte) { return '0' + byte(n/10), '0' + byte(n%10) }
	var text [10]byte
	text[0], text[1] = two(d.Year / 100)
	text[2], text[3] = two(d.Year % 100)
	text[4], text[7] = '-', '-'
	text[5], text[6] = two(d.Month)
	text[8], text[9] = two(d.Day)
	return string(text[:])
}

// MarshalText writes the text of String. A date that ParseDate would refuse is an error.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes; the empty text is "not known".
func (d *Date) UnmarshalText(text []byte) error { return unmarshal(d, text, ParseDate) }

// Compare is negative when d is earlier than other, positive when later, and 0 when they are the same. A date that is not
// known sorts first.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// Before says whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After says whether d is later than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// Add gives the date a period later: years and months first, kept to the month's end (31 January and 1 month is the end
// of February), then days. It stops at 2999-12-31. A date that is not known stays so.
func (d Date) Add(p Period) Date {
	if d.IsZero() {
		return d
	}
	d, p = d.real(), p.bounded()
	months := (d.Year+p.Years)*12 + d.Month - 1 + p.Months
	d = Date{months / 12, months%12 + 1, d.Day}
	d.Day = min(d.Day, daysIn(d.Year, d.Month))
	return dateOf(d.midnight() + int64(p.Days)*daySeconds)
}

// real brings every field to its nearest possible value, so that no calculation meets the thirteenth month.
func (d Date) real() Date {
	d.Year = min(max(d.Year, firstYear), lastYear)
	d.Month = min(max(d.Month, 1), 12)
	d.Day = min(max(d.Day, 1), daysIn(d.Year, d.Month))
	return d
}

const daySeconds = 24 * 60 * 60

// midnight gives the start of a real date as a clock reading: the seconds since 1970 that a clock showing UTC would count.
func (d Date) midnight() int64 {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Unix()
}

// dateOf gives the date that a clock reading falls on, no later than the last date.
func dateOf(reading int64) Date {
	t := time.Unix(reading, 0).UTC()
	if t.Year() > lastYear {
		return lastDate
	}
	return Date{t.Year(), int(t.Month()), t.Day()}
}

// MarshalJSON writes the date as text, and one that is not known as null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(text []byte) error { return d.UnmarshalText(unquote(text)) }
