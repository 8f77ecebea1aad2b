package model_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

const head = "bulkhead: v1\nservice: {id: s, name: S, phase: alpha}\n"

func inUTF16(s string, order byte) string {
	out := []byte{0xFF - order, 0xFE + order}
	for _, u := range utf16.Encode([]rune(s)) {
		pair := [2]byte{byte(u), byte(u >> 8)}
		out = append(out, pair[order], pair[1-order])
	}
	return string(out)
}

// made are bad texts that are better made than kept: large, or of bytes that an editor would not leave alone.
func made() map[string]string {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 8), c-1)
	}
	var thousand, deep strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&thousand, "  - {id: r%d, titel: T}\n", i)
	}
	for i := range 70 {
		fmt.Fprintf(&deep, "%sa:\n", strings.Repeat(" ", i))
	}
	return map[string]string{
		"empty":                     "",
		"white space":               " \n\n",
		"nothing but a mark":        "\ufeff",
		"nothing but dashes":        "---\n",
		"null":                      "~\n",
		"not UTF-8":                 head + "context:\n  need: caf\xe9\n",
		"UTF-16, little end first":  inUTF16(head, 0),
		"UTF-16, big end first":     inUTF16(head, 1),
		"NUL":                       head + "context:\n  need: \"a\x00b\"\n",
		"a control character":       head + "context:\n  need: a\x01b\n",
		"a form feed":               head + "context:\n  need: a\fb\n",
		"a key after a byte mark":   "\ufeffbulkhed: v1\n",
		"a mistake with CR LF":      strings.ReplaceAll(head+"contxt: x\n", "\n", "\r\n"),
		"larger than 8 MiB":         head + "# " + strings.Repeat("x", schema.MaxBytes),
		"65 brackets":               head + "data: " + strings.Repeat("[", 65) + strings.Repeat("]", 65) + "\n",
		"63 brackets":               head + "data: " + strings.Repeat("[", 63) + strings.Repeat("]", 63) + "\n",
		"100,000 brackets":          strings.Repeat("[", 100_000),
		"100,000 braces":            strings.Repeat("{a: ", 100_000),
		"100,000 dashes":            strings.Repeat("- ", 100_000),
		"100,000 question marks":    strings.Repeat("? ", 100_000),
		"70 blocks":                 deep.String(),
		"aliases of aliases":        bomb,
		"a text of 30,000":          head + "context:\n  need: " + strings.Repeat("word ", 6000) + "\n",
		"an id of 30,000":           head + "data:\n  - {id: " + strings.Repeat("x", 30_000) + ", name: X}\n",
		"a thousand problems":       head + "risks:\n" + thousand.String(),
		"a thousand clashes":        head + "controls:\n" + strings.ReplaceAll(thousand.String(), "titel: T", "origin: inherited"),
		"a thousand anchors":        head + "risks:\n" + strings.ReplaceAll(thousand.String(), "{", "&a {"),
		"a tab after a good indent": head + "context:\n  need: x\n \tappetite: {max: low}\n",
	}
}

// TestBadMade does for those what TestBad does for files; all their errors are in one golden file.
func TestBadMade(t *testing.T) {
	var b strings.Builder
	texts := made()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		_, _, err := model.Read(schema.Source{File: "bulkhead.yaml", Text: []byte(texts[name])})
		if fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v is %s", name, err, fault.KindOf(err))
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) > schema.MaxProblems+1 {
			t.Errorf("%s gives %d lines", name, len(lines))
		}
		fmt.Fprintf(&b, "== %s\n", name)
		for i, line := range lines {
			if i < 2 || i > len(lines)-3 {
				fmt.Fprintln(&b, line)
			}
		}
	}
	golden(t, "testdata/made.golden", b.String())
}

// TestGood: what looks odd and is right is read.
func TestGood(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no good files", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := model.Read(schema.Source{File: file, Text: text}); err != nil {
			t.Error(err)
		}
	}
	for name, text := range map[string]string{
		"a byte mark":                 "\ufeff" + head,
		"CR LF":                       strings.ReplaceAll(head+"context:\n  need: |\n    one\n    two\n", "\n", "\r\n"),
		"no line at the end":          strings.TrimSpace(head),
		"a start and an end":          "---\n" + head + "...\n",
		"JSON":                        `{"bulkhead": "v1", "service": {"id": "s", "name": "S", "phase": "alpha"}, "risks": []}`,
		"keys that say nothing":       head + "context:\nrisks: ~\ndata: null\n",
		"ids like other things":       head + "data:\n  - {id: 123, name: A}\n  - {id: 1e3, name: B}\n  - {id: true, name: C}\n  - {id: 'null', name: D}\n  - {id: 2026-01-01, name: E}\n  - {id: 0x1f, name: F}\n",
		"an id of 64":                 head + "data:\n  - {id: " + strings.Repeat("x", 64) + ", name: X}\n",
		"one value for a list":        head + "context: {markings: sensitive}\n",
		"unbalanced brackets in text": head + "context:\n  need: |\n" + strings.Repeat("    from [0, 1) and {0, 1)\n", 200),
		"a text of 20,000":            head + "context:\n  need: " + strings.Repeat("x", 20_000) + "\n",
		"63 levels of a text":         head + "# " + strings.Repeat("[", 1000) + "\n",
		"an exclamation":              head + "context:\n  need: \"! now\"\n  business_impact: {summary: Stop! now}\n",
	} {
		if _, _, err := model.Read(schema.Source{File: name, Text: []byte(text)}); err != nil {
			t.Error(err)
		}
	}
}

// TestTraps: text stays the text that was written, whatever other YAML readers would make of it.
func TestTraps(t *testing.T) {
	for written, want := range map[string]string{
		"no": "no", "off": "off", "1_000": "1_000", "0777": "0777", "2026-01-01": "2026-01-01", "1.10": "1.10", "1.0": "1.0", ".5": ".5", "0x10": "0x10", "12:30:45": "12:30:45", "True": "True", "1e3": "1e3",
		"null": "", "~": "", "": "", "'null'": "null", `"~"`: "~", "' x '": "x", "Null": "Null", "|-\n      a\n      b": "a\nb", "'it''s'": "it's",
	} {
		s := read(t, head+"architecture:\n  components:\n  - id: web\n    type: api\n    version: "+written+"\n")
		if got := s.Architecture.Components[0].Version; got != want {
			t.Errorf("version: %s is %q, want %q", written, got, want)
		}
	}
	for written, want := range map[string]model.Attribute{"yes": model.Yes, "Yes": model.Yes, "true": model.Yes, "True": model.Yes, "'yes'": model.Yes, "y": model.Yes, "no": model.No, "false": model.No, "NO": model.No, "unknown": model.Unknown, "~": model.Unknown, "tbc": model.Unknown} {
		s := read(t, head+"data: [{id: a, name: A, personal: "+written+"}]\n")
		if got := s.Data[0].Personal; got != want {
			t.Errorf("personal: %s is %q, want %q", written, got, want)
		}
	}
	for written, want := range map[string]int64{"1000": 1000, "1_000": 1000, "'1,000'": 1000, "1_000_000": 1_000_000, "0": 0, "007": 7, "9007199254740991": 1<<53 - 1} {
		s := read(t, head+"data: [{id: a, name: A, records: "+written+"}]\n")
		if got := s.Data[0].Records; got != want {
			t.Errorf("records: %s is %d, want %d", written, got, want)
		}
	}
	for _, written := range []string{"'1,5'", "1_0", "'1,000_000'", "'1,0000'", "'10,00'", "_1", "1_", "+1", "1 000", "--1", "-"} {
		if _, _, err := model.Read(schema.Source{File: "f.yaml", Text: []byte(head + "data:\n  - {id: a, name: A, records: " + written + "}\n")}); err == nil {
			t.Errorf("records: %s was read", written)
		}
	}
}

func parts(texts ...string) []schema.Source {
	out := make([]schema.Source, len(texts))
	for i, text := range texts {
		out[i] = schema.Source{File: string(rune('a'+i)) + ".yaml", Text: []byte(text)}
	}
	return out
}

// TestParts: a service file in parts is the same as one in one piece.
func TestParts(t *testing.T) {
	got, _, err := model.Read(parts(
		head+"context: {need: N, markings: [SENSITIVE]}\nrisks:\n  - {id: r1, title: T}\n  - {id: r2, title: U}\ncontrols: [{id: backups, components: web}]\narchitecture: {components: [{id: web, type: api}, {id: db, type: datastore}]}\n",
		"bulkhead: v1\nrisks:\n  - {id: r2, owner: sro, actions: [{id: a1, text: A}]}\n  - {id: r3, title: V}\ncontext: {markings: [SENSITIVE, COMMERCIAL], classification: OFFICIAL, need: }\n",
		"risks:\n  - {id: r2, title: U, actions: [{id: a1, owner: dev}, {id: a2, text: B}]}\ncontrols: [{id: backups, components: [web, db]}]\nassumptions: ~\n",
	)...)
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, head+"context: {need: N, markings: [SENSITIVE, COMMERCIAL], classification: OFFICIAL}\nrisks:\n  - {id: r1, title: T}\n  - {id: r2, title: U, owner: sro, actions: [{id: a1, text: A, owner: dev}, {id: a2, text: B}]}\n  - {id: r3, title: V}\ncontrols: [{id: backups, components: [web, db]}]\narchitecture: {components: [{id: web, type: api}, {id: db, type: datastore}]}\n")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestPartsTellPlaces: what is wrong is told in the file where it is, a conflict with both places.
func TestPartsTellPlaces(t *testing.T) {
	for _, c := range []struct {
		what, want string
		texts      []string
	}{
		{"a conflict", "b.yaml:3:11: \"phase\" is also set, differently, at a.yaml:2:34; say it in one file", []string{head, "# more\nservice:\n   phase: live\n"}},
		{"a conflict in an item", "c.yaml:1:25: \"title\" is also set, differently, at b.yaml:1:25; say it in one file", []string{head, "risks: [{id: r1, title: T}]\n", "risks: [{id: r1, title: U}]\n"}},
		{"a list against keys", "b.yaml:1:8: \"risks\" is also set, differently, at a.yaml:3:8; say it in one file", []string{head + "risks: [{id: r1, title: T}]\n", "risks: {id: r1}\n"}},
		{"a mistake in a part", "b.yaml:1:18: the key \"titel\" is not known here; did you mean title?", []string{head, "risks: [{id: r1, titel: T}]\n"}},
		{"the same id twice in one part", "b.yaml:1:34: the id \"r1\" is used twice; it is first at b.yaml:1:14", []string{head, "risks: [{id: r1, title: T}, {id: r1, title: U}]\n"}},
		{"nothing to refer to", "b.yaml:1:34: there is no data \"x\"; add it, or take this out", []string{head, "risks: [{id: r1, title: T, data: x}]\n"}},
		{"parts that speak against each other", "b.yaml:1:54: the residual likelihood (4) is above the inherent one (2): controls cannot make a risk worse", []string{head + "risks: [{id: r1, title: T, inherent: {likelihood: 2}}]\n", "risks: [{id: r1, title: T, residual: {  likelihood:  4}}]\n"}},
		{"a part that cannot be read", "b.yaml:1:8: the [ here is not closed with ], or a comma between its items is missing", []string{head, "risks: [{id: r1}\n"}},
		{"an empty part", "b.yaml:1:1: the file is empty", []string{head, ""}},
		{"two bad parts", "a.yaml:1:1: the file is empty\nb.yaml:2:1: expected a value or a closing bracket here", []string{"", "risks: [\n"}},
		{"only empty parts", "a.yaml:1:1: the file is empty; start it with the line `bulkhead: v1`", []string{"", "\n"}},
		{"the order of files, then of lines", "a.yaml:3:1: the key \"x\" is not known here; expected one of " + topKeys + "\nb.yaml:1:1: the key \"y\" is not known here; expected one of " + topKeys, []string{head + "x: 1\n", "y: 1\n"}},
	} {
		_, _, err := model.Read(parts(c.texts...)...)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.what, err, c.want)
		}
	}
}

const topKeys = "bulkhead, service, context, data, architecture, assumptions, plan, threats, risks, controls, suppliers, answers, assurance, operation, incidents, retirement"

// TestNoSources: nothing to read is an error, not a panic.
func TestNoSources(t *testing.T) {
	if _, _, err := model.Read(); err == nil {
		t.Error("nothing was read as a service")
	}
}
