package browser

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// site serves pages that are what is between the tags of main, under a policy like ours. Below /js/ is a script of each page.
func site(t *testing.T, pages map[string]string, scripts map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if script, is := strings.CutPrefix(name, "js/"); is {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, scripts[script])
			return
		}
		if name == "favicon.ico" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		page, is := pages[name]
		if !is {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; connect-src 'self'; form-action 'self'; require-trusted-types-for 'script'")
		if scripts[name] != "" {
			page += `<script src="/js/` + name + `"></script>`
		}
		fmt.Fprintf(w, `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>A page</title><meta name="viewport" content="width=device-width, initial-scale=1">
<style>a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid #d4351c } button, a { min-height: 30px; min-width: 30px; display: inline-block }</style></head><body><main><h1>A page</h1>%s</main></body></html>`, page)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// sound is a page that nothing is wrong with.
const sound = `<p>Words.</p><p><a href="/sound">A link</a></p><form method="post" action="/sound"><label for="name">Name</label> <input id="name" name="name">
<fieldset><legend>Which?</legend><input type="radio" name="r" id="r1"><label for="r1">One</label> <input type="radio" name="r" id="r2"><label for="r2">Two</label></fieldset>
<button>Go</button></form><p hidden><a href="/sound">Not there</a></p>`

func TestASoundPageIsSound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pictures")
	t.Setenv(pictures, dir)
	b := Open(t, site(t, map[string]string{"sound": sound}, nil)+"/sound")
	b.Look("a sound page")
	for _, name := range []string{"a-sound-page.png", "a-sound-page-narrow.png"} {
		if png, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
			t.Errorf("%s is no picture: %v", name, err)
		}
	}
}

// wrong is a test of a page in which something is wrong on purpose: what is heard of it after that was found, such as the
// second thing that the browser says of it, is no failure.
type wrong struct{ testing.TB }

func (w wrong) Errorf(format string, args ...any) { w.Logf(format, args...) }

// What is wrong with a page is found and said, each by the one that looks for it.
func TestWhatIsWrongIsFound(t *testing.T) {
	axe := func(b *Tab) (out []string) {
		for _, v := range b.violations() {
			out = append(out, v.String())
		}
		return out
	}
	for name, c := range map[string]struct {
		page, script string
		by           func(*Tab) []string
		said         string
	}{
		"no label":        {`<input name="x">`, "", axe, "Form elements must have labels (label)"},
		"pale":            {`<p style="color:#bbb">Words</p>`, "", axe, "color-contrast"},
		"small target":    {`<button style="all:unset;font-size:8px;outline:1px solid">a</button><button style="all:unset;font-size:8px">b</button>`, "", axe, "target-size"},
		"headings":        {`<h4>Four after one</h4>`, "", axe, "heading-order"},
		"not reached":     {`<a href="/x">One</a> <a href="/y" tabindex="-1">Two</a>`, "", (*Tab).untouched, "the Tab key goes to"},
		"out of order":    {`<a href="/x">One</a> <a href="/y" tabindex="1">Two</a>`, "", (*Tab).untouched, `a "Two"`},
		"no focus shown":  {`<button style="outline:none">Go</button>`, "", (*Tab).untouched, `button "Go" looks the same without the focus`},
		"covered":         {`<button>Go</button><div style="position:fixed;inset:0;background:#fff">Over it</div>`, "", (*Tab).untouched, `button "Go" is covered by div "Over it"`},
		"outside":         {`<button style="position:fixed;left:-500px">Go</button>`, "", (*Tab).untouched, `button "Go" is outside the window`},
		"held fast":       {`<a href="/x">One</a> <input id="hold"> <a href="/y">Two</a>`, `hold.addEventListener("keydown", (e) => e.preventDefault())`, (*Tab).untouched, "the Tab key goes to"},
		"wide":            {`<p style="width:30rem">Words</p>`, "", (*Tab).tooWide, `too wide: <p style="width:30rem">`},
		"console":         {``, `console.error("Oh", 7)`, (*Tab).heard, "error: Oh 7"},
		"warning":         {``, `console.warn("Hm")`, (*Tab).heard, "warning: Hm"},
		"broken off":      {``, `nothing.at.all()`, (*Tab).heard, "its script broke off: Uncaught ReferenceError"},
		"nobody caught":   {``, `Promise.reject(new Error("lost"))`, (*Tab).heard, "Error: lost"},
		"elsewhere":       {``, `fetch("http://bulkhead.example/").catch(() => {})`, (*Tab).heard, "violates the following Content Security Policy directive"},
		"a picture":       {`<img src="http://bulkhead.example/x.png" alt="">`, "", (*Tab).heard, "violates the following Content Security Policy directive"},
		"a script in it":  {`<script>alert(1)</script>`, "", (*Tab).heard, "violates the following Content Security Policy directive"},
		"text into marks": {`<p id="p"></p>`, `p.innerHTML = "<b>x</b>"`, (*Tab).heard, "TrustedHTML"},
		"a missing file":  {`<img src="/missing.png" alt="">`, "", (*Tab).heard, "it got 404 for http://127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			scripts := map[string]string{}
			if c.script != "" {
				scripts["page"] = c.script
			}
			b := Open(wrong{t}, site(t, map[string]string{"page": c.page}, scripts)+"/page")
			if name == "wide" {
				b.do(screen(narrow))
			}
			var found string
			b.until("find anything wrong", func() bool {
				found += strings.Join(c.by(b), "\n")
				return strings.Contains(found, c.said)
			})
		})
	}
}

// A page that leads elsewhere is told too, where no policy of its own forbids it.
func TestARequestToElsewhereIsFound(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<p>Elsewhere") }))
	defer other.Close()
	b := Open(wrong{t}, site(t, map[string]string{"page": `<a href="` + other.URL + `">Out</a>`}, nil)+"/page")
	b.Click("a")
	b.See("Elsewhere")
	said := ""
	b.until("say that it asked elsewhere", func() bool {
		said += strings.Join(b.heard(), "\n")
		return strings.Contains(said, "it asked for "+other.URL)
	})
}

// The browser reaches no other machine, whatever a page asks for.
func TestThereIsNoWayOut(t *testing.T) {
	b := Open(wrong{t}, site(t, map[string]string{"page": ""}, nil)+"/page")
	if _, err := evaluate[string](b, `fetch("http://127.0.0.1.example.com/", {mode: "no-cors"}).then(() => "came")`); err == nil {
		t.Error("it came through")
	}
}

func TestSomebodyUsesAPage(t *testing.T) {
	b := Open(t, site(t, map[string]string{"sound": sound, "next": `<form action="/sound"><input id="a" value="was" aria-label="A"><button>Send</button></form>`}, nil)+"/next")
	b.Fill("#a", "Is")
	if got := ask[string](b, "document.getElementById('a').value"); got != "Is" {
		t.Errorf("the field has %q", got)
	}
	b.Press(kb.Tab + kb.Enter)
	b.At("/sound")
	b.See("Which? One Two")
	b.Go("/next")
	b.Click("button")
	b.At("/sound")
}

func TestTabsShareNoCookies(t *testing.T) {
	at := site(t, map[string]string{"page": ""}, map[string]string{"page": `document.cookie ||= "seen=yes"`}) + "/page"
	one := Open(t, at)
	if got := ask[string](one, "document.cookie"); got != "seen=yes" {
		t.Fatalf("it has %q", got)
	}
	two := OpenPlain(t, at)
	if got := ask[string](two, "document.cookie"); got != "" {
		t.Errorf("the other has %q: its cookies are shared, or its scripts run", got)
	}
	two.Look("without scripts")
}

func TestItCanBeLeftOut(t *testing.T) {
	t.Setenv(without, "1")
	t.Run("a test", func(t *testing.T) {
		Open(t, "http://127.0.0.1:1/")
		t.Error("it was not skipped")
	})
}

func TestWhereTheProgramIs(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := find([]string{filepath.Join(dir, "none"), there}); got != there || err != nil {
		t.Errorf("it finds %q, %v", got, err)
	}
	if got, err := find(nil); got != "" || err == nil || !strings.Contains(err.Error(), "Debian package chromium") {
		t.Errorf("it finds %q, %v", got, err)
	}
}

// TestNothingOutlivesAKilledTest starts this test binary again, with a browser in it, and kills it.
func TestNothingOutlivesAKilledTest(t *testing.T) {
	temporary := os.Getenv("BULKHEAD_TO_BE_KILLED")
	if temporary != "" {
		Open(t, site(t, map[string]string{"sound": sound}, nil)+"/sound")
		os.Stdout.WriteString("it is open\n")
		select {}
	}
	needed(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	temporary = t.TempDir()
	child := exec.Command(self, "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "BULKHEAD_TO_BE_KILLED=1", "TMPDIR="+temporary)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if kill := child.Process.Kill(); err != nil || line != "it is open\n" || kill != nil {
		t.Fatalf("it said %q: %v %v", line, err, kill)
	}
	_ = child.Wait()
	for until := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		left, err := filepath.Glob(filepath.Join(temporary, "bulkhead-browser-*"))
		if err != nil {
			t.Fatal(err)
		}
		running := using(temporary)
		if len(left) == 0 && len(running) == 0 {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("left over: %q, and the processes %q", left, running)
		}
	}
}

// using gives the processes whose command names a folder.
func using(dir string) (out []string) {
	processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, process := range processes {
		if command, err := os.ReadFile(process); err == nil && strings.Contains(string(command), dir) {
			out = append(out, process)
		}
	}
	return out
}
