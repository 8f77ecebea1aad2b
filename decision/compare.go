package decision

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
)

// Fact is how a field is now. A fact with no value is known to be nothing where it is a set, and not known where it is
// not. Since is the moment at which it came to be so, where that is known: when a wording was changed, or evidence went
// out of date.
type Fact struct {
	Path  string
	Value Value
	Since civil.Instant
}

// Facts are how things are now, by path.
type Facts []Fact

// Find gives the fact at a path.
func (f Facts) Find(path string) (Fact, bool) {
	for _, fact := range f {
		if fact.Path == path {
			return fact, true
		}
	}
	return Fact{}, false
}

// effect is what one field does to a decision, from nothing to the worst.
type effect int

const (
	keeps effect = iota
	reaffirms
	suspends
	ends
)

// The values of a fact that is a condition.
const (
	CondGood    = "good"    // as relied on, or better
	CondClaimed = "claimed" // there, not shown to work
	CondStale   = "stale"   // shown to work once; the evidence is out of date
	CondBad     = "bad"     // failing, or not there
	CondGone    = "gone"    // no longer in the service file
	CondDone    = "done"    // a promise kept
)

// compare says what a bound field, as recorded and as it is now, does to the decision. Known says whether there is such a
// fact at all: a set of which nothing is known has not become smaller.
func compare(spec Spec, recorded, now Value, known bool) effect {
	switch spec.Cmp {
	case Exact:
		return endsUnless(equal(recorded, now))
	case NotWorse:
		return endsUnless(notWorse(spec.Scale, recorded, now))
	case Subset:
		return endsUnless(subset(now, recorded) && (known || len(recorded) == 0))
	case Has:
		return endsUnless(subset(recorded, now))
	case Wording:
		if equal(recorded, now) {
			return keeps
		}
		return reaffirms
	case Condition:
		return condition(one(recorded), one(now))
	}
	return ends
}

func endsUnless(good bool) effect {
	if good {
		return keeps
	}
	return ends
}

// equal compares as sets: order means nothing.
func equal(a, b Value) bool { return subset(a, b) && subset(b, a) }

func subset(a, b Value) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}

// notWorse compares on a scale. What was known and is not now is worse; what was not known cannot become worse.
func notWorse(scale Scale, recorded, now Value) bool {
	was, is := scale.rank(one(recorded)), scale.rank(one(now))
	switch {
	case was == 0:
		return is <= 1 // what nobody knew then may turn out to be the best, and nothing else, without a new decision
	case is == 0:
		return false
	}
	return is <= was
}

// condition compares the state of something relied on. What is as it was recorded is not worse, and a control that was
// only claimed when it was relied on, or whose evidence was out of date then already, may be either still; one that was
// evidenced has lost its evidence.
func condition(was, is string) effect {
	if was == is {
		return keeps
	}
	if was == "" {
		was = CondClaimed // whoever relies on something says at least that it is there
	}
	switch {
	case trouble(is) <= trouble(was):
		return keeps
	case trouble(is) == 1:
		return suspends
	}
	return ends
}

// trouble orders the states of a condition. What is not known is not relied on: it is as bad as failing.
func trouble(state string) int {
	switch state {
	case CondGood, CondDone:
		return 0
	case CondClaimed, CondStale:
		return 1
	case CondGone:
		return 3
	}
	return 2
}

func one(v Value) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

// Show writes a value for a person.
func Show(v Value) string {
	if len(v) == 0 {
		return "not known"
	}
	sorted := slices.Clone(v)
	slices.Sort(sorted)
	return strings.Join(sorted, ", ")
}
