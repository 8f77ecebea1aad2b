package settings

import (
	"log/slog"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Duration is a length of time, written as 30s, 5m, 12h or 90d.
type Duration time.Duration

// UnmarshalText reads a length of time that is not negative.
func (d *Duration) UnmarshalText(text []byte) error {
	s := string(text)
	if n, days := strings.CutSuffix(s, "d"); days {
		whole, err := strconv.ParseUint(n, 10, 16)
		if err != nil {
			return notATime(s)
		}
		*d = Duration(time.Duration(whole) * 24 * time.Hour)
		return nil
	}
	parsed, err := time.ParseDuration(s)
	if err != nil || parsed < 0 {
		return notATime(s)
	}
	*d = Duration(parsed)
	return nil
}

func notATime(s string) error {
	return fault.New(fault.Invalid, "expected a length of time such as 30s, 5m, 12h or 90d; found %q", s)
}

// String writes it as it is read.
func (d Duration) String() string {
	t := time.Duration(d)
	if t > 0 && t%(24*time.Hour) == 0 {
		return strconv.Itoa(int(t/(24*time.Hour))) + "d"
	}
	s := t.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	if s == "0s" {
		return "0"
	}
	return s
}

// Size is a number of bytes, written as 32MiB, 64KiB or 1000.
type Size int64

var units = []struct {
	suffix string
	bytes  int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}

// UnmarshalText reads a number of bytes, at least one.
func (s *Size) UnmarshalText(text []byte) error {
	for _, u := range units {
		digits, has := strings.CutSuffix(string(text), u.suffix)
		if !has {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 1 || n > math.MaxInt64/u.bytes {
			break
		}
		*s = Size(n * u.bytes)
		return nil
	}
	return fault.New(fault.Invalid, "expected a number of bytes such as 32MiB, 64KiB or 1000; found %q", text)
}

// String writes it as it is read.
func (s Size) String() string {
	for _, u := range units {
		if s > 0 && int64(s)%u.bytes == 0 {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + u.suffix
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

// Network is a range of addresses, written as 10.0.0.0/8, or as one address.
type Network struct{ netip.Prefix }

// UnmarshalText reads a range, or one address as a range of it alone.
func (n *Network) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if prefix, err := netip.ParsePrefix(s); err == nil {
		n.Prefix = prefix.Masked()
		return nil
	}
	address, err := netip.ParseAddr(s)
	if err != nil || address.Zone() != "" {
		return fault.New(fault.Invalid, "expected a network such as 10.0.0.0/8 or one address; found %q", s)
	}
	n.Prefix = netip.PrefixFrom(address, address.BitLen())
	return nil
}

// LogLevel is how much is logged.
type LogLevel string

// Words are the levels, from much to little.
func (LogLevel) Words() []schema.Word {
	return []schema.Word{
		{Name: "debug", Doc: "also what only helps to find a defect"},
		{Name: "info", Doc: "one line for each request, and what the server does"},
		{Name: "warn", Doc: "what may need a person", Old: []string{"warning"}},
		{Name: "error", Doc: "what does need a person"},
	}
}

// UnmarshalText reads a level.
func (l *LogLevel) UnmarshalText(text []byte) error { return schema.ReadWord(string(text), l) }

// Slog gives the level as the log takes it.
func (l LogLevel) Slog() (level slog.Level) {
	_ = level.UnmarshalText([]byte(l)) // the words are those of slog; anything else is info
	return level
}

// LogFormat is how a line of the log is written.
type LogFormat string

// The formats.
const (
	Auto LogFormat = "auto"
	Text LogFormat = "text"
	JSON LogFormat = "json"
)

// Words are the formats.
func (LogFormat) Words() []schema.Word {
	return []schema.Word{
		{Name: string(Auto), Doc: "text at a terminal, JSON otherwise"},
		{Name: string(Text), Doc: "text for people"},
		{Name: string(JSON), Doc: "JSON for programs"},
	}
}

// UnmarshalText reads a format.
func (f *LogFormat) UnmarshalText(text []byte) error { return schema.ReadWord(string(text), f) }

// MailTLS is how e-mail is encrypted on its way to the server that sends it on.
type MailTLS string

// The ways.
const (
	StartTLS MailTLS = "starttls"
	FullTLS  MailTLS = "tls"
	NoTLS    MailTLS = "none"
)

// Words are the ways.
func (MailTLS) Words() []schema.Word {
	return []schema.Word{
		{Name: string(StartTLS), Doc: "begin in the open and encrypt before anything is said; refuse where that cannot be"},
		{Name: string(FullTLS), Doc: "encrypted from the first byte"},
		{Name: string(NoTLS), Doc: "not encrypted: only to a server on this machine"},
	}
}

// UnmarshalText reads a way.
func (m *MailTLS) UnmarshalText(text []byte) error { return schema.ReadWord(string(text), m) }
