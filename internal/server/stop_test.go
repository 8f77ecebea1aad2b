package server_test

import (
	"context"
	"errors"
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
	c := config(t, "--metrics-listen="+free(t))
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
		answer, err := http.Get("http://" + c.MetricsListen + "/readyz")
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

func TestWhileItDrainsItStillAnswers(t *testing.T) {
	r := start(t, config(t, "--timeouts-drain=400ms"), server.Parts{Web: text("hello")})
	began := time.Now()
	r.stop()
	eventually(t, func() bool {
		answer, _ := r.ask("GET", "/readyz", "")
		return answer.StatusCode == http.StatusServiceUnavailable
	})
	if _, body := r.ask("GET", "/", ""); body != "hello" {
		t.Errorf("it answers %q", body)
	}
	if err := r.wait(); err != nil || time.Since(began) < 400*time.Millisecond {
		t.Errorf("it ended after %s: %v", time.Since(began), err)
	}
}

// free gives an address that nobody listens on.
func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
