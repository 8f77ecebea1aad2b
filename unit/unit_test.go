package unit_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

// pack asks what the tests look at, and nothing else: the other packs ask no questions of organisations.
const pack = `
pack: v1
id: questions
title: Questions
version: "1"
source: The tests
location: here
licence: Our own
retrieved: 2026-11-22
mark: ours
principles:
  - id: p2
    title: Second
    form: outcome-set
    statement: Two
    statements:
      - {id: p2.1, kind: question, text: Backups?, asked_of: organisation, shown_by: [{control: backup, relation: equal, why: So, reviewed: yes}]}
      - {id: p2.2, kind: question, text: Threat models?, asked_of: organisation, shown_by: [{activity: threat-modelling, relation: superset, why: So, reviewed: yes}]}
      - {id: o2, kind: outcome, text: Asked of services, asked_of: service, shown_by: [{control: backup, relation: equal, why: So, reviewed: yes}]}
  - id: p10
    title: Tenth
    form: outcome-set
    statement: Ten
    statements:
      - id: p10.1
        kind: question
        text: Backups, in part?
        asked_of: organisation
        shown_by:
          - {control: backup, relation: subset, why: So, reviewed: yes}
      - id: p10.2
        kind: question
        text: One way or the other?
        asked_of: organisation
        shown_by:
          - {control: backup, relation: equal, why: So, reviewed: yes}
          - {activity: threat-modelling, relation: equal, why: So, reviewed: yes}
          - {control: patching, relation: intersects, why: So, reviewed: yes}
      - {id: p10.3, kind: question, text: By nobody's review?, asked_of: organisation, shown_by: [{control: backup, relation: equal, why: So}]}
      - {id: p10.10, kind: question, text: By people alone?, asked_of: organisation}
  - id: extra
    title: Only for those who adopt it
    form: outcome-set
    adopt: yes
    statement: More
    statements: [{id: x1, kind: question, text: More?, asked_of: organisation}]
milestones:
  - {id: second, number: 2, title: Second, summary: Two, stage: transition, asked_of: organisation}
  - {id: first, number: 1, title: First, summary: One, stage: preparation, asked_of: organisation}
  - {id: other, number: 3, title: Of suppliers, summary: Not ours, stage: preparation, asked_of: supplier}
`

func lib(t testing.TB) *library.Library {
	t.Helper()
	mine, err := library.ReadPack(schema.Source{File: "pack.yaml", Text: []byte(pack)})
	if err != nil {
		t.Fatal(err)
	}
	all, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	packs := []library.Pack{mine}
	for _, p := range all {
		if len(p.Milestones) > 0 {
			continue
		}
		p.Principles = slices.DeleteFunc(slices.Clone(p.Principles), func(x library.Principle) bool {
			return slices.ContainsFunc(x.Statements, func(st library.Statement) bool { return st.AskedOf == library.OfOrganisation })
		})
		packs = append(packs, p)
	}
	l, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const department = `
bulkhead: v1
id: dept
name: Department
zone: Europe/London
appetite: {max: high, statement: The whole}
units:
  - {id: branch, name: Branch, parent: root, appetite: {by_kind: [{kind: privacy, max: low}]}}
  - {id: root, name: Root, appetite: {max: medium}}
  - {id: empty, name: Empty}
people:
  - {id: a}
  - {id: b, left: 2026-06-30}
appointments:
  - {role: ciso, person: a, unit: root, from: 2026-01-01}
  - {role: cdio, person: b, from: 2026-01-01}
  - {role: service-owner, person: a, unit: root, service: pay}
`

// organisation reads the department with an assessment of the branch.
func organisation(t testing.TB, assessment string) *org.Organisation {
	t.Helper()
	text := department
	if assessment != "" {
		text = strings.Replace(text, "max: low}]}}", "max: low}]}, assessment: "+assessment+"}", 1)
	}
	o, err := org.Read(schema.Source{File: "organisation.yaml", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func moment(t testing.TB, text string) civil.Instant {
	t.Helper()
	m, err := civil.ParseMoment(text)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := civil.LoadZone("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone.From(m)
}

// service makes a service of the branch with a state of its backups and of its threat model.
func service(id string, backup judge.State, modelling judge.ActivityStanding) unit.Service {
	p := &assess.Posture{Exact: true}
	p.Service, p.Context.Phase, p.Context.Classification = ident.ID(id), model.Live, model.Official
	if backup != "" {
		p.Controls = []judge.Control{{ID: "backup", Control: "backup", Applicability: judge.Applicable, State: backup, Weight: judge.RequiredWeight}}
	}
	if modelling != "" {
		p.Activities = []judge.Activity{{ID: "threat-modelling", Standing: modelling}}
	}
	return unit.Service{Posture: p, Name: id, Unit: "branch"}
}

func judged(t testing.TB, o *org.Organisation, at string, services ...unit.Service) map[ident.ID]*unit.Posture {
	t.Helper()
	all, err := unit.Assess(o, lib(t), services, moment(t, at))
	if err != nil {
		t.Fatal(err)
	}
	out := map[ident.ID]*unit.Posture{}
	for _, p := range all {
		out[p.Unit] = p
	}
	return out
}

func question(t testing.TB, p *unit.Posture, id string) *unit.Question {
	t.Helper()
	for i := range p.Questions {
		if string(p.Questions[i].ID) == id {
			return &p.Questions[i]
		}
	}
	t.Fatalf("there is no question %s", id)
	return nil
}

func codes(reasons []judge.Reason) (out []string) {
	for i := range reasons {
		out = append(out, strings.TrimPrefix(reasons[i].Code, "unit."))
	}
	return out
}

func TestWhichUnits(t *testing.T) {
	o := organisation(t, "")
	if all := judged(t, o, "2026-06-01"); len(all) != 0 {
		t.Errorf("%d units have something to judge, and there is nothing", len(all))
	}
	all := judged(t, o, "2026-06-01", service("pay", judge.Evidenced, judge.Current), unit.Service{Posture: service("lost", judge.Failing, "").Posture, Unit: "nowhere"})
	if len(all) != 2 || len(all["root"].Services) != 1 || len(all["branch"].Services) != 1 {
		t.Errorf("%v", all)
	}
	all = judged(t, organisation(t, "{owner: ciso}"), "2026-06-01")
	if len(all) != 1 || len(all["branch"].Questions) != 6 || all["branch"].Counts.Unanswered != 6 {
		t.Errorf("%+v", all)
	}
	o.Adopts = []ident.ID{"extra"}
	if n := len(judged(t, o, "2026-06-01", service("pay", judge.Evidenced, ""))["root"].Questions); n != 7 {
		t.Errorf("%d questions with the principle that is adopted", n)
	}
	var order []string
	for _, q := range all["branch"].Questions {
		order = append(order, string(q.ID))
	}
	if want := []string{"p2.1", "p2.2", "p10.1", "p10.2", "p10.3", "p10.10"}; !slices.Equal(order, want) {
		t.Errorf("%v", order)
	}
}

func TestRollUpProposes(t *testing.T) {
	type want struct {
		standing unit.Standing
		proposal unit.Standing
		share    judge.Share
		reasons  string
	}
	tests := []struct {
		name     string
		services []unit.Service
		question string
		want     want
	}{
		{"no services", nil, "p2.1", want{unit.Unanswered, "", judge.Share{}, "unanswered"}},
		{"in every service", []unit.Service{service("a", judge.Evidenced, ""), service("b", judge.Evidenced, "")}, "p2.1", want{unit.Proposed, unit.Met, judge.Share{N: 2, Of: 2}, "proposed-met shown-in"}},
		{"in some", []unit.Service{service("a", judge.Evidenced, ""), service("b", judge.Claimed, "")}, "p2.1", want{unit.Proposed, unit.Partly, judge.Share{N: 1, Of: 2}, "proposed-partly shown-in not-shown-in"}},
		{"unknown is not good", []unit.Service{service("a", judge.Evidenced, ""), service("b", judge.Unknown, "")}, "p2.1", want{unit.Proposed, unit.Partly, judge.Share{N: 1, Of: 2}, "proposed-partly shown-in not-shown-in"}},
		{"not spoken of is not good", []unit.Service{service("a", judge.Evidenced, ""), service("b", "", "")}, "p2.1", want{unit.Proposed, unit.Partly, judge.Share{N: 1, Of: 2}, "proposed-partly shown-in not-shown-in"}},
		{"failing in one", []unit.Service{service("a", judge.Evidenced, ""), service("b", judge.Failing, "")}, "p2.1", want{unit.Proposed, unit.Partly, judge.Share{N: 1, Of: 2}, "proposed-partly shown-in not-shown-in contradicted"}},
		{"missing in all", []unit.Service{service("a", judge.Missing, "")}, "p2.1", want{unit.Unanswered, "", judge.Share{Of: 1}, "unanswered shown-in contradicted"}},
		{"an activity", []unit.Service{service("a", "", judge.Current), service("b", "", judge.NotDue)}, "p2.2", want{unit.Proposed, unit.Met, judge.Share{N: 1, Of: 1}, "proposed-met shown-in"}},
		{"an activity due", []unit.Service{service("a", "", judge.Current), service("b", "", judge.Due)}, "p2.2", want{unit.Proposed, unit.Partly, judge.Share{N: 1, Of: 2}, "proposed-partly shown-in not-shown-in"}},
		{"an activity overdue", []unit.Service{service("a", "", judge.Overdue)}, "p2.2", want{unit.Unanswered, "", judge.Share{Of: 1}, "unanswered shown-in contradicted"}},
		{"asked of nobody yet", []unit.Service{service("a", "", judge.NotDue)}, "p2.2", want{unit.Unanswered, "", judge.Share{}, "unanswered"}},
		{"a part only", []unit.Service{service("a", judge.Evidenced, ""), service("b", judge.Evidenced, "")}, "p10.1", want{unit.Proposed, unit.Partly, judge.Share{N: 2, Of: 2}, "proposed-partly shown-in-part"}},
		{"one way here and another there", []unit.Service{service("a", judge.Evidenced, judge.Due), service("b", judge.Claimed, judge.Current)}, "p10.2", want{unit.Proposed, unit.Met, judge.Share{N: 2, Of: 2}, "proposed-met shown-in"}},
		{"one way, and the other speaks against it", []unit.Service{service("a", judge.Evidenced, judge.Overdue)}, "p10.2", want{unit.Proposed, unit.Partly, judge.Share{N: 1, Of: 1}, "proposed-partly shown-in contradicted"}},
		{"a mapping that nobody reviewed", []unit.Service{service("a", judge.Evidenced, "")}, "p10.3", want{unit.Unanswered, "", judge.Share{}, "unanswered"}},
		{"it speaks against all the same", []unit.Service{service("a", judge.Failing, "")}, "p10.3", want{unit.Unanswered, "", judge.Share{}, "unanswered contradicted"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := judged(t, organisation(t, "{owner: ciso}"), "2026-06-01", tt.services...)["branch"]
			q := question(t, p, tt.question)
			if got := (want{q.Standing, q.Proposal, q.Services, strings.Join(codes(q.Reasons), " ")}); got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
			above := judged(t, organisation(t, ""), "2026-06-01", tt.services...)["root"]
			if len(tt.services) > 0 && !reflect.DeepEqual(question(t, above, tt.question), q) {
				t.Errorf("the unit above sees something else: %+v", question(t, above, tt.question))
			}
		})
	}
}

func TestTailoredAndInParts(t *testing.T) {
	s := service("a", judge.Evidenced, "")
	other := service("b", judge.Failing, "")
	other.Posture.Controls[0].Applicability = judge.NotApplicable
	p := judged(t, organisation(t, ""), "2026-06-01", s, other)["branch"]
	if q := question(t, p, "p2.1"); q.Proposal != unit.Met || q.Services != (judge.Share{N: 1, Of: 1}) {
		t.Errorf("what does not apply is counted: %+v", q)
	}
	for _, reverse := range []bool{false, true} {
		parts := service("a", judge.Evidenced, "")
		parts.Posture.Controls = append(parts.Posture.Controls, judge.Control{ID: "backup-of-mail", Control: "backup", Applicability: judge.Applicable, State: judge.Failing})
		if reverse {
			slices.Reverse(parts.Posture.Controls)
		}
		q := question(t, judged(t, organisation(t, ""), "2026-06-01", parts)["branch"], "p2.1")
		bad := q.Reasons[len(q.Reasons)-1]
		if q.Proposal != "" || bad.Code != "unit.contradicted" || bad.Because[0].String() != "a/control:backup-of-mail" || bad.Args.Get("what") != "a/backup-of-mail" {
			t.Errorf("a part that fails: %+v", q)
		}
	}
	s = service("a", judge.Evidenced, "")
	s.Posture.Controls[0].Applicability = judge.UnknownApplicability
	if q := question(t, judged(t, organisation(t, ""), "2026-06-01", s)["branch"], "p2.1"); q.Proposal != "" || q.Services.Of != 1 {
		t.Errorf("whether it applies is not known: %+v", q)
	}
}

func TestPeopleConfirm(t *testing.T) {
	const document = `, evidence: [{title: Policy, version: "1", date: 2026-01-31, location: here}]`
	good, bad := []unit.Service{service("a", judge.Evidenced, "")}, []unit.Service{service("a", judge.Failing, "")}
	tests := []struct {
		name     string
		answer   string
		services []unit.Service
		want     unit.Standing
		reasons  string
	}{
		{"with a document", `by: ciso, sentence: So, date: 2026-03-01` + document, nil, unit.Met, "answered documents"},
		{"on words alone", `by: ciso, sentence: So, date: 2026-03-01`, nil, unit.Claimed, "answered words-only"},
		{"shown by the services", `by: ciso, sentence: So, date: 2026-03-01`, good, unit.Met, "answered shown-in"},
		{"by nobody", `sentence: So` + document, nil, unit.Proposed, "answer-unconfirmed"},
		{"without a sentence", `by: ciso, sentence: " "` + document, nil, unit.Proposed, "answer-no-sentence"},
		{"in the future", `by: ciso, sentence: So, date: 2026-06-02` + document, nil, unit.Proposed, "answer-in-future"},
		{"to be confirmed again today", `by: ciso, sentence: So, next: 2026-06-01` + document, nil, unit.Met, "answered documents"},
		{"to be confirmed again before", `by: ciso, sentence: So, next: 2026-05-31` + document, nil, unit.Stale, "answer-stale"},
		{"a role that nobody was ever appointed to", `by: board, sentence: So` + document, nil, unit.Met, "answered role-not-appointed documents"},
		{"a role held for a service only", `by: service-owner, sentence: So` + document, nil, unit.Proposed, "role-not-held"},
		{"a role by its other name", `by: CISO, sentence: So` + document, nil, unit.Met, "answered documents"},
		{"a role by its title, not held then", `by: Chief information security officer, sentence: So, date: 2025-12-31` + document, nil, unit.Proposed, "role-not-held-then"},
		{"contradicted", `by: ciso, sentence: So` + document, bad, unit.Partly, "answered documents shown-in contradicted"},
		{"contradicted, on words alone", `by: ciso, sentence: So`, bad, unit.Claimed, "answered words-only shown-in contradicted"},
		{"more than the services show", `by: ciso, sentence: So`, []unit.Service{good[0], service("b", judge.Claimed, "")}, unit.Claimed, "answered more-than-shown shown-in not-shown-in"},
		{"an incomplete document", `by: ciso, sentence: So, evidence: [{title: Policy}]`, nil, unit.Claimed, "answered documents-do-not-count words-only"},
		{"a document of tomorrow", `by: ciso, sentence: So, evidence: [{title: Policy, version: "1", date: 2026-06-02, location: here}]`, nil, unit.Claimed, "answered documents-do-not-count words-only"},
		{"a document out of date", `by: ciso, sentence: So, evidence: [{title: Policy, version: "1", date: 2026-01-01, valid_until: 2026-05-31, location: here}]`, nil, unit.Claimed, "answered documents-do-not-count words-only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := organisation(t, "{answers: [{id: p2.1, status: met, "+tt.answer+"}]}")
			q := question(t, judged(t, o, "2026-06-01", tt.services...)["branch"], "p2.1")
			if got := strings.Join(codes(q.Reasons), " "); q.Standing != tt.want || got != tt.reasons || q.Answer != unit.Met {
				t.Errorf("%s for %s; want %s for %s", q.Standing, got, tt.want, tt.reasons)
			}
			self := q.Reasons[0].Because
			if len(self) == 0 || self[0].String() != "organisation:/units/branch/assessment/answers/p2.1" {
				t.Errorf("the reason does not lead to the answer: %v", self)
			}
		})
	}
}

func TestOtherAnswers(t *testing.T) {
	for _, tt := range []struct {
		answer string
		want   unit.Standing
	}{
		{"status: partly-met, by: ciso, sentence: So", unit.Claimed},
		{"status: partly-met, by: ciso, sentence: So, gaps: Some, evidence: [{title: P, version: v, date: 2026-01-31, location: l}]", unit.Partly},
		{"status: not-met, by: ciso, sentence: So", unit.NotMet},
		{"status: not-met", unit.Proposed},
		{"status: being-assessed", unit.BeingAssessed},
		{"status: not-started", unit.NotStarted},
	} {
		o := organisation(t, "{answers: [{id: p10.10, "+tt.answer+"}]}")
		if q := question(t, judged(t, o, "2026-06-01")["branch"], "p10.10"); q.Standing != tt.want {
			t.Errorf("%s: %s, want %s: %v", tt.answer, q.Standing, tt.want, codes(q.Reasons))
		}
	}
	partly := organisation(t, "{answers: [{id: p10.1, status: partly-met, by: ciso, sentence: So}]}")
	if q := question(t, judged(t, partly, "2026-06-01", service("a", judge.Evidenced, ""))["branch"], "p10.1"); q.Standing != unit.Partly {
		t.Errorf("a part that the services show: %s", q.Standing)
	}
}

// A leaver stands behind nothing any more, and whoever follows does.
func TestLeaver(t *testing.T) {
	o := organisation(t, `{answers: [{id: p10.10, status: met, by: cdio, date: 2026-02-01, sentence: So, evidence: [{title: P, version: v, date: 2026-01-31, location: l}]}]}`)
	before, after := judged(t, o, "2026-06-30")["branch"], judged(t, o, "2026-07-01")["branch"]
	if q := question(t, before, "p10.10"); q.Standing != unit.Met {
		t.Errorf("before: %s %v", q.Standing, codes(q.Reasons))
	}
	if before.NextChange != moment(t, "2026-07-01") || !before.Exact {
		t.Errorf("the next change is %s (%t)", before.NextChange, before.Exact)
	}
	if c := before.Changes; len(c) != 1 || c[0].Code != "unit.change-role" || c[0].At != before.NextChange {
		t.Errorf("what comes: %+v", c)
	}
	if q := question(t, after, "p10.10"); q.Standing != unit.Proposed || q.Reasons[0].Code != "unit.role-not-held" {
		t.Errorf("after: %s %v", q.Standing, codes(q.Reasons))
	}
	o.Appointments = append(o.Appointments, org.Appointment{Role: "cdio", Person: "a", From: civil.Date{Year: 2026, Month: 7, Day: 15}})
	if q := question(t, judged(t, o, "2026-07-15")["branch"], "p10.10"); q.Standing != unit.Met {
		t.Errorf("with a successor: %s %v", q.Standing, codes(q.Reasons))
	}
	o.Appointments[len(o.Appointments)-1].From = civil.Date{Year: 2026, Month: 7, Day: 1}
	if p := judged(t, o, "2026-06-30")["branch"]; p.NextChange != 0 || len(p.Changes) != 0 {
		t.Errorf("handed over without a day between: %s %+v", p.NextChange, p.Changes)
	}
}

func TestMilestones(t *testing.T) {
	for _, tt := range []struct {
		record string
		want   unit.MilestoneStanding
		codes  string
	}{
		{"done: 2026-05-31, evidence: [{title: P, version: v, date: 2026-01-31, location: l}]", unit.Reached, "milestone-reached"},
		{"done: 2026-06-01", unit.Reached, "milestone-reached milestone-words-only"},
		{"done: 2026-06-02", unit.Open, "milestone-in-future milestone-open"},
		{"done: 2026-06-02, due: 2026-06-02", unit.Planned, "milestone-in-future milestone-planned"},
		{"due: 2026-06-01", unit.Planned, "milestone-planned"},
		{"due: 2026-05-31, owner: cdio", unit.Overdue, "milestone-overdue"},
		{"note: Later", unit.Open, "milestone-open"},
	} {
		p := judged(t, organisation(t, "{milestones: [{id: first, "+tt.record+"}]}"), "2026-06-01")["branch"]
		if len(p.Milestones) != 2 || p.Milestones[0].ID != "first" || p.Milestones[1].Standing != unit.Open {
			t.Fatalf("%+v", p.Milestones)
		}
		if m := p.Milestones[0]; m.Standing != tt.want || strings.Join(codes(m.Reasons), " ") != tt.codes {
			t.Errorf("%s: %s for %v, want %s", tt.record, m.Standing, codes(m.Reasons), tt.want)
		}
	}
}

func TestSums(t *testing.T) {
	const document = `sentence: So, evidence: [{title: P, version: v, date: 2026-01-31, location: l}]`
	o := organisation(t, `{owner: ciso, answers: [
		{id: p2.1, status: met, by: ciso, maturity: defined, `+document+`},
		{id: p2.2, status: met, by: ciso, maturity: managed, `+document+`},
		{id: p10.1, status: partly-met, by: ciso, maturity: measured, `+document+`},
		{id: p10.2, status: met, by: ciso, maturity: initial, `+document+`},
		{id: p10.3, status: met, maturity: optimising, `+document+`}]}`)
	p := judged(t, o, "2026-06-01")["branch"]
	if want := (unit.Maturity{Median: "managed", Lowest: "initial", Known: 4, Unknown: 2}); p.Maturity != want {
		t.Errorf("%+v, want %+v", p.Maturity, want)
	}
	if c := p.Counts; c.Met != 3 || c.Partly != 1 || c.Proposed != 1 || c.Unanswered != 1 || c.Of != 6 || c.Milestones.Of != 2 || c.Milestones.Open != 2 {
		t.Errorf("%+v", c)
	}
	if a, b := p.Principles[0], p.Principles[1]; len(p.Principles) != 2 || a.Standing != unit.Met || b.Standing != unit.Partly || b.Met != (judge.Share{N: 1, Of: 4}) {
		t.Errorf("%+v", p.Principles)
	}
	if p.Owner != "ciso" || p.Parent != "root" || p.Bulkhead != unit.Version {
		t.Errorf("%+v", p)
	}
	none := judged(t, organisation(t, "{owner: ciso}"), "2026-06-01")["branch"]
	if none.Maturity != (unit.Maturity{Unknown: 6}) || none.Principles[0].Standing != unit.Unanswered {
		t.Errorf("%+v %+v", none.Maturity, none.Principles[0])
	}
}

func TestAppetiteAndMarking(t *testing.T) {
	s := service("pay", judge.Evidenced, "")
	p := judged(t, organisation(t, ""), "2026-06-01", s)["branch"]
	a := p.Appetite
	if a.Max != model.Medium || a.From.String() != "organisation:/units/root/appetite" || a.Statement != "The whole" || a.StatementFrom.String() != "organisation:/appetite" {
		t.Errorf("%+v from %s", a, a.From)
	}
	if k := a.ByKind; len(k) != 1 || k[0].Max != model.Low || k[0].From.String() != "organisation:/units/branch/appetite" {
		t.Errorf("%+v", k)
	}
	if p.Marking != "OFFICIAL - SENSITIVE" {
		t.Errorf("%s", p.Marking)
	}
	s.Posture.Context.Markings = []model.Marking{"PERSONAL"}
	secret := service("guard", judge.Evidenced, "")
	secret.Posture.Context.Classification = model.Secret
	all := judged(t, organisation(t, ""), "2026-06-01", s, secret)
	if got := all["branch"].Marking; got != "SECRET - PERSONAL" {
		t.Errorf("%s", got)
	}
	none := organisation(t, "{owner: ciso}")
	none.Appetite, none.Units[1].Appetite = model.Appetite{}, model.Appetite{}
	if a := judged(t, none, "2026-06-01")["branch"].Appetite; a.Max != "" || a.From != nil {
		t.Errorf("nobody said: %+v", a)
	}
}

func TestRows(t *testing.T) {
	s := service("pay", judge.Failing, judge.Overdue)
	s.Posture.Risks = []judge.Risk{
		{ID: "r1", Standing: judge.Above, Reasons: []judge.Reason{{Code: "risk.above-plan-late"}}},
		{ID: "r2", Standing: judge.Escalated},
		{ID: "r3", Standing: judge.Unjudged},
		{ID: "r4", Standing: judge.Within},
	}
	s.Posture.Findings.Counts.Overdue = 3
	s.Posture.Profiles = []judge.ProfileResult{{Scheme: "indicative", Level: "low"}}
	row := judged(t, organisation(t, ""), "2026-06-01", s)["root"].Services[0]
	want := unit.Row{
		Service: "pay", Name: "pay", Unit: "branch", Phase: model.Live, RisksAbove: 2, RisksUnjudged: 1, Overdue: 5, Failing: 1, Required: 1,
		Profiles: []unit.Level{{Scheme: "indicative", Level: "low"}},
	}
	if !reflect.DeepEqual(row, want) {
		t.Errorf("%+v", row)
	}
}

// Every reason leads to something that is there: the organisation file, a question or milestone of the library, or a thing
// in a service. Everything can be written.
func TestExplained(t *testing.T) {
	o := organisation(t, `{answers: [{id: p2.1, status: met, by: ciso, sentence: So}], milestones: [{id: first, done: 2026-01-01}]}`)
	p := judged(t, o, "2026-06-01", service("a", judge.Evidenced, judge.Overdue), service("b", "", ""))["branch"]
	var all []judge.Reason
	for i := range p.Questions {
		all = append(all, p.Questions[i].Reasons...)
	}
	for i := range p.Principles {
		all = append(all, p.Principles[i].Reasons...)
	}
	for i := range p.Milestones {
		all = append(all, p.Milestones[i].Reasons...)
	}
	there := []string{
		"organisation:/units/branch/assessment/answers/p2.1", "organisation:/units/branch/assessment/milestones/first", "a/control:backup", "a/activity:threat-modelling", "service:a", "service:b",
		"requirement:questions@1#first", "requirement:questions@1#second",
	}
	for i := range p.Questions {
		there = append(there, "requirement:questions@1#"+string(p.Questions[i].ID))
	}
	for _, r := range all {
		if len(r.Because) == 0 {
			t.Errorf("%s rests on nothing", r.Code)
		}
		for _, ref := range r.Because {
			if !slices.Contains(there, ref.String()) {
				t.Errorf("%s rests on %s, which is not there", r.Code, ref)
			}
		}
	}
	if _, err := json.Marshal(p); err != nil {
		t.Error(err)
	}
}

func TestZoneThatIsNotKnown(t *testing.T) {
	if _, err := unit.Assess(&org.Organisation{Zone: "Nowhere/Atall"}, lib(t), nil, 1); err == nil {
		t.Error("judged in a zone that is not known")
	}
}
