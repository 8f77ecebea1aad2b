package report

import (
	"cmp"
	"io"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Text writes a posture for a person at a terminal: what the service is, where it stands, what needs a look, and what to
// do next.
func Text(w io.Writer, p *assess.Posture, name string, zone civil.Zone, style Style) error {
	t := &text{page: newPage(style), p: p, zone: zone}
	t.head(name)
	t.unsaid()
	t.areas()
	t.risks()
	t.attacked()
	t.controls()
	t.findings()
	t.suppliers()
	t.obligations()
	t.duties()
	t.notices()
	t.decisions()
	t.principles()
	t.frameworks()
	t.gates()
	t.evidence()
	t.next()
	return t.flush(w)
}

// Overview writes how several services stand, in a sentence each: what is read before the services one by one.
func Overview(w io.Writer, postures []*assess.Posture, names map[ident.ID]string, style Style) error {
	p := newPage(style)
	title, marking := p.paint("1", counted(len(postures), "service", "services")), markings(postures)
	if gap := p.style.Width - width(title) - len(marking); gap >= 2 {
		p.line(title, strings.Repeat(" ", gap), marking)
	} else {
		p.wrap("", title)
		p.wrap("", marking)
	}
	p.wrap("", estate(postures))
	for _, of := range postures {
		sign, sentence := verdict(of)
		p.wrap("  "+p.mark(onScreen(sign))+" ", p.paint("1", names[of.Service])+" ("+string(of.Service)+")")
		p.wrap("      ", capital(sentence))
	}
	return p.flush(w)
}

type text struct {
	*page
	p    *assess.Posture
	zone civil.Zone
}

func (t *text) head(name string) {
	c := &t.p.Context
	title := t.paint("1", name) + " (" + string(t.p.Service) + ")"
	if gap := t.style.Width - width(title) - len(t.p.Marking); gap >= 2 {
		t.line(title, strings.Repeat(" ", gap), t.p.Marking)
	} else {
		t.wrap("", title)
		t.wrap("", t.p.Marking)
	}
	t.wrap("", phaseTitle(c.Phase)+". Tier "+c.Tier.Value+" ("+c.Tier.State+"). "+appetite(&c.Appetite))
	t.wrap("", "Judged at "+t.moment(t.p.At)+t.until())
	sign, sentence := verdict(t.p)
	t.wrap(t.mark(onScreen(sign))+" ", capital(sentence))
	for i := range t.p.Profiles {
		t.profile(&t.p.Profiles[i])
	}
	if c.Defaults {
		t.wrap("", "No organisation file was found, so built-in defaults apply.")
	}
	if d := &c.DataProtection; d.Outcome != "not-indicated" && len(t.p.Context.Components) > 0 {
		t.wrap("", d.Reasons[0].Text+".")
	}
	for _, s := range []*judge.Signed{&c.Tier, &c.Register, &c.Appetite, &c.Scope} {
		t.signOffs(s.Reasons)
	}
}

func phaseTitle(p model.Phase) string {
	words := strings.ReplaceAll(string(p), "-", " ")
	if words == "" {
		return "Phase not known"
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

func appetite(s *judge.Signed) string {
	if s.Value == "" {
		return "Nobody has said what may be borne."
	}
	return "Risks up to " + s.Value + " may be borne (" + s.State + ")."
}

// signOffs tells of sign-offs that are recorded and do not count.
func (t *text) signOffs(reasons []judge.Reason) {
	for i := range reasons {
		switch reasons[i].Code {
		case "context.sign-off-not-attested", "context.sign-off-outdated":
			t.wrap(t.mark(look)+" ", reasons[i].Text+".")
		}
	}
}

// moment writes an instant in the zone of the dates.
func (t *text) moment(at civil.Instant) string { return t.zone.Clock(at) }

// day writes the last day before a moment.
func (t *text) day(at civil.Instant) string { return t.zone.On(at - 1).String() }

func (t *text) until() string {
	switch {
	case t.p.NextChange == 0:
		return "; holds until something is done."
	case t.p.Exact:
		return "; holds until " + t.moment(t.p.NextChange) + "."
	}
	return "; holds at least until " + t.moment(t.p.NextChange) + "."
}

func (t *text) profile(r *judge.ProfileResult) {
	level := strings.ToUpper(cmp.Or(string(r.Level), "none"))
	t.wrap("", "Indicative profile "+t.paint("1", level)+", by Bulkhead's own rule: not an official one.")
	if n := len(r.InTheWay); n > 0 {
		t.wrap("", counted(n, "thing stands", "things stand")+" in the way of the next level; what to do first is at the end.")
	}
}

// counted writes a number and what it counts.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

const mostUnsaid = 6

// unsaid lists what nobody has said about the service: each is a question to somebody.
func (t *text) unsaid() {
	all := t.p.Context.Unknowns
	if len(all) == 0 {
		return
	}
	t.heading("Not said yet (" + strconv.Itoa(len(all)) + ")")
	shown := all
	if !t.style.All {
		shown = all[:min(len(all), mostUnsaid)]
	}
	for i := range shown {
		t.wrap("  "+t.mark(look)+" ", shown[i].Reason.Args.Get("what"))
	}
	t.more(len(all) - len(shown))
}

// more says how many were left out.
func (t *text) more(left int) {
	if left > 0 {
		t.line("    and ", strconv.Itoa(left), " more: add --all")
	}
}

// mark is a sign and a colour: good, needs a look, bad or nothing to say.
type mark int

const (
	good mark = iota
	look
	bad
	none
)

func (p *page) mark(m mark) string {
	switch m {
	case good:
		return p.paint("32", "+")
	case look:
		return p.paint("33", "~")
	case bad:
		return p.paint("31", "!")
	}
	return " "
}

// some names at most so many things.
func some(names []string, most int) string {
	list := strings.Join(names[:min(len(names), most)], ", ")
	if left := len(names) - most; left > 0 {
		list += " and " + strconv.Itoa(left) + " more"
	}
	return list
}
