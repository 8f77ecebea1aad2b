package impact

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Action is something to do next, with what it would gain: how many fewer there would be of each thing that is counted.
type Action struct {
	ID    string         `json:"id"`
	Text  string         `json:"text"`
	About ident.Ref      `json:"about"`
	Gain  map[string]int `json:"gain"`
	Worth int            `json:"worth"` // by which they are ordered
	Code  string         `json:"code"`
	Args  judge.Args     `json:"args"`
}

// Actions gives what to do next, what gains most first. Of all that could be done the most promising are chosen by a bound
// that costs nothing, at most so many as the settings say; what each would gain is then judged.
func Actions(in *judge.Inputs, at civil.Instant) []Action {
	base := judge.NewBase(in, at)
	now := base.Judgement()
	p := &proposing{in: in, now: now, worth: worths(in.Library())}
	p.propose()
	slices.SortFunc(p.list, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.bound, a.bound), cmp.Compare(a.ID, b.ID)) })
	tried := p.list[:min(len(p.list), in.Library().Settings.MaxActions)]
	each(len(tried), func(i int) { p.try(base, &tried[i]) })
	out := make([]Action, 0, len(tried))
	for i := range tried {
		if tried[i].Worth > 0 {
			out = append(out, tried[i].Action)
		}
	}
	slices.SortStableFunc(out, func(a, b Action) int { return cmp.Or(cmp.Compare(b.Worth, a.Worth), cmp.Compare(a.ID, b.ID)) })
	return out
}

// worths gives what one less of each thing is worth; one where the settings do not say.
func worths(l *library.Library) map[library.Measure]int {
	out := map[library.Measure]int{}
	for _, w := range library.Measure("").Words() {
		out[library.Measure(w.Name)] = 1
	}
	for _, g := range l.Settings.Gains {
		out[g.Measure] = g.Worth
	}
	return out
}

// each does something for every number below n, on as many cores as there are.
func each(n int, do func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// candidate is something that could be done: what is supposed when it is, and the most that it could be worth.
type candidate struct {
	Action
	suppose judge.Supposition
	bound   int
}

// try judges what a candidate would gain.
func (p *proposing) try(base *judge.Base, c *candidate) {
	c.Gain = map[string]int{}
	was := p.now.Measures
	for i, m := range base.Measures(&c.suppose) {
		if less := was[i].N - m.N; less != 0 {
			c.Gain[string(m.Measure)] = less
			c.Worth += less * p.worth[m.Measure]
		}
	}
}

// proposing gathers what could be done.
type proposing struct {
	in    *judge.Inputs
	now   *judge.Judgement
	worth map[library.Measure]int
	list  []candidate
}

func (p *proposing) propose() {
	for i := range p.now.Controls {
		p.control(&p.now.Controls[i])
	}
	for i := range p.now.Activities {
		p.activity(&p.now.Activities[i])
	}
	for i := range p.now.Risks {
		p.risk(&p.now.Risks[i])
	}
	for i := range p.now.Findings.Top {
		p.finding(&p.now.Findings.Top[i])
	}
	for i := range p.now.Decisions {
		p.decision(&p.now.Decisions[i])
	}
	for i := range p.now.Principles {
		p.principle(&p.now.Principles[i])
	}
	p.context(&p.now.Context)
}

func (p *proposing) add(kind string, id string, about ident.Ref, bound int, s judge.Supposition, args ...judge.Arg) {
	a := Action{ID: kind + ":" + id, About: about, Code: "action." + kind, Args: append(judge.Args{{Name: "id", Value: id}}, args...)}
	p.list = append(p.list, candidate{Action: a, suppose: s, bound: bound})
}

func title(s string) judge.Arg { return judge.Arg{Name: "title", Value: s} }

// control: what is failing is mended, what is missing put in place, and what is only claimed shown to work. All are
// supposed to be shown to work in the end.
func (p *proposing) control(c *judge.Control) {
	if c.Applicability != judge.Applicable || c.State == judge.Evidenced {
		return
	}
	kind, bound := "show-control", 0
	switch c.State {
	case judge.Failing:
		kind, bound = "mend-control", p.worth[library.ControlsFailing]
	case judge.Missing, judge.Planned, judge.Unknown:
		kind = "put-in-place"
	}
	if c.Weight == judge.RequiredWeight {
		bound += p.worth[library.ControlsNotEvidenced]
		if kind != "show-control" {
			bound += p.worth[library.ControlsNotClaimed]
		}
	}
	if bound += p.lowered(c) + p.hindered(c); bound == 0 {
		return
	}
	p.add(kind, string(c.ID), ident.To(ident.KindControl, string(c.ID)), bound, judge.Supposition{With: []ident.ID{c.ID}}, title(c.Title))
}

// lowered bounds what showing a control could gain in the risks that rely on it.
func (p *proposing) lowered(c *judge.Control) (bound int) {
	risks := p.in.Service().Risks
	for i := range risks {
		for k := range risks[i].Controls {
			link := &risks[i].Controls[k]
			if link.Control == c.ID || link.Control == c.Control {
				bound += 5*int(link.Steps)*p.worth[library.ResidualScore] + p.worth[library.RisksAbove]/2
			}
		}
	}
	return bound
}

func (p *proposing) activity(a *judge.Activity) {
	bound := p.worth[library.DueActivities]
	switch a.Standing {
	case judge.Overdue:
		bound += p.worth[library.OverdueActivities]
	case judge.Due, judge.Reopened, judge.EstablishBy:
	default:
		return
	}
	p.add("do-activity", string(a.ID), ident.To(ident.KindActivity, string(a.ID)), bound, judge.Supposition{Done: []ident.ID{a.ID}}, title(a.Title))
}

func (p *proposing) risk(r *judge.Risk) {
	about := ident.To(ident.KindRisk, string(r.ID))
	switch r.Standing {
	case judge.Above:
		p.add("plan-risk", string(r.ID), about, p.worth[library.RisksAbove], judge.Supposition{Planned: []ident.ID{r.ID}}, title(r.Title))
	case judge.Unjudged:
		p.add("judge-risk", string(r.ID), about, p.worth[library.RisksUnjudged], judge.Supposition{Judged: []ident.ID{r.ID}}, title(r.Title))
	}
}

func (p *proposing) finding(f *judge.Finding) {
	if f.Overdue {
		p.add("mend-finding", string(f.ID), ident.To(ident.KindFinding, string(f.ID)), p.worth[library.FindingsOverdue], judge.Supposition{Mended: []ident.ID{f.ID}}, title(f.Weakness))
	}
}

func (p *proposing) decision(d *judge.Decision) {
	if d.State == string(decision.Lapsed) {
		bound := p.worth[library.DecisionsLapsed] + p.worth[library.RisksAbove]
		p.add("renew-decision", string(d.ID), ident.To(ident.KindDecision, string(d.ID)), bound, judge.Supposition{Renewed: []ident.ID{d.ID}}, judge.Arg{Name: "kind", Value: d.Kind})
	}
}

func (p *proposing) principle(pr *judge.Principle) {
	n := 0
	for i := range pr.Statements {
		if pr.Statements[i].Standing == judge.Unanswered {
			n++
		}
	}
	if n > 0 {
		p.add("answer", string(pr.ID), ident.To(ident.KindPrinciple, string(pr.ID)), n*p.worth[library.StatementsUnanswered], judge.Supposition{Answered: []ident.ID{pr.ID}}, title(pr.Title), judge.Arg{Name: "n", Value: num(n)})
	}
}

// context: what is not signed is signed, and what nobody has said is said, an item at a time.
func (p *proposing) context(c *judge.ContextResult) {
	for _, s := range []struct {
		of    decision.Of
		state string
		name  string
	}{
		{decision.OfAppetite, c.Appetite.State, "appetite"}, {decision.OfClassification, c.Register.State, "register"}, {decision.OfScope, c.Scope.State, "scope"}, {decision.OfTier, c.Tier.State, "tier"},
	} {
		if s.state == "proposed" {
			p.add("sign", string(s.of), ident.To(ident.KindContext, s.name), p.worth[library.ContextProposed], judge.Supposition{Signed: []decision.Of{s.of}})
		}
	}
	for i := 0; i < len(c.Unknowns); {
		first := i
		for i < len(c.Unknowns) && c.Unknowns[i].ID == c.Unknowns[first].ID {
			i++
		}
		ref := c.Unknowns[first].ID
		p.add("say", ref.Path, ref, (i-first)*p.worth[library.ContextUnknown], judge.Supposition{Said: []ident.Ref{ref}}, judge.Arg{Name: "what", Value: c.Unknowns[first].Reason.Args.Get("what")}, judge.Arg{Name: "n", Value: num(i - first)})
	}
}
