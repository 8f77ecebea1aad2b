package browser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// hear keeps what goes wrong in the tab, of all that the browser tells of it.
func (b *Tab) hear(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL+"/", b.home+"/") && e.Request.URL != "about:blank" {
			b.say("it asked for %s, which is not on this site", e.Request.URL)
		}
	case *network.EventResponseReceived: // what a page itself, or a script of it, was told is the page's business
		if e.Response.Status >= 400 && e.Type != network.ResourceTypeDocument && e.Type != network.ResourceTypeFetch {
			b.say("it got %d for %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled && e.BlockedReason == "" { // the log says what was blocked, and by what
			b.say("something of kind %s did not come: %s", e.Type, e.ErrorText)
		}
	case *log.EventEntryAdded:
		if loud := e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning; loud && e.Entry.Source != log.EntrySourceNetwork {
			b.say("%s: %s", e.Entry.Level, e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		if slices.Contains([]runtime.ConsoleAPICalledType{runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert}, e.Type) {
			b.say("%s: %s", e.Type, words(e.Args))
		}
	case *runtime.EventExceptionThrown:
		b.say("its script broke off: %s %s", e.ExceptionDetails.Text, words([]*runtime.RemoteObject{e.ExceptionDetails.Exception}))
	}
}

// words writes values of a script as text.
func words(values []*runtime.RemoteObject) string {
	var out []string
	for _, v := range values {
		switch {
		case v == nil:
		case v.Description != "":
			out = append(out, v.Description)
		default:
			out = append(out, strings.Trim(string(v.Value), `"`))
		}
	}
	return strings.Join(out, " ")
}

func (b *Tab) say(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, fmt.Sprintf(format, args...))
}

// heard gives what went wrong since it was last asked.
func (b *Tab) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.said
	b.said = nil
	return out
}
