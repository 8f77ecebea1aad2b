package report_test

import (
	"bytes"
	"cmp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// extreme is a posture with the longest of everything that a file may hold.
func extreme() *assess.Posture {
	long := strings.Repeat("x", 64)
	id := ident.ID(long)
	sentence := strings.Repeat("words and words ", 40) + strings.Repeat("/unbroken", 60)
	reason := judge.Reason{Code: "risk.within", Text: sentence, Because: []ident.Ref{ident.To(ident.KindControl, long), ident.Requirement(long, "2026-11", long)}}
	p := &assess.Posture{At: 1_800_000_000, NextChange: 1_900_000_000}
	p.Service, p.Marking = id, "TOP SECRET - UK EYES ONLY - RECIPIENTS ONLY - LOCSEN - COMMERCIAL - PERSONAL - LEGAL"
	signed := judge.Signed{Value: long, State: "proposed", Reasons: []judge.Reason{{Code: "context.sign-off-outdated", Text: sentence}}}
	p.Context = judge.ContextResult{
		Tier: signed, Register: signed, Appetite: signed, Scope: signed, Phase: model.PublicBeta, Defaults: true,
		DataProtection: judge.Screen{Outcome: "required", Reasons: []judge.Reason{reason}}, Components: []judge.ComponentContext{{ID: id, Reasons: []judge.Reason{reason}}},
	}
	for range 9 {
		p.Context.Unknowns = append(p.Context.Unknowns, judge.Obstacle{ID: ident.Claim("data", long), Reason: judge.Reason{Args: judge.Args{{Name: "what", Value: sentence}}}})
		p.Areas = append(p.Areas, judge.AreaResult{ID: id, Title: "Set your context", Standing: judge.Overdue, Current: 100, Due: 100, Overdue: 100, Reasons: []judge.Reason{reason}})
		p.Activities = append(p.Activities, judge.Activity{ID: id, Title: sentence, Standing: judge.Overdue, Reasons: []judge.Reason{reason, {Code: "activity.overdue", Text: "late"}}})
		p.Controls = append(p.Controls, judge.Control{ID: id, Title: sentence, Applicability: judge.Applicable, State: judge.Failing, Components: judge.Share{N: 1, Of: 9}, Reasons: []judge.Reason{reason}})
		p.Risks = append(p.Risks, judge.Risk{ID: id, Title: sentence, Standing: judge.Above, Inherent: judge.Level{Band: model.VeryHigh}, Reasons: []judge.Reason{reason}})
		p.Findings.Top = append(p.Findings.Top, judge.Finding{ID: id, Weakness: sentence, Place: sentence, Component: id, Reasons: []judge.Reason{reason}})
		p.Decisions = append(p.Decisions, judge.Decision{ID: id, Kind: "acceptance", State: "lapsed", Subject: []ident.Ref{ident.To(ident.KindRisk, long)}, Cause: &reason})
		p.Evidence = append(p.Evidence, judge.EvidenceUse{ID: id, State: "failed", Uses: []ident.Ref{ident.To(ident.KindControl, long)}})
		p.Principles = append(p.Principles, judge.Principle{ID: id, Standing: judge.NotMet, Reasons: []judge.Reason{reason}, Statements: []judge.Statement{{ID: id, Standing: judge.NotMet, Reasons: []judge.Reason{reason, reason}}}})
		p.Gates = append(p.Gates, judge.Gate{ID: id, Title: sentence, InTheWay: []judge.Obstacle{{ID: ident.To(ident.KindRisk, long), Reason: reason}}})
		p.Profiles = append(p.Profiles, judge.ProfileResult{Scheme: id, Level: id, InTheWay: []judge.Obstacle{{ID: ident.To(ident.KindRisk, long), Reason: judge.Reason{Code: "obstacle.risks-above", Text: sentence}}}})
		p.Changes = append(p.Changes, judge.Change{At: 1_900_000_000, ID: ident.To(ident.KindRisk, long), Text: sentence})
	}
	p.Findings.Counts.Open = 9
	return p
}

func fits(t *testing.T, text string, columns int) {
	t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if utf8.RuneCountInString(line) > columns || strings.HasSuffix(line, " ") {
			t.Errorf("line %d has %d columns, or a space at its end: %q", i+1, utf8.RuneCountInString(line), line)
		}
	}
}

func TestTextFitsWhateverItHolds(t *testing.T) {
	p := extreme()
	for _, style := range []report.Style{{Width: 80}, {Width: 80, All: true}, {Width: 60}, {Width: 40}, {Width: 40, All: true}, {}} {
		var out bytes.Buffer
		if err := report.Text(&out, p, strings.Repeat("A very long name ", 20), civil.Zone{}, style); err != nil {
			t.Fatal(err)
		}
		fits(t, out.String(), max(cmp.Or(style.Width, 80), 60))
		out.Reset()
		if err := report.Tree(&out, report.Explain(p, string(p.Service)), style); err != nil {
			t.Fatal(err)
		}
		if out.Len() == 0 {
			t.Error("nothing was explained")
		}
		fits(t, out.String(), max(cmp.Or(style.Width, 80), 60))
	}
}

// That somebody answers for something is no news that needs a look.
func TestTextOfDuties(t *testing.T) {
	p := &assess.Posture{}
	p.Duties = []judge.Duty{
		{Activity: "risk-assessment", Reasons: []judge.Reason{{Code: "duty.held", Text: "held"}}},
		{Activity: "threat-modelling", Reasons: []judge.Reason{{Code: "duty.vacant", Text: "vacant"}}},
	}
	for _, c := range []struct {
		all  bool
		want string
	}{{false, "Who answers\n  ~ vacant\n"}, {true, "Who answers\n  + held\n  ~ vacant\n"}} {
		var out bytes.Buffer
		if err := report.Text(&out, p, "", civil.Zone{}, report.Style{All: c.all}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("with all %v there is no %q in:\n%s", c.all, c.want, out.String())
		}
	}
}

func TestTextOfAnEmptyPosture(t *testing.T) {
	var out bytes.Buffer
	p := &assess.Posture{}
	p.Context.DataProtection.Outcome = "not-indicated"
	if err := report.Text(&out, p, "", civil.Zone{}, report.Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	fits(t, out.String(), 80)
	if found := report.Explain(p, "r1"); len(found) != 0 {
		t.Errorf("explained %v", found)
	}
}

// A capability that is older than this way of working is told so in its own words, and its phases by their own names.
func TestTextForDefence(t *testing.T) {
	p := &assess.Posture{}
	p.Context.Vocabulary = org.Defence
	for range 5 {
		p.Activities = append(p.Activities, judge.Activity{ID: "risk-appetite", Standing: judge.Overdue, Reasons: []judge.Reason{{Code: "activity.overdue", Args: judge.Args{{Name: "phase", Value: "alpha"}}}}})
	}
	report.Say(p)
	var out bytes.Buffer
	if err := report.Text(&out, p, "A capability", civil.Zone{}, report.Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"If the capability is older", "before assessment:", "under `service`"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("nothing says %q:\n%s", want, out.String())
		}
	}
}

// That nothing fails is never said alone where nothing is shown.
func TestNothingShownIsSaid(t *testing.T) {
	p := &assess.Posture{}
	p.Service = "portal"
	p.Controls = append(p.Controls, judge.Control{ID: "backup", Applicability: judge.Applicable, Weight: judge.RequiredWeight, State: judge.Missing, Components: judge.Share{Of: 1}, Reasons: []judge.Reason{}})
	var out bytes.Buffer
	if err := report.Overview(&out, []*assess.Posture{p, p}, map[ident.ID]string{"portal": "Benefits portal"}, report.Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 services", "In none of them", "~ Benefits portal (portal)", "but 1 of 1", "no risk is written"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("nothing says %q:\n%s", want, out.String())
		}
	}
}

func TestColourIsNeverTheOnlySign(t *testing.T) {
	p := extreme()
	var plain, coloured bytes.Buffer
	for style, out := range map[report.Style]*bytes.Buffer{{Width: 80}: &plain, {Width: 80, Colour: true}: &coloured} {
		if err := report.Text(out, p, "Name", civil.Zone{}, style); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(coloured.String(), "\x1b[31m!\x1b[0m") {
		t.Error("nothing is coloured")
	}
	stripped := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[31m", "", "\x1b[32m", "", "\x1b[33m", "").Replace(coloured.String())
	if words(stripped) != words(plain.String()) {
		t.Error("without colour something is missing")
	}
}

func words(s string) string { return strings.Join(strings.Fields(s), "") }

func TestNearest(t *testing.T) {
	p := extreme()
	p.Risks[0].ID = "stolen-laptop"
	if got := report.Nearest([]*assess.Posture{p}, "stolen-latpop"); got != "stolen-laptop" {
		t.Errorf("got %q", got)
	}
}
