package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/schema"
)

// TestLawReadingAgainIsReading: what is read with the help of an earlier document is what is read without, down to the
// places, and the earlier document says what it said.
func TestLawReadingAgainIsReading(t *testing.T) {
	unreadable := []string{"!bad", "{open"}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(t, "files")
		before, after := make([]schema.Source, n), make([]schema.Source, n)
		for i := range n {
			before[i] = anyFile(t, "before", i, unreadable...)
			if after[i] = before[i]; rapid.Bool().Draw(t, "changed") {
				after[i] = anyFile(t, "after", i, unreadable...)
			}
		}
		earlier, wrong := schema.Parse(before...)
		said := told(earlier, wrong)
		with, errWith := earlier.Again(after...)
		without, errWithout := schema.Parse(after...)
		if got, want := told(with, errWith), told(without, errWithout); got != want {
			t.Fatalf("read again:\n%s\nread:\n%s", got, want)
		}
		if got := told(earlier, wrong); got != said {
			t.Fatalf("the earlier document said:\n%s\nnow it says:\n%s", said, got)
		}
	})
}

// TestLawAnEditedDocumentIsAsReadAnew: what an edit gives, which shares what it can with what was edited, says the same at
// the same places as its texts when they are read anew, differs by as much, and leaves what was edited as it was.
func TestLawAnEditedDocumentIsAsReadAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := make([]schema.Source, rapid.IntRange(1, 3).Draw(t, "files"))
		for i := range texts {
			texts[i] = anyFile(t, "text", i)
		}
		earlier, err := schema.Parse(texts...)
		if err != nil {
			t.Skip("two files say one thing differently")
		}
		said := told(earlier, nil)
		later := earlier
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			path := rapid.SampledFrom([]string{"/kind", "/words0", "/words1", "/risks", "/risks/a", "/risks/a/title", "/risks/b/of1", "/risks/c/new", "/new"}).Draw(t, "path")
			var made *schema.Document
			switch rapid.IntRange(0, 2).Draw(t, "op") {
			case 0:
				made, err = later.WithValue(path, rapid.SampledFrom([]string{"x", "[x, z]", "one", ""}).Draw(t, "value"))
			case 1:
				made, err = later.Without(path)
			default:
				made, err = later.WithItem(path, rapid.SampledFrom([]string{"id: d\ntitle: new", "id: a", "y"}).Draw(t, "item"))
			}
			if err == nil {
				later = made
			}
		}
		if later == earlier {
			t.Skip("nothing could be edited")
		}
		anew, err := schema.Parse(later.Sources()...)
		if got, want := told(later, nil), told(anew, err); got != want {
			t.Fatalf("edited:\n%s\nread anew:\n%s", got, want)
		}
		before, _ := schema.Parse(texts...)
		if got, want := fmt.Sprint(schema.Compare(earlier, later)), fmt.Sprint(schema.Compare(before, anew)); got != want {
			t.Fatalf("compared:\n%s\nread anew and compared:\n%s", got, want)
		}
		if got := told(earlier, nil); got != said {
			t.Fatalf("what was edited said:\n%s\nnow it says:\n%s", said, got)
		}
	})
}

// anyFile is one of several files, which may say the same items. It holds one of a few words, or of those given.
func anyFile(t *rapid.T, label string, i int, words ...string) schema.Source {
	items := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(t, label+" items")
	var text strings.Builder
	fmt.Fprintf(&text, "kind: service\nwords%d: %s\nrisks:\n", i, rapid.SampledFrom(append([]string{"x", "[x, y]", "null"}, words...)).Draw(t, label+" words"))
	for _, id := range items {
		fmt.Fprintf(&text, "  - id: %s\n    title: %s\n    of%d: %q\n", id, rapid.SampledFrom([]string{"one", "two"}).Draw(t, label+" title"), i, id)
	}
	return schema.Source{File: fmt.Sprintf("%d.yaml", i), Text: []byte(text.String())}
}

// told is all that a document says, with where it says it.
func told(d *schema.Document, err error) string {
	if err != nil {
		return fmt.Sprintf("%+v", err)
	}
	empty, _ := schema.Parse(schema.Source{File: "e.yaml", Text: []byte("{}\n")})
	out := fmt.Sprint(schema.Compare(empty, d))
	for _, path := range []string{"/kind", "/words0", "/words1", "/words2", "/risks", "/risks/a/title", "/risks/b/of1", "/risks/c/of2"} {
		out += fmt.Sprintln(path, d.Where(path))
	}
	return out
}
