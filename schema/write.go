package schema

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// How a document is laid out.
const (
	writeWidth = 100 // characters of a line, where the text lets it be broken
	flowItems  = 8   // of a list that is written between brackets
)

// Write writes a document of a type for people to read and go on with, such as the draft of a service file: keys in the
// order of the type, without what is not said; short lists of words and groups of numbers between brackets; long texts
// over several lines; quotation marks only where a reader of YAML, new or old, could take a text for something else. A key
// at the margin that holds more than one line stands apart from what is before it.
//
// Reading the text again gives the same value, as for [YAML], which is for records that machines keep.
func Write(v any) ([]byte, error) {
	w := writer{encoder{plans: planner{}}}
	value := reflect.Indirect(reflect.ValueOf(v))
	root := w.piece(w.plans.of(value.Type()), value, 0)
	switch {
	case w.err != nil:
		return nil, w.err
	case !root.said():
		return nil, fault.New(fault.Internal, "there is nothing to write")
	case len(root.below) == 0:
		return []byte(root.head + "\n"), nil
	}
	var b strings.Builder
	for i, line := range root.below {
		opens := i+1 < len(root.below) && strings.HasPrefix(root.below[i+1], "  ")
		if i > 0 && opens && line != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "- ") {
			b.WriteByte('\n')
		}
		b.WriteString(line + "\n")
	}
	return []byte(b.String()), nil
}

type writer struct{ encoder }

// piece is how a value is written: what stands behind its key, and the lines below that.
type piece struct {
	head  string
	below []string
	group bool // keys and values, which may start on the line of the dash of an item
}

func (p piece) said() bool { return p.head != "" || len(p.below) > 0 }

// piece writes a value that stands so many columns in.
func (w *writer) piece(pl *plan, v reflect.Value, column int) piece {
	switch pl.shape {
	case shapeStruct:
		return w.structure(pl, v, column)
	case shapeList:
		return w.list(pl, v, column)
	case shapeMap:
		return w.mapping(pl, v, column)
	case shapeInt, shapeBool, shapeWord, shapeParsed:
		if text := w.plainText(pl, v); text != "" {
			return piece{head: scalar(text, false)}
		}
		return piece{}
	}
	return textPiece(w.text(v), column)
}

// plainText gives the text of a value that is not free: a number, yes, a word of a list, a date.
func (w *writer) plainText(pl *plan, v reflect.Value) string {
	switch {
	case pl.shape == shapeBool && v.Bool():
		return "yes"
	case pl.shape == shapeBool:
		return ""
	case pl.shape == shapeInt:
		if n := w.node(v); n != nil {
			return n.Value
		}
		return ""
	}
	return w.text(v)
}

func (w *writer) structure(pl *plan, v reflect.Value, column int) piece {
	out := piece{group: true}
	numbers := pl.id < 0
	for i := range pl.fields {
		f := &pl.fields[i]
		child := w.piece(f.plan, v.Field(f.index), column+2)
		out.add(f.key, child)
		numbers = numbers && (!child.said() || isNumber(child))
	}
	if flow := "{" + strings.Join(out.below, ", ") + "}"; numbers && column > 0 && len(out.below) > 0 && column+len(flow) <= writeWidth {
		return piece{head: flow}
	}
	return out
}

func isNumber(p piece) bool { return p.head != "" && strings.Trim(p.head, "0123456789") == "" }

// add writes a key and what stands behind and below it.
func (p *piece) add(key string, child piece) {
	if !child.said() {
		return
	}
	p.below = append(p.below, strings.TrimSuffix(quoted(key, false)+": "+child.head, " "))
	for _, line := range child.below {
		p.below = append(p.below, indented(line))
	}
}

func indented(line string) string {
	if line == "" {
		return ""
	}
	return "  " + line
}

func (w *writer) list(pl *plan, v reflect.Value, column int) piece {
	if flow, ok := w.flow(pl, v, column); ok {
		return piece{head: flow}
	}
	var out piece
	for i := range v.Len() {
		item := w.piece(pl.elem, v.Index(i), column+2)
		if !item.said() {
			continue
		}
		lines := item.below
		if !item.group {
			lines = slices.Concat([]string{item.head}, item.below)
		}
		if lines[0] == "" { // a list in a list
			lines = lines[1:]
		}
		out.below = append(out.below, "- "+lines[0])
		for _, line := range lines[1:] {
			out.below = append(out.below, indented(line))
		}
	}
	return out
}

// flow writes a short list of words between brackets; false where it is no such list.
func (w *writer) flow(pl *plan, v reflect.Value, column int) (string, bool) {
	switch pl.elem.shape {
	case shapeStruct, shapeList, shapeMap:
		return "", false
	}
	var items []string
	for i := range v.Len() {
		text := w.plainText(pl.elem, v.Index(i))
		switch {
		case text == "":
			continue
		case pl.elem.shape == shapeText && strings.Contains(text, "\n"):
			return "", false
		case pl.elem.shape == shapeText || pl.elem.shape == shapeID:
			text = quoted(text, true)
		default:
			text = scalar(text, true)
		}
		items = append(items, text)
	}
	flow := "[" + strings.Join(items, ", ") + "]"
	return flow, len(items) > 0 && len(items) <= flowItems && column+utf8.RuneCountInString(flow) <= writeWidth-10
}

func (w *writer) mapping(pl *plan, v reflect.Value, column int) piece {
	out := piece{group: true}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(w.text(a), w.text(b)) })
	for _, k := range keys {
		if key := w.text(k); key != "" {
			out.add(key, w.piece(pl.elem, v.MapIndex(k), column+2))
		}
	}
	return out
}

// textPiece writes a free text: on the line of its key where it fits there, and otherwise on lines of its own.
func textPiece(s string, column int) piece {
	s = strings.ToValidUTF8(s, "\uFFFD")
	switch {
	case s == "":
		return piece{}
	case strings.Contains(s, "\n"):
		if lines := strings.Split(s, "\n"); keepsLines(lines) {
			return piece{head: "|-", below: lines}
		}
	case utf8.RuneCountInString(s)+column <= writeWidth:
	case !strings.ContainsFunc(s, func(r rune) bool { return !visible(r) }):
		if lines := folded(s, max(writeWidth-column, 40)); len(lines) > 1 {
			return piece{head: ">-", below: lines}
		}
	}
	return piece{head: quoted(s, false)}
}

// keepsLines says whether lines can stand as they are: no reader would see another text, and nobody would miss a space.
func keepsLines(lines []string) bool {
	return !slices.ContainsFunc(lines, func(line string) bool {
		return strings.HasSuffix(line, " ") || strings.ContainsFunc(line, func(r rune) bool { return !visible(r) })
	})
}

// folded breaks a text into lines of at most so many characters, save for longer words. It breaks only where a reader
// puts the one space back: between two words with one space between them.
func folded(s string, room int) (lines []string) {
	line := ""
	for i, word := range strings.Split(s, " ") {
		switch broken := line != "" && word != "" && !strings.HasSuffix(line, " ") && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room; {
		case i == 0:
			line = word
		case broken:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// quoted writes a free text on one line. It is stricter than scalar: what some reader takes for a number, a date, yes or
// no is put in quotes, because here it is none.
func quoted(s string, flow bool) string {
	if s = strings.ToValidUTF8(s, "\uFFFD"); !ambiguous(s) {
		return scalar(s, flow)
	}
	return `"` + s + `"`
}

// ambiguous says whether a text is a value of another sort to a reader of YAML 1.1 or 1.2.
func ambiguous(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "true", "false", "on", "off", "null", "~", ".inf", "+.inf", "-.inf", ".nan":
		return true
	}
	first := strings.TrimLeft(s, "+-.")
	return first != "" && first[0] >= '0' && first[0] <= '9' && strings.Trim(s, "0123456789abcdefABCDEF_xXoO+-.,:TtZ ") == ""
}
