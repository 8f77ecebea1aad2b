package app

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// Rule is a named rule that a check can fail on.
type Rule struct {
	Name string
	Text string
	find func(*assess.Posture) (failed, unjudged []string)
}

// Rules gives the rules, in the order in which they are shown.
func Rules() []Rule {
	return []Rule{
		{"failing-control", "evidence shows that a control does not work", failingControls},
		{"overdue", "something that was to be done, treated or mended is late", overdue},
		{"lapsed", "a decision has lapsed", lapsed},
		{"above-appetite", "a risk is above what may be borne, as the phase has it", aboveAppetite},
		{"stale", "the evidence of a control is out of date", stale},
		{"unattested", "a decision in force is recorded but not attested", unattested},
		{drifting, "the model and the files that it is built from differ", nil},
		{regression, "something is worse than in what --against names", nil},
	}
}

// regression is the rule that compares with how it was.
const regression = "regression"

// Regresses says whether a comma list of rules asks to compare with how it was.
func Regresses(list string) bool { return asks(list, regression) }

// Drifts says whether a comma list of rules asks to compare a model with the files that it is built from.
func Drifts(list string) bool { return asks(list, drifting) }

func asks(list, rule string) bool {
	for name := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(name) == rule {
			return true
		}
	}
	return false
}

// DefaultFailOn is what a check fails on when nothing is said: never an honest "no".
const DefaultFailOn = "failing-control,overdue,lapsed"

// Failure is what a rule found.
type Failure struct {
	Service string
	Rule    string
	What    []string
}

// FailOn applies a comma list of rules. It gives what is definitely not met, and what could not be judged. What differs from
// before is asked for by one of the rules only, and is nil where nothing was compared; and so is what drifted.
func FailOn(list string, postures []*assess.Posture, differs *Compared, drifted []Drifted) (failed, unjudged []Failure, err error) {
	names, err := ruleNames(list)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		if name == regression {
			worse, err := regressed(differs)
			if err != nil {
				return nil, nil, err
			}
			failed = append(failed, worse...)
			continue
		}
		if name == drifting {
			bad, unknown := drifts(drifted)
			failed, unjudged = append(failed, bad...), append(unjudged, unknown...)
			continue
		}
		rule, err := findRule(name, postures)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range postures {
			bad, unknown := rule.find(p)
			if len(bad) > 0 {
				failed = append(failed, Failure{string(p.Service), name, bad})
			}
			if len(unknown) > 0 {
				unjudged = append(unjudged, Failure{string(p.Service), name, unknown})
			}
		}
	}
	return failed, unjudged, nil
}

// regressed gives what is worse than it was, a failure for each service. With nothing to compare with it is no pass.
func regressed(differs *Compared) (failed []Failure, err error) {
	if differs == nil {
		return nil, fault.New(fault.Invalid, "--fail-on regression: say with --against what to compare with, such as --against origin/main")
	}
	for _, d := range differs.Differences {
		var what []string
		for _, x := range d.Worse() {
			if name := x.ID.Path; !slices.Contains(what, name) {
				what = append(what, name)
			}
		}
		if len(what) > 0 {
			failed = append(failed, Failure{string(d.Service), regression, what})
		}
	}
	return failed, nil
}

// ruleNames reads a comma list. Nothing at all is refused: a variable that is not set must not turn the rules off.
func ruleNames(list string) (names []string, err error) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return nil, fault.New(fault.Invalid, "--fail-on: it names no rule; say none where nothing is to fail")
	case !slices.Contains(names, "none"):
		return names, nil
	case len(names) > 1:
		return nil, fault.New(fault.Invalid, "--fail-on: none stands alone; leave it out, or the other rules")
	}
	return nil, nil
}

func findRule(name string, postures []*assess.Posture) (Rule, error) {
	if gate, is := strings.CutPrefix(name, "gate:"); is {
		return gateRule(gate, postures)
	}
	var names []string
	for _, r := range Rules() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Rule{}, fault.New(fault.Invalid, "--fail-on: there is no rule %s%s; expected a comma list of %s, gate:NAME or none", name, didYouMean(name, names), strings.Join(names, ", "))
}

func gateRule(gate string, postures []*assess.Posture) (Rule, error) {
	var names []string
	for _, p := range postures {
		for _, g := range p.Gates {
			names = append(names, string(g.ID))
		}
	}
	if !slices.Contains(names, gate) {
		slices.Sort(names)
		return Rule{}, fault.New(fault.Invalid, "--fail-on: there is no gate %s%s; the gates in force are: %s", gate, didYouMean(gate, names), strings.Join(slices.Compact(names), ", "))
	}
	return Rule{Name: "gate:" + gate, find: func(p *assess.Posture) (failed, _ []string) {
		for _, g := range p.Gates {
			if string(g.ID) == gate && len(g.InTheWay) > 0 {
				for _, o := range g.InTheWay {
					failed = append(failed, o.ID.Path)
				}
			}
		}
		return failed, nil
	}}, nil
}

func failingControls(p *assess.Posture) (failed, unjudged []string) {
	for i := range p.Controls {
		c := &p.Controls[i]
		if c.Applicability != judge.Applicable {
			continue
		}
		if c.State == judge.Failing {
			failed = append(failed, string(c.ID))
		}
		if slices.ContainsFunc(c.Reasons, func(r judge.Reason) bool { return r.Code == "control.offer-cycle" }) {
			unjudged = append(unjudged, string(c.ID))
		}
	}
	for i := range p.Evidence {
		if p.Evidence[i].State == "two-contents" {
			unjudged = append(unjudged, string(p.Evidence[i].ID))
		}
	}
	return failed, unjudged
}

func overdue(p *assess.Posture) (failed, unjudged []string) {
	for i := range p.Activities {
		switch p.Activities[i].Standing {
		case judge.Overdue:
			failed = append(failed, string(p.Activities[i].ID))
		case judge.UnknownWhen:
			unjudged = append(unjudged, string(p.Activities[i].ID))
		}
	}
	for i := range p.Risks {
		if slices.ContainsFunc(p.Risks[i].Reasons, func(r judge.Reason) bool { return r.Code == "risk.above-plan-late" }) {
			failed = append(failed, string(p.Risks[i].ID))
		}
	}
	for i := range p.Findings.Top { // what is overdue comes first there
		if p.Findings.Top[i].Overdue {
			failed = append(failed, string(p.Findings.Top[i].ID))
		}
	}
	return failed, unjudged
}

func lapsed(p *assess.Posture) (failed, unjudged []string) {
	for i := range p.Decisions {
		d := &p.Decisions[i]
		if d.State == "lapsed" {
			failed = append(failed, string(d.ID))
		}
		if d.Cause != nil && d.Cause.Code == "decision.two-contents" {
			unjudged = append(unjudged, string(d.ID))
		}
	}
	return failed, unjudged
}

func aboveAppetite(p *assess.Posture) (failed, unjudged []string) {
	for i := range p.Risks {
		switch p.Risks[i].Standing {
		case judge.Above, judge.Escalated:
			failed = append(failed, string(p.Risks[i].ID))
		case judge.Unjudged:
			unjudged = append(unjudged, string(p.Risks[i].ID))
		}
	}
	return failed, unjudged
}

func stale(p *assess.Posture) (failed, unjudged []string) {
	for i := range p.Controls {
		c := &p.Controls[i]
		if c.Applicability == judge.Applicable && (c.State == judge.Stale || slices.ContainsFunc(c.Reasons, func(r judge.Reason) bool { return strings.HasPrefix(r.Code, "control.stale") })) {
			failed = append(failed, string(c.ID))
		}
	}
	return failed, nil
}

func unattested(p *assess.Posture) (failed, unjudged []string) {
	for i := range p.Decisions {
		if d := &p.Decisions[i]; !d.Attested && (d.State == "holds" || d.State == "reaffirm" || d.State == "suspended") {
			failed = append(failed, string(d.ID))
		}
	}
	return failed, nil
}
