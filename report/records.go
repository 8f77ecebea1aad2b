package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

const mostFindings = 5

func (t *text) findings() {
	f := &t.p.Findings
	if f.Counts.Open+f.Counts.Closed == 0 {
		return
	}
	t.heading(fmt.Sprintf("Findings (%d open, %d overdue, %d closed)", f.Counts.Open, f.Counts.Overdue, f.Counts.Closed))
	shown := f.Top
	if !t.style.All {
		shown = f.Top[:min(len(f.Top), mostFindings)]
	}
	for i := range shown {
		t.finding(&shown[i])
	}
	t.more(len(f.Top) - len(shown))
}

func (t *text) finding(x *judge.Finding) {
	m := look
	if x.Overdue {
		m = bad
	}
	where := x.Place
	if x.Component != "" {
		where = strings.TrimPrefix(where+", "+string(x.Component), ", ")
	}
	t.wrap("  "+t.mark(m)+" ", x.Weakness+" in "+cmp.Or(where, "a place that is not known"))
	for i := range x.Reasons {
		t.wrap("      ", x.Reasons[i].Text)
	}
	t.wrap("      ", string(x.ID))
}

// DecisionLines is the list of decisions, for programs.
type DecisionLines struct {
	Decisions []judge.Decision `json:"decisions"` // in order of id
	Waiting   []Proposed       `json:"waiting,omitempty"`
}

// Proposed is a decision that waits at a server for those who may make it.
type Proposed struct {
	ID      ident.ID   `json:"id"`
	Kind    string     `json:"kind"`
	Subject []string   `json:"subject"`
	By      string     `json:"by"`      // who proposed it, by an id
	Roles   []ident.ID `json:"roles"`   // any of them may make it
	Needs   int        `json:"needs"`   // how many have to decide together
	Consult []ident.ID `json:"consult"` // who has to be asked before
}

// For says whom it waits for.
func (p *Proposed) For() string {
	out := "the " + strings.Join(texts(p.Roles), " or the ")
	if p.Needs > 1 {
		out += ", " + strconv.Itoa(p.Needs) + " together"
	}
	if len(p.Consult) > 0 {
		out += ", after asking the " + strings.Join(texts(p.Consult), " and the ")
	}
	return out
}

// Waiting writes the decisions that wait for a person.
func Waiting(w io.Writer, all []Proposed, style Style) error {
	p := newPage(style)
	for i := range all {
		one := &all[i]
		p.wrap("  "+p.mark(look)+" ", p.paint("1", string(one.ID))+": "+p.paint("1", "proposed")+", waits for "+one.For())
		p.wrap("      ", one.Kind+" of "+strings.Join(one.Subject, ", "))
	}
	return p.flush(w)
}

// Decisions writes the decisions of a posture for a person.
func Decisions(w io.Writer, posture *assess.Posture, zone civil.Zone, style Style) error {
	t := &text{page: newPage(style), p: posture, zone: zone}
	for i := range posture.Decisions {
		t.decision(&posture.Decisions[i])
	}
	return t.flush(w)
}

// Standing says in a line where a decision stands.
func Standing(d *judge.Decision, zone civil.Zone) string {
	line := stateWords(d.State)
	if d.Until != 0 && (d.State == "holds" || d.State == "reaffirm") {
		line += " until " + zone.On(d.Until-1).String()
	}
	line += ", " + attestation(d.Attested)
	if d.Cause != nil {
		line += ". " + d.Cause.Text
	}
	return line
}

func (t *text) decisions() {
	if len(t.p.Decisions) == 0 {
		return
	}
	t.heading("Decisions (" + strconv.Itoa(len(t.p.Decisions)) + ")")
	for i := range t.p.Decisions {
		t.decision(&t.p.Decisions[i])
	}
}

func (t *text) decision(d *judge.Decision) {
	line := t.paint("1", string(d.ID)) + ": " + t.paint("1", stateWords(d.State))
	if end := d.Until; end != 0 && (d.State == "holds" || d.State == "reaffirm") {
		line += " until " + t.day(end)
	}
	if d.Kind != "" {
		line += ", " + attestation(d.Attested)
	}
	t.wrap("  "+t.mark(decisionMark(d))+" ", line)
	if d.Kind != "" {
		t.wrap("      ", d.Kind+" of "+refList(d))
	}
	if d.Cause != nil {
		t.wrap("      ", d.Cause.Text)
	}
}

func attestation(attested bool) string {
	if attested {
		return "attested"
	}
	return "recorded and not attested"
}

// stateWords gives the state of a decision in words.
func stateWords(state string) string {
	if state == "reaffirm" {
		return "holds, to be reaffirmed"
	}
	return state
}

func refList(d *judge.Decision) string {
	var out []string
	for _, s := range d.Subject {
		out = append(out, s.String())
	}
	return strings.Join(out, ", ")
}

func decisionMark(d *judge.Decision) mark {
	switch d.State {
	case "holds":
		if d.Cause != nil {
			return look
		}
		return good
	case "lapsed":
		return bad
	case "superseded", "retracted":
		return none
	}
	return look
}

// evidence counts what is in use and names what needs a look.
func (t *text) evidence() {
	if len(t.p.Evidence) == 0 {
		return
	}
	t.heading("Evidence (" + strconv.Itoa(len(t.p.Evidence)) + ")")
	ids := map[string][]string{}
	for i := range t.p.Evidence {
		e := &t.p.Evidence[i]
		ids[e.State] = append(ids[e.State], string(e.ID))
	}
	for _, state := range []string{"two-contents", "failed", "out-of-date", "not-yet", "unused", "counts"} {
		if len(ids[state]) == 0 {
			continue
		}
		line := evidenceWords(state, len(ids[state]))
		if state != "counts" || t.style.All || len(ids[state]) <= mostQuiet {
			line += ": " + t.named(ids[state])
		}
		t.wrap("  "+t.mark(evidenceMark(state))+" ", line)
	}
}

// named names all of some things, or the first of them.
func (t *text) named(ids []string) string {
	if t.style.All {
		return some(ids, len(ids))
	}
	return some(ids, mostQuiet)
}

// evidenceWords says in words what is so of pieces of evidence.
func evidenceWords(state string, n int) string {
	switch state {
	case "two-contents":
		return counted(n, "id is used for two different records, so neither counts", "ids are used for two different records, so none of them counts")
	case "failed":
		return counted(n, "shows a failure that nothing has cleared", "show failures that nothing has cleared")
	case "cleared":
		return counted(n, "shows a failure that was cleared since", "show failures that were cleared since")
	case "out-of-date":
		return counted(n, "is out of date", "are out of date")
	case "not-yet":
		return counted(n, "is dated later than this moment, so it does not count yet", "are dated later than this moment, so they do not count yet")
	case "unused":
		return counted(n, "shows nothing that is asked for", "show nothing that is asked for")
	}
	return counted(n, "counts", "count")
}

func evidenceMark(state string) mark {
	switch {
	case state == "counts", state == "cleared":
		return good
	case slices.Contains([]string{"two-contents", "failed"}, state):
		return bad
	}
	return look
}
