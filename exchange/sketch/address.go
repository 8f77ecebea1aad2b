package sketch

import (
	"regexp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Address is what an address says of a flow: no path, no name, no password.
type Address struct {
	Host       string // in small letters, without a port
	Protocol   string // from the scheme
	Encryption model.Encryption
	SignIn     model.SignIn // password where one is in the address
}

const (
	maxValue     = 8 << 10 // bytes of a value in which addresses are looked for
	maxAddresses = 50      // in one value
)

var (
	variable = regexp.MustCompile(`\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_][A-Za-z0-9_]*|\{\{[^}]*\}\}`)
	schemed  = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\s"',;]+)([^\s"',;]*)`)
	hostPort = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9.-]*):[0-9]{1,5}$`)
	hostOnly = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// Addresses finds the addresses in the value of a setting: those with a scheme, host and port, and, where the name of the
// setting says that it is one, a host alone. A variable is never filled in: a host that has one in it is not found.
func Addresses(name, value string) (out []Address) {
	if len(value) > maxValue {
		return nil
	}
	value = variable.ReplaceAllString(value, "$")
	for _, m := range schemed.FindAllStringSubmatch(value, maxAddresses) {
		out = append(out, address(m[1], m[2], m[3]))
	}
	if len(out) > 0 {
		return out
	}
	for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(", ;|", r) }) {
		switch m := hostPort.FindStringSubmatch(word); {
		case len(out) == maxAddresses:
			return out
		case m != nil:
			out = append(out, Address{Host: strings.ToLower(m[1])})
		case namesHost(name) && hostOnly.MatchString(word):
			out = append(out, Address{Host: strings.ToLower(word)})
		}
	}
	return out
}

// namesHost says whether the name of a setting says that its value is where something is.
func namesHost(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{"host", "hostname", "server", "servers", "addr", "address", "url", "uri", "endpoint", "broker", "brokers", "hosts", "nodes"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func address(scheme, authority, rest string) Address {
	scheme = strings.ToLower(scheme)
	user, host, named := "", authority, false
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, host, named = authority[:i], authority[i+1:], true
	}
	a := Address{Protocol: Protocol(scheme), Encryption: encryption(scheme, strings.ToLower(rest))}
	if named && strings.Contains(user, ":") {
		a.SignIn = "password"
	}
	if host, _, _ = strings.Cut(host, ":"); hostOnly.MatchString(host) {
		a.Host = strings.ToLower(host)
	}
	return a
}

// Protocol gives the name of a protocol from the scheme of an address.
func Protocol(scheme string) string {
	scheme = strings.ToLower(scheme)
	if i := strings.LastIndexAny(scheme, "+:"); i >= 0 && strings.HasPrefix(scheme, "jdbc") {
		scheme = scheme[i+1:]
	}
	scheme, _, _ = strings.Cut(scheme, "+") // postgresql+psycopg, mongodb+srv
	switch scheme {
	case "postgresql", "postgis":
		return "postgres"
	case "mysql2", "mariadb":
		return "mysql"
	case "rediss":
		return "redis"
	case "plaintext", "ssl", "sasl_ssl", "sasl_plaintext", "tcp", "tls":
		return ""
	}
	return Clean(scheme)
}

// encryption says what is certain of an address: that its scheme is protected or is not, or that its settings say so.
func encryption(scheme, settings string) model.Encryption {
	for _, said := range []string{"sslmode=require", "sslmode=verify-ca", "sslmode=verify-full", "tls=true", "ssl=true"} {
		if strings.Contains(settings, said) {
			return "standard"
		}
	}
	switch scheme {
	case "https", "wss", "rediss", "amqps", "ldaps", "mqtts", "sftp", "ssh", "ftps", "smtps", "imaps", "ssl", "sasl_ssl", "tls", "grpcs":
		return "standard"
	case "http", "ws", "redis", "amqp", "mqtt", "ftp", "plaintext", "sasl_plaintext":
		return "none"
	}
	if strings.Contains(settings, "sslmode=disable") {
		return "none"
	}
	return ""
}

// Address adds what an address says of the flow from one component to another. Where two addresses of one flow differ, it
// keeps what is worse: readable before unknown, and unknown before protected.
func (s *Sketch) Address(from, to *model.Component, a Address) *model.Flow {
	f, _ := s.Flow(from, to, a.Protocol)
	switch {
	case f == nil:
		return nil
	case !s.told[f] || a.Encryption == "none":
		f.Encryption = a.Encryption
	case f.Encryption == "standard":
		f.Encryption = a.Encryption
	}
	s.told[f] = true
	if a.SignIn != "" {
		f.Authentication = a.SignIn
	}
	return f
}

// Elsewhere notes an address in the settings that is of nothing in the file.
var Elsewhere = foreign.Note{
	One:  "1 address outside of the file is in the settings: add it, if the service connects to it",
	Many: "%d addresses outside of the file are in the settings: add those that the service connects to",
}
