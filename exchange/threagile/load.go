package threagile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// What is read at most: bytes of YAML, whose tree takes a hundred times their room, and nodes of that tree for each item.
const (
	maxBytes     = 4 << 20
	nodesPerItem = 10
)

// load reads the one document of a text as a tree. What aliases make of it is measured first, so that whoever walks the
// tree later meets no circle, no depth and no amount of text beyond the limits.
func load(text []byte, limits foreign.Limits) (*yaml.Node, error) {
	text, err := foreign.Text(text, foreign.Limits{Bytes: min(limits.Bytes, maxBytes)})
	if err != nil {
		return nil, err
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(limits.Depth))))
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
	case err != nil:
		return nil, unreadable(err)
	default:
		return nil, at(fault.Invalid, second.Line, second.Column, "a second document starts here; give one model at a time")
	}
	m := measure{bytes: 2 * min(limits.Bytes, maxBytes), nodes: nodesPerItem * limits.Items, depth: limits.Depth, seen: map[*yaml.Node]extent{}}
	if _, err := m.of(doc.Content[0], 1); err != nil {
		return nil, err
	}
	return doc.Content[0], nil
}

// extent is how much a node amounts to when its aliases are followed.
type extent struct {
	bytes  int // of text in it
	nodes  int // it and those below it
	height int // levels below it; -1 while it is being measured
}

// measure finds the extent of a tree in time that grows with the nodes that are written, not with what they stand for.
type measure struct {
	bytes, nodes, depth int                   // the most that is allowed
	seen                map[*yaml.Node]extent // of nodes with an anchor: no other is met twice
}

func (m *measure) of(n *yaml.Node, depth int) (extent, error) {
	known, again := m.seen[n]
	switch {
	case again && known.height < 0:
		return extent{}, at(fault.Invalid, n.Line, n.Column, "the anchor here is used inside itself; write the value out")
	case depth+known.height > m.depth:
		return extent{}, at(fault.TooLarge, n.Line, n.Column, fmt.Sprintf("nested deeper than %d levels", m.depth))
	case again:
		return known, nil
	}
	if n.Anchor != "" {
		m.seen[n] = extent{height: -1}
	}
	if n.Kind == yaml.MappingNode {
		if err := keys(n); err != nil {
			return extent{}, err
		}
	}
	e := extent{bytes: len(n.Value), nodes: 1}
	below := n.Content
	if n.Kind == yaml.AliasNode {
		below = []*yaml.Node{n.Alias}
	}
	for _, child := range below {
		c, err := m.of(child, depth+1)
		if err != nil {
			return extent{}, err
		}
		e = extent{e.bytes + c.bytes, e.nodes + c.nodes, max(e.height, c.height+1)}
		if e.bytes > m.bytes || e.nodes > m.nodes {
			return extent{}, at(fault.TooLarge, child.Line, child.Column, fmt.Sprintf("with its aliases (*name) followed, the file has more than %d keys and values, or %d bytes in them; write less of it, or no aliases", m.nodes, m.bytes))
		}
	}
	if n.Anchor != "" {
		m.seen[n] = e
	}
	return e, nil
}

// keys finds a key that is no plain word or is there twice. The YAML reader would do so too, but in time that grows with
// the square of their number.
func keys(n *yaml.Node) error {
	first := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			return at(fault.Invalid, k.Line, k.Column, "a key must be a plain word")
		}
		if line, twice := first[k.Value]; twice {
			key, _ := foreign.Line(k.Value, 60)
			return at(fault.Invalid, k.Line, k.Column, fmt.Sprintf("the key %q is here twice; it is first on line %d", key, line))
		}
		first[k.Value] = k.Line
	}
	return nil
}

// decode reads a node that load has looked at into a value. What the YAML reader would check of keys and aliases is known
// to be well by then.
func decode(n *yaml.Node, into any) error {
	return n.Load(into, yaml.WithUniqueKeys(false), yaml.WithPlugin(loaderlimits.New(loaderlimits.AliasNone())))
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

// misfit says where the file has something else than Threagile has there.
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
		return "this is not as Threagile has it: " + what
	case strings.HasPrefix(found, "!!seq"):
		return "a list stands here, where Threagile has something else"
	case strings.HasPrefix(found, "!!map"):
		return "keys stand below here, where Threagile has something else"
	}
	_, found, _ = strings.Cut(found, " ")
	return found + " stands here, where Threagile has something else"
}

func at(kind fault.Kind, line, column int, sentence string) error {
	return &fault.Error{Kind: kind, Text: sentence, Fields: []fault.Field{{Line: line, Column: column, Text: sentence}}}
}
