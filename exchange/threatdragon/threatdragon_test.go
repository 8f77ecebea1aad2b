package threatdragon_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/threatdragon"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/cost"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
	"github.com/bulkhead-assurance/bulkhead/model"
	"pgregory.net/rapid"
)

func read(t testing.TB, text string) foreign.Design {
	t.Helper()
	d, err := threatdragon.Read([]byte(text), foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	readers.Written(t, d)
	return d
}

func TestGolden(t *testing.T) {
	for _, version := range []string{"v1", "v2"} {
		text, err := os.ReadFile("testdata/" + version + ".json")
		if err != nil {
			t.Fatal(err)
		}
		got := readers.Written(t, read(t, string(text)))
		readers.Golden(t, "testdata/"+version+".golden.yaml", got)
	}
}

func TestRealFiles(t *testing.T) {
	for _, c := range []struct {
		file                     string
		components, flows, risks int
	}{
		{"demo-threat-model.json", 7, 10, 9},
		{"v2-threat-model.json", 7, 10, 9},
	} {
		text, err := os.ReadFile(readers.Real(t, "threat-models", "threat-dragon", c.file))
		if err != nil {
			t.Skip(err)
		}
		if !threatdragon.Sniff(text) {
			t.Errorf("%s is not claimed", c.file)
		}
		d := read(t, string(text))
		a := d.Service.Architecture
		if len(a.Components) != c.components || len(a.Flows) != c.flows || len(d.Service.Risks) != c.risks || len(a.Zones) != 0 {
			t.Errorf("%s: %d components, %d flows, %d risks, %d zones", c.file, len(a.Components), len(a.Flows), len(d.Service.Risks), len(a.Zones))
		}
		t.Logf("%s\n%s", c.file, readers.Written(t, d))
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]bool{
		"\ufeff {\"summary\":{},\"detail\":{\"diagrams\":[]}}":             true,
		`{"bomFormat":"CycloneDX","summary":{},"detail":{},"diagrams":[]}`: false,
		`{"otmVersion":"0.2.0","project":{}}`:                              false,
		`{"scope":{},"trust_zones":[],"diagrams":[],"data_flows":[]}`:      false,
		`[{"summary":{},"detail":{"diagrams":[]}}]`:                        false,
		``: false,
	} {
		if got := threatdragon.Sniff([]byte(in)); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
	text, err := os.ReadFile(readers.Real(t, "threat-models", "threat-dragon", "tmbom-multi-example.cdx.json"))
	if err == nil && threatdragon.Sniff(text) {
		t.Error("a bill of materials is claimed")
	}
}

func one(cells string) string {
	return `{"version":"2.2.0","summary":{"title":"T"},"detail":{"diagrams":[{"diagramType":"STRIDE","cells":[` + cells + `]}]}}`
}

// part is a cell at a place.
func part(id, kind, name string, x, y, width, height int) string {
	return fmt.Sprintf(`{"id":%q,"position":{"x":%d,"y":%d},"size":{"width":%d,"height":%d},"data":{"type":"tm.%s","name":%q}}`, id, x, y, width, height, kind, name)
}

func TestPlaces(t *testing.T) {
	box := func(name string, x, y, w, h int) string { return part(name, "BoundaryBox", name, x, y, w, h) }
	thing := func(x, y int) string { return part("p", "Process", "P", x, y, 10, 10) }
	for _, c := range []struct {
		name, cells, zone, parents, said string
	}{
		{"outside", box("a", 0, 0, 100, 100) + "," + thing(200, 0), "", "a:", ""},
		{"inside", thing(10, 10) + "," + box("a", 0, 0, 100, 100), "a", "a:", ""},
		{"centre on the edge", box("a", 0, 0, 100, 100) + "," + thing(95, 0), "a", "a:", ""},
		{"centre over the edge", box("a", 0, 0, 100, 100) + "," + thing(96, 0), "", "a:", ""},
		{"nested", box("inner", 10, 10, 20, 20) + "," + box("outer", 0, 0, 100, 100) + "," + box("middle", 5, 5, 50, 50) + "," + thing(12, 12), "inner", "inner:middle outer: middle:outer", ""},
		{"alike", box("a", 0, 0, 50, 50) + "," + box("b", 0, 0, 50, 50) + "," + thing(5, 5), "b", "a: b:a", ""},
		{"overlapping", box("a", 0, 0, 100, 100) + "," + box("b", 50, 0, 80, 100) + "," + thing(60, 10), "b", "a: b:", "boxes that overlap"},
		{"no size", `{"id":"a","position":{"x":0,"y":0},"data":{"type":"tm.BoundaryBox","name":"a"}},` + thing(0, 0), "", "a:", "no position or size"},
		{"turned inside out", box("a", 100, 100, -100, -100) + "," + thing(50, 50), "", "a:", "no position or size"},
		{"far away", box("a", -1<<60, -1<<60, 1<<62, 1<<62) + "," + thing(-5, -5), "a", "a:", ""},
		{"older box", `{"id":"a","shape":"trust-boundary-box","position":{"x":0,"y":0},"size":{"width":50.5,"height":50},"data":{"type":"tm.Boundary","name":"a"}},` + thing(0, 0), "a", "a:", ""},
	} {
		d := read(t, one(c.cells))
		a := d.Service.Architecture
		var parents []string
		for _, z := range a.Zones {
			parents = append(parents, string(z.ID)+":"+string(z.Parent))
		}
		if string(a.Components[0].Zone) != c.zone || strings.Join(parents, " ") != c.parents || !strings.Contains(fmt.Sprint(d.Dropped), c.said) {
			t.Errorf("%s: in %q, %q, %q", c.name, a.Components[0].Zone, parents, d.Dropped)
		}
	}
}

// What is in a box is in the smallest box that holds its centre, whatever the order of the cells; and a zone is inside its
// parent.
func TestPlacesLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type square struct{ x, y, side int }
		draw := func(side *rapid.Generator[int]) *rapid.Generator[square] {
			return rapid.Custom(func(t *rapid.T) square {
				at := rapid.IntRange(0, 40)
				return square{at.Draw(t, "x"), at.Draw(t, "y"), side.Draw(t, "side")}
			})
		}
		boxes := rapid.SliceOfNDistinct(draw(rapid.IntRange(1, 40)), 0, 8, func(s square) int { return s.side }).Draw(t, "boxes")
		things := rapid.SliceOfN(draw(rapid.Just(2)), 1, 8).Draw(t, "things")
		var cells []string
		for i, b := range boxes {
			cells = append(cells, part(fmt.Sprintf("b%d", i), "BoundaryBox", fmt.Sprintf("box%d", i), b.x, b.y, b.side, b.side))
		}
		for i, c := range things {
			cells = append(cells, part(fmt.Sprintf("p%d", i), "Process", fmt.Sprintf("thing%d", i), c.x, c.y, 2, 2))
		}
		d, err := threatdragon.Read([]byte(one(strings.Join(rapid.Permutation(cells).Draw(t, "order"), ","))), foreign.Default())
		if err != nil {
			t.Fatal(err)
		}
		number := func(id ident.ID) (n int) {
			if _, err := fmt.Sscanf(strings.TrimLeft(string(id), "boxthing"), "%d", &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, c := range d.Service.Architecture.Components {
			s, want := things[number(c.ID)], ident.ID("")
			for i, b := range boxes {
				x, y := s.x+1, s.y+1
				holds := b.x <= x && x <= b.x+b.side && b.y <= y && y <= b.y+b.side
				if holds && (want == "" || b.side < boxes[number(want)].side) {
					want = ident.ID(fmt.Sprintf("box%d", i))
				}
			}
			if c.Zone != want {
				t.Fatalf("%s is in %q, not in %q", c.ID, c.Zone, want)
			}
		}
		for _, z := range d.Service.Architecture.Zones {
			if z.Parent == "" {
				continue
			}
			in, out := boxes[number(z.ID)], boxes[number(z.Parent)]
			if in.side >= out.side || in.x < out.x || in.y < out.y || in.x+in.side > out.x+out.side || in.y+in.side > out.y+out.side {
				t.Fatalf("%s is not inside %s", z.ID, z.Parent)
			}
		}
	})
}

func TestShapesWithoutTypes(t *testing.T) {
	for shape, want := range map[string]string{"actor": "1 0 0", "process": "1 0 0", "store": "1 0 0", "trust-boundary-box": "0 1 0", "trust-boundary-curve": "0 0 0", "td-text-block": "0 0 0", "tm.Store": "1 0 0", "star": "0 0 0", "": "0 0 0"} {
		a := read(t, one(`{"id":"x","shape":"`+shape+`","attrs":{"text":{"text":"X"}},"data":{}}`)).Service.Architecture
		if got := fmt.Sprint(len(a.Components), len(a.Zones), len(a.Flows)); got != want {
			t.Errorf("%q: %s", shape, got)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		said string
		want model.Component
	}{
		{`"type":"tm.Store"`, model.Component{Type: "datastore"}},
		{`"type":"tm.Store","isEncrypted":false,"outOfScope":false`, model.Component{Type: "datastore"}},
		{`"type":"tm.Store","isEncrypted":null`, model.Component{Type: "datastore"}},
		{`"type":"tm.Store","isEncrypted":"true"`, model.Component{Type: "datastore"}},
		{`"type":"tm.Store","isEncrypted":true`, model.Component{Type: "datastore", Encryption: "standard"}},
		{`"type":"tm.Store","isALog":true`, model.Component{Type: "log-store"}},
		{`"type":"tm.Process","isALog":true`, model.Component{Type: "process"}},
		{`"type":"tm.Process","isWebApplication":true`, model.Component{Type: "web-application"}},
		{`"type":"tm.Actor"`, model.Component{Type: "external-system"}},
		{`"type":"tm.Actor","providesAuthentication":true`, model.Component{Type: "identity-provider"}},
		{`"type":"tm.Actor","outOfScope":true`, model.Component{Type: "external-system", OutOfScope: model.Yes}},
		{`"type":"tm.Store","storesCredentials":true`, model.Component{Type: "datastore", Holds: []ident.ID{"x-credentials"}}},
		{`"type":"tm.Store","isSigned":true,"storesInventory":true`, model.Component{Type: "datastore", Tags: []string{"stores-inventory", "signed"}}},
	} {
		d := read(t, one(`{"id":"x","data":{"name":"X",`+c.said+`}}`))
		c.want.ID, c.want.Name = "x", "X"
		if got := d.Service.Architecture.Components[0]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v", c.said, got)
		}
	}
}

func TestStatuses(t *testing.T) {
	for status, want := range map[string]string{
		`"Open"`: "1 ", `""`: "1 ", `null`: "1 ", `"In hand"`: "1 ", `"Отклонено"`: "1 ",
		`"Accepted"`: "1 accept", `"Transferred"`: "1 transfer",
		`"Mitigated"`: "0", `"Avoided"`: "0", `"Eliminated"`: "0", `"NotApplicable"`: "0", `"N/A"`: "0", `"Not Applicable"`: "0",
	} {
		d := read(t, one(`{"id":"x","data":{"name":"X","type":"tm.Process","threats":[{"title":"A","type":"Spoofing","status":`+status+`}]}}`))
		got := fmt.Sprint(len(d.Service.Risks))
		for _, r := range d.Service.Risks {
			got += " " + string(r.Response)
			if fmt.Sprint(r.Stride, r.Components, r.Inherent) != "[spoofing] [x] {0 {0 0 0 0 0}}" {
				t.Errorf("%+v", r)
			}
		}
		open := status == `"Open"` || status == `""` || status == "null"
		if got != want || open == strings.Contains(fmt.Sprint(d.Dropped), "1 threat ") {
			t.Errorf("%s: %s, %q", status, got, d.Dropped)
		}
	}
}

func TestReferencesAndIds(t *testing.T) {
	flow := func(id, source, target string) string {
		return fmt.Sprintf(`{"id":%q,"source":%s,"target":%s,"data":{"type":"tm.Flow","name":""}}`, id, source, target)
	}
	d := read(t, one(strings.Join([]string{
		flow("early", `{"cell":"b"}`, `{"id":"a"}`), // before what it joins
		part("a", "Store", "Records", 0, 0, 1, 1), part("b", "Store", "records!", 0, 0, 1, 1), part("a", "Process", "Other", 0, 0, 1, 1),
		part("", "Process", "", 0, 0, 1, 1), part("", "Process", "", 0, 0, 1, 1),
		flow("f", `{"cell":"a"}`, `{"cell":"f"}`), flow("g", `{}`, `{"cell":""}`), flow("h", `{"cell":"a"}`, `{"cell":"nothing"}`),
		flow("again", `{"cell":"b"}`, `{"cell":"a"}`),
	}, ",")))
	var got []string
	for _, c := range d.Service.Architecture.Components {
		got = append(got, string(c.ID))
	}
	for _, f := range d.Service.Architecture.Flows {
		got = append(got, string(f.ID))
	}
	if fmt.Sprint(got) != "[records records-2 process process-2 records-2-to-records records-2-to-records-2]" {
		t.Errorf("%v", got)
	}
	for _, want := range []string{`1 element has the id of another; it was taken for the same, as that was first drawn ("Other").`, "3 flows do not join two components"} {
		if !strings.Contains(strings.Join(d.Dropped, "\n"), want) {
			t.Errorf("%q is not in %q", want, d.Dropped)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "the file is empty"},
		{"not JSON", "{\n summary: {}}", "2:2: this is not valid JSON"},
		{"cut off", `{"summary":`, "this is not valid JSON: unexpected end"},
		{"a list", "[]", "wrong type"},
		{"nothing in it", "{}", "there is no summary, so this is no model of Threat Dragon; versions 1 and 2 are read"},
		{"no detail", `{"summary":{}}`, "there is no detail"},
		{"another version", `{"version":"3.1","summary":{},"detail":{}}`, `version "3.1"; versions 1 and 2 of Threat Dragon are read`},
		{"version 22", `{"version":"22.0","summary":{},"detail":{}}`, `version "22.0"`},
		{"title", `{"summary":{"title":7},"detail":{}}`, `"summary.title" is of the wrong type`},
		{"diagrams", `{"summary":{},"detail":{"diagrams":{}}}`, "/detail/diagrams: a list stands here"},
		{"diagram", `{"summary":{},"detail":{"diagrams":[7]}}`, "/detail/diagrams/0: "},
		{"cells", `{"summary":{},"detail":{"diagrams":[{"cells":"x"}]}}`, "/detail/diagrams/0/cells: "},
		{"old cells", `{"summary":{},"detail":{"diagrams":[{"diagramJson":{"cells":"x"}}]}}`, "/detail/diagrams/0/diagramJson/cells: "},
		{"cell", one(`7`), "/detail/diagrams/0/cells/0: "},
		{"name", one(`{"data":{"name":[]}}`), `/detail/diagrams/0/cells/0: "name" is of the wrong type`},
		{"position", one(`{"position":{"x":"left"}}`), "/detail/diagrams/0/cells/0: "},
		{"number", one(`{"position":{"x":1e999}}`), "/detail/diagrams/0/cells/0: "},
		{"threats", one(`{"data":{"type":"tm.Flow","threats":{}}}`), "/detail/diagrams/0/cells/0/threats: "},
		{"threat", one(`{"data":{"type":"tm.Flow","threats":[{"title":1}]}}`), "/detail/diagrams/0/cells/0/threats/0: "},
		{"UTF-16", "{\x00\"\x00", "UTF-16"},
	} {
		_, err := threatdragon.Read([]byte(c.in), foreign.Default())
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBounds(t *testing.T) {
	threats := func(n int) string {
		return one(`{"id":"x","data":{"name":"X","type":"tm.Process","threats":[` + list(`{"title":"A"}`, n) + `]}}`)
	}
	for _, c := range []struct {
		name, in string
		kind     fault.Kind
	}{
		{"40 MB", one(strings.Repeat(" ", 40<<20)), fault.TooLarge},
		{"nested a million deep", strings.Repeat(`{"summary":[`, 1_000_000), fault.TooLarge},
		{"nested deep in a cell", one(`{"attrs":` + strings.Repeat("[", 80) + strings.Repeat("]", 80) + `}`), fault.TooLarge},
		{"many cells", one(list("{}", 1_000_000)), fault.TooLarge},
		{"many threats", threats(1_000_000), fault.TooLarge},
		{"many contributors", `{"summary":{},"detail":{"contributors":[` + list("{}", 1_000_000) + `]}}`, fault.TooLarge},
		{"many labels", one(`{"labels":[` + list("{}", 1_000_000) + `],"data":{"type":"tm.Flow"}}`), ""},
		{"many alike", one(list(part("", "Process", "Same name", 0, 0, 5, 5), 30_000)), ""},
		{"many boxes", one(list(part("", "BoundaryBox", "Same name", 0, 0, 5, 5), 15_000) + "," + list(part("", "Process", "P", 0, 0, 5, 5), 15_000)), ""},
		{"a threat said over and over", one(list(`{"data":{"type":"tm.Process","threats":[{"title":"A"}]}}`, 20_000)), ""},
		{"a huge name", one(`{"data":{"type":"tm.Process","name":"` + strings.Repeat("x", 5<<20) + `"}}`), ""},
	} {
		_, err := threatdragon.Read([]byte(c.in), foreign.Default())
		if (err == nil) != (c.kind == "") || err != nil && fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestCost: what is read costs more in the measure in which it is longer.
func TestCost(t *testing.T) {
	const most = 4000
	for name, write := range map[string]func(n int) string{
		"labels": func(n int) string { return one(`{"labels":[` + list("{}", n) + `],"data":{"type":"tm.Flow"}}`) },
		"alike":  func(n int) string { return one(list(part("", "Process", "Same name", 0, 0, 5, 5), n)) },
		"boxes": func(n int) string {
			return one(list(part("", "BoundaryBox", "Same name", 0, 0, 5, 5), n/2) + "," + list(part("", "Process", "P", 0, 0, 5, 5), n/2))
		},
		"one threat": func(n int) string { return one(list(`{"data":{"type":"tm.Process","threats":[{"title":"A"}]}}`, n)) },
		"a name": func(n int) string {
			return one(`{"data":{"type":"tm.Process","name":"` + strings.Repeat("x", 100*n) + `"}}`)
		},
		"an opening": func(n int) string { return strings.Repeat(`{"summary":[`, 10*n) },
	} {
		read := func(n int) func() {
			text := []byte(write(n))
			return func() { _, _ = threatdragon.Read(text, foreign.Default()) }
		}
		took := cost.Linear(t, name, read(most/cost.Times), read(most))
		t.Logf("%s: %v, %d bytes", name, took.Time, took.Bytes)
	}
}

// list repeats an element.
func list(element string, n int) string { return strings.Repeat(element+",", n-1) + element }

func FuzzRead(f *testing.F) {
	for _, version := range []string{"v1", "v2"} {
		text, err := os.ReadFile("testdata/" + version + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(one(part("a", "BoundaryBox", "Z", 0, 0, 9, 9) + "," + part("b", "Store", "S", 1, 1, 2, 2))))
	limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 100}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		d, err := threatdragon.Read(text, limits)
		again, err2 := threatdragon.Read(text, limits)
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
