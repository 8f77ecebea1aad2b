package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// frameworks judges every framework that the team chose, requirement by requirement. As with principles, controls that are
// shown to work propose, a person's answer counts, and what is failing caps it. The framework's own rule, which is data,
// turns ticked indicators into a level.
func (j *judging) frameworks(controls *controls) []Framework {
	out := []Framework{}
	for i := range j.service().Plan.Frameworks {
		out = append(out, j.framework(&j.service().Plan.Frameworks[i], controls))
	}
	return out
}

func (j *judging) framework(choice *model.Choice, controls *controls) Framework {
	out := Framework{ID: choice.Framework, Version: choice.Version, Profile: choice.Profile, Requirements: []RequirementResult{}}
	why := refs(ident.Claim("plan", "frameworks", string(choice.ID)))
	name := Args{{"framework", string(choice.Framework)}, {"version", choice.Version}}
	entry := j.library.Framework(choice.Framework, choice.Version)
	if entry == nil {
		code := "framework.not-in-library"
		if choice.Version == "" && slices.ContainsFunc(j.library.Frameworks, func(e library.Entry[library.Framework]) bool { return e.Item.ID == choice.Framework }) {
			code = "framework.version-missing"
		}
		out.Reasons = []Reason{because(code, why, name...)}
		return out
	}
	f := &scored{judging: j, Entry: entry, levels: entry.Item.Levels, controls: controls}
	if len(f.levels) == 0 {
		f.levels = []ident.ID{ident.ID(NotMet), ident.ID(PartlyMet), ident.ID(Met)}
	}
	out.Known, out.Version, out.Title = true, entry.Item.Version, entry.Item.Title
	out.Requirements = make([]RequirementResult, 0, len(entry.Item.Requirements))
	minimums := f.profile(choice.Profile)
	if choice.Profile != "" && minimums == nil {
		out.Reasons = append(out.Reasons, because("framework.no-such-profile", append(slices.Clone(why), entry.Ref), Arg{"framework", string(choice.Framework)}, Arg{"version", out.Version}, Arg{"profile", choice.Profile}))
	}
	for i := range entry.Item.Requirements {
		if r := &entry.Item.Requirements[i]; r.Group != model.Yes {
			out.add(f.requirement(r, minimums))
		}
	}
	out.Reasons = append(out.Reasons, because("framework.standing", append(why, entry.Ref), append(name, Arg{"answered", num(out.Answered.N)}, Arg{"of", num(out.Answered.Of)}, Arg{"meets", num(out.Meets.N)}, Arg{"least", num(out.Meets.Of)}, Arg{"profile", choice.Profile})...))
	return out
}

// add counts a requirement in.
func (f *Framework) add(r RequirementResult) {
	f.Requirements = append(f.Requirements, r)
	f.Answered.Of++
	if r.Level != "" {
		f.Answered.N++
	}
	if r.Meets == MeetsNoMinimum {
		return
	}
	f.Meets.Of++
	if r.Meets == MeetsYes {
		f.Meets.N++
	}
}

// scored is one framework being judged.
type scored struct {
	*judging
	*library.Entry[library.Framework]
	levels   []ident.ID // from the lowest
	controls *controls
}

func (f *scored) profile(name string) *library.Minimums {
	for i := range f.Item.Profiles {
		if string(f.Item.Profiles[i].ID) == name {
			return &f.Item.Profiles[i]
		}
	}
	return nil
}

func (f *scored) rank(level ident.ID) int { return slices.Index(f.levels, level) }

func (f *scored) lowest() ident.ID  { return f.levels[0] }
func (f *scored) highest() ident.ID { return f.levels[len(f.levels)-1] }

// standing says where a level stands: at the top, at the bottom or between.
func (f *scored) standing(level ident.ID) StatementStanding {
	switch level {
	case f.highest():
		return Met
	case f.lowest():
		return NotMet
	}
	return PartlyMet
}

func (f *scored) requirement(r *library.Requirement, least *library.Minimums) RequirementResult {
	ref := f.ref(r.ID)
	out := RequirementResult{ID: r.ID, Ref: ref, Title: r.Title, Meets: MeetsNoMinimum}
	s := f.supports(r)
	if a := f.answerTo(f.Item.ID, f.Item.Version, r.ID); a != nil {
		f.answered(&out, r, a, &s, ref)
	} else if !f.carriedOver(&out, r, ref) {
		f.proposed(&out, &s, ref)
	}
	if out.Level != "" {
		out.rank = f.rank(out.Level) + 1
	}
	if least != nil {
		out.Minimum = least.At(r.ID)
	}
	if out.Minimum != "" {
		out.Meets = MeetsNo
		if out.Level != "" && f.rank(out.Level) >= f.rank(out.Minimum) {
			out.Meets = MeetsYes
		}
		out.Priority = out.Reviewed != "" && f.rank(out.Reviewed) < f.rank(out.Minimum)
	}
	return out
}

func (f *scored) ref(requirement string) ident.Ref {
	return ident.Requirement(string(requirementPack(f.Ref)), version(f.Ref), requirement)
}

// supports says what speaks for and against a requirement: the controls that are mapped to it.
func (f *scored) supports(r *library.Requirement) (s supported) {
	for _, by := range f.library.ShownBy(f.Item.ID, f.Item.Version, r.ID) {
		ref, good, bad := f.support(&library.Support{Control: by.Control}, f.controls, nil)
		if bad && by.Relation != library.Intersects { // what has only something in common with it does not speak against it
			s.bad = append(s.bad, ref)
		}
		if good && by.Reviewed {
			s.good = append(s.good, ref)
			s.full = s.full || by.Relation == library.Equal || by.Relation == library.Superset
		}
	}
	return s
}

// proposed says what the controls propose, where nobody has answered.
func (f *scored) proposed(out *RequirementResult, s *supported, ref ident.Ref) {
	switch {
	case s.full:
		out.Standing, out.Proposal = Proposed, f.highest()
		out.Reasons = append(out.Reasons, because("statement.proposed-met", append(s.good, ref)))
	case len(s.good) > 0:
		out.Standing, out.Proposal = Proposed, f.levels[len(f.levels)/2]
		out.Reasons = append(out.Reasons, because("statement.proposed-partly", append(s.good, ref)))
	default:
		out.Standing = Unanswered
		out.Reasons = append(out.Reasons, because("statement.unanswered", refs(ref)))
	}
	if len(s.bad) > 0 {
		out.Reasons = append(out.Reasons, because("statement.contradicted", s.bad, Arg{"n", num(len(s.bad))}))
	}
}

// answered judges a person's answer: it counts when somebody put their role to it, no higher than what a reviewer found,
// and not at the top while something that bears on it is failing.
func (f *scored) answered(out *RequirementResult, r *library.Requirement, a *model.Answer, s *supported, ref ident.Ref) {
	self := ident.Claim("answers", string(a.ID))
	level, why := f.level(r, a)
	why.Because = refs(self, ref)
	out.Reasons = append(out.Reasons, why)
	if level == "" {
		out.Standing = Unanswered
		return
	}
	if code := f.unconfirmed(a); code != "" {
		out.Standing, out.Proposal = Proposed, level
		out.Reasons = append(out.Reasons, because(code, refs(self, ref), Arg{"answer", string(level)}, Arg{"date", a.Date.String()}))
		return
	}
	if found := a.Reviewed.Level; found != "" && f.rank(found) < 0 { // nobody gains by not being understood
		out.Standing = Unanswered
		out.Reasons = append(out.Reasons, because("framework.review-unknown", refs(self), Arg{"level", string(found)}, Arg{"by", a.Reviewed.By}))
		return
	}
	out.Reasons = append(out.Reasons, because("statement.answered", refs(self, ref), Arg{"answer", string(level)}, Arg{"by", a.By}, Arg{"sentence", a.Sentence}))
	if level == f.highest() && len(s.bad) > 0 {
		level = f.upTo(r, len(f.levels)-2)
		out.Reasons = append(out.Reasons, because("statement.contradicted", s.bad, Arg{"n", num(len(s.bad))}))
	}
	if found := a.Reviewed.Level; f.rank(found) >= 0 {
		out.Reviewed = found
		out.Reasons = append(out.Reasons, because("framework.reviewed", refs(self), Arg{"level", string(found)}, Arg{"by", a.Reviewed.By}))
		if f.rank(found) < f.rank(level) {
			level = found
		}
	}
	out.Level, out.Standing = level, f.standing(level)
}

// upTo gives the highest level that a requirement can come to, of those up to a rank.
func (f *scored) upTo(r *library.Requirement, rank int) ident.ID {
	for _, level := range slices.Backward(f.levels[:rank+1]) {
		if len(r.Indicators) == 0 || slices.ContainsFunc(r.Indicators, func(in library.Indicators) bool { return in.Level == level }) {
			return level
		}
	}
	return f.lowest()
}

// level reads the level of an answer: from the indicators that were ticked, or as it is said.
func (f *scored) level(r *library.Requirement, a *model.Answer) (ident.ID, Reason) {
	switch {
	case len(a.Indicators) > 0 && len(f.Item.Scoring) > 0:
		return f.score(r, a)
	case f.rank(a.Level) >= 0:
		return f.said(r, a.Level)
	case a.Answer != "":
		level := f.levels[len(f.levels)/2]
		switch StatementStanding(a.Answer) {
		case Met:
			level = f.highest()
		case NotMet:
			level = f.lowest()
		}
		return f.said(r, level)
	}
	return "", because("framework.level-unknown", nil, Arg{"level", string(a.Level)})
}

// said takes a level that was said, as far as the requirement can come to it: one that it does not have is the one below.
func (f *scored) said(r *library.Requirement, level ident.ID) (ident.ID, Reason) {
	if own := f.upTo(r, f.rank(level)); own != level {
		return own, because("framework.level-not-there", nil, Arg{"said", string(level)}, Arg{"level", string(own)})
	}
	return level, because("framework.level-said", nil, Arg{"level", string(level)})
}

// score applies the framework's rule: the first rung that fits.
func (f *scored) score(r *library.Requirement, a *model.Answer) (ident.ID, Reason) {
	ticked, of := map[ident.ID]int{}, map[ident.ID]int{}
	for _, in := range r.Indicators {
		of[in.Level] = in.Of
	}
	total := 0
	for _, t := range a.Indicators {
		ticked[t.Level] += t.Ticked
		total += t.Ticked
		of[t.Level] = max(of[t.Level], t.Of) // nobody makes a level easier by counting fewer
	}
	for i := range f.Item.Scoring {
		rung := &f.Item.Scoring[i]
		if !fits(rung, ticked[rung.Of], of[rung.Of]) {
			continue
		}
		code := "framework.scored-" + string(rung.Needs)
		if total == 0 {
			code = "framework.nothing-ticked"
		}
		return rung.Gives, because(code, nil, Arg{"level", string(rung.Gives)}, Arg{"of", string(rung.Of)}, Arg{"n", num(ticked[rung.Of])})
	}
	return f.lowest(), because("framework.nothing-ticked", nil, Arg{"level", string(f.lowest())})
}

func fits(rung *library.Rung, ticked, of int) bool {
	switch rung.Needs {
	case library.AnyTicked:
		return ticked > 0
	case library.AllTicked:
		return of > 0 && ticked >= of
	}
	return true
}

// carriedOver looks for an answer to an earlier version, where there is none to this one. Ids change their meaning between
// versions, so only the framework's own table says which answer was to the same thing; and what was carried over counts
// when somebody has confirmed it for this version.
func (f *scored) carriedOver(out *RequirementResult, r *library.Requirement, ref ident.Ref) bool {
	for i := range f.Item.Migrations {
		m := &f.Item.Migrations[i]
		how, from := m.Became(r.ID)
		var earlier []*model.Answer
		for _, id := range from {
			if a := f.answerTo(f.Item.ID, m.From, id); a != nil {
				earlier = append(earlier, a)
			}
		}
		if len(earlier) == 0 {
			continue
		}
		a := earlier[0]
		args := Args{{"from", m.From}, {"id", a.Requirement}, {"level", string(f.earlierLevel(m.From, a))}}
		why := refs(ref)
		for _, e := range earlier {
			why = append(why, ident.Claim("answers", string(e.ID)))
		}
		out.Reasons = append(out.Reasons, because("framework.migrated-"+string(how), why, args...))
		switch how {
		case library.Merged:
			out.Standing = Unanswered
		case library.Changed:
			out.Standing, out.Proposal = StaleState, f.earlierLevel(m.From, a)
		default:
			out.Standing, out.Proposal = Proposed, f.earlierLevel(m.From, a)
		}
		return true
	}
	return false
}

// earlierLevel reads the level of an answer to an earlier version, by the rule of that version.
func (f *scored) earlierLevel(version string, a *model.Answer) ident.ID {
	then := *f
	r := &library.Requirement{ID: a.Requirement}
	if e := f.library.Framework(f.Item.ID, version); e != nil {
		then.Entry = e
		if known := e.Item.Find(a.Requirement); known != nil {
			r = known
		}
	}
	level, _ := then.level(r, a)
	return cmp.Or(level, f.lowest())
}

func (j *judging) answerTo(framework ident.ID, version, requirement string) *model.Answer {
	return j.answers[answered{framework: framework, version: version, id: requirement}]
}
