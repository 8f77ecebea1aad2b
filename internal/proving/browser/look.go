package browser

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// pictures is the environment variable that names the folder in which pictures of the pages are kept, for people to look at.
const pictures = "BULKHEAD_PICTURES"

// The widths that a page is shown at, in CSS pixels. At the narrow one nothing may scroll sideways: it is a screen four times
// as wide at 400 %, or a small telephone.
const (
	wide   = 1100
	narrow = 320
)

// Look holds the page to what each page of ours promises: axe-core's rules, the keyboard, a narrow screen. Where somebody
// asked for pictures it keeps one, and one of the narrow screen, under a name.
func (b *Tab) Look(name string) {
	b.t.Helper()
	if b.bare { // what looks is a script too; those of the page are not run any more
		b.scripts(true)
		defer b.scripts(false)
	}
	b.Axe()
	b.Keyboard()
	b.picture(name)
	b.do(screen(narrow))
	for _, line := range b.tooWide() {
		b.t.Errorf("on %s, %d pixels wide: %s", b.address(), narrow, line)
	}
	b.picture(name + "-narrow")
	b.do(screen(wide))
}

// screen gives the tab a screen of a width.
func screen(width int64) chromedp.Action[chromedp.Void] { return chromedp.EmulateViewport(width, 800) }

// tooWide says in words what makes the page scroll sideways.
func (b *Tab) tooWide() []string {
	b.t.Helper()
	found, err := evaluate[[]string](b, `document.documentElement.scrollWidth <= innerWidth ? [] : ["it scrolls sideways",
		...[...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => "too wide: " + e.outerHTML.slice(0, 120))]`)
	b.must(err)
	return found
}

// picture keeps a picture of the whole page, where somebody asked for that.
func (b *Tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv(pictures)
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	b.must(err)
	b.must(os.MkdirAll(dir, 0o755))
	b.must(os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".png"), png, 0o600))
}
