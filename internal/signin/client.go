package signin

import (
	"bytes"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

const (
	longestAnswer  = 1 << 20  // bytes of an answer of a provider, unpacked
	longestHeaders = 64 << 10 // bytes
	mostRedirects  = 3
)

// newClient makes the client for one provider: each request takes no longer than timeout, no answer is longer than the
// bound, and no redirect leads to another machine.
func newClient(timeout time.Duration) *http.Client {
	wire := http.DefaultTransport.(*http.Transport).Clone()
	wire.MaxResponseHeaderBytes = longestHeaders
	return &http.Client{Transport: bounded{wire}, Timeout: timeout, CheckRedirect: stay}
}

// stay follows a redirect only to where the request went in the first place.
func stay(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host || len(before) > mostRedirects {
		return Redirected
	}
	return nil
}

// bounded reads every answer to its end before anybody sees it, so that one that is too long or breaks off is a failed
// request, not a short answer.
type bounded struct{ wire http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := b.wire.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(body) > longestAnswer {
		return nil, Oversized
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if answer.StatusCode >= http.StatusBadRequest && request.Method == http.MethodGet {
		return nil, Unreadable // the libraries above would quote the page
	}
	return answer, nil
}

// secure says whether secrets may go to an address: by https, or by http within this machine where that is allowed.
func secure(address string, loopback bool) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || loopback && onLoopback(u)
}

// onLoopback says whether an address is http within this machine.
func onLoopback(u *url.URL) bool {
	if u.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}
