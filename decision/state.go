package decision

import (
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
		return event(d, facts, v)
	case d.Kind == Retraction || d.Kind == Lapse:
	case gone:
		v.State, v.Code = Lapsed, CodeGone
	case incomplete(d) != "":
		v.State, v.Code, v.Field = Proposed, CodeIncomplete, incomplete(d)
	case v.Until != 0 && in.Watch.Passed(v.Until):
		v.State, v.Code, v.Since = Lapsed, CodeExpired, v.Until
	default:
		return worst(d, facts, v, in)
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
	if !ok {
		return "rule"
	}
	for _, spec := range rule.Specs {
		if strings.HasSuffix(spec.Path, "*") || spec.Path == "phase" && d.ThroughLife {
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

// event judges something that happened: it stays so. Where the rule names what makes a new one necessary and that came
// about, the verdict says which field.
func event(d *Decision, facts Facts, v Verdict) Verdict {
	if missing := incomplete(d); missing != "" {
		v.Code, v.Field = CodeIncomplete, missing
		return v
	}
	rule, _ := FindRule(d.Basis.Rule)
	for i := range d.Basis.Fields {
		f := &d.Basis.Fields[i]
		spec, _ := rule.Spec(f.Path)
		now, _ := facts.Find(f.Path)
		if compare(spec, f.Value, now.Value) != keeps {
			v.Code, v.Field, v.Was, v.Is = CodeRenew, f.Path, Show(f.Value), Show(now.Value)
			return v
		}
	}
	return unbound(d, rule, facts, v)
}

// unbound finds a fact that has come about since under a path with many fields: a data item that nobody signed for.
func unbound(d *Decision, rule *Rule, facts Facts, v Verdict) Verdict {
	for _, now := range facts {
		spec, ok := rule.Spec(now.Path)
		if ok && spec.Scale == Classification && strings.HasSuffix(spec.Path, "*") && !d.binds(now.Path) {
			v.Code, v.Field, v.Was, v.Is = CodeRenew, now.Path, Show(nil), Show(now.Value)
			return v
		}
	}
	return v
}

// worst compares every field and takes the worst effect; among equals the first in the record's order by path.
func worst(d *Decision, facts Facts, v Verdict, in Setting) Verdict {
	rule, _ := FindRule(d.Basis.Rule)
	most := keeps
	for i := range d.Basis.Fields {
		f := &d.Basis.Fields[i]
		if f.Path == "phase" && d.ThroughLife {
			continue
		}
		spec, _ := rule.Spec(f.Path)
		now, known := facts.Find(f.Path)
		if !known && spec.Cmp == Condition {
			now.Value = Value{CondGone}
		}
		does, end := f.effect(spec, now, in)
		if does == keeps || does < most || does == most && f.Path >= v.Field {
			continue
		}
		most = does
		v.State, v.Code = outcome(does, spec, f)
		v.Field, v.Was, v.Is, v.Since = f.Path, Show(f.Value), Show(now.Value), now.Since
		if end != 0 {
			v.Until = end
		}
	}
	return v
}

// effect gives what a field does, and when it ends the decision if nothing happens.
func (f *Field) effect(spec Spec, now Fact, in Setting) (effect, civil.Instant) {
	if due, promised := promise(f.Value); promised && one(now.Value) != CondDone && one(now.Value) != CondGone {
		if in.Watch.Passed(in.Zone.End(due)) {
			return ends, 0
		}
		return keeps, 0
	}
	does := compare(spec, f.Value, now.Value)
	grace := in.Settings.ConditionGrace
	if does == reaffirms {
		grace = in.Settings.ReaffirmWithin
	}
	if (does == suspends || does == reaffirms) && now.Since != 0 && !grace.IsZero() {
		end := in.Zone.Add(now.Since, grace)
		if in.Watch.Passed(end) {
			return ends, 0
		}
		return does, end
	}
	return does, 0
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

func outcome(does effect, spec Spec, f *Field) (State, Code) {
	switch does {
	case reaffirms:
		return Reaffirm, CodeWording
	case suspends:
		return Suspended, CodeCondition
	}
	if _, promised := promise(f.Value); promised {
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
		var v Verdict
		switch {
		case o.Kind == Retraction && o.Subject[0].Path == string(d.ID) && counts(o):
			v = Verdict{State: Retracted, Code: CodeRetracted, Other: o.ID}
		case o.Supersedes == d.ID && o.ID != d.ID && counts(o):
			v = Verdict{State: Superseded, Code: CodeSuperseded, Other: o.ID}
		case o.Kind == Lapse && o.Subject[0].Path == string(d.ID) && counts(o):
			v = Verdict{State: Lapsed, Code: CodeLapseKnown, Other: o.ID, Is: o.Cause}
		default:
			continue
		}
		if best.State == "" || weight(v) < weight(best) || weight(v) == weight(best) && v.Other < best.Other {
			best = v
		}
	}
	return best, best.State != ""
}

func weight(v Verdict) int {
	switch v.State {
	case Retracted:
		return 0
	case Superseded:
		return 1
	}
	return 2
}
