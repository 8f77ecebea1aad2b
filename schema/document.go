package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// Source is one text and the name of the file that it came from.
type Source struct {
	File string
	Text []byte
}

// Document is one tree made of one or more sources, each of which may hold some of its parts.
type Document struct {
	sources []Source
	root    *yaml.Node
	owner   map[*yaml.Node]int // the source of a node; absent is the first
}

// Place is where something stands.
type Place struct {
	File         string
	Line, Column int
}

// Parse reads sources into one document. Later sources are laid over the first, merged by key and by the id of an item;
// the same thing said twice differently is an error that names both places.
func Parse(sources ...Source) (*Document, error) {
	d := &Document{sources: sources, owner: map[*yaml.Node]int{}}
	var problems []fault.Field
	for i, s := range sources {
		root, wrong := parse(s)
		if len(wrong) > 0 {
			problems = append(problems, wrong...)
			continue
		}
		if d.root == nil && i == 0 {
			d.root = root
			continue
		}
		d.own(root, i)
		if d.root == nil {
			d.root = root
			continue
		}
		problems = append(problems, d.merge("", d.root, root)...)
	}
	return d, fault.At(problems)
}

func parse(s Source) (*yaml.Node, []fault.Field) {
	at := func(line, column int, format string, args ...any) []fault.Field {
		return []fault.Field{{File: s.File, Line: line, Column: column, Text: fmt.Sprintf(format, args...)}}
	}
	if len(s.Text) > MaxBytes {
		return nil, at(0, 0, "the file is %d MiB; at most %d MiB are read: keep evidence and large lists in files of their own", len(s.Text)>>20, MaxBytes>>20)
	}
	if line, column, ok := validUTF8(s.Text); !ok {
		return nil, at(line, column, "this is not UTF-8 text; save the file as UTF-8")
	}
	if len(bytes.TrimSpace(s.Text)) == 0 {
		return nil, at(1, 1, "the file is empty; start it with the line `bulkhead: v1`")
	}
	if line, column, deep := tooDeep(s.Text); deep {
		return nil, at(line, column, "nested deeper than %d levels", MaxDepth)
	}
	var doc yaml.Node
	if err := yaml.Load(s.Text, &doc); err != nil {
		line, column, text := explain(err, s.Text)
		return nil, at(line, column, "%s", text)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, at(1, 1, "the file holds nothing but comments; start it with the line `bulkhead: v1`")
	}
	root := doc.Content[0]
	if problems := refuse(s.File, root, 1, nil); len(problems) > 0 {
		return nil, problems
	}
	return root, nil
}

// explain turns an error of the YAML reader into a place and a sentence.
func explain(err error, text []byte) (line, column int, sentence string) {
	sentence = strings.TrimPrefix(err.Error(), "yaml: ")
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok && len(many.Errors) > 0 {
		err = many.Errors[0]
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		line, column = one.Mark.Line, one.Mark.Column+1
		sentence = one.Message
		if line == 0 {
			line, column = one.ContextMark.Line, one.ContextMark.Column+1
		}
	}
	if tab, col := tabIndent(text, line); tab > 0 {
		return tab, col, "a tab is used to indent; YAML allows spaces only: use two spaces for each level"
	}
	return line, column, "this is not valid YAML: " + sentence
}

// tabIndent finds a tab in the white space before the text of the line, or of a line near it.
func tabIndent(text []byte, near int) (line, column int) {
	for i, l := range bytes.Split(text, []byte("\n")) {
		indent := l[:len(l)-len(bytes.TrimLeft(l, " \t"))]
		if tab := bytes.IndexByte(indent, '\t'); tab >= 0 && len(indent) < len(l) && (near == 0 || i+1 >= near-1) {
			return i + 1, tab + 1
		}
	}
	return 0, 0
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

// tooDeep looks for nesting that no honest file has before the reader spends time on it: brackets, dashes on one line
// and indentation. It may count brackets inside text, so it allows twice the depth; the tree is measured exactly later.
func tooDeep(text []byte) (line, column int, deep bool) {
	open, line := 0, 1
	start := 0
	for i, c := range text {
		switch c {
		case '\n':
			line, start = line+1, i+1
		case '[', '{':
			if open++; open > 2*MaxDepth {
				return line, i - start + 1, true
			}
		case ']', '}':
			open = max(0, open-1)
		case '-', '?':
			if i-start >= 2*2*MaxDepth && blankOrDash(text[start:i]) {
				return line, i - start + 1, true
			}
		}
	}
	return 0, 0, false
}

func blankOrDash(b []byte) bool {
	return len(bytes.Trim(b, " -?")) == 0
}

// refuse finds what the format leaves out on purpose: anchors, aliases, merge keys and tags (a file must mean what it
// shows), keys said twice, and depth.
func refuse(file string, n *yaml.Node, depth int, problems []fault.Field) []fault.Field {
	if len(problems) >= MaxProblems {
		return problems
	}
	bad := func(n *yaml.Node, text string) {
		problems = append(problems, fault.Field{File: file, Line: n.Line, Column: n.Column, Text: text})
	}
	switch {
	case depth > MaxDepth:
		bad(n, fmt.Sprintf("nested deeper than %d levels", MaxDepth))
		return problems
	case n.Kind == yaml.AliasNode:
		bad(n, "aliases (*name) are not read; write the value out")
		return problems
	case n.Anchor != "":
		bad(n, "anchors (&name) are not read; write the value out where it is used")
	case n.Style&yaml.TaggedStyle != 0:
		bad(n, "tags (!name) are not read; write the plain value")
	}
	if n.Kind == yaml.MappingNode {
		problems = refuseKeys(file, n, problems)
	}
	for _, c := range n.Content {
		problems = refuse(file, c, depth+1, problems)
	}
	return problems
}

func refuseKeys(file string, n *yaml.Node, problems []fault.Field) []fault.Field {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		text := ""
		switch first, twice := seen[k.Value], false; {
		case k.Kind != yaml.ScalarNode:
			text = "a key must be a plain word"
		case k.Value == "<<" && k.Style == 0:
			text = "merge keys (<<) are not read; write the values out"
		default:
			if first, twice = seen[k.Value]; twice {
				text = fmt.Sprintf("the key %s is here twice; it is first on line %d", quote(k.Value), first)
			}
			if !twice {
				seen[k.Value] = k.Line
			}
		}
		if text != "" {
			problems = append(problems, fault.Field{File: file, Line: k.Line, Column: k.Column, Text: text})
		}
	}
	return problems
}

// quote shows a piece of a file in an error without letting it write to the terminal.
func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:57], "") + "..."
	}
	return strconv.Quote(s)
}

func (d *Document) own(n *yaml.Node, source int) {
	d.owner[n] = source
	for _, c := range n.Content {
		d.own(c, source)
	}
}

// merge lays b over a, in place.
func (d *Document) merge(path string, a, b *yaml.Node) []fault.Field {
	switch {
	case isNull(b):
		return nil
	case isNull(a):
		d.own(a, d.owner[b])
		*a = *b
		return nil
	case a.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode:
		return d.mergeKeys(path, a, b)
	case a.Kind == yaml.SequenceNode && b.Kind == yaml.SequenceNode:
		return d.mergeItems(path, a, b)
	case a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && a.Value == b.Value:
		return nil
	}
	pa := d.place(a)
	return []fault.Field{d.field(b, path, fmt.Sprintf("%s is also set, differently, at %s:%d:%d; say it in one file", quote(last(path)), pa.File, pa.Line, pa.Column))}
}

func (d *Document) mergeKeys(path string, a, b *yaml.Node) (problems []fault.Field) {
	for i := 0; i+1 < len(b.Content); i += 2 {
		k, v := b.Content[i], b.Content[i+1]
		if mine := lookup(a, k.Value); mine != nil {
			problems = append(problems, d.merge(path+"/"+k.Value, mine, v)...)
			continue
		}
		a.Content = append(a.Content, k, v)
	}
	return problems
}

func (d *Document) mergeItems(path string, a, b *yaml.Node) (problems []fault.Field) {
	byID := map[string]*yaml.Node{}
	for _, item := range a.Content {
		if id := lookup(item, "id"); id != nil {
			byID[id.Value] = item
		}
	}
	for _, item := range b.Content {
		id := lookup(item, "id")
		if id != nil && byID[id.Value] != nil {
			problems = append(problems, d.merge(path+"/"+id.Value, byID[id.Value], item)...)
			continue
		}
		a.Content = append(a.Content, item)
	}
	return problems
}

func lookup(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && (n.Value == "" || n.Value == "~" || n.Value == "null")
}

func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func (d *Document) place(n *yaml.Node) Place {
	return Place{File: d.sources[d.owner[n]].File, Line: n.Line, Column: n.Column}
}

func (d *Document) field(n *yaml.Node, path, text string) fault.Field {
	p := d.place(n)
	return fault.Field{File: p.File, Line: p.Line, Column: p.Column, Path: path, Text: text}
}

// find walks to the node at a path such as /risks/r1/owner: keys, and for an item of a list its id or its number. Where
// the path leads further than the document does, it gives the last node reached and false.
func (d *Document) find(path string) (*yaml.Node, bool) {
	n := d.root
	if n == nil {
		return nil, false
	}
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if segment == "" {
			continue
		}
		next := child(n, segment)
		if next == nil {
			return n, false
		}
		n = next
	}
	return n, true
}

func child(n *yaml.Node, segment string) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		return lookup(n, segment)
	}
	if n.Kind != yaml.SequenceNode {
		return nil
	}
	for _, item := range n.Content {
		if id := lookup(item, "id"); id != nil && id.Value == segment {
			return item
		}
	}
	if i, err := strconv.Atoi(segment); err == nil && i >= 0 && i < len(n.Content) {
		return n.Content[i]
	}
	return nil
}

// Where gives the place of a path, or of the nearest thing around it that the document has.
func (d *Document) Where(path string) Place {
	n, _ := d.find(path)
	if n == nil {
		return Place{File: d.sources[0].File, Line: 1, Column: 1}
	}
	return d.place(n)
}

// Fault makes a problem at a path.
func (d *Document) Fault(path, format string, args ...any) fault.Field {
	p := d.Where(path)
	return fault.Field{File: p.File, Line: p.Line, Column: p.Column, Path: path, Text: fmt.Sprintf(format, args...)}
}
