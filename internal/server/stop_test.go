package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
)

func TestARequestInFlightIsAnsweredBeforeItStops(t *testing.T) {
	c := config(t, "--metrics-listen=127.0.0.1:0", "--timeouts-shutdown=5m")
	s := record(t, c)
	arrived, goOn := make(chan struct{}), make(chan struct{})
	var order []string
	r := start(t, c, server.Parts{
		Store: s,
		Web: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-goOn
			if err := s.Ready(r.Context()); err != nil {
				t.Errorf("the record went away under a request: %v", err)
			}
			order = append(order, "request")
			_, _ = io.WriteString(w, "done")
		}),
		Loops: []server.Loop{{Name: "judge", Run: func(ctx context.Context) error {
			<-ctx.Done()
			if err := s.Ready(context.WithoutCancel(ctx)); err != nil {
				t.Errorf("the record went away under the work in the background: %v", err)
			}
			order = append(order, "loop")
			return ctx.Err()
		}}},
	})
	body := make(chan string)
	go func() {
		_, text := r.ask("GET", "/slow", "")
		body <- text
	}()
	<-arrived
	r.stop()
	eventually(t, func() bool { // it says so where machines look, and takes no more
		answer, err := http.Get("http://" + r.beside() + "/readyz")
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusServiceUnavailable
	})
	eventually(t, func() bool {
		conn, err := net.Dial("tcp", r.host())
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	close(goOn)
	if got := <-body; got != "done" {
		t.Errorf("the answer is %q", got)
	}
	if err := r.wait(); err != nil {
		t.Error(err)
	}
	if strings.Join(order, " ") != "request loop" {
		t.Errorf("it ended %v", order)
	}
	if s.Ready(t.Context()) == nil {
		t.Error("the record is still open")
	}
}

func TestWhatDoesNotEndIsLeft(t *testing.T) {
	c := config(t, "--timeouts-shutdown=30ms")
	release := make(chan struct{})
	defer close(release)
	s := record(t, c)
	r := start(t, c, server.Parts{Store: s, Loops: []server.Loop{{Name: "deaf", Run: func(context.Context) error { <-release; return nil }}}})
	r.stop()
	if err := r.wait(); fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), "--timeouts-shutdown") {
		t.Errorf("got %v", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("the record was closed under work that goes on: %v", err)
	}
}

func TestASignalStopsIt(t *testing.T) {
	r := start(t, config(t), server.Parts{})
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := r.wait(); err != nil {
		t.Error(err)
	}
}

func TestAPortInUseSaysWhatToDo(t *testing.T) {
	c := config(t)
	first := start(t, c, server.Parts{})
	for _, args := range [][]string{{"--listen=" + first.host()}, {"--metrics-listen=" + first.host()}} {
		second := config(t, args...)
		s := record(t, second)
		err := server.Run(t.Context(), second, server.Parts{Store: s, Web: text(""), API: text(""), Log: server.NewLog(second.Log, io.Discard)}, io.Discard)
		flag, _, _ := strings.Cut(args[0], "=")
		if fault.ExitCode(err) != 2 || !strings.Contains(err.Error(), "another program listens on "+first.host()) || !strings.Contains(err.Error(), flag) {
			t.Errorf("got %v", err)
		}
		if s.Ready(t.Context()) == nil {
			t.Error("the record is still open")
		}
	}
}

func TestAWelcomeThatFailsEndsTheServer(t *testing.T) {
	c := config(t)
	sorry := errors.New("no link could be made")
	err := server.Run(t.Context(), c, server.Parts{
		Store: record(t, c), Web: text(""), API: text(""), Log: server.NewLog(c.Log, io.Discard),
		Welcome: func(context.Context, string) ([]string, error) { return nil, sorry },
	}, io.Discard)
	if !errors.Is(err, sorry) {
		t.Errorf("got %v", err)
	}
}

// While it drains it still answers, and says that no more should come. A busy machine may sleep through a short while, and is
// given a longer one.
func TestWhileItDrainsItStillAnswers(t *testing.T) {
	for while := 400 * time.Millisecond; !answersWhileItDrains(t, while); while *= 4 {
		if while > patience {
			t.Fatal("it answers nothing while it drains")
		}
	}
}

// answersWhileItDrains stops a server, and says whether a page came after the server said that it stops.
func answersWhileItDrains(t *testing.T, while time.Duration) (page bool) {
	t.Helper()
	r := start(t, config(t, fmt.Sprintf("--timeouts-drain=%dms", while.Milliseconds())), server.Parts{Web: text("hello")})
	began := time.Now()
	r.stop()
	status, _, err := r.get("/readyz")
	for err == nil && status == http.StatusOK {
		status, _, err = r.get("/readyz")
	}
	if err == nil && status == http.StatusServiceUnavailable {
		_, body, err := r.get("/")
		page = err == nil && body == "hello"
	}
	if err := r.wait(); err != nil || time.Since(began) < while {
		t.Errorf("it ended after %s: %v", time.Since(began), err)
	}
	return page
}

// get asks a server that may be gone.
func (r *running) get(path string) (status int, body string, err error) {
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(r.url + path)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

// beside gives the address at which metrics are shown, where they have one of their own.
func (r *running) beside() string {
	r.t.Helper()
	return r.logged("metrics are shown", 1)[0]["address"].(string)
}
