package browser

import (
	"context"
	"encoding/json"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// ask gives what an expression is in the page; nothing where there is none, as between two pages.
func ask[T any](b *Tab, expression string) (out T) {
	out, _ = evaluate[T](b, expression)
	return out
}

// evaluate gives what an expression, or what it promises, is in the page.
func evaluate[T any](b *Tab, expression string) (T, error) {
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// send sends the tab a command whose answer says nothing.
func send[P, R any](b *Tab, command cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(b.ctx, command, params)
	return err
}

// quoted writes a text as a page's script does.
func quoted(text string) string {
	out, _ := json.Marshal(text) // a text can always be written
	return string(out)
}
