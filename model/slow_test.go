package model_test

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

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

func fill(start, unit string) string {
	return start + strings.Repeat(unit, (room()-len(start))/len(unit))
}

func numbered(start, unit string) string {
	var b strings.Builder
	b.WriteString(start)
	for i := 0; b.Len() < room()-2*len(unit)-40; i++ {
		fmt.Fprintf(&b, unit, i, i+1)
	}
	return b.String()
}

// largest are texts as large as are read, each of a kind that is slow for careless readers.
var largest = map[string]func() string{
	"an honest file":     func() string { return large(room() / 220) },
	"dashes on one line": func() string { return fill(head+"context: {need: x", "-") },
	"items":              func() string { return fill(head+"risks:\n", "-\n") },
	"items on one line":  func() string { return fill(head+"risks: [", "a,") + "]" },
	"braces on one line": func() string { return fill(head+"risks: [", "{},") + "]" },
	"keys on one line":   func() string { return numbered(head+"context: {", "k%d: %d,") + "}" },
	"unknown keys":       func() string { return numbered(head, "k%d: %d\n") },
	"the same key":       func() string { return fill(head, "a:\n") },
	"dangling references": func() string {
		return numbered(head+"data:\n  - {id: d, name: D}\nrisks:\n", "- {id: r%d, title: T, data: [d%d]}\n")
	},
	"components in a chain": func() string {
		return numbered(head+"architecture:\n  components:\n", "  - {id: c%d, type: api, parent: c%d}\n") + "  - {id: last, type: api, parent: c0}\n"
	},
	"controls said twice":    func() string { return numbered(head+"controls:\n", "- {id: c%d, control: same, note: n%d}\n") },
	"controls without offer": func() string { return numbered(head+"controls:\n", "- {id: c%d, origin: shared, note: n%d}\n") },
	"former ids":             func() string { return numbered(head+"risks:\n- {id: r1, title: T, formerly: [", "x%d,x%d,") + "a]}\n" },
	"comments":               func() string { return fill(head, "# x\n") },
	"comments among items":   func() string { return fill(head+"risks:\n", "# x\n-\n") },
	"one long comment":       func() string { return fill(head+"#", "x") },
	"one long text":          func() string { return fill(head+"context:\n  need: ", "x") },
	"one long text of words": func() string { return fill(head+"context:\n  need: ", "x ") },
	"a text over lines":      func() string { return fill(head+"context:\n  need: x", "\n   y") },
	"a literal":              func() string { return fill(head+"context:\n  need: |", "\n   y") },
	"a folded text":          func() string { return fill(head+"context:\n  need: >", "\n   y") },
	"empty lines":            func() string { return fill(head, "\n") },
	"white space":            func() string { return fill(head, " ") },
	"an open quotation":      func() string { return fill(head+"context:\n  need: \"", "x\n") },
	"escapes":                func() string { return fill(head+"context:\n  need: \"", "\\u0041") },
	"anchors":                func() string { return numbered(head+"risks:\n", "- &a%d x%d\n") },
	"aliases":                func() string { return fill(head+"context: &a x\nrisks:\n", "- *a\n") },
	"tags":                   func() string { return fill(head+"risks:\n", "- !t x\n") },
	"bare tags":              func() string { return fill(head+"risks:\n", "- ! x\n") },
	"documents":              func() string { return fill(head, "---\na\n") },
	"tabs":                   func() string { return fill(head, "\t\n") + "\tx" },
	"tabs at the end":        func() string { return fill(head, "a:\n") + "\tx: y" },
	"question marks":         func() string { return fill(head, "? a\n") },
	"colons":                 func() string { return fill(head, ": a\n") },
	"brackets and out":       func() string { return fill(head+"risks: [", strings.Repeat("[", 60)+strings.Repeat("]", 60)+",") + "]" },
	"merge keys":             func() string { return fill(head, "<<: x\n") },
	"words of a vocabulary":  func() string { return fill(head+"data:\n- id: d\n  name: D\n  markings: [", "SENSITVE,") + "]" },
	"percent signs":          func() string { return fill(head, "%x\n") },
	"carriage returns":       func() string { return fill(head, "\r") },
	"line separators":        func() string { return fill(head+"context:\n  need: \"", "\u2028") },
	"duties":                 func() string { return numbered(head+"plan:\n  rasci:\n", "  - {activity: a%d, responsible: b%d}\n") },
}

// TestLargest: reading ends in a time and in memory that grow with the length of the text and nothing else, whatever it
// holds. The flag -largest makes the texts as large as may be.
func TestLargest(t *testing.T) {
	for name, text := range largest {
		source := schema.Source{File: "f.yaml", Text: []byte(text())}
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, _, err := model.Read(source)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		first := "read"
		if err != nil {
			first, _, _ = strings.Cut(err.Error(), "\n")
		}
		t.Logf("%-24s %4.1f MiB %6.2f s %5d MiB allocated  %.90s", name, float64(len(source.Text))/(1<<20), took.Seconds(), (after.TotalAlloc-before.TotalAlloc)>>20, first)
		if len(source.Text) > schema.MaxBytes || took > 10*time.Second {
			t.Errorf("%s: %d bytes took %v", name, len(source.Text), took)
		}
	}
}
