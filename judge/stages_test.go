package judge_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// own is a control of the team's own that one passed test a year shows to work.
const own = `context: {appetite: {max: medium, unacceptable_losses: [{id: l1, text: Lives are lost}]}}
controls: [{id: guard, title: Guard, status: implemented}, {id: plan, title: Plan, status: in-progress}]
`

func TestResidualIsHandedBack(t *testing.T) {
	const head = own + "risks:\n  - {id: r1, title: R, inherent: {likelihood: 4, impact: {financial: 4, legal: 2}}, "
	for _, c := range []struct {
		name, rest         string
		shown              bool
		claimed, evidenced int // scores
		code               string
	}{
		{"claimed only", "residual: {likelihood: 1, impact: {financial: 4, legal: 2}}, controls: [{control: guard, lowers: likelihood, steps: 3}]}", false, 4, 16, "risk.control-not-evidenced"},
		{"shown", "residual: {likelihood: 1, impact: {financial: 4, legal: 2}}, controls: [{control: guard, lowers: likelihood, steps: 3}]}", true, 4, 4, ""},
		{"not in place", "residual: {likelihood: 1, impact: {financial: 4, legal: 2}}, controls: [{control: plan, lowers: likelihood, steps: 3}]}", true, 16, 16, "risk.control-not-in-place"},
		{"never below what was judged", "residual: {likelihood: 3, impact: {financial: 4, legal: 2}}, controls: [{control: guard, lowers: likelihood, steps: 4}]}", true, 12, 12, ""},
		{"a step that no control explains", "residual: {likelihood: 1, impact: {financial: 4, legal: 2}}, controls: [{control: guard, lowers: likelihood, steps: 2}]}", true, 8, 8, "risk.unexplained-reduction"},
		{"no residual was judged", "controls: [{control: guard, lowers: likelihood, steps: 3}]}", true, 16, 16, "risk.residual-not-judged"},
		{"impact on every axis", "residual: {likelihood: 4, impact: {financial: 2, legal: 1}}, controls: [{control: guard, lowers: impact, steps: 2}]}", true, 8, 8, ""},
		{"impact on one axis, and the highest counts", "residual: {likelihood: 4, impact: {financial: 1, legal: 2}}, controls: [{control: guard, lowers: financial, steps: 3}]}", true, 8, 8, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := service(t, "live", head+c.rest)
			if c.shown {
				s.Evidence = []evidence.Record{passed(t, "e1", library.TestResult, "2026-06-01", "guard"), passed(t, "e2", library.TestResult, "2026-06-01", "plan")}
			}
			r := findRisk(t, at(t, s, noon), "r1")
			if r.ResidualClaimed.Score != c.claimed || r.ResidualEvidenced.Score != c.evidenced {
				t.Errorf("claimed %d, evidenced %d, want %d and %d", r.ResidualClaimed.Score, r.ResidualEvidenced.Score, c.claimed, c.evidenced)
			}
			if c.code != "" && !hasReason(r.Reasons, c.code) {
				t.Errorf("the reasons do not hold %s: %+v", c.code, r.Reasons)
			}
		})
	}
}

const guarded = own + `risks:
  - id: r1
    title: R
    owner: risk-owner
    inherent: {likelihood: 4, impact: {financial: 4}}
    residual: {likelihood: 1, impact: {financial: 4}}
    target: {likelihood: 1, impact: {financial: 4}}
    controls: [{control: guard, lowers: likelihood, steps: 3}]
`

func TestPhasesJudgeByTargetClaimAndEvidence(t *testing.T) {
	for _, c := range []struct {
		phase, due string
		shown      bool
		want       judge.Standing
		by         library.Basis
	}{
		{"discovery", "2026-07-01", false, judge.Within, library.ByTarget}, // the claim alone is within
		{"private-beta", "", false, judge.Within, library.ByClaimed},
		{"public-beta", "", false, judge.Above, library.ByEvidenced},
		{"live", "2026-06-15", false, judge.Treating, library.ByEvidenced},
		{"live", "2026-06-14", false, judge.Above, library.ByEvidenced},
		{"live", "", true, judge.Within, library.ByEvidenced},
		{"in-service", "", true, judge.Within, library.ByEvidenced},
	} {
		text := guarded
		if c.due != "" {
			text += "    due: " + c.due + "\n"
		}
		s := service(t, c.phase, text)
		if c.shown {
			s.Evidence = []evidence.Record{passed(t, "e1", library.TestResult, "2026-06-01", "guard")}
		}
		r := findRisk(t, at(t, s, noon), "r1")
		if r.Standing != c.want || r.JudgedBy != c.by || r.StandingClaimed != judge.Within {
			t.Errorf("%+v: it is %s by %s, claimed %s", c, r.Standing, r.JudgedBy, r.StandingClaimed)
		}
	}
}

func TestTargetsCountWhileThereIsAPlan(t *testing.T) {
	const head = own + "risks: [{id: r1, title: R, inherent: {likelihood: 4, impact: {financial: 4}}, "
	for rest, want := range map[string]judge.Standing{
		"target: {likelihood: 1, impact: {financial: 4}}, owner: o, due: 2026-07-01}]\n":                    judge.Treating,
		"target: {likelihood: 1, impact: {financial: 4}}, owner: o, due: 2026-06-14}]\n":                    judge.Above,
		"target: {likelihood: 1, impact: {financial: 4}}, due: 2026-07-01}]\n":                              judge.Above,
		"target: {likelihood: 1, impact: {financial: 4}}, owner: o}]\n":                                     judge.Above,
		"target: {likelihood: 4, impact: {financial: 4}}, treatment: accept, owner: o, due: 2026-07-01}]\n": judge.Above,
	} {
		if got := findRisk(t, at(t, service(t, "alpha", head+rest), noon), "r1").Standing; got != want {
			t.Errorf("%s it is %s, want %s", rest, got, want)
		}
	}
}

func TestAnUnacceptableLossIsNeverWithinByScore(t *testing.T) {
	s := service(t, "live", own+"risks: [{id: r1, title: R, losses: [l1], treatment: accept, inherent: {likelihood: 1, impact: {safety: 1}}}]\n")
	r := findRisk(t, at(t, s, noon), "r1")
	if r.Standing != judge.Above || !hasReason(r.Reasons, "risk.unacceptable-loss") {
		t.Fatalf("it is %s: %+v", r.Standing, r.Reasons)
	}
	s.Decisions = []decision.Decision{accept(t, s, library.ByEvidenced, "senior-responsible-owner")}
	if r := findRisk(t, at(t, s, noon), "r1"); r.Standing != judge.Accepted {
		t.Errorf("borne by a decision it is %s: %+v", r.Standing, r.Reasons)
	}
}

func accept(t testing.TB, s judge.Sources, on library.Basis, role ident.ID) decision.Decision {
	t.Helper()
	return drafted(t, s, "2026-06-01", decision.Decision{Kind: decision.Acceptance, Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, StandingOn: on, Role: role, ValidUntil: moment(t, "2026-12-01")})
}

// An acceptance bears what it speaks of and what is lighter, never what is graver.
func TestWhatAnAcceptanceCovers(t *testing.T) {
	const text = own + `risks:
  - id: r1
    title: R
    treatment: accept
    inherent: {likelihood: 5, impact: {financial: 4}}
    residual: {likelihood: 4, impact: {financial: 4}}
    target: {likelihood: 4, impact: {financial: 4}}
    controls: [{control: guard, lowers: likelihood, steps: 1}]
`
	for _, c := range []struct {
		on                        library.Basis
		phase                     string
		claimed, evidenced, stand judge.Standing
	}{
		{library.ByEvidenced, "live", judge.Accepted, judge.Accepted, judge.Accepted},
		{library.ByClaimed, "live", judge.Accepted, judge.Above, judge.Above},
		{library.ByClaimed, "private-beta", judge.Accepted, judge.Above, judge.Accepted},
		{library.ByTarget, "private-beta", judge.Above, judge.Above, judge.Above},
		{library.ByTarget, "alpha", judge.Above, judge.Above, judge.Accepted},
		{library.ByEvidenced, "alpha", judge.Accepted, judge.Accepted, judge.Accepted},
	} {
		s := service(t, c.phase, text)
		s.Decisions = []decision.Decision{accept(t, s, c.on, "senior-responsible-owner")}
		j := at(t, s, noon)
		if r := findRisk(t, j, "r1"); r.StandingClaimed != c.claimed || r.StandingEvidenced != c.evidenced || r.Standing != c.stand {
			t.Errorf("%s in %s: claimed %s, evidenced %s, %s: %+v", c.on, c.phase, r.StandingClaimed, r.StandingEvidenced, r.Standing, findDecision(t, j, "decided").Cause)
		}
	}
}

// An acceptance ends when what it bears grows, and names the field.
func TestAnAcceptanceNamesWhatEndedIt(t *testing.T) {
	s := service(t, "live", own+"risks: [{id: r1, title: R, treatment: accept, inherent: {likelihood: 4, impact: {financial: 3}}}]\n")
	s.Service.Context.Appetite.Max = model.Low
	s.Decisions = []decision.Decision{accept(t, s, library.ByEvidenced, "senior-responsible-owner")}
	if r := findRisk(t, at(t, s, noon), "r1"); r.Standing != judge.Accepted {
		t.Fatalf("it is %s", r.Standing)
	}
	s.Service.Risks[0].Inherent.Likelihood = 5
	j := at(t, s, noon)
	d := findDecision(t, j, "decided")
	if d.State != "lapsed" || d.Cause.Args.Get("field") != "inherent/likelihood" || d.Cause.Args.Get("was") != "4" || d.Cause.Args.Get("now") != "5" {
		t.Errorf("it is %s: %+v", d.State, d.Cause)
	}
	if r := findRisk(t, j, "r1"); r.Standing != judge.Above {
		t.Errorf("the risk is %s", r.Standing)
	}
}

func TestActivitiesOfAServiceInMidLife(t *testing.T) {
	const adopted = "service: {id: portal, name: P, phase: live, adopted_at: 2026-01-10, entered_at_phase: live}\n"
	for _, c := range []struct {
		name, text, at string
		activity       ident.ID
		want           judge.ActivityStanding
		until          string
	}{
		{"not due before its phase", "", "2026-06-15", "vulnerability-management", judge.NotDue, ""},
		{"due in its phase", "", "2026-06-15", "risk-assessment", judge.Due, ""},
		{"overdue after it", "", "2026-06-15", "risk-appetite", judge.Overdue, ""},
		{"later than the team planned", "plan: {activities: [{id: risk-assessment, due: 2026-06-14}]}", "2026-06-15", "risk-assessment", judge.Overdue, "2026-06-14"},
		{"as the team plans", "plan: {activities: [{id: risk-assessment, due: 2026-06-15}]}", "2026-06-15", "risk-assessment", judge.Due, "2026-06-15"},
		{"done in the future", "plan: {activities: [{id: risk-appetite, done: 2026-07-01}]}", "2026-06-15", "risk-appetite", judge.Overdue, ""},
		{"time to establish", adopted, "2026-07-10T22:59:59Z", "risk-appetite", judge.EstablishBy, "2026-07-10"},
		{"that time is over", adopted, "2026-07-10T23:00:00Z", "risk-appetite", judge.Overdue, "2026-07-10"},
		{"adoption makes nothing late", adopted, "2026-08-01", "secure-retirement", judge.Due, ""},
		{"sooner than the library asks", `plan: {activities: [{id: risk-assessment, done: 2026-06-01, next: 2026-06-10, outputs: [{title: T, version: "1", date: 2026-06-01, location: here}]}]}`, "2026-06-15", "risk-assessment", judge.Overdue, "2026-06-10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := findActivity(t, at(t, service(t, "alpha", c.text), on(t, c.at)), c.activity)
			if a.Standing != c.want || a.Until.String() != c.until {
				t.Errorf("it is %s until %q, want %s until %q: %+v", a.Standing, a.Until, c.want, c.until, a.Reasons)
			}
		})
	}
}

const stores = `context: {classification: OFFICIAL, business_impact: {criticality: medium}}
architecture: {components: [{id: a, type: datastore}, {id: b, type: datastore}]}
`

// A tailoring puts a control aside on the components that it names. A component that comes later is open for itself only.
func TestTailoringIsPerComponent(t *testing.T) {
	s := service(t, "live", stores)
	s.Decisions = []decision.Decision{drafted(t, s, "2026-06-01", decision.Decision{Kind: decision.Tailoring, Subject: []ident.Ref{ident.Requirement("bulkhead-controls", "2026-11", "encryption-at-rest")}, Role: "ciso", ValidUntil: moment(t, "2026-12-01")})}
	j := at(t, s, noon)
	if c := findControl(t, j, "encryption-at-rest"); c.Applicability != judge.NotApplicable || !hasReason(c.Reasons, "control.tailored") {
		t.Fatalf("it is %s: %+v, %+v", c.Applicability, c.Reasons, findDecision(t, j, "decided"))
	}
	s.Service.Architecture.Components = append(s.Service.Architecture.Components, model.Component{ID: "c", Type: "file-store"})
	j = at(t, s, noon)
	if c := findControl(t, j, "encryption-at-rest"); c.Applicability != judge.Applicable || c.State != judge.Missing || c.Components != (judge.Share{N: 0, Of: 1}) {
		t.Errorf("with another component it is %s, %s on %+v: %+v", c.Applicability, c.State, c.Components, findDecision(t, j, "decided"))
	}
	if d := findDecision(t, j, "decided"); d.State != "holds" {
		t.Errorf("the decision is %s: %+v", d.State, d.Cause)
	}
	s.Service.Architecture.Components = s.Service.Architecture.Components[1:2]
	if d := findDecision(t, at(t, s, noon), "decided"); d.State != "holds" {
		t.Errorf("with fewer components the decision is %s: %+v", d.State, d.Cause)
	}
}

// A tailoring that rests on another control ends with that.
func TestTailoringRestsOnItsAlternative(t *testing.T) {
	s := service(t, "live", stores+"controls: [{id: instead, title: Instead, status: implemented}]\n")
	s.Evidence = []evidence.Record{passed(t, "e1", library.TestResult, "2026-05-01", "instead")}
	s.Decisions = []decision.Decision{drafted(t, s, "2026-06-01", decision.Decision{Kind: decision.Tailoring, Subject: []ident.Ref{ident.Requirement("bulkhead-controls", "2026-11", "encryption-at-rest")}, Role: "ciso", Compensating: []ident.ID{"instead"}})}
	if d := findDecision(t, at(t, s, noon), "decided"); d.State != "holds" {
		t.Fatalf("it is %s: %+v", d.State, d.Cause)
	}
	failed := passed(t, "e2", library.TestResult, "2026-06-10", "instead")
	failed.Outcome = evidence.Failed
	s.Evidence = append(s.Evidence, failed)
	j := at(t, s, noon)
	if d := findDecision(t, j, "decided"); d.State != "lapsed" || d.Cause.Args.Get("field") != "controls/instead" {
		t.Errorf("it is %s: %+v", d.State, d.Cause)
	}
	if c := findControl(t, j, "encryption-at-rest"); c.State != judge.Missing {
		t.Errorf("the control is %s", c.State)
	}
}

func TestTailoredControlsStillWork(t *testing.T) {
	s := service(t, "live", stores+`controls: [{id: encryption-at-rest, status: implemented}]
risks: [{id: r1, title: R, inherent: {likelihood: 4, impact: {financial: 4}}, residual: {likelihood: 1, impact: {financial: 4}}, controls: [{control: encryption-at-rest, lowers: likelihood, steps: 3}]}]
`)
	before := findRisk(t, at(t, s, noon), "r1").ResidualClaimed
	s.Decisions = []decision.Decision{drafted(t, s, "2026-06-01", decision.Decision{Kind: decision.Tailoring, Subject: []ident.Ref{ident.Requirement("bulkhead-controls", "2026-11", "encryption-at-rest")}, Role: "ciso"})}
	j := at(t, s, noon)
	if c := findControl(t, j, "encryption-at-rest"); c.Applicability != judge.NotApplicable || c.State != judge.Claimed {
		t.Fatalf("it is %s and %s", c.Applicability, c.State)
	}
	if r := findRisk(t, j, "r1"); r.ResidualClaimed != before {
		t.Errorf("nobody asks for it any more, and the residual went from %+v to %+v", before, r.ResidualClaimed)
	}
}

func TestInheritedAndSharedControls(t *testing.T) {
	offer := func(state judge.State) judge.Offer {
		return judge.Offer{Service: "platform", Controls: []judge.OfferedControl{{ID: "patching", Control: "patching", State: state}}}
	}
	ended := offer(judge.Evidenced)
	ended.Until = noon
	for _, c := range []struct {
		name, origin, status string
		offer                *judge.Offer
		shown                bool
		want                 judge.State
	}{
		{"inherited and evidenced there", "inherited", "", new(offer(judge.Evidenced)), false, judge.Evidenced},
		{"inherited and claimed there", "inherited", "implemented", new(offer(judge.Claimed)), true, judge.Claimed},
		{"inherited and failing there", "inherited", "", new(offer(judge.Failing)), true, judge.Failing},
		{"inherited and missing there", "inherited", "", new(offer(judge.Missing)), true, judge.Planned},
		{"inherited from nobody known", "inherited", "implemented", nil, true, judge.Unknown},
		{"inherited and not offered", "inherited", "", &judge.Offer{Service: "platform"}, true, judge.Unknown},
		{"inherited in a ring", "inherited", "", &judge.Offer{Service: "platform", Cycle: true}, true, judge.Unknown},
		{"inherited from an offer that ended", "inherited", "", &ended, true, judge.Stale},
		{"shared and both evidenced", "shared", "implemented", new(offer(judge.Evidenced)), true, judge.Evidenced},
		{"shared and only theirs evidenced", "shared", "implemented", new(offer(judge.Evidenced)), false, judge.Claimed},
		{"shared and only ours evidenced", "shared", "implemented", new(offer(judge.Claimed)), true, judge.Claimed},
		{"shared and theirs planned", "shared", "implemented", new(offer(judge.Planned)), true, judge.Planned},
		{"shared and theirs not known", "shared", "implemented", nil, true, judge.Unknown},
		{"shared and ours planned", "shared", "in-progress", new(offer(judge.Evidenced)), true, judge.Planned},
		{"shared and theirs failing", "shared", "implemented", new(offer(judge.Failing)), true, judge.Failing},
	} {
		t.Run(c.name, func(t *testing.T) {
			status := ""
			if c.status != "" {
				status = ", status: " + c.status
			}
			s := service(t, "live", stores+"controls: [{id: patching, origin: "+c.origin+", offer: {service: platform}"+status+"}]\n")
			if c.offer != nil {
				s.Offers = map[ident.ID]judge.Offer{"platform": *c.offer}
			}
			if c.shown {
				s.Evidence = []evidence.Record{passed(t, "e1", library.Scan, "2026-06-10", "patching")}
			}
			if got := findControl(t, at(t, s, noon), "patching"); got.State != c.want {
				t.Errorf("it is %s, want %s: %+v", got.State, c.want, got.Reasons)
			}
		})
	}
}

func TestOffersHandedOver(t *testing.T) {
	type handed struct {
		outcome         evidence.Outcome
		observed, until string
	}
	for _, c := range []struct {
		name string
		all  []handed
		want judge.State
	}{
		{"none", nil, judge.Unknown},
		{"a pass", []handed{{evidence.Passed, "2026-06-01", ""}}, judge.Evidenced},
		{"a pass older than the control's evidence may be", []handed{{evidence.Passed, "2026-05-01", ""}}, judge.Stale},
		{"a pass that ended", []handed{{evidence.Passed, "2026-06-01", "2026-06-14"}}, judge.Stale},
		{"an ended one does not hide an older one in date", []handed{{evidence.Passed, "2026-06-01", ""}, {evidence.Passed, "2026-06-02", "2026-06-03"}}, judge.Evidenced},
		{"the latest counts", []handed{{evidence.Passed, "2026-06-01", ""}, {evidence.Failed, "2026-06-02", ""}}, judge.Failing},
		{"the latest counts the other way", []handed{{evidence.Failed, "2026-06-01", ""}, {evidence.Passed, "2026-06-02", ""}}, judge.Evidenced},
		{"no date mends a failure", []handed{{evidence.Passed, "2026-06-01", ""}, {evidence.Failed, "2026-06-02", "2026-06-03"}}, judge.Failing},
		{"at the same moment the worse", []handed{{evidence.Passed, "2026-06-01", ""}, {evidence.NeedsReview, "2026-06-01", ""}}, judge.Claimed},
		{"one still to come", []handed{{evidence.Passed, "2026-06-16", ""}}, judge.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := service(t, "live", stores+"controls: [{id: patching, origin: inherited, offer: {service: platform}}]\n")
			for i, h := range c.all {
				r := passed(t, ident.ID([]string{"e1", "e2"}[i]), library.Offer, h.observed, "patching")
				r.Subject[0], r.Outcome = r.Subject[0].In("platform"), h.outcome
				if h.until != "" {
					r.ValidUntil = moment(t, h.until)
				}
				s.Evidence = append(s.Evidence, r)
			}
			for range 2 { // in whatever order they came
				if got := findControl(t, at(t, s, noon), "patching"); got.State != c.want {
					t.Errorf("it is %s, want %s: %+v", got.State, c.want, got.Reasons)
				}
				slices.Reverse(s.Evidence)
			}
		})
	}
}

// An exception excuses the rule; that the risk which it leaves is borne is a decision of its own, and both are needed.
func TestAnExceptionNeedsItsRiskToBeBorne(t *testing.T) {
	s := service(t, "live", own+"risks: [{id: r1, title: R, treatment: accept, inherent: {likelihood: 4, impact: {financial: 3}}}]\n")
	s.Service.Context.Appetite.Max = model.Low
	bear := accept(t, s, library.ByEvidenced, "senior-responsible-owner")
	bear.ID = "bear"
	s.Decisions = []decision.Decision{bear}
	excuse := decision.Decision{ID: "excuse", Kind: decision.Exception, Subject: []ident.Ref{ident.Requirement("ons-secure-by-design", "2024-05", "i1")}, Role: "principle-owner", ValidUntil: moment(t, "2026-12-01")}
	excuse.Basis.Fields = []decision.Field{{Path: "risks/r1"}}
	s.Decisions = append(s.Decisions, drafted(t, s, "2026-06-02", excuse))
	standing := func() (judge.StatementStanding, string) {
		j := at(t, s, noon)
		p := findPrinciple(t, j, "secure-by-design")
		i := slices.IndexFunc(p.Statements, func(st judge.Statement) bool { return st.ID == "i1" })
		return p.Statements[i].Standing, findDecision(t, j, "excuse").State
	}
	if got, state := standing(); got != judge.Excepted || state != "holds" {
		t.Fatalf("the statement is %s, the exception %s", got, state)
	}
	s.Decisions = s.Decisions[1:]
	if got, state := standing(); got == judge.Excepted || state != "lapsed" {
		t.Errorf("with a risk that nobody bears the statement is %s, the exception %s", got, state)
	}
	s.Service.Risks[0].Inherent = model.Judgement{Likelihood: 1, Impact: model.Impact{Financial: 1}}
	if got, state := standing(); got != judge.Excepted || state != "holds" {
		t.Errorf("with a risk that is within the statement is %s, the exception %s", got, state)
	}
}

// Two claims of one control of the library each count where they are.
func TestAControlClaimedInParts(t *testing.T) {
	s := service(t, "live", stores+`controls:
  - {id: ours, control: encryption-at-rest, components: [a], status: implemented}
  - {id: theirs, control: encryption-at-rest, components: [b], status: in-progress}
risks:
  - {id: r1, title: R, components: [a], inherent: {likelihood: 4, impact: {financial: 4}}, residual: {likelihood: 1, impact: {financial: 4}}, controls: [{control: ours, lowers: likelihood, steps: 3}]}
`)
	s.Evidence = []evidence.Record{passed(t, "e1", library.Scan, "2026-06-10", "encryption-at-rest")}
	j := at(t, s, noon)
	if c := findControl(t, j, "ours"); c.State != judge.Evidenced || c.Components != (judge.Share{N: 1, Of: 1}) {
		t.Errorf("ours is %s on %+v: %+v", c.State, c.Components, c.Reasons)
	}
	if c := findControl(t, j, "theirs"); c.State != judge.Planned {
		t.Errorf("theirs is %s: %+v", c.State, c.Reasons)
	}
	if r := findRisk(t, j, "r1"); r.ResidualEvidenced.Score != 4 {
		t.Errorf("the risk is at %d", r.ResidualEvidenced.Score)
	}
}

// To say that a required control does not apply is not the team's to say, and does not hide that it fails.
func TestDisposalsDoNotHide(t *testing.T) {
	s := service(t, "live", stores+"controls: [{id: patching, status: implemented, applicability: not-applicable, reason: No}, {id: guard, title: G, applicability: not-applicable, reason: No}]\n")
	failed := passed(t, "e1", library.Scan, "2026-06-10", "patching")
	if c := findControl(t, at(t, s, noon), "patching"); c.State != judge.Missing || c.Applicability != judge.Applicable {
		t.Errorf("it is %s and %s", c.Applicability, c.State)
	}
	failed.Outcome = evidence.Failed
	s.Evidence = []evidence.Record{failed}
	j := at(t, s, noon)
	if c := findControl(t, j, "patching"); c.State != judge.Failing {
		t.Errorf("failing it is %s", c.State)
	}
	if c := findControl(t, j, "guard"); c.Applicability != judge.NotApplicable {
		t.Errorf("what nobody requires is %s", c.Applicability)
	}
}

func findPrinciple(t *testing.T, j *judge.Judgement, id ident.ID) *judge.Principle {
	t.Helper()
	i := slices.IndexFunc(j.Principles, func(p judge.Principle) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("there is no principle %s", id)
	}
	return &j.Principles[i]
}
