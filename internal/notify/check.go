package notify

import (
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// bounds on what a message is made of, in bytes.
const (
	maxID      = 64
	maxRole    = 100
	maxAddress = 254
	maxLink    = 2000
)

// checkID takes the id of a message: letters, digits, _ and -, and above all no full stop, which parts what is signed.
func checkID(id string) error {
	other := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-')
	}
	if id == "" || len(id) > maxID || strings.ContainsFunc(id, other) {
		return fault.New(fault.Invalid, "the id of a message is 1 to %d letters, digits, _ and -", maxID)
	}
	return nil
}

// checkAddress takes an email address alone, without a name and in plain characters.
func checkAddress(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > maxAddress || strings.ContainsFunc(address, unprintable) {
		return fault.New(fault.Invalid, "the address of an email is one address without a name, such as owner@department.example")
	}
	return nil
}

// unprintable says whether a character is other than visible ASCII. Spaces are not visible.
func unprintable(r rune) bool { return r <= ' ' || r > '~' }

// checkRole takes the name of a role as one line of text.
func checkRole(role string) error {
	other := func(r rune) bool { return !unicode.IsPrint(r) } // a plain space is the only space that counts as printed
	if role == "" || len(role) > maxRole || !utf8.ValidString(role) || strings.ContainsFunc(role, other) {
		return fault.New(fault.Invalid, "the role in an email is one line of at most %d bytes, such as service owner", maxRole)
	}
	return nil
}

// checkLink takes the address of a page. What is wrong with it is told without it, for it may be a secret.
func checkLink(link string) error {
	parsed, err := url.Parse(link)
	if err != nil || len(link) > maxLink || strings.ContainsFunc(link, unprintable) || strings.ContainsAny(link, "<>\"") || !safe(parsed) {
		return fault.New(fault.Invalid, "a link in an email begins with https:// and holds no spaces; http:// is for this machine alone")
	}
	return nil
}

// safe says whether a web address is encrypted, or stays on this machine.
func safe(u *url.URL) bool {
	if u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && onLoopback(u.Hostname())
}

// onLoopback says whether a host is written so that it can only be this machine: as a number, or as localhost.
func onLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
