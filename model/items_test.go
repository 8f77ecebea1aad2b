package model_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// TestItems: every item with an id is there by its path, at every depth, and so are the parts without one.
func TestItems(t *testing.T) {
	s := full(t)
	items := s.Items()
	for _, path := range []string{
		"/service", "/context", "/context/appetite", "/context/appetite/unacceptable_losses/health-known", "/data/applications", "/data/applications/policy_document",
		"/architecture/zones/cloud", "/architecture/components/web", "/architecture/flows/save", "/risks/r1", "/risks/r1/actions/a1", "/controls/backups", "/controls/backups/offer",
		"/suppliers/cloud-host/certificates/ce-plus", "/suppliers/cloud-host/responses/r-01/evidence", "/plan/strategy", "/operation/detect/plan", "/incidents/i-2025-01/review", "/retirement/plan",
	} {
		if items[path] == nil {
			t.Errorf("there is no %s", path)
		}
	}
	for path := range items {
		if strings.HasSuffix(path, "/") || strings.Contains(path, "//") {
			t.Errorf("an item is at %q", path)
		}
	}
	if items["/architecture/components/web"] != any(&s.Architecture.Components[1]) {
		t.Error("an item is a copy")
	}
	if n := len(read(t, head).Items()); n == 0 || n > 60 {
		t.Errorf("a file that says nothing has %d items", n)
	}
}

// TestMaterial: words, owners and renames change nothing that evidence rests on; how things are built does.
func TestMaterial(t *testing.T) {
	const before = head + `data: [{id: d, name: D, owner: o, records: 5, personal: yes}]
architecture:
  zones: [{id: z, name: Z}]
  components: [{id: web, name: W, type: api, zone: z, holds: [d], technology: Go}, {id: db, type: datastore}]
  flows: [{id: f, name: F, source: web, destination: db, data: [d], encryption: standard}]
  runtimes: [{id: rt, name: R, isolation: yes}]
controls: [{id: backups, title: B, status: planned}]
`
	type change struct{ from, to string }
	for path, c := range map[string]struct{ keep, matter []change }{
		"/architecture/components/web": {
			[]change{{"name: W", "name: Website"}, {"name: W", "name: W, note: N"}, {"name: W", "owner: me"}, {"name: W", "tags: [x], version: '2', formerly: [old]"}, {"name: W", "bill_of_materials: {title: S}"}, {"components: [{id: web, name: W", "components: [{name: W, id: web"}},
			[]change{{"type: api", "type: process"}, {"zone: z", "zone: "}, {"holds: [d]", "handles: [d]"}, {"name: W", "internet_facing: yes"}, {"name: W", "encryption: none"}, {"technology: Go", "technology: PHP"}},
		},
		"/architecture/flows/f": {
			[]change{{"name: F", "name: Save"}, {"name: F", "note: N, formerly: [g]"}},
			[]change{{"encryption: standard", "encryption: none"}, {"source: web, destination: db", "source: db, destination: web"}, {"data: [d]", "data: []"}, {"name: F", "protocol: https"}},
		},
		"/data/d": {
			[]change{{"name: D", "name: Data"}, {"records: 5", "records: 6"}, {"owner: o", "owner: p"}, {"owner: o", "note: x"}},
			[]change{{"personal: yes", "personal: no"}, {"owner: o", "special_category: yes"}, {"owner: o", "markings: [SENSITIVE]"}},
		},
		"/architecture/zones/z":     {[]change{{"name: Z", "name: Zone"}}, []change{{"name: Z", "trust: public"}}},
		"/architecture/runtimes/rt": {[]change{{"name: R", "formerly: [old]"}}, []change{{"isolation: yes", "isolation: no"}}},
		"/controls/backups": {
			[]change{{"title: B", "title: C"}, {"status: planned", "status: done"}, {"title: B", "owner: o, note: n, cost_pence: 3"}},
			[]change{{"title: B", "origin: inherited, offer: {service: p}"}, {"title: B", "control: other"}},
		},
	} {
		was := material(t, before, path)
		for _, k := range c.keep {
			if material(t, replace(t, before, k.from, k.to), path) != was {
				t.Errorf("%s: %s to %s changes it", path, k.from, k.to)
			}
		}
		for _, k := range c.matter {
			if material(t, replace(t, before, k.from, k.to), path) == was {
				t.Errorf("%s: %s to %s does not change it", path, k.from, k.to)
			}
		}
	}
	renamed := replace(t, replace(t, before, "{id: web, name", "{id: site, formerly: [web], name"), "source: web", "source: site")
	if material(t, renamed, "/architecture/components/site") != material(t, before, "/architecture/components/web") {
		t.Error("a renamed component is another")
	}
	if material(t, replace(t, before, "id: backups", "id: ours, control: backups"), "/controls/ours") != material(t, before, "/controls/backups") {
		t.Error("a control by another id is another")
	}
	if _, ok := model.Material(read(t, head).Items(), "/data/none", ident.NewEncoder()); ok {
		t.Error("there is material of nothing")
	}
}

func replace(t *testing.T, text, from, to string) string {
	t.Helper()
	if !strings.Contains(text, from) {
		t.Fatalf("there is no %q to change", from)
	}
	return strings.Replace(text, from, to, 1)
}

func material(t *testing.T, text, path string) ident.Digest {
	t.Helper()
	d, ok := model.Material(read(t, text).Items(), path, ident.NewEncoder())
	if !ok {
		t.Fatalf("there is no %s", path)
	}
	return d
}

// TestMaterialLeavesItems: working out the digests changes nothing.
func TestMaterialLeavesItems(t *testing.T) {
	s := full(t)
	before, err := ident.Sum(s)
	if err != nil {
		t.Fatal(err)
	}
	items, enc := s.Items(), ident.NewEncoder()
	for _, path := range slices.Sorted(maps.Keys(items)) {
		model.Material(items, path, enc)
	}
	if after, _ := ident.Sum(s); after != before {
		t.Error("the service is another now")
	}
}
