package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

func (t *text) areas() {
	t.heading(pad("The seven areas", 36) + "overdue   due   current")
	for i := range t.p.Areas {
		a := &t.p.Areas[i]
		row := "  " + t.mark(areaMark(a.Standing)) + " " + pad(a.Title, 32)
		if a.Standing == judge.NotDue {
			t.line(row, "nothing is due yet")
			continue
		}
		t.line(row, column(a.Overdue, 7), column(a.Due, 6), column(a.Current, 10))
	}
	if t.style.All {
		t.everyActivity()
		return
	}
	for _, want := range pressing() {
		t.activities(want)
	}
	t.midLife()
}

// column writes a number to the right of a column, and nothing as a dash.
func column(n, wide int) string {
	s := strconv.Itoa(n)
	if n == 0 {
		s = "-"
	}
	return strings.Repeat(" ", max(wide-len(s), 1)) + s
}

func areaMark(s judge.ActivityStanding) mark {
	switch s {
	case judge.Current:
		return good
	case judge.Overdue:
		return bad
	case judge.NotDue:
		return none
	}
	return look
}

// pressing gives the standings of activities that need a look, the worst first.
func pressing() []judge.ActivityStanding {
	return []judge.ActivityStanding{judge.Overdue, judge.Reopened, judge.EstablishBy, judge.Due, judge.UnknownWhen}
}

// activities lists those of one standing: those with the same reason together, in the order in which they were asked for.
func (t *text) activities(want judge.ActivityStanding) {
	var order []string
	ids, asked := map[string][]string{}, map[string]int{}
	for i := range t.p.Activities {
		a := &t.p.Activities[i]
		if a.Standing != want {
			continue
		}
		last := &a.Reasons[len(a.Reasons)-1]
		why := last.Text
		if ids[why] == nil {
			order = append(order, why)
			asked[why] = stageOf(cmp.Or(last.Args.Get("by"), last.Args.Get("phase")))
		}
		ids[why] = append(ids[why], string(a.ID))
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(asked[a], asked[b]) })
	for _, why := range order {
		t.wrap("  "+t.mark(areaMark(want))+" ", why+":")
		t.wrap("      ", strings.Join(ids[why], ", "))
	}
}

// everyActivity lists every activity with its standing and all its reasons.
func (t *text) everyActivity() {
	t.line()
	for i := range t.p.Activities {
		a := &t.p.Activities[i]
		t.wrap("  "+t.mark(areaMark(a.Standing))+" ", string(a.ID)+": "+a.Title)
		for k := range a.Reasons {
			t.wrap("      ", a.Reasons[k].Text)
		}
	}
}

const manyOverdue = 5

// midLife says how a service that is older than this way of working gets time to catch up.
func (t *text) midLife() {
	n := 0
	for i := range t.p.Activities {
		for _, r := range t.p.Activities[i].Reasons {
			if r.Code == "activity.overdue" {
				n++
			}
		}
	}
	if n >= manyOverdue {
		t.wrap("    ", InWords(vocabularyOf(t.p), "If the service is older than this way of working, say so: with `adopted_at` and `entered_at_phase` under `service`, there is time to establish what earlier phases ask for."))
	}
}
