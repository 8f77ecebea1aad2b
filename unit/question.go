package unit

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// question judges one question: what the services propose, what the organisation file says, and whether somebody may
// say so. It says besides whether the answer was confirmed and still is.
func (j *judging) question(q *Asked, r *rolled) (out Question, confirmed bool) {
	out = Question{ID: q.Statement.ID, Principle: q.Principle.ID, Text: q.Statement.Text, Proposal: r.proposal, Services: r.share, Reasons: []judge.Reason{}}
	if a := j.answer(q.Statement.ID); a != nil {
		confirmed = j.answered(&out, a, q.Ref, r)
		return out, confirmed
	}
	switch r.proposal {
	case Met:
		out.Standing, out.Reasons = Proposed, append(out.Reasons, because("unit.proposed-met", []ident.Ref{q.Ref}))
	case Partly:
		out.Standing, out.Reasons = Proposed, append(out.Reasons, because("unit.proposed-partly", []ident.Ref{q.Ref}))
	default:
		out.Standing, out.Reasons = Unanswered, append(out.Reasons, because("unit.unanswered", []ident.Ref{q.Ref}))
	}
	out.Reasons = append(out.Reasons, r.reasons(q.Ref)...)
	return out, false
}

func (j *judging) answer(question ident.ID) *org.Answer {
	for i := range j.unit.Assessment.Answers {
		if a := &j.unit.Assessment.Answers[i]; a.ID == question {
			return a
		}
	}
	return nil
}

// answered judges an answer of the organisation file.
//
// Who says it comes first: until a role that somebody holds was put to it with a sentence, it is a proposal, and when the
// day has passed on which it was to be confirmed again, it is stale. To say that something is being looked at, or was not
// begun, claims nothing, and so nobody has to confirm it.
//
// Then what shows it. A claim alone is never more than claimed, of a unit as of a service: so an answer that something is
// so, or partly so, counts as that only when a document that can be found and is in date bears it out, or the services
// themselves show as much. An answer on words alone is claimed. That it was confirmed is not lost: the two stand side by
// side, and what is to be done about it is to add a document, not to ask the person again. What the services contradict
// is never more than partly.
func (j *judging) answered(out *Question, a *org.Answer, ref ident.Ref, r *rolled) bool {
	self := j.at("assessment", "answers", string(a.ID))
	why := []ident.Ref{self, ref}
	out.Answer, out.By, out.Maturity = answerOf(a.Status), a.By, a.Maturity
	args := judge.Args{arg("answer", spoken(out.Answer)), arg("by", a.By), arg("date", a.Date.String())}
	say := func(code string, more ...judge.Arg) {
		out.Reasons = append(out.Reasons, because(code, why, append(slices.Clone(args), more...)...))
	}
	lacking, checked := j.confirmation(a)
	ends := j.zone.End(a.Next)
	confirmed := false
	switch {
	case out.Answer == BeingAssessed || out.Answer == NotStarted:
		out.Standing = out.Answer
		say("unit.noted")
	case lacking != "":
		out.Standing = Proposed
		say(lacking)
	case j.watch.Passed(ends):
		out.Standing = Stale
		say("unit.answer-stale", arg("next", a.Next.String()))
	default:
		confirmed = true
		j.note(ends, self, "unit.change-answer")
		say("unit.answered", arg("sentence", a.Sentence))
		if checked {
			j.note(j.vacant(j.role(a.By)), self, "unit.change-role")
		} else {
			say("unit.role-not-appointed")
		}
		out.Standing = out.Answer
		out.Reasons = append(out.Reasons, j.borneOut(out, a, self, r)...)
	}
	if a.Gaps != "" {
		say("unit.gaps", arg("gaps", a.Gaps))
	}
	out.Reasons = append(out.Reasons, r.reasons(ref)...)
	return confirmed
}

func answerOf(s org.Status) Standing {
	if s == org.PartlyMet {
		return Partly
	}
	return Standing(s)
}

func spoken(s Standing) string { return strings.ReplaceAll(string(s), "-", " ") }

// borneOut caps an answer at what shows it and at what the services contradict.
func (j *judging) borneOut(out *Question, a *org.Answer, self ident.Ref, r *rolled) (reasons []judge.Reason) {
	count, left := j.documents(a.Evidence, self)
	if left > 0 {
		reasons = append(reasons, because("unit.documents-do-not-count", []ident.Ref{self}, arg("n", num(left)), arg("of", num(len(a.Evidence)))))
	}
	if out.Answer == NotMet {
		return reasons // an honest "no" needs nothing to show it
	}
	if count > 0 {
		reasons = append(reasons, because("unit.documents", []ident.Ref{self}, arg("n", num(count))))
	}
	switch {
	case count == 0 && r.proposal == "":
		out.Standing = Claimed
		reasons = append(reasons, because("unit.words-only", []ident.Ref{self}))
	case count == 0 && r.proposal == Partly && out.Answer == Met:
		out.Standing = Claimed
		reasons = append(reasons, because("unit.more-than-shown", []ident.Ref{self}))
	case out.Answer == Met && len(r.bad) > 0:
		out.Standing = Partly
	}
	return reasons
}

// documents says how many documents count, and how many do not: one has a title, a version, a date that has come and a
// location, and is not past its last day.
func (j *judging) documents(all []model.Artefact, self ident.Ref) (count, left int) {
	for i := range all {
		d := &all[i]
		ends := j.zone.End(d.ValidUntil)
		if !d.Complete() || !j.watch.Within(j.zone.Start(d.Date), ends) {
			left++
			continue
		}
		count++
		j.note(ends, self, "unit.change-document")
	}
	return count, left
}

// confirmation says what an answer lacks to be confirmed, as the code of a reason; empty when it is. Checked is whether
// the organisation appoints anybody to the role, so that it could be seen that somebody holds it.
//
// A role answers, and not a person, so the answer outlives whoever gave it; but somebody must stand behind it: the role
// must have been held on the day of the answer, and be held now. A decision is another matter: it was made once.
func (j *judging) confirmation(a *org.Answer) (lacking string, checked bool) {
	role := j.role(a.By)
	switch {
	case a.By == "":
		return "unit.answer-unconfirmed", false
	case strings.TrimSpace(a.Sentence) == "":
		return "unit.answer-no-sentence", false
	case !a.Date.IsZero() && !j.watch.Reached(j.zone.Start(a.Date)):
		return "unit.answer-in-future", false
	case !j.org.Appointed(role):
		return "", false
	case !a.Date.IsZero() && !j.held(role, civil.NewWatch(j.zone.Start(a.Date))):
		return "unit.role-not-held-then", true
	case !j.held(role, j.watch):
		return "unit.role-not-held", true
	}
	return "", true
}

// held says whether anybody holds a role for the unit, at the moment of a watch.
func (j *judging) held(role ident.ID, w *civil.Watch) bool {
	return slices.ContainsFunc(j.org.Appointments, func(a org.Appointment) bool {
		return a.Role == role && j.org.Holds(a.Person, role, j.unit.ID, "", j.zone, w)
	})
}

// vacant gives the first moment to come at which nobody holds a role for the unit any more; 0 when there is none. That can
// only be where somebody's time ends.
func (j *judging) vacant(role ident.ID) civil.Instant {
	var ends []civil.Instant
	for i := range j.org.Appointments {
		if a := &j.org.Appointments[i]; a.Role == role {
			ends = append(ends, j.zone.End(a.Until))
		}
	}
	for i := range j.org.People {
		ends = append(ends, j.zone.End(j.org.People[i].Left))
	}
	slices.Sort(ends)
	for _, end := range slices.Compact(ends) {
		if end != 0 && !j.watch.Reached(end) && !j.held(role, civil.NewWatch(end)) {
			return end
		}
	}
	return 0
}

// role finds a role by what people call it: its id, its title, or another name for it. Otherwise a word such as "CISO"
// would be a role that nobody was ever appointed to, and nobody would have to hold it.
func (j *judging) role(text string) ident.ID {
	for _, p := range j.library.Packs {
		for i := range p.Roles {
			r := &p.Roles[i]
			if strings.EqualFold(text, string(r.ID)) || strings.EqualFold(text, r.Title) || slices.ContainsFunc(r.Also, func(also string) bool { return strings.EqualFold(text, also) }) {
				return r.ID
			}
		}
	}
	return ident.ID(text)
}
