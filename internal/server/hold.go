package server

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// mostAddresses bounds how many addresses a limiter remembers at once, in each of its two halves.
const mostAddresses = 1 << 14

// limiter holds back addresses that ask too often. It remembers a bounded number of them: when the newer half is full, the
// older one is forgotten. Whoever keeps asking is kept in the newer one.
type limiter struct {
	rate  rate.Limit
	burst int

	mu           sync.Mutex
	newer, older map[netip.Addr]*rate.Limiter
}

// newLimiter makes a limiter of so many requests a second, and so many at once; nil, which holds nobody back, for none.
func newLimiter(perSecond, burst int) *limiter {
	if perSecond == 0 {
		return nil
	}
	return &limiter{rate: rate.Limit(perSecond), burst: burst, newer: map[netip.Addr]*rate.Limiter{}}
}

// wait gives how long an address has to wait before it may ask again; 0 when it may now.
func (l *limiter) wait(from netip.Addr, now time.Time) time.Duration {
	if l == nil || from.IsLoopback() { // who is on this machine needs no network to slow it
		return 0
	}
	known := l.of(from)
	if known.AllowN(now, 1) {
		return 0
	}
	missing := 1 - known.TokensAt(now)
	return max(time.Duration(missing/float64(l.rate)*float64(time.Second)), time.Millisecond)
}

func (l *limiter) of(from netip.Addr) *rate.Limiter {
	if from.Is6() { // somebody who has one address of version 6 has the 2^64 around it
		if around, err := from.Prefix(64); err == nil {
			from = around.Addr()
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.newer[from]; known != nil {
		return known
	}
	known := l.older[from]
	if known == nil {
		known = rate.NewLimiter(l.rate, l.burst)
	}
	if len(l.newer) >= mostAddresses {
		l.older, l.newer = l.newer, make(map[netip.Addr]*rate.Limiter, mostAddresses)
	}
	l.newer[from] = known
	return known
}

// hold asks those who ask too often to wait.
func (s *server) hold(l *limiter) step {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isProbe(r) {
				next.ServeHTTP(w, r)
				return
			}
			if wait := l.wait(visit.Of(r.Context()).From, time.Now()); wait > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
				refuse(w, r, http.StatusTooManyRequests, "Too many requests came from your address. Wait as long as Retry-After says, then try again.")
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
