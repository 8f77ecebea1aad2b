package notify_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const key = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func event() notify.Event {
	return notify.Event{ID: "event-1", Type: "posture.changed", At: civil.Of(clock()), Service: "permits", Leaf: 42, Kind: ledger.PostureJudged}
}

const eventBody = `{"type":"posture.changed","timestamp":"2026-11-22T07:00:00Z","data":{"service":"permits","leaf":42,"kind":"posture.judged"}}`

// receiver starts a receiver on this machine, and gives a hook that leads to it and who issued its certificate.
func receiver(t testing.TB, handler http.HandlerFunc) (notify.Hook, *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // strangers are meant to be turned away
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return notify.Hook{ID: "hook-1", URL: server.URL + "/in?token=t0ken", Secret: hidden.Conceal(key), Events: []string{"posture.changed"}}, roots
}

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func sender(t testing.TB, c notify.HookConfig) *notify.Sender {
	t.Helper()
	s, err := notify.NewSender(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// local gives a sender that reaches this machine.
func local(t testing.TB, roots *x509.CertPool) *notify.Sender {
	return sender(t, notify.HookConfig{Allowed: loopback(), Roots: roots, Timeout: time.Minute, Now: clock})
}

func TestDeliver(t *testing.T) {
	var body []byte
	var request *http.Request
	hook, roots := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		request = r
		w.WriteHeader(http.StatusNoContent)
	})
	if err := local(t, roots).Deliver(t.Context(), hook, event()); err != nil {
		t.Fatal(err)
	}
	if string(body) != eventBody || request.Method != http.MethodPost || request.Header.Get("Content-Type") != "application/json" {
		t.Errorf("it got %s %v\n%s", request.Method, request.Header, body)
	}
	if request.Header.Get("webhook-id") != "event-1" || request.Header.Get("webhook-timestamp") != fmt.Sprint(clock().Unix()) {
		t.Errorf("the headers are %v", request.Header)
	}
	if err := notify.Verify(hidden.Conceal(key), request.Header, body, clock()); err != nil {
		t.Error(err)
	}
	if request.Header.Get("Accept-Encoding") != "" || request.URL.RawQuery != "token=t0ken" {
		t.Errorf("it was asked for %s with %v", request.URL, request.Header)
	}
}

func TestEventOfNoService(t *testing.T) {
	var body []byte
	hook, roots := receiver(t, func(_ http.ResponseWriter, r *http.Request) { body, _ = io.ReadAll(r.Body) })
	e := event()
	e.Service, e.Leaf, e.Kind = "", 0, ledger.StoreCreated
	if err := local(t, roots).Deliver(t.Context(), hook, e); err != nil {
		t.Fatal(err)
	}
	if want := `{"type":"posture.changed","timestamp":"2026-11-22T07:00:00Z","data":{"leaf":0,"kind":"store.created"}}`; string(body) != want {
		t.Errorf("it is %s", body)
	}
}

func TestOnlyWhatWasAskedForIsSent(t *testing.T) {
	var came atomic.Int32
	hook, roots := receiver(t, func(http.ResponseWriter, *http.Request) { came.Add(1) })
	for _, asked := range [][]string{nil, {"decision.lapsed"}, {"posture"}, {"*"}} {
		hook.Events = asked
		if err := local(t, roots).Deliver(t.Context(), hook, event()); err != nil || came.Load() != 0 {
			t.Errorf("asked for %q, it was sent: %v", asked, err)
		}
	}
}

func TestTheStatusDecides(t *testing.T) {
	for _, c := range []struct {
		status  int
		retry   string
		verdict notify.Verdict // empty for done
		after   time.Duration
	}{
		{200, "", "", 0},
		{202, "60", "", 0},
		{204, "", "", 0},
		{301, "", notify.Refused, 0},
		{302, "", notify.Refused, 0},
		{307, "", notify.Refused, 0},
		{308, "60", notify.Refused, 0},
		{304, "", notify.Refused, 0},
		{400, "60", notify.Refused, 0},
		{401, "", notify.Refused, 0},
		{404, "", notify.Refused, 0},
		{413, "", notify.Refused, 0},
		{410, "60", notify.Gone, 0},
		{408, "", notify.Again, 0},
		{429, "", notify.Again, 0},
		{429, "60", notify.Again, time.Minute},
		{429, "99999999999999", notify.Again, 24 * time.Hour},
		{500, "", notify.Again, 0},
		{502, "-5", notify.Again, 0},
		{504, "soon", notify.Again, 0},
		{503, "Sun, 22 Nov 2026 07:10:00 GMT", notify.Again, 10 * time.Minute},
		{503, "Sun, 22 Nov 2026 06:00:00 GMT", notify.Again, 0},
		{503, "Sun, 22 Nov 2099 06:00:00 GMT", notify.Again, 24 * time.Hour},
	} {
		var came atomic.Int32
		hook, roots := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
			came.Add(1)
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", c.retry)
			w.WriteHeader(c.status)
		})
		err := local(t, roots).Deliver(t.Context(), hook, event())
		if came.Load() != 1 {
			t.Errorf("%d: %d requests came", c.status, came.Load())
		}
		if c.verdict == "" {
			if err != nil {
				t.Errorf("%d: %v", c.status, err)
			}
			continue
		}
		if verdict, after := notify.VerdictOf(err); verdict != c.verdict || after != c.after || !strings.Contains(err.Error(), fmt.Sprintf("it answered %d", c.status)) {
			t.Errorf("%d, Retry-After %q: %s after %s: %v", c.status, c.retry, verdict, after, err)
		}
	}
}

// TestLawWaitingIsBounded: whatever a receiver asks for, a delivery is put off by a day at most.
func TestLawWaitingIsBounded(t *testing.T) {
	asked := ""
	hook, roots := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", asked)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	s := local(t, roots)
	rapid.Check(t, func(t *rapid.T) {
		asked = rapid.OneOf(rapid.StringMatching(`[ -~]{0,40}`), rapid.StringMatching(`-?[0-9]{1,30}`)).Draw(t, "Retry-After")
		if verdict, after := notify.VerdictOf(s.Deliver(t.Context(), hook, event())); verdict != notify.Again || after < 0 || after > notify.LongestWait {
			t.Fatalf("%s after %s", verdict, after)
		}
	})
}

// TestRedirectsAreNotFollowed: what stands behind a redirect was not configured.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var came atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	defer elsewhere.Close()
	hook, roots := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	err := local(t, roots).Deliver(t.Context(), hook, event())
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Refused || came.Load() != 0 || !strings.Contains(err.Error(), "redirects are not followed") {
		t.Errorf("%d requests came, and %v", came.Load(), err)
	}
}

// TestAddressesInsideAreRefused: by number and by name, unless the configuration opens them.
func TestAddressesInsideAreRefused(t *testing.T) {
	var came atomic.Int32
	hook, roots := receiver(t, func(http.ResponseWriter, *http.Request) { came.Add(1) })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(strings.TrimSuffix(hook.URL, "/in?token=t0ken"), "https://"))
	if err != nil {
		t.Fatal(err)
	}
	closed := sender(t, notify.HookConfig{Roots: roots, Timeout: time.Minute, Now: clock})
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "[fe80::1]", "0.0.0.0", "[fd00:ec2::254]"} {
		hook.URL = "https://" + host + ":" + port + "/in"
		err := closed.Deliver(t.Context(), hook, event())
		if verdict, _ := notify.VerdictOf(err); verdict != notify.Refused || !strings.Contains(err.Error(), "inside the network") || came.Load() != 0 {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, host := range []string{"169.254.169.254", "[fd00:ec2::254]", "0.0.0.0"} { // not even where everything is allowed
		open := sender(t, notify.HookConfig{Allowed: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}, Timeout: time.Minute})
		hook.URL = "https://" + host + ":" + port + "/in"
		if verdict, _ := notify.VerdictOf(open.Deliver(t.Context(), hook, event())); verdict != notify.Refused {
			t.Errorf("%s was dialled", host)
		}
	}
}

// TestANameIsCheckedWhenItIsDialled: where a name leads to several addresses, only those that are allowed are tried.
func TestANameIsCheckedWhenItIsDialled(t *testing.T) {
	cert, roots := certificate(t, time.Now().Add(time.Hour), "localhost")
	var came atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	hook := notify.Hook{ID: "hook-1", URL: "https://localhost:" + port, Secret: hidden.Conceal(key), Events: []string{"posture.changed"}}
	if err := local(t, roots).Deliver(t.Context(), hook, event()); err != nil || came.Load() != 1 {
		t.Errorf("allowed, it gave %v", err)
	}
	other := sender(t, notify.HookConfig{Allowed: []netip.Prefix{netip.MustParsePrefix("127.9.0.0/16")}, Roots: roots, Timeout: time.Minute})
	if verdict, _ := notify.VerdictOf(other.Deliver(t.Context(), hook, event())); verdict != notify.Refused || came.Load() != 1 {
		t.Error("the name led to where it may not")
	}
}

func TestHTTPIsForThisMachine(t *testing.T) {
	var came atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	defer server.Close()
	hook := notify.Hook{ID: "hook-1", URL: server.URL, Secret: hidden.Conceal(key), Events: []string{"posture.changed"}}
	if err := local(t, nil).Deliver(t.Context(), hook, event()); err != nil || came.Load() != 1 {
		t.Errorf("to this machine: %v", err)
	}
	if verdict, _ := notify.VerdictOf(sender(t, notify.HookConfig{}).Deliver(t.Context(), hook, event())); verdict != notify.Refused || came.Load() != 1 {
		t.Error("to this machine without being allowed")
	}
}

func TestHookIsRefused(t *testing.T) {
	good := notify.Hook{ID: "hook-1", URL: "https://receiver.example/in", Secret: hidden.Conceal(key), Events: []string{"posture.changed"}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*notify.Hook){
		"in the clear":       func(h *notify.Hook) { h.URL = "http://receiver.example/in" },
		"by a local name":    func(h *notify.Hook) { h.URL = "http://localhost:80/in" },
		"another scheme":     func(h *notify.Hook) { h.URL = "file:///etc/passwd" },
		"no scheme":          func(h *notify.Hook) { h.URL = "receiver.example" },
		"no host":            func(h *notify.Hook) { h.URL = "https:///in" },
		"a user":             func(h *notify.Hook) { h.URL = "https://me:s3cret@receiver.example/in" },
		"a fragment":         func(h *notify.Hook) { h.URL = "https://receiver.example/in#s3cret" },
		"a line":             func(h *notify.Hook) { h.URL = "https://receiver.example/in\r\nX: s3cret" },
		"a bad escape":       func(h *notify.Hook) { h.URL = "https://receiver.example/%s3cret" },
		"too long":           func(h *notify.Hook) { h.URL = "https://receiver.example/" + strings.Repeat("s3cret", 1000) },
		"no key":             func(h *notify.Hook) { h.Secret = hidden.Text{} },
		"a key without sign": func(h *notify.Hook) { h.Secret = hidden.Conceal(strings.TrimPrefix(key, "whsec_")) },
		"a short key":        func(h *notify.Hook) { h.Secret = hidden.Conceal("whsec_czNjcmV0") },
		"a key that is none": func(h *notify.Hook) { h.Secret = hidden.Conceal("whsec_s3cret!") },
	} {
		h := good
		change(&h)
		err := h.Check()
		if fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "czNj") {
			t.Errorf("%s: %v", name, err)
		}
		if again := sender(t, notify.HookConfig{}).Deliver(t.Context(), h, event()); again == nil || again.Error() != err.Error() {
			t.Errorf("%s: delivering gave %v", name, again)
		}
		if verdict, _ := notify.VerdictOf(err); verdict != notify.Refused {
			t.Errorf("%s would be tried again", name)
		}
	}
}

func TestEventIsRefused(t *testing.T) {
	hook, roots := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	for name, change := range map[string]func(*notify.Event){
		"no id":                 func(e *notify.Event) { e.ID = "" },
		"an id with full stops": func(e *notify.Event) { e.ID = "a.1.b" },
		"an id with a line":     func(e *notify.Event) { e.ID = "a\r\nb: c" },
		"a text for a type":     func(e *notify.Event) { e.Type = "The database has no password" },
		"a text for a kind":     func(e *notify.Event) { e.Kind = "The database has no password" },
		"a title for a service": func(e *notify.Event) { e.Service = "Permits for parking" },
		"no time":               func(e *notify.Event) { e.At = 0 },
		"no entry":              func(e *notify.Event) { e.Leaf = -1 },
	} {
		e := event()
		change(&e)
		hook.Events = []string{e.Type}
		err := local(t, roots).Deliver(t.Context(), hook, e)
		if fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "Permits for") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASlowReceiverIsLeft(t *testing.T) {
	release := make(chan struct{})
	hook, roots := receiver(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	s := sender(t, notify.HookConfig{Allowed: loopback(), Roots: roots, Timeout: 200 * time.Millisecond})
	err := s.Deliver(t.Context(), hook, event())
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || !strings.Contains(err.Error(), "there was no answer in time") {
		t.Errorf("it gave %v", err)
	}
}

// TestALongAnswerIsNotRead: the status decides, and the receiver is left with the rest.
func TestALongAnswerIsNotRead(t *testing.T) {
	said := make(chan int, 1)
	hook, roots := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		n, part := 0, []byte(strings.Repeat("and so on and so forth\n", 1000))
		for {
			more, err := w.Write(part)
			n += more
			if err != nil {
				said <- n
				return
			}
		}
	})
	if err := local(t, roots).Deliver(t.Context(), hook, event()); err != nil {
		t.Error(err)
	}
	if n := <-said; n > 64<<20 {
		t.Errorf("the receiver could say %d bytes", n)
	}
}

func TestLongHeadersAreNotRead(t *testing.T) {
	hook, roots := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, out, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, err = out.WriteString("HTTP/1.1 200 OK\r\n")
		for err == nil {
			_, err = out.WriteString("X-More: t0ken " + strings.Repeat("and so on ", 100) + "\r\n")
		}
	})
	err := local(t, roots).Deliver(t.Context(), hook, event())
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || !strings.Contains(err.Error(), "the connection failed") {
		t.Errorf("it gave %v", err)
	}
}

// TestErrorsOfDeliverySayLittle: neither the path, which often works like a password, nor what the receiver said.
func TestErrorsOfDeliverySayLittle(t *testing.T) {
	hook, roots := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "what is "+r.Header.Get(notify.HeaderSignature)+" of t0ken\r\n\r\n")
	})
	err := local(t, roots).Deliver(t.Context(), hook, event())
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || strings.Contains(err.Error(), "t0ken") || strings.Contains(err.Error(), "v1,") {
		t.Errorf("a strange answer gave %v", err)
	}
	err = local(t, nil).Deliver(t.Context(), hook, event())
	if verdict, _ := notify.VerdictOf(err); verdict != notify.Again || strings.Contains(err.Error(), "t0ken") || !strings.Contains(err.Error(), "nobody whom this machine trusts") {
		t.Errorf("a strange certificate gave %v", err)
	}
}

func TestNewSenderRefuses(t *testing.T) {
	if _, err := notify.NewSender(notify.HookConfig{Allowed: []netip.Prefix{{}}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a range that is none: %v", err)
	}
}
