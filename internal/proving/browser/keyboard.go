package browser

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed keyboard.js
var keyboard string

// stop is where the focus is.
type stop struct {
	What  string `json:"what"`  // empty where it is on no control
	Wrong string `json:"wrong"` // why somebody would not see it there
}

// Keyboard goes through the page with the Tab key, and fails the test where a control is not reached in its turn, is reached
// without anybody seeing that, or does not let go.
func (b *Tab) Keyboard() {
	b.t.Helper()
	for _, line := range b.untouched() {
		b.t.Errorf("on %s, with the keyboard: %s", b.address(), line)
	}
}

// untouched says in words what the keyboard alone does not do on the page.
func (b *Tab) untouched() (wrong []string) {
	b.t.Helper()
	wanted, err := evaluate[[]string](b, keyboard+".wanted()")
	b.must(err)
	var reached []string
	for range wanted {
		at := b.tab()
		reached = append(reached, at.What)
		if at.Wrong != "" {
			wrong = append(wrong, at.What+" "+at.Wrong)
		}
	}
	if !slices.Equal(reached, wanted) {
		wrong = append(wrong, "the Tab key goes to\n  "+strings.Join(reached, "\n  ")+"\nand not, in the order of the page, to\n  "+strings.Join(wanted, "\n  "))
	}
	if last := b.tab().What; len(wanted) > 1 && last != "" && last != wanted[0] {
		wrong = append(wrong, "after the last control it goes on to "+last)
	}
	return wrong
}

// tab presses the Tab key.
func (b *Tab) tab() stop {
	b.t.Helper()
	b.do(chromedp.KeyEvent(kb.Tab))
	at, err := evaluate[stop](b, keyboard+".reached()")
	b.must(err)
	return at
}

// Press presses keys: characters, or those that package kb names.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}
