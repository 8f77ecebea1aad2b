package judge

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// principles is the result of the first part of stage 10.
type principles struct{ list []Principle }

// principles judges every principle in force. The engine proposes an answer to a statement with what speaks for and
// against it; the answer counts when a person confirmed it with a sentence. What is failing or missing caps it.
func (j *judging) principles(controls *controls, activities []Activity, exceptions *verdicts) *principles {
	out := &principles{list: make([]Principle, 0, len(j.library.Principles))}
	for i := range j.library.Principles {
		if e := &j.library.Principles[i]; j.judgedBy(e.Item) {
			out.list = append(out.list, j.principle(e, controls, activities, exceptions))
		}
	}
	return out
}

// judgedBy says whether services are judged by a principle: one that is to be adopted only where the organisation did, and
// one that asks nothing of services never.
func (j *judging) judgedBy(p *library.Principle) bool {
	if p.Adopt == model.Yes && (j.org == nil || !slices.Contains(j.org.Adopts, p.ID)) {
		return false
	}
	return len(p.Statements) == 0 || slices.ContainsFunc(p.Statements, func(s library.Statement) bool { return ofServices(&s) })
}

func ofServices(s *library.Statement) bool { return s.AskedOf == "" || s.AskedOf == library.OfService }

func (j *judging) principle(e *library.Entry[library.Principle], controls *controls, activities []Activity, exceptions *verdicts) Principle {
	p := e.Item
	out := Principle{ID: p.ID, Title: p.Title, Statements: make([]Statement, 0, len(p.Statements)), Exceptions: []ident.ID{}}
	excepted := map[ident.ID]ident.ID{}
	for i := range j.decided {
		d := &j.decided[i]
		if v, is := exceptions.at[i]; is && d.Kind == decision.Exception && j.speaksOf(d.Subject[0], e) {
			out.Exceptions = append(out.Exceptions, d.ID)
			if v.State.Binds() {
				excepted[requirementID(d.Subject[0])] = d.ID
			}
		}
	}
	for i := range p.Statements {
		st := &p.Statements[i]
		if !ofServices(st) {
			continue
		}
		by, is := excepted[st.ID]
		if !is {
			by, is = excepted[p.ID]
		}
		if is {
			out.Statements = append(out.Statements, Statement{ID: st.ID, Kind: st.Kind, Standing: Excepted, Reasons: []Reason{because("statement.excepted", refs(decisionRef(by)), Arg{"decision", string(by)})}})
			continue
		}
		out.Statements = append(out.Statements, j.statement(e, st, controls, activities, exceptions))
		if last := &out.Statements[len(out.Statements)-1]; j.supposed != nil && last.Standing == Unanswered && slices.Contains(j.supposed.Answered, p.ID) {
			last.Standing = PartlyMet
		}
	}
	out.Standing, out.Reasons = j.sumUp(e, out.Statements)
	return out
}

func (j *judging) speaksOf(ref ident.Ref, e *library.Entry[library.Principle]) bool {
	pack := requirementPack(ref)
	return pack == requirementPack(e.Ref) || pack == e.Item.ID
}

// statement judges one statement: what supports it, what contradicts it, and what a person said.
func (j *judging) statement(e *library.Entry[library.Principle], st *library.Statement, controls *controls, activities []Activity, confirmed *verdicts) Statement {
	out := Statement{ID: st.ID, Kind: st.Kind, Reasons: []Reason{}}
	ref := ident.Requirement(string(requirementPack(e.Ref)), version(e.Ref), string(st.ID))
	s := j.supports(st, controls, activities)
	if a := j.answer(e.Item.ID, st.ID); a != nil {
		return j.answered(out, a, s, ref, j.confirmation(e, st.ID, confirmed))
	}
	switch {
	case s.full:
		out.Standing, out.Proposal = Proposed, Met
		out.Reasons = append(out.Reasons, because("statement.proposed-met", append(s.good, ref)))
	case len(s.good) > 0:
		out.Standing, out.Proposal = Proposed, PartlyMet
		out.Reasons = append(out.Reasons, because("statement.proposed-partly", append(s.good, ref)))
	default:
		out.Standing = Unanswered
		out.Reasons = append(out.Reasons, because("statement.unanswered", refs(ref)))
	}
	if len(s.bad) > 0 {
		out.Reasons = append(out.Reasons, because("statement.contradicted", s.bad, Arg{"n", num(len(s.bad))}))
	}
	return out
}

// supported is what speaks for and against a statement.
type supported struct {
	full      bool // something that is equal to what is asked, or more, is shown
	good, bad []ident.Ref
}

func (j *judging) supports(st *library.Statement, controls *controls, activities []Activity) (s supported) {
	for i := range st.ShownBy {
		by := &st.ShownBy[i]
		ref, good, bad := j.support(by, controls, activities)
		if bad {
			s.bad = append(s.bad, ref)
		}
		if !good || by.Reviewed != model.Yes {
			continue
		}
		s.good = append(s.good, ref)
		s.full = s.full || by.Relation == library.Equal || by.Relation == library.Superset
	}
	return s
}

// support says how one thing stands that a statement is shown by.
func (j *judging) support(by *library.Support, controls *controls, activities []Activity) (ref ident.Ref, good, bad bool) {
	if by.Activity != "" {
		i := slices.IndexFunc(activities, func(a Activity) bool { return a.ID == by.Activity })
		if i < 0 {
			return activityRef(by.Activity), false, false
		}
		return activityRef(by.Activity), activities[i].Standing == Current, activities[i].Standing == Overdue
	}
	var worst *Control
	for _, at := range j.controlAt[by.Control] {
		c := &controls.list[controls.byID[j.service().Controls[at].ID]]
		if c.Applicability == Applicable && (worst == nil || c.State.Rank() < worst.State.Rank()) {
			worst = c
		}
	}
	if worst != nil {
		return controlRef(worst.ID), worst.State == Evidenced && !controls.partial[by.Control], worst.State == Failing || worst.State == Missing && worst.Weight == RequiredWeight
	}
	if i, ok := controls.byID[by.Control]; ok {
		c := &controls.list[i]
		return controlRef(c.ID), c.State == Evidenced, c.Applicability == Applicable && (c.State == Failing || c.State == Missing && c.Weight == RequiredWeight)
	}
	return ident.Ref{}, false, false
}

func (j *judging) answer(principle, statement ident.ID) *model.Answer {
	return j.answers[answered{principle: principle, id: string(statement)}]
}

// confirmed is a decision that confirms an answer, and its state.
type confirmed struct {
	decision ident.ID
	state    decision.State
}

// confirmation finds the decision that confirms the answer to a statement: one that binds before one that does not.
func (j *judging) confirmation(e *library.Entry[library.Principle], statement ident.ID, verdicts *verdicts) (found confirmed) {
	for i := range j.decided {
		d := &j.decided[i]
		v, is := verdicts.at[i]
		if !is || d.Kind != decision.Confirmation || !j.speaksOf(d.Subject[0], e) || requirementID(d.Subject[0]) != statement {
			continue
		}
		switch v.State {
		case decision.Holds, decision.Reaffirm:
			return confirmed{d.ID, v.State}
		case decision.Suspended, decision.Lapsed:
			found = confirmed{d.ID, v.State}
		}
	}
	return found
}

// answered judges a person's answer. Until somebody put their role to it, in the file or by a decision, it is a proposal;
// when the decision no longer holds it is stale; and what contradicts it caps it at partly.
func (j *judging) answered(out Statement, a *model.Answer, s supported, ref ident.Ref, by confirmed) Statement {
	self := ident.Claim("answers", string(a.ID))
	standing := StatementStanding(a.Answer)
	switch {
	case by.state.Binds():
		out.Standing = standing
		out.Reasons = append(out.Reasons, because("statement.confirmed", refs(self, ref, decisionRef(by.decision)), Arg{"answer", string(a.Answer)}, Arg{"decision", string(by.decision)}, Arg{"sentence", a.Sentence}))
	case by.state != "":
		out.Standing, out.Proposal = StaleState, standing
		out.Reasons = append(out.Reasons, because("statement.confirmation-stale", refs(self, ref, decisionRef(by.decision)), Arg{"answer", string(a.Answer)}, Arg{"decision", string(by.decision)}))
		return out
	case j.unconfirmed(a) != "":
		out.Standing, out.Proposal = Proposed, standing
		out.Reasons = append(out.Reasons, because(j.unconfirmed(a), refs(self, ref), Arg{"answer", string(a.Answer)}, Arg{"date", a.Date.String()}))
		return out
	default:
		out.Standing = standing
		out.Reasons = append(out.Reasons, because("statement.answered", refs(self, ref), Arg{"answer", string(a.Answer)}, Arg{"by", a.By}, Arg{"sentence", a.Sentence}))
	}
	if standing == Met && len(s.bad) > 0 {
		out.Standing = PartlyMet
		out.Reasons = append(out.Reasons, because("statement.contradicted", s.bad, Arg{"n", num(len(s.bad))}))
	}
	return out
}

// unconfirmed says what an answer lacks to be somebody's, as the code of a reason; empty where it lacks nothing. What
// somebody will say on a day that has not come, nobody has said.
func (j *judging) unconfirmed(a *model.Answer) string {
	switch {
	case a.By == "":
		return "statement.answer-unconfirmed"
	case !a.Date.IsZero() && !j.watch.Reached(j.zone.Start(a.Date)):
		return "statement.answer-in-future"
	}
	return ""
}

func version(ref ident.Ref) string {
	start, end := slices.Index([]byte(ref.Path), '@'), slices.Index([]byte(ref.Path), '#')
	if start < 0 || end < start {
		return ""
	}
	return ref.Path[start+1 : end]
}

// sumUp gives the standing of a principle: met when every statement is met or excepted, not met when any is not, and
// unanswered when nobody has said anything. That its own review is overdue is said beside it.
func (j *judging) sumUp(e *library.Entry[library.Principle], statements []Statement) (StatementStanding, []Reason) {
	count := map[StatementStanding]int{}
	for i := range statements {
		count[statements[i].Standing]++
	}
	n := len(statements)
	standing := PartlyMet
	switch {
	case count[NotMet] > 0:
		standing = NotMet
	case n > 0 && count[Met]+count[Excepted] == n:
		standing = Met
	case count[Unanswered] == n:
		standing = Unanswered
	case count[Unanswered]+count[Proposed] == n:
		standing = Proposed
	}
	reasons := []Reason{because("principle."+string(standing), refs(e.Ref), Arg{"met", num(count[Met])}, Arg{"of", num(n)}, Arg{"unanswered", num(count[Unanswered])}, Arg{"proposed", num(count[Proposed])})}
	if due := e.Item.NextReview; due != (civil.Date{}) && j.watch.Passed(j.zone.End(due)) {
		reasons = append(reasons, because("principle.review-overdue", refs(e.Ref), Arg{"due", due.String()}, Arg{"owner", e.Item.Owner}))
	}
	return standing, reasons
}
