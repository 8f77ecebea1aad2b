package report

import (
	"io"
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// Bounds that keep a comment short enough to be read, and to be taken by a code host.
const (
	mostLooks   = 10 // things that need a look
	mostComing  = 5
	mostActions = 5
	mostRows    = 60 // of a table that is folded away
	mostText    = 60_000
)

// Markdown gives a short report on services, as a comment on a change would have it: how they stand, what needs a look,
// what comes by itself, what to do next, and the rest folded away. Where that is longer than a code host takes, the details
// are left out, and then all but how they stand.
func Markdown(w io.Writer, postures []*assess.Posture, about func(ident.ID) About, zone civil.Zone) error {
	text := ""
	for _, depth := range []depth{inFull, withoutDetails, inShort} {
		if text = document.Markdown(comment(postures, about, zone, depth), 2); len(text) <= mostText {
			break
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

// depth says how much a comment tells.
type depth int

const (
	inFull depth = iota
	withoutDetails
	inShort
)

func comment(postures []*assess.Posture, about func(ident.ID) About, zone civil.Zone, depth depth) *document.Document {
	d := &document.Document{Marking: markings(postures)}
	if len(postures) == 1 {
		b := newPaper(postures[0], about(postures[0].Service), zone)
		d.Title, d.Blocks, d.Sections = b.about.Name, b.opening(), b.comment(depth)
	} else {
		d.Title = counted(len(postures), "service", "services")
		d.Blocks = append(d.Blocks, document.Paragraph{Text: document.Say(estate(postures))}, estateTable(postures, about))
	}
	for _, p := range postures {
		if len(postures) == 1 || depth == inShort {
			break
		}
		b := newPaper(p, about(p.Service), zone)
		d.Sections = append(d.Sections, document.Section{Title: b.about.Name + " (" + string(p.Service) + ")", Blocks: b.opening(), Sections: b.comment(depth)})
	}
	if depth != inFull {
		d.Sections = append(d.Sections, document.Section{Title: "The rest", Blocks: []document.Block{document.Paragraph{Text: inWords("This would be longer than a comment may be. `bulkhead check` shows the rest.")}}})
	}
	return d
}

// estate says in a sentence how several services stand.
func estate(postures []*assess.Posture) string {
	bad := 0
	for _, p := range postures {
		if m, _ := verdict(p); m == document.Bad {
			bad++
		}
	}
	switch bad {
	case 0:
		return "In none of them is anything failing, late, lapsed or above what may be borne. This is not the same as secure."
	case len(postures):
		return "In each of them something is failing, late, lapsed or above what may be borne."
	}
	return "In " + strconv.Itoa(bad) + " of them something is failing, late, lapsed or above what may be borne."
}

// estateTable shows the counts of several services, one a row.
func estateTable(postures []*assess.Posture, about func(ident.ID) About) document.Table {
	t := document.Table{Head: []string{"Service", "Risks above appetite", "Controls failing", "Stale", "Claimed", "Required evidenced", "Activities overdue", "Due", "Decisions lapsed", "Findings overdue", "Gates passed or ready"}}
	for _, p := range postures {
		c := Count(p)
		mark, _ := verdict(p)
		t.Rows = append(t.Rows, []document.Cell{
			{Mark: mark, Text: document.Say(about(p.Service).Name)},
			countCell(c.Risks.Above + c.Risks.Escalated), countCell(c.Controls.Failing), countCell(c.Controls.Stale), countCell(c.Controls.Claimed), shareOf(c.Controls.Shown, c.Controls.Required),
			countCell(c.Activities.Overdue), countCell(c.Activities.Due), countCell(c.Decisions.Lapsed), countCell(c.Findings.Overdue), shareOf(c.Gates.Passed+c.Gates.Ready, c.Gates.All),
		})
	}
	return t
}

func shareOf(n, of int) document.Cell {
	return document.Cell{Text: document.Say(strconv.Itoa(n) + " of " + strconv.Itoa(of)), Number: true}
}

// opening says how a service stands: in a sentence, in counts and of when.
func (b *paper) opening() []document.Block {
	mark, sentence := verdict(b.p)
	out := []document.Block{
		document.Paragraph{Mark: mark, Text: document.Bold(capital(sentence))},
		Count(b.p).table(""),
		document.Paragraph{Text: b.standing()},
	}
	for i := range b.p.Profiles {
		out = append(out, document.Paragraph{Text: document.Say(profileLine(&b.p.Profiles[i]))})
	}
	return out
}

// table shows the counts of which there are any.
func (c Counts) table(caption string) document.Table {
	t := document.Table{Caption: caption, Head: []string{"What", "How many"}}
	for _, line := range c.lines() {
		if line.total() == 0 {
			continue
		}
		mark := document.None
		if line.bad() {
			mark = document.Bad
		}
		t.Rows = append(t.Rows, []document.Cell{{Mark: mark, Text: document.Say(line.name)}, sayCell(line.text())})
	}
	return t
}

// comment gives the sections of a comment.
func (b *paper) comment(depth depth) (out []document.Section) {
	if depth == inShort {
		return nil
	}
	if blocks := b.looks(mostLooks); len(blocks) > 0 {
		out = append(out, document.Section{Title: "What needs a look", Blocks: blocks})
	}
	if list, left := b.next(mostActions); len(list.Items) > 0 {
		out = append(out, document.Section{Title: "What to do next, what gains most first", Blocks: andMore(list, left)})
	}
	if list, left := b.coming(mostComing); len(list.Items) > 0 {
		out = append(out, document.Section{Title: "What comes by itself", Blocks: andMore(list, left)})
	}
	if depth == inFull {
		out = append(out, document.Section{Title: "Details", Blocks: b.details()})
	}
	return out
}

// andMore gives a list, and how much more there is.
func andMore(list document.List, left int) []document.Block {
	out := []document.Block{list}
	if left > 0 {
		out = append(out, document.Paragraph{Text: document.Say("and " + strconv.Itoa(left) + " more")})
	}
	return out
}

// looks lists what needs a look, those of one kind and for one reason together.
func (b *paper) looks(most int) []document.Block {
	type group struct {
		of  []matter
		why document.Text
	}
	var groups []group
	for _, m := range matters(b.p) {
		if m.mark == document.None {
			continue
		}
		why := b.mainReason(&m)
		i := slices.IndexFunc(groups, func(g group) bool {
			return g.of[0].kind == m.kind && (m.kind == "not-said" || g.of[0].state == m.state && g.why.String() == why.String())
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{why: why})
		}
		groups[i].of = append(groups[i].of, m)
	}
	list := document.List{}
	for _, g := range groups[:min(len(groups), most)] {
		if g.of[0].kind == "not-said" {
			list.Items = append(list.Items, notSaid(g.of))
			continue
		}
		item := document.Item{Mark: g.of[0].mark, Text: headOf(g.of)}
		if !g.why.Empty() {
			item.Text = item.Text.And(document.Say(". "), g.why)
		}
		list.Items = append(list.Items, item)
	}
	if len(list.Items) == 0 {
		return nil
	}
	return andMore(list, len(groups)-len(list.Items))
}

// notSaid says in one item what has not been said.
func notSaid(list []matter) document.Item {
	var what []string
	for i := range list {
		what = append(what, list[i].part)
	}
	return document.Item{Mark: list[0].mark, Text: document.Bold("Not said yet").And(document.Say(": " + some(what, mostQuiet)))}
}

// headOf names matters of one kind and their state. One alone is named with its title.
func headOf(list []matter) document.Text {
	if len(list) == 1 {
		m := &list[0]
		head := document.Name(m.called())
		if m.title != "" {
			head = head.And(document.Say(" " + m.title))
		}
		return head.And(document.Say(": "), document.Bold(m.state))
	}
	var ids []string
	for i := range list {
		ids = append(ids, list[i].called())
	}
	return idList(ids, mostQuiet).And(document.Say(": "), document.Bold(list[0].state))
}

// mainReason gives the reason that says most.
func (b *paper) mainReason(m *matter) document.Text {
	switch {
	case m.about == allOfThem:
		return together(b.sentences(m.why))
	case m.about >= len(m.why):
		return nil
	}
	return b.sentence(&m.why[m.about])
}

// details gives what is folded away, under the summaries that say what it is.
func (b *paper) details() (out []document.Block) {
	fold := func(summary string, blocks ...document.Block) {
		out = append(out, document.Details{Summary: summary, Blocks: blocks})
	}
	plain := func(t document.Table) document.Table {
		t.Caption = ""
		return t
	}
	if n := len(b.p.Risks); n > 0 {
		fold("Risks ("+strconv.Itoa(n)+"): as claimed counts what the team says, as evidenced only what is shown to work", plain(b.riskTable(mostRows)))
	}
	if c := Count(b.p); c.Threats.All > 0 {
		fold("Threats: "+threatsInShort(c.Threats), b.attackList(mostAttacked), document.Paragraph{Text: inWords("All, and what would answer them: `bulkhead threats`")})
	}
	if c := Count(b.p); c.Paths.All > 0 {
		fold("Attack paths: "+pathsInShort(c.Paths), b.pathList(mostAttacked), document.Paragraph{Text: inWords("All, and what bears on every way: `bulkhead paths`")})
	}
	fold("The seven areas", plain(b.areaTable()))
	if blocks := b.controls(mostRows); len(blocks) > 0 {
		fold("Controls ("+strconv.Itoa(Count(b.p).Controls.All)+")", blocks...)
	}
	if n := len(b.p.Decisions); n > 0 {
		fold("Decisions ("+strconv.Itoa(n)+")", plain(b.decisionTable(mostRows)))
	}
	if n := len(b.p.Findings.Top); n > 0 {
		fold("Findings ("+strconv.Itoa(b.p.Findings.Counts.Open)+" open)", plain(b.findingTable()))
	}
	if t := b.gateTable(); len(t.Rows) > 0 {
		fold("Gates", plain(t), document.Paragraph{Text: inWords("What is in the way of one: `bulkhead why GATE`.")})
	}
	fold("How it was judged", b.inputs())
	return out
}

// inputs says what was judged, by digest, so that it can be judged again.
func (b *paper) inputs() document.Facts {
	in := &b.p.Inputs
	none := func(d ident.Digest) document.Text {
		if d == "" {
			return document.Say("none: built-in defaults")
		}
		return document.Name(string(d))
	}
	set := func(s judge.SetStamp, one, many string) document.Text {
		return document.Say(counted(s.Count, one, many) + ", ").And(document.Name(string(s.Digest)))
	}
	return document.Facts{
		{Name: "Engine", Text: document.Say(in.Engine)},
		{Name: "Service file", Text: none(in.Claims)},
		{Name: "Organisation file", Text: none(in.Organisation)},
		{Name: "Evidence", Text: set(in.Evidence, "record", "records")},
		{Name: "Decisions", Text: set(in.Decisions, "record", "records")},
	}
}

// CountsMarkdown writes counts as a comment on a change would have them.
func CountsMarkdown(w io.Writer, only CountsOnly, zone civil.Zone) error {
	d := &document.Document{Title: "Counts only", Blocks: []document.Block{document.Paragraph{Text: inWords(only.Withheld)}}}
	if len(only.Services) == 1 {
		d.Marking = only.Services[0].Marking
	}
	for i := range only.Services {
		s := &only.Services[i]
		d.Sections = append(d.Sections, document.Section{Title: string(s.Service), Blocks: []document.Block{
			s.Counts.table(""), document.Paragraph{Text: document.Say("Marking: " + s.Marking + ". Judged at " + zone.Clock(s.At) + ".")},
		}})
	}
	_, err := io.WriteString(w, document.Markdown(d, 2))
	return err
}
