package app

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// outline is the text of a file that is drafted for people to go on with: keys that say something, keys that could, and
// remarks. It knows how YAML is written and nothing of what is written.
//
// What could be said stands there as a comment: taking the "# " away says it.
type outline struct{ lines []outlined }

type outlined struct {
	indent int
	text   string // without the remark
	remark string // at the end of the line
	kind   outlineKind
}

type outlineKind int

const (
	saying  outlineKind = iota
	hinting             // what could be said
	telling             // a remark on a line of its own
	parting             // an empty line
)

const outlineWidth = 118

func (o *outline) add(kind outlineKind, indent int, text, remark string) {
	o.lines = append(o.lines, outlined{indent: indent, text: text, remark: remark, kind: kind})
}

// say adds a line that says something.
func (o *outline) say(indent int, text, remark string) { o.add(saying, indent, text, remark) }

// hint adds a line that could be said.
func (o *outline) hint(indent int, text, remark string) { o.add(hinting, indent, text, remark) }

// either adds a key with a text where there is something to say, and otherwise one that could be said.
func (o *outline) either(indent int, key, value, example, remark string) {
	if value == "" {
		o.hint(indent, key+": "+example, remark)
		return
	}
	o.value(indent, key, value, "")
}

// word is either, for a value that is a word of a list or a number.
func (o *outline) word(indent int, key, value, example, remark string) {
	if value == "" {
		o.hint(indent, key+": "+example, remark)
		return
	}
	o.say(indent, key+": "+value, "")
}

// value adds a key with a text of any sort.
func (o *outline) value(indent int, key, value, remark string) {
	const room = 100
	if utf8.RuneCountInString(value) <= room-indent-len(key) || shown(value) != value {
		o.say(indent, key+": "+scalar(value), remark)
		return
	}
	o.say(indent, key+": >-", remark)
	for _, l := range wrapped(value, room) {
		o.say(indent+2, l, "")
	}
}

// tell adds a remark on lines of its own.
func (o *outline) tell(indent int, text string) {
	for _, l := range wrapped(text, outlineWidth-indent-2) {
		o.add(telling, indent, l, "")
	}
}

// part adds an empty line.
func (o *outline) part() { o.add(parting, 0, "", "") }

// text writes it out. With all, what could be said is said: so it is known that taking the signs away gives a file that
// can be read.
func (o *outline) text(all bool) []byte {
	var b strings.Builder
	margin := -1 // of the hints that hang together: their signs stand below each other
	for _, l := range o.lines {
		if l.kind == saying || l.kind == parting {
			margin = -1
		}
		if l.kind == hinting && (margin < 0 || l.indent < margin) {
			margin = l.indent
		}
		line := strings.Repeat(" ", l.indent)
		switch {
		case l.kind == telling:
			line += "# " + shown(l.text)
		case l.kind == hinting && !all:
			line = line[:margin] + "# " + line[margin:] + l.text
		default:
			line += l.text
		}
		if l.remark != "" {
			line += " # " + shown(l.remark)
		}
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// scalar writes a text as a value: plain where no reader could take it for anything else, in quotes otherwise.
func scalar(s string) string {
	if isPlain(s) {
		return s
	}
	return strconv.Quote(s)
}

func isPlain(s string) bool {
	if first, _ := utf8.DecodeRuneInString(s); !unicode.IsLetter(first) || strings.HasSuffix(s, ":") || strings.Contains(s, ": ") {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf":
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" ,.;:'()/_+-&!?@=~", r)
	})
}

// shown gives a text without what cannot be seen, so that no remark can end before its line does.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// wrapped parts a text into lines of at most so many characters, save for words that are longer.
func wrapped(text string, room int) (out []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room {
			out, line = append(out, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
