package otm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// What is read at most: bytes of text, whose tree takes a hundred times their room, and nodes of that tree for each item.
const (
	maxBytes     = 4 << 20
	nodesPerItem = 10
)

func isJSON(text []byte) bool { return len(text) > 0 && text[0] == '{' }

// load reads a text as one tree, whether it is JSON or YAML.
func load(text []byte, limits foreign.Limits) (*yaml.Node, error) {
	text, err := foreign.Text(text, foreign.Limits{Bytes: min(limits.Bytes, maxBytes)})
	if err != nil {
		return nil, err
	}
	read := fromYAML
	if isJSON(bytes.TrimSpace(text)) {
		read = fromJSON
	}
	root, err := read(text, limits.Depth)
	if err != nil {
		return nil, err
	}
	left := nodesPerItem * limits.Items
	return root, plain(root, &left)
}

func fromYAML(text []byte, depth int) (*yaml.Node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(depth))))
	if err != nil {
		return nil, unreadable(err)
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, at(fault.Invalid, 1, 1, "the file holds nothing but comments; give the model")
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, unreadable(err)
	}
	return nil, at(fault.Invalid, second.Line, second.Column, "a second document starts here; give one model at a time")
}

// plain finds what makes a tree mean more than it shows: aliases, and keys that are there twice or are no plain words. It
// counts the nodes that may still come.
func plain(n *yaml.Node, left *int) error {
	if *left--; *left < 0 {
		return at(fault.TooLarge, n.Line, n.Column, "the file has more keys and values than are read; write less of it")
	}
	if n.Kind == yaml.AliasNode {
		return at(fault.Invalid, n.Line, n.Column, "aliases (*name) are not read in OTM; write the value out")
	}
	if n.Kind == yaml.MappingNode {
		first := make(map[string]int, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			key, _ := foreign.Line(k.Value, 60)
			line, twice := first[k.Value]
			switch {
			case k.Kind != yaml.ScalarNode:
				return at(fault.Invalid, k.Line, k.Column, "a key must be a plain word")
			case twice:
				return at(fault.Invalid, k.Line, k.Column, fmt.Sprintf("the key %q is here twice; it is first on line %d", key, line))
			}
			first[k.Value] = k.Line
		}
	}
	for _, child := range n.Content {
		if err := plain(child, left); err != nil {
			return err
		}
	}
	return nil
}

// decode reads a node that load has looked at into a value. That no key is there twice is known by then; the YAML reader
// would look again, in time that grows with the square of the keys.
func decode(n *yaml.Node, into any) error { return n.Load(into, yaml.WithUniqueKeys(false)) }

// jsonTree makes the tree of a JSON text. YAML reads most of JSON, but not characters that are written as two codes.
type jsonTree struct {
	text              []byte
	tokens            *json.Decoder
	most              int // levels of nesting
	offset, line, row int // the place that was last worked out, and where its line starts
}

func fromJSON(text []byte, depth int) (*yaml.Node, error) {
	j := &jsonTree{text: text, tokens: json.NewDecoder(bytes.NewReader(text)), most: depth, line: 1}
	j.tokens.UseNumber()
	root, err := j.value(1)
	if err == nil {
		if _, end := j.tokens.Token(); !errors.Is(end, io.EOF) {
			err = foreign.Invalid(text, int(j.tokens.InputOffset()), "something stands behind the end of the model; give one model at a time")
		}
	}
	return root, err
}

// value reads what comes next. Nil is the end of a list or of a group of keys.
func (j *jsonTree) value(depth int) (*yaml.Node, error) {
	n := j.next()
	if depth > j.most {
		return nil, at(fault.TooLarge, n.Line, n.Column, fmt.Sprintf("nested deeper than %d levels", j.most))
	}
	token, err := j.tokens.Token()
	if err != nil {
		what, _ := foreign.Line(err.Error(), 200)
		return nil, at(fault.Invalid, n.Line, n.Column, "this is not valid JSON: "+what+"; give the file as the tool wrote it")
	}
	n.Kind = yaml.ScalarNode
	switch t := token.(type) {
	case json.Delim:
		if t == ']' || t == '}' {
			return nil, nil
		}
		return j.group(n, t, depth)
	case string:
		n.Tag, n.Value = "!!str", t
	case json.Number:
		n.Tag, n.Value = "!!float", t.String()
	case bool:
		n.Tag, n.Value = "!!bool", fmt.Sprint(t)
	default:
		n.Tag = "!!null"
	}
	return n, nil
}

func (j *jsonTree) group(n *yaml.Node, opening json.Delim, depth int) (*yaml.Node, error) {
	n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
	if opening == '{' {
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
	}
	for {
		child, err := j.value(depth + 1)
		if err != nil || child == nil {
			return n, err
		}
		n.Content = append(n.Content, child)
	}
}

// next makes a node at the place of what comes next.
func (j *jsonTree) next() *yaml.Node {
	to := int(j.tokens.InputOffset())
	for to < len(j.text) && strings.IndexByte(" \t\r\n,:", j.text[to]) >= 0 {
		to++
	}
	for ; j.offset < to; j.offset++ {
		if j.text[j.offset] == '\n' {
			j.line, j.row = j.line+1, j.offset+1
		}
	}
	return &yaml.Node{Line: j.line, Column: 1 + utf8.RuneCount(j.text[max(j.row, to-200):to]) + max(0, to-200-j.row)}
}

// unreadable says what keeps a text from being YAML.
func unreadable(err error) error {
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok && len(many.Errors) > 0 {
		err = many.Errors[0]
	}
	one, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		what, _ := foreign.Line(strings.TrimPrefix(err.Error(), "yaml: "), 200)
		return at(fault.Invalid, 1, 1, "this is not valid YAML: "+what)
	}
	kind := fault.Invalid
	if strings.HasPrefix(one.Message, "exceeded max depth") {
		kind = fault.TooLarge
	}
	what, _ := foreign.Line(one.Message, 200)
	return at(kind, max(one.Mark.Line, 1), max(one.Mark.Column, 1), "this is not valid YAML: "+what)
}

const maxShown = 20 // places that one fault names

// misfit says where the file has something else than OTM has there.
func misfit(err error) error {
	many, ok := errors.AsType[*yaml.LoadErrors](err)
	if !ok {
		return unreadable(err)
	}
	var fields []fault.Field
	for _, one := range many.Errors[:min(len(many.Errors), maxShown)] {
		fields = append(fields, fault.Field{Line: max(one.Mark.Line, 1), Column: max(one.Mark.Column, 1), Text: sentence(one)})
	}
	return fault.At(fields)
}

// sentence puts the YAML reader's words about a value into ours.
func sentence(err *yaml.LoadError) string {
	what, _ := foreign.Line(err.Message, 200)
	found, wrong := strings.CutPrefix(what, "cannot construct ")
	found, _, _ = strings.Cut(found, " into ")
	switch {
	case !wrong:
		return "this is not as OTM has it: " + what
	case strings.HasPrefix(found, "!!seq"):
		return "a list stands here, where OTM has something else"
	case strings.HasPrefix(found, "!!map"):
		return "keys stand below here, where OTM has something else"
	}
	_, found, _ = strings.Cut(found, " ")
	return found + " stands here, where OTM has something else"
}

func at(kind fault.Kind, line, column int, sentence string) error {
	return &fault.Error{Kind: kind, Text: sentence, Fields: []fault.Field{{Line: line, Column: column, Text: sentence}}}
}
