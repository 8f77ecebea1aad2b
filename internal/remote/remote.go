// Package remote is the use cases of the command line that ask a server: a pipeline brings a service file or evidence, and
// somebody at a terminal looks at what the server holds. A file a noun.
//
// It promises that a token goes to the one server that it was meant for and to nobody else: never unencrypted over a
// network, never on to where an answer points, and into no error. Every request has an end. One that may not have come
// through is sent again under the same key, so that nothing is done twice. It never decides who may do what, and it judges
// nothing: the server does.
package remote

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

// Server is a server as a program with a token asks it.
type Server struct {
	base   *url.URL
	token  hidden.Text
	agent  string
	client *http.Client
	pause  func(context.Context, time.Duration)
}

// New names a server by its address, such as https://bulkhead.example.org, and the token to ask it with. Version is that
// of this program. Nothing is asked yet.
func New(address, token, version string) (*Server, error) {
	base, err := baseOf(address)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(token) == "" {
		return nil, fault.New(fault.Invalid, "there is no token to ask the server with: name the file that holds it with --token-file, or put it into BULKHEAD_TOKEN; `bulkhead token create --help` says how one is made")
	}
	secret, err := signin.ParseSecret(signin.Token, strings.TrimSpace(token))
	if err != nil {
		return nil, fault.New(fault.Invalid, "what was given as a token is none, or was cut short: a token begins with bh_t_ and has 53 characters")
	}
	return &Server{
		base: base, token: secret, agent: "bulkhead/" + version, pause: sleep,
		client: &http.Client{Timeout: requestTime, Transport: transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// Address is where the server is.
func (s *Server) Address() string { return s.base.String() }

// Bounds, so that a pipeline never waits for a server without end.
const (
	requestTime = 2 * time.Minute
	connectTime = 10 * time.Second
	answerMost  = 64 << 20 // bytes
)

func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: connectTime}).DialContext,
		TLSHandshakeTimeout:   connectTime,
		ResponseHeaderTimeout: time.Minute,
		IdleConnTimeout:       time.Minute,
		ForceAttemptHTTP2:     true,
	}
}

// baseOf reads the address of a server. A token is never sent unencrypted, but to this machine itself.
func baseOf(address string) (*url.URL, error) {
	if address == "" {
		return nil, fault.New(fault.Invalid, "say which server: --server https://bulkhead.example.org, or BULKHEAD_SERVER")
	}
	u, err := url.Parse(strings.TrimRight(address, "/"))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fault.New(fault.Invalid, "--server: expected an address such as https://bulkhead.example.org")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "":
		return nil, fault.New(fault.Invalid, "--server: expected the address of the server alone, such as %s://%s", u.Scheme, u.Host)
	case u.Scheme == "http" && !thisMachine(u.Hostname()):
		return nil, fault.New(fault.Invalid, "--server: the token would go to %s unencrypted, where others can read it on its way: use an address that begins with https://", u.Hostname())
	}
	return u, nil
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
