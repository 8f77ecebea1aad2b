package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

// CheckHealth asks the server that runs on this machine with these settings whether it is ready. It is what a container
// that holds nothing but the program checks its health with.
func CheckHealth(ctx context.Context, c settings.Config) error {
	at, err := url.Parse(c.ListenURL(c.Listen))
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the address to listen on cannot be asked")
	}
	config, err := trustOwn(c)
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		TLSClientConfig: config, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, at.Host)
		},
	}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.JoinPath("readyz").String(), nil)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the address to listen on cannot be asked")
	}
	answer, err := client.Do(r)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the server does not answer at %s", at)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fault.New(fault.Internal, "the server at %s is not ready: it answers %s", at, answer.Status)
	}
	return nil
}

// trustOwn trusts the server's own certificate, whoever signed it, under the name that it is for.
func trustOwn(c settings.Config) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(c.TLS.Domains) > 0 {
		config.ServerName = c.TLS.Domains[0]
	}
	if c.TLS.Certificate == "" {
		return config, nil
	}
	text, err := os.ReadFile(c.TLS.Certificate)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the certificate %s cannot be read", c.TLS.Certificate)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fault.New(fault.Invalid, "the certificate %s is not in PEM", c.TLS.Certificate)
	}
	own, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the certificate %s cannot be used", c.TLS.Certificate)
	}
	config.RootCAs = x509.NewCertPool()
	config.RootCAs.AddCert(own)
	if len(own.DNSNames) > 0 {
		config.ServerName = own.DNSNames[0]
	}
	return config, nil
}
