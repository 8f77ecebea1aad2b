package registry

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyJSON draws a value as encoding/json writes it.
func anyJSON(t *rapid.T, depth int) any {
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.Float64Range(-1e9, 1e9).Draw(t, "number")
	case 3:
		return rapid.StringOf(rapid.RuneFrom([]rune("a\"\\{}[],: é\n"))).Draw(t, "text")
	case 4:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "length") {
			list = append(list, anyJSON(t, depth-1))
		}
		return list
	}
	return members(t, depth)
}

func members(t *rapid.T, depth int) map[string]any {
	out := map[string]any{}
	for _, name := range rapid.SliceOfDistinct(rapid.StringMatching(`[a-z_]{0,6}`), rapid.ID[string]).Draw(t, "names") {
		out[name] = anyJSON(t, depth-1)
	}
	return out
}

// A part is what the whole would be read as.
func TestPartsAreThoseOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := members(t, 4)
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			part, err := json.Marshal(object[name])
			if got := member(text, name); err != nil || !bytes.Equal(got, part) {
				t.Fatalf("%s of %s is %s, want %s", name, text, got, part)
			}
			list, is := object[name].([]any)
			if !is {
				continue
			}
			n := 0
			for got := range each(part) {
				if want, err := json.Marshal(list[n]); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("element %d of %s is %s, want %s", n, part, got, want)
				}
				n++
			}
			if n != len(list) {
				t.Fatalf("%d elements of %s", n, part)
			}
		}
		if got := member(text, "no-such-name"); got != nil {
			t.Fatalf("what is not there is %s", got)
		}
	})
}

// FuzzPart holds both to ending, and to staying within any text.
func FuzzPart(f *testing.F) {
	for _, seed := range []string{"", "{", `{"`, `{"a"`, `{"a":`, `{"a":1`, `{"a":[{"b":"\\"},2]}`, `[`, `[1`, `["`, `[,`, `[]]`, `{"a":}`, `["\`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n := len(member(text, "a"))
		for one := range each(text) {
			n += len(one)
		}
		if n > 2*len(text) {
			t.Error("it gives more than there is")
		}
	})
}
