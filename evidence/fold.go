package evidence

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Item is a record as it bears on one control: the components that it speaks of, and those of them that have changed
// since.
type Item struct {
	Record  *Record
	Seen    civil.Instant // when it was observed
	Over    Cover         // the components that it speaks of
	Changed Cover         // what has changed since it was made, of which only what it speaks of counts; nil for none
	Cause   ident.Ref     // what changed, when something did
}

// Until gives how long a record holds for a use: the earlier of its own end and its observation and the freshness asked.
func Until(r *Record, fresh civil.Period, zone civil.Zone) civil.Instant {
	until := zone.After(r.Observed, fresh)
	if own := zone.Until(r.ValidUntil); own != 0 && own < until {
		return own
	}
	return until
}

// Shown is what the evidence shows of one check.
type Shown struct {
	Passing  Cover            // shown to work
	Failing  Cover            // shown not to work, and not cleared since
	Stale    Cover            // was shown to work, and nothing in date shows it now
	Strength library.Strength // the strongest that passes; empty when none does
	Until    civil.Instant    // the first moment at which Passing shrinks; 0 when nothing passes
	Since    civil.Instant    // the moment from which the component stale for longest is so; 0 when that is not known
	Passes   []ident.ID       // what passes, in order of id
	Fails    []ident.ID       // what fails, in order of id
	Cleared  []ident.ID       // what failed, and was cleared since, in order of id
	Stales   []ident.ID       // what would show what is stale, were it in date, in order of id
	Cause    ident.Ref        // what changed, when that made evidence stale
}

// Answers says whether a record is of a kind that a check takes, and is meant for it where it names one.
func Answers(r *Record, check *library.Check) bool {
	return (r.Check == "" || r.Check == check.ID) && slices.Contains(check.Kinds, r.Kind)
}

// Fold works out what records show of a check on n components, at the moment of the watch. It does not depend on the
// order of the items.
func Fold(check *library.Check, n int, items []Item, w *civil.Watch, zone civil.Zone) Shown {
	f := folding{n: n, check: check, watch: w, zone: zone, out: Shown{Passing: NewCover(n), Failing: NewCover(n), Stale: NewCover(n)}}
	for i := range items {
		f.sort(&items[i])
	}
	f.fail()
	f.pass()
	return f.out
}

type folding struct {
	n      int
	check  *library.Check
	watch  *civil.Watch
	zone   civil.Zone
	passes []*Item
	fails  []*Item
	closed map[ident.ID]civil.Instant // when an assessor last closed it
	out    Shown
}

// sort puts an item with the passes, the fails or the closures, if it was observed by now.
func (f *folding) sort(it *Item) {
	r := it.Record
	answers := Answers(r, f.check)
	closes := r.Outcome == Passed && r.Strength == library.Independent && len(r.Closes) > 0
	if !answers && !closes || r.Outcome != Passed && r.Outcome != Failed || !f.watch.Reached(it.Seen) {
		return
	}
	if closes {
		f.close(it)
	}
	switch {
	case answers && r.Outcome == Passed:
		f.passes = append(f.passes, it)
	case answers:
		f.fails = append(f.fails, it)
	}
}

func (f *folding) close(it *Item) {
	if f.closed == nil {
		f.closed = map[ident.ID]civil.Instant{}
	}
	for _, id := range it.Record.Closes {
		f.closed[id] = max(f.closed[id], it.Seen)
	}
}

// fail finds the failures that nothing has cleared.
func (f *folding) fail() {
	if len(f.fails) == 0 {
		return
	}
	strongest := newest(f.passes)
	for _, bad := range f.fails {
		// Nobody can have looked at a failure before it was observed. On the same day is enough: the closure names it.
		if f.closed[bad.Record.ID] >= bad.Seen || cleared(bad, strongest) {
			f.out.Cleared = append(f.out.Cleared, bad.Record.ID)
			continue
		}
		f.out.Failing.Join(bad.Over)
		f.out.Fails = append(f.out.Fails, bad.Record.ID)
	}
	slices.Sort(f.out.Fails)
	slices.Sort(f.out.Cleared)
}

// cleared says whether a newer pass of at least equal strength covers all that failed. At equal instants the worse counts.
func cleared(bad *Item, passes []*Item) bool {
	for _, good := range passes {
		if good.Seen <= bad.Seen {
			return false // the rest are older still
		}
		if good.Record.Strength.Rank() >= bad.Record.Strength.Rank() && bad.Over.Within(good.Over) {
			return true
		}
	}
	return false
}

// newest orders passes from the newest and leaves out those that a newer one with the same reach and no less strength
// makes needless, so that a control with thousands of results is still quick.
func newest(passes []*Item) []*Item {
	sorted := slices.Clone(passes)
	slices.SortFunc(sorted, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(b.Seen, a.Seen), cmp.Compare(b.Record.Strength.Rank(), a.Record.Strength.Rank()), cmp.Compare(a.Record.ID, b.Record.ID))
	})
	var kept []*Item
	for _, p := range sorted {
		needless := slices.ContainsFunc(kept, func(k *Item) bool {
			return k.Record.Strength.Rank() >= p.Record.Strength.Rank() && p.Over.Within(k.Over)
		})
		if !needless {
			kept = append(kept, p)
		}
	}
	return kept
}

// lasting is evidence of some components, and when it ends; 0 for evidence that a change ended, at a moment not known.
type lasting struct {
	item  *Item
	until civil.Instant
	over  Cover
}

// pass finds what passes in date, what has gone out of date, and when that next changes.
func (f *folding) pass() {
	var good, old []lasting
	for _, it := range f.passes {
		if it.Record.Strength.Rank() < f.check.Strength.Rank() {
			continue
		}
		until := Until(it.Record, f.check.Fresh, f.zone)
		if f.watch.Passed(until) {
			old = append(old, lasting{it, until, it.Over})
			continue
		}
		over := it.Over
		if !it.Changed.Empty() {
			changed := it.Over.Clone()
			changed.Meet(it.Changed)
			over = it.Over.Clone()
			over.Less(changed)
			old = append(old, lasting{it, 0, changed})
		}
		if !over.Empty() {
			good = append(good, lasting{it, until, over})
		}
	}
	f.inDate(good)
	f.outOfDate(old)
}

func (f *folding) inDate(good []lasting) {
	slices.SortFunc(good, func(a, b lasting) int { return cmp.Compare(b.until, a.until) })
	for _, g := range good {
		f.out.Passes = append(f.out.Passes, g.item.Record.ID)
		if g.item.Record.Strength.Rank() > f.out.Strength.Rank() {
			f.out.Strength = g.item.Record.Strength
		}
		if !g.over.Within(f.out.Passing) { // adds something that nothing longer-lived covers
			f.out.Passing.Join(g.over)
			f.out.Until = g.until
		}
	}
	slices.Sort(f.out.Passes)
	if f.check.Coverage == library.Any && len(good) > 0 { // one is enough for all, for as long as the longest-lived
		f.out.Passing, f.out.Until = Full(f.n), good[0].until
	}
}

// outOfDate goes from what changed and what ended last to what ended first, so that the moment kept at the end is that
// from which the component stale for longest is so. Evidence whose components all pass by other evidence says nothing.
func (f *folding) outOfDate(old []lasting) {
	slices.SortFunc(old, func(a, b lasting) int {
		if a.until == 0 || b.until == 0 {
			return cmp.Compare(a.until, b.until)
		}
		return cmp.Compare(b.until, a.until)
	})
	known := f.out.Passing.Clone()
	for _, o := range old {
		if o.over.Within(f.out.Passing) {
			continue
		}
		f.out.Stales = append(f.out.Stales, o.item.Record.ID)
		if o.until == 0 {
			f.out.Cause = later(f.out.Cause, o.item.Cause)
		}
		if !o.over.Within(known) {
			known.Join(o.over)
			f.out.Since = o.until
		}
	}
	slices.Sort(f.out.Stales)
	f.out.Stale.Join(known)
	f.out.Stale.Less(f.out.Passing)
}

// later picks one of two causes, the same whichever comes first.
func later(a, b ident.Ref) ident.Ref {
	if a.Compare(b) >= 0 {
		return a
	}
	return b
}
