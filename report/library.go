package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
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
		p.wrap("    ", line.Title+". "+strconv.Itoa(line.Items)+" items, "+strconv.Itoa(line.Items-line.Unconfirmed)+" confirmed at their source.")
		p.wrap("    ", "From "+line.Source+"; read on "+line.Retrieved.String()+".")
	}
	return p.flush(w)
}

// PackText writes what is in a pack.
func PackText(w io.Writer, pack *library.Pack, style Style) error {
	p := newPage(style)
	packHead(p, pack)
	kind := ""
	for _, it := range pack.Items() {
		if it.Kind != kind {
			kind = it.Kind
			p.heading(kind)
		}
		p.wrap("  "+pad(it.ID, 34)+" ", it.Text+" ("+string(it.Mark)+")")
	}
	return p.flush(w)
}

func packHead(p *page, pack *library.Pack) {
	p.line(p.paint("1", pack.Title), " (", string(pack.ID), " ", pack.Version, ")")
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
	text, err := schema.YAML(item)
	if err != nil {
		return err
	}
	p.out.Write(text)
	return p.flush(w)
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
