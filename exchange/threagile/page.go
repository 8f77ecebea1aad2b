package threagile

import (
	"bytes"
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

// book is a text that is written page after page, because the tree of a page takes a hundred times the room of its text.
type book struct {
	text   []byte
	failed error
}

// put writes a page.
func (b *book) put(p page) { b.text = append(b.text, b.print(p)...) }

func (b *book) print(p page) []byte {
	text, err := yaml.Dump(p.node, yaml.WithIndent(2), yaml.WithLineWidth(120))
	if err != nil {
		b.failed = err
	}
	return text
}

// chapter is a key of the book with many pages below it.
type chapter struct {
	book    *book
	key     string
	heading []byte // the line of the key, once it stands in the book; every page is printed with it
	last    page   // in the making
}

// chapter writes a key and the pages below it.
func (b *book) chapter(key string, write func(*chapter)) {
	c := &chapter{book: b, key: key}
	write(c)
	if c.last.node == nil {
		c.last = newPage()
	}
	c.print()
}

// page starts the page of one thing, and prints the one before.
func (c *chapter) page(title string) page {
	if c.last.node != nil {
		c.print()
	}
	c.last = newPage()
	return c.last.under(title)
}

func (c *chapter) print() {
	whole := newPage()
	whole.add(c.key, c.last.node)
	text := bytes.TrimPrefix(c.book.print(whole), c.heading)
	c.book.text = append(c.book.text, text...)
	c.heading = []byte(c.key + ":\n")
}
