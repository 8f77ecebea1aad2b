package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

const (
	packRows  = 400 // of a table of a decision pack
	packSteps = 20
	packNames = 40
)

// DecisionPack gives the document that an accountable person decides by: what the service is, how it stands, what is asked
// of them, why, and what is not known. It says of everything whether it is claimed or shown.
func DecisionPack(p *assess.Posture, about About, zone civil.Zone) *document.Document {
	b := newPaper(p, about, zone)
	d := &document.Document{Title: "Decision pack: " + about.Name, Marking: p.Marking}
	mark, sentence := verdict(p)
	d.Blocks = []document.Block{
		document.Paragraph{Text: document.Say("For the senior responsible owner. " + capital(b.standing().String()))},
		document.Paragraph{Mark: mark, Text: document.Bold(capital(sentence))},
		document.Paragraph{Text: document.Say("Signs: + stands, ~ needs a look, ! does not stand. What a team says is called claimed; what evidence in date shows is called evidenced. A claim is never shown as proven.")},
	}
	for _, s := range []document.Section{
		b.whoAndWhat(), b.asked(), b.signed(), b.profile(), b.gates(), b.risks(), b.attacks(), b.decided(), b.controlSection(), b.areas(), b.principles(), b.frameworks(),
		b.findings(), b.suppliers(), b.obligations(), b.evidence(), b.soon(), b.steps(), b.notKnown(), b.howJudged(), b.signOff(),
	} {
		if len(s.Blocks)+len(s.Sections) > 0 {
			d.Sections = append(d.Sections, s)
		}
	}
	return d
}

func only(words string) []document.Block {
	return []document.Block{document.Paragraph{Text: document.Say(words)}}
}

func (b *paper) whoAndWhat() document.Section {
	c := &b.p.Context
	said := func(s string) document.Text { return document.Say(cmp.Or(s, "not said")) }
	facts := document.Facts{
		{Name: b.own("Service"), Text: document.Say(b.about.Name+" (").And(document.Name(string(b.p.Service)), document.Say(")"))},
		{Name: "Purpose", Text: said(b.about.Purpose)},
		{Name: "Unit", Text: said(b.about.Unit)},
		{Name: "Owner", Text: said(b.about.Owner)},
		{Name: "Phase", Text: document.Say(phaseTitle(c.Phase))},
		{Name: "Marking", Text: document.Say(b.p.Marking)},
		{Name: "Data protection", Text: together(b.sentences(c.DataProtection.Reasons))},
	}
	return document.Section{Title: "What this is about", Blocks: []document.Block{facts, Count(b.p).table("How it stands, in numbers")}}
}

// asked lists what only somebody with the authority can do.
func (b *paper) asked() document.Section {
	var items []document.Item
	add := func(mark document.Mark, text document.Text, more ...document.Text) {
		items = append(items, document.Item{Mark: mark, Text: text, More: more})
	}
	for i := range b.p.Risks {
		if r := &b.p.Risks[i]; r.Standing == judge.Above || r.Standing == judge.Escalated {
			add(riskSign(r.Standing), document.Say("Have it treated, or accept it for a time: risk ").And(document.Name(string(r.ID)), document.Say(", "+r.Title)), b.sentence(&r.Reasons[len(r.Reasons)-1]))
		}
	}
	for i := range b.p.Decisions {
		d := &b.p.Decisions[i]
		want := map[string]string{"lapsed": "Decide again, or take back: ", "suspended": "Settle what suspends it: ", "reaffirm": "Reaffirm, or take back: ", "proposed": "Make it count, or take it back: "}[d.State]
		if want == "" {
			continue
		}
		more := []document.Text{}
		if d.Cause != nil {
			more = append(more, b.sentence(d.Cause))
		}
		add(onPaper(decisionMark(d)), document.Say(want+d.Kind+" ").And(document.Name(string(d.ID)), document.Say(", of "), document.Name(refList(d))), more...)
	}
	for _, s := range b.signable() {
		if s.of.State != "signed" {
			add(document.Look, document.Say("Sign off, or have signed off: "+s.name+" ("+s.value+")"))
		}
	}
	for i := range b.p.Gates {
		if g := &b.p.Gates[i]; g.Ready && !g.Passed && !g.Behind {
			add(document.Look, document.Say("Sign off the gate ").And(document.Name(string(g.ID)), document.Say(", "+g.Title+": nothing stands in its way")))
		}
	}
	if len(items) == 0 {
		return document.Section{Title: "What is asked of you", Blocks: only("Nothing now.")}
	}
	return document.Section{Title: "What is asked of you", Blocks: []document.Block{document.List{Items: items}}}
}

// signable is something that counts for less until it is signed.
type signable struct {
	name, value string
	of          *judge.Signed
}

func (b *paper) signable() []signable {
	c := &b.p.Context
	return []signable{
		{"the tier", cmp.Or(c.Tier.Value, "not known"), &c.Tier},
		{"the classification", cmp.Or(c.Register.Value, "not said"), &c.Register},
		{"how much risk may be borne", cmp.Or(c.Appetite.Value, "not said"), &c.Appetite},
		{"the scope", scopeWords(c.Scope.Value), &c.Scope},
	}
}

// scopeWords says what is signed of a scope: the boundaries with what others answer for.
func scopeWords(value string) string {
	n, err := strconv.Atoi(strings.TrimSuffix(value, " boundaries"))
	switch {
	case err != nil:
		return cmp.Or(value, "not said")
	case n == 0:
		return "no boundary with others is named"
	}
	return counted(n, "boundary with others", "boundaries with others")
}

func (b *paper) signed() document.Section {
	t := document.Table{Caption: "What decides how much is required, and whether it is signed", Head: []string{"What", "Value", "Signed", "Why"}}
	for _, s := range b.signable() {
		m, state := document.Look, "no"
		if s.of.State == "signed" {
			m, state = document.Good, "yes"
		}
		t.Rows = append(t.Rows, []document.Cell{sayCell(capital(s.name)), sayCell(s.value), {Mark: m, Text: document.Say(state)}, {Text: together(b.sentences(s.of.Reasons))}})
	}
	return document.Section{Title: "Tier, and what is signed", Blocks: append(only("Until somebody with the authority has signed, the stricter value applies."), t)}
}

func (b *paper) profile() document.Section {
	s := document.Section{Title: "Indicative profile"}
	for i := range b.p.Profiles {
		r := &b.p.Profiles[i]
		s.Blocks = append(s.Blocks, document.Paragraph{Text: document.Say(profileLine(r))})
		if len(r.InTheWay) > 0 {
			s.Blocks = append(s.Blocks, b.inTheWay(r.InTheWay, packNames))
		}
	}
	return s
}

func (b *paper) gates() document.Section {
	s := document.Section{Title: "Gates"}
	if len(b.p.Gates) == 0 {
		return s
	}
	s.Blocks = []document.Block{b.gateTable()}
	for i := range b.p.Gates {
		if g := &b.p.Gates[i]; len(g.InTheWay) > 0 && !g.Passed && !g.Behind {
			s.Blocks = append(s.Blocks, document.Details{Summary: "In the way of " + g.Title, Blocks: []document.Block{b.inTheWay(g.InTheWay, mostQuiet)}})
		}
	}
	return s
}

func (b *paper) risks() document.Section {
	s := document.Section{Title: "Risks against what may be borne"}
	if len(b.p.Risks) == 0 {
		s.Blocks = only("There are no risks in the register. That says that none was written down, not that there is none.")
		return s
	}
	basis := map[bool]string{true: "In this phase a risk is judged as claimed; the column beside it shows what is left when only what is shown to work counts.", false: "In this phase a risk is judged by what is shown to work."}
	if by := b.p.Context.JudgedBy; by != "" {
		s.Blocks = append(s.Blocks, document.Paragraph{Text: document.Say(basis[by != "evidenced"])})
	}
	s.Blocks = append(s.Blocks, b.riskTable(packRows))
	for i := range b.p.Risks {
		r := &b.p.Risks[i]
		item := document.Item{Mark: riskSign(r.Standing), Text: document.Name(string(r.ID)).And(document.Say(" "+r.Title+": "), document.Bold(string(r.Standing))), More: b.sentences(r.Reasons)}
		s.Sections = addTo(s.Sections, "Why each stands as it does", item)
	}
	return s
}

// addTo adds an item to the list of the only section in a list of sections.
func addTo(list []document.Section, title string, item document.Item) []document.Section {
	if len(list) == 0 {
		list = []document.Section{{Title: title, Blocks: []document.Block{document.List{}}}}
	}
	items := list[0].Blocks[0].(document.List)
	items.Items = append(items.Items, item)
	list[0].Blocks[0] = items
	return list
}

func (b *paper) decided() document.Section {
	s := document.Section{Title: "Decisions and exceptions"}
	if len(b.p.Decisions) == 0 {
		s.Blocks = only("No decisions are recorded.")
		return s
	}
	s.Blocks = []document.Block{
		document.Paragraph{Text: document.Say("A decision holds while what it rests on is not worse than when it was made. Recorded means that a file says so; attested, that it is signed with a key that the organisation names.")},
		b.decisionTable(packRows),
	}
	return s
}

func (b *paper) controlSection() document.Section {
	s := document.Section{Title: "Controls", Blocks: []document.Block{document.Paragraph{Text: document.Say(capital(Count(b.p).line("Controls")) + ".")}}}
	s.Blocks = append(s.Blocks, b.controls(packRows)...)
	var aside []string
	for i := range b.p.Controls {
		if c := &b.p.Controls[i]; c.Applicability == judge.NotApplicable {
			aside = append(aside, string(c.ID))
		}
	}
	if len(aside) > 0 {
		s.Blocks = append(s.Blocks, document.Paragraph{Text: document.Say("Not applicable here, or put aside by a decision: ").And(idList(aside, len(aside)))})
	}
	return s
}

// line gives the counts of one kind.
func (c Counts) line(name string) string {
	lines := c.lines()
	return lines[slices.IndexFunc(lines, func(l countLine) bool { return l.name == name })].text()
}

func (b *paper) areas() document.Section {
	s := document.Section{Title: "The seven areas", Blocks: []document.Block{b.areaTable()}}
	for _, want := range pressing() {
		for i := range b.p.Activities {
			if a := &b.p.Activities[i]; a.Standing == want {
				s.Sections = addTo(s.Sections, "Activities that are overdue or due", document.Item{Mark: onPaper(areaMark(want)), Text: document.Say(a.Title + ": ").And(document.Bold(activityWords(want))), More: b.sentences(a.Reasons)})
			}
		}
	}
	return s
}

func (b *paper) principles() document.Section {
	s := document.Section{Title: "Principles"}
	if len(b.p.Principles) == 0 {
		return s
	}
	all := document.Table{Caption: "Principles and where each stands", Head: []string{"Principle", "Standing", "Why"}}
	s.Blocks = []document.Block{all}
	for _, x := range inReadingOrder(b.p.Principles) {
		title := cmp.Or(x.Title, string(x.ID))
		all.Rows = append(all.Rows, []document.Cell{sayCell(title), standingCell(x.Standing), {Text: together(b.sentences(x.Reasons))}})
		t := document.Table{Caption: "Statements of " + title, Head: []string{"Statement", "Kind", "Standing", "Why"}}
		for k := range x.Statements {
			y := &x.Statements[k]
			t.Rows = append(t.Rows, []document.Cell{codeCell(string(y.ID)), sayCell(string(y.Kind)), standingCell(y.Standing), {Text: together(b.sentences(y.Reasons))}})
		}
		if len(t.Rows) > 0 {
			s.Blocks = append(s.Blocks, document.Details{Summary: title, Blocks: []document.Block{t}})
		}
	}
	s.Blocks[0] = all
	return s
}

func standingCell(s judge.StatementStanding) document.Cell {
	return document.Cell{Mark: onPaper(principleMark(s)), Text: document.Say(standingWords(s))}
}

func (b *paper) frameworks() document.Section {
	s := document.Section{Title: "Frameworks"}
	for i := range b.p.Frameworks {
		f := &b.p.Frameworks[i]
		part := document.Section{Title: cmp.Or(f.Title, string(f.ID)) + " " + f.Version, Blocks: []document.Block{document.Paragraph{Text: together(b.sentences(f.Reasons))}}}
		t := document.Table{Caption: "Requirements of " + cmp.Or(f.Title, string(f.ID)) + " " + f.Version, Head: []string{"Requirement", "What it is", "Standing", "Level", "Least asked for", "Why"}}
		for k := range f.Requirements {
			r := &f.Requirements[k]
			t.Rows = append(t.Rows, []document.Cell{
				codeCell(string(r.ID)), sayCell(r.Title),
				standingCell(r.Standing),
				sayCell(cmp.Or(string(r.Level), "none yet")),
				{Mark: meetsMark(r), Text: document.Say(cmp.Or(string(r.Minimum), "none"))},
				{Text: together(b.sentences(r.Reasons))},
			})
		}
		if len(t.Rows) > 0 {
			part.Blocks = append(part.Blocks, t)
		}
		s.Sections = append(s.Sections, part)
	}
	return s
}

// meetsMark says whether a requirement comes to the least that the profile asks for. What nobody has answered is not known.
func meetsMark(r *judge.RequirementResult) document.Mark {
	switch {
	case r.Meets == judge.MeetsYes:
		return document.Good
	case r.Meets == judge.MeetsNo && r.Standing == judge.Unanswered:
		return document.Look
	case r.Meets == judge.MeetsNo:
		return document.Bad
	}
	return document.None
}

func (b *paper) findings() document.Section {
	s := document.Section{Title: "Findings"}
	c := b.p.Findings.Counts
	if c.Open+c.Closed == 0 {
		s.Blocks = only("No tool or review has handed in a weakness. That says nothing about whether there are any.")
		return s
	}
	s.Blocks = only(capital(Count(b.p).line("Findings")) + ".")
	if len(b.p.Findings.Top) > 0 {
		s.Blocks = append(s.Blocks, b.findingTable())
	}
	return s
}

func (b *paper) suppliers() document.Section {
	s := document.Section{Title: "Suppliers"}
	if len(b.p.Suppliers) == 0 {
		return s
	}
	t := document.Table{Caption: b.own("Suppliers in their use for this service"), Head: []string{"Supplier", "Standing", "Contract until", "Why"}}
	for i := range b.p.Suppliers {
		x := &b.p.Suppliers[i]
		m := document.Look
		switch x.Standing {
		case judge.SupplierReady, judge.SupplierEnded:
			m = document.Good
		case judge.SupplierBlocked:
			m = document.Bad
		}
		t.Rows = append(t.Rows, []document.Cell{sayCell(cmp.Or(x.Name, string(x.ID))), {Mark: m, Text: document.Say(supplierWords(x.Standing))}, sayCell(cmp.Or(x.Until.String(), "not said")), {Text: together(b.sentences(x.Reasons))}})
	}
	s.Blocks = []document.Block{t}
	return s
}

func (b *paper) obligations() document.Section {
	s := document.Section{Title: "Obligations"}
	if len(b.p.Context.Obligations) == 0 {
		return s
	}
	t := document.Table{Caption: "Laws, policies and contracts, and whether they apply", Head: []string{"Obligation", "Kind", "Applies", "Why"}}
	for i := range b.p.Context.Obligations {
		o := &b.p.Context.Obligations[i]
		m := document.None
		if o.Applies == model.Unknown {
			m = document.Look
		}
		t.Rows = append(t.Rows, []document.Cell{sayCell(cmp.Or(o.Title, string(o.ID))), sayCell(string(o.Kind)), {Mark: m, Text: document.Say(cmp.Or(string(o.Applies), "not known"))}, {Text: together(b.sentences(o.Reasons))}})
	}
	s.Blocks = []document.Block{t}
	return s
}

func (b *paper) evidence() document.Section {
	s := document.Section{Title: "Evidence"}
	if len(b.p.Evidence) == 0 {
		s.Blocks = only("No evidence was handed in, so nothing is shown to work.")
		return s
	}
	t := document.Table{Caption: "Evidence, and what it shows", Head: []string{"Evidence", "State", "For", "Until"}}
	for i := range b.p.Evidence {
		e := &b.p.Evidence[i]
		var uses []string
		for _, u := range e.Uses {
			uses = append(uses, refWords(u))
		}
		t.Rows = append(t.Rows, []document.Cell{codeCell(string(e.ID)), {Mark: onPaper(evidenceMark(e.State)), Text: document.Say(evidenceWords(e.State, 1)[len("1 "):])}, {Text: idList(uses, packNames)}, sayCell(b.lastDay(e.Until))})
	}
	s.Blocks = []document.Block{t}
	return s
}

func (b *paper) soon() document.Section {
	list, left := b.coming(packSteps)
	if len(list.Items) == 0 {
		return document.Section{}
	}
	return document.Section{Title: "What comes by itself", Blocks: append(only("If nobody does anything:"), andMore(list, left)...)}
}

func (b *paper) steps() document.Section {
	list, left := b.next(packSteps)
	if len(list.Items) == 0 {
		return document.Section{}
	}
	return document.Section{Title: "What to do next, what gains most first", Blocks: andMore(list, left)}
}

// notKnown gathers what nobody has said, judged or answered: none of it is counted as good.
func (b *paper) notKnown() document.Section {
	out := document.List{}
	add := func(words string, ids []string) {
		if len(ids) > 0 {
			out.Items = append(out.Items, document.Item{Mark: document.Look, Text: document.Say(words + ": ").And(idList(ids, packNames))})
		}
	}
	for i := range b.p.Context.Unknowns {
		out.Items = append(out.Items, document.Item{Mark: document.Look, Text: b.sentence(&b.p.Context.Unknowns[i].Reason)})
	}
	var risks, controls, statements []string
	for i := range b.p.Risks {
		if b.p.Risks[i].Standing == judge.Unjudged {
			risks = append(risks, string(b.p.Risks[i].ID))
		}
	}
	for i := range b.p.Controls {
		if c := &b.p.Controls[i]; c.Applicability != judge.NotApplicable && (c.State == judge.Unknown || c.Applicability == judge.UnknownApplicability) {
			controls = append(controls, string(c.ID))
		}
	}
	for i := range b.p.Principles {
		for k := range b.p.Principles[i].Statements {
			if y := &b.p.Principles[i].Statements[k]; y.Standing == judge.Unanswered || y.Standing == judge.Proposed {
				statements = append(statements, string(b.p.Principles[i].ID)+"/"+string(y.ID))
			}
		}
	}
	add("Risks that nobody has judged", risks)
	add("Controls of which it is not known whether they are in place", controls)
	add("Statements that no person has answered or confirmed", statements)
	if b.p.Context.Defaults {
		out.Items = append(out.Items, document.Item{Mark: document.Look, Text: document.Say("No organisation file was found, so built-in defaults stand for what your organisation would say.")})
	}
	if len(out.Items) == 0 {
		return document.Section{Title: "What is not known", Blocks: only("Of what Bulkhead asks about, nothing is unknown.")}
	}
	return document.Section{Title: "What is not known", Blocks: append(only("None of this is counted as good."), out)}
}

func (b *paper) howJudged() document.Section {
	in := &b.p.Inputs
	s := document.Section{Title: "How it was judged", Blocks: append(only("Whoever has the same inputs gets the same result. Each is named by its digest."), b.inputs())}
	t := document.Table{Caption: "Packs of requirements in force", Head: []string{"Pack", "Version", "Digest"}}
	for _, x := range in.Library {
		t.Rows = append(t.Rows, []document.Cell{codeCell(string(x.Pack)), sayCell(x.Version), codeCell(string(x.Digest))})
	}
	if len(t.Rows) > 0 {
		s.Blocks = append(s.Blocks, t)
	}
	more := document.Facts{}
	for _, o := range in.Offers {
		more = append(more, document.Fact{Name: "Offer of " + string(o.Service), Text: digestText(o.Digest)})
	}
	for _, f := range in.Intelligence {
		more = append(more, document.Fact{Name: "Feed " + f.Feed, Text: digestText(f.Digest)})
	}
	if len(more) > 0 {
		s.Blocks = append(s.Blocks, more)
	}
	return s
}

func digestText(d ident.Digest) document.Text {
	if d == "" {
		return document.Say("none was there")
	}
	return document.Name(string(d))
}

// signOff is for those who sign on paper.
func (b *paper) signOff() document.Section {
	return document.Section{Title: "Decided", Blocks: []document.Block{
		document.Paragraph{Text: inWords("A signature here is for the file. For it to count, record the decision with `bulkhead decision make`.")},
		document.Form{Caption: "Who has read this and what they decided", Head: []string{"Role", "Name", "Decision and conditions", "Date", "Signature"}, Names: []string{"Senior responsible owner", b.own("Service owner"), "Security lead"}},
	}}
}
