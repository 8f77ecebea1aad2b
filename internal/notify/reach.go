package notify

import (
	"net/netip"
	"slices"
	"syscall"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// reach says which addresses webhooks may go to. It is asked about the address that is dialled, after names were looked up:
// so no name can lead elsewhere than it did when it was checked.
type reach struct{ allowed []netip.Prefix }

// forbidden is the error of an address that may not be dialled. It does not say which, for who set the webhook may not be
// meant to know what a name leads to inside the network.
type forbidden struct{}

func (forbidden) Error() string { return "the address may not be reached" }

// never is what no configuration opens: where machines of a cloud tell whoever asks from within about themselves, their
// neighbours on the wire, everybody at once, and IPv6 addresses that hide another one.
func never() []netip.Prefix {
	return prefixes(
		"0.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "224.0.0.0/4", "255.255.255.255/32",
		"::/128", "fe80::/10", "fd00:ec2::254/128", "ff00::/8", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16",
	)
}

// inside is what is not the public network: this machine, private networks, and what is set apart for other uses. The
// configuration can open parts of it.
func inside() []netip.Prefix {
	return prefixes(
		"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24",
		"192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "fc00::/7", "fec0::/10", "100::/64", "2001:db8::/32",
	)
}

func prefixes(texts ...string) (out []netip.Prefix) {
	for _, t := range texts {
		out = append(out, netip.MustParsePrefix(t))
	}
	return out
}

// newReach takes the ranges that are allowed beside the public network.
func newReach(allowed []netip.Prefix) (reach, error) {
	for _, a := range allowed {
		if !a.IsValid() || a.Addr().Is4In6() {
			return reach{}, fault.New(fault.Invalid, "a range that webhooks may reach is not an address and a length, such as 10.1.0.0/16")
		}
	}
	return reach{allowed}, nil
}

func (r reach) to(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	within := func(p netip.Prefix) bool { return p.Contains(ip) }
	if !ip.IsValid() || slices.ContainsFunc(never(), within) {
		return false
	}
	return !slices.ContainsFunc(inside(), within) || slices.ContainsFunc(r.allowed, within)
}

// control is asked just before a connection is made.
func (r reach) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !r.to(to.Addr()) {
		return forbidden{}
	}
	return nil
}
