package decision_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

const goodDecision = `id: d1
kind: acceptance
of: gate
subject: [risk:r1, risk:r2]
basis:
  rule: acceptance@1
  fields:
    - {path: tier, value: high, cmp: "<="}
    - {path: data, value: [a, b], cmp: sub}
    - {path: residual/impact/safety, value: "3", cmp: "<="}
    - {path: controls/backups, value: good, cmp: cond}
    - {path: actions/a1, value: by 2026-09-30, cmp: cond}
    - {path: exposure, cmp: "<="}
shown: c1-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
outcome: accepted
reason: 'It is "worth" it: cost'
conditions: [reviewed monthly, no new data]
compensating: [backups, logs]
made: 2026-02-01
valid_until: 2026-12-31T12:00:00Z
proposed_by: the team
by: ann
with: [ben, cat]
role: siro
on_behalf_of: ann
minute: evidence:m1
consulted: [ciso, dpo]
standing_on: claimed
through_life: yes
supersedes: d0
cause: none
`

func read(text string) ([]decision.Decision, error) {
	return decision.Read(schema.Source{File: "d.yaml", Text: []byte(text)})
}

func TestRead(t *testing.T) {
	one, err := read(goodDecision)
	if err != nil || len(one) != 1 {
		t.Fatal(len(one), err)
	}
	if d := one[0]; d.Kind != decision.Acceptance || len(d.Basis.Fields) != 6 || d.Basis.Fields[0].Cmp != decision.NotWorse || !d.ThroughLife || d.Made.String() != "2026-02-01" {
		t.Errorf("%+v", d)
	}
	many, err := read("- {id: a, kind: signoff, of: gate, subject: gate:live, role: sro, reason: ready, made: 2026-02-01}\n- {id: b, kind: retract, subject: 'decision:a', role: sro, reason: not ready, made: 2026-02-02}\n")
	if err != nil || len(many) != 2 || many[0].Kind != decision.SignOff || many[1].Kind != decision.Retraction {
		t.Errorf("a list, with other spellings: %+v, %v", many, err)
	}
}

func TestReadRefuses(t *testing.T) {
	const b = "id: d1\nkind: acceptance\nsubject: risk:r1\nreason: why\nmade: 2026-02-01\nvalid_until: 2026-12-31\nby: ann\nrole: sro\nstanding_on: claimed\n"
	const basis = "basis:\n  rule: acceptance@1\n  fields:\n"
	field := func(f string) string { return b + basis + "    - " + f + "\n" }
	for _, c := range []struct{ what, text, want string }{
		{"nothing", "", "d.yaml:1:1: the file is empty"},
		{"no role", strings.Replace(b, "role: sro\n", "", 1), `d.yaml:1:1: "role" is missing`},
		{"no moment", strings.Replace(b, "2026-02-01", "''", 1), "d.yaml:5:7: say when it was made"},
		{"no end", strings.Replace(b, "valid_until: 2026-12-31\n", "", 1), "d.yaml:1:1: acceptance needs valid_until"},
		{"no end of an exception", "id: e\nkind: exception\nsubject: requirement:p@1#i1\nreason: why\nmade: 2026-02-01\nrole: sro\n", "exception needs valid_until"},
		{"no residual", strings.Replace(b, "standing_on: claimed\n", "", 1), "d.yaml:1:1: an acceptance needs standing_on"},
		{"a sign-off of nothing", "id: s\nkind: sign-off\nsubject: gate:live\nreason: why\nmade: 2026-02-01\nrole: sro\n", "d.yaml:2:7: a sign-off needs `of`"},
		{"the proposer decides", b + "proposed_by: ann\n", "d.yaml:10:14: who proposes a decision is not who makes it"},
		{"the proposer decides with another", b + "with: [ben]\nproposed_by: ben\n", "d.yaml:11:14: who proposes"},
		{"the proposer decides by another's hand", b + "on_behalf_of: ben\nproposed_by: ben\n", "d.yaml:11:14: who proposes"},
		{"another kind of subject", strings.Replace(b, "risk:r1", "finding:f1", 1), "d.yaml:3:10: the subject of an acceptance is written risk:ID; found finding:f1"},
		{"another kind of subject, second", strings.Replace(b, "risk:r1", "[risk:r1, finding:f1]", 1), "d.yaml:3:10: the subject of an acceptance is written risk:ID; found finding:f1"},
		{"an unknown rule", b + "basis: {rule: acceptance@9}\n", "d.yaml:10:15: there is no basis rule acceptance@9"},
		{"a rule of another kind", b + "basis: {rule: exception@1}\n", "d.yaml:10:15: there is no basis rule exception@1 for an acceptance"},
		{"an unknown field", field(`{path: posture, value: x, cmp: "="}`), "d.yaml:13:5: the rule acceptance@1 does not know the field posture"},
		{"another comparison", field(`{path: tier, value: low, cmp: sub}`), "d.yaml:13:5: the rule acceptance@1 compares tier with <=, not with sub"},
		{"twice", field(`{path: tier, value: low, cmp: "<="}`) + "    - {path: tier, value: low, cmp: \"<=\"}\n", "the field tier is there twice"},
		{"a value off its scale", field(`{path: classification, value: Official, cmp: "<="}`), "d.yaml:13:5: the field classification cannot be Official"},
		{"two values on a scale", field(`{path: tier, value: [low, high], cmp: "<="}`), "the field tier cannot be high, low"},
		{"a level that is none", field(`{path: inherent/likelihood, value: "-3", cmp: "<="}`), "the field inherent/likelihood cannot be -3"},
		{"a promise for no day", field(`{path: actions/a, value: by spring, cmp: cond}`), "the field actions/a cannot be by spring"},
		{"no such state", field(`{path: controls/a, value: fine, cmp: cond}`), "the field controls/a cannot be fine"},
		{"a bad digest", b + "shown: abc\n", `d.yaml:10:8: "abc" is not a digest`},
		{"the second of two", "- {id: a, kind: review, subject: 'risk:r', role: sro, reason: ok, made: 2026-02-01}\n- {id: b, kind: lapse, subject: 'risk:r', role: sro, reason: ok, made: 2026-02-01}\n", "d.yaml:2:33: the subject of a lapse is written decision:ID"},
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
	for _, c := range []struct {
		what   string
		change func(*decision.Decision)
		want   string
	}{
		{"as read", func(*decision.Decision) {}, ""},
		{"no subject", func(d *decision.Decision) { d.Subject = nil }, `"subject" is missing`},
		{"no id", func(d *decision.Decision) { d.ID = "" }, `"id" is missing`},
		{"a kind that is none", func(d *decision.Decision) { d.Kind = "wish" }, "is not one of"},
		{"the proposer decides", func(d *decision.Decision) { d.ProposedBy = "ann" }, "who proposes"},
		{"nothing at all", func(d *decision.Decision) { *d = decision.Decision{} }, `"id" is missing`},
		{"a subject that is none", func(d *decision.Decision) { d.Subject = []ident.Ref{{Kind: "wish", Path: "x"}} }, "is no kind"},
	} {
		d := whole(t)
		c.change(&d)
		err := decision.Validate(&d)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || strings.HasPrefix(err.Error(), "1:")) {
			t.Errorf("%s: %v; want %q", c.what, err, c.want)
		}
	}
}

// TestDraftsCanBeRead: whatever a rule binds, a record with a value of each field is read.
func TestDraftsCanBeRead(t *testing.T) {
	for _, name := range names(t) {
		d, _ := made(rule(t, name))
		d.StandingOn = "claimed"
		if kind := map[decision.Kind]string{
			decision.FindingAcceptance: "finding:f", decision.Exception: "requirement:p@1#i", decision.Tailoring: "requirement:p@1#i", decision.Confirmation: "requirement:p@1#i",
		}[d.Kind]; kind != "" {
			d.Subject = []ident.Ref{must(ident.ParseRef(kind))}
		}
		if err := decision.Validate(&d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for i := range d.Basis.Fields {
			d.Basis.Fields[i].Value = nil
		}
		if err := decision.Validate(&d); err != nil {
			t.Errorf("%s, with nothing known: %v", name, err)
		}
	}
}

// FuzzRead: reading never panics, refuses with a place, and what it takes is good by the same rules when it is not read,
// and can be signed and judged.
func FuzzRead(f *testing.F) {
	f.Add([]byte(goodDecision))
	f.Add([]byte(`[{"id":"a","kind":"lapse","subject":["decision:b"],"role":"sro","reason":"r","made":"2026-02-01","cause":"tier"}]`))
	f.Add([]byte("id: a\nkind: sign-off\nof: classification\nsubject: [context:x]\nrole: sro\nreason: r\nmade: 2026-02-01\nbasis: {rule: sign-off-classification@1, fields: [{path: class/a, value: SECRET, cmp: \"<=\"}]}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := decision.Read(schema.Source{File: "d.yaml", Text: text})
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v is %s", err, fault.KindOf(err))
			}
			return
		}
		for i := range all {
			d := &all[i]
			// An empty text may stand in a file where a value is needed: it is as if it were not there.
			if err := decision.Validate(d); err != nil && !strings.Contains(err.Error(), "is missing") {
				t.Fatalf("read, and then refused: %v", err)
			}
			facts := make(decision.Facts, 0, len(d.Basis.Fields))
			for _, f := range d.Basis.Fields {
				facts = append(facts, decision.Fact{Path: f.Path, Value: f.Value})
			}
			once := decision.Judge(d, facts, false, granted, at(today))
			if again := decision.Judge(d, facts, false, granted, at(today)); !reflect.DeepEqual(once, again) {
				t.Fatalf("%+v and %+v", once, again)
			}
			decision.Overtaken(d, all, func(*decision.Decision) bool { return true })
			if _, err := decision.Payload(d); err != nil {
				t.Fatal(err)
			}
		}
	})
}
