package assess_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"pgregory.net/rapid"
)

// The laws as far as they are about frameworks, suppliers, obligations, the data-protection screen and duties.

// levelOf ranks a level of a framework; one that counts for nothing is below all.
func levelOf(lib *library.Library, f *judge.Framework, level ident.ID) int {
	levels := []ident.ID{"not-met", "partly", "met"}
	if e := lib.Framework(f.ID, f.Version); e != nil && len(e.Item.Levels) > 0 {
		levels = e.Item.Levels
	}
	return slices.Index(levels, level)
}

// noLevelHigher fails where a requirement comes to more than before, or comes to the least of its profile and did not. The
// choices must be the same ones.
func noLevelHigher(t rapid.TB, what string, lib *library.Library, before, after *judge.Judgement) {
	t.Helper()
	for i := range before.Frameworks {
		f := &before.Frameworks[i]
		for k := range f.Requirements {
			was, is := &f.Requirements[k], &after.Frameworks[i].Requirements[k]
			if levelOf(lib, f, is.Level) > levelOf(lib, f, was.Level) || was.Meets == judge.MeetsNo && is.Meets == judge.MeetsYes {
				t.Fatalf("%s: %s went from %q, %s, to %q, %s", what, was.Ref, was.Level, was.Meets, is.Level, is.Meets)
			}
		}
	}
}

// noProposalHigher fails where the controls propose more than before, for a requirement or a statement. The answers must be
// the same ones.
func noProposalHigher(t rapid.TB, what string, lib *library.Library, before, after *judge.Judgement) {
	t.Helper()
	for i := range before.Frameworks {
		f := &before.Frameworks[i]
		for k := range f.Requirements {
			if was, is := &f.Requirements[k], &after.Frameworks[i].Requirements[k]; levelOf(lib, f, is.Proposal) > levelOf(lib, f, was.Proposal) {
				t.Fatalf("%s: what is proposed for %s went from %q to %q", what, was.Ref, was.Proposal, is.Proposal)
			}
		}
	}
	for i := range before.Principles {
		p := &before.Principles[i]
		for k := range p.Statements {
			was, is := &p.Statements[k], &after.Principles[i].Statements[k]
			if is.Standing.Rank() > was.Standing.Rank() || is.Proposal.Rank() > was.Proposal.Rank() {
				t.Fatalf("%s: %s of %s went from %s (%s) to %s (%s)", what, was.ID, p.ID, was.Standing, was.Proposal, is.Standing, is.Proposal)
			}
		}
	}
}

// noSupplierBetter fails where a supplier stands better than before. That a contract is over is no better than ready.
func noSupplierBetter(t rapid.TB, what string, before, after *judge.Judgement) {
	t.Helper()
	rank := func(s judge.SupplierStanding) int { return min(s.Rank(), judge.SupplierReady.Rank()) }
	for i := range before.Suppliers {
		if was, is := &before.Suppliers[i], &after.Suppliers[i]; rank(is.Standing) > rank(was.Standing) {
			t.Fatalf("%s: the supplier %s went from %s, %+v, to %s, %+v", what, was.ID, was.Standing, was.Reasons, is.Standing, is.Reasons)
		}
	}
}

// countOf gives what a judgement counted.
func countOf(j *judge.Judgement, m library.Measure) int {
	for i := range j.Measures {
		if j.Measures[i].Measure == m {
			return j.Measures[i].N
		}
	}
	return -1
}

// Nothing counts for a requirement but what a person put their role to, and a supplier of whom nobody has assessed anything
// is not ready.
func TestLaw3NothingCountsThatNobodySaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		p := judged(t, s, now)
		for i := range p.Frameworks {
			f := &p.Frameworks[i]
			for k := range f.Requirements {
				r := &f.Requirements[k]
				said := slices.ContainsFunc(s.Service.Answers, func(a model.Answer) bool {
					return a.Framework == f.ID && a.Version == f.Version && a.Requirement == r.ID && a.By != "" && !a.Date.After(day(1))
				})
				if r.Level != "" && !said {
					t.Fatalf("%s counts as %s and nobody said so for this version", r.Ref, r.Level)
				}
			}
		}
		for i := range p.Suppliers {
			e := &s.Service.Suppliers[i]
			assessed := e.RiskReport.Complete() || e.Assessment.Statement.Complete() || e.Assessment.Questionnaire == "met" || e.Assessment.Profile != ""
			if p.Suppliers[i].Standing == judge.SupplierReady && !assessed {
				t.Fatalf("the supplier %s is ready and nobody assessed it", e.ID)
			}
		}
	})
}

// Without evidence and offers, no control speaks for a requirement.
func TestLaw3NothingIsProposedThatNothingShows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		s.Evidence, s.Offers = nil, nil
		p := judged(t, s, now)
		for i := range p.Frameworks {
			f := &p.Frameworks[i]
			for k := range f.Requirements {
				r := &f.Requirements[k]
				answered := slices.ContainsFunc(s.Service.Answers, func(a model.Answer) bool { return a.Framework == f.ID })
				if r.Proposal != "" && !answered {
					t.Fatalf("%s is proposed for %s with nothing to show it: %+v", r.Proposal, r.Ref, r.Reasons)
				}
			}
		}
	})
}

func TestLaw4EvidenceLowersNoRequirement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		before := judged(t, s, now)
		s.Evidence = append(slices.Clone(s.Evidence), g.pass(&s))
		after := judged(t, s, now)
		const what = "without one piece of passing evidence"
		noLevelHigher(t, what, s.Library, after, before)
		noProposalHigher(t, what, s.Library, after, before)
		noSupplierBetter(t, what, after, before)
	})
}

// To take a control away raises no answer. A failure that is known only by the name that the team gave the control, or from
// its provider, is of nothing any more when the claim is gone, and nobody asks for a control on a component for which it is
// not: those are left out here.
func TestLaw4WithoutAControlNoRequirementIsHigher(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		s.Decisions = nil // they may rest on it
		if len(s.Service.Controls) == 0 {
			t.Skip("nothing to remove")
		}
		before := judged(t, s, now)
		gone := one(g, s.Service.Controls...)
		if gone.Applicability == model.NotApplicable {
			t.Skip("it says that there is no control")
		}
		if control(before, gone.ID).State == judge.Failing && (s.Library.Control(gone.ID) == nil || gone.Offer.Service != "") {
			t.Skip("its failure is known from the claim only")
		}
		if cat := s.Library.Control(gone.Requires()); cat != nil && len(gone.Components) > 0 && !asked(cat, s.Service, gone.Components) {
			t.Skip("nobody asks for it where it is")
		}
		s.Service = clone(s.Service)
		s.Service.Controls = slices.DeleteFunc(s.Service.Controls, func(c model.Control) bool { return c.ID == gone.ID })
		for i := range s.Service.Risks {
			r := &s.Service.Risks[i]
			r.Controls = slices.DeleteFunc(r.Controls, func(l model.Reliance) bool { return l.Control == gone.ID })
		}
		after := judged(t, s, now)
		noLevelHigher(t, "without "+string(gone.ID), s.Library, before, after)
		noProposalHigher(t, "without "+string(gone.ID), s.Library, before, after)
	})
}

// asked says whether a control of the catalogue could be on all of some components.
func asked(cat *library.Control, s *model.Service, components []ident.ID) bool {
	for i := range s.Architecture.Components {
		c := &s.Architecture.Components[i]
		if slices.Contains(components, c.ID) && (cat.On == library.OnService || c.OutOfScope == model.Yes || len(cat.Types) > 0 && !slices.Contains(cat.Types, c.Type)) {
			return false
		}
	}
	return true
}

// To ask for more, by an obligation, a principle or a profile, never looks better.
func TestLaw4AskingMoreNeverLooksBetter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		before := judged(t, s, now)
		s.Service, s.Organisation = clone(s.Service), clone(s.Organisation)
		what := ""
		switch c := &s.Service.Context; {
		case s.Organisation != nil && g.often(3):
			what = "a principle was adopted"
			s.Organisation.Adopts = append(s.Organisation.Adopts, "gen-principle", "automate-by-default")
		case len(c.Obligations) > 0 && g.often(5):
			what = "an obligation applies"
			c.Obligations[g.int(0, len(c.Obligations)-1)].Applies = model.Yes
		default:
			what = "another framework was chosen"
			s.Service.Plan.Frameworks = append(s.Service.Plan.Frameworks, model.Choice{ID: "z-more", Framework: "ncsc-caf", Version: "3.2", Profile: "enhanced"})
		}
		after := judged(t, s, now)
		for _, m := range []library.Measure{library.ControlsFailing, library.ControlsNotClaimed, library.ControlsNotEvidenced, library.StatementsUnanswered, library.RequirementsBelow} {
			if was, is := countOf(before, m), countOf(after, m); is < was {
				t.Fatalf("%s: %s went from %d to %d", what, m, was, is)
			}
		}
	})
}

// What follows from the data applies whatever the team says of it, its own table of appointments fills no role, and no
// reviewer that it names raises an answer.
func TestLaw10TheTeamsWordUndoesNoObligation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		silent := s
		silent.Service = clone(s.Service)
		silent.Service.Context.Obligations = nil
		for i := range silent.Service.Answers {
			silent.Service.Answers[i].Reviewed = model.Reviewed{}
		}
		before, after := judged(t, silent, now), judged(t, s, now)
		for i := range before.Context.Obligations {
			was := &before.Context.Obligations[i]
			is := obligationOf(after, was.ID)
			if is == nil || was.Applies == model.Yes && is.Applies != model.Yes || was.Applies == model.Unknown && is.Applies == model.No {
				t.Fatalf("the obligation %s went from %q to %+v", was.ID, was.Applies, is)
			}
		}
		for i := range before.Controls {
			if was := &before.Controls[i]; was.Weight == judge.RequiredWeight && control(after, was.ID).Weight != judge.RequiredWeight {
				t.Fatalf("%s is not required any more", was.ID)
			}
		}
		noLevelHigher(t, "a reviewer spoke", s.Library, before, after)
		s.Service = clone(s.Service)
		for i := range s.Service.Plan.RASCI {
			role := s.Service.Plan.RASCI[i].Accountable[0]
			s.Service.Plan.Appointments = append(s.Service.Plan.Appointments, model.Appointment{ID: ident.ID(role), Holder: "somebody"})
		}
		if got := judged(t, s, now).Duties; !slices.EqualFunc(got, after.Duties, func(a, b judge.Duty) bool { return a.Held == b.Held }) {
			t.Fatalf("the team filled a role by itself: %+v, then %+v", after.Duties, got)
		}
	})
}

func obligationOf(j *judge.Judgement, id ident.ID) *judge.Obligation {
	for i := range j.Context.Obligations {
		if j.Context.Obligations[i].ID == id {
			return &j.Context.Obligations[i]
		}
	}
	return nil
}

// What comes and goes by its date is foreseen: a role that is left, a certificate or a contract that ends, an obligation or
// a gate that begins or ends, a weakness that is taken to the next role, a plan that was to be looked at. Here the days
// themselves are walked, and not what was compared with.
func TestLaw5DatesAreForeseen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		in := prepare(t, s)
		p := assess.Ready(in, now)
		for n := range 45 {
			at := in.Zone().Start(day(n + 1))
			if p.NextChange != 0 && at >= p.NextChange {
				return
			}
			then := judge.Judge(in, civil.NewWatch(at))
			for what, pair := range map[string][2]any{
				"duties": {p.Duties, then.Duties}, "suppliers": {p.Suppliers, then.Suppliers}, "obligations": {p.Context.Obligations, then.Context.Obligations}, "gates": {p.Gates, then.Gates},
				"findings": {p.Findings, then.Findings}, "notices": {p.Notices, then.Notices}, "frameworks": {p.Frameworks, then.Frameworks}, "principles": {p.Principles, then.Principles},
			} {
				same(t, what+" on "+at.String()+", before the next change at "+p.NextChange.String(), pair[0], pair[1])
			}
		}
	})
}
