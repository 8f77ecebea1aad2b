package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// Security says how the way to the mail server is kept private. There is no mode that encrypts only if the server happens to
// offer it: somebody on the way could take the offer out.
type Security string

// The modes.
const (
	StartTLS Security = "starttls" // begin in the clear, and go on only over TLS; the usual port is 587
	TLS      Security = "tls"      // TLS from the first byte; the usual port is 465
	Unsecure Security = "none"     // no TLS, to a mail server on this machine only
)

// MailConfig says by which server email leaves.
type MailConfig struct {
	Address  string           // of the mail server: HOST:PORT
	User     string           // empty where the server asks for none
	Password hidden.Text      // of the user
	From     string           // whom the emails are from: an address, or a name and an address
	Security Security         // empty for StartTLS
	Roots    *x509.CertPool   // who may issue the server's certificate; nil for those that the machine trusts
	Hello    string           // how this machine names itself to the server; empty for its host name
	Timeout  time.Duration    // for all of one email; zero for half a minute
	Now      func() time.Time // nil for the machine's clock
}

const defaultMailTimeout = 30 * time.Second

// maxConversation bounds what a mail server can say in the course of one email, in bytes.
const maxConversation = 1 << 20

// Mailer sends email. It keeps no connection open between two emails, and several may be sent at once.
type Mailer struct {
	config MailConfig
	host   string
	port   int
	domain string // of the address that emails are from
}

// NewMailer makes a Mailer. A configuration that would not work, or would send in the clear to another machine, is invalid.
func NewMailer(c MailConfig) (*Mailer, error) {
	host, number, err := net.SplitHostPort(c.Address)
	port, numberErr := strconv.ParseUint(number, 10, 16)
	if err != nil || numberErr != nil || host == "" || port == 0 || strings.ContainsFunc(host, unprintable) {
		return nil, fault.New(fault.Invalid, "the address of the mail server is not HOST:PORT, such as mail.department.example:587")
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil || checkAddress(from.Address) != nil || from.Name != "" && checkRole(from.Name) != nil {
		return nil, fault.New(fault.Invalid, "what emails are from is not an address, such as bulkhead@department.example")
	}
	if c.User != "" && c.Password.Reveal() == "" || c.User == "" && c.Password.Reveal() != "" {
		return nil, fault.New(fault.Invalid, "the mail server needs both a user and a password, or neither")
	}
	if strings.ContainsFunc(c.Hello, unprintable) {
		return nil, fault.New(fault.Invalid, "the name by which this machine greets the mail server is not a host name")
	}
	if c.Security == "" {
		c.Security = StartTLS
	}
	if err := c.Security.check(host); err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = defaultMailTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	domain := from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	return &Mailer{config: c, host: host, port: int(port), domain: domain}, nil
}

func (s Security) check(host string) error {
	switch s {
	case StartTLS, TLS:
		return nil
	case Unsecure:
		if onLoopback(host) {
			return nil
		}
		return fault.New(fault.Invalid, "email to a mail server on another machine needs TLS: set the security to %s or %s", StartTLS, TLS)
	}
	return fault.New(fault.Invalid, "the security of email is %s, %s or %s", StartTLS, TLS, Unsecure)
}

// Send gives a message to the mail server. No error means that the server took it on. The cause of any other fault is an
// [Undelivered].
func (m *Mailer) Send(ctx context.Context, message Message) error {
	if message.id == "" {
		return fault.New(fault.Invalid, "the email is empty: make it from a digest or a link")
	}
	letter, err := message.letter(m.config.From, m.domain, m.config.Now())
	if err != nil {
		return fault.New(fault.Invalid, "the email could not be written")
	}
	ctx, cancel := context.WithTimeout(ctx, m.config.Timeout)
	defer cancel() // also ends the connection, however the conversation went
	client, err := m.client(ctx)
	if err != nil {
		return fault.New(fault.Internal, "the mail client could not be set up")
	}
	err = client.DialAndSendWithContext(ctx, letter)
	if err == nil || letter.IsDelivered() { // a quarrel while saying goodbye changes nothing
		return nil
	}
	return fail(m.undelivered(ctx, err), "the email was not sent")
}

// client makes what leads the conversation for one email.
func (m *Mailer) client(ctx context.Context) (*mail.Client, error) {
	options := []mail.Option{
		mail.WithPort(m.port),
		mail.WithTimeout(2 * m.config.Timeout), // for each step; all together are held to the timeout by the context
		mail.WithTLSPolicy(mail.TLSMandatory),
		mail.WithTLSConfig(m.tls()),
		mail.WithDialContextFunc(func(_ context.Context, network, address string) (net.Conn, error) {
			return m.dial(ctx, network, address)
		}),
		mail.WithoutNoop(), mail.WithoutRset(), // the connection is for one email
	}
	if m.config.Security != StartTLS {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS)) // what dial gives is encrypted, or does not leave the machine
	}
	if m.config.Hello != "" {
		options = append(options, mail.WithHELO(m.config.Hello))
	}
	if m.config.User != "" {
		options = append(options, mail.WithUsername(m.config.User), mail.WithPassword(m.config.Password.Reveal()),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	return mail.NewClient(m.host, options...)
}

func (m *Mailer) tls() *tls.Config {
	return &tls.Config{ServerName: m.host, RootCAs: m.config.Roots, MinVersion: tls.VersionTLS12}
}

// dial makes a connection that ends with the context.
func (m *Mailer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{}
	if m.config.Security == Unsecure {
		dialer.Control = loopbackOnly
	}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	short := &shortConn{conn, io.LimitReader(conn, maxConversation)}
	if m.config.Security != TLS {
		return short, nil
	}
	secure := tls.Client(short, m.tls())
	return secure, secure.HandshakeContext(ctx)
}

// loopbackOnly refuses an address on another machine, whatever name led to it.
func loopbackOnly(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !to.Addr().Unmap().IsLoopback() {
		return forbidden{}
	}
	return nil
}

// shortConn is a connection on which the other side may not talk for ever.
type shortConn struct {
	net.Conn
	bounded io.Reader
}

func (s *shortConn) Read(b []byte) (int, error) { return s.bounded.Read(b) }

// undelivered says why an email was not sent, and what to do. Only what the server says of this reader or this email is for
// good: anything else is a matter of the configuration or of the network, and the email is worth keeping until that is mended.
func (m *Mailer) undelivered(ctx context.Context, err error) *Undelivered {
	u := &Undelivered{Verdict: Again}
	sending, ok := errors.AsType[*mail.SendError](err)
	answer, refused := errors.AsType[*textproto.Error](err)
	switch {
	case ok && sending.ErrorCode() > 0:
		u.Why = fmt.Sprintf("the mail server %s answered %d %s", m.host, sending.ErrorCode(), step(sending.Reason))
		if sending.ErrorCode() >= 500 && (sending.Reason == mail.ErrSMTPRcptTo || sending.Reason == mail.ErrSMTPDataClose) {
			u.Verdict = Refused
		}
	case refused:
		u.Why = fmt.Sprintf("the mail server %s answered %d before the email was handed over; check the user, the password and the security in the configuration", m.host, answer.Code)
	case errors.As(err, &forbidden{}):
		u.Why = fmt.Sprintf("the name %s leads to another machine, and email goes there with TLS only", m.host)
	case ctx.Err() != nil || ok || broken(err):
		u.Why = fmt.Sprintf("the mail server %s: %s", m.host, trouble(ctx, err))
	default: // the conversation was sound, so it was left for want of something
		u.Why = fmt.Sprintf("the mail server %s does not offer what the configuration asks for: TLS, or a way to sign in that is known here", m.host)
	}
	return u
}

// broken says whether the connection itself failed.
func broken(err error) bool {
	var wire net.Error
	var record tls.RecordHeaderError
	var protocol textproto.ProtocolError
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &wire) || errors.As(err, &record) || errors.As(err, &protocol) || errors.As(err, &certificate) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// step says what the server answered to.
func step(reason mail.SendErrReason) string {
	switch reason {
	case mail.ErrSMTPMailFrom:
		return "to the sender's address"
	case mail.ErrSMTPRcptTo:
		return "to the reader's address"
	default:
		return "to the email itself"
	}
}
