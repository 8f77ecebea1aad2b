package web_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A page loads only files of ours, and nothing that is written into it is run: the policy that browsers are told forbids
// both, so a page that tried would only break.
func TestPagesHoldNoScripts(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "pages/*.html")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	inline := regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]|\son[a-z]+=|\sstyle=|<style|javascript:|(?:src|href|action)="(?:https?:)?//`)
	forms := regexp.MustCompile(`<form[^>]*>`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := inline.Find(text); found != nil {
			t.Errorf("%s: %s", file, found)
		}
		for _, form := range forms.FindAllString(string(text), -1) {
			if !strings.Contains(form, `method="post"`) {
				t.Errorf("%s: %s says in the address what was filled in", file, form)
			}
		}
		if n := strings.Count(string(text), "<h1"); n != 1 && !strings.HasSuffix(file, "frame.html") {
			t.Errorf("%s has %d headings of the first rank", file, n)
		}
	}
}

// The script makes no text of a page into more than text, which Trusted Types would refuse.
func TestTheScriptWritesTextOnly(t *testing.T) {
	text, err := os.ReadFile("assets/passkey.js")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|setAttribute\("on`).Find(text); found != nil {
		t.Errorf("it uses %s", found)
	}
}

func TestFilesAreServed(t *testing.T) {
	b := staffed(t, false).visitor()
	for path, kind := range map[string]string{"/assets/bulkhead.css": "text/css; charset=utf-8", "/assets/passkey.js": "text/javascript; charset=utf-8", "/assets/bulkhead.svg": "image/svg+xml"} {
		p := b.get(path)
		p.is(t, 200)
		if p.Header.Get("Content-Type") != kind || !strings.Contains(p.Header.Get("Cache-Control"), "max-age") {
			t.Errorf("%s: %v", path, p.Header)
		}
	}
	for _, path := range []string{"/assets/", "/assets/none", "/assets/../web.go"} {
		if p := b.get(path); p.StatusCode == 200 {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
}
