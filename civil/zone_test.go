package civil

import (
	"testing"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) Zone {
	t.Helper()
	z, err := LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestLoadZone(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/London", "Pacific/Apia", "America/St_Johns"} {
		if got := zone(t, name).Name(); got != name {
			t.Errorf("%s is named %s", name, got)
		}
	}
	if got := (Zone{}).Name(); got != "UTC" {
		t.Errorf("the zero zone is %s", got)
	}
	for name, want := range map[string]string{
		"":                    "no name",
		"Local":               "differs from one machine",
		"local":               "differs from one machine",
		"localtime":           "differs from one machine",
		"right/Europe/London": "differs from one machine",
		"posix/Europe/London": "differs from one machine",
		"Europe/Londn":        "there is no time zone",
		"../etc/passwd":       "there is no time zone",
		"/etc/localtime":      "there is no time zone",
		"BST":                 "there is no time zone",
	} {
		_, err := LoadZone(name)
		refused(t, err, name, want)
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct{ zone, day, start, end string }{
		{"Europe/London", "2026-01-15", "2026-01-15T00:00:00Z", "2026-01-16T00:00:00Z"},
		{"Europe/London", "2026-03-29", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"}, // clocks go forward: 23 hours
		{"Europe/London", "2026-10-25", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"}, // clocks go back: 25 hours
		{"Europe/London", "2026-03-31", "2026-03-30T23:00:00Z", "2026-03-31T23:00:00Z"},
		{"Europe/London", "1971-06-01", "1971-05-31T23:00:00Z", "1971-06-01T23:00:00Z"}, // one hour ahead all year
		{"Europe/London", "2500-07-01", "2500-06-30T23:00:00Z", "2500-07-01T23:00:00Z"},
		// The last day of a leap year, near which Go gives a change of clocks that is none.
		{"Europe/London", "2052-12-30", "2052-12-30T00:00:00Z", "2052-12-31T00:00:00Z"},
		{"Europe/London", "2052-12-31", "2052-12-31T00:00:00Z", "2053-01-01T00:00:00Z"},
		{"Europe/London", "2053-01-01", "2053-01-01T00:00:00Z", "2053-01-02T00:00:00Z"},
		{"Europe/London", "2053-01-02", "2053-01-02T00:00:00Z", "2053-01-03T00:00:00Z"},
		// Clocks went from 00:00 to 01:00, so that there was no midnight.
		{"America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		// Clocks went from 00:00 back to 23:00, so that there was one midnight after 25 hours.
		{"America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"},
		{"Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z", "2022-03-27T21:00:00Z"},
		{"Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z"},
		// Clocks went from 00:01 back to 23:01 the day before: the day had begun, and goes on.
		{"America/St_Johns", "2010-11-06", "2010-11-06T02:30:00Z", "2010-11-07T02:30:00Z"},
		{"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
		// The zone crossed the date line and skipped 30 December, which is empty.
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
		// The ends of the time line.
		{"UTC", "1970-01-01", "1971-01-01T00:00:00Z", "1971-01-01T00:00:00Z"},
		{"UTC", "1900-01-01", "1971-01-01T00:00:00Z", "1971-01-01T00:00:00Z"},
		{"UTC", "1971-01-01", "1971-01-01T00:00:00Z", "1971-01-02T00:00:00Z"},
		{"UTC", "2999-12-31", "2999-12-31T00:00:00Z", "2999-12-31T23:59:59Z"},
		{"Pacific/Auckland", "2999-12-31", "2999-12-30T11:00:00Z", "2999-12-31T23:59:59Z"},
		{"America/New_York", "2999-12-31", "2999-12-31T05:00:00Z", "2999-12-31T23:59:59Z"},
	} {
		z, d := zone(t, c.zone), date(t, c.day)
		if start, end := z.Start(d), z.End(d); start.String() != c.start || end.String() != c.end {
			t.Errorf("%s in %s is [%s, %s), want [%s, %s)", d, c.zone, start, end, c.start, c.end)
		}
	}
}

func TestOn(t *testing.T) {
	for _, c := range []struct{ zone, at, want string }{
		{"UTC", "2026-03-31T23:59:59Z", "2026-03-31"},
		{"Europe/London", "2026-03-31T22:59:59Z", "2026-03-31"},
		{"Europe/London", "2026-03-31T23:00:00Z", "2026-04-01"},
		{"Europe/London", "2026-10-25T23:59:59Z", "2026-10-25"},
		{"America/St_Johns", "2010-11-07T02:29:59Z", "2010-11-06"},
		{"America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-07"}, // the clock shows 23:30 on the 6th again
		{"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"},
		{"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"},
		{"America/New_York", "1971-01-01T00:00:00Z", "1970-12-31"},
		{"Pacific/Auckland", "2999-12-31T23:59:59Z", "2999-12-31"},
	} {
		if got := zone(t, c.zone).On(instant(t, c.at)); got.String() != c.want {
			t.Errorf("%s in %s is on %s, want %s", c.at, c.zone, got, c.want)
		}
	}
}

func TestZoneAdd(t *testing.T) {
	for _, c := range []struct{ zone, from, period, want string }{
		{"UTC", "2026-01-31T12:00:00Z", "P1M", "2026-02-28T12:00:00Z"},
		{"UTC", "2028-02-29T12:00:00Z", "P1Y", "2029-02-28T12:00:00Z"},
		{"Europe/London", "2026-03-28T12:00:00Z", "P1D", "2026-03-29T11:00:00Z"},
		{"Europe/London", "2026-10-24T11:00:00Z", "P1D", "2026-10-25T12:00:00Z"},
		// 01:30 does not exist on 29 March: the first instant after the gap.
		{"Europe/London", "2026-03-28T01:30:00Z", "P1D", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-03-28T00:59:59Z", "P1D", "2026-03-29T00:59:59Z"},
		{"Europe/London", "2026-03-28T01:00:00Z", "P1D", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-03-28T02:00:00Z", "P1D", "2026-03-29T01:00:00Z"},
		// 01:30 comes twice on 25 October: the earlier.
		{"Europe/London", "2026-10-24T00:30:00Z", "P1D", "2026-10-25T00:30:00Z"},
		{"Europe/London", "2026-09-25T00:30:00Z", "P1M", "2026-10-25T00:30:00Z"},
		{"Europe/London", "2026-10-24T00:59:59Z", "P1D", "2026-10-25T00:59:59Z"},
		{"Europe/London", "2026-10-24T01:00:00Z", "P1D", "2026-10-25T02:00:00Z"},
		// The first and the second 01:30 come to the same a day later.
		{"Europe/London", "2026-10-25T00:30:00Z", "P1D", "2026-10-26T01:30:00Z"},
		{"Europe/London", "2026-10-25T01:30:00Z", "P1D", "2026-10-26T01:30:00Z"},
		// Any time on the skipped day is the start of the day after it.
		{"Pacific/Apia", "2011-12-29T22:00:00Z", "P1D", "2011-12-30T10:00:00Z"},
		{"UTC", "2999-12-31T12:00:00Z", "P1Y", "2999-12-31T12:00:00Z"},
	} {
		if got := zone(t, c.zone).Add(instant(t, c.from), period(t, c.period)); got.String() != c.want {
			t.Errorf("%s + %s in %s = %s, want %s", c.from, c.period, c.zone, got, c.want)
		}
	}
	second := instant(t, "2026-10-25T01:30:00Z") // the second 01:30 must not turn into the first
	if got := zone(t, "Europe/London").Add(second, Period{}); got != second {
		t.Errorf("no period moved %s to %s", second, got)
	}
}

func TestMomentsInAZone(t *testing.T) {
	z := zone(t, "Europe/London")
	day, noon := MomentOn(date(t, "2026-03-31")), MomentOf(instant(t, "2026-03-31T11:00:00Z"))
	for _, c := range []struct {
		what string
		got  Instant
		want string
	}{
		{"from a day", z.From(day), "2026-03-30T23:00:00Z"},
		{"until a day", z.Until(day), "2026-03-31T23:00:00Z"},
		{"from noon", z.From(noon), "2026-03-31T11:00:00Z"},
		{"until noon", z.Until(noon), "2026-03-31T11:00:00Z"},
		{"a month after a day", z.After(day, period(t, "P1M")), "2026-04-30T23:00:00Z"},
		{"a month after noon", z.After(noon, period(t, "P1M")), "2026-04-30T11:00:00Z"},
		{"eight months after a day", z.After(day, period(t, "P8M")), "2026-12-01T00:00:00Z"},
		{"eight months after noon", z.After(noon, period(t, "P8M")), "2026-11-30T12:00:00Z"},
		// Ten years take a date from before the time line into it.
		{"after 1965", z.After(MomentOn(Date{1965, 3, 31}), period(t, "P10Y")), "1975-03-31T23:00:00Z"},
	} {
		if c.got.String() != c.want {
			t.Errorf("%s is %s, want %s", c.what, c.got, c.want)
		}
	}
}

// valid_until: 2026-03-31 holds through that day, where the organisation is.
func TestValidUntilHoldsThroughTheDay(t *testing.T) {
	until, err := ParseMoment("2026-03-31")
	if err != nil {
		t.Fatal(err)
	}
	end := zone(t, "Europe/London").Until(until)
	for at, want := range map[string]bool{
		"2026-03-31T00:00:00Z": true,
		"2026-03-31T22:59:59Z": true,
		"2026-03-31T23:00:00Z": false,
		"2026-04-01T00:00:00Z": false,
	} {
		w := NewWatch(instant(t, at))
		if got := w.Within(0, end); got != want || w.Passed(end) == want {
			t.Errorf("at %s it holds: %v, want %v", at, got, want)
		}
	}
}

func TestNotKnownStaysNotKnown(t *testing.T) {
	for _, z := range []Zone{{}, zone(t, "Europe/London"), zone(t, "Pacific/Apia")} {
		p := Period{Years: 1}
		if z.Start(Date{}) != 0 || z.End(Date{}) != 0 || z.Add(0, p) != 0 || !z.On(0).IsZero() ||
			z.From(Moment{}) != 0 || z.Until(Moment{}) != 0 || z.After(Moment{}, p) != 0 {
			t.Errorf("in %s what is not known became known", z.Name())
		}
	}
}

var zones = []string{
	"UTC", "Europe/London", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "America/St_Johns", "Asia/Beirut",
	"Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "Pacific/Apia", "Pacific/Kwajalein", "Pacific/Auckland",
	"Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kathmandu",
}

// checkZone checks what holds in every zone, of one instant and period.
func checkZone(t *rapid.T, z Zone, i Instant, p Period) {
	d := z.On(i)
	if start, end := z.Start(d), z.End(d); start > i || i >= end && i != lastInstant {
		t.Fatalf("%s in %s is on %s, which is [%s, %s)", i, z.Name(), d, start, end)
	}
	if next := d.Add(Period{Days: 1}); next != d && z.Start(next) != z.End(d) {
		t.Fatalf("in %s, %s ends at %s and the next day starts at %s", z.Name(), d, z.End(d), z.Start(next))
	}
	if on := z.On(z.Start(d)); z.Start(d) != firstInstant && on != d {
		t.Fatalf("in %s, %s starts on %s", z.Name(), d, on)
	}
	sum := z.Add(i, p)
	if sum < firstInstant || sum > lastInstant {
		t.Fatalf("%s + %s in %s is off the time line: %d", i, p, z.Name(), sum)
	}
	if reading := dateOf(z.reading(i)).Add(p); reading != lastDate && z.Start(reading) > sum {
		t.Fatalf("%s + %s in %s = %s, before %s", i, p, z.Name(), sum, reading)
	}
}

func TestZoneProperties(t *testing.T) {
	loaded := make([]Zone, len(zones))
	for i, name := range zones {
		loaded[i] = zone(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SampledFrom(loaded).Draw(t, "zone")
		i := anyInstant().Draw(t, "instant")
		checkZone(t, z, i, anyPeriod().Draw(t, "period"))
		_, change := i.Time().In(z.in()).ZoneBounds()
		if !change.IsZero() { // and near a change of clocks, where the faults would be
			near := within(change.Unix() + rapid.Int64Range(-2*daySeconds, 2*daySeconds).Draw(t, "near"))
			checkZone(t, z, near, Period{Days: 1})
		}
	})
}

// The days of a zone follow each other without gap or overlap, whatever its clocks do.
func TestDaysAreInOrder(t *testing.T) {
	for _, name := range zones {
		z := zone(t, name)
		for d := (Date{1971, 1, 2}); d.Year < 2041; d = d.Add(Period{Days: 1}) {
			start, end := z.Start(d), z.End(d)
			skipped := start == end
			if start > end || end-start > 2*daySeconds || !skipped && z.On(end-1) != d || !skipped && z.On(start) != d {
				t.Fatalf("%s in %s is [%s, %s), from %s to %s", d, name, start, end, z.On(start), z.On(end-1))
			}
			if skipped && d != (Date{2011, 12, 30}) && d != (Date{1993, 8, 21}) {
				t.Fatalf("%s in %s is empty", d, name)
			}
		}
	}
}

// first is checked against its definition, second by second, around every kind of change.
func TestFirstMeetsItsDefinition(t *testing.T) {
	for name, around := range map[string]string{
		"Europe/London":       "2026-03-29T01:00:00Z",
		"Europe/Dublin":       "2026-10-25T01:00:00Z",
		"America/St_Johns":    "2010-11-07T02:31:00Z",
		"America/Sao_Paulo":   "2018-11-04T03:00:00Z",
		"Australia/Lord_Howe": "2026-04-04T15:00:00Z",
		"Pacific/Apia":        "2011-12-30T10:00:00Z",
	} {
		z, change := zone(t, name), instant(t, around)
		const step = 60
		for reading := z.reading(change) - 3*daySeconds; reading < z.reading(change)+daySeconds; reading += 10 * step {
			want := change - 4*daySeconds
			for z.reading(want) < reading {
				want += step
			}
			if got := z.first(reading); got != want {
				t.Fatalf("in %s the reading %s is first shown at %s, want %s", name, Instant(reading), got, want)
			}
		}
	}
}

func FuzzLoadZone(f *testing.F) {
	for _, s := range []string{"Europe/London", "UTC", "Local", "", "../x", "Europe/", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		z, err := LoadZone(s)
		if err != nil {
			return
		}
		if z.Name() != s {
			t.Fatalf("%q is named %q", s, z.Name())
		}
	})
}
