package notify

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestReach(t *testing.T) {
	all := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	for _, c := range []struct {
		ip             string
		public, opened bool
	}{
		{"8.8.8.8", true, true},
		{"51.140.0.1", true, true},
		{"2a00:1450::1", true, true},
		{"2606:4700::1111", true, true},
		{"127.0.0.1", false, true},
		{"127.255.255.255", false, true},
		{"::1", false, true},
		{"::ffff:127.0.0.1", false, true},
		{"10.0.0.1", false, true},
		{"172.16.0.1", false, true},
		{"172.31.255.255", false, true},
		{"172.32.0.1", true, true},
		{"192.168.1.1", false, true},
		{"100.64.0.1", false, true},
		{"fd12::1", false, true},
		{"192.0.2.1", false, true},
		{"198.18.0.1", false, true},
		{"::ffff:10.0.0.1", false, true},
		{"::10.0.0.1", false, true},
		{"2001:db8::1", false, true},
		{"250.0.0.1", false, true},
		{"169.254.169.254", false, false},
		{"169.254.0.1", false, false},
		{"::ffff:169.254.169.254", false, false},
		{"fe80::1", false, false},
		{"fe80::1%eth0", false, false},
		{"febf::1", false, false},
		{"fd00:ec2::254", false, false},
		{"168.63.129.16", false, false},
		{"100.100.100.200", false, false},
		{"0.0.0.0", false, false},
		{"::", false, false},
		{"224.0.0.1", false, false},
		{"ff02::1", false, false},
		{"255.255.255.255", false, false},
		{"64:ff9b::a9fe:a9fe", false, false},
		{"2002:a9fe:a9fe::1", false, false},
		{"2001::1", false, false},
	} {
		ip := netip.MustParseAddr(c.ip)
		if got := (reach{}).to(ip); got != c.public {
			t.Errorf("%s can be reached: %v", ip, got)
		}
		if got := (reach{all}).to(ip); got != c.opened {
			t.Errorf("%s can be reached where all is allowed: %v", ip, got)
		}
	}
	if (reach{all}).to(netip.Addr{}) {
		t.Error("no address can be reached")
	}
}

// TestLawReach agrees with what the standard library knows of addresses.
func TestLawReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "IPv4")
		if rapid.Bool().Draw(t, "IPv6") {
			bytes = rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "IPv6")
		}
		ip, _ := netip.AddrFromSlice(bytes)
		plain := ip.Unmap()
		local := plain.IsLoopback() || plain.IsPrivate() || plain.IsLinkLocalUnicast() || plain.IsMulticast() || plain.IsUnspecified()
		if (reach{}).to(ip) && (local || !plain.IsGlobalUnicast()) {
			t.Fatalf("%s can be reached", ip)
		}
	})
}

func TestControl(t *testing.T) {
	for _, address := range []string{"", "8.8.8.8", "receiver.example:443", "10.0.0.1:443", "[fe80::1%eth0]:443"} {
		if (reach{}).control("tcp", address, nil) == nil {
			t.Errorf("%q was dialled", address)
		}
	}
	if err := (reach{}).control("tcp", "8.8.8.8:443", nil); err != nil {
		t.Error(err)
	}
	for address, ok := range map[string]bool{"127.0.0.1:25": true, "[::1]:25": true, "10.0.0.1:25": false, "192.0.2.7:25": false, "": false} {
		if (loopbackOnly("tcp", address, nil) == nil) != ok {
			t.Errorf("in the clear to %q: not %v", address, ok)
		}
	}
}
