package tree

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

const (
	maxDecoded = 4 << 20 // bytes of a file that is decoded, whose tree is made twice
	maxShown   = 20      // places that one fault names
)

// Decode reads a file that holds one document of YAML or JSON into a value, as the yaml tags of its fields say. The form is
// what the file should be, for sentences.
func Decode(form string, text []byte, limits foreign.Limits, into any) error {
	limits.Bytes = min(limits.Bytes, maxDecoded)
	root, err := Read(text, limits)
	if err != nil {
		return err
	}
	err = Fill(plain(root, map[*Node]*yaml.Node{}), into)
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		return misfit(form, many.Errors)
	}
	if err != nil {
		return misread(err)
	}
	return nil
}

// Fill puts what a node of Decode's says into a value, for the UnmarshalYAML of its parts. That no key is there twice is
// known by then; the YAML reader would look again, in time that grows with the square of the keys.
func Fill(n *yaml.Node, into any) error { return n.Load(into, yaml.WithUniqueKeys(false)) }

// Rest is the keys of a thing that are not read, for a field that is inline.
type Rest map[string]Unread

// Unread is a value that is there, of which nothing is kept.
type Unread struct{}

// UnmarshalYAML takes anything.
func (*Unread) UnmarshalYAML(*yaml.Node) error { return nil }

// plain makes nodes of YAML of a tree, with nothing in them that means more than it shows; of a node that is repeated, one.
func plain(n *Node, made map[*Node]*yaml.Node) *yaml.Node {
	if out, again := made[n]; again {
		return out
	}
	out := &yaml.Node{Line: n.Line, Column: n.Column}
	made[n] = out
	switch n.Kind {
	case Null:
		out.Kind, out.Tag = yaml.ScalarNode, "!!null"
	case Text:
		out.Kind, out.Value = yaml.ScalarNode, n.Value
		if n.Quoted {
			out.Tag = "!!str"
		}
	case List:
		out.Kind = yaml.SequenceNode
		for _, item := range n.Items {
			out.Content = append(out.Content, plain(item, made))
		}
	case Map:
		out.Kind = yaml.MappingNode
		for key, value := range n.Pairs() {
			out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key, Line: value.Line, Column: value.Column}, plain(value, made))
		}
	}
	return out
}

// misfit says where a form has something else than the file.
func misfit(form string, all []*yaml.LoadError) error {
	var fields []fault.Field
	for _, one := range all[:min(len(all), maxShown)] {
		fields = append(fields, fault.Field{Line: max(one.Mark.Line, 1), Column: max(one.Mark.Column, 1), Text: sentence(form, one)})
	}
	return fault.At(fields)
}

// sentence puts the YAML reader's words about a value into ours.
func sentence(form string, err *yaml.LoadError) string {
	what, _ := foreign.Line(err.Message, 200)
	found, wrong := strings.CutPrefix(what, "cannot construct ")
	found, _, _ = strings.Cut(found, " into ")
	switch {
	case !wrong:
		return "this is not as " + form + " has it: " + what
	case strings.HasPrefix(found, "!!seq"):
		return "a list stands here, where " + form + " has something else"
	case strings.HasPrefix(found, "!!map"):
		return "keys stand below here, where " + form + " has something else"
	}
	_, found, _ = strings.Cut(found, " ")
	return found + " stands here, where " + form + " has something else"
}
