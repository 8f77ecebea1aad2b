package civil

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Period is a civil length of time: years, months and days. How many seconds it is depends on where it starts, so periods
// are added to dates and instants and never compared with each other. The zero Period means that none is given.
//
// A Period made by hand with a field outside 0 to 999 counts as the nearer of the two; MarshalText refuses it.
type Period struct{ Years, Months, Days int }

// most bounds each field: enough for any review or retention, and too small to overflow anything.
const most = 999

var (
	periodShape = regexp.MustCompile(`^P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?$`)
	weeksShape  = regexp.MustCompile(`^P([0-9]+)W$`)
)

// ParsePeriod reads an ISO 8601 period of years, months and days in that order, such as P1Y, P3M, P14D or P1Y6M10D, or of
// weeks alone, such as P2W, which is 14 days. A time of day, a sign, a fraction, a field over 999 or a period of no length
// is refused: "no period" is written by leaving it out.
func ParsePeriod(s string) (Period, error) {
	p, ok := readPeriod(s)
	if !ok {
		return Period{}, fault.New(fault.Invalid, "%s is not a period: write P and then whole years, months and days, or weeks alone, for example P1Y, P3M, P14D, P2W or P1Y6M10D", quote(s))
	}
	if p != p.bounded() {
		return Period{}, fault.New(fault.Invalid, "the period %s is too long: years, months and days are each at most %d (weeks at most %d); write a larger unit, for example P5Y", quote(s), most, most/7)
	}
	if p.IsZero() {
		return Period{}, fault.New(fault.Invalid, "the period %s has no length: write at least one year, month or day, for example P1D, or leave it out", quote(s))
	}
	return p, nil
}

// readPeriod reads the shape and leaves the bounds to its caller.
func readPeriod(s string) (Period, bool) {
	if m := weeksShape.FindStringSubmatch(s); m != nil {
		return Period{Days: 7 * min(number(m[1]), most)}, true // the cut keeps the product from overflowing
	}
	m := periodShape.FindStringSubmatch(s)
	if m == nil || s == "P" {
		return Period{}, false
	}
	return Period{number(m[1]), number(m[2]), number(m[3])}, true
}

// bounded brings each field between 0 and its bound.
func (p Period) bounded() Period {
	field := func(n int) int { return min(max(n, 0), most) }
	return Period{field(p.Years), field(p.Months), field(p.Days)}
}

// IsZero says that no period is given.
func (p Period) IsZero() bool { return p == Period{} }

// String gives the canonical ISO 8601 text: fields that are zero left out, weeks as days; the empty text for none.
func (p Period) String() string {
	if p.IsZero() {
		return ""
	}
	var b strings.Builder
	b.WriteByte('P')
	for _, f := range p.fields() {
		if f.n != 0 {
			fmt.Fprintf(&b, "%d%c", f.n, f.letter)
		}
	}
	return b.String()
}

// Text gives the period in words, such as "1 year 6 months"; the empty text for none.
func (p Period) Text() string {
	var words []string
	for _, f := range p.fields() {
		switch f.n {
		case 0:
		case 1:
			words = append(words, "1 "+f.word)
		default:
			words = append(words, fmt.Sprintf("%d %ss", f.n, f.word))
		}
	}
	return strings.Join(words, " ")
}

type periodField struct {
	n      int
	letter byte
	word   string
}

func (p Period) fields() [3]periodField {
	return [3]periodField{{p.Years, 'Y', "year"}, {p.Months, 'M', "month"}, {p.Days, 'D', "day"}}
}

// MarshalText writes the text of String. A period that ParsePeriod would refuse is an error.
func (p Period) MarshalText() ([]byte, error) {
	if p != p.bounded() {
		return nil, fault.New(fault.Invalid, "the period of %d years, %d months and %d days cannot be written: each must be from 0 to %d", p.Years, p.Months, p.Days, most)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what MarshalText writes; the empty text is no period.
func (p *Period) UnmarshalText(text []byte) error { return unmarshal(p, text, ParsePeriod) }
