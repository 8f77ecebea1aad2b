package report

import (
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
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

// steps lists things to do, the most pressing kinds first: what is wrong now, and what stands in the way of the next level.
func (t *text) steps() (out []string) {
	for _, kind := range []string{
		"controls-failing", "risks-above", "findings-overdue", "decisions-lapsed", "context-unknown", "overdue-activities", "risks-unjudged",
		"controls-not-claimed", "controls-not-evidenced", "due-activities", "context-proposed", "statements-unanswered",
	} {
		ids := t.wrong(kind)
		for i := range t.p.Profiles {
			for _, o := range t.p.Profiles[i].InTheWay {
				if o.Reason.Code == "obstacle."+kind && !slices.Contains(ids, o.ID.Path) {
					ids = append(ids, o.ID.Path)
				}
			}
		}
		if len(ids) > 0 && len(out) < mostSteps {
			out = append(out, advice(kind, some(ids, 3)))
		}
	}
	return out
}

// wrong names what is wrong of a kind, whether or not a level allows for some of it.
func (t *text) wrong(kind string) (ids []string) {
	note := func(is bool, id ident.ID) {
		if is {
			ids = append(ids, string(id))
		}
	}
	switch kind {
	case "controls-failing":
		for i := range t.p.Controls {
			c := &t.p.Controls[i]
			note(c.State == judge.Failing && c.Applicability != judge.NotApplicable, c.ID)
		}
	case "risks-above":
		for i := range t.p.Risks {
			s := t.p.Risks[i].Standing
			note(s == judge.Above || s == judge.Escalated, t.p.Risks[i].ID)
		}
	case "findings-overdue":
		for i := range t.p.Findings.Top {
			note(t.p.Findings.Top[i].Overdue, t.p.Findings.Top[i].ID)
		}
	case "decisions-lapsed":
		for i := range t.p.Decisions {
			note(t.p.Decisions[i].State == string(decision.Lapsed), t.p.Decisions[i].ID)
		}
	case "context-unknown":
		for i := range t.p.Context.Unknowns {
			ids = append(ids, t.p.Context.Unknowns[i].ID.Path)
		}
	case "risks-unjudged":
		for i := range t.p.Risks {
			note(t.p.Risks[i].Standing == judge.Unjudged, t.p.Risks[i].ID)
		}
	}
	return ids
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
