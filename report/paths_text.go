package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// PathText writes the attack paths of a service for a person at a terminal.
func PathText(w io.Writer, l *PathList, name string, style Style) error {
	t := &pathText{text: &text{page: newPage(style), p: l.Of.Posture, zone: l.Of.Zone}, PathList: l}
	t.titled(name, l.Service, "attack paths", l.Marking)
	t.wrap("", "Judged at "+t.moment(l.At)+".")
	if words := l.View.actorWords(); words != "" {
		t.wrap("", words)
	}
	switch {
	case l.View.From:
		for i := range l.Blasts {
			t.blast(&l.Blasts[i])
		}
	case l.View.All:
		t.blasts()
	case l.View.To != "":
		t.waysTo()
	default:
		t.overview()
	}
	return t.flush(w)
}

type pathText struct {
	*text
	*PathList
}

const (
	mostPaths    = 8
	mostFailures = 3
)

// overview tells of every target in a line or two, of the choke points of the gravest, and of what rests on one control.
func (t *pathText) overview() {
	t.wrap("", t.opening())
	if len(t.Paths) > 0 {
		t.heading("What could be reached, the easiest first")
		alike := t.alike()
		shown := alike[:min(len(alike), mostPaths)]
		left := len(t.Paths)
		for _, list := range shown {
			t.target(list)
			left -= len(list)
		}
		if left > 0 {
			t.wrap("    ", "and "+strconv.Itoa(left)+" more, which are harder: --format markdown or json lists all")
		}
	}
	if len(t.None) > 0 {
		t.heading("No modelled path (" + strconv.Itoa(len(t.None)) + ")")
		t.wrap("    ", targetNames(t.None)+".")
		t.wrap("    ", "It rests on "+t.RestsOn.restsOn()+": that none is modelled says that, and no more.")
	}
	t.chokes()
	t.failures()
	t.line()
	t.wrap("", "A path in full: bulkhead paths --to ID. What is reached from a component: bulkhead paths --from ID")
}

func targetNames(list []PathTarget) string {
	var out []string
	for i := range list {
		out = append(out, headOfPath(list[i].Gain, list[i].Title)+" ("+string(list[i].ID)+")")
	}
	return strings.Join(out, "; ")
}

func pathSign(p *judge.Path) document.Mark {
	if p.Easy {
		return document.Bad
	}
	return document.Look
}

// alike gives the targets that are come to by the same way together, the easiest first.
func (l *PathList) alike() (out [][]*judge.Path) {
	at := map[string]int{}
	for i := range l.Paths {
		p := &l.Paths[i]
		key := strings.Join(l.Of.stops(p), "\n") + bothEases(p) + unseenWords(p.Evidenced)
		k, is := at[key]
		if !is {
			k = len(out)
			at[key], out = k, append(out, nil)
		}
		out[k] = append(out[k], p)
	}
	return out
}

// target tells of targets that are come to by the same way.
func (t *pathText) target(list []*judge.Path) {
	p := list[0]
	way := t.Of.chain(p)
	for i, x := range list {
		lead := "  " + t.mark(onScreen(pathSign(p))) + " "
		if i > 0 {
			lead = "    "
		}
		t.wrap(lead, t.paint("1", headOfPath(x.Gain, x.Title))+" ("+string(x.ID)+")")
	}
	if len(list) > 1 {
		way = strings.Join(t.Of.stops(p), " -> ") + " -> each of these " + strconv.Itoa(len(list))
	}
	t.wrap("      ", way+": "+unseenWords(p.Evidenced)+".")
	t.wrap("      ", bothEases(p))
}

// bothEases says how hard the easiest way is as claimed beside as evidenced.
func bothEases(p *judge.Path) string {
	c, e := p.Claimed, p.Evidenced
	switch {
	case !c.Modelled:
		return "As claimed: no modelled path | as evidenced: " + easeWords(e) + "."
	case c.Cost == e.Cost && c.Hardest == e.Hardest:
		return "As claimed and as evidenced: " + easeWords(e) + "."
	}
	return "As claimed: " + easeWords(c) + " | as evidenced: " + easeWords(e) + "."
}

// waysTo tells of some ways to one target, step by step.
func (t *pathText) waysTo() {
	if len(t.Paths) == 0 {
		t.wrap("", "No modelled path to "+targetNames(t.None)+": "+t.RestsOn.restsOn()+". That none is modelled says that, and no more.")
		return
	}
	first := &t.Paths[0]
	t.wrap("", t.paint("1", headOfPath(first.Gain, first.Title))+" ("+string(first.ID)+"). "+bothEases(first))
	if len(t.View.Also) > 0 {
		t.wrap("", "Other harm to it: bulkhead paths --to "+some(targetIDs(t.View.Also), 4))
	}
	for i := range t.Paths {
		t.way(i, &t.Paths[i])
	}
	t.chokes()
	t.line()
	t.wrap("", "These are the easiest ways that are modelled, and not the only ones that there could be.")
}

func targetIDs(list []PathTarget) (out []string) {
	for i := range list {
		out = append(out, string(list[i].ID))
	}
	return out
}

func (t *pathText) way(i int, p *judge.Path) {
	title := "The easiest way"
	if i > 0 {
		title = "Another way (" + strconv.Itoa(i+1) + ")"
	}
	t.heading(title + ", as evidenced: difficulty " + strconv.Itoa(p.Evidenced.Cost) + ", hardest step " + strconv.Itoa(p.Evidenced.Hardest))
	for k := range p.Steps {
		t.step(k, p)
	}
}

// step tells of one step: what is done, what gets in its way and what would, who answers for it and who would notice.
func (t *pathText) step(k int, p *judge.Path) {
	s := &p.Steps[k]
	lead := "  " + strconv.Itoa(k+1) + ". "
	pad := strings.Repeat(" ", len(lead))
	t.wrap(lead, t.paint("1", capital(s.Title))+restsOnSteps(k, s))
	for _, line := range t.Of.stepLines(s) {
		t.wrap(pad, line)
	}
}

// restsOnSteps says on which steps a step rests, where that is not the one before.
func restsOnSteps(k int, s *judge.PathStep) string {
	if len(s.After) == 0 || len(s.After) == 1 && s.After[0] == k-1 {
		return ""
	}
	var out []string
	for _, a := range s.After {
		out = append(out, strconv.Itoa(a+1))
	}
	return " (after " + joinWords(out) + ")"
}

// stepLines says of a step what a reader asks next.
func (t *Told) stepLines(s *judge.PathStep) (out []string) {
	switch {
	case len(s.Hindered) == 0:
		out = append(out, "Open: nothing that is shown to work is in the way (difficulty "+strconv.Itoa(s.Difficulty)+").")
	default:
		var by []string
		for _, id := range s.Hindered {
			by = append(by, t.controlAs(id, t.shownBy(id)))
		}
		out = append(out, "Hindered by "+joinWords(by)+" (difficulty "+strconv.Itoa(s.Difficulty)+").")
	}
	if len(s.Lacking) > 0 {
		var by []string
		for _, id := range s.Lacking[:min(len(s.Lacking), 3)] {
			by = append(by, t.lacking(id))
		}
		if n := len(s.Lacking) - len(by); n > 0 {
			by = append(by, strconv.Itoa(n)+" more")
		}
		out = append(out, "Would get in its way, and is not shown to work here: "+joinWords(by)+".")
	}
	last := "Nothing would notice it."
	if s.Seen {
		last = "It would be noticed."
	}
	if s.Owner != "" {
		last += " Answers for " + t.component(s.Component) + ": " + s.Owner + "."
	}
	if len(s.Techniques) > 0 {
		last += " ATT&CK " + strings.Join(s.Techniques, ", ") + "."
	}
	return append(out, last)
}

// shownBy names the evidence by which a control is shown to work.
func (t *Told) shownBy(id ident.ID) string {
	var ids []string
	want := ident.To(ident.KindControl, string(id))
	if c := t.judged(id); c != nil {
		want = ident.To(ident.KindControl, string(c.ID))
	}
	for i := range t.Posture.Evidence {
		e := &t.Posture.Evidence[i]
		if e.State == "counts" && slices.Contains(e.Uses, want) {
			ids = append(ids, string(e.ID))
		}
	}
	if len(ids) == 0 {
		return "shown to work"
	}
	return "shown by " + some(ids, 2)
}

// chokes tells of the choke points.
func (t *pathText) chokes() {
	if len(t.Chokes) == 0 {
		return
	}
	t.heading("Choke points: what bears on every modelled way")
	t.wrap("    ", "To "+t.chokeTarget()+":")
	for i := range t.Chokes {
		lead := "  " + strconv.Itoa(i+1) + ". "
		for k, line := range t.Of.measures(&t.Chokes[i]) {
			if k > 0 {
				lead = strings.Repeat(" ", len(lead))
			}
			t.wrap(lead, line)
		}
		t.wrap(strings.Repeat(" ", len(lead)), chokeGain(&t.Chokes[i]))
	}
}

// chokeTarget names what the choke points are on the way to.
func (l *PathList) chokeTarget() string {
	for i := range l.Paths {
		if p := &l.Paths[i]; p.ID == l.Chokes[0].Target {
			return headOfPath(p.Gain, p.Title) + " (" + string(p.ID) + ")"
		}
	}
	return string(l.Chokes[0].Target)
}

// measures names the measures of a choke point: one or a pair in a sentence, and more by what is to be done about them.
func (t *Told) measures(c *ChokePoint) []string {
	if len(c.Measures) <= 2 {
		var out []string
		for _, m := range c.Measures {
			out = append(out, t.measure(&m))
		}
		return []string{strings.Join(out, ", together with ")}
	}
	out := []string{strconv.Itoa(len(c.Measures)) + " measures together, found step by step: there may be a smaller set"}
	if todo := t.together(c, false); todo != "" {
		out = append(out, "To be put in place or shown: "+todo+".")
	}
	if keep := t.together(c, true); keep != "" {
		out = append(out, "To go on working: "+keep+".")
	}
	return out
}

func (t *Told) measure(m *Measure) string {
	name := t.lacking(m.Control)
	if m.Works {
		name = t.controlAs(m.Control, "which works already")
	}
	if m.Component != "" {
		name += " on " + t.component(m.Component)
	}
	return name
}

// together names the measures of a set that work already, or those that do not, each control once.
func (t *Told) together(c *ChokePoint, works bool) string {
	var order []ident.ID
	on := map[ident.ID][]string{}
	for _, m := range c.Measures {
		if m.Works != works {
			continue
		}
		if !slices.Contains(order, m.Control) {
			order = append(order, m.Control)
		}
		if m.Component != "" {
			on[m.Control] = append(on[m.Control], t.component(m.Component))
		}
	}
	var out []string
	for _, id := range order {
		name := string(id)
		if len(on[id]) > 0 {
			name += " on " + joinWords(on[id])
		}
		out = append(out, name)
	}
	return strings.Join(out, "; ")
}

// chokeGain says what measures would come to.
func chokeGain(c *ChokePoint) string {
	with := "With it working"
	if len(c.Measures) > 1 {
		with = "With all of them working"
	}
	switch {
	case !c.Modelled:
		return with + ", no way is modelled any more."
	case c.Cost == c.Was:
		return with + ", the easiest way is as hard as now: difficulty " + strconv.Itoa(c.Was) + "."
	}
	return with + ", the easiest way has difficulty " + strconv.Itoa(c.Cost) + " and not " + strconv.Itoa(c.Was) + "."
}

// failures tells what rests on one control.
func (t *pathText) failures() {
	if len(t.Failures) == 0 {
		return
	}
	t.heading("If one control did not work after all, what it would expose")
	if t.Failures[0].Basis == "claimed" {
		t.wrap("    ", "Nothing that is shown to work is in any way, so this is of what is claimed.")
	}
	for i := range t.Failures[:min(len(t.Failures), mostFailures)] {
		f := &t.Failures[i]
		lead := "  " + strconv.Itoa(i+1) + ". "
		t.wrap(lead, t.paint("1", t.Of.control(f.Control)))
		t.wrap(strings.Repeat(" ", len(lead)), failureWords(f))
	}
}

func failureWords(f *ControlFailure) string {
	var out []string
	if n := len(f.Reached); n > 0 {
		out = append(out, "a modelled path to "+counted(n, "more thing", "more things")+": "+some(wordsOf(f.Reached), 4))
	}
	if n := len(f.Easier); n > 0 {
		out = append(out, counted(n, "thing is", "things are")+" easier to come to: "+some(wordsOf(f.Easier), 4))
	}
	return capital(strings.Join(out, "; ")) + "."
}
