package server

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

// Over any time, an address is let through no more often than its burst and its rate allow, whoever else asks.
func TestNobodyIsLetThroughMoreOftenThanTheRate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		perSecond, burst := rapid.IntRange(1, 50).Draw(rt, "rate"), rapid.IntRange(1, 20).Draw(rt, "burst")
		l := newLimiter(perSecond, burst)
		began := time.Unix(0, 0)
		now, through := began, map[netip.Addr]int{}
		for _, step := range rapid.SliceOf(rapid.IntRange(0, 500)).Draw(rt, "steps") {
			now = now.Add(time.Duration(step) * time.Millisecond)
			from := netip.AddrFrom4([4]byte{192, 0, 2, byte(step % 3)})
			wait := l.wait(from, now)
			if wait > 0 && step%2 == 0 { // it is patient
				now = now.Add(wait)
				if wait = l.wait(from, now); wait > time.Millisecond {
					rt.Fatalf("it waited as long as it was told, and has to wait for %s more", wait)
				}
			}
			if wait == 0 {
				through[from]++
			}
		}
		for from, n := range through {
			if most := float64(burst) + now.Sub(began).Seconds()*float64(perSecond) + 1e-6; float64(n) > most {
				rt.Fatalf("%s was let through %d times, and at most %g were allowed", from, n, most)
			}
		}
	})
}

func TestALimiterRemembersABoundedNumber(t *testing.T) {
	l := newLimiter(1, 2)
	now := time.Unix(0, 0)
	keeps := netip.MustParseAddr("203.0.113.9")
	for i := range uint32(5 * mostAddresses) {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], i|10<<24)
		l.wait(netip.AddrFrom4(a), now)
		if i%1000 == 0 && l.wait(keeps, now) == 0 && i > 2000 {
			t.Fatal("who keeps asking was forgotten")
		}
	}
	if n := len(l.newer) + len(l.older); n > 2*mostAddresses {
		t.Errorf("it remembers %d", n)
	}
}

func TestANetworkOfVersion6IsOneAddress(t *testing.T) {
	l := newLimiter(1, 1)
	now := time.Unix(0, 0)
	if l.wait(netip.MustParseAddr("2001:db8::1"), now) != 0 || l.wait(netip.MustParseAddr("2001:db8::ffff:2"), now) == 0 || l.wait(netip.MustParseAddr("2001:db8:0:1::1"), now) != 0 {
		t.Error("addresses of one network are not held together, or those of two are")
	}
}

func TestNoRateHoldsNobodyBack(t *testing.T) {
	l := newLimiter(0, 0)
	for range 1000 {
		if l.wait(netip.MustParseAddr("203.0.113.9"), time.Unix(0, 0)) != 0 {
			t.Fatal("somebody is held back")
		}
	}
}

func TestALoopThatFailsIsBegunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		var began []time.Duration
		start := time.Now()
		s := newServer(settings.Config{}, Parts{Log: slog.New(slog.NewTextHandler(&log, nil)), Loops: []Loop{{Name: "judge", Run: func(ctx context.Context) error {
			began = append(began, time.Since(start))
			switch len(began) {
			case 1:
				return errors.New("the first trouble")
			case 2:
				panic("the second trouble")
			case 9:
				<-ctx.Done()
				return ctx.Err()
			default:
				return errors.New("more trouble")
			}
		}}, {Name: "once", Run: func(context.Context) error { return nil }}}})
		ctx, cancel := context.WithCancel(t.Context())
		running := s.begin(ctx)
		time.Sleep(time.Hour)
		cancel()
		running.Wait()
		want := []time.Duration{0, 1, 3, 7, 15, 31, 63, 123, 183} // seconds: pauses double up to a minute
		for i := range want {
			if len(began) != len(want) || began[i] != want[i]*time.Second {
				t.Fatalf("it began at %v", began)
			}
		}
		if text := log.String(); strings.Count(text, "begun again") != 8 || !strings.Contains(text, "the second trouble") || !strings.Contains(text, "loop=judge") {
			t.Errorf("the log says %s", text)
		}
	})
}

func TestWhatTheHTTPServerSaysIsLoggedWithoutAddresses(t *testing.T) {
	for said, want := range map[string]string{
		"http: TLS handshake error from 203.0.113.9:4711: EOF":         "http: TLS handshake error from [address]: EOF",
		"http: TLS handshake error from [2001:db8::1%eth0]:4711: EOF":  "http: TLS handshake error from [address]: EOF",
		"http2: server connection error from [2001:db8::1]:80: broken": "http2: server connection error from [address]: broken",
	} {
		var log strings.Builder
		s := &server{Parts: Parts{Log: slog.New(slog.NewTextHandler(&log, nil))}}
		s.httpLog().Print(said)
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is logged as %s", said, log.String())
		}
	}
}

func TestHowLongThingsAreKeptIsAsSet(t *testing.T) {
	day := settings.Duration(24 * time.Hour)
	got := keep(settings.Keep{Sessions: 2 * day, Answers: 3 * day, Postures: 40 * day})
	want := registry.Keep{Stay: registry.Stay{Idle: 48 * time.Hour}, Answers: 72 * time.Hour, Postures: 960 * time.Hour}
	if got != want {
		t.Errorf("it is %+v", got)
	}
}

func TestHowPeopleAreReachedIsAsSet(t *testing.T) {
	for what, c := range map[string]struct {
		set  settings.Config
		want registry.Reach
	}{
		"nothing":   {settings.Config{Listen: "127.0.0.1:8080"}, registry.Reach{Server: "http://127.0.0.1:8080"}},
		"passkeys":  {settings.Config{URL: "https://b.example"}, registry.Reach{Server: "https://b.example", Lasts: true}},
		"e-mail":    {settings.Config{URL: "https://b.example", SMTP: settings.SMTP{Address: "mail.example:587"}}, registry.Reach{Server: "https://b.example", Mail: true, Lasts: true}},
		"an issuer": {settings.Config{Listen: "127.0.0.1:1", OIDC: settings.OIDC{Issuer: "https://login.example"}}, registry.Reach{Server: "http://127.0.0.1:1", Lasts: true}},
	} {
		if got := reach(&c.set); got != c.want {
			t.Errorf("with %s it is %+v, want %+v", what, got, c.want)
		}
	}
}
