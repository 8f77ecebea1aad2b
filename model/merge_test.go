package model_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sourcesOf reads the service file of an example with its parts.
func sourcesOf(t testing.TB, folder string) (sources []schema.Source) {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(folder, "bulkhead", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append([]string{filepath.Join(folder, "bulkhead.yaml")}, parts...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, schema.Source{File: filepath.Base(file), Text: text})
	}
	return sources
}

// put gives sources with one piece of text in the place of another, which must be there once.
func put(t testing.TB, sources []schema.Source, old, text string) []schema.Source {
	t.Helper()
	out, times := slices.Clone(sources), 0
	for i, s := range sources {
		times += strings.Count(string(s.Text), old)
		out[i].Text = []byte(strings.Replace(string(s.Text), old, text, 1))
	}
	if times != 1 {
		t.Fatalf("%q is there %d times", old, times)
	}
	return out
}

// TestMergeOfARealService makes two changes by hand and brings them together.
func TestMergeOfARealService(t *testing.T) {
	base := sourcesOf(t, "../examples/parking-permits")
	mine := put(t, base, "title: Badge photographs are copied out\n", "title: Photographs of badges are copied out # as the board calls it\n")
	mine = put(t, mine, "{id: console, name: Staff console,", "{id: console, name: Console of the parking office,")
	mine = put(t, mine, "    components: [web, badge-store]\n", "    components: [web, badge-store, logs]\n")
	mine = put(t, mine, "risks:\n  - id: r1\n", "risks:\n  - id: r9\n    # found in the exercise\n    title: The counter is closed too early\n    statement: Nobody can apply on paper any more\n    treatment: treat\n  - id: r1\n")
	theirs := put(t, base, "    owner: senior-responsible-owner\n    data: [badge-evidence]\n", "    owner: service-owner # since May\n    data: [badge-evidence]\n")
	theirs = put(t, theirs, "zone: council, runtime: cloud, internet_facing: no, custom: yes, logs: yes,", "zone: council, runtime: cloud, internet_facing: no, custom: yes, logs: no,")
	theirs = put(t, theirs, "    components: [web, badge-store]\n", "    components: [badge-store, web, permits-db] # all that hold them\n")
	m, err := schema.Merge(base, mine, theirs)
	if err != nil || len(m.Conflicts) > 0 {
		t.Fatalf("%v %+v", err, m)
	}
	if _, _, err := model.Read(m.Sources...); err != nil {
		t.Fatal(err)
	}
	want := put(t, theirs, "title: Badge photographs are copied out\n", "title: Photographs of badges are copied out\n")
	want = put(t, want, "{id: console, name: Staff console,", "{id: console, name: Console of the parking office,")
	want = put(t, want, "[badge-store, web, permits-db] # all", "[badge-store, web, permits-db, logs] # all")
	for i, s := range m.Sources {
		text := strings.Replace(string(s.Text), "\n\n  - id: r9\n    # found in the exercise\n    title: The counter is closed too early\n    statement: Nobody can apply on paper any more\n    treatment: treat", "", 1)
		if diff := cmp.Diff(string(want[i].Text), text); diff != "" {
			t.Errorf("%s: %s", s.File, diff)
		}
	}
	var told strings.Builder
	for _, c := range slices.Concat(m.Mine, m.Theirs) {
		fmt.Fprintf(&told, "%s %s: %q -> %q\n", c.Op, c.Path, c.Was, c.Is)
	}
	golden(t, "testdata/merge.changes.golden", told.String())
}

// TestConflictsOfARealService reads the sentences of conflicts aloud.
func TestConflictsOfARealService(t *testing.T) {
	base := sourcesOf(t, "../examples/parking-permits")
	mine := put(t, base, "title: Badge photographs are copied out\n", "title: Photographs are copied out\n")
	mine = put(t, mine, "{id: console, name: Staff console,", "{id: console, name: Console of the parking office,")
	mine = put(t, mine, "phase: private-beta", "phase: public-beta")
	mine = put(t, mine, "    - {id: logs, name: Log store, type: log-store, zone: service, runtime: cloud, encryption: standard, multi_tenant: yes}\n", "")
	mine = put(t, mine, "worst: {financial: 2,", "worst: {financial: 3,")
	mine = put(t, mine, "    controls:\n      - {control: input-validation, lowers: likelihood, steps: 1, by: security-architect,", "    controls:\n      - {control: input-validation, lowers: likelihood, steps: 2, by: security-architect,")
	theirs := put(t, base, "title: Badge photographs are copied out\n", "title: Somebody copies badge photographs\n")
	theirs = put(t, theirs, "phase: private-beta", "phase: live")
	theirs = put(t, theirs, "    - {id: console, name: Staff console, type: web-application, zone: council, runtime: cloud, internet_facing: no, custom: yes, logs: yes, handles: [permits, badge-evidence, payments-made]}\n", "")
	theirs = put(t, theirs, "{id: logs, name: Log store, type: log-store, zone: service, runtime: cloud, encryption: standard, multi_tenant: yes}", "{id: logs, name: Log store, type: log-store, zone: service, runtime: cloud, encryption: strong, backed_up: yes}")
	theirs = put(t, theirs, "worst: {financial: 2,", "worst: {financial: 4,")
	theirs = put(t, theirs, "    controls:\n      - {control: input-validation, lowers: likelihood, steps: 1, by: security-architect,", "    controls:\n      - {control: input-validation, lowers: likelihood, steps: 1, by: security-lead,")
	m, err := schema.Merge(base, mine, theirs)
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	for _, c := range m.Conflicts {
		fmt.Fprintf(&told, "%s\n  %s\n", c.Path, c.Text)
	}
	golden(t, "testdata/merge.conflicts.golden", told.String())
}

// TestMergeTellsWhatBrokeIt removes what somebody else began to refer to.
func TestMergeTellsWhatBrokeIt(t *testing.T) {
	base := sourcesOf(t, "../examples/parking-permits")
	mine := put(t, base, "{id: console, name: Staff console,", "{id: staff-console, formerly: [console], name: Staff console,")
	theirs := put(t, base, "    components: [web, badge-store]\n", "    components: [web, badge-store, console]\n")
	m, err := schema.Merge(base, mine, theirs)
	if err != nil || len(m.Conflicts) > 0 {
		t.Fatalf("%v %+v", err, m)
	}
	mineBehind, theirsBehind := m.Behind("/risks/r1/components/2")
	if len(mineBehind) != 1 || mineBehind[0].Path != "/architecture/components/console/id" || len(theirsBehind) != 1 || theirsBehind[0].Path != "/risks/r1/components" {
		t.Errorf("got %+v and %+v", mineBehind, theirsBehind)
	}
}

// TestMergeOfTheDepartment edits every service of the department on two sides, one item after another.
func TestMergeOfTheDepartment(t *testing.T) {
	folders, err := filepath.Glob("../examples/department/*/bulkhead.yaml")
	if err != nil || len(folders) == 0 {
		t.Fatal("there is no example", err)
	}
	for _, file := range folders {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			base := sourcesOf(t, filepath.Dir(file))
			s := decoded(t, base)
			for i, c := range s.Architecture.Components {
				if i%40 > 0 {
					continue
				}
				at := "/architecture/components/" + string(c.ID)
				mine, theirs := spliced(t, base, at+"/note", "Looked at by the team"), spliced(t, base, at+"/owner", "head of platforms")
				m, err := schema.Merge(base, mine, theirs)
				if err != nil || len(m.Conflicts) > 0 {
					t.Fatalf("%s: %v %+v", at, err, m)
				}
				if diff := cmp.Diff(spliced(t, theirs, at+"/note", "Looked at by the team"), m.Sources); diff != "" {
					t.Errorf("%s: %s", at, diff)
				}
			}
		})
	}
}

// spliced gives sources with one value set.
func spliced(t testing.TB, sources []schema.Source, path, value string) []schema.Source {
	t.Helper()
	doc, err := schema.Parse(sources...)
	if err != nil {
		t.Fatal(err)
	}
	made, err := doc.Splice(path, value)
	if err != nil {
		t.Fatal(err)
	}
	out := slices.Clone(sources)
	for i, s := range sources {
		if s.File == made.File {
			out[i] = made
		}
	}
	return out
}

func decoded(t testing.TB, sources []schema.Source) *model.Service {
	t.Helper()
	s, _, err := model.Read(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestMergeOfAnyService changes any service on two sides, in its Go form, and merges what is written of both.
func TestMergeOfAnyService(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed") // a draw for each word would take minutes
		made := func(changes ...func(*model.Service)) (model.Service, []schema.Source) {
			var s model.Service
			f := filler{rand: rand.New(rand.NewPCG(seed, 0)), ids: map[string][]ident.ID{}}
			f.fill(reflect.ValueOf(&s).Elem(), "", 0)
			for _, fill := range f.later {
				fill()
			}
			for _, change := range changes {
				change(&s)
			}
			text, err := model.Write(&s)
			if err != nil {
				t.Fatal(err)
			}
			return s, as(string(text))
		}
		mine := func(s *model.Service) {
			s.Service.Purpose = "As mine has it"
			s.Assumptions = append(s.Assumptions, model.Assumption{ID: "added-by-mine", Text: "Mine: all of it"})
			if len(s.Risks) > 0 {
				s.Risks[0].Title = "Mine"
			}
		}
		theirs := func(s *model.Service) {
			s.Service.Owner = "theirs"
			s.Assumptions = append(s.Assumptions, model.Assumption{ID: "added-by-theirs", Text: "Theirs"})
			if len(s.Risks) > 0 {
				s.Risks[0].Note = "Theirs # as it is"
			}
		}
		_, base := made()
		_, a := made(mine)
		_, b := made(theirs)
		want, _ := made(theirs, mine)
		m, err := schema.Merge(base, a, b)
		if err != nil || len(m.Conflicts) > 0 {
			t.Fatalf("%v %+v", err, m)
		}
		doc, err := schema.Parse(m.Sources...)
		if err != nil {
			t.Fatal(err)
		}
		var got model.Service
		if err := doc.DecodeDraft(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", diff, m.Sources[0].Text)
		}
	})
}

func BenchmarkMerge(b *testing.B) {
	for _, n := range []int{300, 5000} { // of which 3 in 10 are components
		base := large(n)
		theirs := strings.Replace(base, "name: Component 7\n", "name: Another name\n", 1)
		one := strings.Replace(base, "name: Component 8\n", "name: The new name\n", 1)
		many := base
		for i := range 200 {
			many = strings.Replace(many, fmt.Sprintf("title: Control %d\n", i), fmt.Sprintf("title: New %d\n", i), 1)
		}
		for _, c := range []struct{ name, mine string }{{"one field", one}, {"200 fields", many}} {
			b.Run(fmt.Sprintf("%d elements, %s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					m, err := schema.Merge(as(base), as(c.mine), as(theirs))
					if err != nil || len(m.Conflicts) > 0 {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func as(text string) []schema.Source {
	return []schema.Source{{File: "bulkhead.yaml", Text: []byte(text)}}
}
