package foreign_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"pgregory.net/rapid"
)

func TestUncircle(t *testing.T) {
	for _, c := range []struct{ up, order, cut, left string }{
		{"a:b b:c", "a b c", "", "a:b b:c"},
		{"a:a", "a", "a", ""},
		{"a:b b:c c:b d:a", "a b c d", "c", "a:b b:c d:a"},
		{"a:b b:a", "b a", "a", "b:a"},
		{"a:b b:a c:d d:c", "a b c d", "b d", "a:b c:d"},
	} {
		up := map[ident.ID]ident.ID{}
		for pair := range strings.FieldsSeq(c.up) {
			up[ident.ID(pair[:1])] = ident.ID(pair[2:])
		}
		var order []ident.ID
		for id := range strings.FieldsSeq(c.order) {
			order = append(order, ident.ID(id))
		}
		cut := foreign.Uncircle(order, up)
		if fmt.Sprint(cut) != "["+c.cut+"]" || fmt.Sprint(up) != "map["+c.left+"]" {
			t.Errorf("%s: %v, %v", c.up, cut, up)
		}
	}
}

// From wherever one goes up, there is an end, and no step is gone that is not told of.
func TestNoCircleIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom([]ident.ID{"a", "b", "c", "d", "e", "f"})
		up := rapid.MapOf(id, id).Draw(t, "up")
		order := []ident.ID{"a", "b", "c", "d", "e", "f"}
		before := len(up)
		if cut := foreign.Uncircle(order, up); len(cut)+len(up) != before {
			t.Fatal(cut)
		}
		for _, from := range order {
			for steps := 0; from != ""; from = up[from] {
				if steps++; steps > len(order) {
					t.Fatal("a circle")
				}
			}
		}
	})
}

func TestSentences(t *testing.T) {
	if got := foreign.Sentences("One", "", "two!", "three…", "four."); got != "One. two! three… four." {
		t.Error(got)
	}
}

func TestWhatIsNoted(t *testing.T) {
	var n foreign.Notes
	ids := map[string]ident.ID{"A": "a", "B": "b"}
	if got := n.Known(ids, "B", "", "x", "A", "B", "x"); fmt.Sprint(got) != "[b a]" {
		t.Errorf("%v", got)
	}
	if got := n.Cut("a b  c", 5) + "|" + n.Cut("abcdef", 5); got != "a b c|abcd…" {
		t.Error(got)
	}
	if got := n.Sentences(); len(got) != 2 || !strings.HasSuffix(got[0], `("x").`) || !strings.HasPrefix(got[1], "1 text was too long") {
		t.Errorf("%q", got)
	}
}
