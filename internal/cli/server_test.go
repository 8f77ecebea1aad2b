package cli_test

import (
	"bufio"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds how long a story waits for a server; it is far longer than anything takes.
const patience = 2 * time.Minute

// served starts a server, and stops it when the story ends: it has to stop as it should.
func served(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: served DIR [FLAG...]")
	}
	flags := append([]string{"serve", "--listen", "127.0.0.1:0", "--data", ts.MkAbs(args[0])}, args[1:]...)
	server := exec.Command(program(ts), flags...)
	server.Dir = ts.MkAbs(".")
	server.Env = append(os.Environ(), "BULKHEAD_TEST_NOW="+ts.Getenv("BULKHEAD_TEST_NOW"))
	log, err := os.Create(ts.MkAbs("server.log"))
	ts.Check(err)
	server.Stderr = log
	out, err := server.StdoutPipe()
	ts.Check(err)
	ts.Check(server.Start())
	said := bufio.NewScanner(out)
	ts.Defer(func() {
		_ = server.Process.Signal(os.Interrupt)
		for said.Scan() { // what else it says
		}
		if err := server.Wait(); err != nil {
			ts.Logf("the server ended with %v", err)
		}
		_ = log.Close()
	})
	if !said.Scan() {
		ts.Fatalf("the server does not answer:\n%s", ts.ReadFile("server.log"))
	}
	ts.Setenv("BULKHEAD_SERVER", said.Text())
	now := time.Now() // the clock of the server, by which tokens end and evidence is in date
	ts.Setenv("SOON", now.AddDate(0, 1, 0).Format(time.DateOnly))
	ts.Setenv("LATELY", now.AddDate(0, 0, -2).Format(time.DateOnly))
	ts.Setenv("BEFORE", now.AddDate(0, 0, -3).Format(time.DateOnly))
}

// program finds bulkhead as the stories run it.
func program(ts *testscript.TestScript) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path := filepath.Join(dir, "bulkhead"); executable(path) {
			return path
		}
	}
	ts.Fatalf("bulkhead is not in PATH")
	return ""
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// eventually runs a command again until its standard output holds a text.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually TEXT COMMAND...")
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		ts.Check(ts.Exec(args[1], args[2:]...))
		if strings.Contains(ts.ReadFile("stdout"), args[0]) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("it never says %s, but\n%s", args[0], ts.ReadFile("stdout"))
		}
	}
}

// follow opens the link that a file holds, and presses the button that signs in.
func follow(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: follow FILE")
	}
	server, secret, _ := strings.Cut(strings.TrimSpace(ts.ReadFile(args[0])), "/link/")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(server+"/link", url.Values{"link": {secret}})
	ts.Check(err)
	_ = answer.Body.Close()
	if in := len(answer.Cookies()) > 0; in == neg {
		ts.Fatalf("answered %s", answer.Status)
	}
}
