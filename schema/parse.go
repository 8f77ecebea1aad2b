package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// parse makes the tree of a text, or says what keeps it from being read.
func parse(s Source) (*yaml.Node, []fault.Field) {
	root, problems, _ := read(s)
	return root, problems
}

// read is parse, with the number of problems that were only counted.
func read(s Source) (*yaml.Node, []fault.Field, int) {
	at := func(line, column int, format string, args ...any) []fault.Field {
		return []fault.Field{{File: s.File, Line: line, Column: column, Text: fmt.Sprintf(format, args...)}}
	}
	if len(s.Text) > MaxBytes {
		return nil, at(1, 1, "the file is larger than %d MiB, the most that is read: keep evidence and large lists in files of their own", MaxBytes>>20), 0
	}
	if line, column, ok := validUTF8(s.Text); !ok {
		return nil, at(line, column, "this is not text in UTF-8; save the file as UTF-8"), 0
	}
	if blank(s.Text) {
		return nil, at(1, 1, "the file is empty"), 0
	}
	root, trouble := load(s.Text)
	if trouble != nil {
		return nil, at(trouble.line, trouble.column, "%s", trouble.text), 0
	}
	r := refusal{file: s.File, bare: bareTags(s.Text)}
	r.refuse(root, 1)
	return root, r.problems, r.hidden
}

// blank says whether there is nothing in a text, not even a comment.
func blank(text []byte) bool {
	return len(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))) == 0
}

// trouble is why a text could not be read, and where.
type trouble struct {
	line, column int
	text         string
}

// load reads the one document of a text. The reader itself stops at the depth that is allowed, so that no nesting can
// cost more than its length.
func load(text []byte) (*yaml.Node, *trouble) {
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(MaxDepth))))
	if err != nil {
		return nil, &trouble{1, 1, err.Error()}
	}
	var doc, second yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil, &trouble{1, 1, "the file holds nothing but comments"}
	case err != nil:
		return nil, explain(err, text)
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, explain(err, text)
	default:
		return nil, &trouble{second.Line, second.Column, "a second document starts here; keep one in each file, without lines of --- or ... between"}
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, &trouble{1, 1, "the file holds nothing but comments"}
	}
	return doc.Content[0], nil
}

func validUTF8(text []byte) (line, column int, ok bool) {
	if utf8.Valid(text) && bytes.IndexByte(text, 0) < 0 {
		return 0, 0, true
	}
	line, column = 1, 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 || r == 0 {
			return line, column, false
		}
		if r == '\n' {
			line, column = line+1, 0
		}
		text, column = text[size:], column+1
	}
	return line, column, true
}

// place gives the line and column, in characters, of the byte at an offset.
func place(text []byte, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:])
}

// bareTags finds each "!" that stands alone: a tag that asks the reader for nothing, of which the tree shows nothing.
func bareTags(text []byte) map[[2]int]bool {
	if bytes.IndexByte(text, '!') < 0 {
		return nil
	}
	var found map[[2]int]bool
	line, start := 1, 0
	for i, c := range text {
		if end := lineBreak(text, i); end > 0 {
			line, start = line+1, end
		}
		if c != '!' || i+1 < len(text) && !strings.ContainsRune(" \t\r\n", rune(text[i+1])) || i > start && !strings.ContainsRune(" \t[{,:", rune(text[i-1])) {
			continue
		}
		if found == nil {
			found = map[[2]int]bool{}
		}
		if len(found) < MaxProblems {
			found[[2]int{line, 1 + utf8.RuneCount(text[start:i])}] = true
		}
	}
	return found
}

// lineBreak gives where the next line starts when the line ends at an offset, as the reader counts lines; otherwise 0.
func lineBreak(text []byte, i int) int {
	switch text[i] {
	case '\n':
		return i + 1
	case '\r':
		if i+1 == len(text) || text[i+1] != '\n' {
			return i + 1
		}
	case 0xC2, 0xE2:
		for _, b := range []string{"\u0085", "\u2028", "\u2029"} {
			if bytes.HasPrefix(text[i:], []byte(b)) {
				return i + len(b)
			}
		}
	}
	return 0
}

// refusal gathers what the format leaves out on purpose: anchors, aliases, merge keys and tags (a file must mean what it
// shows), keys said twice, and depth.
type refusal struct {
	file     string
	bare     map[[2]int]bool // where a "!" stands alone
	problems []fault.Field
	hidden   int // problems beyond those kept
}

func (r *refusal) bad(n *yaml.Node, text string) {
	if len(r.problems) >= maxKept {
		r.hidden++
		return
	}
	r.problems = append(r.problems, fault.Field{File: r.file, Line: n.Line, Column: n.Column, Text: text})
}

const (
	noAlias  = "aliases (*name) are not read; write the value out, or put a text that starts with * in quotes"
	noAnchor = "anchors (&name) are not read; write the value out where it is used, or put a text that starts with & in quotes"
	noTag    = "tags (!name) are not read; write the plain value, or put a text that starts with ! in quotes"
	noMerge  = "merge keys (<<) are not read; write the values out"
)

func (r *refusal) refuse(n *yaml.Node, depth int) {
	switch {
	case depth > MaxDepth:
		r.bad(n, tooDeep)
		return
	case n.Kind == yaml.AliasNode:
		r.bad(n, noAlias)
		return
	case n.Anchor != "":
		r.bad(n, noAnchor)
	case n.Style&yaml.TaggedStyle != 0 || r.bare[[2]int{n.Line, n.Column}]:
		r.bad(n, noTag)
	}
	if n.Kind == yaml.MappingNode {
		r.keys(n)
	}
	for _, c := range n.Content {
		r.refuse(c, depth+1)
	}
}

func (r *refusal) keys(n *yaml.Node) {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		first, twice := seen[k.Value]
		switch {
		case k.Kind == yaml.AliasNode: // told where it stands
		case k.Kind != yaml.ScalarNode:
			r.bad(k, "a key must be a plain word; found "+found(k))
		case k.Value == "<<" && k.Style == 0:
			r.bad(k, noMerge)
		case k.Value == "" && k.Style == 0:
			r.bad(k, "there is no key before this colon")
		case twice:
			r.bad(k, fmt.Sprintf("the key %s is here twice; it is first on line %d", quote(k.Value), first))
		default:
			seen[k.Value] = k.Line
		}
	}
}
