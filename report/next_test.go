package report

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/library"
)

// A gain that no word is there for would go untold.
func TestEveryMeasureHasAWord(t *testing.T) {
	for _, w := range library.Measure("").Words() {
		if !slices.ContainsFunc(gainOrder(), func(g gainWord) bool { return string(g.measure) == w.Name }) {
			t.Errorf("nothing tells of %s", w.Name)
		}
	}
}
