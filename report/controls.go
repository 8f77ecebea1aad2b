package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

func (t *text) controls() {
	required, applicable := 0, 0
	by := map[judge.State][]*judge.Control{}
	var aside, suggested []*judge.Control
	for i := range t.p.Controls {
		c := &t.p.Controls[i]
		if c.Applicability == judge.NotApplicable {
			aside = append(aside, c)
			continue
		}
		if c.Weight == judge.Suggested && c.State == judge.Missing {
			suggested = append(suggested, c) // work that nobody has asked for yet
			continue
		}
		applicable++
		by[c.State] = append(by[c.State], c)
		if c.Weight == judge.RequiredWeight {
			required++
		}
	}
	t.heading(fmt.Sprintf("Controls (%d, %d required)", applicable, required))
	t.shares(by, len(aside), len(suggested))
	for _, s := range states() {
		t.controlsIn(s, by[s])
	}
	t.suggested(suggested)
	if t.style.All {
		for _, c := range aside {
			t.control(c)
		}
	}
}

// states gives the states of a control, what needs a look first.
func states() []judge.State {
	return []judge.State{judge.Failing, judge.Stale, judge.Planned, judge.Unknown, judge.Claimed, judge.Missing, judge.Evidenced}
}

// shares says how many controls are in each state.
func (t *text) shares(by map[judge.State][]*judge.Control, aside, suggested int) {
	var parts []string
	for _, s := range []judge.State{judge.Evidenced, judge.Claimed, judge.Stale, judge.Planned, judge.Unknown, judge.Missing, judge.Failing} {
		if n := len(by[s]); n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+string(s))
		}
	}
	if aside > 0 {
		parts = append(parts, strconv.Itoa(aside)+" not applicable")
	}
	if suggested > 0 {
		parts = append(parts, strconv.Itoa(suggested)+" suggested")
	}
	if len(parts) > 0 {
		t.wrap("  ", strings.Join(parts, ", "))
	}
}

// suggested shows the controls that nobody requires or claims, and that would answer threats.
func (t *text) suggested(list []*judge.Control) {
	switch {
	case len(list) == 0:
	case t.style.All:
		for _, c := range list {
			t.control(c)
		}
	default:
		t.list(look, "suggested, since each would answer a threat: ", controlIDs(list))
	}
}

// controlsIn shows the controls of one state: those with the same reasons together, and what needs no look, or has
// nothing to say of its own, in one paragraph.
func (t *text) controlsIn(state judge.State, list []*judge.Control) {
	if t.style.All {
		for _, c := range list {
			t.control(c)
		}
		return
	}
	var order, plain []string
	groups := map[string][]*judge.Control{}
	for _, c := range list {
		why := strings.Join(ownReasons(c), "\n")
		if state == judge.Missing && why == "" || state == judge.Evidenced && len(list) > mostQuiet {
			plain = append(plain, string(c.ID))
			continue
		}
		if groups[why] == nil {
			order = append(order, why)
		}
		groups[why] = append(groups[why], c)
	}
	for i, why := range order {
		if i >= mostQuiet && (state == judge.Claimed || state == judge.Planned) {
			plain = append(plain, controlIDs(groups[why])...)
			continue
		}
		t.group(groups[why])
	}
	if len(plain) > 0 {
		t.list(stateMark(state), string(state)+": ", plain)
	}
}

// ownReasons gives what a control's reasons say beyond that it is required and missing.
func ownReasons(c *judge.Control) (out []string) {
	for i := range c.Reasons {
		switch r := &c.Reasons[i]; r.Code {
		case "control.required", "control.missing":
		default:
			out = append(out, r.Text)
		}
	}
	return out
}

func controlIDs(list []*judge.Control) (out []string) {
	for _, c := range list {
		out = append(out, string(c.ID))
	}
	return out
}

// group shows controls that are in the same state for the same reasons.
func (t *text) group(same []*judge.Control) {
	if len(same) == 1 {
		t.control(same[0])
		return
	}
	t.list(controlMark(same[0]), string(same[0].State)+": ", controlIDs(same))
	for _, why := range ownReasons(same[0]) {
		t.wrap("      ", why)
	}
}

func (t *text) control(c *judge.Control) {
	state := string(c.State)
	if c.Applicability == judge.NotApplicable {
		state = "not applicable"
	}
	share := ""
	if c.Components.Of > 1 {
		share = fmt.Sprintf(" on %d of %d", c.Components.N, c.Components.Of)
		if c.State != judge.Evidenced {
			share = fmt.Sprintf(", shown on %d of %d", c.Components.N, c.Components.Of)
		}
	}
	t.wrap("  "+t.mark(controlMark(c))+" ", t.paint("1", string(c.ID))+": "+state+share)
	for _, why := range ownReasons(c) {
		t.wrap("      ", why)
	}
}

func controlMark(c *judge.Control) mark {
	if c.Applicability == judge.NotApplicable {
		return none
	}
	return stateMark(c.State)
}

func stateMark(s judge.State) mark {
	switch s {
	case judge.Evidenced:
		return good
	case judge.Failing, judge.Missing:
		return bad
	}
	return look
}
