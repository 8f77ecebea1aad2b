package schema_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// loud refuses notes that say "no".
func loud(n *note) (path, text string) {
	if strings.Contains(n.Text, "no") {
		return "/text", "it says no"
	}
	return "", ""
}

func TestRecords(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		{"one", "id: a\ntext: x\n", ""},
		{"a list", "- {id: a}\n- {id: b}\n", ""},
		{"an empty list", "[]\n", ""},
		{"one that is refused", "id: a\ntext: x no\n", "n.yaml:2:7: it says no"},
		{"one of a list", "- {id: a}\n- {id: b, text: no}\n", "n.yaml:2:17: it says no"},
		{"one of a list without its text", "- id: b\n  text: |\n    no\n", "n.yaml:2:9: it says no"},
		{"nothing", "", "n.yaml:1:1: the file is empty"},
		{"comments", "# id: a\n", "n.yaml:1:1: the file holds nothing but comments"},
		{"a text", "hello\n", "n.yaml:1:1: expected a list, each item starting with \"- \" (for none leave the key out); found \"hello\""},
		{"an empty item", "- {id: a}\n-\n", "n.yaml:2:2: this item is empty; write it, or take the line out"},
		{"an empty text in a list", "id: a\nlines: [x, '']\n", "n.yaml:2:12: this item is empty; write it, or take the line out"},
		{"a needed text that says nothing", "id: ''\n", "n.yaml:1:5: \"\" is not an id: it is empty; an id is 1 to 64 of a-z, 0-9, \".\", \"_\" and \"-\", starting with a letter or a digit, such as \"payments-api\""},
		{"a word that is refused", "id: a\ncolour: gray\n", "n.yaml:2:9: grey is no colour; write red"},
		{"a word near an older one", "id: a\ncolour: crimsen\n", "n.yaml:2:9: \"crimsen\" is not one of red, dark blue, none; did you mean red?"},
		{"neither yes nor no", "id: a\nsure: perhaps\n", "n.yaml:2:7: expected yes or no; found \"perhaps\""},
		{"a list for a map", "id: a\nby: [x]\n", "n.yaml:2:5: expected keys and values; found a list"},
		{"a key inside", "id: a\nparts:\n- {id: p, txt: x}\n", "n.yaml:3:11: the key \"txt\" is not known here; did you mean text?"},
		{"a key of the top inside", "id: a\ninner:\n  colour: red\n", "n.yaml:3:3: the key \"colour\" is not known here; it does not go inside inner but at the start of a line"},
		{"no space after a colon", "id: a\ninner: text:x\n", "n.yaml:2:8: expected keys and values here, one a line (id, text); found \"text:x\"; put a space after the colon"},
	} {
		_, err := schema.Records(schema.Source{File: "n.yaml", Text: []byte(c.text)}, loud)
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want || fault.KindOf(err) != fault.Invalid) {
			t.Errorf("%s: got  %v\nwant %s", c.what, err, c.want)
		}
	}
}

// TestRecordsManyRefused: many records that are refused cost no more than their number, and not all are told.
func TestRecordsManyRefused(t *testing.T) {
	text := strings.Repeat("- {id: a, text: no}\n", 20_000)
	_, err := schema.Records(schema.Source{File: "n.yaml", Text: []byte(text)}, loud)
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != schema.MaxProblems+1 || !strings.HasSuffix(lines[schema.MaxProblems], "19950 more problems are not shown; mend those above first") {
		t.Errorf("%d lines: %s", len(lines), lines[len(lines)-1])
	}
}

// FuzzRecords: reading never panics, and what is read can be written and read again as the same.
func FuzzRecords(f *testing.F) {
	for _, seed := range []string{
		"id: a\ntext: x\nlines: [a, b]\ncolour: crimson\ncount: 1,000\nsure: yes\nday: 2026-03-31\nmoment: 2026-03-31T12:00:00Z\nfor: P1Y\nabout: risk:r\nby: {risk:r: x}\nparts: [{id: p, text: q}]\ninner: {text: y}\n",
		"- {id: a}\n- {id: b}\n", `{"id": "a", "text": "\u00e9\n\t\"x\""}`, "id: a\ntext: |+\n  x\n\n", "id: a\ntext: >\n  x\n  y\n\n  z\n", "[]", "- ? x\n", "id: ! a\n",
	} {
		f.Add([]byte(seed))
	}
	same := cmp.AllowUnexported(note{}, ident.Ref{})
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := schema.Records(schema.Source{File: "n.yaml", Text: text}, sound)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v is %s", err, fault.KindOf(err))
			}
			return
		}
		for _, n := range records {
			written, err := schema.YAML(n)
			if err != nil {
				t.Fatal(err)
			}
			back, err := schema.Records(schema.Source{File: "n.yaml", Text: written}, sound)
			if err != nil || len(back) != 1 {
				t.Fatalf("%v\n%s", err, written)
			}
			again, err := schema.YAML(back[0])
			if err != nil || string(again) != string(written) {
				t.Fatalf("%s\nand then\n%s\n%s", written, again, cmp.Diff(n, back[0], same))
			}
		}
	})
}
