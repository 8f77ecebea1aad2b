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
	Changed Cover         // those of them that have changed since it was made; nil for none
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
	Stale    Cover            // was shown to work; out of date
	Strength library.Strength // the strongest that passes; empty when none does
	Until    civil.Instant    // the first moment at which Passing shrinks; 0 for never
	Since    civil.Instant    // the moment at which the last stale evidence went out of date; 0 when that is not known
	Passes   []ident.ID       // what passes, in order of id
	Fails    []ident.ID       // what fails, in order of id
	Stales   []ident.ID       // what is out of date, in order of id
	Cause    ident.Ref        // what changed, when that made evidence stale
}

// Fold works out what records show of a check on n components, at the moment of the watch. It does not depend on the
// order of the items.
func Fold(check *library.Check, n int, items []Item, w *civil.Watch, zone civil.Zone) Shown {
	f := folding{check: check, watch: w, zone: zone, out: Shown{Passing: NewCover(n), Failing: NewCover(n), Stale: NewCover(n)}}
	for i := range items {
		f.sort(&items[i])
	}
	f.fail()
	f.pass()
	if check.Coverage == library.Any && !f.out.Passing.Empty() {
		f.out.Passing = Full(n)
	}
	f.out.Stale.Less(f.out.Passing)
	return f.out
}

type folding struct {
	check  *library.Check
	watch  *civil.Watch
	zone   civil.Zone
	passes []*Item
	fails  []*Item
	closed map[ident.ID]bool
	out    Shown
}

// sort puts an item with the passes or the fails, if it bears on the check and was observed by now.
func (f *folding) sort(it *Item) {
	r := it.Record
	for _, id := range r.Closes {
		if r.Outcome == Passed && f.watch.Reached(it.Seen) {
			if f.closed == nil {
				f.closed = map[ident.ID]bool{}
			}
			f.closed[id] = true
		}
	}
	if r.Check != "" && r.Check != f.check.ID || !slices.Contains(f.check.Kinds, r.Kind) {
		return
	}
	switch r.Outcome {
	case Passed:
		if f.watch.Reached(it.Seen) {
			f.passes = append(f.passes, it)
		}
	case Failed:
		if f.watch.Reached(it.Seen) {
			f.fails = append(f.fails, it)
		}
	}
}

// fail finds the failures that nothing has cleared.
func (f *folding) fail() {
	if len(f.fails) == 0 {
		return
	}
	strongest := newest(f.passes)
	for _, bad := range f.fails {
		if f.closed[bad.Record.ID] || cleared(bad, strongest) {
			continue
		}
		f.out.Failing.Join(bad.Over)
		f.out.Fails = append(f.out.Fails, bad.Record.ID)
	}
	slices.Sort(f.out.Fails)
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

// pass finds what passes in date, what has gone out of date, and when that next changes.
func (f *folding) pass() {
	type lasting struct {
		item  *Item
		until civil.Instant
		over  Cover
	}
	var good []lasting
	for _, it := range f.passes {
		if it.Record.Strength.Rank() < f.check.Strength.Rank() {
			continue
		}
		until := Until(it.Record, f.check.Fresh, f.zone)
		if f.watch.Passed(until) {
			f.stale(it, it.Over, max(f.out.Since, until))
			continue
		}
		over := it.Over
		if it.Changed != nil {
			over = it.Over.Clone()
			over.Less(it.Changed)
			f.stale(it, it.Changed, f.out.Since)
			f.out.Cause = later(f.out.Cause, it.Cause)
		}
		if !over.Empty() {
			good = append(good, lasting{it, until, over})
		}
	}
	slices.SortFunc(good, func(a, b lasting) int {
		return cmp.Or(cmp.Compare(b.until, a.until), cmp.Compare(a.item.Record.ID, b.item.Record.ID))
	})
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
	slices.Sort(f.out.Stales)
}

func (f *folding) stale(it *Item, over Cover, since civil.Instant) {
	f.out.Stale.Join(over)
	f.out.Since = since
	f.out.Stales = append(f.out.Stales, it.Record.ID)
}

// later picks one of two causes, the same whichever comes first.
func later(a, b ident.Ref) ident.Ref {
	if a.Compare(b) >= 0 {
		return a
	}
	return b
}
