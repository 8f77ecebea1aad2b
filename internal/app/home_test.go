package app_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// A home keeps what fits another when nothing that can be named goes and no less may be kept.
func TestAHomeKeepsWhatFitsAnother(t *testing.T) {
	home := func(packs []library.Pack, text string) app.Home {
		t.Helper()
		source := schema.Source{File: org.File, Text: []byte("bulkhead: v1\nid: dept\nname: Department\n" + text)}
		o, err := org.Read(source)
		if err != nil {
			t.Fatal(err)
		}
		h, err := app.NewHome(o, source, packs)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	builtin, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	without := func(spoil func(*library.Pack) bool) []library.Pack {
		for _, p := range builtin {
			if spoil(&p) {
				return []library.Pack{p}
			}
		}
		t.Fatal("no pack has it")
		return nil
	}
	at := func(class string, units ...string) string {
		text := "classification: " + class + "\nunits:\n"
		for _, u := range units {
			text += "  - {id: " + u + ", name: Unit}\n"
		}
		return text
	}
	first := home(nil, at("SECRET", "a", "b"))
	for name, c := range map[string]struct {
		to   app.Home
		want bool
	}{
		"the same":      {home(nil, at("SECRET", "a", "b")), true},
		"another unit":  {home(nil, at("SECRET", "a", "b", "c")), true},
		"no bound":      {home(nil, "units: [{id: a, name: A}, {id: b, name: B}]\n"), true},
		"a lower bound": {home(nil, at("OFFICIAL", "a", "b")), false},
		"a unit gone":   {home(nil, at("SECRET", "a")), false},
		"a control gone": {home(without(func(p *library.Pack) bool {
			ok := len(p.Controls) > 0
			p.Controls = p.Controls[min(1, len(p.Controls)):]
			return ok
		}), at("SECRET", "a", "b")), false},
		"an activity gone": {home(without(func(p *library.Pack) bool {
			ok := len(p.Activities) > 0
			p.Activities = p.Activities[min(1, len(p.Activities)):]
			return ok
		}), at("SECRET", "a", "b")), false},
		"another framework":    {home(without(func(p *library.Pack) bool { ok := len(p.Frameworks) > 0; p.Frameworks = nil; return ok }), at("SECRET", "a", "b")), false},
		"a bound that was not": {home(nil, at("TOP SECRET", "a", "b")), true},
	} {
		if got := first.Keeps(c.to); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	alone, err := app.NewHome(nil, schema.Source{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if alone.Keeps(first) {
		t.Error("without an organisation file a unit may be called anything")
	}
	if home(nil, "units: [{id: a, name: A}, {id: b, name: B}]\n").Keeps(first) {
		t.Error("a bound where there was none")
	}
}
