package model_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/proving/cost"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

var largestFiles = flag.Bool("largest", false, "test with the largest files that are read, which takes minutes")

// room is how much is written of each kind, up to what is read in all.
func room() int {
	if *largestFiles {
		return schema.MaxBytes - 100
	}
	return 256 << 10
}

// text writes as much as there is room for.
type text func(room int) string

// fill repeats a part.
func fill(start, part string) text {
	return func(room int) string { return start + strings.Repeat(part, (room-len(start))/len(part)) }
}

// numbered repeats a part with two numbers in it, each one more than the last.
func numbered(start, part string) text {
	return func(room int) string {
		var b strings.Builder
		b.WriteString(start)
		for i := 0; b.Len() < room-2*len(part)-40; i++ {
			fmt.Fprintf(&b, part, i, i+1)
		}
		return b.String()
	}
}

// then puts an end behind it.
func (t text) then(end string) text { return func(room int) string { return t(room) + end } }

// largest are texts as large as are read, each of a kind that is slow for careless readers.
var largest = map[string]text{
	"an honest file":           func(room int) string { return large(room / 220) },
	"dashes on one line":       fill(head+"context: {need: x", "-"),
	"items":                    fill(head+"risks:\n", "-\n"),
	"items on one line":        fill(head+"risks: [", "a,").then("]"),
	"braces on one line":       fill(head+"risks: [", "{},").then("]"),
	"keys on one line":         numbered(head+"context: {", "k%d: %d,").then("}"),
	"unknown keys":             numbered(head, "k%d: %d\n"),
	"the same key":             fill(head, "a:\n"),
	"dangling references":      numbered(head+"data:\n  - {id: d, name: D}\nrisks:\n", "- {id: r%d, title: T, data: [d%d]}\n"),
	"components in a chain":    numbered(head+"architecture:\n  components:\n", "  - {id: c%d, type: api, parent: c%d}\n").then("  - {id: last, type: api, parent: c0}\n"),
	"controls said twice":      numbered(head+"controls:\n", "- {id: c%d, control: same, note: n%d}\n"),
	"controls without offer":   numbered(head+"controls:\n", "- {id: c%d, origin: shared, note: n%d}\n"),
	"former ids":               numbered(head+"risks:\n- {id: r1, title: T, formerly: [", "x%d,x%d,").then("a]}\n"),
	"comments":                 fill(head, "# x\n"),
	"comments among items":     fill(head+"risks:\n", "# x\n-\n"),
	"one long comment":         fill(head+"#", "x"),
	"one long text":            fill(head+"context:\n  need: ", "x"),
	"one long text of words":   fill(head+"context:\n  need: ", "x "),
	"a text over lines":        fill(head+"context:\n  need: x", "\n   y"),
	"a literal":                fill(head+"context:\n  need: |", "\n   y"),
	"a folded text":            fill(head+"context:\n  need: >", "\n   y"),
	"empty lines":              fill(head, "\n"),
	"white space":              fill(head, " "),
	"an open quotation":        fill(head+"context:\n  need: \"", "x\n"),
	"escapes":                  fill(head+"context:\n  need: \"", "\\u0041"),
	"anchors":                  numbered(head+"risks:\n", "- &a%d x%d\n"),
	"aliases":                  fill(head+"context: &a x\nrisks:\n", "- *a\n"),
	"tags":                     fill(head+"risks:\n", "- !t x\n"),
	"bare tags":                fill(head+"risks:\n", "- ! x\n"),
	"documents":                fill(head, "---\na\n"),
	"tabs":                     fill(head, "\t\n").then("\tx"),
	"tabs at the end":          fill(head, "a:\n").then("\tx: y"),
	"question marks":           fill(head, "? a\n"),
	"colons":                   fill(head, ": a\n"),
	"brackets and out":         fill(head+"risks: [", strings.Repeat("[", 60)+strings.Repeat("]", 60)+",").then("]"),
	"merge keys":               fill(head, "<<: x\n"),
	"words of a vocabulary":    fill(head+"data:\n- id: d\n  name: D\n  markings: [", "SENSITVE,").then("]"),
	"percent signs":            fill(head, "%x\n"),
	"carriage returns":         fill(head, "\r"),
	"line separators":          fill(head+"context:\n  need: \"", "\u2028"),
	"duties":                   numbered(head+"plan:\n  rasci:\n", "  - {activity: a%d, responsible: b%d}\n"),
	"open brackets":            fill("", "["),
	"open braces":              fill("", "{a: "),
	"dashes in each other":     fill("", "- "),
	"questions in questions":   fill("", "? "),
	"an id":                    fill(head+"data:\n  - {id: ", "x").then(", name: X}\n"),
	"problems":                 numbered(head+"risks:\n", "  - {id: r%d, titel: T%d}\n"),
	"components in components": numbered(head+"architecture:\n  components:\n  - {id: c0, type: api}\n", "  - {id: c%[2]d, type: api, parent: c%[1]d}\n"),
	"aliases of aliases":       numbered(head+"a0: &a0 [x, x]\n", "a%[2]d: &a%[2]d [*a%[1]d, *a%[1]d]\n"),
}

// TestLargest: reading ends in a time and in memory that grow with the length of the text and nothing else, whatever it
// holds. The flag -largest makes the texts as large as may be.
func TestLargest(t *testing.T) {
	for name, write := range largest {
		var first string
		read := func(room int) func() {
			source := schema.Source{File: "f.yaml", Text: []byte(write(room))}
			if len(source.Text) > schema.MaxBytes {
				t.Fatalf("%s: %d bytes are not read", name, len(source.Text))
			}
			return func() {
				first = "read"
				if _, _, err := model.Read(source); err != nil {
					first, _, _ = strings.Cut(err.Error(), "\n")
				}
			}
		}
		took := cost.Linear(t, name, read(room()/cost.Times), read(room()))
		t.Logf("%-24s %6.2f s %5d MiB allocated  %.90s", name, took.Time.Seconds(), took.Bytes>>20, first)
	}
}
