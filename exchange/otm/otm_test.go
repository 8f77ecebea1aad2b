package otm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/otm"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func read(t *testing.T, text string) foreign.Design {
	t.Helper()
	d, err := otm.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return d
}

func small(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestGolden(t *testing.T) {
	d := read(t, small(t))
	readers.Golden(t, "testdata/small.golden.yaml", readers.Written(t, d))
	text, lost := otm.Write(d.Service)
	readers.Golden(t, "testdata/small.written.json", string(text))
	readers.Golden(t, "testdata/small.lost.txt", strings.Join(lost, "\n")+"\n")
}

// settled is a design that has been through the format once.
func settled(t *testing.T, s *model.Service) *model.Service {
	t.Helper()
	text, _ := otm.Write(s)
	return read(t, string(text)).Service
}

// What is written is read as it was, save what is said to be lost: values of data that are not known are the graver, and
// a component in no zone is in one called not known.
func TestRoundTrip(t *testing.T) {
	s := read(t, small(t)).Service
	once := settled(t, s)
	if twice := settled(t, once); !reflect.DeepEqual(once, twice) {
		t.Errorf("not the same twice:\n%s\n%s", readers.File(t, once), readers.File(t, twice))
	}
	a := &once.Architecture
	a.Zones = a.Zones[:len(a.Zones)-1]
	for i := range a.Components {
		if a.Components[i].Zone == "not-known" {
			a.Components[i].Zone = ""
		}
	}
	once.Data[1].Value.Integrity, once.Data[1].Value.Availability = 0, 0
	if !reflect.DeepEqual(s, once) {
		t.Errorf("was\n%s\nis\n%s", readers.File(t, s), readers.File(t, once))
	}
}

// Every attribute of a component, a flow, a zone and data that is carried goes there and back.
func TestAttributes(t *testing.T) {
	s := &model.Service{Bulkhead: "v1", Service: model.Identity{ID: "s", Name: "S", Phase: model.Discovery}}
	s.Data = []model.Data{{ID: "d", Name: "D", Owner: "Head", Personal: "no", Credentials: "yes", Value: model.Valuation{Confidentiality: 1, Integrity: 2, Availability: 3}}}
	s.Architecture.Zones = []model.Zone{{ID: "not-known", Name: "Z", Trust: "partner"}}
	s.Architecture.Components = []model.Component{
		{
			ID: "c", Name: "C", Type: "datastore", Zone: "not-known", Technology: "Postgres 17", Version: "17", Owner: "Web team", OutOfScope: "no", InternetFacing: "no", Management: "yes",
			ForPeople: "no", MultiTenant: "yes", Custom: "no", AcceptsFiles: "yes", Logs: "no", Redundant: "yes", BackedUp: "yes", Encryption: "approved", Criticality: "high", Tags: []string{"A", "b"}, Note: "N",
		},
		{ID: "e", Name: "E", Type: "network", Zone: "not-known", Parent: "c"},
		{ID: "f", Name: "F", Type: "api", Version: "1", Runtime: "r"},
	}
	s.Architecture.Flows = []model.Flow{{
		ID: "x", Name: "X", Source: "c", Destination: "e", Bidirectional: "no", Data: []ident.ID{"d"}, Protocol: "TLS 1.3", Authentication: "passkey", Authorization: "token",
		Encryption: "end-to-end", Management: "no", Filtered: "yes", RateLimited: "no", Validated: "yes", Logged: "no", Note: "M",
	}}
	s.Controls = []model.Control{{ID: "k", Title: "K", Progress: "in-progress", Owner: "Ops", Rationale: "Because", Components: []ident.ID{"c", "e"}}, {ID: "l", Title: "L"}}
	text, lost := otm.Write(s)
	back := read(t, string(text)).Service
	a := &back.Architecture
	if a.Components[2].Zone != "not-known-2" || len(a.Zones) != 2 {
		t.Errorf("%v, %v", a.Components[2].Zone, a.Zones)
	}
	a.Zones, a.Components[2].Zone, a.Components[2].Runtime = a.Zones[:1], "", "r"
	if !reflect.DeepEqual(s, back) {
		t.Errorf("was\n%s\nis\n%s", readers.File(t, back), text)
	}
	for _, part := range []string{"are written under attributes", `zone called not known ("F")`, `such as its supplier ("F")`} {
		if !strings.Contains(strings.Join(lost, "\n"), part) {
			t.Errorf("it does not say %q in\n%s", part, strings.Join(lost, "\n"))
		}
	}
}

// The same model in JSON is the same design.
func TestJSONIsReadAsYAMLIs(t *testing.T) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	text, _ := otm.Write(read(t, small(t)).Service)
	var all any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if err := e.Encode(all); err != nil {
		t.Fatal(err)
	}
	yaml, asJSON := read(t, string(bytes.Replace(text, []byte("{"), []byte("# not JSON\n{"), 1))), read(t, b.String())
	if !reflect.DeepEqual(yaml, asJSON) {
		t.Errorf("%s\n%s", readers.File(t, yaml.Service), readers.File(t, asJSON.Service))
	}
	d := read(t, `{"otmVersion": "0.2.0", "project": {"id": 5, "name": "\ud83d\udcda \/ caf\u00e9"}}`)
	if d.Service.Service.Name != "📚 / café" || d.Service.Service.ID != "5" {
		t.Errorf("%+v", d.Service.Service)
	}
}

func TestLevels(t *testing.T) {
	for number, want := range map[string]model.Level{"0": 1, "20": 1, "20.5": 2, "40": 2, "50": 3, "60": 3, "61": 4, "80": 4, "81": 5, "1e2": 5, "-1": 0, "101": 0, "NaN": 0, ".inf": 0, "x": 0, "null": 0} {
		d := read(t, "otmVersion: 0.2.0\nassets: [{id: a, risk: {confidentiality: "+number+"}}]")
		if got := d.Service.Data[0].Value.Confidentiality; got != want {
			t.Errorf("%s is %d, not %d", number, got, want)
		}
	}
}

func TestRealFiles(t *testing.T) {
	dir := readers.Real(t, "threat-models", "otm")
	for _, c := range []struct {
		file                                     string
		data, zones, components, flows, controls int
	}{
		{"OpenThreatModel-EXAMPLE.yaml", 2, 2, 4, 2, 1},
		{"startleft-otm_file_example.otm", 0, 2, 22, 22, 0},
	} {
		text, err := os.ReadFile(filepath.Join(dir, c.file))
		if err != nil {
			t.Skip("no real files here")
		}
		if !otm.Sniff(text) {
			t.Errorf("%s does not look like OTM", c.file)
		}
		d := read(t, string(text))
		readers.File(t, d.Service)
		a := d.Service.Architecture
		if len(d.Service.Data) != c.data || len(a.Zones) != c.zones || len(a.Components) != c.components || len(a.Flows) != c.flows || len(d.Service.Controls) != c.controls {
			t.Errorf("%s: %d, %d, %d, %d, %d", c.file, len(d.Service.Data), len(a.Zones), len(a.Components), len(a.Flows), len(d.Service.Controls))
		}
		for _, s := range d.Dropped {
			if strings.Contains(s, "not one that is read") || strings.Contains(s, "not ones that are read") {
				t.Errorf("%s: %s", c.file, s)
			}
		}
		if once := settled(t, d.Service); !reflect.DeepEqual(d.Service, once) {
			t.Errorf("%s: was\n%s\nis\n%s", c.file, readers.File(t, d.Service), readers.File(t, once))
		}
	}
}

func TestBadInput(t *testing.T) {
	const head = "otmVersion: 0.2.0\n"
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	var bomb, chain strings.Builder
	for i := range 100_001 {
		fmt.Fprintf(&bomb, " - {id: %d}\n", i)
		fmt.Fprintf(&chain, "  k%d: 1\n", i)
	}
	for _, c := range []struct {
		name, in, want string
		kind           fault.Kind
	}{
		{"nothing", "", "the file is empty", fault.Invalid},
		{"only a comment", "# hello\n", "nothing but comments", fault.Invalid},
		{"not YAML", head + "project: [a\n", "not valid YAML", fault.Invalid},
		{"not JSON", "{\"otmVersion\": \"0.2.0\",\n \"project\": }", "2:13: this is not valid JSON", fault.Invalid},
		{"half of JSON", `{"otmVersion": "0.2.0"`, "not valid JSON", fault.Invalid},
		{"more than JSON", `{"otmVersion": "0.2.0"} {}`, "after the end of the JSON", fault.Invalid},
		{"another thing", "title: x\n", "otmVersion is missing", fault.Invalid},
		{"another version", "otmVersion: 7.0.0\n", `version "7.0.0"`, fault.Invalid},
		{"a list", "- a\n", "1:1: a list stands here", fault.Invalid},
		{"a list for a name", head + "project: {name: [a]}\n", "2:17: a list stands here", fault.Invalid},
		{"a text for a list", `{"otmVersion": "0.2.0", "components": "x"}`, "stands here, where OTM has something else", fault.Invalid},
		{"a text for a switch", head + "dataflows: [{id: a, bidirectional: maybe}]\n", "`maybe` stands here", fault.Invalid},
		{"a list for a number", head + "assets: [{id: a, risk: {integrity: [1]}}]\n", "a list stands here", fault.Invalid},
		{"a key twice", head + "project: {}\nproject: {}\n", `3:1: the key "project" is here twice`, fault.Invalid},
		{"a key twice in JSON", "{\"otmVersion\": \"0.2.0\",\n\"a\": 1, \"a\": 2}", `2:9: the key "a" is here twice`, fault.Invalid},
		{"a list for a key", head + "? [a]\n: b\n", "a key must be a plain word", fault.Invalid},
		{"two documents", head + "---\n" + head, "a second document", fault.Invalid},
		{"a circle", head + "representations: &a [*a]\n", "used inside itself", fault.Invalid},
		{"a tower", head + "a: " + deep + "\n", "exceeded max depth", fault.TooLarge},
		{"a tower of JSON", `{"otmVersion": "0.2.0", "a": ` + deep + `}`, "nested deeper than 64", fault.TooLarge},
		{"too many", head + "components:\n" + bomb.String(), "at most 100000", fault.TooLarge},
		{"Latin-1", head + "project: {name: caf\xe9}\n", "not UTF-8", fault.Invalid},
	} {
		_, err := otm.Read([]byte(c.in), foreign.Default())
		if fault.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %s, %v", c.name, fault.KindOf(err), err)
		}
	}
	if _, err := otm.Read([]byte(head), foreign.Limits{Bytes: 10, Depth: 9, Items: 9}); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("%v", err)
	}
	read(t, head+"project:\n attributes:\n"+chain.String())
	if d := read(t, head+"base: &b {name: A}\nproject: *b\ntrustZones: [{<<: *b, id: z}]\n"); d.Service.Service.Name != "A" || d.Service.Architecture.Zones[0].Name != "A" {
		t.Errorf("%+v", d.Service)
	}
}

// A service file that says everything is written and read back, with all that is lost told, and is itself left as it was.
func TestFullServiceFile(t *testing.T) {
	text, err := os.ReadFile("../../model/testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := model.Read(schema.Source{File: "full.yaml", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	before := readers.File(t, s)
	out, lost := otm.Write(s)
	again, _ := otm.Write(s)
	if readers.File(t, s) != before || !bytes.Equal(out, again) {
		t.Error("writing changed the service, or is not the same twice")
	}
	back := read(t, string(out)).Service
	readers.File(t, back)
	a, b := s.Architecture, back.Architecture
	if len(a.Components) != len(b.Components) || len(a.Flows) != len(b.Flows) || len(s.Data) != len(back.Data) {
		t.Errorf("%d, %d, %d", len(b.Components), len(b.Flows), len(back.Data))
	}
	for _, part := range []string{"under suppliers", "under risks", "under assurance"} {
		if !strings.Contains(strings.Join(lost, "\n"), part) {
			t.Errorf("it does not say %q in\n%s", part, strings.Join(lost, "\n"))
		}
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"otmVersion: 0.2.0": true, "# x\notmVersion: 0.2.0\n": true, "\ufeff {\"otmVersion\": \"0.2.0\"}": true, "{\n\t\"project\": 1, \"otmVersion\": 1}": true,
		"": false, "title: x\n": false, " otm": false, "{}": false, "threagile_version: 1.0.0": false,
	} {
		if otm.Sniff([]byte(text)) != want {
			t.Errorf("%q", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small(f)))
	written, err := os.ReadFile("testdata/small.written.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(written)
	f.Add([]byte(`{"otmVersion":"0.2","components":[{"id":"a","parent":{"component":"a"}},{"id":"A","parent":{"component":"a"}}],"trustZones":[{"id":"☃","parent":{"trustZone":"☃"}}]}`))
	f.Add([]byte("otmVersion: 0.1.0\nmitigations: [{id: x, attributes: [{components: 'a, b'}, {status: done}, 5]}]\n"))
	limits := foreign.Limits{Bytes: 1 << 16, Depth: 24, Items: 500}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		d, err := otm.Read(text, limits)
		again, err2 := otm.Read(text, limits)
		if !reflect.DeepEqual(d, again) || fmt.Sprint(err) != fmt.Sprint(err2) || !bytes.Equal(before, text) {
			t.Fatalf("not the same twice: %v, %v", err, err2)
		}
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.TooLarge {
				t.Fatalf("%s: %v", kind, err)
			}
			return
		}
		readers.File(t, d.Service)
		out, _ := otm.Write(d.Service)
		once, err := otm.Read(out, foreign.Default())
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, out)
		}
		readers.File(t, once.Service)
		out, _ = otm.Write(once.Service)
		twice, err := otm.Read(out, foreign.Default())
		if err != nil || !reflect.DeepEqual(once.Service, twice.Service) {
			t.Fatalf("not settled: %v\n%s", err, out)
		}
	})
}
