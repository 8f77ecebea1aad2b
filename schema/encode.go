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
// records that Bulkhead makes; a text that people keep is never written out anew.
func YAML(v any) ([]byte, error) {
	value := reflect.Indirect(reflect.ValueOf(v))
	node := planner{}.node(value)
	if node == nil {
		return nil, fault.New(fault.Internal, "there is nothing to write")
	}
	out, err := yaml.Dump(node, yaml.WithIndent(2), yaml.WithLineWidth(120))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the record could not be written as YAML")
	}
	return out, nil
}

func (p planner) node(v reflect.Value) *yaml.Node {
	pl := p.of(v.Type())
	switch pl.shape {
	case shapeStruct:
		return p.fieldsNode(pl, v)
	case shapeList:
		return p.listNode(v)
	case shapeMap:
		return p.mapNode(v)
	case shapeInt:
		if v.Int() == 0 {
			return nil
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v.Int(), 10)}
	case shapeBool:
		if !v.Bool() {
			return nil
		}
		return plainNode("yes")
	}
	return textNode(textOf(v))
}

func textOf(v reflect.Value) string {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		out, err := m.MarshalText()
		if err != nil {
			return ""
		}
		return string(out)
	}
	if v.Kind() == reflect.Int {
		if v.Int() == 0 {
			return ""
		}
		return strconv.FormatInt(v.Int(), 10)
	}
	return v.String()
}

func plainNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.Style(0)}
}

func textNode(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: s}
	if strings.Contains(s, "\n") {
		n.Style = yaml.LiteralStyle
	}
	n.Tag = "!!str"
	if looksPlain(s) {
		n.Tag = "" // dates and numbers are read as text, so they need no quotes
	}
	return n
}

// looksPlain says whether a text such as a date may stand without quotes although other readers would take it for one.
func looksPlain(s string) bool {
	return len(s) >= 10 && len(s) <= 20 && s[4] == '-' && s[7] == '-' && strings.Trim(s, "0123456789-:TZ") == ""
}

func (p planner) fieldsNode(pl *plan, v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := range pl.fields {
		f := &pl.fields[i]
		if child := p.node(v.Field(f.index)); child != nil {
			out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: f.key}, child)
		}
	}
	if len(out.Content) == 0 {
		return nil
	}
	return out
}

func (p planner) listNode(v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range v.Len() {
		if child := p.node(v.Index(i)); child != nil {
			out.Content = append(out.Content, child)
		}
	}
	if len(out.Content) == 0 {
		return nil
	}
	if out.Content[0].Kind == yaml.ScalarNode && len(out.Content) <= 6 {
		out.Style = yaml.FlowStyle
	}
	return out
}

func (p planner) mapNode(v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(textOf(a), textOf(b)) })
	for _, k := range keys {
		if child := p.node(v.MapIndex(k)); child != nil {
			out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: textOf(k)}, child)
		}
	}
	if len(out.Content) == 0 {
		return nil
	}
	return out
}
