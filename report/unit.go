package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

// UnitsVersion is the form of several units.
const UnitsVersion = "units/v1"

// Units is the units of an organisation, as one document.
type Units struct {
	Bulkhead string          `json:"bulkhead"`
	Units    []*unit.Posture `json:"units"`   // in order of id
	Outside  []ident.ID      `json:"outside"` // services that name no unit of the organisation, in order of id
}

// SayUnit fills in the sentence of every reason and change of a unit's posture.
func SayUnit(p *unit.Posture) {
	b := tableOf(org.Civil)
	for i := range p.Questions {
		b.reasons(p.Questions[i].Reasons)
	}
	for i := range p.Principles {
		b.reasons(p.Principles[i].Reasons)
	}
	for i := range p.Milestones {
		b.reasons(p.Milestones[i].Reasons)
	}
	for i := range p.Changes {
		p.Changes[i].Text = b.phrase(p.Changes[i].Code, nil)
	}
}

// UnitText writes the posture of a unit for a person at a terminal.
func UnitText(w io.Writer, p *unit.Posture, zone civil.Zone, style Style) error {
	as := &assess.Posture{At: p.At, NextChange: p.NextChange, Exact: p.Exact} // what is written as of a service
	for _, c := range p.Changes {
		c.ID.Path = c.ID.Path[strings.LastIndexByte(c.ID.Path, '/')+1:]
		as.Changes = append(as.Changes, c)
	}
	t := &unitText{text: &text{page: newPage(style), p: as, zone: zone}, u: p}
	t.head()
	t.services()
	t.questions()
	t.milestones()
	t.coming()
	t.next()
	return t.flush(w)
}

// OutsideText tells of services that belong to no unit, and of an organisation none of whose units has anything to judge.
func OutsideText(w io.Writer, units int, outside []ident.ID, style Style) error {
	p := newPage(style)
	if units == 0 {
		p.wrap("", "No unit of the organisation has an `assessment`, or a service here that says that it belongs to it.")
	}
	if len(outside) > 0 {
		names := make([]string, len(outside))
		for i, id := range outside {
			names[i] = string(id)
		}
		if units > 0 {
			p.line()
		}
		p.wrap("", "Judged in no unit, because their `service.unit` names none of the organisation: "+some(names, mostIDs)+".")
	}
	return p.flush(w)
}

type unitText struct {
	*text
	u *unit.Posture
}

func (t *unitText) head() {
	title := t.paint("1", t.u.Name) + " (" + string(t.u.Unit) + ")"
	if gap := t.style.Width - width(title) - len(t.u.Marking); gap >= 2 {
		t.line(title, strings.Repeat(" ", gap), t.u.Marking)
	} else {
		t.wrap("", title)
		t.wrap("", t.u.Marking)
	}
	if t.u.Parent != "" {
		t.wrap("", "Part of "+string(t.u.Parent)+".")
	}
	a := &t.u.Appetite
	if a.Max == "" {
		t.wrap("", "Nobody has said what may be borne.")
	} else {
		t.wrap("", "Risks up to "+string(a.Max)+" may be borne"+t.wordOf(a.From)+"."+t.kinds(a))
	}
	if a.Statement != "" {
		t.wrap("  ", a.Statement)
	}
	t.wrap("", "Judged at "+t.moment(t.u.At)+t.until())
}

// wordOf says by whose word something applies, where that is not the unit's own.
func (t *unitText) wordOf(ref *ident.Ref) string {
	if ref == nil {
		return ""
	}
	of, is := strings.CutPrefix(ref.Path, "/units/")
	of, _, _ = strings.Cut(of, "/")
	switch {
	case !is:
		return ", by the word of the organisation"
	case of != string(t.u.Unit):
		return ", by the word of " + of
	}
	return ""
}

// kinds says which kinds of risk have a ceiling of their own.
func (t *unitText) kinds(a *unit.Appetite) string {
	var parts []string
	for _, k := range a.ByKind {
		parts = append(parts, string(k.Kind)+" "+string(k.Max)+t.wordOf(k.From))
	}
	if len(parts) == 0 {
		return ""
	}
	return " By kind of risk: " + strings.Join(parts, "; ") + "."
}

// services is a table: each service by its name, and its numbers in columns below.
func (t *unitText) services() {
	t.heading("Services (" + strconv.Itoa(len(t.u.Services)) + ")")
	if len(t.u.Services) == 0 {
		t.wrap("  ", "No service was found that belongs to this unit or to one below it, so nothing is proposed from services.")
		return
	}
	t.line("      ", pad("", 14), pad("tier", 10), " above overdue failing profile")
	for i := range t.u.Services {
		t.service(&t.u.Services[i])
	}
	t.wrap("  ", "Above: risks above what may be borne. A profile is indicative, by Bulkhead's own rule.")
}

func (t *unitText) service(r *unit.Row) {
	m := good
	switch {
	case r.RisksAbove+r.Overdue+r.Failing > 0:
		m = bad
	case r.RisksUnjudged+r.NotSaid > 0 || r.Shown < r.Required:
		m = look
	}
	t.wrap("  "+t.mark(m)+" ", t.paint("1", r.Name)+" ("+string(r.Service)+")"+t.elsewhere(r))
	var levels []string
	for _, l := range r.Profiles {
		level := string(l.Level)
		if level == "" {
			level = "none"
		}
		levels = append(levels, level)
	}
	phase, profile := strings.ToLower(phaseTitle(r.Phase)), strings.Join(levels, ", ")
	row := "      " + pad(phase, 14) + pad(r.Tier, 10) + column(r.RisksAbove, 6) + column(r.Overdue, 8) + column(r.Failing, 8) + " " + profile
	if width(row) > t.style.Width || width(phase) > 13 || width(r.Tier) > 9 {
		t.wrap("      ", phase+", tier "+r.Tier+", "+strconv.Itoa(r.RisksAbove)+" above, "+strconv.Itoa(r.Overdue)+" overdue, "+strconv.Itoa(r.Failing)+" failing, profile "+profile)
	} else {
		t.line(row)
	}
	if r.RisksUnjudged > 0 {
		t.wrap("      ", counted(r.RisksUnjudged, "risk is", "risks are")+" not judged, so may be above as well")
	}
	if says := notShown(r.Required, r.Shown); says != "" {
		t.wrap("      ", says)
	}
	if r.NotSaid > 0 {
		t.wrap("      ", counted(r.NotSaid, "thing that decides", "things that decide")+" what is required"+isOrAre(r.NotSaid)+" not said")
	}
}

// elsewhere names the unit that a service belongs to, where that is one below.
func (t *unitText) elsewhere(r *unit.Row) string {
	if r.Unit == t.u.Unit {
		return ""
	}
	return ", of " + string(r.Unit)
}

func (t *unitText) questions() {
	t.heading("Questions asked of organisations (" + strconv.Itoa(t.u.Counts.Of) + ")")
	if t.u.Counts.Of == 0 {
		return
	}
	t.wrap("  ", questionCounts(&t.u.Counts))
	if m := &t.u.Maturity; m.Known > 0 {
		t.wrap("  ", "Maturity: median "+string(m.Median)+", lowest "+string(m.Lowest)+"; not known of "+strconv.Itoa(m.Unknown))
	}
	for i := range t.u.Principles {
		t.principle(&t.u.Principles[i])
	}
}

// standsAs writes a standing in words.
func standsAs(s unit.Standing) string { return strings.ReplaceAll(string(s), "-", " ") }

// principle lists the questions of a principle. Without --all those that say nothing but their standing are only named.
func (t *unitText) principle(p *unit.Principle) {
	t.line()
	t.wrap("  "+t.mark(questionMark(p.Standing))+" ", t.paint("1", string(p.ID))+": "+p.Title)
	for i := range p.Reasons {
		t.wrap("      ", p.Reasons[i].Text)
	}
	var order []string
	named, marks := map[string][]string{}, map[string]mark{}
	for i := range t.u.Questions {
		q := &t.u.Questions[i]
		switch {
		case q.Principle != p.ID:
		case t.style.All || q.Answer != "" && q.Standing != unit.Met && q.Standing != unit.NotStarted:
			t.question(q)
		default:
			said := t.said(q)
			if named[said] == nil {
				order = append(order, said)
			}
			named[said], marks[said] = append(named[said], string(q.ID)), questionMark(q.Standing)
		}
	}
	for _, said := range order {
		t.wrap("    "+t.mark(marks[said])+" ", said+": "+strings.Join(named[said], ", "))
	}
}

func (t *unitText) question(q *unit.Question) {
	t.wrap("    "+t.mark(questionMark(q.Standing))+" ", string(q.ID)+": "+t.said(q)+maturity(q))
	if t.style.All {
		t.wrap("        ", q.Text)
	}
	for i := range q.Reasons {
		r := &q.Reasons[i]
		if !t.style.All && (r.Code == "unit.role-not-appointed" || r.Code == "unit.documents") {
			continue
		}
		t.wrap("        - ", r.Text)
	}
}

func maturity(q *unit.Question) string {
	if q.Maturity.Rank() == 0 {
		return ""
	}
	return ", " + string(q.Maturity)
}

// said writes a standing with what was answered, where that is not the same.
func (t *unitText) said(q *unit.Question) string {
	what := standsAs(q.Standing)
	switch {
	case q.Standing == unit.Proposed && q.Answer == "":
		what += " " + standsAs(q.Proposal) + ", by what the services show"
	case q.Answer != "" && q.Answer != q.Standing:
		what += ", answered " + standsAs(q.Answer)
	}
	return what
}

func questionMark(s unit.Standing) mark {
	switch s {
	case unit.Met:
		return good
	case unit.NotMet:
		return bad
	}
	return look
}

func (t *unitText) milestones() {
	if len(t.u.Milestones) == 0 {
		return
	}
	c := &t.u.Counts.Milestones
	t.heading("Milestones of adoption (" + strconv.Itoa(c.Reached) + " of " + strconv.Itoa(c.Of) + " reached)")
	stage := ""
	for i := range t.u.Milestones {
		m := &t.u.Milestones[i]
		if m.Stage != stage {
			stage = m.Stage
			t.wrap("  ", phaseTitle(model.Phase(stage)))
		}
		lead := "    " + t.mark(milestoneMark(m.Standing)) + " " + pad(strconv.Itoa(m.Number)+".", 4)
		t.wrap(lead, m.Title+" ("+string(m.ID)+"): "+string(m.Standing))
		for k := range m.Reasons {
			if r := &m.Reasons[k]; t.style.All || r.Code != "unit.milestone-open" {
				t.wrap(strings.Repeat(" ", width(lead)), r.Text)
			}
		}
	}
}

func milestoneMark(s unit.MilestoneStanding) mark {
	switch s {
	case unit.Reached:
		return good
	case unit.Overdue:
		return bad
	case unit.Planned:
		return look
	}
	return none
}

// next lists what is to be done, and by whom.
func (t *unitText) next() {
	var steps []string
	add := func(text string, ids []string) {
		if len(ids) > 0 {
			steps = append(steps, text+": "+some(ids, mostIDs)+".")
		}
	}
	add("Put right in the services what contradicts an answer or a proposal", t.contradicting())
	by := t.byRole(func(q *unit.Question) bool { return q.Standing == unit.Stale })
	for _, role := range by.order {
		add("To be confirmed again by the "+role, by.ids[role])
	}
	by = t.byRole(func(q *unit.Question) bool { return q.Standing == unit.Proposed })
	for _, role := range by.order {
		add("To be confirmed, or answered otherwise, by the "+role+", with a sentence", by.ids[role])
	}
	add("Add a document with a title, a version, a date and a location that bears out", t.with(unit.Claimed))
	add("Decide what is done about", t.with(unit.NotMet))
	var late []string
	for i := range t.u.Milestones {
		if m := &t.u.Milestones[i]; m.Standing == unit.Overdue {
			late = append(late, string(m.ID))
		}
	}
	add("Reach the milestones that are overdue, or plan them anew", late)
	add("Answer in the organisation file", t.with(unit.Unanswered))
	if len(steps) > 0 {
		t.heading("What to do next")
	}
	for i, s := range steps {
		t.wrap("  "+strconv.Itoa(i+1)+". ", s)
	}
	if !t.style.All {
		t.line()
		t.wrap("", "The wording of every question, and the reasons behind its standing: add --all")
	}
}

const mostIDs = 8

func (t *unitText) with(s unit.Standing) (ids []string) {
	for i := range t.u.Questions {
		if t.u.Questions[i].Standing == s {
			ids = append(ids, string(t.u.Questions[i].ID))
		}
	}
	return ids
}

// roles groups questions by the role that is to do something about them.
type roles struct {
	order []string
	ids   map[string][]string
}

// byRole groups questions by the role that their answer names, or else by the one that answers for the assessment. Where
// nobody holds the role it is the latter's too: somebody else must confirm.
func (t *unitText) byRole(which func(*unit.Question) bool) roles {
	out := roles{ids: map[string][]string{}}
	for i := range t.u.Questions {
		q := &t.u.Questions[i]
		if !which(q) {
			continue
		}
		vacant := slices.ContainsFunc(q.Reasons, func(r judge.Reason) bool { return strings.HasPrefix(r.Code, "unit.role-not-held") })
		role := q.By
		if role == "" || vacant {
			role = t.u.Owner
		}
		if role == "" {
			role = "role that answers for the unit (name one as `owner` of its assessment)"
		}
		if out.ids[role] == nil {
			out.order = append(out.order, role)
		}
		out.ids[role] = append(out.ids[role], string(q.ID))
	}
	return out
}

// contradicting names what is failing, missing or overdue in the services, each once.
func (t *unitText) contradicting() (what []string) {
	for i := range t.u.Questions {
		q := &t.u.Questions[i]
		for k := range q.Reasons {
			r := &q.Reasons[k]
			if r.Code != "unit.contradicted" || q.Answer == "" && q.Proposal == "" {
				continue
			}
			for _, ref := range r.Because {
				what = append(what, string(ref.Service)+"/"+ref.Path)
			}
		}
	}
	slices.Sort(what)
	return slices.Compact(what)
}
