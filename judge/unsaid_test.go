package judge_test

import (
	"fmt"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// What the laws found about things that nobody has said: each on the smallest service that shows it.

func TestASupplierIsNotReadyWhileSomethingIsNotSaid(t *testing.T) {
	for _, c := range []struct {
		says string
		want judge.SupplierStanding
		code string
	}{
		{"certificates: [{id: ce, scheme: S}]", judge.SupplierUnknown, "supplier.certificate-end-unknown"},
		{"certificates: [{id: ce, scheme: S, until: 2027-01-01}]", judge.SupplierAction, "supplier.certificate-ends"},
		{"certificates: [{id: ce, scheme: S, until: 2027-01-01}], until: 2026-12-31", judge.SupplierReady, "supplier.ready"},
		{"clauses: [{id: data-return}]", judge.SupplierUnknown, "supplier.clause-unknown"},
		{"responses: [{id: r1}]", judge.SupplierUnknown, "supplier.requirement-unanswered"},
		{"responses: [{id: r1, answer: met}]", judge.SupplierReady, "supplier.ready"},
	} {
		j := at(t, service(t, "live", "suppliers: [{id: host, name: Host, assessment: {questionnaire: met}, "+c.says+"}]\n"), noon)
		if got := findSupplier(t, j, "host"); got.Standing != c.want || !hasReason(got.Reasons, c.code) {
			t.Errorf("%s: it is %s: %+v", c.says, got.Standing, got.Reasons)
		}
	}
}

func TestAnObligationThatMayFollowIsNotPutAsideByAWord(t *testing.T) {
	for _, c := range []struct {
		personal, applies string
		want              model.Attribute
		required          bool
	}{
		{"unknown", "unknown", model.Unknown, true},
		{"unknown", "no", model.Unknown, true},
		{"unknown", "yes", model.Yes, true},
		{"no", "no", model.No, false},
		{"yes", "no", model.Yes, true},
	} {
		text := fmt.Sprintf("context: {obligations: [{id: uk-gdpr, name: UK GDPR, applies: %s}]}\ndata: [{id: d, name: D, personal: %s}]\n", c.applies, c.personal)
		j := at(t, service(t, "alpha", text), noon)
		var got *judge.Obligation
		for i := range j.Context.Obligations {
			if j.Context.Obligations[i].ID == "uk-gdpr" {
				got = &j.Context.Obligations[i]
			}
		}
		required := false
		for i := range j.Controls {
			required = required || j.Controls[i].ID == "data-minimisation" && j.Controls[i].Weight == judge.RequiredWeight
		}
		if got == nil || got.Applies != c.want || required != c.required {
			t.Errorf("personal %s, applies %s: %+v, and its controls are required: %v", c.personal, c.applies, got, required)
		}
	}
}

func TestTheScreenSaysNothingWhileItIsNotAnswered(t *testing.T) {
	all := "innovative_technology: no, automated_decisions: no, profiling: no, matching: no, invisible_processing: no, tracking: no, public_monitoring: no, physical_harm: no"
	for _, c := range []struct{ data, screen, want, code string }{
		{"personal: yes, special_category: no, criminal_offence: no", all, "not-indicated", "context.data-protection-not-indicated"},
		{"personal: yes, special_category: no, criminal_offence: no", "tracking: no", "unknown", "context.screen-unanswered"},
		{"personal: no", "", "not-indicated", "context.data-protection-not-indicated"},
		{"personal: yes", all, "likely", "context.data-protection-likely"},
		{"classification: OFFICIAL", all, "unknown", "context.data-protection-unknown"},
	} {
		s := at(t, service(t, "live", "context: {data_protection: {"+c.screen+"}}\ndata: [{id: d, name: D, "+c.data+", records: 10}]\n"), noon).Context.DataProtection
		if s.Outcome != c.want || !hasReason(s.Reasons, c.code) {
			t.Errorf("%s, %s: it is %s: %+v", c.data, c.screen, s.Outcome, s.Reasons)
		}
	}
}

// A control that is shown not to work speaks against an answer whether or not somebody still claims it.
func TestAFailureCapsAnAnswerWithoutAClaim(t *testing.T) {
	for _, claim := range []string{"", "controls: [{id: encryption-in-transit, status: implemented}]\n"} {
		s := service(t, "alpha", claim+chose("4.0", "")+`answers: [{id: a, framework: ncsc-caf, version: "4.0", requirement: B3.b, level: achieved, sentence: S, by: assessor}]`+"\n")
		if r := findRequirement(t, at(t, s, noon), "B3.b"); r.Level != "achieved" {
			t.Fatalf("with %q and nothing to speak against it, it is %s: %+v", claim, r.Level, r.Reasons)
		}
		failed := passed(t, "seen", library.Scan, "2026-06-01", "encryption-in-transit")
		failed.Outcome = evidence.Failed
		s.Evidence = []evidence.Record{failed}
		if r := findRequirement(t, at(t, s, noon), "B3.b"); r.Level != "partially-achieved" || !hasReason(r.Reasons, "statement.contradicted") {
			t.Errorf("with %q it is %s: %+v", claim, r.Level, r.Reasons)
		}
	}
}

func TestADutySaysWhetherSomebodyHoldsTheRole(t *testing.T) {
	s := service(t, "live", "plan: {rasci: [{activity: b, accountable: [held]}, {activity: a, accountable: [vacant]}, {activity: c, accountable: [unheard-of]}]}\n")
	s.Organisation = &org.Organisation{
		Bulkhead: "v1", ID: "o", Name: "O", People: []org.Person{{ID: "p"}},
		Appointments: []org.Appointment{{Role: "held", Person: "p"}, {Role: "vacant", Person: "p", Until: day(t, "2026-01-01")}},
	}
	want := []struct {
		activity ident.ID
		code     string
	}{{"a", "duty.vacant"}, {"b", "duty.held"}, {"c", "duty.not-appointed"}}
	for i, d := range at(t, s, noon).Duties {
		if d.Activity != want[i].activity || !hasReason(d.Reasons, want[i].code) {
			t.Errorf("%+v, want %+v", d, want[i])
		}
	}
}
