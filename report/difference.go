package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// Comparison is what differs between two states of services, as it is told.
type Comparison struct {
	Bulkhead    string               `json:"bulkhead"`
	At          civil.Instant        `json:"at"`
	Marking     string               `json:"marking"`
	Before      string               `json:"before"` // what was compared, in words
	After       string               `json:"after"`
	Differences []*impact.Difference `json:"differences"`            // in order of service
	Blasts      []BlastRadius        `json:"blast_radius,omitempty"` // of what is supposed to be in an attacker's hands

	Names map[ident.ID]string `json:"-"`
	Of    *Told               `json:"-"` // the service that the blast radius is in
}

// Markings gives the marking of several postures together.
func Markings(list []*assess.Posture) string { return markings(list) }

// SayDifference fills in the sentence of every reason of a difference, in the words of a vocabulary.
func SayDifference(d *impact.Difference, v org.Vocabulary) {
	b := tableOf(v)
	for i := range d.Deltas {
		b.reasons(d.Deltas[i].Reasons)
	}
}

// ways are the ways in the order in which they are told, with a heading and a mark.
func ways() []struct {
	way   impact.Way
	title string
	mark  mark
} {
	return []struct {
		way   impact.Way
		title string
		mark  mark
	}{
		{impact.Worse, "Worse", bad},
		{impact.Better, "Better", good},
		{impact.New, "New", look},
		{impact.Gone, "Gone", look},
		{impact.Changed, "Changed", none},
	}
}

const mostDeltas = 12

// DifferenceText writes a comparison for a person at a terminal.
func DifferenceText(w io.Writer, c *Comparison, zone civil.Zone, style Style) error {
	p := newPage(style)
	p.wrap("", p.paint("1", c.After+" compared with "+c.Before)+", judged at "+zone.Clock(c.At)+". "+c.Marking)
	for i := range c.Blasts {
		t := &pathText{text: &text{page: p, p: c.Of.Posture, zone: zone}, PathList: &PathList{Of: *c.Of}}
		t.blast(&c.Blasts[i])
	}
	same := 0
	for _, d := range c.Differences {
		if d.Way == "" {
			same++
			continue
		}
		p.line()
		p.wrap("", p.paint("1", c.Names[d.Service])+" ("+string(d.Service)+"): "+waysTold(d))
		p.counts(d.Counts)
		for _, w := range ways() {
			p.deltas(d, w.way, w.title, w.mark)
		}
	}
	if same > 0 {
		p.line()
		p.wrap("", counted(same, "service is", "services are")+" judged the same.")
	}
	return p.flush(w)
}

// waysTold says in words which way a service went.
func waysTold(d *impact.Difference) string {
	n := map[impact.Way]int{}
	for i := range d.Deltas {
		n[d.Deltas[i].Way]++
	}
	switch d.Way {
	case impact.New:
		return "a new service"
	case impact.Gone:
		return "no longer there"
	}
	var parts []string
	for _, w := range ways() {
		if n[w.way] > 0 {
			parts = append(parts, strconv.Itoa(n[w.way])+" "+string(w.way))
		}
	}
	return strings.Join(parts, ", ")
}

// counts says what is counted differently.
func (p *page) counts(list []impact.Counted) {
	for _, m := range gainOrder() {
		for _, c := range list {
			if c.Measure == m.measure {
				p.wrap("    ", capital(m.many)+" "+m.what+": "+strconv.Itoa(c.Was)+", then "+strconv.Itoa(c.Now))
			}
		}
	}
}

func (p *page) deltas(d *impact.Difference, way impact.Way, title string, sign mark) {
	list := tellings(d, way, p.style.All)
	if len(list) == 0 {
		return
	}
	p.line("  " + p.paint("1", title))
	shown := list
	if !p.style.All && way != impact.Worse {
		shown = list[:min(len(list), mostDeltas)]
	}
	t := &text{page: p}
	for _, x := range shown {
		p.wrap("  "+t.mark(sign)+" ", x.name+": "+x.step)
		if x.why != "" {
			p.wrap("      ", x.why+".")
		}
	}
	t.more(len(list) - len(shown))
}

// telling is a line about what differs: of one thing, or of many that went the same way for the same kind of reason.
type telling struct{ name, step, why string }

const (
	mostAlike = 3 // of which each has a line of its own
	mostNamed = 8
)

// tellings gives what went one way, what weighs most first. A control that is in another state is not told of again for the
// components that it is on, and controls that went the same way for the same kind of reason are told of together.
func tellings(d *impact.Difference, way impact.Way, all bool) (out []telling) {
	var list []*impact.Delta
	alike := map[string][]string{}
	for i := range d.Deltas {
		if x := &d.Deltas[i]; x.Way == way && !toldAlready(d, x) {
			list = append(list, x)
			alike[likeness(x)] = append(alike[likeness(x)], x.ID.Path)
		}
	}
	slices.SortStableFunc(list, func(a, b *impact.Delta) int { return cmp.Compare(weight(a), weight(b)) })
	list, left := fewOfEach(list, all)
	for _, x := range list {
		like := likeness(x)
		names := alike[like]
		if len(names) == 0 {
			continue // told of with the others
		}
		line := telling{deltaName(x), step(x), ""}
		if way != impact.Better {
			line.why = reasonOf(x)
		}
		if x.ID.Kind == ident.KindControl && len(names) > mostAlike {
			line.name = strconv.Itoa(len(names)) + " controls (" + some(names, mostNamed) + ")"
			alike[like] = nil
			if line.why != "" {
				line.why = "Of the first: " + line.why
			}
		}
		out = append(out, line)
	}
	return append(out, left...)
}

const mostOfAKind = 10 // threats and paths, of which there may be very many

// fewOfEach leaves the first threats and paths of a list, and counts the rest in a line.
func fewOfEach(list []*impact.Delta, all bool) (kept []*impact.Delta, left []telling) {
	n := map[string]int{}
	for _, x := range list {
		many := x.ID.Kind == ident.KindThreat || x.ID.Kind == ident.KindPath
		if n[x.ID.Kind]++; all || !many || n[x.ID.Kind] <= mostOfAKind {
			kept = append(kept, x)
		}
	}
	for _, kind := range []string{ident.KindThreat, ident.KindPath} {
		if more := n[kind] - mostOfAKind; more > 0 && !all {
			left = append(left, telling{name: counted(n[kind], kind, kind+"s") + " in all", step: "the first " + strconv.Itoa(mostOfAKind) + " are above"})
		}
	}
	return kept, left
}

// toldAlready says whether an aspect of a thing is told by its state.
func toldAlready(d *impact.Difference, x *impact.Delta) bool {
	return x.What == "components" && slices.ContainsFunc(d.Deltas, func(o impact.Delta) bool { return o.ID == x.ID && o.What == "state" })
}

// likeness is the same for what is told together.
func likeness(x *impact.Delta) string {
	code := ""
	if r := mainReason(x); r != nil {
		code = r.Code
	}
	return strings.Join([]string{x.ID.Kind, x.What, x.Was, x.Now, code}, "|")
}

// weight orders what is told: what the service is, then what may not be, then what shows it.
func weight(x *impact.Delta) int {
	order := []string{ident.KindContext, ident.KindGate, ident.KindProfile, ident.KindRisk, ident.KindThreat, ident.KindPath, ident.KindDecision, ident.KindFinding, ident.KindClaim, ident.KindControl, ident.KindActivity}
	if i := slices.Index(order, x.ID.Kind); i >= 0 {
		return i
	}
	return len(order)
}

// deltaName names what differs: "control backup (Backups)", and which aspect where it is not the state itself.
func deltaName(x *impact.Delta) string {
	name := x.ID.Kind + " " + x.ID.Path
	if x.ID.Kind == ident.KindClaim {
		name = strings.TrimPrefix(x.ID.Path, "/")
	}
	if x.Title != "" && !strings.HasSuffix(name, x.Title) && len(x.Title) < 80 {
		name += " (" + x.Title + ")"
	}
	if a := aspect(x.What); a != "" {
		name += ", " + a
	}
	return name
}

// aspect names what of a thing differs, where that is not plain.
func aspect(what string) string {
	switch what {
	case "residual-evidenced":
		return "the risk left, as far as it is shown"
	case "residual-claimed":
		return "the risk left, as claimed"
	case "components":
		return "shown to work on"
	case "severity":
		return "how grave it is"
	case "exposure":
		return "who can reach it"
	case "classification":
		return "its classification"
	case "special-category":
		return "special category or offence data"
	case "unknown":
		return "not said"
	case "applies":
		return "applies"
	case "aim":
		return "the profile aimed at"
	}
	return ""
}

// step says how it was and how it is.
func step(x *impact.Delta) string {
	switch {
	case x.ID.Kind == ident.KindThreat && x.Was == "":
		return "new, and " + threatWords(judge.ThreatStatus(x.Now))
	case x.ID.Kind == ident.KindThreat && x.What == "threat":
		return "was " + cmp.Or(threatWords(judge.ThreatStatus(x.Was)), "new") + ", is " + cmp.Or(threatWords(judge.ThreatStatus(x.Now)), "no longer found")
	case x.ID.Kind == ident.KindPath && x.Was == "":
		return "a path is modelled now, of " + x.Now
	case x.ID.Kind == ident.KindPath && x.Now == "":
		return "no path is modelled any more; it was of " + x.Was
	case x.Was == "":
		return x.Now
	case x.Now == "":
		return "no longer there; it was " + x.Was
	}
	return "was " + x.Was + ", is " + x.Now
}

// reasonOf gives the sentence of the reason that says most.
func reasonOf(x *impact.Delta) string {
	if r := mainReason(x); r != nil {
		return r.Text
	}
	return ""
}

// mainReason gives the reason that says most: the one of how it is now, or else one that is not about what asks for it.
func mainReason(x *impact.Delta) *judge.Reason {
	if x.What == "unknown" || len(x.Reasons) == 0 {
		return nil
	}
	for i := range x.Reasons {
		if r := &x.Reasons[i]; strings.Contains(r.Code, "."+x.Now) {
			return r
		}
	}
	for i := range x.Reasons {
		if r := &x.Reasons[i]; aboutState(r) {
			return r
		}
	}
	return &x.Reasons[len(x.Reasons)-1]
}

// aboutState says whether a reason is about a state, rather than about what asks for the thing.
func aboutState(r *judge.Reason) bool {
	return !strings.HasPrefix(r.Code, "control.required") && r.Code != "context.classification-from-data" && !strings.HasPrefix(r.Code, "risk.control-")
}

// DifferenceDocument gives a comparison as a document.
func DifferenceDocument(c *Comparison, zone civil.Zone) *document.Document {
	out := &document.Document{Title: "What differs", Marking: c.Marking}
	out.Blocks = append(out.Blocks, document.Paragraph{Text: document.Name(c.After).And(document.Say(" compared with "), document.Name(c.Before), document.Say(", judged at "+zone.Clock(c.At)+"."))})
	for i := range c.Blasts {
		b := &c.Blasts[i]
		out.Sections = append(out.Sections, document.Section{Title: "If " + b.Title + " (" + string(elementID(b.From)) + ") were in an attacker's hands", Blocks: []document.Block{c.Of.blastList(b)}})
	}
	for _, d := range c.Differences {
		if d.Way != "" {
			out.Sections = append(out.Sections, differenceSection(c, d))
		}
	}
	if len(out.Sections) == 0 {
		out.Blocks = append(out.Blocks, document.Paragraph{Mark: document.Good, Text: document.Say("Nothing is judged differently.")})
	}
	return out
}

func differenceSection(c *Comparison, d *impact.Difference) document.Section {
	s := document.Section{Title: c.Names[d.Service] + " (" + string(d.Service) + "): " + waysTold(d)}
	if table := countsTable(d.Counts); len(table.Rows) > 0 {
		s.Blocks = append(s.Blocks, table)
	}
	marks := map[impact.Way]document.Mark{impact.Worse: document.Bad, impact.Better: document.Good, impact.New: document.Look, impact.Gone: document.Look}
	for _, w := range ways() {
		var list document.List
		for _, x := range tellings(d, w.way, false) {
			item := document.Item{Mark: marks[w.way], Text: document.Say(x.name + ": ").And(document.Bold(x.step))}
			if x.why != "" {
				item.More = append(item.More, document.Say(x.why+"."))
			}
			list.Items = append(list.Items, item)
		}
		switch {
		case len(list.Items) == 0:
		case w.way == impact.Worse:
			s.Blocks = append(s.Blocks, document.Paragraph{Text: document.Bold(w.title)}, list)
		default:
			s.Blocks = append(s.Blocks, document.Details{Summary: w.title + " (" + strconv.Itoa(len(list.Items)) + ")", Blocks: []document.Block{list}})
		}
	}
	return s
}

func countsTable(list []impact.Counted) document.Table {
	table := document.Table{Caption: "What is counted differently", Head: []string{"What", "Before", "After"}}
	for _, m := range gainOrder() {
		for _, c := range list {
			if c.Measure != m.measure {
				continue
			}
			mark := document.Good
			if c.Now > c.Was {
				mark = document.Bad
			}
			table.Rows = append(table.Rows, []document.Cell{
				{Text: document.Say(capital(m.many) + " " + m.what)}, {Text: document.Say(strconv.Itoa(c.Was)), Number: true}, {Mark: mark, Text: document.Say(strconv.Itoa(c.Now)), Number: true},
			})
		}
	}
	return table
}

// Tally gives how many things went which way, without saying which: for where nothing more may be shown.
func Tally(list []*impact.Difference) map[impact.Way]int {
	out := map[impact.Way]int{}
	for _, d := range list {
		for i := range d.Deltas {
			out[d.Deltas[i].Way]++
		}
	}
	return out
}
