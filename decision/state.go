package decision

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// State is where a decision stands.
type State string

// The states.
const (
	Proposed   State = "proposed"
	Holds      State = "holds"
	Reaffirm   State = "reaffirm" // holds, to be reaffirmed by a date
	Suspended  State = "suspended"
	Lapsed     State = "lapsed"
	Superseded State = "superseded"
	Retracted  State = "retracted"
)

// Binds says whether a decision in the state excuses something now.
func (s State) Binds() bool { return s == Holds || s == Reaffirm }

// Code says why a decision is in its state.
type Code string

// The codes.
const (
	CodeHolds      Code = "decision.holds"
	CodeNotYet     Code = "decision.not-yet"
	CodeAuthority  Code = "decision.no-authority"
	CodeIncomplete Code = "decision.basis-incomplete"
	CodeExpired    Code = "decision.expired"
	CodeField      Code = "decision.field-worse"
	CodeWording    Code = "decision.wording-changed"
	CodeCondition  Code = "decision.condition"
	CodePromise    Code = "decision.promise-broken"
	CodeRetracted  Code = "decision.retracted"
	CodeSuperseded Code = "decision.superseded"
	CodeLapseKnown Code = "decision.lapse-recorded"
	CodeGone       Code = "decision.subject-gone"
	CodeRenew      Code = "decision.renew"
)

// Verdict is the state of a decision and why.
type Verdict struct {
	State    State
	Attested bool
	Code     Code
	Field    string        // the field, where it is one
	Was, Is  string        // its old and new value
	Other    ident.ID      // the decision that took its place, or took it back
	Detail   string        // for authority: what is missing, as a code of its own
	Since    civil.Instant // when it came to be so, where that is known
	Until    civil.Instant // when it ends if nothing happens; 0 for never
}

// Setting is what surrounds a judgement of decisions.
type Setting struct {
	Watch    *civil.Watch
	Zone     civil.Zone
	Settings *library.Settings
}

// Judge gives the state of a decision from the facts as they are now. Gone says that its subject no longer exists. It
// looks at the decision alone: what other records do to it is for Overtaken.
func Judge(d *Decision, facts Facts, gone bool, authority Authority, in Setting) Verdict {
	v := Verdict{State: Holds, Code: CodeHolds, Attested: authority.Attested, Until: until(d, authority, in.Zone)}
	switch {
	case !in.Watch.Reached(in.Zone.From(d.Made)):
		v.State, v.Code, v.Since = Proposed, CodeNotYet, in.Zone.From(d.Made)
	case !authority.Granted:
		v.State, v.Code, v.Detail, v.Field = Proposed, CodeAuthority, authority.Missing, authority.Who
	case d.Kind.Event():
		return event(d, facts, v, in)
	case d.Kind == Retraction || d.Kind == Lapse:
	case gone:
		v.State, v.Code = Lapsed, CodeGone
	case incomplete(d) != "":
		v.State, v.Code, v.Field = Proposed, CodeIncomplete, incomplete(d)
	case v.Until != 0 && in.Watch.Passed(v.Until):
		v.State, v.Code, v.Since = Lapsed, CodeExpired, v.Until
	default:
		return standing(d, facts, v, in)
	}
	return v
}

func until(d *Decision, authority Authority, zone civil.Zone) civil.Instant {
	until := zone.Until(d.ValidUntil)
	if authority.Longest.IsZero() || d.Kind.Event() {
		return until
	}
	longest := zone.After(d.Made, authority.Longest)
	if until == 0 || longest < until {
		return longest
	}
	return until
}

// incomplete names the first field that the rule binds and the record leaves out; "rule" when it has no basis at all.
func incomplete(d *Decision) string {
	rule, ok := FindRule(d.Basis.Rule)
	if !ok || !rule.fits(d) {
		return "rule"
	}
	for _, spec := range rule.Specs {
		if spec.Many() || spec.Path == "phase" && d.ThroughLife {
			continue
		}
		if !d.binds(spec.Path) {
			return spec.Path
		}
	}
	return ""
}

func (d *Decision) binds(path string) bool {
	for i := range d.Basis.Fields {
		if d.Basis.Fields[i].Path == path {
			return true
		}
	}
	return false
}

// fields gives the bound fields in order of path: the order in which they were written means nothing.
func (d *Decision) fields() []Field {
	return slices.SortedFunc(slices.Values(d.Basis.Fields), func(a, b Field) int { return strings.Compare(a.Path, b.Path) })
}

// event judges something that happened: it stays so. Where the rule names what makes a new one necessary and that came
// about, or its own date has passed, the verdict says so.
func event(d *Decision, facts Facts, v Verdict, in Setting) Verdict {
	if missing := incomplete(d); missing != "" {
		v.Code, v.Field = CodeIncomplete, missing
		return v
	}
	rule, _ := FindRule(d.Basis.Rule)
	for _, f := range d.fields() {
		spec, _ := rule.Spec(f.Path)
		now, known := facts.Find(f.Path)
		if spec.Many() && !known {
			continue // an item that is no longer there: to be without it is not worse
		}
		if compare(spec, f.Value, now.Value, known) != keeps {
			v = renew(v, f.Path, Show(f.Value), now)
			v.Was, v.Is = both(spec, f.Value, now.Value)
			return v
		}
	}
	if now, found := unbound(d, rule, facts); found {
		return renew(v, now.Path, Show(nil), now)
	}
	if v.Until != 0 && in.Watch.Passed(v.Until) {
		return renew(v, "valid_until", d.ValidUntil.String(), Fact{Value: Value{string(Lapsed)}, Since: v.Until})
	}
	return v
}

// both writes what was recorded and what is so now, for a person. A set without anything in it is known.
func both(spec Spec, was, is Value) (string, string) {
	show := func(v Value) string {
		if len(v) == 0 && (spec.Cmp == Subset || spec.Cmp == Has) {
			return "none"
		}
		return Show(v)
	}
	return show(was), show(is)
}

func renew(v Verdict, path, was string, now Fact) Verdict {
	v.Code, v.Field, v.Was, v.Is, v.Since = CodeRenew, path, was, Show(now.Value), now.Since
	return v
}

// unbound finds the first fact, by path, that has come about since under a path with many fields and makes things worse:
// a data item that nobody signed for, a category of one, an axis of impact above all that were accepted.
func unbound(d *Decision, rule *Rule, facts Facts) (first Fact, found bool) {
	for _, now := range facts {
		spec, ok := rule.Spec(now.Path)
		if !ok || !spec.Many() || d.binds(now.Path) || found && now.Path >= first.Path {
			continue
		}
		worse := false
		switch {
		case spec.Scale == Classification:
			worse = true
		case spec.Scale == Levels:
			worse = len(now.Value) > 0 && !notWorse(spec.Scale, d.highest(rule, spec), now.Value)
		case spec.Cmp == Subset:
			worse = len(now.Value) > 0
		}
		if worse {
			first, found = now, true
		}
	}
	return first, found
}

// highest gives the worst level recorded under a path with many fields. Of the impact on several axes the highest counts,
// so that an axis on which nothing was judged may come up to it and no further.
func (d *Decision) highest(rule *Rule, spec Spec) (worst Value) {
	for _, f := range d.Basis.Fields {
		if s, _ := rule.Spec(f.Path); s == spec && spec.Scale.rank(one(f.Value)) > spec.Scale.rank(one(worst)) {
			worst = f.Value
		}
	}
	return worst
}

// standing compares every field and takes the worst effect; among equals the first by path. Until is the first moment at
// which any of them ends the decision if nothing happens.
func standing(d *Decision, facts Facts, v Verdict, in Setting) Verdict {
	rule, _ := FindRule(d.Basis.Rule)
	most := keeps
	for _, f := range d.fields() {
		if f.Path == "phase" && d.ThroughLife {
			continue
		}
		spec, _ := rule.Spec(f.Path)
		now, known := facts.Find(f.Path)
		if !known && spec.Cmp == Condition {
			now.Value = Value{CondGone}
		}
		recorded := f.Value
		if len(recorded) == 0 && len(now.Value) > 0 && spec.Many() && spec.Scale == Levels {
			recorded = d.highest(rule, spec)
		}
		does, since, end := effectOf(spec, recorded, now, known, in)
		if end != 0 && (v.Until == 0 || end < v.Until) {
			v.Until = end
		}
		if does <= most {
			continue
		}
		most = does
		v.State, v.Code = outcome(does, spec, recorded)
		v.Field, v.Since = f.Path, since
		v.Was, v.Is = both(spec, f.Value, now.Value)
	}
	if now, found := unbound(d, rule, facts); found && most < ends {
		v.State, v.Code = Lapsed, CodeField
		v.Field, v.Was, v.Is, v.Since = now.Path, Show(nil), Show(now.Value), now.Since
	}
	return v
}

// effectOf gives what a field does, since when, and when it ends the decision if nothing happens.
func effectOf(spec Spec, recorded Value, now Fact, known bool, in Setting) (does effect, since, end civil.Instant) {
	if due, promised := promise(recorded); promised && one(now.Value) != CondDone && one(now.Value) != CondGone {
		end = in.Zone.End(due)
		if in.Watch.Passed(end) {
			return ends, end, 0
		}
		return keeps, 0, end
	}
	does = compare(spec, recorded, now.Value, known)
	grace := in.Settings.ConditionGrace
	if does == reaffirms {
		grace = in.Settings.ReaffirmWithin
	}
	if does != suspends && does != reaffirms || now.Since == 0 || grace.IsZero() {
		return does, now.Since, 0
	}
	end = in.Zone.Add(now.Since, grace)
	if in.Watch.Passed(end) {
		return ends, end, 0
	}
	return does, now.Since, end
}

// promise reads a value such as "by 2026-03-31".
func promise(v Value) (civil.Date, bool) {
	text, ok := strings.CutPrefix(one(v), "by ")
	if !ok {
		return civil.Date{}, false
	}
	due, err := civil.ParseDate(text)
	return due, err == nil
}

func outcome(does effect, spec Spec, recorded Value) (State, Code) {
	switch does {
	case reaffirms:
		return Reaffirm, CodeWording
	case suspends:
		return Suspended, CodeCondition
	}
	if _, promised := promise(recorded); promised {
		return Lapsed, CodePromise
	}
	switch spec.Cmp {
	case Condition:
		return Lapsed, CodeCondition
	case Wording:
		return Lapsed, CodeWording
	}
	return Lapsed, CodeField
}

// Overtaken says what the other records do to a decision: taken back, replaced by one that counts, or recorded as lapsed.
// Counts says whether a record has been made by somebody with the authority. The answer does not depend on their order.
func Overtaken(d *Decision, all []Decision, counts func(*Decision) bool) (Verdict, bool) {
	var best Verdict
	for i := range all {
		o := &all[i]
		names := slices.ContainsFunc(o.Subject, func(r ident.Ref) bool { return r.Kind == ident.KindDecision && r.Path == string(d.ID) })
		var v Verdict
		switch {
		case o.ID == d.ID:
			continue
		case o.Kind == Retraction && names:
			v = Verdict{State: Retracted, Code: CodeRetracted, Other: o.ID}
		case o.Supersedes == d.ID:
			v = Verdict{State: Superseded, Code: CodeSuperseded, Other: o.ID}
		case o.Kind == Lapse && names:
			v = Verdict{State: Lapsed, Code: CodeLapseKnown, Other: o.ID, Is: o.Cause}
		default:
			continue
		}
		if before := cmp.Or(cmp.Compare(weight(v), weight(best)), cmp.Compare(v.Other, best.Other), cmp.Compare(v.Is, best.Is)); before < 0 && counts(o) {
			best = v
		}
	}
	return best, best.State != ""
}

// weight orders what can overtake a decision, from what counts before the others.
func weight(v Verdict) int {
	switch v.State {
	case Retracted:
		return 0
	case Superseded:
		return 1
	case Lapsed:
		return 2
	}
	return 3
}
