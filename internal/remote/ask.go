package remote

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// question is one request, which may have to be sent more than once.
type question struct {
	method string
	path   []string // below /api/v1
	query  url.Values
	body   []byte
	key    string // the same each time it is sent
}

// reply is what was answered.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// pauses are how long to wait before a request that may not have come through is sent again.
func pauses() []time.Duration { return []time.Duration{300 * time.Millisecond, time.Second} }

// get asks for something; into may be nil.
func (s *Server) get(ctx context.Context, into any, query url.Values, path ...string) (*reply, error) {
	return s.ask(ctx, question{method: http.MethodGet, path: path, query: query}, into)
}

// post sends something, under a key of its own; into may be nil.
func (s *Server) post(ctx context.Context, what, into any, query url.Values, path ...string) (*reply, error) {
	body, err := json.Marshal(what)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the request cannot be written")
	}
	return s.ask(ctx, question{method: http.MethodPost, path: path, query: query, body: body, key: rand.Text()}, into)
}

// ask sends a request until it has an answer, and reads that. What the server refuses is a fault.
func (s *Server) ask(ctx context.Context, q question, into any) (*reply, error) {
	got, err := s.send(ctx, q)
	for _, pause := range pauses() {
		if err == nil || !mayPass(ctx, err) {
			break
		}
		s.pause(ctx, pause)
		got, err = s.send(ctx, q)
	}
	if err != nil {
		return nil, s.unreached(err)
	}
	if got.status < 200 || got.status > 299 {
		return nil, s.refused(got)
	}
	if into == nil {
		return got, nil
	}
	if err := json.Unmarshal(got.body, into); err != nil {
		return nil, s.strange(got.status)
	}
	return got, nil
}

func (s *Server) send(ctx context.Context, q question) (*reply, error) {
	to := s.base.JoinPath("api", "v1").JoinPath(escaped(q.path)...)
	to.RawQuery = q.query.Encode()
	r, err := http.NewRequestWithContext(ctx, q.method, to.String(), bytes.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.token.Reveal())
	r.Header.Set("User-Agent", s.agent)
	r.Header.Set("Accept", "application/json")
	if q.key != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", q.key)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerMost+1))
	if err == nil && len(body) > answerMost {
		return nil, fault.New(fault.TooLarge, "the server answered more than %d MiB", answerMost>>20)
	}
	return &reply{status: answer.StatusCode, header: answer.Header, body: body}, err
}

func escaped(path []string) []string {
	out := make([]string, len(path))
	for i, p := range path {
		out[i] = url.PathEscape(p)
	}
	return out
}

// mayPass says whether it may help to send a request again: it, or its answer, was lost on the way.
func mayPass(ctx context.Context, err error) bool {
	_, said := errors.AsType[*fault.Error](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return ctx.Err() == nil && !said && !untrusted
}

// unreached says that there was no answer. The error of the network names the address, which is known, and no secret.
func (s *Server) unreached(err error) error {
	if f, is := errors.AsType[*fault.Error](err); is {
		return f
	}
	if e, is := errors.AsType[*url.Error](err); is {
		err = e.Err
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	wait, slow := errors.AsType[net.Error](err)
	switch {
	case untrusted:
		return fault.Wrap(fault.Invalid, err, "the certificate of %s is not trusted here, so the token was not sent: have the authority that signed it trusted on this machine (SSL_CERT_FILE names a file of such)", s.base)
	case slow && wait.Timeout():
		return fault.New(fault.Invalid, "%s does not answer in time: try again later; what was sent may have arrived, and sending it again does no harm", s.base)
	}
	return fault.Wrap(fault.Invalid, err, "no server answers at %s: check the address (--server or BULKHEAD_SERVER), and that the server runs", s.base)
}

// strange says that something else than a server of Bulkhead answered.
func (s *Server) strange(status int) error {
	return fault.New(fault.Invalid, "%s answers (%d %s), but not as a server of Bulkhead does: check the address", s.base, status, strings.ToLower(http.StatusText(status)))
}
