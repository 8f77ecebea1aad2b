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
	rapid.Check(t, func(t *rapid.T) {
		file := func(label string, i int) schema.Source {
			items := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(t, label+" items")
			var text strings.Builder
			fmt.Fprintf(&text, "kind: service\nwords%d: %s\nrisks:\n", i, rapid.SampledFrom([]string{"x", "[x, y]", "null", "!bad", "{open"}).Draw(t, label+" words"))
			for _, id := range items {
				fmt.Fprintf(&text, "  - id: %s\n    title: %s\n    of%d: %q\n", id, rapid.SampledFrom([]string{"one", "two"}).Draw(t, label+" title"), i, id)
			}
			return schema.Source{File: fmt.Sprintf("%d.yaml", i), Text: []byte(text.String())}
		}
		n := rapid.IntRange(1, 3).Draw(t, "files")
		before, after := make([]schema.Source, n), make([]schema.Source, n)
		for i := range n {
			before[i] = file("before", i)
			if after[i] = before[i]; rapid.Bool().Draw(t, "changed") {
				after[i] = file("after", i)
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
