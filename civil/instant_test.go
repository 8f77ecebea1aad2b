package civil

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyInstant leans to the years in which zones have changed their clocks.
func anyInstant() *rapid.Generator[Instant] {
	return rapid.Map(rapid.OneOf(
		rapid.Int64Range(int64(firstInstant), int64(lastInstant)),
		rapid.Int64Range(int64(firstInstant), 2_300_000_000),
	), func(n int64) Instant { return Instant(n) })
}

func TestParseInstant(t *testing.T) {
	for in, want := range map[string]string{
		"2026-03-31T22:59:59Z":           "2026-03-31T22:59:59Z",
		"2026-03-31T23:59:59+01:00":      "2026-03-31T22:59:59Z",
		"2026-03-31T17:29:59-05:30":      "2026-03-31T22:59:59Z",
		"2026-03-31T22:59:59-00:00":      "2026-03-31T22:59:59Z",
		"2026-03-31t22:59:59z":           "2026-03-31T22:59:59Z",
		"2026-03-31T22:59:59.9999999Z":   "2026-03-31T22:59:59Z",
		"2026-03-31T23:59:59.5+01:00":    "2026-03-31T22:59:59Z",
		"1971-01-01T00:00:00Z":           "1971-01-01T00:00:00Z",
		"1970-12-31T23:30:00-00:30":      "1971-01-01T00:00:00Z",
		"2999-12-31T23:59:59Z":           "2999-12-31T23:59:59Z",
		"3000-01-01T00:30:00+01:00":      "2999-12-31T23:30:00Z",
		"2028-02-29T00:00:00Z":           "2028-02-29T00:00:00Z",
		"2026-01-01T00:00:00.000000000Z": "2026-01-01T00:00:00Z",
	} {
		got, err := ParseInstant(in)
		if err != nil || got.String() != want {
			t.Errorf("%s gave %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestParseInstantRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "is not a time",
		"2026-03-31":                "is not a time",
		"2026-03-31T22:59:59":       "is not a time",
		"2026-03-31 22:59:59Z":      "is not a time",
		"2026-03-31T22:59Z":         "is not a time",
		"2026-03-31T2:59:59Z":       "is not a time",
		"2026-03-31T22:59:59,5Z":    "is not a time",
		"2026-03-31T22:59:59.Z":     "is not a time",
		"2026-03-31T22:59:59+0100":  "is not a time",
		"2026-03-31T22:59:59Z\n":    "is not a time",
		"1774997999":                "is not a time",
		"2026-02-30T00:00:00Z":      "30 February 2026 does not exist: February 2026 has 28 days",
		"2026-13-01T00:00:00Z":      "no month 13",
		"2016-12-31T23:59:60Z":      "leap second",
		"2026-03-31T24:00:00Z":      "no such time of day",
		"2026-03-31T23:60:00Z":      "no such time of day",
		"2026-03-31T23:59:61Z":      "no such time of day",
		"2026-03-31T23:59:59+24:00": "no such offset",
		"2026-03-31T23:59:59+01:60": "no such offset",
		"1970-12-31T23:59:59Z":      "outside the years 1971 to 2999",
		"1970-01-01T00:00:00Z":      "outside the years",
		"1971-01-01T00:00:00+00:01": "outside the years",
		"3000-01-01T00:00:00Z":      "outside the years",
		"9999-12-31T23:59:59Z":      "outside the years",
		"0000-01-01T00:00:00Z":      "outside the years",
	} {
		_, err := ParseInstant(in)
		refused(t, err, in, want)
	}
}

func TestOf(t *testing.T) {
	for _, c := range []struct {
		in   time.Time
		want string
	}{
		{time.Time{}, ""},
		{time.Unix(0, 0), ""},
		{time.Unix(0, 5), ""},
		{time.Date(2026, 3, 31, 22, 59, 59, 999_999_999, time.UTC), "2026-03-31T22:59:59Z"},
		{time.Date(2026, 3, 31, 22, 59, 59, 0, time.FixedZone("", -3600)), "2026-03-31T23:59:59Z"},
		{time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "2999-12-31T23:59:59Z"},
		{time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), "1971-01-01T00:00:00Z"},
	} {
		if got := Of(c.in); got.String() != c.want {
			t.Errorf("Of(%s) = %s, want %s", c.in, got, c.want)
		}
	}
	if !Instant(0).Time().IsZero() || Instant(0).String() != "" {
		t.Error("an instant that is not known has a time")
	}
	if firstInstant.String() != "1971-01-01T00:00:00Z" || lastInstant.String() != "2999-12-31T23:59:59Z" {
		t.Errorf("the time line goes from %s to %s", firstInstant, lastInstant)
	}
}

// All four types are written as text, and the empty text is the zero value.
func TestText(t *testing.T) {
	type record struct {
		I Instant
		D Date
		P Period
		M Moment
		N Moment
	}
	full := record{1774997999, Date{2026, 3, 31}, Period{1, 6, 0}, MomentOn(Date{2026, 3, 31}), MomentOf(1774997999)}
	for want, in := range map[string]record{
		`{"I":"2026-03-31T22:59:59Z","D":"2026-03-31","P":"P1Y6M","M":"2026-03-31","N":"2026-03-31T22:59:59Z"}`: full,
		`{"I":null,"D":null,"P":"","M":"","N":""}`:                                                              {},
	} {
		text, err := json.Marshal(in)
		if err != nil || string(text) != want {
			t.Fatalf("wrote %s, %v, want %s", text, err, want)
		}
		back := full // so that an empty text has something to clear
		if err := json.Unmarshal(text, &back); err != nil || back != in {
			t.Errorf("%s came back as %v, %v", text, back, err)
		}
	}
	kept := full
	for _, bad := range []string{`{"I":"x"}`, `{"D":"x"}`, `{"P":"x"}`, `{"M":"x"}`} {
		if err := json.Unmarshal([]byte(bad), &kept); err == nil || kept != full {
			t.Errorf("%s gave %v and left %v", bad, err, kept)
		}
	}
	for _, i := range []Instant{1, -1, lastInstant + 1} {
		if text, err := i.MarshalText(); err == nil {
			t.Errorf("%d was written as %s", i, text)
		}
	}
}

func TestInstantRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := anyInstant().Draw(t, "i")
		if back, err := ParseInstant(i.String()); err != nil || back != i {
			t.Fatalf("%d, written %s, came back as %d, %v", i, i, back, err)
		}
		if Of(i.Time()) != i {
			t.Fatalf("Of(%s) is not the same instant", i.Time())
		}
	})
}

func FuzzParseInstant(f *testing.F) {
	for _, s := range []string{"2026-03-31T22:59:59Z", "2026-03-31T23:59:59.5+01:00", "2016-12-31T23:59:60Z", "", "2026-02-30T00:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := ParseInstant(s)
		if err != nil {
			return
		}
		if back, err := ParseInstant(i.String()); err != nil || back != i || i.IsZero() {
			t.Fatalf("%q became %s, then %s, %v", s, i, back, err)
		}
		// Go's own reader, which takes more, must agree on what both take.
		if std, err := time.Parse(time.RFC3339, s); err == nil && Of(std) != i {
			t.Fatalf("%q is %s here and %s to Go", s, i, std)
		}
	})
}
