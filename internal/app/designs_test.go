package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"pgregory.net/rapid"
)

// Whatever designs are drafted from, in whatever order, the draft has all of them once, and so has the draft with all that
// it shows could be said.
func TestDraftsOfDesignsReadBack(t *testing.T) {
	h, err := loadHome(Where{Path: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.FromSlash("../../exchange/*/testdata/*.*"))
	if err != nil {
		t.Fatal(err)
	}
	var designs []string
	for _, f := range files {
		if _, err := readDesign("", f); err == nil {
			designs = append(designs, f)
		}
	}
	if len(designs) < 8 {
		t.Fatalf("only %d designs to try", len(designs))
	}
	rapid.Check(t, func(t *rapid.T) {
		b := &Beginning{File: "bulkhead.yaml", Found: drawFound(t), home: h}
		from := rapid.SliceOfN(rapid.SampledFrom(designs), 1, 3).Draw(t, "from")
		if err := b.draw(".", from); err != nil {
			t.Fatal(err)
		}
		var said Said
		for _, q := range b.Questions() {
			if len(q.Choices) > 0 && rapid.Bool().Draw(t, "said") {
				_ = q.Take(&said, rapid.SampledFrom(q.Choices).Draw(t, q.ID).Word)
			}
		}
		draft := b.draft(said, civil.Date{Year: 2026, Month: 11, Day: 21})
		if err := b.readBack(said, draft.text(false)); err != nil {
			t.Fatalf("%v\n%s", err, draft.text(false))
		}
		if _, _, err := model.Read(schema.Source{File: "all.yaml", Text: draft.text(true)}); err != nil {
			t.Fatalf("%v\n%s", err, draft.text(true))
		}
	})
}

func TestAnIDThatIsThereKeepsWhatItHad(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one := file("one.yaml", "services:\n  web: {image: 'nginx:1'}\n  db: {image: 'postgres:16'}\n")
	two := file("two.yaml", "services:\n  web: {image: 'httpd:2'}\n  mail: {image: 'rabbitmq:3'}\n")
	b := &Beginning{}
	if err := b.draw(dir, []string{one, two}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range b.design.Architecture.Components {
		got = append(got, string(c.ID)+" "+c.Technology)
	}
	if len(got) != 3 || got[0] != "web nginx" || got[2] != "mail RabbitMQ" {
		t.Errorf("%q", got)
	}
	if d := b.Drawn[1].Dropped; len(d) == 0 || d[len(d)-2] != "The runtime containers was there already, and stays as it was." || d[len(d)-1] != "The component web was there already, and stays as it was." {
		t.Errorf("%q", d)
	}
	if from := b.builtFrom(); len(from) != 2 || from[0] != "one.yaml" {
		t.Errorf("%q", from)
	}
}
