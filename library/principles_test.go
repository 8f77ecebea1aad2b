package library_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// packNamed gives a built-in pack.
func packNamed(t *testing.T, id ident.ID) *library.Pack {
	t.Helper()
	packs := builtin(t)
	i := slices.IndexFunc(packs, func(p library.Pack) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("there is no pack %s", id)
	}
	return &packs[i]
}

// statementNamed gives a statement of a pack, whichever principle it is in.
func statementNamed(t *testing.T, p *library.Pack, id ident.ID) *library.Statement {
	t.Helper()
	for i := range p.Principles {
		for j := range p.Principles[i].Statements {
			if s := &p.Principles[i].Statements[j]; s.ID == id {
				return s
			}
		}
	}
	t.Fatalf("%s has no statement %s", p.ID, id)
	return nil
}

// The official checklist counts 38 questions over the ten principles.
func TestCrossGovernmentPrinciplesHave38Questions(t *testing.T) {
	p := packNamed(t, "cross-government-principles")
	var counts []int
	total := 0
	for i := range 10 { // principles are a set in a pack, so that the tenth comes after the first there
		id := ident.ID(fmt.Sprintf("p%d", i+1))
		at := slices.IndexFunc(p.Principles, func(p library.Principle) bool { return p.ID == id })
		if at < 0 || len(p.Principles) != 10 || p.Principles[at].Form != library.OutcomeSet {
			t.Fatalf("there are %d principles; %s is at %d", len(p.Principles), id, at)
		}
		principle, n := &p.Principles[at], 0
		for _, s := range principle.Statements {
			if s.AskedOf != library.OfOrganisation {
				continue
			}
			n++
			if want := ident.ID(fmt.Sprintf("%s.%d", principle.ID, n)); s.ID != want || s.Kind != "question" {
				t.Errorf("the question in place %d of %s is %s, a %s", n, principle.ID, s.ID, s.Kind)
			}
		}
		counts, total = append(counts, n), total+n
	}
	if want := []int{6, 4, 5, 2, 3, 3, 5, 3, 5, 2}; !slices.Equal(counts, want) || total != 38 {
		t.Errorf("the principles have %v questions, %d in all; the checklist has %v", counts, total, want)
	}
}

// Each principle asks something of the service and of suppliers too, and nothing is asked of nobody.
func TestCrossGovernmentPrinciplesAskThree(t *testing.T) {
	of := map[library.AskedOf]string{library.OfService: "outcome", library.OfOrganisation: "question", library.OfSupplier: "requirement"}
	for _, principle := range packNamed(t, "cross-government-principles").Principles {
		asked := map[library.AskedOf]bool{}
		for _, s := range principle.Statements {
			asked[s.AskedOf] = true
			if of[s.AskedOf] != string(s.Kind) || len(s.Areas) == 0 {
				t.Errorf("%s is a %s asked of %q, in the areas %v", s.ID, s.Kind, s.AskedOf, s.Areas)
			}
		}
		if len(asked) != len(of) {
			t.Errorf("%s asks only %v", principle.ID, asked)
		}
	}
}

// The activities name the principles of their source by these ids.
func TestActivitiesServeCrossGovernmentPrinciples(t *testing.T) {
	var ids []ident.ID
	for _, principle := range packNamed(t, "cross-government-principles").Principles {
		ids = append(ids, principle.ID)
	}
	served := map[ident.ID]bool{}
	for _, a := range packNamed(t, activitiesPack).Activities {
		for _, id := range a.Principles {
			served[id] = true
			if !slices.Contains(ids, id) {
				t.Errorf("%s serves %s, which is no principle", a.ID, id)
			}
		}
	}
	if len(served) != len(ids) {
		t.Errorf("the activities serve %d of %d principles", len(served), len(ids))
	}
}

// Two questions of the checklist have the same text, so that one piece of evidence answers both.
func TestDuplicateQuestionsShareTheirEvidence(t *testing.T) {
	p := packNamed(t, "cross-government-principles")
	one, two := statementNamed(t, p, "p6.3"), statementNamed(t, p, "p8.3")
	if len(one.ShownBy) == 0 || !reflect.DeepEqual(one.ShownBy, two.ShownBy) {
		t.Errorf("p6.3 is shown by %v, p8.3 by %v", one.ShownBy, two.ShownBy)
	}
}

func TestThirteenMilestones(t *testing.T) {
	stages := map[string]int{}
	milestones := packNamed(t, "adoption-milestones").Milestones
	slices.SortFunc(milestones, func(a, b library.Milestone) int { return a.Number - b.Number })
	for i, m := range milestones {
		stages[m.Stage]++
		if m.Number != i+1 || m.AskedOf != library.OfOrganisation || (m.Stage == "preparation") != (i < 8) {
			t.Errorf("%s has the number %d in place %d, in %s, asked of %q", m.ID, m.Number, i+1, m.Stage, m.AskedOf)
		}
	}
	if stages["preparation"] != 8 || stages["transition"] != 5 || len(stages) != 2 {
		t.Errorf("the milestones are %v", stages)
	}
}

// The eight principles share one template and one set of dates. A service is judged by seven of them only where its
// organisation adopts them.
func TestEightEngineeringPrinciples(t *testing.T) {
	first := packNamed(t, "ons-secure-by-design").Principles
	siblings := packNamed(t, "ons-engineering-principles").Principles
	if len(first) != 1 || len(siblings) != 7 {
		t.Fatalf("there are %d and %d principles", len(first), len(siblings))
	}
	for _, p := range append(slices.Clone(first), siblings...) {
		if p.Form != library.Governed || p.Status != "approved" || p.Owner != first[0].Owner || !reflect.DeepEqual(p.RASCI, first[0].RASCI) || p.Exception != first[0].Exception {
			t.Errorf("%s is not governed as the others are", p.ID)
		}
		for _, d := range []struct{ got, want civil.Date }{
			{p.ImplementedOn, day(t, "2024-05-20")},
			{p.LastReview, day(t, "2024-05-16")},
			{p.NextReview, day(t, "2025-05-16")},
		} {
			if d.got != d.want {
				t.Errorf("%s has %s where the source has %s", p.ID, d.got, d.want)
			}
		}
		if len(p.Reviews) != 0 {
			t.Errorf("%s has reviews, which the published record has not", p.ID)
		}
	}
	for _, p := range siblings {
		if p.Adopt != model.Yes {
			t.Errorf("services are judged by %s although nobody adopted it", p.ID)
		}
		kinds := map[library.StatementKind]int{}
		for _, s := range p.Statements {
			kinds[s.Kind]++
			if s.Mark != library.Ours {
				t.Errorf("%s is marked %q, but its words are Bulkhead's own", s.ID, s.Mark)
			}
		}
		if i, q := kinds["implication"], kinds["question"]; i < 3 || i > 5 || q < 2 || q > 4 {
			t.Errorf("%s has %d implications and %d questions", p.ID, i, q)
		}
	}
}

func day(t *testing.T, text string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDefenceSelfAssessmentEveryThreeMonths(t *testing.T) {
	p := packNamed(t, "defence-activities")
	defence := map[model.Phase]bool{}
	for _, phase := range packNamed(t, "phases").Phases {
		defence[phase.ID] = phase.Lifecycle == "defence"
	}
	for _, a := range p.Activities {
		if a.Lifecycle != "defence" || !defence[a.From] || !defence[a.By] || a.Number != 0 {
			t.Errorf("%s is asked in %q from %s by %s", a.ID, a.Lifecycle, a.From, a.By)
		}
	}
	i := slices.IndexFunc(p.Activities, func(a library.Activity) bool { return a.ID == "maturity-self-assessment" })
	if i < 0 {
		t.Fatal("there is no self-assessment")
	}
	a := &p.Activities[i]
	if a.Every.String() != "P3M" || a.TimingMark != library.Confirmed {
		t.Errorf("it is due every %s, marked %s", a.Every, a.TimingMark)
	}
	for _, trigger := range []model.TriggerKind{"change", "threat", "incident"} {
		if !slices.Contains(a.Triggers, trigger) {
			t.Errorf("it is not due again on %s", trigger)
		}
	}
}

// The workflow of the source: what comes later builds, by some way, on what comes before.
func TestTwentyOneActivitiesInOrder(t *testing.T) {
	activities := packNamed(t, activitiesPack).Activities
	slices.SortFunc(activities, func(a, b library.Activity) int { return a.Number - b.Number })
	after := map[ident.ID][]ident.ID{}
	for i, a := range activities {
		if a.Number != i+1 {
			t.Errorf("%s has the number %d in place %d", a.ID, a.Number, i+1)
		}
		after[a.ID] = a.After
	}
	if len(activities) != 21 {
		t.Errorf("there are %d activities", len(activities))
	}
	chain := []ident.ID{"asset-register", "asset-importance", "threat-assessment", "threat-modelling", "risk-assessment", "controls-set", "risk-treatment", "control-effectiveness"}
	for i := 1; i < len(chain); i++ {
		buildsOn(t, after, chain[i], chain[i-1])
	}
	for _, id := range []ident.ID{"change-impact", "vulnerability-management", "observability"} {
		buildsOn(t, after, id, "control-effectiveness")
		buildsOn(t, after, "secure-retirement", id)
	}
}

func buildsOn(t *testing.T, after map[ident.ID][]ident.ID, later, earlier ident.ID) {
	t.Helper()
	for open := slices.Clone(after[later]); len(open) > 0; open = append(open[1:], after[open[0]]...) {
		if open[0] == earlier {
			return
		}
	}
	t.Errorf("%s does not build on %s", later, earlier)
}
