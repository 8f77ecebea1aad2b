package civil

import (
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"pgregory.net/rapid"
)

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func period(t testing.TB, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func instant(t testing.TB, s string) Instant {
	t.Helper()
	i, err := ParseInstant(s)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// refused checks that an error is one that a person can mend, and says what the test expects of it.
func refused(t *testing.T, err error, in, want string) {
	t.Helper()
	if err == nil {
		t.Errorf("%q was accepted, want an error about %q", in, want)
		return
	}
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "for example") {
		t.Errorf("%q: the error is %q (%s), want it invalid, with %q and an example", in, err, fault.KindOf(err), want)
	}
}

func anyDate() *rapid.Generator[Date] {
	return rapid.Custom(func(t *rapid.T) Date {
		year := rapid.IntRange(1900, 2999).Draw(t, "year")
		month := rapid.IntRange(1, 12).Draw(t, "month")
		day := rapid.IntRange(1, daysIn(year, month)).Draw(t, "day")
		return Date{year, month, day}
	})
}

func TestParseDateRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"2026-02-30":           "30 February 2026 does not exist: February 2026 has 28 days; write YYYY-MM-DD, for example 2026-02-28",
		"2028-02-30":           "February 2028 has 29 days",
		"2100-02-29":           "February 2100 has 28 days",
		"2026-04-31":           "April 2026 has 30 days",
		"2026-03-00":           "0 March 2026 does not exist",
		"2026-13-01":           "there is no month 13",
		"2026-00-01":           "there is no month 0",
		"1899-12-31":           "the year 1899 is outside 1900 to 2999",
		"3000-01-01":           "the year 3000 is outside",
		"":                     `"" is not a date`,
		"2026-3-1":             "is not a date",
		"31/03/2026":           `"31/03/2026" is not a date: write YYYY-MM-DD, for example 2026-03-31`,
		" 2026-03-31":          "is not a date",
		"2026-03-31\n":         "is not a date",
		"2026-03-31T00:00:00Z": "is not a date",
		"٢٠٢٦-03-31":           "is not a date",
	} {
		_, err := ParseDate(in)
		refused(t, err, in, want)
	}
	_, err := ParseDate(strings.Repeat("é", 5000))
	refused(t, err, "long", strings.Repeat("é", 40)+`"…`)
	if len(err.Error()) > 300 {
		t.Errorf("the error repeats all that was written: %d bytes", len(err.Error()))
	}
}

func TestDateAdd(t *testing.T) {
	for _, c := range []struct{ from, period, want string }{
		{"2026-01-31", "P1M", "2026-02-28"},
		{"2028-01-31", "P1M", "2028-02-29"},
		{"2028-02-29", "P1Y", "2029-02-28"},
		{"2028-02-29", "P4Y", "2032-02-29"},
		{"2096-02-29", "P4Y", "2100-02-28"},
		{"2026-03-31", "P1M", "2026-04-30"},
		{"2026-12-31", "P2M", "2027-02-28"},
		{"2026-11-30", "P1M", "2026-12-30"},
		{"2026-12-01", "P1M", "2027-01-01"},
		{"2026-01-31", "P1M1D", "2026-03-01"}, // months first, then days
		{"2026-01-01", "P2W", "2026-01-15"},
		{"2026-02-28", "P1D", "2026-03-01"},
		{"2026-03-15", "P1Y18M20D", "2028-10-05"},
		{"1900-01-01", "P999Y999M999D", "2984-12-25"},
		{"2999-12-31", "P1D", "2999-12-31"},
		{"2999-12-01", "P1M", "2999-12-31"},
		{"2999-12-31", "P999Y999M999D", "2999-12-31"},
	} {
		if got := date(t, c.from).Add(period(t, c.period)); got.String() != c.want {
			t.Errorf("%s + %s = %s, want %s", c.from, c.period, got, c.want)
		}
	}
	if got := (Date{}).Add(Period{Years: 1}); !got.IsZero() {
		t.Errorf("a date that is not known became %s", got)
	}
}

// Dates and periods have plain fields, so nothing may rest on their having come from a parser.
func TestDateMadeByHand(t *testing.T) {
	const big = int(^uint(0) >> 1)
	for _, c := range []struct {
		d    Date
		p    Period
		want string
	}{
		{Date{2026, 2, 31}, Period{Days: 1}, "2026-03-01"},
		{Date{2026, 13, 5}, Period{Days: 1}, "2026-12-06"},
		{Date{2026, 3, 5}, Period{Years: -1, Months: -big, Days: -5}, "2026-03-05"},
		{Date{big, big, big}, Period{big, big, big}, "2999-12-31"},
		{Date{-big, -big, -big}, Period{}, "1900-01-01"},
	} {
		if got := c.d.Add(c.p); got.String() != c.want {
			t.Errorf("%v + %v = %s, want %s", c.d, c.p, got, c.want)
		}
	}
	if _, err := (Date{2026, 2, 30}).MarshalText(); err == nil {
		t.Error("30 February was written")
	}
}

func TestDateCompare(t *testing.T) {
	order := []Date{{}, {1999, 12, 31}, {2026, 1, 31}, {2026, 2, 1}, {2026, 2, 2}, {2027, 1, 1}}
	for i, a := range order {
		for j, b := range order {
			if got := a.Compare(b); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("Compare(%s, %s) = %d", a, b, got)
			}
			if a.Before(b) != (i < j) || a.After(b) != (i > j) {
				t.Errorf("Before or After of %s and %s is wrong", a, b)
			}
		}
	}
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDate().Draw(t, "a"), anyDate().Draw(t, "b")
		p := anyPeriod().Draw(t, "p")
		if back, err := ParseDate(a.String()); err != nil || back != a {
			t.Fatalf("%s came back as %s, %v", a, back, err)
		}
		if a.After(b) {
			a, b = b, a
		}
		sumA, sumB := a.Add(p), b.Add(p)
		if sumA.After(sumB) {
			t.Fatalf("%s <= %s, but with %s they are %s > %s", a, b, p, sumA, sumB)
		}
		if sumA != lastDate && !sumA.After(a) {
			t.Fatalf("%s + %s = %s, which is not later", a, p, sumA)
		}
		if err := sumA.check(); err != nil {
			t.Fatalf("%s + %s: %v", a, p, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-03-31", "2028-02-29", "2026-02-30", "", "0000-00-00", "2026-13-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		if d.String() != s {
			t.Fatalf("%q became %q", s, d)
		}
	})
}
