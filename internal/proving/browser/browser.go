// Package browser gives tests a real browser: [Open] is a new tab for one test, with cookies of its own, in a Chromium that
// all tests of a package share. A tab does what somebody at a keyboard and a mouse does, and [Tab.Look] holds the page that
// it shows to what every page of ours promises: nobody is kept out (axe-core's rules, a narrow screen, the keyboard alone),
// it asks nothing of any other site, and nothing in it goes wrong unseen.
//
// The browser is a child of the test binary with its files in a temporary folder. It reaches this machine and no other, and
// it ends, and its folder goes, when the test binary ends, even where that is killed. A test whose machine has no browser
// fails, unless it was said that it may be skipped. The package is for test files only.
package browser

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to do something on a busy machine.
const patience = 60 * time.Second

// without is the environment variable that skips tests that need a browser, when it is 1.
const without = "BULKHEAD_WITHOUT_BROWSER"

var errNone = errors.New("there is no Chromium on this machine, and this test needs one: install the Debian package chromium (or run .ci/tools), or skip such tests with " + without + "=1")

// names are what the browser is called, in the order in which it is looked for.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}

// needed gives the browser's program. A test without it fails, unless it was said that it may be skipped.
func needed(t testing.TB) string {
	t.Helper()
	if os.Getenv(without) == "1" {
		t.Skip(without + " is 1")
	}
	program, err := find(names)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// find gives the first program of a list that is there.
func find(names []string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNone
}

// chromium is a browser that runs.
type chromium struct {
	tabs context.Context // the parent of the contexts of tabs
	life io.WriteCloser  // the folder goes when this closes
}

// shared is the browser of the test binary, started when a test first asks for it. It ends with the binary.
var shared = sync.OnceValues(func() (*chromium, error) {
	program, err := find(names)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bulkhead-browser-")
	if err != nil {
		return nil, err
	}
	c := &chromium{}
	if c.life, err = sweep(dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c.tabs, _ = chromedp.NewExecAllocator(context.Background(), options(program, dir)...)
	c.tabs, _ = chromedp.NewContext(c.tabs)
	return c, chromedp.Do(c.tabs)
})

// options are how the browser is started: with nothing that would go out by itself, and no way out.
func options(program, dir string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:], // which leave out the sandbox as root, where there is none
		chromedp.ExecPath(program), chromedp.UserDataDir(dir), chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
		chromedp.Flag("no-proxy-server", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true))
}

// sweep starts a shell that waits until the test binary lets go of it, as it does however it ends, and then removes the
// browser's folder. The browser may still be ending then, and write: so it looks more than once.
func sweep(dir string) (io.WriteCloser, error) {
	const script = `trap '' INT TERM HUP; read -r _; for n in 1 2 3 4 5 6 7 8; do rm -rf "$1"; sleep 0.25; done; rm -rf "$1"`
	sweeper := exec.Command("/bin/sh", "-c", script, "sweeper", dir)
	sweeper.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // what ends the tests does not end it too
	life, err := sweeper.StdinPipe()
	if err != nil {
		return nil, err
	}
	return life, sweeper.Start()
}
