package unit

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Maturity sums up how mature the answers are that count. There is no average: the steps from one word to the next are not
// of one size.
type Maturity struct {
	Median  org.Maturity `json:"median"` // of those that are known; of two in the middle the lower
	Lowest  org.Maturity `json:"lowest"`
	Known   int          `json:"known"`
	Unknown int          `json:"unknown"`
}

// maturity sums up the questions. That of an answer that nobody has confirmed, or not again in time, is not known.
func maturity(questions []Question, confirmed []bool) (out Maturity) {
	var known []org.Maturity
	for i := range questions {
		if m := questions[i].Maturity; confirmed[i] && m.Rank() > 0 {
			known = append(known, m)
		}
	}
	out.Known, out.Unknown = len(known), len(questions)-len(known)
	if out.Known == 0 {
		return out
	}
	slices.SortFunc(known, func(a, b org.Maturity) int { return a.Rank() - b.Rank() })
	out.Lowest, out.Median = known[0], known[(len(known)-1)/2]
	return out
}

func (c *Counts) add(s Standing) {
	c.Of++
	switch s {
	case Met:
		c.Met++
	case Partly:
		c.Partly++
	case NotMet:
		c.NotMet++
	case BeingAssessed:
		c.BeingAssessed++
	case NotStarted:
		c.NotStarted++
	case Claimed:
		c.Claimed++
	case Proposed:
		c.Proposed++
	case Stale:
		c.Stale++
	case Unanswered:
		c.Unanswered++
	}
}

func count(questions []Question, milestones []Milestone) (c Counts) {
	for i := range questions {
		c.add(questions[i].Standing)
	}
	m := &c.Milestones
	for i := range milestones {
		m.Of++
		switch milestones[i].Standing {
		case Reached:
			m.Reached++
		case Planned:
			m.Planned++
		case Overdue:
			m.Overdue++
		case Open:
			m.Open++
		}
	}
	return c
}

// principles sums up the questions of each principle, in the order of the questions.
func (s *subject) principles(questions []Question) []Principle {
	out := []Principle{}
	for from := 0; from < len(questions); {
		to, c, why := from, Counts{}, []ident.Ref{}
		p := s.asked[from].Principle
		for ; to < len(questions) && s.asked[to].Principle == p; to++ {
			c.add(questions[to].Standing)
			why = append(why, s.asked[to].Ref)
		}
		out = append(out, Principle{ID: p.ID, Title: p.Title, Standing: c.together(), Met: judge.Share{N: c.Met, Of: c.Of}, Reasons: []judge.Reason{c.reason(why)}})
		from = to
	}
	return out
}

// together gives the standing of several questions: met when each is, not met when any is not, partly when something of
// it is; and otherwise how far anybody has come with it.
func (c *Counts) together() Standing {
	switch {
	case c.NotMet > 0:
		return NotMet
	case c.Met == c.Of:
		return Met
	case c.Met+c.Partly > 0:
		return Partly
	case c.Claimed > 0:
		return Claimed
	case c.Proposed > 0:
		return Proposed
	case c.Stale > 0:
		return Stale
	case c.BeingAssessed > 0:
		return BeingAssessed
	case c.NotStarted > 0:
		return NotStarted
	}
	return Unanswered
}

// reason says how many questions are where; what there is none of is left out.
func (c *Counts) reason(why []ident.Ref) judge.Reason {
	some := func(n int) string {
		if n == 0 {
			return ""
		}
		return num(n)
	}
	return because(
		"unit.principle", why,
		arg("met", num(c.Met)), arg("of", num(c.Of)), arg("partly", some(c.Partly)),
		arg("not-met", some(c.NotMet)), arg("claimed", some(c.Claimed)), arg("proposed", some(c.Proposed)),
		arg("stale", some(c.Stale)), arg("begun", some(c.BeingAssessed)), arg("not-begun", some(c.NotStarted)),
		arg("unanswered", some(c.Unanswered)),
	)
}
