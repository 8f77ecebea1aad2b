// Package settings is what a server is told about itself before it starts: where its record is, where it listens, who
// signs people in, how much it takes.
//
// Every setting is one field of Config, whose tags say all there is to know of it. From them come the flag, the variable
// of the environment, the key in the file, the help and the reference in the guide, so that none of these can differ:
// the key tls.certificate of the file is --tls-certificate and BULKHEAD_TLS_CERTIFICATE. A flag goes before the
// environment, that before the file, and that before the default.
//
// The package promises that a setting it does not know, or that cannot be, is an error that says where it stands and what
// to do; and that a secret comes from the environment or a file of its own, never from a flag, and is never shown. It
// opens nothing but those files and starts nothing.
package settings

import (
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// Config is the configuration of a server.
type Config struct {
	Data     string `json:"data" name:"data" env:"DATA" default:"./bulkhead-data" help:"The folder of the record, its keys and what the server keeps for itself."`
	Database string `json:"database" name:"database" env:"DATABASE" placeholder:"URL" help:"The address of a PostgreSQL database for the record, postgres://USER@HOST/NAME; without it the record is an SQLite file in the data folder."`
	ReadOnly bool   `json:"read_only" name:"read-only" env:"READ_ONLY" help:"Change nothing: show what is there."`
	Demo     bool   `json:"demo" name:"demo" env:"DEMO" help:"Load an example department into a new record, for this machine alone."`
	Workers  int    `json:"workers" name:"workers" env:"WORKERS" default:"0" help:"How many postures are judged at once; 0 for one for each core."`

	Listen         string    `json:"listen" name:"listen" env:"LISTEN" default:"127.0.0.1:8080" help:"The address and port to listen on."`
	MetricsListen  string    `json:"metrics_listen" name:"metrics-listen" env:"METRICS_LISTEN" placeholder:"ADDRESS" help:"An address of its own for /metrics, /healthz and /readyz; without it /metrics is shown only where the server listens and is known on this machine alone."`
	URL            string    `json:"url" name:"url" env:"URL" placeholder:"URL" help:"The address under which people reach the server, such as https://bulkhead.example.org: signing in and passkeys need it. Requests for another host are refused."`
	TrustedProxies []Network `json:"trusted_proxies" name:"trusted-proxies" env:"TRUSTED_PROXIES" placeholder:"NETWORK" help:"The networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."`

	Keys       string      `json:"keys" name:"keys" env:"KEYS" placeholder:"FILE" help:"The keys that seal the record; without it the file keys in the data folder."`
	KeyRing    hidden.Text `json:"-" kong:"-"` // the keys themselves, from the environment alone
	SigningKey string      `json:"signing_key" name:"signing-key" env:"SIGNING_KEY" placeholder:"FILE" help:"The key that signs checkpoints; without it the file signing-key in the data folder."`

	TLS         TLS         `json:"tls" embed:"" prefix:"tls-" envprefix:"TLS_"`
	OIDC        OIDC        `json:"oidc" embed:"" prefix:"oidc-" envprefix:"OIDC_"`
	SMTP        SMTP        `json:"smtp" embed:"" prefix:"smtp-" envprefix:"SMTP_"`
	Checkpoints Checkpoints `json:"checkpoints" embed:"" prefix:"checkpoints-" envprefix:"CHECKPOINTS_"`
	Log         Log         `json:"log" embed:"" prefix:"log-" envprefix:"LOG_"`
	Limits      Limits      `json:"limits" embed:"" prefix:"limits-" envprefix:"LIMITS_"`
	Timeouts    Timeouts    `json:"timeouts" embed:"" prefix:"timeouts-" envprefix:"TIMEOUTS_"`
	Keep        Keep        `json:"keep" embed:"" prefix:"keep-" envprefix:"KEEP_"`
}

// TLS says how connections are encrypted: with a certificate from files, or with one that is fetched by itself.
type TLS struct {
	Certificate string   `json:"certificate" name:"certificate" env:"CERTIFICATE" placeholder:"FILE" help:"The certificate, followed by those that it rests on, in PEM. It is read anew when the file changes."`
	Key         string   `json:"key" name:"key" env:"KEY" placeholder:"FILE" help:"The key of the certificate, in PEM."`
	Domains     []string `json:"domains" name:"domains" env:"DOMAINS" placeholder:"NAME" help:"Fetch certificates for these names by ACME, and keep them in the data folder. The server then asks the certificate authority on the network."`
	Directory   string   `json:"directory" name:"directory" env:"DIRECTORY" placeholder:"URL" help:"The ACME directory of the certificate authority; without it Let's Encrypt."`
	Contact     string   `json:"contact" name:"contact" env:"CONTACT" placeholder:"EMAIL" help:"Where the certificate authority may write to."`
}

// OIDC is the organisation's sign-in service.
type OIDC struct {
	Issuer           string      `json:"issuer" name:"issuer" env:"ISSUER" placeholder:"URL" help:"The address of the organisation's sign-in service (OpenID Connect), exactly as it calls itself."`
	ClientID         string      `json:"client_id" name:"client-id" env:"CLIENT_ID" placeholder:"ID" help:"The name under which Bulkhead is registered there."`
	ClientSecretFile string      `json:"client_secret_file" name:"client-secret-file" env:"CLIENT_SECRET_FILE" placeholder:"FILE" help:"The file that holds the secret of that registration."`
	ClientSecret     hidden.Text `json:"-" kong:"-"`
	Domains          []string    `json:"domains" name:"domains" env:"DOMAINS" placeholder:"NAME" help:"Let in only people with a confirmed e-mail address of one of these domains."`
}

// SMTP is the server that sends e-mail on.
type SMTP struct {
	Address      string      `json:"address" name:"address" env:"ADDRESS" placeholder:"HOST:PORT" help:"The server that sends e-mail on; without it none is sent."`
	From         string      `json:"from" name:"from" env:"FROM" placeholder:"EMAIL" help:"The address that e-mail comes from."`
	User         string      `json:"user" name:"user" env:"USER" placeholder:"NAME" help:"The name to sign in with at that server."`
	PasswordFile string      `json:"password_file" name:"password-file" env:"PASSWORD_FILE" placeholder:"FILE" help:"The file that holds the password for that."`
	Password     hidden.Text `json:"-" kong:"-"`
	TLS          MailTLS     `json:"tls" name:"tls" env:"TLS" default:"starttls" help:"How e-mail is encrypted on its way to that server: starttls, tls from the first byte, or none, which only a server on this machine may have."`
}

// Checkpoints says where checkpoints go beside the record, so that it cannot be rolled back in silence.
type Checkpoints struct {
	File       string      `json:"file" name:"file" env:"FILE" placeholder:"FILE" help:"A file, best on another machine's disk, to which each checkpoint is added."`
	Webhook    string      `json:"webhook" name:"webhook" env:"WEBHOOK" placeholder:"URL" help:"An address to which each checkpoint is sent."`
	WebhookKey hidden.Text `json:"-" kong:"-"`
}

// Log says what is logged, and how.
type Log struct {
	Level  LogLevel  `json:"level" name:"level" env:"LEVEL" default:"info" help:"What is logged: debug, info, warn or error."`
	Format LogFormat `json:"format" name:"format" env:"FORMAT" default:"auto" help:"How: text, json, or auto, which is text at a terminal and JSON otherwise."`
}

// Limits bounds what the server takes.
type Limits struct {
	Body    Size `json:"body" name:"body" env:"BODY" default:"33MiB" help:"The largest body of a request."`
	Headers Size `json:"headers" name:"headers" env:"HEADERS" default:"32KiB" help:"The largest head of a request: its address and headers."`
	Rate    int  `json:"rate" name:"rate" env:"RATE" default:"100" help:"How many requests a second one address may make over a time; 0 for any number. An office often shares one."`
	Burst   int  `json:"burst" name:"burst" env:"BURST" default:"400" help:"How many requests one address may make at once."`
}

// Timeouts bounds how long the server waits.
type Timeouts struct {
	Header   Duration `json:"header" name:"header" env:"HEADER" default:"10s" help:"For the head of a request to come in."`
	Read     Duration `json:"read" name:"read" env:"READ" default:"2m" help:"For a whole request to come in."`
	Write    Duration `json:"write" name:"write" env:"WRITE" default:"3m" help:"For a request to be answered, counted from the end of its head."`
	Idle     Duration `json:"idle" name:"idle" env:"IDLE" default:"2m" help:"For the next request on an open connection."`
	Drain    Duration `json:"drain" name:"drain" env:"DRAIN" default:"0" help:"How long to go on accepting while /readyz already says no, so that a load balancer notices."`
	Shutdown Duration `json:"shutdown" name:"shutdown" env:"SHUTDOWN" default:"20s" help:"For requests, and then for work in the background, to end before the server stops without them."`
}

// Keep says how long is kept what is not the record itself.
type Keep struct {
	Sessions Duration `json:"sessions" name:"sessions" env:"SESSIONS" default:"12h" help:"How long somebody stays signed in without doing anything. After a week they sign in again in any case, or after this time where it is longer."`
	Answers  Duration `json:"answers" name:"answers" env:"ANSWERS" default:"1d" help:"How long the answer to a request with an idempotency key is kept, for when it is repeated."`
	Postures Duration `json:"postures" name:"postures" env:"POSTURES" default:"0" help:"How long the content of postures is kept after newer ones took their place, 30d at the least; 0 for ever. That they were judged stays in the record."`
}

// DatabaseName is what the record is opened by: the address of PostgreSQL, or a file in the data folder.
func (c *Config) DatabaseName() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, "bulkhead.db")
}

// KeysFile is the file of the keys that seal the record.
func (c *Config) KeysFile() string { return or(c.Keys, filepath.Join(c.Data, "keys")) }

// SigningKeyFile is the file of the key that signs checkpoints.
func (c *Config) SigningKeyFile() string {
	return or(c.SigningKey, filepath.Join(c.Data, "signing-key"))
}

// CertificateCache is the folder where certificates are kept that were fetched.
func (c *Config) CertificateCache() string { return filepath.Join(c.Data, "certificates") }

// Encrypted says whether the server itself speaks TLS.
func (c *Config) Encrypted() bool { return c.TLS.Certificate != "" || len(c.TLS.Domains) > 0 }

// Local says whether the server listens on this machine alone.
func (c *Config) Local() bool { return onLoopback(c.Listen) }

// Private says whether the server is reached from this machine alone: it listens nowhere else, and stands behind no proxy
// that others could come through.
func (c *Config) Private() bool {
	return c.Local() && len(c.TrustedProxies) == 0 && (c.URL == "" || loopbackHost(hostOf(c.URL)))
}

// Answers says whether the server goes by a name, as the Host header gives it: that of the URL that is set; else those
// that certificates are fetched for; else, where it listens on this machine alone, this machine's. Otherwise it cannot
// know.
func (c *Config) Answers(host string) bool {
	name := hostname(host)
	switch {
	case c.URL != "" && loopbackHost(hostOf(c.URL)):
		return loopbackHost(name)
	case c.URL != "":
		u, err := url.Parse(c.URL)
		return err == nil && strings.EqualFold(withPort(u.Host, u.Scheme), withPort(host, u.Scheme))
	case len(c.TLS.Domains) > 0:
		return slices.ContainsFunc(c.TLS.Domains, func(d string) bool { return strings.EqualFold(d, name) })
	case c.Local():
		return loopbackHost(name)
	default:
		return true
	}
}

func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// hostname takes the port off a host.
func hostname(host string) string { return (&url.URL{Host: host}).Hostname() }

// withPort gives a host with its port, where it says none that of the scheme.
func withPort(host, scheme string) string {
	if (&url.URL{Host: host}).Port() != "" {
		return host
	}
	if scheme == "http" {
		return host + ":80"
	}
	return host + ":443"
}

// PublicURL is the address under which people reach a server that listens at an address: the one that is set, else the
// one that it listens on.
func (c *Config) PublicURL(listening string) string {
	if c.URL != "" {
		return c.URL
	}
	return c.ListenURL(listening)
}

// ListenURL is the address under which a program on this machine reaches a server that listens at an address.
func (c *Config) ListenURL(listening string) string {
	scheme := "http"
	if c.Encrypted() {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return scheme + "://" + listening
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1" // not its name: an empty container knows no names
	}
	return (&url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}).String()
}

// onLoopback says whether an address with a port is one of this machine alone.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && loopbackHost(host)
}

func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
