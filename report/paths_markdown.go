package report

import (
	"io"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// PathMarkdown writes the attack paths of services for a page or a comment.
func PathMarkdown(w io.Writer, lists []*PathList, name func(l *PathList) string) error {
	d := &document.Document{Title: "Attack paths"}
	for i, l := range lists {
		title := name(l) + " (" + string(l.Service) + ")"
		if i == 0 {
			d.Marking = l.Marking
		}
		if len(lists) == 1 {
			d.Title, d.Blocks, d.Sections = "Attack paths of "+title, l.head(), l.sections()
			break
		}
		d.Sections = append(d.Sections, document.Section{Title: title, Blocks: l.head(), Sections: l.sections()})
	}
	_, err := io.WriteString(w, document.Markdown(d, 2))
	return err
}

func (l *PathList) head() []document.Block {
	out := []document.Block{document.Paragraph{Text: document.Say("Judged at " + l.Of.Zone.Clock(l.At) + ". Marking: " + l.Marking + ".")}}
	if words := l.View.actorWords(); words != "" {
		out = append(out, document.Paragraph{Text: inWords(words)})
	}
	if l.View.To == "" && !l.View.From && !l.View.All {
		out = append([]document.Block{document.Paragraph{Text: document.Bold(l.opening())}}, out...)
	}
	return out
}

func (l *PathList) sections() (out []document.Section) {
	switch {
	case l.View.From:
		for i := range l.Blasts {
			b := &l.Blasts[i]
			out = append(out, document.Section{Title: "If " + b.Title + " were in an attacker's hands", Blocks: []document.Block{l.Of.blastList(b)}})
		}
		return out
	case l.View.All:
		return []document.Section{{Title: "Blast radius of every component", Blocks: []document.Block{l.blastTable()}}}
	case l.View.To != "":
		out = l.waySections()
	default:
		if len(l.Paths) > 0 {
			out = append(out, document.Section{Title: "What could be reached, the easiest first", Blocks: []document.Block{l.pathTable()}})
		}
	}
	if len(l.None) > 0 {
		out = append(out, document.Section{Title: "No modelled path", Blocks: only(targetNames(l.None) + ". It rests on " + l.RestsOn.restsOn() + ": that none is modelled says that, and no more.")})
	}
	if len(l.Chokes) > 0 {
		out = append(out, document.Section{Title: "What bears on every modelled way to " + l.chokeTarget(), Blocks: []document.Block{l.chokeList()}})
	}
	if len(l.Failures) > 0 {
		list := document.List{Ordered: true}
		for i := range l.Failures[:min(len(l.Failures), mostFailures)] {
			f := &l.Failures[i]
			list.Items = append(list.Items, document.Item{Text: document.Bold(l.Of.control(f.Control)), More: []document.Text{document.Say(failureWords(f))}})
		}
		out = append(out, document.Section{Title: "If one control did not work after all, what it would expose", Blocks: []document.Block{list}})
	}
	return out
}

func (l *PathList) pathTable() document.Table {
	t := document.Table{Caption: "What somebody could be after, and the easiest modelled way to it", Head: []string{"What", "Easiest way", "As claimed", "As evidenced", "Noticed"}}
	for i := range l.Paths {
		p := &l.Paths[i]
		t.Rows = append(t.Rows, []document.Cell{
			{Mark: pathSign(p), Text: document.Say(headOfPath(p.Gain, p.Title) + " ").And(document.Name(string(p.ID)))},
			sayCell(l.Of.chain(p)), sayCell(easeWords(p.Claimed)), sayCell(easeWords(p.Evidenced)), sayCell(unseenWords(p.Evidenced)),
		})
	}
	return t
}

func (l *PathList) waySections() (out []document.Section) {
	for i := range l.Paths {
		p := &l.Paths[i]
		list := document.List{Ordered: true}
		for k := range p.Steps {
			item := document.Item{Text: document.Bold(capital(p.Steps[k].Title)).And(document.Say(restsOnSteps(k, &p.Steps[k])))}
			for _, line := range l.Of.stepLines(&p.Steps[k]) {
				item.More = append(item.More, document.Say(line))
			}
			list.Items = append(list.Items, item)
		}
		title := headOfPath(p.Gain, p.Title) + ", way " + strconv.Itoa(i+1)
		out = append(out, document.Section{Title: title, Blocks: []document.Block{document.Paragraph{Text: document.Say(bothEases(p))}, list}})
	}
	return out
}

func (l *PathList) chokeList() document.List {
	list := document.List{Ordered: true}
	for i := range l.Chokes {
		lines := append(l.Of.measures(&l.Chokes[i]), chokeGain(&l.Chokes[i]))
		item := document.Item{Text: document.Say(lines[0])}
		for _, line := range lines[1:] {
			item.More = append(item.More, document.Say(line))
		}
		list.Items = append(list.Items, item)
	}
	return list
}

func (t *Told) blastList(b *BlastRadius) (out document.List) {
	for _, line := range t.blastLines(b) {
		item := document.Item{Text: document.Bold(line.name)}
		for _, m := range line.more {
			item.More = append(item.More, document.Say(m))
		}
		out.Items = append(out.Items, item)
	}
	return out
}

func (l *PathList) blastTable() document.Table {
	t := document.Table{Caption: "What is reached from each component, the worst first", Head: []string{"Component", "As evidenced", "With nothing in the way", "As claimed", "With nothing in the way, as claimed"}}
	for i := range l.Blasts {
		b := &l.Blasts[i]
		t.Rows = append(t.Rows, []document.Cell{
			{Text: document.Say(b.Title + " ").And(document.Name(string(elementID(b.From))))},
			sayCell(b.Evidenced.All.inShort()), sayCell(b.Evidenced.Open.inShort()), sayCell(b.Claimed.All.inShort()), sayCell(b.Claimed.Open.inShort()),
		})
	}
	return t
}
