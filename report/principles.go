package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

func (t *text) principles() {
	if len(t.p.Principles) == 0 {
		return
	}
	t.heading("Principles")
	var open []string
	for _, p := range inReadingOrder(t.p.Principles) {
		if p.Standing == judge.Unanswered && len(p.Reasons) == 1 && !t.style.All {
			open = append(open, string(p.ID))
			continue
		}
		t.wrap("  "+t.mark(principleMark(p.Standing))+" ", t.paint("1", string(p.ID))+" ("+p.Title+"): "+standingWords(p.Standing))
		for k := range p.Reasons {
			t.wrap("      ", p.Reasons[k].Text)
		}
		if t.style.All {
			t.statements(p)
		}
	}
	if len(open) > 0 {
		t.list(look, "not one statement is answered of ", open)
	}
}

// inReadingOrder puts p2 before p10.
func inReadingOrder(list []judge.Principle) []*judge.Principle {
	out := make([]*judge.Principle, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	slices.SortStableFunc(out, func(a, b *judge.Principle) int {
		x, n := numbered(string(a.ID))
		y, m := numbered(string(b.ID))
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(n, m))
	})
	return out
}

// numbered parts an id into a name and the number at its end; -1 for none.
func numbered(id string) (string, int) {
	name := strings.TrimRight(id, "0123456789")
	n, err := strconv.Atoi(id[len(name):])
	if err != nil {
		return id, -1
	}
	return name, n
}

func standingWords(s judge.StatementStanding) string { return strings.ReplaceAll(string(s), "-", " ") }

func (t *text) statements(p *judge.Principle) {
	for i := range p.Statements {
		s := &p.Statements[i]
		for k := range s.Reasons {
			lead := strings.Repeat(" ", 24)
			if k == 0 {
				lead = "      " + pad(string(s.ID), 5) + " " + pad(standingWords(s.Standing), 11) + " "
			}
			t.wrap(lead, s.Reasons[k].Text)
		}
	}
}

func principleMark(s judge.StatementStanding) mark {
	switch s {
	case judge.Met, judge.Excepted:
		return good
	case judge.NotMet:
		return bad
	}
	return look
}

// gates says of each gate whether the service is ready for it.
func (t *text) gates() {
	if len(t.p.Gates) == 0 {
		return
	}
	t.heading("Gates")
	for i := range t.p.Gates {
		g := &t.p.Gates[i]
		if g.Behind && !g.Passed && !t.style.All {
			continue
		}
		m, state := look, "not ready: "+counted(len(g.InTheWay), "thing is", "things are")+" in the way"
		switch {
		case g.Passed:
			m, state = good, "passed"
		case g.Ready:
			state = "ready, and waits for its sign-off"
		}
		t.wrap("  "+t.mark(m)+" ", t.paint("1", string(g.ID))+" ("+g.Title+"): "+state)
	}
}
