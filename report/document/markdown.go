package document

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown writes a document as Markdown, as the code hosts show it. The heading of the document is of the level top, so
// that a comment can begin lower down than a page.
//
// Words are escaped so that they stay words wherever they are shown: not only what Markdown gives a meaning, but also what
// code hosts make of plain words afterwards, such as a call to somebody (@), a reference to an issue (#1) or an address that
// becomes a link. An invisible space is put into those, because no escape keeps a host from finding them.
func Markdown(d *Document, top int) string {
	m := &markdown{top: top}
	m.marking(d.Marking)
	m.heading(0, d.Title)
	m.blocks(d.Blocks)
	m.sections(1, d.Sections)
	m.marking(d.Marking)
	return strings.TrimRight(m.out.String(), "\n") + "\n"
}

type markdown struct {
	out strings.Builder
	top int
}

func (m *markdown) lines(lines ...string) {
	for _, l := range lines {
		m.out.WriteString(l)
		m.out.WriteByte('\n')
	}
	m.out.WriteByte('\n')
}

func (m *markdown) marking(text string) {
	if text != "" {
		m.lines(opening(m.text(Bold(text))))
	}
}

func (m *markdown) heading(depth int, title string) {
	if title != "" {
		m.lines(strings.Repeat("#", min(m.top+depth, 6)) + " " + strings.TrimSpace(escape(title)))
	}
}

func (m *markdown) sections(depth int, list []Section) {
	for i := range list {
		m.heading(depth, list[i].Title)
		m.blocks(list[i].Blocks)
		m.sections(depth+1, list[i].Sections)
	}
}

func (m *markdown) blocks(list []Block) {
	for _, b := range list {
		switch b := b.(type) {
		case Paragraph:
			m.lines(opening(m.signed(b.Mark, b.Text)))
		case List:
			m.list(b)
		case Table:
			m.table(b.Caption, b.Head, b.Rows)
		case Facts:
			for _, f := range b {
				m.out.WriteString("- " + m.text(Bold(f.Name)) + ": " + m.text(f.Text) + "\n")
			}
			m.out.WriteByte('\n')
		case Form:
			rows := make([][]Cell, len(b.Names))
			for i, name := range b.Names {
				rows[i] = append([]Cell{{Text: Say(name)}}, make([]Cell, len(b.Head)-1)...)
			}
			m.table(b.Caption, b.Head, rows)
		case Details:
			m.lines("<details>", "<summary>"+bare(b.Summary)+"</summary>")
			m.blocks(b.Blocks)
			m.lines("</details>")
		}
	}
}

func (m *markdown) list(l List) {
	for i, item := range l.Items {
		lead := "- "
		if l.Ordered {
			lead = strconv.Itoa(i+1) + ". "
		}
		m.out.WriteString(lead + opening(m.signed(item.Mark, item.Text)) + "\n")
		for _, more := range item.More {
			m.out.WriteString(strings.Repeat(" ", len(lead)) + "- " + opening(m.text(more)) + "\n")
		}
	}
	m.out.WriteByte('\n')
}

func (m *markdown) table(caption string, head []string, rows [][]Cell) {
	if caption != "" {
		m.lines(m.text(Bold(caption)))
	}
	cells, rule := make([]string, len(head)), make([]string, len(head))
	for i, h := range head {
		cells[i], rule[i] = strings.TrimSpace(escape(h)), "---"
		if len(rows) > 0 && i < len(rows[0]) && rows[0][i].Number {
			rule[i] = "--:"
		}
	}
	m.row(cells)
	m.row(rule)
	for _, r := range rows {
		cells = cells[:0]
		for _, c := range r {
			cells = append(cells, m.signed(c.Mark, c.Text))
		}
		m.row(cells)
	}
	m.out.WriteByte('\n')
}

func (m *markdown) row(cells []string) {
	m.out.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func (m *markdown) signed(mark Mark, t Text) string {
	text := m.text(t)
	if mark == None {
		return text
	}
	return strings.TrimSpace("**" + escape(mark.Sign()) + "** " + text)
}

func (m *markdown) text(t Text) string {
	var out strings.Builder
	for _, s := range t {
		words := tidy(s.Words)
		switch {
		case strings.TrimSpace(words) == "":
			out.WriteString(words)
		case s.As == Code && !strings.Contains(words, "|"): // a table would be cut there
			out.WriteString(typed(words))
		case s.As == Strong:
			out.WriteString("**" + strings.TrimSpace(escape(words)) + "**")
		default:
			out.WriteString(escape(words))
		}
	}
	return strings.TrimSpace(out.String())
}

// typed writes words as code, within more backticks than are in them.
func typed(words string) string {
	words = strings.TrimSpace(words)
	most, run := 0, 0
	for _, r := range words {
		if run++; r != '`' {
			run = 0
		}
		most = max(most, run)
	}
	fence := strings.Repeat("`", most+1)
	if most > 0 {
		words = " " + words + " "
	}
	return fence + words + fence
}

// escape writes plain words so that they stay words.
func escape(words string) string {
	var out strings.Builder
	for _, r := range unlinked(tidy(words)) {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '~', '$':
			out.WriteByte('\\')
			out.WriteRune(r)
		case '|':
			out.WriteString("&#124;")
		default:
			out.WriteString(entities(string(r)))
		}
	}
	return out.String()
}

// entity writes what HTML gives a meaning to. It is made once, which costs more than to write with it.
var entity = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", invisible, "&#8203;")

func entities(words string) string { return entity.Replace(words) }

// bare writes words where there may be no Markdown or where there may: by numbers.
func bare(words string) string {
	var out strings.Builder
	for _, r := range unlinked(tidy(words)) {
		switch {
		case string(r) == invisible || strings.ContainsRune("\\`*_[]<>&|~$#!@^{}'\"", r):
			out.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

const invisible = "\u200b" // never in words, because tidy takes it out

// unlinked puts an invisible space into what code hosts look for in words and make a link, a call or a picture of.
func unlinked(words string) string {
	var out strings.Builder
	for i, r := range words {
		if r == '.' && strings.HasSuffix(strings.ToLower(words[:i]), "www") {
			out.WriteString(invisible)
		}
		out.WriteRune(r)
		if called(words[:i], r, words[i+utf8.RuneLen(r):]) {
			out.WriteString(invisible)
		}
	}
	return out.String()
}

var picture = regexp.MustCompile(`(?i)^[a-z0-9_+-]+:`)

// called says whether a sign calls somebody or something: people and teams, issues and other things by a sign and a number
// or a name, pictures by a name between colons, and addresses.
func called(before string, sign rune, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	switch sign {
	case '@':
		return after != ""
	case '#', '!', '%', '$', '~', '^', '&':
		return unicode.IsLetter(next) || unicode.IsDigit(next) || next == '"'
	case ':':
		return strings.HasPrefix(after, "//") || picture.MatchString(after)
	case '-':
		return unicode.IsDigit(next) && strings.HasSuffix(strings.ToLower(before), "gh")
	}
	return false
}

// opens is what has a meaning where a line begins: lists, headings, rules and commands of the code host.
var opens = regexp.MustCompile(`^(?:[-+=#/]|[0-9]+[.)])`)

// opening escapes the first sign of a line where it would have a meaning. A line without words keeps its place.
func opening(line string) string {
	if line == "" {
		return entities(invisible)
	}
	at := opens.FindString(line)
	if at == "" {
		return line
	}
	return line[:len(at)-1] + `\` + line[len(at)-1:]
}
