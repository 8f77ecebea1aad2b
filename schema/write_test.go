package schema_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// TestWriteIsReadBack is the law of Write: what it writes says what it was given.
func TestWriteIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := notes().Draw(t, "note")
		text, err := schema.Write(&n)
		if err != nil {
			t.Fatal(err)
		}
		back := reread(t, text)
		if diff := cmp.Diff(n, back, cmp.AllowUnexported(note{})); diff != "" {
			t.Fatalf("%s\n%s", diff, text)
		}
		again, err := schema.Write(back)
		if err != nil || string(again) != string(text) {
			t.Fatalf("written twice, it differs: %v\n%s\n%s", err, text, again)
		}
	})
}

func reread(t interface {
	Helper()
	Fatalf(string, ...any)
}, text []byte,
) (n note) {
	t.Helper()
	doc, err := schema.Parse(schema.Source{File: "w.yaml", Text: text})
	if err == nil {
		err = doc.DecodeDraft(&n)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return n
}

func TestWriteLooksAsPeopleWrite(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("A sentence that goes on. ", 8))
	text, err := schema.Write(note{
		ID: "first", Text: "Holds a # and a colon: both", Lines: []string{"plain", "no", "a, b", "1.10"}, Colour: "dark blue", Count: 40000, Sure: true,
		Day: civil.Date{Year: 2026, Month: 3, Day: 1}, For: civil.Period{Years: 1},
		Parts: []part{{ID: "one", Text: long}, {ID: "yes", Text: "two\nlines"}},
		Inner: part{Text: "on"},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `id: first
text: "Holds a # and a colon: both"
lines: [plain, "no", "a, b", "1.10"]
colour: dark blue
count: 40000
sure: yes
day: 2026-03-01
for: P1Y

parts:
  - id: one
    text: >-
      A sentence that goes on. A sentence that goes on. A sentence that goes on. A sentence that
      goes on. A sentence that goes on. A sentence that goes on. A sentence that goes on. A sentence
      that goes on.
  - id: "yes"
    text: |-
      two
      lines

inner:
  text: "on"
`
	if string(text) != want {
		t.Errorf("%s", text)
	}
}

func TestWriteRefuses(t *testing.T) {
	if _, err := schema.Write(note{}); fault.KindOf(err) != fault.Internal {
		t.Errorf("nothing: %v", err)
	}
	if out, err := schema.Write(note{ID: "x", Day: civil.Date{Year: 1, Month: 1, Day: 1}}); err == nil || out != nil {
		t.Errorf("a day that is none: %v\n%s", err, out)
	}
}

// FuzzWrite writes any text wherever a text can stand. What the package reads back is the same, lines stay short where
// they can be broken, and a reader that knows nothing of the types finds a text too.
func FuzzWrite(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
	}
	f.Add("a\rb\x00c\xffd\ufeff\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
		if s == "" || utf8.RuneCountInString(s) > 20_000 {
			return
		}
		n := note{ID: "x", Text: s, Lines: []string{s, "b", s}, Parts: []part{{Text: s}, {ID: "y", Text: s}}, Inner: part{Text: s}, By: map[ident.Ref]string{ident.Claim("a"): s}}
		text, err := schema.Write(n)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, `"`) && utf8.RuneCountInString(line) > 140 && strings.Count(line, " ") > 40 && !strings.Contains(line, "  ") && !strings.Contains(s, "\n") {
				t.Errorf("a long line: %s", line)
			}
		}
		var plain struct {
			Text  any
			Lines []any
			Parts []struct{ Text any }
			By    map[string]any
		}
		if err := yaml.Load(text, &plain); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, got := range []any{plain.Text, plain.Lines[0], plain.Lines[2], plain.Parts[1].Text, plain.By["claim:/a"]} {
			if got != s {
				t.Fatalf("%#v is read as %#v\n%s", s, got, text)
			}
		}
		var back note
		doc, err := schema.Parse(schema.Source{File: "w.yaml", Text: text})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if doc.DecodeDraft(&back) == nil {
			if diff := cmp.Diff(n, back, cmp.AllowUnexported(note{})); diff != "" {
				t.Fatalf("%s\n%s", diff, text)
			}
		}
	})
}
