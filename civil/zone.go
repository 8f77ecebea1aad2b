package civil

import (
	"strings"
	"time"
	_ "time/tzdata" // so that a machine without zone data, such as an empty container, knows every zone

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Zone is where an organisation's days begin and end. The zero Zone is UTC.
//
// Clocks go forward, so some local times do not exist, and back, so some come twice. One rule settles both everywhere in
// this package: a local time means the first instant at which the clock shows that time or a later one. A time in a gap
// is therefore the first instant after the gap, and one that comes twice is the earlier. Once a day has begun it does not
// un-begin: where clocks go back over midnight, what follows belongs to the new day, although the clock shows the old.
// So every instant lies in exactly one day, and a day that a zone skipped is empty.
//
// The last day, 2999-12-31, runs to the last instant.
type Zone struct{ location *time.Location }

// LoadZone finds a zone by its name in the IANA database, such as Europe/London or UTC. "Local" and the like are refused:
// a judgement must not depend on the machine that makes it.
func LoadZone(name string) (Zone, error) {
	if name == "" {
		return Zone{}, fault.New(fault.Invalid, "the time zone has no name: write one from the IANA database, for example Europe/London")
	}
	if ofTheMachine(name) {
		return Zone{}, fault.New(fault.Invalid, "the time zone %s differs from one machine to the next: write a name from the IANA database, for example Europe/London", quote(name))
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return Zone{}, fault.New(fault.Invalid, "there is no time zone %s: write a name from the IANA database, for example Europe/London or UTC", quote(name))
	}
	return Zone{location}, nil
}

// ofTheMachine knows the names that some machines have beside the real zones: the machine's own setting, and the copies
// of the database that count leap seconds.
func ofTheMachine(name string) bool {
	lower := strings.ToLower(name)
	return lower == "local" || lower == "localtime" || lower == "posixrules" ||
		strings.HasPrefix(lower, "posix/") || strings.HasPrefix(lower, "right/")
}

// Name gives the name in the IANA database.
func (z Zone) Name() string { return z.in().String() }

func (z Zone) in() *time.Location {
	if z.location == nil {
		return time.UTC
	}
	return z.location
}

// Start gives the first instant of a civil day; 0 for a date that is not known.
func (z Zone) Start(d Date) Instant {
	if d.IsZero() {
		return 0
	}
	return z.first(d.real().midnight())
}

// End gives the first instant after a civil day, which is the start of the next; 0 for a date that is not known.
func (z Zone) End(d Date) Instant {
	if d.IsZero() {
		return 0
	}
	d = d.real()
	if d == lastDate {
		return lastInstant
	}
	return z.first(d.midnight() + daySeconds)
}

// On gives the civil day that an instant lies in: Start(day) <= t < End(day), save for the last instant of all, which is
// on the last day. The zero Date when the instant is not known.
func (z Zone) On(t Instant) Date {
	if t == 0 {
		return Date{}
	}
	t = within(int64(t))
	d := dateOf(z.reading(t))
	for d != lastDate && z.End(d) <= t {
		d = d.Add(Period{Days: 1})
	}
	return d
}

// Add gives the instant a period later with the same time on the clock, as Date.Add does for the date. Because it keeps
// the clock and not the count of seconds, a day may be 23 or 25 hours, and of two instants an hour apart on the night that
// clocks go back, the later may give the earlier. An instant that is not known stays so; no period changes nothing.
func (z Zone) Add(t Instant, p Period) Instant {
	if t == 0 || p.bounded().IsZero() {
		return t
	}
	reading := z.reading(within(int64(t)))
	day := dateOf(reading)
	sinceMidnight := reading - day.midnight()
	return z.first(day.Add(p).midnight() + sinceMidnight)
}

// From gives the instant from which something holds: a date as a start, or the instant itself.
func (z Zone) From(m Moment) Instant {
	if m.Instant != 0 {
		return m.Instant
	}
	return z.Start(m.Date)
}

// Until gives the instant at which something stops: the first after a date, so that it holds through that day, or the
// instant itself.
func (z Zone) Until(m Moment) Instant {
	if m.Instant != 0 {
		return m.Instant
	}
	return z.End(m.Date)
}

// After gives the instant at which what was observed at a moment is older than a period. From a date it holds through the
// day that the period leads to; from an instant, to the same time on the clock.
func (z Zone) After(m Moment, p Period) Instant {
	if m.Instant != 0 {
		return z.Add(m.Instant, p)
	}
	return z.End(m.Date.Add(p))
}

// reading gives what a clock in the zone shows at an instant, as the seconds that a clock showing UTC would count.
func (z Zone) reading(t Instant) int64 {
	_, east := t.Time().In(z.in()).Zone()
	return int64(t) + int64(east)
}

// first gives the first instant at which the clock shows a reading or a later one. It walks the spans between clock
// changes, starting well before any zone could show the reading. time.Date is not used: it does not say which of two
// instants it gives, nor where in a gap.
func (z Zone) first(reading int64) Instant {
	const furthest = 2 * daySeconds // no zone is, or was, this far from UTC
	from := time.Unix(reading-furthest, 0).In(z.in())
	for {
		_, east := from.Zone()
		_, change := from.ZoneBounds()
		shown := reading - int64(east)
		if shown < from.Unix() {
			return within(from.Unix()) // the reading fell in the gap that ended here
		}
		// Go may give a change that is not after the time asked about on the last day of a leap year; none is near then.
		if change.IsZero() || shown < change.Unix() || !change.After(from) {
			return within(shown)
		}
		from = change
	}
}

// Clock writes an instant as people in the zone read it: 2026-03-31 23:59.
func (z Zone) Clock(t Instant) string {
	if t.IsZero() {
		return ""
	}
	return t.Time().In(z.in()).Format("2006-01-02 15:04")
}
