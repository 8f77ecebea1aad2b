package browser

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Tab is a tab of a browser, which somebody looks at. Its methods end the test when the browser does not do as asked.
type Tab struct {
	t    testing.TB
	ctx  context.Context
	home string // the site that it was opened at: scheme, host and port
	bare bool   // JavaScript is switched off

	mu   sync.Mutex
	said []string // what went wrong, in words
}

// Open opens a tab at an address, with cookies of its own. It is closed after the test, which fails if anything went wrong
// in it unseen: an error or a warning in the console, something that the site's own policy forbids, a request to anywhere
// else, a file that did not come.
func Open(t testing.TB, address string) *Tab {
	t.Helper()
	b := blank(t, address)
	b.Go(address)
	return b
}

// OpenPlain is as [Open], in a browser whose JavaScript is switched off.
func OpenPlain(t testing.TB, address string) *Tab {
	t.Helper()
	b := blank(t, address)
	b.bare = true
	b.scripts(false)
	b.Go(address)
	return b
}

// blank opens a tab that shows nothing yet, for a site.
func blank(t testing.TB, address string) *Tab {
	t.Helper()
	needed(t)
	browser, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	b := &Tab{t: t, home: at.Scheme + "://" + at.Host}
	var done context.CancelFunc
	b.ctx, done = chromedp.NewContext(browser.tabs, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(func() {
		for _, line := range b.heard() {
			t.Errorf("in the browser: %s", line)
		}
		done()
	})
	b.must(chromedp.Do(b.ctx, screen(wide)))
	b.must(send(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})) // as if it were in front
	return b
}

// scripts switches JavaScript on or off.
func (b *Tab) scripts(on bool) {
	b.t.Helper()
	b.must(send(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}))
}

// must ends the test on an error.
func (b *Tab) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("the browser: %v", err)
	}
}

// do has the browser do things, each within its patience.
func (b *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("the browser, at %s: %v\n%s", b.address(), err, b.Text())
	}
}

// Go goes to an address, or to a path of the site.
func (b *Tab) Go(address string) {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.home + address
	}
	b.do(chromedp.Navigate(address))
}

// Click clicks what a CSS selector finds first, once it can be seen.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Fill types a text into a field that a CSS selector finds, in place of what is there.
func (b *Tab) Fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.Focus(chromedp.CSS(selector)))
	_, err := evaluate[string](b, "document.querySelector("+quoted(selector)+").value = ''") // chromedp cannot clear a textarea that is empty
	b.must(err)
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// At waits until the tab has loaded the page at a path, and fails when it does not get there.
func (b *Tab) At(path string) {
	b.t.Helper()
	b.until("come to "+path, func() bool {
		return b.whole() && b.address() == path
	})
}

// See waits until the page shows a text, and fails when it does not. Any space is as good as another.
func (b *Tab) See(text string) {
	b.t.Helper()
	b.until("show "+quoted(text), func() bool { return b.shows(text) })
}

// Gone waits until there is a page that does not show a text, and fails when it goes on showing it.
func (b *Tab) Gone(text string) {
	b.t.Helper()
	b.until("take away "+quoted(text), func() bool { return b.Text() != "" && b.whole() && !b.shows(text) })
}

func (b *Tab) shows(text string) bool {
	return b.whole() && strings.Contains(strings.Join(strings.Fields(b.Text()), " "), text)
}

// whole says whether all of the page has come.
func (b *Tab) whole() bool { return ask[bool](b, "document.readyState === 'complete'") }

// Focused waits until the focus is on what a CSS selector finds, and fails when it does not get there.
func (b *Tab) Focused(selector string) {
	b.t.Helper()
	b.until("have its focus on "+selector, func() bool { return ask[bool](b, "document.activeElement?.matches("+quoted(selector)+") ?? false") })
}

// Text gives what somebody reads on the page.
func (b *Tab) Text() string { return ask[string](b, "document.body?.innerText ?? ''") }

// address gives the path of the page.
func (b *Tab) address() string { return ask[string](b, "location.pathname") }

// until waits until something is so. The page may be on its way to another one meanwhile.
func (b *Tab) until(what string, so func() bool) {
	b.t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("the browser did not %s; it is at %s and shows:\n%s\n%s", what, b.address(), b.Text(), strings.Join(b.heard(), "\n"))
		}
	}
}
