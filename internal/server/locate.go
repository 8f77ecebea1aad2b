package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

// locate finds out who asks, and whether they came over TLS. What a request says of that counts only where a proxy says
// it that is trusted.
func (s *server) locate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visit.Of(r.Context())
		v.From, v.Secure = peer(r), r.TLS != nil
		if trusted(s.config.TrustedProxies, v.From) {
			if proto := last(r.Header.Values("X-Forwarded-Proto")); proto != "" {
				v.Secure = strings.EqualFold(proto, "https")
			}
			v.From = behind(s.config.TrustedProxies, v.From, r.Header.Values("X-Forwarded-For"))
		}
		next.ServeHTTP(w, r)
	})
}

// peer is the address at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	at, _ := netip.ParseAddrPort(r.RemoteAddr)
	return at.Addr().Unmap().WithZone("")
}

func trusted(proxies []settings.Network, a netip.Addr) bool {
	return slices.ContainsFunc(proxies, func(n settings.Network) bool { return n.Contains(a) })
}

// behind follows the addresses that proxies added, from the nearest, as long as whoever added one is trusted. Anything
// further may have been made up.
func behind(proxies []settings.Network, nearest netip.Addr, lines []string) netip.Addr {
	for _, hop := range slices.Backward(items(lines)) {
		a, err := netip.ParseAddr(hop)
		if err != nil {
			if with, e := netip.ParseAddrPort(hop); e == nil {
				a, err = with.Addr(), nil
			}
		}
		if err != nil {
			return nearest
		}
		nearest = a.Unmap().WithZone("")
		if !trusted(proxies, nearest) {
			return nearest
		}
	}
	return nearest
}

// items are the items of a header that is a list, over all its lines.
func items(lines []string) (out []string) {
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			out = append(out, strings.TrimSpace(item))
		}
	}
	return out
}

func last(lines []string) string {
	all := items(lines)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}
