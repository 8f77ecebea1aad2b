package ident_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

func TestParseID(t *testing.T) {
	for _, good := range []string{"a", "0", "payments-api", "r1", "a.b_c-d", "a--b", "a-", strings.Repeat("a", 64)} {
		if id, err := ident.ParseID(good); err != nil || string(id) != good {
			t.Errorf("ParseID(%q) = %q, %v", good, id, err)
		}
	}
	for _, c := range []struct{ text, says, suggests string }{
		{"", "it is empty", ""},
		{"R1", "it has 'R' in it", "r1"},
		{"My Risk", "it has 'M' in it", "my-risk"},
		{" my_risk ", "it has ' ' in it", "my_risk"},
		{"_risk", "it starts with '_'", "risk"},
		{"-risk", "it starts with '-'", ""},
		{"risk/1", "it has '/' in it", ""},
		{"café", "it has 'é' in it", ""},
		{"a\xff", "in it", ""},
		{strings.Repeat("a", 65), "it has 65 characters", ""},
		{strings.Repeat("A", 65), "it has 'A' in it", ""},
		{"___", "it starts with '_'", ""},
	} {
		_, err := ident.ParseID(c.text)
		checkFault(t, c.text, err, c.says, c.suggests)
	}
}

// checkFault checks that text was refused as invalid, saying why, with exactly the suggestion.
func checkFault(t *testing.T, text string, err error, says, suggests string) {
	t.Helper()
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), says) {
		t.Errorf("%q: got %v, which should be invalid and say %q", text, err, says)
		return
	}
	_, offer, offered := strings.Cut(err.Error(), "did you mean ")
	if want := fmt.Sprintf("%q?", suggests); offered != (suggests != "") || offered && offer != want {
		t.Errorf("%q: got %v, which should suggest %q", text, err, suggests)
	}
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct{ text, id string }{
		{"", ""},
		{"!?", ""},
		{"Payments API (live)", "payments-api-live"},
		{"Café Ŵy", "cafe-wy"},
		{"Cafe\u0301", "cafe"},
		{"..a..", "a"},
		{"a-", "a-"},
		{"日本 1", "1"},
		{strings.Repeat("ab-", 30), strings.Repeat("ab-", 21) + "a"},
		{strings.Repeat("a", 63) + " b", strings.Repeat("a", 63)},
	} {
		if got := ident.Suggest(c.text); string(got) != c.id {
			t.Errorf("Suggest(%q) = %q, not %q", c.text, got, c.id)
		}
	}
}

func TestSuggestIsLegal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		got := ident.Suggest(text)
		if got == "" {
			return
		}
		if _, err := ident.ParseID(string(got)); err != nil {
			t.Fatalf("Suggest(%q): %v", text, err)
		}
		if ident.Suggest(string(got)) != got {
			t.Fatalf("Suggest(%q) is not kept as it is", got)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"a", "My Risk", "", "\xff", "_a", "a/b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ident.ParseID(s)
		if err == nil {
			if string(id) != s || ident.Suggest(s) != id {
				t.Fatalf("%q became %q", s, id)
			}
			return
		}
		if id != "" || fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%q: %q, %v", s, id, err)
		}
		if suggested := ident.Suggest(s); suggested != "" {
			if _, err := ident.ParseID(string(suggested)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func ExampleParseID() {
	_, err := ident.ParseID("Payments API")
	fmt.Println(err)
	// Output: "Payments API" is not an id: it has 'P' in it; an id is 1 to 64 of a-z, 0-9, ".", "_" and "-", starting with a letter or a digit, such as "payments-api"; did you mean "payments-api"?
}

func ExampleSuggest() {
	fmt.Println(ident.Suggest("Payments API (live)"))
	// Output: payments-api-live
}
