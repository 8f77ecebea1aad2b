package decision

import (
	"cmp"
	"os"
	"strings"
	"testing"
)

// lines writes the rules down, a line for each field.
func lines() map[string]string {
	out := map[string]string{}
	for _, r := range rules() {
		var b strings.Builder
		for _, s := range append([]Spec{{}}, r.Specs...) {
			columns := []string{r.Name, string(r.Kind), string(r.Of), s.Path, string(s.Cmp), string(s.Scale)}
			for i := range columns {
				columns[i] = cmp.Or(columns[i], "-")
			}
			b.WriteString(strings.Join(columns, " ") + "\n")
		}
		out[r.Name] = b.String()
	}
	return out
}

// TestRulesAreKept fails when a rule that decisions were made by is changed or taken away. A better rule gets the next
// number and its own lines at the end of the file; no line of the file is ever changed.
func TestRulesAreKept(t *testing.T) {
	text, err := os.ReadFile("testdata/rules.golden")
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, " ")
		kept[name] += line
	}
	now := lines()
	for name, was := range kept {
		if now[name] != was {
			t.Errorf("the rule %s was\n%sand is\n%s", name, was, now[name])
		}
	}
	for name, is := range now {
		if kept[name] == "" {
			t.Errorf("the rule %s is new: add its lines\n%s", name, is)
		}
	}
}

func TestRulesMakeSense(t *testing.T) {
	names := map[string]bool{}
	for _, r := range rules() {
		name, _, numbered := strings.Cut(r.Name, "@")
		if want := strings.TrimSuffix(string(r.Kind)+"-"+string(r.Of), "-"); !numbered || name != want || names[r.Name] {
			t.Errorf("the rule %s of %s is misnamed or there twice", r.Name, want)
		}
		names[r.Name] = true
		paths := map[string]bool{}
		for _, s := range r.Specs {
			if paths[s.Path] {
				t.Errorf("%s binds %s twice", r.Name, s.Path)
			}
			paths[s.Path] = true
			if (s.Cmp == NotWorse) != (s.Scale != None) {
				t.Errorf("%s compares %s by %s on the scale %q", r.Name, s.Path, s.Cmp, s.Scale)
			}
			if got, ok := r.Spec(strings.Replace(s.Path, "*", "some-thing", 1)); !ok || got != s {
				t.Errorf("%s finds %+v for %s", r.Name, got, s.Path)
			}
		}
	}
	for _, k := range Kind("").Words() {
		if r, ok := RuleFor(Kind(k.Name), OfGate); ok == (k.Name == "retraction" || k.Name == "lapse") {
			t.Errorf("%s is drafted by %v", k.Name, r)
		}
	}
	for _, of := range Of("").Words() {
		if r, ok := RuleFor(SignOff, Of(of.Name)); !ok || string(r.Of) != of.Name {
			t.Errorf("a sign-off of %s is drafted by %v", of.Name, r)
		}
	}
	if s, ok := rules()[0].Spec("controls/"); ok {
		t.Errorf("a field of nothing is bound by %+v", s)
	}
	if _, ok := FindRule("acceptance@0"); ok {
		t.Error("there is no acceptance@0")
	}
}
