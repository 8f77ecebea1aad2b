package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// HookConfig says how webhooks are sent.
type HookConfig struct {
	Allowed []netip.Prefix   // what may be reached beside the public network, such as 10.1.0.0/16
	Roots   *x509.CertPool   // who may issue the certificates of receivers; nil for those that the machine trusts
	Timeout time.Duration    // for one try; zero for fifteen seconds
	Now     func() time.Time // nil for the machine's clock
}

const (
	defaultHookTimeout = 15 * time.Second
	maxHeaders         = 64 << 10 // bytes of an answer; its body is not read at all
)

// Sender sends webhooks. Several may be sent at once.
type Sender struct {
	client  *http.Client
	timeout time.Duration
	now     func() time.Time
}

// NewSender makes a Sender. A range that is none is invalid.
func NewSender(c HookConfig) (*Sender, error) {
	reach, err := newReach(c.Allowed)
	if err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = defaultHookTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	dialer := net.Dialer{Control: reach.control}
	wire := &http.Transport{ // by no proxy, for then it would be the proxy's address that is checked
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeaders,
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Sender{client: &http.Client{Transport: wire, CheckRedirect: stay}, timeout: c.Timeout, now: c.Now}, nil
}

// Deliver sends an event to a hook. No error means that the receiver has taken it, or that the hook did not ask for it. The
// cause of the fault is an [Undelivered] where it was tried.
func (s *Sender) Deliver(ctx context.Context, hook Hook, event Event) error {
	if !hook.Wants(event.Type) {
		return nil
	}
	body, err := event.body()
	if err != nil {
		return err
	}
	return s.post(ctx, hook, event.ID, body)
}

// post sends one signed webhook.
func (s *Sender) post(ctx context.Context, hook Hook, id string, body []byte) error {
	host, err := hook.host()
	if err != nil {
		return err
	}
	key, err := readKey(hook.Secret)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(body))
	if err != nil {
		return fault.New(fault.Invalid, "the address of the webhook at %s cannot be used", host)
	}
	timestamp := strconv.FormatInt(s.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Bulkhead")
	request.Header.Set(HeaderID, id)
	request.Header.Set(HeaderTimestamp, timestamp)
	request.Header.Set(HeaderSignature, sign(key, id, timestamp, body))
	if u := s.send(ctx, request); u != nil {
		return fail(u, fmt.Sprintf("the webhook to %s was not delivered", host))
	}
	return nil
}

// send makes the request and judges the answer by its status alone.
func (s *Sender) send(ctx context.Context, request *http.Request) *Undelivered {
	answer, err := s.client.Do(request)
	if errors.As(err, &forbidden{}) {
		return &Undelivered{Verdict: Refused, Why: "its address is inside the network and is not one that the configuration allows"}
	} else if err != nil {
		return &Undelivered{Verdict: Again, Why: trouble(ctx, err)}
	}
	_ = answer.Body.Close() // nothing in it matters, however long it is
	return s.judge(answer)
}

// judge says what the status of an answer means; nil for done.
func (s *Sender) judge(answer *http.Response) *Undelivered {
	u := &Undelivered{Verdict: Refused, Why: fmt.Sprintf("it answered %d", answer.StatusCode)}
	switch status := answer.StatusCode; {
	case status >= 200 && status <= 299:
		return nil
	case status >= 300 && status <= 399:
		u.Why += ": redirects are not followed, so give the address that it leads to"
	case status == http.StatusGone:
		u.Verdict = Gone
		u.Why += ": it wants no more webhooks"
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		u.Verdict, u.After = Again, s.wait(answer.Header.Get("Retry-After"))
	}
	return u
}

// wait reads Retry-After (RFC 9110): seconds or a time, within bounds; zero where it says nothing that can be used.
func (s *Sender) wait(asked string) time.Duration {
	if seconds, err := strconv.ParseInt(asked, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(LongestWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(asked); err == nil {
		return min(max(at.Sub(s.now()), 0), LongestWait)
	}
	return 0
}
