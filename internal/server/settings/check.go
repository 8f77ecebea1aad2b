package settings

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// check gives what is wrong with values that can each be read.
func (l *Loaded) check() (wrong []fault.Field) {
	bad := func(field any, format string, args ...any) {
		wrong = append(wrong, l.wrong(field, format, args...))
	}
	l.checkRecord(bad)
	l.checkAddresses(bad)
	l.checkTLS(bad)
	l.checkExposure(bad)
	l.checkSignIn(bad)
	l.checkMail(bad)
	l.checkBounds(bad)
	return wrong
}

// teller notes that a setting is wrong.
type teller func(field any, format string, args ...any)

func (l *Loaded) checkRecord(bad teller) {
	if l.Data == "" {
		bad(&l.Data, "say which folder, such as ./bulkhead-data")
	}
	if l.Database != "" && !store.IsPostgres(l.Database) {
		bad(&l.Database, "expected the address of a PostgreSQL database, postgres://USER@HOST/NAME; for SQLite leave it out and set the data folder")
	}
	if l.Demo && l.ReadOnly {
		bad(&l.Demo, "a demonstration fills a new record, which cannot be while nothing may be changed: take one of demo and read_only out")
	}
	if hook := l.Checkpoints.Webhook; hook != "" && !isWebAddress(hook) {
		bad(&l.Checkpoints.Webhook, "expected an address that begins with https://, or with http:// on this machine")
	}
}

func (l *Loaded) checkAddresses(bad teller) {
	if why := notAnAddress(l.Listen); why != "" {
		bad(&l.Listen, "%s", why)
	}
	if l.MetricsListen != "" {
		if why := notAnAddress(l.MetricsListen); why != "" {
			bad(&l.MetricsListen, "%s", why)
		} else if _, port, _ := net.SplitHostPort(l.MetricsListen); l.MetricsListen == l.Listen && port != "0" {
			bad(&l.MetricsListen, "this is the address that the server itself listens on: choose another port")
		}
	}
	if l.URL != "" {
		if why := notAPublicURL(l.URL); why != "" {
			bad(&l.URL, "%s", why)
		}
	}
}

// notAnAddress says what is wrong with an address to listen on.
func notAnAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if n, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil || port != strconv.FormatUint(n, 10) {
		return "expected an address and a port, such as 127.0.0.1:8080; found " + strconv.Quote(address)
	}
	if _, err := netip.ParseAddr(host); host != "" && host != "localhost" && err != nil {
		return "expected an address of this machine, such as 127.0.0.1 or 0.0.0.0 for all; found " + strconv.Quote(host)
	}
	return ""
}

// notAPublicURL says what is wrong with the address under which people reach the server.
func notAPublicURL(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil:
		return "expected an address such as https://bulkhead.example.org"
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(text, "/"):
		return "expected the address without a path or a slash at its end: the server has a host of its own, such as " + u.Scheme + "://" + u.Host
	case u.Scheme == "http" && !loopbackHost(u.Hostname()):
		return "people sign in here, so it must begin with https://"
	}
	return ""
}

func (l *Loaded) checkTLS(bad teller) {
	t := &l.TLS
	switch {
	case t.Certificate != "" && len(t.Domains) > 0:
		bad(&t.Domains, "a certificate is set too: either it is read from a file, or it is fetched; take one out")
	case t.Certificate != "" && t.Key == "":
		bad(&t.Certificate, "the key of the certificate is missing: set tls.key")
	case t.Key != "" && t.Certificate == "":
		bad(&t.Key, "the certificate of the key is missing: set tls.certificate")
	case t.Directory != "" && !isWebAddress(t.Directory):
		bad(&t.Directory, "expected an address that begins with https://")
	case len(t.Domains) == 0 && t.Directory != "":
		bad(&t.Directory, "no certificate is fetched: name for which hosts with tls.domains")
	}
}

// checkExposure keeps what people send from going over a network unencrypted, a demonstration from being seen there, and
// everybody from saying who they are.
func (l *Loaded) checkExposure(bad teller) {
	if slices.ContainsFunc(l.TrustedProxies, func(n Network) bool { return n.Bits() == 0 }) {
		bad(&l.TrustedProxies, "this is everybody, and anybody could then say that they are somebody else: name the network that the proxy is in")
	}
	switch {
	case l.Local() || notAnAddress(l.Listen) != "":
		return
	case l.Demo:
		bad(&l.Listen, "a demonstration signs in whoever has a link, so it listens on this machine alone: leave out listen, or give 127.0.0.1 and a port")
	case !l.Encrypted() && len(l.TrustedProxies) == 0:
		bad(&l.Listen, "others than this machine could reach the server here, unencrypted. Set tls.certificate and tls.key, or tls.domains; "+
			"where a proxy in front of it does that, name its network with trusted_proxies")
	}
}

func (l *Loaded) checkSignIn(bad teller) {
	o := &l.OIDC
	switch {
	case o.Issuer == "" && o.ClientID != "":
		bad(&o.ClientID, "the sign-in service is missing: set oidc.issuer")
	case o.Issuer == "" && len(o.Domains) > 0:
		bad(&o.Domains, "the sign-in service is missing: set oidc.issuer")
	case o.Issuer != "" && !isWebAddress(o.Issuer):
		bad(&o.Issuer, "expected an address that begins with https://")
	case o.Issuer != "" && o.ClientID == "":
		bad(&o.Issuer, "the name under which Bulkhead is registered there is missing: set oidc.client_id")
	case o.Issuer != "" && l.URL == "" && !l.Local():
		bad(&o.Issuer, "the sign-in service sends people back to this server, so it has to know its address: set url")
	}
}

func (l *Loaded) checkMail(bad teller) {
	m := &l.SMTP
	if m.Address == "" {
		return
	}
	host, _, err := net.SplitHostPort(m.Address)
	if err != nil || host == "" {
		bad(&m.Address, "expected a host and a port, such as mail.example.org:587")
		return
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		bad(&m.From, "expected the address that e-mail comes from, such as bulkhead@example.org")
	}
	if m.TLS == NoTLS && !loopbackHost(host) {
		bad(&m.TLS, "e-mail would go over the network unencrypted: only a server on this machine may have none")
	}
	if m.User != "" && m.Password.Reveal() == "" {
		bad(&m.User, "the password is missing: set smtp.password_file or BULKHEAD_SMTP_PASSWORD")
	}
}

func (l *Loaded) checkBounds(bad teller) {
	if l.Workers < 0 || l.Workers > 1024 {
		bad(&l.Workers, "expected a whole number from 0 to 1024; found %d", l.Workers)
	}
	if l.Limits.Rate < 0 {
		bad(&l.Limits.Rate, "expected a whole number, 0 or more; found %d", l.Limits.Rate)
	}
	if l.Limits.Rate > 0 && l.Limits.Burst < 1 {
		bad(&l.Limits.Burst, "expected a whole number, 1 or more, else nothing would be let through; found %d", l.Limits.Burst)
	}
	for _, d := range []*Duration{&l.Timeouts.Header, &l.Timeouts.Read, &l.Timeouts.Write, &l.Timeouts.Idle, &l.Timeouts.Shutdown, &l.Keep.Sessions, &l.Keep.Answers} {
		if *d == 0 {
			bad(d, "expected a length of time above 0")
		}
	}
	if least := Duration(ledger.PosturesKept * time.Second); l.Keep.Postures != 0 && l.Keep.Postures < least {
		bad(&l.Keep.Postures, "expected at least %s, so that nobody can hide what was shown lately, or 0 for ever; found %s", least, l.Keep.Postures)
	}
	if l.Limits.Headers > 1<<20 {
		bad(&l.Limits.Headers, "expected at most 1MiB; found %s", l.Limits.Headers)
	}
}

// isWebAddress says whether a text is an address that may be asked: encrypted, or on this machine.
func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && loopbackHost(u.Hostname()))
}
