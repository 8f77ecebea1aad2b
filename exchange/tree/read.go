package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

const (
	maxYAML   = 8 << 20 // bytes of a file of YAML, whose tree takes far more room than its text
	perItem   = 10      // values for each item of the limits
	perByte   = 2       // bytes of text in the tree for each byte of the file, those that an alias repeats among them
	documents = 10_000  // of one file of YAML
)

// Read reads a file that holds one document of YAML or JSON.
func Read(text []byte, limits foreign.Limits) (*Node, error) {
	all, err := ReadAll(text, limits)
	switch {
	case err != nil:
		return nil, err
	case len(all) > 1:
		return nil, invalid(all[1].Line, all[1].Column, "a second document starts here; give a file for each")
	}
	return all[0], nil
}

// ReadAll reads a file that holds one document of JSON, or one or more of YAML. There is at least one.
func ReadAll(text []byte, limits foreign.Limits) ([]*Node, error) {
	text, err := foreign.Text(text, limits)
	if err != nil {
		return nil, err
	}
	if isJSON(text) {
		root, err := readJSON(text, limits)
		return []*Node{root}, err
	}
	return readYAML(text, limits)
}

// isJSON says whether a text starts as JSON does. What starts as a template does is none.
func isJSON(text []byte) bool {
	text = bytes.TrimSpace(text)
	return bytes.HasPrefix(text, []byte("{")) && !bytes.HasPrefix(text, []byte("{{"))
}

func invalid(line, column int, format string, args ...any) error {
	return at(fault.Invalid, line, column, format, args...)
}

func at(kind fault.Kind, line, column int, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &fault.Error{Kind: kind, Text: text, Fields: []fault.Field{{Line: max(line, 1), Column: max(column, 1), Text: text}}}
}

// counter counts values and the bytes of text in them, so that no file can make more of them than is allowed.
type counter struct {
	values, bytes int // that may still come
	depth         int // the most levels
	deepest       int // the level of the deepest value so far
}

func newCounter(size int, limits foreign.Limits) *counter {
	return &counter{values: limits.Items * perItem, bytes: size * perByte, depth: limits.Depth}
}

// take counts one more value, of so many bytes, at a depth.
func (c *counter) take(line, column, bytes, depth int) error {
	return c.takeAll(line, column, 1, bytes, depth)
}

// takeAll counts so many values, the deepest of which is at a depth.
func (c *counter) takeAll(line, column, values, bytes, depth int) error {
	c.values -= values
	c.bytes -= bytes
	c.deepest = max(c.deepest, depth)
	switch {
	case c.values < 0 || c.bytes < 0:
		return at(fault.TooLarge, line, column, "the file holds more values, or more text, than is read, perhaps by repeating some (*name); give a smaller one")
	case depth > c.depth:
		return at(fault.TooLarge, line, column, "this is nested deeper than %d levels, the most that is read", c.depth)
	}
	return nil
}

// readYAML reads every document of a text that says anything.
func readYAML(text []byte, limits foreign.Limits) ([]*Node, error) {
	if len(text) > maxYAML {
		return nil, fault.New(fault.TooLarge, "the file has %d bytes; of YAML at most %d are read: split it", len(text), maxYAML)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(limits.Depth))))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the file could not be read")
	}
	y := &yamlReader{counter: newCounter(maxYAML, limits), anchors: map[*yaml.Node]anchor{}}
	var all []*Node
	for n := 0; ; n++ {
		var doc yaml.Node
		switch err := loader.Load(&doc); {
		case errors.Is(err, io.EOF) && len(all) == 0:
			return nil, invalid(1, 1, "the file holds nothing but comments")
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, misread(err)
		case n == documents:
			return nil, at(fault.TooLarge, doc.Line, doc.Column, "the file holds more than %d documents; split it", documents)
		}
		if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
			continue
		}
		root, err := y.node(doc.Content[0], 1)
		if err != nil {
			return nil, err
		}
		if root.Kind != Null {
			all = append(all, root)
		}
	}
}

// misread says where a text is no YAML.
func misread(err error) error {
	var place yaml.Mark
	kind, why := fault.Invalid, err.Error()
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok && len(many.Errors) > 0 {
		err = many.Errors[0]
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		place, why = one.Mark, one.Message
	}
	if strings.HasPrefix(why, "exceeded max depth") {
		kind = fault.TooLarge
	}
	why, _ = foreign.Line(strings.TrimPrefix(why, "yaml: "), 200)
	return at(kind, place.Line, place.Column, "this is not valid YAML: %s", why)
}

type yamlReader struct {
	*counter
	anchors map[*yaml.Node]anchor // that are read to their end
}

// anchor is a node that aliases repeat, and how much it amounts to each time. It is one node however often it is repeated.
type anchor struct {
	node          *Node
	values, bytes int
	height        int // levels below it
}

func (y *yamlReader) node(n *yaml.Node, depth int) (*Node, error) {
	if n.Kind == yaml.AliasNode {
		return y.alias(n, depth)
	}
	if err := y.take(n.Line, n.Column, len(n.Value), depth); err != nil {
		return nil, err
	}
	if n.Style&yaml.TaggedStyle != 0 && !strings.HasPrefix(n.Tag, "!!") && !strings.HasPrefix(n.Tag, "tag:yaml.org,2002:") {
		tag, _ := foreign.Line(n.Tag, 40)
		return nil, invalid(n.Line, n.Column, "the tag %s is not read; give the file as the tool that understands it writes it out", tag)
	}
	if n.Anchor != "" {
		return y.anchored(n, depth)
	}
	return y.value(n, depth)
}

// alias gives the node that an alias repeats.
func (y *yamlReader) alias(n *yaml.Node, depth int) (*Node, error) {
	a, read := y.anchors[n.Alias]
	if !read {
		return nil, invalid(n.Line, n.Column, "the anchor here is used inside itself; write the value out")
	}
	return a.node, y.takeAll(n.Line, n.Column, a.values+1, a.bytes, depth+1+a.height)
}

// anchored reads a node that can be repeated, and measures it.
func (y *yamlReader) anchored(n *yaml.Node, depth int) (*Node, error) {
	before := *y.counter
	y.deepest = depth
	out, err := y.value(n, depth)
	y.anchors[n] = anchor{out, 1 + before.values - y.values, len(n.Value) + before.bytes - y.bytes, y.deepest - depth}
	y.deepest = max(y.deepest, before.deepest)
	return out, err
}

// value reads a node that has been counted.
func (y *yamlReader) value(n *yaml.Node, depth int) (*Node, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return y.mapping(n, depth)
	case yaml.SequenceNode:
		out := &Node{Kind: List, Line: n.Line, Column: n.Column}
		for _, c := range n.Content {
			item, err := y.node(c, depth+1)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, item)
		}
		return out, nil
	}
	return scalar(n), nil
}

func scalar(n *yaml.Node) *Node {
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if !quoted && (n.Value == "" || n.Value == "~" || strings.EqualFold(n.Value, "null")) {
		return &Node{Line: n.Line, Column: n.Column}
	}
	return &Node{Kind: Text, Value: n.Value, Quoted: quoted, Line: n.Line, Column: n.Column}
}

// mapping reads keys and values. What a merge key brings in counts where the map does not say it itself.
func (y *yamlReader) mapping(n *yaml.Node, depth int) (*Node, error) {
	out := &Node{Kind: Map, Line: n.Line, Column: n.Column}
	var merged []*Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		for hops := 0; k.Kind == yaml.AliasNode && k.Alias != nil && hops < 8; hops++ {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			return nil, invalid(k.Line, k.Column, "a key must be a plain word")
		}
		if err := y.take(k.Line, k.Column, len(k.Value), depth); err != nil {
			return nil, err
		}
		value, err := y.node(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		if k.Value == "<<" && k.Style == 0 {
			merged = append(merged, value)
			continue
		}
		if !out.put(k.Value, value) {
			key, _ := foreign.Line(k.Value, 60)
			return nil, invalid(k.Line, k.Column, "the key %q is here twice", key)
		}
	}
	for _, m := range merged {
		if err := y.merge(out, m, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (y *yamlReader) merge(into, from *Node, depth int) error {
	if from.Kind == List {
		for _, item := range from.Items {
			if item.Kind != Map {
				return invalid(item.Line, item.Column, "a merge key (<<) takes keys and values")
			}
			if err := y.merge(into, item, depth); err != nil {
				return err
			}
		}
		return nil
	}
	if from.Kind != Map {
		return invalid(from.Line, from.Column, "a merge key (<<) takes keys and values")
	}
	for key, value := range from.Pairs() {
		if err := y.take(from.Line, from.Column, len(key), depth); err != nil {
			return err
		}
		into.put(key, value)
	}
	return nil
}
