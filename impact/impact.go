// Package impact changes an input, judges again and compares: what if a control were lost, what is different between two
// revisions, what to do next and what each thing would gain.
//
// It promises that what it calls worse is a change of a judged state for the worse, item by item, with the reasons of the
// state that follows; that what is new and bad, or gone and was good, is never passed over; and that every gain was judged
// and not guessed. It records nothing and is pure: it never reads a clock, a file or the network.
package impact

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Version is the form of a difference.
const Version = "diff/v1"

// Way says which way something changed.
type Way string

// The ways.
const (
	Worse   Way = "worse"
	Better  Way = "better"
	New     Way = "new"
	Gone    Way = "gone"
	Changed Way = "changed" // neither better nor worse
)

func (w Way) rank() int { return slices.Index([]Way{Worse, Better, New, Gone, Changed}, w) }

// Delta is one thing that differs.
type Delta struct {
	ID      ident.Ref      `json:"id"`
	Title   string         `json:"title"`
	What    string         `json:"what"` // such as state, standing or residual-evidenced
	Was     string         `json:"was"`  // empty for what is new
	Now     string         `json:"now"`  // empty for what is gone
	Way     Way            `json:"way"`
	Reasons []judge.Reason `json:"reasons"` // of how it is now
}

// Counted is how many of something there were and are.
type Counted struct {
	Measure library.Measure `json:"measure"`
	Was     int             `json:"was"`
	Now     int             `json:"now"`
}

// Difference is what differs between two judgements of one service. Deltas are in order of way, the worse first, then of
// reference.
type Difference struct {
	Service ident.ID  `json:"service"`
	Way     Way       `json:"way"` // new or gone for a whole service; otherwise worse if anything is, or better, or changed, or empty
	Deltas  []Delta   `json:"deltas"`
	Counts  []Counted `json:"counts"` // those that differ
}

// Worse gives what is worse.
func (d *Difference) Worse() []Delta {
	n := slices.IndexFunc(d.Deltas, func(x Delta) bool { return x.Way != Worse })
	if n < 0 {
		return d.Deltas
	}
	return d.Deltas[:n]
}

// Due gives the activities that have become due or overdue.
func (d *Difference) Due() (out []Delta) {
	for i := range d.Deltas {
		if x := &d.Deltas[i]; x.ID.Kind == ident.KindActivity && x.Way == Worse {
			out = append(out, *x)
		}
	}
	return out
}

// Lapsed gives the decisions that no longer hold.
func (d *Difference) Lapsed() (out []Delta) {
	for i := range d.Deltas {
		if x := &d.Deltas[i]; x.ID.Kind == ident.KindDecision && x.Way == Worse {
			out = append(out, *x)
		}
	}
	return out
}

// Compare says what differs between two judgements of a service. Either may be nil: the service is new, or gone.
func Compare(before, after *judge.Judgement) *Difference {
	c := &comparing{out: &Difference{Deltas: []Delta{}, Counts: []Counted{}}}
	switch {
	case before == nil:
		c.out.Service, before = after.Service, &judge.Judgement{}
	case after == nil:
		c.out.Service, after = before.Service, &judge.Judgement{}
	default:
		c.out.Service = after.Service
	}
	c.context(&before.Context, &after.Context)
	c.judged(before, after)
	c.checked(before, after)
	c.counts(before.Measures, after.Measures)
	slices.SortStableFunc(c.out.Deltas, func(a, b Delta) int {
		return cmp.Or(cmp.Compare(a.Way.rank(), b.Way.rank()), a.ID.Compare(b.ID), cmp.Compare(a.What, b.What))
	})
	c.out.Way = c.way(before, after)
	return c.out
}

func (c *comparing) way(before, after *judge.Judgement) Way {
	switch {
	case before.Service == "":
		return New
	case after.Service == "":
		return Gone
	case len(c.out.Deltas) == 0:
		return ""
	case c.out.Deltas[0].Way == Worse || c.out.Deltas[0].Way == Better:
		return c.out.Deltas[0].Way
	}
	return Changed
}

// comparing gathers what differs.
type comparing struct{ out *Difference }

func (c *comparing) add(d Delta) {
	if d.Reasons == nil {
		d.Reasons = []judge.Reason{}
	}
	c.out.Deltas = append(c.out.Deltas, d)
}

// counts notes what is counted differently.
func (c *comparing) counts(before, after []judge.Measured) {
	was := map[library.Measure]int{}
	for _, m := range before {
		was[m.Measure] = m.N
	}
	now := map[library.Measure]int{}
	for _, m := range after {
		now[m.Measure] = m.N
	}
	for _, w := range library.Measure("").Words() {
		if m := library.Measure(w.Name); was[m] != now[m] {
			c.out.Counts = append(c.out.Counts, Counted{m, was[m], now[m]})
		}
	}
}

// thing is an item of a judgement as far as it is compared: a rank from the worst, 0, up; whether its state is bad in
// itself, so that a new one is worse; and whether it is good, so that it is missed when it is gone.
type thing struct {
	id        ident.Ref
	title     string
	state     string
	rank      int
	bad, good bool
	reasons   []judge.Reason
}

// items compares two lists of things of one kind.
func (c *comparing) items(what string, before, after []thing) {
	old := make(map[ident.Ref]*thing, len(before))
	for i := range before {
		old[before[i].id] = &before[i]
	}
	for i := range after {
		now := &after[i]
		was, is := old[now.id]
		delete(old, now.id)
		switch {
		case !is && now.bad:
			c.add(Delta{now.id, now.title, what, "", now.state, Worse, now.reasons})
		case !is:
			c.add(Delta{now.id, now.title, what, "", now.state, New, now.reasons})
		case was.state != now.state:
			c.add(Delta{now.id, now.title, what, was.state, now.state, way(was.rank, now.rank), now.reasons})
		}
	}
	for i := range before {
		if was := &before[i]; old[was.id] != nil {
			gone := Gone
			if was.good {
				gone = Worse
			}
			c.add(Delta{ID: was.id, Title: was.title, What: what, Was: was.state, Way: gone})
		}
	}
}

// both compares only what is in both lists: that something is new or gone is told of it once, by another aspect.
func (c *comparing) both(what string, before, after []thing) {
	in := func(list []thing) func(thing) bool {
		ids := map[ident.Ref]bool{}
		for i := range list {
			ids[list[i].id] = true
		}
		return func(t thing) bool { return !ids[t.id] }
	}
	gone, fresh := in(after), in(before)
	c.items(what, slices.DeleteFunc(before, gone), slices.DeleteFunc(after, fresh))
}

func way(was, now int) Way {
	switch {
	case now < was:
		return Worse
	case now > was:
		return Better
	}
	return Changed
}

func num(n int) string { return strconv.Itoa(n) }
