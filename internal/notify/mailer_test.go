package notify_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
)

const password = "correct-horse-battery"

func clock() time.Time { return time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC) }

// to gives the configuration for a mail server that asks for TLS and a password.
func to(o *office) notify.MailConfig {
	return notify.MailConfig{
		Address: o.Address, User: "bulkhead", Password: hidden.Conceal(password), From: "Bulkhead <bulkhead@department.example>",
		Roots: o.Roots, Timeout: time.Minute, Now: clock,
	}
}

func mailer(t testing.TB, c notify.MailConfig) *notify.Mailer {
	t.Helper()
	m, err := notify.NewMailer(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func message(t testing.TB) notify.Message {
	t.Helper()
	m, err := digest().Message()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// opened gives the headers and the text of a letter.
func opened(t testing.TB, letter string) (mail.Header, string) {
	t.Helper()
	read, err := mail.ReadMessage(strings.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	if how := read.Header.Get("Content-Transfer-Encoding"); how != "quoted-printable" {
		t.Fatalf("the text is encoded as %s", how)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(read.Body))
	if err != nil {
		t.Fatal(err)
	}
	return read.Header, strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n") + "\n"
}

func TestSendOverStartTLS(t *testing.T) {
	o := newOffice(t, "STARTTLS", "AUTH PLAIN LOGIN")
	m := message(t)
	if err := mailer(t, to(o)).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if len(o.got()) != 1 {
		t.Fatalf("%d letters arrived", len(o.got()))
	}
	header, text := opened(t, o.got()[0])
	if text != m.Text() {
		t.Errorf("the text arrived as\n%s", text)
	}
	want := mail.Header{
		"Auto-Submitted": {"auto-generated"}, "Content-Transfer-Encoding": {"quoted-printable"}, "Content-Type": {"text/plain; charset=UTF-8"},
		"Date": {"Sun, 22 Nov 2026 07:00:00 +0000"}, "From": {`"Bulkhead" <bulkhead@department.example>`},
		"List-Unsubscribe": {"<https://bulkhead.example/settings/email>"}, "Message-Id": {"<digest-1@department.example>"}, "Mime-Version": {"1.0"},
		"Subject": {"Bulkhead: 11 things wait for you"}, "To": {"<owner@department.example>"},
	}
	for name, values := range header {
		if !slices.Equal(values, want[name]) {
			t.Errorf("%s is %q, not %q", name, values, want[name])
		}
	}
	if len(header) != len(want) {
		t.Errorf("the headers are %v", header)
	}
	heard := o.conversation()
	if strings.Contains(heard, "clear: AUTH") || strings.Contains(heard, "clear: MAIL") || !strings.Contains(heard, "tls: AUTH PLAIN ") {
		t.Errorf("the conversation was\n%s", heard)
	}
}

func TestSendOverTLSFromTheFirstByte(t *testing.T) {
	o := newOffice(t, "AUTH LOGIN")
	o.answer("TLS", "yes")
	steps := []string{"334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 2.7.0 welcome"}
	next := func() string { step := steps[0]; steps = steps[1:]; return step }
	credentials := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for _, command := range []string{"AUTH", strings.ToUpper(credentials("bulkhead")[:4]), strings.ToUpper(credentials(password)[:4])} {
		o.act(command, next)
	}
	c := to(o)
	c.Security = notify.TLS
	if err := mailer(t, c).Send(t.Context(), message(t)); err != nil {
		t.Fatal(err)
	}
	if len(o.got()) != 1 || strings.Contains(o.conversation(), "clear: ") {
		t.Errorf("%d letters arrived:\n%s", len(o.got()), o.conversation())
	}
}

func TestSendWithoutTLSStaysOnThisMachine(t *testing.T) {
	o := newOffice(t)
	c := notify.MailConfig{Address: o.Address, From: "bulkhead@department.example", Security: notify.Unsecure}
	if err := mailer(t, c).Send(t.Context(), message(t)); err != nil {
		t.Fatal(err)
	}
	if len(o.got()) != 1 {
		t.Error("it did not arrive")
	}
	for _, address := range []string{"mail.department.example:25", "192.0.2.7:25", "10.0.0.1:25", "localhost.department.example:25", "[fe80::1]:25"} {
		c.Address = address
		if _, err := notify.NewMailer(c); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "needs TLS") {
			t.Errorf("to %s: %v", address, err)
		}
	}
}

// TestNothingIsSaidInTheClear: a server that offers no TLS, such as one whose offer was taken out on the way, gets neither
// the email nor the password.
func TestNothingIsSaidInTheClear(t *testing.T) {
	o := newOffice(t, "AUTH PLAIN LOGIN")
	err := mailer(t, to(o)).Send(t.Context(), message(t))
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || !strings.Contains(err.Error(), "does not offer what the configuration asks for: TLS") {
		t.Errorf("it gave %v", err)
	}
	if heard := o.conversation(); strings.Contains(heard, "AUTH") || strings.Contains(heard, "MAIL") {
		t.Errorf("the server was told\n%s", heard)
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		until   time.Time
		names   string
		trusted bool
		why     string
	}{
		"a stranger":   {time.Now().Add(time.Hour), "127.0.0.1", false, "issued by nobody whom this machine trusts"},
		"another name": {time.Now().Add(time.Hour), "mail.example", true, "for another name"},
		"expired":      {time.Now().Add(-time.Hour), "127.0.0.1", true, "has expired or is not valid yet"},
	} {
		for _, security := range []notify.Security{notify.StartTLS, notify.TLS} {
			o := newOffice(t, "STARTTLS", "AUTH PLAIN")
			if security == notify.TLS {
				o.answer("TLS", "yes")
			}
			cert, roots := certificate(t, c.until, c.names)
			o.present(cert)
			config := to(o)
			config.Security = security
			if c.trusted {
				config.Roots = roots
			}
			err := mailer(t, config).Send(t.Context(), message(t))
			if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%s over %s: %v", name, security, err)
			}
			if heard := o.conversation(); strings.Contains(heard, "AUTH") || strings.Contains(heard, "MAIL") {
				t.Errorf("%s over %s: the server was told\n%s", name, security, heard)
			}
		}
	}
}

func TestWhatTheServerSaysDecides(t *testing.T) {
	for _, c := range []struct {
		command, answer string
		verdict         notify.Verdict // empty for sent
		why             string
	}{
		{"GREETING", "554 5.3.2 closed", notify.Again, "answered 554 before the email was handed over"},
		{"GREETING", "hello?", notify.Again, "the connection failed"},
		{"GREETING", "", notify.Again, "the connection failed"},
		{"AUTH", "535 5.7.8 no", notify.Again, "answered 535 before the email was handed over; check the user, the password"},
		{"AUTH", "454 4.7.0 later", notify.Again, "answered 454"},
		{"MAIL", "550 5.7.1 who are you", notify.Again, "answered 550 to the sender's address"},
		{"MAIL", "421 4.3.2 later", notify.Again, "answered 421 to the sender's address"},
		{"RCPT", "550 5.1.1 nobody here", notify.Refused, "answered 550 to the reader's address"},
		{"RCPT", "450 4.2.1 later", notify.Again, "answered 450 to the reader's address"},
		{"DATA", "451 4.3.0 later", notify.Again, "answered 451 to the email itself"},
		{"DATA", "", notify.Again, "the connection failed"},
		{"LETTER", "554 5.7.1 spam", notify.Refused, "answered 554 to the email itself"},
		{"LETTER", "452 4.3.1 full", notify.Again, "answered 452 to the email itself"},
		{"LETTER", "", notify.Again, "the connection failed"},
		{"QUIT", "500 what", "", ""},
		{"QUIT", "", "", ""},
	} {
		o := newOffice(t, "STARTTLS", "AUTH PLAIN")
		o.answer(c.command, c.answer)
		err := mailer(t, to(o)).Send(t.Context(), message(t))
		if c.verdict == "" {
			if err != nil || len(o.got()) != 1 {
				t.Errorf("%s %q: %v", c.command, c.answer, err)
			}
			continue
		}
		u, ok := errors.AsType[*notify.Undelivered](err)
		if !ok || u.Verdict != c.verdict || !strings.Contains(err.Error(), "the email was not sent: the mail server 127.0.0.1") || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s %q: %v", c.command, c.answer, err)
		}
	}
}

func TestASilentServerIsLeft(t *testing.T) {
	for _, command := range []string{"GREETING", "EHLO", "STAR", "AUTH", "RCPT", "LETTER"} {
		o := newOffice(t, "STARTTLS", "AUTH PLAIN")
		release := make(chan struct{})
		o.act(command, func() string { <-release; return "" })
		c := to(o)
		c.Timeout = 200 * time.Millisecond
		err := mailer(t, c).Send(t.Context(), message(t))
		close(release)
		if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || !strings.Contains(err.Error(), "there was no answer in time") {
			t.Errorf("silent at %s: %v", command, err)
		}
	}
}

func TestSendIsBrokenOff(t *testing.T) {
	o := newOffice(t, "STARTTLS", "AUTH PLAIN")
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	o.act("RCPT", func() string { cancel(); <-release; return "" })
	err := mailer(t, to(o)).Send(ctx, message(t))
	close(release)
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || !strings.Contains(err.Error(), "it was broken off here") {
		t.Errorf("it gave %v", err)
	}
}

// TestATalkativeServerIsLeft: a server that never stops talking does not fill the memory.
func TestATalkativeServerIsLeft(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan int)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		n, out := 0, bufio.NewWriter(conn)
		for {
			more, err := out.WriteString("220-and so on and so forth\r\n")
			n += more
			if err != nil {
				said <- n
				return
			}
		}
	}()
	defer listener.Close()
	c := notify.MailConfig{Address: listener.Addr().String(), From: "bulkhead@department.example", Security: notify.Unsecure, Timeout: time.Minute}
	if err := mailer(t, c).Send(t.Context(), message(t)); err == nil {
		t.Error("it was sent")
	}
	if n := <-said; n > 64<<20 {
		t.Errorf("the server could say %d bytes", n)
	}
}

func TestNobodyListens(t *testing.T) {
	c := notify.MailConfig{Address: "127.0.0.1:1", From: "bulkhead@department.example"} // nobody may listen there
	err := mailer(t, c).Send(t.Context(), message(t))
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || !strings.Contains(err.Error(), "nothing listens there") {
		t.Errorf("it gave %v", err)
	}
}

func TestNewMailerRefuses(t *testing.T) {
	good := notify.MailConfig{Address: "mail.department.example:587", From: "bulkhead@department.example"}
	for name, change := range map[string]func(*notify.MailConfig){
		"no port":              func(c *notify.MailConfig) { c.Address = "mail.department.example" },
		"a port too high":      func(c *notify.MailConfig) { c.Address = "mail.department.example:70000" },
		"no host":              func(c *notify.MailConfig) { c.Address = ":587" },
		"a line in the host":   func(c *notify.MailConfig) { c.Address = "mail\r\n.example:587" },
		"no sender":            func(c *notify.MailConfig) { c.From = "" },
		"two senders":          func(c *notify.MailConfig) { c.From = "a@b.example, c@d.example" },
		"a line in the sender": func(c *notify.MailConfig) { c.From = "a@b.example\r\nBcc: c@d.example" },
		"a user alone":         func(c *notify.MailConfig) { c.User = "bulkhead" },
		"a password alone":     func(c *notify.MailConfig) { c.Password = hidden.Conceal(password) },
		"a line in the hello":  func(c *notify.MailConfig) { c.Hello = "me\r\nMAIL FROM:<a@b.example>" },
		"TLS if it happens":    func(c *notify.MailConfig) { c.Security = "opportunistic" },
	} {
		c := good
		change(&c)
		if _, err := notify.NewMailer(c); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), password) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := mailer(t, good).Send(t.Context(), notify.Message{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an empty message gave %v", err)
	}
}
