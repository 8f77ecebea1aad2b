package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/finding"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// findings is the result of stage 3.
type findings struct {
	all  []finding.Finding
	open []Finding // by deadline
}

// findings is stage 3: weaknesses folded over runs, each with a deadline from the service's own context.
func (j *judging) findings(c *contexts) *findings {
	f := &findings{all: finding.Fold(j.evidence, j.zone, j.watch), open: []Finding{}}
	for i := range f.all {
		if f.all[i].Open() {
			f.open = append(f.open, j.due(&f.all[i], c))
		}
	}
	slices.SortFunc(f.open, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(soon(a.Deadline), soon(b.Deadline)), cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), cmp.Compare(a.ID, b.ID))
	})
	return f
}

// soon puts what has no deadline last.
func soon(t civil.Instant) civil.Instant {
	if t == 0 {
		return 1 << 62
	}
	return t
}

func (j *judging) due(f *finding.Finding, c *contexts) Finding {
	out := Finding{ID: f.ID, Weakness: f.Weakness, Place: f.Place, Component: f.Component, Severity: f.Severity, First: f.First}
	why := make([]ident.Ref, 0, len(f.Seen)+1)
	for _, id := range f.Seen[:min(len(f.Seen), 5)] {
		why = append(why, evidenceRef(id))
	}
	row := j.deadline(f, c)
	if row == nil {
		out.Reasons = []Reason{because("finding.no-deadline", why, Arg{"severity", cmp.Or(string(f.Severity), "unknown")})}
		return out
	}
	out.Deadline = j.zone.Add(f.First, row.Item.Within)
	out.Overdue = j.watch.Passed(out.Deadline)
	code := "finding.due"
	if out.Overdue {
		code = "finding.overdue"
	}
	out.Escalated, out.Escalates = j.escalated(f, row)
	out.Reasons = []Reason{because(code, append(why, row.Ref), Arg{"severity", cmp.Or(string(f.Severity), "unknown")}, Arg{"within", row.Item.Within.Text()}, Arg{"deadline", j.zone.On(out.Deadline - 1).String()})}
	if out.Escalated != "" {
		out.Reasons = append(out.Reasons, because("finding.escalated", refs(row.Ref), Arg{"to", string(out.Escalated)}, Arg{"since", j.zone.On(f.First).String()}))
	}
	return out
}

// escalated gives the role that is to be told of a weakness that has been open so long, empty for none, and when the next
// one is.
func (j *judging) escalated(f *finding.Finding, row *library.Entry[library.Deadline]) (to ident.ID, next civil.Instant) {
	for _, e := range row.Item.Escalate {
		at := j.zone.Add(f.First, e.After)
		if !j.watch.Passed(at) {
			return to, at
		}
		to = e.To
	}
	return to, 0
}

// deadline finds the first row of the table that speaks of the finding. What is unknown of its exposure counts as public,
// and a severity that nobody gave as that for which the table gives the least time; of several, the gravest.
func (j *judging) deadline(f *finding.Finding, c *contexts) *library.Entry[library.Deadline] {
	exposure := model.Public
	if i, ok := j.components[f.Component]; ok && c.components[i].Exposure != "" {
		exposure = c.components[i].Exposure
	}
	var least *library.Entry[library.Deadline]
	first := map[model.Band]bool{}
	for i := range j.library.Deadlines {
		row := &j.library.Deadlines[i]
		severity := row.Item.Severity
		if first[severity] || row.Item.Exposure != "" && exposure.Rank() < row.Item.Exposure.Rank() {
			continue
		}
		if first[severity] = true; severity == f.Severity {
			return row
		}
		if least == nil || cmp.Or(cmp.Compare(j.zone.Add(f.First, row.Item.Within), j.zone.Add(f.First, least.Item.Within)), cmp.Compare(least.Item.Severity.Rank(), severity.Rank())) < 0 {
			least = row
		}
	}
	if f.Severity != "" {
		return nil
	}
	return least
}

// borne takes what somebody with the authority bears out of what is overdue: it stays open, and says who bears it.
func (j *judging) borne(f *findings, acceptances *verdicts) *findings {
	out := &findings{all: f.all, open: slices.Clone(f.open)}
	for i := range j.decided {
		d := &j.decided[i]
		if v, is := acceptances.at[i]; !is || d.Kind != decision.FindingAcceptance || !v.State.Binds() {
			continue
		}
		for k := range out.open {
			if x := &out.open[k]; string(x.ID) == d.Subject[0].Path {
				x.Accepted, x.Overdue, x.Escalated, x.Escalates = d.ID, false, "", 0
				x.Reasons = append(slices.Clone(x.Reasons), because("finding.accepted", refs(decisionRef(d.ID)), Arg{"decision", string(d.ID)}))
			}
		}
	}
	slices.SortStableFunc(out.open, func(a, b Finding) int { return cmp.Compare(pressing(&a), pressing(&b)) })
	return out
}

// pressing puts what is overdue first and what somebody bears last.
func pressing(f *Finding) int {
	switch {
	case f.Overdue:
		return 0
	case f.Accepted != "":
		return 2
	}
	return 1
}

func (f *findings) public() Findings {
	out := Findings{open: f.open, Top: f.open[:min(len(f.open), 10)], Counts: FindingCounts{Open: len(f.open), Closed: len(f.all) - len(f.open)}}
	for i := range f.open {
		if f.open[i].Overdue {
			out.Counts.Overdue++
		}
	}
	return out
}

func (f *findings) find(id ident.ID) *finding.Finding {
	for i := range f.all {
		if f.all[i].ID == id {
			return &f.all[i]
		}
	}
	return nil
}
