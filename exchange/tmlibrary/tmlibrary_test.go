package tmlibrary_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/tmlibrary"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/cost"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/model"
	"pgregory.net/rapid"
)

func read(t testing.TB, text string) foreign.Design {
	t.Helper()
	d, err := tmlibrary.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	readers.Written(t, d)
	return d
}

func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	got := readers.Written(t, read(t, string(text)))
	readers.Golden(t, "testdata/small.golden.yaml", got)
}

func TestRealFile(t *testing.T) {
	text, err := os.ReadFile(readers.Real(t, "threat-models", "owasp-tm-library", "hashicorp-vault-threat-model.json"))
	if err != nil {
		t.Skip(err)
	}
	if !tmlibrary.Sniff(text) {
		t.Error("it is not claimed")
	}
	d := read(t, string(text))
	s := d.Service
	got := fmt.Sprint(len(s.Architecture.Zones), len(s.Architecture.Components), len(s.Architecture.Flows), len(s.Data), len(s.Assumptions), len(s.Threats.Actors), len(s.Controls), len(s.Risks))
	if got != "4 18 24 3 10 5 23 4" {
		t.Error(got)
	}
	t.Logf("%s", readers.Written(t, d))
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]bool{
		"\ufeff {\"scope\":{},\"trust_zones\":[],\"data_flows\":[]}": true,
		`{"summary":{},"detail":{"diagrams":[]}}`:                    false,
		`{"otmVersion":"0.2.0","trustZones":[],"dataflows":[]}`:      false,
		`[{"scope":{},"trust_zones":[],"data_flows":[]}]`:            false,
		``: false,
	} {
		if got := tmlibrary.Sniff([]byte(in)); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}

// whole gives a file with further members.
func whole(members ...string) string {
	all := []string{`"scope":{"title":"T"}`, `"trust_zones":[{"symbolic_name":"a"},{"symbolic_name":"b"}]`}
	flows := `"data_flows":[]`
	for _, m := range members {
		if strings.HasPrefix(m, `"data_flows"`) {
			flows = ""
		}
		all = append(all, m)
	}
	if flows != "" {
		all = append(all, flows)
	}
	return "{" + strings.Join(all, ",") + "}"
}

func list(element string, n int) string { return strings.Repeat(element+",", n-1) + element }

func TestSigningIn(t *testing.T) {
	between := func(a, b, ways string) string {
		return fmt.Sprintf(`{"trust_zone_a":%q,"trust_zone_b":%q,"authentication_methods":%s}`, a, b, ways)
	}
	for _, c := range []struct {
		name, boundaries string
		want             model.SignIn
	}{
		{"none said", between("a", "b", "[]"), ""},
		{"no boundary", "", ""},
		{"one", between("a", "b", `["token"]`), "token"},
		{"the other way round", between("b", "a", `["token"]`), "token"},
		{"nobody signs in", between("a", "b", `["none"]`), "none"},
		{"several", between("a", "b", `["none","token"]`), ""},
		{"a word twice", between("a", "b", `["password","password"]`), "password"},
		{"single sign-on", between("a", "b", `["sso"]`), "elsewhere"},
		{"keys", between("a", "b", `["public_key"]`), "certificate"},
		{"no word for it", between("a", "b", `["otp"]`), ""},
		{"another pair", between("a", "a", `["token"]`), ""},
		{"two that agree", between("a", "b", `["token"]`) + "," + between("b", "a", `["token"]`), "token"},
		{"two that do not", between("a", "b", `["token"]`) + "," + between("b", "a", `["sso"]`), ""},
		{"two, of which one is unclear", between("a", "b", `["token"]`) + "," + between("b", "a", `["sso","token"]`), ""},
	} {
		d := read(t, whole(`"trust_boundaries":[`+c.boundaries+`]`,
			`"components":[{"symbolic_name":"x","trust_zone":"a"},{"symbolic_name":"y","trust_zone":"b"},{"symbolic_name":"z","trust_zone":"a"}]`,
			`"data_flows":[{"source":{"type":"component","object":"x"},"destination":{"type":"component","object":"y"}},{"source":{"type":"component","object":"x"},"destination":{"type":"component","object":"z"}}]`))
		flows := d.Service.Architecture.Flows
		if flows[0].Authentication != c.want || flows[1].Authentication != "" || flows[0].Encryption != "" {
			t.Errorf("%s: %+v", c.name, flows)
		}
	}
}

func TestEncryptionOfStores(t *testing.T) {
	for placements, want := range map[string]model.Encryption{
		`{"data_store":"s","encrypted":true}`:                                       "standard",
		`{"data_store":"s","encrypted":false}`:                                      "none",
		`{"data_store":"s"}`:                                                        "",
		`{"data_store":"s","encrypted":true},{"data_store":"s"}`:                    "",
		`{"data_store":"s","encrypted":true},{"data_store":"s","encrypted":false}`:  "",
		`{"data_store":"s","encrypted":true},{"data_store":"no","encrypted":false}`: "standard",
		``: "",
	} {
		d := read(t, whole(`"data_stores":[{"symbolic_name":"s"}]`, `"data_sets":[{"symbolic_name":"d","placements":[`+placements+`]}]`))
		c := d.Service.Architecture.Components[0]
		if c.Encryption != want || len(c.Holds) > 1 {
			t.Errorf("%s: %+v", placements, c)
		}
	}
}

func TestStatusesOfControls(t *testing.T) {
	for status, want := range map[string]string{
		"active": "[implemented] 0 actions, 0 assumptions", "approved": "[not-started] 1 actions, 0 assumptions",
		"scheduled": "[not-started] 1 actions, 0 assumptions", "suggested": "[] 0 actions, 0 assumptions",
		"under_review": "[] 0 actions, 0 assumptions", "": "[] 0 actions, 0 assumptions", "odd": "[] 0 actions, 0 assumptions",
		"assumed": " 0 actions, 1 assumptions", "retired": " 0 actions, 0 assumptions", "wont_do": " 0 actions, 0 assumptions",
	} {
		d := read(t, whole(`"threats":[{"symbolic_name":"t"},{"symbolic_name":"u"}]`,
			`"controls":[{"symbolic_name":"mfa","title":"C","threats":["t","u","u"],"status":"`+status+`"}]`, `"risks":[{"symbolic_name":"r","threats":["t","u"]}]`))
		got := ""
		for _, c := range d.Service.Controls {
			got += fmt.Sprintf("[%s]", c.Progress)
			if c.ID != "tml-mfa" {
				t.Errorf("%s is named %s", status, c.ID)
			}
		}
		r := d.Service.Risks[0]
		got += fmt.Sprintf(" %d actions, %d assumptions", len(r.Actions), len(d.Service.Assumptions))
		if got != want || len(r.Controls) != 0 || len(d.Service.Risks) != 1 {
			t.Errorf("%q: %s", status, got)
		}
	}
}

func TestJudgements(t *testing.T) {
	for said, want := range map[string]string{
		`"likelihood":"rare","impact":"severe"`:               "{1 {0 5 0 0 0}}",
		`"likelihood":"certain","impact":"negligible"`:        "{5 {0 1 0 0 0}}",
		`"likelihood":"possible","impact":"major","score":12`: "{3 {0 4 0 0 0}}",
		`"likelihood":"possible","impact":"major","score":9`:  "{3 {0 4 0 0 0}} other",
		`"likelihood":"rare"`:                                 "{0 {0 0 0 0 0}}",
		`"impact":"severe"`:                                   "{0 {0 0 0 0 0}}",
		`"likelihood":"Rare","impact":"5"`:                    "{0 {0 0 0 0 0}}",
	} {
		d := read(t, whole(`"risks":[{"symbolic_name":"r",`+said+`}]`))
		got := fmt.Sprint(d.Service.Risks[0].Inherent)
		if strings.Contains(fmt.Sprint(d.Dropped), "score that is not") {
			got += " other"
		}
		if got != want {
			t.Errorf("%s: %s", said, got)
		}
	}
}

func TestPersonas(t *testing.T) {
	for said, want := range map[string]string{
		`"malicious_intent":true,"skill_level":"script_kid"`:                        "adversarial 1",
		`"malicious_intent":true,"skill_level":"state_sponsored"`:                   "adversarial 5",
		`"malicious_intent":true,"skill_level":"insider"`:                           "adversarial 0",
		`"malicious_intent":true`:                                                   "adversarial 0",
		`"malicious_intent":false,"is_person":true,"skill_level":"expert_engineer"`: "accidental 0",
		`"malicious_intent":false,"is_person":false`:                                " 0",
		`"skill_level":"engineer"`:                                                  " 0",
	} {
		d := read(t, whole(`"threat_personas":[{"symbolic_name":"p","title":"P",`+said+`}]`))
		a := d.Service.Threats.Actors[0]
		if got := fmt.Sprint(a.Kind, " ", int(a.Capability)); got != want || a.Intent != 0 {
			t.Errorf("%s: %s", said, got)
		}
	}
}

func TestNamesThatStandTwiceOrForNothing(t *testing.T) {
	d := read(t, whole(
		`"actors":[{"symbolic_name":"x","type":"user"},{"symbolic_name":"x","type":"system"}]`,
		`"components":[{"symbolic_name":"x","parent_component":"x"},{"symbolic_name":"y","parent_component":"z"},{"symbolic_name":"z","parent_component":"w"},{"symbolic_name":"w","parent_component":"z","trust_zone":"no"},{"symbolic_name":"v","parent_component":"y"},{"symbolic_name":"-_-","title":"Ünnamed"}]`,
		`"data_stores":[{"symbolic_name":"x"}]`,
		`"data_flows":[{"source":{"type":"actor","object":"x"},"destination":{"type":"data-store","object":"x"}},{"source":{"type":"zone","object":"x"},"destination":{"type":"component","object":"x"}}]`,
		`"risks":[{"symbolic_name":"r","threats":["no"]},{"symbolic_name":"r"}]`))
	var got []string
	for _, c := range d.Service.Architecture.Components {
		got = append(got, string(c.ID)+":"+string(c.Parent))
	}
	for _, f := range d.Service.Architecture.Flows {
		got = append(got, string(f.ID))
	}
	if fmt.Sprint(got) != "[x: x-2: y:z z:w w: v:y unnamed: x-3: x-to-x-3]" {
		t.Errorf("%v", got)
	}
	for _, want := range []string{
		"2 things have the symbolic names of others", "3 uses of symbolic names stand for nothing",
		"2 components are part of themselves", "1 flow does not join",
	} {
		if !strings.Contains(strings.Join(d.Dropped, "\n"), want) {
			t.Errorf("%q is not in %q", want, d.Dropped)
		}
	}
}

// Of each circle of parents one is taken out, and no other.
func TestParentsLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parents := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 10).Draw(t, "parents")
		var cells []string
		for i, p := range parents {
			cells = append(cells, fmt.Sprintf(`{"symbolic_name":"c%d","parent_component":"c%d"}`, i, p%len(parents)))
		}
		d, err := tmlibrary.Read([]byte(whole(`"components":[`+strings.Join(cells, ",")+`]`)), foreign.Default())
		if err != nil {
			t.Fatal(err)
		}
		if problems := model.Validate(d.Service); len(problems) > 0 {
			t.Fatalf("%v", problems)
		}
		circles := map[int]bool{} // by their smallest member
		for i := range parents {
			at, least := i, len(parents)
			for range parents { // after as many steps one is on a circle
				at = parents[at] % len(parents)
			}
			for range parents {
				at = parents[at] % len(parents)
				least = min(least, at)
			}
			circles[least] = true
		}
		out := 0
		for i, c := range d.Service.Architecture.Components {
			switch want := fmt.Sprintf("c%d", parents[i]%len(parents)); string(c.Parent) {
			case "":
				out++
			case want:
			default:
				t.Fatalf("%s is part of %s, not of %s", c.ID, c.Parent, want)
			}
		}
		if out != len(circles) {
			t.Fatalf("%d taken out of %d circles", out, len(circles))
		}
	})
}

func TestVersions(t *testing.T) {
	address := func(version string) string {
		return `"$schema":"https://github.com/OWASP/www-project-threat-model-library/blob/v` + version + `/threat-model.schema.json"`
	}
	for version, ok := range map[string]bool{"1.0.0": true, "1.0.1": true, "1.0.2": true, "1.1.0": false, "10.0.0": false, "2.0.0": false, "": false} {
		_, err := tmlibrary.Read([]byte(whole(address(version))), foreign.Default())
		if (err == nil) != ok || err != nil && (!strings.Contains(err.Error(), "version 1.0 of the form") || !strings.Contains(err.Error(), "/v"+version)) {
			t.Errorf("%s: %v", version, err)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "the file is empty"},
		{"not JSON", "{\n scope: {}}", "2:2: this is not valid JSON"},
		{"cut off", `{"scope":`, "this is not valid JSON: unexpected end"},
		{"more after", "{} {}", "1:4: this is not valid JSON"},
		{"a list", "[]", `"this" is of the wrong type`},
		{"nothing in it", "{}", "no file of the OWASP Threat Model Library; version 1.0 of its form is read"},
		{"another form", whole(`"$schema":"https://example.org/v1.0.2/other.json"`), `follows "https://example.org/v1.0.2/other.json"`},
		{"scope", `{"scope":[],"trust_zones":[],"data_flows":[]}`, "/scope: "},
		{"title", `{"scope":{"title":7},"trust_zones":[],"data_flows":[]}`, `/scope: "title" is of the wrong type`},
		{"schema", whole(`"$schema":7`), "/$schema: "},
		{"zones", `{"scope":{},"trust_zones":{},"data_flows":[]}`, "/trust_zones: a list stands here"},
		{"boundaries", whole(`"trust_boundaries":[{"authentication_methods":[7]}]`), "/trust_boundaries/0/authentication_methods/0: "},
		{"component", whole(`"components":[{},{"symbolic_name":{}}]`), "/components/1: "},
		{"placements", whole(`"data_sets":[{"placements":7}]`), "/data_sets/0/placements: "},
		{"records", whole(`"data_sets":[{"record_count":"many"}]`), "/data_sets/0: "},
		{"encrypted", whole(`"data_flows":[{"encrypted":"yes"}]`), `/data_flows/0: "encrypted" is of the wrong type`},
		{"ends", whole(`"data_flows":[{"source":"x"}]`), "/data_flows/0: "},
		{"threats", whole(`"controls":[{"threats":{}}]`), "/controls/0/threats: "},
		{"weakness", whole(`"threats":[{"weaknesses":[{"cwe_id":[]}]}]`), "/threats/0/weaknesses/0: "},
		{"risk", whole(`"risks":[3]`), "/risks/0: "},
		{"UTF-16", "{\x00\"\x00", "UTF-16"},
	} {
		_, err := tmlibrary.Read([]byte(c.in), foreign.Default())
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBounds(t *testing.T) {
	affected := `"components":[` + list(`{}`, 9) + `],"threats":[{"symbolic_name":"t","components_affected":[` + list(`"x"`, 1000) + `]}]`
	const many = 300_000
	for _, c := range []struct {
		name, in string
		kind     fault.Kind
	}{
		{"40 MB", whole(strings.Repeat(" ", 40<<20)), fault.TooLarge},
		{"nested a million deep", strings.Repeat(`{"scope":[`, 1_000_000), fault.TooLarge},
		{"nested deep in an extension", whole(`"extensions":` + strings.Repeat("[", 80) + strings.Repeat("]", 80)), fault.TooLarge},
		{"many components", whole(`"components":[` + list("{}", many) + `]`), fault.TooLarge},
		{"many words", whole(`"data_sets":[{"data_sensitivity":[` + list(`"pii"`, many) + `]}]`), fault.TooLarge},
		{"many members", whole(list(`"no":0`, many)), ""},
		{"many diagrams", whole(`"diagrams":[` + list("{}", many) + `]`), ""},
		{"many alike", whole(`"components":[` + list(`{"title":"Same name"}`, 20_000) + `]`), ""},
		{"a chain", whole(`"components":[` + chain(20_000) + `]`), ""},
		{"a long list said over and over", whole(`"components":[{"symbolic_name":"x"}]`, affected[strings.Index(affected, `"threats"`):], `"risks":[`+list(`{"threats":["t"]}`, 1000)+`]`), fault.TooLarge},
		{"a huge title", whole(`"risks":[{"title":"` + strings.Repeat("x", 5<<20) + `"}]`), ""},
	} {
		_, err := tmlibrary.Read([]byte(c.in), foreign.Default())
		if (err == nil) != (c.kind == "") || err != nil && fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestCost: what is read costs more in the measure in which it is longer.
func TestCost(t *testing.T) {
	const most = 4000
	for name, write := range map[string]func(n int) string{
		"members":    func(n int) string { return whole(list(`"no":0`, n)) },
		"diagrams":   func(n int) string { return whole(`"diagrams":[` + list("{}", n) + `]`) },
		"alike":      func(n int) string { return whole(`"components":[` + list(`{"title":"Same name"}`, n) + `]`) },
		"a chain":    func(n int) string { return whole(`"components":[` + chain(n) + `]`) },
		"a title":    func(n int) string { return whole(`"risks":[{"title":"` + strings.Repeat("x", 100*n) + `"}]`) },
		"an opening": func(n int) string { return strings.Repeat(`{"scope":[`, 10*n) },
	} {
		read := func(n int) func() {
			text := []byte(write(n))
			return func() { _, _ = tmlibrary.Read(text, foreign.Default()) }
		}
		took := cost.Linear(t, name, read(most/cost.Times), read(most))
		t.Logf("%s: %v, %d bytes", name, took.Time, took.Bytes)
	}
}

// chain gives components of which each is part of the next, and the last of the first.
func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"symbolic_name":"c%d","parent_component":"c%d"},`, i, (i+1)%n)
	}
	return strings.TrimSuffix(b.String(), ",")
}

func FuzzRead(f *testing.F) {
	text, err := os.ReadFile("testdata/small.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(whole(`"components":[`+chain(3)+`]`, `"risks":[{"threats":["t"]}]`, `"threats":[{"symbolic_name":"t","components_affected":["c1","c1"]}]`)))
	limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 100}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		d, err := tmlibrary.Read(text, limits)
		again, err2 := tmlibrary.Read(text, limits)
		if !reflect.DeepEqual(d, again) || fmt.Sprint(err) != fmt.Sprint(err2) || !bytes.Equal(before, text) {
			t.Fatalf("not the same twice: %v, %v", err, err2)
		}
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.TooLarge {
				t.Fatalf("%s: %v", kind, err)
			}
			return
		}
		readers.Written(t, d)
		if said, err := json.Marshal(d.Service); err != nil || len(said) > 10*len(text)+100*limits.Items*20 {
			t.Fatalf("%d bytes of %d: %v", len(said), len(text), err)
		}
	})
}
