package judge_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// What a team could write to look better than it is: each on the smallest service that shows it.

// An acceptance on a residual that rests on evidence is over when the evidence is, unless its own record says that it rests
// on that: then it is suspended, and ends with the time that is given.
func TestAnAcceptanceIsNotKeptAliveByEvidenceThatItDoesNotRestOn(t *testing.T) {
	const text = own + `risks:
  - id: r1
    title: R
    treatment: accept
    inherent: {likelihood: 5, impact: {financial: 4}}
    residual: {likelihood: 2, impact: {financial: 4}}
    controls: [{control: guard, lowers: likelihood, steps: 3}]
`
	for _, c := range []struct {
		name         string
		says         string // of the control, in the record; empty to say nothing
		fresh, stale string
	}{
		{"as drafted", decision.CondGood, "holds", "suspended"},
		{"left out", "", "holds", "lapsed"},
		{"as if it had been claimed", decision.CondClaimed, "holds", "lapsed"},
		{"as if it had been out of date", decision.CondStale, "holds", "lapsed"},
		{"as if it had been failing", decision.CondBad, "holds", "lapsed"},
	} {
		s := service(t, "live", text)
		s.Service.Context.Appetite.Max = model.VeryLow
		e := passed(t, "e1", library.TestResult, "2026-06-01", "guard")
		e.ValidUntil = moment(t, "2026-06-30")
		s.Evidence = []evidence.Record{e}
		d := accept(t, s, library.ByEvidenced, "senior-responsible-owner")
		i := slices.IndexFunc(d.Basis.Fields, func(f decision.Field) bool { return f.Path == "controls/guard" })
		if c.says == "" {
			d.Basis.Fields = slices.Delete(d.Basis.Fields, i, i+1)
		} else {
			d.Basis.Fields[i].Value = decision.Value{c.says}
		}
		s.Decisions = []decision.Decision{d}
		for day, want := range map[string]string{"2026-06-15": c.fresh, "2026-07-02": c.stale, "2026-11-01": "lapsed"} {
			j := at(t, s, on(t, day))
			if got := findDecision(t, j, "decided"); got.State != want {
				t.Errorf("%s, on %s: it is %s: %+v", c.name, day, got.State, got.Cause)
			}
			if r := findRisk(t, j, "r1"); (r.Standing == judge.Accepted) != (want == "holds") {
				t.Errorf("%s, on %s: the risk is %s", c.name, day, r.Standing)
			}
		}
	}
}

func TestNoDataIsNotNoPersonalData(t *testing.T) {
	if s := at(t, service(t, "live", ""), noon).Context.DataProtection; s.Outcome != "unknown" {
		t.Errorf("of a service whose data nobody has listed the screen says %s: %+v", s.Outcome, s.Reasons)
	}
}

func TestAnAnswerOfADayToComeIsNone(t *testing.T) {
	for date, want := range map[string]judge.StatementStanding{"2026-06-15": judge.Met, "2026-06-16": judge.Proposed} {
		j := at(t, service(t, "live", chose("4.0", "")+claimed(t, "4.0", "A1.a")+`answers:
  - {id: a, framework: ncsc-caf, version: "4.0", requirement: A1.a, sentence: S, by: x, date: `+date+`, level: achieved}
  - {id: b, principle: secure-by-design, statement: i1, answer: met, sentence: S, by: x, date: `+date+`}
`), noon)
		if got := findRequirement(t, j, "A1.a"); got.Standing != want {
			t.Errorf("answered on %s it is %s: %+v", date, got.Standing, got.Reasons)
		}
		for i := range j.Principles {
			p := &j.Principles[i]
			k := slices.IndexFunc(p.Statements, func(s judge.Statement) bool { return p.ID == "secure-by-design" && s.ID == "i1" })
			if k >= 0 && (p.Statements[k].Standing == judge.Proposed) != (want == judge.Proposed) {
				t.Errorf("answered on %s the statement is %s: %+v", date, p.Statements[k].Standing, p.Statements[k].Reasons)
			}
		}
	}
}

func TestALevelIsOneThatThereIs(t *testing.T) {
	for _, c := range []struct {
		says  string
		level string
		code  string
	}{
		{"level: achieved", "achieved", "framework.level-said"},
		{"level: partially-achieved", "not-achieved", "framework.level-not-there"}, // A1.a is achieved or it is not
		{"answer: partly", "not-achieved", "framework.level-not-there"},
		{"level: superb", "", "framework.level-unknown"},
		{"level: achieved, reviewed: {level: not-achieved, by: assessor}", "not-achieved", "framework.reviewed"},
		{"level: achieved, reviewed: {level: not_achieved, by: assessor}", "", "framework.review-unknown"},
	} {
		j := at(t, service(t, "live", chose("4.0", "baseline")+claimed(t, "4.0", "A1.a")+`answers: [{id: a, framework: ncsc-caf, version: "4.0", requirement: A1.a, sentence: S, by: x, `+c.says+"}]\n"), noon)
		if got := findRequirement(t, j, "A1.a"); string(got.Level) != c.level || !hasReason(got.Reasons, c.code) || (got.Meets == judge.MeetsYes) != (c.level == "achieved") {
			t.Errorf("%s: it is %q, %s: %+v", c.says, got.Level, got.Meets, got.Reasons)
		}
	}
}

const document = `{title: T, version: "1", location: here, date: `

func TestADocumentThatIsNotInDateBearsNothingOut(t *testing.T) {
	for dates, counts := range map[string]bool{
		"2026-06-15}": true, "2026-06-16}": false, "2026-06-01, valid_until: 2026-06-15}": true, "2026-06-01, valid_until: 2026-06-14}": false,
	} {
		j := at(t, service(t, "live", "plan: {activities: [{id: risk-assessment, done: 2026-06-01, outputs: ["+document+dates+"]}]}\nsuppliers: [{id: host, name: Host, risk_report: "+document+dates+"}]\n"), noon)
		if got := findActivity(t, j, "risk-assessment"); (got.Standing == judge.Current) != counts || (got.Outputs.N == 1) != counts {
			t.Errorf("%s: the activity is %s with %+v", dates, got.Standing, got.Outputs)
		}
		if got := findSupplier(t, j, "host"); (got.Standing == judge.SupplierReady) != counts {
			t.Errorf("%s: the supplier is %s: %+v", dates, got.Standing, got.Reasons)
		}
	}
}

func TestASupplierIsNotReadyByWhatIsToCome(t *testing.T) {
	for says, want := range map[string]judge.SupplierStanding{
		"certificates: [{id: a, scheme: S, from: 2026-06-15, until: 2027-12-31}], until: 2026-12-31":                                        judge.SupplierReady,
		"certificates: [{id: a, scheme: S, from: 2026-06-16, until: 2027-12-31}], until: 2026-12-31":                                        judge.SupplierAction,
		"certificates: [{id: a, scheme: S, until: 2027-01-01}, {id: b, scheme: S, from: 2026-06-16, until: 2027-12-31}], until: 2026-12-31": judge.SupplierReady,
		"certificates: [{id: a, scheme: T, until: 2027-01-01}, {id: b, scheme: S, from: 2026-06-16, until: 2027-12-31}], until: 2026-12-31": judge.SupplierAction,
	} {
		j := at(t, service(t, "live", "suppliers: [{id: host, name: Host, assessment: {questionnaire: met}, "+says+"}]\n"), noon)
		if got := findSupplier(t, j, "host"); got.Standing != want {
			t.Errorf("%s: it is %s: %+v", says, got.Standing, got.Reasons)
		}
	}
	for answered, want := range map[string]judge.SupplierStanding{"2026-06-15": judge.SupplierReady, "2026-06-16": judge.SupplierUnknown} {
		j := at(t, service(t, "live", "suppliers: [{id: host, name: Host, assessment: {questionnaire: met, answered: "+answered+"}}]\n"), noon)
		if got := findSupplier(t, j, "host"); got.Standing != want {
			t.Errorf("answered on %s: it is %s: %+v", answered, got.Standing, got.Reasons)
		}
	}
}
