package notify

import (
	"slices"
	"strings"
	"testing"
)

// FuzzPieces reads bytes that anybody may have written. What is read, written again as a file, reads the same; the sink finds
// the same last checkpoint as the reader; and whatever the file ends with, the next checkpoint is read after those before it.
func FuzzPieces(f *testing.F) {
	const one = "bulkhead.example/department\n1\nAQAA\n\n— bulkhead.example/department v+Kn0kp4\n"
	f.Add(one + "\n" + one)
	f.Add(one + "\n" + one[:40] + "(cut short)\n\n" + one)
	f.Add("\n\n\n" + one + "\n\n\n")
	f.Add(one + "— witness.example/w1 AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		read := readPieces(text)
		last, joint, ok := ending{text, true}.last()
		if ok != (read.wrong == 0) {
			t.Fatalf("%q: wrong in line %d for the reader, and the sink says %v", text, read.wrong, ok)
		}
		if !ok {
			return
		}
		if len(read.whole) > 0 && last != read.whole[len(read.whole)-1] || len(read.whole) == 0 && last != "" {
			t.Fatalf("%q: the last is %q, not one of %q", text, last, read.whole)
		}
		if again := readPieces(strings.Join(read.whole, "\n")); again.wrong > 0 || again.cut || !slices.Equal(again.whole, read.whole) {
			t.Fatalf("%q reads as %q, and that as %+v", text, read.whole, again)
		}
		if next := readPieces(text + joint + one); next.wrong > 0 || next.cut || !slices.Equal(next.whole, append(read.whole, one)) {
			t.Fatalf("%q, continued, reads as %+v", text, next)
		}
	})
}
