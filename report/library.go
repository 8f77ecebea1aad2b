package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"go.yaml.in/yaml/v4"
)

// PackLine is a pack in a list.
type PackLine struct {
	ID          ident.ID     `json:"id"`
	Title       string       `json:"title"`
	Version     string       `json:"version"`
	Source      string       `json:"source"`
	Licence     string       `json:"licence"`
	Retrieved   civil.Date   `json:"retrieved"`
	Digest      ident.Digest `json:"digest"`
	Items       int          `json:"items"`
	Unconfirmed int          `json:"unconfirmed"` // items whose source is not confirmed: never shown as official
}

// PackLines is the list of packs.
type PackLines struct {
	Packs []PackLine `json:"packs"`
}

// Packs lists the packs in force.
func Packs(l *library.Library) PackLines {
	out := PackLines{Packs: []PackLine{}}
	for _, p := range l.Packs {
		line := PackLine{ID: p.ID, Title: p.Title, Version: p.Version, Source: p.Source, Licence: p.Licence, Retrieved: p.Retrieved, Digest: p.Digest}
		for _, it := range p.Items() {
			line.Items++
			if it.Mark != library.Confirmed {
				line.Unconfirmed++
			}
		}
		out.Packs = append(out.Packs, line)
	}
	return out
}

// PackList writes the list of packs for a person.
func PackList(w io.Writer, list PackLines, style Style) error {
	p := newPage(style)
	for _, line := range list.Packs {
		p.line(p.paint("1", string(line.ID)), "  ", line.Version)
		p.wrap("    ", line.Title+". "+counted(line.Items, "item", "items")+confirmed(&line)+".")
		p.wrap("    ", "Source, read on "+line.Retrieved.String()+": "+strings.TrimSuffix(line.Source, ".")+".")
	}
	return p.flush(w)
}

// confirmed says how many items were compared with their source, where any were.
func confirmed(line *PackLine) string {
	switch n := line.Items - line.Unconfirmed; {
	case line.Items == 0 || n == 0:
		return ""
	case n == line.Items:
		return ", confirmed at the source"
	default:
		return ", " + strconv.Itoa(n) + " of them confirmed at the source"
	}
}

// PackText writes what is in a pack.
func PackText(w io.Writer, pack *library.Pack, style Style) error {
	p := newPage(style)
	packHead(p, pack)
	kind, column := "", 0
	items := pack.Items()
	for _, it := range items {
		if it.Kind != kind {
			kind, column = it.Kind, longest(items, it.Kind)
			p.heading(kind)
		}
		p.wrap("  "+pad(it.ID, column)+"  ", it.Text+" ("+string(it.Mark)+")")
	}
	return p.flush(w)
}

// longest gives the width of the longest id among the items of a kind, up to half a line.
func longest(items []library.Item, kind string) (most int) {
	for _, it := range items {
		if it.Kind == kind {
			most = max(most, min(width(it.ID), 34))
		}
	}
	return most
}

func packHead(p *page, pack *library.Pack) {
	p.wrap("", p.paint("1", pack.Title)+" ("+string(pack.ID)+" "+pack.Version+")")
	p.wrap("", pack.Summary)
	p.wrap("Source:  ", pack.Source)
	if pack.Location != "" {
		p.wrap("         ", pack.Location)
	}
	p.wrap("Licence: ", pack.Licence)
	if pack.Attribution != "" {
		p.wrap("         ", pack.Attribution)
	}
	p.line("Read on: ", pack.Retrieved.String())
}

// ItemText writes one item of a pack, as it is written in the pack.
func ItemText(w io.Writer, pack *library.Pack, item any, style Style) error {
	p := newPage(style)
	p.wrap("", "From "+string(pack.ID)+" "+pack.Version+" ("+pack.Source+"). Where the item says nothing else, its mark is: "+string(pack.Mark)+".")
	p.line()
	text, err := narrow(item, p.style.Width)
	if err != nil {
		return err
	}
	p.out.Write(text)
	return p.flush(w)
}

// narrow writes a value as YAML in lines that fit: the writer breaks a line after the word that makes it too long.
func narrow(v any, width int) ([]byte, error) {
	text, err := schema.YAML(v)
	if err != nil {
		return nil, err
	}
	var node yaml.Node
	if err := yaml.Load(text, &node); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the item would not read back")
	}
	fold(&node)
	return yaml.Dump(&node, yaml.WithIndent(2), yaml.WithLineWidth(width-18))
}

// fold lets long texts stand in paragraphs of their own, and lists of long texts one below the other.
func fold(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && len(n.Value) > 50 {
		n.Style = yaml.FoldedStyle
	}
	together := 0
	for _, c := range n.Content {
		fold(c)
		together += len(c.Value) + 2
	}
	if n.Kind == yaml.SequenceNode && together > 50 {
		n.Style = 0
	}
}

// Canonical writes a value as its canonical form, indented.
func Canonical(w io.Writer, v any) error {
	canon, err := ident.Canon(v)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, canon, "", "  "); err != nil {
		return fault.Wrap(fault.Internal, err, "the result could not be written")
	}
	out.WriteByte('\n')
	_, err = out.WriteTo(w)
	return err
}
