package report_test

import (
	"bytes"
	"cmp"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

// extremeUnit is a unit with the longest of everything that a file may hold.
func extremeUnit() *unit.Posture {
	long := strings.Repeat("x", 64)
	id := ident.ID(long)
	sentence := strings.Repeat("words and words ", 40) + strings.Repeat("/unbroken", 60)
	from := ident.To(ident.KindOrganisation, "/units/"+long+"/appetite")
	p := &unit.Posture{Bulkhead: unit.Version, At: 1_800_000_000, NextChange: 1_900_000_000}
	p.Unit, p.Name, p.Parent, p.Owner, p.Marking = id, sentence, id, long, "TOP SECRET - RECIPIENTS ONLY - LOCSEN - COMMERCIAL - PERSONAL - LEGAL - UK EYES ONLY - AND MORE"
	p.Appetite = unit.Appetite{Max: "very-high", From: &from, Statement: sentence, ByKind: []unit.KindCeiling{{Kind: "supply-chain", Max: "very-low", From: &from}}}
	p.Maturity = unit.Maturity{Median: "optimising", Lowest: "initial", Known: 1, Unknown: 99}
	p.Counts = unit.Counts{Met: 1, Partly: 1, NotMet: 1, BeingAssessed: 1, NotStarted: 1, Claimed: 1, Proposed: 1, Stale: 1, Unanswered: 1, Of: 9}
	bad := judge.Reason{Code: "unit.contradicted", Text: sentence, Because: []ident.Ref{ident.To(ident.KindControl, long).In(id)}}
	for i, s := range []unit.Standing{unit.Met, unit.Partly, unit.NotMet, unit.BeingAssessed, unit.NotStarted, unit.Claimed, unit.Proposed, unit.Stale, unit.Unanswered} {
		p.Services = append(p.Services, unit.Row{Service: id, Name: sentence, Unit: id, Phase: "demonstration", Tier: []string{long, "high", ""}[i%3], RisksAbove: 1000 * i, RisksUnjudged: i, Overdue: i, Profiles: []unit.Level{{Level: id}, {}}})
		p.Principles = append(p.Principles, unit.Principle{ID: ident.ID(long[i:]), Title: sentence, Standing: s, Reasons: []judge.Reason{bad}})
		for _, answer := range []unit.Standing{"", unit.Met} {
			p.Questions = append(p.Questions, unit.Question{ID: id, Principle: ident.ID(long[i:]), Text: sentence, Standing: s, Answer: answer, By: long, Maturity: "measured", Reasons: []judge.Reason{bad, {Code: "unit.role-not-held", Text: sentence}}})
		}
		m := []unit.MilestoneStanding{unit.Reached, unit.Planned, unit.Overdue, unit.Open}[i%4]
		p.Milestones = append(p.Milestones, unit.Milestone{ID: id, Number: i * 10, Title: sentence, Stage: []string{"preparation", "transition"}[i/5], Standing: m, Reasons: []judge.Reason{bad}})
		p.Changes = append(p.Changes, judge.Change{At: 1_900_000_000, ID: from, Text: sentence})
	}
	return p
}

func TestUnitTextFitsWhateverItHolds(t *testing.T) {
	for _, p := range []*unit.Posture{extremeUnit(), {}} {
		for _, style := range []report.Style{{Width: 80}, {Width: 80, All: true}, {Width: 60}, {Width: 40}, {}} {
			var out bytes.Buffer
			if err := report.UnitText(&out, p, civil.Zone{}, style); err != nil {
				t.Fatal(err)
			}
			if err := report.OutsideText(&out, 0, []ident.ID{p.Unit, p.Unit}, style); err != nil {
				t.Fatal(err)
			}
			if err := report.UnitCountsText(&out, report.WithholdUnits([]*unit.Posture{p}, strings.Repeat("a sentence ", 30)), civil.Zone{}, style); err != nil {
				t.Fatal(err)
			}
			fits(t, out.String(), max(cmp.Or(style.Width, 80), 60))
		}
	}
}

func TestUnitInColour(t *testing.T) {
	p := extremeUnit()
	var plain, coloured bytes.Buffer
	for style, out := range map[report.Style]*bytes.Buffer{{Width: 80}: &plain, {Width: 80, Colour: true}: &coloured} {
		if err := report.UnitText(out, p, civil.Zone{}, style); err != nil {
			t.Fatal(err)
		}
	}
	stripped := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[31m", "", "\x1b[32m", "", "\x1b[33m", "").Replace(coloured.String())
	if coloured.String() == plain.String() || words(stripped) != words(plain.String()) {
		t.Error("colour is missing, or is the only sign of something")
	}
}

// Counts name nothing that an answer or a service says.
func TestUnitCountsNameNothing(t *testing.T) {
	p := extremeUnit()
	p.Unit, p.Marking = "branch", "OFFICIAL - SENSITIVE"
	var out bytes.Buffer
	only := report.WithholdUnits([]*unit.Posture{p}, "Only counts.")
	if err := report.UnitCountsText(&out, only, civil.Zone{}, report.Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if err := report.JSON(&out, only); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "xx") || strings.Contains(out.String(), "unbroken") || !strings.Contains(out.String(), "1 claimed") {
		t.Errorf("%s", out.String())
	}
}
