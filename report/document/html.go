package document

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"strconv"
	"strings"
)

// HTML writes a document as one page of HTML that needs nothing else: no script, no picture, no font and no address. A
// policy in its head keeps even a browser with a defect from running or loading anything.
//
// What this package writes is written by its own code and never by what somebody wrote: words go through [html.EscapeString]
// in one place, attributes hold numbers and words of the document's builder, escaped too. (html/template is not used,
// because it can open files, which nothing on this floor of the house can.)
func HTML(d *Document) string {
	h := &page{}
	sum := sha256.Sum256([]byte(style))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	h.line(`<!doctype html>`)
	h.line(`<html lang="en-GB">`)
	h.line(`<head>`)
	h.line(`<meta charset="utf-8">`)
	h.line(`<meta http-equiv="Content-Security-Policy" content="`, policy, `">`)
	h.line(`<meta name="viewport" content="width=device-width, initial-scale=1">`)
	h.line(`<title>`, words(d.Title+" ["+d.Marking+"]"), `</title>`)
	h.line(`<style>`, style, `</style>`)
	h.line(`</head>`)
	h.line(`<body>`)
	h.line(`<header class="marking"><p><span class="aside">Marking: </span>`, words(d.Marking), `</p></header>`)
	h.line(`<main>`)
	h.heading(1, "", d.Title)
	h.blocks(d.Blocks)
	h.contents(d.Sections)
	h.parts(2, d.Sections)
	h.line(`</main>`)
	h.line(`<footer class="marking"><p><span class="aside">Marking: </span>`, words(d.Marking), `</p></footer>`)
	h.line(`</body>`)
	h.line(`</html>`)
	return h.out.String()
}

// style is the whole look of a page. Colours have a contrast of at least 4.5 to 1 on their ground. On paper the marking is
// the head and the foot of a table that the page becomes, so that it is on every sheet.
const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; color: #111; background: #fff; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
.marking p { max-width: none; margin: 0; padding: .35rem 1rem; text-align: center; font-weight: 700; letter-spacing: .04em; background: #1d2b3a; color: #fff; }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h1 { font-size: 2rem; line-height: 1.2; margin: 1rem 0 .75rem; }
h2 { font-size: 1.45rem; line-height: 1.25; margin: 2.25rem 0 .5rem; padding-top: .75rem; border-top: 3px solid #1d2b3a; }
h3 { font-size: 1.15rem; margin: 1.5rem 0 .4rem; }
p, ul, ol, dl { margin: .5rem 0; max-width: 46rem; }
li { margin: .3rem 0; }
li > ul { margin: .15rem 0; }
nav { margin: 1.5rem 0; padding: .75rem 1rem; background: #f2f4f6; }
nav h2 { border: 0; margin: 0; padding: 0; font-size: 1rem; }
nav ol { columns: 2; margin: .4rem 0 0; }
a { color: #0b4f8a; }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; background: #f2f4f6; padding: .05em .25em; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .25rem 1.25rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: .75rem 0 1.25rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #b6bec6; overflow-wrap: break-word; }
thead th { border-bottom: 2px solid #1d2b3a; overflow-wrap: normal; }
tbody th { font-weight: 400; }
th code { overflow-wrap: break-word; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.blank td { height: 3rem; border: 1px solid #6b7680; }
.mark { padding: 0 .45em; margin-right: .35em; font-weight: 700; border: 1px solid; border-radius: .2em; }
.good { color: #0a5a2c; background: #e7f4ec; }
.look { color: #6d4200; background: #fdf1dc; }
.bad { color: #8a1410; background: #fbe7e6; }
details { margin: .75rem 0; }
summary { cursor: pointer; font-weight: 600; }
@media (max-width: 40rem) { nav ol { columns: 1; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print {
  @page { size: A4; margin: 12mm 15mm; }
  body { display: table; width: 100%; font-size: 10pt; }
  header.marking { display: table-header-group; break-inside: avoid; }
  footer.marking { display: table-footer-group; break-inside: avoid; }
  main { display: table-row-group; max-width: none; padding: 0; }
  .marking p { background: none; color: #000; padding: 0 0 4mm; }
  footer.marking p { padding: 4mm 0 0; }
  h2, h3, caption, summary { break-after: avoid; }
  tr, li { break-inside: avoid; }
  thead { display: table-header-group; }
  nav { display: none; }
  .wide { overflow: visible; }
  .mark, code { background: none; }
}
`

type page struct {
	out      strings.Builder
	sections int
}

func (h *page) line(parts ...string) {
	for _, p := range parts {
		h.out.WriteString(p)
	}
	h.out.WriteByte('\n')
}

func words(s string) string { return html.EscapeString(tidy(s)) }

func (h *page) heading(level int, id, title string) {
	n := strconv.Itoa(min(level, 6))
	if id != "" {
		id = ` id="` + id + `"`
	}
	h.line(`<h`, n, id, `>`, words(title), `</h`, n, `>`)
}

// contents lists the sections, where there are so many that a reader wants to go to one.
func (h *page) contents(list []Section) {
	if len(list) < 4 {
		return
	}
	h.line(`<nav aria-labelledby="contents">`)
	h.heading(2, "contents", "Contents")
	h.line(`<ol>`)
	n := 0
	for i := range list {
		n++
		h.line(`<li><a href="#s`, strconv.Itoa(n), `">`, words(list[i].Title), `</a></li>`)
		n += count(list[i].Sections)
	}
	h.line(`</ol>`)
	h.line(`</nav>`)
}

// count counts sections with those in them.
func count(list []Section) (n int) {
	for i := range list {
		n += 1 + count(list[i].Sections)
	}
	return n
}

func (h *page) parts(level int, list []Section) {
	for i := range list {
		h.sections++
		id := "s" + strconv.Itoa(h.sections)
		h.line(`<section aria-labelledby="`, id, `">`)
		h.heading(level, id, list[i].Title)
		h.blocks(list[i].Blocks)
		h.parts(level+1, list[i].Sections)
		h.line(`</section>`)
	}
}

func (h *page) blocks(list []Block) {
	for _, b := range list {
		switch b := b.(type) {
		case Paragraph:
			h.line(`<p>`, signed(b.Mark, b.Text), `</p>`)
		case List:
			h.list(b)
		case Table:
			h.table(b)
		case Facts:
			h.line(`<dl>`)
			for _, f := range b {
				h.line(`<dt>`, words(f.Name), `</dt><dd>`, spans(f.Text), `</dd>`)
			}
			h.line(`</dl>`)
		case Form:
			h.form(b)
		case Details:
			h.line(`<details open="">`)
			h.line(`<summary>`, words(b.Summary), `</summary>`)
			h.blocks(b.Blocks)
			h.line(`</details>`)
		}
	}
}

func (h *page) list(l List) {
	tag := "ul"
	if l.Ordered {
		tag = "ol"
	}
	h.line(`<`, tag, `>`)
	for _, item := range l.Items {
		h.out.WriteString(`<li>` + signed(item.Mark, item.Text))
		if len(item.More) > 0 {
			h.out.WriteString("\n<ul>\n")
			for _, more := range item.More {
				h.line(`<li>`, spans(more), `</li>`)
			}
			h.out.WriteString("</ul>\n")
		}
		h.line(`</li>`)
	}
	h.line(`</`, tag, `>`)
}

func (h *page) table(t Table) {
	h.open(t.Caption, "")
	h.out.WriteString(`<thead><tr>`)
	for i, head := range t.Head {
		class := ""
		if len(t.Rows) > 0 && i < len(t.Rows[0]) && t.Rows[0][i].Number {
			class = ` class="number"`
		}
		h.out.WriteString(`<th scope="col"` + class + `>` + words(head) + `</th>`)
	}
	h.line(`</tr></thead>`)
	h.line(`<tbody>`)
	for _, row := range t.Rows {
		h.out.WriteString(`<tr>`)
		for i, c := range row {
			h.cell(c, i == 0)
		}
		h.line(`</tr>`)
	}
	h.line(`</tbody></table></div>`)
}

// open begins a table. What is wider than the page can be moved, with the keyboard too.
func (h *page) open(caption, class string) {
	h.line(`<div class="wide" role="region" aria-label="`, words(caption), `" tabindex="0">`)
	h.line(`<table`, class, `><caption>`, words(caption), `</caption>`)
}

func (h *page) cell(c Cell, first bool) {
	class := ""
	if c.Number {
		class = ` class="number"`
	}
	tag, end := "td"+class, "td"
	if first {
		tag, end = `th scope="row"`+class, "th"
	}
	fmt.Fprintf(&h.out, "<%s>%s</%s>", tag, signed(c.Mark, c.Text), end)
}

func (h *page) form(f Form) {
	h.open(f.Caption, ` class="blank"`)
	h.out.WriteString(`<thead><tr>`)
	for _, head := range f.Head {
		h.out.WriteString(`<th scope="col">` + words(head) + `</th>`)
	}
	h.line(`</tr></thead>`)
	h.line(`<tbody>`)
	for _, name := range f.Names {
		h.line(`<tr><th scope="row">`, words(name), `</th>`, strings.Repeat(`<td></td>`, len(f.Head)-1), `</tr>`)
	}
	h.line(`</tbody></table></div>`)
}

func signed(m Mark, t Text) string {
	class := [...]string{"", "good", "look", "bad"}[m]
	if m == None {
		return spans(t)
	}
	return `<span class="mark ` + class + `" role="img" aria-label="` + m.Words() + `">` + m.Sign() + `</span>` + spans(t)
}

func spans(t Text) string {
	var out strings.Builder
	for _, s := range t {
		switch s.As {
		case Code:
			out.WriteString(`<code>` + words(s.Words) + `</code>`)
		case Strong:
			out.WriteString(`<strong>` + words(s.Words) + `</strong>`)
		default:
			out.WriteString(words(s.Words))
		}
	}
	return strings.TrimSpace(out.String())
}
