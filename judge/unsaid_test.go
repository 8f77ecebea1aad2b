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

const threeParts = `architecture: {components: [{id: a, type: api, zone: in}, {id: b, type: api, zone: in}, {id: c, type: datastore, zone: in}], zones: [{id: in, trust: internal}]}
`

// A control that nobody requires and that is claimed for some of the components where it could be works on a part only,
// and so proposes nothing.
func TestAControlOnSomeComponentsProposesNothing(t *testing.T) {
	for components, want := range map[string]ident.ID{"[a, b, c]": "met", "[a, b]": "", "[]": "met"} {
		s := service(t, "live", threeParts+"plan: {frameworks: [{id: f, framework: f}]}\ncontrols: [{id: shown, status: implemented, components: "+components+"}]\n")
		s.Library = withControl(t, library.OnComponent)
		s.Evidence = []evidence.Record{passed(t, "seen", library.TestResult, "2026-06-01", "shown")}
		if r := findRequirement(t, at(t, s, noon), "r"); r.Proposal != want {
			t.Errorf("claimed for %s, %q is proposed: %+v", components, r.Proposal, r.Reasons)
		}
	}
}

// withControl gives the packs with a framework of one requirement, and one control that shows all of it.
func withControl(t testing.TB, on library.Place) *library.Library {
	t.Helper()
	packs := append([]library.Pack{}, builtin()...)
	year := packsInForce(t).Settings.OwnCheck.Fresh
	packs = append(packs, library.Pack{
		Pack: "v1", ID: "own", Version: "1", Mark: library.Ours, Frameworks: []library.Framework{{ID: "f", Version: "1", Title: "F", Requirements: []library.Requirement{{ID: "r"}}}},
		Controls: []library.Control{{
			ID: "shown", Title: "Shown", On: on, Checks: []library.Check{{ID: "c", Kinds: []library.EvidenceKind{library.TestResult}, Strength: library.Tested, Coverage: library.Each, Fresh: year}},
			Mappings: []library.Mapping{{Framework: "f", Version: "1", ID: "r", Relation: library.Equal, Why: "It is the same", Reviewed: model.Yes}},
		}},
	})
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// What is supposed to be shown everywhere is, where no claim of it was as well.
func TestAControlIsSupposedToBeShownEverywhere(t *testing.T) {
	s := service(t, "live", threeParts+"controls: [{id: patching, status: implemented, components: [a]}]\n")
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	base := judge.NewBase(in, noon)
	if c := findControl(t, base.Judgement(), "patching"); c.State != judge.Missing {
		t.Fatalf("on one of three components it is %s: the test needs a control that is required", c.State)
	}
	if c := findControl(t, base.Suppose(&judge.Supposition{With: []ident.ID{"patching"}}), "patching"); c.State != judge.Evidenced || c.Components.N != 3 {
		t.Errorf("it is supposed to be shown everywhere, and is %s on %+v", c.State, c.Components)
	}
}

// A failure is one where nobody has drawn the parts of the service, and claims nothing.
func TestAFailureCountsWhereNoPartIsDrawn(t *testing.T) {
	s := service(t, "live", "")
	failed := passed(t, "seen", library.Scan, "2026-06-01", "patching")
	failed.Outcome = evidence.Failed
	if c := findControl(t, at(t, s, noon), "patching"); c.State != judge.Unknown || c.Applicability != judge.UnknownApplicability {
		t.Fatalf("it is %s, %s", c.State, c.Applicability)
	}
	s.Evidence = []evidence.Record{failed}
	if c := findControl(t, at(t, s, noon), "patching"); c.State != judge.Failing || c.Applicability != judge.Applicable {
		t.Errorf("it is %s, %s: %+v", c.State, c.Applicability, c.Reasons)
	}
}

// To say of a control for which there is nothing here that it does not apply needs nobody's leave.
func TestWhatNothingIsThereForDoesNotApply(t *testing.T) {
	s := service(t, "live", "architecture: {components: [{id: c, type: queue, zone: in}], zones: [{id: in, trust: internal}]}\ncontrols: [{id: code-review, applicability: not-applicable, reason: There is no code}]\n")
	if c := findControl(t, at(t, s, noon), "code-review"); c.Applicability != judge.NotApplicable || c.Weight != judge.RequiredWeight {
		t.Errorf("it is %s, %s: %+v", c.Applicability, c.State, c.Reasons)
	}
}
