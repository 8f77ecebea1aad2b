package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// config gives the configuration that flags ask for.
func config(t testing.TB, args ...string) settings.Config {
	t.Helper()
	var flags settings.Flags
	parser, err := kong.New(&flags)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(append([]string{"--listen=127.0.0.1:0", "--data=" + t.TempDir()}, args...))
	if err != nil {
		t.Fatal(err)
	}
	l, err := flags.Load(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return l.Config
}

// record opens a new record on SQLite.
func record(t testing.TB, c settings.Config) *store.Store {
	t.Helper()
	ring, err := seal.CreateRing(c.KeysFile())
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Database: c.DatabaseName(), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// pipe is a text that one writes and another reads, safe for both.
type pipe struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *pipe) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// patience is how long a server may take to do something on a busy machine.
const patience = time.Minute

// running is a server that runs.
type running struct {
	t     testing.TB
	url   string
	lines []string // that it printed when it answered
	log   *pipe
	stop  context.CancelFunc
	ended chan error
}

// start runs a server whose pages are a handler, and waits until it answers.
func start(t testing.TB, c settings.Config, p server.Parts) *running {
	t.Helper()
	if p.API == nil {
		p.API = http.NotFoundHandler()
	}
	if p.Web == nil {
		p.Web = http.NotFoundHandler()
	}
	if p.Store == nil {
		p.Store = record(t, c)
	}
	r := &running{t: t, log: &pipe{}, ended: make(chan error, 1)}
	p.Log = server.NewLog(settings.Log{Level: "debug", Format: settings.JSON}, r.log)
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	read, write := io.Pipe()
	go func() {
		err := server.Run(ctx, c, p, write)
		_ = write.Close()
		r.ended <- err
	}()
	lines := bufio.NewScanner(read)
	want := 1
	if c.URL != "" {
		want++
	}
	if p.Welcome != nil {
		want++
	}
	for len(r.lines) < want && lines.Scan() {
		r.lines = append(r.lines, lines.Text())
	}
	if len(r.lines) < want {
		t.Fatalf("the server did not start: %v", <-r.ended)
	}
	r.url = r.lines[0]
	t.Cleanup(func() { stop(); r.wait() })
	return r
}

// wait waits until the server has ended, and gives its error.
func (r *running) wait() error {
	r.t.Helper()
	select {
	case err := <-r.ended:
		r.ended <- err
		return err
	case <-time.After(patience):
		r.t.Fatal("the server does not end")
		return nil
	}
}

func (r *running) host() string {
	_, host, _ := strings.Cut(r.url, "://")
	return host
}

// ask sends a request with headers (name, value, name, value ...) and gives the answer with its body.
func (r *running) ask(method, path, body string, headers ...string) (*http.Response, string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer, string(text)
}

// raw sends a text as it is over a connection of its own, and gives all that comes back until the server closes it. A server
// that never does fails the test.
func (r *running) raw(text string) string {
	r.t.Helper()
	c, err := net.Dial("tcp", r.host())
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, strings.ReplaceAll(text, "HOST", r.host())); err != nil {
		return "" // the server closed it before all was sent
	}
	back, err := io.ReadAll(c)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Errorf("the connection is never closed: it was sent %.60q and answered %.60q", text, back)
	}
	return string(back)
}

// logged gives the lines of the log with a message, once there are so many.
func (r *running) logged(message string, n int) (out []map[string]any) {
	r.t.Helper()
	eventually(r.t, func() bool {
		out = nil
		for line := range strings.Lines(r.log.String()) {
			var entry map[string]any
			if json.Unmarshal([]byte(line), &entry) == nil && entry["msg"] == message {
				out = append(out, entry)
			}
		}
		return len(out) >= n
	})
	return out
}

// eventually waits for a condition.
func eventually(t testing.TB, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatal("it never came to be")
}

func text(s string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) })
}

func TestItPrintsWhereItAnswers(t *testing.T) {
	c := config(t, "--url=https://bulkhead.example.org")
	r := start(t, c, server.Parts{Welcome: func(_ context.Context, url string) ([]string, error) {
		return []string{url + "/sign-in/once"}, nil
	}})
	if !strings.HasPrefix(r.lines[0], "http://127.0.0.1:") || r.lines[1] != "https://bulkhead.example.org" || r.lines[2] != "https://bulkhead.example.org/sign-in/once" {
		t.Errorf("it printed %q", r.lines)
	}
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
		if answer, body := r.ask("GET", path, ""); answer.StatusCode != http.StatusOK || body != want {
			t.Errorf("%s says %d %q", path, answer.StatusCode, body)
		}
	}
	r.stop()
	if err := r.wait(); err != nil {
		t.Error(err)
	}
}

func TestEachFaceHasItsPlace(t *testing.T) {
	r := start(t, config(t), server.Parts{API: text("api"), Web: text("web")})
	for path, want := range map[string]string{"/": "web", "/services": "web", "/api/v1/services": "api", "/api/": "web", "/api/v1/": "api"} {
		if _, body := r.ask("GET", path, ""); body != want {
			t.Errorf("%s goes to %q, want %s", path, body, want)
		}
	}
}

func TestARecordThatDoesNotAnswerIsNotReady(t *testing.T) {
	c := config(t)
	s := record(t, c)
	r := start(t, c, server.Parts{Store: s})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if answer, _ := r.ask("GET", "/readyz", ""); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("it says %d", answer.StatusCode)
	}
	if answer, _ := r.ask("GET", "/healthz", ""); answer.StatusCode != http.StatusOK {
		t.Errorf("it is not alive: %d", answer.StatusCode)
	}
	if answer, body := r.ask("GET", "/metrics", ""); answer.StatusCode != http.StatusOK || strings.Contains(body, "bulkhead_postures_waiting") {
		t.Errorf("it says how much waits, and does not know: %d", answer.StatusCode)
	}
}

func TestADatabaseIsWhereItIsSaid(t *testing.T) {
	c := config(t)
	if got, want := c.DatabaseName(), filepath.Join(c.Data, "bulkhead.db"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
