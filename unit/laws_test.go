package unit_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"github.com/bulkhead-assurance/bulkhead/unit"
	"pgregory.net/rapid"
)

// now is the moment around which all dates lie.
const now civil.Instant = 1781524800 // 2026-06-15T12:00:00Z

func pick[T any](t *rapid.T, name string, of ...T) T { return rapid.SampledFrom(of).Draw(t, name) }

func states() []judge.State {
	return []judge.State{judge.Failing, judge.Missing, judge.Unknown, judge.Planned, judge.Stale, judge.Claimed, judge.Evidenced}
}

func standings() []judge.ActivityStanding {
	return []judge.ActivityStanding{judge.Overdue, judge.UnknownWhen, judge.Due, judge.Reopened, judge.EstablishBy, judge.Current}
}

// services draws services, none of them or some of them in the units of the department, as they are until a moment.
func services(t *rapid.T) []unit.Service {
	out := make([]unit.Service, rapid.IntRange(0, 4).Draw(t, "services"))
	for i := range out {
		s := service(fmt.Sprintf("s%d", i), "", "")
		s.Unit = pick[ident.ID](t, "unit", "branch", "root", "empty", "", "nowhere")
		for _, id := range []ident.ID{"backup", "patching"} {
			if rapid.Bool().Draw(t, "has") {
				s.Posture.Controls = append(s.Posture.Controls, judge.Control{
					ID: id, Control: id, State: pick(t, "state", states()...), Weight: pick(t, "weight", judge.RequiredWeight, judge.Chosen),
					Applicability: pick(t, "applies", judge.Applicable, judge.Applicable, judge.Applicable, judge.NotApplicable, judge.UnknownApplicability),
				})
			}
		}
		s.Posture.Activities = []judge.Activity{{ID: "threat-modelling", Standing: pick(t, "standing", append(standings(), judge.NotDue, judge.NotAskedHere)...)}}
		if rapid.Bool().Draw(t, "changes") {
			s.Posture.NextChange = now + civil.Instant(rapid.IntRange(1, 40*86400).Draw(t, "until"))
			s.Posture.Exact = rapid.Bool().Draw(t, "exact")
		}
		out[i] = s
	}
	return out
}

func day(n int) string { return civil.Zone{}.On(now + civil.Instant(n)*86400).String() }

// date draws a day near today, as the value of a key, or leaves the key out.
func date(t *rapid.T, key string, from, to int) string {
	if rapid.IntRange(0, 3).Draw(t, "known") == 0 {
		return ""
	}
	return ", " + key + ": " + day(rapid.IntRange(from, to).Draw(t, key))
}

func documents(t *rapid.T) string {
	return pick(t, "document", "", ", evidence: [{title: T}]", ", evidence: [{title: T, version: v, date: "+day(rapid.IntRange(-20, 20).Draw(t, "day"))+date(t, "valid_until", -10, 40)+", location: l}]")
}

// assessed draws an organisation whose branch says something of itself.
func assessed(t *rapid.T) *org.Organisation {
	var answers, milestones []string
	for _, id := range []string{"p2.1", "p2.2", "p10.1", "p10.2", "p10.3", "p10.10"} {
		if rapid.Bool().Draw(t, "answers") {
			answers = append(answers, fmt.Sprintf("{id: %s, status: %s, maturity: %s%s%s%s%s%s}", id, pick(t, "status", "met", "met", "met", "partly-met", "not-met", "being-assessed"),
				pick(t, "maturity", "initial", "defined", "unknown"), pick(t, "by", ", by: ciso", ", by: cdio", ", by: board", ""), pick(t, "sentence", ", sentence: So", ", sentence: So", ""),
				date(t, "date", -60, 10), date(t, "next", -10, 40), documents(t)))
		}
	}
	for _, id := range []string{"first", "second"} {
		milestones = append(milestones, "{id: "+id+date(t, "done", -20, 20)+date(t, "due", -20, 40)+documents(t)+"}")
	}
	text := strings.Replace(department, "max: low}]}}", "max: low}]}, assessment: {owner: ciso, answers: ["+strings.Join(answers, ", ")+"], milestones: ["+strings.Join(milestones, ", ")+"]}}", 1)
	text = strings.Replace(text, "left: 2026-06-30", "left: "+day(rapid.IntRange(-10, 40).Draw(t, "left")), 1)
	o, err := org.Read(schema.Source{File: "organisation.yaml", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func all(t *rapid.T, o *org.Organisation, l *library.Library, s []unit.Service, at civil.Instant) []*unit.Posture {
	t.Helper()
	out, err := unit.Assess(o, l, s, at)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func written(t *rapid.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDeterministicAndOrderFree(t *testing.T) {
	l := lib(t)
	rapid.Check(t, func(t *rapid.T) {
		o, s := assessed(t), services(t)
		first := written(t, all(t, o, l, s, now))
		if again := written(t, all(t, o, l, s, now)); again != first {
			t.Fatalf("the same again:\n%s\n%s", first, again)
		}
		if len(s) > 1 {
			s = rapid.Permutation(s).Draw(t, "order")
		}
		if again := written(t, all(t, o, l, s, now)); again != first {
			t.Fatalf("in another order:\n%s\n%s", first, again)
		}
	})
}

func rank(proposal unit.Standing) int {
	return slices.Index([]unit.Standing{"", unit.Partly, unit.Met}, proposal)
}

// good orders how well a question stands, as far as services bear on it.
func good(s unit.Standing) int {
	return slices.Index([]unit.Standing{unit.Unanswered, unit.Proposed, unit.Claimed, unit.Partly, unit.Met}, s)
}

// A service that gets better, in whatever it was, never makes a proposal worse, nor an answer.
func TestABetterServiceNeverMakesAProposalWorse(t *testing.T) {
	l := lib(t)
	rapid.Check(t, func(t *rapid.T) {
		o, s := assessed(t), services(t)
		if len(s) == 0 {
			return
		}
		before := all(t, o, l, s, now)
		better := s[rapid.IntRange(0, len(s)-1).Draw(t, "which")].Posture
		for i := range better.Controls {
			c := &better.Controls[i]
			from := slices.Index(states(), c.State)
			c.State = states()[rapid.IntRange(from, len(states())-1).Draw(t, "to")]
		}
		if len(better.Controls) == 0 { // to say of a control what one has, where nobody spoke of it
			better.Controls = []judge.Control{{ID: "backup", Control: "backup", Applicability: judge.Applicable, Weight: judge.Chosen, State: pick(t, "new", states()[1:]...)}}
		}
		a := &better.Activities[0]
		switch from := slices.Index(standings(), a.Standing); {
		case from >= 0:
			a.Standing = standings()[rapid.IntRange(from, len(standings())-1).Draw(t, "done")]
		case rapid.Bool().Draw(t, "early"):
			a.Standing = judge.Current
		}
		after := all(t, o, l, s, now)
		for i := range before {
			for k := range before[i].Questions {
				was, is := &before[i].Questions[k], &after[i].Questions[k]
				if rank(is.Proposal) < rank(was.Proposal) || is.Services.N < was.Services.N || good(is.Standing) < good(was.Standing) {
					t.Fatalf("%s of %s was %s (%s), and is %s (%s)", was.ID, before[i].Unit, was.Proposal, was.Standing, is.Proposal, is.Standing)
				}
			}
		}
	})
}

// Nothing that a unit says makes what its services show better than it is.
func TestHonest(t *testing.T) {
	l := lib(t)
	rapid.Check(t, func(t *rapid.T) {
		o, s := assessed(t), services(t)
		for _, p := range all(t, o, l, s, now) {
			for i := range p.Questions {
				q := &p.Questions[i]
				shown := q.Proposal == unit.Met || slices.ContainsFunc(q.Reasons, func(r judge.Reason) bool { return r.Code == "unit.documents" })
				against := slices.ContainsFunc(q.Reasons, func(r judge.Reason) bool { return r.Code == "unit.contradicted" })
				if q.Standing == unit.Met && (q.By == "" || q.Answer != unit.Met || !shown || against) {
					t.Fatalf("%s is met: %+v", q.ID, q)
				}
				if q.Proposal == unit.Met && (q.Services.N == 0 || q.Services.N != q.Services.Of || against) {
					t.Fatalf("%s is proposed as met: %+v", q.ID, q)
				}
				if len(q.Reasons) == 0 {
					t.Fatalf("%s has no reasons", q.ID)
				}
			}
		}
	})
}

// A posture holds until its next change: never late. Where the moment is exact, something differs then.
func TestNextChangeIsNeverLate(t *testing.T) {
	l := lib(t)
	few := *l
	few.Settings.MaxProbes = 1
	rapid.Check(t, func(t *rapid.T) {
		o, s := assessed(t), services(t)
		l := pick(t, "probes", l, &few)
		first := all(t, o, l, s, now)
		for i, p := range first {
			end := p.NextChange
			if end != 0 && end <= now {
				t.Fatalf("%s: the next change is in the past", p.Unit)
			}
			if end == 0 {
				end = now + 400*86400
			}
			moments := []civil.Instant{end - 1, now + (end-now)/2}
			for at := now + 3600; at < end; at += 86400 {
				moments = append(moments, at)
			}
			for _, at := range moments {
				later := all(t, o, l, s, at)[i]
				if !reflect.DeepEqual(later.Judgement, p.Judgement) {
					t.Fatalf("%s at %s, before its next change at %s, is not what it was:\n%s\n%s", p.Unit, at, end, written(t, p.Judgement), written(t, later.Judgement))
				}
				if p.Exact && (later.NextChange != p.NextChange || !later.Exact) {
					t.Fatalf("%s at %s: the next change is %s, and was said exactly to be %s", p.Unit, at, later.NextChange, p.NextChange)
				}
			}
			if p.Exact && p.NextChange != 0 {
				if then := all(t, o, l, s, p.NextChange)[i]; reflect.DeepEqual(then.Judgement, p.Judgement) {
					t.Fatalf("%s: nothing changes at %s, which is said exactly to be the next change", p.Unit, p.NextChange)
				}
			}
		}
	})
}

// What a unit holds of its services ends when the first of them changes.
func TestNeverLongerThanItsServices(t *testing.T) {
	l := lib(t)
	rapid.Check(t, func(t *rapid.T) {
		o, s := assessed(t), services(t)
		for _, p := range all(t, o, l, s, now) {
			for _, row := range p.Services {
				i := slices.IndexFunc(s, func(s unit.Service) bool { return s.Posture.Service == row.Service })
				if until := s[i].Posture.NextChange; until != 0 && (p.NextChange == 0 || p.NextChange > until) {
					t.Fatalf("%s holds until %s, and %s only until %s", p.Unit, p.NextChange, row.Service, until)
				}
			}
		}
	})
}

func TestNatural(t *testing.T) {
	l := lib(t)
	ids := []string{"p1", "p2", "p10", "p10.2", "p10.10", "p10a", "q"}
	p := library.Principle{ID: "x", Title: "x", Form: library.OutcomeSet, Statement: "x"}
	for _, id := range slices.Backward(ids) {
		p.Statements = append(p.Statements, library.Statement{ID: ident.ID(id), Kind: "question", Text: id, AskedOf: library.OfOrganisation})
	}
	var got []string
	packs := make([]library.Pack, len(l.Packs))
	for i, pack := range l.Packs {
		packs[i] = *pack
		packs[i].Principles = nil
	}
	with, err := library.New(packs, library.Own{Principles: []library.Principle{p}})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range unit.Questions(&org.Organisation{}, with) {
		got = append(got, string(q.Statement.ID))
	}
	if !slices.Equal(got, ids) {
		t.Errorf("%v", got)
	}
}
