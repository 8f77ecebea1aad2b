package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Verdict says what to do about something that did not arrive.
type Verdict string

// The verdicts.
const (
	Again   Verdict = "again"   // it may work later: try again
	Refused Verdict = "refused" // it will not work as it is: put it aside for a person
	Gone    Verdict = "gone"    // the receiver wants no more: switch the webhook off
)

// Undelivered is the cause of every fault of a delivery that was tried and failed.
type Undelivered struct {
	Verdict Verdict
	After   time.Duration // with Again: the least time to wait, as the receiver asked; at most [LongestWait]
	Why     string        // the end of a sentence, in our own words
}

// LongestWait bounds how long a receiver can put a delivery off.
const LongestWait = 24 * time.Hour

// Error gives the reason.
func (u *Undelivered) Error() string { return u.Why }

// VerdictOf says what the error of a delivery asks for: the verdict, and with [Again] the least time to wait. An error that
// the caller can mend, such as a message that is not well formed, is refused; any other is worth another try.
func VerdictOf(err error) (Verdict, time.Duration) {
	if u, ok := errors.AsType[*Undelivered](err); ok {
		return u.Verdict, u.After
	}
	if fault.KindOf(err) == fault.Internal {
		return Again, 0
	}
	return Refused, 0
}

// fail makes the fault of a delivery from what could not be delivered and why.
func fail(u *Undelivered, what string) error {
	kind := fault.Invalid
	if u.Verdict == Again {
		kind = fault.Internal
	}
	return fault.Wrap(kind, u, "%s", what)
}

// trouble says why a connection failed. Nothing of the error's own text is taken, for it may hold what the other side sent.
func trouble(ctx context.Context, err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled), errors.Is(err, context.Canceled):
		return "it was broken off here"
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return "there was no answer in time"
	case errors.As(err, &dns):
		return "its name was not found"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	}
	return certificateTrouble(err)
}

// certificateTrouble says what is wrong with the certificate of the other side, if that is what is wrong.
func certificateTrouble(err error) string {
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var verification *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		return "its certificate is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has expired or is not valid yet"
	case errors.As(err, &unknown):
		return "its certificate was issued by nobody whom this machine trusts"
	case errors.As(err, &verification):
		return "its certificate is not valid"
	}
	return "the connection failed"
}
