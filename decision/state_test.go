package decision_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
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
func date(s string) civil.Date       { return must(civil.ParseDate(s)) }

// at is a setting with 14 days to reaffirm and 30 days of grace.
func at(s string) decision.Setting { return watch(civil.NewWatch(instant(s))) }

func watch(w *civil.Watch) decision.Setting {
	return decision.Setting{Watch: w, Zone: london, Settings: &library.Settings{ReaffirmWithin: civil.Period{Days: 14}, ConditionGrace: civil.Period{Days: 30}}}
}

const (
	today = "2026-06-01T12:00:00Z"
	lapse = "2027-01-01T00:00:00Z" // the end of the decisions below
)

var granted = decision.Authority{Granted: true}

// names are those of all rules, from the golden file.
func names(t rapid.TB) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/rules.golden")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		if name, _, _ := strings.Cut(line, " "); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func rule(t rapid.TB, name string) *decision.Rule {
	t.Helper()
	r, ok := decision.FindRule(name)
	if !ok {
		t.Fatalf("there is no rule %s", name)
	}
	return r
}

// path makes a field's path from a rule's: some thing below it, where it stands for many.
func path(s decision.Spec) string { return strings.Replace(s.Path, "*", "thing", 1) }

// scale gives the values of a scale from good to bad.
func scale(s decision.Scale) []string {
	return map[decision.Scale][]string{
		decision.Levels: {"1", "2", "3", "4", "5"}, decision.Stages: {"1", "2", "3", "4", "5", "6"}, decision.Magnitudes: {"1", "2", "3", "9", "10", "11"},
		decision.Bands: {"very-low", "low", "medium", "high", "very-high"}, decision.Severities: {"very-low", "low", "medium", "high", "very-high"},
		decision.Tiers: {"low", "medium", "high", "very-high"}, decision.Appetites: {"very-high", "high", "medium", "low", "very-low"},
		decision.Classification: {"OFFICIAL", "SECRET", "TOP SECRET"}, decision.Exposures: {"isolated", "internal", "partner", "public"}, decision.Flags: {"no", "yes"},
	}[s]
}

// recorded is a value that can become both worse and better.
func recorded(s decision.Spec) decision.Value {
	switch s.Cmp {
	case decision.NotWorse:
		words := scale(s.Scale)
		return decision.Value{words[(len(words)-1)/2]}
	case decision.Condition:
		return decision.Value{decision.CondGood}
	case decision.Subset, decision.Has:
		return decision.Value{"a", "b"}
	}
	return decision.Value{"as it was"}
}

// made is a whole decision by a rule, with every field that it binds.
func made(r *decision.Rule) (decision.Decision, decision.Facts) {
	d := decision.Decision{
		ID: "d1", Kind: r.Kind, Of: r.Of, Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, Reason: "because", Role: "sro", By: "ann",
		Made: moment("2026-01-10"), ValidUntil: moment("2026-12-31"), Basis: decision.Basis{Rule: r.Name},
	}
	facts := decision.Facts{{Path: "title", Value: decision.Value{"old"}}}
	for _, s := range r.Specs {
		d.Basis.Fields = append(d.Basis.Fields, decision.Field{Path: path(s), Value: recorded(s), Cmp: s.Cmp})
		facts = append(facts, decision.Fact{Path: path(s), Value: recorded(s)})
	}
	return d, facts
}

// but gives the facts with one changed.
func but(facts decision.Facts, path string, value decision.Value) decision.Facts {
	return butSince(facts, path, value, 0)
}

func butSince(facts decision.Facts, path string, value decision.Value, since civil.Instant) decision.Facts {
	out := without(facts, path)
	return append(out, decision.Fact{Path: path, Value: value, Since: since})
}

func without(facts decision.Facts, path string) decision.Facts {
	return slices.DeleteFunc(slices.Clone(facts), func(f decision.Fact) bool { return f.Path == path })
}

// turn is what a field can become, and what that does to a standing decision.
type turn struct {
	now  decision.Value
	does decision.State
	code decision.Code
}

// worse gives every way in which a field can become worse.
func worse(s decision.Spec) []turn {
	ends := func(now ...string) turn { return turn{now, decision.Lapsed, decision.CodeField} }
	switch s.Cmp {
	case decision.NotWorse:
		words := scale(s.Scale)
		return []turn{ends(), ends("no such value"), ends("-3"), ends(words[(len(words)-1)/2+1]), ends(words[len(words)-1])}
	case decision.Subset:
		return []turn{ends("a", "b", "c"), ends("c")}
	case decision.Has:
		return []turn{ends("a"), ends()}
	case decision.Wording:
		return []turn{{decision.Value{"anew"}, decision.Reaffirm, decision.CodeWording}, {nil, decision.Reaffirm, decision.CodeWording}}
	case decision.Condition:
		suspends := func(now string) turn {
			return turn{decision.Value{now}, decision.Suspended, decision.CodeCondition}
		}
		lapses := func(now ...string) turn { return turn{now, decision.Lapsed, decision.CodeCondition} }
		return []turn{suspends(decision.CondClaimed), suspends(decision.CondStale), lapses(decision.CondBad), lapses(decision.CondGone), lapses(), lapses("no such state"), lapses("by 2026-12-31")}
	}
	return []turn{ends("another"), ends("as it was", "another"), ends()}
}

// better gives every way in which a field can become better.
func better(s decision.Spec) (out []decision.Value) {
	switch s.Cmp {
	case decision.NotWorse:
		words := scale(s.Scale)
		for _, w := range words[:(len(words)+1)/2] {
			out = append(out, decision.Value{w})
		}
	case decision.Subset:
		out = append(out, decision.Value{"b", "a"}, decision.Value{"a"}, decision.Value{"b"}, nil)
	case decision.Has:
		out = append(out, decision.Value{"b", "a"}, decision.Value{"c", "b", "a"})
	case decision.Condition:
		out = append(out, decision.Value{decision.CondDone})
	}
	return append(out, recorded(s))
}

func TestEachFieldWorsenedAloneEndsIt(t *testing.T) {
	for _, name := range names(t) {
		r := rule(t, name)
		d, facts := made(r)
		if v := decision.Judge(&d, facts, false, granted, at(today)); v.State != decision.Holds || v.Code != decision.CodeHolds || v.Until != instant(lapse) {
			t.Fatalf("%s, unchanged: %+v", name, v)
		}
		for _, s := range r.Specs {
			for _, turn := range worse(s) {
				v := decision.Judge(&d, but(facts, path(s), turn.now), false, granted, at(today))
				want := decision.Verdict{State: turn.does, Code: turn.code, Field: path(s), Was: decision.Show(recorded(s)), Is: decision.Show(turn.now), Until: instant(lapse)}
				if r.Kind.Event() {
					want.State, want.Code = decision.Holds, decision.CodeRenew
				}
				if len(turn.now) == 0 && (s.Cmp == decision.Subset || s.Cmp == decision.Has) {
					want.Is = "none" // a set without anything in it is known
				}
				if v != want {
					t.Errorf("%s: %s is now %q: %+v; want %+v", name, s.Path, turn.now, v, want)
				}
			}
			v := decision.Judge(&d, without(facts, path(s)), false, granted, at(today))
			switch {
			case r.Kind.Event() && s.Many(): // an item that is no longer there
				if v.Code != decision.CodeHolds {
					t.Errorf("%s: nothing is there any more at %s: %+v", name, s.Path, v)
				}
			case v.Code == decision.CodeHolds || v.Field != path(s):
				t.Errorf("%s: nothing is known any more of %s: %+v", name, s.Path, v)
			}
		}
	}
}

func TestAnImprovementEndsNothing(t *testing.T) {
	for _, name := range names(t) {
		r := rule(t, name)
		d, facts := made(r)
		for _, s := range r.Specs {
			for _, now := range better(s) {
				if v := decision.Judge(&d, but(facts, path(s), now), false, granted, at(today)); v.State != decision.Holds || v.Code != decision.CodeHolds {
					t.Errorf("%s: %s is now %q: %+v", name, s.Path, now, v)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rule(t, rapid.SampledFrom(names(t)).Draw(t, "rule"))
		d, facts := made(r)
		d.Basis.Fields = rapid.Permutation(d.Basis.Fields).Draw(t, "fields")
		for _, s := range r.Specs {
			facts = but(facts, path(s), rapid.SampledFrom(better(s)).Draw(t, s.Path))
		}
		facts = rapid.Permutation(facts).Draw(t, "facts")
		if v := decision.Judge(&d, facts, false, granted, at(today)); v.State != decision.Holds || v.Code != decision.CodeHolds {
			t.Fatalf("%s: %+v", r.Name, v)
		}
	})
}

// What was not known when it was decided may turn out to be the best, and nothing else without a new decision: a value left
// out of a record would otherwise free it from what it rests on. What was bad already may stay as bad.
func TestWhatWasUnknownOrBadMayStaySo(t *testing.T) {
	for _, name := range names(t) {
		r := rule(t, name)
		for _, s := range r.Specs {
			d, facts := made(r)
			record := func(v decision.Value) {
				for i := range d.Basis.Fields {
					if d.Basis.Fields[i].Path == path(s) {
						d.Basis.Fields[i].Value = v
					}
				}
			}
			same := []decision.Value{nil}
			if s.Cmp == decision.NotWorse {
				record(nil)
				for i, w := range scale(s.Scale) {
					v := decision.Judge(&d, but(facts, path(s), decision.Value{w}), false, granted, at(today))
					if best := i == 0; best != (v.Code == decision.CodeHolds) || !best && v.Field != path(s) {
						t.Errorf("%s: %s was not known, is %s: %+v", name, s.Path, w, v)
					}
					same = append(same, decision.Value{w})
				}
			}
			if s.Cmp == decision.Condition {
				for _, state := range []string{decision.CondBad, decision.CondStale, decision.CondClaimed, decision.CondDone, decision.CondGone} {
					same = append(same, decision.Value{state})
				}
			}
			for _, value := range same {
				record(value)
				if v := decision.Judge(&d, but(facts, path(s), value), false, granted, at(today)); v.Code != decision.CodeHolds {
					t.Errorf("%s: %s was and is %q: %+v", name, s.Path, value, v)
				}
			}
		}
	}
}

func TestConditionsReliedOn(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    decision.State
	}{
		{decision.CondClaimed, decision.CondGood, decision.Holds},
		{decision.CondClaimed, decision.CondStale, decision.Holds},
		{decision.CondStale, decision.CondClaimed, decision.Holds},
		{decision.CondClaimed, decision.CondBad, decision.Lapsed},
		{decision.CondStale, decision.CondGone, decision.Lapsed},
		{decision.CondBad, decision.CondStale, decision.Holds},
		{decision.CondBad, decision.CondGone, decision.Lapsed},
		{"", decision.CondStale, decision.Holds},
		{"", decision.CondBad, decision.Lapsed},
		{decision.CondDone, "by 2026-12-31", decision.Lapsed},
	} {
		d, facts := made(rule(t, "confirmation@1"))
		for i := range d.Basis.Fields {
			if f := &d.Basis.Fields[i]; f.Path == "controls/thing" {
				f.Value = nil
				if c.was != "" {
					f.Value = decision.Value{c.was}
				}
			}
		}
		if v := decision.Judge(&d, but(facts, "controls/thing", decision.Value{c.is}), false, granted, at(today)); v.State != c.want {
			t.Errorf("was %q, is %q: %+v; want %s", c.was, c.is, v, c.want)
		}
	}
}

func TestWhatIsNotBoundChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rule(t, rapid.SampledFrom(names(t)).Draw(t, "rule"))
		d, facts := made(r)
		before := decision.Judge(&d, facts, false, granted, at(today))
		for _, p := range []string{"title", "note", "tags", "by", "packs", "posture", "evidence", "controls", "residual"} {
			if _, bound := r.Spec(p); !bound && rapid.Bool().Draw(t, p) {
				facts = but(facts, p, decision.Value{"new"})
			}
		}
		d.Reason, d.Shown, d.Minute = "in other words", "c1-sha256:other", ident.To(ident.KindEvidence, "m1")
		d.Consulted = []ident.ID{"ciso"}
		d.Basis.Fields = rapid.Permutation(d.Basis.Fields).Draw(t, "fields")
		if after := decision.Judge(&d, rapid.Permutation(facts).Draw(t, "facts"), false, granted, at(today)); after != before {
			t.Fatalf("%s: was %+v, is %+v", r.Name, before, after)
		}
	})
}

// Several fields worse at once: the state is the worst of theirs, the field named is the first of those that make it so,
// and neither depends on any order.
func TestSeveralFieldsWorse(t *testing.T) {
	order := []decision.State{decision.Holds, decision.Reaffirm, decision.Suspended, decision.Lapsed}
	rapid.Check(t, func(t *rapid.T) {
		r := rule(t, rapid.SampledFrom(names(t)).Draw(t, "rule"))
		d, facts := made(r)
		state, field := decision.Holds, ""
		event := r.Kind.Event()
		for _, s := range r.Specs {
			if !rapid.Bool().Draw(t, s.Path) {
				continue
			}
			to := rapid.SampledFrom(worse(s)).Draw(t, "to")
			facts = but(facts, path(s), to.now)
			rank := cmp.Compare(slices.Index(order, to.does), slices.Index(order, state))
			if event && (field == "" || path(s) < field) || !event && (rank > 0 || rank == 0 && path(s) < field) {
				state, field = to.does, path(s)
			}
		}
		if event {
			state = decision.Holds
		}
		d.Basis.Fields = rapid.Permutation(d.Basis.Fields).Draw(t, "fields")
		v := decision.Judge(&d, rapid.Permutation(facts).Draw(t, "facts"), false, granted, at(today))
		if v.State != state || v.Field != field {
			t.Fatalf("%s: %s because of %q; want %s because of %q", r.Name, v.State, v.Field, state, field)
		}
	})
}

func TestAnEventNeverUnHappens(t *testing.T) {
	for _, name := range names(t) {
		r := rule(t, name)
		if !r.Kind.Event() {
			continue
		}
		d, facts := made(r)
		for what, v := range map[string]decision.Verdict{
			"everything gone":  decision.Judge(&d, nil, true, granted, at(today)),
			"a long time":      decision.Judge(&d, facts, false, granted, at("2090-01-01T00:00:00Z")),
			"a short longest":  decision.Judge(&d, facts, false, decision.Authority{Granted: true, Longest: civil.Period{Days: 1}}, at(today)),
			"no basis":         decision.Judge(&decision.Decision{ID: "d", Kind: r.Kind, Of: r.Of, Made: d.Made}, facts, false, granted, at(today)),
			"its own date now": decision.Judge(&d, facts, false, granted, at(lapse)),
		} {
			if v.State != decision.Holds || what == "a short longest" && v.Code != decision.CodeHolds {
				t.Errorf("%s, %s: %+v", name, what, v)
			}
		}
		if v := decision.Judge(&d, facts, false, granted, at(lapse)); v.Code != decision.CodeRenew || v.Field != "valid_until" || v.Was != "2026-12-31" || v.Since != instant(lapse) {
			t.Errorf("%s, its own date passed: %+v", name, v)
		}
		if v := decision.Judge(&d, facts, false, granted, at("2026-12-31T23:59:59Z")); v.Code != decision.CodeHolds {
			t.Errorf("%s, on its last day: %+v", name, v)
		}
	}
}

func TestClassificationRegister(t *testing.T) {
	d, facts := made(rule(t, "sign-off-classification@1"))
	for _, c := range []struct{ path, value, field string }{
		{"class/new", "OFFICIAL", "class/new"}, {"categories/new", "health", "categories/new"}, {"owner/new", "head", ""}, {"magnitude/new", "2", ""},
	} {
		v := decision.Judge(&d, but(facts, c.path, decision.Value{c.value}), false, granted, at(today))
		if v.State != decision.Holds || v.Field != c.field || (v.Code == decision.CodeRenew) != (c.field != "") {
			t.Errorf("%s is there now: %+v", c.path, v)
		}
	}
	two := decision.Facts{{Path: "class/new", Value: decision.Value{"SECRET"}}, {Path: "categories/new", Value: decision.Value{"health"}}}
	for range two {
		slices.Reverse(two)
		if v := decision.Judge(&d, append(slices.Clone(facts), two...), false, granted, at(today)); v.Field != "categories/new" {
			t.Errorf("of two new things the first by path is named: %+v", v)
		}
	}
	gone := decision.Facts{{Path: "items", Value: decision.Value{"a"}}, {Path: "service", Value: recorded(decision.Spec{Cmp: decision.NotWorse, Scale: decision.Classification})}}
	if v := decision.Judge(&d, gone, false, granted, at(today)); v.Code != decision.CodeHolds {
		t.Errorf("an item less: %+v", v)
	}
}

// An axis of impact that was not judged when the risk was accepted may come up to the highest that was, and no further.
func TestANewAxisOfImpact(t *testing.T) {
	d, facts := made(rule(t, "acceptance@1"))
	untouched := d
	untouched.Basis.Fields = append(slices.Clone(d.Basis.Fields), decision.Field{Path: "residual/impact/safety", Cmp: decision.NotWorse})
	for _, c := range []struct {
		now  decision.Value
		want decision.State
	}{{decision.Value{"1"}, decision.Holds}, {decision.Value{"3"}, decision.Holds}, {decision.Value{"4"}, decision.Lapsed}, {decision.Value{"5"}, decision.Lapsed}, {nil, decision.Holds}} {
		for what, d := range map[string]*decision.Decision{"not recorded": &d, "recorded as nothing": &untouched} {
			v := decision.Judge(d, but(facts, "residual/impact/safety", c.now), false, granted, at(today))
			if v.State != c.want || c.want == decision.Lapsed && (v.Field != "residual/impact/safety" || v.Code != decision.CodeField || v.Is != c.now[0]) {
				t.Errorf("safety was %s, is %q: %+v; want %s", what, c.now, v, c.want)
			}
		}
	}
}

func TestANewAxisDoesNotHideWhatLapsedAlready(t *testing.T) {
	d, facts := made(rule(t, "acceptance@1"))
	facts = but(but(facts, "tier", decision.Value{"very-high"}), "residual/impact/safety", decision.Value{"5"})
	if v := decision.Judge(&d, facts, false, granted, at(today)); v.State != decision.Lapsed || v.Field != "tier" {
		t.Errorf("%+v", v)
	}
	facts = but(but(facts, "tier", decision.Value{"low"}), "statement", decision.Value{"anew"})
	if v := decision.Judge(&d, facts, false, granted, at(today)); v.State != decision.Lapsed || v.Field != "residual/impact/safety" {
		t.Errorf("%+v", v)
	}
}

func TestStandingInTime(t *testing.T) {
	day := func(s string) civil.Instant { return london.Start(date(s)) }
	stale, claimed := decision.Value{decision.CondStale}, decision.Value{decision.CondClaimed}
	for _, c := range []struct {
		what   string
		at     string
		change func(*decision.Decision, decision.Facts) decision.Facts
		state  decision.State
		code   decision.Code
		until  string
		since  string
	}{
		{"not made yet", "2026-01-09T23:59:59Z", nil, decision.Proposed, decision.CodeNotYet, lapse, "2026-01-10T00:00:00Z"},
		{"just made", "2026-01-10T00:00:00Z", nil, decision.Holds, decision.CodeHolds, lapse, ""},
		{"through its last day", "2026-12-31T23:59:59Z", nil, decision.Holds, decision.CodeHolds, lapse, ""},
		{"expired", lapse, nil, decision.Lapsed, decision.CodeExpired, lapse, lapse},
		{"no end", "2090-01-01T00:00:00Z", func(d *decision.Decision, f decision.Facts) decision.Facts {
			d.ValidUntil = civil.Moment{}
			return f
		}, decision.Holds, decision.CodeHolds, "", ""},
		{"suspended since it is not known when", today, func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return but(f, "controls/thing", stale)
		}, decision.Suspended, decision.CodeCondition, lapse, ""},
		{"suspended within the grace", today, func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(f, "controls/thing", stale, day("2026-05-20"))
		}, decision.Suspended, decision.CodeCondition, "2026-06-18T23:00:00Z", "2026-05-19T23:00:00Z"},
		{"the last second of the grace", "2026-06-18T22:59:59Z", func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(f, "controls/thing", claimed, day("2026-05-20"))
		}, decision.Suspended, decision.CodeCondition, "2026-06-18T23:00:00Z", "2026-05-19T23:00:00Z"},
		{"lapsed after the grace", "2026-06-18T23:00:00Z", func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(f, "controls/thing", stale, day("2026-05-20"))
		}, decision.Lapsed, decision.CodeCondition, lapse, "2026-06-18T23:00:00Z"},
		{"recovered", "2026-06-18T23:00:00Z", func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(f, "controls/thing", decision.Value{decision.CondGood}, day("2026-06-10"))
		}, decision.Holds, decision.CodeHolds, lapse, ""},
		{"to be reaffirmed", today, func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(f, "statement", decision.Value{"anew"}, day("2026-05-25"))
		}, decision.Reaffirm, decision.CodeWording, "2026-06-07T23:00:00Z", "2026-05-24T23:00:00Z"},
		{"never reaffirmed", "2026-06-07T23:00:00Z", func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(f, "statement", decision.Value{"anew"}, day("2026-05-25"))
		}, decision.Lapsed, decision.CodeWording, lapse, "2026-06-07T23:00:00Z"},
		{"suspended, and to be reaffirmed sooner", today, func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(butSince(f, "statement", decision.Value{"anew"}, day("2026-05-25")), "controls/thing", stale, day("2026-05-20"))
		}, decision.Suspended, decision.CodeCondition, "2026-06-07T23:00:00Z", "2026-05-19T23:00:00Z"},
		{"suspended for longer than it holds", "2026-12-20T12:00:00Z", func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return butSince(f, "controls/thing", stale, day("2026-12-19"))
		}, decision.Suspended, decision.CodeCondition, lapse, "2026-12-19T00:00:00Z"},
		{"a promise whose day has not passed", "2026-06-30T22:59:59Z", promise("by 2026-06-30"), decision.Holds, decision.CodeHolds, "2026-06-30T23:00:00Z", ""},
		{"a promise broken", "2026-06-30T23:00:00Z", promise("by 2026-06-30"), decision.Lapsed, decision.CodePromise, lapse, "2026-06-30T23:00:00Z"},
		{"a promise kept", "2026-06-30T23:00:00Z", promise(decision.CondDone), decision.Holds, decision.CodeHolds, lapse, ""},
		{"a promise moved is no promise kept", "2026-06-30T23:00:00Z", promise("by 2026-08-31"), decision.Lapsed, decision.CodePromise, lapse, "2026-06-30T23:00:00Z"},
		{"a promise that nobody gives any more", today, promise(decision.CondGone), decision.Lapsed, decision.CodePromise, lapse, ""},
		{"a later phase", today, func(_ *decision.Decision, f decision.Facts) decision.Facts {
			return but(f, "phase", decision.Value{"6"})
		}, decision.Lapsed, decision.CodeField, lapse, ""},
		{"a later phase, through life", today, func(d *decision.Decision, f decision.Facts) decision.Facts {
			d.ThroughLife = true
			return but(f, "phase", decision.Value{"6"})
		}, decision.Holds, decision.CodeHolds, lapse, ""},
		{"through life, no phase recorded", today, func(d *decision.Decision, f decision.Facts) decision.Facts {
			d.ThroughLife = true
			d.Basis.Fields = slices.DeleteFunc(d.Basis.Fields, func(f decision.Field) bool { return f.Path == "phase" })
			return f
		}, decision.Holds, decision.CodeHolds, lapse, ""},
	} {
		d, facts := made(rule(t, "acceptance@1"))
		if c.change != nil {
			facts = c.change(&d, facts)
		}
		v := decision.Judge(&d, facts, false, granted, at(c.at))
		if v.State != c.state || v.Code != c.code || v.Until.String() != c.until || v.Since.String() != c.since {
			t.Errorf("%s: %s, %s, until %q, since %q; want %s, %s, %q, %q", c.what, v.State, v.Code, v.Until, v.Since, c.state, c.code, c.until, c.since)
		}
	}
}

// promise makes of the relied-on action one that was promised by the end of June, and says how it is now.
func promise(now string) func(*decision.Decision, decision.Facts) decision.Facts {
	return func(d *decision.Decision, facts decision.Facts) decision.Facts {
		for i := range d.Basis.Fields {
			if f := &d.Basis.Fields[i]; f.Path == "actions/thing" {
				f.Value = decision.Value{"by 2026-06-30"}
			}
		}
		return but(facts, "actions/thing", decision.Value{now})
	}
}

func TestLongest(t *testing.T) {
	for _, c := range []struct {
		longest civil.Period
		ends    string
		want    string
	}{
		{civil.Period{Months: 6}, "2026-12-31", "2026-07-10T23:00:00Z"}, {civil.Period{Years: 2}, "2026-12-31", lapse}, {civil.Period{Months: 6}, "", "2026-07-10T23:00:00Z"}, {civil.Period{}, "", ""},
	} {
		d, facts := made(rule(t, "acceptance@1"))
		d.ValidUntil = civil.Moment{}
		if c.ends != "" {
			d.ValidUntil = moment(c.ends)
		}
		authority := decision.Authority{Granted: true, Longest: c.longest}
		if v := decision.Judge(&d, facts, false, authority, at(today)); v.Until.String() != c.want || v.State != decision.Holds {
			t.Errorf("at most %s, until %q: %+v; want %s", c.longest, c.ends, v, c.want)
		}
		if c.want == "" {
			continue
		}
		if v := decision.Judge(&d, facts, false, authority, watch(civil.NewWatch(instant(c.want)))); v.State != decision.Lapsed || v.Code != decision.CodeExpired {
			t.Errorf("at most %s, until %q, at %s: %+v", c.longest, c.ends, c.want, v)
		}
	}
}

func TestWhatDoesNotCount(t *testing.T) {
	for _, name := range names(t) {
		r := rule(t, name)
		d, facts := made(r)
		if v := decision.Judge(&d, facts, false, decision.Authority{Missing: "role", Who: "siro"}, at(today)); v.State != decision.Proposed || v.Code != decision.CodeAuthority || v.Detail != "role" || v.Field != "siro" {
			t.Errorf("%s without authority: %+v", name, v)
		}
		if v := decision.Judge(&d, facts, true, granted, at(today)); !r.Kind.Event() && (v.State != decision.Lapsed || v.Code != decision.CodeGone) {
			t.Errorf("%s of what is gone: %+v", name, v)
		}
		for _, s := range r.Specs {
			less := d
			less.Basis.Fields = slices.DeleteFunc(slices.Clone(d.Basis.Fields), func(f decision.Field) bool { return f.Path == path(s) })
			v := decision.Judge(&less, facts, false, granted, at(today))
			if incomplete := v.Code == decision.CodeIncomplete; incomplete == s.Many() || incomplete && (v.Field != s.Path || v.State.Binds() != r.Kind.Event()) {
				t.Errorf("%s that leaves out %s: %+v", name, s.Path, v)
			}
		}
		other := d
		other.Basis.Rule = "review@1"
		if r.Kind == decision.Review {
			other.Basis.Rule = "sign-off-gate@1"
		}
		sibling := d
		sibling.Basis.Rule = "sign-off-scope@1"
		if r.Of == decision.OfScope {
			sibling.Basis.Rule = "sign-off-gate@1"
		}
		for _, d := range []*decision.Decision{&other, &sibling, {ID: "d", Kind: r.Kind, Of: r.Of, Made: d.Made}} {
			if v := decision.Judge(d, facts, false, granted, at(today)); v.Code != decision.CodeIncomplete || v.Field != "rule" {
				t.Errorf("%s by the rule %q: %+v", name, d.Basis.Rule, v)
			}
		}
	}
	taken := decision.Decision{ID: "x", Kind: decision.Retraction, Subject: []ident.Ref{ident.To(ident.KindDecision, "d1")}, Made: moment("2026-01-10")}
	if v := decision.Judge(&taken, nil, false, granted, at(today)); v.State != decision.Holds {
		t.Errorf("a retraction: %+v", v)
	}
	for state, binds := range map[decision.State]bool{
		decision.Proposed: false, decision.Holds: true, decision.Reaffirm: true, decision.Suspended: false, decision.Lapsed: false, decision.Superseded: false, decision.Retracted: false,
	} {
		if state.Binds() != binds {
			t.Errorf("%s binds: %v", state, state.Binds())
		}
	}
}

// Law 5.
func TestVerdictHoldsUntilNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) civil.Date {
			return date("2026-01-01").Add(civil.Period{Days: rapid.IntRange(0, 120).Draw(t, name)})
		}
		r := rule(t, rapid.SampledFrom([]string{"acceptance@1", "exception@1", "confirmation@1", "sign-off-go-live@1", "sign-off-appetite@1"}).Draw(t, "rule"))
		d, facts := made(r)
		d.Made, d.ValidUntil = civil.MomentOn(day("made")), civil.MomentOn(day("valid until"))
		now := london.Start(day("at")) + 3600
		for i, s := range r.Specs {
			switch {
			case s.Cmp == decision.Condition && rapid.Bool().Draw(t, "promised"):
				d.Basis.Fields[i].Value = decision.Value{"by " + day("due").String()}
				facts = but(facts, path(s), decision.Value{rapid.SampledFrom([]string{decision.CondDone, decision.CondBad}).Draw(t, "done")})
			case (s.Cmp == decision.Condition || s.Cmp == decision.Wording) && rapid.Bool().Draw(t, "worse"):
				facts = butSince(facts, path(s), rapid.SampledFrom(worse(s)).Draw(t, "to").now, min(now, london.Start(day("since"))))
			}
		}
		authority := decision.Authority{Granted: true, Longest: civil.Period{Days: rapid.IntRange(0, 90).Draw(t, "longest")}}
		w := civil.NewWatch(now)
		got := decision.Judge(&d, facts, false, authority, watch(w))
		last := w.Next() - 1
		if w.Next() == 0 {
			last = now + 1_000_000_000
		}
		for _, then := range []civil.Instant{last, civil.Instant(rapid.Int64Range(int64(now), int64(last)).Draw(t, "then"))} {
			if v := decision.Judge(&d, facts, false, authority, watch(civil.NewWatch(then))); v != got {
				t.Fatalf("at %s %+v; at %s, before next (%s), %+v", now, got, then, w.Next(), v)
			}
		}
		if !r.Kind.Event() && got.State.Binds() && got.Until != 0 {
			if v := decision.Judge(&d, facts, false, authority, watch(civil.NewWatch(got.Until))); v.State != decision.Lapsed {
				t.Fatalf("until %s, and then %+v", got.Until, v)
			}
			if v := decision.Judge(&d, facts, false, authority, watch(civil.NewWatch(got.Until-1))); v.State != got.State {
				t.Fatalf("until %s, and a second before %+v", got.Until, v)
			}
		}
	})
}

func TestOvertaken(t *testing.T) {
	d := decision.Decision{ID: "d1", Kind: decision.Acceptance}
	of := func(id string, kind decision.Kind, subjects ...string) decision.Decision {
		out := decision.Decision{ID: ident.ID(id), Kind: kind}
		for _, s := range subjects {
			out.Subject = append(out.Subject, ident.To(ident.KindDecision, s))
		}
		return out
	}
	next := decision.Decision{ID: "d2", Kind: decision.Acceptance, Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, Supersedes: "d1"}
	ended := of("l1", decision.Lapse, "d1")
	ended.Cause = "tier"
	for _, c := range []struct {
		what string
		all  []decision.Decision
		want decision.Verdict
	}{
		{"nothing", nil, decision.Verdict{}},
		{"itself", []decision.Decision{d, {ID: "d1", Kind: decision.Acceptance, Supersedes: "d1"}}, decision.Verdict{}},
		{"taken back", []decision.Decision{of("x", decision.Retraction, "d1")}, decision.Verdict{State: decision.Retracted, Code: decision.CodeRetracted, Other: "x"}},
		{"taken back with others", []decision.Decision{of("x", decision.Retraction, "d0", "d1")}, decision.Verdict{State: decision.Retracted, Code: decision.CodeRetracted, Other: "x"}},
		{"another taken back", []decision.Decision{of("x", decision.Retraction, "d0")}, decision.Verdict{}},
		{"a risk of that id", []decision.Decision{{ID: "x", Kind: decision.Retraction, Subject: []ident.Ref{ident.To(ident.KindRisk, "d1")}}}, decision.Verdict{}},
		{"replaced", []decision.Decision{next}, decision.Verdict{State: decision.Superseded, Code: decision.CodeSuperseded, Other: "d2"}},
		{"lapsed", []decision.Decision{ended}, decision.Verdict{State: decision.Lapsed, Code: decision.CodeLapseKnown, Other: "l1", Is: "tier"}},
		{"all at once", []decision.Decision{ended, next, of("x", decision.Retraction, "d1"), of("w", decision.Retraction, "d1")}, decision.Verdict{State: decision.Retracted, Code: decision.CodeRetracted, Other: "w"}},
		{"by nobody who may", []decision.Decision{of("no-1", decision.Retraction, "d1"), next}, decision.Verdict{State: decision.Superseded, Code: decision.CodeSuperseded, Other: "d2"}},
		{"no subject", []decision.Decision{of("x", decision.Retraction)}, decision.Verdict{}},
	} {
		counts := func(d *decision.Decision) bool { return !strings.HasPrefix(string(d.ID), "no-") }
		got, is := decision.Overtaken(&d, c.all, counts)
		if got != c.want || is != (c.want != decision.Verdict{}) {
			t.Errorf("%s: %+v, %v; want %+v", c.what, got, is, c.want)
		}
	}
}

func TestOvertakenIsOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decision.Decision{ID: "d1"}
		n := rapid.IntRange(0, 6).Draw(t, "n")
		all := make([]decision.Decision, n)
		for i := range all {
			o := &all[i]
			o.ID = ident.ID(fmt.Sprint("o", rapid.IntRange(0, 3).Draw(t, "id")))
			o.Kind = rapid.SampledFrom([]decision.Kind{decision.Retraction, decision.Lapse, decision.Acceptance}).Draw(t, "kind")
			o.Subject = []ident.Ref{ident.To(ident.KindDecision, rapid.SampledFrom([]string{"d1", "d2"}).Draw(t, "of"))}
			o.Supersedes = rapid.SampledFrom([]ident.ID{"", "", "d1", "d2"}).Draw(t, "supersedes")
			o.Cause = rapid.SampledFrom([]string{"", "tier", "phase"}).Draw(t, "cause")
		}
		counts := func(d *decision.Decision) bool { return d.ID != "o2" }
		a, is := decision.Overtaken(&d, all, counts)
		b, too := decision.Overtaken(&d, rapid.Permutation(all).Draw(t, "shuffled"), counts)
		if a != b || is != too {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}
