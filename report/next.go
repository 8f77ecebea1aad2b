package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/library"
)

const (
	mostDays  = 5
	mostSteps = 6
)

func (t *text) next() {
	t.coming()
	t.actions()
	t.line()
	t.wrap("", "The reasons behind anything here: bulkhead why ID")
}

// coming lists what will be so by itself, a line for each day and kind of change.
func (t *text) coming() {
	type group struct {
		day, text string
		ids       []string
	}
	var groups []group
	for _, c := range t.p.Changes {
		day := t.after(c.At)
		i := slices.IndexFunc(groups, func(g group) bool { return g.day == day && g.text == c.Text })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{day: day, text: c.Text})
		}
		groups[i].ids = append(groups[i].ids, c.ID.Path)
	}
	if len(groups) == 0 {
		return
	}
	t.heading("What comes by itself")
	shown := groups
	if !t.style.All {
		shown = groups[:min(len(groups), mostDays)]
	}
	for _, g := range shown {
		t.wrap("  "+g.day+"  ", g.text+": "+t.named(g.ids))
	}
	t.more(len(groups) - len(shown))
}

// after says from when something is so: after a day, or at a time of one.
func (t *text) after(at civil.Instant) string {
	if t.zone.Start(t.zone.On(at)) == at {
		return "after " + t.day(at)
	}
	return t.moment(at)
}

// actions lists what to do next, what gains most first.
func (t *text) actions() {
	if len(t.p.Actions) == 0 {
		return
	}
	t.heading("What to do next, what gains most first")
	shown := t.p.Actions
	if !t.style.All {
		shown = shown[:min(len(shown), mostSteps)]
	}
	for i := range shown {
		lead := "  " + strconv.Itoa(i+1) + ". "
		t.wrap(lead, shown[i].Text+".")
		t.wrap(strings.Repeat(" ", len(lead)), "Gains: "+Gains(&shown[i])+".")
	}
	t.more(len(t.p.Actions) - len(shown))
}

// Gains says what an action would gain: "2 fewer risks above what may be borne". What would get worse by it is said too.
func Gains(a *impact.Action) string {
	var parts []string
	for _, m := range gainOrder() {
		n := a.Gain[string(m.measure)]
		if m.measure == library.DueActivities {
			n -= a.Gain[string(library.OverdueActivities)] // what is overdue is due as well, and told once
		}
		if n > 0 {
			parts = append(parts, counted(n, "fewer "+m.one, "fewer "+m.many)+" "+m.what)
		} else if n < 0 {
			parts = append(parts, counted(-n, "more "+m.one, "more "+m.many)+" "+m.what)
		}
	}
	return strings.Join(parts, ", ")
}

// gainWord says how a measure is told.
type gainWord struct {
	measure         library.Measure
	one, many, what string
}

func gainOrder() []gainWord {
	return []gainWord{
		{library.RisksAbove, "risk", "risks", "above what may be borne"},
		{library.ControlsFailing, "control", "controls", "failing"},
		{library.FindingsOverdue, "weakness", "weaknesses", "past the deadline"},
		{library.OverdueActivities, "activity", "activities", "overdue"},
		{library.DecisionsLapsed, "decision", "decisions", "lapsed"},
		{library.SuppliersBlocked, "supplier", "suppliers", "not ready"},
		{library.RisksUnjudged, "risk", "risks", "not judged"},
		{library.ContextUnknown, "thing", "things", "not said"},
		{library.ControlsNotClaimed, "required control", "required controls", "not in place"},
		{library.ControlsNotEvidenced, "required control", "required controls", "not shown to work"},
		{library.ThreatsUnmanaged, "grave threat", "grave threats", "that nothing answers"},
		{library.PathsEasy, "path", "paths", "that an ordinary attacker could take"},
		{library.RequirementsBelow, "requirement", "requirements", "below the profile"},
		{library.DueActivities, "activity", "activities", "due"},
		{library.ContextProposed, "value", "values", "not signed off"},
		{library.StatementsUnanswered, "statement", "statements", "unanswered"},
		{library.ResidualScore, "point", "points", "of risk"},
	}
}
