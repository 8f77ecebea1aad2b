package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// CountsVersion is the form of counts. It is not that of a posture, so that no program takes what is left out for none.
const CountsVersion = "counts/v1"

// CountsOnly is what may be shown where what is behind the counts may not.
type CountsOnly struct {
	Bulkhead string          `json:"bulkhead"`
	Services []ServiceCounts `json:"services"` // in order of id
	Withheld string          `json:"withheld"` // a sentence: why the rest is not here, and how to have it
}

// ServiceCounts are the counts of one service.
type ServiceCounts struct {
	Service    ident.ID      `json:"service"`
	At         civil.Instant `json:"at"`
	NextChange civil.Instant `json:"next_change"`
	Marking    string        `json:"marking"`
	Counts     Counts        `json:"counts"`
}

// Counts says how many things of each kind stand in which way, and names none of them.
type Counts struct {
	Risks      RiskCounts          `json:"risks"`
	Controls   ControlCounts       `json:"controls"`
	Activities ActivityCounts      `json:"activities"`
	Findings   judge.FindingCounts `json:"findings"`
	Decisions  DecisionCounts      `json:"decisions"`
	Gates      GateCounts          `json:"gates"`
	Threats    ThreatCounts        `json:"threats"`
	Paths      PathCounts          `json:"paths"`
	NotSaid    int                 `json:"not_said"` // about the service, which somebody must say
}

// RiskCounts counts risks by where they stand against what may be borne.
type RiskCounts struct {
	All       int `json:"all"`
	Above     int `json:"above"`
	Escalated int `json:"escalated"`
	Unjudged  int `json:"unjudged"`
	Treating  int `json:"treating"`
	Accepted  int `json:"accepted"`
	Within    int `json:"within"`
}

// ControlCounts counts the controls that apply, by their state.
type ControlCounts struct {
	All       int `json:"all"`
	Failing   int `json:"failing"`
	Missing   int `json:"missing"`
	Unknown   int `json:"unknown"`
	Planned   int `json:"planned"`
	Stale     int `json:"stale"`
	Claimed   int `json:"claimed"`
	Evidenced int `json:"evidenced"`
	Required  int `json:"required"`
	Shown     int `json:"required_evidenced"` // required ones that are evidenced
}

// ActivityCounts counts activities that are asked for.
type ActivityCounts struct {
	Overdue int `json:"overdue"`
	Due     int `json:"due"` // among them those that are due again, or have until a day
	Current int `json:"current"`
}

// DecisionCounts counts decisions by their state.
type DecisionCounts struct {
	All    int `json:"all"`
	Holds  int `json:"holds"`
	Open   int `json:"open"` // proposed, suspended or to be reaffirmed
	Lapsed int `json:"lapsed"`
	Ended  int `json:"ended"` // superseded or taken back
}

// GateCounts counts the gates that are passed or ahead.
type GateCounts struct {
	All    int `json:"all"`
	Passed int `json:"passed"`
	Ready  int `json:"ready"` // and not passed
}

// ThreatCounts counts threats, those that are alike on one component as one, by where they stand as evidenced.
type ThreatCounts struct {
	All       int `json:"all"`
	Open      int `json:"open"`     // and not even claimed to be answered
	Claimed   int `json:"claimed"`  // open, and claimed to be answered
	Possible  int `json:"possible"` // they hang on something that nobody has said
	Answered  int `json:"answered"` // by what is shown to work
	Accepted  int `json:"accepted"`
	Disposed  int `json:"disposed"`
	Unmanaged int `json:"unmanaged"` // of the open and possible ones: grave, and in no risk
}

// PathCounts counts what there is a modelled path to.
type PathCounts struct {
	All  int `json:"all"`
	Easy int `json:"easy"` // for an ordinary attacker, as evidenced
}

// Count counts what is in a posture.
func Count(p *assess.Posture) Counts {
	c := Counts{Findings: p.Findings.Counts, NotSaid: len(p.Context.Unknowns)}
	for i := range p.Risks {
		c.Risks.add(p.Risks[i].Standing)
	}
	c.Threats = countThreats(p)
	for i := range p.Paths {
		c.Paths.All++
		if p.Paths[i].Easy {
			c.Paths.Easy++
		}
	}
	for i := range p.Controls {
		c.Controls.add(&p.Controls[i])
	}
	for i := range p.Activities {
		c.Activities.add(p.Activities[i].Standing)
	}
	for i := range p.Decisions {
		c.Decisions.add(p.Decisions[i].State)
	}
	for i := range p.Gates {
		if p.Gates[i].Behind && !p.Gates[i].Passed {
			continue // it stood before a phase that is over
		}
		c.Gates.All++
		switch {
		case p.Gates[i].Passed:
			c.Gates.Passed++
		case p.Gates[i].Ready:
			c.Gates.Ready++
		}
	}
	return c
}

func countThreats(p *assess.Posture) (c ThreatCounts) {
	for _, g := range groupsOf(p.Threats) {
		c.All++
		switch g.worst.Evidenced {
		case judge.ThreatPossible:
			c.Possible++
		case judge.ThreatAnswered:
			c.Answered++
		case judge.ThreatAccepted:
			c.Accepted++
		case judge.ThreatDisposed:
			c.Disposed++
		default:
			if g.worst.Claimed == judge.ThreatAnswered {
				c.Claimed++
			} else {
				c.Open++
			}
		}
	}
	for _, m := range p.Measures {
		if m.Measure == library.ThreatsUnmanaged {
			c.Unmanaged = m.N
		}
	}
	return c
}

func (c *RiskCounts) add(s judge.Standing) {
	c.All++
	switch s {
	case judge.Above:
		c.Above++
	case judge.Escalated:
		c.Escalated++
	case judge.Treating:
		c.Treating++
	case judge.Accepted:
		c.Accepted++
	case judge.Within:
		c.Within++
	default:
		c.Unjudged++
	}
}

func (c *ControlCounts) add(k *judge.Control) {
	if k.Applicability == judge.NotApplicable {
		return
	}
	c.All++
	if k.Weight == judge.RequiredWeight {
		c.Required++
		if k.State == judge.Evidenced {
			c.Shown++
		}
	}
	switch k.State {
	case judge.Failing:
		c.Failing++
	case judge.Missing:
		c.Missing++
	case judge.Planned:
		c.Planned++
	case judge.Stale:
		c.Stale++
	case judge.Claimed:
		c.Claimed++
	case judge.Evidenced:
		c.Evidenced++
	default:
		c.Unknown++
	}
}

func (c *ActivityCounts) add(s judge.ActivityStanding) {
	switch s {
	case judge.Overdue:
		c.Overdue++
	case judge.Due, judge.Reopened, judge.EstablishBy, judge.UnknownWhen:
		c.Due++
	case judge.Current:
		c.Current++
	}
}

func (c *DecisionCounts) add(state string) {
	c.All++
	switch state {
	case "holds":
		c.Holds++
	case "lapsed":
		c.Lapsed++
	case "superseded", "retracted":
		c.Ended++
	default:
		c.Open++
	}
}

// Withhold gives the counts of postures, with the sentence that says why there is no more.
func Withhold(postures []*assess.Posture, sentence string) CountsOnly {
	out := CountsOnly{Bulkhead: CountsVersion, Services: []ServiceCounts{}, Withheld: sentence}
	for _, p := range postures {
		out.Services = append(out.Services, ServiceCounts{Service: p.Service, At: p.At, NextChange: p.NextChange, Marking: p.Marking, Counts: Count(p)})
	}
	slices.SortFunc(out.Services, func(a, b ServiceCounts) int { return strings.Compare(string(a.Service), string(b.Service)) })
	return out
}

// CountsText writes counts for a person at a terminal or in a log.
func CountsText(w io.Writer, only CountsOnly, zone civil.Zone, style Style) error {
	p := newPage(style)
	for i := range only.Services {
		s := &only.Services[i]
		p.wrap("", p.paint("1", string(s.Service))+"  "+s.Marking)
		p.wrap("", "Judged at "+zone.Clock(s.At)+". Counts only.")
		p.line()
		for _, line := range s.Counts.lines() {
			p.wrap("  "+pad(line.name, 19), line.text())
		}
		p.line()
	}
	p.wrap("", only.Withheld)
	return p.flush(w)
}

// countLine is the counts of one kind of thing, as they are shown.
type countLine struct {
	name  string
	parts []part
}

// part is a count and what it counts.
type part struct {
	n    int
	what string
	bad  bool
}

// text names the parts of which there are any.
func (l countLine) text() string {
	var out []string
	for _, p := range l.parts {
		if p.n > 0 {
			out = append(out, strconv.Itoa(p.n)+" "+p.what)
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

func (l countLine) total() (n int) {
	for _, p := range l.parts {
		n += p.n
	}
	return n
}

func (l countLine) bad() bool {
	return slices.ContainsFunc(l.parts, func(p part) bool { return p.bad && p.n > 0 })
}

// lines gives the counts as they are shown, what is worst first.
func (c Counts) lines() []countLine {
	r, k, a, f, d, g, x := &c.Risks, &c.Controls, &c.Activities, &c.Findings, &c.Decisions, &c.Gates, &c.Threats
	return []countLine{
		{"Risks", []part{{r.Above, "above what may be borne", true}, {r.Escalated, "escalated", true}, {r.Unjudged, "not judged", false}, {r.Treating, "being treated", false}, {r.Accepted, "accepted", false}, {r.Within, "within what may be borne", false}}},
		{"Controls", []part{{k.Failing, "failing", true}, {k.Missing, "missing", false}, {k.Unknown, "not known", false}, {k.Planned, "planned", false}, {k.Stale, "stale", false}, {k.Claimed, "claimed and not shown", false}, {k.Evidenced, "evidenced", false}}},
		{"Required controls", []part{{k.Required - k.Shown, "not evidenced", false}, {k.Shown, "evidenced", false}}},
		{"Threats", []part{{x.Open, "open", false}, {x.Claimed, "only claimed to be answered", false}, {x.Possible, "hanging on a question", false}, {x.Accepted, "accepted", false}, {x.Disposed, "put aside", false}, {x.Answered, "answered", false}}},
		{"Modelled paths", []part{{c.Paths.Easy, "for an ordinary attacker", false}, {c.Paths.All - c.Paths.Easy, "for a more capable one", false}}},
		{"Activities", []part{{a.Overdue, "overdue", true}, {a.Due, "due", false}, {a.Current, "current", false}}},
		{"Findings", []part{{f.Overdue, "overdue", true}, {f.Open - f.Overdue, "open and not overdue", false}, {f.Closed, "closed", false}}},
		{"Decisions", []part{{d.Lapsed, "lapsed", true}, {d.Open, "not settled", false}, {d.Holds, "in force", false}, {d.Ended, "ended", false}}},
		{"Gates", []part{{g.All - g.Ready - g.Passed, "not ready", false}, {g.Ready, "ready", false}, {g.Passed, "passed", false}}},
		{"Not said", []part{{c.NotSaid, "about the service", false}}},
	}
}
