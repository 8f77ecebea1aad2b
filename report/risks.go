package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

const mostQuiet = 5 // things that need no look and are still shown one by one

func (t *text) risks() {
	if len(t.p.Risks) == 0 {
		t.heading("Risks: none in the register")
		return
	}
	t.heading("Risks (" + strconv.Itoa(len(t.p.Risks)) + "): inherent > residual as claimed > as evidenced")
	list := slices.Clone(t.p.Risks)
	slices.SortStableFunc(list, func(a, b judge.Risk) int { return cmp.Compare(urgency(a.Standing), urgency(b.Standing)) })
	var quiet []string
	for i := range list {
		if r := &list[i]; riskMark(r.Standing) == good && !t.style.All && len(list) > mostQuiet {
			quiet = append(quiet, string(r.ID))
			continue
		}
		t.risk(&list[i])
	}
	if len(quiet) > 0 {
		t.list(good, "within what may be borne, or accepted: ", quiet)
	}
}

func (t *text) risk(r *judge.Risk) {
	t.wrap("  "+t.mark(riskMark(r.Standing))+" ", t.paint("1", string(r.ID))+": "+r.Title)
	if r.Standing == judge.Unjudged {
		t.wrap("      ", t.paint("1", "not judged"))
	} else {
		t.wrap("      ", bands(r)+": "+t.paint("1", string(r.Standing)))
	}
	for i := range r.Reasons {
		t.wrap("      ", r.Reasons[i].Text)
	}
}

func bands(r *judge.Risk) string {
	return band(r.Inherent) + " > " + band(r.ResidualClaimed) + " > " + band(r.ResidualEvidenced)
}

func band(l judge.Level) string { return cmp.Or(string(l.Band), "not judged") }

// urgency orders standings from what needs a look first.
func urgency(s judge.Standing) int {
	return slices.Index([]judge.Standing{judge.Above, judge.Unjudged, judge.Escalated, judge.Treating, judge.Accepted, judge.Within}, s)
}

func riskMark(s judge.Standing) mark {
	switch s {
	case judge.Within, judge.Accepted:
		return good
	case judge.Above, judge.Unjudged:
		return bad
	}
	return look
}

// list names many things in one paragraph, under its sign and a word.
func (t *text) list(m mark, lead string, ids []string) {
	t.wrap("  "+t.mark(m)+" ", lead+some(ids, len(ids)))
}
