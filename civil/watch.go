package civil

// Watch holds the moment of judgement and records what it is compared with.
//
// A judgement depends on time only through comparisons, and every comparison it makes with a moment after its own would
// turn out otherwise at that moment. So if each goes through one Watch, the judgement cannot change before Next: to find
// when it does, judge again at Next, and again at the Next of that, until the result differs. That holds only if no
// comparison escapes the record, and so the moment itself cannot be read.
//
// Only the earliest moment is kept, whatever the number of comparisons. A Watch is not safe for concurrent use.
type Watch struct{ at, next Instant }

// NewWatch makes a Watch at the moment of judgement, with nothing recorded.
func NewWatch(at Instant) *Watch { return &Watch{at: at} }

// Reached says whether t has come. One that is not known never comes and is not recorded.
func (w *Watch) Reached(t Instant) bool {
	if t == 0 {
		return false
	}
	if t <= w.at {
		return true
	}
	if w.next == 0 || t < w.next {
		w.next = t
	}
	return false
}

// Passed says whether the half-open interval that ends at until is over. An end that is not known never passes.
func (w *Watch) Passed(until Instant) bool { return w.Reached(until) }

// Within says whether the moment lies in the half-open interval [from, until). A zero from is "always has been", a zero
// until is "without end".
func (w *Watch) Within(from, until Instant) bool {
	begun := from == 0 || w.Reached(from)
	over := w.Reached(until) // asked in any case, so that both bounds are recorded
	return begun && !over
}

// Next gives the earliest recorded moment after the moment of judgement; 0 when there is none. At every moment before it
// the same comparisons give the same results.
func (w *Watch) Next() Instant { return w.next }
