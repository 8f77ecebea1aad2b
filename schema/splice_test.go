package schema

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

func one(t testing.TB, text string) *Document {
	t.Helper()
	d, err := Parse(Source{File: "f.yaml", Text: []byte(text)})
	if err != nil {
		t.Fatalf("the text before does not parse: %v\n%s", err, text)
	}
	return d
}

// check compares an outcome with the text wanted, or with an error that starts with "error:" and a kind.
func check(t *testing.T, d *Document, before string, got Source, err error, want string) {
	t.Helper()
	if string(d.sources[0].Text) != before {
		t.Error("the document itself was changed")
	}
	if rest, ok := strings.CutPrefix(want, "error:"); ok {
		kind, part, _ := strings.Cut(rest, " ")
		if err == nil || fault.KindOf(err) != fault.Kind(kind) || !strings.Contains(err.Error(), part) {
			t.Errorf("got %q, error %v (%s); want a fault %s with %q", got.Text, err, fault.KindOf(err), kind, part)
		}
		if len(got.Text) > 0 {
			t.Error("text was given beside an error")
		}
		return
	}
	if err != nil {
		t.Fatalf("unexpected error (%s): %v", fault.KindOf(err), err)
	}
	if got.File != "f.yaml" || string(got.Text) != want {
		t.Errorf("got  %q\nwant %q", got.Text, want)
	}
}

func TestSplice(t *testing.T) {
	for _, c := range []struct{ name, before, path, value, want string }{
		{"plain", "a: b\nc: d\n", "/a", "x", "a: x\nc: d\n"},
		{"plain with comment", "a: b c   # why\n", "/a", "x", "a: x   # why\n"},
		{"plain with hash inside", "a: b#c # why\n", "/a", "x", "a: x # why\n"},
		{"plain with colon inside", "a: http://b:c # why\n", "/a", "x", "a: x # why\n"},
		{"single quoted", "a: 'it''s # not' # why\n", "/a", "x", "a: x # why\n"},
		{"double quoted", "a: \"b \\\" # \\\\\" # why\n", "/a", "x", "a: x # why\n"},
		{"others keep their quotes", "a: \"b\"\nc: 'd'\n\n\n# e\n", "/c", "x", "a: \"b\"\nc: x\n\n\n# e\n"},
		{"plain over lines", "a: b\n   c\n\n   d # why\ne: f\n", "/a", "x", "a: x # why\ne: f\n"},
		{"single quoted over lines", "a: 'b\n  c''\n\n  d' # why\ne: f\n", "/a", "x", "a: x # why\ne: f\n"},
		{"double quoted over lines", "a: \"b\n  c\\\n  d\"\ne: f\n", "/a", "x", "a: x\ne: f\n"},
		{"literal", "a: |\n  b\n\n  c\n\ne: f\n", "/a", "x", "a: x\n\ne: f\n"},
		{"literal with comment", "a: |- # why\n  b # text\ne: f\n", "/a", "x", "a: x # why\ne: f\n"},
		{"literal at the end", "a: |\n  b", "/a", "x", "a: x"},
		{"literal with nothing", "a: |\ne: f\n", "/a", "x", "a: x\ne: f\n"},
		{"literal with indentation said", "a: |2\n    b\n  c\ne: f\n", "/a", "x", "a: x\ne: f\n"},
		{"literal that keeps", "a: |+\n  b\n\n\ne: f\n", "/a", "x", "a: x\ne: f\n"},
		{"folded in a list", "- >-\n  b\n  c\n- d\n", "/0", "x", "- x\n- d\n"},
		{"folded in an item", "- id: r\n  a: >\n    b\n  c: d\n", "/r/a", "x", "- id: r\n  a: x\n  c: d\n"},
		{"comment after literal", "a: |\n  b\n# about e\ne: f\n", "/a", "x", "a: x\n# about e\ne: f\n"},
		{"literal on a line of its own", "a: # why\n  |-\n  b\ne: f\n", "/a", "x", "a: x # why\ne: f\n"},
		{"null", "a:\nb: c\n", "/a", "x", "a: x\nb: c\n"},
		{"null with comment", "a:  # why\nb: c\n", "/a", "x", "a: x  # why\nb: c\n"},
		{"null at the end", "b: c\na:", "/a", "x", "b: c\na: x"},
		{"null that is said", "a: ~ # why\nb: null\n", "/a", "x", "a: x # why\nb: null\n"},
		{"null as text", "a: x\n", "/a", "null", "a: \"null\"\n"},
		{"null becomes the text null", "a: null\n", "/a", "null", "a: \"null\"\n"},
		{"null in an item", "- id: r\n  a:\n- id: s\n", "/r/a", "x", "- id: r\n  a: x\n- id: s\n"},
		{"null item", "a:\n  -\n  - b\n", "/a/0", "x", "a:\n  - x\n  - b\n"},
		{"null in braces", "a: {b: , c: }\n", "/a/b", "x", "a: {b: x , c: }\n"},
		{"null in braces, last", "a: {b: , c: }\n", "/a/c", "x", "a: {b: , c: x }\n"},
		{"null in braces, key only", "a: {b, c}\n", "/a/b", "x", "a: {b: x, c}\n"},
		{"in braces", "a: {b: c, d: e}\n", "/a/b", "x", "a: {b: x, d: e}\n"},
		{"in braces, last", "a: {b: c, d: e f }\n", "/a/d", "x, y", "a: {b: c, d: \"x, y\" }\n"},
		{"in brackets", "a: [b, 'c', \"d\"]\n", "/a/1", "x", "a: [b, x, \"d\"]\n"},
		{"in JSON", `{"a":"b","c":["d",{"e":1}]}`, "/c/1/e", "2", `{"a":"b","c":["d",{"e":2}]}`},
		{"by id", "risks:\n- id: r1\n  treatment:\n    due: 2026-01-01 # soon\n- id: r2\n", "/risks/r1/treatment/due", "2027-01-01", "risks:\n- id: r1\n  treatment:\n    due: 2027-01-01 # soon\n- id: r2\n"},
		{"the id itself", "risks:\n- id: r1\n  a: b\n", "/risks/r1/id", "r2", "risks:\n- id: r2\n  a: b\n"},
		{"by number", "a:\n- b\n- c # why\n", "/a/1", "x", "a:\n- b\n- x # why\n"},
		{"item in item", "- - a\n  - b\n", "/0/1", "x", "- - a\n  - x\n"},
		{"quoted key", "'a b': c\n\"d\": e\n", "/a b", "x", "'a b': x\n\"d\": e\n"},
		{"long form of key", "? a\n: b\n", "/a", "x", "? a\n: x\n"},
		{"value on the next line", "a:\n  # why\n  b\nc: d\n", "/a", "x", "a:\n  # why\n  x\nc: d\n"},
		{"the same value stays as written", "a: 'b' # c\n", "/a", "b", "a: 'b' # c\n"},
		{"not ASCII before", "é: {ü: '日本', 🙂: \"b\", c: d} # é\n", "/é/c", "ß", "é: {ü: '日本', 🙂: \"b\", c: ß} # é\n"},
		{"byte order mark", "\uFEFFa: b\nc: d\n", "/a", "x", "\uFEFFa: x\nc: d\n"},
		{"CRLF", "a: b # c\r\n\r\nd: |\r\n  e\r\n  f\r\ng: h\r\n", "/d", "x", "a: b # c\r\n\r\nd: x\r\ng: h\r\n"},
		{"no line end at the end", "a: b", "/a", "x", "a: x"},
		{"markers of a document", "---\na: b\n...\n", "/c", "x", "---\na: b\nc: x\n...\n"},

		{"value with a hash", "a: b\n", "/a", "x # y", "a: \"x # y\"\n"},
		{"value with a colon", "a: b\n", "/a", "x: y", "a: \"x: y\"\n"},
		{"value with quotes", "a: b\n", "/a", `"x" \ y`, `a: "\"x\" \\ y"` + "\n"},
		{"value with quotes inside", "a: b\n", "/a", `it's "x"`, `a: it's "x"` + "\n"},
		{"value of two lines", "a: b\n", "/a", "x\ny\tz", "a: \"x\\ny\\tz\"\n"},
		{"empty value", "a: b\n", "/a", "", "a: \"\"\n"},
		{"value with a dash", "a: b\n", "/a", "- x", "a: \"- x\"\n"},
		{"negative number", "a: b\n", "/a", "-5", "a: -5\n"},
		{"yes", "a: b\n", "/a", "yes", "a: yes\n"},
		{"value like a list in place of text", "a: b\n", "/a", "[x, y]", "a: \"[x, y]\"\n"},
		{"invisible space", "a: b\n", "/a", "x\u00A0y", "a: \"x\\u00A0y\"\n"},
		{"control character", "a: b\n", "/a", "x\x1b[31m", "error:invalid U+001B"},
		{"not UTF-8", "a: b\n", "/a", "x\xff", "error:invalid not UTF-8"},

		{"absent", "a: b\n# end\n", "/c", "x", "a: b\nc: x\n# end\n"},
		{"absent, no line end at the end", "a: b", "/c", "x", "a: b\nc: x"},
		{"absent, CRLF", "a: b\r\n", "/c", "x", "a: b\r\nc: x\r\n"},
		{"absent in a mapping", "a:\n    b: c # why\n\n# about d\nd: e\n", "/a/x", "y", "a:\n    b: c # why\n    x: y\n\n# about d\nd: e\n"},
		{"absent in an item", "- id: r\n  b: c\n\n- id: s\n", "/r/x", "y", "- id: r\n  b: c\n  x: y\n\n- id: s\n"},
		{"absent in the last item", "r:\n-   id: r\n", "/r/r/x", "y", "r:\n-   id: r\n    x: y\n"},
		{"absent after a list", "a:\n  b:\n  - c\nd: e\n", "/a/x", "y", "a:\n  b:\n  - c\n  x: y\nd: e\n"},
		{"absent after a literal", "a:\n  b: |\n    c\n\n    d\n\ne: f\n", "/a/x", "y", "a:\n  b: |\n    c\n\n    d\n  x: y\n\ne: f\n"},
		{"absent after a literal that keeps", "a:\n  b: |+\n    c\n\ne: f\n", "/a/x", "y", "a:\n  b: |+\n    c\n\n  x: y\ne: f\n"},
		{"absent after braces over lines", "a:\n  b: [c, # one\n   d] # two\ne: f\n", "/a/x", "y", "a:\n  b: [c, # one\n   d] # two\n  x: y\ne: f\n"},
		{"absent after a null", "a:\n  b:\ne: f\n", "/a/x", "y", "a:\n  b:\n  x: y\ne: f\n"},
		{"absent after a literal without a line end", "a: |\n  b", "/x", "y", "error:invalid add a line end"},
		{"absent with those around it", "- id: r\n  a: b\n", "/r/treatment/plan/due", "2026-01-01", "- id: r\n  a: b\n  treatment:\n    plan:\n      due: 2026-01-01\n"},
		{"absent in a null", "a: # why\nb: c\n", "/a/x/y", "z", "a: # why\n  x:\n    y: z\nb: c\n"},
		{"absent in a null that is said", "a: ~ # why\nb: c\n", "/a/x", "z", "a: # why\n  x: z\nb: c\n"},
		{"absent in a null item", "-\n- b\n", "/0/x/y", "z", "- x:\n    y: z\n- b\n"},
		{"absent in a null item with comment", "- # why\n- b\n", "/0/x", "z", "- # why\n  x: z\n- b\n"},
		{"absent in a null item that is said", "-   ~ # why\n-   null\n", "/1/x/y", "z", "-   ~ # why\n-   x:\n      y: z\n"},
		{"absent in braces", "a: {b: c} # why\n", "/a/x", "y", "a: {b: c, x: y} # why\n"},
		{"absent in wide braces", "a: { b: c }\n", "/a/x", "y", "a: { b: c, x: y }\n"},
		{"absent in empty braces", "a: {}\n", "/a/x/z", "y", "a: {x: {z: y}}\n"},
		{"absent in braces, comma at the end", "a: {b: c,}\n", "/a/x", "y", "a: {b: c, x: y}\n"},
		{"absent in braces, null at the end", "a: {b: }\n", "/a/x", "y", "a: {b: , x: y }\n"},
		{"absent in braces, null in braces", "a: {b: }\n", "/a/b/x", "y", "a: {b: {x: y} }\n"},
		{"absent in braces over lines", "a: {\n  b: [c, d] # why\n}\n", "/a/x", "y", "a: {\n  b: [c, d], x: y # why\n}\n"},
		{"absent in a pair without braces", "a: [b: c]\n", "/a/0/x", "y", "error:invalid without braces"},
		{"absent, odd key", "a: b\n", "/- c: d", "x", "a: b\n\"- c: d\": x\n"},
		{"absent, list", "a: b\n", "/c", "[x, \"y\"]", "a: b\nc: [x, \"y\"]\n"},
		{"absent, almost a list", "a: b\n", "/c", "[x] and", "a: b\nc: \"[x] and\"\n"},
		{"absent item", "risks:\n- id: phishing\n", "/risks/phising/due", "x", "error:not-found there is no item phising in /risks; did you mean phishing?"},
		{"absent item by number", "a: [b]\n", "/a/7", "x", "error:not-found there is no item 7 in /a"},

		{"list in brackets", "a: [b, 'c]', {d: e}] # why\n", "/a", "[x]", "a: [x] # why\n"},
		{"list over lines", "a: [\n  b, # one\n  c,\n]\nd: e\n", "/a", "[]", "a: []\nd: e\n"},
		{"list of lines", "a: # why\n  - b # one\n  - c # two\n# about d\nd: e\n", "/a", "[x, y]", "a: [x, y] # why\n# about d\nd: e\n"},
		{"list of lines, not indented", "a:\n- b\n- c\nd: e\n", "/a", "[x]", "a: [x]\nd: e\n"},
		{"list in a list", "- - a\n  - b\n- c\n", "/0", "[x]", "- [x]\n- c\n"},
		{"list in place of null", "a:\nb: c\n", "/a", "[x]", "a: [x]\nb: c\n"},
		{"text in place of a list", "a: [b]\n", "/a", "x", "error:invalid is a list"},
		{"almost a list in place of a list", "a: [b]\n", "/a", "[x] # y", "error:invalid is a list"},

		{"text in place of a mapping", "a: {b: c, d: e}\n", "/a", "x", "error:invalid holds keys of its own (b, d)"},
		{"text in place of an empty mapping", "a: {}\n", "/a", "x", "error:invalid holds keys"},
		{"the whole document", "a: b\n", "/", "x", "error:invalid name the place"},
		{"under text", "a: b\n", "/a/c", "x", "error:invalid cannot hold the key c"},
		{"too deep", "a: b\n", strings.Repeat("/c", MaxDepth), "x", "error:invalid nested deeper"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := one(t, c.before)
			got, err := d.Splice(c.path, c.value)
			check(t, d, c.before, got, err, c.want)
		})
	}
}

func TestRemove(t *testing.T) {
	for _, c := range []struct{ name, before, path, want string }{
		{"first key", "a: b # why\nc: d\n", "/a", "c: d\n"},
		{"key between", "a: b\n# about c\nc: d # why\n\ne: f\n", "/c", "a: b\n# about c\n\ne: f\n"},
		{"last key", "a: b\nc: d\n", "/c", "a: b\n"},
		{"last key, no line end at the end", "a: b\r\nc: d", "/c", "a: b"},
		{"last key after a literal, no line end at the end", "a: |\n  b\nc: d", "/c", "a: |\n  b\n"},
		{"key of many lines", "a:\n  b:\n  - c\n  - d # why\ne: f\n", "/a", "e: f\n"},
		{"literal", "a: |\n  b\n\n  c\n\ne: f\n", "/a", "\ne: f\n"},
		{"only key", "a: # why\n  b: c # gone\nd: e\n", "/a/b", "a: {} # why\nd: e\n"},
		{"only key of an item", "- a: b\n- c\n", "/0/a", "- {}\n- c\n"},
		{"only key of all", "# top\na: b\n", "/a", "# top\n{}\n"},
		{"first key of an item", "- id: r\n  a: b\n- c\n", "/r/id", "- a: b\n- c\n"},
		{"first key of an item, comment next", "- id: r # why\n  # about a\n  a: b\n", "/r/id", "-\n  # about a\n  a: b\n"},
		{"second key of an item", "- id: r\n  a: b # why\n- c\n", "/r/a", "- id: r\n- c\n"},
		{"item", "a:\n- id: r\n  b: c\n- id: s\n  b: d\n", "/a/r", "a:\n- id: s\n  b: d\n"},
		{"last item", "a:\n  - b\n  - c # why\nd: e\n", "/a/1", "a:\n  - b\nd: e\n"},
		{"only item", "a:\n  # about b\n  - b\nd: e\n", "/a/0", "a: []\n  # about b\nd: e\n"},
		{"first item in an item", "- - a\n  - b\n", "/0/0", "- - b\n"},
		{"null item", "a:\n  -\n  - c\n", "/a/0", "a:\n  - c\n"},
		{"in braces, first", "a: {b: c, d: e} # why\n", "/a/b", "a: {d: e} # why\n"},
		{"in braces, last", "a: { b: c, d: e }\n", "/a/d", "a: { b: c }\n"},
		{"in braces, only", "a: { b: c } # why\n", "/a/b", "a: {} # why\n"},
		{"in braces, comma at the end", "a: {b: c, d: e,}\n", "/a/d", "a: {b: c, }\n"},
		{"in brackets", "[a, 'b', c]\n", "/1", "[a, c]\n"},
		{"in brackets over lines", "a: [\n  b, # one\n  c, # two\n  d # three\n]\n", "/a/1", "a: [\n  b, # one\n  d # three\n]\n"},
		{"in brackets over lines, last", "a: [\n  b, # one\n  c # two\n]\n", "/a/1", "a: [\n  b, # one\n]\n"},
		{"comma first", "a: [b\n  , c\n  , d]\n", "/a/0", "a: [c\n  , d]\n"},
		{"pair without braces", "a: [b: c]\n", "/a/0/b", "error:invalid without braces"},
		{"long form", "? a\n: b\n? c\n: d\n", "/c", "error:invalid long form"},
		{"absent", "alpha: b\n", "/alpah", "error:not-found there is no key alpah in /; did you mean alpha?"},
		{"under text", "a: b\n", "/a/c", "error:not-found there is no key c in /a"},
		{"the whole document", "a: b\n", "", "error:invalid name the place"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := one(t, c.before)
			got, err := d.Remove(c.path)
			check(t, d, c.before, got, err, c.want)
		})
	}
}

func TestAppend(t *testing.T) {
	const item = "id: x\nname: y z\n"
	for _, c := range []struct{ name, before, path, item, want string }{
		{"list of lines", "a:\n  - id: r # why\n# about b\nb: c\n", "/a", item, "a:\n  - id: r # why\n  - id: x\n    name: y z\n# about b\nb: c\n"},
		{"not indented", "a:\n- id: r\nb: c\n", "/a", item, "a:\n- id: r\n- id: x\n  name: y z\nb: c\n"},
		{"wide dashes", "a:\n-   id: r\n", "/a", item, "a:\n-   id: r\n-   id: x\n    name: y z\n"},
		{"empty lines between", "a:\n- id: r\n\n- id: s\n\nb: c\n", "/a", item, "a:\n- id: r\n\n- id: s\n\n- id: x\n  name: y z\n\nb: c\n"},
		{"no line end at the end", "a:\n- id: r", "/a", item, "a:\n- id: r\n- id: x\n  name: y z"},
		{"CRLF", "a:\r\n- id: r\r\n", "/a", item, "a:\r\n- id: r\r\n- id: x\r\n  name: y z\r\n"},
		{"brackets", "a: [{id: r}]\n", "/a", "id: x\nname: 'y, z'\nb:\n- c\n- d:\n", "a: [{id: r}, {id: x, name: \"y, z\", b: [c, {d: null}]}]\n"},
		{"empty brackets", "b:\n- c\na: [] # why\nd: e\n", "/a", item, "b:\n- c\na: # why\n- id: x\n  name: y z\nd: e\n"},
		{"empty brackets in braces", "a: {b: []}\n", "/a/b", item, "a: {b: [{id: x, name: y z}]}\n"},
		{"null", "a:\nd: e\n", "/a", item, "a:\n  - id: x\n    name: y z\nd: e\n"},
		{"null in braces", "a: {b: }\n", "/a/b", item, "a: {b: [{id: x, name: y z}] }\n"},
		{"absent", "b: c\n", "/a", item, "b: c\na:\n  - id: x\n    name: y z\n"},
		{"absent with those around it", "b:\n  c: d\ne:\n- f\n", "/b/g/h", item, "b:\n  c: d\n  g:\n    h:\n    - id: x\n      name: y z\ne:\n- f\n"},
		{"absent in null", "b: # why\n", "/b/g", item, "b: # why\n  g:\n    - id: x\n      name: y z\n"},
		{"absent in braces", "b: {}\n", "/b/g", item, "b: {g: [{id: x, name: y z}]}\n"},
		{"literal in the item", "a:\n- id: r\n", "/a", "id: x\ntext: |\n  y\n\n    z\n", "a:\n- id: r\n- id: x\n  text: |\n    y\n\n      z\n"},
		{"literal in the item, no line end at the end", "a:\n- id: r", "/a", "text: |\n  y\n", "a:\n- id: r\n- text: |\n    y\n"},
		{"one value", "a:\n- b\n", "/a", "c", "a:\n- b\n- c\n"},
		{"after a literal without a line end", "a:\n- |\n  b", "/a", "c", "error:invalid add a line end"},
		{"id used", "a:\n- id: x\n", "/a", item, "error:invalid already has an item"},
		{"not a list", "a: b\n", "/a", item, "error:invalid is not a list"},
		{"absent item", "a:\n- id: r\n", "/a/s/b", item, "error:not-found there is no item s in /a"},
		{"not YAML", "a: []\n", "/a", "id: [", "error:invalid the new item:"},
		{"many documents", "a: []\n", "/a", "---\nid: x\n", "error:invalid take out the line"},
		{"with its dash", "a: []\n", "/a", "- id: x\n", "error:invalid without the dash"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := one(t, c.before)
			got, err := d.Append(c.path, c.item)
			check(t, d, c.before, got, err, c.want)
		})
	}
}

// TestSpliceSources edits a document of three sources: each change goes to the source that says the value.
func TestSpliceSources(t *testing.T) {
	texts := []string{
		"name: n\nrisks:\n- id: r1\n  title: one\nowner:\nsame: s\ntags: [a]\n",
		"# more\nrisks:\n- id: r2\n  title: two\n- id: r1\n  due: 2026-01-01 # soon\nowner: me\nsame: s\n",
		"place:\n  city: x\ntags: [b]\nrisks:\n- id: r3\n",
	}
	files := []string{"a", "b", "c"}
	open := func() *Document {
		var sources []Source
		for i, text := range texts {
			sources = append(sources, Source{File: files[i], Text: []byte(text)})
		}
		d, err := Parse(sources...)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	splice := func(path, value string) func(*Document) (Source, error) {
		return func(d *Document) (Source, error) { return d.Splice(path, value) }
	}
	for _, c := range []struct {
		name     string
		do       func(*Document) (Source, error)
		file     int
		old, new string // what changes in the file; old empty for an error that new is part of
	}{
		{"own", splice("/risks/r1/title", "x"), 0, "one", "x"},
		{"key from a later file", splice("/risks/r1/due", "x"), 1, "2026-01-01 #", "x #"},
		{"item from a later file", splice("/risks/r2/title", "x"), 1, "two", "x"},
		{"item by its number in the whole", splice("/risks/1/title", "x"), 1, "two", "x"},
		{"said in a later file only", splice("/owner", "x"), 1, "me", "x"},
		{"new key goes beside its parent", splice("/risks/r2/x", "y"), 1, "title: two\n", "title: two\n  x: y\n"},
		{"new key of a later mapping", splice("/place/x", "y"), 2, "city: x\n", "city: x\n  x: y\n"},
		{"new key at the top", splice("/x", "y"), 0, "tags: [a]\n", "tags: [a]\nx: y\n"},
		{"said twice", splice("/same", "x"), 0, "", "also set, differently"},
		{"list made of two", splice("/tags", "[x]"), 0, "", "in more than one file"},
		{"id used in two", splice("/risks/r1/id", "x"), 0, "", "in more than one file"},
		{"remove from a later file", func(d *Document) (Source, error) { return d.Remove("/risks/r3") }, 2, "risks:\n- id: r3\n", "risks: []\n"},
		{"append", func(d *Document) (Source, error) { return d.Append("/risks", "id: r4") }, 0, "title: one\n", "title: one\n- id: r4\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.do(open())
			if c.old == "" {
				if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.new) {
					t.Fatalf("got %q, %v; want an error with %q", got.Text, err, c.new)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Replace(texts[c.file], c.old, c.new, 1); got.File != files[c.file] || string(got.Text) != want {
				t.Errorf("got %s %q\nwant %s %q", got.File, got.Text, files[c.file], want)
			}
		})
	}
}

// author writes random documents as people do, and notes where the text of each scalar is, so that the property below
// does not depend on what it checks.
type author struct {
	*rapid.T
	b      strings.Builder
	nl     string
	places []stretch
}

type stretch struct {
	path     string
	from, to int
}

func (a *author) pick(n int) int { return rapid.IntRange(0, n-1).Draw(a.T, "pick") }

func (a *author) put(s string) { a.b.WriteString(s) }

func (a *author) comment() {
	if a.pick(3) == 0 {
		a.put([]string{" # why", "  # it's: \"so\" [", "\t# é"}[a.pick(3)])
	}
}

// between writes what may stand between two entries of a block.
func (a *author) between(in int) {
	switch a.pick(6) {
	case 0:
		a.put(a.nl)
	case 1:
		a.put(spaces(in) + "# about: 'the next" + a.nl)
	}
}

var (
	keyTexts = []string{"a", "b c", "'d'", `"e: f"`, "été", `"日 #"`, "g-h", "'it''s'"}
	keyNames = []string{"a", "b c", "d", "e: f", "été", "日 #", "g-h", "it's"}
)

func (a *author) block(path string, in, levels int) {
	list := a.pick(2) == 0
	for i := range 1 + a.pick(4) {
		if i > 0 {
			a.between(in)
			a.put(spaces(in))
		}
		if list {
			a.put("-")
			a.blockValue(fmt.Sprintf("%s/%d", path, i), in, levels, true)
			continue
		}
		a.put(keyTexts[i] + ":")
		a.blockValue(path+"/"+keyNames[i], in, levels, false)
	}
}

// blockValue writes what follows a dash or a colon, to the end of the line.
func (a *author) blockValue(path string, in, levels int, dash bool) {
	if levels > 0 && a.pick(2) == 0 {
		inner := in + 2 + a.pick(3)
		if dash && a.pick(2) == 0 {
			a.put(spaces(inner - in - 1))
		} else {
			a.comment()
			a.put(a.nl)
			a.between(inner)
			a.put(spaces(inner))
		}
		a.block(path, inner, levels-1)
		return
	}
	switch a.pick(8) {
	case 0:
		a.note(path, "")
	case 1:
		a.put(" ")
		a.blockText(path, in)
		return
	case 2:
		a.put(" ")
		a.flow(path, 2)
	default:
		a.put(spaces(1 + a.pick(2)))
		a.scalar(path, in+1, false)
	}
	a.comment()
	a.put(a.nl)
}

func (a *author) note(path, text string) {
	from := a.b.Len()
	a.put(text)
	a.places = append(a.places, stretch{path, from, a.b.Len()})
}

// blockText writes a block of text. Its comment stands inside of what is replaced, so it is left out here and has cases
// of its own in the table.
func (a *author) blockText(path string, in int) {
	pad := spaces(in + 1 + a.pick(3))
	lines := []string{pad + "one: 'two' # three", pad + "  - four", pad + "# five"}[:1+a.pick(3)]
	if a.pick(2) == 0 {
		lines = append(lines, "", pad+"six")
	}
	a.note(path, []string{"|", ">", "|-", ">-"}[a.pick(4)]+a.nl+strings.Join(lines, a.nl))
	a.put(a.nl)
	if a.pick(3) == 0 {
		a.put(a.nl)
	}
}

func (a *author) scalar(path string, in int, flow bool) {
	texts := []string{
		"word", "two words", "12", "yes", "http://x:1/y#z", "it's", `a"b`, "-3", "null", "~",
		`'single'`, `'it''s # not: a "comment"'`, `"double"`, `"a \" b \\"`, `"\\\\"`, `''`, `""`, "'日本 '", `"# é"`,
		"'over" + a.nl + spaces(in) + "lines'", `"over` + a.nl + a.nl + spaces(in) + `lines \" and"`, "over" + a.nl + spaces(in) + "lines",
	}
	if !flow {
		texts = append(texts, "e, f", "g [h] {i}")
	}
	a.note(path, texts[a.pick(len(texts))])
}

func (a *author) flow(path string, levels int) {
	list, n := a.pick(2) == 0, a.pick(4)
	a.put([]string{"{", "["}[b2i(list)])
	for i := range n {
		if i > 0 {
			a.put([]string{", ", ",", "  , "}[a.pick(3)])
		}
		name := fmt.Sprintf("%s/%d", path, i)
		if !list {
			a.put(keyTexts[i] + ": ")
			name = path + "/" + keyNames[i]
		}
		if levels > 0 && a.pick(4) == 0 {
			a.flow(name, levels-1)
			continue
		}
		a.scalar(name, 12, true)
	}
	a.put([]string{"", " "}[a.pick(2)] + []string{"}", "]"}[b2i(list)])
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

var values = rapid.OneOf(
	rapid.SampledFrom([]string{
		"", "x", "yes", "null", "~", "Null", "12", "-1", "- x", "-", "--- ", "...", "a: b", "a:", "a #b", "#a", "[a", "[a, b]", "{a}", "'", `"`, `\`,
		"it's", `say "so"`, " a", "a ", "a\nb", "\n", "a\tb", "日本", "🙂 x", "e\u0301", "\u2028", "a,b", "a]", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "?",
		"? a", ":", "<<", "=", "2026-01-01", "http://a/b?c=d#e", "\u00A0", "a\u200Db", "\uE000", "\U0001F600\uFFFD", "0x1F", "1e3", "a{b}c, d",
	}),
	rapid.String().Filter(func(s string) bool { return unprintable(s) == "" }),
)

func TestSpliceProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &author{T: t, nl: rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "nl")}
		a.put([]string{"", "---" + a.nl, "# top" + a.nl + a.nl, byteOrderMark}[a.pick(4)])
		a.block("", 0, 3)
		before := a.b.String()
		if a.pick(4) == 0 {
			before = strings.TrimRight(before, "\r\n")
		}
		d, err := Parse(Source{File: "f.yaml", Text: []byte(before)})
		if err != nil {
			t.Fatalf("the author writes what does not parse: %v\n%s", err, before)
		}
		if len(a.places) == 0 {
			t.Skip("nothing to change")
		}
		p := a.places[a.pick(len(a.places))]
		value := values.Draw(t, "value")
		got, err := d.Splice(p.path, value)
		if err != nil {
			t.Fatalf("%s = %q: %v\n%s", p.path, value, err, before)
		}
		to := min(p.to, len(before))
		if !bytes.HasPrefix(got.Text, []byte(before[:p.from])) || !bytes.HasSuffix(got.Text, []byte(before[to:])) || len(got.Text) < p.from+len(before)-to {
			t.Fatalf("%s = %q touches more than %q\nbefore %q\nafter  %q", p.path, value, before[p.from:to], before, got.Text)
		}
		readsBack(t, d, got, p.path, value)
	})
}

// readsBack checks that a text is the old tree with one value set.
func readsBack(t rapid.TB, d *Document, got Source, path, value string) {
	after, err := Parse(got)
	if err != nil {
		t.Fatalf("does not parse: %v\n%s", err, got.Text)
	}
	n, ok := after.find(path)
	if !ok {
		t.Fatalf("%s is not there\n%s", path, got.Text)
	}
	if list, isList := listOf(value); n.Kind == yaml.SequenceNode && isList {
		if !same(n, list) {
			t.Fatalf("%s is another list than %q\n%s", path, value, got.Text)
		}
	} else if n.Kind != yaml.ScalarNode || n.Value != value || isNull(n) {
		t.Fatalf("%s is %q; want %q\n%s", path, n.Value, value, got.Text)
	}
	old, ok := d.find(path)
	if !ok {
		return
	}
	saved := *n
	*n = *old
	if !same(d.root, after.root) {
		t.Fatalf("something else than %s changed\n%s", path, got.Text)
	}
	*n = saved
}

// TestEditsOfOddText makes every edit at every place of texts that nobody would write. The edits check themselves before
// they give a text, so here it is enough that none panics and that the text given parses.
func TestEditsOfOddText(t *testing.T) {
	pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
		"a", "b", ": ", ":", "- ", "-", "\n", "\n  ", "\n    ", " ", "# c", " # c", "'", "''", "\"", "[", "]", "{", "}", ", ", ",", "|", ">", "|+", "|-",
		"|2", "~", "null", "? ", "id: x", "é", "\r\n", "\r", "\t", "---\n", "...", "\n- ", "\n  - ", "a: ", "\nb: ", "\n  c: ", "\n  d:", "'x'",
		"\"y\"", "\u2028", "\u0085", "\\", "x y", byteOrderMark,
	}), 1, 25)
	value := rapid.SampledFrom([]string{"v", "v: w", "", "[p, q]", "x\ny", "-"})
	item := rapid.SampledFrom([]string{"id: z\nn: |\n  t\n", "p", "k: [1]\n# c\nm:\n", "[", ""})
	rapid.Check(t, func(t *rapid.T) {
		d, err := Parse(Source{Text: []byte(rapid.SampledFrom([]string{"", "a: ", "- "}).Draw(t, "start") + strings.Join(pieces.Draw(t, "pieces"), ""))})
		if err != nil {
			return
		}
		v, i := value.Draw(t, "value"), item.Draw(t, "item")
		for _, path := range pathsOf(d.root, "") {
			parses(t)(d.Splice(path, v))
			parses(t)(d.Splice(path+"/new/z", v))
			parses(t)(d.Remove(path))
			parses(t)(d.Append(path, i))
			parses(t)(d.Append(path+"/new", i))
		}
	})
}

func parses(t *rapid.T) func(Source, error) {
	return func(got Source, err error) {
		if err != nil {
			return
		}
		if _, err := Parse(got); err != nil {
			t.Fatalf("does not parse: %v\n%s", err, got.Text)
		}
	}
}

func pathsOf(n *yaml.Node, at string) []string {
	all := []string{at}
	for i, c := range n.Content {
		switch {
		case n.Kind != yaml.MappingNode:
			all = append(all, pathsOf(c, at+"/"+segment(c, i))...)
		case i%2 == 1:
			all = append(all, pathsOf(c, at+"/"+n.Content[i-1].Value)...)
		}
	}
	return all
}

func FuzzSplice(f *testing.F) {
	f.Add("a: b\n", "/a", "x")
	f.Add("a:\r\n- id: r\r\n  b: |+\r\n    c\r\n\r\n", "/a/r/b", "[x]")
	f.Add("{\"a\": [b, {c: , d}], e: 'f''g'}", "/a/1/c", "x: y")
	f.Add("? a\n: - b\n  - c\n", "/a", "[x]")
	f.Add("a: &x !y b\n", "/a/b/c", "")
	f.Add("\uFEFFé: \"b\\\"\u2028\" # c\u0085d: e\n", "/d", "-")
	f.Fuzz(func(t *testing.T, text, path, value string) {
		d, err := Parse(Source{File: "f.yaml", Text: []byte(text)})
		if err != nil {
			return
		}
		if got, err := d.Splice(path, value); err == nil {
			readsBackByPath(t, d, got, path, value)
		}
		if got, err := d.Remove(path); err == nil {
			one(t, string(got.Text))
		}
		if got, err := d.Append(path, value); err == nil {
			one(t, string(got.Text))
		}
	})
}

// readsBackByPath is readsBack but for a path that the change itself renames, which is the id of an item.
func readsBackByPath(t *testing.T, d *Document, got Source, path, value string) {
	old, ok := d.find(path)
	after := one(t, string(got.Text))
	if ok && old.Kind == yaml.ScalarNode && !isNull(old) {
		n := locate(&spot{node: after.root}, &yaml.Node{Kind: yaml.ScalarNode, Line: old.Line, Column: old.Column, Value: value})
		if n == nil {
			t.Fatalf("%s = %q is not where it was\n%s", path, value, got.Text)
		}
		return
	}
	if n, ok := after.find(path); ok && n.Kind == yaml.ScalarNode && n.Value != value {
		t.Fatalf("%s is %q; want %q\n%s", path, n.Value, value, got.Text)
	}
}
