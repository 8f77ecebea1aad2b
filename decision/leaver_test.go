package decision_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

var matter = decision.Matter{Unit: "part", Service: "pay"}

// changing is an organisation in which people come and go.
func changing(t *testing.T) *org.Organisation {
	t.Helper()
	o, err := org.Read(schema.Source{File: "organisation.yaml", Text: []byte(`
bulkhead: v1
id: dept
name: Department
units: [{id: top, name: Top}, {id: part, name: Part, parent: top}]
people: [{id: ann}, {id: ben, left: 2026-04-30}, {id: cat}, {id: dee}, {id: eve}]
appointments:
  - {role: sro, person: ann, unit: part, until: 2026-03-31}
  - {role: sro, person: ann, unit: part, from: 2026-09-01}
  - {role: sro, person: ben, unit: top, until: 2026-05-31}
  - {role: sro, person: cat, service: pay, from: 2026-04-01}
  - {role: ciso, person: dee}
delegations:
  - {holder: dee, deputy: eve, role: ciso, until: 2026-02-28}
  - {holder: ben, deputy: eve, role: sro, until: 2026-02-28}
boards:
  - {id: b, name: Board, role: board, members: [ann, ben, cat]}
`)})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestLeft(t *testing.T) {
	o := changing(t)
	for _, c := range []struct {
		what string
		kind decision.Kind
		by   []ident.ID
		role ident.ID
		at   string
		want string
	}{
		{"while she is there", decision.Acceptance, []ident.ID{"ann"}, "sro", "2026-03-31T22:59:59Z", ""},
		{"when her time has ended", decision.Acceptance, []ident.ID{"ann"}, "sro", "2026-03-31T23:00:00Z", "ann since 2026-03-31T23:00:00Z, now [ben cat]"},
		{"when she has come back", decision.Acceptance, []ident.ID{"ann"}, "sro", "2026-09-02T00:00:00Z", ""},
		{"when he has left before his time ended", decision.Acceptance, []ident.ID{"ben"}, "sro", "2026-06-30T00:00:00Z", "ben since 2026-04-30T23:00:00Z, now [cat]"},
		{"one of two is there still", decision.Acceptance, []ident.ID{"ann", "ben"}, "sro", "2026-04-15T00:00:00Z", ""},
		{"both have left: since the last did", decision.Acceptance, []ident.ID{"ann", "ben"}, "sro", "2026-06-30T00:00:00Z", "ben since 2026-04-30T23:00:00Z, now [cat]"},
		{"in a role that was lent, while its holder is there", decision.Tailoring, []ident.ID{"eve"}, "ciso", "2026-06-30T00:00:00Z", ""},
		{"in a role that was lent by one who has left", decision.Exception, []ident.ID{"eve"}, "sro", "2026-06-30T00:00:00Z", "ben since 2026-04-30T23:00:00Z, now [cat]"},
		{"by a board, of which one has left", decision.Acceptance, []ident.ID{"ben", "cat"}, "board", "2026-06-30T00:00:00Z", ""},
		{"a weakness", decision.FindingAcceptance, []ident.ID{"ann"}, "sro", "2026-06-30T00:00:00Z", "ann since 2026-03-31T23:00:00Z, now [cat]"},
		{"a sign-off happened", decision.SignOff, []ident.ID{"ann"}, "sro", "2026-06-30T00:00:00Z", ""},
		{"a review happened", decision.Review, []ident.ID{"ann"}, "sro", "2026-06-30T00:00:00Z", ""},
		{"an answer is the role's", decision.Confirmation, []ident.ID{"ann"}, "sro", "2026-06-30T00:00:00Z", ""},
		{"somebody who never was", decision.Acceptance, []ident.ID{"zoe"}, "sro", "2026-06-30T00:00:00Z", ""},
	} {
		d := decision.Decision{ID: "d1", Kind: c.kind, Role: c.role, By: c.by[0], With: c.by[1:], Made: moment("2026-01-10")}
		left, is := decision.Left(&d, o, matter, london, civil.NewWatch(instant(c.at)))
		got := ""
		if is {
			got = fmt.Sprintf("%s since %s, now %v", left.Who, left.Since, left.Next)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	d := decision.Decision{Kind: decision.Acceptance, Role: "sro", By: "ann", Made: moment("2026-01-10")}
	if _, is := decision.Left(&d, nil, matter, london, civil.NewWatch(instant(today))); is {
		t.Error("without an organisation file nobody is known to have left")
	}
}

// reconfirming is a setting with 30 days to reconfirm.
func reconfirming(w *civil.Watch) decision.Setting {
	in := watch(w)
	in.Settings.ReconfirmWithin = civil.Period{Days: 30}
	return in
}

func TestReconfirm(t *testing.T) {
	left := decision.Leaver{Who: "ann", Since: instant("2026-03-31T23:00:00Z"), Next: []ident.ID{"ben", "cat"}}
	due := instant("2026-04-30T23:00:00Z")
	holds := decision.Verdict{State: decision.Holds, Code: decision.CodeHolds, Until: instant(lapse)}
	wording := decision.Verdict{State: decision.Reaffirm, Code: decision.CodeWording, Field: "statement", Until: instant("2026-05-20T00:00:00Z")}
	for _, c := range []struct {
		what string
		v    decision.Verdict
		at   string
		want decision.Verdict
	}{
		{"in time", holds, "2026-04-30T22:59:59Z", decision.Verdict{State: decision.Reaffirm, Code: decision.CodeMakerLeft, Field: "sro", Was: "ann", Is: "ben, cat", Since: left.Since, Until: due}},
		{"too late", holds, "2026-04-30T23:00:00Z", decision.Verdict{State: decision.Suspended, Code: decision.CodeNotReconfirmed, Field: "sro", Was: "ann", Is: "ben, cat", Since: due, Until: instant(lapse)}},
		{"in new words, in time", wording, "2026-04-30T22:59:59Z", decision.Verdict{State: decision.Reaffirm, Code: decision.CodeWording, Field: "statement", Until: due}},
		{"in new words, too late", wording, "2026-04-30T23:00:00Z", decision.Verdict{State: decision.Suspended, Code: decision.CodeNotReconfirmed, Field: "sro", Was: "ann", Is: "ben, cat", Since: due, Until: wording.Until}},
		{"without an end", decision.Verdict{State: decision.Holds, Code: decision.CodeHolds}, "2026-04-01T00:00:00Z", decision.Verdict{State: decision.Reaffirm, Code: decision.CodeMakerLeft, Field: "sro", Was: "ann", Is: "ben, cat", Since: left.Since, Until: due}},
		{"lapsed already", decision.Verdict{State: decision.Lapsed, Code: decision.CodeField}, "2026-06-01T00:00:00Z", decision.Verdict{State: decision.Lapsed, Code: decision.CodeField}},
		{"suspended already", decision.Verdict{State: decision.Suspended, Code: decision.CodeCondition}, "2026-06-01T00:00:00Z", decision.Verdict{State: decision.Suspended, Code: decision.CodeCondition}},
	} {
		d := decision.Decision{Role: "sro"}
		if got := decision.Reconfirm(c.v, &d, left, reconfirming(civil.NewWatch(instant(c.at)))); got != c.want {
			t.Errorf("%s: %+v\nwant %+v", c.what, got, c.want)
		}
		if got := decision.Reconfirm(c.v, &d, left, watch(civil.NewWatch(instant(c.at)))); got != c.v {
			t.Errorf("%s: where no time is set nothing is asked: %+v", c.what, got)
		}
	}
}

// Whoever leaves ends nothing and frees nobody: a decision is never better for it, it never lapses by it, and what is so
// holds until the watch's next.
func TestLeavingLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) civil.Date {
			if rapid.IntRange(0, 2).Draw(t, name+" said") == 0 {
				return civil.Date{}
			}
			return date("2026-01-01").Add(civil.Period{Days: rapid.IntRange(0, 150).Draw(t, name)})
		}
		o := &org.Organisation{People: []org.Person{{ID: "ann", Left: day("left")}, {ID: "ben"}}}
		for range rapid.IntRange(1, 3).Draw(t, "appointments") {
			o.Appointments = append(o.Appointments, org.Appointment{Role: "sro", Person: rapid.SampledFrom([]ident.ID{"ann", "ben"}).Draw(t, "who"), From: day("from"), Until: day("until")})
		}
		r := rule(t, rapid.SampledFrom([]string{"acceptance@1", "exception@1", "tailoring@1", "confirmation@1", "sign-off-tier@1", "review@1"}).Draw(t, "rule"))
		d, facts := made(r)
		judge := func(at civil.Instant) (plain, asked decision.Verdict, next civil.Instant) {
			w := civil.NewWatch(at)
			in := reconfirming(w)
			plain = decision.Judge(&d, facts, false, granted, in)
			asked = plain
			if left, is := decision.Left(&d, o, matter, london, w); is {
				asked = decision.Reconfirm(plain, &d, left, in)
			}
			return plain, asked, w.Next()
		}
		now := instant("2026-01-10T12:00:00Z") + civil.Instant(rapid.IntRange(0, 200*86400).Draw(t, "at"))
		plain, asked, next := judge(now)
		order := []decision.State{decision.Holds, decision.Reaffirm, decision.Suspended, decision.Lapsed}
		if slices.Index(order, asked.State) < slices.Index(order, plain.State) || asked.State == decision.Lapsed && plain.State != decision.Lapsed {
			t.Fatalf("%+v, and where its maker has left %+v", plain, asked)
		}
		if (r.Kind.Event() || r.Kind == decision.Confirmation) && asked != plain {
			t.Fatalf("%s: %+v, and where its maker has left %+v", r.Name, plain, asked)
		}
		if asked.State.Binds() && asked.Until != 0 && !r.Kind.Event() {
			if _, then, _ := judge(asked.Until); then.State.Binds() && asked.Code == decision.CodeMakerLeft && !slices.ContainsFunc(o.Appointments, func(a org.Appointment) bool { return london.Start(a.From) > now }) {
				t.Fatalf("until %s, and then %+v", asked.Until, then)
			}
		}
		if next != 0 {
			if _, then, _ := judge(next - 1); then != asked {
				t.Fatalf("at %s %+v; just before %s %+v", now, asked, next, then)
			}
		}
	})
}
