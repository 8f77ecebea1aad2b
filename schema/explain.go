package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

var tooDeep = fmt.Sprintf("this is nested deeper than %d levels, the most that is read", MaxDepth)

// explain turns an error of the YAML reader into a place and a sentence for somebody who does not know how YAML is read.
// An error that is not in the list below keeps the reader's own words.
func explain(err error, text []byte) *trouble {
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok && len(many.Errors) > 0 {
		err = many.Errors[0]
	}
	one, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return &trouble{1, 1, "this is not valid YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	t := &trouble{one.Mark.Line, one.Mark.Column, "this is not valid YAML: " + one.Message}
	if t.line == 0 {
		t.line, t.column = place(text, one.Mark.Index)
	}
	if line, column := tabIndent(text, t.line); line > 0 {
		return &trouble{line, column, "a tab is used to indent; YAML allows spaces only: use two spaces for each level"}
	}
	for _, s := range sentences {
		if !strings.Contains(one.ContextMsg, s.context) || !strings.HasPrefix(one.Message, s.message) {
			continue
		}
		t.text = s.text
		if s.opening && one.ContextMark.Line > 0 {
			t.line, t.column = one.ContextMark.Line, one.ContextMark.Column
		}
		if strings.Contains(t.text, "%s") {
			t.text = fmt.Sprintf(t.text, quote(character(text, t.line, t.column)))
		}
		break
	}
	return t.within(text)
}

// within moves a place beyond the end of the text to the end.
func (t *trouble) within(text []byte) *trouble {
	if line, column := place(text, len(text)); t.line > line {
		t.line, t.column = line, column
	}
	return t
}

// sentences say in plain words what the reader found. The first that fits is used. With opening, the place is where what
// went wrong begins, such as the quotation mark that is never closed, rather than where the reader gave up.
var sentences = []struct {
	context, message string
	opening          bool
	text             string
}{
	{"", "exceeded max depth", false, tooDeep},
	{"", "unknown anchor", false, noAlias},
	{"an alias", "", true, noAlias},
	{"an anchor", "", true, noAnchor},
	{"a tag", "", true, noTag},
	{"", "found undefined tag handle", true, noTag},
	{"a node", "", true, noTag},
	{"directive", "", true, "a line that starts with % speaks to the YAML reader; take it out, or put the text in quotes"},
	{"", "control characters", false, "here is a character that cannot be seen; take it out"},
	{"", "found character that cannot start", false, "a text cannot start with %s; put it in quotes"},
	{"", "mapping values are not allowed", false, "\": \" is not expected here: put a text that holds \": \" in quotes, and start each key of one group in the same column"},
	{"", "block sequence entries are not allowed", false, "a list cannot start here; put each \"- \" at the start of a line of its own"},
	{"a simple key", "", true, "expected a key and a colon, such as `name: value`; indent this line more if it goes on from the line before"},
	{"a quoted scalar", "found unexpected", true, "the quotation mark here is never closed"},
	{"a quoted scalar", "", false, "after \\ in double quotes comes a code such as n; write \\\\ for a backslash, or use single quotes"},
	{"a flow sequence", "", true, "the [ here is not closed with ], or a comma between its items is missing"},
	{"a flow mapping", "", true, "the { here is not closed with }, or a comma between its keys is missing"},
	{"a flow node", "", false, "expected a value or a closing bracket here"},
	{"a block node", "", false, "expected a value here"},
	{"a block mapping", "", false, "this line does not line up with the keys before it; start each key of one group in the same column"},
	{"a block collection", "", false, "this line does not line up with the list before it; start each \"- \" of one list in the same column"},
	{"a block scalar", "", false, "after | or > the text starts on the next line, indented"},
	{"", "found a comment without", false, "put a space before #, or put the text in quotes"},
}

// character gives the character at a place.
func character(text []byte, line, column int) string {
	for range line - 1 {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	for range column - 1 {
		_, size := utf8.DecodeRune(text)
		text = text[size:]
	}
	r, size := utf8.DecodeRune(text)
	if size == 0 || !unicode.IsPrint(r) {
		return "this"
	}
	return string(r)
}

// tabIndent finds a tab in the white space before the text of a line, or of the line before it.
func tabIndent(text []byte, near int) (line, column int) {
	for i := 1; i <= near && len(text) > 0; i++ {
		var l []byte
		l, text, _ = bytes.Cut(text, []byte("\n"))
		indent := l[:len(l)-len(bytes.TrimLeft(l, " \t"))]
		if tab := bytes.IndexByte(indent, '\t'); tab >= 0 && len(indent) < len(l) && i >= near-1 {
			return i, tab + 1
		}
	}
	return 0, 0
}
