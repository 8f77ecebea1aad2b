package server_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// TestAServerThatWasKilledIsStartedAgainAtOnce has another process serve a folder, and kills it.
func TestAServerThatWasKilledIsStartedAgainAtOnce(t *testing.T) {
	if data := os.Getenv("BULKHEAD_SERVED"); data != "" {
		err := server.Serve(context.Background(), loaded(t, "--listen=127.0.0.1:0", "--data="+data), "test", os.Stdout, &pipe{})
		t.Fatal(err)
	}
	data := t.TempDir()
	for range 2 {
		other := elsewhere(t, data)
		if lines, err := serve(t, "--data="+data); fault.ExitCode(err) != 2 || len(lines) > 0 || !strings.Contains(fmt.Sprint(err), data) {
			t.Errorf("while another serves: %q, %v", lines, err)
		}
		ctx, stop := context.WithCancel(t.Context())
		if err := server.Serve(ctx, loaded(t, "--listen=127.0.0.1:0", "--data="+data, "--read-only"), "test", heard(stop), &pipe{}); err != nil {
			t.Errorf("one that changes nothing: %v", err)
		}
		if err := other.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = other.Wait()
		leased(t, data, "the other")
		if lines, err := serve(t, "--data="+data); err != nil || len(lines) != 2 {
			t.Errorf("when the other is gone: %q, %v", lines, err)
		}
		leased(t, data, "the next") // what the other had is free
	}
}

// leased gives a holder work that nobody else may have, for long.
func leased(t *testing.T, data, holder string) {
	t.Helper()
	ring, err := seal.OpenRing(filepath.Join(data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Database: filepath.Join(data, "bulkhead.db"), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	if has, err := s.Lease(t.Context(), "nothing", holder, time.Now(), time.Hour); err != nil || !has {
		t.Errorf("%s is given it: %v, %v", holder, has, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// heard is called when something is written to it.
type heard func()

func (h heard) Write(b []byte) (int, error) { h(); return len(b), nil }

// elsewhere starts a server in a process of its own, and waits until it answers.
func elsewhere(t *testing.T, data string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.Command(self, "-test.run=^"+t.Name()+"$")
	other.Env = append(os.Environ(), "BULKHEAD_SERVED="+data)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
	if said := bufio.NewScanner(out); !said.Scan() || !strings.HasPrefix(said.Text(), "http://") {
		t.Fatalf("the other server says %q", said.Text())
	}
	return other
}

// loaded gives the settings that flags ask for.
func loaded(t *testing.T, args ...string) *settings.Loaded {
	t.Helper()
	var flags settings.Flags
	parser, err := kong.New(&flags)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	l, err := flags.Load(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
