package threagile

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// page is a group of keys that is being written, in the order in which they are added.
type page struct{ node *yaml.Node }

func newPage() page { return page{&yaml.Node{Kind: yaml.MappingNode}} }

func (p page) add(key string, value *yaml.Node) {
	p.node.Content = append(p.node.Content, scalar(key), value)
}

func (p page) text(key, value string) { p.add(key, scalar(value)) }

func (p page) flag(key string, on bool) {
	value := "false"
	if on {
		value = "true"
	}
	p.add(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: value})
}

func (p page) list(key string, values []string) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, v := range values {
		list.Content = append(list.Content, scalar(v))
	}
	if len(values) == 0 {
		list.Style = yaml.FlowStyle
	}
	p.add(key, list)
}

// under starts a group of keys below a key.
func (p page) under(key string) page {
	below := newPage()
	p.add(key, below.node)
	return below
}

func scalar(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.TrimSpace(s) == "" {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
