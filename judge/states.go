package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// claimState is what is so of one claim of a control, before anything requires it: for each component, the state.
type claimState struct {
	universe  evidence.Cover // where it can be
	evidenced evidence.Cover
	failing   evidence.Cover
	stale     evidence.Cover
	strength  library.Strength
	until     civil.Instant
	since     civil.Instant // when stale evidence went out of date
	says      State         // what the team says: planned, claimed or unknown
	passes    []ident.ID
	fails     []ident.ID
	stales    []ident.ID
	cleared   []ident.ID
	cause     ident.Ref
	lacking   string   // the title of the first check that nothing in date shows
	offer     offering // of an inherited or shared control
}

// at gives the state on the components of a cover: the worst.
func (s *claimState) at(where evidence.Cover) State {
	switch {
	case where.Empty():
		return ""
	case meets(s.failing, where):
		return Failing
	case where.Within(s.evidenced):
		return Evidenced
	case s.says != Claimed:
		return s.says
	}
	rest := where.Clone()
	rest.Less(s.evidenced)
	if meets(s.stale, rest) {
		return Stale
	}
	return Claimed
}

func meets(a, b evidence.Cover) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return true
		}
	}
	return false
}

// controlStates works out what is so of every claim of a control: what the team says, what evidence shows, what a
// provider offers. A claim alone is never more than claimed, and evidence of what the team says is not in place yet does
// not put it in place.
func (j *judging) controlStates(c *contexts) []claimState {
	s := j.service()
	out := make([]claimState, len(s.Controls))
	for i := range s.Controls {
		claim := &s.Controls[i]
		cat := j.library.Control(claim.Requires())
		out[i] = j.claimed(claim, cat, j.items[i], j.universe(claim, cat, c))
	}
	return out
}

func (j *judging) claimed(claim *model.Control, cat *library.Control, items []evidence.Item, universe evidence.Cover) claimState {
	st := claimState{universe: universe, says: says(claim.Progress)}
	n := j.places()
	st.evidenced, st.failing, st.stale = universe.Clone(), evidence.NewCover(n), evidence.NewCover(n)
	checks := j.checksOf(cat)
	for i := range checks {
		shown := evidence.Fold(&checks[i], n, items, j.watch, j.zone)
		if claim.Origin == model.Inherited { // only its provider can show it to work; anybody can see that it does not
			shown = evidence.Shown{Passing: shown.Passing, Failing: shown.Failing, Stale: evidence.NewCover(n), Fails: shown.Fails, Cleared: shown.Cleared}
			shown.Passing.Join(universe)
		}
		st.join(&checks[i], shown)
	}
	if claim.Origin == model.Inherited || claim.Origin == model.Shared {
		st.rest(claim, j.offered(claim, checks), evidence.NewCover(n))
	}
	if !st.failing.Empty() && !meets(st.failing, universe) {
		st.failing = universe.Clone() // it failed where it can no longer be found: nobody hides that by moving it
	}
	st.failing.Meet(universe)
	st.stale.Meet(universe)
	st.evidenced.Less(st.failing)
	st.stale.Less(st.evidenced)
	if st.says != Claimed && claim.Origin != model.Inherited {
		st.evidenced = evidence.NewCover(n)
	}
	sortUnique(&st.passes)
	sortUnique(&st.fails)
	sortUnique(&st.stales)
	sortUnique(&st.cleared)
	return st
}

func sortUnique(ids *[]ident.ID) {
	if len(*ids) > 1 {
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
	}
}

// join adds what is shown of one check: a control is evidenced where every check passes, and failing where any fails.
func (st *claimState) join(check *library.Check, shown evidence.Shown) {
	st.evidenced.Meet(shown.Passing)
	st.failing.Join(shown.Failing)
	st.stale.Join(shown.Stale)
	st.passes = append(st.passes, shown.Passes...)
	st.fails = append(st.fails, shown.Fails...)
	st.stales = append(st.stales, shown.Stales...)
	st.cleared = append(st.cleared, shown.Cleared...)
	st.cause = cmp.Or(st.cause, shown.Cause)
	st.since = earlier(st.since, shown.Since)
	st.until = earlier(st.until, shown.Until)
	if st.strength == "" || shown.Strength.Rank() < st.strength.Rank() {
		st.strength = shown.Strength
	}
	if st.lacking == "" && !st.universe.Within(shown.Passing) {
		st.lacking = check.Title
	}
}

// earlier gives the earlier of two moments; one that is not known gives way.
func earlier(a, b civil.Instant) civil.Instant {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// says reads what the team says of a control. Saying nothing is unknown.
func says(p model.Progress) State {
	switch p {
	case model.Implemented:
		return Claimed
	case model.NotStarted, model.InProgress:
		return Planned
	}
	return Unknown
}

// rest adds what the provider of an inherited or shared control offers. A shared control is no better than the worse of
// its two parts.
func (st *claimState) rest(claim *model.Control, offer offering, none evidence.Cover) {
	st.offer = offer
	if offer.state != Evidenced {
		st.evidenced = none
	}
	if offer.state == Failing {
		st.failing.Join(st.universe)
	}
	if offer.state == Stale {
		st.stale.Join(st.universe)
	}
	says := offer.state
	if says == Evidenced || says == Stale {
		says = Claimed
	}
	if claim.Origin == model.Inherited || says.Rank() < st.says.Rank() {
		st.says = says
	}
	if offer.until != 0 && (st.until == 0 || offer.until < st.until) {
		st.until = offer.until
	}
}

// universe gives where a control can be: for one on components, those of its kinds that the service answers for, or those
// that the claim names; for one on the service, the service as a whole.
func (j *judging) universe(claim *model.Control, cat *library.Control, c *contexts) evidence.Cover {
	u := evidence.NewCover(j.places())
	if claim != nil && len(claim.Components) > 0 {
		for _, id := range claim.Components {
			if i, is := j.components[id]; is {
				u.Add(i)
			}
		}
		return u
	}
	if cat == nil || cat.On == "service" || claim != nil && len(c.components) == 0 {
		u.Add(j.places() - 1) // what is claimed of a service whose parts are not drawn is claimed of the whole
		return u
	}
	for _, t := range cat.Types {
		if some, is := j.ofType[t]; is {
			u.Join(some)
		}
	}
	if len(cat.Types) == 0 {
		for _, some := range j.ofType {
			u.Join(some)
		}
	}
	return u
}

// checksOf gives how a control is shown to work: as the catalogue says, or for the team's own as the settings say.
func (j *judging) checksOf(cat *library.Control) []library.Check {
	if cat != nil {
		return cat.Checks
	}
	return []library.Check{j.library.Settings.OwnCheck}
}
