package evidence_test

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

var london = must(civil.LoadZone("Europe/London"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func instant(s string) civil.Instant { return must(civil.ParseInstant(s)) }
func moment(s string) civil.Moment   { return must(civil.ParseMoment(s)) }

func cover(n int, members ...int) evidence.Cover {
	c := evidence.NewCover(n)
	for _, m := range members {
		c.Add(m)
	}
	return c
}

func members(c evidence.Cover, n int) (in []int) {
	for i := range n {
		if c.Has(i) {
			in = append(in, i)
		}
	}
	return in
}

// restore is the check of all these tests: tested, on each component, good for 30 days.
func restore() library.Check {
	return library.Check{ID: "restore", Kinds: []library.EvidenceKind{library.TestResult, library.Review}, Strength: library.Tested, Coverage: library.Each, Fresh: civil.Period{Days: 30}}
}

// item makes evidence on three components; the members are those that it speaks of.
func item(id string, outcome evidence.Outcome, observed string, over ...int) evidence.Item {
	r := &evidence.Record{ID: ident.ID(id), Kind: library.TestResult, Strength: library.Tested, Outcome: outcome, Observed: moment(observed)}
	return evidence.Item{Record: r, Seen: london.From(r.Observed), Over: cover(3, over...)}
}

func with(it evidence.Item, change func(*evidence.Item)) evidence.Item {
	r := *it.Record
	it.Record = &r
	change(&it)
	return it
}

func TestFold(t *testing.T) {
	pass := func(id, on string, over ...int) evidence.Item { return item(id, evidence.Passed, on, over...) }
	fail := func(id, on string, over ...int) evidence.Item { return item(id, evidence.Failed, on, over...) }
	strength := func(it evidence.Item, s library.Strength) evidence.Item {
		return with(it, func(it *evidence.Item) { it.Record.Strength = s })
	}
	closing := func(it evidence.Item, ids ...ident.ID) evidence.Item {
		return with(it, func(it *evidence.Item) {
			it.Record.Closes, it.Record.Strength, it.Record.Kind = ids, library.Independent, library.Document
		})
	}
	until := func(it evidence.Item, end string) evidence.Item {
		return with(it, func(it *evidence.Item) { it.Record.ValidUntil = moment(end) })
	}
	changed := func(it evidence.Item, over ...int) evidence.Item {
		return with(it, func(it *evidence.Item) {
			it.Changed = cover(3, over...)
			it.Cause = ident.Claim("architecture", "components", "api")
		})
	}
	kind := func(it evidence.Item, k library.EvidenceKind) evidence.Item {
		return with(it, func(it *evidence.Item) { it.Record.Kind = k })
	}
	answers := func(it evidence.Item, check ident.ID) evidence.Item {
		return with(it, func(it *evidence.Item) { it.Record.Check = check })
	}
	for _, c := range []struct {
		what                    string
		at                      string
		items                   []evidence.Item
		passing, failing, stale []int
		until, since, next      string
	}{
		{"nothing", "2026-03-10T12:00:00Z", nil, nil, nil, nil, "", "", ""},
		{"a pass, by day, holds through the last day", "2026-03-31T22:59:59Z", []evidence.Item{pass("a", "2026-03-01", 0, 1)}, []int{0, 1}, nil, nil, "2026-03-31T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"and not a second longer", "2026-03-31T23:00:00Z", []evidence.Item{pass("a", "2026-03-01", 0, 1)}, nil, nil, []int{0, 1}, "", "2026-03-31T23:00:00Z", ""},
		{"a pass, by instant, holds to the same time", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-01T10:00:00Z", 0)}, []int{0}, nil, nil, "2026-03-31T09:00:00Z", "", "2026-03-31T09:00:00Z"},
		{"its own end, when that is earlier, through the day", "2026-03-05T23:59:59Z", []evidence.Item{until(pass("a", "2026-03-01", 0), "2026-03-05")}, []int{0}, nil, nil, "2026-03-06T00:00:00Z", "", "2026-03-06T00:00:00Z"},
		{"its own end, passed", "2026-03-06T00:00:00Z", []evidence.Item{until(pass("a", "2026-03-01", 0), "2026-03-05")}, nil, nil, []int{0}, "", "2026-03-06T00:00:00Z", ""},
		{"a later end of its own does not make it fresher", "2026-04-10T00:00:00Z", []evidence.Item{until(pass("a", "2026-03-01", 0), "2027-03-05")}, nil, nil, []int{0}, "", "2026-03-31T23:00:00Z", ""},
		{"not yet observed", "2026-02-28T12:00:00Z", []evidence.Item{pass("a", "2026-03-01", 0)}, nil, nil, nil, "", "", "2026-03-01T00:00:00Z"},
		{"a failure not yet observed", "2026-02-28T12:00:00Z", []evidence.Item{fail("a", "2026-03-01", 0)}, nil, nil, nil, "", "", "2026-03-01T00:00:00Z"},
		{"too weak", "2026-03-10T12:00:00Z", []evidence.Item{strength(pass("a", "2026-03-01", 0), library.Documented)}, nil, nil, nil, "", "", ""},
		{"another kind", "2026-03-10T12:00:00Z", []evidence.Item{kind(pass("a", "2026-03-01", 0), library.Document), kind(fail("b", "2026-03-01", 0), library.Scan)}, nil, nil, nil, "", "", ""},
		{"another check", "2026-03-10T12:00:00Z", []evidence.Item{answers(pass("a", "2026-03-01", 0), "other"), answers(fail("b", "2026-03-01", 1), "other")}, nil, nil, nil, "", "", ""},
		{"the check by name", "2026-03-10T12:00:00Z", []evidence.Item{answers(pass("a", "2026-03-01", 0), "restore")}, []int{0}, nil, nil, "2026-03-31T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"a union; until is where it first shrinks", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-01", 0, 1), pass("b", "2026-03-05", 1, 2)}, []int{0, 1, 2}, nil, nil, "2026-03-31T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"covered by something longer-lived: no shrinking", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-01", 0), pass("b", "2026-03-05", 0)}, []int{0}, nil, nil, "2026-04-04T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"only what changed is stale", "2026-03-10T12:00:00Z", []evidence.Item{changed(pass("a", "2026-03-01", 0, 1), 1)}, []int{0}, nil, []int{1}, "2026-03-31T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"what changed and it does not speak of is nothing", "2026-03-10T12:00:00Z", []evidence.Item{changed(pass("a", "2026-03-01", 0), 2)}, []int{0}, nil, nil, "2026-03-31T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"changed, and passed again", "2026-03-10T12:00:00Z", []evidence.Item{changed(pass("a", "2026-03-01", 0), 0), pass("b", "2026-03-02", 0)}, []int{0}, nil, nil, "2026-04-01T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"since the first of two went out of date", "2026-06-01T12:00:00Z", []evidence.Item{pass("a", "2026-03-01", 0), pass("b", "2026-04-01", 1)}, nil, nil, []int{0, 1}, "", "2026-03-31T23:00:00Z", ""},
		{"since the last of two on one went out of date", "2026-06-01T12:00:00Z", []evidence.Item{pass("a", "2026-03-01", 0), pass("b", "2026-04-01", 0)}, nil, nil, []int{0}, "", "2026-05-01T23:00:00Z", ""},
		{"a failure", "2026-03-10T12:00:00Z", []evidence.Item{fail("a", "2026-03-01", 0)}, nil, []int{0}, nil, "", "", ""},
		{"a failure does not go out of date", "2029-03-10T12:00:00Z", []evidence.Item{fail("a", "2026-03-01", 0)}, nil, []int{0}, nil, "", "", ""},
		{"a weak failure counts", "2026-03-10T12:00:00Z", []evidence.Item{strength(fail("a", "2026-03-01", 0), library.Documented)}, nil, []int{0}, nil, "", "", ""},
		{"an older pass does not clear it", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-01", 0), fail("b", "2026-03-02", 0)}, []int{0}, []int{0}, nil, "2026-03-31T23:00:00Z", "", "2026-03-31T23:00:00Z"},
		{"at equal instants the worse", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-02", 0), fail("b", "2026-03-02", 0)}, []int{0}, []int{0}, nil, "2026-04-01T23:00:00Z", "", "2026-04-01T23:00:00Z"},
		{"a newer pass clears it", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-03", 0), fail("b", "2026-03-02", 0)}, []int{0}, nil, nil, "2026-04-02T23:00:00Z", "", "2026-04-02T23:00:00Z"},
		{"a newer pass of a part does not", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-03", 0), fail("b", "2026-03-02", 0, 1)}, []int{0}, []int{0, 1}, nil, "2026-04-02T23:00:00Z", "", "2026-04-02T23:00:00Z"},
		{"a newer, weaker pass does not", "2026-03-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-03", 0), strength(fail("b", "2026-03-02", 0), library.Independent)}, []int{0}, []int{0}, nil, "2026-04-02T23:00:00Z", "", "2026-04-02T23:00:00Z"},
		{"a newer, stronger, wider pass does", "2026-03-10T12:00:00Z", []evidence.Item{strength(pass("a", "2026-03-03", 0, 1, 2), library.Independent), fail("b", "2026-03-02", 0, 1)}, []int{0, 1, 2}, nil, nil, "2026-04-02T23:00:00Z", "", "2026-04-02T23:00:00Z"},
		{"the newest pass does not hide the strong one that clears", "2026-03-10T12:00:00Z", []evidence.Item{strength(pass("a", "2026-03-03", 0), library.Independent), pass("c", "2026-03-04", 0), strength(fail("b", "2026-03-02", 0), library.Independent)}, []int{0}, nil, nil, "2026-04-03T23:00:00Z", "", "2026-04-02T23:00:00Z"},
		{"what cleared it may go out of date", "2026-06-10T12:00:00Z", []evidence.Item{pass("a", "2026-03-03", 0), fail("b", "2026-03-02", 0)}, nil, nil, []int{0}, "", "2026-04-02T23:00:00Z", ""},
		{"a pass of another check does not", "2026-03-10T12:00:00Z", []evidence.Item{answers(pass("a", "2026-03-03", 0), "other"), fail("b", "2026-03-02", 0)}, nil, []int{0}, nil, "", "", ""},
		{"an assessor's closure does, whatever its kind", "2026-03-10T12:00:00Z", []evidence.Item{closing(pass("a", "2026-03-02"), "b"), fail("b", "2026-03-02", 0)}, nil, nil, nil, "", "", ""},
		{"a closure of another does not", "2026-03-10T12:00:00Z", []evidence.Item{closing(pass("a", "2026-03-02"), "c"), fail("b", "2026-03-02", 0)}, nil, []int{0}, nil, "", "", ""},
		{"a closure by the team does not", "2026-03-10T12:00:00Z", []evidence.Item{strength(closing(pass("a", "2026-03-02"), "b"), library.Tested), fail("b", "2026-03-02", 0)}, nil, []int{0}, nil, "", "", ""},
		{"a closure that came to nothing does not", "2026-03-10T12:00:00Z", []evidence.Item{closing(item("a", evidence.NeedsReview, "2026-03-02"), "b"), fail("b", "2026-03-02", 0)}, nil, []int{0}, nil, "", "", ""},
		{"a closure before the failure does not", "2026-03-10T12:00:00Z", []evidence.Item{closing(pass("a", "2026-03-01"), "b"), fail("b", "2026-03-02", 0)}, nil, []int{0}, nil, "", "", ""},
		{"the later of two closures counts", "2026-03-10T12:00:00Z", []evidence.Item{closing(pass("a", "2026-03-03"), "b"), closing(pass("c", "2026-03-01"), "b"), fail("b", "2026-03-02", 0)}, nil, nil, nil, "", "", ""},
		{"a closure to come does not yet", "2026-03-10T12:00:00Z", []evidence.Item{closing(pass("a", "2026-03-11"), "b"), fail("b", "2026-03-02", 0)}, nil, []int{0}, nil, "", "", "2026-03-11T00:00:00Z"},
		{"what came to nothing says nothing", "2026-03-10T12:00:00Z", []evidence.Item{item("a", evidence.NotRun, "2026-03-02", 0), item("b", evidence.Unknown, "2026-03-12", 0), item("c", evidence.NotApplicable, "2026-03-02", 0)}, nil, nil, nil, "", "", ""},
	} {
		check, w := restore(), civil.NewWatch(instant(c.at))
		got := evidence.Fold(&check, 3, c.items, w, london)
		if p, f, s := members(got.Passing, 3), members(got.Failing, 3), members(got.Stale, 3); !slices.Equal(p, c.passing) || !slices.Equal(f, c.failing) || !slices.Equal(s, c.stale) {
			t.Errorf("%s: passing %v, failing %v, stale %v; want %v, %v, %v", c.what, p, f, s, c.passing, c.failing, c.stale)
		}
		if got.Until.String() != c.until || got.Since.String() != c.since || w.Next().String() != c.next {
			t.Errorf("%s: until %q, since %q, next %q; want %q, %q, %q", c.what, got.Until, got.Since, w.Next(), c.until, c.since, c.next)
		}
	}
}

func TestFoldNames(t *testing.T) {
	api, web := ident.Claim("architecture", "components", "api"), ident.Claim("architecture", "components", "web")
	change := func(it evidence.Item, cause ident.Ref) evidence.Item {
		it.Changed, it.Cause = cover(3, 1), cause
		return it
	}
	items := []evidence.Item{
		item("p2", evidence.Passed, "2026-03-01", 0), item("p1", evidence.Passed, "2026-03-02", 0), item("f1", evidence.Failed, "2026-03-03", 2), item("aged", evidence.Passed, "2026-01-01", 2),
		item("older", evidence.Passed, "2026-01-01", 0), change(item("c1", evidence.Passed, "2026-03-01", 1), api), change(item("c2", evidence.Passed, "2026-03-01", 1), web),
		with(item("p0", evidence.Passed, "2026-03-01", 0), func(it *evidence.Item) { it.Record.Strength = library.Independent }),
	}
	check := restore()
	got := evidence.Fold(&check, 3, items, civil.NewWatch(instant("2026-03-10T12:00:00Z")), london)
	if want := []ident.ID{"p0", "p1", "p2"}; !slices.Equal(got.Passes, want) || got.Strength != library.Independent {
		t.Errorf("passes %v, strength %s", got.Passes, got.Strength)
	}
	if want := []ident.ID{"f1"}; !slices.Equal(got.Fails, want) {
		t.Errorf("fails %v", got.Fails)
	}
	if want := []ident.ID{"aged", "c1", "c2"}; !slices.Equal(got.Stales, want) || got.Cause != web {
		t.Errorf("stale are %v because of %s; older is not one of them, since its component passes", got.Stales, got.Cause)
	}
}

func TestFoldAny(t *testing.T) {
	check := restore()
	check.Coverage = library.Any
	items := []evidence.Item{item("a", evidence.Passed, "2026-03-01", 0), item("b", evidence.Passed, "2026-03-05", 1), item("c", evidence.Passed, "2026-01-05", 2)}
	got := evidence.Fold(&check, 3, items, civil.NewWatch(instant("2026-03-10T12:00:00Z")), london)
	if got.Passing.Count() != 3 || !got.Stale.Empty() || got.Until != instant("2026-04-04T23:00:00Z") {
		t.Errorf("passing %d, stale %d, until %s: one is enough for all, for as long as the longest-lived", got.Passing.Count(), got.Stale.Count(), got.Until)
	}
	got = evidence.Fold(&check, 3, items, civil.NewWatch(instant("2026-05-10T12:00:00Z")), london)
	if !got.Passing.Empty() || got.Stale.Count() != 3 || got.Until != 0 {
		t.Errorf("passing %d, stale %d, until %s: none is in date", got.Passing.Count(), got.Stale.Count(), got.Until)
	}
}

const places = 4

// items draws evidence within a hundred days, dense enough that instants coincide and things clear each other.
func items(t *rapid.T) []evidence.Item {
	return rapid.Custom(func(t *rapid.T) []evidence.Item {
		n := rapid.IntRange(0, 9).Draw(t, "n")
		out := make([]evidence.Item, n)
		for i := range out {
			out[i] = drawItem(t, ident.ID("e"+strconv.Itoa(i)))
		}
		return out
	}).Draw(t, "items")
}

func drawItem(t *rapid.T, id ident.ID) evidence.Item {
	r := &evidence.Record{
		ID:       id,
		Kind:     rapid.SampledFrom([]library.EvidenceKind{library.TestResult, library.TestResult, library.Review, library.Scan}).Draw(t, "kind"),
		Check:    rapid.SampledFrom([]ident.ID{"", "", "restore", "other"}).Draw(t, "check"),
		Strength: rapid.SampledFrom([]library.Strength{library.Documented, library.Tested, library.Independent}).Draw(t, "strength"),
		Outcome:  rapid.SampledFrom([]evidence.Outcome{evidence.Passed, evidence.Passed, evidence.Passed, evidence.Failed, evidence.Failed, evidence.NeedsReview}).Draw(t, "outcome"),
		Observed: drawMoment(t, "observed"),
	}
	if rapid.IntRange(0, 3).Draw(t, "ends") == 0 {
		r.ValidUntil = drawMoment(t, "valid until")
	}
	if rapid.IntRange(0, 3).Draw(t, "closes") == 0 {
		r.Closes = []ident.ID{ident.ID("e" + strconv.Itoa(rapid.IntRange(0, 9).Draw(t, "closed")))}
	}
	it := evidence.Item{Record: r, Seen: london.From(r.Observed), Over: drawCover(t, "over")}
	if rapid.IntRange(0, 3).Draw(t, "changes") == 0 {
		it.Changed = drawCover(t, "changed")
		it.Cause = ident.To(ident.KindControl, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "cause"))
	}
	return it
}

func drawCover(t *rapid.T, name string) evidence.Cover {
	c := evidence.NewCover(places)
	for i, in := range rapid.SliceOfN(rapid.Bool(), places, places).Draw(t, name) {
		if in {
			c.Add(i)
		}
	}
	return c
}

// days is how many days there are to draw from after the first.
const days = 100

func day(n int) civil.Date {
	return civil.Date{Year: 2026, Month: 3, Day: 1}.Add(civil.Period{Days: n})
}

func drawDay(t *rapid.T, name string) civil.Date {
	return day(rapid.IntRange(0, days).Draw(t, name))
}

func drawMoment(t *rapid.T, name string) civil.Moment {
	day := drawDay(t, name)
	if rapid.Bool().Draw(t, "by day") {
		return civil.MomentOn(day)
	}
	return civil.MomentOf(london.Start(day) + civil.Instant(rapid.IntRange(0, 2).Draw(t, "hour")*3600))
}

func drawCheck(t *rapid.T) *library.Check {
	c := restore()
	c.Coverage = rapid.SampledFrom([]library.Coverage{library.Each, library.Each, library.Any}).Draw(t, "coverage")
	c.Strength = rapid.SampledFrom([]library.Strength{library.Documented, library.Tested, library.Independent}).Draw(t, "least strength")
	c.Fresh.Days = rapid.IntRange(1, 60).Draw(t, "fresh")
	return &c
}

func fold(check *library.Check, items []evidence.Item, at civil.Instant) (evidence.Shown, civil.Instant) {
	w := civil.NewWatch(at)
	return evidence.Fold(check, places, items, w, london), w.Next()
}

// plain says the rules once more, component by component and as slowly as they read.
func plain(check *library.Check, items []evidence.Item, at civil.Instant) (s evidence.Shown) {
	s = evidence.Shown{Passing: evidence.NewCover(places), Failing: evidence.NewCover(places), Stale: evidence.NewCover(places)}
	answers := func(it evidence.Item, o evidence.Outcome) bool {
		r := it.Record
		return r.Outcome == o && it.Seen <= at && (r.Check == "" || r.Check == check.ID) && slices.Contains(check.Kinds, r.Kind)
	}
	shows := func(it evidence.Item, c int) bool {
		return answers(it, evidence.Passed) && it.Over.Has(c) && it.Record.Strength.Rank() >= check.Strength.Rank()
	}
	end := func(it evidence.Item) civil.Instant { return evidence.Until(it.Record, check.Fresh, london) }
	changed := func(it evidence.Item, c int) bool { return it.Changed != nil && it.Changed.Has(c) }
	for _, bad := range items {
		cleared := !answers(bad, evidence.Failed)
		for _, good := range items {
			r := good.Record
			cleared = cleared || answers(good, evidence.Passed) && good.Seen > bad.Seen && r.Strength.Rank() >= bad.Record.Strength.Rank() && bad.Over.Within(good.Over)
			cleared = cleared || r.Outcome == evidence.Passed && good.Seen <= at && good.Seen >= bad.Seen && r.Strength == library.Independent && slices.Contains(r.Closes, bad.Record.ID)
		}
		if !cleared {
			s.Failing.Join(bad.Over)
		}
	}
	var longest [places]civil.Instant // per component, the last end of what passes in date
	for c := range places {
		for _, it := range items {
			if shows(it, c) && end(it) > at && !changed(it, c) {
				s.Passing.Add(c)
				longest[c] = max(longest[c], end(it))
			}
		}
	}
	for c := range places {
		switch {
		case check.Coverage == library.Any:
			s.Until = max(s.Until, longest[c])
		case longest[c] != 0 && (s.Until == 0 || longest[c] < s.Until):
			s.Until = longest[c]
		}
	}
	if check.Coverage == library.Any && !s.Passing.Empty() {
		s.Passing = evidence.Full(places)
	}
	for c := range places {
		if s.Passing.Has(c) {
			continue
		}
		var since civil.Instant
		known := true
		for _, it := range items {
			if !shows(it, c) {
				continue
			}
			s.Stale.Add(c)
			known = known && end(it) <= at
			since = max(since, end(it))
		}
		if known && since != 0 && (s.Since == 0 || since < s.Since) {
			s.Since = since
		}
	}
	return s
}

func TestFoldAsItReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		check, all, at := drawCheck(t), items(t), london.Start(drawDay(t, "at"))
		got, _ := fold(check, all, at)
		want := plain(check, all, at)
		if !got.Passing.Equal(want.Passing) || !got.Failing.Equal(want.Failing) || !got.Stale.Equal(want.Stale) {
			t.Fatalf("passing %b, failing %b, stale %b; want %b, %b, %b", got.Passing, got.Failing, got.Stale, want.Passing, want.Failing, want.Stale)
		}
		if got.Until != want.Until || got.Since != want.Since {
			t.Fatalf("until %s, since %s; want %s, %s", got.Until, got.Since, want.Until, want.Since)
		}
	})
}

// Law 7.
func TestFoldIsOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		check, all, at := drawCheck(t), items(t), london.Start(drawDay(t, "at"))
		got, next := fold(check, all, at)
		shuffled, other := fold(check, rapid.Permutation(all).Draw(t, "shuffled"), at)
		if !reflect.DeepEqual(got, shuffled) || next != other {
			t.Fatalf("in one order %+v (next %s), in another %+v (next %s)", got, next, shuffled, other)
		}
	})
}

// Law 4: a pass, in date or not, by whomever and of whatever, makes nothing worse.
func TestPassingEvidenceMakesNothingWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		check, all, at := drawCheck(t), items(t), london.Start(drawDay(t, "at"))
		more := drawItem(t, "new")
		more.Record.Outcome = evidence.Passed
		before, _ := fold(check, all, at)
		after, _ := fold(check, append(slices.Clone(all), more), at)
		if !before.Passing.Within(after.Passing) {
			t.Fatalf("passing was %b and is %b", before.Passing, after.Passing)
		}
		if !after.Failing.Within(before.Failing) {
			t.Fatalf("failing was %b and is %b", before.Failing, after.Failing)
		}
		if after.Strength.Rank() < before.Strength.Rank() {
			t.Fatalf("the strength was %s and is %s", before.Strength, after.Strength)
		}
	})
}

// Law 5.
func TestFoldHoldsUntilNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		check, all, at := drawCheck(t), items(t), london.Start(drawDay(t, "at"))
		got, next := fold(check, all, at)
		last := next - 1
		if next == 0 {
			last = at + 1_000_000_000
		}
		for _, then := range []civil.Instant{last, civil.Instant(rapid.Int64Range(int64(at), int64(last)).Draw(t, "then"))} {
			if later, _ := fold(check, all, then); !reflect.DeepEqual(got, later) {
				t.Fatalf("at %s %+v; at %s, before next (%s), %+v", at, got, then, next, later)
			}
		}
	})
}

func TestPassingShrinksAtUntil(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		check, drawn := drawCheck(t), items(t)
		var got evidence.Shown
		var all []evidence.Item
		first := rapid.IntRange(0, days).Draw(t, "first day")
		for n := 0; got.Until == 0; n++ { // until a day on which something passes
			if n > days {
				t.Skip("nothing passes")
			}
			at := london.Start(day((first + n) % (days + 1)))
			all = slices.DeleteFunc(slices.Clone(drawn), func(it evidence.Item) bool { return it.Seen > at })
			got, _ = fold(check, all, at)
			if (got.Until == 0) != got.Passing.Empty() {
				t.Fatalf("at %s: passing %b until %s", at, got.Passing, got.Until)
			}
		}
		before, _ := fold(check, all, got.Until-1)
		after, _ := fold(check, all, got.Until)
		if !before.Passing.Equal(got.Passing) || !after.Passing.Within(got.Passing) || after.Passing.Equal(got.Passing) {
			t.Fatalf("passing %b; a second before until %b, at until %b", got.Passing, before.Passing, after.Passing)
		}
	})
}

func TestFoldLeavesItsInputAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		check, all, at := drawCheck(t), items(t), london.Start(drawDay(t, "at"))
		once, _ := fold(check, all, at)
		again, _ := fold(check, all, at)
		if !reflect.DeepEqual(once, again) {
			t.Fatalf("the first time %+v, the second %+v", once, again)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	check := restore()
	alternate := func(i int) evidence.Outcome {
		return []evidence.Outcome{evidence.Passed, evidence.Failed}[i%2]
	}
	for _, c := range []struct {
		name       string
		components int
		outcome    func(int) evidence.Outcome
		over       func(i int) evidence.Cover
	}{
		{"passes", 50, func(int) evidence.Outcome { return evidence.Passed }, func(int) evidence.Cover { return evidence.Full(50) }},
		{"alternating", 50, alternate, func(int) evidence.Cover { return evidence.Full(50) }},
		{"alternating by component", 1000, alternate, func(i int) evidence.Cover { return cover(1000, i/2%1000) }},
		{"failures never cleared", 1000, func(i int) evidence.Outcome { return alternate(min(i/5000, 1)) }, func(i int) evidence.Cover { return cover(1000, i%1000) }},
		{"uneven covers", 1000, alternate, func(i int) evidence.Cover { return cover(1000, i%1000, i*7%1000, i*13%1000) }},
	} {
		for _, n := range []int{1000, 10_000} {
			items := make([]evidence.Item, n)
			for i := range items {
				r := &evidence.Record{ID: ident.ID(fmt.Sprint("e", i)), Kind: library.TestResult, Strength: library.Tested, Outcome: c.outcome(i), Observed: civil.MomentOf(instant("2026-03-01T00:00:00Z") + civil.Instant(i*60))}
				items[i] = evidence.Item{Record: r, Seen: london.From(r.Observed), Over: c.over(i)}
			}
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				for b.Loop() {
					evidence.Fold(&check, c.components, items, civil.NewWatch(instant("2026-03-10T12:00:00Z")), london)
				}
			})
		}
	}
}
