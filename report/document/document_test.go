package document_test

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// hostile is what somebody could write into a service file to have it do something where it is shown.
func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `<img src=https://evil.example/x.png onerror=alert(1)>`, `"><b>bold</b>`, `' onmouseover='x`, `</style><script>x</script>`, `</details><h1>x</h1>`,
		`<!-- -->`, `&lt;b&gt;`, `&#60;b>`,
		`![picture](https://evil.example/x.png)`, `[words](https://evil.example)`, `[words]: https://evil.example`, `[words](javascript:alert(1))`, `[^1]`, `\[words\](x)`,
		`<https://evil.example>`, `https://evil.example/path`, `see http://evil.example.`, `www.evil.example`, `WWW.evil.example`, `(www.evil.example)`, `ftp://evil.example`, `mail@evil.example`,
		`@somebody`, `ask @some-team/lead now`, `@`, `#12`, `other/repository#12`, `GH-12`, `!12`, `%"milestone"`, `~label`, `$12`, `&12`, `^alert#1`,
		`:octocat:`, `:a:smile:`, `:+1:`,
		"`code`", "``a`b``", "**bold**", "__bold__", "*it*", "_it_", "~~gone~~", "$x^2$", "$$x$$", "a|b", `a\|b`, `\`, `a\`, `|---|`, "`a|b`",
		"# heading", "- item", "+ item", "* item", "1. item", "1) item", "> quote", "---", "===", "***", "    code", "\tcode", "```\ncode", "~~~\ncode", "/close", "/assign @me", "- [ ] task",
		"line\n\n# heading", "line\r\n- item", "\u202eright to left", "zero\u200bwidth", "bell\x07\x1b[31m", "bad \xff\xfe bytes", "null\x00", "\ufeffmark",
	}
}

// everywhere is a document with words in every place that there is.
func everywhere(words string) *document.Document {
	text := document.Say(words)
	cells := []document.Cell{{Text: text}, {Text: document.Name(words), Mark: document.Bad}, {Text: document.Bold(words)}}
	return &document.Document{
		Title: words, Marking: words,
		Blocks: []document.Block{
			document.Paragraph{Text: text},
			document.Paragraph{Mark: document.Look, Text: document.Say("before ").And(document.Name(words), text)},
			document.List{Items: []document.Item{{Text: text, More: []document.Text{text, document.Name(words)}}}},
			document.List{Ordered: true, Items: []document.Item{{Mark: document.Good, Text: text}}},
			document.Table{Caption: words, Head: []string{words, "b", "c"}, Rows: [][]document.Cell{cells, cells}},
			document.Facts{{Name: words, Text: text}},
			document.Details{Summary: words, Blocks: []document.Block{document.Paragraph{Text: text}}},
			document.Form{Caption: words, Head: []string{words, "b"}, Names: []string{words}},
		},
		Sections: []document.Section{{Title: words, Blocks: []document.Block{document.Paragraph{Text: text}}, Sections: []document.Section{{Title: words}}}, {Title: words}, {Title: words}, {Title: words}},
	}
}

// code finds what stands between backticks, where nothing has a meaning.
var code = regexp.MustCompile("(`+)[^`]+?(?:`[^`]+?)*?(`+)")

func TestNothingThatSomebodyWroteHasAMeaningInMarkdown(t *testing.T) {
	meaning := map[string]*regexp.Regexp{
		"markup":    regexp.MustCompile(`<(?:[^ds/]|d[^e]|s[^u]|/[^ds])`),
		"a link":    regexp.MustCompile(`(?i)(?:^|[^\\])\[|://|www\.`),
		"a call":    regexp.MustCompile(`@[^&\s*|]|(?:^|[^&\\])#[0-9A-Za-z]|(?i:gh-[0-9])|![0-9]`),
		"a picture": regexp.MustCompile(`:[a-zA-Z0-9_+-]+:`),
		"a style":   regexp.MustCompile(`(?:^|[^\\])[_~$]|(?:^|[^\\*])\*(?:[^*]|$)`),
		"control":   regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x{200b}\x{202e}\x{feff}]`),
	}
	for _, words := range hostile() {
		whole := document.Markdown(everywhere(words), 2)
		bare := code.ReplaceAllString(whole, "CODE")
		for what, found := range meaning {
			if at := found.FindStringIndex(bare); at != nil {
				t.Errorf("%q: there is %s at %q in:\n%s", words, what, bare[max(0, at[0]-20):min(len(bare), at[1]+20)], bare)
			}
		}
		begins(t, words, whole)
	}
}

// begins holds every line to what it begins with when the words are harmless.
func begins(t *testing.T, words, whole string) {
	t.Helper()
	got, want := strings.Split(whole, "\n"), strings.Split(document.Markdown(everywhere("x"), 2), "\n")
	if len(got) != len(want) {
		t.Errorf("%q: it made %d lines; want %d", words, len(got), len(want))
		return
	}
	for i := range got {
		lead, _, _ := strings.Cut(want[i], "x")
		lead = strings.TrimSuffix(lead, "`") // what cannot stand as code in a table stands as words
		rest, same := strings.CutPrefix(got[i], lead)
		atStart := regexp.MustCompile(`^ *(?:- |[0-9]+\. )?$`).MatchString(lead)
		if !same && strings.TrimSpace(got[i]) != strings.TrimSpace(lead) || atStart && regexp.MustCompile(`^(?:[-+=#>/\t ]|\*[^*]|[0-9]+[.)])`).MatchString(rest) {
			t.Errorf("%q: a line begins with a meaning: %q, want %q", words, got[i], lead)
		}
	}
}

func TestTablesKeepTheirShape(t *testing.T) {
	for _, words := range hostile() {
		d := &document.Document{Blocks: []document.Block{document.Table{Head: []string{words, "b", "c"}, Rows: [][]document.Cell{{{Text: document.Say(words)}, {Text: document.Name(words)}, {Text: document.Bold(words)}}}}}}
		for _, line := range strings.Split(strings.TrimSpace(document.Markdown(d, 1)), "\n") {
			if n := strings.Count(line, "|"); n != 4 {
				t.Errorf("%q: a row has %d signs of a column: %s", words, n, line)
			}
		}
	}
}

// The page is read as XML, which is stricter than HTML, so that nothing is left open and no attribute is without its quotes.
func TestNothingThatSomebodyWroteHasAMeaningInHTML(t *testing.T) {
	plain := elements(t, document.HTML(everywhere("x")))
	for _, words := range hostile() {
		page := document.HTML(everywhere(words))
		if got := elements(t, page); got != plain {
			t.Errorf("%q makes other elements:\n%s\nwant\n%s", words, got, plain)
		}
		if regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x{200b}\x{202e}\x{feff}]`).MatchString(page) {
			t.Errorf("%q: a character that shows nothing is left", words)
		}
	}
}

// elements lists the elements of a page with their attributes, all but the words in labels.
func elements(t *testing.T, page string) string {
	t.Helper()
	page = strings.Replace(page, "<!doctype html>", "", 1)
	page = regexp.MustCompile(`<meta ([^>]*)>`).ReplaceAllString(page, "<meta $1/>")
	dec := xml.NewDecoder(strings.NewReader(page))
	var out strings.Builder
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, page)
		}
		switch x := token.(type) {
		case xml.StartElement:
			out.WriteString("<" + x.Name.Local)
			for _, a := range x.Attr {
				if out.WriteString(" " + a.Name.Local); a.Name.Local != "aria-label" {
					out.WriteString("=" + a.Value)
				}
			}
			out.WriteString(">\n")
		case xml.Comment, xml.ProcInst, xml.Directive:
			t.Errorf("%T in the page", x)
		}
	}
}

func TestAPageNeedsNothingElse(t *testing.T) {
	page := document.HTML(everywhere("x"))
	for _, bad := range []string{"<script", "http:", "https:", "url(", "@import", "<link", "<img", " on", "javascript"} {
		body := page
		if bad == " on" {
			body = regexp.MustCompile(`<[^>]*>`).FindString(page)
		}
		if strings.Contains(body, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, want := range []string{
		`<html lang="en-GB">`, `<title>x [x]</title>`, `default-src 'none'`, `<caption>x</caption>`, `<th scope="col">`, `<th scope="row">`,
		`<span class="mark bad" role="img" aria-label="does not stand">!</span>`, `display: table-header-group`, `<nav aria-labelledby="contents">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(page, `class="marking"`); n != 2 {
		t.Errorf("the marking stands %d times", n)
	}
}

func TestMarkdownReads(t *testing.T) {
	d := &document.Document{
		Title: "Permits", Marking: "OFFICIAL",
		Blocks: []document.Block{
			document.Paragraph{Mark: document.Bad, Text: document.Bold("One thing is wrong.")},
			document.Table{Head: []string{"What", "How many"}, Rows: [][]document.Cell{{{Text: document.Say("Risks")}, {Text: document.Say("2"), Number: true}}}},
		},
		Sections: []document.Section{{Title: "Next", Blocks: []document.Block{
			document.List{Ordered: true, Items: []document.Item{{Text: document.Say("Mend ").And(document.Name("backup"), document.Say(", soon")), More: []document.Text{document.Say("Gains: 1")}}}},
			document.Details{Summary: "More", Blocks: []document.Block{document.Facts{{Name: "Engine", Text: document.Say("1")}}}},
		}}},
	}
	const want = "**OFFICIAL**\n\n## Permits\n\n**!** **One thing is wrong.**\n\n| What | How many |\n| --- | --: |\n| Risks | 2 |\n\n### Next\n\n1. Mend `backup`, soon\n   - Gains: 1\n\n" +
		"<details>\n<summary>More</summary>\n\n- **Engine**: 1\n\n</details>\n\n**OFFICIAL**\n"
	if got := document.Markdown(d, 2); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
