package schema_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

type colour string

func (colour) Words() []schema.Word {
	return []schema.Word{{Name: "red", Old: []string{"crimson"}}, {Name: "dark blue"}, {Name: "none", Absent: true}, {Name: "grey", Not: "grey is no colour; write red"}}
}

// note is a record with a field of every shape.
type note struct {
	ID     ident.ID             `json:"id" need:"yes" doc:"A short name"`
	Text   string               `json:"text" doc:"What it says"`
	Lines  []string             `json:"lines" doc:"More"`
	Colour colour               `json:"colour" doc:"Its colour"`
	Count  int64                `json:"count" doc:"How many"`
	Sure   bool                 `json:"sure" doc:"Whether it is sure"`
	Day    civil.Date           `json:"day" doc:"When"`
	Moment civil.Moment         `json:"moment" doc:"Exactly when"`
	For    civil.Period         `json:"for" doc:"How long"`
	About  []ident.Ref          `json:"about" doc:"What about"`
	By     map[ident.Ref]string `json:"by" doc:"By what"`
	Parts  []part               `json:"parts" kind:"part" doc:"Its parts"`
	Inner  part                 `json:"inner" doc:"One part"`
	hidden int
}

type part struct {
	ID   ident.ID `json:"id" doc:"A short name"`
	Text string   `json:"text" doc:"What it says"`
}

// odd are texts that YAML readers take for something else, or that are hard to write.
var odd = []string{
	"yes", "no", "on", "off", "true", "null", "~", "1_000", "0777", "0x10", "1e3", "1.10", "-1", ".inf", ".nan", "2026-01-01", "2026-01-01T00:00:00Z", "12:30:45",
	"# not a comment", "a # b", "a: b", ": x", "- x", "? x", "[a", "{a", "]", "}", "!x", "&x", "*x", "%x", "@x", "`x`", "|", ">", "'", "\"", "it's", "\"quoted\"", "a\\b", "\\n", "---", "...", "--- x",
	"<<", "=", ",", "a, b", "a]b", "x:", "http://a/b?c=d#e", "C:\\data", "é", "日本語", "🔒 locked", "\u00a0x", "x\ty", "line\nline", "line\n\nline", "line\n  indented\nback", "  a\nb", "line \nline", "\tx\ny", "- a\n- b",
	"# a\nb", "a\n# b", "a\n---\nb", "a\n\n\n\nb", "key: value\nother: value", "tail\n ", strings.Repeat("long ", 100), strings.Repeat("x", 300), "a\u2028b", "!\n#", "a\u200db", "100%", "a\n\tb", "\u0301", "{}", "[]", "\"\"",
}

func texts() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.SampledFrom(odd), rapid.StringOfN(rapid.RuneFrom([]rune(" \n\t#:-?,[]{}&*!|>'\"%@`\\=~ab19é\U0001F512_.<")), 0, 12, -1))
	return rapid.Custom(func(t *rapid.T) string {
		return strings.TrimSpace(strings.Join(rapid.SliceOfN(piece, 1, 3).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " ", "\n"}).Draw(t, "between")))
	})
}

func notes() *rapid.Generator[note] {
	ids := rapid.StringMatching(`[a-z0-9][a-z0-9._-]{0,20}`)
	full := rapid.Custom(func(t *rapid.T) string { return texts().Filter(func(s string) bool { return s != "" }).Draw(t, "text") })
	refs := rapid.Custom(func(t *rapid.T) ident.Ref { return ident.To("risk", ids.Draw(t, "ref")) })
	parts := rapid.Custom(func(t *rapid.T) part {
		return part{ID: ident.ID(ids.Draw(t, "id")), Text: texts().Draw(t, "text")}
	})
	return rapid.Custom(func(t *rapid.T) note {
		n := note{ID: ident.ID(ids.Draw(t, "id")), Text: texts().Draw(t, "text"), Count: rapid.Int64Range(0, 1<<53-1).Draw(t, "count"), Sure: rapid.Bool().Draw(t, "sure")}
		n.Colour = rapid.SampledFrom([]colour{"", "red", "dark blue"}).Draw(t, "colour")
		n.Day = rapid.SampledFrom([]civil.Date{{}, {Year: 2026, Month: 2, Day: 28}}).Draw(t, "day")
		n.Moment = rapid.SampledFrom([]civil.Moment{{}, {Date: civil.Date{Year: 2026, Month: 3, Day: 31}}}).Draw(t, "moment")
		n.For = rapid.SampledFrom([]civil.Period{{}, {Years: 1}, {Days: 14}}).Draw(t, "for")
		if lines := rapid.SliceOfN(full, 0, 8).Draw(t, "lines"); len(lines) > 0 {
			n.Lines = lines
		}
		if about := rapid.SliceOfN(refs, 0, 3).Draw(t, "about"); len(about) > 0 {
			n.About = about
		}
		if by := rapid.MapOfN(refs, full, 0, 3).Draw(t, "by"); len(by) > 0 {
			n.By = by
		}
		if ps := rapid.SliceOfNDistinct(parts, 0, 3, func(p part) ident.ID { return p.ID }).Draw(t, "parts"); len(ps) > 0 {
			n.Parts = ps
		}
		n.Inner.Text = texts().Draw(t, "inner")
		return n
	})
}

func sound(*note) (path, text string) { return "", "" }

// TestRoundTrip: what YAML writes, Records reads as the same values, alone and in a list, whatever the texts look like.
func TestRoundTrip(t *testing.T) {
	same := cmp.AllowUnexported(note{}, ident.Ref{})
	rapid.Check(t, func(t *rapid.T) {
		n := notes().Draw(t, "note")
		text, err := schema.YAML(&n)
		if err != nil {
			t.Fatal(err)
		}
		back, err := schema.Records(schema.Source{File: "n.yaml", Text: text}, sound)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if len(back) != 1 || !cmp.Equal(n, back[0], same) {
			t.Fatalf("%s\n%s", cmp.Diff([]note{n}, back, same), text)
		}
		list, err := schema.YAML([]note{n})
		if err != nil {
			t.Fatal(err)
		}
		if back, err := schema.Records(schema.Source{File: "n.yaml", Text: list}, sound); err != nil || len(back) != 1 || !cmp.Equal(n, back[0], same) {
			t.Fatalf("in a list: %v %s\n%s", err, cmp.Diff([]note{n}, back, same), list)
		}
	})
}

// TestRoundTripOdd takes each odd text by itself, so that none depends on chance.
func TestRoundTripOdd(t *testing.T) {
	for _, s := range odd {
		s = strings.TrimSpace(s)
		n := note{ID: "n", Text: s, Lines: []string{s, "x"}, By: map[ident.Ref]string{ident.To("risk", "r"): s}, Inner: part{Text: s}}
		text, err := schema.YAML(n)
		if err != nil {
			t.Fatal(err)
		}
		back, err := schema.Records(schema.Source{File: "n.yaml", Text: text}, sound)
		if err != nil || len(back) != 1 || back[0].Text != s || back[0].Lines[0] != s || back[0].Inner.Text != s || back[0].By[ident.To("risk", "r")] != s {
			t.Errorf("%q came back as %+v, %v\n%s", s, back, err, text)
		}
	}
}

func TestYAML(t *testing.T) {
	text, err := schema.YAML(note{
		ID: "n", Text: " around ", Lines: []string{"a", "", "b"}, Sure: true, Count: 1000, Colour: "red",
		Day: civil.Date{Year: 2026, Month: 3, Day: 31}, By: map[ident.Ref]string{ident.To("risk", "b"): "2", ident.To("risk", "a"): "1"}, Parts: []part{{}, {ID: "p"}}, hidden: 7,
	})
	const want = `id: n
text: around
lines: [a, b]
colour: red
count: 1000
sure: yes
day: 2026-03-31
by:
  risk:a: '1'
  risk:b: '2'
parts:
- id: p
`
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, text)
	}
	for _, bad := range []any{note{}, note{ID: "n", Day: civil.Date{Year: 2026, Month: 2, Day: 30}}, note{ID: "n", About: []ident.Ref{ident.To("risk", "R")}}} {
		if out, err := schema.YAML(bad); err == nil || out != nil {
			t.Errorf("%+v was written: %s", bad, out)
		}
	}
	if _, err := schema.YAML(note{}); fault.KindOf(err) != fault.Internal {
		t.Error(err)
	}
}
