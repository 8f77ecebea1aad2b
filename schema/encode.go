package schema

import (
	"encoding"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
)

// YAML writes a new document of a type, with its keys in the order of the type and without what is not said. It is for
// records that Bulkhead makes; a text that people keep is never written out anew. Reading the text again gives the same
// value, save that white space around a text, an empty text in a list and the difference between no list and an empty
// one are not kept.
func YAML(v any) ([]byte, error) {
	e := encoder{plans: planner{}}
	node := e.node(reflect.Indirect(reflect.ValueOf(v)))
	if e.err != nil {
		return nil, e.err
	}
	if node == nil {
		return nil, fault.New(fault.Internal, "there is nothing to write")
	}
	out, err := yaml.Dump(node, yaml.WithIndent(2), yaml.WithLineWidth(120))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the record could not be written as YAML")
	}
	return out, nil
}

type encoder struct {
	plans planner
	err   error // the first value that cannot be written
}

// node gives the tree of a value; nil where nothing is said.
func (e *encoder) node(v reflect.Value) *yaml.Node {
	pl := e.plans.of(v.Type())
	switch pl.shape {
	case shapeStruct:
		return e.fieldsNode(pl, v)
	case shapeList:
		return e.listNode(v)
	case shapeMap:
		return e.mapNode(v)
	case shapeInt:
		if v.Int() == 0 {
			return nil
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v.Int(), 10)}
	case shapeBool:
		if !v.Bool() {
			return nil
		}
		return textNode("yes")
	}
	return textNode(e.text(v))
}

// text gives the text of a value that is written as one.
func (e *encoder) text(v reflect.Value) string {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		out, err := m.MarshalText()
		if err != nil && e.err == nil {
			e.err = fault.Wrap(fault.KindOf(err), err, "a value cannot be written")
		}
		return string(out)
	}
	if v.Kind() == reflect.Int {
		if v.Int() == 0 {
			return ""
		}
		return strconv.FormatInt(v.Int(), 10)
	}
	return strings.TrimSpace(v.String())
}

func textNode(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.Contains(s, "\n") {
		n.Style = yaml.LiteralStyle
	}
	if looksPlain(s) {
		n.Tag = "" // dates and times are read as text, so they need no quotes
	}
	return n
}

// looksPlain says whether a text such as a date may stand without quotes although other readers would take it for one.
func looksPlain(s string) bool {
	return len(s) >= 10 && len(s) <= 20 && s[4] == '-' && s[7] == '-' && strings.Trim(s, "0123456789-:TZ") == ""
}

func (e *encoder) fieldsNode(pl *plan, v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := range pl.fields {
		f := &pl.fields[i]
		if child := e.node(v.Field(f.index)); child != nil {
			out.Content = append(out.Content, textNode(f.key), child)
		}
	}
	return unlessEmpty(out)
}

func (e *encoder) listNode(v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range v.Len() {
		if child := e.node(v.Index(i)); child != nil {
			out.Content = append(out.Content, child)
		}
	}
	if len(out.Content) > 0 && out.Content[0].Kind == yaml.ScalarNode && len(out.Content) <= 6 {
		out.Style = yaml.FlowStyle
	}
	return unlessEmpty(out)
}

func (e *encoder) mapNode(v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(e.text(a), e.text(b)) })
	for _, k := range keys {
		key, child := textNode(e.text(k)), e.node(v.MapIndex(k))
		if key != nil && child != nil {
			out.Content = append(out.Content, key, child)
		}
	}
	return unlessEmpty(out)
}

func unlessEmpty(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		return nil
	}
	return n
}
