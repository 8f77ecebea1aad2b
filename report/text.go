package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Text writes a posture for a person at a terminal: what the service is, where it stands, what needs a look, and what to
// do next.
func Text(w io.Writer, p *assess.Posture, name string, zone civil.Zone, style Style) error {
	t := &text{page: newPage(style), p: p, zone: zone}
	t.head(name)
	t.areas()
	t.risks()
	t.controls()
	t.findings()
	t.decisions()
	t.principles()
	t.evidence()
	t.next()
	return t.flush(w)
}

type text struct {
	*page
	p    *assess.Posture
	zone civil.Zone
}

func (t *text) head(name string) {
	c := &t.p.Context
	title := t.paint("1", name) + " (" + string(t.p.Service) + ")"
	gap := max(t.style.Width-width(title)-len(t.p.Marking), 2)
	t.line(title, strings.Repeat(" ", gap), t.p.Marking)
	t.line("Phase ", string(c.Phase), ", tier ", c.Tier.Value, " (", c.Tier.State, "), may bear ", cmp.Or(c.Appetite.Value, "nothing said"), " (", c.Appetite.State, ")")
	t.line("Judged at ", t.moment(t.p.At), t.until())
	if c.Defaults {
		t.line("No organisation file was found: built-in defaults apply.")
	}
	for i := range t.p.Profiles {
		t.profile(&t.p.Profiles[i])
	}
}

// moment writes an instant in the zone of the dates.
func (t *text) moment(at civil.Instant) string { return t.zone.Clock(at) }

func (t *text) until() string {
	switch {
	case t.p.NextChange == 0:
		return "; holds until something is done"
	case t.p.Exact:
		return "; holds until " + t.moment(t.p.NextChange)
	}
	return "; holds at least until " + t.moment(t.p.NextChange)
}

func (t *text) profile(r *judge.ProfileResult) {
	line := "Indicative profile: " + t.paint("1", strings.ToUpper(string(r.Level))) + " (Bulkhead's own rule, not an official confidence profile)"
	t.wrap("", line)
	if n := len(r.InTheWay); n > 0 {
		t.line("In the way of the next level: ", things(n), ". See below.")
	}
}

func things(n int) string {
	if n == 1 {
		return "1 thing"
	}
	return strconv.Itoa(n) + " things"
}

func (t *text) areas() {
	t.heading("The seven areas")
	for i := range t.p.Areas {
		a := &t.p.Areas[i]
		t.line("  ", t.mark(areaMark(a.Standing)), " ", pad(a.Title, 30), pad(string(a.Standing), 10), a.Reasons[0].Text)
	}
	for _, want := range []judge.ActivityStanding{judge.Overdue, judge.Reopened, judge.EstablishBy, judge.Due} {
		t.activities(want)
	}
	if left := t.quiet(); left > 0 {
		t.line("    and ", strconv.Itoa(left), " more not shown: add --all")
	}
}

const mostActivities = 4

func (t *text) activities(want judge.ActivityStanding) {
	shown := 0
	for i := range t.p.Activities {
		a := &t.p.Activities[i]
		if a.Standing != want || shown >= mostActivities && !t.style.All {
			continue
		}
		shown++
		t.wrap("    "+pad(string(a.Standing), 13), string(a.ID)+": "+a.Reasons[len(a.Reasons)-1].Text)
	}
}

// quiet counts the activities that were left out.
func (t *text) quiet() (left int) {
	if t.style.All {
		return 0
	}
	count := map[judge.ActivityStanding]int{}
	for i := range t.p.Activities {
		switch s := t.p.Activities[i].Standing; s {
		case judge.Overdue, judge.Reopened, judge.EstablishBy, judge.Due:
			if count[s]++; count[s] > mostActivities {
				left++
			}
		}
	}
	return left
}

// mark is a sign and a colour: good, needs a look, bad or nothing to say.
type mark int

const (
	good mark = iota
	look
	bad
	none
)

func (t *text) mark(m mark) string {
	switch m {
	case good:
		return t.paint("32", "+")
	case look:
		return t.paint("33", "~")
	case bad:
		return t.paint("31", "!")
	}
	return " "
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

func (t *text) risks() {
	if len(t.p.Risks) == 0 {
		t.heading("Risks: none in the register")
		return
	}
	t.heading("Risks (" + strconv.Itoa(len(t.p.Risks)) + ")   inherent > as claimed > as evidenced")
	for i := range t.p.Risks {
		r := &t.p.Risks[i]
		bands := band(r.Inherent) + " > " + band(r.ResidualClaimed) + " > " + band(r.ResidualEvidenced)
		t.line("  ", t.mark(riskMark(r.Standing)), " ", pad(string(r.ID), 10), pad(short(r.Title, 30), 31), bands)
		t.wrap("      "+t.paint("1", string(r.Standing))+": ", r.Reasons[len(r.Reasons)-1].Text)
		for k := range r.Reasons[:len(r.Reasons)-1] {
			t.wrap("      ", r.Reasons[k].Text)
		}
	}
}

func band(l judge.Level) string { return cmp.Or(string(l.Band), "not judged") }

func riskMark(s judge.Standing) mark {
	switch s {
	case judge.Within, judge.Accepted:
		return good
	case judge.Above, judge.Unjudged:
		return bad
	}
	return look
}

func (t *text) controls() {
	required, counts := 0, map[judge.State]int{}
	applicable := 0
	for i := range t.p.Controls {
		c := &t.p.Controls[i]
		if c.Applicability == judge.NotApplicable {
			continue
		}
		applicable++
		counts[c.State]++
		if c.Weight == judge.RequiredWeight {
			required++
		}
	}
	t.heading(fmt.Sprintf("Controls (%d, %d of them required)", applicable, required))
	var parts []string
	for _, s := range []judge.State{judge.Evidenced, judge.Claimed, judge.Stale, judge.Planned, judge.Unknown, judge.Missing, judge.Failing} {
		if counts[s] > 0 {
			parts = append(parts, strconv.Itoa(counts[s])+" "+string(s))
		}
	}
	t.wrap("  ", strings.Join(parts, ", "))
	hidden := 0
	for i := range t.p.Controls {
		c := &t.p.Controls[i]
		if c.Applicability == judge.NotApplicable && !t.style.All {
			continue
		}
		if c.State == judge.Missing && !t.style.All {
			hidden++
			continue
		}
		t.control(c)
	}
	if hidden > 0 {
		t.missing()
	}
}

func (t *text) control(c *judge.Control) {
	state := string(c.State)
	if c.Applicability == judge.NotApplicable {
		state = "not applicable"
	}
	share := ""
	if c.Components.Of > 1 {
		share = fmt.Sprintf("%d of %d", c.Components.N, c.Components.Of)
	}
	t.line("  ", t.mark(controlMark(c)), " ", pad(string(c.ID), 34), pad(state, 15), share)
	for i := range c.Reasons {
		if r := &c.Reasons[i]; r.Code != "control.required" {
			t.wrap("      ", r.Text)
		}
	}
}

// missing names the required controls that nobody claims, in one paragraph.
func (t *text) missing() {
	var ids []string
	for i := range t.p.Controls {
		if c := &t.p.Controls[i]; c.State == judge.Missing && c.Applicability != judge.NotApplicable {
			ids = append(ids, string(c.ID))
		}
	}
	t.wrap("  "+t.mark(bad)+" missing: ", strings.Join(ids, ", "))
}

func controlMark(c *judge.Control) mark {
	switch {
	case c.Applicability == judge.NotApplicable:
		return none
	case c.State == judge.Evidenced:
		return good
	case c.State == judge.Failing || c.State == judge.Missing:
		return bad
	}
	return look
}

func (t *text) findings() {
	f := &t.p.Findings
	if f.Counts.Open+f.Counts.Closed == 0 {
		return
	}
	t.heading(fmt.Sprintf("Findings (%d open, %d of them past their deadline, %d closed)", f.Counts.Open, f.Counts.Overdue, f.Counts.Closed))
	for i := range f.Top {
		x := &f.Top[i]
		m := look
		if x.Overdue {
			m = bad
		}
		t.line("  ", t.mark(m), " ", short(string(x.ID)+"  "+x.Place, t.style.Width-4))
		t.wrap("      ", x.Reasons[0].Text)
	}
}

func (t *text) decisions() {
	if len(t.p.Decisions) == 0 {
		return
	}
	t.heading("Decisions (" + strconv.Itoa(len(t.p.Decisions)) + ")")
	for i := range t.p.Decisions {
		d := &t.p.Decisions[i]
		attested := ""
		if !d.Attested {
			attested = " (recorded, not attested)"
		}
		var about []string
		for _, s := range d.Subject {
			about = append(about, s.String())
		}
		t.line("  ", t.mark(decisionMark(d)), " ", pad(string(d.ID), 30), " ", t.paint("1", d.State), attested)
		t.wrap("      ", d.Kind+" of "+strings.Join(about, ", "))
		if d.Cause != nil {
			t.wrap("      ", d.Cause.Text)
		}
	}
}

func decisionMark(d *judge.Decision) mark {
	switch d.State {
	case "holds":
		if d.Cause != nil {
			return look
		}
		return good
	case "lapsed":
		return bad
	case "superseded", "retracted":
		return none
	}
	return look
}

func (t *text) principles() {
	if len(t.p.Principles) == 0 {
		return
	}
	t.heading("Principles")
	for i := range t.p.Principles {
		p := &t.p.Principles[i]
		t.line("  ", t.mark(principleMark(p.Standing)), " ", pad(short(p.Title, 33), 34), string(p.Standing))
		for k := range p.Reasons {
			t.wrap("      ", p.Reasons[k].Text)
		}
		if t.style.All {
			t.statements(p)
		}
	}
}

func (t *text) statements(p *judge.Principle) {
	for i := range p.Statements {
		s := &p.Statements[i]
		t.wrap("      "+pad(string(s.ID), 5)+pad(string(s.Standing), 12), s.Reasons[0].Text)
	}
}

func principleMark(s judge.StatementStanding) mark {
	switch s {
	case judge.Met:
		return good
	case judge.NotMet:
		return bad
	}
	return look
}

// evidence says only what needs a look.
func (t *text) evidence() {
	count := map[string]int{}
	for i := range t.p.Evidence {
		count[t.p.Evidence[i].State]++
	}
	if len(t.p.Evidence) == 0 {
		return
	}
	var parts []string
	for _, s := range []string{"counts", "failed", "out-of-date", "not-yet", "two-contents", "unused"} {
		if count[s] > 0 {
			parts = append(parts, strconv.Itoa(count[s])+" "+s)
		}
	}
	t.heading("Evidence (" + strconv.Itoa(len(t.p.Evidence)) + ")")
	t.wrap("  ", strings.Join(parts, ", "))
}

func (t *text) next() {
	if n := len(t.p.Changes); n > 0 {
		t.heading("What comes by itself")
		for _, c := range t.p.Changes[:min(n, 5)] {
			t.wrap("  "+t.day(c.At)+"  ", c.ID.Path+" "+c.Text)
		}
	}
	steps := t.steps()
	if len(steps) == 0 {
		return
	}
	t.heading("What to do next")
	for i, s := range steps {
		t.wrap("  "+strconv.Itoa(i+1)+". ", s)
	}
	t.line()
	t.line("Ask for the reasons behind any of these: bulkhead why ID")
}

func (t *text) day(at civil.Instant) string { return t.zone.On(at - 1).String() }

const mostSteps = 6

// steps lists what stands in the way of the next level, the most pressing kinds first, as things to do.
func (t *text) steps() (out []string) {
	var way []judge.Obstacle
	for i := range t.p.Profiles {
		way = append(way, t.p.Profiles[i].InTheWay...)
	}
	order := []string{"controls-failing", "risks-above", "findings-overdue", "decisions-lapsed", "overdue-activities", "risks-unjudged", "controls-not-claimed", "context-unknown", "controls-not-evidenced", "due-activities", "context-proposed", "statements-unanswered"}
	for _, kind := range order {
		var ids []string
		for i := range way {
			if way[i].Reason.Code == "obstacle."+kind {
				ids = append(ids, name(way[i].ID))
			}
		}
		ids = slices.Compact(ids)
		if len(ids) > 0 && len(out) < mostSteps {
			out = append(out, advice(kind, ids))
		}
	}
	return out
}

func name(ref ident.Ref) string { return ref.Path }

// advice says what to do about things of one kind.
func advice(kind string, ids []string) string {
	list := strings.Join(ids[:min(len(ids), 3)], ", ")
	if len(ids) > 3 {
		list += fmt.Sprintf(" and %d more", len(ids)-3)
	}
	switch kind {
	case "controls-failing":
		return "Mend what is failing: " + list + ". Then hand in the new result with `bulkhead evidence add`."
	case "risks-above":
		return "Bring down, plan or have accepted the risks above what may be borne: " + list + "."
	case "findings-overdue":
		return "Mend the weaknesses past their deadline: " + list + "."
	case "decisions-lapsed":
		return "Decide again, or take back, what has lapsed: " + list + "."
	case "overdue-activities":
		return "Do the overdue activities, and note them under `plan.activities`: " + list + "."
	case "risks-unjudged":
		return "Judge the risks: " + list + "."
	case "controls-not-claimed":
		return "Put the missing required controls in place and add them to `controls`: " + list + "."
	case "context-unknown":
		return "Say what nobody has said about the context: " + list + "."
	case "controls-not-evidenced":
		return "Show that these controls work: " + list + "."
	case "due-activities":
		return "Do the activities that are due: " + list + "."
	case "context-proposed":
		return "Have signed off by those who may: " + list + "."
	}
	return "Answer the statements of " + list + "."
}
