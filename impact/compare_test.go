package impact_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// What the laws of differences found, each on a small service.

func small(t testing.TB, rest string) judge.Sources {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := judge.Sources{}
	if s.Library, err = library.New(packs, library.Own{}); err != nil {
		t.Fatal(err)
	}
	if s.Service, _, err = model.Read(schema.Source{File: "bulkhead.yaml", Text: []byte("bulkhead: v1\nservice: {id: portal, name: Portal, phase: live}\n" + rest)}); err != nil {
		t.Fatal(err)
	}
	return s
}

func base(t testing.TB, s judge.Sources) *judge.Base {
	t.Helper()
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	return judge.NewBase(in, moment)
}

// A framework chosen for two profiles has each requirement twice. The difference tells of it once, with the profiles.
func TestAFrameworkChosenForTwoProfiles(t *testing.T) {
	chosen := `plan: {frameworks: [{id: first, framework: ncsc-caf, version: "3.2", profile: baseline}, {id: second, framework: ncsc-caf, version: "3.2", profile: enhanced}]}` + "\n"
	answered := `answers: [{id: a, framework: ncsc-caf, version: "3.2", requirement: B2.c, level: partially-achieved, sentence: S, by: assessor}]` + "\n"
	before, after := base(t, small(t, chosen)).Judgement(), base(t, small(t, chosen+answered)).Judgement()
	if d := impact.Compare(after, after); len(d.Deltas) > 0 {
		t.Errorf("it differs from itself: %+v", d.Deltas[0])
	}
	var got []impact.Delta
	for _, d := range impact.Compare(before, after).Deltas {
		if d.What == "answer" {
			got = append(got, d)
		}
	}
	if len(got) != 1 || got[0].Was != "unanswered, below the profile baseline and enhanced" || got[0].Now != "partially-achieved, below the profile enhanced" || got[0].Way != impact.Better {
		t.Errorf("%+v", got)
	}
}

// With more weaknesses than a posture lists, mending one brings none to light: it was there before.
func TestMendingOneOfManyWeaknesses(t *testing.T) {
	s := small(t, "architecture: {components: [{id: web, type: api, zone: in}], zones: [{id: in, trust: internal}]}\n")
	r := evidence.Record{ID: "scan", Kind: library.Scan, Strength: library.Tested, Outcome: evidence.Failed, Observed: civil.MomentOf(moment - 86400), Subject: []ident.Ref{ident.To(ident.KindService, "portal")}}
	r.Source.Tool = "scanner 1"
	for i := range 15 {
		r.Observations = append(r.Observations, evidence.Observation{Weakness: fmt.Sprintf("CVE-2026-%d", 100+i), Component: "web", Result: evidence.Failed, Severity: model.High})
	}
	s.Evidence = []evidence.Record{r}
	b := base(t, s)
	now := b.Judgement()
	if len(now.Findings.Top) != 10 || len(now.Findings.Open()) != 15 {
		t.Fatalf("%d of %d are listed", len(now.Findings.Top), len(now.Findings.Open()))
	}
	d := impact.Compare(now, b.Suppose(&judge.Supposition{Mended: []ident.ID{now.Findings.Top[0].ID}}))
	if len(d.Deltas) != 1 || d.Deltas[0].Way != impact.Gone {
		t.Errorf("one of fifteen was mended: %+v", d.Deltas)
	}
}

// To suppose that a sign-off is renewed looks at the context again, which is where sign-offs count.
func TestRenewingASignOffIsJudgedAnew(t *testing.T) {
	s := small(t, "")
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	d, err := judge.Draft(in, civil.NewWatch(moment-86400), decision.Decision{
		ID: "tier", Kind: decision.SignOff, Of: decision.OfTier, Subject: []ident.Ref{ident.To(ident.KindContext, "signed")}, Role: "senior-responsible-owner", Made: civil.MomentOf(moment - 86400), Reason: "R",
		ValidUntil: civil.MomentOf(moment + 86400),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Decisions = []decision.Decision{d}
	if in, err = judge.Prepare(s); err != nil {
		t.Fatal(err)
	}
	renewed := judge.Supposition{Renewed: []ident.ID{"tier"}}
	full, from := judge.Judge(in.Supposing(&renewed), civil.NewWatch(moment)), judge.NewBase(in, moment).Suppose(&renewed)
	if a, b := full.Decisions[0], from.Decisions[0]; a.Until != b.Until || a.State != b.State {
		t.Errorf("from a base it is %+v, and judged anew %+v", b, a)
	}
}

// To aim lower makes nothing better.
func TestAimingLowerIsNotBetter(t *testing.T) {
	const answered = `answers: [{id: a, framework: ncsc-caf, version: "3.2", requirement: B2.c, level: partially-achieved, sentence: S, by: assessor}]` + "\n"
	chosen := func(profile string) *judge.Judgement {
		return base(t, small(t, `plan: {frameworks: [{id: caf, framework: ncsc-caf, version: "3.2"`+profile+`}]}`+"\n"+answered)).Judgement()
	}
	for _, lower := range []string{", profile: baseline", ""} {
		d := impact.Compare(chosen(", profile: enhanced"), chosen(lower))
		if len(d.Deltas) != 1 || d.Deltas[0].What != "aim" || d.Deltas[0].Way != impact.Changed || d.Deltas[0].Was != "enhanced" {
			t.Errorf("%q: %+v", lower, d.Deltas)
		}
	}
}

// A record that spoke against the service, or took a decision back, is missed when it is gone.
func TestARecordThatIsTakenAwayIsMissed(t *testing.T) {
	s := small(t, "architecture: {components: [{id: web, type: api}]}\ncontrols: [{id: input-validation, status: implemented}]\nrisks: [{id: r1, title: R, inherent: {likelihood: 4, impact: {financial: 4}}}]\n")
	failed := evidence.Record{ID: "failed", Kind: library.TestResult, Strength: library.Tested, Outcome: evidence.Failed, Observed: civil.MomentOf(moment - 86400), Subject: []ident.Ref{ident.To(ident.KindControl, "input-validation")}}
	scan := evidence.Record{ID: "scan", Kind: library.Scan, Strength: library.Tested, Outcome: evidence.Passed, Observed: civil.MomentOf(moment - 86400), Subject: []ident.Ref{ident.To(ident.KindService, "portal")}, Observations: []evidence.Observation{{Weakness: "CVE-2026-1", Component: "web", Result: evidence.Failed, Severity: model.High}}}
	scan.Source.Tool = "scanner 1"
	passed := failed
	passed.ID, passed.Outcome = "passed", evidence.Passed
	passed.Observed = civil.MomentOf(moment - 2*86400)
	retraction := decision.Decision{ID: "retraction", Kind: decision.Retraction, Subject: []ident.Ref{ident.To(ident.KindDecision, "d")}, Role: "senior-responsible-owner", Made: civil.MomentOf(moment - 86400), Reason: "R"}
	with := s
	with.Evidence, with.Decisions = []evidence.Record{failed, passed, scan}, []decision.Decision{retraction}
	without := s
	var got []string
	for _, x := range impact.Compare(base(t, with).Judgement(), base(t, without).Judgement()).Worse() {
		got = append(got, x.ID.String())
	}
	if want := []string{"decision:retraction", "evidence:failed", "evidence:scan"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
