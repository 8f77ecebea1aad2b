package ident_test

import (
	"fmt"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		word  string
		among []string
		want  string
	}{
		{"riks", []string{"rule", "risk"}, "risk"},
		{"RISK", []string{"rule", "risk"}, "risk"},
		{"likelyhood", []string{"impact", "likelihood"}, "likelihood"},
		{"clasification", []string{"classification"}, "classification"},
		{"xyzzy", []string{"rule", "risk"}, ""},
		{"", []string{"", "a"}, ""},
		{"a", []string{"b", "A"}, "A"},
		{"ab", []string{"cd"}, ""},
		{"bat", []string{"cat", "bad", "bar"}, "bad"},
		{"r9", []string{"p9", "r2", "R1"}, "R1"},
		{"aplicabilities", []string{"applicability"}, "applicability"},
		{"ünd", []string{"und"}, "und"},
		{"risk", nil, ""},
	} {
		if got := ident.Nearest(c.word, c.among); got != c.want {
			t.Errorf("Nearest(%q, %q) = %q, not %q", c.word, c.among, got, c.want)
		}
	}
}

func ExampleNearest() {
	fmt.Println(ident.Nearest("likelyhood", []string{"impact", "likelihood"}))
	// Output: likelihood
}
