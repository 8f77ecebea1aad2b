package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// About is what a service says of itself and a posture does not hold.
type About struct {
	Name, Purpose, Unit, Owner string
	Record                     func(ident.Ref) string // what a piece of evidence or a decision says of itself; nil where that is not known
}

// paper builds the parts of documents from a posture.
type paper struct {
	p     *assess.Posture
	about About
	zone  civil.Zone
	book  phrasebook
}

func newPaper(p *assess.Posture, about About, zone civil.Zone) *paper {
	return &paper{p: p, about: about, zone: zone, book: tableOf(vocabularyOf(p))}
}

// own gives words of Bulkhead's own in the vocabulary of the reader.
func (b *paper) own(text string) string { return InWords(vocabularyOf(b.p), text) }

// sentence gives what a reason says. What stands between backticks in a phrase is something to be typed; what somebody
// wrote comes in as an argument, and its backticks are not.
func (b *paper) sentence(r *judge.Reason) document.Text {
	args := slices.Clone(r.Args)
	for i := range args {
		args[i].Value = strings.ReplaceAll(args[i].Value, "`", "'")
	}
	return inWords(b.book.phrase(r.Code, args))
}

// inWords parts words from what is to be typed, which stands between backticks.
func inWords(text string) (out document.Text) {
	for i, piece := range strings.Split(text, "`") {
		if as := document.Style(i % 2 * int(document.Code)); piece != "" {
			out = append(out, document.Span{Words: piece, As: as})
		}
	}
	return out
}

func (b *paper) sentences(list []judge.Reason) (out []document.Text) {
	for i := range list {
		out = append(out, b.sentence(&list[i]))
	}
	return out
}

// together puts sentences one behind the other.
func together(list []document.Text) (out document.Text) {
	for i, t := range list {
		if i > 0 {
			out = out.And(document.Say(". "))
		}
		out = out.And(t)
	}
	return out
}

func (b *paper) moment(at civil.Instant) string { return b.zone.Clock(at) }

// lastDay gives the last day before a moment; "" for none.
func (b *paper) lastDay(at civil.Instant) string {
	if at == 0 {
		return ""
	}
	return b.zone.On(at - 1).String()
}

// named gives the first ids of some, as they would be typed.
func idList(ids []string, most int) (out document.Text) {
	for i, id := range ids[:min(len(ids), most)] {
		if i > 0 {
			out = out.And(document.Say(", "))
		}
		out = out.And(document.Name(id))
	}
	if left := len(ids) - most; left > 0 {
		out = out.And(document.Say(" and " + strconv.Itoa(left) + " more"))
	}
	return out
}

// capital begins words with a capital letter.
func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func sayCell(words string) document.Cell  { return document.Cell{Text: document.Say(words)} }
func codeCell(words string) document.Cell { return document.Cell{Text: document.Name(words)} }
func countCell(n int) document.Cell {
	return document.Cell{Text: document.Say(strconv.Itoa(n)), Number: true}
}

// onScreen gives the mark of a terminal for that of a document.
func onScreen(m document.Mark) mark {
	return map[document.Mark]mark{document.Good: good, document.Look: look, document.Bad: bad, document.None: none}[m]
}

// onPaper gives the mark of a document for that of a terminal.
func onPaper(m mark) document.Mark {
	return map[mark]document.Mark{good: document.Good, look: document.Look, bad: document.Bad}[m]
}

// riskSign and controlSign say of a document's reader what does not stand. What nobody has judged, and what nobody claims,
// is not known or an honest no, and needs a look.
func riskSign(s judge.Standing) document.Mark {
	if s == judge.Unjudged {
		return document.Look
	}
	return onPaper(riskMark(s))
}

func controlSign(c *judge.Control) document.Mark {
	if c.State == judge.Missing {
		return document.Look
	}
	return onPaper(controlMark(c))
}

// verdict says in a sentence how a service stands.
func verdict(p *assess.Posture) (document.Mark, string) {
	c := Count(p)
	var wrong []string
	note := func(n int, one, many string) {
		if n > 0 {
			wrong = append(wrong, counted(n, one, many))
		}
	}
	note(c.Controls.Failing, "control is failing", "controls are failing")
	note(c.Risks.Above+c.Risks.Escalated, "risk is above what may be borne", "risks are above what may be borne")
	note(c.Activities.Overdue, "activity is overdue", "activities are overdue")
	note(c.Findings.Overdue, "weakness is past its deadline", "weaknesses are past their deadline")
	note(c.Decisions.Lapsed, "decision has lapsed", "decisions have lapsed")
	lacks := lacking(&c)
	if len(wrong) > 0 {
		if lacks != "" {
			lacks = " " + capital(lacks) + "."
		}
		return document.Bad, joinWords(wrong) + "." + lacks
	}
	open := 0
	for _, m := range matters(p) {
		if m.mark != document.None {
			open++
		}
	}
	switch {
	case open == 0 && lacks == "":
		return document.Good, "Nothing is failing, late, lapsed or above what may be borne, and nothing needs a look. This is not the same as secure."
	case lacks != "":
		lacks = ", but " + lacks
	}
	return document.Look, "Nothing is failing, late, lapsed or above what may be borne" + lacks + ". " + counted(open, "thing needs", "things need") + " a look. This is not the same as secure."
}

// lacking says how much of what is required nothing in date shows, and whether there are any risks. That nothing fails and
// nothing is above what may be borne says little while nothing is shown and no risk is written down.
func lacking(c *Counts) string {
	var out []string
	if says := notShown(c.Controls.Required, c.Controls.Shown); says != "" {
		out = append(out, says)
	}
	if c.Risks.All == 0 {
		out = append(out, "no risk is written down")
	}
	return joinWords(out)
}

func notShown(required, shown int) string {
	n := required - shown
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " of " + counted(required, "required control", "required controls") + isOrAre(n) + " not shown to work"
}

func isOrAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// joinWords joins parts of a sentence.
func joinWords(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// standing says of what service the document is, and of when.
func (b *paper) standing() document.Text {
	c := &b.p.Context
	t := &text{page: newPage(Style{}), p: b.p, zone: b.zone}
	return document.Say(phaseTitle(c.Phase) + ". Tier " + c.Tier.Value + " (" + c.Tier.State + "). " + appetite(&c.Appetite) + " Judged at " + b.moment(b.p.At) + t.until())
}

// profileLine says what the indicative profile is, and never without saying that it is none that counts elsewhere.
func profileLine(r *judge.ProfileResult) string {
	line := "Indicative profile " + strings.ToUpper(cmp.Or(string(r.Level), "none")) + ", by Bulkhead's own rule: not an official one."
	if n := len(r.InTheWay); n > 0 {
		line += " " + counted(n, "thing stands", "things stand") + " in the way of the next level."
	}
	return line
}

// inTheWay groups obstacles by what they are.
func (b *paper) inTheWay(list []judge.Obstacle, most int) document.List {
	var order []string
	ids := map[string][]string{}
	for i := range list {
		kind := obstacleWords(list[i].Reason.Code)
		if ids[kind] == nil {
			order = append(order, kind)
		}
		ids[kind] = append(ids[kind], obstacleName(&list[i]))
	}
	out := document.List{}
	for _, kind := range order {
		out.Items = append(out.Items, document.Item{Text: document.Say(kind + ": ").And(idList(tallied(ids[kind]), most))})
	}
	return out
}

func obstacleName(o *judge.Obstacle) string {
	name := cmp.Or(o.Reason.Args.Get("id"), o.ID.Path)
	if o.ID.Kind == ident.KindContext && name == "register" {
		return "classification"
	}
	return name
}

// tallied names each of some things once, p2 before p10, and says how often it is there where that is more than once.
func tallied(ids []string) []string {
	list := slices.Clone(ids)
	slices.SortStableFunc(list, func(a, b string) int {
		x, n := numbered(a)
		y, m := numbered(b)
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(n, m))
	})
	var out []string
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n] == list[0] {
			n++
		}
		name := list[0]
		if n > 1 {
			name += " (" + strconv.Itoa(n) + ")"
		}
		out, list = append(out, name), list[n:]
	}
	return out
}

// obstacleWords says what is in the way, of obstacles of one code.
func obstacleWords(code string) string {
	switch kind := strings.TrimPrefix(code, "obstacle."); kind {
	case "risks-above":
		return "Risks above what may be borne"
	case "risks-unjudged":
		return "Risks that nobody has judged"
	case "controls-not-claimed":
		return "Controls that are required and not in place"
	case "controls-not-evidenced":
		return "Controls that are required and not shown to work"
	case "findings-overdue":
		return "Weaknesses past their deadline"
	case "decisions-lapsed":
		return "Decisions that have lapsed"
	case "context-unknown":
		return "Not said yet"
	case "context-proposed":
		return "Not signed off"
	case "statements-unanswered":
		return "Principles with a statement that is not answered"
	case "no-sign-off":
		return "The sign-off of the gate itself"
	default:
		return capital(spaced(kind))
	}
}

// change is what will be so by itself on one day, of one kind.
type change struct {
	day, text string
	ids       []string
}

// changes groups what will be so by itself by its day and kind, in order of time.
func (b *paper) changes() (groups []change) {
	t := &text{page: newPage(Style{}), p: b.p, zone: b.zone}
	for _, c := range b.p.Changes {
		day := t.after(c.At)
		i := slices.IndexFunc(groups, func(g change) bool { return g.day == day && g.text == c.Text })
		if i < 0 {
			i = len(groups)
			groups = append(groups, change{day: day, text: c.Text})
		}
		groups[i].ids = append(groups[i].ids, c.ID.Path)
	}
	return groups
}

// coming lists what will be so by itself, and says how much more there is.
func (b *paper) coming(most int) (out document.List, left int) {
	groups := b.changes()
	for _, g := range groups[:min(len(groups), most)] {
		out.Items = append(out.Items, document.Item{Text: document.Say(capital(g.day) + ", " + g.text + ": ").And(idList(g.ids, mostQuiet))})
	}
	return out, len(groups) - len(out.Items)
}

// next lists what to do, what gains most first, and says how much more there is.
func (b *paper) next(most int) (out document.List, left int) {
	out.Ordered = true
	for i := range b.p.Actions[:min(len(b.p.Actions), most)] {
		a := &b.p.Actions[i]
		item := document.Item{Text: b.sentence(&judge.Reason{Code: a.Code, Args: a.Args})}
		if gains := Gains(a); gains != "" {
			item.More = []document.Text{document.Say("Gains: " + gains)}
		}
		out.Items = append(out.Items, item)
	}
	return out, len(b.p.Actions) - len(out.Items)
}

// riskTable shows every risk against what may be borne, with what is claimed beside what is shown.
func (b *paper) riskTable(most int) document.Table {
	out := document.Table{
		Caption: "Risks against what may be borne. As claimed counts what the team says; as evidenced counts only what is shown to work",
		Head:    []string{"Risk", "What could happen", "Before controls", "As claimed", "As evidenced", "May be borne", "Standing"},
	}
	list := slices.Clone(b.p.Risks)
	slices.SortStableFunc(list, func(x, y judge.Risk) int { return cmp.Compare(urgency(x.Standing), urgency(y.Standing)) })
	for i := range list[:min(len(list), most)] {
		r := &list[i]
		out.Rows = append(out.Rows, []document.Cell{
			codeCell(string(r.ID)), sayCell(r.Title), sayCell(band(r.Inherent)), sayCell(band(r.ResidualClaimed)), sayCell(band(r.ResidualEvidenced)), sayCell(string(r.Appetite)),
			{Mark: riskSign(r.Standing), Text: document.Say(string(r.Standing))},
		})
	}
	return out
}

// areaTable shows the seven areas.
func (b *paper) areaTable() document.Table {
	out := document.Table{Caption: "Activities of the seven areas", Head: []string{"Area", "Standing", "Overdue", "Due", "Current"}}
	for i := range b.p.Areas {
		a := &b.p.Areas[i]
		out.Rows = append(out.Rows, []document.Cell{
			sayCell(a.Title), {Mark: onPaper(areaMark(a.Standing)), Text: document.Say(activityWords(a.Standing))}, countCell(a.Overdue), countCell(a.Due), countCell(a.Current),
		})
	}
	return out
}

// controls shows the controls: those that are not shown to work in a table, with why, and the rest by name.
func (b *paper) controls(most int) (out []document.Block) {
	table := document.Table{Caption: "Controls that are not shown to work", Head: []string{"Control", "State", "Shown on", "Why"}}
	ids := map[judge.State][]string{}
	left := 0
	for _, s := range states() {
		for i := range b.p.Controls {
			c := &b.p.Controls[i]
			switch {
			case c.State != s || c.Applicability == judge.NotApplicable:
			case s == judge.Evidenced || s == judge.Missing && len(ownReasons(c)) == 0:
				ids[s] = append(ids[s], string(c.ID))
			case len(table.Rows) == most:
				left++
			default:
				table.Rows = append(table.Rows, b.controlRow(c))
			}
		}
	}
	if len(table.Rows) > 0 {
		out = append(out, table)
	}
	if left > 0 {
		out = append(out, document.Paragraph{Text: document.Say("and " + strconv.Itoa(left) + " more")})
	}
	if list := ids[judge.Missing]; len(list) > 0 {
		out = append(out, document.Paragraph{Mark: document.Look, Text: document.Say("Missing, and nobody claims them: ").And(idList(list, len(list)))})
	}
	if list := ids[judge.Evidenced]; len(list) > 0 {
		out = append(out, document.Paragraph{Mark: document.Good, Text: document.Say("Shown to work: ").And(idList(list, len(list)))})
	}
	return out
}

func (b *paper) controlRow(c *judge.Control) []document.Cell {
	shown := strconv.Itoa(c.Components.N) + " of " + strconv.Itoa(c.Components.Of)
	if c.Components.Of == 0 {
		shown = "not known where"
	}
	return []document.Cell{codeCell(string(c.ID)), {Mark: controlSign(c), Text: document.Say(string(c.State))}, sayCell(shown), {Text: together(b.sentences(ownOf(c)))}}
}

// ownOf gives the reasons of a control beyond that it is required.
func ownOf(c *judge.Control) []judge.Reason {
	return slices.DeleteFunc(slices.Clone(c.Reasons), func(r judge.Reason) bool { return strings.HasPrefix(r.Code, "control.required") })
}

// decisionTable shows every decision, where it stands and since when or why.
func (b *paper) decisionTable(most int) document.Table {
	out := document.Table{Caption: "Decisions and where each stands", Head: []string{"Decision", "What was decided", "State", "Recorded how", "Why it stands so", "What the record says"}}
	order := []string{"lapsed", "suspended", "proposed", "reaffirm", "holds", "superseded", "retracted"}
	list := slices.Clone(b.p.Decisions)
	slices.SortStableFunc(list, func(x, y judge.Decision) int {
		return cmp.Compare(slices.Index(order, x.State), slices.Index(order, y.State))
	})
	for i := range list[:min(len(list), most)] {
		d := &list[i]
		state := stateWords(d.State)
		if end := b.lastDay(d.Until); end != "" && (d.State == string(decision.Holds) || d.State == string(decision.Reaffirm)) {
			state += " until " + end
		}
		why, record := document.Text{}, ""
		if d.Cause != nil {
			why = b.sentence(d.Cause)
		}
		if b.about.Record != nil {
			record = b.about.Record(ident.To(ident.KindDecision, string(d.ID)))
		}
		out.Rows = append(out.Rows, []document.Cell{
			codeCell(string(d.ID)), {Text: document.Say(d.Kind + " of ").And(document.Name(refList(d)))}, {Mark: onPaper(decisionMark(d)), Text: document.Say(state)}, sayCell(attestation(d.Attested)), {Text: why}, sayCell(record),
		})
	}
	return out
}

// findingTable shows the most pressing findings.
func (b *paper) findingTable() document.Table {
	out := document.Table{Caption: "The most pressing open weaknesses", Head: []string{"Weakness", "Where", "Severity", "Deadline", "What is so"}}
	for i := range b.p.Findings.Top {
		f := &b.p.Findings.Top[i]
		m := document.Look
		if f.Overdue {
			m = document.Bad
		}
		out.Rows = append(out.Rows, []document.Cell{
			codeCell(f.Weakness), sayCell(findingPlace(f)), sayCell(cmp.Or(string(f.Severity), "not known")), {Mark: m, Text: document.Say(cmp.Or(b.lastDay(f.Deadline), "none"))}, {Text: together(b.sentences(f.Reasons))},
		})
	}
	return out
}

// gateTable shows the gates.
func (b *paper) gateTable() document.Table {
	out := document.Table{Caption: "Gates that are passed or ahead", Head: []string{"Gate", "Title", "Standing"}}
	for i := range b.p.Gates {
		g := &b.p.Gates[i]
		if g.Behind && !g.Passed {
			continue // it stood before a phase that is over
		}
		m, state := gateWords(g)
		out.Rows = append(out.Rows, []document.Cell{codeCell(string(g.ID)), sayCell(g.Title), {Mark: m, Text: document.Say(state)}})
	}
	return out
}

func gateWords(g *judge.Gate) (document.Mark, string) {
	switch {
	case g.Passed:
		return document.Good, "passed"
	case g.Ready:
		return document.Look, "ready, and waits for its sign-off"
	}
	return document.Look, "not ready: " + counted(len(g.InTheWay), "thing is", "things are") + " in the way"
}

// markings gives the marking of several postures together: the highest classification, and every marking of any of them.
func markings(list []*assess.Posture) string {
	top, all := model.Official, []string{}
	for _, p := range list {
		if p.Context.Classification.Rank() > top.Rank() {
			top = p.Context.Classification
		}
		for _, m := range p.Context.Markings {
			all = append(all, string(m))
		}
	}
	if len(list) == 1 {
		return list[0].Marking
	}
	if top != model.Official { // SENSITIVE is a marking inside OFFICIAL
		all = slices.DeleteFunc(all, func(m string) bool { return m == string(model.Sensitive) })
	}
	slices.Sort(all)
	return strings.Join(append([]string{string(top)}, slices.Compact(all)...), " - ")
}

// refs that are claims read better without the word.
func refWords(r ident.Ref) string { return strings.TrimPrefix(r.String(), ident.KindClaim+":") }
