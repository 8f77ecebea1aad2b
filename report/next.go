package report

import (
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

const (
	mostDays  = 5
	mostSteps = 6
)

func (t *text) next() {
	t.coming()
	if steps := t.steps(); len(steps) > 0 {
		t.heading("What to do next")
		for i, s := range steps {
			t.wrap("  "+strconv.Itoa(i+1)+". ", s)
		}
	}
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
		day := t.day(c.At)
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

// steps lists what stands in the way of the next level, the most pressing kinds first, as things to do.
func (t *text) steps() (out []string) {
	var way []judge.Obstacle
	for i := range t.p.Profiles {
		way = append(way, t.p.Profiles[i].InTheWay...)
	}
	for _, kind := range []string{
		"controls-failing", "risks-above", "findings-overdue", "decisions-lapsed", "context-unknown", "overdue-activities", "risks-unjudged",
		"controls-not-claimed", "controls-not-evidenced", "due-activities", "context-proposed", "statements-unanswered",
	} {
		var ids []string
		for i := range way {
			if way[i].Reason.Code == "obstacle."+kind && !slices.Contains(ids, way[i].ID.Path) {
				ids = append(ids, way[i].ID.Path)
			}
		}
		if len(ids) > 0 && len(out) < mostSteps {
			out = append(out, advice(kind, some(ids, 3)))
		}
	}
	return out
}

// advice says what to do about things of one kind.
func advice(kind, which string) string {
	switch kind {
	case "controls-failing":
		return "Mend what is failing: " + which + ". Then hand in the new result with `bulkhead evidence add`."
	case "risks-above":
		return "Bring down, plan or have accepted the risks above what may be borne: " + which + "."
	case "findings-overdue":
		return "Mend the weaknesses past their deadline: " + which + "."
	case "decisions-lapsed":
		return "Decide again, or take back, what has lapsed: " + which + "."
	case "overdue-activities":
		return "Do the overdue activities, and note them under `plan.activities`: " + which + "."
	case "risks-unjudged":
		return "Judge the risks: " + which + "."
	case "controls-not-claimed":
		return "Put the required controls in place and say so under `controls`: " + which + "."
	case "context-unknown":
		return "Say what is not said yet: see above."
	case "controls-not-evidenced":
		return "Show that these controls work, with `bulkhead evidence add`: " + which + "."
	case "due-activities":
		return "Do the activities that are due: " + which + "."
	case "context-proposed":
		return "Have signed off by those who may, with `bulkhead decision draft sign-off`: " + which + "."
	}
	return "Answer the statements of " + which + " under `answers`."
}
