package server_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
)

// certify writes a certificate for a name and its key into a folder, and gives the certificate.
func certify(t testing.TB, dir string, number int64, name string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	like := &x509.Certificate{SerialNumber: big.NewInt(number), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, like, like, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path+".new", pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(number*1000, 0)
		if err := os.Chtimes(path+".new", at, at); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// over asks for a page over TLS, trusting one certificate.
func over(t testing.TB, url string, trust *x509.Certificate, name string, most uint16) (*http.Response, error) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(trust)
	transport := &http.Transport{ForceAttemptHTTP2: true, DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name, MaxVersion: most}}
	answer, err := (&http.Client{Transport: transport}).Get(url)
	if err == nil {
		_ = answer.Body.Close()
	}
	return answer, err
}

func TestOverTLS(t *testing.T) {
	dir := t.TempDir()
	first := certify(t, dir, 1, "localhost")
	c := config(t, "--tls-certificate="+filepath.Join(dir, "cert.pem"), "--tls-key="+filepath.Join(dir, "key.pem"))
	r := start(t, c, server.Parts{Web: who})
	c.Listen = r.host()
	if !strings.HasPrefix(r.url, "https://127.0.0.1:") {
		t.Errorf("it printed %s", r.url)
	}
	answer, err := over(t, r.url, first, "localhost", 0)
	if err != nil {
		t.Fatal(err)
	}
	if answer.ProtoMajor != 2 || answer.Header.Get("Strict-Transport-Security") == "" || answer.TLS.Version != tls.VersionTLS13 {
		t.Errorf("answered with %s, %v", answer.Proto, answer.Header)
	}
	if _, err := over(t, r.url, first, "localhost", tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is still spoken")
	}
	if err := server.CheckHealth(t.Context(), c); err != nil {
		t.Errorf("it does not find itself ready: %v", err)
	}
	if got := r.raw("GET / HTTP/1.1\r\nHost: HOST\r\n\r\n"); !strings.Contains(got, "400") {
		t.Errorf("unencrypted, it answers %q", got)
	}

	second := certify(t, dir, 2, "localhost")
	if _, err := over(t, r.url, second, "localhost", 0); err != nil {
		t.Errorf("a certificate that was renewed is not used: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cert.pem"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := over(t, r.url, second, "localhost", 0); err != nil {
		t.Errorf("rubbish took the place of the certificate: %v", err)
	}
}

func TestACertificateThatCannotBeUsedIsToldAtOnce(t *testing.T) {
	c := config(t, "--tls-certificate=/nowhere/cert.pem", "--tls-key=/nowhere/key.pem")
	err := server.Run(t.Context(), c, server.Parts{Store: record(t, c), Web: text(""), API: text(""), Log: server.NewLog(c.Log, &pipe{})}, &pipe{})
	if fault.ExitCode(err) != 2 || !strings.Contains(err.Error(), "/nowhere/cert.pem") {
		t.Errorf("got %v", err)
	}
}

func TestAServerIsAskedWhetherItIsReady(t *testing.T) {
	c := config(t, "--listen=127.0.0.1:1", "--url=https://bulkhead.example.org")
	if err := server.CheckHealth(t.Context(), c); err == nil || !strings.Contains(err.Error(), "does not answer at http://127.0.0.1:") {
		t.Errorf("nobody is there: %v", err)
	}
	c.Listen = "127.0.0.1:0"
	s := record(t, c)
	c.Listen = start(t, c, server.Parts{Store: s}).host()
	if err := server.CheckHealth(t.Context(), c); err != nil {
		t.Error(err)
	}
	_ = s.Close()
	if err := server.CheckHealth(t.Context(), c); err == nil || !strings.Contains(err.Error(), "is not ready: it answers 503") {
		t.Errorf("the record is closed: %v", err)
	}
}

// The certificate authority is asked for the names that are set and for no other, and not before somebody comes.
func TestACertificateIsFetchedForTheNamesThatAreSet(t *testing.T) {
	var asked atomic.Int32
	authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	defer authority.Close()
	r := start(t, config(t, "--tls-domains=bulkhead.example.org", "--tls-directory="+authority.URL), server.Parts{})
	for _, c := range []struct {
		name string
		want int32
	}{{"other.example.org", 0}, {"", 0}, {"bulkhead.example.org", 1}} {
		conn, err := tls.Dial("tcp", r.host(), &tls.Config{ServerName: c.name, InsecureSkipVerify: c.name == ""})
		if err == nil {
			_ = conn.Close()
			t.Errorf("there is a certificate for %q, and nobody gave one", c.name)
		}
		if got := asked.Load(); min(got, 1) != c.want {
			t.Errorf("after %q, the authority was asked %d times", c.name, got)
		}
	}
}
