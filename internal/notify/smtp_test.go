package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// certificate makes a certificate for names and numbers, and the pool that trusts it.
func certificate(t testing.TB, until time.Time, names ...string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// office is a mail server. It answers each command as its script says, or as a friendly server would.
type office struct {
	Address string
	Roots   *x509.CertPool

	offers []string // in its answer to EHLO

	mutex   sync.Mutex
	tls     *tls.Config
	answers map[string]func() string // by command; an empty answer closes the connection
	heard   []string                 // every line of the conversation, and whether it came over TLS
	letters []string                 // what it took on
}

const (
	inTheClear = "clear: "
	overTLS    = "tls: "
)

// newOffice starts a mail server on this machine that knows its own certificate, and what it offers beside.
func newOffice(t testing.TB, offers ...string) *office {
	t.Helper()
	cert, roots := certificate(t, time.Now().Add(time.Hour), "127.0.0.1", "localhost")
	o := &office{Roots: roots, offers: offers, tls: &tls.Config{Certificates: []tls.Certificate{cert}}, answers: map[string]func() string{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Address = listener.Addr().String()
	var talks sync.WaitGroup
	t.Cleanup(func() { listener.Close(); talks.Wait() })
	talks.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			talks.Go(func() { o.talk(conn) })
		}
	})
	return o
}

// answer sets what the server says to a command.
func (o *office) answer(command, text string) { o.act(command, func() string { return text }) }

// act sets what the server does at a command.
func (o *office) act(command string, act func() string) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.answers[command] = act
}

// present changes the server's certificate.
func (o *office) present(cert tls.Certificate) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.tls = &tls.Config{Certificates: []tls.Certificate{cert}}
}

// script is what the server was told to do at a command; nil for what a friendly one does.
func (o *office) script(command string) func() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.answers[command]
}

func (o *office) secure(conn net.Conn) net.Conn {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return tls.Server(conn, o.tls)
}

func (o *office) talk(conn net.Conn) {
	defer func() { conn.Close() }()
	how := inTheClear
	if o.script("TLS") != nil {
		conn, how = o.secure(conn), overTLS
	}
	lines := bufio.NewReader(conn)
	if !o.say(conn, "GREETING", "220 office.example ready") {
		return
	}
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		o.mutex.Lock()
		o.heard = append(o.heard, how+line)
		o.mutex.Unlock()
		command := strings.ToUpper(line[:min(4, len(line))])
		friendly := map[string]string{
			"EHLO": "250-office.example\r\n250-" + strings.Join(append(o.offers, "8BITMIME"), "\r\n250-") + "\r\n250 ENHANCEDSTATUSCODES",
			"STAR": "220 go on", "AUTH": "235 2.7.0 welcome", "MAIL": "250 2.1.0 yes", "RCPT": "250 2.1.5 yes", "DATA": "354 go on", "QUIT": "221 2.0.0 bye",
		}[command]
		if !o.say(conn, command, friendly) || command == "QUIT" {
			return
		}
		switch command {
		case "STAR":
			conn, how = o.secure(conn), overTLS
			lines = bufio.NewReader(conn)
		case "DATA":
			if o.script("DATA") != nil {
				continue // it refused
			}
			if !o.take(conn, lines) {
				return
			}
		}
	}
}

// take reads a letter to its end.
func (o *office) take(conn net.Conn, lines *bufio.Reader) bool {
	var letter strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		letter.WriteString(strings.TrimPrefix(line, "."))
	}
	o.mutex.Lock()
	o.letters = append(o.letters, letter.String())
	o.mutex.Unlock()
	return o.say(conn, "LETTER", "250 2.0.0 kept")
}

func (o *office) say(conn io.Writer, command, text string) bool {
	if own := o.script(command); own != nil {
		text = own()
	}
	if text == "" {
		return false
	}
	_, err := io.WriteString(conn, text+"\r\n")
	return err == nil
}

// got gives what the server took on.
func (o *office) got() []string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return append([]string(nil), o.letters...)
}

// conversation gives all that the server was told, but for letters.
func (o *office) conversation() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return strings.Join(o.heard, "\n")
}
