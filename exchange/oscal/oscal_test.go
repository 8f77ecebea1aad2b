package oscal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/oscal"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"pgregory.net/rapid"
)

// fetched is what a person says of the catalogs here.
func fetched(id ident.ID) oscal.Import {
	return oscal.Import{ID: id, Retrieved: civil.Date{Year: 2026, Month: 11, Day: 22}}
}

func read(t testing.TB, text []byte, id ident.ID) oscal.Catalog {
	t.Helper()
	c, err := oscal.Read(text, fetched(id), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	check(t, c)
	return c
}

// check finds what no pack may have: what the lint of the library tells of, ids that cannot be referred to, text that could
// write to a terminal, and anything that is lost when the pack is kept as a file.
func check(t testing.TB, c oscal.Catalog) {
	t.Helper()
	if problems := library.Lint([]library.Pack{c.Pack}); len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, r := range c.Pack.Frameworks[0].Requirements {
		if _, err := ident.ParseRef(ident.Requirement(string(c.Pack.ID), c.Pack.Version, r.ID).String()); err != nil {
			t.Fatal(err)
		}
	}
	text := written(t, c)
	if bytes.ContainsAny(text, "\x1b\x00\u202e") {
		t.Fatalf("%q", text)
	}
	kept, err := library.ReadPack(schema.Source{File: "catalog.yaml", Text: text})
	if err != nil || kept.Digest != c.Pack.Digest {
		t.Fatalf("%v, %s and not %s\n%.3000s", err, kept.Digest, c.Pack.Digest, text)
	}
}

// written gives a catalog as a golden file has it: the pack, and under it what was dropped.
func written(t testing.TB, c oscal.Catalog) []byte {
	t.Helper()
	text, err := schema.YAML(c.Pack)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Dropped {
		text = append(text, "# "+s+"\n"...)
	}
	return text
}

// asked gives the requirements that are no groups.
func asked(c oscal.Catalog) []library.Requirement {
	return slices.DeleteFunc(slices.Clone(c.Pack.Frameworks[0].Requirements), func(r library.Requirement) bool { return r.Group == model.Yes })
}

// shared gives a real file.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(readers.Real(t, "oscal", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const nist = "rev5-2021/NIST_SP-800-53_rev5_catalog-min.json"

func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	got := written(t, read(t, text, ""))
	readers.Golden(t, "testdata/small.golden.yaml", string(got))
}

// Every control of SP 800-53 is a requirement, and every enhancement: 322 and 867. Those that were withdrawn are among them
// and say so. The pack stands beside the ones that come with Bulkhead.
func TestSP80053(t *testing.T) {
	c := read(t, shared(t, nist), "nist-800-53")
	all := asked(c)
	enhancements, withdrawn := 0, 0
	for _, r := range all {
		if strings.Contains(r.ID, ".") {
			enhancements++
		}
		switch gone := strings.HasSuffix(r.Title, " (withdrawn)"); {
		case gone != strings.HasPrefix(r.Text, "Withdrawn by its publisher"):
			t.Errorf("%s: %q and %q", r.ID, r.Title, r.Text)
		case gone:
			withdrawn++
		case r.Text == "" || strings.Contains(r.Text, "{{"):
			t.Errorf("%s: %q", r.ID, r.Text)
		}
	}
	if len(all) != 1189 || enhancements != 867 || withdrawn != 182 {
		t.Errorf("%d requirements, %d enhancements, %d withdrawn", len(all), enhancements, withdrawn)
	}
	f := &c.Pack.Frameworks[0]
	if len(f.Requirements) != 1189+20 || c.Pack.ID != "nist-800-53-5.0.1" || f.ID != "nist-800-53" || f.Version != "5.0.1" {
		t.Errorf("%d with groups; %s, %s %s", len(f.Requirements), c.Pack.ID, f.ID, f.Version)
	}
	if r := f.Find("ac-2.2"); r == nil || r.Text != "Automatically [one of: remove; disable] temporary and emergency accounts after [organization-defined time period for each type of account]." {
		t.Errorf("%+v", r)
	}
	if r := f.Find("cp-10.3"); r == nil || !strings.HasSuffix(r.Text, "any more. Addressed through tailoring.") {
		t.Errorf("%+v", r)
	}
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	packs = append(packs, c.Pack)
	if problems := library.Lint(packs); len(problems) > 0 {
		t.Error(problems)
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil || lib.Framework("nist-800-53", "5.0.1") == nil {
		t.Error(err)
	}
	t.Log(strings.Join(c.Dropped, "\n"))
}

func TestRealCatalogs(t *testing.T) {
	for name, want := range map[string]int{
		"examples/basic-catalog.json":                                                       4,
		"ism/ISM_catalog.json":                                                              1107,
		"ism/ISM_E8_ML1-baseline-resolved-profile_catalog.json":                             46,
		"ism/ISM_E8_ML2-baseline-resolved-profile_catalog.json":                             87,
		"ism/ISM_E8_ML3-baseline-resolved-profile_catalog.json":                             123,
		"rev5-2021/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json":      149,
		"rev5-2021/NIST_SP-800-53_rev5_MODERATE-baseline-resolved-profile_catalog-min.json": 287,
		"rev5-2021/NIST_SP-800-53_rev5_PRIVACY-baseline-resolved-profile_catalog-min.json":  90,
	} {
		t.Run(name, func(t *testing.T) {
			all := asked(read(t, shared(t, name), ""))
			if len(all) != want {
				t.Errorf("%d requirements and not %d", len(all), want)
			}
			for _, r := range all {
				if r.Text == "" || strings.Contains(r.Text, "{{") || r.Parent == "" {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}

// whole gives a catalog with further members.
func whole(members ...string) string {
	return `{"catalog":{"metadata":{"title":"T","version":"1","oscal-version":"1.1.2"},` + strings.Join(members, ",") + `}}`
}

func TestRefused(t *testing.T) {
	many := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	var numbered []string
	for i := range oscal.MaxRequirements + 1 {
		numbered = append(numbered, fmt.Sprintf(`{"id":"c%d"}`, i))
	}
	var long []string
	for i := range 1000 {
		long = append(long, fmt.Sprintf(`{"id":"c%d","parts":[{"name":"statement","prose":"%s"}]}`, i, strings.Repeat("word ", 1500)))
	}
	deep := `{"id":"x","groups":[`
	for name, c := range map[string]struct {
		text, want string
		kind       fault.Kind
	}{
		"no JSON":              {"<catalog/>", "not valid JSON", fault.Invalid},
		"nothing":              {"", "the file is empty", fault.Invalid},
		"no object":            {"[]", "of the wrong type here (array); an OSCAL catalog has another", fault.Invalid},
		"a profile":            {`{"profile":{"uuid":"x"}}`, `no catalog in this file, but "profile"`, fault.Invalid},
		"an empty object":      {`{}`, "no catalog in this file; give", fault.Invalid},
		"version 2":            {`{"catalog":{"metadata":{"oscal-version":"2.0.0"}}}`, `version "2.0.0" of OSCAL`, fault.Invalid},
		"no version":           {`{"catalog":{}}`, `version "" of OSCAL`, fault.Invalid},
		"no controls":          {whole(`"groups":[{"id":"a"}]`), "no controls in this catalog", fault.Invalid},
		"a list for an object": {whole(`"back-matter":[]`), "has an object here", fault.Invalid},
		"an object for a list": {whole(`"controls":{}`), "has a list here", fault.Invalid},
		"a number for a text":  {whole(`"controls":[{"id":5}]`), "has a text here", fault.Invalid},
		"too deep":             {whole(`"groups":[` + strings.Repeat(deep, 40) + strings.Repeat("]}", 40) + `]`), "nested deeper than 64 levels", fault.TooLarge},
		"too many things":      {whole(`"controls":[` + many(100_001, `{}`) + `]`), "more than 100000 things in the lists", fault.TooLarge},
		"too many controls":    {whole(`"controls":[` + strings.Join(numbered, ",") + `]`), "more than 20000 controls and groups", fault.TooLarge},
		"too much text":        {whole(`"controls":[` + strings.Join(long, ",") + `]`), "more than 4 MiB", fault.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := oscal.Read([]byte(c.text), fetched(""), foreign.Default())
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != c.kind || !strings.Contains(f.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWhereSomethingElseStands(t *testing.T) {
	_, err := oscal.Read([]byte("{\"catalog\": {\n  \"controls\": [{\"id\": \"a\", \"parts\": 7}]}}"), fetched(""), foreign.Default())
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) != 1 || f.Fields[0].Line != 2 || f.Fields[0].Column != 37 {
		t.Errorf("%+v", err)
	}
}

func TestTheDayMustBeSaid(t *testing.T) {
	_, err := oscal.Read([]byte(whole(`"controls":[{"id":"a"}]`)), oscal.Import{}, foreign.Default())
	if err == nil || !strings.Contains(err.Error(), "on which day") {
		t.Error(err)
	}
}

// What a few bytes name many times, or inside of itself, stays within the length of one statement.
func TestTextsStayBounded(t *testing.T) {
	label := strings.Repeat("label ", 80)
	choice := strings.TrimSuffix(strings.Repeat(`"{{ insert: param, p }}",`, 1000), ",")
	for name, text := range map[string]string{
		"a label many times":     whole(`"params":[{"id":"p","label":"`+label+`"}]`, `"controls":[{"id":"a","parts":[{"name":"statement","prose":"`+strings.Repeat("{{p}}", 100_000)+`"}]}]`),
		"a choice within itself": whole(`"params":[{"id":"p","select":{"choice":[`+choice+`]}}]`, `"controls":[{"id":"a","parts":[{"name":"statement","prose":"{{ insert: param, p }}"}]}]`),
		"a value within itself":  whole(`"params":[{"id":"p","values":[`+choice+`]}]`, `"controls":[{"id":"a","parts":[{"name":"statement","prose":"{{ insert: param, p }}"}]}]`),
		"many items":             whole(`"controls":[{"id":"a","parts":[{"name":"statement","parts":[` + strings.TrimSuffix(strings.Repeat(`{"prose":"item"},`, 50_000), ",") + `]}]}]`),
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, []byte(text), "")
			if n := len([]rune(c.Pack.Frameworks[0].Requirements[0].Text)); n > 8_000 {
				t.Errorf("%d characters", n)
			}
		})
	}
}

func TestPacksOfTwoVersions(t *testing.T) {
	for _, id := range []ident.ID{"short", ident.ID(strings.Repeat("long-", 12) + "one1")} {
		one := read(t, []byte(whole(`"controls":[{"id":"a"}]`)), id)
		two := read(t, []byte(strings.Replace(whole(`"controls":[{"id":"a"}]`), `"version":"1"`, `"version":"2"`, 1)), id)
		if one.Pack.ID == two.Pack.ID || one.Pack.Frameworks[0].ID != id {
			t.Error(one.Pack.ID, two.Pack.ID)
		}
		if problems := library.Lint([]library.Pack{one.Pack, two.Pack}); len(problems) > 0 {
			t.Error(problems)
		}
	}
}

func TestVersions(t *testing.T) {
	for in, want := range map[string]string{
		`"version":"Final"`:                                      "Final",
		`"version":" 2 (draft) "`:                                "2-draft",
		`"version":"` + strings.Repeat("9", 40) + `"`:            strings.Repeat("9", 32),
		`"last-modified":"2024-02-01T13:57:28.355446-04:00"`:     "2024-02-01",
		`"version":"(?)","last-modified":"on a day in February"`: "2026-11-22",
	} {
		c := read(t, []byte(strings.Replace(whole(`"controls":[{"id":"a"}]`), `"version":"1"`, in, 1)), "")
		if got := c.Pack.Version; got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// Whatever groups and enhancements controls are in, each is a requirement once, in the order of the file, in its group.
func TestEveryControlOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{T: t, groups: map[string]string{}}
		controls := g.controls("", 3)
		groups := g.sections("", 3)
		text, err := json.Marshal(map[string]any{"catalog": map[string]any{"groups": groups, "controls": controls, "metadata": map[string]any{"oscal-version": "1.0.0"}}})
		if err != nil {
			t.Fatal(err)
		}
		c, err := oscal.Read(text, fetched(""), foreign.Default())
		if len(g.order) == 0 {
			if err == nil {
				t.Fatal("a catalog of nothing was read")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var order []string
		for _, r := range asked(c) {
			order = append(order, r.ID)
			if r.Parent != g.groups[r.ID] {
				t.Fatalf("%s is in %q and not in %q", r.ID, r.Parent, g.groups[r.ID])
			}
		}
		if !slices.Equal(order, g.order) {
			t.Fatalf("%v and not %v", order, g.order)
		}
	})
}

// generator makes catalogs, and keeps in what order its controls come and in which group each is.
type generator struct {
	*rapid.T
	order  []string
	groups map[string]string
	n      int
}

func (g *generator) controls(group string, within int) []any {
	out := []any{}
	for range rapid.IntRange(0, within).Draw(g.T, "controls") {
		id := fmt.Sprintf("c%d", len(g.order))
		g.order, g.groups[id] = append(g.order, id), group
		out = append(out, map[string]any{"id": id, "controls": g.controls(group, within-1)})
	}
	return out
}

func (g *generator) sections(group string, within int) []any {
	out := []any{}
	for range rapid.IntRange(0, within).Draw(g.T, "groups") {
		g.n++
		id := fmt.Sprintf("g%d", g.n)
		out = append(out, map[string]any{"id": id, "controls": g.controls(id, 2), "groups": g.sections(id, within-1)})
	}
	return out
}

func FuzzRead(f *testing.F) {
	small, err := os.ReadFile("testdata/small.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	for _, text := range []string{
		whole(`"controls":[{"id":"a","controls":[{"id":"A"},null]},{"id":"a"},{}]`),
		whole(`"groups":[{"id":"a","controls":[{"id":"a","parts":[{"name":"statement","prose":"{{x}} {{ insert: param, y }}{{"}]}]}]`, `"params":[{"id":"y","select":{"choice":["{{y}}"]}}]`),
		`{"catalog":null}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := oscal.Read(text, fetched(""), foreign.Default())
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		check(t, c)
		if again := read(t, text, ""); again.Pack.Digest != c.Pack.Digest || !slices.Equal(again.Dropped, c.Dropped) {
			t.Fatal("the same file gave two catalogs")
		}
	})
}
