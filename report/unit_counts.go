package report

import (
	"io"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

// UnitCountsVersion is the form of the counts of units.
const UnitCountsVersion = "unit-counts/v1"

// UnitCountsOnly is what may be shown of units where what is behind the counts may not.
type UnitCountsOnly struct {
	Bulkhead string       `json:"bulkhead"`
	Units    []UnitCounts `json:"units"`    // in order of id
	Withheld string       `json:"withheld"` // a sentence: why the rest is not here, and how to have it
}

// UnitCounts are the counts of one unit.
type UnitCounts struct {
	Unit       ident.ID      `json:"unit"`
	At         civil.Instant `json:"at"`
	NextChange civil.Instant `json:"next_change"`
	Marking    string        `json:"marking"`
	Services   int           `json:"services"`
	Counts     unit.Counts   `json:"counts"`
}

// WithholdUnits gives the counts of units, with the sentence that says why there is no more.
func WithholdUnits(units []*unit.Posture, sentence string) UnitCountsOnly {
	out := UnitCountsOnly{Bulkhead: UnitCountsVersion, Units: make([]UnitCounts, len(units)), Withheld: sentence}
	for i, u := range units {
		out.Units[i] = UnitCounts{Unit: u.Unit, At: u.At, NextChange: u.NextChange, Marking: u.Marking, Services: len(u.Services), Counts: u.Counts}
	}
	return out
}

// UnitCountsText writes the counts of units for a person in a log.
func UnitCountsText(w io.Writer, only UnitCountsOnly, zone civil.Zone, style Style) error {
	p := newPage(style)
	for i := range only.Units {
		u := &only.Units[i]
		p.wrap("", p.paint("1", string(u.Unit))+"  "+u.Marking)
		p.wrap("", "Judged at "+zone.Clock(u.At)+". Counts only.")
		p.line()
		p.wrap("  "+pad("services", 12), strconv.Itoa(u.Services))
		p.wrap("  "+pad("questions", 12), questionCounts(&u.Counts))
		m := &u.Counts.Milestones
		p.wrap("  "+pad("milestones", 12), strconv.Itoa(m.Reached)+" of "+strconv.Itoa(m.Of)+" reached, "+strconv.Itoa(m.Overdue)+" overdue")
		p.line()
	}
	p.wrap("", only.Withheld)
	return p.flush(w)
}

// questionCounts says how many questions stand in which way; what there is none of is left out.
func questionCounts(c *unit.Counts) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what unit.Standing
	}{
		{c.Met, unit.Met},
		{c.Partly, unit.Partly},
		{c.NotMet, unit.NotMet},
		{c.Claimed, unit.Claimed},
		{c.Stale, unit.Stale},
		{c.Proposed, unit.Proposed},
		{c.BeingAssessed, unit.BeingAssessed},
		{c.NotStarted, unit.NotStarted},
		{c.Unanswered, unit.Unanswered},
	} {
		if p.n > 0 {
			parts = append(parts, strconv.Itoa(p.n)+" "+standsAs(p.what))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}
