package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Notice is something that the team gave a date to, and whose date has come: an assumption that ended, a plan that was to be
// reviewed, a test that was to be done, a component that nobody mends any more.
type Notice struct {
	ID      ident.Ref  `json:"id"`
	Date    civil.Date `json:"date"` // the last day on which it was right
	Reasons []Reason   `json:"reasons"`
}

// notices gives everything whose own date has passed, in order of reference. Those that are still to come are among the
// dated changes.
func (j *judging) notices(coming func(at civil.Instant, ref ident.Ref, code string)) []Notice {
	n := &noticing{judging: j, out: []Notice{}, coming: coming}
	s := j.service()
	for i := range s.Assumptions {
		a := &s.Assumptions[i]
		n.over(n.zone.Until(a.ValidUntil), "notice.assumption-ended", ident.Claim("assumptions", string(a.ID)), Arg{"text", a.Text}, Arg{"owner", a.Owner})
	}
	for i := range s.Architecture.Components {
		c := &s.Architecture.Components[i]
		n.passed(c.SupportedUntil, "notice.support-ended", componentRef(c.ID), Arg{"component", string(c.ID)})
	}
	for i := range s.Assurance.Tests {
		t := &s.Assurance.Tests[i]
		n.passed(t.Due, "notice.test-due", ident.Claim("assurance", "tests", string(t.ID)), Arg{"title", t.Title})
	}
	n.documents(s)
	n.exercises(s)
	slices.SortFunc(n.out, func(a, b Notice) int {
		return cmp.Or(a.ID.Compare(b.ID), a.Date.Compare(b.Date), cmp.Compare(a.Reasons[0].Code, b.Reasons[0].Code))
	})
	return n.out
}

// noticing gathers notices.
type noticing struct {
	*judging
	out    []Notice
	coming func(at civil.Instant, ref ident.Ref, code string)
}

// passed notes something whose last day is over, or that its day is still to come.
func (n *noticing) passed(last civil.Date, code string, ref ident.Ref, args ...Arg) {
	if !last.IsZero() {
		n.over(n.zone.End(last), code, ref, args...)
	}
}

// over notes something that ends at a moment; 0 is no end.
func (n *noticing) over(end civil.Instant, code string, ref ident.Ref, args ...Arg) {
	if end == 0 {
		return
	}
	if !n.watch.Passed(end) {
		n.coming(end, ref, "change.date-passes")
		return
	}
	last := n.zone.On(end - 1)
	n.out = append(n.out, Notice{ID: ref, Date: last, Reasons: []Reason{because(code, refs(ref), append(args, Arg{"date", last.String()})...)}})
}

// documents are the plans that say when they are to be reviewed.
func (n *noticing) documents(s *model.Service) {
	review := func(a *model.Artefact, segments ...string) {
		n.passed(a.ReviewBy, "notice.review-due", ident.Claim(segments...), Arg{"title", a.Title})
	}
	review(&s.Plan.Strategy, "plan", "strategy")
	review(&s.Plan.Assurance, "plan", "assurance_plan")
	review(&s.Plan.Method.Document, "plan", "method", "document")
	review(&s.Context.Appetite.Document, "context", "appetite", "document")
	review(&s.Context.DataProtection.Assessment, "context", "data_protection", "assessment")
	review(&s.Operation.Detect.Plan, "operation", "detect", "plan")
	review(&s.Operation.Respond.Plan, "operation", "respond", "plan")
	review(&s.Operation.Recover.Plan, "operation", "recover", "plan")
	review(&s.Operation.Vulnerabilities.Process, "operation", "vulnerabilities", "process")
}

// exercises are capabilities that are to be tried every so often.
func (n *noticing) exercises(s *model.Service) {
	for _, c := range []struct {
		name string
		of   *model.Capability
	}{{"detect", &s.Operation.Detect}, {"respond", &s.Operation.Respond}, {"recover", &s.Operation.Recover}} {
		if !c.of.Exercised.IsZero() && !c.of.Every.IsZero() {
			n.passed(c.of.Exercised.Add(c.of.Every), "notice.exercise-due", ident.Claim("operation", c.name), Arg{"what", c.name}, Arg{"exercised", c.of.Exercised.String()})
		}
	}
}
