package evidence_test

import (
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

const good = `id: restore-2026-03
subject: [control:backups, "claim:/architecture/components/db"]
covers: {"claim:/architecture/components/db": c1-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}
kind: exercise
strength: tested
outcome: passed
title: 'Restore: "all" of it'
observed: 2026-03-01
valid_until: 2026-06-30T12:00:00+01:00
scope: [db]
source: {tool: restic 0.17, run: "42"}
classification: OFFICIAL
markings: [SENSITIVE]
observations:
  - {place: "db:1", component: db, weakness: CWE-79, aliases: [XSS], result: failed, severity: high, text: bad}
`

func read(text string) ([]evidence.Record, error) {
	return evidence.Read(schema.Source{File: "e.yaml", Text: []byte(text)})
}

func TestRead(t *testing.T) {
	one, err := read(good)
	if err != nil || len(one) != 1 {
		t.Fatal(len(one), err)
	}
	r := one[0]
	if r.Kind != library.Exercise || r.Strength != library.Tested || r.Outcome != evidence.Passed || len(r.Subject) != 2 || len(r.Covers) != 1 || r.Observations[0].Result != evidence.Failed {
		t.Errorf("%+v", r)
	}
	many, err := read("- " + strings.ReplaceAll(strings.TrimSpace(good), "\n", "\n  ") + "\n- {id: b, subject: control:a, kind: junit, strength: documented, outcome: ok, observed: 2026-03-01}\n")
	if err != nil || len(many) != 2 || many[1].Kind != library.TestResult || many[1].Outcome != evidence.Passed {
		t.Errorf("a list, with other spellings: %+v, %v", many, err)
	}
}

func TestReadRefuses(t *testing.T) {
	const b = "id: a\nsubject: control:b\nkind: test\nstrength: tested\noutcome: passed\nobserved: 2026-03-01\n"
	for _, c := range []struct{ what, text, want string }{
		{"nothing", "", "e.yaml:1:1: the file is empty"},
		{"no list", "just words", "e.yaml:1:1: expected a list"},
		{"no subject", strings.Replace(b, "subject: control:b\n", "", 1), `e.yaml:1:1: "subject" is missing`},
		{"an empty subject", strings.Replace(b, "control:b", "[]", 1), "e.yaml:2:10: expected 1 to 2000 items; found 0"},
		{"an odd subject", strings.Replace(b, "control:b", "gate:live", 1), "e.yaml:2:10: evidence cannot be about gate:live"},
		{"an unknown kind", strings.Replace(b, "kind: test", "kind: tset", 1), `e.yaml:3:7: "tset" is not one of`},
		{"an unknown outcome", strings.Replace(b, "passed", "fine", 1), `e.yaml:5:10: "fine" is not one of`},
		{"an unknown key", b + "strenght: tested\n", "e.yaml:7:1: the key \"strenght\" is not known here; did you mean strength?"},
		{"an impossible day", strings.Replace(b, "2026-03-01", "2026-02-30", 1), "e.yaml:6:11: 30 February 2026 does not exist"},
		{"no moment", strings.Replace(b, "2026-03-01", "''", 1), "e.yaml:6:11: say when it was observed"},
		{"a bad id", strings.Replace(b, "id: a", "id: A b", 1), `e.yaml:1:5: "A b" is not an id`},
		{"a bad digest", b + "covers: {\"claim:/a\": abc}\n", `e.yaml:7:9: "abc" is not a digest`},
		{"closing by the team", b + "closes: [c]\n", "e.yaml:7:9: only an assessor may close a failure"},
		{"closing by nobody", strings.Replace(b, "strength: tested", "strength: independent", 1) + "closes: [c]\n", "e.yaml:7:9: say in `by` which role closed it"},
		{"closing with a failure", strings.Replace(strings.Replace(b, "tested", "independent", 1), "passed", "failed", 1) + "by: assessor\ncloses: [c]\n", "e.yaml:8:9: only evidence with the outcome passed closes a failure; found failed"},
		{"the second of two", "- {id: a, subject: control:b, kind: test, strength: tested, outcome: passed, observed: 2026-03-01}\n- {id: c, subject: area:b, kind: test, strength: tested, outcome: passed, observed: 2026-03-01}\n", "e.yaml:2:20: evidence cannot be about area:b"},
	} {
		_, err := read(c.text)
		if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.what, err, c.want)
		}
	}
	if _, err := read(b); err != nil {
		t.Errorf("what the bad ones were made of is good: %v", err)
	}
}

func TestValidate(t *testing.T) {
	whole, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what   string
		change func(*evidence.Record)
		want   string
	}{
		{"as read", func(*evidence.Record) {}, ""},
		{"no id", func(r *evidence.Record) { r.ID = "" }, `"id" is missing`},
		{"no id that could be read back", func(r *evidence.Record) { r.ID = "A B" }, "is not an id"},
		{"no subject", func(r *evidence.Record) { r.Subject = nil }, `"subject" is missing`},
		{"a word that is none", func(r *evidence.Record) { r.Outcome = "perfect" }, "is not one of"},
		{"not observed", func(r *evidence.Record) { r.Observed = civil.Moment{} }, `"observed" is missing`},
		{"closing by the team", func(r *evidence.Record) { r.Closes = []ident.ID{"x"} }, "only an assessor"},
	} {
		r := whole[0]
		c.change(&r)
		err := evidence.Validate(&r)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid) {
			t.Errorf("%s: %v; want %q", c.what, err, c.want)
		}
	}
}

// FuzzRead: reading never panics, refuses with a place, and what it takes is good by the same rules when it is not read.
func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("- " + good))
	f.Add([]byte("[]"))
	f.Add([]byte(`{"id":"a","subject":["control:b"],"kind":"scan","strength":"tested","outcome":"failed","observed":"2026-03-01","note":"\"\\\u00e9"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := evidence.Read(schema.Source{File: "e.yaml", Text: text})
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v is %s", err, fault.KindOf(err))
			}
			return
		}
		for i := range records {
			// An empty text may stand in a file where a value is needed: it is not counted, and cannot be written again.
			if err := evidence.Validate(&records[i]); err != nil && !strings.Contains(err.Error(), "is missing") {
				t.Fatalf("read, and then refused: %v", err)
			}
		}
		if _, err := evidence.NewSet(records); err != nil {
			t.Fatal(err)
		}
	})
}
