package civil

import "testing"

func TestParseMoment(t *testing.T) {
	m, err := ParseMoment("2026-03-31")
	if err != nil || m != MomentOn(Date{2026, 3, 31}) || m.String() != "2026-03-31" {
		t.Errorf("the date gave %v, %v", m, err)
	}
	m, err = ParseMoment("2026-03-31T23:59:59+01:00")
	if err != nil || m != MomentOf(1774997999) || m.String() != "2026-03-31T22:59:59Z" {
		t.Errorf("the instant gave %v, %v", m, err)
	}
	for in, want := range map[string]string{
		"":                     "is neither a date nor a time",
		"next week":            "is neither a date nor a time",
		"2026-03-31T10:00":     "is neither a date nor a time",
		"2026-02-30":           "February 2026 has 28 days; write YYYY-MM-DD",
		"2026-02-30T00:00:00Z": "February 2026 has 28 days",
		"1970-01-01T00:00:00Z": "outside the years 1971 to 2999",
	} {
		m, err := ParseMoment(in)
		refused(t, err, in, want)
		if !m.IsZero() {
			t.Errorf("%q was refused, and yet gave %v", in, m)
		}
	}
	if text, err := (Moment{Date{2026, 3, 31}, 1774997999}).MarshalText(); err == nil {
		t.Errorf("a moment that is both was written as %s", text)
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{"2026-03-31", "2026-03-31T22:59:59Z", "2026-03-31T23:59:59.5+01:00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMoment(s)
		if err != nil {
			return
		}
		if back, err := ParseMoment(m.String()); err != nil || back != m || m.Date.IsZero() == m.Instant.IsZero() {
			t.Fatalf("%q became %v, then %v, %v", s, m, back, err)
		}
	})
}
