package report

import (
	"io"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// ThreatMarkdown writes the threats of services for a page or a comment.
func ThreatMarkdown(w io.Writer, lists []*ThreatList, about func(l *ThreatList) string, all bool) error {
	d := &document.Document{Title: "Threats"}
	for i, l := range lists {
		s := l.sheet()
		title, sections := about(l)+" ("+string(l.Service)+")", s.sections(all)
		if i == 0 {
			d.Marking = l.Marking
		}
		if len(lists) == 1 {
			d.Title, d.Blocks, d.Sections = "Threats to "+title, s.head(), sections
			break
		}
		d.Sections = append(d.Sections, document.Section{Title: title, Blocks: s.head(), Sections: sections})
	}
	_, err := io.WriteString(w, document.Markdown(d, 2))
	return err
}

func (s *sheet) head() []document.Block {
	return []document.Block{
		document.Paragraph{Text: document.Bold(s.opening())},
		document.Paragraph{Text: document.Say("Judged at " + s.Of.Zone.Clock(s.At) + ". Marking: " + s.Marking + ".")},
	}
}

func (s *sheet) sections(all bool) (out []document.Section) {
	shown, left := s.shown(all)
	if len(shown) > 0 {
		out = append(out, document.Section{Title: "Open", Blocks: andRows(s.groupTable(shown), left)})
	}
	if list := s.saidList(); len(list.Items) > 0 {
		out = append(out, document.Section{Title: "Only claimed to be answered", Blocks: []document.Block{list}})
	}
	if list := s.questionList(); len(list.Items) > 0 {
		out = append(out, document.Section{Title: "Questions", Blocks: []document.Block{list}})
	}
	switch {
	case len(s.settled) == 0:
	case all:
		out = append(out, document.Section{Title: "Answered, accepted or put aside", Blocks: []document.Block{s.groupTable(s.settled)}})
	default:
		out = append(out, document.Section{Title: "The rest", Blocks: only(capital(s.settledWords()) + ".")})
	}
	return out
}

func andRows(t document.Table, left int) []document.Block {
	out := []document.Block{t}
	if left > 0 {
		out = append(out, document.Paragraph{Text: document.Say("and " + strconv.Itoa(left) + " more")})
	}
	return out
}

func (s *sheet) groupTable(list []group) document.Table {
	t := document.Table{Caption: "Threats, those alike on one component together", Head: []string{"How grave", "Threat", "Where", "As claimed", "As evidenced", "Answer", "Risks"}}
	for i := range list {
		g := &list[i]
		x := g.worst
		t.Rows = append(t.Rows, []document.Cell{
			{Mark: graveSign(x.Severity), Text: document.Say(string(x.Severity))},
			{Text: document.Say(x.Title + g.likeIt() + " ").And(document.Name(string(g.id)))},
			sayCell(s.Of.where(g)), sayCell(threatWords(g.claimed)), sayCell(threatWords(x.Evidenced)), sayCell(s.answering(x)), sayCell(g.inRisks()),
		})
	}
	return t
}

func (s *sheet) saidList() (out document.List) {
	for i := range s.said {
		a := &s.said[i]
		out.Items = append(out.Items, document.Item{Mark: document.Look, Text: document.Bold(s.Of.relied(a.control)), More: []document.Text{idList(groupWords(a.groups), mostQuiet)}})
	}
	return out
}

func (s *sheet) questionList() (out document.List) {
	for i := range s.questions {
		q := &s.questions[i]
		out.Items = append(out.Items, document.Item{Mark: document.Look, Text: document.Bold(q.text), More: []document.Text{
			document.Say(q.decides()), inWords("Say it in the service file: " + q.where() + "."),
		}})
	}
	return out
}
