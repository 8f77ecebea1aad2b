package server_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server"
)

// serve runs a whole server, and gives what it printed first; it is stopped at the end, as it should.
func serve(t *testing.T, args ...string) (lines []string, err error) {
	t.Helper()
	l := loaded(t, append([]string{"--listen=127.0.0.1:0"}, args...)...)
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := server.Serve(ctx, l, "test", write, &pipe{})
		ended <- err
		_ = write.CloseWithError(io.EOF)
	}()
	t.Cleanup(stop)
	said := bufio.NewScanner(read)
	for said.Scan() {
		lines = append(lines, said.Text())
		if len(lines) == 2 { // the address and the first link: whoever reads no further has not to wait
			go func() { _, _ = io.Copy(io.Discard, read) }()
			answer, err := http.Get(lines[0] + "/sign-in")
			if err != nil || answer.StatusCode != http.StatusOK {
				t.Errorf("people cannot sign in: %v, %v", answer, err)
			} else {
				_ = answer.Body.Close()
			}
			break
		}
	}
	stop()
	return lines, <-ended
}

func TestANewRecordBeginsWithALinkForItsAdministrator(t *testing.T) {
	data := filepath.Join(t.TempDir(), "new")
	lines, err := serve(t, "--data="+data)
	if err != nil || len(lines) != 2 || !strings.HasPrefix(lines[1], lines[0]+"/link/bh_l_") || !strings.HasSuffix(lines[1], "for the first administrator: once, within an hour") {
		t.Fatalf("it said %q, %v", lines, err)
	}
	for _, name := range []string{"keys", "signing-key"} {
		if info, err := os.Stat(filepath.Join(data, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("others can read %s: %v, %v", name, info, err)
		}
	}
}

func TestADemonstrationGivesALinkForEachRole(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	lines, err := serve(t, "--demo")
	if err != nil || len(lines) != 2 || !strings.HasPrefix(lines[1], lines[0]+"/link/bh_l_") {
		t.Fatalf("it said %q, %v", lines, err)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || len(left) > 0 {
		t.Errorf("it leaves %q behind", left)
	}
}

// Keys that were lost are put back from a copy: new ones would hide that nothing can be read.
func TestLostKeysAreNotReplaced(t *testing.T) {
	data := t.TempDir()
	if _, err := serve(t, "--data="+data); err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(data, "keys")
	was, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(keys); err != nil {
		t.Fatal(err)
	}
	if lines, err := serve(t, "--data="+data); fault.KindOf(err) != fault.NotFound || len(lines) > 0 {
		t.Errorf("it said %q, %v", lines, err)
	}
	if _, err := os.Stat(keys); err == nil {
		t.Error("there are new keys")
	}
	if err := os.WriteFile(keys, was, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serve(t, "--data="+data); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(keys); err != nil || !bytes.Equal(now, was) {
		t.Errorf("the keys were changed: %v", err)
	}
}
