package server_test

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/server"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
)

func TestSlowRequestsAreLeft(t *testing.T) {
	start(t, config(t, "--timeouts-header=150ms"), server.Parts{}).raw("GET / HTTP/1.1\r\nHost: HO") // the head never ends
	broken := make(chan error, 1)
	r := start(t, config(t, "--timeouts-header=1m", "--timeouts-read=300ms"), server.Parts{ // the head comes, however long that takes
		Web: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			broken <- err
		}),
	})
	r.raw("POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nslow")
	if err := <-broken; err == nil {
		t.Error("a body that never came was taken for whole")
	} else if wait, is := errors.AsType[net.Error](err); !is || !wait.Timeout() {
		t.Errorf("it ended with %v", err)
	}
}

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	var reached int
	var ended error
	r := start(t, config(t, "--limits-body=1KiB", "--limits-headers=2KiB"), server.Parts{
		Web: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			reached++
			_, ended = io.ReadAll(r.Body)
		}),
	})
	if answer, body := r.ask("POST", "/", strings.Repeat("x", 1025)); answer.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body, "1KiB") || reached > 0 {
		t.Errorf("a body that says it is too large is answered %d, and reached a face %d times", answer.StatusCode, reached)
	}
	if answer, _ := r.ask("POST", "/", strings.Repeat("x", 1024)); answer.StatusCode != http.StatusOK || ended != nil {
		t.Errorf("the largest body is answered %d, %v", answer.StatusCode, ended)
	}
	r.raw("POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n401\r\n" + strings.Repeat("x", 1025) + "\r\n0\r\n\r\n")
	if _, is := errors.AsType[*http.MaxBytesError](ended); !is {
		t.Errorf("a body that turns out too large ends with %v", ended)
	}
	if got := r.raw("GET / HTTP/1.1\r\nHost: HOST\r\nX: " + strings.Repeat("x", 16<<10) + "\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 431 ") {
		t.Errorf("a head that is too large is answered %.40q", got)
	}
}

// Two readers of one text must not see different requests in it: what could be read in two ways is refused, or read in the
// one way of the standard and the connection closed.
func TestWhatCouldBeReadInTwoWays(t *testing.T) {
	var seen []string
	r := start(t, config(t), server.Parts{Web: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.URL.Path+" "+string(body))
	})})
	const smuggled = "GET /smuggled HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
	for _, c := range []struct{ what, head, want string }{
		{"two lengths", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd" + smuggled, "400"},
		{"a list of lengths", "Content-Length: 4, 5\r\n\r\nabcd" + smuggled, "400"},
		{"a length with a sign", "Content-Length: +4\r\n\r\nabcd" + smuggled, "400"},
		{"two codings", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + smuggled, "501"},
		{"an unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled, "501"},
		{"coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, "501"},
		{"a space before the colon", "Content-Length : 4\r\n\r\nabcd" + smuggled, "400"},
		{"a name with a line feed", "X: a\n\x00Y: b\r\n\r\n" + smuggled, "400"},
		{"two hosts", "Host: other\r\n\r\n" + smuggled, "400"},
	} {
		seen = nil
		got := r.raw("POST / HTTP/1.1\r\nHost: HOST\r\n" + c.head)
		if !strings.HasPrefix(got, "HTTP/1.1 "+c.want+" ") || len(seen) > 0 || strings.Count(got, "HTTP/1.1 ") != 1 {
			t.Errorf("%s: answered %.60q, and a face saw %q", c.what, got, seen)
		}
	}
	seen = nil
	r.raw("POST /both HTTP/1.1\r\nHost: HOST\r\nContent-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + smuggled)
	if len(seen) == 0 || seen[0] != "/both abc" || len(seen) > 1 && seen[1] != "/smuggled " {
		t.Errorf("a length and a coding: a face saw %q, and the coding goes before the length", seen)
	}
}

func TestAPanicIsAnsweredWithoutWhy(t *testing.T) {
	r := start(t, config(t), server.Parts{
		API: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
			panic("the vault is in the cellar")
		}),
		Web: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half of the tru")
			panic("half way")
		}),
	})
	answer, body := r.ask("GET", "/api/v1/x", "")
	var problem struct {
		Status  int
		Request string
	}
	if err := json.Unmarshal([]byte(body), &problem); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusInternalServerError || answer.Header.Get("Content-Type") != "application/problem+json" || problem.Status != 500 ||
		problem.Request != answer.Header.Get("X-Request-Id") || answer.Header.Get("Set-Cookie") != "" || strings.Contains(body, "vault") {
		t.Errorf("answered %d %v %s", answer.StatusCode, answer.Header, body)
	}
	if _, body := r.ask("GET", "/api/v1/x", "", "Accept", "text/html,*/*"); !strings.HasPrefix(body, "Internal Server Error\n") {
		t.Errorf("a person is told %q", body)
	}
	if got := r.raw("GET / HTTP/1.1\r\nHost: HOST\r\n\r\n"); strings.Contains(got, "\r\n0\r\n") {
		t.Errorf("half an answer looks whole: %q", got)
	}
	defects := r.logged("a request ended in a defect", 3)
	if !strings.Contains(defects[0]["stack"].(string), "hostile_test.go") || defects[0]["id"] != problem.Request {
		t.Errorf("the log does not say where: %v", defects[0])
	}
	if lines := r.logged("request", 3); lines[0]["status"] != 500.0 || lines[2]["broken_off"] != true {
		t.Errorf("the log says %v", lines)
	}
}

func TestAnotherSiteCannotChangeAnything(t *testing.T) {
	r := start(t, config(t), server.Parts{Web: text("changed")})
	for _, c := range []struct {
		what, method string
		headers      []string
		want         int
	}{
		{"a form of another site", "POST", []string{"Cookie", "s=1", "Sec-Fetch-Site", "cross-site"}, 403},
		{"another service of the same domain", "POST", []string{"Cookie", "s=1", "Sec-Fetch-Site", "same-site"}, 403},
		{"an older browser", "POST", []string{"Cookie", "s=1", "Origin", "https://evil.example"}, 403},
		{"a page without an origin", "POST", []string{"Cookie", "s=1", "Origin", "null"}, 403},
		{"signing somebody in as somebody else", "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"deleting", "DELETE", []string{"Cookie", "s=1", "Sec-Fetch-Site", "cross-site"}, 403},
		{"a token that comes with a cookie", "POST", []string{"Cookie", "s=1", "Authorization", "Bearer x", "Sec-Fetch-Site", "cross-site"}, 403},
		{"our own page", "POST", []string{"Cookie", "s=1", "Sec-Fetch-Site", "same-origin"}, 200},
		{"our own page in an older browser", "POST", []string{"Cookie", "s=1", "Origin", r.url}, 200},
		{"a program with a token", "POST", []string{"Authorization", "Bearer x", "Sec-Fetch-Site", "cross-site"}, 200},
		{"a program", "POST", nil, 200},
		{"a link on another site", "GET", []string{"Cookie", "s=1", "Sec-Fetch-Site", "cross-site"}, 200},
	} {
		if answer, _ := r.ask(c.method, "/", "", c.headers...); answer.StatusCode != c.want {
			t.Errorf("%s: answered %d, want %d", c.what, answer.StatusCode, c.want)
		}
	}
}

func TestItAnswersToItsOwnNameOnly(t *testing.T) {
	for _, c := range []struct {
		args  string
		names map[string]int
	}{
		{"--url=https://bulkhead.example.org", map[string]int{
			"bulkhead.example.org": 200, "Bulkhead.Example.org:443": 200, "bulkhead.example.org:8443": 421, "evil.example": 421, "127.0.0.1": 421, "localhost": 421,
		}},
		{"--url=http://localhost:8080", map[string]int{"localhost": 200, "127.0.0.1:8080": 200, "[::1]:80": 200, "evil.example": 421}},
		{"", map[string]int{"localhost": 200, "127.0.0.1:8080": 200, "[::1]": 200, "evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example:80": 421}},
	} {
		r := start(t, config(t, strings.Fields(c.args)...), server.Parts{Web: text("")})
		for name, want := range c.names {
			if answer, _ := r.ask("GET", "/", "", "Host", name); answer.StatusCode != want {
				t.Errorf("%s: a request for %s is answered %d, want %d", c.args, name, answer.StatusCode, want)
			}
		}
		if answer, _ := r.ask("GET", "/healthz", "", "Host", "10.0.0.9:8080"); answer.StatusCode != 200 {
			t.Errorf("%s: who looks whether it is alive is answered %d", c.args, answer.StatusCode)
		}
	}
}

// who is a page that says who asks.
var who = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	v := visit.Of(r.Context())
	_, _ = io.WriteString(w, v.From.String()+" "+strconv.FormatBool(v.Secure))
})

func TestOnlyATrustedProxySaysWhoAsks(t *testing.T) {
	spoofed := []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"}
	direct := start(t, config(t), server.Parts{Web: who})
	if answer, body := direct.ask("GET", "/", "", spoofed...); body != "127.0.0.1 false" || answer.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("somebody is believed to be %s", body)
	}
	proxied := start(t, config(t, "--trusted-proxies=127.0.0.1,10.0.0.0/8"), server.Parts{Web: who})
	for _, c := range []struct {
		headers []string
		want    string
	}{
		{spoofed, "203.0.113.9 true"},
		{[]string{"X-Forwarded-For", "198.51.100.1, 203.0.113.9"}, "203.0.113.9 false"},                    // the first was made up
		{[]string{"X-Forwarded-For", "198.51.100.1, 203.0.113.9, 10.1.2.3"}, "203.0.113.9 false"},          // over two proxies
		{[]string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "10.0.0.1"}, "198.51.100.1 false"}, // on two lines
		{[]string{"X-Forwarded-For", "203.0.113.9, rubbish, 10.0.0.1"}, "10.0.0.1 false"},
		{[]string{"X-Forwarded-For", "[2001:db8::1]:4711"}, "2001:db8::1 false"},
		{[]string{"X-Forwarded-For", "::ffff:203.0.113.9"}, "203.0.113.9 false"},
		{[]string{"X-Forwarded-For", ""}, "127.0.0.1 false"},
		{[]string{"X-Forwarded-Proto", "https, http"}, "127.0.0.1 false"},
		{nil, "127.0.0.1 false"},
	} {
		if _, body := proxied.ask("GET", "/", "", c.headers...); body != c.want {
			t.Errorf("%q is %s, want %s", c.headers, body, c.want)
		}
	}
	if answer, _ := proxied.ask("GET", "/", "", spoofed...); answer.Header.Get("Strict-Transport-Security") == "" {
		t.Error("a browser that came over TLS is not held to it")
	}
}

func TestWhoAsksTooOftenWaits(t *testing.T) {
	r := start(t, config(t, "--trusted-proxies=127.0.0.1", "--limits-rate=1", "--limits-burst=3"), server.Parts{Web: text("")})
	through := 0
	eventually(t, func() bool {
		answer, _ := r.ask("GET", "/", "", "X-Forwarded-For", "203.0.113.9")
		if answer.StatusCode == http.StatusOK {
			through++
			return false
		}
		if after, err := strconv.Atoi(answer.Header.Get("Retry-After")); answer.StatusCode != http.StatusTooManyRequests || err != nil || after < 1 || after > 3 {
			t.Errorf("answered %d, it is told to wait %q", answer.StatusCode, answer.Header.Get("Retry-After"))
		}
		return true
	})
	if through < 3 {
		t.Errorf("%d requests were let through", through)
	}
	for _, other := range []string{"203.0.113.10", "127.0.0.1"} {
		if answer, _ := r.ask("GET", "/", "", "X-Forwarded-For", other); answer.StatusCode != http.StatusOK {
			t.Errorf("%s pays for somebody else: %d", other, answer.StatusCode)
		}
	}
}

func TestEveryAnswerIsStrict(t *testing.T) {
	r := start(t, config(t), server.Parts{Web: text("")})
	for path, cache := range map[string]string{"/": "no-store", "/nowhere": "no-store", "/healthz": "no-store", "/assets/page.css": ""} {
		answer, _ := r.ask("GET", path, "")
		if got := answer.Header.Get("Cache-Control"); got != cache {
			t.Errorf("%s may be cached: %q, want %q", path, got, cache)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "", "Server": "",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		policy := answer.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s", path, part)
			}
		}
	}
	if answer, _ := r.ask("GET", "/", "", "Host", "evil.example"); answer.Header.Get("Content-Security-Policy") == "" || answer.Header.Get("X-Request-Id") == "" {
		t.Error("an answer that refuses is not strict")
	}
}

func TestAnIdleConnectionIsClosed(t *testing.T) {
	r := start(t, config(t, "--timeouts-idle=100ms"), server.Parts{Web: text("hello")})
	if got := r.raw("GET / HTTP/1.1\r\nHost: HOST\r\n\r\n"); !strings.HasSuffix(got, "hello") {
		t.Errorf("it answers %q", got)
	}
}
