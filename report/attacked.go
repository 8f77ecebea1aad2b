package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report/document"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

const mostAttacked = 3 // threats and paths that are named where all that is told of them is a section of something else

// threatsInShort says how many threats stand how: in a sentence.
func threatsInShort(c ThreatCounts) string {
	out := counted(c.Open, "group", "groups") + " open"
	if c.Unmanaged > 0 {
		out += ", " + strconv.Itoa(c.Unmanaged) + " grave and in no risk"
	}
	if c.Claimed > 0 {
		out += ", " + strconv.Itoa(c.Claimed) + " only claimed to be answered"
	}
	if c.Possible > 0 {
		out += ", " + strconv.Itoa(c.Possible) + " hanging on questions"
	}
	return out + ", " + strconv.Itoa(c.Answered+c.Accepted+c.Disposed) + " settled"
}

// openGroups gives the groups of threats that nothing is even claimed to answer, the gravest first.
func openGroups(p *assess.Posture) (out []group) {
	for _, g := range groupsOf(p.Threats) {
		if g.worst.Evidenced == judge.ThreatOpen && g.worst.Claimed != judge.ThreatAnswered {
			out = append(out, g)
		}
	}
	return out
}

// easyFirst gives paths, the easiest first: of those that an ordinary attacker could take, the unacceptable losses.
func easyFirst(p *assess.Posture) []*judge.Path {
	out := make([]*judge.Path, len(p.Paths))
	for i := range p.Paths {
		out[i] = &p.Paths[i]
	}
	later := func(is bool) int {
		if is {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b *judge.Path) int {
		loss := cmp.Compare(later(a.Easy && a.Gain == threat.Suffered), later(b.Easy && b.Gain == threat.Suffered))
		return cmp.Or(cmp.Compare(later(a.Easy), later(b.Easy)), loss, cmp.Compare(a.Evidenced.Hardest, b.Evidenced.Hardest), cmp.Compare(a.Evidenced.Cost, b.Evidenced.Cost), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// pathsInShort says what could be reached.
func pathsInShort(c PathCounts) string {
	if c.All == 0 {
		return "none is modelled; `bulkhead paths` says what that rests on"
	}
	out := counted(c.Easy, "thing", "things") + " that an ordinary attacker could come to"
	if n := c.All - c.Easy; n > 0 {
		out += ", " + strconv.Itoa(n) + " only a more capable one"
	}
	return out
}

// attacked tells of threats and paths in a few lines each: the commands tell of the rest.
func (t *text) attacked() {
	c := Count(t.p)
	if c.Threats.All > 0 {
		t.heading("Threats")
		t.wrap("    ", capital(threatsInShort(c.Threats))+".")
		open := openGroups(t.p)
		for _, g := range open[:min(len(open), mostAttacked)] {
			t.wrap("  "+t.mark(onScreen(graveSign(g.worst.Severity)))+" ", string(g.worst.Severity)+": "+g.worst.Title+g.likeIt()+" ("+string(g.id)+")")
		}
		t.wrap("    ", "All, and what would answer them: bulkhead threats")
	}
	if len(t.p.Paths) == 0 && c.Threats.All == 0 {
		return
	}
	t.heading("Attack paths")
	t.wrap("    ", capital(pathsInShort(c.Paths))+".")
	for i, p := range easyFirst(t.p) {
		if i == mostAttacked {
			break
		}
		t.wrap("  "+t.mark(onScreen(pathSign(p)))+" ", headOfPath(p.Gain, p.Title)+": "+hardness(p.Evidenced.Hardest)+", in "+unseenWords(p.Evidenced)+" ("+string(p.ID)+")")
	}
	if len(t.p.Paths) > 0 {
		t.wrap("    ", "All, and what bears on every way: bulkhead paths")
	}
}

// attackList tells of the gravest open threats and the easiest paths.
func (b *paper) attackList(most int) (out document.List) {
	open := openGroups(b.p)
	for _, g := range open[:min(len(open), most)] {
		out.Items = append(out.Items, document.Item{
			Mark: graveSign(g.worst.Severity), Text: document.Bold(capital(string(g.worst.Severity))).And(document.Say(": "+g.worst.Title+g.likeIt()+" "), document.Name(string(g.id))),
			More: []document.Text{b.sentence(&g.worst.Reasons[len(g.worst.Reasons)-1])},
		})
	}
	return out
}

func (b *paper) pathList(most int) (out document.List) {
	for i, p := range easyFirst(b.p) {
		if i == most {
			break
		}
		out.Items = append(out.Items, document.Item{
			Mark: pathSign(p), Text: document.Bold(headOfPath(p.Gain, p.Title)).And(document.Say(" "), document.Name(string(p.ID))),
			More: []document.Text{document.Say(bothEases(p)), document.Say(capital(unseenWords(p.Evidenced)) + ": " + stepsTold(p) + ".")},
		})
	}
	return out
}

// stepsTold tells the steps of a way in a sentence.
func stepsTold(p *judge.Path) string {
	var out []string
	for i := range p.Steps {
		out = append(out, p.Steps[i].Title)
	}
	if len(out) == 0 {
		return "nothing is needed"
	}
	out[0] = "the attacker " + out[0]
	return joinWords(out)
}

// attacks is the section of a decision pack on what could be done: what is grave and open, and the easiest ways in.
func (b *paper) attacks() document.Section {
	c := Count(b.p)
	s := document.Section{Title: "Threats and attack paths"}
	if c.Threats.All == 0 && c.Paths.All == 0 {
		return s
	}
	s.Blocks = only("What could be done, worked out by rules from what the service file says. It lists what is modelled, and is no promise that there is nothing else.")
	threats := document.Section{Title: "Threats", Blocks: only(capital(threatsInShort(c.Threats)) + ".")}
	if list := b.attackList(packSteps); len(list.Items) > 0 {
		threats.Blocks = append(threats.Blocks, list)
	}
	paths := document.Section{Title: "Attack paths", Blocks: []document.Block{document.Paragraph{Text: inWords(capital(pathsInShort(c.Paths)) + ".")}}}
	if list := b.pathList(mostActions); len(list.Items) > 0 {
		paths.Blocks = append(paths.Blocks, list)
	}
	s.Sections = []document.Section{threats, paths}
	return s
}
