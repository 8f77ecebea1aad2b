package judge_test

import (
	"fmt"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

func chose(version, profile string) string {
	return fmt.Sprintf("plan: {frameworks: [{id: caf, framework: ncsc-caf, version: %q, profile: %q}]}\n", version, profile)
}

func findRequirement(t testing.TB, j *judge.Judgement, id string) *judge.RequirementResult {
	t.Helper()
	for i := range j.Frameworks {
		for k := range j.Frameworks[i].Requirements {
			if r := &j.Frameworks[i].Requirements[k]; r.ID == id {
				return r
			}
		}
	}
	t.Fatalf("there is no requirement %s", id)
	return nil
}

// ticks writes the indicators of an answer: how many are ticked at each level, none of which is all that there are.
func ticks(version, id string, notAchieved, partially, achieved int, rest string) string {
	return fmt.Sprintf(`{id: a-%s, framework: ncsc-caf, version: %q, requirement: %s, sentence: So it is, by: assessor, indicators: [{level: not-achieved, ticked: %d}, {level: partially-achieved, ticked: %d}, {level: achieved, ticked: %d}]%s}`,
		idOf(version+id), version, id, notAchieved, partially, achieved, rest)
}

func idOf(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

// claimed claims every control that is mapped to a requirement, so that none that is missing speaks against an answer.
func claimed(t testing.TB, version, requirement string) string {
	t.Helper()
	out := "controls: ["
	for i, by := range packsInForce(t).ShownBy("ncsc-caf", version, requirement) {
		if i > 0 {
			out += ", "
		}
		out += "{id: " + string(by.Control) + ", status: implemented}"
	}
	return out + "]\n"
}

// A2.a of version 4.0 has indicators at every level; the numbers are read from the pack, so that the test is of the rule.
func TestRule2AnyNotAchievedDecides(t *testing.T) {
	of := map[ident.ID]int{}
	for _, in := range packsInForce(t).Framework("ncsc-caf", "4.0").Item.Find("A2.a").Indicators {
		of[in.Level] = in.Of
	}
	if of["not-achieved"] < 2 || of["partially-achieved"] < 2 || of["achieved"] < 2 {
		t.Fatalf("A2.a has %v: the test needs another outcome", of)
	}
	parts := func(level ident.ID) []int { return []int{0, 1, of[level]} } // none, some, all
	for _, na := range parts("not-achieved") {
		for _, pa := range parts("partially-achieved") {
			for _, a := range parts("achieved") {
				want := ident.ID("not-achieved")
				switch { // all 27 combinations
				case na > 0:
				case a == of["achieved"]:
					want = "achieved"
				case pa == of["partially-achieved"]:
					want = "partially-achieved"
				}
				s := service(t, "live", claimed(t, "4.0", "A2.a")+chose("4.0", "")+"answers: ["+ticks("4.0", "A2.a", na, pa, a, "")+"]\n")
				r := findRequirement(t, at(t, s, noon), "A2.a")
				if r.Level != want {
					t.Errorf("%d, %d and %d ticked give %s, not %s", na, pa, a, r.Level, want)
				}
				if na+pa+a == 0 && !hasReason(r.Reasons, "framework.nothing-ticked") {
					t.Errorf("nothing is ticked, and nothing says so: %+v", r.Reasons)
				}
			}
		}
	}
}

func TestRule2ARequirementWithoutALevelCannotComeToIt(t *testing.T) {
	for _, r := range packsInForce(t).Framework("ncsc-caf", "4.0").Item.Requirements {
		partial := false
		for _, in := range r.Indicators {
			partial = partial || in.Level == "partially-achieved"
		}
		if r.Group == model.Yes || partial {
			continue
		}
		s := service(t, "live", chose("4.0", "")+"answers: ["+ticks("4.0", r.ID, 0, 0, 1, "")+"]\n")
		if got := findRequirement(t, at(t, s, noon), r.ID); got.Level != "not-achieved" && r.Indicators[len(r.Indicators)-1].Of > 1 {
			t.Errorf("%s has no indicators of partially achieved, and comes to %s", r.ID, got.Level)
		}
		return
	}
}

func TestRule2FewerIndicatorsThanThereAreDoNotCountAsAll(t *testing.T) {
	s := service(t, "live", chose("4.0", "")+`answers: [{id: a, framework: ncsc-caf, version: "4.0", requirement: A2.a, sentence: S, by: assessor, indicators: [{level: achieved, ticked: 1, of: 1}]}]`+"\n")
	if r := findRequirement(t, at(t, s, noon), "A2.a"); r.Level == "achieved" {
		t.Error("one indicator that is said to be all of one makes it achieved")
	}
}

func TestRule3AProfileIsMetFromItsLeastLevel(t *testing.T) {
	for _, c := range []struct {
		requirement, profile, level string
		minimum                     ident.ID
		want                        judge.Meets
	}{
		{"A1.a", "baseline", "achieved", "achieved", judge.MeetsYes},
		{"A1.a", "baseline", "partially-achieved", "achieved", judge.MeetsNo},
		{"A2.a", "baseline", "partially-achieved", "partially-achieved", judge.MeetsYes},
		{"A2.a", "enhanced", "partially-achieved", "achieved", judge.MeetsNo},
		{"A2.a", "baseline", "achieved", "partially-achieved", judge.MeetsYes},
		{"A2.a", "baseline", "", "partially-achieved", judge.MeetsNo}, // unanswered is not met
		{"C2.a", "enhanced", "not-achieved", "not-achieved", judge.MeetsYes},
		{"C2.a", "enhanced", "", "not-achieved", judge.MeetsNo},
		{"A2.a", "", "achieved", "", judge.MeetsNoMinimum},
	} {
		answer := ""
		if c.level != "" {
			answer = fmt.Sprintf(`answers: [{id: a, framework: ncsc-caf, version: "3.2", requirement: %s, level: %s, sentence: S, by: assessor}]`+"\n", c.requirement, c.level)
		}
		r := findRequirement(t, at(t, service(t, "live", claimed(t, "3.2", c.requirement)+chose("3.2", c.profile)+answer), noon), c.requirement)
		if r.Meets != c.want || r.Minimum != c.minimum {
			t.Errorf("%+v: the least level is %q, met: %s", c, r.Minimum, r.Meets)
		}
	}
}

func TestRule4PriorityIsWhatAReviewerFoundBelowTheProfile(t *testing.T) {
	for _, c := range []struct {
		own, found string
		priority   bool
		level      ident.ID
	}{
		{"achieved", "partially-achieved", true, "partially-achieved"}, // what was found counts
		{"achieved", "achieved", false, "achieved"},
		{"partially-achieved", "achieved", false, "partially-achieved"}, // nobody is raised by a review
		{"partially-achieved", "", false, "partially-achieved"},         // below, and not reviewed
	} {
		review := ""
		if c.found != "" {
			review = ", reviewed: {level: " + c.found + ", by: independent reviewer, date: 2026-05-01}"
		}
		s := service(t, "live", claimed(t, "3.2", "A2.a")+chose("3.2", "enhanced")+fmt.Sprintf(`answers: [{id: a, framework: ncsc-caf, version: "3.2", requirement: A2.a, level: %s, sentence: S, by: assessor%s}]`+"\n", c.own, review))
		if r := findRequirement(t, at(t, s, noon), "A2.a"); r.Priority != c.priority || r.Level != c.level {
			t.Errorf("%+v: priority %v, level %s", c, r.Priority, r.Level)
		}
	}
}

func TestRule11AnswersMoveFromVersion32To40(t *testing.T) {
	said := func(id, level string) string {
		return fmt.Sprintf(`{id: a-%s, framework: ncsc-caf, version: "3.2", requirement: %s, level: %s, sentence: S, by: assessor}`, idOf(id), id, level)
	}
	s := service(t, "live", chose("4.0", "")+"answers: ["+said("A2.b", "achieved")+", "+said("C2.a", "partially-achieved")+", "+said("C2.b", "not-achieved")+", "+said("D2.a", "achieved")+", "+said("A3.a", "achieved")+"]\n")
	j := at(t, s, noon)
	for id, want := range map[string]struct {
		standing judge.StatementStanding
		proposal ident.ID
		code     string
	}{
		"A2.c": {judge.Proposed, "achieved", "framework.migrated-moved"},
		"A2.b": {judge.Unanswered, "", ""}, // new: the answer to the old A2.b is not to this
		"C2.a": {judge.Unanswered, "", "framework.migrated-merged"},
		"A4.b": {judge.Unanswered, "", ""},
		"C1.f": {judge.Unanswered, "", ""},
		"D2.a": {judge.StaleState, "achieved", "framework.migrated-changed"},
		"A3.a": {judge.Proposed, "achieved", "framework.migrated-same"},
	} {
		r := findRequirement(t, j, id)
		if r.Standing != want.standing || r.Proposal != want.proposal || r.Level != "" || want.code != "" && !hasReason(r.Reasons, want.code) {
			t.Errorf("%s is %s, proposed %q, counts as %q: %+v", id, r.Standing, r.Proposal, r.Level, r.Reasons)
		}
	}
}

func TestAnAnswerIsCappedByWhatIsMissing(t *testing.T) {
	s := service(t, "live", chose("4.0", "")+`answers: [{id: a, framework: ncsc-caf, version: "4.0", requirement: A2.a, level: achieved, sentence: S, by: assessor}]`+"\n")
	if r := findRequirement(t, at(t, s, noon), "A2.a"); r.Level != "partially-achieved" || !hasReason(r.Reasons, "statement.contradicted") {
		t.Errorf("required controls are missing, and it is %s: %+v", r.Level, r.Reasons)
	}
}

func TestAFrameworkIsNamedWithItsVersion(t *testing.T) {
	j := at(t, service(t, "live", "plan: {frameworks: [{id: caf, framework: ncsc-caf}]}\n"), noon)
	if f := &j.Frameworks[0]; f.Known || !hasReason(f.Reasons, "framework.version-missing") {
		t.Errorf("%+v", f)
	}
}

func TestOnlyReviewedMappingsProposeAndOnlyTheWholeProposesAll(t *testing.T) {
	packs := append([]library.Pack{}, builtin()...)
	mapped := func(id string, rel library.Relation, reviewed model.Attribute) library.Mapping {
		return library.Mapping{Framework: "f", Version: "1", ID: id, Relation: rel, Why: "W", Reviewed: reviewed}
	}
	packs = append(packs, library.Pack{
		Pack: "v1", ID: "own", Version: "1", Mark: library.Ours,
		Frameworks: []library.Framework{{ID: "f", Version: "1", Title: "F", Requirements: []library.Requirement{{ID: "all"}, {ID: "part"}, {ID: "unseen"}, {ID: "none"}}}},
		Controls: []library.Control{{
			ID: "shown", Title: "Shown", On: library.OnService, Checks: []library.Check{{ID: "c", Kinds: []library.EvidenceKind{library.TestResult}, Strength: library.Tested, Coverage: library.Any, Fresh: packs[0].Settings.ReaffirmWithin}},
			Mappings: []library.Mapping{mapped("all", library.Superset, model.Yes), mapped("part", library.Intersects, model.Yes), mapped("unseen", library.Equal, model.No)},
		}},
	})
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	s := service(t, "live", "plan: {frameworks: [{id: f, framework: f}]}\ncontrols: [{id: shown, status: implemented}]\n")
	s.Library = lib
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	j := judge.NewBase(in, noon).Suppose(&judge.Supposition{With: []ident.ID{"shown"}})
	for id, want := range map[string]ident.ID{"all": "met", "part": "partly", "unseen": "", "none": ""} {
		if r := findRequirement(t, j, id); r.Proposal != want || r.Level != "" {
			t.Errorf("%s: %q is proposed, %q counts", id, r.Proposal, r.Level)
		}
	}
}

func TestRule8WhoAnswersMustHoldTheRole(t *testing.T) {
	s := service(t, "live", "plan: {rasci: [{activity: risk-assessment, accountable: [risk-owner], supportive: [architect], informed: [architect]}]}\n")
	s.Organisation = &org.Organisation{Bulkhead: "v1", ID: "o", Name: "O", People: []org.Person{{ID: "p", Left: day(t, "2026-06-10")}}, Appointments: []org.Appointment{{Role: "risk-owner", Person: "p"}}}
	for date, want := range map[string]model.Attribute{"2026-06-10": model.Yes, "2026-06-11": model.No} {
		d := at(t, s, on(t, date)).Duties[0]
		if d.Held != want || hasReason(d.Reasons, "duty.vacant") != (want == model.No) || !hasReason(d.Reasons, "duty.overlap") {
			t.Errorf("on %s: %+v", date, d)
		}
	}
}

func findSupplier(t testing.TB, j *judge.Judgement, id ident.ID) *judge.Supplier {
	t.Helper()
	for i := range j.Suppliers {
		if j.Suppliers[i].ID == id {
			return &j.Suppliers[i]
		}
	}
	t.Fatalf("there is no supplier %s", id)
	return nil
}

func TestRule10ACertificateThatEndsInTheContract(t *testing.T) {
	for until, want := range map[string]struct {
		standing judge.SupplierStanding
		code     string
	}{
		"2026-06-01": {judge.SupplierBlocked, "supplier.certificate-out-of-date"},
		"2026-12-31": {judge.SupplierAction, "supplier.certificate-ends-in-contract"},
		"2027-03-31": {judge.SupplierReady, "supplier.ready"}, // through the last day of the contract
	} {
		s := service(t, "live", "suppliers: [{id: host, name: Host, until: 2027-03-31, assessment: {questionnaire: met}, certificates: [{id: ce, scheme: Cyber Essentials Plus, until: "+until+"}]}]\n")
		j := at(t, s, noon)
		if got := findSupplier(t, j, "host"); got.Standing != want.standing || !hasReason(got.Reasons, want.code) {
			t.Errorf("a certificate until %s: %s, %+v", until, got.Standing, got.Reasons)
		}
	}
}

func TestRule14WhatBlocksASupplier(t *testing.T) {
	for _, c := range []struct {
		assessment, clauses string
		want                judge.SupplierStanding
		code                string
	}{
		{"{questionnaire: not-met}", "[]", judge.SupplierBlocked, "supplier.not-met-without-plan"},
		{"{questionnaire: not-met, plan_accepted: yes}", "[]", judge.SupplierAction, "supplier.plan-accepted"},
		{"{questionnaire: not-met, plan_accepted: no}", "[]", judge.SupplierBlocked, "supplier.not-met-without-plan"},
		{"{questionnaire: met, profile: level-1}", "[]", judge.SupplierBlocked, "supplier.clause-missing"},
		{"{questionnaire: met, profile: moderate}", "[{id: defcon-658, present: no}]", judge.SupplierBlocked, "supplier.clause-missing"},
		{"{questionnaire: met, profile: level-1}", "[{id: defcon-658, present: yes}]", judge.SupplierReady, "supplier.ready"},
		{"{questionnaire: met, profile: level-0}", "[]", judge.SupplierReady, "supplier.ready"},
		{"{profile: level-2}", "[{id: defcon-658, present: yes}]", judge.SupplierUnknown, "supplier.questionnaire-unanswered"},
		{"{}", "[]", judge.SupplierUnknown, "supplier.not-assessed"},
	} {
		s := service(t, "live", "suppliers: [{id: host, name: Host, assessment: "+c.assessment+", clauses: "+c.clauses+"}]\n")
		j := at(t, s, noon)
		if got := findSupplier(t, j, "host"); got.Standing != c.want || !hasReason(got.Reasons, c.code) {
			t.Errorf("%s %s: %s, %+v", c.assessment, c.clauses, got.Standing, got.Reasons)
		}
	}
}

func TestObligationsThatFollowFromTheDataApplyWhateverIsSaid(t *testing.T) {
	for said, want := range map[string]model.Attribute{
		"": model.Yes, "context: {obligations: [{id: uk-gdpr, name: UK GDPR, applies: no, justification: We think not}]}\n": model.Yes,
	} {
		s := service(t, "live", said+"data: [{id: people, name: People, personal: yes}]\n")
		found := model.Attribute("")
		for _, o := range at(t, s, noon).Context.Obligations {
			if o.ID == "uk-gdpr" {
				found = o.Applies
			}
		}
		if found != want {
			t.Errorf("with %q it is %q", said, found)
		}
	}
}

func TestDefenceActivitiesAreAskedOfDefenceOnly(t *testing.T) {
	for phase, want := range map[string]bool{"live": false, "concept": true, "alpha": false, "in-service": true} {
		found := false
		for _, a := range at(t, service(t, phase, ""), noon).Activities {
			found = found || a.ID == "maturity-self-assessment"
		}
		if found != want {
			t.Errorf("in %s it is asked for: %v", phase, found)
		}
	}
}

func TestAPrincipleThatIsToBeAdoptedIsJudgedWhereItIs(t *testing.T) {
	s := service(t, "live", "")
	judged := func() bool {
		for _, p := range at(t, s, noon).Principles {
			if p.ID == "automate-by-default" {
				return true
			}
		}
		return false
	}
	if judged() {
		t.Error("nobody adopted it")
	}
	s.Organisation = &org.Organisation{Bulkhead: "v1", ID: "o", Name: "O", Adopts: []ident.ID{"automate-by-default"}}
	if !judged() {
		t.Error("it was adopted")
	}
}

func TestAWeaknessIsEscalatedTheLongerItIsOpen(t *testing.T) {
	s := service(t, "live", weakness)
	s.Evidence = append(s.Evidence, scan(t, model.VeryHigh))
	first := at(t, s, noon).Findings.Top[0].First
	for days, want := range map[int]bool{9: false, 10: true, 20: true, 30: true} {
		f := at(t, s, first+86400*toInstant(days)).Findings.Top[0]
		if (f.Escalated != "") != want {
			t.Errorf("after %d days it is with %q", days, f.Escalated)
		}
	}
}

func toInstant(n int) civil.Instant { return civil.Instant(n) }

func day(t testing.TB, text string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
