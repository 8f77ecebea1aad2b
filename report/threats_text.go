package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// ThreatText writes the threats of a service for a person at a terminal.
func ThreatText(w io.Writer, l *ThreatList, name string, style Style) error {
	t := &threatText{text: &text{page: newPage(style), p: l.Of.Posture, zone: l.Of.Zone}, sheet: l.sheet()}
	t.titled(name, l.Service, "threats", l.Marking)
	t.wrap("", "Judged at "+t.moment(l.At)+".")
	t.wrap("", t.opening())
	t.openOnes()
	t.saidOnes()
	t.asked()
	t.settledOnes()
	t.archived()
	t.putAside()
	return t.flush(w)
}

// titled writes the head of a page about one service.
func (p *page) titled(name string, service ident.ID, what, marking string) {
	title := p.paint("1", name) + " (" + string(service) + "): " + what
	if gap := p.style.Width - width(title) - len(marking); gap >= 2 {
		p.line(title, strings.Repeat(" ", gap), marking)
		return
	}
	p.wrap("", title)
	p.wrap("", marking)
}

type threatText struct {
	*text
	*sheet
}

func (t *threatText) openOnes() {
	shown, left := t.shown(t.style.All)
	if len(t.sheet.open) == 0 {
		return
	}
	t.heading("Open (" + strconv.Itoa(len(t.sheet.open)) + "), the gravest first")
	for i := range shown {
		t.group(&shown[i])
	}
	t.more(left)
}

// group tells of a group: what, how grave, where, what would answer it.
func (t *threatText) group(g *group) {
	x := g.worst
	t.wrap("  "+t.mark(onScreen(graveSign(x.Severity)))+" ", t.paint("1", string(x.Severity))+": "+x.Title+g.likeIt())
	t.wrap("      ", string(g.id))
	t.wrap("      ", "Where: "+t.Of.where(g)+".")
	t.wrap("      ", "As claimed: "+threatWords(g.claimed)+" | as evidenced: "+threatWords(x.Evidenced)+".")
	if in := g.inRisks(); in != "" {
		t.wrap("      ", in+".")
	}
	t.wrap("      ", t.answering(x)+".")
}

func graveSign(b model.Band) document.Mark {
	switch {
	case b.Rank() >= model.High.Rank():
		return document.Bad
	case b.Rank() >= model.Medium.Rank():
		return document.Look
	}
	return document.None
}

// answering says what answers a threat, or would.
func (s *sheet) answering(x *judge.Threat) string {
	switch {
	case x.Evidenced == judge.ThreatDisposed || x.Evidenced == judge.ThreatAccepted:
		return x.Reasons[len(x.Reasons)-1].Text
	case len(x.AnsweredBy) > 0 && s.Of.Library.Control(x.AnsweredBy[0]) != nil:
		by := s.Of.control(x.AnsweredBy[0])
		if x.Evidenced != judge.ThreatAnswered {
			by = s.Of.relied(x.AnsweredBy[0])
		}
		return "Answered by: " + by
	case len(x.Answers) > 1:
		return "Would answer it: " + s.Of.lacking(x.Answers[0]) + "; or " + some(wordsOf(x.Answers[1:]), 3)
	case len(x.Answers) == 1:
		return "Would answer it: " + s.Of.lacking(x.Answers[0])
	}
	return "What answers it: " + some(wordsOf(x.AnsweredBy), 3)
}

func wordsOf(ids []ident.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// saidOnes tells of the controls that are said to answer threats and are not shown to: one piece of evidence each would
// settle them.
func (t *threatText) saidOnes() {
	if len(t.said) == 0 {
		return
	}
	t.heading("Only claimed to be answered (" + strconv.Itoa(t.claimedOnly()) + "): show that it works")
	shown := t.said
	if !t.style.All {
		shown = shown[:min(len(shown), mostAnswers)]
	}
	for i := range shown {
		a := &shown[i]
		t.wrap("  "+t.mark(look)+" ", t.paint("1", t.Of.relied(a.control)))
		t.wrap("      ", "As claimed it answers, as evidenced it leaves open: "+some(groupWords(a.groups), 4)+".")
	}
	t.more(len(t.said) - len(shown))
}

func groupWords(list []group) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = string(list[i].id) + " (" + string(list[i].worst.Severity) + ")"
	}
	return out
}

func (t *threatText) asked() {
	if len(t.questions) == 0 {
		return
	}
	t.heading("Questions (" + strconv.Itoa(len(t.questions)) + "): until somebody answers, the graver answer counts")
	shown := t.questions
	if !t.style.All {
		shown = shown[:min(len(shown), mostQuestions)]
	}
	for i := range shown {
		q := &shown[i]
		t.wrap("  "+t.mark(look)+" ", t.paint("1", q.text))
		t.wrap("      ", q.decides())
		t.wrap("      ", "Say it in the service file: "+q.where()+".")
	}
	t.more(len(t.questions) - len(shown))
}

// settledOnes tells of the rest: in a line, or one by one.
func (t *threatText) settledOnes() {
	if len(t.settled) == 0 {
		return
	}
	if t.style.All {
		t.heading("Answered, accepted or put aside (" + strconv.Itoa(len(t.settled)) + ")")
		for i := range t.settled {
			x := t.settled[i].worst
			t.wrap("  "+t.mark(good)+" ", string(x.Severity)+": "+x.Title+t.settled[i].likeIt()+" ("+string(t.settled[i].id)+")")
			t.wrap("      ", capital(threatWords(x.Evidenced))+". "+t.answering(x)+".")
		}
		return
	}
	t.line()
	t.wrap("", capital(t.settledWords())+". `bulkhead threats --all` shows "+itOrThem(len(t.settled))+".")
}

// archived tells of what was said of threats that are not there now.
func (t *threatText) archived() {
	if len(t.p.Archived) == 0 || t.For != "" {
		return
	}
	t.heading("Said of threats that are not there now (" + strconv.Itoa(len(t.p.Archived)) + ")")
	for i := range t.p.Archived {
		x := &t.p.Archived[i]
		t.wrap("  "+t.mark(look)+" ", x.Reasons[0].Text+" ("+x.By+").")
	}
}

// settledWords counts what is settled by how.
func (s *sheet) settledWords() string {
	n := map[judge.ThreatStatus]int{}
	for i := range s.settled {
		n[s.settled[i].worst.Evidenced]++
	}
	var parts []string
	for _, x := range []struct {
		of    judge.ThreatStatus
		words string
	}{{judge.ThreatAnswered, "answered by what is shown to work"}, {judge.ThreatAccepted, "accepted as part of a risk"}, {judge.ThreatDisposed, "put aside by the team"}} {
		if k := n[x.of]; k > 0 {
			parts = append(parts, counted(k, "group is ", "groups are ")+x.words)
		}
	}
	return joinWords(parts)
}

// putAside shows how a threat is put aside, for the first that is open.
func (t *threatText) putAside() {
	lines := t.disposition()
	if lines == nil {
		return
	}
	t.heading("If one does not matter here, say why in the service file")
	for _, l := range lines {
		t.line("  " + l)
	}
	t.line()
	t.wrap("", "To have one in the register, name it under `threats` of a risk. Why it is so: bulkhead why THREAT")
}

// disposition gives the lines of the service file that would put the first open group aside; nil where there is none that
// may be: a grave one is for the risk register.
func (s *sheet) disposition() []string {
	i := slices.IndexFunc(s.open, func(g group) bool { return !g.grave })
	if i < 0 {
		return nil
	}
	g := &s.open[i]
	out := []string{"threats:", "  dispositions:", "    - id: " + string(g.id)}
	if len(g.threats) > 1 {
		var on []string
		for _, x := range g.threats {
			on = append(on, string(elementID(x.Element)))
		}
		out = append(out, "      elements: ["+strings.Join(on, ", ")+"]")
	}
	return append(out, "      reason: ...", "      by: ...", "      date: "+s.Of.Zone.On(s.At).String())
}
