package civil

import (
	"testing"

	"pgregory.net/rapid"
)

// anyPeriod makes periods that have a length.
func anyPeriod() *rapid.Generator[Period] {
	field := rapid.OneOf(rapid.IntRange(0, 31), rapid.IntRange(0, 999))
	return rapid.Custom(func(t *rapid.T) Period {
		return Period{field.Draw(t, "years"), field.Draw(t, "months"), field.Draw(t, "days")}
	}).Filter(func(p Period) bool { return !p.IsZero() })
}

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Period
		out  string
		text string
	}{
		{"P1Y", Period{Years: 1}, "P1Y", "1 year"},
		{"P3M", Period{Months: 3}, "P3M", "3 months"},
		{"P14D", Period{Days: 14}, "P14D", "14 days"},
		{"P2W", Period{Days: 14}, "P14D", "14 days"},
		{"P1D", Period{Days: 1}, "P1D", "1 day"},
		{"P1Y6M10D", Period{1, 6, 10}, "P1Y6M10D", "1 year 6 months 10 days"},
		{"P1Y6M", Period{Years: 1, Months: 6}, "P1Y6M", "1 year 6 months"},
		{"P2Y1D", Period{Years: 2, Days: 1}, "P2Y1D", "2 years 1 day"},
		{"P01Y0M", Period{Years: 1}, "P1Y", "1 year"},
		{"P999Y999M999D", Period{999, 999, 999}, "P999Y999M999D", "999 years 999 months 999 days"},
		{"P142W", Period{Days: 994}, "P994D", "994 days"},
	} {
		got, err := ParsePeriod(c.in)
		if err != nil || got != c.want || got.String() != c.out || got.Text() != c.text {
			t.Errorf("%s gave %v %q %q %v, want %v %q %q", c.in, got, got.String(), got.Text(), err, c.want, c.out, c.text)
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	const long = "99999999999999999999999999"
	for in, want := range map[string]string{
		"":                      "is not a period",
		"P":                     "is not a period",
		"P1":                    "is not a period",
		"1Y":                    "is not a period",
		"p1y":                   "is not a period",
		"PT1H":                  "is not a period",
		"P1DT1H":                "is not a period",
		"P-1Y":                  "is not a period",
		"-P1Y":                  "is not a period",
		"+P1Y":                  "is not a period",
		"P1.5Y":                 "is not a period",
		"P1,5Y":                 "is not a period",
		"P1D1Y":                 "is not a period",
		"P1Y1Y":                 "is not a period",
		"P1Y2W":                 "is not a period",
		"P1Y\n":                 "is not a period",
		"3 months":              "is not a period",
		"P1000D":                "too long",
		"P1000Y":                "too long",
		"P1000M":                "too long",
		"P143W":                 "too long",
		"P" + long + "D":        "too long",
		"P" + long + "W":        "too long",
		"P2635249153387078803W": "too long", // times 7 it is 5 in 64 bits
		"P0D":                   "has no length",
		"P0Y0M0D":               "has no length",
		"P0W":                   "has no length",
		"P1Y" + long:            "is not a period",
	} {
		_, err := ParsePeriod(in)
		refused(t, err, in, want)
	}
}

func TestPeriodMadeByHand(t *testing.T) {
	for _, p := range []Period{{Years: -1}, {Months: 1000}, {Days: -1}} {
		if text, err := p.MarshalText(); err == nil {
			t.Errorf("%v was written as %q", p, text)
		}
	}
	if (Period{}).Text() != "" {
		t.Error("no period has words")
	}
}

func TestPeriodRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPeriod().Draw(t, "p")
		if back, err := ParsePeriod(p.String()); err != nil || back != p {
			t.Fatalf("%v, written %s, came back as %v, %v", p, p, back, err)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"P1Y", "P3M", "P2W", "P1Y6M10D", "P", "P0D", "P99999999999999999999W"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		if err != nil {
			return
		}
		if back, err := ParsePeriod(p.String()); err != nil || back != p || p.IsZero() || p.Text() == "" {
			t.Fatalf("%q became %v, then %v, %v", s, p, back, err)
		}
	})
}
