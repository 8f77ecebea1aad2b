package diagram_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/diagram"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

var update = flag.Bool("update", false, "write the golden files anew; look at them before they are kept")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is no longer what it was; run with -update, look at it, and keep it if it is right", file)
	}
}

// permits is a small service with the path of an attack on it.
func permits(t *testing.T) *diagram.Picture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "permits.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	service, _, err := model.Read(schema.Source{File: "permits.yaml", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return &diagram.Picture{Service: service, Marking: "OFFICIAL", Marks: diagram.Marks{
		Steps: []diagram.Step{
			{To: "repository", Label: "Somebody signs in with a stolen password"},
			{From: "repository", To: "pipeline", Label: "Their change is built", Status: diagram.Hindered},
			{From: "pipeline", To: "web", Flow: "deploy", Label: "It is put into use"},
			{From: "web", To: "badge-store", Flow: "keep-photo", Label: "It reads the photographs", Status: diagram.Blocked},
		},
		Reached: []diagram.Reach{{"repository", diagram.Origin}, {"pipeline", diagram.Controlled}, {"web", diagram.Controlled}, {"badge-store", diagram.Read}},
		Targets: []ident.ID{"badge-store"},
	}}
}

func TestReadsAsItDid(t *testing.T) {
	p := permits(t)
	golden(t, "permits.svg", string(p.SVG()))
	golden(t, "permits.md", string(p.Mermaid()))
	golden(t, "permits.txt", p.Text())
	zone := &diagram.Picture{Service: p.Service, Zone: "council", Prefix: "second"}
	golden(t, "council.svg", string(zone.SVG()))
}

// TestSameBytes draws each picture twice.
func TestSameBytes(t *testing.T) {
	for _, p := range []*diagram.Picture{permits(t), {Service: made(100, 150, 6)}, {Service: made(300, 400, 10), Overview: true}} {
		svg, mermaid, text := p.SVG(), p.Mermaid(), p.Text()
		if !bytes.Equal(svg, p.SVG()) || !bytes.Equal(mermaid, p.Mermaid()) || text != p.Text() {
			t.Errorf("%s is not always the same", p.Service.Service.ID)
		}
	}
}

// wellFormed reads a picture as XML, and holds it to what a strict content security policy and a page with several pictures
// ask for: no style, no script, no link, and ids that begin with the prefix.
func wellFormed(t *testing.T, svg []byte, prefix string) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !strings.Contains(" svg title desc g rect path text circle ", " "+start.Name.Local+" ") {
			t.Fatalf("there is an element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			if a.Name.Local == "style" || a.Name.Local == "class" || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
				t.Fatalf("%s has an attribute %s", start.Name.Local, a.Name.Local)
			}
			if a.Name.Local == "id" && !strings.HasPrefix(a.Value, prefix+"-") {
				t.Fatalf("the id %s is not of this picture", a.Value)
			}
		}
	}
}

func TestSVGIsAccessible(t *testing.T) {
	p := permits(t)
	p.Prefix = "third"
	svg := string(p.SVG())
	wellFormed(t, []byte(svg), "third")
	for _, want := range []string{`role="img"`, `aria-labelledby="third-title third-desc"`, `<title id="third-title">Parking permits</title>`, `<desc id="third-desc">`, `fill="#ffffff"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if strings.Count(svg, ">OFFICIAL<") != 2 {
		t.Error("the marking does not stand at the top and the bottom")
	}
}

// TestOddServices draws what is hardly there, and what nobody would write.
func TestOddServices(t *testing.T) {
	one := &model.Service{}
	one.Architecture.Components = []model.Component{{ID: "a", Type: "api"}}
	one.Architecture.Flows = []model.Flow{{ID: "self", Source: "a", Destination: "a", Protocol: "https"}, {ID: "lost", Source: "a", Destination: "nowhere"}}
	for name, s := range map[string]*model.Service{"empty": {}, "one component": one, "many in one zone": made(2000, 4000, 1), "many zones": made(2000, 100, 2000), "many flows": made(200, 8000, 5)} {
		t.Run(name, func(t *testing.T) {
			p := &diagram.Picture{Service: s}
			wellFormed(t, p.SVG(), "picture")
			p.Mermaid()
			p.Text()
		})
	}
}

// TestTooManyFlows: what cannot be drawn is said to be left out, in the picture too.
func TestTooManyFlows(t *testing.T) {
	p := &diagram.Picture{Service: made(2000, 30000, 300)}
	svg := string(p.SVG())
	if !strings.Contains(svg, "Too many flows to be drawn") {
		t.Error("the picture does not say that lines are left out")
	}
	if lines := strings.Count(svg, `fill="none" stroke=`); lines > 1000 {
		t.Errorf("%d lines are drawn", lines)
	}
}

func TestViews(t *testing.T) {
	if got := diagram.Views(made(100, 50, 4)); len(got) != 1 || got[0].Overview {
		t.Errorf("100 components want one picture of all; there are %d", len(got))
	}
	views := diagram.Views(made(300, 600, 12))
	if len(views) != 13 || !views[0].Overview {
		t.Fatalf("300 components in 12 zones want an overview and 12 pictures; there are %d", len(views))
	}
	seen := map[string]bool{}
	shown := map[ident.ID]bool{}
	for i := range views {
		wellFormed(t, views[i].SVG(), views[i].Prefix)
		if seen[views[i].Prefix] {
			t.Errorf("two pictures have the prefix %s", views[i].Prefix)
		}
		seen[views[i].Prefix] = true
		for _, part := range views[i].Words().Parts {
			shown[part.ID] = true
		}
	}
	for i := range 300 {
		if !shown[partID(i)] {
			t.Errorf("%s is in no picture", partID(i))
		}
	}
}

// TestMarksThatAreElsewhere: what is marked and is not in the picture is not drawn, and is still told.
func TestMarksThatAreElsewhere(t *testing.T) {
	p := permits(t)
	p.Zone = "suppliers"
	p.Marks.Steps[3].To = "gone"
	wellFormed(t, p.SVG(), "picture")
	if w := p.Words(); len(w.Path) != 4 || len(w.Reached) != 5 || !strings.Contains(w.Path[1], "Source code") {
		t.Errorf("the words leave out what is marked: %v %v", w.Path, w.Reached)
	}
}

// FuzzNames holds that no name can become a part of a picture.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"plain", `"]; click n1 "javascript:alert(1)"`, "</text><script>", "```\n# heading", "a\x00b\ufffe\u202e", "end", "%%{init: {}}%%", "&amp;#34;", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s := &model.Service{Service: model.Identity{ID: "s", Name: name}}
		s.Architecture.Zones = []model.Zone{{ID: "z", Name: name}}
		s.Architecture.Components = []model.Component{{ID: "a", Name: name, Type: "api", Zone: "z"}, {ID: "b", Name: name, Type: "datastore"}}
		s.Architecture.Flows = []model.Flow{{ID: "f", Name: name, Source: "a", Destination: "b", Protocol: name}}
		p := &diagram.Picture{Service: s, Title: name, Description: name, Marking: name, Prefix: name}
		p.Marks.Steps = []diagram.Step{{From: "a", To: "b", Label: name}}
		wellFormed(t, p.SVG(), string(prefixOf(name)))
		fenced(t, p)
	})
}

func prefixOf(name string) ident.ID {
	if id := ident.Suggest(name); id != "" {
		return id
	}
	return "picture"
}

// fenced holds that a Mermaid block has the lines that it has with a plain name, and no more quotes or fences.
func fenced(t *testing.T, p *diagram.Picture) {
	t.Helper()
	got := string(p.Mermaid())
	if strings.Count(got, "```") != 2 || !strings.HasSuffix(got, "\n```\n") {
		t.Fatalf("the block does not end where it should:\n%s", got)
	}
	for _, line := range strings.Split(got, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "acc") {
			if strings.ContainsAny(line, "{}`%;#\"<>") {
				t.Fatalf("a title has a sign that Mermaid reads: %s", line)
			}
			continue
		}
		if n := strings.Count(line, `"`); n != 0 && n != 2 {
			t.Fatalf("a label does not end where it should: %s", line)
		}
		known := false
		for _, begin := range []string{"```", "flowchart LR", "marking[\"", "subgraph z", "end", "n1", "n2", "style z", "classDef ", "class n", "linkStyle "} {
			known = known || strings.HasPrefix(line, begin)
		}
		if !known && line != "" {
			t.Fatalf("a line that is not ours: %s", line)
		}
	}
}
